"""Fifty calls that are recorded, while the desk beside compresses and seals without a pause.

The calls are carried on the wire alone (see `bench.wire`), with models that answer, and the line
records each. First they are alone. Then the desk is started in a process of its own, with a pile
of recordings of earlier calls: it compresses, seals and reads back one after the other for as long
as the measure lasts, and takes those of the calls that end meanwhile, too. Both times the line's
own histogram of its loop's lag is read (its percentiles are upper bounds of buckets), and its count
of underruns: of all, and of those whose sound it had in time. The models of this measure count
themselves where they were late. All of it shares the machine's cores, callers and models too.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from bench import exposition
from bench.figures import Figure, Load, Measured, load_average, share_of
from bench.process import Cost
from bench.stage import FOLDER
from bench.store_queries import some_call
from bench.wire.calls import Fate, WireCall
from bench.wire.carrier import Carrier
from bench.wire.legs import Legs
from bench.wire.line import Ports, WireLine, line_up
from bench.wire.models import Models
from mapokezi.audio.wav import wav_bytes
from mapokezi.records.changes import SaveArrival, SaveEnd
from mapokezi.stores.database import DatabaseSettings, open_database
from mapokezi.stores.seal_keys import SealKey
from mapokezi.voice.protocols.scripted import murmur

CALLS = int(os.environ.get("BENCH_KEEPING_CALLS", "50"))
FOR_S = float(os.environ.get("BENCH_KEEPING_SECONDS", "60"))
PILE = int(os.environ.get("BENCH_KEEPING_PILE", "1200"))
"""Recordings of earlier calls, each of three minutes: more than a core seals in the time."""
_PILED_S = 180
_PILE_FOLDER = Path("recordings/2026-08")
_APART_S = 0.137
_SETTLING_S = 8.0
_ENDS_WITHIN_S = 60.0
_LAG, _UNDERRUNS = "mapokezi_loop_lag_seconds", "mapokezi_underruns"


@dataclass(frozen=True, slots=True)
class _Look:
    """The line at one instant."""

    metrics: str
    cost: Cost

    @classmethod
    async def at(cls, line: WireLine) -> _Look:
        return cls((await line.http.get("/metrics")).text, Cost.of(line.process.pid))

    def lag_since(self, before: _Look) -> dict[float, float]:
        """Give what the histogram of the loop's lag has counted since an earlier look."""
        both = (exposition.histogram(look.metrics, _LAG) for look in (before, self))
        return exposition.since(*both)


@dataclass
class _Seen:
    """All that the measure has seen."""

    alone: tuple[_Look, _Look] | None = None
    beside: tuple[_Look, _Look] | None = None
    sealed: int = 0
    still_plain: int = 0
    """Earlier recordings that waited to be sealed when the measure was over."""
    child: dict[str, float] = field(default_factory=dict)
    ended: int = 0
    errors: list[str] = field(default_factory=list)
    underruns: float = 0.0
    of_the_line: float = 0.0
    """Those of sound that the line had in time."""
    slow_replies: int = 0
    longest_lag_s: float | None = None
    """Of the whole measure."""
    late_share: float = 0.0


async def measure() -> Measured:
    """Take the figures."""
    before = load_average()
    seen = await _measured(FOLDER.absolute() / "recording-keeping")
    return Measured(
        "recording_keeping",
        f"{CALLS} calls recorded, the desk compressing and sealing beside",
        _figures(seen),
        Load(before, load_average()),
        remarks=("Percentiles of lag are upper bounds of the histogram's buckets.",),
        details={"errors": seen.errors[:20]},
    )


