"""The phases of a conversation, and what leads from one to the next.

A conversation is two machines side by side. One is slow: where the *call* stands, and that is
the table below. The other is fast: who has the *floor*; it is not one table but four small ones,
each in the module that owns its deadlines:

- who cuts in on whom: `mapokezi.conversation.barge_in`;
- whether a reply is owed, and for how long: `mapokezi.conversation.reply_wait`;
- whether nobody says anything: `mapokezi.conversation.silence`;
- which voice we speak with: `mapokezi.conversation.voice_ladder`.

They meet in `mapokezi.conversation.machine`, which tells each what the others found out, and
nowhere else.

The phases:

- ``WAITING``: the call is announced, the media is not open. Nobody hears anything. A voice may be
  opened meanwhile.
- ``TALKING``: the media is open. The caller is greeted on entering it for the first time only.
  All that is a conversation happens here, and the caller's waiting while somebody is rung for them
  and we stay: from there the way to ``AWAY`` is direct, once they hear each other.
- ``CONNECTING``: the receptionist has decided to pass the caller on and says so. When that was
  heard to its end, the media is closed, for "connecting you" must not be cut by the connection.
  Only a word such as "wait" calls it off.
- ``AWAY``: the media is closed, the dialled leg is on its way. Either the caller talks with a
  person, and the call is over when they have done; or they come back to us, ungreeted.
- ``LEAVING``: a goodbye is being said. When it was heard, or after 8 s, the call is closed; a line
  of ours, whose length is known, is heard out. If the caller has something to add to a goodbye of
  the receptionist's own will, we stay. A goodbye that a limit forced (the cap, a drain, a fault)
  is final.
- ``CLOSED``: nothing follows. Whatever still comes is ignored.

Every phase but ``CLOSED`` has a deadline of its own, so that no sequence of events, and no event
that fails to come, leaves a call without an end:

========== ================================================= ======================
phase      deadline                                          then
========== ================================================= ======================
WAITING    `media_open_s` after the first thing we are told  CLOSED
TALKING    `call_cap_s` after the media opened               LEAVING
CONNECTING `hand_off_cap_s`                                  AWAY
AWAY       `away_cap_s`                                      CLOSED
LEAVING    `goodbye_cap_s`                                   CLOSED
========== ================================================= ======================
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto


class Phase(Enum):
    """Where a call stands."""

    WAITING = auto()
    TALKING = auto()
    CONNECTING = auto()
    AWAY = auto()
    LEAVING = auto()
    CLOSED = auto()


class Step(Enum):
    """What may lead from one phase to another."""

    MEDIA_OPENED = auto()
    HAND_OFF_GRANTED = auto()
    HAND_OFF_CALLED_OFF = auto()
    HAND_OFF_LINE_HEARD = auto()
    HAND_OFF_JOINED = auto()
    GOODBYE_DUE = auto()
    CALLER_WENT_ON = auto()
    OVER = auto()
    """The goodbye was heard, or the caller is gone, or nothing can be said any more."""


PHASES: Mapping[Phase, Mapping[Step, Phase]] = {
    Phase.WAITING: {
        Step.MEDIA_OPENED: Phase.TALKING,
        Step.OVER: Phase.CLOSED,
    },
    Phase.TALKING: {
        Step.HAND_OFF_GRANTED: Phase.CONNECTING,
        Step.HAND_OFF_JOINED: Phase.AWAY,
        Step.GOODBYE_DUE: Phase.LEAVING,
        Step.OVER: Phase.CLOSED,
    },
    Phase.CONNECTING: {
        Step.HAND_OFF_CALLED_OFF: Phase.TALKING,
        Step.HAND_OFF_LINE_HEARD: Phase.AWAY,
        Step.GOODBYE_DUE: Phase.LEAVING,
        Step.OVER: Phase.CLOSED,
    },
    Phase.AWAY: {
        Step.MEDIA_OPENED: Phase.TALKING,
        Step.OVER: Phase.CLOSED,
    },
    Phase.LEAVING: {
        Step.CALLER_WENT_ON: Phase.TALKING,
        Step.HAND_OFF_GRANTED: Phase.CONNECTING,
        Step.OVER: Phase.CLOSED,
    },
    Phase.CLOSED: {},
}
"""A step that a phase does not list is ignored there: the line may tell us things twice or late."""


def next_phase(phase: Phase, step: Step) -> Phase | None:
    """Give the phase that the step leads to, or None if it means nothing in this one."""
    return PHASES[phase].get(step)
