"""How an emulated platform behaves: one value for every mode.

A *mode* is a name and a value, ``after-close=observed``. `mode_values` has what each value means,
`modes` what each mode is about; it reads them, and lays those of a number and of a call over those
of the platform.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from mapokezi.emulator.mode_values.account import (
    CdrMode,
    ConferenceMode,
    KeyState,
    Listing,
    NumberState,
    RecordingMode,
    RestFault,
    Rounding,
    RoutingPath,
    WalletMode,
)
from mapokezi.emulator.mode_values.posts import (
    AfterDial,
    AliasStyle,
    DialTold,
    Envelope,
    EventHeaders,
    FirstPost,
    FirstState,
    Form,
    Nesting,
    NumberForm,
    Parties,
    Posting,
    Presence,
    Retries,
    Signing,
)
from mapokezi.emulator.mode_values.streams import (
    AfterClose,
    AfterTimeout,
    Channel,
    Hold,
    Keys,
    Marks,
    MetadataForm,
    Moment,
    PlayoutLock,
    Pongs,
    SameName,
    StreamEnd,
    StreamFault,
    Tracks,
)


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One value for every mode. A field's name with hyphens is the mode's."""

    # -- posts --
    post_format: Form = Form.FORM
    post_names: AliasStyle = AliasStyle.CAMEL
    post_nesting: Nesting = Nesting.NONE
    post_numbers: NumberForm = NumberForm.PLUS
    post_parties: Parties = Parties.STRAIGHT
    post_session_id: Presence = Presence.GIVEN
    first_state: FirstState = FirstState.RINGING
    first_post: FirstPost = FirstPost.ONCE
    later_posts: Posting = Posting.PROMPT
    signature: Signing = Signing.GOOD
    voice_retries: int = 0
    webhook_timeout_s: float = 10.0
    # -- events --
    event_envelope: Envelope = Envelope.RAW
    event_headers: EventHeaders = EventHeaders.KIND
    event_posts: Posting = Posting.PROMPT
    event_retries: Retries = Retries.DAYS
    # -- the stream --
    after_close: AfterClose = AfterClose.DOCUMENTED
    stream_fault: StreamFault = StreamFault.NONE
    stream_fault_s: float = 2.0
    stream_start: Moment = Moment.PROMPT
    handshake_timeout_s: float = 10.0
    both_tracks: Tracks = Tracks.STEREO
    channel: Channel = Channel.NARROW
    metadata: MetadataForm = MetadataForm.FULL
    keys: Keys = Keys.IN_BAND
    hold: Hold = Hold.WRITES
    marks: Marks = Marks.OFF
    pongs: Pongs = Pongs.ANSWERED
    playout_lock: PlayoutLock = PlayoutLock.SURE
    stream_end: StreamEnd = StreamEnd.CLOSE
    same_name: SameName = SameName.ALLOWED
    after_timeout: AfterTimeout = AfterTimeout.MUTE_NEXT
    unheld_s: float = 1.0
    # -- further legs --
    after_dial: AfterDial = AfterDial.REPORT_THEN_ASK
    dial_outcome: DialTold = DialTold.TOLD
    conference: ConferenceMode = ConferenceMode.WORKS
    # -- the account --
    number: NumberState = NumberState.ACTIVE
    wallet: WalletMode = WalletMode.AS_IT_IS
    rounding: Rounding = Rounding.SECOND
    inbound_per_min: int = 0
    outbound_per_min: int = 300
    cdr: CdrMode = CdrMode.PROMPT
    recording: RecordingMode = RecordingMode.AT_ONCE
    # -- the REST API --
    available: Listing = Listing.WRAPPED
    routing: RoutingPath = RoutingPath.ANY
    rest: RestFault = RestFault.NONE
    rest_times: int = 0
    api_key: KeyState = KeyState.GOOD

    def __post_init__(self) -> None:
        """Let nothing but a mode's own values stand."""
        for name in self.__slots__:
            kind = type(Behaviour.__dataclass_fields__[name].default)
            if issubclass(kind, Enum) and not isinstance(getattr(self, name), kind):
                raise TypeError(f"{name} is a {kind.__name__}")


DEFAULTS = Behaviour()
"""What the platform is most likely like; where that is not known, as its own pages have it."""
