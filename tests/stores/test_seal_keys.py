"""The keys of recordings."""

from __future__ import annotations

import base64

import pytest

from mapokezi.errors import ConfigurationError
from mapokezi.stores.seal_keys import Keyring, MissingKeyError, SealKey

ONE, TWO = SealKey(bytes(32)), SealKey(bytes(range(32)))


def test_a_key_is_read_as_it_was_written() -> None:
    drawn = SealKey.draw()
    assert SealKey.read(drawn.written()) == drawn
    assert SealKey.read(f"  {base64.b64encode(drawn.secret).decode().rstrip('=')}\n") == drawn
    assert SealKey.draw() != drawn


@pytest.mark.parametrize(
    "text", ["", "short", "A" * 43 + "!", base64.b64encode(bytes(16)).decode()]
)
def test_what_is_no_key_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(ConfigurationError, match="new-key") as refused:
        SealKey.read(text)
    assert not text or text not in str(refused.value)


def test_a_key_shows_its_id_and_never_itself() -> None:
    assert TWO.written() not in repr(TWO)
    assert TWO.secret.hex() not in repr(TWO)
    assert len(TWO.key_id) == 16
    assert TWO.key_id != ONE.key_id


def test_the_first_key_seals_and_all_of_them_open() -> None:
    ring = Keyring([TWO, ONE])
    assert ring.first == TWO
    assert ring.get(ONE.key_id) == ONE
    assert len(ring) == 2


def test_an_empty_ring_says_where_a_key_is_put() -> None:
    with pytest.raises(ConfigurationError, match="MAPOKEZI_RECORDING_KEYS_FILE"):
        _ = Keyring().first


def test_a_missing_key_is_named_unless_it_is_known_to_be_lost() -> None:
    ring = Keyring([ONE])
    ring.check([ONE.key_id, ""])
    with pytest.raises(MissingKeyError, match=TWO.key_id) as missing:
        ring.check([ONE.key_id, TWO.key_id])
    assert missing.value.key_id == TWO.key_id
    Keyring([ONE], lost=[TWO.key_id]).check([TWO.key_id])
