"""A call's dealings with messages of earlier calls: the code sent, tried, and what it opens.

The code is drawn by whoever sends it (`mapokezi.aftercall.caller_codes`); here there is only its
proof, read from the notice once that was sent. What the proof opens, it opens for this call.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from mapokezi.bridge import clock
from mapokezi.bridge.call_in_progress import CallInProgress
from mapokezi.bridge.known_numbers import CallerRecords
from mapokezi.receptionist.decisions import Refused, not_proven
from mapokezi.receptionist.earlier_messages import (
    AskEarlier,
    Came,
    EarlierWish,
    Left,
    came,
    how_it_stands,
    meant,
)
from mapokezi.receptionist.telling_callers import can_be_texted, plan_code_text
from mapokezi.records.changes import SaveMessage
from mapokezi.records.message_record import MessageRecord
from mapokezi.records.notices import NoticeKind, NoticeState
from mapokezi.records.one_time_code import (
    DIGITS,
    LIVES,
    MOST_A_CALL,
    MOST_A_DAY,
    MOST_TRIES,
    is_proven,
)
from mapokezi.records.ports import RecordKeeper
from mapokezi.records.tasks import CommentTask, MoveTask, Task, TaskDeed
from mapokezi.stores.notices import NoticeBook
from mapokezi.units import E164

log = structlog.get_logger("mapokezi.bridge.earlier")

_SENT_WITHIN_S = 6.0
"""Less than a voice waits for a tool; a text that has not left by then may never come."""
_LOOK_EVERY_S = 0.25
_DAY = timedelta(hours=24)
_BY = "the caller"
"""Who has done it, as the staff read it."""


@dataclass(frozen=True, slots=True)
class EarlierParts:
    """What earlier messages are dealt with by."""

    records: CallerRecords
    notices: NoticeBook
    keeper: RecordKeeper


class EarlierMessages:
    """What one call may learn and do of messages that were left before."""

    def __init__(
        self,
        call: CallInProgress,
        parts: EarlierParts | None,
        hide_codes: Callable[[], None] = lambda: None,
    ) -> None:
        """Begin with nothing proven.

        Args:
            call: The call.
            parts: What it is done by; None: nothing can be proven.
            hide_codes: Told once a code is about: from then on none goes on record.
        """
        self.keys = KeysOfCode(DIGITS)
        self._hide_codes = hide_codes
        self._call = call
        self._parts = parts
        self._proof = ""
        self._good_until: datetime | None = None
        self._tries = self._codes = 0
        self._is_proven = False

    @property
    def can_prove(self) -> bool:
        """Whether the caller can be sent a code."""
        caller, office = self._call.caller, self._call.office
        if self._parts is None or caller is None or not office.callers.codes_by:
            return False
        return self._is_proven or can_be_texted(caller, office)

    async def answer(self, asked: AskEarlier) -> Mapping[str, Any] | Refused:
        """Do what is wished, or what comes before it.

        Args:
            asked: As the gate let it pass.
        """
        parts, caller = self._parts, self._call.caller
        if parts is None or caller is None:
            return not_proven(caller)
        if self._is_proven:
            return await self._do(parts, caller, asked)
        if not asked.code:
            return await self._send(parts, caller)
        self._tries += 1
        if await self._is_right(asked.code):
            self._is_proven = True
            self.keys.await_code(False)
            log.info("caller_proven", call_id=self._call.call_id)
            return await self._do(parts, caller, asked)
        if self._tries < MOST_TRIES and self._proof:
            return came(Came.WRONG_CODE)
        self._forget_code()
        return not_proven(caller)

    async def _is_right(self, code: str) -> bool:
        is_late = self._good_until is None or clock.wall() > self._good_until
        if is_late or self._tries > MOST_TRIES:
            return False
        # Slow on purpose: not on the loop that carries the calls.
        return await asyncio.to_thread(is_proven, code, self._proof)

    def _forget_code(self) -> None:
        self._proof, self._good_until = "", None
        self.keys.await_code(False)

    # -- the code --

    async def _send(self, parts: EarlierParts, caller: E164) -> Mapping[str, Any] | Refused:
        """Have a code sent; only a text that has gone is spoken of."""
        now, call = clock.wall(), self._call
        since = now - _DAY
        kind = NoticeKind.CALLER_CODE
        today = await parts.notices.number_to(call.office_id, caller, kind, since)
        if self._codes >= MOST_A_CALL or self._tries >= MOST_TRIES or today >= MOST_A_DAY:
            self._forget_code()
            return not_proven(caller)
        self._codes += 1
        self._hide_codes()
        planned = plan_code_text(call.office, caller, call.call_id, self._codes, now)
        if planned is None or not await parts.notices.plan([planned]):
            return not_proven(caller)
        proof = await self._when_sent(parts, planned.key)
        if not proof:
            await parts.notices.withdraw(clock.wall(), keys=[planned.key])
            log.warning("code_not_sent", call_id=call.call_id)
            return not_proven(caller)
        self._proof, self._good_until = proof, clock.wall() + LIVES
        self.keys.await_code(True)
        return came(Came.CODE_SENT)

    async def _when_sent(self, parts: EarlierParts, key: str) -> str:
        """Wait until the text has gone, and give the proof of its code; empty if it has not."""
        loop = asyncio.get_running_loop()
        until = loop.time() + _SENT_WITHIN_S
        while loop.time() < until:
            found = await parts.notices.by_key(key)
            if found is not None and found.state is NoticeState.SENT:
                return found.receipt
            if found is None or found.is_over:
                return ""
            await asyncio.sleep(_LOOK_EVERY_S)
        return ""

    # -- what it opens --

    async def _do(self, parts: EarlierParts, caller: E164, asked: AskEarlier) -> Mapping[str, Any]:
        now, call = clock.wall(), self._call
        left: Sequence[Left] = await parts.records.left_by(
            call.office_id, caller, now, call.call_id
        )
        found = meant(left)
        if found is None:
            return came(Came.NONE_LEFT)
        message, task = found
        if asked.wish is EarlierWish.STATUS or (task is not None and task.done_at is not None):
            return came(how_it_stands(task))
        if asked.wish is EarlierWish.CANCEL:
            return await self._cancel(parts, task, now)
        if not asked.change:
            return came(Came.WHAT_CHANGE)
        return await self._change(parts, message, asked.change, now)

    async def _cancel(
        self, parts: EarlierParts, task: Task | None, now: datetime
    ) -> Mapping[str, Any]:
        if task is None:  # the desk is behind: nobody could see that it is cancelled
            return came(Came.FAILED)
        said = f"Cancelled by the caller in the call {self._call.call_id}, proven by a code."
        await parts.keeper.commit(CommentTask(task.task_id, _BY, said, now))
        await parts.keeper.commit(MoveTask(task.task_id, TaskDeed.FINISH, _BY, now))
        return came(Came.CANCELLED)

    @staticmethod
    async def _change(
        parts: EarlierParts, message: MessageRecord, change: str, now: datetime
    ) -> Mapping[str, Any]:
        """Add to the message: it is told anew, as corrected by the caller."""
        reason = f"{message.reason}; added by the caller: {change}".removeprefix("; ")
        changed = replace(message, reason=reason, created_at=now, read_at=None)
        await parts.keeper.commit(SaveMessage(changed))
        return came(Came.CHANGED)


class KeysOfCode:
    """Gathers the keys of a code while one is waited for: no 0 in it calls for a person."""

    def __init__(self, length: int) -> None:
        """Begin with none waited for."""
        self._length = length
        self._awaits = False
        self._digits = ""

    def await_code(self, awaits: bool) -> None:
        """A code is waited for from now on, or not any more."""
        self._awaits, self._digits = awaits, ""

    @property
    def awaits(self) -> bool:
        """Whether one is waited for."""
        return self._awaits

    def pressed(self, keys: Sequence[str]) -> Sequence[str]:
        """Give what is to be passed on: each key, or a code when it is whole.

        Args:
            keys: In order. A star begins the code anew, a hash ends it.
        """
        if not self._awaits:
            return keys
        whole: list[str] = []
        for key in keys:
            self._digits = "" if key == "*" else self._digits + key
            if len(self._digits) >= self._length or key == "#":
                digits, self._digits = self._digits.rstrip("#"), ""
                whole += [digits] if digits else []
        return whole
