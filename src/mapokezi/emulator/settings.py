"""What an emulated phone platform is set to: numbers, people, keys, money, and how it behaves."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mapokezi.emulator.behaviour import DEFAULTS, Behaviour
from mapokezi.emulator.callees import NOBODY, CalleeScript

Synthesiser = Callable[[str, str], Awaitable[bytes]]
"""Speaks ``(text, language)``: S16LE mono PCM at 16 kHz. The language may be empty."""

SCOPES = frozenset(
    {
        "numbers.read",
        "numbers.claim",
        "wallet.read",
        "calls.read",
        "calls.supervise",
        "webrtc.token",
    }
)
"""The scopes that were seen (contract section 2). None is known for originating and hanging up."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number on the platform and its routing."""

    e164: str
    voice_url: str
    events_url: str = ""
    signing_secret: str = ""
    """Signs what is posted for this number; unsigned if empty."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key of the REST API."""

    key: str
    scopes: frozenset[str] = SCOPES


@dataclass(frozen=True, slots=True)
class EmulatorSettings:
    """Everything that can be set on an emulated platform."""

    numbers: tuple[Number, ...] = ()
    host: str = "127.0.0.1"
    port: int = 0
    """0: any free one; see ``Emulator.base_url``."""
    api_key: str = "tskey_live_emulator"
    """What REST calls must carry as ``Authorization: Bearer``; it has every scope."""
    more_keys: tuple[ApiKey, ...] = ()
    """Further keys, of fewer scopes."""
    callees: Mapping[str, CalleeScript] = field(default_factory=dict)
    """Who answers which number, E.164."""
    unknown_callee: CalleeScript = NOBODY
    behaviour: Behaviour = DEFAULTS
    """The modes of the platform."""
    number_modes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Fields of `Behaviour` that differ, by number."""
    clock_speed: float = 1.0
    """How much faster than the world ringing and retries are; media keeps its true pace."""
    balance_minor: int = 1_000_000
    """Of the prepaid wallet."""
    low_balance_minor: int = 50_000
    """Below this the wallet is low."""
    play_hosts: frozenset[str] | None = None
    """Hosts that Play may fetch from; None: any."""
    synthesiser: Synthesiser | None = None
    """Speaks Say; a tone a word without one."""
    recordings: Path | None = None
    """Where Record keeps its WAV files, and the legs' sound; a temporary folder if None."""
    keep_legs: bool = False
    """Whether what each leg hears is kept as a WAV file."""
    captions: str = ""
    """Where what is said in calls is told, for the browser phone; see `captions.Captions`."""
