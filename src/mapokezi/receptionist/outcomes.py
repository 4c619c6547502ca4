"""What is said once a proposal has been decided: only what is so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mapokezi.receptionist.handoff import beyond_that
from mapokezi.receptionist.intake import IN_INTAKE, put_slot, start_message
from mapokezi.receptionist.not_recorded import not_recorded_phrase
from mapokezi.receptionist.replies import Reply
from mapokezi.receptionist.turns import Asked, ClerkTurn, Expects, SlotStatus

_SAVING_TRIES = 2

PASSED_ON = frozenset({"connecting", "ringing"})
"""A person is about to be rung; with ``ringing`` we stay with the caller meanwhile."""


def message_result(reply: Reply, result: Mapping[str, Any]) -> ClerkTurn:
    """Say that the message is saved, if it has an id; else offer to try again."""
    if result.get("message_id"):
        for_person = reply.draft.for_person
        who = reply.known.said_name(for_person) if for_person else "our team"
        capital = who[:1].upper() + who[1:]
        reply.say("saved", who=who, who_capital=capital)
        reply.set(draft=None, tries=0, name_heard="", candidates=(), wants="")
        reply.ask("anything_else", Asked.ANYTHING_ELSE)
        return reply.done("told")
    if reply.failed() > _SAVING_TRIES:
        reply.say("not_saved_at_all")
        reply.set(draft=None, question="")
        reply.ask("anything_else", Asked.ANYTHING_ELSE)
        return reply.done("told")
    tries = reply.state.tries
    reply.ask("not_saved", Asked.TRY_SAVING_AGAIN)
    reply.set(tries=tries)
    return reply.done("told")


def hand_over_result(reply: Reply, result: Mapping[str, Any]) -> ClerkTurn:
    """Say that the caller is being connected, or take a message instead."""
    person_id = next((p for p in reply.state.candidates if reply.known.person(p)), "")
    if (status := result.get("status")) in PASSED_ON:
        name = str(result.get("person_name") or reply.known.said_name(person_id))
        reply.say(str(status), who=name)
        if result.get("if_cut_off"):
            reply.tell(str(result["if_cut_off"]))
        return reply.done("told")
    why = beyond_that(str(result.get("say") or ""))
    if reply.state.draft is not None and reply.state.asked in IN_INTAKE:
        return _back_to_message(reply, why)
    if reply.state.wants == "urgent":
        reply.say_part("not_just_now")
        if why:
            reply.tell(why)
        reply.say("marked_urgent")
        start_message(reply, person_id, urgent=True)
        return reply.done("told")
    reply.ask("no_connection", Asked.TAKE_MESSAGE_OFFER, why=why)
    return reply.done("told")


def recording_result(reply: Reply, result: Mapping[str, Any]) -> ClerkTurn:
    """Say that the caller is not recorded any more, and go on with what was asked."""
    reply.say(not_recorded_phrase(result.get("status") == "stopped"))
    if reply.state.question:
        reply.ask_again()
    else:
        reply.ask("yes_what", Asked.HOW_CAN_I_HELP)
    return reply.done("told")


def _back_to_message(reply: Reply, why: str) -> ClerkTurn:
    reply.say("no_connection_in_message", why=why)
    if reply.draft.urgent:
        reply.say("marked_urgent")
    reason = reply.state.pending_reason
    if reply.state.slot == "reason" and reason and reply.state.expects is Expects.REASON:
        put_slot(reply, "reason", reason, SlotStatus.HEARD)
        reply.set(pending_reason="")
        start_message(reply)
    else:
        reply.ask_again()
    return reply.done("told")
