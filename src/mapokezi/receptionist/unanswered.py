"""What is done when the words are neither yes nor no: other words, then not sure, then on."""

from __future__ import annotations

import re

from mapokezi.receptionist.intake import (
    IN_INTAKE,
    ask_next,
    propose_message,
    put_slot,
    settle_slot,
)
from mapokezi.receptionist.replies import Reply
from mapokezi.receptionist.turns import Asked, ClerkTurn, SlotStatus

PLEASANTRY = re.compile(
    r"^(?:thank you|thanks|please|that is all|that is it|i am (?:okay|fine|good)|all|"
    r"that will be all|(?:i will|let me|i can|i shall|i would rather) (?:call|try|ring|come|check"
    r"|phone"
    r"|do it|do that)(?: (?:you|it|again|back|later|then|tomorrow|myself|another time|in the"
    r" \w+))*|"
    r"necessary|needed|leave it|forget it|today|later|need|not now|now|nothing(?: else)?|goodbye"
    r"|bye|more|worry|bother|need to|do"
    r" not|it is (?:okay|fine)|for now"
    r"|so much|very much|i think|sir|madam| )*$"
)
"""What may come with a yes or a no and changes nothing about it."""


def neither(reply: Reply) -> ClerkTurn:
    """Neither yes nor no: ask otherwise, then mark as not sure and go on."""
    tries = reply.failed()
    if tries == 1:
        reply.ask_again()
    elif tries == 2:
        reply.say("yes_or_no")
    else:
        return _unanswered(reply)
    return reply.done("unclear", missed=True)


def _unanswered(reply: Reply) -> ClerkTurn:
    asked, slot = reply.state.asked, reply.state.slot
    if asked is Asked.CONFIRM_MESSAGE:
        reply.say("thanks")
        propose_message(reply, all_unsure=True)
    elif asked is Asked.OWN_NUMBER:
        put_slot(reply, slot, reply.state.caller_number or "", SlotStatus.UNSURE)
        ask_next(reply)
    elif asked in IN_INTAKE:
        settle_slot(reply, slot, SlotStatus.UNSURE)
        ask_next(reply)
    elif asked is Asked.TRY_SAVING_AGAIN:
        propose_message(reply, all_unsure=False)
    else:
        reply.say("trouble_hand_over")
        reply.propose("hand_over", person_id="", reason="The caller could not be understood.")
        reply.set(wants="hand_over", candidates=())
    return reply.done("unclear", missed=True)
