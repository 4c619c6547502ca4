"""What a form's template shows: controls with their values, what may be chosen, what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mapokezi.desk.office.faults import Faults
from mapokezi.desk.office.forms import OUT, Form, Row, rows_of
from mapokezi.desk.office.kinds import Choice, Fields, Known, Options, Ordered, Several, Text
from mapokezi.desk.office.parts import Field, Part, Rows

_ROOM = 2
"""Choices more than are chosen, where several are chosen in an order."""


@dataclass(frozen=True, slots=True)
class Control:
    """One value's control."""

    name: str
    label: str
    control: str
    """Which one: see `Kind.control`."""
    value: str = ""
    values: tuple[str, ...] = ()
    """Of several in an order, with empty ones for more."""
    options: Options = ()
    type: str = "text"
    help: str = ""
    nothing: str = ""
    """What is shown where nothing is chosen."""
    is_set: bool = False
    has_set: bool = False
    """Whether a box says if it is chosen at all."""
    faults: tuple[str, ...] = ()
    beside: str = ""
    """What somebody else has made of it meanwhile."""
    chosen: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ShownRow:
    """An entry of a list."""

    title: str
    controls: tuple[Control, ...]
    out: str = ""
    """The name of the box that takes it out; empty: it is a new one."""
    is_out: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a form."""

    heading: str
    controls: tuple[Control, ...] = ()
    rows: tuple[ShownRow, ...] = ()
    one: str = ""
    help: str = ""
    there: str = ""
    """The name of the control that tells how many rows there were."""
    count: int = 0
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """What a form is shown with besides its values."""

    known: Known
    faults: Faults = field(default_factory=Faults)
    beside: Mapping[str, str] = field(default_factory=dict)


def sections(form: Form, sent: Fields, look: Look) -> tuple[Section, ...]:
    """Make what the template shows of a form as it was sent, or filled."""
    return tuple(
        Section(
            part.heading,
            tuple(_control(one, form.name(part, one.key), sent, look) for one in part.fields),
            help=part.help,
        )
        if isinstance(part, Part)
        else _rows(form, part, sent, look)
        for part in form.parts
    )


def _rows(form: Form, part: Rows, sent: Fields, look: Look) -> Section:
    there, rows = rows_of(form, part, sent)
    shown = [one for one in rows if one.place < there or not one.is_out]
    spare = Row(max((one.place for one in rows), default=-1) + 1, {}, False, None)
    if rows and rows[-1].place >= there and rows[-1].is_out:
        spare = Row(rows[-1].place, {}, False, None)
    return Section(
        part.heading,
        rows=tuple(_row(form, part, one, there, sent, look) for one in (*shown, spare)),
        one=part.one,
        help=part.help,
        there=form.name(part, "there"),
        count=there,
        beside=look.beside.get(form.name(part), ""),
    )


def _row(form: Form, part: Rows, row: Row, there: int, sent: Fields, look: Look) -> ShownRow:
    is_new = row.place >= there
    first = part.fields[0]
    called = first.kind.words(row.values.get(first.key), look.known)
    out = form.name(part, row.place, OUT)
    controls = tuple(
        _control(one, form.name(part, row.place, one.key), sent, look) for one in part.fields
    )
    title = f"New {part.one}" if is_new else called
    return ShownRow(title, controls, "" if is_new else out, sent.get(out) == "yes")


def _control(one: Field, name: str, sent: Fields, look: Look) -> Control:
    kind = one.kind
    of = kind.of if isinstance(kind, Choice | Several | Ordered) else ()
    values: tuple[str, ...] = ()
    chosen: frozenset[str] = frozenset()
    options = look.known.options(of)
    if isinstance(kind, Ordered):
        taken = [str(value) for value in kind.read(name, {**sent, f"{name}-set": "yes"}) or ()]
        room = min(len(taken) + _ROOM, max(len(options), len(taken)))
        values = (*taken, *[""] * (room - len(taken)))
        options = (*options, *((one, one) for one in taken if one not in dict(options)))
    elif isinstance(kind, Several):
        chosen = frozenset(kind.read(name, sent) or ())
    value = sent.get(name, "")
    if isinstance(kind, Choice) and value and value not in dict(options):
        options = (*options, (value, value))
    return Control(
        name=name,
        label=one.label,
        control=kind.control,
        value=value,
        values=values,
        options=options,
        type=kind.type if isinstance(kind, Text) else "text",
        help=one.help,
        nothing="" if isinstance(kind, Choice) and kind.usual else getattr(kind, "nothing", ""),
        has_set=isinstance(kind, Ordered) and kind.is_set,
        is_set=f"{name}-set" in sent,
        faults=tuple(look.faults.by_name.get(name, ())),
        beside=look.beside.get(name, ""),
        chosen=chosen,
    )
