"""The line as one running thing: the port, the internal face, the timers, the owner of SIGTERM."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Generator, Sequence
from typing import Literal

import structlog
import uvicorn
from starlette.applications import Starlette

from mapokezi.bridge import clock
from mapokezi.bridge.calls_in_progress import CallsInProgress
from mapokezi.errors import ConfigurationError
from mapokezi.line.drain import drain
from mapokezi.line.internal_face import LiveEvents, internal_app
from mapokezi.line.listening import LineSockets, line_sockets
from mapokezi.line.media_door import MediaDoor, OpenCall
from mapokezi.line.media_protocol import media_protocol_class, serve_media_alone
from mapokezi.line.metrics import LineMetrics, sample_loop_lag
from mapokezi.line.settings import LineSettings
from mapokezi.line.webhooks import Health, TakeEvent, Webhooks

log = structlog.get_logger("mapokezi.line.server")

_SWEEP_EVERY_S = 1.0
_STOP_WITHIN_S = 2
"""For answers under way, once no call is left."""


class QuietServer(uvicorn.Server):
    """uvicorn without its signal handling.

    At SIGTERM uvicorn closes its listener at once, and does not know the media sockets: calls in
    progress would lose their lifecycle posts. The signals are ours, see `Line`.
    """

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Capture none."""
        yield


class Line:
    """One line: built, then served once.

    `serve` returns when the line has stopped; `stop` begins that, as SIGTERM and SIGINT do.
    """

    def __init__(
        self,
        settings: LineSettings,
        calls: CallsInProgress,
        open_call: OpenCall,
        take_event: TakeEvent,
        health: Health,
        sockets: LineSockets | None = None,
    ) -> None:
        """Put the parts together; nothing runs yet."""
        self.settings = settings
        self.calls = calls
        self.metrics = LineMetrics()
        self.metrics.watch_calls(lambda: len(calls.live))
        self.events = LiveEvents()
        self.door = MediaDoor(settings, calls, open_call, self.metrics)
        self.app: Starlette = Webhooks(settings, calls, take_event, self.metrics, health).app
        self.started = asyncio.Event()
        self.port = settings.port
        """The port that it listens on, also if a free one was asked for; set once started."""
        self.media_port: int | None = None
        self._sockets = sockets
        self.cut_off = 0
        """How many calls the last drain cut off."""
        self._stop = asyncio.Event()
        self._hurry = asyncio.Event()

    def stop(self) -> None:
        """Begin to stop; called again, calls in progress are bid goodbye at once."""
        if self._stop.is_set():
            self._hurry.set()
        self._stop.set()

    async def serve(self, *, own_signals: bool = True) -> None:
        """Answer until stopped.

        Args:
            own_signals: whether SIGTERM and SIGINT mean `stop`.

        Raises:
            ConfigurationError: a port or socket cannot be bound.
        """
        async with contextlib.AsyncExitStack() as stack:
            if own_signals:
                stack.enter_context(self._signals())
            sockets = self._sockets or stack.enter_context(line_sockets(self.settings))
            await self._open_media_port(stack)
            internal = self._internal_server(sockets.internal)
            public = self._public_server(sockets.public)
            serving = [asyncio.create_task(server.serve([sock])) for server, sock in (
                public, *internal
            )]  # fmt: skip
            timers = [
                asyncio.create_task(sample_loop_lag(self.metrics)),
                asyncio.create_task(self._sweep()),
            ]
            try:
                await self._until_stopped([public, *internal], serving)
            finally:
                self.events.close()
                for server, _ in (public, *internal):
                    server.should_exit = True
                for timer in timers:
                    timer.cancel()
                await asyncio.gather(*timers, *serving, return_exceptions=True)

    async def _until_stopped(
        self,
        servers: Sequence[tuple[QuietServer, socket.socket]],
        serving: Sequence[asyncio.Task[None]],
    ) -> None:
        while not all(server.started for server, _ in servers):
            if any(task.done() for task in serving):
                raise ConfigurationError("the line could not start; the log says why")
            await asyncio.sleep(0.005)
        self.started.set()
        log.info("line_started", port=self.port, media_port=self.media_port)
        await self._stop.wait()
        self.metrics.drains.set(1)
        self.cut_off = await drain(
            self.calls,
            limit_s=self.settings.drain_limit_s,
            goodbye_limit_s=self.settings.goodbye_limit_s,
            linger_s=self.settings.linger_s,
            hurry=self._hurry,
        )
        for media in list(self.door.open_sockets):
            media.close(1001, "stopping")

    def _public_server(self, sock: socket.socket) -> tuple[QuietServer, socket.socket]:
        self.port = sock.getsockname()[1]
        # Always ours, also beside a second port: the URLs may still name this one.
        protocol = media_protocol_class(self.door.judge)
        return QuietServer(_config(self.app, ws=protocol)), sock

    def _internal_server(
        self, sock: socket.socket | None
    ) -> list[tuple[QuietServer, socket.socket]]:
        if sock is None:
            return []
        return [(QuietServer(_config(internal_app(self.calls, self.events))), sock)]

    async def _open_media_port(self, stack: contextlib.AsyncExitStack) -> None:
        port = self.settings.media_port
        if port is None:
            return
        host = self.settings.host
        try:
            server = await serve_media_alone(self.door.judge, host, port)
        except OSError as error:
            reason = error.strerror or str(error)
            raise ConfigurationError(
                f"line.media_port: cannot listen on {host}:{port}: {reason}"
            ) from None
        self.media_port = server.sockets[0].getsockname()[1]
        stack.callback(server.close)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(_SWEEP_EVERY_S)
            self.calls.sweep(clock.monotonic())

    @contextlib.contextmanager
    def _signals(self) -> Generator[None, None, None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        try:
            yield
        finally:
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.remove_signal_handler(number)


def build_line(
    settings: LineSettings,
    calls: CallsInProgress,
    open_call: OpenCall,
    take_event: TakeEvent,
    health: Health,
    sockets: LineSockets | None = None,
) -> Line:
    """Build the line.

    Args:
        settings: how it is run.
        calls: the calls of this node, with their hooks.
        open_call: opens the conversation of a call whose media socket has opened.
        take_event: keeps an event of the platform's; when it returns, that is acknowledged.
        health: what `/healthz` tells beside the calls.
        sockets: what it listens on, if that is open already.
    """
    return Line(settings, calls, open_call, take_event, health, sockets)


def _config(
    app: Starlette, ws: type[asyncio.Protocol] | Literal["none"] = "none"
) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        ws=ws,
        http="httptools",
        lifespan="off",
        access_log=False,  # it would write the URLs, which hold secrets
        log_config=None,
        server_header=False,
        timeout_keep_alive=75,  # the platform's posts of one call may come a minute apart
        timeout_graceful_shutdown=_STOP_WITHIN_S,
    )
