"""What of a reply's delay, and of an interruption's, is ours: measured on the wire.

A model that answers in no time and a loudspeaker, in one process and on one clock, with the real
line between them. Two instants are taken of each reply: when the model's first sound of it left,
and when the first of it that can be heard came to the platform's side. And of each interruption:
when the model's word for it left (Gemini's ``interrupted``, OpenAI's ``speech_started``), and when
``killAudio`` came. The model interrupts while the caller is silent, so that no ear of ours has a
part in it. What this process takes to notice is in the figures too.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.bridge.runs import cores
from bench.figures import Figure, Load, Measured, load_average, percentile
from bench.stage import FOLDER
from bench.wire.calls import REPLIES, Fate, WireCall
from bench.wire.carrier import Carrier
from bench.wire.legs import Legs
from bench.wire.line import Ports, WireLine, line_up
from bench.wire.models import Models

CALLS = tuple(map(int, os.environ.get("BENCH_OUR_SHARE_CALLS", "1;20;50").split(";")))
"""At once."""
SECONDS = float(os.environ.get("BENCH_OUR_SHARE_SECONDS", "60"))
_CUT_AFTER_S = (0.8, 2.0)
_BETWEEN_S = (0.3, 0.8)
"""From the caller's last words to the reply. After 1.2 s a filler of ours is heard, and the reply
behind it: that would be measured in its place."""
_HEARD_WITHIN_S = 2.0
_BAR = "<= 60"


@dataclass
class Shares:
    """What was measured, in milliseconds."""

    reply_ms: list[float] = field(default_factory=list)
    clear_ms: list[float] = field(default_factory=list)
    lost: int = 0
    """Replies of which nothing was heard, and interruptions that nothing followed."""
    heard_after: int = 0
    """Interruptions after which sound of the void reply still came."""


async def measure() -> Measured:
    """Take the figures."""
    before = load_average()
    figures: list[Figure] = []
    details = {}
    for calls in CALLS:
        shares = await taken(calls, SECONDS)
        figures += _figures(calls, shares)
        details[str(calls)] = {"reply_ms": shares.reply_ms, "clear_ms": shares.clear_ms}
    return Measured(
        "our_share",
        "Our share of the response gap, and our clear, on the wire",
        figures,
        Load(before, load_average()),
        remarks=(
            (
                "Half of the calls are led by Gemini Live, half by OpenAI Realtime (24 kHz)."
                " From the model's socket to the platform's: resampling, watchdog, conversation and"
                " playout are in it, the model's thinking and the platform's playout are not."
            ),
        ),
        details=details,
    )


async def taken(calls: int, seconds: float) -> Shares:
    """Have so many calls up for so long."""
    own, others = cores()
    os.sched_setaffinity(0, others)
    folder = FOLDER.absolute() / "our-share"
    ports, carrier, models, legs = Ports.free(), Carrier(), Models(), Legs()
    shares = Shares()
    await models.listen(ports.models)
    await carrier.listen(ports.carrier)
    legs.start()
    try:
        async with line_up(folder, ports, cores=own) as line, asyncio.TaskGroup() as group:
            for place in range(calls):
                group.create_task(_call(place, seconds, line, models, legs, shares))
    finally:
        await legs.stop()
        await models.close()
        await carrier.close()
        os.sched_setaffinity(0, own | others)
    return shares


async def _call(
    place: int, seconds: float, line: WireLine, models: Models, legs: Legs, shares: Shares
) -> None:
    await asyncio.sleep(place * 0.1)
    until = time.monotonic() + seconds
    await _Talk(line, models, legs, random.Random(place), shares, until).live()


class _Talk(WireCall):
    """A call whose model speaks and interrupts itself, again and again."""

    def __init__(
        self,
        line: WireLine,
        models: Models,
        legs: Legs,
        rng: random.Random,
        shares: Shares,
        until: float,
    ) -> None:
        super().__init__(line, models, legs, Fate.WELL, rng)
        self.office = ("gemini", "openai")[rng.randrange(2)]
        self._shares = shares
        self._until = until

    async def _talk(self) -> None:
        await self._until_quiet(20.0)
        while time.monotonic() < self._until and self.leg.is_open:
            await self._turn()
            await asyncio.sleep(self._rng.uniform(*_BETWEEN_S))

    async def _turn(self) -> None:
        session, shares = self.session, self._shares
        if session is None:
            await asyncio.sleep(0.1)
            return
        sent: list[float] = []
        heard: list[float] = []
        session.on_sound, self.leg.on_audible = sent.append, heard.append
        session.hears_end("And then?")
        session.reply(self._rng.choice(REPLIES))
        await _until(heard)
        if not (heard and sent):
            shares.lost += 1
            return
        shares.reply_ms.append((heard[0] - sent[0]) * 1000)
        await asyncio.sleep(self._rng.uniform(*_CUT_AFTER_S))
        killed: list[float] = []
        self.leg.on_kill = killed.append
        void = session.interrupts()
        await _until(killed)
        if not killed:
            shares.lost += 1
            return
        shares.clear_ms.append((killed[0] - void) * 1000)
        heard.clear()
        await asyncio.sleep(0.3)
        shares.heard_after += bool(heard)
        session.hears_end("I see.")


async def _until(found: list[float]) -> None:
    until = time.monotonic() + _HEARD_WITHIN_S
    while not found and time.monotonic() < until:
        await asyncio.sleep(0.005)


def _figures(calls: int, shares: Shares) -> list[Figure]:
    what = f"{calls} calls" if calls > 1 else "one call"
    return [
        Figure(f"{what}: replies", len(shares.reply_ms), "", ">= 1"),
        *_both(f"{what}: model's sound to ours", shares.reply_ms),
        *_both(f"{what}: model's interruption to our clear", shares.clear_ms),
        Figure(f"{what}: replies not heard, or not cleared", shares.lost, "", "<= 0"),
        Figure(f"{what}: heard after the clear", shares.heard_after, "", "<= 0"),
    ]


def _both(what: str, values: Sequence[float]) -> list[Figure]:
    def of(share: float) -> float | None:
        found = percentile(values, share)
        return None if found is None else round(found, 1)

    return [
        Figure(f"{what}, p50", of(0.5), "ms"),
        Figure(f"{what}, p99", of(0.99), "ms", _BAR),
    ]
