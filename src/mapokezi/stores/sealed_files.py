"""Sealed files: encrypted and authenticated in blocks, so that any part can be read alone.

=============  ======================================================================
header, 64 B   ``MAPOSEAL``, version, cipher, block size, key id, salt, nonce base, zeros
each block     up to 64 KiB of content, encrypted, and its tag of 16 bytes
=============  ======================================================================

A file has a key of its own, derived from the ring's key and the salt (HKDF-SHA256), so nonces
never meet those of another file. A block's nonce is the base XOR the block's index (as
TLS 1.3 does, RFC 8446 section 5.3). What is authenticated with each block besides its content is
the whole header, the index, whether it is the last, and the file's name: so a block that is
changed, exchanged, repeated or left out is found when it is read, a file that is cut short or
added to when it is opened, and one that was put in another's place does not open at all (the
construction is STREAM: Hoang, Reyhanitabar, Rogaway and Vizár, CRYPTO 2015).

Only the length of the content can be read without the key.
"""

from __future__ import annotations

import fcntl
import hashlib
import io
import os
import secrets
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import BinaryIO, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from mapokezi.stores.errors import StoreError
from mapokezi.stores.seal_keys import KEY_BYTES, KEY_ID_BYTES, Keyring, SealKey

BLOCK_BYTES = 65_536
"""Of content in a block: a second of a call in FLAC, and 0.1 ms to open."""
TAG_BYTES = 16
HEADER_BYTES = 64
_MAGIC = b"MAPOSEAL"
_VERSION = 1
_SALT_BYTES, _NONCE_BYTES = 16, 12
_HEADER = struct.Struct(f">8sBBI{KEY_ID_BYTES}s{_SALT_BYTES}s{_NONCE_BYTES}s14x")
_AROUND_BLOCK = struct.Struct(">Q?")
_INFO = b"mapokezi sealed file 1"
_UNFINISHED = ".part"


class SealBrokenError(StoreError):
    """A sealed file is not what was sealed: changed, cut, exchanged, or never one of ours."""


class Cipher(Enum):
    """How blocks are encrypted. The values stand in files."""

    AES_256_GCM = 1
    CHACHA20_POLY1305 = 2
    """As strong; quicker on machines whose processor has no AES of its own."""


@dataclass(frozen=True, slots=True)
class _Header:
    cipher: Cipher
    block_bytes: int
    key_id: str
    salt: bytes
    nonce_base: bytes
    raw: bytes
    """As it stands in the file, to the last bit."""

    @classmethod
    def new(cls, key: SealKey, cipher: Cipher) -> Self:
        salt, base = secrets.token_bytes(_SALT_BYTES), secrets.token_bytes(_NONCE_BYTES)
        key_id = bytes.fromhex(key.key_id)
        raw = _HEADER.pack(_MAGIC, _VERSION, cipher.value, BLOCK_BYTES, key_id, salt, base)
        return cls(cipher, BLOCK_BYTES, key.key_id, salt, base, raw)

    @classmethod
    def read(cls, raw: bytes) -> Self:
        if len(raw) != HEADER_BYTES or raw[: len(_MAGIC)] != _MAGIC:
            raise SealBrokenError("the file is not a sealed one")
        _, version, cipher, block_bytes, key_id, salt, base = _HEADER.unpack(raw)
        if version != _VERSION or cipher not in {one.value for one in Cipher} or not block_bytes:
            raise SealBrokenError("the file was sealed in a way that this program does not know")
        return cls(Cipher(cipher), block_bytes, key_id.hex(), salt, base, raw)


class _Blocks:
    """Seals and opens the blocks of one file."""

    def __init__(self, header: _Header, key: SealKey, name: str) -> None:
        derived = HKDF(SHA256(), KEY_BYTES, header.salt, _INFO).derive(key.secret)
        is_aes = header.cipher is Cipher.AES_256_GCM
        self._aead = AESGCM(derived) if is_aes else ChaCha20Poly1305(derived)
        self._base = int.from_bytes(header.nonce_base)
        self._around = header.raw + name.encode()

    def seal(self, content: bytes, index: int, *, is_last: bool) -> bytes:
        return self._aead.encrypt(self._nonce(index), content, self._bound(index, is_last))

    def open(self, sealed: bytes, index: int, *, is_last: bool) -> bytes:
        try:
            return self._aead.decrypt(self._nonce(index), sealed, self._bound(index, is_last))
        except InvalidTag:
            raise SealBrokenError(f"block {index} of the file is not what was sealed") from None

    def _nonce(self, index: int) -> bytes:
        return (self._base ^ index).to_bytes(_NONCE_BYTES)

    def _bound(self, index: int, is_last: bool) -> bytes:
        return _AROUND_BLOCK.pack(index, is_last) + self._around


@dataclass(frozen=True, slots=True)
class Sealed:
    """What was sealed."""

    size_bytes: int
    """Of the content."""
    sha256: str
    """Of the content, hexadecimal."""
    key_id: str


