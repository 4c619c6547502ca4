"""Recordings of calls: stereo, the caller left, the receptionist right.

A call hands over its sound on the event loop and never waits; one thread writes for all calls of
the line, every half second. While a file grows it is called ``NAME.wav.part`` and its header says
that its length is unknown; when it is whole, the header is written anew and the file gets its
name. What a kill left behind is made whole by `repair_recordings` at the next start.

A disk that is full, or fails, ends the recording and not the call: what was written up to then is
made whole, and the call is told once.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import structlog

from mapokezi.audio.formats import BYTES_PER_SAMPLE, SAMPLE_RATE_HZ
from mapokezi.audio.framing import interleaved
from mapokezi.audio.wav import HEADER_BYTES, WavError, parse_wav, repaired_header, wav_header

_log = structlog.get_logger("mapokezi.recording")

_CHANNELS = 2
_BYTES_PER_MS = SAMPLE_RATE_HZ * BYTES_PER_SAMPLE // 1_000
_STEP_BYTES = BYTES_PER_SAMPLE * _CHANNELS
_UNFINISHED = ".part"


@dataclass(frozen=True, slots=True)
class RecordingSettings:
    """How recordings are written."""

    every_s: float = 0.5
    """How often the thread writes what has come; a kill loses as much."""
    ring_ms: int = 20_000
    """Sound that may wait for a slow disk, for each call: 1.3 MB. More of it becomes silence."""


@dataclass(frozen=True, slots=True)
class RecordingEnded:
    """What came of a recording."""

    path: Path | None
    """The file, whole; None if not even its header could be written."""
    length_ms: int
    dropped_ms: int
    """Of it, silence in place of sound for which the ring had no room."""
    fault: str = ""
    """Why it ended before its call did; empty if it did not."""


class Recording:
    """One call's recording. Its methods belong to the event loop of the call."""

    def __init__(self, path: Path, settings: RecordingSettings, wake: Callable[[], None]) -> None:
        """Be made by `RecordingWriter.open`."""
        self.path = path
        """Where the file is to be, once it is whole."""
        self._loop = asyncio.get_running_loop()
        self._ended: asyncio.Future[RecordingEnded] = self._loop.create_future()
        self._wake = wake
        self._room_bytes = settings.ring_ms * _BYTES_PER_MS
        # The loop appends and counts what went in, the thread takes and counts what came out:
        # each counter has one writer, so neither side ever needs a lock.
        self._ring: deque[tuple[bytes, bytes] | int] = deque()
        self._in_bytes = 0
        self._out_bytes = 0
        self._began_at: float | None = None
        self._length_bytes = 0
        self._gap_bytes = 0
        self._dropped_bytes = 0
        self._closed = False
        self.is_discarded = False
        """Whether nothing of it is to stay."""

    def write(self, caller: bytes, ours: bytes) -> None:
        """Add what was heard at once on both sides; S16LE mono at 16 kHz.

        The shorter side is filled up with silence. Never waits and never raises; after the end
        it does nothing.
        """
        if self._closed:
            return
        size = max(len(caller), len(ours))
        self._length_bytes += size
        if self._in_bytes - self._out_bytes + size > self._room_bytes:
            self._gap_bytes += size
            return
        if self._gap_bytes:
            self._fill_gap()
        self._ring.append((caller, ours))
        self._in_bytes += size

    def begin_at(self, at: float) -> None:
        """Begin, or go on after a time in which the caller was passed on and nothing came to us.

        That time becomes silence, so that what follows stands at its exact second.

        Args:
            at: The instant of the first sample that is going to be written, monotonic seconds.
        """
        if self._began_at is None:
            self._began_at = at
        missing = round((at - self._began_at) * 1_000) * _BYTES_PER_MS - self._length_bytes
        if self._closed or missing <= 0:
            return
        if self._gap_bytes:
            self._fill_gap()
        self._ring.append(missing)
        self._length_bytes += missing

    def close(self) -> None:
        """End the recording; `finished` tells when the file is whole."""
        if not self._closed:
            if self._gap_bytes:
                self._fill_gap()
            self._closed = True
            self._wake()

    def discard(self) -> int:
        """End the recording and have its file removed, within half a second.

        Returns:
            How much there was of it, in milliseconds.
        """
        self.is_discarded = True  # before the end: the thread must never take it for a whole one
        self._closed = True
        self._wake()
        return self._length_bytes // _BYTES_PER_MS

    async def finished(self) -> RecordingEnded:
        """Wait until the file is whole, or has been given up."""
        return await asyncio.shield(self._ended)

    def _fill_gap(self) -> None:
        """Put silence in place of what was dropped, so that both sides stay in time."""
        self._ring.append(self._gap_bytes)
        self._dropped_bytes += self._gap_bytes
        self._gap_bytes = 0

    # For the thread.

    @property
    def is_closed(self) -> bool:
        """Whether nothing more will come."""
        return self._closed

    @property
    def dropped_ms(self) -> int:
        """How much sound was replaced by silence."""
        return self._dropped_bytes // _BYTES_PER_MS

    def take(self) -> list[tuple[bytes, bytes] | int]:
        """Take all that waits, in order; a number stands for as many bytes a side of silence."""
        taken = []
        size = 0
        for _ in range(len(self._ring)):
            piece = self._ring.popleft()
            taken.append(piece)
            if not isinstance(piece, int):
                size += max(len(piece[0]), len(piece[1]))
        self._out_bytes += size
        return taken

    def tell_ended(
        self, ended: RecordingEnded, on_stopped: Callable[[RecordingEnded], None]
    ) -> None:
        """Pass the end on to the loop."""

        def tell() -> None:
            self._closed = True
            self._ring.clear()
            if not self._ended.done():
                self._ended.set_result(ended)
            if ended.fault:
                on_stopped(ended)

        try:
            self._loop.call_soon_threadsafe(tell)
        except RuntimeError:  # the loop has ended before the recording: nobody is left to tell
            return


