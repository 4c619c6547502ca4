"""The model of the media module against the recordings of the real one.

Each test replays a transcript in simulated time: messages at their instants, ticks every 20 ms.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.emulator.media_module import (
    BinaryOut,
    CloseOut,
    ForkStart,
    ForkState,
    MediaModule,
    Mix,
    ModuleEvent,
    TextOut,
)

FIXTURES = Path(__file__).parent / "fixtures"
KILL = '{"type":"killAudio"}'
TOLERANCE_MS = 5
"""The measured times are in steps of 2 ms; our filter keeps up to 3 ms at a sound's end."""


def fixture(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((FIXTURES / f"{name}.json").read_text())
    return loaded


def sine(samples: int, rate_hz: int, hz: float = 1000.0, amplitude: float = 8000.0) -> bytes:
    at = np.arange(samples) / rate_hz
    return (amplitude * np.sin(2 * np.pi * hz * at)).astype("<i2").tobytes()


def tone(ms: float, hz: float = 1000.0, rate_hz: int = 16_000) -> bytes:
    return sine(round(ms * rate_hz / 1000), rate_hz, hz)


def zeros(ms: float, rate_hz: int = 16_000) -> bytes:
    return bytes(round(ms * rate_hz / 1000) * 2)


class Bench:
    """A module on a bench: a clock in milliseconds, and all that the caller heard."""

    def __init__(self, start: ForkStart, phase_ms: float = 7.0, writes: bool = True) -> None:
        self.module = MediaModule(start)
        self.module.connected()
        self.now_ms = 0.0
        self.next_tick_ms = phase_ms
        self.rate_hz = start.channel_rate_hz
        self.writes = writes
        self.heard: list[tuple[float, bytes]] = []
        self.sent: list[tuple[float, object]] = []

    @property
    def frame(self) -> bytes:
        return bytes(self.rate_hz // 50 * 2)

    def run_until(self, until_ms: float, own: bytes | None = None) -> None:
        while self.next_tick_ms <= until_ms:
            self.module.read_tick(self.frame)
            out = self.module.write_tick((own or self.frame) if self.writes else None)
            self.heard.append((self.next_tick_ms, out or self.frame))
            self.sent += [(self.next_tick_ms, message) for message in self.module.outgoing()]
            self.next_tick_ms += 20.0
        self.now_ms = until_ms

    def run(self, ms: float) -> None:
        self.run_until(self.now_ms + ms)

    def sound_since(self, since_ms: float) -> np.ndarray[Any, np.dtype[np.int16]]:
        pcm = b"".join(frame for at, frame in self.heard if at > since_ms)
        return np.frombuffer(pcm, "<i2")

    def heard_ms(self, since_ms: float, hz: float | None = None) -> float:
        """Milliseconds of loud sound, in blocks of 2 ms; of one pitch if ``hz`` is given."""
        sound = self.sound_since(since_ms).astype(float)
        block = self.rate_hz // 500
        blocks = sound[: len(sound) // block * block].reshape(-1, block)
        loud = np.abs(blocks).max(axis=1) > 1500
        if hz is not None:
            window = self.rate_hz // 100
            wide = sound[: len(sound) // window * window].reshape(-1, window)
            at = np.arange(window) / self.rate_hz
            strength = np.abs(wide @ np.exp(-2j * np.pi * hz * at)) / window * 2
            other = np.abs(wide).max(axis=1)
            return float(np.count_nonzero((strength > 2500) & (other > 1500)) * 10)
        return float(np.count_nonzero(loud) * 2)

    def onset_ms(self, since_ms: float, hz: float | None = None) -> float | None:
        for at, frame in self.heard:
            if at <= since_ms:
                continue
            samples = np.frombuffer(frame, "<i2").astype(float)
            if np.abs(samples).max() > 1500 and (hz is None or _pitch(samples, self.rate_hz) == hz):
                return at - since_ms
        return None


def _pitch(samples: np.ndarray[Any, np.dtype[np.float64]], rate_hz: int) -> float:
    at = np.arange(samples.size) / rate_hz
    strength = {hz: abs(np.sum(samples * np.exp(-2j * np.pi * hz * at))) for hz in (500.0, 1000.0)}
    return max(strength, key=lambda hz: strength[hz])


PSTN = ForkStart(metadata="{}", back_rate_hz=16_000)


@pytest.mark.parametrize("row", fixture("prebuffer")["rows"], ids=str)
def test_prebuffer_thresholds_are_exact(row: dict[str, Any]) -> None:
    bench = Bench(ForkStart(back_rate_hz=row["sent_rate"], channel_rate_hz=row["channel"]))
    bench.run(400)
    since = bench.now_ms
    bench.module.receive_binary(sine(row["samples"], row["sent_rate"]))
    bench.run(700)
    assert bench.heard_ms(since) == pytest.approx(row["heard_ms"], abs=TOLERANCE_MS)
    onset = bench.onset_ms(since)
    if row["onset_ms"] is None:
        assert onset is None
    else:
        assert onset is not None
        assert 0 < onset <= 20
    for then in row["then"]:
        since = bench.now_ms
        bench.module.receive_binary(sine(then["samples"], row["sent_rate"]))
        bench.run(600)
        assert bench.heard_ms(since) == pytest.approx(then["heard_ms"], abs=TOLERANCE_MS)


@pytest.mark.parametrize("row", fixture("tail")["stuck"], ids=str)
def test_the_tail_stays_stuck_until_more_comes(row: dict[str, Any]) -> None:
    bench = Bench(PSTN)
    bench.run(400)
    since = bench.now_ms
    bench.module.receive_binary(tone(row["sent_ms"]))
    bench.run(row["sent_ms"] + 600)
    assert bench.heard_ms(since) == pytest.approx(row["heard_ms"], abs=TOLERANCE_MS)
    since = bench.now_ms
    bench.module.receive_binary(tone(400, 500) + zeros(200))
    bench.run(1000)
    old_ms = row["old_tone_at_start_of_next_ms"]
    assert bench.heard_ms(since, 1000) == pytest.approx(old_ms, abs=12)
    assert bench.heard_ms(since) == pytest.approx(row["next_total_ms"], abs=TOLERANCE_MS)


@pytest.mark.parametrize("row", fixture("tail")["flush"], ids=str)
def test_zeros_push_the_tail_out(row: dict[str, Any]) -> None:
    bench = Bench(PSTN)
    bench.run(400)
    since = bench.now_ms
    bench.module.receive_binary(tone(777))
    if row["zeros_ms"]:
        bench.module.receive_binary(zeros(row["zeros_ms"]))
    bench.run(1400)
    assert bench.heard_ms(since) == pytest.approx(row["heard_ms_of_777"], abs=TOLERANCE_MS)


@pytest.mark.parametrize("row", fixture("tail")["aligned"], ids=str)
def test_frames_padded_to_80_ms_leave_nothing_behind(row: dict[str, Any]) -> None:
    channel = 8_000 if row["codec"] == "PCMU" else 16_000
    bench = Bench(ForkStart(back_rate_hz=16_000, channel_rate_hz=channel))
    bench.run(400)

    def utter(ms: float, hz: float) -> float:
        pcm = tone(ms, hz)
        pcm += bytes(-len(pcm) % 2560)
        since = bench.now_ms
        for at in range(0, len(pcm), 640):
            bench.module.receive_binary(pcm[at : at + 640])
        return since

    since = utter(777, 1000)
    bench.run(1200)
    assert bench.heard_ms(since) == pytest.approx(row["first_heard_of_777"], abs=TOLERANCE_MS)
    since = utter(400, 500)
    bench.run(900)
    assert bench.heard_ms(since) == pytest.approx(row["second_heard_of_400"], abs=TOLERANCE_MS)
    assert 0 < (bench.onset_ms(since) or 0) <= 21
    assert bench.module.stuck_ms == 0
    utter(1000, 500)
    bench.run(300)
    bench.module.receive_text(KILL)
    bench.run(40)
    since = utter(400, 1000)
    bench.run(900)
    assert bench.heard_ms(since, 500) == 0
    assert bench.heard_ms(since) == pytest.approx(row["third_heard_of_400"], abs=TOLERANCE_MS)
    assert 0 < (bench.onset_ms(since) or 0) <= 21


def test_kill_audio_silences_from_the_next_tick_on() -> None:
    rows = fixture("kill_audio")["last_loud_after_kill_ms"]
    for turn, measured in enumerate(rows):
        bench = Bench(PSTN, phase_ms=1.0 + turn * 1.6)
        bench.module.receive_binary(tone(2000))
        bench.run(600)
        assert bench.module.queued_ms > 1000
        killed = bench.now_ms
        bench.module.receive_text(KILL)
        bench.run(500)
        assert bench.heard_ms(killed) == measured
        assert ModuleEvent("kill_audio") in bench.module.events()


@pytest.mark.parametrize("row", fixture("kill_audio")["then_audio"], ids=str)
@pytest.mark.parametrize("phase_ms", [1.0, 8.0, 14.0, 19.0])
def test_sound_soon_after_a_kill_is_lost(row: dict[str, Any], phase_ms: float) -> None:
    bench = Bench(PSTN, phase_ms)
    bench.module.receive_binary(tone(2000))
    bench.run(500)
    killed = bench.now_ms
    bench.module.receive_text(KILL)
    bench.run(row["pause_ms"])
    bench.module.receive_binary(tone(500, 500) + zeros(200))
    bench.run(1000)
    heard = bench.heard_ms(killed, 500)
    if row["pause_ms"] == 0:
        assert heard == row["new_500hz_heard_ms"] == 0
    elif row["pause_ms"] >= 20:
        assert heard == pytest.approx(row["new_500hz_heard_ms"], abs=22)
    else:
        # It depends on where the tick falls: the recording has both.
        ticked = any(killed < at <= killed + row["pause_ms"] for at, _ in bench.heard)
        assert heard == pytest.approx(500 if ticked else 0, abs=22)
    assert bench.heard_ms(killed + 45, 1000) <= 20


@pytest.mark.parametrize("row", fixture("kill_audio")["recipes"], ids=str)
def test_the_remainder_in_the_prebuffer_survives_a_kill(row: dict[str, Any]) -> None:
    bench = Bench(PSTN)
    bench.run(400)
    bench.module.receive_binary(tone(1000))
    bench.run(500)
    for step in row["recipe"].split():
        if step == "kill":
            bench.module.receive_text(KILL)
        elif step == "zeros":
            bench.module.receive_binary(zeros(160))
        else:
            bench.run(31)
    bench.run(301)
    since = bench.now_ms
    bench.module.receive_binary(tone(400, 500) + zeros(200))
    bench.run(900)
    assert bench.heard_ms(since, 1000) == pytest.approx(row["old_1000hz_ms"], abs=12)
    assert bench.heard_ms(since, 500) == pytest.approx(row["new_500hz_ms"], abs=22)
    onset = bench.onset_ms(since, None if row["old_1000hz_ms"] else 500)
    assert onset is not None
    assert abs(onset - row["onset_ms"]) <= 21  # a tick's phase


def test_onset_of_paced_sending() -> None:
    measured = fixture("onset")["paced"]
    for turn in range(5):
        bench = Bench(PSTN, phase_ms=2.0 + turn * 4)
        bench.run(500)
        since = bench.now_ms
        pcm = tone(800)
        for at in range(0, len(pcm), 640):
            bench.module.receive_binary(pcm[at : at + 640])
            bench.run(20)
        bench.run(500)
        onset = bench.onset_ms(since)
        assert onset is not None
        assert min(measured["onset_ms"]) - 4 <= onset <= max(measured["onset_ms"]) + 1
        assert bench.heard_ms(since) == pytest.approx(798, abs=TOLERANCE_MS)


@pytest.mark.parametrize("run", fixture("onset")["burst"], ids=str)
def test_onset_of_a_burst(run: dict[str, Any]) -> None:
    bench = Bench(PSTN)
    bench.run(500)
    since = bench.now_ms
    pcm = tone(800)
    size = 640 if run["how"] == "40 frames" else len(pcm)
    for at in range(0, len(pcm), size):
        bench.module.receive_binary(pcm[at : at + size])
    bench.run(1200)
    assert 0 < (bench.onset_ms(since) or 0) <= 21
    assert bench.heard_ms(since) == pytest.approx(run["heard_ms"], abs=TOLERANCE_MS)


@pytest.mark.parametrize("row", fixture("onset")["lead"], ids=str)
def test_onset_with_a_lead_after_priming(row: dict[str, Any]) -> None:
    for turn in range(6):
        bench = Bench(PSTN, phase_ms=1.0 + turn * 3.3)
        bench.module.receive_binary(zeros(160))
        bench.run(1000)
        since = bench.now_ms
        pcm = tone(1200)
        lead = row["lead_ms"] * 32
        for at in range(0, lead, 640):
            bench.module.receive_binary(pcm[at : at + 640])
        for at in range(lead, len(pcm), 640):
            bench.module.receive_binary(pcm[at : at + 640])
            bench.run(20)
        bench.run(400)
        onset = bench.onset_ms(since)
        assert onset is not None
        assert min(row["onset_ms"]) - 5 <= onset <= max(row["onset_ms"]) + 5
        assert bench.heard_ms(since) == pytest.approx(1200, abs=TOLERANCE_MS)


def test_thirty_seconds_at_once_are_heard_whole() -> None:
    bench = Bench(PSTN)
    since = bench.now_ms
    bench.module.receive_binary(tone(30_000) + zeros(200))
    bench.run(30_500)
    assert bench.heard_ms(since) == pytest.approx(30_000, abs=TOLERANCE_MS)


@pytest.mark.parametrize("row", fixture("server_close")["rows"], ids=lambda row: row["scenario"])
def test_our_close_is_one_event_and_the_queue_plays_out(row: dict[str, Any]) -> None:
    recording = fixture("server_close")
    bench = Bench(PSTN)
    bench.run(500)
    bench.module.receive_binary(tone(recording["sent_bytes"] / 32))
    bench.run(recording["closed_after_ms"])
    bench.module.events()
    closed = bench.now_ms
    bench.module.peer_closed()
    assert [[f"mod_audio_fork::{event.name}"] for event in bench.module.events()] == row["events"]
    bench.run(4000)
    assert bench.heard_ms(closed) == pytest.approx(row["already_queued_sound_heard_ms"], abs=25)
    assert all(at <= closed for at, _ in bench.sent), "nothing goes to a closed socket"
    assert bench.module.events() == []


def test_hanging_up_closes_with_1000_and_no_empty_binary() -> None:
    rows = fixture("pbx_close")["rows"]
    bench = Bench(PSTN)
    bench.run(400)
    bench.module.receive_binary(tone(3000))
    bench.run(400)
    bench.module.stop()
    after = bench.module.outgoing()
    assert after == [CloseOut(row["code"]) for row in rows if row["op"] == "close"][:1]
    bench.run(100)
    assert bench.module.outgoing() == []
    assert bench.heard_ms(bench.now_ms - 80) == 0
    assert bench.module.events() == [ModuleEvent("connect")]


def test_graceful_shutdown_sends_one_empty_binary_and_goes_on_listening() -> None:
    bench = Bench(PSTN)
    bench.run(200)
    bench.module.shut_down_gracefully()
    assert bench.module.outgoing()[-1] == BinaryOut(b"")
    since = bench.now_ms
    bench.module.receive_text('{"type":"json","data":"still here"}')
    bench.module.receive_binary(tone(500) + zeros(200))
    bench.run(1000)
    assert all(at <= since for at, _ in bench.sent)
    assert bench.heard_ms(since) == pytest.approx(500, abs=TOLERANCE_MS)
    assert [event.name for event in bench.module.events()] == ["connect", "json"]


REFUSED = [row for row in fixture("refusals")["rows"] if row["event"] == "connect_failed"]


@pytest.mark.parametrize("row", REFUSED, ids=lambda row: row["scenario"])
def test_a_refused_connection_is_one_event_and_no_sound(row: dict[str, Any]) -> None:
    module = MediaModule(PSTN)
    module.refused(json.loads(row["body"])["reason"])
    (event,) = module.events()
    assert event.name == row["event"]
    assert json.loads(event.body) == json.loads(row["body"])
    for _ in range(50):
        module.read_tick(bytes(320))
        assert module.write_tick(bytes(320)) == bytes(320)
    assert module.outgoing() == []


@pytest.mark.parametrize("row", fixture("text_messages")["rows"], ids=lambda row: row["sent"][:40])
def test_texts_raise_the_measured_events(row: dict[str, Any]) -> None:
    module = MediaModule(ForkStart())
    module.connected()
    module.events()
    module.receive_text(row["sent"])
    event = next(iter(module.events()), None)
    measured = [(name, *body) for name, *body in row["events"]]
    if not measured:
        assert event is None
        return
    assert event is not None
    (name, *body) = measured[0]
    assert event.name == name
    if body and name != "json":
        assert json.loads(event.body) == json.loads(body[0])
    else:
        assert event.body == (body[0] if body else "")


def test_a_fragmented_text_above_the_limit_is_dropped_without_a_word() -> None:
    module = MediaModule(PSTN)
    module.connected()
    module.events()
    long = json.dumps({"type": "error", "data": "z" * 700_000})
    module.receive_text(long, fragmented=True)
    assert module.events() == []
    module.receive_text(long)
    assert [event.name for event in module.events()] == ["error"]


@pytest.mark.parametrize("row", fixture("late_101")["rows"], ids=str)
def test_a_late_answer_gets_the_backlog_first(row: dict[str, Any]) -> None:
    module = MediaModule(ForkStart(metadata='{"m":1}', back_rate_hz=16_000))
    expected = sum(size for size in row["first_binaries"] if size != 640)
    ticks = expected // 640 - 1
    assert abs(ticks * 20 - row["delay_ms"]) <= 120
    for _ in range(ticks):
        module.read_tick(bytes(320))
    assert module.outgoing() == []
    module.connected()
    assert module.outgoing() == [TextOut('{"m":1}')]
    sizes: list[int] = []
    while len(sizes) < len(row["first_binaries"]):
        module.read_tick(bytes(320))
        sizes += [len(out.pcm) for out in module.outgoing() if isinstance(out, BinaryOut)]
    assert sizes == row["first_binaries"]
    overran = ModuleEvent("buffer_overrun") in module.events()
    assert overran == row.get("buffer_overrun", False)


@pytest.mark.parametrize("row", fixture("slow_reader")["rows"], ids=str)
def test_a_slow_reader_gets_old_sound_and_loses_what_is_past_two_seconds(
    row: dict[str, Any],
) -> None:
    module = MediaModule(PSTN)
    module.connected()
    module.outgoing()
    module.events()
    stopped = row["stopped_s"] * 50
    for _ in range(stopped):
        module.read_tick(bytes(320), writable=row["biggest"] == 640)
    module.read_tick(bytes(320))
    sizes = [len(out.pcm) for out in module.outgoing() if isinstance(out, BinaryOut)]
    # The kernel's own buffers hold a part of a second that the module never sees.
    assert max(sizes) == row["biggest"] or abs(max(sizes) - row["biggest"]) <= 0.5 * 32_000
    assert max(sizes) <= 64_000
    assert (ModuleEvent("buffer_overrun") in module.events()) == bool(row["overrun_events"])


@pytest.mark.parametrize("row", fixture("binary_shapes")["wrong_rate"], ids=str)
def test_a_wrong_rate_is_heard_at_the_wrong_speed(row: dict[str, Any]) -> None:
    bench = Bench(PSTN)
    bench.run(400)
    since = bench.now_ms
    rate = row["sent_rate"]
    bench.module.receive_binary(sine(rate, rate, 600) + bytes(6400))
    bench.run(2200)
    assert bench.heard_ms(since) == pytest.approx(row["heard_ms_of_1000"], abs=6)
    sound = bench.sound_since(since).astype(float)
    spectrum = np.abs(np.fft.rfft(sound))
    loudest = float(np.argmax(spectrum)) * bench.rate_hz / len(sound)
    assert loudest == pytest.approx(row["heard_hz_of_600"], abs=4)


@pytest.mark.parametrize("row", fixture("binary_shapes")["clipping"], ids=str)
def test_the_sum_with_the_platforms_own_sound_wraps(row: dict[str, Any]) -> None:
    module = MediaModule(ForkStart(back_rate_hz=8_000))
    module.connected()
    module.receive_binary(sine(8000, 8000, 1000, row["our_amp"]))
    own = sine(8000, 8000, 600, 10_000)
    frames = [module.write_tick(own[at : at + 320]) for at in range(0, len(own), 320)]
    sound = np.frombuffer(b"".join(frame or b"" for frame in frames), "<i2").astype(int)
    jump = int(np.abs(np.diff(sound)).max())
    assert (jump > 40_000) == (row["biggest_jump"] > 40_000)


def test_odd_messages_play_clean_and_a_lone_odd_byte_makes_noise() -> None:
    for size in (1, 639, 641):
        bench = Bench(PSTN)
        pcm = tone(800) + zeros(200)
        for at in range(0, len(pcm), size):
            bench.module.receive_binary(pcm[at : at + size])
        bench.run(1200)
        assert bench.heard_ms(0, 1000) == pytest.approx(800, abs=20)
    bench = Bench(PSTN)
    bench.module.receive_binary(b"\x00")
    bench.module.receive_binary(tone(800))
    bench.run(1000)
    assert bench.heard_ms(0, 1000) < 700, "shifted by a byte: noise"


def test_without_a_bidirectional_rate_nothing_is_heard() -> None:
    bench = Bench(ForkStart(metadata="{}"))
    bench.module.receive_binary(tone(1000))
    bench.run(1500)
    assert bench.heard_ms(0) == 0


def test_where_nothing_writes_sound_piles_up_and_comes_out_late() -> None:
    bench = Bench(PSTN, writes=False)
    bench.module.receive_binary(tone(1000) + zeros(200))
    bench.run(3000)
    assert bench.heard_ms(0) == 0
    bench.writes = True
    since = bench.now_ms
    bench.run(2000)
    assert bench.heard_ms(since) == pytest.approx(1000, abs=TOLERANCE_MS)


def test_a_mute_fork_after_a_stale_connect_carries_nothing() -> None:
    bench = Bench(ForkStart(metadata="{}", back_rate_hz=16_000, mute=True))
    bench.module.receive_binary(tone(1000))
    bench.module.receive_text(KILL)
    bench.run(1500)
    assert bench.sent == []
    assert bench.heard_ms(0) == 0
    assert bench.module.events() == []


def test_metadata_is_cut_at_8192_bytes() -> None:
    module = MediaModule(ForkStart(metadata="y" * 9000))
    module.connected()
    assert module.outgoing() == [TextOut("y" * 8192)]


def test_without_metadata_the_first_message_is_binary() -> None:
    bench = Bench(ForkStart(back_rate_hz=16_000))
    bench.run(100)
    assert {type(message) for _, message in bench.sent} == {BinaryOut}
    assert [len(message.pcm) for _, message in bench.sent if isinstance(message, BinaryOut)] == [
        640
    ] * 5


@pytest.mark.parametrize(
    ("mix", "rate_hz", "size"),
    [
        (Mix.MONO, 8_000, 320),
        (Mix.MONO, 24_000, 960),
        (Mix.MIXED, 16_000, 640),
        (Mix.STEREO, 16_000, 1280),
        (Mix.STEREO, 8_000, 640),
    ],
)
def test_every_frame_has_the_measured_size(mix: Mix, rate_hz: int, size: int) -> None:
    module = MediaModule(ForkStart(mix=mix, rate_hz=rate_hz, back_rate_hz=16_000))
    module.connected()
    caller, far = sine(1600, 8000, 440), sine(1600, 8000, 600)
    sound = b""
    for at in range(0, 3200, 320):
        module.read_tick(caller[at : at + 320], far[at : at + 320])
        (out,) = module.outgoing()
        assert isinstance(out, BinaryOut)
        assert len(out.pcm) == size
        sound += out.pcm
    if mix is Mix.STEREO:
        both = np.frombuffer(sound, "<i2").reshape(-1, 2)
        assert _loudest(both[:, 0], rate_hz) == pytest.approx(440, abs=6)
        assert _loudest(both[:, 1], rate_hz) == pytest.approx(600, abs=6)


def _loudest(samples: np.ndarray[Any, np.dtype[np.int16]], rate_hz: int) -> float:
    return float(np.argmax(np.abs(np.fft.rfft(samples)))) * rate_hz / len(samples)


def test_our_own_sound_is_in_neither_direction_of_the_fork() -> None:
    module = MediaModule(ForkStart(mix=Mix.MIXED, back_rate_hz=16_000))
    module.connected()
    module.receive_binary(tone(1000))
    for _ in range(40):
        module.write_tick(bytes(320))
        module.read_tick(bytes(320))
        assert all(not any(out.pcm) for out in module.outgoing() if isinstance(out, BinaryOut))


@given(
    st.lists(st.integers(min_value=1, max_value=3000), min_size=1, max_size=30),
    st.sampled_from([8_000, 16_000, 24_000]),
)
def test_never_more_is_heard_than_was_sent(sizes: list[int], rate_hz: int) -> None:
    module = MediaModule(ForkStart(back_rate_hz=rate_hz))
    module.connected()
    sent_ms = 0.0
    heard_ms = 0.0
    for size in sizes:
        module.receive_binary(b"\x11" * size)
        sent_ms += size / 2 / rate_hz * 1000
        before = module.queued_ms
        module.write_tick(bytes(320))
        heard_ms += before - module.queued_ms
        assert heard_ms + module.queued_ms <= sent_ms + 0.2
    assert module.state is ForkState.OPEN
