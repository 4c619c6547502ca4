"""Sentences are judged as they come, and put right when nothing more can make them true."""

from __future__ import annotations

import itertools
from datetime import datetime, time
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.receptionist.office import Hours, Office, Opening, Weekday
from mapokezi.receptionist.spoken_claims import (
    ClaimKind,
    Correction,
    OfficeTruth,
    SpokenClaims,
    said_together,
)
from mapokezi.receptionist.spoken_claims.fragments import Fragments

NOW = datetime.fromisoformat("2026-11-23T10:00:00+03:00")
SAVED = {"status": "saved", "message_id": "m-1"}

EMERGENCY = "If anybody is in danger, hang up and dial 9 9 9 or 1 1 2."


@pytest.fixture(scope="module")
def truth(law_office: Office) -> OfficeTruth:
    return OfficeTruth(law_office)


@pytest.fixture
def claims(truth: OfficeTruth) -> SpokenClaims:
    return SpokenClaims(truth, "+254722123456", NOW)


def say(claims: SpokenClaims, text: str, now: float, item_id: str = "item") -> None:
    claims.said(item_id, text, now)
    claims.ended(item_id, now)


def kinds(claims: SpokenClaims) -> list[ClaimKind]:
    return [one.kind for one in claims.corrections()]


def test_nothing_is_put_right_before_the_item_is_over(claims: SpokenClaims) -> None:
    claims.said("item", "The first consultation costs nine hundred shillings. And", 1.0)
    assert claims.corrections() == ()
    claims.ended("item", 2.0)
    (one,) = claims.corrections()
    assert one.kind is ClaimKind.PRICE
    assert one.item_id == "item"
    assert "five thousand shillings" in one.say


def test_a_tool_that_is_called_while_it_is_spoken_of_makes_it_true(claims: SpokenClaims) -> None:
    claims.said("item", "I'm connecting you now.", 1.0)
    claims.ended("item", 1.0)
    claims.tool_called("t-1")
    assert claims.next_timer() == pytest.approx(2.2)
    claims.handle_timer(2.2)
    assert claims.corrections() == (), "it still runs"
    claims.deed_done({}, {"status": "connecting"}, 3.0)
    claims.tool_closed("t-1", 3.0)
    assert claims.corrections() == ()
    assert claims.next_timer() is None


def test_a_refusal_is_told_with_its_reason(claims: SpokenClaims) -> None:
    claims.tool_called("t-1")
    say(claims, "I'm connecting you now.", 1.0)
    claims.deed_done({}, {"status": "refused", "say": "Kevin Barasa is not taking calls."}, 2.5)
    claims.tool_closed("t-1", 2.5)
    (one,) = claims.corrections()
    assert one.say.endswith("I am not connecting you just now. Kevin Barasa is not taking calls.")


def test_without_a_tool_a_commitment_is_put_right_in_time(claims: SpokenClaims) -> None:
    say(claims, "I have saved your message.", 1.0)
    assert claims.corrections() == ()
    claims.handle_timer(2.2)
    assert kinds(claims) == [ClaimKind.COMMITMENT]


def test_a_message_that_is_saved_a_moment_later_is_saved(claims: SpokenClaims) -> None:
    say(claims, "I have saved your message.", 1.0)
    claims.deed_done({"name": "John"}, SAVED, 1.5)
    claims.handle_timer(2.2)
    assert claims.corrections() == ()


def test_a_time_that_a_tool_has_given_to_be_said_is_right(claims: SpokenClaims) -> None:
    told = "I have noted that you called, and Kevin Barasa is to call you back by nine at night."
    claims.deed_done({}, {"status": "told", "message_id": "m-1", "say": told}, 1.0)
    say(claims, told, 2.0)
    claims.handle_timer(4.0)
    assert claims.corrections() == ()
    say(claims, told.replace("nine", "eight"), 5.0)
    claims.handle_timer(9.0)
    assert kinds(claims) == [ClaimKind.DATE]


def test_a_hand_off_that_is_over_makes_connecting_false_again(claims: SpokenClaims) -> None:
    claims.deed_done({}, {"status": "connecting"}, 1.0)
    claims.hand_off_over()
    say(claims, "I am connecting you.", 5.0)
    claims.handle_timer(7.0)
    assert kinds(claims) == [ClaimKind.COMMITMENT]


def test_a_hand_off_that_fails_under_a_sentence_leaves_it_as_it_was(claims: SpokenClaims) -> None:
    claims.deed_done({}, {"status": "ringing", "person_name": "Brian Otieno"}, 1.0)
    claims.said("item", "One moment. I am connecting you to Mr. ", 1.5)
    claims.hand_off_over("Brian Otieno could not be reached.", 1.6)
    claims.said("item", "Otieno now, please stay with me.", 1.8)
    claims.ended("item", 2.0)
    claims.handle_timer(10.0)
    assert claims.corrections() == ()
    say(claims, "I am connecting you to Mr. Otieno now.", 10.0, "again")
    claims.handle_timer(20.0)
    assert kinds(claims) == [ClaimKind.COMMITMENT]


