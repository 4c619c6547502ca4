"""The meanings of sentences, as numbers that the edge has found for them.

A meaning is a row of numbers, one long, made by the speech process; two sentences that mean the
same have meanings that point the same way. The core only compares them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

Meaning = NDArray[np.float32]
"""One row, one long."""


class Meanings:
    """The meanings of sentences that were known beforehand."""

    def __init__(self, found: Mapping[str, Meaning]) -> None:
        """Keep the meanings of sentences, by their text."""
        self._found = found
        self._digest = _digest_of(found)

    def __eq__(self, other: object) -> bool:
        """Say whether the same sentences mean the same."""
        return isinstance(other, Meanings) and self._digest == other._digest

    def __hash__(self) -> int:
        """Agree with equality, so that what was learned by meanings is known again."""
        return hash(self._digest)

    def of(self, texts: Iterable[str]) -> Meaning | None:
        """Give a row for each text, or None unless all of them are known."""
        rows = [self._found.get(text) for text in texts]
        known = [row for row in rows if row is not None]
        return np.stack(known) if known and len(known) == len(rows) else None


def _digest_of(found: Mapping[str, Meaning]) -> bytes:
    digest = hashlib.blake2b(digest_size=16)
    for text, row in found.items():
        digest.update(text.encode())
        digest.update(row.tobytes())
    return digest.digest()
