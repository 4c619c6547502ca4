"""Modes by name: read, refused, laid over one another."""

from __future__ import annotations

from dataclasses import fields

import pytest

from mapokezi.emulator.behaviour import DEFAULTS, Behaviour
from mapokezi.emulator.mode_values.account import RestFault
from mapokezi.emulator.mode_values.streams import AfterClose, Keys, StreamFault
from mapokezi.emulator.modes import (
    MODES,
    ModeBoard,
    UnknownMode,
    find_mode,
    read_changes,
    shown,
)

NUMBER = "+254209000000"


def test_every_mode_has_words_and_reads_its_own_values() -> None:
    assert len(MODES) == len(fields(Behaviour))
    for mode in MODES.values():
        assert mode.says.endswith(".")
        for value in mode.values or (mode.default, mode.most):
            assert mode.read(value) == mode.read(str(value))
    assert Behaviour(**read_changes(shown(DEFAULTS))) == DEFAULTS


def test_names_are_read_with_hyphens_or_underscores() -> None:
    assert read_changes({"after_close": "OBSERVED"}) == {"after_close": AfterClose.OBSERVED}
    assert find_mode("Stream-Fault-S").field == "stream_fault_s"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("after-lunch", "x", "there is no such mode"),
        ("after-close", "never", "documented, ask-first, observed, by-close, hangup"),
        ("unheld-s", "soon", "a number is wanted"),
        ("unheld-s", "-1", "from 0 to 60"),
        ("rest-times", "1.5", "a number is wanted"),
    ],
)
def test_what_is_no_mode_is_told_with_those_that_are(name: str, value: str, said: str) -> None:
    with pytest.raises(UnknownMode, match=said):
        read_changes({name: value})


def test_a_value_of_another_mode_cannot_stand() -> None:
    with pytest.raises(TypeError, match="keys is a Keys"):
        Behaviour(keys=AfterClose.OBSERVED)  # type: ignore[arg-type]


def test_a_call_s_own_modes_lie_over_the_numbers_over_the_platforms() -> None:
    board = ModeBoard(DEFAULTS, {NUMBER: read_changes({"keys": "text"})})
    board.set_platform(read_changes({"keys": "none", "after-close": "hangup"}))
    board.set_next_call(NUMBER, read_changes({"stream-fault": "mute"}))
    first = board.of_new_call(NUMBER, read_changes({"after-close": "observed"}))
    assert (first.keys, first.after_close) == (Keys.TEXT, AfterClose.OBSERVED)
    assert first.stream_fault is StreamFault.MUTE
    second = board.of_new_call(NUMBER, {})
    assert second.stream_fault is StreamFault.NONE, "that was for one call"
    assert board.of_number("+254200000000").keys is Keys.NONE
    board.reset()
    assert board.of_number(NUMBER).keys is Keys.TEXT
    assert board.platform == DEFAULTS


def test_a_fault_of_the_api_lasts_for_so_many_requests() -> None:
    board = ModeBoard(Behaviour(rest=RestFault.DOWN, rest_times=2))
    met = [board.rest_fault(board.platform, "one") for _ in range(3)]
    assert met == [RestFault.DOWN, RestFault.DOWN, RestFault.NONE]
    assert board.rest_fault(board.platform, "another") is RestFault.DOWN
    board.set_platform({})
    assert board.rest_fault(board.platform, "one") is RestFault.DOWN, "counted anew"
