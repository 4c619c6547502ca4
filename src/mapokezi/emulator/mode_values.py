"""The values that modes can have, and what each means.

Where the sources of the contract disagree about the real platform, each behaviour is a value here
(``contract/sautikit.md`` sections 10 to 12, ``contract/media-module.md``).
"""

from __future__ import annotations

from enum import StrEnum


class Form(StrEnum):
    """How a post's body is written."""

    FORM = "form"
    JSON = "json"


class AliasStyle(StrEnum):
    """Which names a callback's fields go by."""

    CAMEL = "camel"
    """``sessionId``, ``callerNumber``: what the platform was really seen to post."""
    TITLE = "title"
    """``CallSid``, ``From``, ``Digits``: the SDK's README."""
    SNAKE = "snake"
    """``call_id``, ``from``, ``duration_seconds``: the documented event envelope."""


class Nesting(StrEnum):
    """Under which key the fields of a post lie. Other than none, the body is JSON."""

    NONE = "none"
    CALL = "call"
    PAYLOAD = "payload"
    DATA = "data"


class NumberForm(StrEnum):
    """How numbers are written in a callback; all three occur."""

    PLUS = "plus"
    """``+254722000000``"""
    BARE = "bare"
    """``254722000000``"""
    NATIONAL = "national"
    """``0722000000``"""


class Parties(StrEnum):
    """Who stands as caller in a post."""

    STRAIGHT = "straight"
    SWAPPED = "swapped"
    """Caller and dialled number exchanged, as seen on WebRTC calls."""


class Presence(StrEnum):
    """Whether a post carries the session's id."""

    GIVEN = "given"
    MISSING = "missing"


class FirstState(StrEnum):
    """What the first callback says the call's state is."""

    RINGING = "ringing"
    ANSWERED = "answered"
    COMPLETED = "completed"


class FirstPost(StrEnum):
    """How often the first callback is posted."""

    ONCE = "once"
    TWICE = "twice"
    """Twice at once; only the first copy's answer is obeyed."""


class Posting(StrEnum):
    """How posts arrive whose answer is not looked at."""

    PROMPT = "prompt"
    LATE = "late"
    """After some seconds."""
    TWICE = "twice"
    SHUFFLED = "shuffled"
    """Each after a wait of its own, so that they overtake one another."""
    NONE = "none"


class Signing(StrEnum):
    """How posts are signed, where the number has a secret."""

    GOOD = "good"
    NONE = "none"
    BARE = "bare"
    """The older form: the hex alone, over the body alone."""
    WRONG = "wrong"
    """By a secret that is not the number's."""
    STALE = "stale"
    """Rightly, but ten minutes ago."""


class Envelope(StrEnum):
    """The body of an event (contract section 8)."""

    RAW = "raw"
    """The PBX's own body, as the SDK says it is passed on."""
    A = "a"
    """Documented: ``kind``, ``event_id``, ``occurred_at``, ``data``."""
    B = "b"
    """The guide to S3: ``event_kind``, ``event_id``, ``payload``."""


class EventHeaders(StrEnum):
    """Which headers name an event's kind."""

    KIND = "kind"
    """``X-Sautikit-Event-Kind``"""
    EVENT = "event"
    """``X-Sautikit-Event``"""
    NONE = "none"


class Retries(StrEnum):
    """When an event that was not taken is posted again."""

    DAYS = "days"
    """Eight attempts, 30 s to 24 h apart: the blog and the concept page."""
    SECONDS = "seconds"
    """Five attempts within 31 s: the event pages."""
    NONE = "none"


class AfterClose(StrEnum):
    """What follows when the other side ends the stream (or it never opened)."""

    DOCUMENTED = "documented"
    """As the use-case page has it: the document's next verb runs; if there is none the voice URL
    is asked, with the state ``StreamStopped``, and its answer is obeyed."""
    ASK_FIRST = "ask-first"
    """The voice URL is always asked; an empty answer lets the next verb run."""
    OBSERVED = "observed"
    """As the integrator saw it: dead air until somebody hangs up; only the events URL is told."""
    BY_CLOSE = "by-close"
    """As documented where the socket is closed; asked by text, nothing happens."""
    HANGUP = "hangup"
    """The call ends."""


class StreamFault(StrEnum):
    """What is wrong with a call's streams."""

    NONE = "none"
    REFUSED = "refused"
    """The platform cannot connect, and says so."""
    UNREACHABLE = "unreachable"
    """The handshake gets no answer, and no event tells."""
    MUTE = "mute"
    """Opens; nothing goes in or out, and no event tells."""
    CUT = "cut"
    """The connection breaks without a close frame, after ``stream-fault-s``."""
    FROZEN = "frozen"
    """The socket stays, and nothing moves on it any more, after ``stream-fault-s``."""


class Moment(StrEnum):
    """When a stream's handshake begins."""

    PROMPT = "prompt"
    LATE = "late"
    """0.7 s late: the sound since the start comes first, in one large message."""


class Tracks(StrEnum):
    """What ``track="both_tracks"`` gives."""

    STEREO = "stereo"
    MIXED = "mixed"
    MONO = "mono"


class Channel(StrEnum):
    """The rate of the call's own channel; the media module's pre-buffer depends on it."""

    NARROW = "narrow"
    """8 kHz: the telephone network."""
    WIDEBAND = "wideband"
    """16 kHz."""


class MetadataForm(StrEnum):
    """The first text message of a stream; its real keys are not known."""

    FULL = "full"
    NESTED = "nested"
    MINIMAL = "minimal"
    NONE = "none"
    CUT = "cut"
    """Longer than the module's 8,192 bytes: cut there, which breaks its JSON."""


