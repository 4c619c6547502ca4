"""Calls of one sentence each to a voice model whose transcript is deaf.

The model is obedient (`bench.wire.obedient`): what it does once the caller has spoken stands with
the call. The office is the example's, open at all hours, and everybody in it picks up.
"""

from __future__ import annotations

import socket
from collections import Counter
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
_BACK = "I am back with you."
_TRIES = 3


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
    tries: int = 1
    """How often it was placed until it was what it is to be, or it was given up."""

    @property
    def is_sound(self) -> bool:
        """Whether it was what it is to be; see `is_sound`."""
        return is_sound(self.rung)


def is_sound(rung: Rung) -> bool:
    """Whether the caller's words reached the line whole, and the model was there for all the call.

    A machine that is busy with other things may tear holes into words before they are on any line,
    and keep the model so long that the clerk takes over: such a call tells nothing of either.
    """
    voices = [e.values.get("name") for e in rung.record.timeline if e.what == "voice_ready"]
    return not rung.heard.torn and set(voices) == {"fake"}


async def placed(name: str, calls: Sequence[DeafCall], at_once: int = AT_ONCE) -> list[Placed]:
    """Place calls, each again if its line was lost on a busy machine, or it was not `is_sound`.

    Args:
        name: Of the data folder.
        calls: In this order.
        at_once: How many go on at a time.

    Raises:
        RuntimeError: If a call was lost each time.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    models = ObedientModels()
    await models.listen(port)
    try:
        async with hand_off_stage(name, models_port=port) as up:
            await _all_answer(up)
            tries: Counter[int] = Counter()
            rung = await some_at_once(
                [partial(_ring, up, models, call, tries, at) for at, call in enumerate(calls)],
                at_once=at_once,
            )
            return [
                Placed(one, await up.messages_of(one.record), tries[at])
                for at, one in enumerate(rung)
            ]
    finally:
        await models.close()


async def _all_answer(up: Stage) -> None:
    office = read_office(OFFICE)
    numbers = (office.reception, *(person.mobile for person in office.people))
    for number in filter(None, numbers):
        await set_callee(up, number, {"way": "answer", "after_s": 0.5, "talk_s": 0.5})


async def _ring(
    up: Stage, models: ObedientModels, call: DeafCall, tries: Counter[int], at: int
) -> Rung:
    last: Rung | None = None
    while tries[at] < _TRIES:
        tries[at] += 1
        with suppress(KeyError, LookupError):
            caller_number = new_number()
            models.calls[caller_number] = ObedientCall(call.acts(), call.after_tool, _BACK)
            caller = ScriptedCaller([call.line], _MANNERS)
            last = await ring_and_read(up, caller, longest_s=60.0, from_number=caller_number)
            if is_sound(last):
                break
    if last is None:
        raise RuntimeError(f"a call was lost {_TRIES} times: {call.line.text!r}")
    return last
