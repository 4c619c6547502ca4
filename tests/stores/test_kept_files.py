"""Opening recordings in their last form."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mapokezi.calls import CallId
from mapokezi.records.kept_recording import Copy, KeptRecording
from mapokezi.stores.kept_files import KeptFileError, check_kept, inside, open_kept
from mapokezi.stores.seal_keys import Keyring, MissingKeyError, SealKey
from mapokezi.stores.sealed_files import seal_file, write_plain

KEY = SealKey(bytes(range(32)))
RING = Keyring([KEY])
SOUND = bytes(range(256)) * 600


@pytest.fixture
def kept(tmp_path: Path) -> KeptRecording:
    (tmp_path / "recordings").mkdir()
    path = "recordings/c-1.flac.sealed"
    about = seal_file(io.BytesIO(SOUND), tmp_path / path, "c-1.flac.sealed", KEY)
    return KeptRecording(
        call_id=CallId("c-1"),
        copy=Copy.OURS,
        path=path,
        media_type="audio/flac",
        length_ms=None,
        size_bytes=about.size_bytes,
        sha256=about.sha256,
        key_id=about.key_id,
        kept_at=datetime(2026, 11, 22, tzinfo=UTC),
    )


def test_a_sealed_recording_is_opened_and_checked(tmp_path: Path, kept: KeptRecording) -> None:
    with open_kept(tmp_path, kept, RING) as file:
        assert file.read(0, len(SOUND)) == SOUND
    check_kept(tmp_path, kept, RING)
    assert (kept.name, kept.suffix) == ("c-1.flac.sealed", ".flac")


def test_a_plain_recording_is_opened_and_checked(tmp_path: Path, kept: KeptRecording) -> None:
    about = write_plain(io.BytesIO(SOUND), tmp_path / "recordings" / "c-1.flac")
    plain = replace(kept, path="recordings/c-1.flac", key_id="", sha256=about.sha256)
    check_kept(tmp_path, plain, Keyring())
    (tmp_path / "recordings" / "c-1.flac").write_bytes(SOUND[:-1])
    with pytest.raises(KeptFileError, match="is not what was kept"):
        check_kept(tmp_path, plain, Keyring())


def test_a_changed_recording_is_found(tmp_path: Path, kept: KeptRecording) -> None:
    path = tmp_path / kept.path
    raw = bytearray(path.read_bytes())
    raw[100] ^= 1
    path.write_bytes(raw)
    with pytest.raises(KeptFileError, match="block 0"):
        check_kept(tmp_path, kept, RING)
    path.write_bytes(raw[:-1])
    with pytest.raises(KeptFileError, match="c-1"):
        open_kept(tmp_path, kept, RING)
    path.unlink()
    with pytest.raises(KeptFileError, match="No such file"):
        open_kept(tmp_path, kept, RING)


def test_a_missing_key_is_named(tmp_path: Path, kept: KeptRecording) -> None:
    with pytest.raises(MissingKeyError, match=KEY.key_id):
        open_kept(tmp_path, kept, Keyring())


@pytest.mark.parametrize("path", ["../outside", "/etc/passwd", "recordings/../../outside"])
def test_no_path_leads_out_of_the_data_folder(
    tmp_path: Path, kept: KeptRecording, path: str
) -> None:
    (tmp_path.parent / "outside").write_bytes(b"secret")
    with pytest.raises(KeptFileError, match="outside the data folder"):
        open_kept(tmp_path, replace(kept, path=path), RING)
    assert inside(tmp_path, path) is None
