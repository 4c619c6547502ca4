"""What the caller's words mean as the answer to the question that was asked."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from mapokezi.receptionist import intake_name, intake_number
from mapokezi.receptionist.answers import (
    answer_fact,
    ask_for_person,
    do_for_person,
    find_person,
    hand_over,
    not_understood,
)
from mapokezi.receptionist.at_once import goodbye
from mapokezi.receptionist.intake import (
    IN_INTAKE,
    ask_next,
    drop_message,
    propose_message,
    put_slot,
    settle_slot,
    start_message,
    summary_of,
)
from mapokezi.receptionist.naming import Evidence
from mapokezi.receptionist.replies import Reply
from mapokezi.receptionist.spoken_times import read_best_time
from mapokezi.receptionist.turns import Asked, ClerkTurn, Heard, SlotStatus
from mapokezi.receptionist.understanding import (
    Answer,
    Kind,
    Understood,
    read_answer,
    understand,
    without_correction_lead,
)

_KEYS = {"1": "yes", "2": "no"}
_NOTHING_TO_ADD = re.compile(
    r"^(?:no|nothing|none|not really|no thank you|no thanks|skip|no preference|i do not (?:know"
    r"|mind)|"
    r"it does not matter|does not matter)\b"
    r"|\b(?:no|not|not have an?|not have any) (?:particular|specific|special|preferred|certain|exact"
    r"|preference|best)\b|^(?:whenever|any day)(?: .{0,25})?$"
)
_PLEASANTRY = re.compile(
    r"^(?:thank you|thanks|please|that is all|that is it|i am (?:okay|fine|good)|all|"
    r"that will be all|(?:i will|let me|i can|i shall|i would rather) (?:call|try|ring|come|check|phone"
    r"|do it|do that)(?: (?:you|it|again|back|later|then|tomorrow|myself|another time|in the \w+))*|"
    r"leave it|later|need|not now|now|nothing(?: else)?|goodbye|bye|more|worry|bother|need to|do not|it is (?:okay|fine)|for now"
    r"|so much|very much|i think|sir|madam| )*$"
)
_MESSAGE_LEAD = re.compile(
    r"^(?:(?:um|uh|well|yes|okay|so|please|just|it is|that is|the message is|my message is|hello)"
    r" )*"
    r"(?:(?:tell|inform) (?:him|her|them) (?:that )?|say that |it is (?:about|regarding"
    r"|concerning) |"
    r"about |(?:i am )?(?:calling|i called) (?:about|regarding|concerning) |regarding )?"
)


def take_answer(reply: Reply, heard: Heard, said: str, now_wall: datetime) -> ClerkTurn | None:
    """Take the words as the answer to what was asked, or give None if they are something new."""
    del now_wall
    asked = reply.state.asked
    if asked in {Asked.HOW_CAN_I_HELP, Asked.NOTHING}:
        return None
    if not said and heard.digits and reply.state.expects.value == "yes_no":
        said = _KEYS.get(heard.digits.strip("*#"), "")
    if asked is Asked.ANYTHING_ELSE:
        return _more(reply, said)
    if asked in IN_INTAKE:
        return _take_in_intake(reply, heard, said)
    if asked is Asked.CONNECT_OR_MESSAGE:
        return _connect_or_message(reply, said)
    if asked is Asked.WHICH_PERSON:
        return _which_person(reply, said)
    return _offer_answered(reply, said)


def _more(reply: Reply, said: str) -> ClerkTurn | None:
    """Is there anything else?"""
    answer = read_answer(said, reply.sentences)
    if answer.yes is None or not _PLEASANTRY.match(answer.rest):
        return None
    if answer.yes:
        reply.ask("yes_what", Asked.HOW_CAN_I_HELP)
        return reply.done("confirm")
    return goodbye(reply)


def _take_in_intake(reply: Reply, heard: Heard, said: str) -> ClerkTurn:
    asked, slot = reply.state.asked, reply.state.slot
    if asked is Asked.SLOT:
        return _take_slot(reply, heard, said, slot)
    if asked is Asked.SPELL_NAME:
        return intake_name.hear_spelling(reply, said)
    if asked is Asked.WHAT_TO_CHANGE:
        return _change(reply, heard, said)
    if asked is Asked.OWN_NUMBER:
        taken = intake_number.hear_own_number(reply, heard, said)
        return taken or _neither(reply)
    if asked is Asked.CONFIRM_MESSAGE:
        return _confirm_message(reply, heard, said)
    return _confirm_slot(reply, heard, said, slot)


def _take_slot(reply: Reply, heard: Heard, said: str, slot: str) -> ClerkTurn:
    if slot == "name":
        if intake_number.has_number(heard, said) and not intake_name.name_words(said):
            return intake_name.hear_name(reply, "")
        return intake_name.hear_name(reply, said)
    if slot == "number":
        return intake_number.hear_number(reply, heard, said)
    return _take_words(reply, said, slot)


def _take_words(reply: Reply, said: str, slot: str) -> ClerkTurn:
    """Take free words: the reason, the best time, a slot of the office's own."""
    question = next((q for q in reply.known.questions if q.slot == slot), None)
    if question is not None and not question.required and _NOTHING_TO_ADD.search(said):
        put_slot(reply, slot, "", SlotStatus.SKIPPED)
        ask_next(reply)
        return reply.done(f"fill:{slot}=")
    value = read_best_time(said) if slot == "best_time" else _MESSAGE_LEAD.sub("", said)
    value = value or said
    if len(value) < 3 and not value.isdigit():
        return _words_missed(reply, slot)
    put_slot(reply, slot, value, SlotStatus.HEARD)
    if slot == "reason":
        reply.say("thanks")
    ask_next(reply)
    return reply.done(f"fill:{slot}={value}")


