"""How callees are given to ``mapokezi emulator``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mapokezi.cli.emulator import read_callees
from mapokezi.emulator.callees import DialOutcome

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
