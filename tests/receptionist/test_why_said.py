"""What was said is led back to what it rests on, and what was decided to its reason."""

from __future__ import annotations

from datetime import datetime

import msgspec

from mapokezi.receptionist.office import Office
from mapokezi.receptionist.why_said import decisions_of, sentences_with_sources, source_of

RANG = datetime.fromisoformat("2026-11-23T10:00:00+03:00")


def test_each_sentence_has_the_source_whose_words_it_has(law_office: Office) -> None:
    parking = next(fact for fact in law_office.facts if fact.id == "parking")
    said = f"{parking.answer} We are open on Monday, eight to one. Can I help you with more?"
    found = sentences_with_sources(said, ("parking", "hours"), law_office, RANG)
    told = {one.text: [source.fact_id for source in one.sources] for one in found}
    assert told["Can I help you with more?"] == []
    first = next(iter(told))
    assert told[first] == ["parking"]
    assert ["hours"] in told.values()
    (source,) = found[0].sources
    assert (source.title, source.text) == (parking.title, parking.answer)
    assert source.where.startswith("facts.md, line")


def test_said_in_quite_other_words_a_source_is_not_lost(law_office: Office) -> None:
    found = sentences_with_sources("Down below. Leave it there.", ("parking",), law_office, RANG)
    assert sum(len(one.sources) for one in found) == 1


def test_it_is_as_the_office_told_it_then(law_office: Office) -> None:
    facts = tuple(
        msgspec.structs.replace(fact, answer="On the roof.") if fact.id == "parking" else fact
        for fact in law_office.facts
    )
    then = msgspec.structs.replace(law_office, facts=facts)
    assert source_of("parking", then, RANG).text == "On the roof."


def test_hours_people_and_what_is_gone(law_office: Office) -> None:
    week = source_of("hours:week", law_office, RANG)
    assert (week.title, week.where) == ("Opening hours", "hours.toml")
    assert week.text == source_of("hours", law_office, RANG).text
    day = source_of("hours:2026-12-12", law_office, RANG)
    assert "closed" in day.text.lower()
    assert source_of("person:brian-otieno", law_office, RANG).title == "Brian Otieno"
    assert source_of("no-longer-there", law_office, RANG).text == ""
    assert source_of("parking", None, RANG).text == ""
    assert source_of("hours:2026-99-99", law_office, RANG).text == week.text


def test_decisions_are_read_from_the_timeline_with_what_came_of_them() -> None:
    entries = [
        (900, "media_opened", {}),
        (1000, "voice_noted", {"what": "understood", "detail": "answer:parking"}),
        (1100, "voice_noted", {"what": "connection renewed", "detail": "x"}),
        (2000, "tool_called", {"name": "hand_over", "id": "a"}),
        (2100, "tool_called", {"name": "look_up", "id": "b"}),
        (
            2200,
            "tool_answered",
            {"name": "look_up", "id": "b", "status": "found", "found": "parking, hours:week"},
        ),
        (2300, "tool_answered", {"id": "a", "status": "refused", "why": "Nobody takes calls."}),
        (3000, "tool_called", {"name": "end_call", "id": "c"}),
        (3100, "tool_late", {"id": "c"}),
        (3200, "voice_noted", {"what": "understood", "detail": "start_message"}),
    ]
    found = decisions_of(entries)
    assert [(one.at_ms, one.what, one.came) for one in found] == [
        (1000, "understood", "asked for parking"),
        (2000, "hand over", "refused"),
        (2100, "look up", "found"),
        (3000, "end call", "no result in time"),
        (3200, "understood", "wants to leave a message"),
    ]
    assert found[1].why == "Nobody takes calls."
    assert found[2].found == ("parking", "hours:week")
