"""What may be set of the offices, their people, and the work after a call."""

from __future__ import annotations

from typing import Literal

import msgspec


class OfficeConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The offices that are answered for."""

    folders: tuple[str, ...] = ("examples/law-office",)
    """One folder an office; relative ones are looked for beside the settings file."""


class DeskConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The pages for people."""

    host: str = "127.0.0.1"
    """Loopback: the desk's port stays private."""
    port: int = 8481
    """Where the pages are."""
    url: str = ""
    """Where the staff reach the desk, for the links in their notices; empty: the address above."""


class WayConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A way by which people are told, ``[way.NAME]``. Its account: ``MAPOKEZI_WAY_NAME_URL``."""

    kind: Literal["email", "sms", "whatsapp", "chat"]
    """How its addresses look, and how long its texts may be; ``chat`` is Slack, Telegram, ntfy and
    whatever else is not one of the others."""
    country: str = ""
    """ISO 3166 code of the country in which its service is; empty: not known."""


class EgressConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The way out to addresses that offices give: webhooks."""

    private: tuple[str, ...] = ()
    """Ranges of private addresses that may be spoken to, ``10.1.0.0/16``; in them also without
    TLS."""


class AfterCallConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is done after each call, in the desk's process."""

    summary_model: str = ""
    """The model profile (of protocol ``chat_completions``) that writes a call's three lines;
    empty: they are made of the record by rules, and nothing leaves this machine."""
    digest_at: str = "18:00"
    """When the day in short is told, on each office's own clock; empty: never."""
    wallet_days: int = 3
    """The staff are told when the phone platform's wallet is enough for so many days or fewer; 0:
    never."""
    platform_recordings: bool = False
    """Fetch the phone platform's own recordings as second copies."""
