"""A fact is added to a file so that it is read as it was meant, or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.stores.facts_added import FACTS_FILE, FactNotAddedError, NewFact, add_fact
from mapokezi.stores.office_facts import read_facts

LAW_OFFICE = Path(__file__).parents[2] / "examples" / "law-office" / FACTS_FILE
NEW = NewFact(
    title="Weddings",
    answer="Yes, we  register\nweddings on Fridays.",
    asked_as=("Do you do weddings?", " can you marry us ", "", "Do you do weddings?"),
    by="Brian -->",
    on=date(2026, 11, 22),
)


@pytest.mark.parametrize("text", ["", "# Facts\n\nFor our own eyes.\n", None])
def test_it_stands_behind_those_that_were_there(text: str | None) -> None:
    text = LAW_OFFICE.read_text(encoding="utf-8") if text is None else text
    whole, fact = add_fact(text, NEW)
    assert whole.startswith(text.rstrip("\n"))
    assert (fact.id, fact.answer) == ("weddings", "Yes, we register weddings on Fridays.")
    assert fact.asked_as == ("Do you do weddings?", "can you marry us")
    assert "<!-- Answered on the desk: Brian --, 2026-11-22 -->" not in whole
    assert "Answered on the desk: Brian" in whole
    assert read_facts(FACTS_FILE, whole, []) == (*read_facts(FACTS_FILE, text, []), fact)


def test_a_title_that_is_taken_gets_an_id_of_its_own() -> None:
    whole, _ = add_fact("", NEW)
    other = replace(NEW, asked_as=("who cuts the cake", "is there cake"))
    whole, fact = add_fact(whole, other)
    assert fact.id == "weddings-2"
    assert add_fact(whole, replace(other, title="Ndoa: 婚", asked_as=("a", "b")))[1].id == "ndoa"


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (replace(NEW, asked_as=("one way",)), "two at least are needed"),
        (replace(NEW, title=""), "no title"),
        (replace(NEW, answer=""), "no answer"),
        (replace(NEW, answer="Long. " * 80), "too many to be listened to"),
        (replace(NEW, answer="See https://example.com"), "cannot be said"),
        (replace(NEW, answer="## Another fact {#x}"), "facts"),
        (replace(NEW, answer="- one more way"), "no answer"),
        (replace(NEW, answer="<!-- hidden -->"), "no answer"),
    ],
)
def test_what_is_no_fact_is_refused(wrong: NewFact, why: str) -> None:
    with pytest.raises(FactNotAddedError) as refused:
        add_fact("", wrong)
    assert why in str(refused.value) or why == "facts"


def test_a_file_that_ends_in_a_comment_keeps_none() -> None:
    with pytest.raises(FactNotAddedError):
        add_fact("# Facts\n\n<!-- to be written", NEW)


@given(st.text(max_size=40), st.text(max_size=60), st.lists(st.text(max_size=20), max_size=3))
def test_whatever_is_typed_changes_no_other_fact(title: str, says: str, ways: list[str]) -> None:
    before, _ = add_fact("", NEW)
    try:
        whole, fact = add_fact(before, NewFact(title, says, tuple(ways), title, NEW.on))
    except FactNotAddedError:
        return
    facts = read_facts(FACTS_FILE, whole, [])
    assert facts[:-1] == read_facts(FACTS_FILE, before, [])
    assert facts[-1] == fact
    assert fact.answer == " ".join(says.split())
