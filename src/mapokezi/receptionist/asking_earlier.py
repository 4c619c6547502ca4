"""The clerk, asked about a message of an earlier call: the code asked for, taken and tried."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mapokezi.receptionist.answers import go_on
from mapokezi.receptionist.earlier_messages import AWAITS_CODE, Came, EarlierWish, earlier_wish
from mapokezi.receptionist.replies import Reply
from mapokezi.receptionist.spoken import read_digits
from mapokezi.receptionist.tools import EARLIER_MESSAGE
from mapokezi.receptionist.turns import Asked, ClerkTurn, Heard
from mapokezi.records.one_time_code import DIGITS

_MOST_UNCLEAR = 2
_NOT_HERE = re.compile(
    r"\b(?:no|not|nothing|again|resend|have not|did not)\b.{0,30}"
    r"\b(?:come|came|get|got|received?|arrived?|text|message|sms|code|it)\b"
    r"|\b(?:haijafika|sijapata|sijaipata|tuma tena)\b"
)


def ask_about_earlier(reply: Reply, said: str) -> ClerkTurn | None:
    """Propose what is wished of an earlier message; None if the words are not of one."""
    wish = earlier_wish(said)
    return None if wish is None else _propose(reply, wish)


def take_code(reply: Reply, heard: Heard, said: str) -> ClerkTurn:
    """Take the six digits, or that they have not come."""
    digits = heard.digits.strip("*#") or read_digits(said)
    wish = EarlierWish(reply.state.earlier)
    if len(digits) == DIGITS:
        return _propose(reply, wish, code=digits)
    if not digits and _NOT_HERE.search(said):
        return _propose(reply, wish)
    if reply.failed() > _MOST_UNCLEAR:
        reply.say("earlier_failed")
        reply.set(earlier="", question="")
        reply.ask("anything_else", Asked.ANYTHING_ELSE)
    else:
        tries = reply.state.tries
        reply.ask("earlier_code_unclear", Asked.CODE)
        reply.set(tries=tries)
    return reply.done("unclear", missed=True)


def take_change(reply: Reply, said: str) -> ClerkTurn:
    """Take what is to be added to the message."""
    return _propose(reply, EarlierWish.CHANGE, change=said)


def _propose(reply: Reply, wish: EarlierWish, **told: str) -> ClerkTurn:
    reply.set(earlier=wish.value, asked=Asked.NOTHING, question="")
    reply.propose(EARLIER_MESSAGE, wish=wish.value, **told)
    return reply.done(f"earlier:{wish.value}")


def earlier_result(reply: Reply, result: Mapping[str, Any]) -> ClerkTurn:
    """Say what came of it; it is a refusal if it is nothing else."""
    status = str(result.get("status"))
    what = Came(status) if status in set(Came) else _without(status)
    if what in AWAITS_CODE:
        reply.ask(f"earlier_{what.value}", Asked.CODE)
        return reply.done("told")
    if what is Came.WHAT_CHANGE:
        reply.ask("earlier_what_change", Asked.CHANGE)
        return reply.done("told")
    reply.set(earlier="")
    reply.say(f"earlier_{what.value}")
    go_on(reply)
    return reply.done("told")


def _without(status: str) -> Came:
    """What is said where nothing came of it: refused by the gate, or broken off."""
    return Came.NOT_PROVEN if status == "refused" else Came.FAILED
