"""The inference workers: who does which job, who waits, who is refused, who is replaced.

Each worker is a process and does one job at a time; jobs wait in one queue, in order. How long a
new one would wait is worked out from what the jobs before it should take, as learned from those
that are done, and a job that may not wait so long is refused before it has cost anything.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
from collections import deque
from dataclasses import dataclass
from typing import cast

import msgspec
import structlog

from mapokezi.errors import ConfigurationError
from mapokezi.speech.errors import SpeechBusy, SpeechRefused, SpeechUnavailable
from mapokezi.speech.link import (
    Answer,
    FromWorker,
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
    read_answer,
)
from mapokezi.speech.settings import SpeechSettings

log = structlog.get_logger("mapokezi.speech")

_FIRST_PAUSE_S = 0.2
_LONGEST_PAUSE_S = 15.0
_RELOAD_S = 2.0
"""How long a worker takes to come back: what a job waits for if none is up."""
_LEARNING = 0.2
"""The weight of the newest job in what the next is expected to take: five jobs or so."""

_ENVIRONMENT = {
    # One thread each: there is a worker a core, and more threads only wait for one another.
    "OPENBLAS_NUM_THREADS": "1",
    "MOONSHINE_ORT_SINGLE_THREAD": "1",
    # Engines must not fetch anything, now or ever.
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
}


class WorkerLost(SpeechUnavailable):
    """The worker died, or was killed because it hung, with the job in its hands."""


@dataclass(slots=True, eq=False)
class _Ticket:
    """A job and those who wait for it."""

    job: Job
    expected_s: float
    answer: asyncio.Future[Answer]
    begun_at: float = 0.0


@dataclass(slots=True)
class _Pace:
    """What jobs of one kind take, in seconds for each second of audio or character."""

    fixed_s: float
    each_s: float

    def expected_s(self, size: float) -> float:
        return self.fixed_s + self.each_s * size

    def learn(self, size: float, took_s: float) -> None:
        # Only the slope is learned: how busy the machine is shows in both parts alike.
        ratio = took_s / self.expected_s(size)
        ratio = min(max(ratio, 0.1), 10.0)
        self.fixed_s *= ratio**_LEARNING
        self.each_s *= ratio**_LEARNING


def _size(job: Job) -> float:
    match job:
        case TranscribeJob(pcm):
            return len(pcm) / 32_000
        case SpeakJob(sentence):
            return float(len(sentence))
        case MeaningsJob(texts):
            return float(sum(map(len, texts)))


class _Worker(asyncio.Protocol):
    """One worker process, from this side of its socket."""

    def __init__(self, pool: WorkerPool, number: int) -> None:
        self._pool = pool
        self.number = number
        self.ticket: _Ticket | None = None
        self.loaded: asyncio.Future[Loaded | NotLoaded] = asyncio.get_running_loop().create_future()
        self.lost = asyncio.Event()
        self._unpacker = Unpacker()
        self._transport: asyncio.Transport | None = None
        self._limit: asyncio.TimerHandle | None = None
        self.process: asyncio.subprocess.Process | None = None

    def begin(self, ticket: _Ticket, limit_s: float) -> None:
        """Give it a job; if it has not answered within the limit it is killed."""
        loop = asyncio.get_running_loop()
        self.ticket = ticket
        ticket.begun_at = loop.time()
        self._limit = loop.call_later(limit_s, self._hangs, limit_s)
        assert self._transport is not None
        self._transport.write(pack(ticket.job))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports do all that asyncio's do, but are not of their class.
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        try:
            for body in self._unpacker.feed(data):
                self._take(read_answer(body))
        except (ValueError, msgspec.DecodeError) as error:
            log.error("speech_worker_talks_rubbish", worker=self.number, error=str(error))
            self.kill()

    def _take(self, message: FromWorker) -> None:
        if isinstance(message, Loaded | NotLoaded):
            if not self.loaded.done():
                self.loaded.set_result(message)
            return
        ticket, self.ticket = self.ticket, None
        if self._limit is not None:
            self._limit.cancel()
        if ticket is not None:
            self._pool.done(self, ticket, message)

    def connection_lost(self, _exc: Exception | None) -> None:
        if self._limit is not None:
            self._limit.cancel()
        ticket, self.ticket = self.ticket, None
        if ticket is not None and not ticket.answer.done():
            ticket.answer.set_exception(WorkerLost("the speech worker was lost during the job"))
        if not self.loaded.done():
            self.loaded.set_result(NotLoaded("the worker ended while it loaded"))
        self._pool.forget(self)
        self.lost.set()

    def _hangs(self, limit_s: float) -> None:
        log.error("speech_worker_hangs", worker=self.number, limit_s=limit_s)
        self.kill()

    def kill(self) -> None:
        """End it at once, whatever it does."""
        if self.process is not None and self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()
        if self._transport is not None:
            self._transport.abort()


class WorkerPool:
    """The workers and their queue."""

    def __init__(self, settings: SpeechSettings) -> None:
        self._settings = settings
        self._idle: list[_Worker] = []
        self._busy: list[_Worker] = []
        self._queue: deque[_Ticket] = deque()
        self._keepers: list[asyncio.Task[None]] = []
        self._reaping: set[asyncio.Task[int]] = set()
        # As measured on two shared cores; what is learned takes over.
        self._paces: dict[type[Job], _Pace] = {
            TranscribeJob: _Pace(fixed_s=0.01, each_s=0.025),
            SpeakJob: _Pace(fixed_s=0.005, each_s=0.001),
            MeaningsJob: _Pace(fixed_s=0.005, each_s=0.0001),
        }

    async def start(self) -> None:
        """Start the workers; return when the first can work.

        Raises:
            ConfigurationError: If an engine cannot be loaded.
        """
        count = self._settings.worker_count
        first: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._keepers = [asyncio.create_task(self._keep(n, first)) for n in range(count)]
        if failure := await first:
            raise ConfigurationError(f"the speech engines cannot be loaded: {failure}")

    async def close(self) -> None:
        """Kill the workers; jobs that wait are lost."""
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        await asyncio.gather(*self._reaping)
        while self._queue:
            ticket = self._queue.popleft()
            if not ticket.answer.done():
                ticket.answer.set_exception(WorkerLost("the speech server stops"))

    @property
    def worker_pids(self) -> list[int]:
        """The processes that can work now."""
        workers = [*self._idle, *self._busy]
        return [worker.process.pid for worker in workers if worker.process is not None]

    def expected_wait_s(self) -> float:
        """How long a job that comes now would wait for a worker."""
        if self._idle:
            return 0.0
        now = asyncio.get_running_loop().time()
        ahead = sum(ticket.expected_s for ticket in self._queue)
        for worker in self._busy:
            if (ticket := worker.ticket) is not None:
                ahead += max(ticket.expected_s - (now - ticket.begun_at), 0.0)
        return ahead / len(self._busy) if self._busy else ahead + _RELOAD_S

    async def transcribe(
        self, pcm: bytes, longest_wait_s: float, *, with_meaning: bool = False
    ) -> Heard:
        """Write down one utterance. Cancelled before a worker began it, it is never begun.

        Raises:
            SpeechBusy: It would wait too long.
            WorkerLost: The worker died, or hung and was killed.
            SpeechRefused: The engine raised.
        """
        answer = await self._run(TranscribeJob(pcm, with_meaning), longest_wait_s)
        assert isinstance(answer, Heard)
        if answer.fault:
            log.error("speech_meaning_not_found", kind=answer.fault)
        return answer

    async def speak(self, sentence: str, longest_wait_s: float) -> bytes:
        """Speak one sentence; raises as `transcribe` does."""
        answer = await self._run(SpeakJob(sentence), longest_wait_s)
        assert isinstance(answer, Spoken)
        return answer.pcm

    async def meanings(self, texts: tuple[str, ...], longest_wait_s: float) -> bytes:
        """Find the meanings of some texts, 32-bit floats; raises as `transcribe` does."""
        answer = await self._run(MeaningsJob(texts), longest_wait_s)
        assert isinstance(answer, Meant)
        return answer.meanings

    async def _run(self, job: Job, longest_wait_s: float) -> Answer:
        wait_s = self.expected_wait_s()
        if wait_s > longest_wait_s:
            raise SpeechBusy(f"the speech workers are busy for {wait_s:.1f} s")
        expected_s = self._paces[type(job)].expected_s(_size(job))
        ticket = _Ticket(job, expected_s, asyncio.get_running_loop().create_future())
        if self._idle:
            self._give(self._idle.pop(), ticket)
        else:
            self._queue.append(ticket)
        try:
            answer = await ticket.answer
        except asyncio.CancelledError:
            with contextlib.suppress(ValueError):
                self._queue.remove(ticket)
            raise
        if isinstance(answer, Raised):
            log.error("speech_engine_raised", kind=answer.kind, pii_text=answer.text)
            raise SpeechRefused(f"the speech engine failed: {answer.kind}", "failed")
        return answer

    def _give(self, worker: _Worker, ticket: _Ticket) -> None:
        self._busy.append(worker)
        worker.begin(ticket, self._settings.job_limit_s)

    def done(self, worker: _Worker, ticket: _Ticket, answer: Answer) -> None:
        """A worker has answered: tell those who wait, and give it the next job."""
        took_s = asyncio.get_running_loop().time() - ticket.begun_at
        self._paces[type(ticket.job)].learn(_size(ticket.job), took_s)
        if not ticket.answer.done():
            ticket.answer.set_result(answer)
        self._busy.remove(worker)
        self._is_free(worker)

    def _is_free(self, worker: _Worker) -> None:
        if self._queue:
            self._give(worker, self._queue.popleft())
        else:
            self._idle.append(worker)

    def forget(self, worker: _Worker) -> None:
        """A worker is no more."""
        for place in (self._idle, self._busy):
            if worker in place:
                place.remove(worker)

    async def _keep(self, number: int, first: asyncio.Future[str]) -> None:
        """Keep one worker alive: start it, and start another when it is lost."""
        pause_s = _FIRST_PAUSE_S
        while True:
            worker = _Worker(self, number)
            try:
                failure = await self._load(worker)
                if not first.done():
                    first.set_result(failure)
                if failure:
                    log.error("speech_worker_not_loaded", worker=number, error=failure)
                else:
                    pause_s = _FIRST_PAUSE_S
                    self._is_free(worker)
                    await worker.lost.wait()
                    log.error("speech_worker_lost", worker=number)
            finally:
                await self._end(worker)
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)

    async def _load(self, worker: _Worker) -> str:
        """Start a worker's process and wait until it can work; return why it cannot, or nothing."""
        limit_s = self._settings.load_limit_s
        try:
            async with asyncio.timeout(limit_s):
                await self._spawn(worker)
                message = await worker.loaded
        except TimeoutError:
            return f"not loaded after {limit_s:g} s"
        except OSError as error:
            return f"the worker's process cannot be started: {error}"
        if isinstance(message, NotLoaded):
            return message.text
        log.info("speech_worker_ready", worker=worker.number, load_ms=message.took_ms)
        return ""

    async def _spawn(self, worker: _Worker) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            await asyncio.get_running_loop().create_unix_connection(lambda: worker, sock=ours)
            worker.process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", "mapokezi.speech.worker"),
                *(str(theirs.fileno()), str(os.getpid())),
                msgspec.json.encode(self._settings.worker).decode(),
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=2,  # what a library prints is for the log
                env={**os.environ, **_ENVIRONMENT},
            )

    async def _end(self, worker: _Worker) -> None:
        """Kill a worker and reap it; if we are cancelled meanwhile, `close` waits for that."""
        worker.kill()
        if worker.process is not None:
            reaping = asyncio.create_task(worker.process.wait())
            self._reaping.add(reaping)
            reaping.add_done_callback(self._reaping.discard)
            await asyncio.shield(reaping)
