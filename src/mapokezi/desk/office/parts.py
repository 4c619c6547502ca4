"""What a form of an office is made of: values, lists of them, and where in its files they stand."""

from __future__ import annotations

from dataclasses import dataclass

from mapokezi.desk.office.kinds import Area, Flag, Kind, Text
from mapokezi.receptionist.notice_words import LANGUAGES
from mapokezi.receptionist.office import Weekday
from mapokezi.toml_lines import Path

OFFICE, HOURS, PEOPLE = "office.toml", "hours.toml", "people.toml"
MESSAGES, CALLERS = "messages.toml", "callers.toml"
DAYS = tuple((one.value, one.value.capitalize()) for one in Weekday)
SPOKEN = tuple((one, {"en": "English", "sw": "Swahili"}.get(one, one)) for one in LANGUAGES)
SPANS_HELP = "On the 24-hour clock: 08:00-13:00, 14:00-17:00. A break is the gap between two."
IN_FULL = "In full, with the country's code: +254722000000."
ONE_A_LINE = "One a line."


@dataclass(frozen=True, slots=True)
class Field:
    """One value."""

    key: str
    """Within its table."""
    label: str
    kind: Kind
    help: str = ""
    in_row: str | None = None
    """What is said before it where a whole entry is said; None: its label."""


@dataclass(frozen=True, slots=True)
class Part:
    """Values of one table."""

    heading: str
    file: str
    at: Path
    fields: tuple[Field, ...]
    by_model: bool = False
    """One more value for each voice model that the server has."""
    help: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    """A list of tables that are typed one below the other, with room for one more."""

    heading: str
    file: str
    at: Path
    fields: tuple[Field, ...]
    one: str
    """What one of them is called: ``closure``."""
    known_by: tuple[str, ...]
    """The keys that tell one from another."""
    help: str = ""


@dataclass(frozen=True, slots=True)
class Entries:
    """A list of tables that have a page each."""

    file: str
    at: Path
    one: str
    named_by: str
    """The key that names it to people."""
    parts: tuple[Part | Rows, ...]
    """Their places are within the entry."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What stands on one page."""

    id: str
    title: str
    about: str
    parts: tuple[Part | Rows, ...] = ()
    entries: Entries | None = None


QUESTION = (
    Field(
        "slot", "What it asks for", Text(), "name, number, reason, best_time, or a word of ours."
    ),
    Field("ask", "As it is asked", Area(), in_row=""),
    Field("required", "Must be answered", Flag(usual=True), in_row="must be answered: "),
)
"""A question that is asked for a message."""