def _words_missed(reply: Reply, slot: str) -> ClerkTurn:
    if reply.failed() < 3:
        key = "reason_again" if slot == "reason" else f"slot:{slot}"
        reply.ask(key, Asked.SLOT, slot=slot)
    else:
        put_slot(reply, slot, "", SlotStatus.SKIPPED)
        reply.say("reason_unsure")
        ask_next(reply)
    return reply.done("unclear", missed=True)


def _confirm_slot(reply: Reply, heard: Heard, said: str, slot: str) -> ClerkTurn:
    answer = read_answer(said, reply.sentences)
    if slot == "number" and intake_number.has_number(heard, answer.rest) and not answer.yes:
        return intake_number.number_denied(reply, heard, answer.rest)
    if answer.yes:
        settle_slot(reply, slot, SlotStatus.CONFIRMED)
        reply.say("thanks")
        ask_next(reply)
        return reply.done("confirm")
    if answer.yes is False:
        if slot == "name":
            return intake_name.name_denied(reply, answer.rest)
        return intake_number.number_denied(reply, heard, answer.rest)
    if slot == "name":
        again = intake_name.confirm_name(reply, said)
        if again is not None:
            return again
    return _neither(reply)


def _neither(reply: Reply) -> ClerkTurn:
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


def _confirm_message(reply: Reply, heard: Heard, said: str) -> ClerkTurn:
    answer = read_answer(said, reply.sentences)
    if answer.yes:
        reply.say("thanks")
        propose_message(reply)
        return reply.done("confirm")
    changed = _named_change(reply, heard, answer.rest or said)
    if changed is not None:
        return changed
    if answer.yes is False:
        if reply.failed() > 2:
            reply.say("thanks")
            propose_message(reply, all_unsure=True)
        else:
            reply.ask("what_to_change", Asked.WHAT_TO_CHANGE)
        return reply.done("deny")
    return _neither(reply)


_WHICH_SLOT = (
    ("name", re.compile(r"\b(?:name|names)\b")),
    ("number", re.compile(r"\b(?:number|phone|digits)\b")),
    ("best_time", re.compile(r"\b(?:time|when)\b")),
    ("reason", re.compile(r"\b(?:message|massage|reason|about|text|content|words)\b")),
)


