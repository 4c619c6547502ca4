"""``mapokezi office phrases`` and ``record``."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from mapokezi.audio.formats import pcm_of
from mapokezi.audio.wav import wav_bytes

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

LAW_OFFICE = Path(__file__).parents[2] / "examples" / "law-office"


@pytest.fixture
def office(shell: Shell) -> Path:
    return shutil.copytree(LAW_OFFICE, shell.folder / "law-office")


def spoken(seconds: float) -> bytes:
    """A voice-like hum between two half seconds of a quiet room."""
    at = np.arange(int(44_100 * seconds)) / 44_100
    hum = np.sin(2 * np.pi * 180 * at) * 0.1 * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * at))
    room = np.random.default_rng(1).standard_normal(len(hum) + 44_100) * 0.0005
    room[22_050 : 22_050 + len(hum)] += hum
    return wav_bytes(pcm_of(room * 32_000), 44_100)


def test_what_is_to_be_recorded_is_listed(shell: Shell, office: Path) -> None:
    said = shell.run("office", "phrases", str(office), "--language", "sw")
    assert said.code == 0
    assert "-  lines-nudge-1.wav  Bado uko kwenye laini?" in said.out
    assert "-  word-sifuri.wav  sifuri" in said.out
    assert "lacks" not in said.out
    assert "\n0 of " in said.out


def test_a_folder_of_recordings_is_taken(shell: Shell, office: Path) -> None:
    wavs = shell.folder / "wavs"
    wavs.mkdir()
    (wavs / "lines-nudge-1.wav").write_bytes(spoken(1.4))
    (wavs / "word-saba.wav").write_bytes(spoken(0.5))
    said = shell.run("office", "record", str(office), str(wavs), "--language", "sw")
    assert said.code == 0
    assert "2 taken, 0 not." in said.out
    listed = shell.run("office", "phrases", str(office)).out
    assert "recorded  lines-nudge-1.wav" in listed
    assert "\n2 of " in listed
    missing = shell.run("office", "phrases", str(office), "--missing").out
    assert "lines-nudge-1.wav" not in missing


def test_what_is_wrong_with_each_file_is_told_and_the_others_are_taken(
    shell: Shell, office: Path
) -> None:
    wavs = shell.folder / "wavs"
    wavs.mkdir()
    (wavs / "word-saba.wav").write_bytes(spoken(0.5))
    (wavs / "word-tisa.wav").write_bytes(spoken(9.0))
    (wavs / "word-tiza.wav").write_bytes(spoken(0.5))
    (wavs / "word-sita.wav").write_bytes(b"no sound")
    said = shell.run("office", "record", str(office), str(wavs))
    assert said.code == 1
    assert "word-tisa.wav: it is too long" in said.out
    assert 'word-tiza.wav: no sentence has this name. Did you mean "word-t' in said.out
    assert "word-sita.wav: " in said.out
    assert "1 taken, 3 not." in said.out


def test_languages_that_cannot_be_recorded_are_refused(shell: Shell, office: Path) -> None:
    said = shell.run("office", "phrases", str(office), "--language", "en")
    assert said.code != 0
    assert "English needs no recordings" in said.out + said.err
    said = shell.run("office", "phrases", str(office), "--language", "xx")
    assert "no phrases in the language 'xx'" in said.out + said.err
