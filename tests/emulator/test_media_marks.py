"""Marks against the recordings of the real module (``marks.jsonl``): 8 kHz on 8 kHz, and 16 on 8.

Times are milliseconds from the first message; ticks fall every 20 ms, so each may be a tick off.
"""

from __future__ import annotations

import json

import numpy as np
import pytest

from mapokezi.emulator.media_module import ForkStart, MediaModule, TextOut
from mapokezi.emulator.mode_values.streams import Marks, PlayoutLock

KILL = '{"type":"killAudio"}'


class Bench:
    """A module with marks, and what came back of them, with the tick's time."""

    def __init__(self, marks: Marks, rate_hz: int = 8_000) -> None:
        self.rate_hz = rate_hz
        self.module = MediaModule(ForkStart(back_rate_hz=rate_hz, marks=marks))
        self.module.connected()
        self.module.outgoing()
        self.now_ms = 0.0
        self.came: list[tuple[float, str, str]] = []

    def say(self, ms: float) -> None:
        at = np.arange(round(ms * self.rate_hz / 1000)) / self.rate_hz
        pcm = (8000 * np.sin(2 * np.pi * 440 * at)).astype("<i2").tobytes()
        self.module.receive_binary(pcm)

    def mark(self, name: str) -> None:
        self.module.receive_text(json.dumps({"type": "mark", "data": {"name": name}}))

    def run(self, ms: float) -> list[tuple[float, str, str]]:
        """Let time pass; gives what came back in it, times counted from its beginning."""
        began, before = self.now_ms, len(self.came)
        while self.now_ms < began + ms:
            self.now_ms += 20
            self.module.write_tick(bytes(320))
            for message in self.module.outgoing():
                assert isinstance(message, TextOut)
                data = json.loads(message.text)["data"]
                self.came.append((self.now_ms, data["name"], data["event"]))
        return [(at - began, name, event) for at, name, event in self.came[before:]]


def test_exact_where_no_rate_is_changed() -> None:
    bench = Bench(Marks.EXACT)
    for name, ms in (("m1", 480), ("m2", 480), ("m3", 160)):
        bench.mark(name)
        bench.say(ms)
    came = bench.run(1700)
    assert [name for _, name, _ in came] == ["m1", "m2", "m3"]
    measured = (2, 501, 981)
    assert [at for at, _, _ in came] == pytest.approx(measured, abs=21)
    bench.say(640)
    bench.mark("end")
    ((at, name, event),) = bench.run(1200)
    assert (name, event) == ("end", "playout")
    assert at == pytest.approx(638, abs=21)
    bench.mark("idle")
    assert bench.run(500) == [(20, "idle", "playout")], "at the next tick"


def test_a_kill_clears_them_and_reports_lag_by_one_from_then_on() -> None:
    bench = Bench(Marks.EXACT)
    for name in ("k1", "k2"):
        bench.mark(name)
        bench.say(640)
    assert [name for _, name, _ in bench.run(500)] == ["k1"]
    bench.module.receive_text(KILL)
    assert bench.run(600) == [(20, "k2", "cleared")]
    for name, come in (("k3", []), ("k4", ["k3"]), ("c1", ["k4"])):
        bench.mark(name)
        bench.say(480)
        assert [told for _, told, _ in bench.run(1200)] == come


def test_clearing_them_loses_their_places() -> None:
    bench = Bench(Marks.EXACT)
    bench.say(640)
    bench.mark("c1")
    bench.mark("c2")
    bench.module.receive_text('{"type":"clearMarks"}')
    assert bench.run(1200) == []
    for index in range(40):
        bench.mark(f"n{index}")
    bench.say(160)
    came = bench.run(1200)
    assert [name for _, name, _ in came] == [f"n{index}" for index in range(28)]


def test_real_samples_of_minus_one_fire_them_early() -> None:
    bench = Bench(Marks.EXACT)
    bench.mark("b")
    sound = np.full(4_000, 3_000, "<i2")
    sound[::10] = -1
    bench.module.receive_binary(sound.tobytes())
    bench.mark("c")
    came = bench.run(700)
    assert [name for _, name, _ in came] == ["b", "c"]
    assert came[1][0] - came[0][0] <= 20, "the second with the first"


def test_wrong_on_a_resampled_channel() -> None:
    bench = Bench(Marks.WRONG, rate_hz=16_000)
    for name, ms in (("m1", 480), ("m2", 480), ("m3", 160)):
        bench.mark(name)
        bench.say(ms)
    came = bench.run(1000)
    assert [(name, at) for at, name, _ in came] == [("m1", 20), ("m2", 20)], "both at once"
    bench.run(700)
    late = Bench(Marks.WRONG, rate_hz=16_000)
    for index in range(40):
        late.mark(f"n{index}")
    late.say(640)
    assert late.run(1200) == [], "of forty none"


def test_off_they_never_come() -> None:
    bench = Bench(Marks.OFF)
    bench.mark("m1")
    bench.say(480)
    assert bench.run(1000) == []


def test_a_message_that_was_missed_comes_with_the_next() -> None:
    start = ForkStart(back_rate_hz=8_000, playout_lock=PlayoutLock.MISSES)
    module = MediaModule(start)
    module.connected()
    for _ in range(10):
        module.receive_binary(bytes(640))
    assert module.queued_ms == pytest.approx(320 + 40, abs=40), "nine of ten"
    before = module.queued_ms + module.stuck_ms
    module.receive_binary(bytes(640))
    assert module.queued_ms + module.stuck_ms == pytest.approx(before + 80), "two at once"
