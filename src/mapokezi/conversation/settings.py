"""The measures of a conversation, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass, field

from mapokezi.conversation.barge_in import BargeInSettings
from mapokezi.conversation.silence import SilenceSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationSettings:
    """How a conversation is kept. Lengths in seconds."""

    barge_in: BargeInSettings = field(default_factory=BargeInSettings)
    silence: SilenceSettings = field(default_factory=SilenceSettings)
    voice_rungs: int = 1
    """How many voices the office's list holds; the last is usually the local clerk."""
    media_open_s: float = 20.0
    """A call whose media does not open by then is over: the platform gives up sooner."""
    voice_open_s: float = 2.0
    """A voice that is not ready by then is given up; the greeting, or a filler, covers this time,
    and that of the next one."""
    led_turn_end_s: float = 0.8
    """Where a cloud model leads: how long after the caller's voice it may say nothing of a turn."""
    led_turn_least_s: float = 0.6
    """And how long that voice must have lasted: shorter sounds are coughs, doors, "mm"."""
    filler_after_s: float = 1.2
    """After a turn's end without sound of a reply: "one moment"."""
    mute_after_s: float = 2.7
    """A caller who waits for us hears something at least every 3 s (product.md)."""
    call_cap_s: float = 900.0
    """The longest call: a prepaid wallet pays by the second."""
    cap_warning_s: float = 60.0
    """How long before the cap the caller is told."""
    goodbye_cap_s: float = 8.0
    """A goodbye may take this long before the call is closed over it (product.md)."""
    goodbye_grace_s: float = 1.0
    """How long a goodbye's first sound is waited for."""
    finish_sentence_s: float = 3.0
    """A rest of speech up to this long is finished before a line that ends the call."""
    tool_s: float = 8.0
    """A tool that has no result by then is answered with a failure."""
    hand_off_line_s: float = 3.0
    """How long "I'm connecting you" is waited for before we connect without it."""
    hand_off_cap_s: float = 12.0
    """How long it may take altogether."""
    away_cap_s: float = 4 * 3600.0
    """A hand-off that nobody ends by then is taken for ended."""
    voice_stuck_s: float = 60.0
    """A voice edge older than this without any word is not believed any more."""
    playout_stuck_s: float = 10.0
    """Items that should long have been heard are given up after this."""
