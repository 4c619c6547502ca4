"""The settings of the speech process and of its client, and the addresses they meet at."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from mapokezi.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class EdgeSettings:
    """When a probability of voice becomes an edge.

    Measured with 57 hibari utterances in the telephone band, mu-law, noise at -50 dBFS: Silero v6
    goes from under 0.05 to over 0.8 within two or three chunks of a voice's begin, and stays
    under 0.04 in the noise. With these values a start is told 80 ms after it (median; 95 % within
    125), a stop 160 ms after it (95 % within 185), and no utterance is missed.
    """

    voice_over: float = 0.5
    """A chunk at or above this holds voice; Silero's own recommendation."""
    silence_under: float = 0.35
    """A chunk under this holds none; between the two the state stays (Silero's own hysteresis)."""
    start_after_chunks: int = 2
    """Chunks of voice in a row before a start is told: 64 ms; one alone may be a click."""
    stop_after_chunks: int = 3
    """Chunks of silence in a row before a stop is told: 96 ms. Four split no fewer words (8 of 57
    utterances against 9) and tell it 32 ms later."""
    loud_dbfs: float = -42.0
    """A chunk at or above this, ..."""
    loud_over_noise_db: float = 9.0
    """... and so far over the line's noise, is loud."""
    loud_chunks_more: int = 4
    """So many loud chunks that the detector takes for no voice do not end one: 128 ms, not more,
    or a lorry would keep a turn open."""
    tail_ms: int = 64
    """How long Silero still sees voice after its end (median measured 63 ms, 95 % under 90): taken
    off the instant of a stop."""
    reset_after_ms: int = 2_000
    """Silero's state is reset after this long a silence, again and again: it grows deaf in long
    silence otherwise (Pipecat does the same)."""


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """What one inference worker loads, and how modestly it runs."""

    recogniser: str = "mapokezi.speech.engines.moonshine:Moonshine"
    """``module:class`` of an `engines.Recogniser`."""
    recogniser_folder: str = ""
    """A model folder for it; empty: the one inside its package."""
    synthesiser: str = "mapokezi.speech.engines.hibari:Hibari"
    """``module:class`` of an `engines.Synthesiser`."""
    voice: str = "heart"
    """The voice's name; ``heart`` is the one inside hibari's package."""
    encoder: str = "mapokezi.speech.engines.minilm:MiniLm"
    """``module:class`` of an `engines.SentenceEncoder`; empty: no meanings are found."""
    encoder_folder: str = ""
    """A model folder for it; empty: the one inside its package."""
    niceness: int = 10
    """Added to the worker's niceness: the line goes first. 10 leaves a tenth of a busy core."""


@dataclass(frozen=True, slots=True)
class SpeechSettings:
    """The speech process."""

    socket: Path
    """The Unix socket's path; it is made with mode 0600."""
    workers: int = 0
    """Inference worker processes; 0: one a core."""
    worker: WorkerSettings = field(default_factory=WorkerSettings)
    voice_detector: str = "mapokezi.speech.engines.silero:Silero"
    """``module:class`` of an `engines.VoiceDetector`."""
    edges: EdgeSettings = field(default_factory=EdgeSettings)
    longest_wait_s: float = 2.0
    """A request that would wait longer than this for a worker is refused at once, unless it
    names a limit of its own: later than that the caller has given up on an answer."""
    job_limit_s: float = 10.0
    """A worker that sits on one job longer than this hangs and is replaced. The longest honest
    job, a minute of audio at a tenth of a core, takes about that."""
    load_limit_s: float = 60.0
    """A worker that has not loaded its engines by then is replaced."""
    longest_utterance_s: float = 60.0
    """More audio than this in one request is refused; it also bounds what a client can make the
    server hold."""
    longest_text: int = 4_000
    """More characters than this in one request are refused: some five minutes of speech."""
    most_texts: int = 2_000
    """More texts than this in one request for meanings are refused: some ten seconds of a core."""
    most_connections: int = 256
    """More connections than this are closed at once."""
    stalled_client_s: float = 5.0
    """A client that does not read its answer for this long is dropped."""

    @property
    def worker_count(self) -> int:
        """How many workers there are to be."""
        return self.workers or os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class ClientSettings:
    """How the line talks with a speech server."""

    connect_limit_s: float = 1.0
    """How long a connection may take; a Unix socket takes less than a millisecond."""
    transcribe_limit_s: float = 3.0
    """How long a transcript may take, all in all."""
    first_audio_limit_s: float = 2.0
    """How long the first sound of a text may take."""
    stall_limit_s: float = 3.0
    """How long the sound of a text may pause once it has begun."""
    meanings_limit_s: float = 20.0
    """How long the meanings of an office's sentences may take: they are found at the start, behind
    the sentences that are spoken then."""
    check_limit_s: float = 2.0
    """How long the server may take to say what it is."""
    batch_ms: int = 40
    """Caller audio is sent on in pieces of this length: half the writes of single frames."""
    held_audio_ms: int = 2_000
    """Caller audio that the server has not taken; with more than this the stream is given up."""
    waits_for_server: bool = True
    """Whether a request waits, within its limit, for a server that is away just now."""
    away_limit_s: float = 5.0
    """How long a server may be away, its sounds measured here, before a stream is given up: ours is
    started again, with its models, in about three seconds."""
    ping_every_s: float = 0.3
    """How often a stream asks whether the server is still there: between two utterances it has
    nothing to say, and a process that hangs keeps its socket open."""
    pong_limit_s: float = 0.9
    """How long the answer may take. Ours answers within milliseconds; a caller who is not heard
    should not wait for more than three seconds to be told something."""
    recogniser: str = ""
    """Which speech-to-text model to ask for; empty: the server's own choice."""
    voice: str = ""
    """Which voice to ask for; empty: the server's own choice."""
    language: str = ""
    """The language to ask for, as ``en``; empty: the server's own choice."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a Wyoming server listens: a Unix socket's path, or a host and port."""

    path: str = ""
    host: str = ""
    port: int = 0

    @classmethod
    def read(cls, text: str) -> Address:
        """Read ``unix:///path`` or ``tcp://host:port``.

        Raises:
            ConfigurationError: If it is neither.
        """
        try:
            parts = urlsplit(text)
            port = parts.port
        except ValueError as error:
            raise ConfigurationError(f"speech address {text!r}: {error}") from None
        if parts.scheme == "unix" and parts.path and not parts.netloc:
            return cls(path=parts.path)
        if parts.scheme == "tcp" and parts.hostname and port:
            return cls(host=parts.hostname, port=port)
        raise ConfigurationError(
            f"speech address {text!r}: write unix:///path/of/socket or tcp://host:port"
        )

    def __str__(self) -> str:
        """As it is written in the settings."""
        return f"unix://{self.path}" if self.path else f"tcp://{self.host}:{self.port}"
