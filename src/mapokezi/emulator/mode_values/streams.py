"""What becomes of a stream, and what the media module does (``contract/media-module.md``)."""

from __future__ import annotations

from enum import StrEnum


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
