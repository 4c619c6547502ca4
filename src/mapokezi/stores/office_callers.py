"""Callers whom the office treats apart: ``callers.toml``."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from mapokezi.receptionist.caller_rules import CallerRules, CallersGet, CallingBack
from mapokezi.receptionist.office import Office, Person
from mapokezi.stores.office_telling import KnownWays, check_sends_sms
from mapokezi.stores.office_toml import TomlTable, TomlText
from mapokezi.toml_lines import did_you_mean

_DAY_MINUTES = 1_440
_MINOR = 100
_MOST_CAP_KES = 100_000
"""More is a slip: a nought too many."""


def read_callers(source: TomlText, office: Office, known: KnownWays | None = None) -> Office:
    """Read ``callers.toml`` into an office whose numbers and people are known."""
    table = source.parse()
    vips, blocked = table.numbers("vips"), table.numbers("blocked")
    ours = {*office.numbers, *(one.mobile for one in office.people if one.mobile)}
    for place, number in enumerate(blocked):
        if number in ours:
            what = f"{number} is a number of the office's own, or of its people"
            table.wrong("blocked", what, "Take it out of the list", place)
        elif number in vips:
            what = f"{number} is one of the vips, too"
            table.wrong("blocked", what, "Take it out of one of the two", place)
    rules = CallerRules(
        vips_ring=_person(table, "vips_ring", office.people),
        blocked_get=_choice(table, "blocked_get", CallersGet.BUSY, _OF_BLOCKED),
        withheld_get=_choice(table, "withheld_get", CallersGet.ANSWER, tuple(CallersGet)),
        codes_by=table.text("codes_by", ""),
        spam_after=table.whole_number("spam_after", CallerRules().spam_after, 0, 1_000),
        calling_back=_calling_back(table.table("flashes")),
    )
    check_sends_sms(table, "codes_by", rules.codes_by, known or KnownWays())
    table.finish()
    return msgspec.structs.replace(office, vips=vips, blocked=blocked, callers=rules)


_OF_BLOCKED = (CallersGet.BUSY, CallersGet.MESSAGE)


def _person(table: TomlTable, key: str, people: Collection[Person]) -> str:
    """Read the id of somebody who can be rung."""
    wanted = table.text(key, "")
    found = next((one for one in people if one.id == wanted), None)
    if wanted and found is None:
        mend = did_you_mean(wanted, [one.id for one in people])
        table.wrong(key, f'there is nobody with the id "{wanted}" in people.toml', mend)
    elif found is not None and (found.mobile is None or not found.takes_calls):
        what = f'"{wanted}" takes no calls, or has no mobile'
        table.wrong(key, what, "Write the id of somebody who can be rung, or delete the line")
    return wanted


def _choice(
    table: TomlTable, key: str, usual: CallersGet, known: tuple[CallersGet, ...]
) -> CallersGet:
    word = table.text(key, usual.value)
    if word in known:
        return CallersGet(word)
    words = ", ".join(one.value for one in known)
    table.wrong(key, f'"{word}" is none of {words}', did_you_mean(word, [*map(str, known)]))
    return usual


def _calling_back(table: TomlTable) -> CallingBack:
    usual = CallingBack()

    def cap(key: str, minor: int) -> int:
        return _MINOR * table.whole_number(key, minor // _MINOR, 1, _MOST_CAP_KES)

    read = CallingBack(
        is_on=table.flag("call_back", usual.is_on),
        within_minutes=table.whole_number("within_minutes", usual.within_minutes, 1, _DAY_MINUTES),
        day_cap_minor=cap("day_cap_kes", usual.day_cap_minor),
        number_cap_minor=cap("number_cap_kes", usual.number_cap_minor),
    )
    if not table.broken and read.number_cap_minor > read.day_cap_minor:
        what = "is more than day_cap_kes"
        table.wrong("number_cap_kes", what, "Write a number that is not above it")
    table.finish()
    return read
