"""Takes out of a transcript what no turn tells alone: a card's number, four figures a turn; an id
that answers the question for it, or that the receptionist says again.

Each turn loses what it holds alone before it is stored (`mapokezi.records.redacted_changes`); this
looks at all turns together once the call is over.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from mapokezi.calls import CallId
from mapokezi.records.call_record import TurnRecord
from mapokezi.records.changes import SaveTurn
from mapokezi.records.ports import CallRecords, RecordKeeper
from mapokezi.records.redaction import redacted_conversation


async def redact_transcript(call_id: CallId, calls: CallRecords, keeper: RecordKeeper) -> int:
    """Redact a call that has ended. Done twice it comes to the same.

    Returns:
        How many turns were changed.
    """
    found = await calls.get(call_id)
    if found is None:
        return 0
    changed = 0
    for turn, kept in zip(found.turns, _without_secrets(found.turns), strict=True):
        if kept != turn:
            await keeper.commit(SaveTurn(kept))
            changed += 1
    return changed


def _without_secrets(turns: Sequence[TurnRecord]) -> Iterator[TurnRecord]:
    said = [(turn.speaker, turn.text) for turn in turns]
    heard = redacted_conversation(said)
    for place, turn in enumerate(turns):
        before = [(said[place - 1][0], heard[place - 1])] if place else []
        unheard = redacted_conversation([*before, (turn.speaker, turn.unheard_text)])[-1]
        yield replace(turn, text=heard[place], unheard_text=unheard)
