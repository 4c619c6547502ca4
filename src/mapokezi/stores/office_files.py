"""An office's folder: TOML and Markdown, one file a subject, read into an `Office`.

=================  ===========================================  ==================================
``office.toml``    names, numbers, greeting, notices, caps,     here; `office_telling`,
                   fallback, retention, telling, hand-off       `office_handing_over`,
                                                                `office_keeping`,
                                                                `office_notices`
``hours.toml``     week, holidays, closures, what callers get   `office_hours`
                   while it is closed
``people.toml``    people, their ways, when they are away       `office_people`
``facts.md``       what callers are told                        `office_facts`
``prices.toml``    what may be said of prices                   `office_prices`
``messages.toml``  questions, kinds of call, what is forbidden  `office_messages`
                   and what is urgent
``callers.toml``   vips and blocked numbers                     `office_callers`
=================  ===========================================  ==================================

What each key means stands with the fields of `mapokezi.receptionist.office`, and with an example in
``docs/reference/office-files.md``. ``office.toml`` and ``hours.toml`` must be there; the folder's
name is the office's id. A key that is not known is an error: it is a spelling mistake more often
than not, and silence would let a wrong number stand.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from mapokezi.calls import OfficeId
from mapokezi.errors import ConfigurationError
from mapokezi.receptionist.office import (
    Fallback,
    Office,
    TailKind,
)
from mapokezi.stores.office_callers import read_callers
from mapokezi.stores.office_facts import read_facts
from mapokezi.stores.office_folder import check_folder, in_order, read_texts
from mapokezi.stores.office_handing_over import check_who_is_rung, read_hand_off
from mapokezi.stores.office_hours import read_hours
from mapokezi.stores.office_keeping import read_retention
from mapokezi.stores.office_messages import USUAL_QUESTIONS, read_messages
from mapokezi.stores.office_notices import check_own_notice, read_notices
from mapokezi.stores.office_people import other_number, read_people
from mapokezi.stores.office_prices import PRICES_FILE, read_prices
from mapokezi.stores.office_telling import (
    KnownWays,
    check_names,
    read_telling,
    read_webhooks,
)
from mapokezi.stores.office_toml import OfficeFileError, TomlTable, TomlText
from mapokezi.toml_lines import did_you_mean
from mapokezi.units import E164

__all__ = [
    "USUAL_QUESTIONS",
    "KnownWays",
    "OfficeFileError",
    "OfficeFilesWrong",
    "office_of_folder",
    "office_of_texts",
    "read_office",
    "read_office_and_texts",
]

_LONGEST_VOICE = 100


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
    return read_office_and_texts(folder, models, voiceless, ways)[0]


def read_office_and_texts(
    folder: Path,
    models: Collection[str] | None = None,
    voiceless: Collection[str] = (),
    ways: KnownWays | None = None,
) -> tuple[Office, Mapping[str, str]]:
    """Read an office's folder, as `read_office` does; with the texts that it was made of.

    Raises:
        OfficeFilesWrong: with every error of every file.
    """
    errors: list[OfficeFileError] = []
    texts = read_texts(folder, errors)
    return office_of_folder(folder, texts, models, voiceless, ways, errors), texts


def office_of_folder(
    folder: Path,
    texts: Mapping[str, str],
    models: Collection[str] | None = None,
    voiceless: Collection[str] = (),
    ways: KnownWays | None = None,
    found: Iterable[OfficeFileError] = (),
) -> Office:
    """Make an office of a folder whose files have these texts, or are to have them.

    Args:
        folder: the office's folder.
        texts: by the files' names.
        models: as of `read_office`, as are ``voiceless`` and ``ways``.
        voiceless: see there.
        ways: see there.
        found: what is known to be wrong already.

    Raises:
        OfficeFilesWrong: with every error of every file.
    """
    errors = list(found)
    check_folder(folder, errors)
    office_id = OfficeId(folder.resolve().name)
    office = _read_all(texts, office_id, _Profiles(models, voiceless), ways, errors)
    if errors:
        raise OfficeFilesWrong(folder, in_order(errors))
    return office


def office_of_texts(texts: Mapping[str, str], office_id: OfficeId) -> Office:
    """Make an office of its files' texts, as a version keeps them.

    What the server has is not asked, nor how callers are told what they must be: a version was
    right when it was kept, and what its words may lack is said in ours.

    Raises:
        OfficeFilesWrong: if this program no longer takes them; with every error.
    """
    errors: list[OfficeFileError] = []
    office = _read_all(texts, office_id, _Profiles(None, (), was_kept=True), None, errors)
    if errors:
        raise OfficeFilesWrong(Path(office_id), in_order(errors))
    return office


def _read_all(
    texts: Mapping[str, str],
    office_id: OfficeId,
    profiles: _Profiles,
    ways: KnownWays | None,
    errors: list[OfficeFileError],
) -> Office:
    """Read all files, noting what is wrong."""
    known = ways or KnownWays()
    office = Office(id=office_id, name="", numbers=(), greeting="", notice="")
    office_toml = TomlText("office.toml", texts.get("office.toml", ""), errors)
    if "office.toml" in texts:
        office = _read_office_toml(office_toml, office, profiles, known)
    if "hours.toml" in texts:
        hours = read_hours(TomlText("hours.toml", texts["hours.toml"], errors))
        office = msgspec.structs.replace(office, hours=hours)
    people_toml = TomlText("people.toml", texts.get("people.toml", ""), errors)
    people = read_people(people_toml, office.numbers, known)
    check_names(office.telling, people, office_toml, people_toml)
    check_who_is_rung(office.hand_off, people, office_toml, people_toml)
    office = msgspec.structs.replace(office, people=people)
    if "facts.md" in texts:
        facts = read_facts("facts.md", texts["facts.md"], errors)
        office = msgspec.structs.replace(office, facts=facts)
    if PRICES_FILE in texts:
        office = read_prices(TomlText(PRICES_FILE, texts[PRICES_FILE], errors), office)
    messages = TomlText("messages.toml", texts.get("messages.toml", ""), errors)
    office = read_messages(messages, office)
    callers = TomlText("callers.toml", texts.get("callers.toml", ""), errors)
    return read_callers(callers, office, known)


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
        notice=table.text("notice", ""),
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
        facts_in_instructions=table.whole_number(
            "facts_in_instructions", office.facts_in_instructions, 0, 60
        ),
        telling=read_telling(table.table("telling"), known),
        hand_off=read_hand_off(table.table("hand_off")),
        webhooks=read_webhooks(table.tables("webhooks")),
        keeps=read_retention(table.table("retention")),
        notices=read_notices(table.table("notices")),
    )
    if not profiles.was_kept:
        check_own_notice(table, read)
    table.finish()
    return read


@dataclass(frozen=True, slots=True)
class _Profiles:
    """The model profiles that the server has."""

    known: Collection[str] | None
    voiceless: Collection[str]
    was_kept: bool = False
    """Whether the office is of a version that was kept."""

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
