"""A voice model's instructions: the rules, and what can be looked up."""

from __future__ import annotations

from datetime import datetime

import msgspec

from mapokezi.receptionist.instructions import instructions_for
from mapokezi.receptionist.office import AfterHours, Office
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


def test_few_facts_stand_in_them_and_of_very_many_not_even_the_titles(law_office: Office) -> None:
    few = msgspec.structs.replace(law_office, facts_in_instructions=len(law_office.facts))
    text = instructions_for(few, _NOW, None)
    for fact in few.facts:
        assert f"- {fact.id}: {fact.title}. {fact.answer}" in text
    assert "without look_up" in text
    many = tuple(
        msgspec.structs.replace(fact, id=f"{fact.id}-{number}")
        for number in range(10)
        for fact in law_office.facts
    )
    text = instructions_for(msgspec.structs.replace(law_office, facts=many), _NOW, None)
    assert "The office has told 170 facts" in text
    assert law_office.facts[0].title not in text


def test_while_only_messages_are_taken_no_facts_stand_in_them(law_office: Office) -> None:
    hours = msgspec.structs.replace(law_office.hours, when_closed=AfterHours.MESSAGE)
    few = msgspec.structs.replace(law_office, facts_in_instructions=60, hours=hours)
    at_night = datetime.fromisoformat("2026-12-23T22:00:00+03:00")
    assert few.facts[0].answer not in instructions_for(few, at_night, None)


def test_a_model_abroad_is_told_how_to_say_where_words_go(law_office: Office) -> None:
    here = instructions_for(law_office, _NOW, None)
    assert "where their words go" not in here
    assert "call stop_recording at once" in here
    abroad = msgspec.structs.replace(law_office, worked_on_abroad=True)
    told = instructions_for(abroad, _NOW, None)
    assert 'where their words go, say: "What you say is worked on by an automated service' in told
