"""The playout clock, alone and against a model of the media module's pre-buffer."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapokezi.audio.formats import bytes_of, samples_in
from mapokezi.audio.playout import (
    Dropped,
    Heard,
    Playout,
    PlayoutEvent,
    PlayoutFinished,
    PlayoutSettings,
    PlayoutStarted,
)
from mapokezi.audio.resample import Resampler

FRAME = 640


def counted(samples: int, first: int = 1) -> bytes:
    """Sound of which every sample differs from all others and from silence."""
    values = np.arange(first, first + samples, dtype=np.int64)
    assert samples == 0 or values[-1] < 65_536
    return np.where(values > 32_767, values - 65_536, values).astype("<i2").tobytes()


def words(count: int, word_ms: int = 250, gap_ms: int = 60) -> bytes:
    """Speech-like sound: bursts of noise, all different, with quiet before each."""
    rng = np.random.default_rng(1)
    parts = []
    for _ in range(count):
        parts += [rng.normal(0, 8, gap_ms * 16), rng.normal(0, 3000, word_ms * 16)]
    return np.concatenate(parts).astype("<i2").tobytes()


def opened(now: float = 100.0, config: PlayoutSettings | None = None) -> Playout:
    """A playout whose socket is open, primed."""
    playout = Playout(config)
    playout.open(now)
    playout.due(now)
    return playout


def run(playout: Playout, now: float, until: float, wake_s: float = 0.0) -> tuple[bytes, float]:
    """Obey the timer until an instant; give what was sent, and that instant."""
    sent = b""
    while (timer := playout.next_timer()) is not None and max(timer, now) <= until:
        now = max(timer, now) + wake_s
        sent += b"".join(playout.due(now))
        playout.events(now)
    return sent, max(now, until)


def events(playout: Playout, now: float) -> list[PlayoutEvent]:
    """What has happened, the instants rounded to the microsecond."""
    return [replace(event, at=round(event.at, 6)) for event in playout.events(now)]


def say(playout: Playout, item_id: str, pcm: bytes) -> None:
    """Queue a whole item."""
    assert playout.queue(item_id, pcm)
    playout.end(item_id)


# -- what is sent --


def test_open_primes_with_160_ms_of_zeros() -> None:
    playout = Playout()
    assert playout.due(5.0) == []
    assert playout.next_timer() is None
    playout.open(5.0)
    assert playout.next_timer() == 5.0
    assert playout.due(5.0) == [bytes(FRAME)] * 8
    assert playout.due(5.0) == []
    assert playout.next_timer() is None


def test_first_utterance_waits_for_160_ms_later_ones_for_80() -> None:
    playout = opened(100.0)
    playout.queue("a", counted(16 * 159))
    assert playout.due(101.0) == []
    assert playout.next_timer() is None
    playout.queue("a", bytes(32))
    assert playout.next_timer() is not None
    assert len(playout.due(101.0)) == 8
    playout.end("a")
    playout.queue("b", counted(16 * 74))
    assert playout.due(103.0) == []
    playout.queue("b", bytes(32))
    assert len(playout.due(103.0)) == 4


def test_hardly_any_sound_that_is_missing_at_the_begin_is_made_up_before_it() -> None:
    playout = opened(100.0)
    say(playout, "a", counted(16 * 160))
    playout.due(101.0)
    playout.events(102.0)
    playout.advance(102.0)
    sound = counted(16 * 200)
    playout.queue("b", sound[: 32 * 77])
    first = b"".join(playout.due(102.0))
    assert first == bytes(32 * 3) + sound[: 32 * 77]
    playout.queue("b", sound[32 * 77 : 32 * 150])
    assert playout.due(102.0) == [], "within an item nothing is made up"
    playout.queue("b", sound[32 * 150 :])
    playout.end("b")
    rest, _ = run(playout, 102.0, 103.0)
    heard = playout.advance(103.0)
    assert sound in heard, "without a gap"
    assert heard.index(sound) == 32 * (20 + 3)
    assert playout.underruns.all == 0
    assert (first + rest).rstrip(b"\0") == (bytes(32 * 3) + sound).rstrip(b"\0")


def test_two_pieces_of_a_models_sound_are_begun_at_once() -> None:
    """40 ms each at 24 kHz: the filter holds some back, for which nobody waits."""
    playout = opened(100.0)
    say(playout, "a", counted(16 * 160))
    playout.due(101.0)
    playout.events(102.0)
    piece = counted(24 * 40)
    playout.queue("b", piece, 24_000)
    assert playout.due(102.0) == []
    playout.queue("b", piece, 24_000)
    assert len(playout.due(102.0)) == 4


def test_a_burst_is_400_ms_ahead_at_most_and_topped_up_at_200() -> None:
    playout = opened(100.0)
    say(playout, "a", counted(16_000 * 3))
    first = b"".join(playout.due(101.0))
    assert len(first) == bytes_of(320)  # with the 20 ms to the ear, 340; 80 more is too much
    assert playout.next_timer() == pytest.approx(101.02)  # its start, to be told
    playout.events(101.02)
    assert playout.next_timer() == pytest.approx(101.140)
    assert playout.due(101.139) == []
    assert len(b"".join(playout.due(101.140))) == bytes_of(160)
    assert playout.next_timer() == pytest.approx(101.300)


def test_wake_ups_are_few_and_the_lead_stays_between_the_bounds() -> None:
    playout = opened(100.0)
    say(playout, "a", counted(16_000 * 4))
    now, wakes = 101.0, 0
    playout.due(now)
    sent_ms = 320.0
    while (timer := playout.next_timer()) is not None and timer < 104.5:
        now = timer
        played_ms = (now - 101.02) * 1000
        if now > 101.03 and playout.sent_ms < 4000:
            assert 199.9 <= sent_ms - played_ms <= 400
        sent_ms += len(b"".join(playout.due(now))) / 32
        playout.events(now)
        wakes += 1
    assert 20 <= wakes <= 26  # every 160 ms of 3,700 ms, the start and the end


@pytest.mark.parametrize("ms", [1, 79, 80, 81, 159, 160, 161, 777])
def test_utterances_are_padded_to_whole_steps(ms: int) -> None:
    playout = opened()
    sound = counted(16 * ms)
    say(playout, "a", sound)
    first, now = run(playout, 101.0, 104.0)
    assert first.startswith(sound)
    assert not first[len(sound) :].strip(b"\0")
    assert len(first) == max(bytes_of(160), -(-len(sound) // bytes_of(80)) * bytes_of(80))
    say(playout, "b", sound)
    second, _ = run(playout, now, now + 3)
    assert len(second) == -(-len(sound) // bytes_of(80)) * bytes_of(80)


def test_messages_are_frames_of_20_ms_at_8_khz_too() -> None:
    playout = opened(1.0, PlayoutSettings(sample_rate_hz=8000))
    say(playout, "a", counted(8 * 333))
    assert {len(frame) for frame in playout.due(2.0)} == {320}


def test_half_samples_wait_for_their_other_half_and_never_go_out() -> None:
    playout = opened()
    sound = counted(16 * 200)
    for at in range(0, len(sound), 333):
        playout.queue("a", sound[at : at + 333])
    playout.queue("a", b"\x7f")
    playout.end("a")
    sent, _ = run(playout, 101.0, 103.0)
    assert len(sent) % 2 == 0
    assert sent.startswith(sound)
    assert not sent[len(sound) :].strip(b"\0")


# -- what is heard --


def test_a_burst_is_heard_20_ms_later_and_events_say_so() -> None:
    playout = opened(100.0)
    say(playout, "a", counted(16 * 200))
    playout.due(101.0)
    assert not playout.events(101.019)
    assert events(playout, 101.02) == [PlayoutStarted("a", 101.02)]
    assert playout.is_speaking(101.1)
    assert playout.heard_ms("a", 101.12) == 100
    playout.due(101.14)
    assert events(playout, 101.219) == []
    assert playout.next_timer() == pytest.approx(101.22)
    assert events(playout, 101.22) == [PlayoutFinished("a", 101.22)]
    assert not playout.is_speaking(101.22)
    assert playout.heard_ms("a", 110.0) == 200
    assert playout.next_timer() is None


def test_advance_gives_exactly_the_sound_and_the_time() -> None:
    playout = opened(100.0)
    sound = counted(16 * 500)
    say(playout, "a", sound)
    heard, now = b"", 100.0
    for step in range(1, 60):
        now = 100.0 + step * 0.0201
        heard += playout.advance(now)
        playout.due(now)
        assert len(heard) == 2 * round((now - 100.0) * 16_000)
    at = heard.index(sound)
    assert at == 2 * (160 + 20) * 16  # the zeros of priming come first, and the way to the ear
    assert not heard[:at].strip(b"\0")
    assert not heard[at + len(sound) :].strip(b"\0")


def test_time_that_goes_back_changes_nothing() -> None:
    playout = opened(100.0)
    assert len(playout.advance(101.0)) == 32_000
    assert playout.advance(100.5) == b""
    assert len(playout.advance(101.5)) == 16_000


def test_items_follow_one_another_without_a_gap() -> None:
    playout = opened()
    one, two = counted(16 * 160), counted(16 * 160, 5000)
    playout.begin("a")
    playout.begin("b")
    say(playout, "b", two)
    assert playout.due(101.0) == []  # b was begun after a, of which nothing is here yet
    say(playout, "a", one)
    assert run(playout, 101.0, 103.0)[0] == one + two
    assert playout.underruns.all == 0


def test_an_item_without_sound_finishes_in_its_turn() -> None:
    playout = opened()
    say(playout, "a", counted(16 * 160))
    playout.begin("nothing")
    playout.end("nothing")
    playout.due(101.0)
    assert events(playout, 101.1) == [PlayoutStarted("a", 101.02)]
    assert events(playout, 101.3) == [
        PlayoutFinished("a", 101.18),
        PlayoutFinished("nothing", 101.18),
    ]


def test_an_end_told_late_finishes_the_item_when_it_was_heard() -> None:
    playout = opened()
    playout.queue("a", counted(16 * 160))
    playout.due(101.0)
    playout.events(102.0)
    assert playout.next_timer() is None
    playout.end("a")
    assert playout.next_timer() == pytest.approx(101.18)
    assert events(playout, 102.5) == [PlayoutFinished("a", 101.18)]


def test_an_underrun_is_counted_and_ends_with_80_ms_at_once() -> None:
    playout = opened()
    playout.queue("a", counted(16 * 160))
    playout.due(101.0)  # heard until 101.18
    playout.queue("a", counted(16 * 79, 4000))
    assert playout.due(101.3) == []
    playout.queue("a", counted(16 * 1, 9000))
    assert len(playout.due(101.48)) == 4
    assert playout.underruns.all == 1
    assert playout.underruns.silent_samples == 16 * 320
    playout.end("a")
    run(playout, 101.5, 103.0)
    assert playout.underruns.all == 1


@pytest.mark.parametrize(
    ("came", "sent", "by_line", "by_voice"),
    [
        (101.15, 101.40, 1, 0),  # there 10 ms before the last instant at which it did any good
        (101.17, 101.40, 0, 1),
        (None, 101.40, 1, 0),  # whoever tells no instant has nobody else to blame
        (101.15, 101.16, 0, 0),
    ],
)
def test_an_underrun_is_the_fault_of_whoever_was_late(
    came: float | None, sent: float, by_line: int, by_voice: int
) -> None:
    playout = opened()
    playout.queue("a", counted(16 * 160), now=101.0)
    playout.due(101.0)  # heard until 101.18, so the next must leave by 101.16
    playout.queue("a", counted(16 * 80, 4000), now=came)
    playout.queue("a", counted(16 * 80, 7000), now=101.35)  # what is there does not wait for it
    assert playout.due(sent)
    assert (playout.underruns.by_line, playout.underruns.by_voice) == (by_line, by_voice)


@pytest.mark.parametrize(("ended", "by_line", "by_voice"), [(101.15, 1, 0), (101.17, 0, 1)])
def test_a_tail_held_back_comes_when_its_end_is_told(
    ended: float, by_line: int, by_voice: int
) -> None:
    playout = opened()
    playout.queue("a", counted(16 * 160), now=101.0)
    playout.due(101.0)
    playout.queue("a", counted(16 * 20, 4000), now=101.1)
    playout.end("a", now=ended)
    assert playout.due(101.5)
    assert (playout.underruns.by_line, playout.underruns.by_voice) == (by_line, by_voice)


def test_a_tail_is_heard_in_time_though_the_models_end_comes_late() -> None:
    playout = opened()
    sound = counted(16 * 200)
    playout.queue("a", sound)  # 160 ms, and 40 that are less than a step
    assert len(playout.due(101.0)) == 8
    playout.events(101.02)
    assert playout.due(101.149) == []
    assert playout.next_timer() == pytest.approx(101.15)
    assert b"".join(playout.due(101.15)) == sound[bytes_of(160) :].ljust(bytes_of(80), b"\0")
    assert playout.next_timer() is None
    playout.end("a")
    assert events(playout, 105.0) == [PlayoutFinished("a", 101.22)]
    assert playout.underruns.all == 0


def test_going_on_after_an_early_tail_counts_as_an_underrun() -> None:
    playout = opened()
    playout.queue("a", counted(16 * 200))
    playout.due(101.0)
    playout.due(101.15)
    playout.queue("a", counted(16 * 20, 8000))
    assert playout.due(101.16) == []  # what follows waits for 80 ms, or its end
    playout.end("a")
    assert len(playout.due(101.16)) == 4
    assert playout.underruns.all == 1
    assert playout.underruns.silent_samples == 16 * 40


def test_sound_that_comes_when_its_tail_is_filled_up_already_came_late() -> None:
    playout = opened()
    playout.queue("a", counted(16 * 200), now=101.0)
    playout.due(101.0)
    playout.due(101.15)  # the tail of 40 ms, and 40 ms of silence, for nothing more was there
    playout.queue("a", counted(16 * 80, 8000), now=101.155)
    assert playout.due(101.155)
    assert (playout.underruns.by_line, playout.underruns.by_voice) == (0, 1)


def test_silence_between_items_and_in_a_pause_is_no_underrun() -> None:
    playout = opened()
    say(playout, "a", counted(16 * 240))
    _, now = run(playout, 101.0, 103.0)
    playout.queue("b", counted(16 * 160))
    playout.due(now)
    playout.pause(now + 1)
    playout.resume(now + 2)
    playout.queue("b", counted(16 * 160))
    playout.end("b")
    run(playout, now + 2, now + 4)
    assert playout.underruns.all == 0


# -- pause, resume, drop --


def test_pause_keeps_the_unheard_and_resume_waits_40_ms() -> None:
    playout = opened(100.0)
    sound = counted(16_000)  # without a gap, and the start is far: goes on exactly at the cut
    say(playout, "a", sound)
    run(playout, 101.0, 101.8)
    assert playout.pause(101.8) is True
    assert playout.pause(101.81) is False
    assert playout.due(101.81) == []
    assert playout.next_timer() is None
    playout.resume(101.81)
    assert playout.due(101.839) == []
    assert playout.next_timer() == pytest.approx(101.84)
    sent, _ = run(playout, 101.84, 104.0)
    assert sent.rstrip(b"\0") == sound[bytes_of(800) :]  # heard from 101.02 until 101.82


def test_a_paused_caller_hears_silence_within_20_ms() -> None:
    playout = opened(100.0)
    say(playout, "a", counted(32_000))
    run(playout, 101.0, 101.5)
    playout.advance(101.5)
    playout.pause(101.5)
    after = samples_in(playout.advance(102.0))
    assert np.count_nonzero(after) == 320
    assert not np.any(after[320:])


def test_resume_goes_back_to_the_start_of_the_cut_word() -> None:
    playout = opened(100.0)
    sound = words(8)
    say(playout, "a", sound)
    run(playout, 101.0, 102.0)
    playout.pause(102.0)  # 1,000 ms heard: 70 ms into the fourth word, which begins at 990
    assert playout.heard_ms("a", 102.5) == 1000
    playout.resume(102.5)
    sent, _ = run(playout, 102.5, 106.0)
    begins = sound.index(sent[:6400]) / 32
    assert 930 < begins <= 990
    assert 990 - begins == pytest.approx(20, abs=6)
    assert playout.heard_ms("a", 106.0) == len(sound) // 32


def test_resume_within_the_first_word_says_it_again_from_its_start() -> None:
    playout = opened(100.0)
    sound = counted(16_000)
    say(playout, "a", sound)
    run(playout, 101.0, 101.2)
    playout.pause(101.2)
    playout.resume(101.6)
    sent, _ = run(playout, 101.6, 104.0)
    assert sent.startswith(sound)


def test_pause_with_nothing_audible_needs_no_kill_and_holds_what_comes() -> None:
    playout = opened(100.0)
    assert playout.pause(101.0) is False
    assert playout.is_paused
    say(playout, "a", counted(16 * 200))
    assert playout.due(101.5) == []
    assert playout.next_timer() is None
    playout.resume(102.0)
    assert len(playout.due(102.0)) == 12


def test_the_last_20_ms_need_no_kill() -> None:
    playout = opened(100.0)
    say(playout, "a", counted(16 * 160))
    playout.due(101.0)
    assert playout.pause(101.165) is False
    playout.resume(101.5)
    assert [type(e) for e in playout.events(101.5)] == [PlayoutStarted, PlayoutFinished]


def test_drop_tells_what_was_heard_of_each_item() -> None:
    playout = opened(100.0)
    say(playout, "a", counted(16 * 240))
    say(playout, "b", counted(16 * 1000, 8000))
    say(playout, "c", counted(16 * 100))
    run(playout, 101.0, 101.5)
    dropped = playout.drop(101.5)
    assert dropped == Dropped(
        (Heard("b", 260, 1000, complete=False), Heard("c", 0, 100, complete=False)), must_kill=True
    )
    assert events(playout, 103.0) == []
    assert playout.next_timer() is None
    assert playout.heard_ms("b", 103.0) == 260
    assert playout.queue("b", bytes(640)) is False  # the model has not noticed yet
    assert playout.drop(103.0) == Dropped((), must_kill=False)


def test_drop_after_a_pause_kills_nothing_twice() -> None:
    playout = opened(100.0)
    say(playout, "a", counted(16_000))
    run(playout, 101.0, 101.4)
    assert playout.pause(101.4)
    dropped = playout.drop(102.0)
    assert dropped == Dropped((Heard("a", 400, 1000, complete=False),), must_kill=False)
    assert not playout.is_paused
    say(playout, "b", counted(16 * 80))
    assert len(playout.due(102.0)) == 4


def test_an_item_all_but_heard_is_dropped_as_complete() -> None:
    playout = opened(100.0)
    say(playout, "a", counted(16 * 160))
    playout.due(101.0)
    assert playout.drop(101.17) == Dropped((Heard("a", 160, 160, complete=True),), must_kill=False)
    assert playout.heard_ms("a", 101.17) == 160


def test_nothing_is_told_of_an_item_after_it_was_dropped() -> None:
    playout = opened(100.0)
    say(playout, "a", counted(16 * 400))
    playout.due(101.0)
    dropped = playout.drop(101.01)  # 10 ms will still be heard, from 101.02 to 101.03
    assert dropped == Dropped((Heard("a", 10, 400, complete=False),), must_kill=True)
    assert playout.next_timer() is None
    assert playout.events(103.0) == []
    assert playout.heard_ms("a", 103.0) == 10
    assert playout.played_ms == 10


# -- any interleaving --

ITEMS = 3


@dataclass
class Ear:
    """What a caller hears of messages and kills, 20 ms after each; 8 kHz; kept apart on purpose.

    A sample-by-sample model: `at` is the time in samples, `waiting` what is to be heard.
    """

    waiting: dict[int, int] = field(default_factory=dict)
    end: int = 0
    silent_from: list[int] = field(default_factory=list)

    def message(self, pcm: bytes, at: int) -> None:
        start = max(self.end, at + 160)
        for offset, value in enumerate(samples_in(pcm).tolist()):
            self.waiting[start + offset] = value
        self.end = start + len(pcm) // 2

    def kill(self, at: int) -> None:
        for key in [key for key in self.waiting if key >= at + 160]:
            del self.waiting[key]
        self.end = min(self.end, at + 160)

    def heard(self, first: int, last: int) -> list[int]:
        return [self.waiting.get(at, 0) for at in range(first, last)]


class Telephone:
    """Drives a playout by operations, checks what must always hold, keeps what was heard."""

    def __init__(self) -> None:
        self.playout = Playout(PlayoutSettings(sample_rate_hz=8000))
        self.at = 0
        self.ear = Ear()
        self.heard: list[int] = []
        self.values: dict[str, list[int]] = {}
        self.ended: set[str] = set()
        self.finished: list[str] = []
        self.dropped: list[str] = []
        self.killed_at = -1000
        self.fresh = 1
        self.half = b""
        self.playout.open(self.now)

    @property
    def now(self) -> float:
        return 7.0 + self.at / 8000

    def queue(self, name: str, samples: int, odd: bool) -> None:
        samples = min(samples, 65_000 - self.fresh)
        over = name in self.ended or name in self.dropped or name in self.finished
        pcm = counted(samples, self.fresh)
        if odd and not over and samples:  # split inside a sample: nothing may be lost
            assert self.playout.queue(name, pcm[:1])
            pcm = pcm[1:]
        assert self.playout.queue(name, pcm) is not over
        if not over:
            taken = samples_in(counted(samples, self.fresh)).tolist()
            self.values.setdefault(name, []).extend(taken)
            self.fresh += samples

    def end(self, name: str) -> None:
        self.playout.end(name)
        if name in self.values:
            self.ended.add(name)

    def due(self) -> None:
        for frame in self.playout.due(self.now):
            assert len(frame) == 320
            assert self.at - self.killed_at >= 320
            self.ear.message(frame, self.at)

    def pause(self) -> None:
        if self.playout.pause(self.now):
            self._kill()

    def drop(self) -> None:
        dropped = self.playout.drop(self.now)
        if dropped.must_kill:
            self._kill()
        for item in dropped.items:
            assert 0 <= item.heard_ms <= item.total_ms
            self.dropped.append(item.item_id)

    def _kill(self) -> None:
        self.ear.kill(self.at)
        self.killed_at = self.at

    def check(self) -> None:
        for event in self.playout.events(self.now):
            assert event.at <= self.now + 1e-9
            if isinstance(event, PlayoutFinished):
                self.finished.append(event.item_id)
        played, sent = self.playout.played_ms, self.playout.sent_ms
        assert 0 <= played <= sent <= self.playout.queued_ms

    def wait(self, samples: int) -> None:
        self.at += samples

    def listen(self) -> None:
        first = len(self.heard)
        pcm = self.playout.advance(self.now)
        assert len(pcm) == 2 * (self.at - first)
        assert samples_in(pcm).tolist() == self.ear.heard(first, self.at)
        self.heard.extend(samples_in(pcm).tolist())

    def settle(self) -> None:
        """End everything and obey the timer until there is none."""
        self.playout.resume(self.now)
        for name in self.values:
            self.end(name)
        for _ in range(2000):
            self.due()
            self.check()
            timer = self.playout.next_timer()
            if timer is None:
                break
            at = round((timer - 7.0) * 8000)
            assert at > self.at, "a timer that asks for what was just done"
            self.at = at
        else:
            raise AssertionError("the timer never ends")
        self.wait(1600)
        self.listen()


names = st.sampled_from([f"item-{n}" for n in range(ITEMS)])
operation = st.one_of(
    st.tuples(st.just("queue"), names, st.integers(0, 4000), st.booleans()),
    st.tuples(st.just("end"), names),
    st.tuples(st.just("wait"), st.integers(0, 3000)),
    st.tuples(st.just("wait"), st.sampled_from([0, 1, 159, 160, 161, 320, 640, 1120, 1280])),
    st.tuples(st.sampled_from(["due", "due", "pause", "resume", "drop", "listen", "check"])),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(operation, max_size=40))
def test_no_interleaving_loses_or_invents_sound(operations: list[tuple[object, ...]]) -> None:
    phone = Telephone()
    for name, *arguments in operations:
        if name == "resume":
            phone.playout.resume(phone.now)
        else:
            getattr(phone, str(name))(*arguments)
        phone.check()
    phone.settle()
    # Every item ends, and ends once.
    assert sorted(phone.finished + phone.dropped) == sorted(phone.values)
    heard = set(phone.heard)
    for name in phone.finished:
        assert set(phone.values[name]) <= heard, "a kept sample was lost"
    assert heard <= {0}.union(*phone.values.values()), "a sample was invented"
    # Each item is heard in order; after a pause at most 600 ms of it are heard again.
    for name, values in phone.values.items():
        place = {value: index for index, value in enumerate(values)}
        expected = 0
        for value in phone.heard:
            if value in place:
                assert expected - 4800 <= place[value] <= expected
                expected = max(expected, place[value] + 1)
        assert phone.playout.heard_ms(name, phone.now) == expected // 8


class Forgetful(Playout):
    """A playout that works everything out anew each time it is asked."""

    def due(self, now: float) -> list[bytes]:
        self._unsettle()
        return super().due(now)

    def next_timer(self) -> float | None:
        self._unsettle()
        return super().next_timer()


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("queue"), names, st.integers(0, 4000)),
            st.tuples(st.sampled_from(["end", "begin"]), names, st.just(0)),
            st.tuples(st.just("wait"), st.just(""), st.sampled_from([0, 1, 160, 320, 640, 3000])),
            st.tuples(st.sampled_from(["pause", "resume", "drop"]), st.just(""), st.just(0)),
        ),
        max_size=40,
    )
)
def test_what_it_remembers_is_what_it_would_work_out(
    operations: list[tuple[str, str, int]],
) -> None:
    both: tuple[Playout, Playout] = (Playout(), Forgetful())
    now = 7.0
    for playout in both:
        playout.open(now)
    for name, item_id, number in operations:
        now += number / 8000 if name == "wait" else 0.0
        told: list[object] = []
        for playout in both:
            if name == "queue":
                playout.queue(item_id, bytes(2 * number))
            elif name in {"end", "begin"}:
                getattr(playout, name)(item_id)
            elif name != "wait":
                getattr(playout, name)(now)
            sent = playout.due(now)
            told.append((sent, playout.advance(now), playout.events(now), playout.next_timer()))
        assert told[0] == told[1]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(names, st.sampled_from([0, 200, 640, 960, 2500]), st.booleans()), max_size=40
    )
)
def test_sound_that_comes_changes_what_is_due_as_if_all_were_worked_out_anew(
    pieces: list[tuple[str, int, bool]],
) -> None:
    both: tuple[Playout, Playout] = (Playout(), Forgetful())
    now = 7.0
    for playout in both:
        playout.open(now)
        playout.due(now)
    for item_id, samples, ends in pieces:
        told: list[object] = []
        for playout in both:
            playout.queue(item_id, bytes(2 * samples))
            timer = playout.next_timer()
            if ends:
                playout.end(item_id)
            is_due = playout.is_due(now)
            told.append((timer, is_due, (playout.events(now), playout.due(now)) if is_due else ()))
        assert told[0] == told[1]
        now += 0.03


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([8000, 16_000, 24_000, 44_100]),
    st.lists(st.tuples(st.integers(0, 3000), st.sampled_from([0.0, 0.02, 0.3])), max_size=20),
)
def test_sound_of_another_rate_is_sent_as_if_it_had_been_brought_to_ours_before(
    rate_hz: int, pieces: list[tuple[int, float]]
) -> None:
    sound = np.random.default_rng(4).normal(0, 6000, 60_000).astype("<i2").tobytes()
    own, other = opened(), opened()
    resampler = Resampler(rate_hz, 16_000)
    now, at = 100.0, 0
    for size, gap_s in pieces:
        piece, at = sound[at : at + size], at + size
        own.queue("a", resampler.feed(piece))
        other.queue("a", piece, rate_hz)
        now += gap_s
        assert own.next_timer() == other.next_timer()
        assert own.queued_ms == other.queued_ms
        assert own.due(now) == other.due(now)
    own.queue("a", resampler.flush())
    for each in (own, other):
        each.end("a")
    assert own.queued_ms == other.queued_ms
    assert run(own, now, now + 10) == run(other, now, now + 10)
    assert own.played_ms == other.played_ms


def test_a_word_that_was_cut_is_found_in_sound_of_another_rate_too() -> None:
    own, other = opened(), opened()
    sound = words(6)
    resampler = Resampler(24_000, 16_000)
    own.queue("a", resampler.feed(sound))
    other.queue("a", sound, 24_000)
    for each in (own, other):
        run(each, 100.0, 100.6)
        each.pause(100.6)
        each.resume(101.0)
    assert own.due(101.05) == other.due(101.05) != []
    dropped = [each.drop(101.3) for each in (own, other)]
    assert dropped[0] == dropped[1]
    assert not other.queue("a", sound, 24_000), "nothing of it is wanted any more"


# -- against the media module --


class MediaModule:
    """The module's way with our sound on an 8 kHz call (contract/media-module.md, section 3)."""

    def __init__(self) -> None:
        self.waiting = b""
        self.playing = b""
        self.threshold = bytes_of(160)
        self.killing = False
        self.heard = b""

    def message(self, pcm: bytes) -> None:
        for at in range(0, len(pcm), 1024):
            self.waiting += pcm[at : at + 1024]
            if len(self.waiting) >= self.threshold:
                self.playing += self.waiting
                self.waiting = b""
                self.threshold = bytes_of(80)

    def tick(self) -> None:
        if self.killing:
            self.playing, self.killing = b"", False
        self.heard += self.playing[:FRAME].ljust(FRAME, b"\0")
        self.playing = self.playing[FRAME:]


