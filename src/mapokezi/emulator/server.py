"""The emulator as a server: one port for the REST API and the telephones."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import tempfile
from collections.abc import Callable, Generator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mapokezi.emulator.call_detail import CallDetail
from mapokezi.emulator.live_call import Switchboard
from mapokezi.emulator.phone_door import PHONE_PATH, phone_protocol_class
from mapokezi.emulator.platform import Platform
from mapokezi.emulator.rest import CallsApi
from mapokezi.emulator.settings import EmulatorSettings
from mapokezi.emulator.webhooks import Webhooks
from mapokezi.errors import ConfigurationError

Watch = Callable[[CallDetail, dict[str, Any]], None]

STOP_WITHIN_S = 2
"""For answers that are under way when the emulator stops."""


class _Server(uvicorn.Server):
    """uvicorn without its signal handling: signals belong to whoever runs the emulator."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


class Emulator:
    """SautiKit on this machine. Use it as ``async with Emulator(settings) as emulator``."""

    def __init__(self, settings: EmulatorSettings, watch: Watch | None = None) -> None:
        """Make one that is not started.

        Args:
            settings: What it is set to.
            watch: Told each event of each call, with the call's record.
        """
        self.settings = settings
        self._watch = watch
        self.platform: Platform
        """Its calls; there once started."""
        self.base_url = ""
        """Where its REST API is, ``http://127.0.0.1:PORT``; there once started."""
        self._stack = contextlib.AsyncExitStack()

    @property
    def phone_url(self) -> str:
        """Where telephones connect to."""
        return self.base_url.replace("http", "ws", 1) + PHONE_PATH

    async def __aenter__(self) -> Self:
        """Start; the port is open when this returns.

        Raises:
            ConfigurationError: The port cannot be had.
        """
        try:
            await self._start()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End all calls, post their last callbacks, and close the port."""
        await self._stack.aclose()

    async def _start(self) -> None:
        sock = _listen(self.settings.host, self.settings.port)
        self._stack.callback(sock.close)
        self.base_url = f"http://{self.settings.host}:{sock.getsockname()[1]}"
        webhooks = Webhooks(self.settings.posts, self.settings.webhook_timeout_s)
        self._stack.push_async_callback(webhooks.close)
        self.platform = Platform(
            Switchboard(
                self.settings, webhooks, self._recordings(), self.base_url, watch=self._watch
            )
        )
        server = _Server(self._config())
        serving = asyncio.create_task(server.serve([sock]), name="emulator")
        self._stack.push_async_callback(_stop, server, serving)
        self._stack.push_async_callback(self.platform.close)
        while not server.started:
            if serving.done():
                serving.result()
                raise ConfigurationError("the emulator could not start")
            await asyncio.sleep(0.005)

    def _recordings(self) -> Path:
        folder = self.settings.recordings
        if folder is None:
            kept = self._stack.enter_context(tempfile.TemporaryDirectory(prefix="emulator-"))
            folder = Path(kept)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _config(self) -> uvicorn.Config:
        routes = [Route("/healthz", self._health), *CallsApi(self.platform).routes()]
        return uvicorn.Config(
            Starlette(routes=routes),
            ws=phone_protocol_class(self.platform),
            http="httptools",
            lifespan="off",
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=STOP_WITHIN_S,
        )

    async def _health(self, request: Request) -> Response:
        return JSONResponse({"status": "ok", "calls": len(self.platform.calls)})


async def _stop(server: uvicorn.Server, serving: asyncio.Task[None]) -> None:
    server.should_exit = True
    await serving


def _listen(host: str, port: int) -> socket.socket:
    sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
    except OSError as error:
        sock.close()
        raise ConfigurationError(
            f"emulator.port: cannot listen on {host}:{port}: {error}"
        ) from None
    sock.setblocking(False)
    return sock
