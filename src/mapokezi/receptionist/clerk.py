"""The clerk: local rules that hold a call without any model.

A conversation is a value (`ClerkState`); each turn gives a new one. What the caller says is first
looked at for what steers the talk at any moment (an emergency, "a person, please", "hold on"),
then taken as the answer to what was asked, and only then as something new:

======================  ===========================================================
asked                   then
======================  ===========================================================
how can I help          facts, hours, people, a message, a person
a slot of a message     the slot is filled and read back; in vain twice: other means
a yes or no             done, left or corrected; in vain twice: keys 1 and 2
======================  ===========================================================

The clerk only proposes deeds; it claims one done when it is told so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mapokezi.receptionist import at_once, intake, outcomes, questions
from mapokezi.receptionist.answers import (
    answer_hours,
    answer_or_admit,
    ask_for_person,
    go_on,
    hand_over,
    identify,
    is_one_of_us,
    names_a_day,
    nearest_fact,
    not_understood,
    say_who_deals,
)
from mapokezi.receptionist.intake_name import name_given_unasked
from mapokezi.receptionist.kinds import Kind, Understood
from mapokezi.receptionist.knowledge import FORBIDDEN, knowledge_of
from mapokezi.receptionist.office import Office
from mapokezi.receptionist.replies import Reply
from mapokezi.receptionist.turns import Asked, ClerkState, ClerkTurn, Heard
from mapokezi.receptionist.understanding import asks_directly, understand
from mapokezi.receptionist.words import plain, sentences_of, without_fillers
from mapokezi.units import E164

_NAMES_HOURS = re.compile(
    r"\b(?:open\w*|clos\w+|hours|work\w*|today|tomorrow|\w+days?|around|lunch)\b"
)

_ASKS_A_FACT = re.compile(
    r"\b(?:how much|how long|what time|should i (?:bring|carry|come)|do i (?:need|pay|have to)|is"
    r" there a (?:fee|charge)|where (?:is|are"
    r"|do))\b"
)
_WHAT_ABOUT = re.compile(r"^(?:and |so )?(?:what|how) about\b")


class Clerk:
    """The receptionist's own rules for one office; made once, used for every call."""

    def __init__(self, office: Office) -> None:
        """Prepare the office."""
        self._known = knowledge_of(office)

    def begin(self, caller_number: E164 | None, now_wall: datetime) -> ClerkState:
        """Begin a conversation; the greeting and the notice are the call's own to speak.

        Args:
            caller_number: as the platform claims it; None if it is withheld.
            now_wall: the wall clock, aware.
        """
        del now_wall
        return ClerkState(caller_number=caller_number)

    def hear(self, state: ClerkState, heard: Heard, now_wall: datetime) -> ClerkTurn:
        """Take a turn of the caller's and reply.

        Args:
            state: the conversation before it; it stays as it is.
            heard: words, keys or both.
            now_wall: the wall clock, aware.
        """
        reply = Reply(state, self._known, sentences_of(heard.text))
        said = plain(heard.text)
        if not said and not heard.digits:
            reply.say("nothing_heard")
            reply.ask_again()
            return reply.done("unclear", missed=True)
        steered = at_once.steer(reply, heard, said, now_wall)
        if steered is not None:
            return steered
        taken = questions.take_answer(reply, heard, said, now_wall)
        if taken is not None:
            return taken
        return self._understand_anew(reply, heard, said, now_wall)

    def _understand_anew(
        self, reply: Reply, heard: Heard, said: str, now_wall: datetime
    ) -> ClerkTurn:
        """Take the words as something new; sentence by sentence if the whole says nothing."""
        given = name_given_unasked(said)
        if given and reply.state.draft is None:
            reply.set(name_heard=given)
        if not said:
            return not_understood(reply)
        understood = understand(said)
        if understood.kind is Kind.OTHER:
            for part in reversed(reply.sentences if len(reply.sentences) > 1 else ()):
                of_part = understand(part)
                if of_part.kind not in {Kind.OTHER, Kind.GREETING, Kind.BACKCHANNEL, Kind.THANKS}:
                    return self._act(reply, of_part, part, now_wall)
        return self._act(reply, understood, said, now_wall)

    def _act(
        self, reply: Reply, understood: Understood, said: str, now_wall: datetime
    ) -> ClerkTurn:
        kind = understood.kind
        if self._known.forbidden.is_private(said):
            return answer_or_admit(reply, said)
        if kind is Kind.MESSAGE:
            return ask_for_person(reply, understood, said, "message")
        if kind in {Kind.PERSON, Kind.NAMED_PERSON} and _ASKS_A_FACT.search(said):
            nearest = nearest_fact(reply, said)
            if nearest.is_sure and nearest.of != FORBIDDEN:
                return answer_or_admit(reply, said)
        if kind is Kind.NAMED_PERSON and (understood.is_plain or is_one_of_us(reply, understood)):
            return ask_for_person(reply, understood, said, "hand_over")
        if kind is Kind.WHO_DEALS:
            return say_who_deals(reply, understood, said)
        if kind is Kind.PERSON:
            return hand_over(reply, reason="")
        if kind is Kind.IDENTITY:
            return identify(reply)
        if kind is Kind.HOURS and not _NAMES_HOURS.search(said):
            nearest = nearest_fact(reply, said)
            if nearest.is_sure and nearest.of != FORBIDDEN:
                return answer_or_admit(reply, said)
        if kind is Kind.HOURS or self._asks_on_of_hours(reply, said, now_wall):
            return answer_hours(reply, said, now_wall)
        return self._answer(reply, said, now_wall)

    @staticmethod
    def _asks_on_of_hours(reply: Reply, said: str, now_wall: datetime) -> bool:
        """Say whether it goes on from the hours spoken of: ``and on Sunday?``."""
        short = len(said.split()) <= 6
        goes_on = reply.state.about == "hours" or _WHAT_ABOUT.match(said) is not None
        return goes_on and short and names_a_day(reply, said, now_wall)

    def _answer(self, reply: Reply, said: str, now_wall: datetime) -> ClerkTurn:
        """Answer what no rule knows: a person's bare name, a fact, an introduction."""
        core = without_fillers(said)
        words = len(core.split())
        if words <= 4 and reply.state.draft is None:
            exact = self._known.directory.named_exactly(core)
            if core.endswith(" please") and not exact.people:
                exact = self._known.directory.named(core.removesuffix(" please"))
            if exact.person and not reply.state.name_heard:
                return ask_for_person(reply, Understood(Kind.OTHER, who=core), said, "hand_over")
            if words <= 2 and names_a_day(reply, said, now_wall):
                return answer_hours(reply, said, now_wall)
        if reply.state.name_heard and words <= 6 and not asks_directly(core):
            reply.ask("name_noted", Asked.HOW_CAN_I_HELP, name="")
            return reply.done("greeting")
        return answer_or_admit(reply, said)

    def told(
        self, state: ClerkState, tool_name: str, result: Mapping[str, Any], now_wall: datetime
    ) -> ClerkTurn:
        """Take the result of a proposal, and say what came of it.

        Args:
            state: the conversation before it.
            tool_name: ``take_message``, ``hand_over`` or ``end_call``.
            result: ``take_message``: ``message_id`` if it is saved; ``hand_over``: ``status``
                ``connecting`` or ``refused``, and ``say``, a sentence for the caller.
            now_wall: the wall clock, aware.
        """
        del now_wall
        reply = Reply(state, self._known)
        if tool_name == "take_message":
            return outcomes.message_result(reply, result)
        if tool_name == "hand_over":
            return outcomes.hand_over_result(reply, result)
        return reply.done("told")

    def came_back(self, state: ClerkState, person_name: str) -> ClerkTurn:
        """Take the caller back from a hand-off that nobody picked up.

        Args:
            state: the conversation as it was when the caller was passed on.
            person_name: whom we tried, as spoken.
        """
        reply = Reply(state, self._known)
        if state.draft is not None and state.asked in intake.IN_INTAKE:
            reply.say("came_back_in_message", who=person_name)
            go_on(reply)
        else:
            reply.ask("came_back", Asked.TAKE_MESSAGE_OFFER, who=person_name)
        return reply.done("told")
