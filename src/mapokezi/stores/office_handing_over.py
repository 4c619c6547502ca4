"""The parts of an office's files that say how callers are passed on: whom, in which order, how."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import time

import phonenumbers

from mapokezi.receptionist.office import (
    Department,
    HandingOver,
    Person,
    RingManner,
    Weekday,
)
from mapokezi.records.executors import Executor
from mapokezi.stores.office_toml import TomlTable, TomlText
from mapokezi.toml_lines import Path, did_you_mean

_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_SHORTEST_RING_S, _LONGEST_RING_S = 5, 60
"""Under five seconds a telephone rings once; after a minute no caller is left."""


def read_hand_off(table: TomlTable) -> HandingOver:
    """Read ``[hand_off]`` of ``office.toml``."""
    usual = HandingOver()
    read = HandingOver(
        executors=_read_executors(table) or usual.executors,
        order=table.texts("order"),
        ring=_read_manner(table) or usual.ring,
        ring_seconds=_read_seconds(table, usual.ring_seconds),
        on_call=table.texts("on_call"),
        countries=_read_countries(table),
        needs_caller_number=table.flag("needs_caller_number", default=usual.needs_caller_number),
        departments=_read_departments(table.tables("departments")),
    )
    table.finish()
    return read


def read_person_ringing(table: TomlTable) -> dict[str, object]:
    """Read of a person when and for how long they are rung. Returns fields of a `Person`."""
    days: list[Weekday] = []
    for place, text in enumerate(table.texts("not_on")):
        try:
            days.append(Weekday(text.lower()))
        except ValueError:
            mend = did_you_mean(text, [day.value for day in Weekday])
            table.wrong("not_on", f'"{text}" is no day of the week', mend, place)
    if len(set(days)) == len(Weekday):
        mend = "Leave a day out, or write takes_calls = false"
        table.wrong("not_on", "holds every day, so nobody would ever be put through", mend)
    return {
        "ring_seconds": _read_seconds(table, 0),
        "not_before": _read_time(table, "not_before"),
        "not_after": _read_time(table, "not_after"),
        "not_on": tuple(days),
        "deputies": table.texts("deputies"),
    }


def check_who_is_rung(
    hand_off: HandingOver, people: Sequence[Person], office_toml: TomlText, people_toml: TomlText
) -> None:
    """Note ids that nobody of the office has, and people who cannot be rung where they stand."""
    by_id = {person.id: person for person in people}
    lists: list[tuple[Path, tuple[str, ...]]] = [
        (("hand_off", "order"), hand_off.order),
        (("hand_off", "on_call"), hand_off.on_call),
    ]
    for at, department in enumerate(hand_off.departments):
        lists.append((("hand_off", "departments", at, "order"), department.order))
        _check_department(department, people, at, office_toml)
    for path, ids in lists:
        for place, person_id in enumerate(ids):
            if (what := _what_is_wrong(person_id, by_id)) is not None:
                mend = did_you_mean(person_id, list(by_id))
                office_toml.wrong((*path, place), what, mend if person_id not in by_id else _REACH)
    for at, person in enumerate(people):
        for place, person_id in enumerate(person.deputies):
            where = ("people", at, "deputies", place)
            if person_id == person.id and person.id:
                people_toml.wrong(where, "leads back to the same person", "Name somebody else")
            elif (what := _what_is_wrong(person_id, by_id)) is not None:
                mend = did_you_mean(person_id, list(by_id))
                people_toml.wrong(where, what, mend if person_id not in by_id else _REACH)


_REACH = "Give them a mobile and takes_calls = true, or leave them out"


def _what_is_wrong(person_id: str, by_id: dict[str, Person]) -> str | None:
    person = by_id.get(person_id)
    if person is None:
        return f'nobody in people.toml has the id "{person_id}"'
    if person.mobile is None or not person.takes_calls:
        return f'"{person_id}" takes no calls, or has no mobile to ring'
    return None


def _check_department(
    department: Department, people: Sequence[Person], at: int, office_toml: TomlText
) -> None:
    """Note a department without an order in which nobody is."""
    known = {name.casefold(): name for person in people for name in person.departments}
    if department.name and not department.order and department.name.casefold() not in known:
        what = f'nobody in people.toml is of the department "{department.name}"'
        mend = "Give it an order, or write its name into its people's departments"
        office_toml.wrong(("hand_off", "departments", at, "name"), what, mend)


def _read_departments(tables: Sequence[TomlTable]) -> tuple[Department, ...]:
    found: list[Department] = []
    for table in tables:
        one = Department(
            name=table.text("name"),
            order=table.texts("order"),
            ring=_read_manner(table),
            ring_seconds=_read_seconds(table, 0),
        )
        if one.name.casefold() in {other.name.casefold() for other in found}:
            table.wrong("name", f'"{one.name}" stands twice', "Delete one of the two")
        table.finish()
        found.append(one)
    return tuple(found)


def _read_executors(table: TomlTable) -> tuple[Executor, ...]:
    found: list[Executor] = []
    for place, text in enumerate(table.texts("executors")):
        try:
            found.append(Executor(text))
        except ValueError:
            mend = did_you_mean(text, [one.value for one in Executor])
            table.wrong("executors", f'"{text}" is no way of passing callers on', mend, place)
    return tuple(found)


def _read_manner(table: TomlTable) -> RingManner | None:
    text = table.text("ring", "")
    if not text:
        return None
    try:
        return RingManner(text)
    except ValueError:
        mend = " or ".join(f'"{one.value}"' for one in RingManner)
        table.wrong("ring", f'is "{text}"', f"Write {mend}")
        return None


def _read_seconds(table: TomlTable, default: int) -> int:
    return table.whole_number("ring_seconds", default, _SHORTEST_RING_S, _LONGEST_RING_S)


def _read_countries(table: TomlTable) -> tuple[str, ...]:
    codes = table.texts("countries")
    for place, code in enumerate(codes):
        if code not in phonenumbers.SUPPORTED_REGIONS:
            mend = 'Write the country in two capital letters: "KE", "UG"'
            table.wrong("countries", f'"{code}" is no country with telephone numbers', mend, place)
    return codes


def _read_time(table: TomlTable, key: str) -> time | None:
    text = table.text(key, "")
    if not text:
        return None
    found = _TIME.fullmatch(text.strip())
    if found is None:
        table.wrong(key, f'"{text}" is no time of day', 'Write it on the 24-hour clock: "08:30"')
        return None
    return time(int(found[1]), int(found[2]))
