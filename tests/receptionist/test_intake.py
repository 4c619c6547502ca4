"""Taking a message: slots, read-backs, corrections, the way out of trouble."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mapokezi.receptionist.turns import Expects

if TYPE_CHECKING:
    from tests.receptionist.conftest import Talk


def test_a_withheld_number_is_asked_for(withheld: Talk) -> None:
    withheld.says("I want to leave a message.").says("Peter Mwangi.").says("Yes.")
    withheld.hears("number").expects(Expects.NUMBER)


def test_a_saved_message_is_claimed_only_with_an_id(read_back: Talk) -> None:
    read_back.says("Yes.").proposes("take_message").hears_not("saved")
    read_back.told("take_message", status="failed").hears("could not save").expects(Expects.YES_NO)
    read_back.says("Yes please.").proposes("take_message")
    read_back.told("take_message", message_id="m-2").hears("saved")


def test_a_message_that_cannot_be_saved_is_never_called_saved(read_back: Talk) -> None:
    read_back.says("Yes.")
    for _ in range(2):
        read_back.told("take_message", status="failed").says("Yes.").proposes("take_message")
    read_back.told("take_message", status="failed").hears("is not saved", "call us again")


def test_a_part_of_the_summary_is_changed(read_back: Talk) -> None:
    read_back.says("No, the number is wrong.").understood("deny").expects(Expects.NUMBER)
    read_back.says("0733 987 654").understood("fill:number=+254733987654").says("Yes.")
    read_back.hears("0 7 3 3, 9 8 7, 6 5 4", "right").says("Correct.")
    read_back.proposes("take_message", number="+254733987654")


def test_a_bare_no_to_the_summary_asks_what_to_change(read_back: Talk) -> None:
    read_back.says("No.").understood("deny").hears("name", "number", "message")
    read_back.says("The message.").expects(Expects.REASON)
    read_back.says("I need the title deed.").hears("title deed")


def test_the_summary_can_be_changed_in_one_breath(read_back: Talk) -> None:
    read_back.says("No, my name is John Karanja.").understood("fill:name=John Karanja")


def test_an_optional_question_may_stay_open(asked_for_reason: Talk) -> None:
    asked_for_reason.says("My title deed.").expects(Expects.TIME)
    asked_for_reason.says("No, it doesn't matter.").understood("fill:best_time=")
    asked_for_reason.hears("Is that right?").hears_not("Best time")


def test_a_message_is_dropped_at_the_callers_wish(asked_for_number: Talk) -> None:
    asked_for_number.says("Never mind, forget it.").understood("deny").proposes_nothing()
    assert asked_for_number.state.draft is None


def test_a_person_is_at_hand_in_the_middle_of_a_message(asked_for_reason: Talk) -> None:
    asked_for_reason.says("Actually, can I talk to a person?").understood("hand_over:reception")
    asked_for_reason.proposes("hand_over", person_id="")
    asked_for_reason.told("hand_over", status="refused", say="The line is busy.")
    asked_for_reason.hears("The line is busy.", "message").expects(Expects.REASON)
    asked_for_reason.says("My land case.").understood("fill:reason=my land case")


def test_a_question_in_between_is_answered_and_the_message_goes_on(asked_for_name: Talk) -> None:
    asked_for_name.says("What time do you close today?").understood("hours:today").hears("name")
    asked_for_name.says("Are you a robot?").understood("identity").hears("automated", "name")
    asked_for_name.says("Mary Akinyi.").understood("fill:name=Mary Akinyi")


def test_what_we_could_not_answer_becomes_the_reason(talk: Talk) -> None:
    talk.says("Do you sell second hand computers?").understood("dont_know")
    talk.says("Yes please.").says("John Kamau.").says("Yes.").says("Yes.")
    talk.expects(Expects.TIME).says("Any time.").hears("second hand computers")


def test_a_reason_may_sound_like_a_request(asked_for_reason: Talk) -> None:
    asked_for_reason.says("I want to talk to a lawyer about the sale agreement for my plot.")
    asked_for_reason.proposes_nothing()
    assert asked_for_reason.turn.deed.startswith("fill:reason=")


def test_the_same_summary_unanswered_is_saved_as_unsure(read_back: Talk) -> None:
    read_back.says("the blue one").understood("unclear")
    read_back.says("elephant").understood("unclear").hears("press 1")
    read_back.says("umbrella").proposes("take_message")
    arguments = read_back.turn.proposals[0].arguments
    assert arguments["unsure"] == ["name", "number", "reason", "best_time"]


def test_keys_one_and_two_are_yes_and_no(read_back: Talk) -> None:
    read_back.presses("2").understood("deny").says("number").expects(Expects.NUMBER)
    read_back.says("0733 987 654").presses("1").understood("confirm")


def test_what_it_is_about_is_written_with_its_capitals(asked_for_reason: Talk) -> None:
    asked_for_reason.says("It is about the transfer of a plot in Kiambu, and KRA.")
    asked_for_reason.says("Any time on Friday afternoon.").hears("plot in Kiambu and KRA")
    asked_for_reason.says("Yes, that is right.")
    asked_for_reason.proposes("take_message", reason="the transfer of a plot in Kiambu and KRA")
