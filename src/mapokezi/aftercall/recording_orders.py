"""What the process that compresses and seals is told, and what it answers: JSON, a line each."""

from __future__ import annotations

import msgspec

from mapokezi.stores.sealed_files import Cipher


class Seal(msgspec.Struct, frozen=True, kw_only=True):
    """Where content is put, and how it is sealed."""

    path: str
    name: str
    """Bound to the content."""
    key: str = ""
    """Empty: not sealed."""
    cipher: str = Cipher.AES_256_GCM.name


class Compress(msgspec.Struct, frozen=True, kw_only=True, tag="compress"):
    """Compress a WAV file and keep what comes of it."""

    plain: str
    form: str
    seal: Seal


class KeepCopy(msgspec.Struct, frozen=True, kw_only=True, tag="copy"):
    """Keep a file as it is."""

    plain: str
    seal: Seal


class Reseal(msgspec.Struct, frozen=True, kw_only=True, tag="reseal"):
    """Seal what is kept by another key, in its place."""

    seal: Seal
    keys: tuple[str, ...]
    """To open it with."""
    sha256: str
    """Of its content."""


Order = Compress | KeepCopy | Reseal


class Kept(msgspec.Struct, frozen=True, kw_only=True, tag="kept"):
    """It was done, and read back from the disk."""

    size_bytes: int
    sha256: str
    key_id: str
    length_ms: int | None = None


class NotKept(msgspec.Struct, frozen=True, kw_only=True, tag="not_kept"):
    """It was not done."""

    why: str
