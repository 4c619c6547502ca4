"""A caller of flesh and blood: the laptop's own microphone and loudspeaker on the telephone line.

Use a headset: a loudspeaker's sound in the microphone is an echo that no telephone line has.
"""

from __future__ import annotations

import queue
from collections.abc import Callable
from types import ModuleType
from typing import Any

from mapokezi.emulator.callers import (
    FRAME_BYTES,
    PHONE_RATE_HZ,
    SILENT_FRAME,
    HeardTurn,
    Manners,
    SaidTurn,
    Step,
    Talker,
)
from mapokezi.errors import MapokeziError

_MOST_WAITING_FRAMES = 10
"""200 ms: more than this waiting, and the oldest is left out rather than heard late."""


class MicrophoneMissing(MapokeziError):  # noqa: N818 - in the words of the trade
    """This machine cannot take a call by microphone."""

    def __init__(self, why: str) -> None:
        """Keep the reason."""
        self.why = why
        super().__init__(why)

    def __str__(self) -> str:
        """Say why, and what to do instead."""
        return f"no call by microphone: {self.why}; use --say or --wav instead"


def _import_sounddevice() -> ModuleType:
    import sounddevice  # noqa: PLC0415 - an optional part, and loading it opens PortAudio

    found: ModuleType = sounddevice
    return found


class MicrophoneCaller:
    """A caller whose mouth is a microphone and whose ear is a loudspeaker.

    The device's own threads fill and empty two short queues; `step` never waits for them.
    """

    def __init__(self, load: Callable[[], Any] = _import_sounddevice) -> None:
        """Find and open the devices.

        Raises:
            MicrophoneMissing: if sounddevice, PortAudio or a device is not there.
        """
        self.said: list[SaidTurn] = []
        self._talker = Talker(Manners())
        self._mouth: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._ear: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        try:
            sound = load()
        except ImportError as missing:
            why = "the package sounddevice is not installed (mapokezi's extra microphone)"
            raise MicrophoneMissing(why) from missing
        except OSError as missing:  # what sounddevice raises without the library
            why = f"{missing} (on Debian: apt install libportaudio2)"
            raise MicrophoneMissing(why) from missing
        try:
            self._stream = sound.RawStream(
                samplerate=PHONE_RATE_HZ,
                blocksize=FRAME_BYTES // 2,
                channels=1,
                dtype="int16",
                callback=self._exchange,
            )
            self._stream.start()
        except sound.PortAudioError as error:
            raise MicrophoneMissing(f"no sound device can be opened ({error})") from error

    def step(self, heard: bytes) -> Step:
        """Play 20 ms, and say the next 20 ms of the microphone."""
        _put(self._ear, heard)
        turn = self._talker.hear(heard)
        return Step(_take(self._mouth), heard=turn)

    def understood(self, turn_id: int, text: str) -> None:
        """Leave understanding to the person."""

    def last_heard(self) -> HeardTurn | None:
        """Give what was being heard when the call ended."""
        return self._talker.last_heard()

    def close(self) -> None:
        """Close the devices."""
        self._stream.stop()
        self._stream.close()

    def _exchange(self, taken: Any, given: Any, _frames: int, _times: Any, _status: Any) -> None:
        _put(self._mouth, bytes(taken))
        given[:] = _take(self._ear)


def _put(frames: queue.SimpleQueue[bytes], frame: bytes) -> None:
    if frames.qsize() >= _MOST_WAITING_FRAMES:
        _take(frames)
    frames.put(frame)


def _take(frames: queue.SimpleQueue[bytes]) -> bytes:
    try:
        return frames.get_nowait()
    except queue.Empty:
        return SILENT_FRAME
