"""Calls of one sentence each to a voice model whose transcript is deaf.

The model is obedient (`bench.wire.obedient`): what it does once the caller has spoken stands with
the call. The office is the example's, open at all hours, and everybody in it picks up.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, repeat
from pathlib import Path

from bench.hand_off_stage import hand_off_stage, set_callee
from bench.ringing import Rung, new_number, ring_and_read, some_at_once
from bench.stage import Stage
from bench.wire.obedient import Does, ObedientCall, ObedientModels
from mapokezi.emulator.callers import CallerLine, Manners, ScriptedCaller
from mapokezi.records.message_record import MessageRecord
from mapokezi.stores.office_files import read_office

OFFICE = Path("examples/law-office")
AT_ONCE = 8
DEAF_AND_IDLE = "I see."
_AFTER_TOOL = {"connecting": "I am connecting you now.", "ringing": "I am ringing them now."}
_MANNERS = Manners(patience_s=14.0, lingers_s=9.0)
"""A rule acts up to 7 s after the words: the recogniser's patience, and the model's time."""
_TRIES = 2


def does_nothing() -> Iterator[Does]:
    """Say that one sees, whatever the caller says."""
    return repeat(Does(says=DEAF_AND_IDLE))


def calls_once(tool: str, **arguments: object) -> Iterator[Does]:
    """Call a tool when the caller has spoken, then do nothing more."""
    return chain([Does(tool=tool, arguments=arguments)], does_nothing())


@dataclass(frozen=True, slots=True)
class DeafCall:
    """One call to be placed."""

    line: CallerLine
    """What the caller says or presses."""
    acts: Callable[[], Iterator[Does]]
    """What the model does, one a turn of the caller's."""
    after_tool: Mapping[str, str] = field(default_factory=lambda: _AFTER_TOOL)
    """What the model says to a tool's result, by its status; else the result's ``say``."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A call that was placed, and the messages that it left."""

    rung: Rung
    messages: tuple[MessageRecord, ...]


async def placed(name: str, calls: Sequence[DeafCall], at_once: int = AT_ONCE) -> list[Placed]:
    """Place calls, each once more if its line was lost on a busy machine.

    Args:
        name: Of the data folder.
        calls: In this order.
        at_once: How many go on at a time.

    Raises:
        RuntimeError: If a call was lost twice.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    models = ObedientModels()
    await models.listen(port)
    try:
        async with hand_off_stage(name, models_port=port) as up:
            await _all_answer(up)
            rung = await some_at_once(
                [partial(_ring, up, models, call) for call in calls], at_once=at_once
            )
            return [Placed(one, await up.messages_of(one.record)) for one in rung]
    finally:
        await models.close()


async def _all_answer(up: Stage) -> None:
    office = read_office(OFFICE)
    numbers = (office.reception, *(person.mobile for person in office.people))
    for number in filter(None, numbers):
        await set_callee(up, number, {"way": "answer", "after_s": 0.5, "talk_s": 0.5})


async def _ring(up: Stage, models: ObedientModels, call: DeafCall) -> Rung:
    for _ in range(_TRIES):
        with suppress(KeyError, LookupError):
            caller_number = new_number()
            models.calls[caller_number] = ObedientCall(call.acts(), call.after_tool)
            caller = ScriptedCaller([call.line], _MANNERS)
            return await ring_and_read(up, caller, longest_s=60.0, from_number=caller_number)
    raise RuntimeError(f"a call was lost {_TRIES} times: {call.line.text!r}")
