"""What a model proposes, and what may be done."""

from __future__ import annotations

from datetime import datetime
from typing import Any

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
    decide,
)
from mapokezi.receptionist.office import Office
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


@pytest.mark.parametrize("tool", ["take_message", "hand_over", "end_call", "other"])
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
            ]
        ),
        _ANYTHING,
    )
)
def test_no_arguments_break_it(law_office: Office, tool: str, arguments: dict[str, Any]) -> None:
    assert isinstance(decide(law_office, tool, arguments, _CALL, _NOW), Allowed | Refused)


def test_only_true_is_urgent(law_office: Office) -> None:
    assert _stored(law_office, reason="x", urgent=True).urgent
    assert not _stored(law_office, reason="x", urgent="yes").urgent
