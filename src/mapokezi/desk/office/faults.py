"""Which control of a form an error of the files belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from mapokezi.desk.office.forms import Form, rows_of
from mapokezi.desk.office.kinds import Fields
from mapokezi.desk.office.parts import Part
from mapokezi.desk.office.subjects import SUBJECTS
from mapokezi.stores.office_toml import OfficeFileError
from mapokezi.toml_lines import Path, spell_path

_MISSING = re.compile(r'the key "(\w+)" is missing')


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """An error that is not of this form, and the subject that it is of."""

    says: str
    subject_id: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Faults:
    """What is wrong: by control, and the rest."""

    by_name: dict[str, list[str]] = field(default_factory=dict)
    rest: list[Elsewhere] = field(default_factory=list)


def sorted_out(form: Form, sent: Fields, errors: Iterable[OfficeFileError]) -> Faults:
    """Put each error beside the control whose value it is about."""
    found = Faults()
    places = sorted(_places(form, sent), key=lambda one: -len(one[1]))
    for error in errors:
        key = _key_of(error)
        names = (
            name for file, spelled, name in places if file == error.file and _is_in(key, spelled)
        )
        name = next(names, None)
        if name is None:
            found.rest.append(elsewhere(error))
        else:
            says = f"{error.key or key}: {error.what}. {_ended(error.mend)}"
            found.by_name.setdefault(name, []).append(says)
    return found


def elsewhere(error: OfficeFileError) -> Elsewhere:
    """Say an error, and on which subject's page it can be mended."""
    key = re.sub(r"\[\d+\]", "", _key_of(error))
    for subject in SUBJECTS:
        for part in subject.parts:
            keys = [_plain((*part.at, one.key)) for one in part.fields] or [_plain(part.at)]
            if part.file == error.file and any(_is_in(key, one) for one in keys):
                return Elsewhere(str(error), subject.id, subject.title)
        entries = subject.entries
        if entries is None or entries.file != error.file:
            continue
        if error.file.endswith(".md") or _is_in(key, _plain(entries.at)):
            return Elsewhere(str(error), subject.id, subject.title)
    return Elsewhere(str(error))


def _places(form: Form, sent: Fields) -> Iterator[tuple[str, str, str]]:
    """Each control's file, key as it is spelled, and name."""
    for part in form.parts:
        if isinstance(part, Part):
            for one in part.fields:
                yield part.file, spell_path((*part.at, one.key)), form.name(part, one.key)
            continue
        for row in rows_of(form, part, sent)[1]:
            if row.stands_at is not None:
                for one in part.fields:
                    spelled = spell_path((*part.at, row.stands_at, one.key))
                    yield part.file, spelled, form.name(part, row.place, one.key)


def _key_of(error: OfficeFileError) -> str:
    missing = _MISSING.search(error.what)
    if missing is None:
        return error.key
    return f"{error.key}.{missing[1]}" if error.key else missing[1]


def _is_in(key: str, place: str) -> bool:
    return key == place or key.startswith((f"{place}[", f"{place}."))


def _plain(path: Path) -> str:
    return ".".join(str(one) for one in path if isinstance(one, str))


def _ended(mend: str) -> str:
    return mend if mend.endswith("?") else f"{mend}."
