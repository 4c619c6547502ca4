"""What a model looks up comes from the office's own data, each piece with its id."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.receptionist.clerk import Clerk
from mapokezi.receptionist.look_up import MOST_TITLES, OfficeBook
from mapokezi.receptionist.office import Fact, Office
from mapokezi.receptionist.tools import tools_for
from mapokezi.receptionist.turns import Heard

NOW = datetime.fromisoformat("2026-11-23T10:00:00+03:00")


@pytest.fixture(scope="module")
def book(law_office: Office) -> OfficeBook:
    return OfficeBook(law_office)


def ids(found: Any, kind: str) -> list[str]:
    return [one["id"] for one in found[kind]]


def test_facts_are_given_by_their_ids(book: OfficeBook, law_office: Office) -> None:
    found = book.look_up({"fact_ids": ["parking", "fact:email", "no-such"]}, NOW)
    assert found["status"] == "found"
    assert ids(found, "facts") == ["parking", "email"]
    answers = {fact.id: fact.answer for fact in law_office.facts}
    assert [one["text"] for one in found["facts"]] == [answers["parking"], answers["email"]]


@pytest.mark.parametrize(
    ("question", "fact_id"),
    [
        ("how much is a first consultation", "consultation-fee"),
        ("office location", "location"),
        ("What does it cost to have an affidavit commissioned?", "affidavits"),
        ("payment by card", "payment"),
        ("wheelchair access", "access"),
    ],
)
def test_facts_are_found_by_a_question(book: OfficeBook, question: str, fact_id: str) -> None:
    assert ids(book.look_up({"question": question}, NOW), "facts")[0] == fact_id


def test_what_is_not_there_is_not_found_and_the_titles_are_given(
    book: OfficeBook, law_office: Office
) -> None:
    found = book.look_up({"question": "xylophone zzz"}, NOW)
    assert found["status"] == "not_found"
    assert [one["id"] for one in found["titles"]] == [fact.id for fact in law_office.facts]


@pytest.mark.parametrize(
    ("day", "hours_id", "says"),
    [
        ("sunday", "hours:2026-11-29", "we are closed"),
        ("tomorrow", "hours:2026-11-24", "Tomorrow we are open"),
        ("Christmas Day", "hours:2026-12-25", "closed for"),
        ("week", "hours:week", "We are open Monday to Friday"),
        ("whenever", "hours:week", "We are open Monday to Friday"),
    ],
)
def test_hours_are_given_for_a_day(book: OfficeBook, day: str, hours_id: str, says: str) -> None:
    (hours,) = book.look_up({"day": day}, NOW)["hours"]
    assert hours["id"] == hours_id
    assert says in hours["text"]


@pytest.mark.parametrize("person", ["Brian Otieno", "brian-otieno", "the employment partner"])
def test_people_are_given_without_their_numbers(book: OfficeBook, person: str) -> None:
    found = book.look_up({"person": person}, NOW)
    assert ids(found, "people")[:1] == ["person:brian-otieno"]
    assert "0700" not in json.dumps(found)
    assert "+254" not in json.dumps(found)


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(
    arguments=st.dictionaries(
        st.sampled_from(["question", "fact_ids", "day", "person", "other"]), _ANYTHING
    )
)
def test_no_arguments_break_it(book: OfficeBook, arguments: dict[str, Any]) -> None:
    found = book.look_up(arguments, NOW)
    assert found["status"] in {"found", "not_found"}
    json.dumps(found)


def test_meaning_helps_where_it_is_known(law_office: Office) -> None:
    import numpy as np

    from mapokezi.receptionist.meanings import Meanings

    texts = [way for fact in law_office.facts for way in (*fact.asked_as, fact.title)]
    subjects = [text for one in law_office.people for text in (*one.subjects, one.role)]
    rows = {
        text: np.eye(1, 400, place, dtype=np.float32)[0]
        for place, text in enumerate(dict.fromkeys([*texts, *subjects]))
    }
    book = OfficeBook(law_office, Meanings(rows))
    meaning = rows["is there parking"]
    assert ids(book.look_up({"question": "zzz"}, NOW, meaning), "facts")[0] == "parking"


_PLACES = (
    "Kisumu",
    "Nakuru",
    "Eldoret",
    "Thika",
    "Kitale",
    "Garissa",
    "Lamu",
    "Voi",
    "Embu",
    "Meru",
)
_THINGS = ("deliveries", "parking", "visits", "payments", "appointments", "repairs", "rooms")


@pytest.fixture(scope="module")
def large_office(law_office: Office) -> Office:
    """An office with 700 facts; each but one asks for it in words of its own."""
    facts = tuple(
        Fact(
            id=f"fact-{number}-{place.lower()}-{thing}",
            title=f"{thing} {place} {number}",
            answer=f"In {place} {thing} are under number {number}.",
            asked_as=(f"{thing} in {place} number {number}", f"{place} {number} {thing}"),
            source=f"facts.md, line {number}",
        )
        for number in range(10)
        for place in _PLACES
        for thing in _THINGS
    )
    return msgspec.structs.replace(law_office, facts=facts)


def test_of_many_facts_the_whole_set_is_searched(large_office: Office) -> None:
    book = OfficeBook(large_office)
    for fact in (large_office.facts[0], large_office.facts[321], large_office.facts[-1]):
        found = book.look_up({"question": f"please tell me about {fact.title}"}, NOW)
        assert ids(found, "facts")[0] == fact.id


def test_of_many_facts_a_model_is_told_only_what_comes_near(large_office: Office) -> None:
    book = OfficeBook(large_office)
    strange = book.look_up({"question": "xylophone zzz"}, NOW)
    assert strange["status"] == "not_found"
    assert 0 < len(strange["titles"]) < MOST_TITLES
    assert len(json.dumps([tool.parameters for tool in tools_for(large_office)])) < 8_000


def test_of_many_facts_the_clerk_looks_up_what_it_was_not_taught(large_office: Office) -> None:
    clerk = Clerk(large_office)
    began = clerk.begin(None, NOW)
    for fact in (large_office.facts[5], large_office.facts[-1]):
        turn = clerk.hear(began, Heard(f"what about {fact.title} please"), NOW)
        assert turn.deed == f"answer:{fact.id}"
        assert turn.say[0].fact_ids == (fact.id,)
    assert clerk.hear(began, Heard("I want to leave a message"), NOW).deed == "start_message"
    strange = clerk.hear(began, Heard("do you sell xylophones for my grandmother"), NOW)
    assert not strange.deed.startswith("answer:fact")
