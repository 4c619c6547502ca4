"""Takes out of a transcript what was told in pieces: a card's number, four figures a turn.

Each turn loses what it holds alone before it is stored (`mapokezi.records.redacted_changes`); this
looks at all turns of a speaker together once the call is over.
"""

from __future__ import annotations

from dataclasses import replace

from mapokezi.calls import CallId, Speaker
from mapokezi.records.call_record import TurnRecord
from mapokezi.records.changes import SaveTurn
from mapokezi.records.ports import CallRecords, RecordKeeper
from mapokezi.records.redaction import redacted_together


async def redact_transcript(call_id: CallId, calls: CallRecords, keeper: RecordKeeper) -> int:
    """Redact a call that has ended. Done twice it comes to the same.

    Returns:
        How many turns were changed.
    """
    found = await calls.get(call_id)
    if found is None:
        return 0
    changed = 0
    for speaker in Speaker:
        turns = [turn for turn in found.turns if turn.speaker is speaker]
        for turn, text in zip(turns, redacted_together(_texts(turns)), strict=True):
            if text != turn.text:
                await keeper.commit(SaveTurn(replace(turn, text=text)))
                changed += 1
    return changed


def _texts(turns: list[TurnRecord]) -> list[str]:
    return [turn.text for turn in turns]