def test_a_hand_off_that_is_begun_and_fails_under_a_sentence(claims: SpokenClaims) -> None:
    claims.said("item", "I am connecting you ", 1.0)
    claims.deed_done({}, {"status": "connecting", "person_name": "Brian Otieno"}, 1.2)
    claims.hand_off_over("Brian Otieno could not be reached.", 1.4)
    claims.said("item", "now.", 1.6)
    claims.ended("item", 1.7)
    claims.handle_timer(10.0)
    assert claims.corrections() == ()


def test_a_model_that_cannot_know_yet_that_it_failed(claims: SpokenClaims) -> None:
    claims.deed_done({}, {"status": "ringing", "person_name": "Brian Otieno"}, 1.0)
    claims.hand_off_over("Brian Otieno could not be reached.", 1.1)
    say(claims, "I am connecting you to Brian Otieno now.", 1.4)
    claims.handle_timer(10.0)
    assert claims.corrections() == ()


def test_that_another_was_rung_makes_nothing_true(claims: SpokenClaims) -> None:
    claims.deed_done({}, {"status": "ringing", "person_name": "Brian Otieno"}, 1.0)
    claims.said("item", "I am connecting you to Wanjiku ", 1.2)
    claims.hand_off_over("Brian Otieno could not be reached.", 1.3)
    claims.said("item", "Kamau.", 1.4)
    claims.ended("item", 1.5)
    claims.handle_timer(10.0)
    assert kinds(claims) == [ClaimKind.COMMITMENT]


def test_a_caller_who_called_it_off_is_not_told_that_they_are_connected(
    claims: SpokenClaims,
) -> None:
    claims.deed_done({}, {"status": "ringing", "person_name": "Brian Otieno"}, 1.0)
    claims.hand_off_over()
    say(claims, "I am connecting you to Brian Otieno now.", 1.2)
    claims.handle_timer(10.0)
    assert kinds(claims) == [ClaimKind.COMMITMENT]


def test_a_read_back_waits_for_the_words_that_it_gives_back(claims: SpokenClaims) -> None:
    claims.caller_speaks()
    say(claims, "So your number is 0711 222 333.", 1.0)
    assert claims.corrections() == ()
    claims.caller_said("It is 0711 222 333.", 1.8)
    claims.handle_timer(3.0)
    assert claims.corrections() == ()


def test_a_read_back_of_words_that_never_come_is_put_right(claims: SpokenClaims) -> None:
    claims.caller_speaks()
    say(claims, "So your number is 0711 222 333.", 1.0)
    claims.handle_timer(3.0)
    (one,) = claims.corrections()
    assert one.kind is ClaimKind.PHONE
    assert "0 7 2 2, 1 2 3, 4 5 6" in one.say


def test_keys_are_the_callers_words_too(claims: SpokenClaims) -> None:
    for digit in "0711222333":
        claims.caller_pressed(digit)
    say(claims, "I have 0711 222 333. Is that right?", 1.0)
    assert claims.corrections() == ()


def test_the_emergency_number_is_owed_after_a_danger(claims: SpokenClaims) -> None:
    claims.caller_said("My brother is not breathing!", 1.0)
    say(claims, "I am sorry to hear that.", 2.0)
    assert claims.corrections() == ()
    due = claims.next_timer() or 0.0
    assert due == 3.0, "at once: a model that says it has begun by then"
    claims.handle_timer(due)
    (one,) = claims.corrections()
    assert (one.kind, one.say) == (ClaimKind.EMERGENCY, EMERGENCY)
    claims.caller_said("He is not breathing!", 20.0)
    assert claims.next_timer() is None, "once is enough"


def test_what_is_urgent_for_the_office_alone_owes_no_such_number(claims: SpokenClaims) -> None:
    claims.caller_said("My brother has been arrested!", 1.0)
    assert claims.next_timer() is None


def test_a_danger_in_an_unfinished_transcript_owes_it_already(claims: SpokenClaims) -> None:
    claims.caller_tells("There is a fire in", 1.0, is_whole=False)
    claims.caller_tells("There is a fire in the kitchen and", 2.0, is_whole=False)
    assert claims.next_timer() == 3.0


def test_a_danger_that_the_rest_of_the_turn_takes_back_is_none(claims: SpokenClaims) -> None:
    claims.caller_tells("My house caught fire", 1.0, is_whole=False)
    claims.caller_said("My house caught fire last year, and the insurance has not paid.", 2.5)
    assert claims.next_timer() is None


def test_a_danger_of_an_earlier_turn_is_not_taken_back(claims: SpokenClaims) -> None:
    claims.caller_said("My house is on fire!", 1.0)
    claims.caller_tells("I am at", 1.5, is_whole=False)
    claims.caller_said("I am at the gate.", 2.0)
    assert claims.next_timer() == 3.0