def _named_change(reply: Reply, heard: Heard, said: str) -> ClerkTurn | None:
    """Change the slot that is named, at once if the right value was said with it."""
    if len(intake_number.digits_of(heard, said)) >= 7:
        return _again(reply, "number", lambda: intake_number.hear_number(reply, heard, said))
    given = re.search(r"\b(?:my name is|the name is|name (?:should be|to|is)) (.+)$", said)
    if given and not re.fullmatch(r"(?:wrong|incorrect|not .*)", given[1]):
        return _again(reply, "name", lambda: intake_name.hear_name(reply, given[1]))
    for slot, pattern in _WHICH_SLOT:
        if pattern.search(said) and any(q.slot == slot for q in reply.known.questions):
            _forget(reply, slot)
            reply.ask(_question_for(slot), Asked.SLOT, slot=slot)
            return reply.done("deny")
    return None


def _question_for(slot: str) -> str:
    return "which_number" if slot == "number" else f"slot:{slot}"


def _again(reply: Reply, slot: str, fill: Callable[[], ClerkTurn]) -> ClerkTurn:
    """Fill a slot anew with what was said along with the request to change it."""
    _forget(reply, slot)
    reply.set(slot=slot, asked=Asked.SLOT, tries=0)
    return fill()


def _forget(reply: Reply, slot: str) -> None:
    """Forget what was heard for a slot that is given anew."""
    if slot == "name":
        reply.set_draft(evidence=Evidence())
    if slot == "number":
        reply.set_draft(digits="")


def _change(reply: Reply, heard: Heard, said: str) -> ClerkTurn:
    """What should be changed?"""
    changed = _named_change(reply, heard, said)
    if changed is not None:
        return changed
    answer = read_answer(said, reply.sentences)
    if answer.yes is False and not answer.rest:
        reply.ask("read_back", Asked.CONFIRM_MESSAGE, summary=summary_of(reply))
        return reply.done("deny")
    tries = reply.failed()
    if tries == 1:
        reply.ask_again()
    else:
        reply.say("thanks")
        propose_message(reply, all_unsure=True)
    return reply.done("unclear", missed=True)


def _offer_answered(reply: Reply, said: str) -> ClerkTurn | None:
    """Take yes or no to an offer; None if the caller says something else altogether."""
    if reply.state.asked is Asked.CONFIRM_FACT:
        chosen = _which_fact(reply, said)
        if chosen is not None:
            return chosen
    answer = read_answer(said, reply.sentences)
    if answer.yes is None:
        understood = understand(said)
        if understood.kind not in {Kind.OTHER, Kind.GREETING, Kind.THANKS, Kind.BACKCHANNEL}:
            return None
        if len(said.split()) >= 4:
            reply.set(misses=0)
            return None
        return _neither(reply)
    asked = reply.state.asked
    if asked is Asked.TAKE_MESSAGE_OFFER:
        return _message_offer(reply, answer)
    if asked is Asked.CONFIRM_PERSON:
        return _person_confirmed(reply, answer)
    if asked is Asked.CONFIRM_FACT:
        return _fact_confirmed(reply, answer)
    if answer.yes:
        propose_message(reply)
        return reply.done("confirm")
    return drop_message(reply)


def _message_offer(reply: Reply, answer: Answer) -> ClerkTurn | None:
    if not answer.yes:
        if answer.rest and not _PLEASANTRY.match(answer.rest):
            return None
        reply.set(pending_reason="", candidates=(), wants="")
        reply.ask("anything_else", Asked.ANYTHING_ELSE)
        return reply.done("deny")
    given = intake_name.name_given_unasked(answer.rest)
    if given:
        reply.set(name_heard=given)
    about = understand(answer.rest)
    if about.kind in {Kind.MESSAGE, Kind.NAMED_PERSON} and about.who:
        return ask_for_person(reply, about, answer.rest, "message")
    exact = reply.known.directory.named_exactly(answer.rest)
    if exact.person:
        return do_for_person(reply, exact.person, "message", "")
    person = next((p for p in reply.state.candidates if reply.known.person(p)), "")
    start_message(reply, person, urgent=reply.state.wants == "urgent")
    return reply.done("confirm")


