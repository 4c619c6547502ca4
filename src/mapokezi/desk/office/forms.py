"""A form of an office: filled from its files, read as it was sent, and made into new files.

Everything between is names and texts, as a browser sends them: so a form that was refused, looked
at, or overtaken by somebody else's change is shown again as it was typed.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from mapokezi.desk.office.kinds import Fields, Flag, Known, Text
from mapokezi.desk.office.parts import Field, Part, Rows, Subject
from mapokezi.stores.fact_edits import change_fact, remove_fact
from mapokezi.stores.facts_added import FACTS_FILE, NewFact, add_fact
from mapokezi.stores.office_facts import read_facts
from mapokezi.stores.office_folder import FILES
from mapokezi.stores.toml_edits import (
    append_entry,
    remove_entry,
    remove_value,
    set_value,
    value_at,
)
from mapokezi.toml_lines import Path

Texts = Mapping[str, str]
Values = Mapping[str, Any]
"""What stands in each file, by the files' names."""
OUT = "out"
"""Ticked: this entry is to go."""


def values_of(texts: Texts) -> dict[str, Any]:
    """Parse an office's files; one that is no TOML is not among them, one that is missing empty."""
    found: dict[str, Any] = {}
    for name in FILES:
        if name == FACTS_FILE:
            facts = read_facts(name, texts.get(name, ""), [])
            shown = [
                {
                    "id": one.id,
                    "title": one.title,
                    "answer": one.answer,
                    "asked_as": [*one.asked_as],
                }
                for one in facts
            ]
            found[name] = {"facts": shown}
            continue
        try:
            found[name] = tomllib.loads(texts.get(name, ""))
        except tomllib.TOMLDecodeError:
            continue
    return found


@dataclass(frozen=True, slots=True)
class Form:
    """A subject's form, or that of one of its entries."""

    subject: Subject
    parts: tuple[Part | Rows, ...]
    """Their places are whole: an entry's hold its number."""
    base: Path = ()
    """Where the entry stands; empty: the form is the subject's own."""
    is_new: bool = False

    def is_readable(self, values: Values) -> bool:
        """Whether the files that it is about can be read at all."""
        return all(part.file in values for part in self.parts)

    def name(self, part: Part | Rows, *steps: str | int) -> str:
        """The name of a control: ``week.monday``, ``closures.0.first``."""
        return ".".join(map(str, (*part.at[len(self.base) :], *steps)))


def form_of(
    subject: Subject, values: Values, known: Known, entry: str | None = None
) -> Form | None:
    """Make a subject's form, or that of an entry.

    Args:
        subject: What it is about.
        values: What stands in the files: of voices, whose there are.
        known: What the server has.
        entry: The entry's id; empty: a new one; None: the subject's own form.

    Returns:
        None if there is no such entry.
    """
    if entry is None:
        return Form(subject, tuple(_with_models(one, values, known) for one in subject.parts))
    entries = subject.entries
    if entries is None:
        return None
    listed = value_at(values.get(entries.file), entries.at) or []
    ids = [one.get("id") for one in listed if isinstance(one, dict)]
    if entry and entry not in ids:
        return None
    base = (*entries.at, ids.index(entry) if entry else len(listed))
    parts = tuple(replace(one, at=(*base, *one.at)) for one in entries.parts)
    return Form(subject, parts, base, is_new=not entry)


def _with_models(part: Part | Rows, values: Values, known: Known) -> Part | Rows:
    if not isinstance(part, Part) or not part.by_model:
        return part
    named = value_at(values.get(part.file), part.at)
    names = dict.fromkeys([*known.models, *(named if isinstance(named, dict) else ())])
    fields = tuple(Field(one, one, Text(), "Empty: the model's own.") for one in names)
    return replace(part, fields=fields)


def filled(form: Form, values: Values) -> dict[str, str]:
    """Give what the form sends if nothing is changed in it."""
    sent: dict[str, str] = {}
    for part in form.parts:
        here = value_at(values.get(part.file), part.at)
        if isinstance(part, Part):
            for field in part.fields:
                sent |= field.kind.write(form.name(part, field.key), value_at(here, (field.key,)))
            continue
        rows = here if isinstance(here, list) else []
        sent[form.name(part, "there")] = str(len(rows))
        for place, row in enumerate(rows):
            for field in part.fields:
                name = form.name(part, place, field.key)
                sent |= field.kind.write(name, value_at(row, (field.key,)))
    return sent


@dataclass(frozen=True, slots=True)
class Row:
    """An entry of a list as it was sent."""

    place: int
    """In the form."""
    values: Mapping[str, Any]
    is_out: bool
    """Taken out, or empty."""
    stands_at: int | None
    """In the new file; None: nowhere."""


def rows_of(form: Form, part: Rows, sent: Fields) -> tuple[int, list[Row]]:
    """Read a list as it was sent: how many entries stood there before, and all of them."""
    there = _count(sent.get(form.name(part, "there"), ""))
    head = re.escape(form.name(part))
    places = {
        int(found[1]) for name in sent if (found := re.match(rf"{head}\.(\d+)\.", name)) is not None
    }
    rows: list[Row] = []
    stands_at = 0
    for place in sorted({*range(there), *places}):
        values = {
            one.key: one.kind.read(form.name(part, place, one.key), sent) for one in part.fields
        }
        is_blank = all(
            values[one.key] is None for one in part.fields if not isinstance(one.kind, Flag)
        )
        is_out = is_blank or sent.get(form.name(part, place, OUT)) == "yes"
        rows.append(Row(place, values, is_out, None if is_out else stands_at))
        stands_at += not is_out
    return there, rows


