"""A value of an office's file is changed, and every other line stays as somebody wrote it."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapokezi.stores.toml_edits import (
    TomlNotEditedError,
    append_entry,
    remove_entry,
    remove_value,
    set_value,
    value_at,
)

EXAMPLES = Path(__file__).parents[2] / "examples" / "law-office"
TRADES = Path(__file__).parents[2] / "src" / "mapokezi" / "stores" / "trades"
FILES = [
    one
    for one in sorted([*EXAMPLES.glob("*.toml"), *TRADES.rglob("*.toml")])
    if tomllib.loads(one.read_text(encoding="utf-8"))
]


def text_of(name: str) -> str:
    return (EXAMPLES / name).read_text(encoding="utf-8")


def differing(before: str, after: str) -> tuple[list[str], list[str]]:
    """The lines that went, and the lines that came."""
    old, new = before.splitlines(), after.splitlines()
    return [one for one in old if one not in new], [one for one in new if one not in old]


def test_a_value_is_written_in_its_place() -> None:
    text = text_of("hours.toml")
    changed = set_value(text, ("week", "saturday"), ["10:00-12:00"])
    assert differing(text, changed) == (
        ['saturday = ["09:00-13:00"]'],
        ['saturday = ["10:00-12:00"]'],
    )


def test_the_comment_behind_a_value_stays() -> None:
    text = 'ring = 5 # as she wished\nways = [{ way = "sms", to = "1" }] # two\n'
    assert set_value(text, ("ring",), 9).startswith("ring = 9 # as she wished\n")
    assert 'to = "2" }] # two' in set_value(text, ("ways", 0, "to"), "2")


def test_of_a_long_list_only_what_differs_is_written() -> None:
    text = 'words = [\n  "one", # the first\n  "two",\n  "three", # the last\n]\n'
    changed = set_value(text, ("words",), ["one", "three", "four"])
    assert '"one", # the first\n' in changed
    assert "# the last" in changed
    assert "two" not in changed


def test_a_new_key_stands_behind_the_others_and_before_the_remarks_on_the_next_entry() -> None:
    text = text_of("people.toml")
    lines = set_value(text, ("people", 5, "language"), "sw").splitlines()
    at = lines.index('language = "sw"')
    assert lines[at - 1].startswith('subjects = ["appointments"')
    assert lines[at + 2].startswith("# How people are told")


@pytest.mark.parametrize(
    ("text", "path", "written"),
    [
        ("", ("closed", "say"), '[closed]\nsay = "x"\n'),
        ("a = 1\n", ("closed", "say"), 'a = 1\n\n[closed]\nsay = "x"\n'),
        ("# c\n\n[closed]\n", ("closed", "say"), '# c\n\n[closed]\nsay = "x"\n'),
        ('closed.a = "y"\n', ("closed", "say"), 'closed.a = "y"\nclosed.say = "x"\n'),
        ('closed = { a = "y" }\n', ("closed", "say"), 'closed = { a = "y" , say = "x"}\n'),
        ("# c\n[a]\nb = 1\n", ("say",), 'say = "x"\n# c\n[a]\nb = 1\n'),
    ],
)
def test_a_key_finds_its_table_however_that_is_written(
    text: str, path: tuple[str, ...], written: str
) -> None:
    changed = set_value(text, path, "x")
    assert tomllib.loads(changed) == tomllib.loads(written)
    if "{" not in written:
        assert changed == written


def test_an_entry_is_added_behind_the_last_one_and_taken_out_without_others_remarks() -> None:
    text = text_of("people.toml")
    ways = append_entry(text, ("people", 5, "ways"), {"way": "sms", "to": "+254700000106"})
    ways = append_entry(ways, ("people", 5, "ways"), {"way": "email", "to": "m@example.co.ke"})
    assert [one["way"] for one in tomllib.loads(ways)["people"][5]["ways"]] == ["sms", "email"]
    gone = remove_entry(ways, ("people",), 5)
    assert "Mercy" not in gone
    assert "# Without a mobile, a person takes messages only." in gone
    assert len(tomllib.loads(gone)["people"]) == 7
    assert remove_entry(remove_entry(ways, ("people", 5, "ways"), 1), ("people", 5, "ways"), 0) == (
        text
    )


def test_an_empty_list_of_tables_takes_entries() -> None:
    text = "closures = [] # none yet\n\n[week]\n"
    entry = {"first": date(2026, 11, 23), "reason": 'a "quoted" \\ reason'}
    assert tomllib.loads(append_entry(text, ("closures",), entry))["closures"] == [entry]


def test_what_cannot_be_done_is_refused() -> None:
    with pytest.raises(TomlNotEditedError):
        set_value('a = "words"\n', ("a", "b"), "x")
    with pytest.raises(TomlNotEditedError):
        remove_value("a = 1\n", ("b",))
    with pytest.raises(TomlNotEditedError):
        set_value("", ("a", "b", "c"), "x")


def leaves(values: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    if isinstance(values, dict):
        return [one for key, inner in values.items() for one in leaves(inner, (*path, key))]
    if isinstance(values, list) and values and isinstance(values[0], dict):
        return [one for at, inner in enumerate(values) for one in leaves(inner, (*path, at))]
    return [path]


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_whatever_is_changed_in_a_real_file_every_comment_stays(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(FILES)).read_text(encoding="utf-8")
    values = tomllib.loads(text)
    path = data.draw(st.sampled_from(leaves(values)))
    old = value_at(values, path)
    words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)
    new = data.draw(st.lists(words, min_size=1, max_size=3) if isinstance(old, list) else words)
    changed = set_value(text, path, new)
    assert value_at(tomllib.loads(changed), path) == new
    assert set(differing(text, remove_value(changed, path))[1]) <= {""}
    remarks = [one for one in text.splitlines() if one.startswith("#")]
    assert [one for one in changed.splitlines() if one.startswith("#")] == remarks
