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

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from mapokezi.receptionist import (
    asking_earlier,
    at_once,
    intake,
    outcomes,
    questions,
    taking_over,
    while_closed,
)
from mapokezi.receptionist.answers import (
    admit,
    answer_from_book,
    answer_hours,
    go_on,
    hand_over,
    names_a_day,
    not_understood,
    refuse,
)
from mapokezi.receptionist.asked_for import person_named
from mapokezi.receptionist.capitals import capitals_heard
from mapokezi.receptionist.forbidden import asks_of_another
from mapokezi.receptionist.intake_name import name_given_unasked
from mapokezi.receptionist.kinds import Kind
from mapokezi.receptionist.knowledge import CanSay, english_only, knowledge_of
from mapokezi.receptionist.known_fields import Gathered, gather
from mapokezi.receptionist.language import language_to_answer
from mapokezi.receptionist.meanings import Meanings
from mapokezi.receptionist.office import Office
from mapokezi.receptionist.replies import Reply
from mapokezi.receptionist.sidestepped import takes_back_appointment
from mapokezi.receptionist.swahili import in_english
from mapokezi.receptionist.tools import EARLIER_MESSAGE, STOP_RECORDING
from mapokezi.receptionist.turns import Asked, ClerkState, ClerkTurn, Heard
from mapokezi.receptionist.wishes import fulfil_or_ask
from mapokezi.receptionist.words import plain, without_fillers
from mapokezi.receptionist.wrong_number import has_dialled_wrong
from mapokezi.records.known_caller import KnownCaller
from mapokezi.units import E164
from mapokezi.voice.session import NotReached, PastTurn

_CAME_BACK = {
    NotReached.NO_ANSWER: "came_back",
    NotReached.ENGAGED: "back_engaged",
    NotReached.DECLINED: "back_declined",
    NotReached.FAILED: "back_unreached",
    NotReached.IN_DOUBT: "back_in_doubt",
}
_ALREADY_MISSED = 2
"""So many turns that could not be understood lead to the offer of a message."""
_A_STORY_WORDS = 7
"""So many words that nobody understood are a matter for a message, not for another try."""
_A_NAME_WORDS = 3
_INTRODUCTION_WORDS = 5
"""Beside the name: ``hello, this is``, ``from the bank``."""
_WISHES = frozenset({Kind.PERSON, Kind.CONCERNED, Kind.HOURS, Kind.FACT, Kind.MESSAGE})


