"""What every voice session of a call is told when it opens, but for the talk so far."""

from __future__ import annotations

from collections.abc import Sequence

from mapokezi.bridge import clock
from mapokezi.bridge.call_in_progress import CallInProgress
from mapokezi.receptionist.instructions import instructions_for
from mapokezi.receptionist.office import Office
from mapokezi.voice.session import SessionBriefing


def briefing_for(
    office: Office, call: CallInProgress, message_ids: Sequence[str] = ()
) -> SessionBriefing:
    """Write it.

    Args:
        office: Whose call it is.
        call: The call.
        message_ids: The messages that were saved in it so far.
    """
    done: tuple[str, ...] = ()
    if message_ids:
        done = ("A message was saved for the staff in this call; do not take it again.",)
    instructions = instructions_for(office, clock.wall(), call.caller)
    if done:
        instructions = "\n\n".join((instructions, "Done in this call so far", *done))
    return SessionBriefing(instructions, call.caller, done=done)