class _File:
    """A recording's file, as the thread sees it."""

    def __init__(self, recording: Recording, on_stopped: Callable[[RecordingEnded], None]) -> None:
        self.recording = recording
        self._on_stopped = on_stopped
        self._part = recording.path.with_name(recording.path.name + _UNFINISHED)
        self._file = -1
        self._size = 0

    def step(self) -> bool:
        """Write what has come. Returns whether there may be more."""
        last = self.recording.is_closed
        if self.recording.is_discarded:
            self._remove()
            return False
        fault = ""
        try:
            if self._file < 0:
                self._open()
            for piece in _stereo(self.recording.take()):
                self._append(piece)
        except Exception as error:  # noqa: BLE001 - a bad disk or frame ends this recording only
            fault = error.strerror or "" if isinstance(error, OSError) else ""
            fault = fault or type(error).__name__
        if last or fault:
            self._finish(fault)
            return False
        return True

    def _open(self) -> None:
        path = self.recording.path
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            raise FileExistsError(None, "a recording of that name exists")
        self._file = os.open(self._part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        fcntl.flock(self._file, fcntl.LOCK_EX)  # so that a repair elsewhere leaves it alone
        self._append(wav_header(None, channels=_CHANNELS))

    def _append(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            written = os.write(self._file, view)
            self._size += written
            view = view[written:]

    def _remove(self) -> None:
        if self._file >= 0:
            os.close(self._file)
        self._part.unlink(missing_ok=True)
        self.recording.tell_ended(RecordingEnded(None, 0, 0), self._on_stopped)

    def _finish(self, fault: str) -> None:
        path: Path | None = None
        if self._file >= 0:
            try:
                _make_whole(self._file, self._part, self.recording.path)
                path = self.recording.path
            except (OSError, WavError) as error:
                fault = fault or type(error).__name__
                if self._size < HEADER_BYTES:
                    self._part.unlink(missing_ok=True)
            with suppress(OSError):
                os.close(self._file)
        sound = max(0, self._size - HEADER_BYTES) // _STEP_BYTES * BYTES_PER_SAMPLE
        ended = RecordingEnded(path, sound // _BYTES_PER_MS, self.recording.dropped_ms, fault)
        if fault:
            _log.error("recording stopped", fault=fault, length_ms=ended.length_ms)
        if ended.dropped_ms:
            _log.warning("recording has gaps", dropped_ms=ended.dropped_ms)
        self.recording.tell_ended(ended, self._on_stopped)


class RecordingWriter:
    """The thread that writes the recordings of all calls of the line."""

    def __init__(self, settings: RecordingSettings | None = None) -> None:
        """Make it; `start` begins."""
        self._settings = settings or RecordingSettings()
        self._open: list[Recording] = []
        self._arrivals: deque[_File] = deque()
        self._files: list[_File] = []
        self._woken = threading.Event()
        self._ending = False
        self._thread = threading.Thread(target=self._run, name="mapokezi-recordings", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def open(self, path: Path, on_stopped: Callable[[RecordingEnded], None]) -> Recording:
        """Begin a call's recording. Does not touch the disk yet, so it never waits or fails.

        Args:
            path: The file to be, ``*.wav``; it must not exist, its folder need not.
            on_stopped: Called on the event loop, at most once, if the recording has to end before
                its call does.
        """
        recording = Recording(path, self._settings, self._woken.set)
        if self._ending:
            late = RecordingEnded(None, 0, 0, "the program is ending")
            recording.tell_ended(late, on_stopped)
            return recording
        self._open = [other for other in self._open if not other.is_closed] + [recording]
        self._arrivals.append(_File(recording, on_stopped))
        return recording

    async def close(self) -> None:
        """End all recordings that are still open, then the thread."""
        for recording in self._open:
            recording.close()
        self._ending = True
        self._woken.set()
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        while True:
            self._woken.wait(self._settings.every_s)
            self._woken.clear()
            ending = self._ending
            while self._arrivals:
                self._files.append(self._arrivals.popleft())
            self._files = [file for file in self._files if file.step()]
            if ending and not self._files and not self._arrivals:
                return


def _stereo(pieces: Sequence[tuple[bytes, bytes] | int]) -> Iterator[bytes]:
    """Join what a ring held: pairs of left and right, and lengths of silence."""
    pairs: list[tuple[bytes, bytes]] = []
    for piece in pieces:
        if isinstance(piece, int):
            yield _joined(pairs)
            pairs.clear()
            yield from _silence(piece - piece % BYTES_PER_SAMPLE)
        else:
            pairs.append(piece)
    yield _joined(pairs)


def _joined(pairs: Sequence[tuple[bytes, bytes]]) -> bytes:
    left: list[bytes] = []
    right: list[bytes] = []
    for caller, ours in pairs:
        size = max(len(caller), len(ours))
        size -= size % BYTES_PER_SAMPLE
        left.append(caller[:size].ljust(size, b"\0"))
        right.append(ours[:size].ljust(size, b"\0"))
    return interleaved(b"".join(left), b"".join(right))


def _silence(side_bytes: int) -> Iterator[bytes]:
    """Both sides silent, a second at a time: minutes of it would be many megabytes at once."""
    for start in range(0, side_bytes, 1_000 * _BYTES_PER_MS):
        yield bytes(_CHANNELS * min(1_000 * _BYTES_PER_MS, side_bytes - start))


def repair_recordings(folder: Path) -> list[Path]:
    """Make whole what a killed program left under ``folder``, its subfolders included.

    Files that another process is still writing are left alone. A file that cannot be repaired
    is logged and stays as it is.

    Returns:
        The recordings that are whole now.
    """
    repaired = []
    for part in sorted(folder.rglob("*.wav" + _UNFINISHED)):
        path = part.with_name(part.name.removesuffix(_UNFINISHED))
        try:
            if _repair(part, path):
                repaired.append(path)
        except (OSError, WavError) as error:
            _log.error("recording not repaired", path=str(part), fault=type(error).__name__)
    if repaired:
        _log.warning("recordings repaired", number=len(repaired))
    return repaired


def _repair(part: Path, path: Path) -> bool:
    file = os.open(part, os.O_RDWR)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(file).st_size < HEADER_BYTES:  # killed before anything was written
            part.unlink()
            return False
        _make_whole(file, part, path)
    except BlockingIOError:
        return False
    finally:
        os.close(file)
    return True


def _make_whole(file: int, part: Path, path: Path) -> None:
    """Give a growing file its header and its name. Needs no room on the disk."""
    size = os.fstat(file).st_size
    header = repaired_header(os.pread(file, HEADER_BYTES, 0), size)
    sound = parse_wav(header).data_bytes or 0
    if path.exists():
        raise FileExistsError
    os.ftruncate(file, HEADER_BYTES + sound)
    os.pwrite(file, header, 0)
    part.rename(path)