class Keys(StrEnum):
    """How the other side of a stream learns of a pressed key. GetDigits always does."""

    IN_BAND = "in-band"
    """Tones in the caller's sound."""
    TEXT = "text"
    """A text message, as jambonz sends it."""
    BOTH = "both"
    NONE = "none"
    """Not at all, as measured on the bare module: RFC 2833 digits stay in the PBX."""


class Hold(StrEnum):
    """What holds the call while a connected stream lives (``media-module.md`` section 3)."""

    WRITES = "writes"
    """Writes silence all the time and survives killAudio, as SautiKit's must."""
    NEVER_WRITES = "never-writes"
    """A plain park: the stream's sound is never heard and piles up."""
    ENDS_ON_KILL = "ends-on-kill"
    """A playback of silence: the first killAudio ends it and the next verb runs."""


class Marks(StrEnum):
    """Whether marks come back, and how true they are."""

    OFF = "off"
    EXACT = "exact"
    """As measured where no rate is changed, with the lag after a killAudio."""
    WRONG = "wrong"
    """As measured on a resampled channel: two at once, the others with a later utterance."""


class StreamEnd(StrEnum):
    """What comes before the close 1000 at a hang-up."""

    CLOSE = "close"
    EMPTY_FIRST = "empty-first"
    """One empty binary, as a graceful shutdown sends."""


class SameName(StrEnum):
    """A second stream of the same name on one call."""

    ALLOWED = "allowed"
    FAILS = "fails"
    """As a second start of the bare module does: its name stays taken after our close."""


class AfterTimeout(StrEnum):
    """The stream after one whose handshake timed out."""

    MUTE_NEXT = "mute-next"
    """Stays mute: a fault of the module, measured."""
    NORMAL = "normal"


class Pongs(StrEnum):
    """Whether pings are answered."""

    ANSWERED = "answered"
    NONE = "none"


class PlayoutLock(StrEnum):
    """Whether the module always gets its lock when a message comes."""

    SURE = "sure"
    MISSES = "misses"
    """Each tenth message is kept until the next comes; trailing zeros cure it."""


class AfterDial(StrEnum):
    """How the voice URL hears of a dialled leg that ended without a conversation."""

    REPORT_THEN_ASK = "report-then-ask"
    """A lifecycle post with the outcome, whose answer is not looked at; then, if the document has
    no verb left, a fresh callback (``Answered``, ``isActive`` 1) whose answer is obeyed."""
    REPORT_IS_QUESTION = "report-is-question"
    """One post with the outcome, whose answer is obeyed; an empty one lets the next verb run."""


class DialTold(StrEnum):
    """Whether the posts after a dial say what came of it."""

    TOLD = "told"
    UNTOLD = "untold"


class ConferenceMode(StrEnum):
    """How conference rooms behave; nobody is known to have used one with a stream."""

    WORKS = "works"
    NO_EVENTS = "no-events"
    """Members are joined, and nobody is told."""
    REFUSED = "refused"
    """The verb is passed over."""


class NumberState(StrEnum):
    """Where a number stands."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    """Callers hear the platform's message, nothing is posted, nothing can be originated."""


class WalletMode(StrEnum):
    """What the prepaid wallet holds."""

    AS_IT_IS = "as-it-is"
    """Its balance, which calls and numbers are charged to."""
    EMPTY = "empty"
    """Nothing: no outbound leg is dialled, 402."""
    LOW = "low"
    """Less than its threshold, and enough for some calls."""


class RecordingMode(StrEnum):
    """When a recording can be had."""

    AT_ONCE = "at-once"
    PENDING = "pending"
    """202 for 30 s, then 302."""
    LATE = "late"
    """404 for 5 s, then 302: the race after a hang-up."""
    MISSING = "missing"
    """404."""
    GONE = "gone"
    """410, deleted before it was captured."""


class CdrMode(StrEnum):
    """When a call's cost is known."""

    PROMPT = "prompt"
    """0.3 s after the end."""
    LATE = "late"
    """4 s after it."""
    NEVER = "never"


class Rounding(StrEnum):
    """What a begun unit of a call is counted as."""

    SECOND = "second"
    """The seed and the page on Kenya."""
    MINUTE = "minute"
    """Started minutes in full: the page on calls."""


class RestFault(StrEnum):
    """What is wrong with the REST API."""

    NONE = "none"
    RATE_LIMITED = "429"
    FAILS = "500"
    DOWN = "503"
    SLOW = "slow"
    """Answers after four seconds."""
    DROPPED = "dropped"
    """The connection is closed without an answer."""
    GARBLED = "garbled"
    """200 with half a body."""


class KeyState(StrEnum):
    """What the API key is good for."""

    GOOD = "good"
    INVALID = "invalid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    NO_SCOPE = "no-scope"
    SUSPENDED = "suspended"
    """The account is suspended."""


class Listing(StrEnum):
    """The shape of the list of numbers for sale."""

    WRAPPED = "wrapped"
    """``{"available": [...]}``, as the integrator receives it."""
    BARE = "bare"
    """The list alone: the pages."""


class RoutingPath(StrEnum):
    """By which requests a number's routing can be changed."""

    ANY = "any"
    PUT = "put"
    """``PUT /v1/numbers/{id}/routing`` alone: the integrator's client."""
    PATCH = "patch"
    """``PATCH /v1/numbers/{id}/routing`` alone: the pages."""
    SEED = "seed"
    """``PATCH /v1/numbers/{id}`` alone: the seed page."""
