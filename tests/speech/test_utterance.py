"""Whether there is voice in an utterance."""

from __future__ import annotations

from typing import ClassVar

from mapokezi.speech.engines import EngineAbout
from mapokezi.speech.settings import EdgeSettings
from mapokezi.speech.utterance import Utterance

VOICE, QUIET = b"\x01\x01" * 512, bytes(1_024)


class Counting:
    """Takes what is not zero for voice, and counts how often it was asked."""

    about: ClassVar = EngineAbout("counting", "1", "", "")
    chunk_bytes: ClassVar[int] = 1_024

    def __init__(self) -> None:
        self.judged = 0

    def probability(self, chunk: bytes) -> float:
        self.judged += 1
        return 0.9 if any(chunk) else 0.0

    def reset(self) -> None:
        raise AssertionError("nobody asked for that")


def utterance(detector: Counting, longest_s: float = 60.0) -> Utterance:
    return Utterance(detector, EdgeSettings(), longest_s=longest_s, longest_wait_s=1.0)


def test_silence_holds_no_voice() -> None:
    one = utterance(Counting())
    one.feed(QUIET * 100)
    assert not one.has_voice
    assert one.pcm == QUIET * 100


def test_a_click_is_no_voice_and_two_chunks_are() -> None:
    one = utterance(Counting())
    one.feed(QUIET + VOICE + QUIET)
    assert not one.has_voice
    one.feed(VOICE)
    assert one.has_voice


def test_the_detector_is_not_asked_any_more_once_voice_is_found() -> None:
    detector = Counting()
    one = utterance(detector)
    one.feed(QUIET * 3 + VOICE * 100)
    one.feed(VOICE * 100)
    assert detector.judged == 5
    assert len(one.pcm) == 1_024 * 203


def test_too_long_an_utterance_is_dropped_and_stays_so() -> None:
    one = utterance(Counting(), longest_s=1.0)
    one.feed(bytes(32_000))
    assert (one.is_too_long, len(one.pcm)) == (False, 32_000)
    one.feed(b"\0")
    one.feed(bytes(10))
    assert (one.is_too_long, len(one.pcm)) == (True, 0)


def test_half_a_sample_at_the_end_is_left_off() -> None:
    one = utterance(Counting())
    one.feed(b"\1\2\3")
    assert one.pcm == b"\1\2"
