"""How the clerk takes a call up that a cloud model has led so far.

The clerk has no memory of it, only the turns and the fields that were gathered from them. A
message that was being taken goes on with these fields: what the caller has confirmed is not asked
for again, and the question that is open is not asked again either. If nothing was gathered, the
clerk goes through the caller's answers as if it had asked for them (both ask an office's questions
in the office's order, and the clerk reads everything back before it is saved). Without a message
it takes the last turn alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mapokezi.receptionist.clerk import Clerk
from mapokezi.receptionist.known_fields import Gathered
from mapokezi.receptionist.tools import HAND_OVER
from mapokezi.receptionist.turns import ClerkState, ClerkTurn, Heard
from mapokezi.voice.session import NOT_UNDERSTOOD, SessionBriefing

_MOST_TURNS = 16
"""A message takes some ten turns; what lies further back is settled."""
_BEGINS_MESSAGE = "start_message"
_NOT_TAKEN = frozenset({"unclear", "dont_know", "refuse", "wait", "repeat"})
"""What the clerk makes of words that answered another question than its own."""


@dataclass(frozen=True, slots=True)
class TakenUp:
    """Where the clerk stands when it takes over."""

    state: ClerkState
    turn: ClerkTurn | None = None
    """Its reply, if the caller waits for one."""


def take_up(
    clerk: Clerk, state: ClerkState, briefing: SessionBriefing, now_wall: datetime
) -> TakenUp:
    """Work out where the talk stands, and what is to be said now.

    Args:
        clerk: The office's.
        state: As the clerk begins a call.
        briefing: What the session is told that takes over.
        now_wall: The wall clock, aware.
    """
    said = [turn.text for turn in briefing.history if turn.speaker == "caller"][-_MOST_TURNS:]
    if not said:
        return TakenUp(state)
    if said[-1] == NOT_UNDERSTOOD:
        said[-1] = ""
    begun = None if briefing.done else _where_a_message_began(clerk, state, said, now_wall)
    gathered = clerk.gathered(briefing.history, state.caller_number)
    if gathered.fields and not briefing.done:
        if begun is not None:
            state = clerk.hear(state, Heard(said[begun]), now_wall).state
        waits_for = said[-1] if briefing.reply_owed else None
        return _with_fields(clerk, state, gathered, waits_for, now_wall)
    if begun is None:
        if not briefing.reply_owed:
            return TakenUp(state)
        turn = clerk.hear(state, Heard(said[-1]), now_wall)
        return TakenUp(turn.state, turn)
    turn = clerk.hear(state, Heard(said[begun]), now_wall)
    for text in said[begun + 1 :]:
        further = clerk.hear(turn.state, Heard(text), now_wall)
        if further.deed not in _NOT_TAKEN and not further.proposals:
            turn = further
    if not briefing.reply_owed:
        return TakenUp(turn.state)
    last = clerk.hear(turn.state, Heard(said[-1]), now_wall)
    if any(proposal.name == HAND_OVER for proposal in last.proposals):
        turn = last
    # Nothing else is done on words that were said to another voice: the caller confirms it again.
    return TakenUp(turn.state, turn)


def _with_fields(
    clerk: Clerk, state: ClerkState, gathered: Gathered, waits_for: str | None, now_wall: datetime
) -> TakenUp:
    """Go on with what the caller has told of themselves; ``waits_for`` is None if nobody waits."""
    turn = clerk.take_over(state, gathered, waits_for or "", now_wall)
    if waits_for is None:
        return TakenUp(turn.state)
    if not waits_for:  # nobody knows what the caller said
        turn = clerk.hear(turn.state, Heard(""), now_wall)
    return TakenUp(turn.state, turn)


def _where_a_message_began(
    clerk: Clerk, state: ClerkState, said: list[str], now_wall: datetime
) -> int | None:
    """Find the caller's newest turn that asks for a message to be taken."""
    for place in range(len(said) - 1, -1, -1):
        deed = clerk.hear(state, Heard(said[place]), now_wall).deed
        if deed.startswith(_BEGINS_MESSAGE):
            return place
    return None
