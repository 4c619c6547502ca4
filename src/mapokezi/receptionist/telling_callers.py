"""What callers themselves are sent: that we ring back, and the code that proves their number."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import phonenumbers

from mapokezi.calls import CallId
from mapokezi.receptionist.notice_words import words_for
from mapokezi.receptionist.office import Office
from mapokezi.receptionist.telling_event import TellingEvent, WhyCallBack
from mapokezi.records.notices import NoticeKind, PlannedNotice, WayKind
from mapokezi.telephony.numbers import country_of
from mapokezi.units import E164

CALLER = "caller"
"""Stands in a notice's key for the caller."""
CALLER_TEXT_EVERY = timedelta(hours=24)
"""A number is texted this seldom at most: whoever rings may pretend to be another."""


def caller_text(event: TellingEvent, office: Office, now: datetime) -> PlannedNotice | None:
    """Plan the text to a caller whose call was lost; None if none is to be sent."""
    way = office.telling.text_callers
    if event.why_call_back is WhyCallBack.LEFT or not way or not event.caller:
        return None
    if not can_be_texted(event.caller, office):
        return None
    asked = replace(event, kind=NoticeKind.CALLER_TEXT)
    words = words_for(asked, WayKind.SMS, office.telling.language, office.name)
    return PlannedNotice(
        key=f"{event.subject}:{CALLER}:{way}:0",
        office_id=office.id,
        kind=NoticeKind.CALLER_TEXT,
        way=way,
        way_kind=WayKind.SMS,
        address=event.caller,
        title="",
        text=words.text,
        not_before=now,
        planned_at=now,
        language=office.telling.language,
        call_id=event.call_id,
        task_id=event.task_id,
        caller=event.caller,
        at_most_every=CALLER_TEXT_EVERY,
    )


def plan_code_text(
    office: Office, caller: E164, call_id: CallId, nth: int, now: datetime
) -> PlannedNotice | None:
    """Plan the text by which a caller is sent a code; None if this number cannot be texted.

    Args:
        office: whose; `CallerRules.codes_by` is the way.
        caller: the number on file.
        call_id: the call in which it is asked for.
        nth: which one of the call.
        now: the time of day, aware.
    """
    way = office.callers.codes_by
    if not way or not can_be_texted(caller, office):
        return None
    now = now.astimezone(UTC)
    asked = TellingEvent(
        kind=NoticeKind.CALLER_CODE,
        subject=f"{call_id}.code.{nth}",
        office_id=office.id,
        at=now,
        caller=caller,
    )
    words = words_for(asked, WayKind.SMS, office.telling.language, office.name)
    return PlannedNotice(
        key=f"{asked.subject}:{CALLER}:{way}:0",
        office_id=office.id,
        kind=NoticeKind.CALLER_CODE,
        way=way,
        way_kind=WayKind.SMS,
        address=caller,
        title="",
        text=words.text,
        not_before=now,
        planned_at=now,
        language=office.telling.language,
        call_id=call_id,
        caller=caller,
        urgent=True,
    )


def can_be_texted(number: str, office: Office) -> bool:
    """Whether a number is a mobile of the office's own country: a false one costs little there."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return False
    kinds = {
        phonenumbers.PhoneNumberType.MOBILE,
        phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
    }
    country = country_of(E164(number))
    return (
        phonenumbers.number_type(parsed) in kinds
        and number not in office.numbers
        and country is not None
        and country in {country_of(own) for own in office.numbers}
    )
