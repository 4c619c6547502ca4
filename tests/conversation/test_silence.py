"""Nudges."""

from __future__ import annotations

from mapokezi.conversation.silence import Silence, SilenceSettings, Stir


def test_before_the_first_words_one_gentle_line_then_goodbye() -> None:
    silence = Silence()
    silence.quiet(True, 0.0)
    assert silence.next_timer() == 20.0
    assert silence.handle_timer(19.9) is None
    assert silence.handle_timer(20.0) is Stir.NUDGE
    silence.quiet(True, 21.0)
    assert silence.handle_timer(41.0) is Stir.GOODBYE


def test_after_words_two_nudges_ten_seconds_apart() -> None:
    silence = Silence()
    silence.caller_said_something()
    stirs = []
    for since in (0.0, 100.0, 200.0):
        silence.quiet(True, since)
        assert silence.next_timer() == since + 10.0
        stirs.append(silence.handle_timer(since + 10.0))
    assert stirs == [Stir.NUDGE, Stir.NUDGE, Stir.GOODBYE]


def test_a_sound_puts_the_clock_back_and_words_the_count() -> None:
    silence = Silence(SilenceSettings(nudges=1))
    silence.caller_said_something()
    silence.quiet(True, 0.0)
    silence.quiet(False, 9.0)
    assert silence.next_timer() is None
    silence.quiet(True, 9.5)
    assert silence.handle_timer(19.5) is Stir.NUDGE
    silence.caller_said_something()
    silence.quiet(True, 20.0)
    silence.restart(25.0)
    assert silence.next_timer() == 35.0
    assert silence.handle_timer(35.0) is Stir.NUDGE
