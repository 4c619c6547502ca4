"""``notice`` and ``[notices]`` of ``office.toml``: what callers are told as the law wants it."""

from __future__ import annotations

import re

from mapokezi.receptionist.data_laws import country_named
from mapokezi.receptionist.office import Notices, Office
from mapokezi.receptionist.opening_notices import (
    claims_recording,
    country_told,
    missing_in,
    needed_of,
    wording_of,
)
from mapokezi.receptionist.phrases import WHOLE, languages
from mapokezi.records.caller_notices import NoticeKind
from mapokezi.stores.office_toml import OfficeFileError, TomlTable
from mapokezi.toml_lines import did_you_mean, line_of

_KEY = "notice"
_SAYS = {
    NoticeKind.AUTOMATED: "that no person answers",
    NoticeKind.RECORDED: "that the call is recorded, and record_calls is not false",
    NoticeKind.ABROAD: "that what callers say is worked on in another country",
}


def read_notices(table: TomlTable) -> Notices:
    """Read ``[notices]``."""
    chosen = table.texts("languages")
    for place, language in enumerate(chosen):
        if language not in languages():
            mend = did_you_mean(language, list(languages()))
            table.wrong("languages", f'there are no phrases in "{language}"', mend, place)
    country = table.text("country", "").upper()
    if country and not re.fullmatch(r"[A-Z]{2}", country):
        table.wrong("country", f'"{country}" is no code of a country', 'Write two letters: "KE"')
    read = Notices(
        languages=tuple(one for one in chosen if one in languages()),
        country=country,
        voice_before=table.flag("voice_before", default=False),
    )
    table.finish()
    return read


def check_own_notice(table: TomlTable, office: Office) -> None:
    """Note what an office's own words lack that callers must be told, or tell that is not so.

    Of the server it is not known here whether it sends voices abroad: see `lacks_abroad`.
    """
    if not office.notice:
        if isinstance(table.values.get(_KEY), str):
            table.wrong(_KEY, "is empty", "Write the words, or delete the line")
        return
    country = country_told(office)
    for kind in missing_in(office.notice, needed_of(office), country):
        table.wrong(_KEY, _lacks(kind), _mend(kind, country))
    if not office.record_calls and claims_recording(office.notice):
        what = "says that the call is recorded, and record_calls is false"
        table.wrong(_KEY, what, "Take that out of it, or set record_calls = true")


def lacks_abroad(office: Office, text: str) -> OfficeFileError | None:
    """Tell of an office's own words that they lack what its server's settings make needed.

    It is said to callers all the same, in our words.

    Args:
        office: with what the server's settings tell of it.
        text: of its ``office.toml``.
    """
    country = country_told(office)
    if not office.notice or NoticeKind.ABROAD not in missing_in(
        office.notice, needed_of(office), country
    ):
        return None
    kind = NoticeKind.ABROAD
    line = line_of(text, (_KEY,))
    return OfficeFileError("office.toml", line, _KEY, _lacks(kind), _mend(kind, country))


def _lacks(kind: NoticeKind) -> str:
    return f"does not tell callers {_SAYS[kind]}"


def _mend(kind: NoticeKind, country: str) -> str:
    known = country if country_named(country, WHOLE) else ""
    ours = wording_of(kind, WHOLE, known).rstrip(".")
    return f'Add "{ours}.", or delete the line: then it is composed for you'
