"""How the line is run, with the reason for each default, and what it refuses to start with."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from mapokezi.bridge.media_socket import MediaSocketSettings
from mapokezi.errors import ConfigurationError
from mapokezi.telephony.urls import CallbackUrls

_UNGUESSABLE_CHARS = 22
"""128 bits in base64."""


@dataclass(frozen=True, slots=True)
class LineSettings:
    """The process that answers."""

    urls: CallbackUrls
    """What the platform is given; its ``unguessable`` is where the voice URL lies."""
    host: str = "127.0.0.1"
    """Loopback unless a proxy or tunnel needs otherwise."""
    port: int = 8480
    """Of webhooks and media sockets alike: one tunnel, one proxy route. 0 takes a free one."""
    media_port: int | None = None
    """A second port for media sockets alone, through picows' own server. For the day when uvicorn
    and picows no longer fit together."""
    signing_secrets: tuple[str, ...] = field(default=(), repr=False)
    """Any of them may have signed a callback: one a number, one a subscription."""
    allow_unsigned: bool = False
    """Take callbacks without a signature. A wrong signature is refused all the same."""
    legacy_signature: bool = False
    """Take the old signature over the body alone, which can be replayed for ever."""
    answer_json: bool = False
    """Answer in JSON. XML is the form proven in production."""
    most_body_bytes: int = 65_536
    """Of a callback; the longest field that is known is 5,000 characters."""
    internal_socket: Path | None = None
    """Where the desk finds the line; None: nowhere."""
    drain_limit_s: float = 120.0
    """How long a stop waits for calls in progress before they are bid goodbye."""
    goodbye_limit_s: float = 20.0
    """How long those goodbyes may take: 8 s of speech, the hang-up, and what was being said."""
    linger_s: float = 2.0
    """How long the port stays open after the last call: the platform's posts about its end, and
    a redirect behind its stream, come within a second of it."""
    media: MediaSocketSettings = field(default_factory=MediaSocketSettings)

    def __post_init__(self) -> None:
        """Refuse what would let anybody ring.

        Raises:
            ConfigurationError: a public URL with neither signing secrets nor the switch, or with
                the switch and a path that can be guessed; a public URL that is not one.
        """
        parts = urlsplit(self.urls.public_base)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise ConfigurationError(
                f"line.public_url: {self.urls.public_base!r} is no http or https address"
            )
        if is_on_this_machine(parts.hostname or "") or self.signing_secrets:
            return
        if not self.allow_unsigned:
            raise ConfigurationError(
                "line.public_url: this address is public, and nothing proves that a callback "
                "comes from the phone platform. Set MAPOKEZI_WEBHOOK_SECRETS to the number's "
                "voice_signing_secret, or switch line.unsigned_callbacks on"
            )
        if len(self.urls.unguessable) < _UNGUESSABLE_CHARS:
            raise ConfigurationError(
                "line.unsigned_callbacks: on a public address the voice URL needs an unguessable "
                f"part of at least {_UNGUESSABLE_CHARS} characters"
            )

    @property
    def must_be_signed(self) -> bool:
        """Whether a callback without a signature is turned away."""
        return bool(self.signing_secrets) and not self.allow_unsigned


def is_on_this_machine(host: str) -> bool:
    """Whether a host name or address is this machine's loopback."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
