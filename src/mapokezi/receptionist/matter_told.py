"""A matter of one of the office's kinds of call, told and not asked about.

Who says "my kitchen tap is leaking" wants it seen to: what the office has to say about repairs is
half of the answer, and a message, with what that kind of call asks for, is the other half. Who
asks "who repairs a tap?" has the answer with the fact.
"""

from __future__ import annotations

import re

from mapokezi.receptionist.office import CallType
from mapokezi.receptionist.replies import Reply
from mapokezi.receptionist.swahili import in_english
from mapokezi.receptionist.turns import Asked, ClerkTurn

_QUESTION = re.compile(
    r"^(?:(?:hello|hi|hey|good|morning|afternoon|evening|okay|yes|and|so|but|please|sorry|excuse"
    r" me|madam|sir|just|tell me) )*"
    r"(?:what|where|when|which|who|whom|whose|how|why|do|does|did|is|are|am|can|could|will|would"
    r"|may|should|shall|have you|has)\b(?! to\b)"
)


def is_question(said: str) -> bool:
    """Say whether plain text begins as a question does."""
    return _QUESTION.match(said) is not None


def matter_told(reply: Reply, said: str) -> CallType | None:
    """Give the kind of call whose matter was told; None within a message, and for a question.

    Args:
        reply: the reply so far.
        said: plain.
    """
    if reply.state.draft is not None or _QUESTION.match(in_english(said)):
        return None
    return reply.known.types.of(said)


def offer_for_matter(reply: Reply, said: str) -> None:
    """Ask whether a message is to be taken about a matter that was told."""
    reply.set(pending_reason=said)
    reply.ask("shall_i_take_one", Asked.TAKE_MESSAGE_OFFER)


def answer_matter(reply: Reply, said: str, deed: str) -> ClerkTurn:
    """Offer a message about a matter of which nothing can be told."""
    offer_for_matter(reply, said)
    return reply.done(deed)
