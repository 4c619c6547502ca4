"""The parts of an office's files that say who is told of what: people's ways, order, webhooks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time

from mapokezi.egress import what_is_wrong
from mapokezi.receptionist.notice_words import LANGUAGES
from mapokezi.receptionist.office import Person, QuietSpan, Telling, Way, Webhook, Weekday
from mapokezi.receptionist.webhook_events import EVENT_TYPES
from mapokezi.records.notices import WEBHOOK_WAY, WayKind, is_one_address
from mapokezi.stores.office_toml import TomlTable, TomlText
from mapokezi.toml_lines import did_you_mean

_SPAN = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\s*-\s*([01]?\d|2[0-3]):([0-5]\d)")
_EMAIL = re.compile(r"[\w.%+'-]+@[\w-]+(\.[\w-]+)+")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_MOST_ADDRESS = 200
_TO_NUMBERS = frozenset({WayKind.SMS, WayKind.WHATSAPP})


@dataclass(frozen=True, slots=True)
class KnownWays:
    """The ways that the operator has set up."""

    kinds: Mapping[str, WayKind] | None = None
    """By name; None: not known here, and then a way's name tells its kind if it can."""
    addressless: frozenset[str] = frozenset()
    """Those that lead to one place only."""

    def kind(self, name: str) -> WayKind:
        """A way's kind, as far as it is known."""
        if self.kinds is not None and name in self.kinds:
            return self.kinds[name]
        head = name.partition("-")[0]
        return WayKind(head) if head in _BY_NAME else WayKind.CHAT

    def mend(self, name: str) -> str:
        """Say how to mend a name that is none of them; empty if it may be one."""
        if self.kinds is None or name in self.kinds:
            return ""
        if self.kinds:
            return did_you_mean(name, sorted(self.kinds))
        return f"Have the operator add [way.{name}] to the server's settings"


_BY_NAME = {kind.value for kind in WayKind if kind is not WayKind.WEBHOOK}


def read_person_telling(table: TomlTable, known: KnownWays) -> dict[str, object]:
    """Read of a person how they are told. Returns the fields of a `Person`."""
    days = tuple(
        day
        for place, text in enumerate(table.texts("quiet_days"))
        if (day := _read_day(table, text, place)) is not None
    )
    if len(set(days)) == len(Weekday):
        mend = "Leave a day out, or delete the person's ways"
        table.wrong("quiet_days", "holds every day, so nothing would ever be told", mend)
        days = ()
    return {
        "ways": tuple(_read_way(entry, known) for entry in table.tables("ways")),
        "language": _read_language(table, ""),
        "quiet": _read_quiet(table),
        "quiet_days": days,
        "escalate_to": table.text("escalate_to", ""),
    }


def _read_day(table: TomlTable, text: str, place: int) -> Weekday | None:
    try:
        return Weekday(text.lower())
    except ValueError:
        mend = did_you_mean(text, [day.value for day in Weekday])
        table.wrong("quiet_days", f'"{text}" is no day of the week', mend, place)
        return None


def _read_language(table: TomlTable, default: str) -> str:
    language = table.text("language", default)
    if language and language not in LANGUAGES:
        mend = "Write one of " + ", ".join(f'"{one}"' for one in LANGUAGES)
        table.wrong("language", f'notices cannot be written in "{language}"', mend)
        return default
    return language


def _read_quiet(table: TomlTable) -> tuple[QuietSpan, ...]:
    spans: list[QuietSpan] = []
    for place, text in enumerate(table.texts("quiet")):
        found = _SPAN.fullmatch(text.strip())
        if not found:
            mend = 'Write when it begins and ends on the 24-hour clock: "20:00-06:30"'
            table.wrong("quiet", f'"{text}" is no span of hours', mend, place)
            continue
        from_h, from_min, to_h, to_min = (int(part) for part in found.groups())
        span = QuietSpan(begins=time(from_h, from_min), ends=time(to_h, to_min))
        if span.begins == span.ends:
            mend = "Write two different times; for a whole day use quiet_days"
            table.wrong("quiet", f'"{text}" ends when it begins', mend, place)
        else:
            spans.append(span)
    return tuple(spans)


def _read_way(table: TomlTable, known: KnownWays) -> Way:
    name = table.text("way")
    way = Way(
        way=name,
        to=table.text("to", ""),
        kind=known.kind(name),
        urgent_only=table.flag("urgent_only", default=False),
    )
    if name and (mend := known.mend(name)):
        table.wrong("way", f'"{name}" is no way of this server', mend)
    elif name == WEBHOOK_WAY:
        mend = "Write [[webhooks]] in office.toml for a system of the office's own"
        table.wrong("way", "people are not told by webhook", mend)
    elif name:
        _check_address(table, way, known)
    table.finish()
    return way


