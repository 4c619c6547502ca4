"""Taking a message: which slot is next, what is read back, when it is saved."""

from __future__ import annotations

from dataclasses import replace

from mapokezi.receptionist.call_types import KIND
from mapokezi.receptionist.naming import Evidence, guess_name
from mapokezi.receptionist.office import Question
from mapokezi.receptionist.phrases import Phrases, phrases_of
from mapokezi.receptionist.pieces import piece_key
from mapokezi.receptionist.replies import Reply
from mapokezi.receptionist.spoken import (
    Language,
    read_time,
    say_digits,
    say_ending,
    say_letters,
    say_phone,
    say_time,
)
from mapokezi.receptionist.turns import Asked, ClerkTurn, Expects, Slot, SlotStatus
from mapokezi.units import E164

_STANDARD = frozenset({"name", "number", "reason", "best_time"})
IN_INTAKE = frozenset(
    {
        Asked.SLOT,
        Asked.OWN_NUMBER,
        Asked.CONFIRM_SLOT,
        Asked.SPELL_NAME,
        Asked.CONFIRM_MESSAGE,
        Asked.WHAT_TO_CHANGE,
    }
)
"""The questions that belong to a message being taken."""


def start_message(
    reply: Reply, person_id: str = "", *, reason: str = "", urgent: bool = False
) -> None:
    """Begin a message, or go on with the one begun, and ask for what is missing.

    Args:
        reply: the reply so far.
        person_id: whom it is for; empty for the office.
        reason: what it is about, if the caller has said so already.
        urgent: whether urgent words were heard.
    """
    draft = reply.draft
    heard = reply.state.name_heard
    evidence = draft.evidence
    if heard and not evidence.heard:
        evidence = Evidence(heard=(heard,))
    reply.set_draft(
        for_person=person_id or draft.for_person,
        urgent=draft.urgent or urgent,
        evidence=evidence,
    )
    if person_id:
        reply.say("message_start", who=reply.known.said_name(person_id))
    before = reply.state.pending_reason
    reason = reason or before
    if before and before != reason and reply.known.types.of(reason) is None:
        _take_type_of(reply, before)
    if reason and draft.slot("reason") is None:
        put_slot(reply, "reason", reason, SlotStatus.HEARD)
    reply.set(pending_reason="", name_heard="", candidates=(), wants="")
    ask_next(reply)


def put_slot(reply: Reply, name: str, value: str, status: SlotStatus) -> None:
    """Write a slot of the message."""
    others = tuple(slot for slot in reply.draft.slots if slot.name != name)
    reply.set_draft(slots=(*others, Slot(name, value, status)))


def settle_slot(reply: Reply, name: str, status: SlotStatus) -> None:
    """Set how far a slot is to be trusted."""
    slots = tuple(
        replace(slot, status=status) if slot.name == name else slot for slot in reply.draft.slots
    )
    reply.set_draft(slots=slots)


def find_type(reply: Reply) -> None:
    """Find what kind of call it is, once the caller has said what it is about."""
    if reply.draft.call_type or not reply.draft.value("reason"):
        return
    _take_type_of(reply, reply.draft.value("reason"))


def _take_type_of(reply: Reply, matter: str) -> None:
    found = reply.known.types.of(matter)
    if found is not None:
        for_person = reply.draft.for_person or found.for_person
        reply.set_draft(call_type=found.id, for_person=for_person)


def questions_now(reply: Reply) -> tuple[Question, ...]:
    """Give what is asked for the message: what is for any, then what is for this kind of call."""
    kind = reply.known.types.get(reply.draft.call_type)
    return (*reply.known.questions, *(kind.questions if kind is not None else ()))


def ask_next(reply: Reply) -> None:
    """Ask for the first slot that is missing, or read the whole message back."""
    find_type(reply)
    for question in questions_now(reply):
        if reply.draft.slot(question.slot) is None:
            _ask_for(reply, question)
            return
    reply.ask("read_back", Asked.CONFIRM_MESSAGE, summary=summary_of(reply))


def _ask_for(reply: Reply, question: Question) -> None:
    reply.set(tries=0, slot="")
    if question.slot == "name" and reply.draft.evidence.heard:
        read_back_name(reply)
        if reply.state.slot == "name":
            return
    if question.slot == "number" and reply.state.caller_number:
        ending = say_ending(reply.state.caller_number)
        reply.ask("own_number", Asked.OWN_NUMBER, slot="number", ending=ending)
        return
    reply.ask(f"slot:{question.slot}", Asked.SLOT, slot=question.slot)


