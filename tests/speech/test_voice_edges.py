"""Edges of voice from probabilities written down beforehand."""

from __future__ import annotations

from typing import ClassVar

from hypothesis import given
from hypothesis import strategies as st

from mapokezi.speech.engines import EngineAbout
from mapokezi.speech.settings import EdgeSettings
from mapokezi.speech.voice_edges import VoiceEdge, VoiceEdges

CHUNK = 1_024
START, STOP = True, False
WITHOUT_TAIL = EdgeSettings(tail_ms=0)


class Told:
    """A detector that says what stands in its list."""

    about: ClassVar = EngineAbout("told", "1", "", "")
    chunk_bytes: ClassVar[int] = CHUNK

    def __init__(self, probabilities: list[float]) -> None:
        self._left = list(probabilities)
        self.resets: list[int] = []
        self.judged = 0

    def probability(self, chunk: bytes) -> float:
        assert len(chunk) == CHUNK
        self.judged += 1
        return self._left.pop(0)

    def reset(self) -> None:
        self.resets.append(self.judged)


def edges_of(
    probabilities: list[float], settings: EdgeSettings = WITHOUT_TAIL
) -> list[tuple[bool, int]]:
    stream = VoiceEdges(Told(probabilities), settings)
    found = stream.feed(bytes(CHUNK * len(probabilities))) + stream.end()
    return [(edge.is_voice, edge.at_ms) for edge in found]


def test_a_voice_starts_where_its_first_chunk_began() -> None:
    assert edges_of([0, 0, 0.9, 0.9, 0.9, 0, 0, 0, 0]) == [(START, 64), (STOP, 160)]


def test_one_chunk_alone_is_a_click() -> None:
    assert edges_of([0, 0.9, 0, 0.9, 0, 0]) == []


def test_two_chunks_under_the_threshold_do_not_stop_a_voice() -> None:
    assert edges_of([0.9, 0.9, 0, 0, 0.9, 0, 0, 0.9]) == [(START, 0), (STOP, 256)]


def test_between_the_thresholds_a_voice_lives_on_and_none_begins() -> None:
    assert edges_of([0.4] * 10) == []
    assert edges_of([0.9, 0.9, *[0.4] * 10, 0.1, 0.1, 0.1]) == [(START, 0), (STOP, 12 * 32)]


def test_a_chunk_between_the_thresholds_does_not_break_a_row() -> None:
    assert edges_of([0.9, 0.4, 0.9, 0, 0, 0]) == [(START, 0), (STOP, 96)]


def test_the_detectors_tail_is_taken_off_a_stop() -> None:
    settings = EdgeSettings(tail_ms=64)
    assert edges_of([*[0.9] * 6, 0, 0, 0], settings) == [(START, 0), (STOP, 192 - 64)]


def test_a_stop_is_never_before_its_start() -> None:
    settings = EdgeSettings(tail_ms=500)
    assert edges_of([0, 0, 0.9, 0.9, 0, 0, 0], settings) == [(START, 64), (STOP, 64)]


def test_a_voice_stops_with_its_stream() -> None:
    assert edges_of([0, 0.9, 0.9, 0.9]) == [(START, 32), (STOP, 128)]
    assert edges_of([0, 0.9, 0.9, 0.9, 0]) == [(START, 32), (STOP, 128)]


def test_an_edge_is_told_with_the_chunk_that_proves_it() -> None:
    stream = VoiceEdges(Told([0.9] * 4 + [0.0] * 4), EdgeSettings())
    told_after = [
        (number, edge.is_voice) for number in range(1, 9) for edge in stream.feed(bytes(CHUNK))
    ]
    assert told_after == [(2, START), (7, STOP)]


def test_the_detector_is_reset_in_long_silence_and_never_in_a_voice() -> None:
    quiet = [0.0] * 130  # 4160 ms
    detector = Told([*quiet, *[0.9] * 130, *quiet])
    VoiceEdges(detector, EdgeSettings()).feed(bytes(CHUNK * 390))
    assert detector.resets == [63, 126, 263 + 63, 263 + 126]


def test_a_whisper_puts_the_reset_off() -> None:
    detector = Told([*[0.0] * 40, 0.4, *[0.0] * 40])
    VoiceEdges(detector, EdgeSettings()).feed(bytes(CHUNK * 81))
    assert detector.resets == []


@given(st.lists(st.sampled_from([0.0, 0.4, 0.9]), max_size=60), st.data())
def test_splitting_does_not_matter(probabilities: list[float], data: st.DataObject) -> None:
    whole = bytes(CHUNK * len(probabilities))
    at_once = VoiceEdges(Told(probabilities), EdgeSettings())
    expected = at_once.feed(whole)
    piecewise = VoiceEdges(Told(probabilities), EdgeSettings())
    found: list[VoiceEdge] = []
    left = len(whole)
    while left:
        size = min(left, data.draw(st.integers(1, 5_000)))
        found += piecewise.feed(bytes(size))
        left -= size
    assert found == expected


@given(st.lists(st.floats(0, 1), max_size=200))
def test_edges_alternate_and_never_run_backwards(probabilities: list[float]) -> None:
    found = edges_of(probabilities, EdgeSettings())
    assert [kind for kind, _ in found] == [n % 2 == 0 for n in range(len(found))]
    assert len(found) % 2 == 0
    assert [at for _, at in found] == sorted(at for _, at in found)
    assert all(0 <= at <= 32 * len(probabilities) for _, at in found)


LOUD = (b"\x00\x20" + b"\x00\xe0") * (CHUNK // 4)
"""-12 dBFS."""


def edges_in(chunks: list[tuple[float, bytes]]) -> list[tuple[bool, int, int]]:
    """Which edges are told after a while of silence, of which instant, and with which chunk."""
    quiet = [(0.0, bytes(CHUNK))] * 10
    probabilities = [probability for probability, _ in quiet + chunks]
    stream = VoiceEdges(Told(probabilities), WITHOUT_TAIL)
    return [
        (edge.is_voice, edge.at_ms - 10 * 32, number)
        for number, (_, sound) in enumerate(quiet + chunks, start=-10)
        for edge in stream.feed(sound)
    ]


def test_a_vowel_of_which_the_detector_doubts_begins_a_voice_because_it_is_loud() -> None:
    okay = [(0.64, LOUD), (0.26, LOUD), (0.09, LOUD), (0.11, LOUD), (0.26, bytes(CHUNK))]
    assert edges_in(okay) == [(START, 0, 2)]
    softly = [(probability, bytes(CHUNK)) for probability, _ in okay]
    assert edges_in(softly) == []


def test_what_is_loud_alone_is_no_voice() -> None:
    assert edges_in([(0.3, LOUD)] * 20) == []
    assert edges_in([(0.9, LOUD), (0.0, bytes(CHUNK)), (0.3, LOUD)]) == []


def test_loudness_keeps_a_voice_on_for_an_eighth_of_a_second_at_most() -> None:
    lorry = [(0.9, LOUD), (0.9, LOUD), *[(0.0, LOUD)] * 20]
    assert edges_in(lorry) == [(START, 0, 1), (STOP, 6 * 32, 8)]