async def _measured(folder: Path) -> _Seen:
    ports, carrier, models, legs, seen = Ports.free(), Carrier(), Models(), Legs(), _Seen()
    await models.listen(ports.models)
    await carrier.listen(ports.carrier)
    legs.start()
    try:
        async with line_up(folder, ports) as line:
            await _pile_up(folder)
            crowd = _Crowd(line, models, legs, seen)
            async with crowd.up():
                seen.alone = await _watched(line)
                async with _desk(folder) as desk:
                    await _until_sealing(folder, desk)
                    piled = await _sealed(folder)
                    seen.beside = await _watched(line)
                    seen.sealed = await _sealed(folder) - piled
                    seen.still_plain = sum(1 for _ in (folder / _PILE_FOLDER).glob("*.wav"))
                    seen.child = _child_of(desk)
            over = await _Look.at(line)  # underruns are counted when a call has ended
            seen.underruns = exposition.counter(over.metrics, _UNDERRUNS)
            seen.of_the_line = exposition.counter(over.metrics, _UNDERRUNS, late="line")
            lag = exposition.histogram(over.metrics, _LAG)
            seen.longest_lag_s = exposition.bound_of(lag, 1.0)
    finally:
        await legs.stop()
        await models.close()
        await carrier.close()
        shutil.rmtree(folder / "recordings", ignore_errors=True)
    seen.slow_replies = models.slow_replies
    seen.late_share = share_of(legs.late, max(1, legs.ticks))
    return seen


async def _watched(line: WireLine) -> tuple[_Look, _Look]:
    began = await _Look.at(line)
    await asyncio.sleep(FOR_S)
    return began, await _Look.at(line)


async def _pile_up(folder: Path) -> None:
    """Put earlier calls on record, and their sound where the line puts it: one file, many names."""
    pile = folder / _PILE_FOLDER
    pile.mkdir(parents=True)
    speech = murmur("I am calling about the lease of my shop in Westlands, and so on. " * 4)
    quiet = bytes(len(speech))
    caller, ours = (speech + quiet) * 40, (quiet + speech) * 40
    size = min(len(caller), _PILED_S * 32_000)
    stereo = np.stack(
        [np.frombuffer(caller[:size], "<i2"), np.frombuffer(ours[:size], "<i2")], axis=1
    ).tobytes()
    whole = pile / "sound"
    whole.write_bytes(wav_bytes(stereo, 16_000, 2))
    settings = DatabaseSettings(
        url=f"sqlite:///{folder / 'mapokezi.db'}", spill_file=folder / "spilled-bench.jsonl"
    )
    dice, now = random.Random(20_261_122), datetime.now(UTC)
    async with open_database(settings) as database:
        for number in range(PILE):
            call = some_call(number, PILE, dice)
            at = now - timedelta(hours=2, seconds=number)
            path = f"{_PILE_FOLDER}/{call.call_id}.wav"
            (folder / path).hardlink_to(whole)
            call = replace(
                call,
                arrived_at=at,
                answered_at=at,
                ended_at=at + timedelta(seconds=_PILED_S),
                recording=path,
            )
            database.writer.put(SaveArrival(call))
            await database.writer.commit(SaveEnd(call))


