"""The voice models' side: Gemini Live and OpenAI Realtime, as much of them as calls want.

Both are found by a call's number, which stands in the instructions of every session. What they do
is told by the call: speak, call a tool, break off, fall silent (`bench.wire.model_session`). How
they do it on the wire is in `bench.wire.gemini_session` and `bench.wire.openai_session`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from picows import WSListener, ws_create_server
from picows.common import WSUpgradeRequest

from bench.wire.gemini_session import GeminiSession
from bench.wire.model_session import Caller, Session
from bench.wire.openai_session import OpenAISession


@dataclass
class Models:
    """Listens for sessions, and gives each to its call."""

    calls: dict[str, Caller] = field(default_factory=dict)
    """By the caller's number."""
    refuses: Callable[[], bool] = lambda: False
    """Whether the next handshake is refused."""
    sessions: set[Session] = field(default_factory=set)
    opened: int = 0
    refused: int = 0
    strangers: int = 0
    """Sessions of no call that is known."""
    slow_replies: int = 0
    """Replies of which a piece left so late that nothing was left to be heard before it."""
    _server: asyncio.Server | None = None

    async def listen(self, port: int) -> None:
        """Begin."""
        self._server = await ws_create_server(
            self._comes, "127.0.0.1", port, max_frame_size=1 << 24
        )

    async def close(self) -> None:
        """End; sessions that are left are cut."""
        if self._server is not None:
            self._server.close()
        for session in [*self.sessions]:
            session.cut()

    def _comes(self, request: WSUpgradeRequest) -> WSListener | None:
        if self.refuses():
            self.refused += 1
            return None
        self.opened += 1
        is_openai = b"/realtime" in request.path
        return OpenAISession(self) if is_openai else GeminiSession(self)
