"""``mapokezi hand-offs``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Shell


def test_who_is_away_and_back_again(shell: Shell) -> None:
    assert shell.run("hand-offs", "away", "brian-otieno", "--hours", "2").out == (
        "Brian Otieno is away.\n"
    )
    assert "law-office: brian-otieno is away until" in shell.run("hand-offs", "show").out
    shell.run("hand-offs", "back", "brian-otieno")
    assert "brian-otieno" not in shell.run("hand-offs", "show").out
    assert "set_presence" in shell.run("audit", "list").out


def test_all_calls_to_one_telephone(shell: Shell) -> None:
    said = shell.run("hand-offs", "forward", "wanjiku-kamau")
    assert said.out == "All calls of law-office go to Wanjiku Kamau now.\n"
    assert "law-office: all calls go to wanjiku-kamau" in shell.run("hand-offs", "show").out
    assert shell.run("hand-offs", "forward", "0722 000 100").code == 0
    assert "all calls go to +254722000100" in shell.run("hand-offs", "show").out
    assert shell.run("hand-offs", "answer").out == "The receptionist answers again.\n"
    assert shell.run("hand-offs", "answer").out == "No call was forwarded.\n"


@pytest.mark.parametrize(
    ("to", "fault"),
    [
        ("nobody", "nobody of law-office has the id nobody"),
        ("peter-mwangi", "Peter Mwangi has no mobile in the office's files"),
        ("+254900223456", "+254900223456 is not rung: premium number"),
        ("+442079460018", "+442079460018 is not rung: country not listed"),
    ],
)
def test_where_no_call_may_go(shell: Shell, to: str, fault: str) -> None:
    assert shell.run("hand-offs", "forward", to).fault == fault


def test_a_way_is_switched_off_and_forgotten(shell: Shell) -> None:
    assert shell.run("hand-offs", "off", "dial", "--why", "dead air").out.startswith(
        "dial: off since"
    )
    assert "dead air" in shell.run("hand-offs", "show").out
    assert shell.run("hand-offs", "unproven", "dial").out == "dial: unproven\n"
    assert "cannot be switched off" in shell.run("hand-offs", "off", "callback").fault


def test_an_office_that_there_is_not(shell: Shell) -> None:
    assert "law-office" in shell.run("hand-offs", "answer", "--office", "clinic").fault
