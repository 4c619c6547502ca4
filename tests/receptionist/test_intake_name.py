"""The name: said, misheard, corrected, spelled, marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mapokezi.receptionist.turns import Expects

if TYPE_CHECKING:
    from tests.receptionist.conftest import Talk


def test_a_plain_name_is_read_back_and_confirmed(asked_for_name: Talk) -> None:
    asked_for_name.says("My name is Peter Kariuki.").understood("fill:name=Peter Kariuki")
    asked_for_name.hears("Peter Kariuki. Is that right?").expects(Expects.YES_NO)
    asked_for_name.says("Correct.").understood("confirm")


def test_a_misheard_name_is_righted_and_read_back(asked_for_name: Talk) -> None:
    asked_for_name.says("My name is Oceano.").understood("fill:name=Otieno")
    asked_for_name.hears("Otieno. Is that right?")


def test_a_name_in_pieces_is_put_together(asked_for_name: Talk) -> None:
    asked_for_name.says("a cheating oatmeal").understood("fill:name=Achieng Odhiambo")


def test_a_correction_replaces_the_name(asked_for_name: Talk) -> None:
    asked_for_name.says("Joseph Kamau.").says("No, it's Joseph Karanja.")
    asked_for_name.understood("fill:name=Joseph Karanja").says("Yes.").understood("confirm")


def test_a_denied_name_is_spelled_then_spelled_with_words_then_marked(asked_for_name: Talk) -> None:
    asked_for_name.says("My name is Wachila.").says("No.").understood("deny")
    asked_for_name.hears("letter by letter").expects(Expects.SPELLING)
    asked_for_name.says("X-q-z-w.").says("No.").hears("like O for orange")
    asked_for_name.says("zulu blah.").says("No.").hears("not sure")
    assert asked_for_name.state.draft is not None
    slot = asked_for_name.state.draft.slot("name")
    assert slot is not None
    assert slot.status.value == "unsure"
    asked_for_name.hears("ending 4 5 6")


def test_letters_mend_what_was_heard(asked_for_name: Talk) -> None:
    asked_for_name.says("Grace Wanderer.").says("No.")
    asked_for_name.says("W-a-n-j-i-r-u.").understood("fill:name=Grace Wanjiru")


def test_a_name_said_and_spelled_at_once(asked_for_name: Talk) -> None:
    asked_for_name.says("Otieno, O-T-I-E-N-O.").understood("fill:name=Otieno")


def test_letters_by_their_words(asked_for_name: Talk) -> None:
    asked_for_name.says("Blah.").says("No.")
    asked_for_name.says("Over-orange, pea for tango, i for India, e for eves, and for Nairobi, o.")
    asked_for_name.understood("fill:name=Otieno")


def test_the_caller_may_keep_the_name(asked_for_name: Talk) -> None:
    asked_for_name.says("I would rather not say.").understood("fill:name=").hears("leave the name")
    asked_for_name.expects(Expects.YES_NO).hears("ending")


def test_no_name_is_made_of_a_question(asked_for_name: Talk) -> None:
    asked_for_name.says("Why do you need my name?")
    assert asked_for_name.state.draft is not None
    assert asked_for_name.state.draft.value("name") == ""


def test_a_name_is_taken_in_swahili(asked_for_name: Talk) -> None:
    asked_for_name.says("Naitwa Mary Wanjiku.").understood("fill:name=Mary Wanjiku")
    asked_for_name.says("Siyo, jina langu ni Peter Kariuki.").understood("fill:name=Peter Kariuki")
    asked_for_name.says("Ndivyo.").understood("confirm")
