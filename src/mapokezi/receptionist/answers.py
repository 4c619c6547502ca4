"""What the clerk answers of itself: facts, hours, people; and what it does when it cannot."""

from __future__ import annotations

import re
from datetime import datetime

from mapokezi.receptionist.directory import NOBODY, Found, bare_of_titles
from mapokezi.receptionist.facts import Nearest
from mapokezi.receptionist.hours import describe_day, describe_week, local_time, read_day
from mapokezi.receptionist.intake import IN_INTAKE, start_message
from mapokezi.receptionist.kinds import Understood
from mapokezi.receptionist.knowledge import FORBIDDEN
from mapokezi.receptionist.office import Person
from mapokezi.receptionist.replies import Reply
from mapokezi.receptionist.turns import Asked, ClerkTurn
from mapokezi.receptionist.understanding import is_question
from mapokezi.receptionist.words import without_fillers

_SENTENCE_END = re.compile(r"(?<=[.!?]) +(?=[A-Z])")
_LONGEST_REASON_WORDS = 60


def go_on(reply: Reply) -> None:
    """After an answer: ask the open question of a message again, or whether there is more."""
    if reply.state.draft is not None and reply.state.asked in IN_INTAKE:
        reply.ask_again()
    else:
        reply.ask("anything_else", Asked.ANYTHING_ELSE)


def answer_fact(reply: Reply, fact_id: str) -> ClerkTurn:
    """Say a fact as the office wrote it, sentence by sentence, each with its source."""
    for sentence in _SENTENCE_END.split(reply.known.facts[fact_id].answer.strip()):
        reply.tell(sentence, fact_id)
    reply.set(about=fact_id, candidates=())
    go_on(reply)
    return reply.done(f"answer:{fact_id}")


def answer_hours(reply: Reply, said: str, now_wall: datetime) -> ClerkTurn:
    """Say the hours of the day that is named, or the week's."""
    hours = reply.known.office.hours
    today = local_time(hours, now_wall).date()
    day = read_day(hours, said, today)
    if day is None and re.search(r"\bweekends?\b", said):
        day = read_day(hours, "saturday", today)
        sunday = read_day(hours, "sunday", today)
        if sunday:
            reply.tell(describe_day(hours, sunday, now_wall), "hours")
    if day is None and re.search(
        r"\bstill\b|\byet\b|^(?:\w+ )?(?:are|have) you (?:already )?(?:open|closed|opened)(?:"
        r" please| there)?$",
        said,
    ):
        day = read_day(hours, "today", today)
    told = describe_day(hours, day, now_wall) if day else describe_week(hours)
    for sentence in _SENTENCE_END.split(told):
        reply.tell(sentence, "hours")
    reply.set(about="hours", candidates=())
    go_on(reply)
    return reply.done(f"hours:{day.called if day else 'week'}")


def names_a_day(reply: Reply, said: str, now_wall: datetime) -> bool:
    """Say whether plain text names a day, as in ``and on sunday``."""
    hours = reply.known.office.hours
    return read_day(hours, said, local_time(hours, now_wall).date()) is not None


def identify(reply: Reply) -> ClerkTurn:
    """Say that the caller speaks with a machine."""
    name = reply.known.office.name
    if reply.state.draft is not None and reply.state.asked in IN_INTAKE:
        reply.tell(f"I am the automated receptionist of {name}.", "office")
        reply.ask_again()
    else:
        reply.ask("identity", Asked.HOW_CAN_I_HELP, office=name)
    return reply.done("identity")


def hand_over(reply: Reply, person_id: str = "", reason: str = "", **more: bool) -> ClerkTurn:
    """Propose to pass the caller on; what becomes of it is told later."""
    reply.set(
        wants="hand_over",
        pending_reason=reply.state.pending_reason or reason,
        candidates=(person_id,) if person_id else (),
    )
    reply.say("connect_try", who=reply.known.said_name(person_id))
    reply.propose("hand_over", person_id=person_id, reason=reason, **more)
    return reply.done(f"hand_over:{person_id or 'reception'}")


def find_person(reply: Reply, said: str) -> Found:
    """Find whom words stand for: by name, else by role or subject."""
    directory = reply.known.directory
    if not bare_of_titles(said):
        return NOBODY  # "an advocate", whoever that is
    named = directory.named_exactly(said)
    if named.people:
        return named
    subject = directory.concerned_with(said)
    if not subject.is_sure:
        subject = directory.mentioned_in(said)
    by_name = directory.named(said)
    if by_name.is_sure:
        return by_name
    if subject.is_sure:
        return subject
    return by_name if by_name.people else subject