@dataclass(frozen=True)
class Line:
    """A playout and a module, a millisecond a step; the program wakes up late now and then."""

    playout: Playout
    module: MediaModule
    phase_ms: int
    late_ms: tuple[int, ...] = (0,)

    def run(self, first_ms: int, last_ms: int) -> None:
        wakes = 0
        due_at: float | None = None
        for ms in range(first_ms, last_ms):
            now = 50 + ms / 1000
            if ms % 20 == self.phase_ms:
                self.module.tick()
            timer = self.playout.next_timer()
            if timer is not None and timer <= now + 1e-9 and due_at is None:
                due_at = ms + self.late_ms[wakes % len(self.late_ms)]
                wakes += 1
            if due_at is not None and ms >= due_at:
                due_at = None
                for frame in self.playout.due(now):
                    self.module.message(frame)
                self.playout.events(now)


def test_the_module_model_keeps_a_short_tail() -> None:
    # What was measured of one message of so many ms, first sound of its call.
    for sent_ms, heard_ms in [(170, 160), (200, 160), (230, 160), (300, 256), (500, 448)]:
        module = MediaModule()
        module.message(counted(16 * sent_ms))
        for _ in range(100):
            module.tick()
        assert len(module.heard.strip(b"\0")) / 32 == pytest.approx(heard_ms, abs=0.1)


