"""What a leg hears, kept as a WAV file: so that it can be listened to who heard what."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

from mapokezi.audio.wav import wav_bytes
from mapokezi.emulator.telephone_line import LINE_RATE_HZ

MOST_KEPT_BYTES = 5 * 60 * LINE_RATE_HZ * 2
"""Five minutes a leg, 5 MB; what comes after is not kept."""
MOST_FILES = 400
"""The oldest go."""


class HeardSound:
    """One leg's earpiece."""

    def __init__(self) -> None:
        self._pcm = bytearray()

    def feed(self, frame: bytes) -> None:
        """Take 20 ms of S16LE mono 8 kHz."""
        if len(self._pcm) < MOST_KEPT_BYTES:
            self._pcm += frame

    def write(self, folder: Path, session_id: str, leg: str) -> str:
        """Write it to a file of the folder; gives the file's name."""
        folder.mkdir(parents=True, exist_ok=True)
        name = f"{session_id}-{re.sub(r'[^0-9A-Za-z]', '', leg)}.wav"
        (folder / name).write_bytes(wav_bytes(bytes(self._pcm), LINE_RATE_HZ))
        with contextlib.suppress(FileNotFoundError):  # another call's thread was quicker
            kept = sorted(folder.glob("HD_*.wav"), key=lambda path: path.stat().st_mtime)
            for path in kept[:-MOST_FILES]:
                path.unlink(missing_ok=True)
        return name