class Clerk:
    """The receptionist's own rules for one office; made once, used for every call."""

    def __init__(
        self, office: Office, meanings: Meanings | None = None, can_say: CanSay = english_only
    ) -> None:
        """Prepare the office.

        Args:
            office: in whose name it speaks.
            meanings: of `mapokezi.receptionist.examples.sentences_of` the office; without them
                the words alone must do, and the clerk asks again more often.
            can_say: whether its voice has what it takes to say a sentence that is not English.
        """
        self._known = knowledge_of(office, meanings, can_say)

    def begin(
        self,
        caller_number: E164 | None,
        now_wall: datetime,
        known: KnownCaller | None = None,
        *,
        only_messages: bool = False,
    ) -> ClerkState:
        """Begin a conversation; the greeting and the notice are the call's own to speak.

        Args:
            caller_number: as the platform claims it; None if it is withheld.
            now_wall: the wall clock, aware.
            known: what is on record of that number. Who rang today in vain is not asked twice to
                say it in other words: what is not understood becomes a message at once.
            only_messages: whether the office takes no more than a message from this caller.
        """
        del now_wall
        misses = _ALREADY_MISSED if known is not None and known.comes_in_vain else 0
        return ClerkState(caller_number, misses=misses, only_messages=only_messages)

    def hear(self, state: ClerkState, heard: Heard, now_wall: datetime) -> ClerkTurn:
        """Take a turn of the caller's and reply.

        Args:
            state: the conversation before it; it stays as it is.
            heard: words, keys or both.
            now_wall: the wall clock, aware.
        """
        language = language_to_answer(heard.text, state.language)
        capitals = tuple(dict.fromkeys((*state.capitals, *capitals_heard(heard.text))))
        reply = Reply(replace(state, language=language, capitals=capitals), self._known, heard)
        said = plain(heard.text)
        if not said and not heard.digits:
            reply.say("nothing_heard")
            reply.ask_again()
            return reply.done("unclear", missed=True)
        steered = at_once.steer(reply, heard, said, now_wall)
        if steered is not None:
            return steered
        away = while_closed.turn_away_unless_hours(reply, now_wall)
        if away is not None:
            return away
        taken = questions.take_answer(reply, heard, said, now_wall)
        if taken is not None:
            return taken
        return self._understand_anew(reply, said, now_wall)

    def _understand_anew(self, reply: Reply, said: str, now_wall: datetime) -> ClerkTurn:
        """Take the words as something new."""
        if reply.state.draft is None and has_dialled_wrong(said):
            return at_once.goodbye(reply)
        if (earlier := asking_earlier.ask_about_earlier(reply, said)) is not None:
            return earlier
        if asks_of_another(plain(in_english(said)), self._known.office.forbidden_topics):
            return refuse(reply, said)
        given = name_given_unasked(said)
        if given and reply.state.draft is None:
            reply.set(name_heard=given)
            besides = len(said.split()) - len(given.split())
            if besides <= _INTRODUCTION_WORDS and reply.understood.kind not in _WISHES:
                return self._greet(reply)
        goes_on = len(said.split()) <= _A_NAME_WORDS + 2 and reply.state.about == "hours"
        if goes_on and names_a_day(reply, said, now_wall):
            return answer_hours(reply, said, now_wall)
        if (answered := answer_from_book(reply, said)) is not None:
            return answered
        if reply.understood.is_likely or takes_back_appointment(said):
            return fulfil_or_ask(reply, said, now_wall)
        return self._take_the_rest(reply, said, now_wall)

    @staticmethod
    def _take_the_rest(reply: Reply, said: str, now_wall: datetime) -> ClerkTurn:
        """Take what is like nothing that we know: a bare name or day, an introduction, a story."""
        core = without_fillers(said)
        words = len(core.removesuffix(" please").split())
        if words <= _A_NAME_WORDS and not reply.state.name_heard:
            named = person_named(reply, core)
            if named.person and named.is_sure:
                return hand_over(reply, named.person.id)
            if names_a_day(reply, said, now_wall):
                return answer_hours(reply, said, now_wall)
        if reply.state.name_heard and words <= _A_STORY_WORDS:
            return Clerk._greet(reply)
        if words >= _A_STORY_WORDS and not reply.state.misses:
            return admit(reply, said)
        return not_understood(reply)

    @staticmethod
    def _greet(reply: Reply) -> ClerkTurn:
        reply.ask("name_noted", Asked.HOW_CAN_I_HELP, name="")
        return reply.done("greeting")

    def told(
        self, state: ClerkState, tool_name: str, result: Mapping[str, Any], now_wall: datetime
    ) -> ClerkTurn:
        """Take the result of a proposal, and say what came of it.

        Args:
            state: the conversation before it.
            tool_name: ``take_message``, ``hand_over`` or ``end_call``.
            result: ``take_message``: ``message_id`` if it is saved; ``hand_over``: ``status``
                ``connecting``, ``ringing`` or ``refused``, and ``say``, a sentence for the caller.
            now_wall: the wall clock, aware.
        """
        reply = Reply(state, self._known)
        refused = tool_name == "hand_over" and result.get("status") not in outcomes.PASSED_ON
        is_urgent = state.wants == "urgent"
        if refused and not is_urgent and while_closed.hears_only_emergencies(reply, now_wall):
            return while_closed.turn_away(reply, now_wall)
        if tool_name == "take_message":
            return outcomes.message_result(reply, result)
        if tool_name == EARLIER_MESSAGE:
            return asking_earlier.earlier_result(reply, result)
        if tool_name == "hand_over":
            return outcomes.hand_over_result(reply, result)
        if tool_name == STOP_RECORDING:
            return outcomes.recording_result(reply, result)
        return reply.done("told")

    def gathered(self, history: Iterable[PastTurn], caller_number: E164 | None) -> Gathered:
        """Give what another voice has learned of the caller.

        Args:
            history: the talk so far, as it was heard.
            caller_number: as the platform claims it.
        """
        return gather(self._known.office, self._known.questions, history, caller_number)

    def take_over(
        self, state: ClerkState, gathered: Gathered, last_words: str, now_wall: datetime
    ) -> ClerkTurn:
        """Go on where another voice has stopped, with what the caller has told it.

        Args:
            state: the conversation, with the message that was begun in it if one was.
            gathered: what is known of the caller, and what they were asked last.
            last_words: what the caller has said and waits for a reply to; empty if nobody waits,
                and then nothing is said.
            now_wall: the wall clock, aware.
        """
        reply = Reply(state, self._known, Heard(last_words))
        is_under_way = state.draft is not None or taking_over.is_of_a_message(reply, gathered)
        taking_over.lay_fields(reply, gathered)
        if last_words and gathered.was_answer and is_under_way:
            return taking_over.go_on_with_message(reply, gathered)
        if is_under_way:
            asking = Reply(reply.state, self._known)
            taking_over.await_answer(asking, gathered)
            reply.state = asking.state
        else:
            reply.set(asked=Asked.HOW_CAN_I_HELP)
        if not last_words:
            return reply.done("told")
        return self.hear(reply.state, Heard(last_words), now_wall)

    def came_back(
        self, state: ClerkState, person_name: str, came: NotReached = NotReached.NO_ANSWER
    ) -> ClerkTurn:
        """Take the caller back from a hand-off that has brought nobody.

        Args:
            state: the conversation as it was when the caller was passed on.
            person_name: whom we tried, as spoken.
            came: what came of ringing them.
        """
        reply, phrase = Reply(state, self._known), _CAME_BACK[came]
        if state.draft is not None and state.asked in intake.IN_INTAKE:
            reply.say(f"{phrase}_in_message", who=person_name)
            go_on(reply)
        else:
            reply.ask(phrase, Asked.TAKE_MESSAGE_OFFER, who=person_name)
        return reply.done("told")
