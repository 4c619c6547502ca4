"""One inference worker: a process that loads the engines and does one job after another.

It is started by `worker_pool` as ``python -m mapokezi.speech.worker FD PARENT SETTINGS`` and
lives as long as the socket it was given: when the server goes, so does the worker, even in the
middle of a job (prctl), or on a system without prctl after it.
"""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import socket
import sys
import time

import msgspec

from mapokezi.errors import ConfigurationError
from mapokezi.speech.engines import Recogniser, SentenceEncoder, Synthesiser, find_engine
from mapokezi.speech.link import (
    Answer,
    Heard,
    Job,
    Loaded,
    MeaningsJob,
    Meant,
    NotLoaded,
    Raised,
    SpeakJob,
    Spoken,
    TranscribeJob,
    Unpacker,
    pack,
    read_job,
)
from mapokezi.speech.settings import WorkerSettings

_PR_SET_PDEATHSIG = 1
"""prctl(2): the signal to be sent to this process when its parent dies."""


class Engines:
    """The engines of one worker, loaded."""

    def __init__(
        self,
        recogniser: Recogniser,
        synthesiser: Synthesiser,
        encoder: SentenceEncoder | None = None,
    ) -> None:
        self._recogniser = recogniser
        self._synthesiser = synthesiser
        self._encoder = encoder

    @classmethod
    def load(cls, settings: WorkerSettings) -> Engines:
        """Load what the settings name; about a second.

        Raises:
            ConfigurationError: If an engine, its model or its voice is not there.
        """
        return cls(
            find_engine(settings.recogniser)(folder=settings.recogniser_folder),
            find_engine(settings.synthesiser)(voice=settings.voice),
            find_engine(settings.encoder)(folder=settings.encoder_folder)
            if settings.encoder
            else None,
        )

    def do(self, job: Job) -> Answer:
        """Do one job; whatever an engine raises is an answer, too."""
        try:
            match job:
                case TranscribeJob(pcm, with_meaning):
                    text = self._recogniser.transcribe(pcm)
                    return self._meant(text) if with_meaning and text else Heard(text)
                case SpeakJob(sentence):
                    return Spoken(self._synthesiser.speak(sentence))
                case MeaningsJob(texts):
                    return Meant(self._meanings(texts))
        except Exception as error:  # noqa: BLE001  an engine's fault must not end the worker
            return Raised(type(error).__name__, str(error))

    def _meant(self, text: str) -> Heard:
        """What was heard with its meaning; the words are worth having without it."""
        if self._encoder is None:
            return Heard(text)
        try:
            return Heard(text, self._meanings((text,)))
        except Exception as error:  # noqa: BLE001  told with the words
            return Heard(text, fault=type(error).__name__)

    def _meanings(self, texts: tuple[str, ...]) -> bytes:
        if self._encoder is None:
            raise ConfigurationError("this speech process finds no meanings")
        return self._encoder.meanings(texts).astype("<f4").tobytes()


def main(arguments: list[str]) -> int:
    """Run until the server closes the socket."""
    connection = socket.socket(fileno=int(arguments[0]))
    _end_with(int(arguments[1]))
    settings = msgspec.json.decode(arguments[2], type=WorkerSettings)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's business
    os.nice(settings.niceness)
    began = time.perf_counter()
    try:
        engines = Engines.load(settings)
    except Exception as error:  # noqa: BLE001  told to the server, which knows what to do
        connection.sendall(pack(NotLoaded(f"{type(error).__name__}: {error}")))
        return 1
    gc.collect()
    gc.freeze()  # the lexicons are large and stay: the collector need not walk them again
    connection.sendall(pack(Loaded(round((time.perf_counter() - began) * 1000))))
    _serve(connection, engines)
    return 0


def _serve(connection: socket.socket, engines: Engines) -> None:
    unpacker = Unpacker()
    while data := connection.recv(1 << 18):
        for body in unpacker.feed(data):
            connection.sendall(pack(engines.do(read_job(body))))


def _end_with(parent: int) -> None:
    """Be killed when the server dies, wherever this process is then."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before we could ask
        raise SystemExit(1)


if __name__ == "__main__":
    try:
        raise SystemExit(main(sys.argv[1:]))
    except (ConnectionError, BrokenPipeError):
        raise SystemExit(1) from None
