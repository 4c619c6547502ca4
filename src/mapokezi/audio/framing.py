"""Cutting what a socket brings into frames.

The media socket's messages are 20 ms as a rule, but may be anything from one byte to 64,000
(contract/media-module.md, section 2), and a lone odd byte would turn all that follows into noise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mapokezi.audio.formats import (
    BYTES_PER_SAMPLE,
    FRAME_MS,
    SAMPLE_RATE_HZ,
    ms_of,
    samples_in,
    samples_of,
)


def caller_channel(pcm: bytes) -> bytes:
    """Take the caller's channel, the first, out of interleaved stereo. Half pairs are left out."""
    samples = samples_in(pcm)
    return np.ascontiguousarray(samples[: len(samples) // 2 * 2 : 2]).tobytes()


def interleaved(first: bytes, second: bytes) -> bytes:
    """Interleave two mono sounds to stereo; the shorter is filled up with silence."""
    left, right = samples_in(first), samples_in(second)
    pairs = np.zeros((max(len(left), len(right)), 2), dtype="<i2")
    pairs[: len(left), 0] = left
    pairs[: len(right), 1] = right
    return pairs.tobytes()


class Reassembler:
    """Turns messages of any size into mono frames of one size, and keeps what is over.

    The same bytes give the same frames, however they were split.
    """

    def __init__(
        self, sample_rate_hz: int = SAMPLE_RATE_HZ, frame_ms: int = FRAME_MS, channels: int = 1
    ) -> None:
        """Start with nothing kept.

        Args:
            sample_rate_hz: Rate of the sound that comes.
            frame_ms: Length of the frames that are wanted.
            channels: 1, or 2 for interleaved stereo of which the first, the caller's, is kept.
        """
        self._rate_hz = sample_rate_hz
        self._frame_samples = samples_of(frame_ms, sample_rate_hz)
        self._channels = channels
        self._kept = bytearray()

    @property
    def kept_ms(self) -> float:
        """How much sound waits for the rest of its frame."""
        return ms_of(len(self._kept) // self._channels, self._rate_hz)

    @property
    def channels(self) -> int:
        """How many channels the sound is taken to have."""
        return self._channels

    def set_channels(self, channels: int) -> None:
        """Take the sound for mono or stereo from here on; what is kept is thrown away.

        For the time when `ChannelFinder` has found the layout. What was kept is less than a frame.
        """
        if channels != self._channels:
            self._channels = channels
            self._kept.clear()

    def feed(self, data: bytes) -> list[bytes]:
        """Take a message's bytes and give the frames that are now complete."""
        step = self._frame_samples * BYTES_PER_SAMPLE * self._channels
        if not self._kept and len(data) == step:  # the rule: a message is a frame
            return [bytes(data) if self._channels == 1 else caller_channel(data)]
        self._kept += data
        whole = len(self._kept) // step * step
        if not whole:
            return []
        taken = bytes(self._kept[:whole])
        del self._kept[:whole]
        frames = [taken[at : at + step] for at in range(0, whole, step)]
        return frames if self._channels == 1 else [caller_channel(frame) for frame in frames]


@dataclass(frozen=True, slots=True)
class ChannelFinderSettings:
    """How `ChannelFinder` measures."""

    skip_s: float = 0.25
    """Left out at first: the backlog since the fork began comes all at once."""
    window_s: float = 1.0
    """How long the byte rate is measured (contract/sautikit.md, section 6.3: the first second)."""


class ChannelFinder:
    """Finds by the byte rate whether a media socket sends mono or stereo.

    For ``track="both_tracks"``, of which nobody knows whether it is mixed or interleaved: at
    16 kHz mono is 32,000 bytes a second and stereo 64,000.
    """

    def __init__(
        self,
        sample_rate_hz: int = SAMPLE_RATE_HZ,
        settings: ChannelFinderSettings | None = None,
    ) -> None:
        """Start undecided."""
        self._mono_rate = sample_rate_hz * BYTES_PER_SAMPLE
        self._settings = settings or ChannelFinderSettings()
        self._first_at: float | None = None
        self._from_at: float | None = None
        self._bytes = 0
        self._channels: int | None = None

    @property
    def channels(self) -> int | None:
        """1 or 2 once it is found, else None."""
        return self._channels

    def feed(self, length_bytes: int, now: float) -> int | None:
        """Count a message that came at ``now`` (seconds); give the channels once found."""
        if self._channels is not None:
            return self._channels
        if self._first_at is None:
            self._first_at = now
        if now - self._first_at < self._settings.skip_s:
            return None
        if self._from_at is None:
            self._from_at = now  # this message's sound is older than the window: not counted
            return None
        self._bytes += length_bytes
        elapsed_s = now - self._from_at
        if elapsed_s >= self._settings.window_s:
            self._channels = 2 if self._bytes / elapsed_s > 1.5 * self._mono_rate else 1
        return self._channels
