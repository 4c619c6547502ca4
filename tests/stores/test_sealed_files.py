"""Sealed files: any part can be read, and nothing can be changed unnoticed."""

from __future__ import annotations

import io
import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.stores.seal_keys import Keyring, MissingKeyError, SealKey
from mapokezi.stores.sealed_files import (
    BLOCK_BYTES,
    HEADER_BYTES,
    TAG_BYTES,
    Cipher,
    Contents,
    PlainFile,
    SealBrokenError,
    Sealed,
    SealedFile,
    key_id_of,
    seal_file,
    write_plain,
)

KEY, OTHER = SealKey(bytes(range(32))), SealKey(bytes(32))
RING = Keyring([KEY])
NAME = "call-1.flac.sealed"
EACH = BLOCK_BYTES + TAG_BYTES
THREE_BLOCKS = random.Random(7).randbytes(2 * BLOCK_BYTES + 1_000)
SIZES = [0, 1, 15, BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1, 3 * BLOCK_BYTES]


def sealed(path: Path, content: bytes = THREE_BLOCKS, name: str = NAME) -> Sealed:
    return seal_file(io.BytesIO(content), path, name, KEY)


def read_all(path: Path, name: str = NAME, keys: Keyring = RING) -> bytes:
    with SealedFile(path, name, keys) as file:
        return file.read(0, file.size_bytes)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("cipher", list(Cipher))
