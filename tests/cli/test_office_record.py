"""``mapokezi office phrases`` and ``record``."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.fakes.sound_devices import FakeLibrary

from mapokezi.audio.formats import pcm_of
from mapokezi.audio.wav import wav_bytes, wav_sound
from mapokezi.microphone import SoundDevices

if TYPE_CHECKING:
    from tests.cli.conftest import Said, Shell

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


# -- at the microphone --


@dataclass
class Desk:
    """Somebody at the machine: what they type, and what the microphone gives."""

    shell: Shell
    office: Path
    monkeypatch: pytest.MonkeyPatch

    def records(self, typed: str, *sounds: bytes, names: tuple[str, ...] = ()) -> Said:
        """Run the command; each try takes the next of the sounds, at 48 kHz."""
        library = FakeLibrary(b"", *sounds)  # the first is opened to see whether there is one
        self.monkeypatch.setattr(SoundDevices.__init__, "__defaults__", (lambda: library,))
        reading, writing = os.pipe()
        os.write(writing, typed.encode())
        os.close(writing)
        with os.fdopen(reading) as keys:
            self.monkeypatch.setattr(sys, "stdin", keys)
            return self.shell.run("office", "record", str(self.office), *names, "--microphone")


@pytest.fixture
def desk(shell: Shell, office: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(shell, office, monkeypatch)


def at_microphone(seconds: float, *, loud: float = 0.1) -> bytes:
    """A voice-like hum in a quiet room, with the silence behind it that ends a sentence."""
    at = np.arange(int(48_000 * seconds)) / 48_000
    hum = np.sin(2 * np.pi * 180 * at) * loud * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * at))
    room = np.random.default_rng(1).standard_normal(len(hum) + 4 * 48_000) * 0.0005
    room[48_000 : 48_000 + len(hum)] += hum
    return pcm_of(np.clip(room, -1, 1) * 32_767)


def test_sentences_are_recorded_at_the_microphone_and_kept_as_files_are(
    desk: Desk, shell: Shell, office: Path
) -> None:
    names = ("word-saba", "lines-nudge-1")
    said = desk.records("\n\n", at_microphone(0.5), at_microphone(1.4), names=names)
    assert said.code == 0, said
    assert "[1/2] word-saba: saba" in said.out
    assert "[2/2] lines-nudge-1: Bado uko kwenye laini?" in said.out
    assert "2 taken, 0 not." in said.out
    assert "recorded  lines-nudge-1.wav" in shell.run("office", "phrases", str(office)).out
    pack = shell.data_folder / "language-packs" / "law-office" / "sw"
    form, pcm = wav_sound((pack / "word-saba.wav").read_bytes())
    assert form.sample_rate_hz == 16_000
    assert 0.4 < len(pcm) / 32_000 < 0.8, "without the silence around it"


@pytest.mark.parametrize(
    ("sound", "why"),
    [
        (at_microphone(0.5, loud=0.008), "it is too soft or silent"),
        (at_microphone(0.5, loud=3.0), "it is too loud"),
        (at_microphone(0.2), "it is too short"),
        (bytes(11 * 96_000), "no voice was heard"),
    ],
)
def test_what_is_not_fit_is_told_and_asked_for_again(desk: Desk, sound: bytes, why: str) -> None:
    said = desk.records("\n\n", sound, at_microphone(1.4), names=("lines-nudge-1",))
    assert f"  Not taken: {why}" in said.out
    assert said.out.count("Speak now.") == 2
    assert "1 taken, 0 not." in said.out


def test_sentences_are_left_out_and_the_sitting_ends_when_one_likes(desk: Desk) -> None:
    said = desk.records("s\nwhat?\n\nq\n", at_microphone(1.4))
    assert said.code == 0
    assert "1 taken, 0 not." in said.out
    assert said.out.count("Speak now.") == 1
    assert "[3/" in said.out
    assert "[4/" not in said.out
    again = desk.records("")
    assert "[2/" not in again.out, "nobody is there: it asks for nothing more"


def test_enter_ends_a_sentence(desk: Desk) -> None:
    """A microphone that gives a voice without end: only the key can end it so soon."""
    voice = at_microphone(1.6)[: int(96_000 * 2.4)]
    said = desk.records("\n\n", voice, names=("lines-nudge-1",))
    assert "1 taken, 0 not." in said.out


def test_a_name_that_no_sentence_has_is_an_error(desk: Desk) -> None:
    assert 'word-tiza: no sentence has this name. Did you mean "word-t' in (
        desk.records("", names=("word-tiza",)).fault
    )


@pytest.mark.parametrize("missing", ["library", "device"])
def test_without_a_microphone_the_way_by_files_is_told(
    shell: Shell, office: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    def load() -> FakeLibrary:
        if missing == "library":
            raise ImportError("No module named 'miniaudio'")
        return FakeLibrary(fails=True)

    monkeypatch.setattr(SoundDevices.__init__, "__defaults__", (load,))
    reading, writing = os.pipe()
    os.close(writing)
    with os.fdopen(reading) as keys:
        monkeypatch.setattr(sys, "stdin", keys)
        fault = shell.run("office", "record", str(office), "--microphone").fault
    assert ("extra microphone" if missing == "library" else "no sound device") in fault
    assert "as WAV files" in fault


def test_without_files_and_microphone_nothing_is_done(shell: Shell, office: Path) -> None:
    said = shell.run("office", "record", str(office))
    assert "give WAV files, or --microphone" in said.fault
