"""A voice model's instructions: the rules, and what can be looked up."""

from __future__ import annotations

from datetime import datetime

from mapokezi.receptionist.instructions import instructions_for
from mapokezi.receptionist.office import Office
from mapokezi.units import E164

_NOW = datetime.fromisoformat("2026-12-23T10:00:00+03:00")


def test_what_can_be_looked_up_stands_in_them_and_not_what_it_says(law_office: Office) -> None:
    text = instructions_for(law_office, _NOW, E164("+254722123456"))
    for fact in law_office.facts:
        assert f"- {fact.id}: {fact.title}" in text
        assert fact.answer not in text
    for person in law_office.people:
        assert person.id in text
        assert person.mobile is None or person.mobile not in text
    for topic in law_office.forbidden_topics:
        assert topic in text
    assert "Wednesday the twenty-third of December 2026, ten in the morning" in text
    assert "The office is open now, until one in the afternoon." in text
    assert "call look_up" in text
    assert "+254722123456" in text
    assert law_office.notice in text


def test_a_withheld_number_is_to_be_asked_for(law_office: Office) -> None:
    assert "withheld" in instructions_for(law_office, _NOW, None)
