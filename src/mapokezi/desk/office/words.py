"""An office in plain words: what it is by subject, and what differs between two states of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mapokezi.desk.office.forms import Texts, Values, values_of
from mapokezi.desk.office.kinds import Known, Lines, Text
from mapokezi.desk.office.parts import Entries, Field, Part, Rows, Subject
from mapokezi.desk.office.subjects import SUBJECTS
from mapokezi.stores.toml_edits import value_at

_LONGEST = 160
_SUMMARY_LINES = 14


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs."""

    subject: str
    """The subject's title."""
    label: str
    was: str = ""
    """Empty: it was not there."""
    now: str = ""
    """Empty: it is there no more."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that an office says of itself."""

    label: str
    says: str


def digest_of(texts: Texts) -> str:
    """Give a short mark of an office's files: the same for the same texts."""
    written = json.dumps(sorted(texts.items()), ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()[:16]


def known_of(values: Values, models: Iterable[str], ways: Iterable[str]) -> Known:
    """Give what may be chosen in an office's forms."""
    people = value_at(values.get("people.toml"), ("people",))
    named = {
        str(one["id"]): str(one.get("name") or one["id"])
        for one in (people if isinstance(people, list) else ())
        if isinstance(one, dict) and one.get("id")
    }
    return Known(named, tuple(models), tuple(ways))


def changes(before: Texts, after: Texts) -> tuple[Change, ...]:
    """Say what differs between two states of an office's files; comments are no difference."""
    old, new = values_of(before), values_of(after)
    of_both = {**known_of(new, (), ()).people, **known_of(old, (), ()).people}
    known = Known(of_both)
    found: list[Change] = []
    for subject in SUBJECTS:
        for part in subject.parts:
            found += _in_part(subject, part, "", _both(old, new, part), known)
        if subject.entries is not None:
            found += _in_entries(subject, subject.entries, old, new, known)
    return tuple(found)


def summary(subject: Subject, values: Values, known: Known) -> tuple[tuple[Line, ...], int]:
    """Say what an office is in a subject: some lines, and how many more there are."""
    lines: list[Line] = []
    for part in subject.parts:
        here = value_at(values.get(part.file), part.at)
        if isinstance(part, Rows):
            rows = here if isinstance(here, list) else []
            lines += [Line(_head(part, one, known), _row(part, one, known)) for one in rows]
            continue
        for field in _fields(part, here):
            raw = value_at(here, (field.key,))
            if raw is not None or _is_day(part):
                lines.append(Line(field.label, _short(field.kind.words(raw, known))))
    return tuple(lines[:_SUMMARY_LINES]), max(0, len(lines) - _SUMMARY_LINES)


def _is_day(part: Part) -> bool:
    """Of the week the days that are closed are told, too."""
    return part.at == ("week",)


def _both(old: Values, new: Values, part: Part | Rows) -> tuple[Any, Any]:
    return value_at(old.get(part.file), part.at), value_at(new.get(part.file), part.at)


def _in_part(
    subject: Subject, part: Part | Rows, of: str, both: tuple[Any, Any], known: Known
) -> Iterator[Change]:
    """What differs in a table, or in a list of them."""
    if isinstance(part, Rows):
        yield from _in_rows(subject, part, of, both, known)
        return
    for field in _fields(part, *both):
        yield from _in_field(subject, field, of, both, known)


def _in_field(
    subject: Subject, field: Field, of: str, both: tuple[Any, Any], known: Known
) -> Iterator[Change]:
    old, new = (value_at(one, (field.key,)) for one in both)
    if field.kind.write("", old) == field.kind.write("", new):
        return
    label = f"{of}{field.label}"
    if isinstance(field.kind, Lines) and isinstance(old, list) and isinstance(new, list):
        gone = [one for one in old if one not in new]
        come = [one for one in new if one not in old]
        if gone or come:
            yield Change(subject.title, label, "; ".join(map(str, gone)), "; ".join(map(str, come)))
            return
    words = (field.kind.words(one, known) for one in (old, new))
    yield Change(subject.title, label, *map(_short, words))


def _in_rows(
    subject: Subject, part: Rows, of: str, both: tuple[Any, Any], known: Known
) -> Iterator[Change]:
    old, new = (_by_key(part, one) for one in both)
    for key in dict.fromkeys([*old, *new]):
        label = f"{of}{part.heading}"
        if key not in new:
            yield Change(subject.title, label, was=_whole_row(part, old[key], known))
        elif key not in old:
            yield Change(subject.title, label, now=_whole_row(part, new[key], known))
        else:
            head = f"{of}{_head(part, new[key], known)} · "
            for field in part.fields:
                yield from _in_field(subject, field, head, (old[key], new[key]), known)
    in_both = [[one for one in keys if one in old and one in new] for keys in (old, new)]
    if in_both[0] != in_both[1]:
        yield Change(subject.title, f"{of}{part.heading}", "their order", "another order")


def _by_key(part: Rows, rows: Any) -> dict[tuple[str, ...], Any]:
    found: dict[tuple[str, ...], Any] = {}
    for one in rows if isinstance(rows, list) else ():
        key = tuple(str(value_at(one, (name,)) or "") for name in part.known_by)
        while key in found:
            key = (*key, "again")
        found[key] = one
    return found


def _in_entries(
    subject: Subject, entries: Entries, old: Values, new: Values, known: Known
) -> Iterator[Change]:
    before, after = (
        {
            str(one.get("id", "")): one
            for one in value_at(values.get(entries.file), entries.at) or ()
            if isinstance(one, dict)
        }
        for values in (old, new)
    )
    for entry_id in dict.fromkeys([*before, *after]):
        entry = after.get(entry_id) or before[entry_id]
        name = str(entry.get(entries.named_by) or entry_id)
        if entry_id not in after:
            yield Change(subject.title, name, was=f"a {entries.one} of the office")
        elif entry_id not in before:
            yield Change(subject.title, name, now=f"a new {entries.one}")
        for part in entries.parts:
            both = value_at(before.get(entry_id), part.at), value_at(after.get(entry_id), part.at)
            if entry_id in after:
                yield from _in_part(subject, part, f"{name} · ", both, known)
    in_both = [[one for one in ids if one in before and one in after] for ids in (before, after)]
    if in_both[0] != in_both[1]:
        yield Change(subject.title, f"Each {entries.one}", "their order", "another order")


def _fields(part: Part, *tables: Any) -> tuple[Field, ...]:
    """A part's fields; of voices those that are named anywhere."""
    if not part.by_model:
        return part.fields
    names = dict.fromkeys(key for one in tables if isinstance(one, Mapping) for key in one)
    return tuple(Field(one, one, Text()) for one in names)


def _head(part: Rows, row: Any, known: Known) -> str:
    """What a row is called: its first key's value."""
    first = part.fields[0]
    return first.kind.words(value_at(row, (first.key,)), known)


def _row(part: Rows, row: Any, known: Known) -> str:
    """The rest of a row."""
    said = []
    for field in part.fields[1:]:
        raw = value_at(row, (field.key,))
        if raw is not None:
            before = f"{field.label.lower()} " if field.in_row is None else field.in_row
            said.append(before + field.kind.words(raw, known))
    return _short(", ".join(said))


def _whole_row(part: Rows, row: Any, known: Known) -> str:
    rest = _row(part, row, known)
    return f"{_head(part, row, known)}{': ' if rest else ''}{rest}"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
