"""What an office is: everything that the receptionist may know, say and do in its name.

Plain values without behaviour. They are read from a folder of TOML and Markdown by
`mapokezi.stores.office_files`, where each key is documented.
"""

from __future__ import annotations

from datetime import date, time
from enum import StrEnum

import msgspec

from mapokezi.calls import OfficeId
from mapokezi.receptionist.caller_rules import CallerRules
from mapokezi.records.executors import DEFAULT_ORDER, Executor
from mapokezi.records.notices import WayKind
from mapokezi.records.retention import KeptFor
from mapokezi.units import E164, Money


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


class RingManner(StrEnum):
    """How several people are rung for one caller."""

    ONE_BY_ONE = "one_by_one"
    ALL_AT_ONCE = "all_at_once"


class AfterHours(StrEnum):
    """What callers get while the office is closed; emergencies are seen to in any case."""

    ANSWER = "answer"
    """Answers, and a message is taken; nobody is put through."""
    MESSAGE = "message"
    """The hours are told and a message is taken, and nothing else."""
    EMERGENCIES = "emergencies"
    """The hours are told; no message is taken that is not urgent."""


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """A span of time in which the office is open, in the office's time zone.

    It belongs to the day on which it begins; see `mapokezi.receptionist.opening_spans`.
    """

    opens: time
    closes: time
    """If it is not later than ``opens``, on the next day: midnight ends the day."""


class Closure(msgspec.Struct, frozen=True, kw_only=True):
    """A span of days on which the office is closed, both ends included."""

    first: date
    last: date
    reason: str
    openings: tuple[Opening, ...] = ()
    """When it is open all the same on each of them: half a day."""


class Hours(msgspec.Struct, frozen=True, kw_only=True):
    """When the office is open."""

    timezone: str = "Africa/Nairobi"
    week: dict[Weekday, tuple[Opening, ...]] = {}
    """A day that is missing or empty is closed. Spans are in order and do not overlap; the last of
    a day may end on the next."""
    holidays_of: str = "KE"
    """ISO 3166 code of the country whose public holidays are kept; empty for none."""
    holiday_openings: tuple[Opening, ...] = ()
    """When it is open on a public holiday; empty: it is closed."""
    open_on: tuple[str, ...] = ()
    """The public holidays, by their names, on which it is open as on any day."""
    closures: tuple[Closure, ...] = ()
    when_closed: AfterHours = AfterHours.ANSWER
    on_break: AfterHours = AfterHours.ANSWER
    """Between two spans of one day."""
    on_holidays: AfterHours | None = None
    """On public holidays and closures; None: as at any time when it is closed."""
    closed_words: str = ""
    """Said between greeting and notice while it is closed."""


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


class Absence(msgspec.Struct, frozen=True, kw_only=True):
    """Days on which somebody is away, both ends included."""

    first: date
    last: date


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
    away: tuple[Absence, ...] = ()
    """When nobody is put through to them, and callers hear when they are back."""
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
    ring_seconds: int = 0
    """For how long their telephone rings for a caller; 0: as long as `HandingOver.ring_seconds`."""
    not_before: time | None = None
    """Earlier in the day no caller is put through to them, in the office's time zone."""
    not_after: time | None = None
    """Later in the day none is. Earlier than ``not_before``: they work over midnight."""
    not_on: tuple[Weekday, ...] = ()
    """On these days none is."""
    deputies: tuple[str, ...] = ()
    """Ids of who is rung next if this person was asked for and does not take the call."""


class Department(msgspec.Struct, frozen=True, kw_only=True):
    """People whom a caller may ask for by what they do together."""

    name: str
    """As in the people's ``departments``: ``conveyancing``."""
    order: tuple[str, ...] = ()
    """Ids of whom is rung, in order; empty: its people as they stand in the file."""
    ring: RingManner | None = None
    """None: as the office."""
    ring_seconds: int = 0
    """0: as each person."""


class HandingOver(msgspec.Struct, frozen=True, kw_only=True):
    """How callers are passed on."""

    executors: tuple[Executor, ...] = DEFAULT_ORDER
    """In which order the ways of passing a caller on are tried, as far as the deployment has them;
    the callback stands behind them in any case."""
    order: tuple[str, ...] = ()
    """Ids of whom is rung for a caller who asks for nobody in particular; then the reception."""
    ring: RingManner = RingManner.ONE_BY_ONE
    ring_seconds: int = 25
    """For how long a telephone rings: five rings, before most mailboxes answer."""
    on_call: tuple[str, ...] = ()
    """Ids of whom is rung for what is urgent, at any hour, their own ``not_before`` and
    ``not_after`` notwithstanding."""
    countries: tuple[str, ...] = ()
    """ISO 3166 codes of the countries whose numbers may be rung; empty: those of the office's own
    numbers."""
    needs_caller_number: bool = False
    """Whether callers who withhold their number are not passed on."""
    departments: tuple[Department, ...] = ()


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


