"""What is done for a call once its conversation is over: the platform's end of it, and its cost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from mapokezi.bridge import clock
from mapokezi.bridge.call_in_progress import CallInProgress
from mapokezi.bridge.calls_in_progress import CallsInProgress
from mapokezi.bridge.errands import Errands
from mapokezi.bridge.media_socket import MediaSocket
from mapokezi.carrier import CallDetail, CarrierError, SautiKit
from mapokezi.carrier.bills import bill_from, settled_by
from mapokezi.records.ports import RecordKeeper
from mapokezi.telephony.visit import Phase
from mapokezi.units import Money

log = structlog.get_logger("mapokezi.bridge.aftercare")

_COST_ASKED_AFTER_S = (1.0, 5.0, 30.0)
"""The platform settles a call some time after its end; until then our estimate stands. The last
time it is asked in any case: what it said a second after the end may not have been its last word.
A call that is not settled then is left to the work after calls, in the desk's process."""
_WORD_OF_THE_END_S = 4.0
"""A close of the stream is followed by the platform's word that the call is over, or by a
question how to go on; both within a second where it was seen."""
_HANG_UP_WITHIN_S = 2.0
"""After so long without an answer to the hang-up the media socket is closed all the same."""
_GOES_ON = frozenset({Phase.OVER, Phase.FALLEN, Phase.PASSING})
"""The call is over, or the platform does something for the caller: it is not to be hung up."""
_ERRANDS_END_WITHIN_S = 10.0


def _nothing(_detail: CallDetail) -> None:
    pass


class Aftercare:
    """Hangs up, and learns what it cost. Everything here runs beside the calls."""

    def __init__(
        self,
        carrier: SautiKit | None,
        keeper: RecordKeeper,
        note_error: Callable[[str, str], None],
    ) -> None:
        """Work with a carrier; without one a call ends by closing its socket.

        Args:
            carrier: the phone platform's REST API.
            keeper: takes the cost.
            note_error: told which part failed, and why.
        """
        self.calls: CallsInProgress
        self._carrier = carrier
        self._keeper = keeper
        self._note_error = note_error
        self._errands = Errands()
        self._stopping = asyncio.Event()
        self._asking: set[str] = set()

    async def close(self) -> None:
        """Do at once what is still to be done, within ten seconds."""
        self._stopping.set()
        await self._errands.settle(_ERRANDS_END_WITHIN_S)

    def hang_up(self, call: CallInProgress, media: MediaSocket | None = None) -> None:
        """Hang up by REST, then close the socket: closing alone may leave the caller in silence.

        Whatever the platform still asks, it is told to hang up.
        """
        self.calls.arm_hangup(call.call_id)
        self._errands.run(self._hang_up(call, media))

    def hang_up_unless_over(self, call: CallInProgress) -> None:
        """The stream is gone: the caller has hung up, or the platform goes on without us.

        It may then ask how, and gets the office's fallback. If it says nothing at all, the caller
        may be sitting in silence.
        """
        self._errands.run(self._hang_up_unless_over(call))

    def learn_cost(
        self, call: CallInProgress, billed: Callable[[CallDetail], None] = _nothing
    ) -> None:
        """Ask what a call cost, until the platform knows.

        Args:
            call: One that is over.
            billed: Given the platform's record once its cost stands.
        """
        if self._carrier is not None and call.call_id not in self._asking:
            self._asking.add(call.call_id)
            self._errands.run(self._learn_cost(self._carrier, call, billed))

    async def _hang_up_unless_over(self, call: CallInProgress) -> None:
        await self._pause(_WORD_OF_THE_END_S)
        if call.state not in _GOES_ON:
            log.warning("no_word_of_the_end", call_id=call.call_id, waited_s=_WORD_OF_THE_END_S)
            self.calls.arm_hangup(call.call_id)
            await self._hang_up(call, None)

    async def _hang_up(self, call: CallInProgress, media: MediaSocket | None) -> None:
        try:
            async with asyncio.timeout(_HANG_UP_WITHIN_S if media is not None else None):
                await self._ask_to_hang_up(call)
        except TimeoutError:
            self._not_hung_up(call, f"no answer within {_HANG_UP_WITHIN_S:g} s")
        finally:
            if media is not None:
                media.close(1000, "goodbye")
            self.calls.end(call.call_id, clock.monotonic())

    async def _ask_to_hang_up(self, call: CallInProgress) -> None:
        if self._carrier is None:
            return
        try:
            await self._carrier.calls.hang_up(call.session_id)
        except CarrierError as error:
            self._not_hung_up(call, str(error))

    def _not_hung_up(self, call: CallInProgress, reason: str) -> None:
        log.error("not_hung_up", call_id=call.call_id, reason=reason)
        self._note_error("carrier", reason)

    async def _learn_cost(
        self, carrier: SautiKit, call: CallInProgress, billed: Callable[[CallDetail], None]
    ) -> None:
        cost: Money | None = None
        try:
            for wait_s in _COST_ASKED_AFTER_S:
                if cost is None or wait_s == _COST_ASKED_AFTER_S[-1]:
                    await self._pause(wait_s)
                    if cost is not None and self._stopping.is_set():
                        return
                    cost = await self._settle(carrier, call, cost, billed) or cost
                if self._stopping.is_set():
                    return
        finally:
            self._asking.discard(call.call_id)

    async def _settle(
        self,
        carrier: SautiKit,
        call: CallInProgress,
        known: Money | None,
        billed: Callable[[CallDetail], None],
    ) -> Money | None:
        detail = await bill_from(carrier, call.session_id)
        if detail is None or detail.cost is None or detail.cost == known:
            return known
        if known is None:
            billed(detail)
        for change in settled_by(call.call_id, detail, call.session_id):
            self._keeper.put(change)
        return detail.cost

    async def _pause(self, length_s: float) -> None:
        """Wait; not at all once the program is stopping."""
        try:
            async with asyncio.timeout(length_s):
                await self._stopping.wait()
        except TimeoutError:
            return