def read_back_name(reply: Reply) -> str:
    """Guess the name from all that was heard, read it back, and give it (empty if none)."""
    guess = guess_name(reply.draft.evidence)
    if not guess.name:
        return ""
    put_slot(reply, "name", guess.name, SlotStatus.HEARD)
    reply.set_draft(unsure_part=guess.unsure_part)
    if guess.is_sure:
        reply.ask("confirm_name", Asked.CONFIRM_SLOT, slot="name", name=guess.name)
        return guess.name
    doubtful = guess.name.split()[-1] if guess.unsure_part == "last name" else guess.name
    if guess.unsure_part == "first name":
        doubtful = guess.name.split()[0]
    letters = ". ".join(say_letters(word) for word in doubtful.split())
    reply.ask(
        "confirm_name_spelled", Asked.CONFIRM_SLOT, slot="name", name=guess.name, letters=letters
    )
    return guess.name


def say_value(name: str, value: str) -> str:
    """Say a slot's value as it is read back."""
    if name in {"till", "paybill"}:
        return say_digits(value)
    if name != "number":
        return value
    return say_phone(E164(value)) if value.startswith("+") else say_digits(value)


def summary_of(reply: Reply) -> str:
    """Say the message back in one breath, in the caller's language if the voice can."""
    language = reply.state.language
    if language is not Language.ENGLISH:
        said = _summary(reply, language)
        if reply.known.can_say(language, (piece_key(said),)):
            return said
    return _summary(reply, Language.ENGLISH)


def _summary(reply: Reply, language: Language) -> str:
    draft, words = reply.draft, phrases_of(language.value)

    def part(key: str, **values: str) -> str:
        return words.word("read_back", key).format(**values)

    said = part("urgent_message" if draft.urgent else "a_message")
    if draft.for_person:
        said += part("for", who=reply.known.said_name(draft.for_person))
    if draft.value("name"):
        said += part("from", name=draft.value("name"))
    if draft.value("number"):
        said += part("on", number=say_value("number", draft.value("number")))
    said += "."
    if draft.value("reason"):
        said += part("says", reason=reply.as_written(draft.value("reason")).rstrip("."))
    if draft.value("best_time"):
        said += part("best_time", time=say_best_time(draft.value("best_time"), language))
    for slot in draft.slots:
        if slot.name not in _STANDARD and slot.value:
            name = _named(slot.name, words)
            said += part(
                "other", slot=name[:1].upper() + name[1:], value=say_value(slot.name, slot.value)
            )
    unsure = [_named(slot.name, words) for slot in draft.slots if _is_unsure(slot)]
    if unsure:
        said += part("unsure", slots=part("unsure_and").join(unsure))
    return said


def _named(slot: str, words: Phrases) -> str:
    if words.has("read_back", slot):
        return words.word("read_back", slot)
    return slot.replace("_", " ")


def say_best_time(value: str, language: Language = Language.ENGLISH) -> str:
    """Say when to call back: the caller's words, and a time of the Swahili clock on both clocks.

    *Saa tisa* is three o'clock; who takes it for nine rings in vain.
    """
    value, read = value.rstrip("."), read_time(value)
    if read is None or (read.clock is Language.ENGLISH and read.clock_known):
        return value
    other = Language.ENGLISH if language is Language.SWAHILI else Language.SWAHILI
    if read.clock is not language or not read.clock_known:
        other = language
    words = phrases_of(language.value).word("parts", "both_clocks")
    return words.format(time=value, other=say_time(read.at, other))


def _is_unsure(slot: Slot) -> bool:
    return slot.status is SlotStatus.UNSURE


def propose_message(reply: Reply, *, all_unsure: bool = False) -> None:
    """Propose to save the message as it stands.

    Args:
        reply: the reply so far.
        all_unsure: whether the caller never confirmed the whole.
    """
    draft = reply.draft
    unsure = [slot.name for slot in draft.slots if slot.value and (all_unsure or _is_unsure(slot))]
    extra = {slot.name: slot.value for slot in draft.slots if slot.name not in _STANDARD}
    if kind := reply.known.types.get(draft.call_type):
        extra[KIND] = kind.name
    reply.propose(
        "take_message",
        name=draft.value("name"),
        number=draft.value("number"),
        reason=draft.value("reason"),
        best_time=draft.value("best_time"),
        for_person=draft.for_person,
        urgent=draft.urgent,
        unsure=unsure,
        extra=extra,
    )
    reply.set(asked=Asked.NOTHING, slot="", question="", expects=Expects.ANYTHING)


def drop_message(reply: Reply) -> ClerkTurn:
    """Leave the message at the caller's wish."""
    reply.set(draft=None, pending_reason="", candidates=())
    reply.ask("cancelled", Asked.ANYTHING_ELSE)
    return reply.done("deny")