def _check_address(table: TomlTable, way: Way, known: KnownWays) -> None:
    if way.kind in _TO_NUMBERS:
        if not way.to:
            table.wrong("way", "has no number to go to", 'Add to = "+254..."')
        else:
            table.number("to")
        return
    if way.kind is WayKind.EMAIL and not _EMAIL.fullmatch(way.to):
        what = f'"{way.to}" is no e-mail address' if way.to else "has no address to go to"
        table.wrong("to" if way.to else "way", what, 'Write to = "name@example.co.ke"')
    elif not way.to and known.kinds is not None and way.way not in known.addressless:
        table.wrong("way", "has no address to go to", 'Add to = "...", the channel or topic')
    elif way.to and (len(way.to) > _MOST_ADDRESS or not is_one_address(way.to)):
        mend = "Write the channel, topic or user alone; accounts are the operator's"
        table.wrong("to", "is no address of a person or a channel", mend)


def read_telling(table: TomlTable, known: KnownWays) -> Telling:
    """Read ``[telling]`` of ``office.toml``."""
    usual = Telling()
    telling = Telling(
        order=table.texts("order"),
        digest_to=table.texts("digest_to"),
        language=_read_language(table, usual.language),
        take_within_minutes=table.whole_number(
            "take_within_minutes", usual.take_within_minutes, 1, 10_080
        ),
        urgent_within_minutes=table.whole_number(
            "urgent_within_minutes", usual.urgent_within_minutes, 1, 1_440
        ),
        text_callers=table.text("text_callers", ""),
    )
    check_sends_sms(table, "text_callers", telling.text_callers, known)
    table.finish()
    return telling


def check_sends_sms(table: TomlTable, key: str, name: str, known: KnownWays) -> None:
    """Note it if a way by which callers are texted is none; an empty name is no way at all."""
    if not name:
        return
    if mend := known.mend(name):
        table.wrong(key, f'"{name}" is no way of this server', mend)
    elif known.kinds is not None and known.kind(name) is not WayKind.SMS:
        mend = "Write a way whose kind is sms, or delete the line"
        table.wrong(key, f'"{name}" sends no SMS', mend)


def read_webhooks(tables: Sequence[TomlTable]) -> tuple[Webhook, ...]:
    """Read the ``[[webhooks]]`` of ``office.toml``."""
    hooks: list[Webhook] = []
    for table in tables:
        hook = Webhook(name=table.text("name"), url=table.text("url"), events=table.texts("events"))
        if hook.name and not _NAME.fullmatch(hook.name):
            mend = "Write small letters, digits and hyphens, as in case-files"
            table.wrong("name", f'"{hook.name}" cannot be a name', mend)
        if hook.name and hook.name in {other.name for other in hooks}:
            table.wrong("name", f'"{hook.name}" stands twice', "Give each webhook its own name")
        if hook.url and (what := what_is_wrong(hook.url)):
            mend = 'Write "https://...", and give the operator the secret'
            table.wrong("url", what, mend)
        for place, event in enumerate(hook.events):
            if event not in EVENT_TYPES:
                mend = did_you_mean(event, list(EVENT_TYPES))
                table.wrong("events", f'"{event}" is no type of event', mend, place)
        table.finish()
        hooks.append(hook)
    return tuple(hooks)


def check_names(
    telling: Telling, people: Sequence[Person], office_toml: TomlText, people_toml: TomlText
) -> None:
    """Note ids in the order, the digest and ``escalate_to`` that nobody of the office has."""
    ids = [person.id for person in people]
    for key in ("order", "digest_to"):
        for place, person_id in enumerate(getattr(telling, key)):
            if person_id not in ids:
                what = f'nobody in people.toml has the id "{person_id}"'
                office_toml.wrong(("telling", key, place), what, did_you_mean(person_id, ids))
    for place, person in enumerate(people):
        where = ("people", place, "escalate_to")
        if person.escalate_to == person.id and person.id:
            people_toml.wrong(where, "leads back to the same person", "Name somebody else")
        elif person.escalate_to and person.escalate_to not in ids:
            what = f'nobody in this file has the id "{person.escalate_to}"'
            people_toml.wrong(where, what, did_you_mean(person.escalate_to, ids))
