"""The watchdog: no false alarm on a real voice, and each fault found soon enough."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapokezi.audio.resample import resampled
from mapokezi.speech.engines.hibari import Hibari
from mapokezi.voice.protocols.scripted import murmur
from mapokezi.voice.watchdog import Fault, FaultKind, SoundWatch, Watchdog, WatchdogSettings

RATES = (8_000, 16_000, 24_000)
LINES = (
    "Mm-hm.",
    "Hmmmm.",
    "Ummm, let me see.",
    "Aaaah, I seeee.",
    "La la la la la la.",
    "One moment, please.",
    "Our office is on the third floor of Mwavuli House on Ngong Road, next to the post office.",
    "We are open from eight in the morning to five in the evening, Monday to Friday.",
    "Zero seven two two. One two three. Four five six. Is that right?",
    "All our calls are recorded. You owe a hundred, no, a hundred and eleven shillings.",
    "Thank you for calling Kamau and Otieno Advocates. Goodbye.",
)


@pytest.fixture(scope="module")
def voice() -> Hibari:
    return Hibari()


def pieces(pcm: bytes, size: int = 4_800) -> list[bytes]:
    return [pcm[at : at + size] for at in range(0, len(pcm), size)]


def watch(pcm: bytes, rate_hz: int) -> FaultKind | None:
    sound = SoundWatch(rate_hz, WatchdogSettings())
    return next((kind for piece in pieces(pcm) if (kind := sound.feed(piece))), None)


def pcm_of(samples: np.ndarray) -> bytes:
    return bytes(np.rint(samples * 32_767).astype("<i2").tobytes())


@pytest.mark.parametrize("rate_hz", RATES)
@pytest.mark.parametrize("gain", [1.0, 0.1])
@pytest.mark.parametrize("text", LINES)
def test_a_real_voice_raises_no_alarm(voice: Hibari, text: str, gain: float, rate_hz: int) -> None:
    pcm = resampled(voice.speak(text), 16_000, rate_hz) if rate_hz != 16_000 else voice.speak(text)
    quieter = (np.frombuffer(pcm, "<i2") * gain).astype("<i2").tobytes()
    for shift in range(0, 320, 64):
        assert watch(quieter[shift:], rate_hz) is None


def test_a_voice_with_pauses_raises_no_alarm(voice: Hibari) -> None:
    parts = [voice.speak(part) for part in ("Your number is zero seven two two.", "One two three.")]
    pause = bytes(int(1.2 * 32_000))
    assert watch(pause[: 32_000 * 6 // 10] + pause.join(parts * 3), 16_000) is None


def test_a_murmur_of_the_script_voice_raises_no_alarm() -> None:
    assert watch(murmur("This office is at your service at any time of the day."), 16_000) is None


def at(rate_hz: int, seconds: float = 3.0) -> np.ndarray:
    return np.arange(int(rate_hz * seconds)) / rate_hz


STUCK: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "tone": lambda t: 0.3 * np.sin(2 * np.pi * 440 * t),
    "quiet tone": lambda t: 0.01 * np.sin(2 * np.pi * 1000 * t),
    "hum": lambda t: 0.2 * np.sin(2 * np.pi * 100 * t),
    "buzz": lambda t: 0.2 * np.sign(np.sin(2 * np.pi * 150 * t)),
    "swelling": lambda t: 0.3 * (1.2 + np.sin(2 * np.pi * t)) / 2.2 * np.sin(2 * np.pi * 700 * t),
    "trembling": lambda t: 0.3 * np.sin(2 * np.pi * 440 * t + 5 * np.sin(2 * np.pi * 5 * t)),
    "hiss": lambda t: 0.05 * np.random.default_rng(1).standard_normal(len(t)),
}


@pytest.mark.parametrize("rate_hz", RATES)
@pytest.mark.parametrize("name", STUCK)
def test_a_sound_that_does_not_change_is_found(voice: Hibari, name: str, rate_hz: int) -> None:
    stuck = pcm_of(STUCK[name](at(rate_hz)))
    assert watch(stuck, rate_hz) is FaultKind.STUCK
    speech = resampled(voice.speak("Our office is on the"), 16_000, rate_hz)
    assert watch(speech + stuck, rate_hz) is FaultKind.STUCK


@pytest.mark.parametrize("rate_hz", RATES)
def test_a_tone_is_found_within_its_first_one_and_a_half_seconds(rate_hz: int) -> None:
    tone = pcm_of(STUCK["tone"](at(rate_hz, 1.5)))
    assert watch(tone, rate_hz) is FaultKind.STUCK


@pytest.mark.parametrize("rate_hz", RATES)
def test_near_silence_is_found_sooner_where_the_caller_waits(rate_hz: int) -> None:
    hush = (0.0005 * np.random.default_rng(2).standard_normal(rate_hz * 3)).astype(float)
    settings = WatchdogSettings()
    sound, needed = SoundWatch(rate_hz, settings), 0
    for piece in pieces(pcm_of(hush), rate_hz // 50 * 2):
        needed += 20
        if sound.feed(piece):
            break
    assert 1_200 <= needed <= 1_440
    assert watch(bytes(rate_hz * 2 * 2), rate_hz) is FaultKind.NEAR_SILENT


def test_a_voice_that_fades_away_is_found(voice: Hibari) -> None:
    said = voice.speak("Our office is on")
    assert watch(said + bytes(32_000 * 3), 16_000) is FaultKind.NEAR_SILENT


def test_asked_now_and_then_it_finds_the_same_a_little_later() -> None:
    tone = pcm_of(STUCK["tone"](at(24_000)))
    found_ms = []
    for is_asked in (False, True):
        dog = Watchdog(is_asked=is_asked)
        dog.started("a", 0.0)
        for number, piece in enumerate(pieces(tone, 40 * 48)):
            fault = dog.audio("a", piece, 24_000, number * 0.04)
            if is_asked and number % 4 == 3:
                fault = fault or dog.look()
            if fault is not None:
                assert fault == Fault(FaultKind.STUCK, "a")
                found_ms.append(number * 40)
                break
    at_once_ms, asked_ms = found_ms
    assert at_once_ms <= asked_ms <= at_once_ms + 160


def test_nobody_asks_and_it_is_found_all_the_same() -> None:
    dog = Watchdog(is_asked=True)
    dog.started("a", 0.0)
    tone = pcm_of(STUCK["tone"](at(24_000)))
    assert any(dog.audio("a", piece, 24_000, 0.0) for piece in pieces(tone, 40 * 48))


def test_what_was_left_for_later_is_looked_at_when_an_item_ends() -> None:
    dog = Watchdog(is_asked=True)
    dog.started("a", 0.0)
    silence = bytes(48 * 160)
    assert dog.audio("a", silence, 24_000, 0.0) is None
    assert dog.look() is None
    for _ in range(7):
        assert dog.audio("a", silence, 24_000, 0.0) is None
    assert dog.ended("a", 0.0) == Fault(FaultKind.NEAR_SILENT, "a")


def test_the_same_sound_gives_the_same_answer_however_it_was_split(voice: Hibari) -> None:
    pcm = voice.speak("Good morning.") + pcm_of(STUCK["tone"](at(16_000)))
    found = []
    for size in (2, 640, 4_800, len(pcm)):
        sound = SoundWatch(16_000, WatchdogSettings())
        fed = next(n for n, piece in enumerate(pieces(pcm, size), 1) if sound.feed(piece)) * size
        found.append(min(fed, len(pcm)))
    assert found[1] - found[0] <= 640
    assert found[2] - found[0] <= 4_800


def test_it_costs_little(voice: Hibari) -> None:
    pcm = resampled(voice.speak(LINES[6]), 16_000, 24_000)
    best = min(_work_s(pcm) for _ in range(5))
    assert best / (len(pcm) / 48_000) < 0.002, "two thousandths of the sound's own length"


def _work_s(pcm: bytes) -> float:
    sound, began = SoundWatch(24_000, WatchdogSettings()), time.process_time()
    for piece in pieces(pcm, 1_920):
        sound.feed(piece)
    return time.process_time() - began


# What comes too late, or not at all.


def talking(item: str = "a") -> Watchdog:
    dog = Watchdog()
    dog.started(item, 10.0)
    return dog


def speech(seconds: float, voice: Hibari) -> bytes:
    pcm = voice.speak(LINES[6])
    return (pcm * 4)[: int(seconds * 32_000)]


def due(dog: Watchdog, now: float) -> FaultKind | None:
    """What it says at ``now``, and not a moment before its timer."""
    timer = dog.next_timer()
    if timer is not None and timer > 0.01:
        assert dog.handle_timer(timer - 0.01) is None
    found = dog.handle_timer(now)
    return None if found is None else found.kind


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ["started", "audio", "text", "ended", "given_up", "waits", "answered", "timer"]
            ),
            st.sampled_from(["a", "b"]),
            st.sampled_from([0.0, 0.1, 1.0, 4.0]),
        ),
        max_size=40,
    )
)
def test_a_remembered_deadline_is_never_later_than_the_true_one(
    told: list[tuple[str, str, float]],
) -> None:
    dog, now = Watchdog(), 10.0
    for what, item, gap_s in told:
        now += gap_s
        dog.next_timer()  # so that there is one to remember
        match what:
            case "audio":
                dog.audio(item, bytes(640), 16_000, now)
            case "text":
                dog.text(item, "Our office is open", now)
            case "given_up":
                dog.given_up(now, item)
            case "waits":
                dog.waits_for_us(item)
            case "answered":
                dog.answered(item, now)
            case "timer":
                dog.handle_timer(now)
            case _:
                getattr(dog, what)(item, now)
        remembered = dog.next_timer()
        dog._is_due_known = False  # what is remembered is under test
        true = dog.next_timer()
        assert true is None or (remembered is not None and remembered <= true)


def test_an_item_that_stops_in_the_middle_is_frozen_once_it_was_heard(voice: Hibari) -> None:
    dog = talking()
    dog.text("a", "Our office is on the third floor", 10.0)
    dog.audio("a", speech(2.0, voice), 16_000, 10.1)
    assert dog.next_timer() == pytest.approx(10.1 + 2.0 + 1.5)
    assert dog.handle_timer(13.59) is None
    assert dog.handle_timer(13.7) == Fault(FaultKind.FROZEN, "a")


def test_more_of_it_puts_the_freeze_off_and_its_end_ends_the_watch(voice: Hibari) -> None:
    dog = talking()
    dog.text("a", "Our office is on the third floor", 10.0)
    dog.audio("a", speech(1.0, voice), 16_000, 10.0)
    dog.audio("a", speech(1.0, voice), 16_000, 12.0)
    assert dog.next_timer() == pytest.approx(14.5)
    dog.ended("a", 13.0)
    assert dog.next_timer() is None


def test_an_item_of_which_nothing_comes_is_frozen() -> None:
    assert due(talking(), 14.0) is FaultKind.FROZEN


def test_while_a_tool_of_ours_runs_nothing_is_frozen(voice: Hibari) -> None:
    dog = talking()
    dog.text("a", "One moment, let me look that up.", 10.0)
    dog.audio("a", speech(1.0, voice), 16_000, 10.0)
    dog.waits_for_us("t")
    assert dog.next_timer() is None
    dog.answered("t", 16.0)
    assert due(dog, 17.5) is FaultKind.FROZEN


def test_sound_without_words_is_found_when_its_words_are_late(voice: Hibari) -> None:
    dog = talking()
    dog.audio("a", speech(4.0, voice), 16_000, 10.0)
    dog.ended("a", 10.5)
    assert due(dog, 13.5) is FaultKind.NO_WORDS
    late = talking()
    late.audio("a", speech(4.0, voice), 16_000, 10.0)
    late.ended("a", 10.5)
    late.text("a", "Our office is", 12.0)
    assert late.handle_timer(20.0) is None


@pytest.mark.parametrize("tells_words", [True, False])
def test_sound_without_words_is_no_fault_if_it_is_short_or_usual(
    voice: Hibari, *, tells_words: bool
) -> None:
    dog = Watchdog(tells_words=tells_words)
    dog.started("a", 10.0)
    dog.audio("a", voice.speak("Mm-hm.") if tells_words else speech(5.0, voice), 16_000, 10.0)
    dog.ended("a", 10.5)
    assert dog.next_timer() is None


def test_words_without_sound_are_found() -> None:
    dog = talking()
    dog.text("a", "Our office is on the third floor.", 10.0)
    assert due(dog, 11.5) is FaultKind.NO_SOUND
    ended = talking()
    ended.text("a", "Our office is on the third floor.", 10.0)
    ended.ended("a", 10.1)
    assert due(ended, 11.5) is FaultKind.NO_SOUND


def test_words_that_come_before_their_sound_are_no_fault(voice: Hibari) -> None:
    dog = talking()
    dog.text("a", "Our office is on the third floor.", 10.0)
    assert dog.audio("a", speech(2.0, voice), 16_000, 11.0) is None
    assert dog.handle_timer(11.6) is None


def test_what_was_cut_is_not_missed(voice: Hibari) -> None:
    dog = talking()
    dog.audio("a", speech(4.0, voice), 16_000, 10.0)
    dog.given_up(11.0)
    assert dog.next_timer() is None
    assert dog.audio("a", bytes(64_000), 16_000, 11.1) is None, "late sound of it"
    one = talking()
    one.started("b", 10.0)
    one.given_up(10.5, "a")
    assert due(one, 14.5) == FaultKind.FROZEN


def test_only_faults_of_the_sound_call_for_dropping_what_is_queued() -> None:
    assert {kind for kind in FaultKind if kind.is_in_the_sound} == {
        FaultKind.NEAR_SILENT,
        FaultKind.STUCK,
        FaultKind.ENDLESS,
    }


def test_speech_without_an_end_is_found_and_not_heard_out() -> None:
    dog, sound = Watchdog(), murmur("This goes on and on. ")
    dog.started("i1", 0.0)
    dog.text("i1", "This goes on and on.", 0.0)
    length_s = len(sound) / 32_000
    told_s, fault = 0.0, None
    while fault is None and told_s < 600:
        fault = dog.audio("i1", sound, 16_000, told_s / 10)
        told_s += length_s
    assert fault == Fault(FaultKind.ENDLESS, "i1")
    assert told_s == pytest.approx(WatchdogSettings().endless_s, abs=2 * length_s)
    assert fault.kind.is_in_the_sound
