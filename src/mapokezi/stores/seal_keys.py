"""The keys by which recordings are sealed: the first seals, all of them open.

A key is 32 bytes, written in base64. It is known by its id, eight bytes of a digest, which stands
in every file that it sealed; so keys need no names, and may be given in any order but for the
first.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Self

from mapokezi.errors import ConfigurationError
from mapokezi.stores.errors import StoreError

KEY_BYTES = 32
KEY_ID_BYTES = 8
_DOMAIN = b"mapokezi recording key\0"


class MissingKeyError(ConfigurationError, StoreError):
    """A recording is sealed by a key that is not at hand.

    Attributes:
        key_id: Which.
    """

    def __init__(self, key_id: str) -> None:
        """Say which key is missing, and where keys are put."""
        super().__init__(
            f"the recording key {key_id} is not at hand: add it to MAPOKEZI_RECORDING_KEYS, "
            "behind the first"
        )
        self.key_id = key_id


@dataclass(frozen=True, slots=True)
class SealKey:
    """One key. Its repr does not show it."""

    secret: bytes = field(repr=False)

    @property
    def key_id(self) -> str:
        """By what it is known: 16 hexadecimal digits."""
        return hashlib.sha256(_DOMAIN + self.secret).digest()[:KEY_ID_BYTES].hex()

    @classmethod
    def read(cls, text: str) -> Self:
        """Read a key as `mapokezi recordings new-key` prints it.

        Raises:
            ConfigurationError: It is none. The text of the error does not repeat it.
        """
        compact = text.strip().replace("-", "+").replace("_", "/").rstrip("=")
        try:
            secret = base64.b64decode(compact + "=" * (-len(compact) % 4), validate=True)
        except (binascii.Error, ValueError):
            secret = b""
        if len(secret) != KEY_BYTES:
            raise ConfigurationError(
                "MAPOKEZI_RECORDING_KEYS: a key is 32 bytes in base64, 44 characters; "
                "`mapokezi recordings new-key` prints one"
            )
        return cls(secret)

    @classmethod
    def draw(cls) -> Self:
        """Make a new one."""
        return cls(secrets.token_bytes(KEY_BYTES))

    def written(self) -> str:
        """As it is given to the program: base64 that fits a file or a variable."""
        return base64.urlsafe_b64encode(self.secret).decode()


class Keyring:
    """All keys that are at hand."""

    def __init__(self, keys: Iterable[SealKey] = (), lost: Collection[str] = ()) -> None:
        """Hold keys.

        Args:
            keys: The first one seals.
            lost: Ids of keys that are known to be gone for good.
        """
        self._keys = {key.key_id: key for key in keys}
        self.lost = frozenset(lost)

    def __iter__(self) -> Iterator[SealKey]:
        """The keys, that which seals first."""
        return iter(self._keys.values())

    def __len__(self) -> int:
        """How many there are."""
        return len(self._keys)

    @property
    def first(self) -> SealKey:
        """The key that seals.

        Raises:
            ConfigurationError: There is none.
        """
        for key in self:
            return key
        raise ConfigurationError(
            "there is no key to seal recordings with: put one into MAPOKEZI_RECORDING_KEYS, "
            "or into a file that MAPOKEZI_RECORDING_KEYS_FILE names; "
            "`mapokezi recordings new-key` prints one"
        )

    def get(self, key_id: str) -> SealKey:
        """The key of an id.

        Raises:
            MissingKeyError: It is not here.
        """
        key = self._keys.get(key_id)
        if key is None:
            raise MissingKeyError(key_id)
        return key

    def check(self, used: Collection[str]) -> None:
        """See that what is sealed can be opened.

        Args:
            used: Ids of the keys that have sealed something.

        Raises:
            MissingKeyError: One of them is neither here nor known to be lost.
        """
        for key_id in sorted(used):
            if key_id and key_id not in self._keys and key_id not in self.lost:
                raise MissingKeyError(key_id)
