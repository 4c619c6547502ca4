"""What may be set of the phone platform, the real one and the one on this machine."""

from __future__ import annotations

import msgspec


class CarrierConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The phone platform's REST API. Its key: ``SAUTIKIT_API_KEY``."""

    url: str = "https://api.sautikit.com"
    """The base of the REST API."""
    country: str = ""
    """ISO 3166 code of the country in which the platform keeps what it has of calls; empty: not
    known."""


class EmulatorConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The phone platform on this machine."""

    host: str = "127.0.0.1"
    """Loopback."""
    port: int = 8482
    """Its REST API and its telephones."""