def ask_for_person(reply: Reply, understood: Understood, said: str, wants: str) -> ClerkTurn:
    """Do what is wanted with the person named, or find out who is meant.

    Args:
        reply: the reply so far.
        understood: with the words that stand for the person.
        said: the whole utterance, plain.
        wants: ``hand_over`` or ``message``.
    """
    found = find_person(reply, understood.who)
    if not found.people and (understood.who or not reply.state.name_heard):
        found = reply.known.directory.named_exactly(said)
    person = found.person
    if person and found.is_sure:
        return do_for_person(reply, person, wants, understood.reason)
    reply.set(wants=wants, pending_reason=understood.reason or reply.state.pending_reason)
    if person:
        reply.set(candidates=(person.id,))
        who = reply.known.said_name(person.id)
        reply.ask("did_you_mean_person", Asked.CONFIRM_PERSON, who=who)
        return reply.done("unclear")
    if found.people:
        return ask_which(reply, found.people)
    if wants == "message" and (not understood.who or _is_anybody(reply, understood.who)):
        start_message(reply, reason=understood.reason)
        return reply.done("start_message")
    if understood.is_plain and wants == "hand_over" and _means_anybody(understood.who):
        return hand_over(reply, reason=said)
    nearest = nearest_fact(reply, said)
    is_fact = nearest.is_certain or (nearest.is_sure and not understood.is_plain)
    if is_fact and nearest.of != FORBIDDEN:
        return answer_fact(reply, nearest.of)
    reply.set(candidates=())
    key = "no_such_person"
    reply.ask(key, Asked.WHICH_PERSON)
    if reply.failed() >= 2:
        reply.set(asked=Asked.CONNECT_OR_MESSAGE, question="which_of_two")
    return reply.done("unclear", missed=True)


_LONGEST_NAME_WORDS = 4


def is_one_of_us(reply: Reply, understood: Understood) -> bool:
    """Say whether the words that stand for a person are a name or a role of the office's."""
    directory, who = reply.known.directory, understood.who
    if directory.named_exactly(who).people:
        return True
    if len(who.split()) <= _LONGEST_NAME_WORDS and directory.named(who).is_sure:
        return True
    return _means_anybody(who) and directory.concerned_with(who).is_sure


def ask_which(reply: Reply, people: tuple[Person, ...]) -> ClerkTurn:
    """Ask which of several people is meant."""
    reply.set(candidates=tuple(person.id for person in people))
    names = [reply.known.said_name(person.id) for person in people]
    choices = f"{', '.join(names[:-1])} or {names[-1]}"
    reply.ask("which_person", Asked.WHICH_PERSON, choices=choices)
    return reply.done("unclear")


def do_for_person(reply: Reply, person: Person, wants: str, reason: str) -> ClerkTurn:
    """Connect to a person, or start a message for them."""
    if wants == "message":
        start_message(reply, person.id, reason=reason)
        return reply.done(f"start_message:{person.id}")
    return hand_over(reply, person.id, reason)


_ANYBODY = re.compile(
    r"\b(?:lawyer|lawyers|advocate|advocates|doctor|someone|somebody|anyone|anybody|person|"
    r"reception|receptionist|human|staff|agent|operator|attorney|team|office|secretary|"
    r"representative|them|one of you|any of you|manager|boss|owner|whoever|department)\b"
)


def _is_anybody(reply: Reply, who: str) -> bool:
    """Say whether a message is for nobody in particular, or its addressee was asked for in vain."""
    return _means_anybody(who) or reply.state.misses > 0 or who in _PRONOUNS


_PRONOUNS = frozenset({"you", "him", "her", "me", "us", "it", "the firm", "the company"})


def _means_anybody(who: str) -> bool:
    return bool(_ANYBODY.search(who))


def say_who_deals(reply: Reply, understood: Understood, said: str) -> ClerkTurn:
    """Say who deals with a subject, and offer to connect or take a message."""
    found = find_person(reply, understood.who)
    if found.person is None or not found.is_sure:
        return answer_or_admit(reply, said)
    return offer_person(reply, found.person)


_OWN_MATTER = re.compile(
    r"\b(?:i|we) (?:have|had|got) (?:a|an|some|another) (?:question|problem|issue|complaint|query"
    r"|case|"
    r"matter|dispute|concern)\b|\b(?:i|we) (?:need|want|require) (?:some )?(?:help|assistance"
    r"|advice)\b"
    r"|\bhelp (?:me|us) with\b|\b(?:calling|called|call|enquire|inquire|ask|asking) (?:about"
    r"|regarding"
    r"|concerning|over)\b|\bi want to (?:register|sell|buy|file|start|write|adopt|divorce|sue)\b"
)


