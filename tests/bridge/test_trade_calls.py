"""Ten scripted calls of each of the five trades come to what they must."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.bridge.trade_calls import (
    Played,
    TradeCall,
    calls_of,
    play,
    trade_world,
)
from tests.bridge.trade_faults import faults_of

from mapokezi.bridge import clock
from mapokezi.stores.trades import TRADES

pytestmark = pytest.mark.anyio
VIRTUAL_TIME = True
_IN_EVERY_RUN = "clinic"


def wall_from(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    """Let the time of day be ``at`` now, and go on with the virtual clock."""
    began = clock.monotonic()
    monkeypatch.setattr(
        clock, "wall", lambda: at.astimezone(UTC) + timedelta(seconds=clock.monotonic() - began)
    )


@pytest.mark.parametrize(
    "trade",
    [
        trade if trade == _IN_EVERY_RUN else pytest.param(trade, marks=pytest.mark.proof)
        for trade in TRADES
    ],
)
async def test_ten_calls_of_a_trade_come_to_what_they_must(
    worlds: Any, kit: Any, trade: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await trade_world(worlds, trade, kit.speech)
    calls = calls_of(trade)
    assert len(calls) == 10
    wrong: dict[str, list[str]] = {}
    for call in calls:
        played = await play(world, call, lambda at: wall_from(monkeypatch, at))
        assert [turn for turn in played.turns if turn.speaker == "caller"], call.name
        if faults := faults_of(played, call):
            wrong[call.name] = [*faults, played.script()]
            continue
        spoilt = [one for one in spoilt_expectations(call) if not faults_of(played, one)]
        assert not spoilt, "a wrong outcome would not be noticed"
    await world.reception.close()
    assert not wrong, "\n".join(f"{name}: {text}" for name, text in wrong.items())


def spoilt_expectations(call: TradeCall) -> list[TradeCall]:
    """Expect something else of a call, each time of another kind."""
    expect = call.expect
    others: list[dict[str, Any]] = [
        {"outcome": ["failed"]},
        {"heard": ["an elephant"]},
        {"facts": ["elephants"]},
        {"rung": ["nobody-of-ours"]},
        {"messages": 7},
    ]
    if "message" in expect["outcome"]:
        others += [{"name": "No Such Name"}, {"number": "+254700999999"}, {"reason": ["elephant"]}]
    return [replace(call, expect={**expect, **other}) for other in others]


def test_what_must_not_be_said_is_found(kit: Any) -> None:
    (call, *_) = calls_of("law")
    call = replace(call, expect={"outcome": ["resolved"], "never_heard": ["five thousand"]})
    turn = _turn("It costs five thousand shillings.")
    played = Played("resolved", (turn,), (), (), ())
    assert faults_of(played, call) == ["said: five thousand"]
    assert faults_of(replace(played, turns=(_turn("It is free."),)), call) == []


def _turn(text: str) -> Any:
    from types import SimpleNamespace

    return SimpleNamespace(speaker="receptionist", text=text, fact_ids=())
