"""Recorded sentences on disk: by office and language, and never with other words."""

from __future__ import annotations

from pathlib import Path

from mapokezi.calls import OfficeId
from mapokezi.stores.language_packs import (
    keep_recording,
    pack_folder,
    read_pack,
    recorded_names,
)

SOUND = bytes(3_200)


def test_what_was_kept_is_read_by_its_words(tmp_path: Path) -> None:
    pack = pack_folder(tmp_path, OfficeId("law-office"), "sw")
    wanted = {"thanks": "Asante", "word-saba": "saba"}
    assert read_pack(pack, wanted) == {}
    keep_recording(pack, "thanks", "Asante", SOUND)
    keep_recording(pack, "word-saba", "saba", SOUND + SOUND)
    assert read_pack(pack, wanted) == {"Asante": SOUND, "saba": SOUND + SOUND}
    assert read_pack(pack_folder(tmp_path, OfficeId("clinic"), "sw"), wanted) == {}


def test_a_sentence_that_was_changed_is_no_longer_recorded(tmp_path: Path) -> None:
    keep_recording(tmp_path, "thanks", "Asante", SOUND)
    assert recorded_names(tmp_path, {"thanks": "Asante sana"}) == set()
    keep_recording(tmp_path, "thanks", "Asante sana", SOUND)
    assert recorded_names(tmp_path, {"thanks": "Asante sana"}) == {"thanks"}


def test_a_file_that_is_gone_or_spoilt_is_not_recorded(tmp_path: Path) -> None:
    keep_recording(tmp_path, "thanks", "Asante", SOUND)
    keep_recording(tmp_path, "yes", "Ndiyo", SOUND)
    (tmp_path / "thanks.wav").write_bytes(b"spoilt")
    (tmp_path / "yes.wav").unlink()
    assert read_pack(tmp_path, {"thanks": "Asante", "yes": "Ndiyo"}) == {}
    (tmp_path / "words.json").write_text("[")
    assert recorded_names(tmp_path, {"thanks": "Asante"}) == set()
