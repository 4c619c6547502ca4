"""What is taken out of changes before they are stored."""

from __future__ import annotations

from dataclasses import replace

from tests.sample_records import Examples

from mapokezi.records.changes import (
    Change,
    SaveArrival,
    SaveEnd,
    SaveMessage,
    SaveProgress,
    SaveTimeline,
    SaveTurn,
)
from mapokezi.records.claim_record import ClaimRecord
from mapokezi.records.redacted_changes import without_secrets
from mapokezi.records.redaction import CARD, ID

NUMBER = "4111 1111 1111 1111"


def test_turns_lose_cards_and_ids(examples: Examples) -> None:
    turn = examples.turn(text=f"It is {NUMBER}.", unheard="My ID is 23456789.")
    kept = without_secrets(SaveTurn(turn))
    assert kept == SaveTurn(replace(turn, text=f"It is {CARD}.", unheard_text=f"My ID is {ID}."))


def test_messages_lose_cards_and_keep_ids_and_numbers(examples: Examples) -> None:
    message = replace(
        examples.message(),
        name=f"Grace {NUMBER}",
        reason=f"Card {NUMBER}, my ID number is 23456789.",
        best_time=NUMBER,
    )
    kept = without_secrets(SaveMessage(message))
    assert isinstance(kept, SaveMessage)
    assert kept.message == replace(
        message, name=f"Grace {CARD}", reason=f"Card {CARD}, my ID number is 23456789.",
        best_time=CARD,
    )  # fmt: skip


def test_claims_of_a_call_lose_them_too(examples: Examples) -> None:
    claim = ClaimRecord("price", f"Your card {NUMBER} was charged.", "It was not.", 10)
    for change in (SaveProgress, SaveEnd, SaveArrival):
        record = replace(examples.ended(), claims=(claim,))
        kept = without_secrets(change(record))
        assert isinstance(kept, change)
        assert kept.record.claims[0].claim == f"Your card {CARD} was charged."


def test_what_holds_nothing_is_the_same_change(examples: Examples) -> None:
    changes: tuple[Change, ...] = (
        SaveTurn(examples.turn()),
        SaveMessage(examples.message()),
        SaveEnd(examples.ended()),
        SaveTimeline((examples.entry(),)),
    )
    for change in changes:
        assert without_secrets(change) is change
