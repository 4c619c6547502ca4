"""What may be set of what is kept: where, in which form, for how long."""

from __future__ import annotations

from typing import Literal

import msgspec


class StoreConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where things are kept."""

    folder: str = "var"
    """The data folder: database, recordings, cached phrases, sockets."""
    database: str = ""
    """An SQLAlchemy URL of SQLite or Postgres; empty: SQLite in the data folder."""


class RecordingsConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Recordings after the call. Their keys: ``MAPOKEZI_RECORDING_KEYS``."""

    format: Literal["flac", "opus"] = "flac"
    """``flac``: as it was, at a third of its size; ``opus``: Ogg Opus, a tenth of that, for ears
    alone."""
    sealed: bool = True
    """Encrypt them."""
    cipher: Literal["aes-256-gcm", "chacha20-poly1305"] = "aes-256-gcm"
    """How; ChaCha20 is quicker on processors without AES instructions."""
    lost_keys: tuple[str, ...] = ()
    """Ids of keys that are gone for good: what they sealed is given up, and no error any more."""


class RetentionConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The removal of what was kept for long enough; how long that is, each office says."""

    daily: bool = True
    """Remove by itself what is due, once a day, a day after it was shown in a plan."""
    audit_days: int = 730
    """For how long the audit trail is kept."""