@pytest.mark.parametrize("phase_ms", [0, 7, 19])
@pytest.mark.parametrize("ms", [30, 170, 230, 777, 1000, 2345])
def test_the_module_plays_all_of_it_without_a_gap(phase_ms: int, ms: int) -> None:
    line = Line(Playout(), MediaModule(), phase_ms, late_ms=(0, 13, 40, 5))
    line.playout.open(50.0)
    line.run(0, 400)
    for name, at in (("a", 400), ("b", 4000)):
        sound = counted(16 * ms, 7)
        say(line.playout, name, sound)
        before = len(line.module.heard)
        line.run(at, at + 3600)
        heard = line.module.heard[before:]
        assert sound in heard, "a gap or a stuck tail"
        onset_ms = heard.index(sound) / 32
        assert onset_ms <= 41
        assert not line.module.waiting
        assert not line.module.playing
    assert line.playout.underruns.all == 0


def test_the_ear_is_the_modules_to_the_sample_if_the_ticks_agree() -> None:
    playout = Playout()
    line = Line(playout, MediaModule(), phase_ms=0)
    playout.open(50.0)
    line.run(0, 400)
    say(playout, "a", words(6))
    line.run(400, 1401)
    assert playout.pause(51.4)
    line.module.killing = True
    line.run(1401, 2000)
    playout.resume(52.0)
    line.run(2000, 2701)
    dropped = playout.drop(52.7)
    assert dropped.must_kill
    line.module.killing = True
    line.run(2701, 2800)
    say(playout, "b", counted(16 * 300))
    line.run(2800, 4000)
    # The tick at a sending instant comes before it, the next is 20 ms later: as computed.
    assert line.module.heard == playout.advance(54.0)
    assert not line.module.waiting


@pytest.mark.parametrize("chunk_ms", [20, 33, 40, 100])
def test_sound_that_comes_at_real_pace_has_no_gap_once_it_is_ahead(chunk_ms: int) -> None:
    # A model that starts with 320 ms and then speaks exactly as fast as it is heard.
    playout, module = Playout(), MediaModule()
    line = Line(playout, module, phase_ms=3)
    playout.open(50.0)
    line.run(0, 300)
    sound = counted(16 * 3000)
    playout.queue("a", sound[: bytes_of(320)])
    given_ms = 320
    for ms in range(300, 3300, chunk_ms):
        line.run(ms, ms + chunk_ms)
        playout.queue("a", sound[bytes_of(given_ms) : bytes_of(given_ms + chunk_ms)])
        given_ms += chunk_ms
    playout.end("a")
    line.run(3300, 4500)
    assert sound in module.heard
    assert playout.underruns.all == 0
