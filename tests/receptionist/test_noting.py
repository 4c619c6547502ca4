"""Notes of a call, made of its record."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mapokezi.calls import Outcome
from mapokezi.receptionist.noting import MOST_LINE, NotedCall, notes_of, tags_of
from mapokezi.receptionist.office import Office
from mapokezi.records.call_notes import EXTRACT, Tag
from mapokezi.records.call_record import CallInFull, CallRecord, HandOffOutcome, HandOffSummary
from mapokezi.records.message_record import MessageId
from mapokezi.stores.office_files import read_office

if TYPE_CHECKING:
    from tests.sample_records import Examples

NOW = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def office() -> Office:
    return read_office(Path(__file__).parents[2] / "examples" / "law-office")


def plain(examples: Examples, outcome: Outcome = Outcome.RESOLVED) -> CallRecord:
    return replace(examples.ended(outcome=outcome), hand_offs=(), claims=())


def test_a_message_says_who_wants_what_and_who_must_act(examples: Examples, office: Office) -> None:
    found = CallInFull(plain(examples, Outcome.MESSAGE), (), ())
    notes = notes_of(NotedCall(found, (examples.message(),), office), "en", NOW)
    assert notes.lines == (
        "Grace Njeri, +254722000100: The transfer of a plot in Kiambu.",
        "Nothing was asked that needed an answer.",
        "Urgent, for Wanjiku Kamau: call back, best time tomorrow at ten (not sure: name).",
    )
    assert notes.promises == ("Wanjiku Kamau will be told",)
    assert notes.fields["name"] == "Grace Njeri"
    assert notes.unsure == ("name",)
    assert notes.made_by == EXTRACT


def test_a_question_is_quoted_and_what_was_told_is_named(
    examples: Examples, office: Office
) -> None:
    fact = office.facts[0]
    turns = (
        examples.turn(number=0, text="Hello?", ours=False),
        examples.turn(number=1, text="Do you have a place to park?", ours=False),
        replace(examples.turn(number=2, text=fact.answer), fact_ids=(fact.id, "gone")),
    )
    notes = notes_of(NotedCall(CallInFull(plain(examples), turns, ()), (), office), "en", NOW)
    assert notes.lines == (
        "+254722000100 said: “Do you have a place to park?”",
        f"Was told: {fact.title}.",
        "Nobody has to act.",
    )


def test_in_swahili_too(examples: Examples, office: Office) -> None:
    found = CallInFull(plain(examples, Outcome.FLASH), (), ())
    notes = notes_of(NotedCall(found, (), office), "sw", NOW)
    assert notes.lines[0] == "+254722000100 alipiga mara moja na kukata."
    assert notes.lines[2] == "Mtu ampigie simu."
    assert notes.language == "sw"


@pytest.mark.parametrize(
    ("outcome", "says"),
    [
        (HandOffOutcome.CONNECTED, "Was put through to Wanjiku Kamau."),
        (HandOffOutcome.NO_ANSWER, "Wanjiku Kamau was rung: no answer."),
        (HandOffOutcome.BUSY, "Wanjiku Kamau was rung: busy."),
    ],
)
def test_who_was_rung_and_what_came_of_it(
    examples: Examples, office: Office, outcome: HandOffOutcome, says: str
) -> None:
    attempt = HandOffSummary("wanjiku-kamau", "dial", NOW, outcome, NOW)
    call = replace(plain(examples), hand_offs=(attempt,))
    noted = NotedCall(CallInFull(call, (), ()), (), office)
    assert notes_of(noted, "en", NOW).lines[1] == says
    assert (Tag.NOT_REACHED in tags_of(noted)) == (outcome is not HandOffOutcome.CONNECTED)
    assert Tag.ASKED_FOR_PERSON in tags_of(noted)


def test_our_own_note_of_a_call_that_broke_off_is_no_wish_of_the_callers(
    examples: Examples, office: Office
) -> None:
    call = plain(examples, Outcome.FAILED)
    note = replace(
        examples.message(), message_id=MessageId(f"{call.call_id}.call-back"), unsure=("name",)
    )
    noted = NotedCall(CallInFull(call, (), ()), (note,), office)
    notes = notes_of(noted, "en", NOW)
    assert notes.fields == {}
    assert notes.promises == ()
    assert notes.lines[2] == "Somebody should call back."
    assert Tag.LET_DOWN in notes.tags
    assert Tag.UNSURE not in notes.tags


def test_tags_of_a_call_in_the_night_by_somebody_who_rang_before(
    examples: Examples, office: Office
) -> None:
    call = replace(
        plain(examples), arrived_at=datetime(2026, 11, 20, 21, 0, tzinfo=UTC), caller=None
    )
    noted = NotedCall(CallInFull(call, (), ()), (), office, rang_before=2)
    assert set(tags_of(noted)) == {Tag.AFTER_HOURS, Tag.RANG_BEFORE, Tag.NO_NUMBER}


def test_no_line_is_longer_than_is_read_at_a_glance(examples: Examples, office: Office) -> None:
    long = replace(examples.message(), reason="about my land " * 100)
    found = CallInFull(plain(examples), (examples.turn(text="word " * 300, ours=False),), ())
    for messages in ((long,), ()):
        for line in notes_of(NotedCall(found, messages, office), "en", NOW).lines:
            assert len(line) <= MOST_LINE


def test_an_office_that_is_gone_costs_its_names_alone(examples: Examples) -> None:
    found = CallInFull(plain(examples), (), ())
    notes = notes_of(NotedCall(found, (examples.message(),), None), "en", NOW)
    assert notes.lines[2].startswith("Urgent, for the office: call back")
