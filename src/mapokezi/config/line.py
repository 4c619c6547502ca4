"""What may be set of answering calls: the line, its voices, and the speech process."""

from __future__ import annotations

from typing import Any, Literal

import msgspec


class LineConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The process that answers calls."""

    host: str = "127.0.0.1"
    """The address it listens on. Loopback unless a proxy or tunnel needs otherwise."""
    port: int = 8480
    """The port of webhooks and media sockets alike."""
    media_port: int = 0
    """A second port for media sockets alone; 0 keeps them on ``port``."""
    public_url: str = ""
    """Where the phone platform reaches us: ``https://voice.example.co.ke``; empty: the address
    above, for the emulator."""
    node: str = "node-1"
    """This machine's name in stream URLs, where several share one address."""
    max_calls: int = 30
    """More calls than this at once get the fallback document."""
    unsigned_callbacks: bool = False
    """Accept callbacks without a signature on a public URL; its path then carries a secret part."""
    track: str = "inbound_track"
    """``inbound_track``, or ``both_tracks`` as the first public example has it."""
    stream_rate_hz: int = 16_000
    """8000 or 16000; the wider band is understood better."""
    drain_limit_s: float = 120.0
    """How long a stop waits for calls in progress before they are bid goodbye."""
    answers: Literal["xml", "json"] = "xml"
    """In which form callbacks are answered: ``xml``, proven in production, or ``json``."""
    legacy_signature: bool = False
    """Accept the platform's old signature over the body alone, too: it can be replayed for ever."""


class VoiceConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which voice answers."""

    kind: str = "local"
    """``local``: this machine's recogniser, the clerk and this machine's voice. ``script``: a
    script file."""
    script: str = ""
    """The script's path, for ``script``."""
    models: tuple[str, ...] = ()
    """Model profiles for offices that name none, in the order in which they are tried. Behind
    them, for every office, stands the clerk."""
    early_models: int = 10
    """How many models' sockets may be open at once for calls that were announced by a signed
    callback and whose media socket has not come yet; 0: none is opened early."""
    second_hearings: int = 10
    """In how many calls at once this machine's recogniser listens beside a voice model, and writes
    down what the model does not; 0: in none."""
    second_hearing_of_all: bool = False
    """Whether it writes down every turn, for urgent words that the model's transcript has lost."""


class ModelConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One model profile, ``[model.NAME]``. Its key: ``MAPOKEZI_MODEL_NAME_KEY``."""

    protocol: str
    """``gemini_live``, ``openai_realtime``, ``chat_completions``, or a name that an entry point
    gives."""
    model: str = ""
    """The vendor's name of the model; empty: the protocol's default."""
    url: str = ""
    """Where it is, ``wss://`` or, on this machine, ``ws://`` (a chat model: ``https://``,
    ``http://``); empty: the vendor's own address."""
    api_version: str = ""
    """Empty: the protocol's default."""
    headers: dict[str, str] = {}
    """Further headers of the handshake; secret ones: ``MAPOKEZI_MODEL_NAME_HEADERS``."""
    voice: str = ""
    """The vendor's name of the voice; empty: the protocol's default."""
    country: str = ""
    """ISO 3166 code of the country in which it is; empty: not known, and then callers are told
    that it is abroad, unless its addresses are this machine's or a private network's."""
    proxy: str = ""
    """``http://``, ``https://``, ``socks4://`` or ``socks5://`` address of a proxy; empty: none."""
    tells_words: bool = True
    """Whether it tells the words that it speaks; if so, speech without words counts as a fault."""
    options: dict[str, Any] = {}
    """What only its protocol knows."""


class SpeechConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The speech process, or any other Wyoming server."""

    address: str = ""
    """``unix:///path`` or ``tcp://host:port``; empty: our own, in the data folder."""
    country: str = ""
    """ISO 3166 code of the country in which it is, as of a model profile."""
    workers: int = 0
    """Inference workers; 0: one a core."""
