"""The emulator's own settings file."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapokezi.emulator.callees import NOBODY, DialOutcome
from mapokezi.emulator.mode_values import AfterClose, FirstState
from mapokezi.emulator.settings import EmulatorSettings, Number
from mapokezi.emulator.toml_file import with_file
from mapokezi.errors import ConfigurationError

WHOLE = """
port = 9000
clock = 20
api_key = "tskey_live_ours"
balance_minor = 500
captions = "unix:///run/a.sock"

[modes]
after-close = "observed"
unheld-s = 0.5

[[number]]
e164 = "0209000000"
voice_url = "http://127.0.0.1:3000/voice"
events_url = "http://127.0.0.1:3000/events"
signing_secret = "shh"
modes = { first-state = "completed" }

[[key]]
key = "reader"
scopes = ["calls.read"]

[callee."+254722000001"]
way = "busy"
after_s = 2

[callee."0722000002"]
way = "accept"
presses = "12"
"""


def test_a_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "emulator.toml"
    path.write_text(WHOLE)
    read = with_file(EmulatorSettings(), path)
    assert (read.port, read.clock_speed, read.api_key) == (9000, 20, "tskey_live_ours")
    assert (read.balance_minor, read.captions) == (500, "unix:///run/a.sock")
    assert (read.behaviour.after_close, read.behaviour.unheld_s) == (AfterClose.OBSERVED, 0.5)
    voice, events = "http://127.0.0.1:3000/voice", "http://127.0.0.1:3000/events"
    assert read.numbers == (Number("+254209000000", voice, events, "shh"),)
    assert read.number_modes == {"+254209000000": {"first_state": FirstState.COMPLETED}}
    assert read.more_keys[0].scopes == {"calls.read"}
    busy, accepts = read.callees["+254722000001"], read.callees["+254722000002"]
    assert (busy.outcome, busy.after_s) == (DialOutcome.BUSY, 2)
    assert accepts.presses == "12"


def test_numbers_without_a_voice_url_only_set_modes(tmp_path: Path) -> None:
    path = tmp_path / "emulator.toml"
    path.write_text('[[number]]\ne164 = "+254209000000"\nmodes = { keys = "text" }\n')
    known = (Number("+254209000000", "http://127.0.0.1:1/voice"),)
    read = with_file(EmulatorSettings(numbers=known, callees={"+254700000001": NOBODY}), path)
    assert read.numbers == known
    assert set(read.number_modes) == {"+254209000000"}
    assert set(read.callees) == {"+254700000001"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("port = 'x'", "port"),
        ("colour = 1", "colour"),
        ("[modes]\nafter-lunch = 1", "there is no such mode"),
        ('[callee."+254722000001"]\nway = "sulk"', "a callee can answer, accept"),
        ("clock = 0", "clock: more than 0"),
        ("port =", "emulator.toml"),
    ],
)
def test_what_cannot_be_is_told(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "emulator.toml"
    path.write_text(text)
    with pytest.raises(ConfigurationError, match=said):
        with_file(EmulatorSettings(), path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="No such file"):
        with_file(EmulatorSettings(), tmp_path / "none.toml")
