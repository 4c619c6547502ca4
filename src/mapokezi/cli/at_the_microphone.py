"""Recording sentences at this machine's microphone, one after the other, in a terminal."""

from __future__ import annotations

import os
import queue
import select
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol, TextIO

from mapokezi.audio.recorded import RecordingUnfit, made_fit
from mapokezi.audio.sentence_take import SentenceTake
from mapokezi.audio.wav import wav_bytes
from mapokezi.errors import MapokeziError
from mapokezi.microphone import SoundDevices
from mapokezi.stores.language_packs import keep_recording

INSTEAD = (
    "record the sentences with any telephone or computer as WAV files, "
    "and give these to `mapokezi office record`"
)
_RATE_HZ = 48_000
"""What nearly every microphone gives by itself; more than the 16 kHz that is kept."""
_LOOK_S = 0.05
_DEAD_S = 3.0
"""A device that gives no sound for so long is not there any more."""
_LEAVE_OUT, _STOP = "s", "q"


class Typed:
    """Lines that somebody types, which can also be waited for with a limit."""

    def __init__(self, source: TextIO) -> None:
        """Read from a terminal, or a pipe."""
        self._descriptor = source.fileno()
        self._waiting = b""
        self.has_ended = False
        """Whether nothing comes any more."""

    def line(self, within_s: float | None = None) -> str | None:
        """Give the next line, without its end.

        Args:
            within_s: Wait no longer than this; None: as long as it takes.

        Returns:
            None if there was none in this time, or nothing comes any more.
        """
        if b"\n" not in self._waiting:
            self._read(within_s)
        line, end, rest = self._waiting.partition(b"\n")
        if not end:
            return None
        self._waiting = rest
        return line.decode(errors="replace").strip()

    def _read(self, within_s: float | None) -> None:
        """Wait for a line: a terminal gives whole ones, a pipe perhaps pieces."""
        while not self.has_ended and b"\n" not in self._waiting:
            if not select.select([self._descriptor], [], [], within_s)[0]:
                return
            came = os.read(self._descriptor, 4096)
            self._waiting += came or (b"\n" if self._waiting else b"")
            self.has_ended = not came
        if self.has_ended and within_s is not None:
            time.sleep(within_s)


class Hears(Protocol):
    """Whoever records one sentence."""

    def take(self) -> bytes:
        """Record until it is over; a WAV.

        Raises:
            RecordingUnfit: If nothing was heard.
            MapokeziError: If there is no microphone any more.
        """


class MicrophoneTakes:
    """Records a sentence at a time; Enter ends it, and so does silence."""

    def __init__(self, devices: SoundDevices, typed: Typed) -> None:
        """Use this machine's devices, and what is typed.

        Raises:
            MicrophoneMissing: If there is no microphone; better now than at the first sentence.
        """
        self._devices = devices
        self._typed = typed
        devices.microphone(_RATE_HZ, lambda _pcm: None).close()

    def take(self) -> bytes:
        """Record one sentence."""
        take = SentenceTake(_RATE_HZ)
        came: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        heard_at = time.monotonic()
        ended_by_key = False
        with self._devices.microphone(_RATE_HZ, came.put):
            while not (take.is_over or ended_by_key):
                if not came.empty():
                    heard_at = time.monotonic()
                    _feed(take, came)
                elif time.monotonic() - heard_at > _DEAD_S:
                    raise self._devices.missing("it gives no sound")
                else:
                    ended_by_key = self._typed.line(within_s=_LOOK_S) is not None
        _feed(take, came)
        if not (take.heard_voice or ended_by_key):
            raise RecordingUnfit("no voice was heard. Is it the right microphone, and is it on?")
        return wav_bytes(take.sound(ended_by_key=ended_by_key), _RATE_HZ)


def _feed(take: SentenceTake, came: queue.SimpleQueue[bytes]) -> None:
    while not came.empty():
        take.feed(came.get())


def record_each(
    wanted: Mapping[str, str], names: Sequence[str], pack: Path, takes: Hears, typed: Typed
) -> int:
    """Record sentences, each until it is fit or left out; give how many were taken.

    Args:
        wanted: Words by name of all that an office says.
        names: Of those to be recorded now.
        pack: The folder of the language pack.
        takes: The microphone.
        typed: What the person types.

    Raises:
        MapokeziError: If the microphone, or the disk, does not serve any more; what was taken
            before is kept.
    """
    taken = 0
    for place, name in enumerate(names, 1):
        print(f"\n[{place}/{len(names)}] {name}: {wanted[name]}")
        while (answer := _asked_to_begin(typed)) == "":
            if _is_taken(name, wanted[name], pack, takes):
                taken += 1
                break
        if answer == _STOP:
            break
    return taken


def _asked_to_begin(typed: Typed) -> str:
    """Wait for Enter, which is ``""``, for `_LEAVE_OUT` or for `_STOP`."""
    while True:
        print("  Enter, s or q: ", end="", flush=True)
        answer = typed.line()
        if answer is None:
            print()
            return _STOP
        if (answer := answer.lower()) in {"", _LEAVE_OUT, _STOP}:
            return answer


def _is_taken(name: str, words: str, pack: Path, takes: Hears) -> bool:
    """Record one sentence; say what became of it."""
    print("  Speak now.", flush=True)
    try:
        pcm = made_fit(takes.take(), words)
        keep_recording(pack, name, words, pcm)
    except RecordingUnfit as error:
        print(f"  Not taken: {error}.")
        return False
    except OSError as error:
        raise MapokeziError(f"{pack / name}.wav cannot be kept ({error.strerror})") from error
    print("  Taken.")
    return True
