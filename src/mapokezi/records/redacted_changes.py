"""Changes to the records, without what nobody should keep: redaction before anything is stored."""

from __future__ import annotations

from dataclasses import replace

from mapokezi.records.call_record import CallRecord, TurnRecord
from mapokezi.records.changes import (
    Change,
    SaveArrival,
    SaveEnd,
    SaveMessage,
    SaveProgress,
    SaveTurn,
)
from mapokezi.records.claim_record import ClaimRecord
from mapokezi.records.message_record import MessageRecord
from mapokezi.records.open_questions import SaveQuestion
from mapokezi.records.redaction import redacted, without_cards


def without_secrets(change: Change) -> Change:
    """A change as it may be kept; the same one if there is nothing in it to take out.

    Transcripts lose card numbers, ids and secret codes, messages card numbers alone: that a
    message passes on an id is what it was left for.
    """
    match change:
        case SaveTurn(turn):
            kept = _turn(turn)
            return change if kept is turn else SaveTurn(kept)
        case SaveMessage(message):
            left = _message(message)
            return change if left is message else SaveMessage(left)
        case SaveQuestion(question):
            words = redacted(question.words)
            is_same = words == question.words
            return change if is_same else SaveQuestion(replace(question, words=words))
        case SaveArrival(record) | SaveProgress(record) | SaveEnd(record):
            call = _call(record)
            return change if call is record else replace(change, record=call)
    return change


def _turn(turn: TurnRecord) -> TurnRecord:
    text, unheard = redacted(turn.text), redacted(turn.unheard_text)
    if (text, unheard) == (turn.text, turn.unheard_text):
        return turn
    return replace(turn, text=text, unheard_text=unheard)


def _message(message: MessageRecord) -> MessageRecord:
    words = (message.name, message.reason, message.best_time)
    kept = tuple(map(without_cards, words))
    if kept == words:
        return message
    return replace(message, name=kept[0], reason=kept[1], best_time=kept[2])


def _call(record: CallRecord) -> CallRecord:
    claims = tuple(map(_claim, record.claims))
    return record if claims == record.claims else replace(record, claims=claims)


def _claim(claim: ClaimRecord) -> ClaimRecord:
    return replace(claim, claim=redacted(claim.claim), truth=redacted(claim.truth))
