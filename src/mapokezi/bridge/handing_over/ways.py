"""The executors that a line has, and the board by which they are chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mapokezi.bridge.call_in_progress import CallInProgress
from mapokezi.bridge.calls_in_progress import CallsInProgress
from mapokezi.bridge.handing_over.board import HandOffBoard
from mapokezi.bridge.handing_over.dial import DialExecutor
from mapokezi.bridge.handing_over.executor import CallerSide, Executing, MakeExecutor
from mapokezi.records.executors import Executor, Standing
from mapokezi.records.reachability import WalletFigure
from mapokezi.stores.reachability import HandOffState


class NoBook:
    """Where nothing is kept: nobody is away, no executor was ever tried."""

    async def state(self) -> HandOffState:
        """Nothing."""
        return HandOffState()

    async def set_standing(self, standing: Standing) -> None:
        """It holds while this process lives."""

    async def note_wallet(self, figure: WalletFigure) -> None:
        """It is not kept."""


def _board() -> HandOffBoard:
    return HandOffBoard(NoBook(), unproven=True)


@dataclass(frozen=True, slots=True)
class HandOffWays:
    """Put together by `mapokezi.app`; without a word of it, the dial alone, on no record."""

    board: HandOffBoard = field(default_factory=_board)
    more: Mapping[Executor, MakeExecutor] = field(default_factory=dict)
    """Beside the dial and the callback, which every line has."""

    def makers(self, calls: CallsInProgress) -> Mapping[Executor, MakeExecutor]:
        """What makes each executor for a call."""

        def dial(side: CallerSide) -> Executing:
            return DialExecutor(side, calls, by_close=lambda: self._by_close(side.call))

        return {Executor.DIAL: dial, **self.more}

    def _by_close(self, call: CallInProgress) -> bool:
        """Whether the stream is closed without the platform's having acted first."""
        if call.on_trial is not None:
            return call.closes_on_trial
        return self.board.standing(Executor.DIAL).by_close
