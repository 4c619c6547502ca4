"""What a caller says is understood by the caller's own ear, after the shift and a noisy line."""

from __future__ import annotations

import sys

import pytest

from mapokezi.emulator.caller_checks import name_was_read
from mapokezi.emulator.caller_ear import CallerEarMissing, Hear, moonshine_ear, ways_of_hearing
from mapokezi.emulator.caller_voice import VoiceShift, prepare_lines
from mapokezi.emulator.telephone_line import LineSettings, TelephoneLine


@pytest.fixture(scope="module")
def hear() -> Hear:
    pytest.importorskip("moonshine_voice")
    return moonshine_ear()


def over_the_line(pcm: bytes) -> bytes:
    line = TelephoneLine(LineSettings(noise_dbfs=-50, seed=3))
    whole = pcm + bytes(-len(pcm) % 320)
    return b"".join(line.toward_platform(whole[at : at + 320]) for at in range(0, len(whole), 320))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Are you open on Saturday?", ["open", "saturday"]),
        ("Zero seven two two, three four five, six seven eight.", ["345", "678"]),
        ("I would like to leave a message.", ["leave", "message"]),
    ],
)
def test_shifted_words_are_understood(hear: Hear, text: str, words: list[str]) -> None:
    heard = hear(over_the_line(prepare_lines([text], VoiceShift())[text])).lower()
    for word in words:
        assert word in heard


def test_nothing_is_heard_in_nothing(hear: Hear) -> None:
    assert hear(b"") == ""
    assert hear(bytes(16_000)) == ""


def test_a_missing_recogniser_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "moonshine_voice", None)
    with pytest.raises(CallerEarMissing, match="local-voice"):
        moonshine_ear()


def test_a_name_is_heard_as_something_that_it_is_then_known_by(hear: Hear) -> None:
    forms = ways_of_hearing("Mary Wairimu", hear)
    assert forms
    assert name_was_read(f"{forms[0]}. Is that right?", "Mary Wairimu", forms)
    assert not name_was_read("Joseph Mutezo. Is that right?", "Mary Wairimu", forms)
