"""The code of a caller's text: drawn as the text is sent, and kept by nobody.

The notice holds a mark where the code goes. What is written down of the sent notice is the proof
of the code, as its receipt, against which the line holds what the caller says.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace

from mapokezi.aftercall.effects import Clock
from mapokezi.aftercall.notice_sending import Sends
from mapokezi.notify.results import Refused, Sent
from mapokezi.records.notices import Notice, NoticeKind
from mapokezi.records.one_time_code import CODE_MARK, DIGITS, LIVES, proof_of


def draw_code() -> str:
    """Draw six digits."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


@dataclass(frozen=True, slots=True)
class CodeSends:
    """Sends notices, and puts the code into those that are to bring one."""

    sender: Sends
    now: Clock
    draw: Callable[[], str] = draw_code

    async def send(self, notice: Notice) -> Sent | Refused:
        """Send a notice; one with a code, while somebody waits for it."""
        if notice.kind is not NoticeKind.CALLER_CODE:
            return await self.sender.send(notice)
        if self.now() - notice.planned_at > LIVES:
            return Refused("the caller does not wait for this code any more", may_retry=False)
        code = self.draw()
        came = await self.sender.send(replace(notice, text=notice.text.replace(CODE_MARK, code)))
        if isinstance(came, Refused):
            return came
        return Sent(proof_of(code, secrets.token_hex(8)))