@contextlib.asynccontextmanager
async def _desk(folder: Path) -> AsyncIterator[subprocess.Popen[bytes]]:
    """Run the desk over the line's data folder.

    It takes seconds to end, and the callers and models of this measure live on in this process:
    a wait that held its loop would keep their sound back.
    """
    environment = {
        **os.environ,
        "MAPOKEZI_DESK_PORT": str(Ports.free().line),
        "MAPOKEZI_RECORDING_KEYS": SealKey.draw().written(),
        "MAPOKEZI_SUPERVISED": str(os.getpid()),
        # The models' keys are any: the desk dials none.
        "MAPOKEZI_MODEL_GEMINI_KEY": "any",
        "MAPOKEZI_MODEL_OPENAI_KEY": "any",
    }
    command = [sys.executable, "-m", "mapokezi", "desk", "--config", str(folder / "mapokezi.toml")]
    with (folder / "desk.log").open("wb") as log:
        process = subprocess.Popen(
            command, stdout=log, stderr=log, env=environment, start_new_session=True
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        await asyncio.to_thread(process.wait, _ENDS_WITHIN_S)


async def _until_sealing(folder: Path, desk: subprocess.Popen[bytes]) -> None:
    async with asyncio.timeout(_ENDS_WITHIN_S):
        while not await _sealed(folder):
            assert desk.poll() is None, f"see {folder / 'desk.log'}"
            await asyncio.sleep(0.1)


async def _sealed(folder: Path) -> int:
    return await asyncio.to_thread(_count_sealed, folder)


def _count_sealed(folder: Path) -> int:
    return sum(1 for _ in (folder / "recordings").rglob("*.sealed"))


def _child_of(desk: subprocess.Popen[bytes]) -> dict[str, float]:
    """Look at the process that compresses and seals: its processor time, its memory."""
    children = Path(f"/proc/{desk.pid}/task/{desk.pid}/children").read_text(encoding="utf-8")
    for pid in map(int, children.split()):
        if b"recording_work" in Path(f"/proc/{pid}/cmdline").read_bytes():
            cost = Cost.of(pid)
            return {"cpu_s": cost.cpu_s, "resident_mb": cost.resident_kb / 1024}
    return {}


class _Crowd:
    """Callers, so many at a time, who all come to a good end."""

    def __init__(self, line: WireLine, models: Models, legs: Legs, seen: _Seen) -> None:
        self._line, self._models, self._legs, self._seen = line, models, legs, seen
        self._rng = random.Random(20_261_122)
        self._over = False

    @contextlib.asynccontextmanager
    async def up(self) -> AsyncIterator[None]:
        """Have them calling for the block's length; the calls come to their ends behind it."""
        async with asyncio.TaskGroup() as group:
            for place in range(CALLS):
                group.create_task(self._one_after_the_other(place))
            await asyncio.sleep(_SETTLING_S + CALLS * _APART_S)
            try:
                yield
            finally:
                self._over = True

    async def _one_after_the_other(self, place: int) -> None:
        await asyncio.sleep(place * _APART_S)
        while not self._over:
            call = WireCall(self._line, self._models, self._legs, Fate.WELL, self._rng)
            try:
                await call.live()
            except Exception as error:  # noqa: BLE001  told; the others go on
                self._seen.errors.append(f"{type(error).__name__}: {error}")
                await asyncio.sleep(0.5)
            else:
                self._seen.ended += 1


def _figures(seen: _Seen) -> list[Figure]:
    assert seen.alone is not None
    assert seen.beside is not None
    child: Mapping[str, float] = seen.child
    return [
        Figure("calls at a time", CALLS, "", f">= {CALLS}"),
        Figure("calls that came to their end", seen.ended),
        Figure("calls that this measure could not live through", len(seen.errors), "", "<= 0"),
        Figure("recordings sealed beside", seen.sealed, "", ">= 1"),
        Figure("recordings that still waited to be sealed then", seen.still_plain, "", ">= 1"),
        Figure("loop lag of the line, p99, sealing beside", _lag(seen.beside), "ms", "<= 10"),
        Figure("the same without", _lag(seen.alone), "ms"),
        Figure("its longest, from the start of the line", _ms(seen.longest_lag_s), "ms"),
        Figure("underruns", seen.underruns, "", "<= 0"),
        Figure("of these, of sound that the line had in time", seen.of_the_line, "", "<= 0"),
        Figure("replies whose sound this measure's models sent too late", seen.slow_replies),
        Figure("CPU of the line, sealing beside", _cpu(seen.beside), "% of a core"),
        Figure("the same without", _cpu(seen.alone), "% of a core"),
        Figure("time that the line waited for a core, sealing beside", _waited(seen.beside), "%"),
        Figure("the same without", _waited(seen.alone), "%"),
        Figure("CPU of the sealing process", round(child.get("cpu_s", 0.0), 1), "s"),
        Figure("its memory", round(child.get("resident_mb", 0.0)), "MiB"),
        Figure("20 ms frames that this measure sent late", seen.late_share, "%"),
    ]


def _lag(looks: tuple[_Look, _Look]) -> float | None:
    return _ms(exposition.bound_of(looks[1].lag_since(looks[0]), 0.99))


def _ms(bound_s: float | None) -> float | None:
    return None if bound_s is None else round(bound_s * 1000, 1)


def _cpu(looks: tuple[_Look, _Look]) -> float:
    return round(looks[1].cost.share_of_a_core(looks[0].cost), 1)


def _waited(looks: tuple[_Look, _Look]) -> float:
    return round(looks[1].cost.share_waited(looks[0].cost), 1)
