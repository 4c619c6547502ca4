"""What to do when a connection is lost, or was never had: the vendor's codes read.

=============== ======================= ======================= ====================================
code            before setup, new       before setup, resuming  while talking
=============== ======================= ======================= ====================================
1007            NEVER: a wrong setup    AFRESH                  AFRESH; NEVER when it comes again
1008            NEVER: no such model    AFRESH: no such session AFRESH
1011            AGAIN                   AGAIN, then AFRESH      AGAIN
1011 with quota NEVER                   NEVER                   NEVER
1000 and others AGAIN                   AFRESH                  AGAIN
0, 1006         AGAIN                   AGAIN                   AGAIN
HTTP 429, 5xx   AGAIN                   AGAIN                   -
other HTTP      NEVER: key, address     NEVER                   -
=============== ======================= ======================= ====================================

1007 while talking is an argument of ours or an exhausted context: the same context would end the
same way, so it is left behind, once. 1011 to a resumption may only mean that the server has not
noticed the old socket's end (it allows one a session), so it is tried twice.
"""

from __future__ import annotations

from enum import Enum, auto

_QUOTA_WORDS = ("quota", "resource_exhausted", "resource exhausted", "billing")


class Remedy(Enum):
    """What helps."""

    AGAIN = auto()
    """Dial again; resume if there is a handle."""
    AFRESH = auto()
    """Dial for a new session, and give it the conversation so far."""
    NEVER = auto()
    """Nothing that this profile has."""


def remedy_for(
    code: int,
    reason: str,
    *,
    is_talking: bool,
    is_resuming: bool,
    tries: int,
    has_left_context: bool,
) -> Remedy:
    """Tell what to do.

    Args:
        code: The close code, or as `mapokezi.voice.wire.ModelProtocol.socket_closed` says.
        reason: What came with it.
        is_talking: Whether the setup had been accepted.
        is_resuming: Whether the connection was dialled with a handle.
        tries: How many attempts have failed in a row before this.
        has_left_context: Whether an exhausted context was left behind just before.
    """
    if 100 <= code <= 599:
        return Remedy.AGAIN if code == 429 or code >= 500 else Remedy.NEVER
    if code in {0, 1006}:
        return Remedy.AGAIN
    if code == 1011:
        words = reason.lower()
        if any(word in words for word in _QUOTA_WORDS):
            return Remedy.NEVER
        again_is_vain = is_resuming and not is_talking and tries > 0
        return Remedy.AFRESH if again_is_vain else Remedy.AGAIN
    if code in {1007, 1008}:
        if is_talking:
            return Remedy.NEVER if code == 1007 and has_left_context else Remedy.AFRESH
        return Remedy.AFRESH if is_resuming else Remedy.NEVER
    return Remedy.AFRESH if is_resuming and not is_talking else Remedy.AGAIN
