"""A mail server on loopback that keeps what it is sent, refuses, or hangs as it is told."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from tests.ports import free_port


class MailServer:
    """Takes mail. What it answers to each is said by `answers`; with none left, it takes it."""

    def __init__(self) -> None:
        self.mail: list[EmailMessage] = []
        self.to: list[list[str]] = []
        self.answers: list[str] = []
        """``451 later``; ``hang`` gives no answer at all, ``breaks off`` ends the connection."""
        self._controller = Controller(self, hostname="127.0.0.1", port=free_port())

    @property
    def port(self) -> int:
        """Where it is."""
        return self._controller.port

    async def handle_DATA(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Take one mail."""
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer == "hang":
            await asyncio.sleep(3600)
        if answer == "breaks off":
            assert server.transport is not None
            server.transport.close()
        if answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            parsed = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(parsed, EmailMessage)
            self.mail.append(parsed)
            self.to.append(list(envelope.rcpt_tos))
        return answer

    @contextlib.contextmanager
    def serving(self) -> Iterator[MailServer]:
        """Serve within this block, in a thread of its own."""
        self._controller.start()
        try:
            yield self
        finally:
            self._controller.stop()
