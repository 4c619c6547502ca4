"""When a caller's voice begins and stops, whatever becomes of the speech server meanwhile.

As a rule the server's detector says so. While the server is away (being started again, stopped,
hanging) the caller's sound is measured here: less well, but a caller who has spoken must not be
taken for one who is silent. The server is asked again and again meanwhile, and takes over when it
is back and nobody is speaking.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from mapokezi.audio.level import LevelMeter, VoiceRose
from mapokezi.speech.hearing_stream import HearingStream, PingManners
from mapokezi.speech.settings import Address, ClientSettings
from mapokezi.speech.voice_edges import VoiceEdge

log = structlog.get_logger("mapokezi.speech.hearing")

_PAUSES_S = (0.1, 0.2, 0.4, 0.8)
"""Before each try to reach the server again; the last one from then on."""
_TOLD_LATE_MS = 200
"""The server tells of a voice up to 125 ms after its begin: what began shortly before its last
sign of life it may not have told."""


class Hearing:
    """One caller's sound on its way to the voice detector, and the edges on their way back.

    It never waits and never raises. If the server stays away for `ClientSettings.away_limit_s`,
    ``on_lost`` is told why, once, and that is its end.
    """

    def __init__(
        self,
        address: Address,
        settings: ClientSettings,
        on_edge: Callable[[VoiceEdge], None],
        on_lost: Callable[[str], None],
        manners: PingManners | None = None,
    ) -> None:
        """Begin to connect; sound may be fed at once. Needs a running event loop."""
        self._address = address
        self._settings = settings
        self._on_edge = on_edge
        self._on_lost = on_lost
        self._manners = manners or PingManners()
        self._loop = asyncio.get_running_loop()
        self._meter = LevelMeter()
        self._rose_ms, self._fell_ms = -1, -1
        self._fed_bytes = 0
        self._is_voice = False
        self._told_ms = -1
        self._away_since: float | None = None
        self._tries = 0
        self._again: asyncio.TimerHandle | None = None
        self._is_over = False
        self._stream: HearingStream | None = None
        self._stream_from_ms = 0
        self._connect()

    @property
    def fed_ms(self) -> int:
        """How much sound was fed so far: the present instant in the time of the edges."""
        return self._fed_bytes // _BYTES_PER_MS

    @property
    def noise_dbfs(self) -> float:
        """What is heard while nobody speaks."""
        return self._meter.floor_dbfs

    def feed(self, pcm: bytes) -> None:
        """Take S16LE mono PCM at 16 kHz."""
        if self._is_over:
            return
        self._fed_bytes += len(pcm)
        if self._stream is not None:
            self._stream.feed(pcm)
        for edge in self._meter.feed(pcm):
            is_voice = isinstance(edge, VoiceRose)
            if is_voice:
                self._rose_ms = edge.at_ms
            else:
                self._fell_ms = edge.at_ms
            if self._away_since is not None:
                self._tell(is_voice, edge.at_ms)
        if self._away_since is not None:
            self._look_whether_back()

    def close(self) -> None:
        """End; nothing is told after this."""
        self._is_over = True
        if self._again is not None:
            self._again.cancel()
        if self._stream is not None:
            self._stream.close()

    def _connect(self) -> None:
        self._again = None
        self._stream_from_ms = self.fed_ms
        self._stream = HearingStream(
            self._address, self._settings, self._stream_edge, self._stream_lost, self._manners
        )

    def _stream_edge(self, edge: VoiceEdge) -> None:
        if self._is_over or self._away_since is not None:
            return
        self._tell(edge.is_voice, self._stream_from_ms + edge.at_ms)

    def _stream_lost(self, reason: str) -> None:
        if self._is_over:
            return
        known_ms = -1 if self._stream is None else self._stream.known_ms
        self._stream = None
        now = self._loop.time()
        if self._away_since is None:
            self._away_since, self._tries = now, 0
            self._measure_since(self._stream_from_ms + max(0, known_ms))
            log.warning("speech_server_lost", reason=reason)
        if now - self._away_since >= self._settings.away_limit_s:
            self._is_over = True
            self._on_lost(reason)
            return
        pause_s = _PAUSES_S[min(self._tries, len(_PAUSES_S) - 1)]
        self._tries += 1
        self._again = self._loop.call_later(pause_s, self._connect)

    def _measure_since(self, known_ms: int) -> None:
        """Tell what the server did not, by the sound's level."""
        if self._is_over:
            return
        untold = self._rose_ms >= max(0, known_ms - _TOLD_LATE_MS, self._told_ms)
        if not self._is_voice and untold:
            self._tell(True, self._rose_ms)
        if self._is_voice and not self._meter.is_voice:
            self._tell(False, self._fell_ms if self._fell_ms > self._rose_ms else self.fed_ms)

    def _look_whether_back(self) -> None:
        if self._stream is None or not self._stream.is_alive or self._meter.is_voice:
            return
        # In a silence both agree, so the server takes over from here.
        if self._is_voice:
            self._tell(False, self.fed_ms)
        log.info("speech_server_back", tries=self._tries)
        self._away_since = None

    def _tell(self, is_voice: bool, at_ms: int) -> None:
        if is_voice is not self._is_voice:
            self._is_voice = is_voice
            self._told_ms = at_ms
            self._on_edge(VoiceEdge(is_voice, at_ms))


_BYTES_PER_MS = 32
