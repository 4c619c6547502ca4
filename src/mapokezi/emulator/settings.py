"""What an emulated phone platform is set to: numbers, prices, and how it behaves.

Where the sources of the contract disagree about the real platform, both behaviours are modes here
(``contract/sautikit.md`` section 12).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from mapokezi.emulator.billing import Rates
from mapokezi.emulator.callees import NOBODY, CalleeScript

Synthesiser = Callable[[str, str], Awaitable[bytes]]
"""Speaks ``(text, language)``: S16LE mono PCM at 16 kHz. The language may be empty."""


class AliasStyle(StrEnum):
    """Which names a callback's fields go by."""

    CAMEL = "camel"
    """``sessionId``, ``callerNumber``: what the platform was really seen to post."""
    TITLE = "title"
    """``CallSid``, ``From``, ``Digits``: the SDK's README."""
    SNAKE = "snake"
    """``call_id``, ``from``, ``duration_seconds``: the documented event envelope."""


class NumberForm(StrEnum):
    """How numbers are written in a callback; all three occur."""

    PLUS = "+254722000000"
    BARE = "254722000000"
    NATIONAL = "0722000000"


class CallState(StrEnum):
    """``callSessionState`` of a callback."""

    RINGING = "Ringing"
    ANSWERED = "Answered"
    COMPLETED = "Completed"
    STREAM_STARTED = "StreamStarted"
    STREAM_STOPPED = "StreamStopped"
    STREAM_ERROR = "StreamError"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    FAILED = "failed"
    DIAL_COMPLETED = "DialCompleted"


class AfterStream(StrEnum):
    """What follows when the other side ends the stream (or it never opened)."""

    DOCUMENTED = "documented"
    """As the use-case page has it: the document's next verb runs; if there is none the voice URL
    is asked, with the state ``StreamStopped``, and its answer is obeyed."""
    DOCUMENTED_ASK_FIRST = "documented_ask_first"
    """The voice URL is always asked; an empty answer lets the next verb run."""
    OBSERVED = "observed"
    """As the integrator saw it: dead air until somebody hangs up; only the events URL is told."""
    HANGUP = "hangup"
    """The call ends."""


class AfterDial(StrEnum):
    """How the voice URL hears of a dialled leg that ended without a conversation."""

    REPORT_THEN_ASK = "report_then_ask"
    """A lifecycle post with the outcome, whose answer is not looked at; then, if the document has
    no verb left, a fresh callback (``Answered``, ``isActive`` 1) whose answer is obeyed."""
    REPORT_IS_QUESTION = "report_is_question"
    """One post with the outcome, whose answer is obeyed; an empty one lets the next verb run."""


class Hold(StrEnum):
    """What holds the call while a connected stream lives (``media-module.md`` section 3)."""

    WRITES = "writes"
    """Writes silence all the time and survives killAudio, as SautiKit's must."""
    NEVER_WRITES = "never_writes"
    """A plain park: the stream's sound is never heard and piles up."""
    ENDS_ON_KILL = "ends_on_kill"
    """A playback of silence: the first killAudio ends it and the next verb runs."""


class MetadataForm(StrEnum):
    """The first text message of a stream; its real keys are not known."""

    FULL = "full"
    NESTED = "nested"
    MINIMAL = "minimal"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class PostStyle:
    """How callbacks are written."""

    json: bool = False
    """JSON instead of a form."""
    aliases: AliasStyle = AliasStyle.CAMEL
    nest_under: str = ""
    """JSON only: put the fields under ``call``, ``payload`` or ``data``."""
    number_form: NumberForm = NumberForm.PLUS
    swap_numbers: bool = False
    """Caller and dialled number exchanged, as seen on WebRTC calls."""
    without_session_id: bool = False
    first_state: CallState = CallState.RINGING
    """A first callback may also say ``Answered`` or ``Completed``."""
    first_post_twice: bool = False
    """Post the first callback twice at once; only the first copy's answer is obeyed."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number on the platform and its routing."""

    e164: str
    voice_url: str
    events_url: str = ""
    signing_secret: str = ""
    """Signs what is posted for this number; unsigned if empty."""


@dataclass(frozen=True, slots=True)
class EmulatorSettings:
    """Everything that can be set on an emulated platform."""

    numbers: tuple[Number, ...] = ()
    host: str = "127.0.0.1"
    port: int = 0
    """0: any free one; see ``Emulator.base_url``."""
    api_key: str = "tskey_live_emulator"
    """What REST calls must carry as ``Authorization: Bearer``."""
    callees: Mapping[str, CalleeScript] = field(default_factory=dict)
    """Who answers which number, E.164."""
    unknown_callee: CalleeScript = NOBODY
    posts: PostStyle = PostStyle()
    after_stream: AfterStream = AfterStream.DOCUMENTED
    after_dial: AfterDial = AfterDial.REPORT_THEN_ASK
    tell_dial_outcome: bool = True
    """Say in the posts after a dial what came of it; whether the real platform does is not
    known."""
    hold: Hold = Hold.WRITES
    metadata: MetadataForm = MetadataForm.FULL
    digits_on_stream: bool = False
    """Also send pressed keys as text on the stream; no SautiKit source says that it does."""
    empty_binary_at_end: bool = False
    """Send one empty binary before the close at hang-up, as a graceful shutdown does."""
    same_name_fails: bool = False
    """A second stream of the same name on one call fails, as a second start of the bare module
    does (its bug stays after our close)."""
    stale_connect: bool = True
    """The module's fault: after a handshake that timed out the next stream stays mute."""
    rates: Rates = field(default_factory=Rates)
    webhook_timeout_s: float = 10.0
    """The integrator's note says below 10 s."""
    handshake_timeout_s: float = 10.0
    """Measured on the media module."""
    unheld_s: float = 1.0
    """How long a call lasts whose document neither connects nor holds."""
    play_hosts: frozenset[str] | None = None
    """Hosts that Play may fetch from; None: any."""
    synthesiser: Synthesiser | None = None
    """Speaks Say; a tone a word without one."""
    recordings: Path | None = None
    """Where Record keeps its WAV files; a temporary folder if None."""


def named_number(settings: EmulatorSettings, e164: str) -> Number | None:
    """Find a number of the platform's own."""
    return next((number for number in settings.numbers if number.e164 == e164), None)
