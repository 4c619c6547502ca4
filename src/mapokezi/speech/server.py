"""The speech process: a Wyoming server on a Unix socket that hears and speaks.

Voice detection runs in the server itself, where it costs 3 ms of a core a call-second and answers
at once; recognition and synthesis run in the worker processes of `worker_pool`.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import structlog

from mapokezi.errors import ConfigurationError
from mapokezi.speech.about import describe
from mapokezi.speech.connection import Connection
from mapokezi.speech.engines import VoiceDetector, find_engine
from mapokezi.speech.settings import SpeechSettings
from mapokezi.speech.wire import encode
from mapokezi.speech.worker_pool import WorkerPool

log = structlog.get_logger("mapokezi.speech")

_SPARE_DETECTORS = 8
"""Detectors kept for the next connection: one takes 1 ms to make."""
_LONGEST_PATH_BYTES = 107
"""sockaddr_un has room for no more (unix(7))."""


async def serve_speech(
    settings: SpeechSettings, *, ready: Callable[[], None] | None = None
) -> None:
    """Hear and speak until SIGTERM or cancellation.

    Args:
        settings: What to load and where to listen.
        ready: Called once the socket is open and the first worker can work.

    Raises:
        ConfigurationError: An engine cannot be loaded, or the socket's path cannot be used.
    """
    server = SpeechServer(settings)
    with _cancelled_by(signal.SIGTERM):
        try:
            await server.start()
            log.info("speech_ready", address=f"unix://{settings.socket}")
            if ready is not None:
                ready()
            await asyncio.get_running_loop().create_future()
        finally:
            await server.close()
            log.info("speech_stopped")


class SpeechServer:
    """The socket, those connected to it, and the workers behind it."""

    def __init__(self, settings: SpeechSettings) -> None:
        self.settings = settings
        self.pool = WorkerPool(settings)
        self.info = b""
        self.sentences: Callable[[str], list[str]] = list
        self._connections: set[Connection] = set()
        self._spare: list[VoiceDetector] = []
        self._server: asyncio.Server | None = None
        self._inode = 0

    async def start(self) -> None:
        """Load the engines and open the socket.

        Raises:
            ConfigurationError: As `serve_speech`.
        """
        settings = self.settings
        _check_path(settings.socket)
        self.info = encode(describe(settings))
        await self.pool.start()
        self._spare.append(self.take_detector())
        self.sentences = find_engine(settings.worker.synthesiser).sentences
        self.sentences("Ready.")  # imports what it needs now and not in a call
        listening = _bind(settings.socket)
        self._inode = settings.socket.stat().st_ino
        self._server = await asyncio.get_running_loop().create_unix_server(
            lambda: Connection(self), sock=listening
        )

    async def close(self) -> None:
        """Close the socket, drop the clients, kill the workers."""
        if self._server is not None:
            self._server.close()
            with contextlib.suppress(FileNotFoundError):
                if self.settings.socket.stat().st_ino == self._inode:
                    self.settings.socket.unlink()
        for connection in list(self._connections):
            connection.abort()
        await self.pool.close()
        if self._server is not None:
            await self._server.wait_closed()

    @property
    def connection_count(self) -> int:
        """How many clients there are."""
        return len(self._connections)

    def admit(self, connection: Connection) -> bool:
        """Take a client on, if there is room."""
        if len(self._connections) >= self.settings.most_connections:
            return False
        self._connections.add(connection)
        return True

    def forget(self, connection: Connection) -> None:
        """A client has gone."""
        self._connections.discard(connection)

    def take_detector(self) -> VoiceDetector:
        """Get a voice detector that nobody else uses."""
        if self._spare:
            return self._spare.pop()
        detector: VoiceDetector = find_engine(self.settings.voice_detector)()
        return detector

    def give_back_detector(self, detector: VoiceDetector) -> None:
        """Put a detector back for the next client."""
        if len(self._spare) < _SPARE_DETECTORS:
            detector.reset()
            self._spare.append(detector)


@contextlib.contextmanager
def _cancelled_by(signum: signal.Signals) -> Iterator[None]:
    """Let a signal end the current task as if it had come to its end."""
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    assert task is not None
    came = False

    def stop() -> None:
        nonlocal came
        if not came:
            came = True
            task.cancel()

    with contextlib.suppress(RuntimeError, ValueError):  # not the main thread: no signals there
        loop.add_signal_handler(signum, stop)
    try:
        yield
    except asyncio.CancelledError:
        if not came or task.uncancel() > 0:
            raise
    finally:
        with contextlib.suppress(RuntimeError, ValueError):
            loop.remove_signal_handler(signum)


def _check_path(path: Path) -> None:
    """Make sure that the path can be ours; remove the socket that a dead process left."""
    if len(os.fsencode(path)) > _LONGEST_PATH_BYTES:
        raise ConfigurationError(
            f"speech socket {path}: longer than {_LONGEST_PATH_BYTES} bytes; "
            "choose a shorter data folder"
        )
    if not path.parent.is_dir():
        raise ConfigurationError(f"speech socket {path}: there is no such folder")
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode):
        raise ConfigurationError(f"speech socket {path}: something else is there")
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()
            return
    raise ConfigurationError(f"speech socket {path}: another speech process serves it")


def _bind(path: Path) -> socket.socket:
    """Open the socket, for this user alone from its first moment."""
    listening = socket.socket(socket.AF_UNIX)
    before = os.umask(0o177)
    try:
        listening.bind(str(path))
    except OSError as error:
        listening.close()
        raise ConfigurationError(f"speech socket {path}: {error.strerror}") from None
    finally:
        os.umask(before)
    return listening
