"""A call's figures come out of its two channels and nothing else."""

from __future__ import annotations

import json

import numpy as np
import pytest

from mapokezi.emulator.measuring import (
    HeardTooSoon,
    Span,
    Timings,
    measure_call,
    percentile,
    voiced_spans,
)

RATE_HZ = 8000


def channel(length_ms: int, *spoken: tuple[int, int], dbfs: float = -20.0) -> bytes:
    """A channel that is loud between the given milliseconds."""
    samples = np.zeros(length_ms * 8)
    tone = np.sin(2 * np.pi * 440 * np.arange(len(samples)) / RATE_HZ)
    for start_ms, end_ms in spoken:
        samples[start_ms * 8 : end_ms * 8] = tone[start_ms * 8 : end_ms * 8]
    return bytes((samples * 32768 * np.sqrt(2) * 10 ** (dbfs / 20)).astype("<i2"))


def measured(
    caller: list[tuple[int, int]],
    receptionist: list[tuple[int, int]],
    turns: list[tuple[int, int]] | None = None,
    length_ms: int = 20_000,
    opened_ms: int = 0,
) -> Timings:
    return measure_call(
        channel(length_ms, *caller),
        channel(length_ms, *receptionist),
        RATE_HZ,
        turns=None if turns is None else [Span(*turn) for turn in turns],
        opened_ms=opened_ms,
    )


class TestVoicedSpans:
    def test_spans_are_found_to_ten_milliseconds(self) -> None:
        assert voiced_spans(channel(3000, (400, 900), (1500, 2500)), RATE_HZ) == [
            Span(400, 900),
            Span(1500, 2500),
        ]

    def test_short_pauses_are_speech_and_clicks_are_not(self) -> None:
        found = voiced_spans(channel(3000, (400, 900), (1100, 1500), (2500, 2520)), RATE_HZ)
        assert found == [Span(400, 1500)]

    def test_a_click_shortly_before_a_word_is_not_its_beginning(self) -> None:
        """The ring-back tone's last 12 ms, heard after the answer, are no word."""
        found = voiced_spans(channel(3000, (0, 12), (180, 900)), RATE_HZ)
        assert found == [Span(180, 900)]

    def test_a_plosive_shortly_before_a_vowel_is_its_beginning(self) -> None:
        found = voiced_spans(channel(3000, (400, 420), (480, 900)), RATE_HZ)
        assert found == [Span(400, 900)]

    def test_what_is_too_soft_is_not_audible(self) -> None:
        assert voiced_spans(channel(1000, (0, 1000), dbfs=-50), RATE_HZ) == []

    @pytest.mark.parametrize("pcm", [b"", b"\0", bytes(7)])
    def test_nearly_nothing(self, pcm: bytes) -> None:
        assert voiced_spans(pcm, RATE_HZ) == []


