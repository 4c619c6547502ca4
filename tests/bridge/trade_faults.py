"""Whether a scripted call of a trade has come to what its file expects.

``outcome``      one of these
``heard``, ``never_heard``  parts of what the receptionist says, or must not say
``facts``        ids of facts that are told
``rung``         who is rung, in order, by their ids; the reception is empty
``messages``     how many messages are kept
``name``, ``number``, ``reason``, ``for_person``, ``urgent``  of the last message; ``own`` is the
                 number that rings, of the reason each word must be in it
``told``         who of the staff is told of it first
"""

from __future__ import annotations

import re

from tests.bridge.trade_calls import Played, TradeCall


def faults_of(played: Played, call: TradeCall) -> list[str]:
    """Say what was not as it must be; nothing if all was."""
    expect, found = call.expect, []
    if played.outcome not in expect["outcome"]:
        found.append(f"the outcome is {played.outcome}")
    told = {fact for turn in played.turns for fact in turn.fact_ids}
    found += [f"no fact {fact}" for fact in expect.get("facts", ()) if fact not in told]
    heard = played.heard.lower()
    found += [f"not said: {part}" for part in expect.get("heard", ()) if part.lower() not in heard]
    found += [f"said: {part}" for part in expect.get("never_heard", ()) if _is_said(part, heard)]
    if "rung" in expect and list(played.rung) != expect["rung"]:
        found.append(f"rung: {played.rung}")
    if "messages" in expect and len(played.messages) != expect["messages"]:
        found.append(f"{len(played.messages)} messages")
    return [*found, *_faults_of_message(played, call)]


def _is_said(part: str, heard: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(part.lower())}(?!\w)", heard) is not None


def _faults_of_message(played: Played, call: TradeCall) -> list[str]:
    expect = call.expect
    wanted = {"name", "number", "reason", "for_person", "urgent", "told"} & set(expect)
    if not wanted:
        return []
    if not played.messages:
        return ["no message"]
    message, told = played.messages[-1], played.told[-1]
    found = []
    if "number" in wanted:
        number = call.caller if expect["number"] == "own" else expect["number"]
        found += [] if message.number == number else [f"number: {message.number}"]
    reason = message.reason.lower()
    found += [
        f"reason: {message.reason}" for word in expect.get("reason", ()) if word not in reason
    ]
    for key, got in (
        ("name", message.name),
        ("for_person", message.for_person),
        ("urgent", message.urgent),
        ("told", told),
    ):
        if key in wanted and expect[key] != got:
            found.append(f"{key}: {got!r}")
    return found
