"""A turn that the far side does not notice."""

from __future__ import annotations

from mapokezi.conversation.led_turns import LedTurns


def turns() -> LedTurns:
    return LedTurns(end_s=0.8, least_s=0.6)


def said(led: LedTurns, start: float, stop: float) -> None:
    led.voice_started(start)
    led.voice_stopped(stop, stop)


def test_a_short_sound_is_no_turn() -> None:
    led = turns()
    said(led, 1.0, 1.5)
    assert led.next_timer() is None


def test_what_is_said_in_pieces_is_one_turn() -> None:
    """Yes ... please: two short pieces, of which neither counts by itself."""
    led = turns()
    said(led, 1.0, 1.4)
    said(led, 1.9, 2.3)
    assert led.next_timer() == 2.3 + 0.8


def test_pieces_far_apart_do_not_add_up() -> None:
    led = turns()
    said(led, 1.0, 1.4)
    said(led, 2.3, 2.7)
    assert led.next_timer() is None


def test_a_piece_that_the_far_side_noticed_does_not_count_again() -> None:
    led = turns()
    said(led, 1.0, 1.5)
    led.sign_of_life()
    said(led, 1.9, 2.3)
    assert led.next_timer() is None


def test_a_turn_in_pieces_ends_with_the_last_of_them() -> None:
    led = turns()
    said(led, 1.0, 1.9)
    said(led, 2.4, 2.6)
    assert led.take_due(3.5) == 2.6
    assert led.unnoticed == 1


def test_knocks_do_not_add_up() -> None:
    led = turns()
    for at in (1.0, 1.5, 2.0, 2.5, 3.0):
        said(led, at, at + 0.2)
    assert led.next_timer() is None


def test_a_knock_takes_nothing_from_what_was_said() -> None:
    led = turns()
    said(led, 1.0, 1.9)
    said(led, 2.2, 2.3)
    assert led.next_timer() == 2.3 + 0.8