class PriceSaid(StrEnum):
    """How a price may be said."""

    EXACT = "exact"
    FROM = "from"
    """As the lowest that it may be, and never as the price itself."""
    ON_REQUEST = "on_request"
    """No amount: the office's people tell it."""


class PriceRule(msgspec.Struct, frozen=True, kw_only=True):
    """What may be said of one price."""

    id: str
    """Also of the fact that is told: see `mapokezi.receptionist.price_rules.fact_of`."""
    of: str
    """What it is the price of, as it stands within a sentence: ``the first consultation``."""
    asked_as: tuple[str, ...]
    """Ways in which callers ask for it; at least two."""
    say: PriceSaid
    amount: Money | None = None
    """None: no amount may be said."""
    note: str = ""
    """A sentence that is said behind it."""
    source: str
    """Where it stands: ``prices.toml, line 12``."""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked when a message is taken."""

    slot: str
    """``name``, ``number``, ``reason``, ``best_time`` or a word of the office's own."""
    ask: str
    """The question as spoken."""
    required: bool = True


class CallType(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of call, with what is asked in it besides what is asked for any message."""

    id: str
    name: str
    """As the staff read it: ``a new matter``."""
    asked_as: tuple[str, ...]
    """Ways in which callers put such matters; at least two."""
    questions: tuple[Question, ...] = ()
    for_person: str = ""
    """The id of whoever gets the message if the caller names nobody; empty: the office."""


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


class Notices(msgspec.Struct, frozen=True, kw_only=True):
    """How callers are told what the law wants told."""

    languages: tuple[str, ...] = ()
    """In which our own words for it are said, one after the other; empty: in that of the
    greeting."""
    country: str = ""
    """ISO 3166 code of the country whose law it follows; empty: that of the office's number."""
    voice_before: bool = False
    """Whether a voice model or speech server elsewhere may hear callers before they have heard
    that."""


class Office(msgspec.Struct, frozen=True, kw_only=True):
    """An office, whole and checked."""

    id: OfficeId
    version: int = 0
    """Which of its versions this is; 0: none that is kept."""
    name: str
    said_as: str = ""
    numbers: tuple[E164, ...]
    """The telephone numbers it answers."""
    greeting: str
    notice: str
    """The office's own words for what callers must be told, said after the greeting; empty: ours
    (`mapokezi.receptionist.opening_notices`)."""
    notices: Notices = Notices()
    worked_on_abroad: bool = False
    """Whether what callers say goes to another country: the server's word, no file's."""
    goodbye: str = "Thank you for calling. Goodbye."
    hours: Hours = Hours()
    people: tuple[Person, ...] = ()
    facts: tuple[Fact, ...] = ()
    """What may be said of prices is among them, too."""
    prices: tuple[PriceRule, ...] | None = None
    """The prices of which something may be said, and no others; None: the facts decide."""
    message_questions: tuple[Question, ...] = ()
    call_types: tuple[CallType, ...] = ()
    reception: E164 | None = None
    """Whom "a person, please" reaches when nobody is named."""
    vips: tuple[E164, ...] = ()
    """Callers who are put through at any hour, as an urgent call is."""
    blocked: tuple[E164, ...] = ()
    """Callers who are not wanted: see `CallerRules.blocked_get`."""
    callers: CallerRules = CallerRules()
    forbidden_topics: tuple[str, ...] = ()
    """What is never answered, only passed on: ``legal advice``, ``fees beyond the stated ones``."""
    forbidden_asked_as: tuple[str, ...] = ()
    """Ways in which callers ask for what is forbidden: ``will I win my case``."""
    urgent_words: tuple[str, ...] = ()
    emergency_numbers: tuple[str, ...] = ()
    """The numbers that callers in danger are told to dial, two at most; empty: their country's."""
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
    facts_in_instructions: int = 12
    """With no more facts than these a voice model is told them all beforehand; of more it is told
    the titles, and looks up what it says."""
    telling: Telling = Telling()
    hand_off: HandingOver = HandingOver()
    webhooks: tuple[Webhook, ...] = ()
    keeps: KeptFor = KeptFor()
    """For how long what callers leave behind is kept."""