def _person_confirmed(reply: Reply, answer: Answer) -> ClerkTurn | None:
    person = reply.known.person(reply.state.candidates[0]) if reply.state.candidates else None
    if answer.yes and person:
        return do_for_person(reply, person, reply.state.wants, reply.state.pending_reason)
    rest = without_correction_lead(answer.rest)
    if rest and not _PLEASANTRY.match(rest):
        return _which_person(reply, rest)
    reply.ask("no_such_person", Asked.WHICH_PERSON)
    return reply.done("deny")


_ORDER = (
    re.compile(r"\b(?:first|former)\b"),
    re.compile(r"\b(?:second|latter|last|other)\b"),
)


def _fact_confirmed(reply: Reply, answer: Answer) -> ClerkTurn | None:
    facts = reply.state.candidates
    if answer.yes and len(facts) == 1:
        return answer_fact(reply, facts[0])
    if answer.yes and not answer.rest:
        return _neither(reply)
    if answer.rest and not _PLEASANTRY.match(answer.rest):
        return None
    reply.ask("dont_know", Asked.TAKE_MESSAGE_OFFER)
    return reply.done("dont_know")


def _which_fact(reply: Reply, said: str) -> ClerkTurn | None:
    """Take the choice between two facts that were named, if one is chosen."""
    facts = reply.state.candidates
    for fact_id, place in zip(facts, _ORDER, strict=False):
        if len(facts) > 1 and place.search(said):
            return answer_fact(reply, fact_id)
    chosen = reply.known.finder.nearest(said)
    if len(facts) > 1 and chosen.of in facts and (chosen.is_likely or len(said.split()) <= 4):
        return answer_fact(reply, chosen.of) if chosen.score else None
    return None


def _which_person(reply: Reply, said: str) -> ClerkTurn | None:
    """Take a name as the answer to whom the caller means."""
    understood = understand(said)
    wants = reply.state.wants or "hand_over"
    if understood.kind is Kind.MESSAGE:
        return ask_for_person(reply, understood, said, "message")
    if understood.kind not in {Kind.OTHER, Kind.NAMED_PERSON, Kind.PERSON}:
        return None
    if re.search(r"\b(?:reception|receptionist|anyone|anybody|any of them|either|whoever)\b", said):
        return hand_over(reply, reason="")
    if read_answer(said).yes is False and len(said.split()) <= 3:
        reply.ask("shall_i_take_one", Asked.TAKE_MESSAGE_OFFER)
        return reply.done("deny")
    who = understood.who or said
    chosen = find_person(reply, who)
    among = [p for p in chosen.people if p.id in reply.state.candidates]
    if len(among) == 1:
        return do_for_person(reply, among[0], wants, reply.state.pending_reason)
    if reply.state.misses >= 2:
        return not_understood(reply)
    return ask_for_person(reply, Understood(Kind.OTHER, who=who), said, wants)


def _connect_or_message(reply: Reply, said: str) -> ClerkTurn | None:
    """Take the choice between being connected and leaving a message."""
    person_id = next((p for p in reply.state.candidates if reply.known.person(p)), "")
    if re.search(r"\b(?:message|massage|second|latter|call me|call back)\b", said):
        start_message(reply, person_id)
        return reply.done(f"start_message:{person_id}" if person_id else "start_message")
    if re.search(
        r"\b(?:connect|connected|put me|through|speak|talk|transfer|first|former|reception)\b", said
    ):
        return hand_over(reply, person_id)
    answer = read_answer(said, reply.sentences)
    if answer.yes is False and _PLEASANTRY.match(answer.rest):
        reply.ask("anything_else", Asked.ANYTHING_ELSE)
        return reply.done("deny")
    if answer.yes is not None and len(said.split()) <= 3:
        reply.set(question="which_of_two", question_values=())
        reply.ask_again()
        return reply.done("unclear", missed=True)
    return None
