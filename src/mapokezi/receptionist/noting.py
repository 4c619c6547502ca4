"""Notes of a call, made of its record by rules: who wanted what, what came of it, who must act.

Nothing stands in them that was not said or done. A model may write better lines later; the fields,
the promises and the tags stay those of the rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mapokezi.calls import Outcome, Speaker
from mapokezi.receptionist.hours import open_at
from mapokezi.receptionist.office import Office
from mapokezi.records.call_notes import EXTRACT, CallNotes, Tag
from mapokezi.records.call_record import CallInFull, HandOffOutcome
from mapokezi.records.message_record import MessageRecord

MOST_LINE = 240
"""Characters of a line: three of them are read at a glance."""
_MOST_QUOTED = 160
_LEAST_WORDS = 3
"""A turn shorter than this greets, or says yes."""
_NOT_SERVED = frozenset({Outcome.FAILED, Outcome.FALLBACK})

_EN = {
    "withheld": "a withheld number",
    "wants": "{who}: {what}.",
    "said": "{who} said: “{what}”",
    "silent": "{who} rang and said nothing.",
    "flash": "{who} rang once and hung up.",
    "no_reason": "no reason given",
    "told": "Was told: {facts}.",
    "put_through": "Was put through to {name}.",
    "no_answer": "{name} was rung: no answer.",
    "busy": "{name} was rung: busy.",
    "declined": "{name} was rung and declined.",
    "failed": "{name} was rung, and could not be reached.",
    "caller_gone": "{name} was rung; the ringing was stopped.",
    "put_through_to_one": "Was put through to one of those who were rung: {names}.",
    "not_supported": "{name} could not be rung.",
    "put_right": "The voice said something wrong and put it right: {kinds}.",
    "let_down": "The call could not be taken or finished.",
    "left": "Hung up before anything was done.",
    "nothing": "Nothing was asked that needed an answer.",
    "act": "For {name}: call back{more}.",
    "urgent": "Urgent, for {name}: call back{more}.",
    "best_time": ", best time {time}",
    "unsure": " (not sure: {slots})",
    "call_back": "Somebody should call back.",
    "nobody": "Nobody has to act.",
    "office": "the office",
    "reception": "the reception",
    "promise": "{name} will be told",
}
_SW = {
    "withheld": "namba iliyofichwa",
    "wants": "{who}: {what}.",
    "said": "{who} alisema: “{what}”",
    "silent": "{who} alipiga bila kusema kitu.",
    "flash": "{who} alipiga mara moja na kukata.",
    "no_reason": "hakutaja sababu",
    "told": "Aliambiwa: {facts}.",
    "put_through": "Aliunganishwa na {name}.",
    "no_answer": "{name} alipigiwa: hakupokea.",
    "busy": "{name} alipigiwa: laini ilikuwa na shughuli.",
    "declined": "{name} alipigiwa na kukataa.",
    "failed": "{name} alipigiwa, hakupatikana.",
    "caller_gone": "{name} alipigiwa; mlio ulisitishwa.",
    "put_through_to_one": "Aliunganishwa na mmoja wa waliopigiwa: {names}.",
    "not_supported": "{name} hakuweza kupigiwa.",
    "put_right": "Sauti ilisema jambo lisilo sahihi na kulisahihisha: {kinds}.",
    "let_down": "Simu haikupokelewa au haikumalizika.",
    "left": "Alikata kabla ya kuhudumiwa.",
    "nothing": "Hakuna swali lililohitaji jibu.",
    "act": "Kwa {name}: mpigie{more}.",
    "urgent": "Haraka, kwa {name}: mpigie{more}.",
    "best_time": ", muda mzuri {time}",
    "unsure": " (haijathibitishwa: {slots})",
    "call_back": "Mtu ampigie simu.",
    "nobody": "Hakuna anayehitaji kufanya kitu.",
    "office": "ofisi",
    "reception": "mapokezi",
    "promise": "{name} ataambiwa",
}
_WORDS = {"en": _EN, "sw": _SW}


@dataclass(frozen=True, slots=True)
class NotedCall:
    """All that notes are made of."""

    found: CallInFull
    messages: Sequence[MessageRecord]
    office: Office | None
    """None: it is not answered for any more."""
    rang_before: int = 0
    """How often the number rang this office before."""


def notes_of(noted: NotedCall, language: str, now: datetime) -> CallNotes:
    """Make the notes of a call that has ended.

    Args:
        noted: the call.
        language: ``en`` or ``sw``; any other is written in English.
        now: the instant, in UTC.
    """
    say = _WORDS.get(language, _EN)
    call = noted.found.call
    left = [message for message in noted.messages if not message.is_call_back]
    message = left[-1] if left else None
    return CallNotes(
        call_id=call.call_id,
        office_id=call.office_id,
        made_at=now,
        made_by=EXTRACT,
        language=language if language in _WORDS else "en",
        lines=(
            _cut(_who_and_what(noted, message, say)),
            _cut(_what_came_of_it(noted, say)),
            _cut(_who_must_act(noted, message, say)),
        ),
        promises=tuple(
            say["promise"].format(name=_name(noted, one.for_person, say["office"])) for one in left
        ),
        fields=_fields(message),
        unsure=message.unsure if message is not None else (),
        tags=tags_of(noted),
    )


def tags_of(noted: NotedCall) -> tuple[Tag, ...]:
    """What a call is found by later."""
    call, messages = noted.found.call, noted.messages
    rung = [attempt.outcome for attempt in call.hand_offs if attempt.outcome is not None]
    holds = {
        Tag.URGENT: any(message.urgent and not message.is_call_back for message in messages),
        Tag.AFTER_HOURS: noted.office is not None
        and not open_at(noted.office.hours, call.arrived_at).is_open,
        Tag.RANG_BEFORE: noted.rang_before > 0,
        Tag.FLASH: call.outcome is Outcome.FLASH,
        Tag.ASKED_FOR_PERSON: bool(call.hand_offs),
        Tag.NOT_REACHED: bool(rung) and not any(one.is_connected for one in call.hand_offs),
        Tag.LET_DOWN: call.outcome in _NOT_SERVED,
        Tag.UNSURE: any(message.unsure and not message.is_call_back for message in messages),
        Tag.PUT_RIGHT: bool(call.claims),
        Tag.NO_NUMBER: call.caller is None and not any(one.number for one in messages),
    }
    return tuple(tag for tag, is_so in holds.items() if is_so)


def _who_and_what(noted: NotedCall, message: MessageRecord | None, say: dict[str, str]) -> str:
    call = noted.found.call
    if message is not None:
        known = [one for one in (message.name, message.number or call.caller) if one]
        what = " ".join(message.reason.split()).rstrip(".") or say["no_reason"]
        return say["wants"].format(who=", ".join(known) or say["withheld"], what=what)
    who = call.caller or say["withheld"]
    if call.outcome is Outcome.FLASH:
        return say["flash"].format(who=who)
    said = _first_wish(noted)
    return say["said"].format(who=who, what=said) if said else say["silent"].format(who=who)


def _first_wish(noted: NotedCall) -> str:
    """What the caller said first that was more than a greeting."""
    said = [
        " ".join(turn.text.split())
        for turn in noted.found.turns
        if turn.speaker is Speaker.CALLER and turn.text.strip()
    ]
    longer = [text for text in said if len(text.split()) >= _LEAST_WORDS]
    return _cut((longer or said or [""])[0], _MOST_QUOTED)


def _what_came_of_it(noted: NotedCall, say: dict[str, str]) -> str:
    call = noted.found.call
    parts = []
    titles = _facts_told(noted)
    if titles:
        parts.append(say["told"].format(facts="; ".join(titles)))
    for attempt in call.hand_offs:
        if attempt.outcome is not None:
            connected = attempt.outcome is HandOffOutcome.CONNECTED
            words = say["put_through" if connected else attempt.outcome.value]
            parts.append(words.format(name=_name(noted, attempt.person_id, say["reception"])))
    several = [one for one in call.hand_offs if one.is_one_of_several]
    if several:
        names = ", ".join(_name(noted, one.person_id, say["reception"]) for one in several)
        parts.append(say["put_through_to_one"].format(names=names))
    if call.claims:
        kinds = ", ".join(dict.fromkeys(claim.kind for claim in call.claims))
        parts.append(say["put_right"].format(kinds=kinds))
    if call.outcome in _NOT_SERVED:
        parts.append(say["let_down"])
    elif call.outcome in {Outcome.ABANDONED, Outcome.FLASH} and not parts:
        parts.append(say["left"])
    return " ".join(parts) or say["nothing"]


def _facts_told(noted: NotedCall) -> list[str]:
    titles = {fact.id: fact.title for fact in noted.office.facts} if noted.office else {}
    told = [
        titles[fact_id]
        for turn in noted.found.turns
        if turn.speaker is Speaker.RECEPTIONIST
        for fact_id in turn.fact_ids
        if fact_id in titles
    ]
    return list(dict.fromkeys(told))


def _who_must_act(noted: NotedCall, message: MessageRecord | None, say: dict[str, str]) -> str:
    if message is None:
        call = noted.found.call
        owed = call.caller is not None and (
            call.outcome in {Outcome.FLASH, Outcome.ABANDONED} or call.outcome in _NOT_SERVED
        )
        return say["call_back" if owed else "nobody"]
    more = say["best_time"].format(time=message.best_time) if message.best_time else ""
    if message.unsure:
        more += say["unsure"].format(slots=", ".join(message.unsure))
    name = _name(noted, message.for_person, say["office"])
    return say["urgent" if message.urgent else "act"].format(name=name, more=more)


def _fields(message: MessageRecord | None) -> dict[str, str]:
    if message is None:
        return {}
    found = {
        "name": message.name,
        "number": message.number,
        "reason": message.reason,
        "best_time": message.best_time,
        "for_person": message.for_person,
    }
    return {name: value for name, value in found.items() if value}


def _name(noted: NotedCall, person_id: str, otherwise: str) -> str:
    people = noted.office.people if noted.office is not None else ()
    return next((person.name for person in people if person.id == person_id), otherwise)


def _cut(text: str, most: int = MOST_LINE) -> str:
    if len(text) <= most:
        return text
    return text[: most - 1].rpartition(" ")[0].rstrip(" ,.;:") + "…"
