"""What is told in pieces is found when the call is over."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.aftercall.keeping_stage import keeping_stage

from mapokezi.aftercall.redacting import redact_transcript
from mapokezi.calls import CallId
from mapokezi.records.changes import SaveTurn
from mapokezi.records.redaction import CARD, ID

pytestmark = pytest.mark.anyio


async def test_a_card_told_in_four_turns_leaves_the_transcript(
    tmp_path: Path, database_url: str
) -> None:
    said = ["My card is 4111", "1111", "1111", "1111. Got it?"]
    async with keeping_stage(tmp_path, database_url) as stage:
        record = await stage.recorded()
        keeper = stage.database.writer
        for number, text in enumerate(said):
            turn = stage.examples.turn(number=2 * number, text=text, ours=False)
            await keeper.commit(SaveTurn(turn))
            go_on = stage.examples.turn(number=2 * number + 1, text="Go on.", unheard="")
            await keeper.commit(SaveTurn(go_on))
        found = await stage.database.calls.get(record.call_id)
        assert found is not None
        assert [turn.text for turn in found.turns[::2]] == said  # none is a card by itself

        assert await redact_transcript(record.call_id, stage.database.calls, keeper) == 4
        found = await stage.database.calls.get(record.call_id)
        assert found is not None
        told = [turn.text for turn in found.turns]
        assert told[::2] == [f"My card is {CARD}", CARD, CARD, f"{CARD}. Got it?"]
        assert set(told[1::2]) == {"Go on."}
        assert await redact_transcript(record.call_id, stage.database.calls, keeper) == 0


async def test_a_call_that_is_gone_is_passed_over(tmp_path: Path, database_url: str) -> None:
    async with keeping_stage(tmp_path, database_url) as stage:
        keeper = stage.database.writer
        assert await redact_transcript(CallId("gone"), stage.database.calls, keeper) == 0


async def test_an_id_that_answers_a_question_leaves_the_transcript(
    tmp_path: Path, database_url: str
) -> None:
    """What was cut off by the caller, and what was not heard of it, too."""
    async with keeping_stage(tmp_path, database_url) as stage:
        record = await stage.recorded()
        keeper = stage.database.writer
        said = [
            ("Your ID number, please?", "", True),
            ("two nine one two three four five six", "", False),
            ("I have 2 9 1 2 3 4 5 6,", "so 29123456, is that right?", True),
        ]
        for number, (text, unheard, ours) in enumerate(said):
            turn = stage.examples.turn(number=number, text=text, unheard=unheard, ours=ours)
            await keeper.commit(SaveTurn(turn))
        assert await redact_transcript(record.call_id, stage.database.calls, keeper) == 2
        found = await stage.database.calls.get(record.call_id)
        assert found is not None
        assert [(turn.text, turn.unheard_text) for turn in found.turns] == [
            ("Your ID number, please?", ""),
            (ID, ""),
            (f"I have {ID},", f"so {ID}, is that right?"),
        ]
