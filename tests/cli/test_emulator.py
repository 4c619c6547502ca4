"""How callees are given to ``mapokezi emulator``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mapokezi.cli.emulator import read_callees, read_numbers, with_modes
from mapokezi.emulator.callees import DialOutcome
from mapokezi.emulator.mode_values.posts import FirstState
from mapokezi.emulator.mode_values.streams import AfterClose, Keys
from mapokezi.emulator.modes import MODES
from mapokezi.emulator.settings import EmulatorSettings

if TYPE_CHECKING:
    from tests.cli.conftest import Shell


def test_each_number_behaves_as_it_is_told() -> None:
    callees = read_callees(
        [
            "+254700000101=busy",
            "+254700000102=answer",
            "+254700000103=no-answer",
            "+254700000104=fail",
        ]
    )
    assert [callee.outcome for callee in callees.values()] == [
        DialOutcome.BUSY,
        DialOutcome.ANSWERED,
        DialOutcome.NO_ANSWER,
        DialOutcome.FAILED,
    ]


@pytest.mark.parametrize("pair", ["", "+254700000101", "+254700000101=sulk", "0700000101=busy"])
def test_a_pair_that_makes_no_sense_is_told_with_those_that_do(shell: Shell, pair: str) -> None:
    fault = shell.run("emulator", "--callee", pair).fault
    assert "write +254722000001=busy" in fault
    assert "no-answer" in fault


def test_modes_are_laid_over_platform_and_numbers() -> None:
    given = ["after-close=observed", "+254209000000:first-state=completed"]
    settings = with_modes(EmulatorSettings(), [*given, "+254209000000:keys=text"])
    assert settings.behaviour.after_close is AfterClose.OBSERVED
    assert settings.number_modes == {
        "+254209000000": {"first_state": FirstState.COMPLETED, "keys": Keys.TEXT}
    }


def test_numbers_and_their_voice_urls() -> None:
    (number,) = read_numbers(["+254209000000=http://127.0.0.1:3000/voice?a=b"])
    assert number.voice_url == "http://127.0.0.1:3000/voice?a=b"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--mode", "after-lunch=1"], "--mode after-lunch: there is no such mode"),
        (["--number", "0209000000=http://127.0.0.1/"], "write +254209000000=http"),
        (["--number", "+254209000000=http://127.0.0.1/", "--clock", "-1"], "--clock"),
        (
            ["--number", "+254209000000=http://127.0.0.1/", "--captions", "ftp://127.0.0.1"],
            "captions ftp://127.0.0.1: write http://127.0.0.1:3000/events or unix:///",
        ),
        (["--file", "nowhere.toml"], "nowhere.toml: No such file"),
    ],
)
def test_what_makes_no_sense_is_told(shell: Shell, options: list[str], said: str) -> None:
    assert said in shell.run("emulator", *options).fault


def test_modes_are_listed(shell: Shell) -> None:
    listed = shell.run("emulator", "--list-modes").out
    assert all(f"{name}={mode.default}" in listed for name, mode in MODES.items())
