"""The emulator's own settings file."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapokezi.emulator.callees import NOBODY, DialOutcome
from mapokezi.emulator.mode_values.posts import FirstState
from mapokezi.emulator.mode_values.streams import AfterClose
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
        ("port = 'x'", "line 1, port: Expected `int | null`, got `str`"),
        ("host = '127.0.0.1'\nport = 70000", "line 2, port: 0 (any) to 65535"),
        ("colour = 1", "line 1, colour: there is no such key."),
        ("clok = 10", 'line 1, clok: there is no such key. Did you mean "clock"?'),
        (
            "[modes]\nafter-lunch = 1",
            'line 2, modes.after-lunch: there is no such mode. Did you mean "after-',
        ),
        ("[modes]\nkeys = 'text'\nhold = 'x'", "line 3, modes.hold: hold=x: it can be writes,"),
        ("[modes]\nunheld-s = 99", "line 2, modes.unheld-s: unheld-s=99: a number from 0 to 60"),
        (
            '[callee."+254722000001"]\nafter_s = 2\nway = "sulk"',
            "line 3, callee.+254722000001.way: sulk: a callee can answer, accept",
        ),
        ('[callee."+254722000001"]\nafter_s = 2', "line 1, callee.+254722000001.way: it is miss"),
        (
            '[callee."+254722000001"]\nway = "busy"\nafter_s = -2.0',
            "line 3, callee.+254722000001.after_s: a number of seconds is wanted",
        ),
        ("clock = 0", "line 1, clock: more than 0"),
        ("host = 'a'\nport =", "line 2: this is not TOML"),
        ("[[number]]\nvoice_url = 'http://a/'", "line 1, number[1].e164: it is missing"),
        ("[[number]]\ne164 = 'office'", "line 2, number[1].e164: office is no telephone number"),
        (
            "[[number]]\ne164 = '0209000000'\n[[number]]\ne164 = '0209000001'\nvoice_url = 'a:1'",
            "line 5, number[2].voice_url: an address is wanted",
        ),
        (
            "[[number]]\ne164 = '0209000000'\nmodes = { keys = 'sung' }",
            "line 3, number[1].modes.keys: keys=sung: it can be in-band",
        ),
        (
            "[[key]]\nkey = 'a'\nscopes = ['calls.red']",
            'line 3, key[1].scopes: calls.red is no scope. Did you mean "calls.read"?',
        ),
        ("number = 1", "line 1, number: Expected `array`, got `int`"),
        ("number = [1]", "line 1, number[1]: a table is wanted"),
    ],
)
def test_what_cannot_be_is_told_with_file_line_and_key(
    tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "emulator.toml"
    path.write_text(text)
    with pytest.raises(ConfigurationError) as raised:
        with_file(EmulatorSettings(), path)
    assert str(raised.value).startswith(f"{path}, {said}")
    assert "\n" not in str(raised.value)


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "emulator.toml"
    path.write_text("port = 'x'\n[modes]\nkeys = 'sung'\n[[number]]\nnumber = '+254209000000'\n")
    with pytest.raises(ConfigurationError) as raised:
        with_file(EmulatorSettings(), path)
    told = str(raised.value).splitlines()
    assert [line.partition(": ")[0] for line in told] == [
        f"{path}, line 1, port",
        f"{path}, line 3, modes.keys",
        f"{path}, line 5, number[1].number",
        f"{path}, line 4, number[1].e164",
    ]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="No such file"):
        with_file(EmulatorSettings(), tmp_path / "none.toml")
