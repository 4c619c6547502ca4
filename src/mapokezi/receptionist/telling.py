"""Whom the office tells of what, by which way, and when.

Somebody is told first: the person whom it is for, or the first of the office's order. If nobody
takes the task in its time, the next person is told; and so on. What is not urgent waits for the
end of a person's quiet hours and goes by their best way alone; what is urgent goes at once and by
all of their ways. Should a way fail for good, the next way is taken, then the next person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mapokezi.receptionist.hours import open_at
from mapokezi.receptionist.notice_words import Words, fit, joined, passed_on, repeated, words_for
from mapokezi.receptionist.office import Office, Person, Way, Weekday
from mapokezi.receptionist.telling_callers import caller_text
from mapokezi.receptionist.telling_event import TellingEvent, WhyCallBack
from mapokezi.records.notice_retries import try_again_at
from mapokezi.records.notices import Notice, NoticeKind, PlannedNotice

__all__ = [
    "TellingEvent",
    "chain_of",
    "escalates_at",
    "free_from",
    "join_notices",
    "may_go_at",
    "plan_instead",
    "plan_notices",
    "try_again_at",
]

DESK_MESSAGES = "/messages"

_LET_DOWN = frozenset({WhyCallBack.CUT_OFF, WhyCallBack.NOT_ANSWERED})
_OF_THE_OFFICE = frozenset({NoticeKind.DIGEST, NoticeKind.WALLET, NoticeKind.HAND_OFF})
"""What one person hears of, and nobody has to take."""
_WEEK = tuple(Weekday)
_MOST_QUIET_STEPS = 40


def plan_notices(event: TellingEvent, office: Office, now: datetime) -> tuple[PlannedNotice, ...]:
    """Decide who is told of an event, by which ways, from when on, and in which words.

    Args:
        event: what there is to tell.
        office: whose.
        now: the time of day, aware.

    Returns:
        The notices; none if nobody of the office has a way that fits, or nobody is left to ask.
    """
    now = now.astimezone(UTC)
    if event.kind is NoticeKind.CALL_BACK:
        return _plan_call_back(event, office, now)
    return tuple(
        _notice(event, office, person, way, now)
        for person in _told_of(event, office)
        for way in _ways_for(person, event)
    )


def _plan_call_back(
    event: TellingEvent, office: Office, now: datetime
) -> tuple[PlannedNotice, ...]:
    """The caller is texted where that is set up; otherwise the staff must ring at once.

    Whoever hung up by themselves is not let down: they can wait, and need no excuse.
    """
    text = caller_text(event, office, now) if event.step == 0 else None
    let_down = event.why_call_back in _LET_DOWN
    if let_down and text is None and open_at(office.hours, now).is_open:
        event = replace(event, urgent=True)
    planned = [
        _notice(event, office, person, way, now)
        for person in _told_of(event, office)
        for way in _ways_for(person, event)
    ]
    return (*planned, text) if text is not None else tuple(planned)


def _told_of(event: TellingEvent, office: Office) -> tuple[Person, ...]:
    if event.kind is NoticeKind.TRIAL:
        return tuple(one for one in office.people if one.id == event.for_person)
    chain = chain_of(office, event.for_person, urgent=event.urgent)
    if event.kind is NoticeKind.DIGEST and office.telling.digest_to:
        wanted = office.telling.digest_to
        return tuple(one for one in office.people if one.id in wanted and one.ways)
    if event.kind in _OF_THE_OFFICE:
        return chain_of(office, "")[:1]
    return chain[event.step : event.step + 1]


def chain_of(office: Office, for_person: str = "", *, urgent: bool = False) -> tuple[Person, ...]:
    """In which order people are told of something that nobody takes: each once, those with a way.

    From each it goes to the one whom they have named, and then through the office's order; an
    office without an order tells its people as they stand in its file.
    """
    by_id = {person.id: person for person in office.people}
    order = office.telling.order or tuple(by_id)
    found: list[str] = []
    at = for_person if for_person in by_id else ""
    while True:
        if at not in by_id or at in found:
            at = next((one for one in order if one not in found and one in by_id), "")
        if not at:
            break
        found.append(at)
        at = by_id[at].escalate_to
    return tuple(by_id[one] for one in found if _usable(by_id[one], urgent))


def _usable(person: Person, urgent: bool) -> tuple[Way, ...]:
    return tuple(way for way in person.ways if urgent or not way.urgent_only)


def _ways_for(person: Person, event: TellingEvent) -> tuple[Way, ...]:
    if event.kind is NoticeKind.TRIAL:
        return person.ways
    ways = _usable(person, event.urgent)
    return ways if event.urgent else ways[:1]


def _notice(
    event: TellingEvent, office: Office, person: Person, way: Way, now: datetime
) -> PlannedNotice:
    language = person.language or office.telling.language
    owner = next((one.name for one in office.people if one.id == event.for_person), "")
    words = words_for(
        event, way.kind, language, office.name, owner if event.for_person != person.id else ""
    )
    at_once = event.urgent or event.kind is NoticeKind.TRIAL
    return PlannedNotice(
        key=f"{event.subject}:{person.id}:{_label(person, way)}:{event.step}",
        office_id=office.id,
        kind=event.kind,
        way=way.way,
        way_kind=way.kind,
        address=way.to,
        title=words.title,
        text=words.text,
        not_before=now if at_once else free_from(person, office.hours.timezone, now),
        planned_at=now,
        language=language,
        call_id=event.call_id,
        task_id=event.task_id,
        person_id=person.id,
        for_person=event.for_person,
        caller=event.caller,
        urgent=event.urgent,
        link=_link(event),
        step=event.step,
        is_correction=event.is_correction,
    )


def _label(person: Person, way: Way) -> str:
    """A person's way in a notice's key; a second address by the same way is ``sms.2``."""
    same = [one for one in person.ways if one.way == way.way]
    nth = same.index(way) + 1
    return way.way if nth == 1 else f"{way.way}.{nth}"


def _link(event: TellingEvent) -> str:
    if event.kind in {NoticeKind.TRIAL, NoticeKind.WALLET, NoticeKind.HAND_OFF}:
        return ""
    return f"/calls/{event.call_id}" if event.call_id else DESK_MESSAGES


def free_from(person: Person, timezone: str, at: datetime) -> datetime:
    """The first instant from ``at`` on at which somebody may be told of what is not urgent."""
    zone = ZoneInfo(timezone)
    local = at.astimezone(zone)
    for _ in range(_MOST_QUIET_STEPS):
        ends = _quiet_until(person, local, zone)
        if ends is None:
            break
        local = ends
    return local.astimezone(UTC)


def may_go_at(notice: Notice, office: Office, at: datetime) -> datetime:
    """The first instant from ``at`` on at which a notice may be sent, or be tried again.

    What is not urgent may have been kept back into its person's quiet hours: by a service that was
    away, by a desk that was down. What somebody has had sent in those hours goes all the same.
    """
    person = next((one for one in office.people if one.id == notice.person_id), None)
    if person is None or notice.urgent or notice.kind is NoticeKind.TRIAL:
        return at
    timezone = office.hours.timezone
    if free_from(person, timezone, notice.not_before) > notice.not_before:
        return at
    return free_from(person, timezone, at)


def _quiet_until(person: Person, local: datetime, zone: ZoneInfo) -> datetime | None:
    """When the quiet ends in which a local instant lies; None if it lies in none."""
    today, tomorrow = local.date(), local.date() + timedelta(days=1)
    if _WEEK[today.weekday()] in person.quiet_days:
        return datetime.combine(tomorrow, time.min, zone)
    clock = local.time()
    for span in person.quiet:
        over_midnight = span.ends < span.begins
        if over_midnight and clock >= span.begins:
            return datetime.combine(tomorrow, span.ends, zone)
        if clock < span.ends and (over_midnight or clock >= span.begins):
            return datetime.combine(today, span.ends, zone)
    return None


def escalates_at(
    office: Office, for_person: str, step: int, now: datetime, *, urgent: bool
) -> datetime | None:
    """When the next person is told of a task, unless somebody takes it before.

    Args:
        office: whose.
        for_person: the person's id whom it is for; empty: nobody in particular.
        step: how often it was passed on so far.
        now: when the present one is told; their quiet hours are waited for.
        urgent: whether it is.

    Returns:
        An instant in UTC; None if nobody is left to be told.
    """
    chain = chain_of(office, for_person, urgent=urgent)
    if step + 1 >= len(chain):
        return None
    telling = office.telling
    minutes = telling.urgent_within_minutes if urgent else telling.take_within_minutes
    told_at = now if urgent else free_from(chain[step], office.hours.timezone, now)
    return (told_at + timedelta(minutes=minutes)).astimezone(UTC)


def plan_instead(notice: Notice, office: Office, now: datetime) -> tuple[PlannedNotice, ...]:
    """Decide what is done instead of a notice to a person that has failed, or may have.

    The person's next way is taken; of an urgent matter, and after the last way, the next person.
    """
    person = next((one for one in office.people if one.id == notice.person_id), None)
    if person is None or notice.kind in {NoticeKind.TRIAL, NoticeKind.EVENT}:
        return ()
    tried = [(way.way, way.to) for way in person.ways]
    here = (notice.way, notice.address)
    rest = person.ways[tried.index(here) + 1 :] if here in tried else ()
    if not notice.urgent:
        rest = tuple(way for way in rest if not way.urgent_only)
        if rest:
            said = repeated(notice.text, notice.language) if notice.is_repeat else notice.text
            text = fit(said, rest[0].kind)
            return (_in_place_of(notice, office, person, rest[0], text, now),)
    elif rest:
        return ()  # its other ways carry it already
    chain = chain_of(office, notice.for_person, urgent=notice.urgent)
    if notice.kind in _OF_THE_OFFICE or notice.step + 1 >= len(chain):
        return ()
    following = chain[notice.step + 1]
    ways = _usable(following, notice.urgent)
    return tuple(
        _in_place_of(
            notice,
            office,
            following,
            way,
            passed_on(notice.text, person.name, notice.language, way.kind),
            now,
        )
        for way in (ways if notice.urgent else ways[:1])
    )


def _in_place_of(
    notice: Notice, office: Office, person: Person, way: Way, text: str, now: datetime
) -> PlannedNotice:
    subject = notice.key.rsplit(":", 3)[0]
    step = notice.step + (person.id != notice.person_id)
    now = now.astimezone(UTC)
    return PlannedNotice(
        key=f"{subject}:{person.id}:{_label(person, way)}:{step}",
        office_id=notice.office_id,
        kind=notice.kind,
        way=way.way,
        way_kind=way.kind,
        address=way.to,
        title=notice.title,
        text=text,
        not_before=now if notice.urgent else free_from(person, office.hours.timezone, now),
        planned_at=now,
        language=notice.language,
        call_id=notice.call_id,
        task_id=notice.task_id,
        person_id=person.id,
        for_person=notice.for_person,
        caller=notice.caller,
        urgent=notice.urgent,
        link=notice.link,
        step=step,
    )


def join_notices(notices: Sequence[Notice]) -> Notice:
    """Make one notice of several for one person and way: what waited comes at once, not in a row.

    The result is for the sender alone; each of the several keeps its own fate.
    """
    first = notices[0]
    if len(notices) == 1:
        return first
    all_again = all(one.is_repeat for one in notices)
    each = [
        Words(one.title, repeated(one.text, one.language) if again else one.text)
        for one in notices
        for again in [one.is_repeat and not all_again]
    ]
    words = joined(each, first.way_kind, first.language)
    links = {one.link for one in notices}
    return replace(
        first,
        title=words.title,
        text=words.text,
        link=first.link if len(links) == 1 else DESK_MESSAGES,
        urgent=any(one.urgent for one in notices),
        is_repeat=all_again,
    )
