"""One scripted call of each trade with sound: the line, the ears, the voice, the telephone.

Of the first five that were tried two came to another end than as text: the local recogniser writes
"that" for VAT and "he will accept" for "do you accept SHA". Letters that are said one by one are
what it hears worst; those calls are played as text alone.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.bridge.trade_calls import TradeCall, calls_of

from mapokezi.stores.office_files import read_office
from mapokezi.stores.trades import TRADES, write_new

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.call,
    pytest.mark.proof,
    pytest.mark.timeout(600),
]
_ALOUD = {
    "law": "the consultation's fee, then Saturday",
    "clinic": "what it costs, and whether the insurance pays",
    "property": "the way there, and lunch time",
    "accounts": "what bookkeeping costs",
    "general": "somebody who looks for work",
}
_NOT_ALOUD = "SHA"
_ALWAYS_ANSWERED = '\n[closed]\ncallers_get = "answer"\n'


def office_of(trade: str, folder: Path) -> Path:
    """Write a trade's office that answers questions whenever the test is run."""
    write_new(folder / trade, trade)
    hours = folder / trade / "hours.toml"
    text = hours.read_text(encoding="utf-8")
    week = re.split(r"(?m)^\[+(?!week)", text)[0]
    kept = week.replace('holidays_of = "KE"', 'holidays_of = ""')
    hours.write_text(kept + _ALWAYS_ANSWERED, encoding="utf-8")
    return folder / trade


def said_by(call: TradeCall) -> list[str]:
    says = [said for said in call.says if _NOT_ALOUD not in said]
    return [*says, "No, that is all. Thank you, goodbye."]


def told_by(call: TradeCall) -> set[str]:
    """The facts that are told, without those of questions that are not asked aloud."""
    return set(call.expect["facts"][: len(said_by(call)) - 1])


async def test_a_call_of_each_trade_aloud(houses: Any, tmp_path: Path) -> None:
    folders = [office_of(trade, tmp_path) for trade in TRADES]
    of_trades = replace(houses, offices=tuple(map(str, folders)))
    wrong: dict[str, str] = {}
    async with of_trades() as house:
        for folder in folders:
            trade = folder.name
            call = next(one for one in calls_of(trade) if one.name == _ALOUD[trade])
            caller = house.scripted(*said_by(call))
            number = read_office(folder).numbers[0]
            rung = await house.ring(caller, to=number, longest_s=100.0)
            told = {fact for turn in rung.kept.turns for fact in turn.fact_ids}
            is_right = (
                rung.kept.call.outcome is not None
                and rung.kept.call.outcome.value in call.expect["outcome"]
                and told_by(call) <= told
                and not rung.messages
            )
            if not is_right:
                wrong[trade] = rung.transcript
    assert not wrong, "\n\n".join(wrong.values())
