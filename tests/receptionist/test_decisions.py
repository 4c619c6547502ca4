"""What a model proposes, and what may be done."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.receptionist.decisions import (
    AboutCall,
    Allowed,
    EndCall,
    HandOver,
    Refused,
    StoreMessage,
    WhichPerson,
    decide,
)
from mapokezi.receptionist.office import Office, Person
from mapokezi.units import E164

_NOW = datetime.fromisoformat("2026-11-23T10:00:00+03:00")
_CALL = AboutCall(E164("+254722123456"), E164("+254209000000"))
_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


def _stored(office: Office, **arguments: Any) -> StoreMessage:
    decision = decide(office, "take_message", arguments, _CALL, _NOW)
    assert isinstance(decision, Allowed)
    assert isinstance(decision.deed, StoreMessage)
    return decision.deed


def test_a_message_is_stored_with_the_callers_number_by_default(law_office: Office) -> None:
    message = _stored(law_office, name="Grace", reason="Please call.", for_person="brian-otieno")
    assert message.number == "+254722123456"
    assert message.for_person == "brian-otieno"
    assert message.unsure == ()
    assert not message.urgent


def test_a_number_is_taken_in_any_writing(law_office: Office) -> None:
    assert _stored(law_office, reason="x", number="0733-123-456").number == "+254733123456"


def test_a_number_that_is_none_is_marked_and_kept_as_heard(law_office: Office) -> None:
    message = _stored(law_office, name="Grace", reason="x", number="0733 12")
    assert message.number == "+254722123456"
    assert message.unsure == ("number",)


def test_a_message_for_nobody_of_ours_is_refused(law_office: Office) -> None:
    decision = decide(law_office, "take_message", {"for_person": "elvis"}, _CALL, _NOW)
    assert isinstance(decision, Refused)


def test_an_empty_message_without_a_number_is_refused(law_office: Office) -> None:
    decision = decide(law_office, "take_message", {}, AboutCall(None), _NOW)
    assert isinstance(decision, Refused)


def test_a_hand_over_comes_with_a_note_to_store_first(law_office: Office) -> None:
    arguments = {"person_id": "brian-otieno", "reason": "my salary"}
    decision = decide(law_office, "hand_over", arguments, _CALL, _NOW)
    assert isinstance(decision, Allowed)
    assert isinstance(decision.deed, HandOver)
    assert decision.deed.ring.destination == "+254700000102"
    assert decision.deed.note.reason == "my salary"
    assert decision.deed.note.number == "+254722123456"


def test_a_refused_hand_over_leaves_a_note_and_words_for_the_caller(law_office: Office) -> None:
    decision = decide(law_office, "hand_over", {"person_id": "kevin-barasa"}, _CALL, _NOW)
    assert isinstance(decision, Refused)
    assert decision.say
    assert decision.note is not None
    assert decision.note.for_person == "kevin-barasa"


def test_the_end_is_allowed_and_unknown_tools_are_not(law_office: Office) -> None:
    end = decide(law_office, "end_call", {}, _CALL, _NOW)
    assert isinstance(end, Allowed)
    assert end.deed == EndCall()
    assert isinstance(decide(law_office, "wire_money", {}, _CALL, _NOW), Refused)


@pytest.mark.parametrize(
    "tool",
    ["look_up", "take_message", "want_person", "hand_over", "report_urgency", "end_call", "other"],
)
@given(
    arguments=st.dictionaries(
        st.sampled_from(
            [
                "name",
                "number",
                "reason",
                "for_person",
                "person_id",
                "unsure",
                "urgent",
                "extra",
                "best_time",
                "who",
                "what",
                "question",
                "fact_ids",
                "day",
                "person",
            ]
        ),
        _ANYTHING,
    )
)
def test_no_arguments_break_it(law_office: Office, tool: str, arguments: dict[str, Any]) -> None:
    decision = decide(law_office, tool, arguments, _CALL, _NOW)
    assert isinstance(decision, Allowed | Refused | WhichPerson)


def test_only_true_is_urgent(law_office: Office) -> None:
    assert _stored(law_office, reason="x", urgent=True).urgent
    assert not _stored(law_office, reason="x", urgent="yes").urgent


_NIGHT = datetime.fromisoformat("2026-11-23T23:00:00+03:00")
_MODEL = AboutCall(E164("+254722123456"), E164("+254209000000"), caller_said=("I want to sell.",))


def _ring(office: Office, tool: str, now: datetime = _NOW, **arguments: Any) -> HandOver:
    decision = decide(office, tool, arguments, _MODEL, now)
    assert isinstance(decision, Allowed), decision
    assert isinstance(decision.deed, HandOver)
    return decision.deed


@pytest.mark.parametrize(
    ("who", "person_id"),
    [
        ("Mr Otieno", "brian-otieno"),
        ("brian-otieno", "brian-otieno"),
        ("the office manager", "mercy-mutua"),
        ("a person", ""),
        ("any lawyer", ""),
        ("", ""),
    ],
)
def test_whom_the_caller_wants_is_found_by_their_words(
    law_office: Office, who: str, person_id: str
) -> None:
    assert _ring(law_office, "want_person", who=who).ring.person_id == person_id


def test_nobody_of_that_name_leaves_a_note(law_office: Office) -> None:
    decision = decide(law_office, "want_person", {"who": "Elvis Presley"}, _MODEL, _NOW)
    assert isinstance(decision, Refused)
    assert decision.note is not None
    assert "Elvis Presley" in decision.note.reason


def test_where_several_may_be_meant_the_caller_is_asked(law_office: Office) -> None:
    twins = tuple(
        Person(id=f"{first.lower()}-njoroge", name=f"{first} Njoroge", role="advocate")
        for first in ("John", "Joan")
    )
    office = msgspec.structs.replace(law_office, people=twins)
    decision = decide(office, "want_person", {"who": "Njoroge"}, _MODEL, _NOW)
    assert isinstance(decision, WhichPerson)
    assert {person.id for person in decision.people} == {"john-njoroge", "joan-njoroge"}


@pytest.mark.parametrize(
    ("what", "is_emergency"),
    [("My brother is not breathing.", True), ("My brother has been arrested.", False)],
)
def test_what_is_urgent_is_passed_on_at_night_and_a_danger_owes_the_number(
    law_office: Office, what: str, is_emergency: bool
) -> None:
    deed = _ring(law_office, "report_urgency", _NIGHT, what=what)
    assert deed.is_emergency is is_emergency
    assert deed.note.urgent
    assert deed.ring.destination == law_office.reception


@pytest.mark.parametrize(
    ("what", "danger", "is_emergency"),
    [
        ("He has been arrested.", True, True),
        ("She ate a whole bottle of something.", None, True),
        ("She ate a whole bottle of something.", False, False),
        ("My house is on fire.", False, True),
    ],
)
def test_the_number_is_owed_on_the_models_word_but_not_withheld_on_it(
    law_office: Office, what: str, danger: bool | None, is_emergency: bool
) -> None:
    arguments = {"what": what} if danger is None else {"what": what, "danger": danger}
    decision = decide(law_office, "report_urgency", arguments, _MODEL, _NOW)
    found = decision if isinstance(decision, Refused) else decision.deed  # type: ignore[union-attr]
    assert found.is_emergency is is_emergency  # type: ignore[union-attr]


def test_an_emergency_in_the_callers_own_words_is_one(law_office: Office) -> None:
    about = AboutCall(None, caller_said=("They are evicting us now!",))
    decision = decide(law_office, "report_urgency", {"what": "wants help"}, about, _NIGHT)
    assert isinstance(decision, Allowed)


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("hand_over", {"urgent": True, "reason": "to sell a plot"}),
        ("report_urgency", {"what": "wants to sell a plot"}),
    ],
)
def test_an_urgency_that_is_only_claimed_is_none(
    law_office: Office, tool: str, arguments: dict[str, Any]
) -> None:
    decision = decide(law_office, tool, arguments, _MODEL, _NIGHT)
    assert isinstance(decision, Refused)
    assert decision.note is not None
    assert decision.note.urgent, "but the staff learn that it was claimed"


def test_our_own_rules_have_weighed_the_words_themselves(law_office: Office) -> None:
    arguments = {"urgent": True, "reason": "the caller weeps"}
    assert isinstance(decide(law_office, "hand_over", arguments, _CALL, _NIGHT), Allowed)


@pytest.mark.parametrize("about", [{"caller_spoke": False}, {"is_connecting": True}])
def test_the_end_is_refused_where_it_would_cut_the_caller_off(
    law_office: Office, about: dict[str, Any]
) -> None:
    call = AboutCall(E164("+254722123456"), **about)
    assert isinstance(decide(law_office, "end_call", {}, call, _NOW), Refused)


def test_a_number_that_costs_extra_is_not_rung_back(law_office: Office) -> None:
    message = _stored(law_office, name="A", reason="x", number="+449061234567")
    assert message.number == "+254722123456"
    assert message.unsure == ("number",)


def test_signs_that_are_not_seen_are_not_kept(law_office: Office) -> None:
    name = "A\n\u202eB\u0000" + "c" * 200
    message = _stored(law_office, name=name, reason="x")
    assert message.name.isprintable()
    assert len(message.name) == 80
