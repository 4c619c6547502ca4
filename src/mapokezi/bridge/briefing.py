"""What every voice session of a call is told when it opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mapokezi.bridge import clock
from mapokezi.bridge.call_in_progress import CallInProgress
from mapokezi.receptionist.instructions import instructions_for
from mapokezi.receptionist.known_callers import ONLY_MESSAGES, RANG_BACK
from mapokezi.receptionist.known_fields import fields_told, gather
from mapokezi.receptionist.language import instruction_for
from mapokezi.receptionist.office import Office
from mapokezi.voice.session import NOT_UNDERSTOOD, NotReached, PastTurn, SessionBriefing


def briefing_for(
    office: Office,
    call: CallInProgress,
    message_ids: Sequence[str] = (),
    history: tuple[PastTurn, ...] = (),
    *,
    not_reached: NotReached = NotReached.FAILED,
) -> SessionBriefing:
    """Write it, but for whether a reply is owed.

    Args:
        office: Whose call it is.
        call: The call.
        message_ids: The messages that were saved in it so far.
        history: The talk so far, as it was heard.
        not_reached: What came of the hand-off from which the caller comes back, if they do.
    """
    done: tuple[str, ...] = ()
    if message_ids:
        done = ("A message was saved for the staff in this call; do not take it again.",)
    gathered = gather(office, office.message_questions, history, call.caller)
    parts = [
        instructions_for(office, clock.wall(), call.caller, call.known),
        ONLY_MESSAGES if call.only_messages else "",
        RANG_BACK if call.rings_back is not None else "",
        fields_told(gathered.fields),
    ]
    parts.append(instruction_for(turn.text for turn in history if turn.speaker == "caller"))
    if done:
        parts.append("\n".join(("Done in this call so far", *done)))
    return SessionBriefing(
        "\n\n".join(part for part in parts if part),
        call.caller,
        history,
        done=done,
        fields=gathered.fields,
        pending_question=gathered.question,
        not_reached=not_reached,
    )


def taking_over(briefing: SessionBriefing) -> SessionBriefing:
    """Add to the instructions how a voice goes on with a talk that another one has led.

    Args:
        briefing: Whole, with whether a reply is owed.
    """
    if not briefing.history:
        return briefing
    parts = [briefing.instructions, "You take this call over in the middle of it: do not greet."]
    question, last = briefing.pending_question, briefing.history[-1]
    if question:
        parts[-1] += f' The caller was asked last: "{question}"'
    if briefing.came_back_from is not None:
        pass  # what is said now, the protocol knows
    elif not briefing.reply_owed:
        parts[-1] += " Nobody waits for you: say nothing until the caller speaks."
    elif last.text == NOT_UNDERSTOOD:
        parts[-1] += " What they said then was lost: ask them to say it again."
    elif question:
        parts[-1] += " Take their last words as the answer if they are one, and go on from there."
    return replace(briefing, instructions="\n\n".join(parts))
