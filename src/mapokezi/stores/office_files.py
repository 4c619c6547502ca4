"""An office's folder: TOML and Markdown, one file a subject, read into an `Office`.

=================  ======================================================================
``office.toml``    ``name`` ``said_as`` ``numbers`` ``greeting`` ``notice`` ``goodbye``
                   ``reception`` ``models`` ``record_calls`` ``call_cap_minutes``
                   ``call_cap_per_number_per_minute``; ``[voices]``: a voice for each
                   model profile; ``[fallback]``: ``say`` ``then`` (``record`` or ``dial``)
                   ``dial``; ``[retention]``: ``recording_days`` ``transcript_days``
                   ``message_days`` ``call_days``; ``[telling]``: ``order`` ``digest_to``
                   ``language`` ``take_within_minutes`` ``urgent_within_minutes``
                   ``text_callers``; ``[[webhooks]]``: ``name`` ``url`` ``events``
``hours.toml``     ``timezone`` ``holidays_of``; ``[week]``: ``monday`` ... ``sunday``, each
                   a list of spans ``"08:00-13:00"``; ``[[closures]]``: ``first`` ``last``
                   ``reason``
``people.toml``    ``[[people]]``: ``id`` ``name`` ``role`` ``aliases`` ``heard_as``
                   ``said_as`` ``mobile`` ``takes_calls`` ``departments`` ``subjects``
                   ``language`` ``quiet`` ``quiet_days`` ``escalate_to``;
                   ``[[people.ways]]``: ``way`` ``to`` ``urgent_only``
``facts.md``       see `mapokezi.stores.office_facts`
``messages.toml``  ``[[questions]]``: ``slot`` ``ask`` ``required``; ``[forbidden]``:
                   ``topics`` ``asked_as``; ``[urgent]``: ``words``
=================  ======================================================================

What each key means stands with the fields of `mapokezi.receptionist.office`. ``office.toml`` and
``hours.toml`` must be there; the folder's name is the office's id. A key that is not known is an
error: it is a spelling mistake more often than not, and silence would let a wrong number stand.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import holidays
import msgspec

from mapokezi.calls import OfficeId
from mapokezi.errors import ConfigurationError
from mapokezi.receptionist.office import (
    Closure,
    Fallback,
    Hours,
    Office,
    Opening,
    Question,
    TailKind,
    Weekday,
)
from mapokezi.stores.office_facts import read_facts
from mapokezi.stores.office_keeping import read_retention
from mapokezi.stores.office_people import ID, other_number, read_people
from mapokezi.stores.office_telling import (
    KnownWays,
    check_names,
    read_telling,
    read_webhooks,
)
from mapokezi.stores.office_toml import OfficeFileError, TomlTable, TomlText
from mapokezi.toml_lines import did_you_mean
from mapokezi.units import E164

__all__ = ["KnownWays", "OfficeFileError", "OfficeFilesWrong", "read_office"]

FILES = ("office.toml", "hours.toml", "people.toml", "facts.md", "messages.toml")
NEEDED_FILES = ("office.toml", "hours.toml")

USUAL_QUESTIONS = (
    Question(slot="name", ask="May I have your full name, please?"),
    Question(slot="number", ask="What is the best number to reach you on?"),
    Question(slot="reason", ask="What is the message about?"),
)
"""What is asked for a message if the office has no ``messages.toml`` or no questions in it."""

_LONGEST_VOICE = 100
_SPAN = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\s*-\s*([01]?\d|2[0-3]):([0-5]\d)")


class OfficeFilesWrong(ConfigurationError):  # noqa: N818 - in the words of the trade
    """An office's folder cannot be used. It carries all errors of all its files at once."""

    def __init__(self, folder: Path, errors: list[OfficeFileError]) -> None:
        """Hold the errors, in the order of files and lines."""
        self.folder = folder
        self.errors = errors
        super().__init__(folder, errors)

    def __str__(self) -> str:
        """A line for each error under a first line that counts them."""
        count = "1 error" if len(self.errors) == 1 else f"{len(self.errors)} errors"
        lines = [f"{count} in the office's folder {self.folder}:"]
        return "\n".join(lines + [f"  {error}" for error in self.errors])


