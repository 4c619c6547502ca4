"""The small words."""

from __future__ import annotations

import pytest

from mapokezi.conversation import words


@pytest.mark.parametrize("text", ["Mm-hm.", "Uh-huh", "OK, right.", "I see.", "Ndio, sawa", "Aha!"])
def test_backchannels(text: str) -> None:
    assert words.is_backchannel(text)


@pytest.mark.parametrize(
    "text", ["", "No.", "Okay, but when?", "yes yes yes yes yes yes", "Saturday", "I", "I see him"]
)
def test_no_backchannels(text: str) -> None:
    assert not words.is_backchannel(text)


@pytest.mark.parametrize("text", ["Stop!", "wait wait", "Hold on.", "a real person", "No, no."])
def test_stops(text: str) -> None:
    assert words.asks_to_stop(text)


@pytest.mark.parametrize("text", ["I know.", "nonstop", "a personal matter", "hold the on"])
def test_no_stops(text: str) -> None:
    assert not words.asks_to_stop(text)


def test_courtesies_and_inventions() -> None:
    assert words.is_courtesy("Thank you so much, bye-bye.")
    assert words.is_courtesy("No, thank you. That is all.")
    assert words.is_courtesy("That's all for now, asante.")
    assert not words.is_courtesy("No.")
    assert not words.is_courtesy("That is all wrong.")
    assert not words.is_courtesy("Thank you, and your address?")
    assert words.is_invented("You")
    assert not words.is_invented("You are wrong")
    assert words.is_yes_or_no("That's right.")
    assert not words.is_yes_or_no("Yes, but my name is spelled with a K")


def test_words_are_plain() -> None:
    assert words.words_of("It\u2019s MM-HM, 10 o'clock!") == ("it's", "mmhm", "10", "o'clock")


def test_an_echo_is_known_though_misheard() -> None:
    ours = words.words_of("We are open from nine in the morning until one in the afternoon")
    heard = words.words_of("open from wine in the morning")
    assert words.is_in_order_within(heard, ours, share=0.8)
    assert not words.is_in_order_within(heard[::-1], ours, share=0.8)
    assert not words.is_in_order_within((), ours, share=0.5)
