"""The emulator as a server: one port for the REST API and the telephones."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import tempfile
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from mapokezi.emulator.api.account import AccountApi
from mapokezi.emulator.api.calls import CallsApi
from mapokezi.emulator.api.door import Door
from mapokezi.emulator.api.envelope import Guard
from mapokezi.emulator.api.numbers import NumbersApi
from mapokezi.emulator.api.supervision import SupervisionApi
from mapokezi.emulator.browser_phone import BrowserPhone
from mapokezi.emulator.call_detail import CallDetail
from mapokezi.emulator.captions import Captions
from mapokezi.emulator.clock import Clock
from mapokezi.emulator.deliveries import Deliveries
from mapokezi.emulator.live_call import Switchboard
from mapokezi.emulator.modes import ModeBoard
from mapokezi.emulator.origins import OwnNames
from mapokezi.emulator.phone_door import PHONE_PATH, phone_protocol_class
from mapokezi.emulator.platform import Platform
from mapokezi.emulator.settings import EmulatorSettings
from mapokezi.emulator.subscriptions import Subscriptions
from mapokezi.emulator.wallet import Wallet
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

    def __init__(
        self,
        settings: EmulatorSettings,
        watch: Watch | None = None,
        pages: Sequence[BaseRoute] = (),
    ) -> None:
        """Make one that is not started.

        Args:
            settings: What it is set to.
            watch: Told each event of each call, with the call's record.
            pages: Further routes, which come last.
        """
        self.settings = settings
        self._watch, self._pages = watch, pages
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
        host = self.settings.host
        named = f"[{host}]" if ":" in host else host
        self.base_url = f"http://{named}:{sock.getsockname()[1]}"
        webhooks = Webhooks()
        self._stack.push_async_callback(webhooks.close)
        self.platform = Platform(self._switchboard(webhooks))
        captions = Captions(self.settings.captions)
        self._stack.push_async_callback(captions.close)
        self._browser_phone = BrowserPhone(self.platform, captions)
        server = _Server(self._config())
        serving = asyncio.create_task(server.serve([sock]), name="emulator")
        self._stack.push_async_callback(_stop, server, serving)
        self._stack.push_async_callback(self.platform.close)
        self._stack.callback(self._browser_phone.close)
        while not server.started:
            if serving.done():
                serving.result()
                raise ConfigurationError("the emulator could not start")
            await asyncio.sleep(0.005)

    def _switchboard(self, webhooks: Webhooks) -> Switchboard:
        settings = self.settings
        clock = Clock(settings.clock_speed)
        return Switchboard(
            settings,
            webhooks,
            clock,
            Deliveries(webhooks, clock),
            ModeBoard(settings.behaviour, settings.number_modes),
            Wallet(settings.balance_minor, settings.low_balance_minor),
            self._recordings(),
            callees=dict(settings.callees),
            public_url=self.base_url,
            watch=self._watch,
        )

    def _routes(self) -> list[BaseRoute]:
        platform = self.platform
        guard, board = Guard(platform), platform.switchboard
        subscriptions = Subscriptions(board.deliveries, board.modes)
        board.wallet.on_event = subscriptions.tell
        return [
            Route("/healthz", self._health),
            *CallsApi(platform, guard).routes(),
            *SupervisionApi(platform, guard).routes(),
            *NumbersApi(platform, guard, subscriptions).routes(),
            *AccountApi(platform, guard, subscriptions).routes(),
            *Door(platform).routes(),
            *self._browser_phone.routes(),
            *self._pages,
        ]

    def _recordings(self) -> Path:
        folder = self.settings.recordings
        if folder is None:
            kept = self._stack.enter_context(tempfile.TemporaryDirectory(prefix="emulator-"))
            folder = Path(kept)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _config(self) -> uvicorn.Config:
        return uvicorn.Config(
            OwnNames(Starlette(routes=self._routes()), self.settings.host),
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
