"""Commands to a conference that is under way (contract section 7, seen in the field only)."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import msgspec

from mapokezi.carrier.asking import Ask, Asking
from mapokezi.carrier.errors import RequestWrong
from mapokezi.carrier.reading import decoded


class _Command(msgspec.Struct, omit_defaults=True):
    command: str
    participant: str | None = None
    callback_url: str | None = None


class Conferences:
    """The conferences; found as `SautiKit.conferences`."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    async def command(
        self,
        room: str,
        command: str,
        *,
        participant: str | None = None,
        callback_url: str | None = None,
    ) -> dict[str, Any]:
        """Tell a conference what to do. It is not asked twice: to mute twice may be to unmute.

        Args:
            room: Its name in the ``<Conference>`` verb.
            command: The platform's word, such as ``mute`` or ``kick``. No list of them is known.
            participant: Of whom, if of one.
            callback_url: Where the outcome is posted.

        Returns:
            What the platform answered; its form is not known.

        Raises:
            RequestWrong: If the room's name cannot be one.
            CarrierError: If it was refused.
        """
        deed = "command the conference"
        if not room.strip(". ") or not command:
            raise RequestWrong(deed, "a conference has a name, and a command is a word")
        path = f"/v1/conferences/{quote(room, safe='')}/commands"
        body = _Command(command, participant, callback_url)
        answer = await self._asking.ask(Ask(deed, "POST", path, body, again=False))
        told = decoded(deed, answer.body) if answer.body.strip() else {}
        return told if isinstance(told, dict) else {"answer": told}
