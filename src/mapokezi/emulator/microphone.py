"""A caller of flesh and blood: the laptop's own microphone and loudspeaker on the telephone line.

Use a headset: a loudspeaker's sound in the microphone is an echo that no telephone line has.
"""

from __future__ import annotations

import queue

from mapokezi.audio.framing import Reassembler
from mapokezi.emulator.callers import (
    PHONE_RATE_HZ,
    SILENT_FRAME,
    HeardTurn,
    Manners,
    SaidTurn,
    Step,
    Talker,
)
from mapokezi.microphone import SoundDevices

_MOST_WAITING_FRAMES = 10
"""200 ms: more than this waiting, and the oldest is left out rather than heard late."""
_INSTEAD = "use --say or --wav instead"


class MicrophoneCaller:
    """A caller whose mouth is a microphone and whose ear is a loudspeaker.

    The device's own threads fill and empty two short queues; `step` never waits for them.
    """

    def __init__(self, devices: SoundDevices | None = None) -> None:
        """Find and open the devices.

        Raises:
            MicrophoneMissing: if the library or a device is not there.
        """
        self.said: list[SaidTurn] = []
        self._talker = Talker(Manners())
        self._mouth: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._ear: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._taken = Reassembler(PHONE_RATE_HZ)
        self._to_play = bytearray()
        devices = devices or SoundDevices(_INSTEAD)
        self._device = devices.telephone(PHONE_RATE_HZ, self._exchange)

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
        self._device.close()

    def _exchange(self, taken: bytes) -> bytes:
        """Take what the microphone gives, and give as much of what is heard: frames or not."""
        for frame in self._taken.feed(taken):
            _put(self._mouth, frame)
        while len(self._to_play) < len(taken):
            self._to_play += _take(self._ear)
        given = bytes(self._to_play[: len(taken)])
        del self._to_play[: len(taken)]
        return given


def _put(frames: queue.SimpleQueue[bytes], frame: bytes) -> None:
    if frames.qsize() >= _MOST_WAITING_FRAMES:
        _take(frames)
    frames.put(frame)


def _take(frames: queue.SimpleQueue[bytes]) -> bytes:
    try:
        return frames.get_nowait()
    except queue.Empty:
        return SILENT_FRAME