def test_what_was_sealed_is_read_whole(tmp_path: Path, size: int, cipher: Cipher) -> None:
    content = random.Random(size).randbytes(size)
    path = tmp_path / NAME
    about = seal_file(io.BytesIO(content), path, NAME, KEY, cipher)
    assert about.size_bytes == size
    assert about.key_id == KEY.key_id
    with SealedFile(path, NAME, RING) as file:
        assert file.size_bytes == size
        assert file.read(0, size) == content
        assert file.read(size, 10) == b""
    blocks = max(1, -(-size // BLOCK_BYTES))
    assert path.stat().st_size == HEADER_BYTES + size + blocks * TAG_BYTES
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == [NAME]


@pytest.fixture(scope="module")
def three_blocks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sealed") / NAME
    sealed(path)
    return path


@given(at=st.integers(0, len(THREE_BLOCKS) + 10), length=st.integers(0, len(THREE_BLOCKS)))
def test_any_range_is_what_stands_there(three_blocks: Path, at: int, length: int) -> None:
    with SealedFile(three_blocks, NAME, RING) as file:
        assert file.read(at, length) == THREE_BLOCKS[at : at + length]


def test_the_disk_holds_nothing_that_can_be_read(tmp_path: Path) -> None:
    said = b"four one one one, that is my card "
    sealed(tmp_path / NAME, said * 5_000)
    assert said not in (tmp_path / NAME).read_bytes()


def test_the_same_content_sealed_twice_has_nothing_in_common(tmp_path: Path) -> None:
    sealed(tmp_path / "a", bytes(BLOCK_BYTES), "a")
    sealed(tmp_path / "b", bytes(BLOCK_BYTES), "a")
    one, two = ((tmp_path / name).read_bytes()[HEADER_BYTES:] for name in "ab")
    assert one[:64] != two[:64]


def cut_last_block(raw: bytearray) -> bytes:
    return bytes(raw[: HEADER_BYTES + 2 * EACH])


def cut_in_a_block(raw: bytearray) -> bytes:
    return bytes(raw[: HEADER_BYTES + EACH + 100])


def cut_to_the_header(raw: bytearray) -> bytes:
    return bytes(raw[:HEADER_BYTES])


def cut_in_the_header(raw: bytearray) -> bytes:
    return bytes(raw[:40])


def emptied(_raw: bytearray) -> bytes:
    return b""


def added_to(raw: bytearray) -> bytes:
    return bytes(raw) + b"x"


def a_block_added(raw: bytearray) -> bytes:
    return bytes(raw) + bytes(raw[HEADER_BYTES : HEADER_BYTES + EACH])


def first_block_taken_out(raw: bytearray) -> bytes:
    return bytes(raw[:HEADER_BYTES] + raw[HEADER_BYTES + EACH :])


@pytest.mark.parametrize(
    "spoil",
    [
        cut_last_block,
        cut_in_a_block,
        cut_to_the_header,
        cut_in_the_header,
        emptied,
        added_to,
        a_block_added,
        first_block_taken_out,
    ],
)
def test_a_file_of_another_length_does_not_open(
    tmp_path: Path, spoil: Callable[[bytearray], bytes]
) -> None:
    path = tmp_path / NAME
    sealed(path)
    path.write_bytes(spoil(bytearray(path.read_bytes())))
    with pytest.raises(SealBrokenError):
        SealedFile(path, NAME, RING)


@pytest.mark.parametrize("at", [0, 8, 9, 10, 14, 22, 38, 50, 63])
def test_a_changed_header_is_found(tmp_path: Path, at: int) -> None:
    path = tmp_path / NAME
    sealed(path)
    raw = bytearray(path.read_bytes())
    raw[at] ^= 1
    path.write_bytes(raw)
    with pytest.raises((SealBrokenError, MissingKeyError)):
        SealedFile(path, NAME, RING)


def test_a_changed_block_is_found_and_the_others_are_read(tmp_path: Path) -> None:
    path = tmp_path / NAME
    sealed(path)
    raw = bytearray(path.read_bytes())
    raw[HEADER_BYTES + EACH + 5] ^= 1
    path.write_bytes(raw)
    with SealedFile(path, NAME, RING) as file:
        assert file.read(0, BLOCK_BYTES) == THREE_BLOCKS[:BLOCK_BYTES]
        with pytest.raises(SealBrokenError, match="block 1"):
            file.read(BLOCK_BYTES, 1)


def test_exchanged_blocks_are_found(tmp_path: Path) -> None:
    path = tmp_path / NAME
    sealed(path)
    raw = path.read_bytes()
    first = raw[HEADER_BYTES : HEADER_BYTES + EACH]
    second = raw[HEADER_BYTES + EACH : HEADER_BYTES + 2 * EACH]
    path.write_bytes(raw[:HEADER_BYTES] + second + first + raw[HEADER_BYTES + 2 * EACH :])
    with SealedFile(path, NAME, RING) as file, pytest.raises(SealBrokenError, match="block 0"):
        file.read(0, 10)


def test_a_block_of_another_file_is_found(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    sealed(one)
    sealed(two)
    raw = bytearray(one.read_bytes())
    block = slice(HEADER_BYTES, HEADER_BYTES + EACH)
    raw[block] = two.read_bytes()[block]
    one.write_bytes(raw)
    with SealedFile(one, NAME, RING) as file, pytest.raises(SealBrokenError):
        file.read(0, 10)


def test_a_file_in_anothers_place_does_not_open(tmp_path: Path) -> None:
    sealed(tmp_path / "call-1", name="call-1")
    (tmp_path / "call-1").rename(tmp_path / "call-2")
    with pytest.raises(SealBrokenError):
        SealedFile(tmp_path / "call-2", "call-2", RING)


def test_without_its_key_it_says_which_is_missing(tmp_path: Path) -> None:
    path = tmp_path / NAME
    sealed(path)
    with pytest.raises(MissingKeyError, match=KEY.key_id):
        SealedFile(path, NAME, Keyring([OTHER]))
    assert read_all(path, keys=Keyring([OTHER, KEY])) == THREE_BLOCKS
    assert key_id_of(path) == KEY.key_id


def test_another_key_under_the_same_id_opens_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / NAME
    sealed(path)
    ring = Keyring([KEY])
    monkeypatch.setattr(ring, "get", lambda _key_id: OTHER)
    with pytest.raises(SealBrokenError):
        SealedFile(path, NAME, ring)


def test_what_a_kill_left_is_written_over(tmp_path: Path) -> None:
    path = tmp_path / NAME
    (tmp_path / f"{NAME}.part").write_bytes(b"the rest of an attempt" * 10_000)
    sealed(path, b"short")
    assert read_all(path) == b"short"
    assert not (tmp_path / f"{NAME}.part").exists()


def test_a_fault_in_the_middle_leaves_what_stood_before(tmp_path: Path) -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > BLOCK_BYTES:
                raise OSError("the disk is gone")
            return super().read(size)

    path = tmp_path / NAME
    sealed(path, b"before")
    with pytest.raises(OSError, match="gone"):
        seal_file(Failing(THREE_BLOCKS), path, NAME, KEY)
    assert read_all(path) == b"before"


def test_two_that_write_the_same_file_at_once_do_not_mix(tmp_path: Path) -> None:
    path = tmp_path / NAME

    class Slow(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            with pytest.raises(BlockingIOError):
                sealed(path, b"the other")
            return super().read(size)

    seal_file(Slow(b"ours"), path, NAME, KEY)
    assert read_all(path) == b"ours"


def test_a_plain_file_is_read_in_the_same_way(tmp_path: Path) -> None:
    path = tmp_path / "plain.flac"
    about = write_plain(io.BytesIO(THREE_BLOCKS), path)
    assert about.key_id == ""
    assert about.sha256 == sealed(tmp_path / NAME).sha256
    with PlainFile(path) as file:
        assert file.size_bytes == len(THREE_BLOCKS)
        assert file.read(BLOCK_BYTES, 20) == THREE_BLOCKS[BLOCK_BYTES : BLOCK_BYTES + 20]
    assert key_id_of(path) == ""


def test_content_can_be_read_as_a_stream(three_blocks: Path) -> None:
    with SealedFile(three_blocks, NAME, RING) as file:
        stream = io.BufferedReader(Contents(file))
        assert stream.read(10) == THREE_BLOCKS[:10]
        stream.seek(-5, os.SEEK_END)
        assert stream.read() == THREE_BLOCKS[-5:]
        stream.seek(BLOCK_BYTES - 2)
        stream.seek(1, os.SEEK_CUR)
        assert stream.read(4) == THREE_BLOCKS[BLOCK_BYTES - 1 : BLOCK_BYTES + 3]
        assert stream.tell() == BLOCK_BYTES + 3


def test_a_file_that_is_dropped_is_closed(tmp_path: Path) -> None:
    path = tmp_path / NAME
    sealed(path)
    before = len(list(Path("/proc/self/fd").iterdir()))
    file = SealedFile(path, NAME, RING)
    del file
    assert len(list(Path("/proc/self/fd").iterdir())) == before
