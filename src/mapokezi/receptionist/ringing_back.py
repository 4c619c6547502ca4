"""Whether somebody who rang once and hung up is rung back by us: the outbound policy.

A flash asks to be called back; that is the consent, and it is for one call, soon. The owner has
switched it on; the office is open; the number is an ordinary one of a country that the office may
ring; and it costs no more than the office has allowed for the day, and for one number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import phonenumbers

from mapokezi.calls import Outcome
from mapokezi.receptionist.barred_numbers import why_barred
from mapokezi.receptionist.hours import open_at
from mapokezi.receptionist.known_callers import is_one_of
from mapokezi.receptionist.office import Office
from mapokezi.records.call_record import CallRecord
from mapokezi.units import E164

_KIND = phonenumbers.PhoneNumberType
_ORDINARY = frozenset({_KIND.MOBILE, _KIND.FIXED_LINE, _KIND.FIXED_LINE_OR_MOBILE})
NOT_AGAIN_FOR = timedelta(hours=1)
"""A number that was rung back is not for so long, however often it flashes: one try."""


@dataclass(frozen=True, slots=True)
class RungBack:
    """What was done of it today, by the office's local day."""

    day_minor: int = 0
    """What all calls back have cost."""
    number_minor: int = 0
    """The same, of this number."""
    last_try_at: datetime | None = None
    """When this number was last rung back, answered or not."""


def why_not_rung_back(
    office: Office, flash: CallRecord, done: RungBack, minute_minor: int, now: datetime
) -> str:
    """Say why a flash is left to the staff; empty if we ring back.

    Args:
        office: Whose.
        flash: The call.
        done: What was done of it before.
        minute_minor: What a minute of such a call costs: as much must be left under each cap.
        now: The time of day, aware.
    """
    rules = office.callers.calling_back
    if not rules.is_on:
        return "calling back is not switched on"
    if flash.outcome is not Outcome.FLASH or flash.rings_back is not None:
        return "it was no flash"
    if flash.caller is None:
        return "the number was withheld"
    if is_one_of(flash.caller, office.blocked):
        return "the number is blocked"
    if not _is_ordinary(flash.caller) or why_barred(flash.caller, office, None) is not None:
        return "this number is not rung by the office's rules"
    if now - (flash.ended_at or flash.arrived_at) > timedelta(minutes=rules.within_minutes):
        return "it is too long ago"
    if not open_at(office.hours, now).is_open:
        return "the office is closed"
    if done.last_try_at is not None and now - done.last_try_at < NOT_AGAIN_FOR:
        return "this number was called back within the hour"
    if done.number_minor + minute_minor > rules.number_cap_minor:
        return "the day's cap for one number is used up"
    if done.day_minor + minute_minor > rules.day_cap_minor:
        return "the day's cap is used up"
    return ""


def _is_ordinary(number: E164) -> bool:
    try:
        return phonenumbers.number_type(phonenumbers.parse(number)) in _ORDINARY
    except phonenumbers.NumberParseException:
        return False