def offer_person(reply: Reply, person: Person) -> ClerkTurn:
    """Say who deals with the caller's matter, and offer to connect or take a message."""
    reply.set(candidates=(person.id,), about=person.id)
    reply.ask(
        "person_is",
        Asked.CONNECT_OR_MESSAGE,
        who=reply.known.said_name(person.id),
        role=person.role,
    )
    return reply.done(f"answer:{person.id}")


def nearest_fact(reply: Reply, said: str) -> Nearest:
    """Find the fact that plain text is nearest to."""
    return reply.known.finder.nearest(without_fillers(said), reply.sentences)


def answer_or_admit(reply: Reply, said: str) -> ClerkTurn:
    """Answer from the facts; refuse what is forbidden; else say honestly what cannot be said."""
    nearest = nearest_fact(reply, said)
    forbidden = reply.known.forbidden
    certain = nearest.is_certain and nearest.of != FORBIDDEN
    if forbidden.never_answered(said, is_certain_fact=certain):
        return _offer_message(reply, "no_advice", said, "refuse")
    if nearest.is_sure and nearest.of != FORBIDDEN:
        return answer_fact(reply, nearest.of)
    if nearest.is_sure or forbidden.asks_price(said):
        return _offer_message(reply, "no_advice", said, "refuse")
    in_message = reply.state.draft is not None and reply.state.asked in IN_INTAKE
    concerned = reply.known.directory.mentioned_in(said)
    if concerned.person and not in_message and _OWN_MATTER.search(said):
        return offer_person(reply, concerned.person)
    named = reply.known.directory.named_exactly(said)
    if named.person and not in_message and not nearest.is_likely:
        return offer_person(reply, named.person)
    if nearest.is_one_of_two and FORBIDDEN not in {nearest.of, nearest.next_of} and not in_message:
        return ask_which_fact(reply, said, nearest)
    if nearest.is_likely and nearest.of != FORBIDDEN and not in_message:
        reply.set(candidates=(nearest.of,), pending_reason=_as_reason(said))
        title = reply.known.title_of(nearest.of)
        reply.ask("did_you_mean_fact", Asked.CONFIRM_FACT, title=title)
        return reply.done("unclear")
    if is_question(without_fillers(said)) or _tells_own_matter(reply, said):
        return _offer_message(reply, "dont_know", said, "dont_know")
    return not_understood(reply)


_MISSED_CALL = re.compile(
    r"\bmissed (?:a |an |your |the |this )?call\b|\b(?:called|call) (?:me )?(?:from|by) (?:this"
    r"|your|a)"
    r"|\b(?:you|somebody|someone|they) (?:called|rang|phoned) me\b"
)
_OWN = re.compile(r"\b(?:i|my|me|we|our|us)\b")
_A_STORY_WORDS = 7


def _tells_own_matter(reply: Reply, said: str) -> bool:
    """Say whether the caller tells of something of theirs, so that a message is what helps."""
    if _MISSED_CALL.search(said):
        return True
    story = len(said.split()) >= _A_STORY_WORDS and _OWN.search(said)
    return bool(story) and not reply.state.misses


def ask_which_fact(reply: Reply, said: str, nearest: Nearest) -> ClerkTurn:
    """Ask which of two facts is meant."""
    reply.set(candidates=(nearest.of, nearest.next_of), pending_reason=_as_reason(said))
    one, other = reply.known.title_of(nearest.of), reply.known.title_of(nearest.next_of)
    reply.ask("which_fact", Asked.CONFIRM_FACT, one=one, other=other)
    return reply.done("unclear")


def _as_reason(said: str) -> str:
    return " ".join(said.split()[:_LONGEST_REASON_WORDS])


def _offer_message(reply: Reply, key: str, said: str, deed: str) -> ClerkTurn:
    if reply.state.draft is not None and reply.state.asked in IN_INTAKE:
        reply.say("not_now")
        reply.ask_again()
        return reply.done(deed)
    reply.set(pending_reason=_as_reason(said), candidates=())
    reply.ask(key, Asked.TAKE_MESSAGE_OFFER)
    return reply.done(deed)


def not_understood(reply: Reply) -> ClerkTurn:
    """Go down the ladder: other words, choices, a message, a person."""
    misses = reply.state.misses
    if misses == 0:
        reply.ask("unclear_1", Asked.HOW_CAN_I_HELP)
    elif misses == 1:
        reply.ask("unclear_2", Asked.HOW_CAN_I_HELP)
    elif misses == 2:
        reply.ask("unclear_3", Asked.TAKE_MESSAGE_OFFER)
    else:
        reply.say("trouble_hand_over")
        reply.propose("hand_over", person_id="", reason="The caller could not be understood.")
        reply.set(wants="hand_over", candidates=())
    return reply.done("unclear", missed=True)