class TestAConversation:
    def test_first_word_gaps_and_shares(self) -> None:
        timings = measured(
            caller=[(3000, 5000), (8000, 9000)],
            receptionist=[(300, 2500), (5800, 7500), (10_200, 12_000)],
        )
        assert timings.first_word_ms == (300,)
        assert timings.gaps_ms == (800, 1200)
        assert (timings.turns, timings.cut_short, timings.unanswered) == (2, 0, 0)
        assert (timings.caller_ms, timings.receptionist_ms) == (3000, 5700)
        assert timings.both_ms == 0
        assert timings.silent_ms == 20_000 - 8700

    def test_the_first_word_counts_from_the_opening_of_the_stream(self) -> None:
        assert measured([], [(700, 900)], opened_ms=400).first_word_ms == (300,)

    def test_what_was_said_before_the_opening_is_not_the_first_word(self) -> None:
        assert measured([], [(0, 390), (570, 900)], opened_ms=400).first_word_ms == (170,)

    def test_what_dies_away_after_the_opening_is_not_the_first_word(self) -> None:
        assert measured([], [(0, 450), (600, 900)], opened_ms=400).first_word_ms == (200,)

    def test_a_word_from_before_the_opening_is_a_mistake_and_not_zero(self) -> None:
        with pytest.raises(HeardTooSoon, match=r"from 300 ms on.* opened at 400 ms"):
            measured([], [(300, 900)], opened_ms=400)

    def test_pauses_within_a_turn_are_the_caller_s_own(self) -> None:
        timings = measured(
            caller=[(1000, 2000), (3100, 4000)],
            receptionist=[(5000, 6000)],
            turns=[(900, 4100)],
        )
        assert timings.turns == 1
        assert timings.gaps_ms == (1000,)

    def test_without_given_turns_a_pause_of_a_second_does_not_end_one(self) -> None:
        timings = measured([(1000, 2000), (3100, 4000)], [(5000, 6000)])
        assert (timings.turns, timings.gaps_ms) == (1, (1000,))

    def test_a_turn_cut_short_is_counted(self) -> None:
        timings = measured(
            caller=[(1000, 2000), (3000, 4000)],
            receptionist=[(2600, 2900), (4900, 6000)],
            turns=[(1000, 4000)],
        )
        assert timings.cut_short == 1
        assert timings.cut_short == timings.turns > 0
        assert timings.gaps_ms == (900,)

    def test_a_gap_cannot_be_told_if_the_receptionist_spoke_over_the_end(self) -> None:
        timings = measured([(1000, 4000)], [(3500, 6000)])
        assert (timings.cut_short, timings.gaps_ms, timings.unanswered) == (1, (), 0)

    def test_a_turn_without_a_reply_is_unanswered(self) -> None:
        timings = measured([(1000, 2000), (6000, 7000)], [(8000, 9000)])
        assert (timings.unanswered, timings.gaps_ms) == (1, (1000,))

    def test_a_goodbye_needs_no_reply(self) -> None:
        timings = measured([(1000, 2000)], [(200, 800)], length_ms=3000)
        assert timings.unanswered == 0


class TestBargeIn:
    def test_the_yield_is_from_the_caller_s_voice_to_silence(self) -> None:
        timings = measured([(2000, 3500)], [(500, 2280), (4500, 6000)])
        assert timings.yields_ms == (280,)
        assert timings.turns == 0
        assert timings.both_ms == 280

    def test_a_backchannel_shows_as_no_yield_at_all(self) -> None:
        timings = measured([(2000, 2300)], [(500, 6000)])
        assert timings.yields_ms == (4000,)


class TestSilence:
    def test_waiting_and_silence_are_told_apart(self) -> None:
        # 0-1000 waiting for the first word, 2000-7000 the caller thinks, 8000-11000 waiting.
        timings = measured([(7000, 8000)], [(1000, 2000), (11_000, 12_000)], length_ms=12_500)
        assert timings.longest_silence_ms == 5000
        assert timings.longest_wait_ms == 3000

    def test_a_mute_call_is_one_long_wait(self) -> None:
        timings = measured([], [], length_ms=4000)
        assert timings.longest_wait_ms == timings.silent_ms == 4000
        assert timings.first_word_ms == ()


class TestFigures:
    @pytest.mark.parametrize(
        ("share", "value"), [(0.5, 3), (0.95, 5), (0.0, 1), (1.0, 5), (0.2, 1), (0.21, 2)]
    )
    def test_a_percentile_is_a_value_that_was_measured(self, share: float, value: int) -> None:
        assert percentile([5, 3, 1, 2, 4], share) == value

    def test_of_nothing_there_is_none(self) -> None:
        assert percentile([], 0.5) is None

    def test_figures_fit_json(self) -> None:
        figures = json.loads(json.dumps(measured([(3000, 5000)], [(300, 2500)]).as_dict()))
        assert figures["first_word_ms"]["p50"] == 300
        assert figures["response_gap_ms"]["p95"] is None