def read_office(
    folder: Path,
    models: Collection[str] | None = None,
    voiceless: Collection[str] = (),
    ways: KnownWays | None = None,
) -> Office:
    """Read an office's folder.

    Args:
        folder: the office's folder; its name becomes the office's id.
        models: the model profiles that the server has; None if that is not known here.
        voiceless: those of them that speak with this machine's one voice.
        ways: the ways that the operator has set up; None if that is not known here.

    Raises:
        OfficeFilesWrong: with every error of every file.
    """
    errors: list[OfficeFileError] = []
    texts = _read_texts(folder, errors)
    _check_folder(folder, errors)
    known = ways or KnownWays()
    office = Office(id=OfficeId(folder.resolve().name), name="", numbers=(), greeting="", notice="")
    office_toml = TomlText("office.toml", texts.get("office.toml", ""), errors)
    if "office.toml" in texts:
        office = _read_office_toml(office_toml, office, _Profiles(models, voiceless), known)
    if "hours.toml" in texts:
        hours = _read_hours(TomlText("hours.toml", texts["hours.toml"], errors))
        office = msgspec.structs.replace(office, hours=hours)
    people_toml = TomlText("people.toml", texts.get("people.toml", ""), errors)
    people = read_people(people_toml, office.numbers, known)
    check_names(office.telling, people, office_toml, people_toml)
    office = msgspec.structs.replace(office, people=people)
    if "facts.md" in texts:
        facts = read_facts("facts.md", texts["facts.md"], errors)
        office = msgspec.structs.replace(office, facts=facts)
    messages = TomlText("messages.toml", texts.get("messages.toml", ""), errors)
    office = _read_messages(messages, office)
    if errors:
        order = {name: place for place, name in enumerate(FILES)}
        errors.sort(key=lambda error: (order.get(error.file, len(FILES)), error.line))
        raise OfficeFilesWrong(folder, errors)
    return office


def _read_texts(folder: Path, errors: list[OfficeFileError]) -> dict[str, str]:
    """Read the files that are there; note those that are needed and are not."""
    texts: dict[str, str] = {}
    for name in FILES:
        try:
            texts[name] = (folder / name).read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        except FileNotFoundError:
            if name in NEEDED_FILES:
                mend = f"Create it, or copy {name} from examples/law-office and change it"
                errors.append(OfficeFileError(name, 0, "", "the file is missing", mend))
        except OSError as error:
            what = f"the file cannot be read ({error.strerror})"
            mend = "See that it is a file, and that this program may read it"
            errors.append(OfficeFileError(name, 0, "", what, mend))
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            what = "this line holds a character that is not UTF-8"
            errors.append(OfficeFileError(name, line, "", what, "Save the file as UTF-8"))
    return texts


def _check_folder(folder: Path, errors: list[OfficeFileError]) -> None:
    """Note a folder's name that cannot be an id, and files that look like misspelled ones."""
    name = folder.resolve().name
    if not ID.fullmatch(name):
        what = f"the folder's name \"{name}\" cannot be an office's id"
        mend = "Rename it: small letters, digits and hyphens, as in law-office"
        errors.append(OfficeFileError(name, 0, "", what, mend))
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        is_ours = path.suffix in {".toml", ".md"} and path.name.lower() != "readme.md"
        if is_ours and path.name not in FILES:
            mend = did_you_mean(path.name, list(FILES))
            what = "is not a file that is known here"
            errors.append(OfficeFileError(path.name, 0, "", what, mend))


def _read_office_toml(
    source: TomlText, office: Office, profiles: _Profiles, known: KnownWays
) -> Office:
    table = source.parse()
    numbers = table.numbers("numbers")
    if not numbers and not table.broken and not table.values.get("numbers"):
        mend = 'Add numbers = ["+254..."], the numbers that callers dial'
        table.wrong("numbers", "the office has no telephone number", mend)
    read = msgspec.structs.replace(
        office,
        name=table.text("name"),
        said_as=table.text("said_as", ""),
        numbers=numbers,
        greeting=table.text("greeting"),
        notice=table.text("notice"),
        goodbye=table.text("goodbye", office.goodbye),
        reception=other_number(table, "reception", numbers),
        models=_read_models(table, profiles),
        voices=_read_voices(table.table("voices"), profiles),
        fallback=_read_fallback(table.table("fallback"), numbers),
        record_calls=table.flag("record_calls", office.record_calls),
        call_cap_minutes=table.whole_number("call_cap_minutes", office.call_cap_minutes, 1, 120),
        call_cap_per_number_per_minute=table.whole_number(
            "call_cap_per_number_per_minute", office.call_cap_per_number_per_minute, 1, 60
        ),
        telling=read_telling(table.table("telling"), known),
        webhooks=read_webhooks(table.tables("webhooks")),
        keeps=read_retention(table.table("retention")),
    )
    table.finish()
    return read


@dataclass(frozen=True, slots=True)
class _Profiles:
    """The model profiles that the server has."""

    known: Collection[str] | None
    voiceless: Collection[str]

    def mend(self, name: str) -> str:
        """Say how to mend a name that is none of them; empty if it may be one."""
        if self.known is None or name in self.known:
            return ""
        if self.known:
            return did_you_mean(name, sorted(self.known))
        return f"Have the operator add [model.{name}] to the server's settings"


def _read_models(table: TomlTable, profiles: _Profiles) -> tuple[str, ...] | None:
    names = table.texts("models")
    for place, name in enumerate(names):
        if mend := profiles.mend(name):
            table.wrong("models", f'"{name}" is no model profile of this server', mend, place)
    return names if "models" in table.values else None


