"""The number to call back: the caller's own, said in one piece or several, or typed."""

from __future__ import annotations

import re

from mapokezi.receptionist.intake import ask_next, put_slot, say_value
from mapokezi.receptionist.replies import Reply
from mapokezi.receptionist.spoken import read_digits, read_phone, say_digits
from mapokezi.receptionist.turns import Asked, ClerkTurn, Heard, SlotStatus
from mapokezi.receptionist.yes_no import read_answer
from mapokezi.units import E164

_OWN = re.compile(
    r"\b(?:this|same|current|my own|the same|on this|use my) (?:number|one|line|phone)\b|\bthis"
    r" is my number\b"
    r"|\bcalling (?:you )?(?:from|on|with|in from)\b|\bcalled (?:you )?from\b|\bam using\b"
    r"|\bthe one (?:i am|on your|you)\b|\bthis one\b|\bthe (?:number|one) (?:that )?you (?:can"
    r" )?(?:have|see|are seeing)\b|^(?:just"
    r" )?my number$"
    r"|\b(?:namba|nambari|laini|simu) hii\b|\bhii (?:hii|namba|nambari|laini|ninayo\w+)\b"
)
_OTHER = re.compile(r"\b(?:not|different|another|other|else|instead of|do not)\b")
_REFUSES = re.compile(
    r"\b(?:rather not|prefer not|no number|do not have (?:a|any|one)|skip|not give|"
    r"do not want to (?:give|share|leave))\b"
)
_LONGEST_PIECE = 7
"""More digits than this in one piece are a whole number with one lost, not a part of one."""


def hear_number(reply: Reply, heard: Heard, said: str) -> ClerkTurn:
    """Take the caller's words or keys for their number."""
    own = reply.state.caller_number
    digits = digits_of(heard, said)
    if own and len(digits) < 5 and means_own_number(said):
        put_slot(reply, "number", own, SlotStatus.CONFIRMED)
        reply.say("thanks")
        ask_next(reply)
        return reply.done(f"fill:number={own}")
    if len(digits) >= 2 or (digits and (reply.draft.digits or heard.digits)):
        return take_digits(reply, digits)
    if _REFUSES.search(said):
        put_slot(reply, "number", "", SlotStatus.SKIPPED)
        reply.say("number_none")
        ask_next(reply)
        return reply.done("fill:number=")
    return number_missed(reply, "number_again")


def means_own_number(said: str) -> bool:
    """Say whether plain text means the number that the caller is calling from."""
    return bool(_OWN.search(said)) and not _OTHER.search(said)


def digits_of(heard: Heard, said: str) -> str:
    """Give the digits of a turn, typed or else spoken."""
    typed = "".join(key for key in heard.digits if key.isdecimal())
    return typed or read_digits(said)


def has_number(heard: Heard, said: str) -> bool:
    """Say whether a turn holds a number, or a good part of one."""
    return len(digits_of(heard, said)) >= 3


def take_digits(reply: Reply, digits: str) -> ClerkTurn:
    """Take digits as the number, or as its next piece."""
    whole = read_phone(digits)
    if whole.number is None and reply.draft.digits:
        joined = read_phone(reply.draft.digits + digits)
        if joined.number is not None or joined.too_short:
            whole = joined
    if whole.number is not None:
        reply.set_draft(digits="")
        put_slot(reply, "number", whole.number, SlotStatus.HEARD)
        said = say_value("number", whole.number)
        reply.ask("confirm_number", Asked.CONFIRM_SLOT, slot="number", digits=said)
        return reply.done(f"fill:number={whole.number}")
    if whole.too_short and len(whole.digits) <= _LONGEST_PIECE:
        reply.set_draft(digits=whole.digits)
        heard = say_digits(whole.digits)
        reply.ask("number_go_on", Asked.SLOT, slot="number", digits=heard)
        return reply.done(f"fill:number={whole.digits}")
    reply.set_draft(digits=whole.digits if whole.too_short else "")
    problem = "number_short" if whole.too_short else "number_wrong_length"
    return number_missed(reply, problem, digits)


def number_missed(reply: Reply, problem: str, digits: str = "") -> ClerkTurn:
    """Ask again in another way: once more, by the keypad, then not sure."""
    tries = reply.failed()
    if tries == 1:
        values = {"digits": say_digits(digits)} if digits else {}
        reply.ask(problem, Asked.SLOT, slot="number", **values)
    elif tries in {2, 3}:
        reply.set_draft(digits="")
        reply.ask("number_by_keys", Asked.SLOT, slot="number")
    else:
        _give_up(reply, digits)
    return reply.done("unclear", missed=True)


def _give_up(reply: Reply, digits: str) -> None:
    slot = reply.draft.slot("number")
    value = digits or (slot.value if slot else "") or reply.state.caller_number or ""
    put_slot(reply, "number", value, SlotStatus.UNSURE if value else SlotStatus.SKIPPED)
    if value:
        reply.say("number_unsure", digits=say_value("number", value))
    else:
        reply.say("number_none")
    ask_next(reply)


def hear_own_number(reply: Reply, heard: Heard, said: str) -> ClerkTurn | None:
    """Take the reply to "shall we call you back on the number you are calling from"."""
    if has_number(heard, said):
        return take_digits(reply, digits_of(heard, said))
    answer = read_answer(said)
    explicit = means_own_number(said)
    if answer.yes or (explicit and answer.yes is None):
        own = reply.state.caller_number or E164("")
        put_slot(reply, "number", own, SlotStatus.CONFIRMED)
        reply.say("thanks")
        ask_next(reply)
        return reply.done("confirm" if answer.yes else f"fill:number={own}")
    if answer.yes is False or _OTHER.search(said):
        reply.ask("which_number", Asked.SLOT, slot="number")
        return reply.done("deny")
    return None


def number_denied(reply: Reply, heard: Heard, rest: str) -> ClerkTurn:
    """Take a "no" to the number that was read back, with a correction if there is one."""
    reply.set_draft(digits="")
    digits = digits_of(heard, rest)
    if len(digits) >= 7:
        reply.failed()
        return take_digits(reply, digits)
    tries = reply.failed()
    if tries == 1:
        reply.ask("which_number", Asked.SLOT, slot="number")
    elif tries in {2, 3}:
        reply.ask("number_by_keys", Asked.SLOT, slot="number")
    else:
        _give_up(reply, "")
    return reply.done("deny")
