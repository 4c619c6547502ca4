"""What an office is: everything that the receptionist may know, say and do in its name.

Plain values without behaviour. They are read from a folder of TOML and Markdown by
`mapokezi.stores.office_files`, where each key is documented.
"""

from __future__ import annotations

from datetime import date, time
from enum import StrEnum

import msgspec

from mapokezi.calls import OfficeId
from mapokezi.records.notices import WayKind
from mapokezi.records.retention import KeptFor
from mapokezi.units import E164


class Weekday(StrEnum):
    """A day of the week, as the office files name it."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


class TailKind(StrEnum):
    """What the platform does if our media side cannot take the call."""

    RECORD = "record"
    DIAL = "dial"


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """A span of a day in which the office is open, in the office's time zone."""

    opens: time
    closes: time
    """Later than ``opens`` on the same day."""


class Closure(msgspec.Struct, frozen=True, kw_only=True):
    """A span of days on which the office is closed, both ends included."""

    first: date
    last: date
    reason: str


class Hours(msgspec.Struct, frozen=True, kw_only=True):
    """When the office is open."""

    timezone: str = "Africa/Nairobi"
    week: dict[Weekday, tuple[Opening, ...]] = {}
    """A day that is missing or empty is closed. Spans are in order and do not overlap."""
    holidays_of: str = "KE"
    """ISO 3166 code of the country whose public holidays are kept; empty for none."""
    closures: tuple[Closure, ...] = ()


class QuietSpan(msgspec.Struct, frozen=True, kw_only=True):
    """A span of every day in which somebody is told of urgent matters only."""

    begins: time
    ends: time
    """Earlier than ``begins``: on the next day."""


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """A way by which somebody is told."""

    way: str
    """Its name in the operator's settings, where its account is: ``sms``, ``email``."""
    to: str = ""
    """The address: a number, an e-mail address, a channel; empty if the way knows only one."""
    kind: WayKind = WayKind.CHAT
    urgent_only: bool = False
    """Used for urgent matters only."""


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody of the office whom a caller may ask for."""

    id: str
    name: str
    role: str
    """As said to a caller: ``advocate for land and property``."""
    aliases: tuple[str, ...] = ()
    """Other names: ``Mr Kamau``, ``Wakili``."""
    heard_as: tuple[str, ...] = ()
    """How recognisers are known to write the name: ``Oceano`` for Otieno."""
    said_as: str = ""
    """A spelling that makes the local voice say the name well; empty if the name itself does."""
    mobile: E164 | None = None
    """Where a hand-off rings; without one the person takes messages only."""
    takes_calls: bool = True
    departments: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    """What they deal with, in words a caller would use: ``land``, ``title deeds``."""
    ways: tuple[Way, ...] = ()
    """How they are told, the best one first. Of an urgent matter by all of them; of others by the
    first one, and by the next one if that fails."""
    language: str = ""
    """In which they are told, ``en`` or ``sw``; empty: in the office's."""
    quiet: tuple[QuietSpan, ...] = ()
    """When they are not told of what is not urgent, in the office's time zone."""
    quiet_days: tuple[Weekday, ...] = ()
    """On which days they are not, from midnight to midnight."""
    escalate_to: str = ""
    """The id of the person who is told if this one does not take a task in its time; empty: the
    next one of the office's order."""


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """Something the office has told us and that may be said, with its source."""

    id: str
    title: str
    answer: str
    """What is said, as it is said: one to three short sentences."""
    asked_as: tuple[str, ...]
    """Ways in which callers ask for it; at least two."""
    source: str
    """Where it stands: ``facts.md, line 12``."""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked when a message is taken."""

    slot: str
    """``name``, ``number``, ``reason``, ``best_time`` or a word of the office's own."""
    ask: str
    """The question as spoken."""
    required: bool = True


class Fallback(msgspec.Struct, frozen=True, kw_only=True):
    """What the caller hears if the receptionist cannot take the call at all."""

    say: str = "Thank you for calling. Please leave your name and number after the tone."
    then: TailKind = TailKind.RECORD
    dial: E164 | None = None
    """Needed if ``then`` is ``dial``."""


class Telling(msgspec.Struct, frozen=True, kw_only=True):
    """Who of the office is told, and how soon the next one."""

    order: tuple[str, ...] = ()
    """Ids of people: who is told of what is for nobody in particular, and who is next if nobody
    takes it."""
    digest_to: tuple[str, ...] = ()
    """Ids of the people who get the day in short."""
    language: str = "en"
    """In which callers are texted, and people without a language of their own are told."""
    take_within_minutes: int = 60
    """A task that nobody has taken by then goes to the next person."""
    urgent_within_minutes: int = 10
    """The same for an urgent one."""
    text_callers: str = ""
    """The way, of kind SMS, by which a caller is texted whose call was lost; empty: never."""


class Webhook(msgspec.Struct, frozen=True, kw_only=True):
    """A system of the office's own that is told what happens."""

    name: str
    url: str
    """``https://``, without a password in it: its secret is the operator's."""
    events: tuple[str, ...] = ()
    """Of which types of events it is told; empty: of all."""


class Office(msgspec.Struct, frozen=True, kw_only=True):
    """An office, whole and checked."""

    id: OfficeId
    name: str
    said_as: str = ""
    numbers: tuple[E164, ...]
    """The telephone numbers it answers."""
    greeting: str
    notice: str
    """Said after the greeting: that the receptionist is automated, that the call is recorded."""
    goodbye: str = "Thank you for calling. Goodbye."
    hours: Hours = Hours()
    people: tuple[Person, ...] = ()
    facts: tuple[Fact, ...] = ()
    message_questions: tuple[Question, ...] = ()
    reception: E164 | None = None
    """Whom "a person, please" reaches when nobody is named."""
    forbidden_topics: tuple[str, ...] = ()
    """What is never answered, only passed on: ``legal advice``, ``fees beyond the stated ones``."""
    forbidden_asked_as: tuple[str, ...] = ()
    """Ways in which callers ask for what is forbidden: ``will I win my case``."""
    urgent_words: tuple[str, ...] = ()
    fallback: Fallback = Fallback()
    models: tuple[str, ...] | None = None
    """The voice models that answer, by their profiles' names, in the order in which they are tried;
    None: the server's own list. The clerk stands behind them in any case."""
    voices: dict[str, str] = {}
    """The voice that the office has chosen for a model profile, by the profile's name; a profile
    that is not in it speaks with its own."""
    record_calls: bool = True
    call_cap_minutes: int = 15
    call_cap_per_number_per_minute: int = 6
    telling: Telling = Telling()
    webhooks: tuple[Webhook, ...] = ()
    keeps: KeptFor = KeptFor()
    """For how long what callers leave behind is kept."""