def _read_voices(table: TomlTable, profiles: _Profiles) -> dict[str, str]:
    voices: dict[str, str] = {}
    for name in table.values:
        voices[name] = table.text(name)
        if mend := profiles.mend(name):
            table.wrong(name, f'"{name}" is no model profile of this server', mend)
        elif name in profiles.voiceless:
            what = "this profile speaks with this machine's own voice, which is the only one"
            mend = "Delete the line, or have the operator set tts_url in the profile's options"
            table.wrong(name, what, mend)
        elif not voices[name].isprintable() or len(voices[name]) > _LONGEST_VOICE:
            table.wrong(name, "is no name of a voice", 'Write it as the vendor does: "Kore"')
    return voices


def _read_fallback(table: TomlTable, own: tuple[E164, ...]) -> Fallback:
    say = table.text("say", Fallback().say)
    word = table.text("then", Fallback().then.value)
    dial = other_number(table, "dial", own)
    then = TailKind.RECORD
    try:
        then = TailKind(word)
    except ValueError:
        table.wrong("then", f'is "{word}"', 'Write "record" or "dial"')
    if then is TailKind.DIAL and dial is None and "dial" not in table.values:
        table.wrong("then", 'is "dial", and there is no number to dial', 'Add dial = "+254..."')
    table.finish()
    return Fallback(say=say, then=then, dial=dial)


def _read_hours(source: TomlText) -> Hours:
    table = source.parse()
    timezone = table.text("timezone", Hours().timezone)
    if timezone not in available_timezones():
        table.wrong("timezone", f'"{timezone}" is no time zone', 'Write one as "Africa/Nairobi"')
        timezone = Hours().timezone
    country = table.text("holidays_of", Hours().holidays_of)
    if country and country not in holidays.list_supported_countries():
        mend = 'Write the country in two capital letters, "KE", or "" to keep no holidays'
        table.wrong("holidays_of", f'the holidays of "{country}" are not known', mend)
    week_table = table.table("week")
    if week_table.broken and not table.broken and "week" not in table.values:
        mend = 'Add [week] and below it the days: monday = ["08:00-17:00"]'
        table.wrong("week", "no opening hours are given", mend)
    week = {day: _read_spans(week_table, day.value) for day in Weekday}
    week_table.finish()
    closures = tuple(
        closure for entry in table.tables("closures") if (closure := _read_closure(entry))
    )
    table.finish()
    return Hours(
        timezone=ZoneInfo(timezone).key,
        week={day: spans for day, spans in week.items() if spans},
        holidays_of=country,
        closures=closures,
    )


def _read_spans(table: TomlTable, day: str) -> tuple[Opening, ...]:
    spans: list[Opening] = []
    for place, text in enumerate(table.texts(day)):
        found = _SPAN.fullmatch(text.strip())
        if not found:
            mend = 'Write opening and closing time on the 24-hour clock: "08:00-17:00"'
            table.wrong(day, f'"{text}" is no span of hours', mend, place)
            continue
        opens_h, opens_min, closes_h, closes_min = (int(part) for part in found.groups())
        span = Opening(opens=time(opens_h, opens_min), closes=time(closes_h, closes_min))
        if span.closes <= span.opens:
            mend = "Write the earlier time first; a span ends on the day it began"
            table.wrong(day, f'"{text}" closes before it opens', mend, place)
        elif spans and span.opens <= spans[-1].closes:
            mend = "Put the spans in order, with a break between them"
            table.wrong(day, f'"{text}" begins before the span before it is over', mend, place)
        else:
            spans.append(span)
    return tuple(spans)


def _read_closure(table: TomlTable) -> Closure | None:
    first, last, reason = table.day("first"), table.day("last"), table.text("reason")
    table.finish()
    if first is None or last is None:
        return None
    if last < first:
        table.wrong("last", f"{last} is before {first}", "Write the earlier day as first")
    return Closure(first=first, last=last, reason=reason)


def _read_messages(source: TomlText, office: Office) -> Office:
    table = source.parse()
    questions: list[Question] = []
    for entry in table.tables("questions"):
        question = Question(
            slot=entry.text("slot"),
            ask=entry.text("ask"),
            required=entry.flag("required", default=True),
        )
        if question.slot and question.slot in {other.slot for other in questions}:
            entry.wrong("slot", f'"{question.slot}" is asked twice', "Delete one of the questions")
        if question.slot and not re.fullmatch(r"[a-z][a-z0-9_]*", question.slot):
            mend = "Write small letters and underscores, as in best_time"
            entry.wrong("slot", f'"{question.slot}" cannot be a slot', mend)
        entry.finish()
        questions.append(question)
    forbidden, urgent = table.table("forbidden"), table.table("urgent")
    read = msgspec.structs.replace(
        office,
        message_questions=tuple(questions) or USUAL_QUESTIONS,
        forbidden_topics=forbidden.texts("topics"),
        forbidden_asked_as=forbidden.texts("asked_as"),
        urgent_words=urgent.texts("words"),
    )
    for part in (forbidden, urgent, table):
        part.finish()
    return read
