"""The people of an office: ``people.toml``."""

from __future__ import annotations

import re

import msgspec

from mapokezi.receptionist.office import Absence, Person
from mapokezi.stores.office_handing_over import read_person_ringing
from mapokezi.stores.office_telling import KnownWays, read_person_telling
from mapokezi.stores.office_toml import TomlTable, TomlText
from mapokezi.units import E164

ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
"""How ids of offices and people are spelled."""


def other_number(table: TomlTable, key: str, own: tuple[E164, ...]) -> E164 | None:
    """Read a number that is to be rung, which must not be one that the receptionist answers."""
    number = table.number(key)
    if number is not None and number in own:
        what = "is a number that this receptionist answers, so it would ring itself"
        table.wrong(key, what, "Write the number of a telephone that a person answers")
    return number


def read_people(source: TomlText, own: tuple[E164, ...], known: KnownWays) -> tuple[Person, ...]:
    """Read ``people.toml``.

    Args:
        source: its text.
        own: the numbers that the office itself answers.
        known: the ways that the operator has set up.
    """
    table = source.parse()
    people: list[Person] = []
    for entry in table.tables("people"):
        person = _read_person(entry, own, known)
        for key in ("id", "name"):
            value = getattr(person, key)
            if value and value in {getattr(other, key) for other in people}:
                entry.wrong(key, f'"{value}" stands twice', f"Give each person their own {key}")
        people.append(person)
    table.finish()
    return tuple(people)


def _read_person(table: TomlTable, own: tuple[E164, ...], known: KnownWays) -> Person:
    told = read_person_telling(table, known) | read_person_ringing(table)
    person = Person(
        id=table.text("id"),
        name=table.text("name"),
        role=table.text("role"),
        aliases=table.texts("aliases"),
        heard_as=table.texts("heard_as"),
        said_as=table.text("said_as", ""),
        mobile=other_number(table, "mobile", own),
        takes_calls=table.flag("takes_calls", default=True),
        away=tuple(one for entry in table.tables("away") if (one := _read_absence(entry))),
        departments=table.texts("departments"),
        subjects=table.texts("subjects"),
    )
    person = msgspec.structs.replace(person, **told)
    if person.id and not ID.fullmatch(person.id):
        mend = "Write small letters, digits and hyphens, as in wanjiku-kamau"
        table.wrong("id", f'"{person.id}" cannot be an id', mend)
    table.finish()
    return person


def _read_absence(table: TomlTable) -> Absence | None:
    first, last = table.day("first"), table.day("last")
    table.finish()
    if first is None or last is None:
        return None
    if last < first:
        table.wrong("last", f"{last} is before {first}", "Write the earlier day as first")
    return Absence(first=first, last=last)
