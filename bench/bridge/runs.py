"""One run: a bridge, so many calls, so many seconds; what it cost, and what the callers got."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.bridge.bridges import (
    BRIDGE_PORT,
    MODEL_PORT,
    MODEL_TLS_PORT,
    Kept,
    start_of,
)
from bench.bridge.programs import Programs
from bench.process import Cost
from bench.stage import FOLDER, DidNotStart

BEARABLE_MS = 20.0
"""Later than this at the 99th percentile, a bridge does not carry its calls any more."""
_LISTENS_WITHIN_S = 60.0
_STOPS_WITHIN_S = 15.0
_PAUSE_S = 0.5
_LOG = FOLDER.absolute() / "bridge-logs"


@dataclass(frozen=True, slots=True)
class Run:
    """What one run of one bridge gave."""

    bridge: str
    calls: int
    cpu_ms: float
    """Of the processor, a call and second, all threads of the bridge."""
    pss_kb: float
    """Memory that is the bridge's own, a call: at the run's end, less before the first call."""
    waited_share: float
    """Of the time, in per cent: how long the bridge's first thread wanted a core and had none."""
    told: dict[str, Any]
    """As `loadgen` printed it."""
    kept: Kept | None = None

    @property
    def is_whole(self) -> bool:
        """Whether every call was up to the end, and nothing was lost."""
        told = self.told
        is_up = told["opened"] == self.calls and not told["closed"]
        kept = self.kept or {"calls_on_record": self.calls, "recordings": self.calls, "failed": 0}
        is_kept = kept["calls_on_record"] == kept["recordings"] == self.calls
        return is_up and is_kept and not kept["failed"] and told["back"] > 0 and not told["lost"]

    @property
    def is_borne(self) -> bool:
        """Whether its callers could bear it."""
        return self.is_whole and 0 <= self.told["lat_p99"] < BEARABLE_MS

    def as_dict(self) -> dict[str, Any]:
        """All of it, for the JSON."""
        return asdict(self)


async def run(
    name: str, programs: Programs, greeting_s: float, calls: int, seconds: float
) -> Run | None:
    """Take one run; None if the bridge is not to be had.

    Raises:
        DidNotStart: The bridge or a program ended, or listens not in time.
    """
    start = start_of(name, programs, greeting_s)
    if start is None:
        return None
    own, others = cores()
    with _process("fakemodel", _fakemodel(programs), others) as model:
        await _until_it_listens(MODEL_PORT, model)
        with _process("bridge", start.command, own, dict(start.environment)) as bridge:
            await _until_it_listens(BRIDGE_PORT, bridge)
            if start.ready is not None:
                await start.ready()
            await asyncio.sleep(_PAUSE_S)
            empty_kb = _pss_kb(bridge.pid)
            paths = await start.paths(calls)
            command = [programs.loadgen, BRIDGE_PORT, paths, calls, seconds, start.quiet_s]
            loadgen = await asyncio.create_subprocess_exec(
                *map(str, command),
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
            os.sched_setaffinity(loadgen.pid, others)
            before, after, full_kb = await _watched(loadgen, bridge.pid)
            out, _ = await loadgen.communicate()
            kept = await start.kept(calls) if start.kept is not None else None
    return Run(
        bridge=name,
        calls=calls,
        cpu_ms=after.cpu_ms_per_call_second(before, calls),
        pss_kb=(full_kb - empty_kb) / calls,
        waited_share=after.share_waited(before),
        told=json.loads(out),
        kept=kept,
    )


async def _watched(loadgen: asyncio.subprocess.Process, bridge: int) -> tuple[Cost, Cost, float]:
    """Look at the bridge when the measured part begins and when it ends."""
    looks: dict[str, Cost] = {}
    full_kb = 0.0
    assert loadgen.stderr is not None
    said = b""
    async for line in loadgen.stderr:
        said = line.strip()
        if said in (b"READY", b"END"):
            looks[said.decode()] = Cost.of(bridge)
        if said == b"END":
            full_kb = _pss_kb(bridge)
            break
    if len(looks) < 2:
        raise DidNotStart(f"the calls were not up: {said.decode(errors='replace')}; see {_LOG}")
    return looks["READY"], looks["END"], full_kb


def _fakemodel(programs: Programs) -> list[str]:
    command = [str(programs.fakemodel), str(MODEL_PORT)]
    tls = programs.certificate
    if tls is not None:
        command += [str(MODEL_TLS_PORT), str(tls), str(tls.with_suffix(".key"))]
    return command


def cores() -> tuple[set[int], set[int]]:
    """One core for the bridge, the others for what is not measured."""
    all_of_them = sorted(os.sched_getaffinity(0))
    return {all_of_them[0]}, set(all_of_them[1:]) or {all_of_them[0]}


@contextmanager
def _process(
    what: str,
    command: Sequence[str],
    cores: set[int],
    environment: dict[str, str] | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    _LOG.mkdir(parents=True, exist_ok=True)
    with (_LOG / f"{what}.log").open("wb") as log:
        process = subprocess.Popen(
            command,
            stdout=log,
            stderr=log,
            env=environment,
            start_new_session=True,
        )
    os.sched_setaffinity(process.pid, cores)  # its threads, started later, stay there too
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(_STOPS_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


async def _until_it_listens(port: int, process: subprocess.Popen[bytes]) -> None:
    loop = asyncio.get_running_loop()
    until = loop.time() + _LISTENS_WITHIN_S
    while process.poll() is None and loop.time() < until:
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return
        await asyncio.sleep(0.1)
    raise DidNotStart(f"nothing listens on port {port}; see the logs in {_LOG}")


def _pss_kb(pid: int) -> float:
    """What a process's memory would cost if nobody shared any of it with it (Linux)."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8")
    found = re.search(r"^Pss:\s+(\d+)", text, re.MULTILINE)
    assert found is not None
    return float(found[1])