def seal_file(
    content: BinaryIO, path: Path, name: str, key: SealKey, cipher: Cipher = Cipher.AES_256_GCM
) -> Sealed:
    """Seal all that a file holds from where it stands; waits for the disk.

    The file gets its name when it is whole and on the disk: what a kill leaves is a ``.part``,
    which the next attempt writes over. A file that stands at ``path`` is replaced.

    Args:
        content: What is sealed.
        path: The file to be. Its folder must be there.
        name: Bound to the content: who opens the file must give the same.
        key: With which key.
        cipher: How.

    Raises:
        OSError: The disk does not take it, or another process is at the same file.
    """
    header = _Header.new(key, cipher)
    blocks = _Blocks(header, key, name)
    digest = hashlib.sha256()
    size = 0
    with _written_whole(path) as file:
        file.write(header.raw)
        block = content.read(BLOCK_BYTES)
        index = 0
        while True:
            following = content.read(BLOCK_BYTES) if len(block) == BLOCK_BYTES else b""
            is_last = not following
            digest.update(block)
            size += len(block)
            file.write(blocks.seal(block, index, is_last=is_last))
            if is_last:
                break
            block, index = following, index + 1
    return Sealed(size, digest.hexdigest(), key.key_id)


def write_plain(content: BinaryIO, path: Path) -> Sealed:
    """Write a file as it is, with the same care and the same answer as `seal_file`."""
    digest = hashlib.sha256()
    size = 0
    with _written_whole(path) as file:
        while block := content.read(BLOCK_BYTES):
            digest.update(block)
            size += len(block)
            file.write(block)
    return Sealed(size, digest.hexdigest(), "")


@contextmanager
def _written_whole(path: Path) -> Iterator[BinaryIO]:
    """A new file that gets its name once it is whole and on the disk."""
    part = path.with_name(path.name + _UNFINISHED)
    descriptor = os.open(part, os.O_CREAT | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(descriptor, 0)
        yield file
        file.flush()
        os.fsync(descriptor)
        part.rename(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Wait until the disk knows which files a folder has."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class PlainFile:
    """A file that is not sealed, read by the same methods."""

    key_id = ""
    _file = -1

    def __init__(self, path: Path) -> None:
        """Open it.

        Raises:
            OSError: It cannot be read.
        """
        self._file = os.open(path, os.O_RDONLY)
        self.size_bytes = os.fstat(self._file).st_size

    def read(self, at: int, length: int) -> bytes:
        """Read ``length`` bytes from ``at`` on, fewer at the end."""
        return os.pread(self._file, max(0, length), at)

    def close(self) -> None:
        """Let go of it."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def __enter__(self) -> Self:
        """Use it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of it."""
        self.close()

    def __del__(self) -> None:
        """Let go of it, if a browser that went away has left it open."""
        self.close()


class SealedFile(PlainFile):
    """A sealed file, open. Any part can be read, from any thread; only its blocks are opened."""

    def __init__(self, path: Path, name: str, keys: Keyring) -> None:
        """Open it, and see by its last block that it is whole and is the one that is meant.

        Raises:
            OSError: It cannot be read.
            MissingKeyError: Its key is not at hand.
            SealBrokenError: It is not what was sealed under that name.
        """
        super().__init__(path)
        try:
            self._look(name, keys)
        except BaseException:
            self.close()
            raise

    def _look(self, name: str, keys: Keyring) -> None:
        header = _Header.read(os.pread(self._file, HEADER_BYTES, 0))
        self.key_id = header.key_id
        self._blocks = _Blocks(header, keys.get(header.key_id), name)
        self._block_bytes = header.block_bytes
        stored = self.size_bytes - HEADER_BYTES
        self._count = max(1, -(-stored // (header.block_bytes + TAG_BYTES)))
        self.size_bytes = stored - self._count * TAG_BYTES
        if self.size_bytes < 0:
            raise SealBrokenError("the file is cut short")
        self._open(self._count - 1)

    def read(self, at: int, length: int) -> bytes:
        """Read ``length`` bytes of the content from ``at`` on, fewer at the end.

        Raises:
            SealBrokenError: A block is not what was sealed.
        """
        end = min(at + length, self.size_bytes)
        if at < 0 or at >= end:
            return b""
        first, last = at // self._block_bytes, (end - 1) // self._block_bytes
        content = b"".join(map(self._open, range(first, last + 1)))
        begin = at - first * self._block_bytes
        return content[begin : begin + end - at]

    def _open(self, index: int) -> bytes:
        each = self._block_bytes + TAG_BYTES
        sealed = os.pread(self._file, each, HEADER_BYTES + index * each)
        return self._blocks.open(sealed, index, is_last=index == self._count - 1)


class Contents(io.RawIOBase):
    """What a file holds, as a stream for those that want one."""

    def __init__(self, file: PlainFile) -> None:
        """Read ``file``, which stays open."""
        self._source = file
        self._at = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place."""
        origin = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._source.size_bytes}
        self._at = max(0, origin[whence] + offset)
        return self._at

    def tell(self) -> int:
        """Where it stands."""
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Read into a buffer."""
        content = self._source.read(self._at, len(buffer))
        buffer[: len(content)] = content
        self._at += len(content)
        return len(content)


def key_id_of(path: Path) -> str:
    """Which key has sealed a file; empty if it is not sealed.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb") as file, suppress(SealBrokenError):
        return _Header.read(file.read(HEADER_BYTES)).key_id
    return ""
