"""A fact is changed or taken out, and no other one with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapokezi.stores.fact_edits import change_fact, remove_fact
from mapokezi.stores.facts_added import FACTS_FILE, FactNotAddedError, NewFact
from mapokezi.stores.office_facts import read_facts

TEXT = (Path(__file__).parents[2] / "examples" / "law-office" / FACTS_FILE).read_text("utf-8")
NEW = NewFact("Cars", "No, not any more.", ("can I  drive", "is there room"), "B", date.min)


def facts_of(text: str) -> dict[str, tuple[str, str, tuple[str, ...]]]:
    return {one.id: (one.title, one.answer, one.asked_as) for one in read_facts("f", text, [])}


@pytest.mark.parametrize("fact_id", list(facts_of(TEXT)))
def test_each_fact_can_be_changed_and_taken_out(fact_id: str) -> None:
    changed = facts_of(change_fact(TEXT, fact_id, NEW))
    others = {name: fact for name, fact in facts_of(TEXT).items() if name != fact_id}
    assert changed.pop(fact_id) == ("Cars", "No, not any more.", ("can I drive", "is there room"))
    assert changed == others
    assert facts_of(remove_fact(TEXT, fact_id)) == others


def test_remarks_beside_a_fact_stay() -> None:
    text = TEXT.replace("## Parking {#parking}\n", "## Parking {#parking}\n<!-- asked\nMercy -->\n")
    changed = change_fact(text, "parking", NEW)
    assert "<!-- asked\nMercy -->" in changed
    assert list(facts_of(changed)) == list(facts_of(TEXT)), "and they stand where they stood"


def test_remarks_on_what_follows_are_not_of_the_fact_before() -> None:
    text = TEXT.replace(
        "## The lift", "<!-- From here on: the house -->\n# The house\n\n## The lift"
    )
    for changed in (change_fact(text, "parking", NEW), remove_fact(text, "parking")):
        assert "<!-- From here on: the house -->\n# The house\n\n## The lift" in changed


def test_a_fact_that_is_not_there_is_none() -> None:
    with pytest.raises(FactNotAddedError, match="no fact"):
        change_fact(TEXT, "froth", NEW)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=40), st.text(max_size=60), st.lists(st.text(max_size=20), max_size=3))
def test_whatever_is_typed_changes_no_other_fact(title: str, says: str, ways: list[str]) -> None:
    short = change_fact(TEXT[: TEXT.index("## The lift")], "parking", NEW)
    new = replace(NEW, title=title, answer=says, asked_as=tuple(ways))
    try:
        changed = change_fact(short, "matatu", new)
    except FactNotAddedError:
        return
    before, after = facts_of(short), facts_of(changed)
    assert before.pop("matatu")
    assert "matatu" in after
    del after["matatu"]
    assert after == before