def _count(text: str) -> int:
    return min(int(text), 1000) if text.isdecimal() else 0


def changed(form: Form, texts: Texts, sent: Fields, by: NewFact) -> dict[str, str]:
    """Make the files that a sent form asks for; they are not checked yet.

    Args:
        form: The form.
        texts: The files as they stand.
        sent: What was sent.
        by: Who writes a new fact, and when; its words are not looked at.

    Raises:
        MapokeziError: A file cannot be changed so.
    """
    if form.parts[0].file == FACTS_FILE:
        return {**texts, FACTS_FILE: _changed_facts(form, texts.get(FACTS_FILE, ""), sent, by)}
    file = form.parts[0].file
    text = texts.get(file, "")
    if form.base and sent.get(OUT) == "yes":
        text = remove_entry(text, form.base[:-1], _place(form))
    elif form.is_new:
        text = append_entry(text, form.base[:-1], _new_entry(form, tomllib.loads(text), sent))
    else:
        for part in form.parts:
            values = tomllib.loads(text)
            change = _changed_part if isinstance(part, Part) else _changed_rows
            text = change(form, part, text, values, sent)  # type: ignore[arg-type]
    return {**texts, file: text} if text or file in texts else dict(texts)


def _place(form: Form) -> int:
    place = form.base[-1]
    return place if isinstance(place, int) else 0


def _changed_part(form: Form, part: Part, text: str, values: Any, sent: Fields) -> str:
    for field in part.fields:
        name, path = form.name(part, field.key), (*part.at, field.key)
        text = _written(text, path, field, (value_at(values, path), field.kind.read(name, sent)))
    return text


def _changed_rows(form: Form, part: Rows, text: str, values: Any, sent: Fields) -> str:
    told, rows = rows_of(form, part, sent)
    there = min(told, len(value_at(values, part.at) or ()))
    for row in rows[:there]:
        for field in () if row.is_out else part.fields:
            path = (*part.at, row.place, field.key)
            text = _written(text, path, field, (value_at(values, path), row.values[field.key]))
    for row in reversed(rows[:there]):
        if row.is_out:
            text = remove_entry(text, part.at, row.place)
    for row in rows[there:]:
        if not row.is_out:
            text = append_entry(text, part.at, dict(_told(part.fields, row.values)))
    return text


def _written(text: str, path: Path, field: Field, old_and_new: tuple[Any, Any]) -> str:
    """Write a value, if it means something else than the one that stands there."""
    old, new = old_and_new
    if field.kind.write("", old) == field.kind.write("", new):
        return text
    if new is not None:
        return set_value(text, path, new)
    return text if old is None else remove_value(text, path)


def _told(fields: tuple[Field, ...], values: Values) -> Iterator[tuple[str, Any]]:
    """The values of a new table that say more than a missing key would."""
    for field in fields:
        value = values[field.key]
        if value is not None and field.kind.write("", value) != field.kind.write("", None):
            yield field.key, value


def _new_entry(form: Form, values: Any, sent: Fields) -> dict[str, Any]:
    entry: dict[str, Any] = {}
    for part in form.parts:
        if isinstance(part, Part):
            read = {one.key: one.kind.read(form.name(part, one.key), sent) for one in part.fields}
            entry |= dict(_told(part.fields, read))
            continue
        rows = [one for one in rows_of(form, part, sent)[1] if not one.is_out]
        if rows:
            key = str(part.at[-1])
            entry[key] = [dict(_told(part.fields, one.values)) for one in rows]
    listed = value_at(values, form.base[:-1]) or []
    named_by = form.subject.entries.named_by if form.subject.entries else "name"
    taken = {one.get("id") for one in listed}
    return {"id": _free_id(str(entry.get(named_by, "")), taken), **entry}


def _free_id(name: str, taken: set[Any]) -> str:
    words = "-".join(re.findall(r"[a-z0-9]+", name.lower()))[:40].strip("-") or "new"
    numbered = (f"{words}-{number}" for number in range(2, len(taken) + 3))
    return next(one for one in (words, *numbered) if one not in taken)


def _changed_facts(form: Form, text: str, sent: Fields, by: NewFact) -> str:
    facts = read_facts(FACTS_FILE, text, [])
    part = form.parts[0]
    fields = {one.key: one.kind.read(form.name(part, one.key), sent) for one in part.fields}
    new = replace(
        by,
        title=fields["title"] or "",
        answer=fields["answer"] or "",
        asked_as=tuple(fields["asked_as"] or ()),
    )
    if form.is_new:
        return add_fact(text, new)[0]
    fact = facts[_place(form)]
    if sent.get(OUT) == "yes":
        return remove_fact(text, fact.id)
    if (fact.title, fact.answer, fact.asked_as) == (new.title, new.answer, new.asked_as):
        return text
    return change_fact(text, fact.id, new)
