"""Why did you say that: on a call's page each sentence's source, each decision and its reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from tests.desk.conftest import ARRIVED, LAW_OFFICE

from mapokezi.calls import CallId, OfficeId
from mapokezi.records.call_record import TimelineEntry
from mapokezi.records.changes import SaveArrival, SaveEnd, SaveTimeline, SaveTurn
from mapokezi.records.open_questions import OpenQuestion, QuestionId, SaveQuestion
from mapokezi.stores.office_folder import read_texts
from mapokezi.stores.office_versions import NewVersion, add_version
from mapokezi.units import Milliseconds

if TYPE_CHECKING:
    from tests.desk.conftest import Desk
    from tests.sample_records import Examples

OpenPage = Callable[[str], str]
CALL = "/calls/c-000000"


def keep_version(desk: Desk, old: str, new: str) -> None:
    """The office as it stood, in one thing other than today."""
    texts = read_texts(LAW_OFFICE, [])
    assert old in texts["facts.md"]
    texts["facts.md"] = texts["facts.md"].replace(old, new)
    version = NewVersion(OfficeId("law-office"), texts, ARRIVED, "folder", (), 0)
    desk.portal.call(desk.database.writer.transact, partial(add_version, new=version))


def why_of(text: str) -> str:
    return text.partition('<details class="why">')[2].partition("</details>")[0]


def keep_call(desk: Desk, examples: Examples, version: int | None) -> None:
    office_says = "Parking is on the roof. Anything else?"
    turn = replace(examples.turn(text=office_says), fact_ids=("parking",), unheard_text="")
    arrival = replace(examples.arrival(), office_version=version)
    desk.keep(
        SaveArrival(arrival),
        SaveTurn(turn),
        SaveEnd(replace(examples.ended(), office_version=version)),
    )


def test_the_source_is_shown_as_it_stood_when_the_call_ran(
    desk: Desk, examples: Examples, text_of: OpenPage
) -> None:
    answer = next(
        fact.answer
        for fact in desk.browser.app.state.parts.offices["law-office"].facts  # type: ignore[attr-defined]
        if fact.id == "parking"
    )
    first_words = " ".join(answer.split()[:3])
    keep_version(desk, first_words, "Parking is on the roof: " + first_words)
    keep_call(desk, examples, 1)
    why = why_of(text_of(CALL))
    assert "version 1 of the office" in why
    sentence, _, rest = why.partition("Anything else?")
    assert "<q>Parking is on the roof: " in sentence
    assert "facts.md, line" in sentence
    assert "Rests on no fact of the office." in rest


def test_without_its_version_it_says_so(desk: Desk, examples: Examples, text_of: OpenPage) -> None:
    keep_call(desk, examples, None)
    why = why_of(text_of(CALL))
    assert "is not known: sources are shown as they stand today" in why


def test_each_decision_stands_with_its_reason(
    desk: Desk, examples: Examples, text_of: OpenPage
) -> None:
    keep_call(desk, examples, None)
    happened: list[tuple[int, str, dict[str, str]]] = [
        (1000, "voice_noted", {"what": "understood", "detail": "dont_know"}),
        (2000, "tool_called", {"name": "hand_over", "id": "a"}),
        (2500, "tool_answered", {"id": "a", "status": "refused", "why": "<b>Closed.</b>"}),
    ]
    call_id = CallId("c-000000")
    entries = [
        TimelineEntry(call_id, 100 + number, Milliseconds(at), what, values)
        for number, (at, what, values) in enumerate(happened)
    ]
    desk.keep(SaveTimeline(tuple(entries)))
    why = why_of(text_of(CALL))
    assert "The caller asked what the office has not told us." in why
    assert "<strong>hand over</strong>: refused. &lt;b&gt;Closed.&lt;/b&gt;" in why


def test_what_was_not_answered_leads_to_the_questions(
    desk: Desk, examples: Examples, text_of: OpenPage
) -> None:
    desk.keep(SaveArrival(examples.arrival()))
    assert '<details class="why">' not in text_of(CALL)
    asked = OpenQuestion(
        QuestionId("q"),
        CallId("c-000000"),
        OfficeId("law-office"),
        ARRIVED,
        Milliseconds(0),
        "Weddings?",
    )
    desk.keep(SaveQuestion(asked))
    assert 'Not answered: <q>Weddings?</q> <a href="/questions">Answer it</a>' in text_of(CALL)
