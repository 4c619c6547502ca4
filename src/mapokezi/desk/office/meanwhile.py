"""Two people change an office at once: the later one sees both changes, and loses none.

What the later one has typed is told from what their form held when it was opened; only that is laid
over what stands by now. Where both changed the same value the later one's stands in the form, with
the other's beside it; of a list that both changed the other's stands, with the later one's beside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mapokezi.desk.office.forms import Form, rows_of
from mapokezi.desk.office.kinds import Fields, Known
from mapokezi.desk.office.parts import Field, Rows


@dataclass(frozen=True, slots=True)
class Merged:
    """A form with both changes in it."""

    sent: Mapping[str, str]
    beside: Mapping[str, str]
    """By the name of a control, or of a list: the change that is not in it."""


def merged(form: Form, stood: Fields | None, stands: Fields, sent: Fields, known: Known) -> Merged:
    """Lay what somebody typed over what stands by now.

    Args:
        form: As it is by now.
        stood: What it held when it was opened; None: that is not known, and all that was sent
            counts as typed.
        stands: What it would hold if it were opened now.
        sent: What was sent.
        known: Whose names are said.
    """
    before = stood or {}
    result: dict[str, str] = {}
    beside: dict[str, str] = {}
    for part in form.parts:
        if isinstance(part, Rows):
            _merge_rows(form, part, (before, stands, sent), result, beside, known)
            continue
        for field in part.fields:
            name = form.name(part, field.key)
            old, new, typed = (_one(field, name, fields) for fields in (before, stands, sent))
            is_typed = stood is None or typed != old
            result |= typed if is_typed else new
            if is_typed and new not in (old, typed):
                beside[name] = field.kind.words(field.kind.read(name, new), known)
    return Merged(result, beside)


def _one(field: Field, name: str, fields: Fields) -> dict[str, str]:
    """A value's part of what was sent, however it was typed."""
    return field.kind.write(name, field.kind.read(name, fields))


def _merge_rows(
    form: Form,
    part: Rows,
    three: tuple[Fields, Fields, Fields],
    result: dict[str, str],
    beside: dict[str, str],
    known: Known,
) -> None:
    old, new, typed = (_listed(form, part, fields) for fields in three)
    head = f"{form.name(part)}."
    is_typed = typed != old
    taken = three[2] if is_typed and new == old else three[1]
    result.update({name: value for name, value in taken.items() if name.startswith(head)})
    if is_typed and new not in (old, typed):
        lines = (
            ", ".join(field.kind.words(row[field.key], known) for field in part.fields)
            for row in typed
        )
        beside[form.name(part)] = "; ".join(lines)


def _listed(form: Form, part: Rows, fields: Fields) -> list[Mapping[str, object]]:
    return [row.values for row in rows_of(form, part, fields)[1] if not row.is_out]
