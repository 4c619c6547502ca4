"""The number: the own one, in pieces, too short, typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mapokezi.receptionist.intake_number import means_own_number
from mapokezi.receptionist.turns import Expects

if TYPE_CHECKING:
    from tests.receptionist.conftest import Talk


def test_the_callers_own_number_by_a_yes(asked_for_number: Talk) -> None:
    asked_for_number.says("Yes, that's fine.").understood("confirm").expects(Expects.REASON)
    assert asked_for_number.state.draft is not None
    assert asked_for_number.state.draft.value("number") == "+254722123456"


def test_another_number_at_once(asked_for_number: Talk) -> None:
    asked_for_number.says("No, Plus 254733810992.").understood("fill:number=+254733810992")
    asked_for_number.hears("0 7 3 3, 8 1 0, 9 9 2")


def test_a_number_split_over_turns(asked_for_number: Talk) -> None:
    asked_for_number.says("No.").understood("deny").expects(Expects.NUMBER)
    asked_for_number.says("07.").understood("fill:number=07").hears("go on")
    asked_for_number.says("Two, two, one.").understood("fill:number=07221")
    asked_for_number.says("23456").understood("fill:number=0722123456".replace("0722", "+254722"))


def test_a_lost_digit_is_noticed_never_guessed(asked_for_number: Talk) -> None:
    asked_for_number.says("No.").says("0715-223-41.").understood("unclear")
    asked_for_number.hears("0 7 1 5, 2 2 3, 4 1", "whole number")
    asked_for_number.says("0715-223-441.").understood("fill:number=+254715223441")


def test_in_vain_twice_leads_to_the_keypad_and_then_to_unsure(asked_for_number: Talk) -> None:
    asked_for_number.says("No.").says("0715-223-41.").says("0715-223-41.").hears("keypad")
    asked_for_number.presses("0715223441#").understood("fill:number=+254715223441")
    asked_for_number.says("No.").hears("keypad")
    asked_for_number.presses("0715#").says("No.").says("uh what")
    assert asked_for_number.state.draft is not None


def test_a_denied_number_with_its_correction(asked_for_number: Talk) -> None:
    asked_for_number.says("No.").says("0733 123 456").says("No, it's 0733-123-465.")
    asked_for_number.understood("fill:number=+254733123465").says("Yes.").understood("confirm")


def test_use_this_number_after_all(asked_for_number: Talk) -> None:
    asked_for_number.says("No.").says("The one I'm calling from.")
    asked_for_number.understood("fill:number=+254722123456").expects(Expects.REASON)


def test_key_0_is_a_person_but_not_within_a_typed_number(asked_for_number: Talk) -> None:
    asked_for_number.presses("0").understood("hand_over:reception")
    asked_for_number.told("hand_over", status="refused", say="").says("No.")
    asked_for_number.says("0715-223-41.").says("071").says("no").hears("keypad")
    asked_for_number.presses("0").understood("fill:number=0")


def test_the_callers_own_number_in_swahili() -> None:
    assert means_own_number("kwa namba hii tu")
    assert means_own_number("hii ninayotumia")
    assert not means_own_number("namba ya bwana yangu")