def test_it_is_said_before_the_caller_is_passed_on(claims: SpokenClaims) -> None:
    claims.caller_said("My house is on fire!", 1.0)
    claims.emergency_is_due()
    assert [one.say for one in claims.corrections()] == [EMERGENCY]
    claims.emergency_is_due()
    claims.handle_timer(3.0)
    assert claims.corrections() == (), "once is enough"


@pytest.mark.parametrize(
    "said",
    [
        "Hang up and dial 999.",
        "Please call nine nine nine or 1 1 2.",
        "Kata simu upige tisa tisa tisa.",
    ],
)
def test_the_emergency_number_that_was_said_is_not_owed(claims: SpokenClaims, said: str) -> None:
    claims.deed_done({}, {"status": "connecting", "emergency": True}, 1.0)
    say(claims, said, 2.0)
    assert claims.next_timer() is None
    assert claims.corrections() == ()


def test_several_corrections_are_one_say() -> None:
    booked = Correction(ClaimKind.COMMITMENT, "a", "nothing is booked.")
    hours = Correction(ClaimKind.HOURS, "b", "On Sunday we are closed.")
    urgent = Correction(ClaimKind.EMERGENCY, "", EMERGENCY)
    assert said_together((booked, hours, booked, urgent)) == (
        f"{EMERGENCY} I must correct myself: nothing is booked. On Sunday we are closed."
    )


TEXT = "We close at 5 p.m. on Friday. A search costs K.E.S. 900. Mr. Kamau is in; No. 5 is free!"


@given(st.lists(st.integers(0, len(TEXT)), max_size=12))
def test_cutting_it_anywhere_gives_the_same_sentences(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(TEXT)]
    pieces = [TEXT[start:end] for start, end in itertools.pairwise(edges)]
    fragments = Fragments()
    found = [one for piece in pieces for one in fragments.feed(piece)] + fragments.end()
    whole = Fragments()
    assert found == whole.feed(TEXT) + whole.end()
    assert found[0] == "We close at 5 p.m. on Friday."


@pytest.mark.parametrize("last", ["It is at 4 p.m.", "Ask Mr.", "Five", "No. 5", "at nine a.m. "])
def test_the_last_words_are_a_sentence_however_they_end(last: str) -> None:
    fragments = Fragments()
    assert fragments.feed(f"Well. {last}") == ["Well."]
    assert fragments.end() == [last.strip()]
    assert fragments.end() == []


def test_somebody_who_never_stops_is_judged_all_the_same(claims: SpokenClaims) -> None:
    claims.said("item", "and the consultation costs nine hundred shillings, " * 12, 1.0)
    claims.ended("item", 1.0)
    assert ClaimKind.PRICE in kinds(claims)


@given(st.text(max_size=120))
def test_no_words_break_it(law_office: Office, text: str) -> None:
    claims = SpokenClaims(_known(law_office), None, NOW)
    claims.caller_said(text, 0.0)
    say(claims, f"We are open {text}", 1.0)
    say(claims, text, 2.0)
    claims.handle_timer(60.0)
    assert claims.next_timer() is None


_KNOWN: dict[str, Any] = {}


def _known(office: Office) -> OfficeTruth:
    if office.id not in _KNOWN:
        _KNOWN[office.id] = OfficeTruth(office)
    truth: OfficeTruth = _KNOWN[office.id]
    return truth


@pytest.mark.parametrize(
    ("text", "is_so"),
    [
        ("We are open around the clock.", True),
        ("We are open twenty four hours a day.", True),
        ("We are open now.", True),
        ("You can come at three in the morning.", True),
        ("We close at midnight.", True),
        ("We are open from eight in the morning to five in the afternoon.", False),
        ("We are closed on Sunday.", False),
    ],
)
def test_claims_of_an_office_that_is_always_open(
    law_office: Office, text: str, is_so: bool
) -> None:
    whole = (Opening(opens=time(0), closes=time(0)),)
    always = Hours(week=dict.fromkeys(Weekday, whole), holidays_of="")
    office = msgspec.structs.replace(law_office, hours=always)
    claims = SpokenClaims(OfficeTruth(office), "+254722123456", NOW)
    say(claims, text, 1.0)
    claims.handle_timer(10.0)
    assert (kinds(claims) == []) is is_so


@pytest.mark.parametrize(
    ("text", "is_so"),
    [
        ("On Friday we are open from eight in the evening to two in the morning.", True),
        ("On Friday we close at two in the morning.", True),
        ("On Friday we are open around the clock.", False),
        ("On Friday we close at midnight.", False),
    ],
)
def test_claims_of_a_night(law_office: Office, text: str, is_so: bool) -> None:
    nights = Hours(week={Weekday.FRIDAY: (Opening(opens=time(20), closes=time(2)),)})
    office = msgspec.structs.replace(law_office, hours=nights)
    claims = SpokenClaims(OfficeTruth(office), "+254722123456", NOW)
    say(claims, text, 1.0)
    claims.handle_timer(10.0)
    assert (kinds(claims) == []) is is_so
