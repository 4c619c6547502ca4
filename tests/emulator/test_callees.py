"""What comes of ringing people."""

from __future__ import annotations

import pytest

from mapokezi.emulator.callees import NOBODY, CalleeScript, DialOutcome, DialPlan, plan_dial

BUSY = CalleeScript(DialOutcome.BUSY, after_s=0.5)
BROKEN = CalleeScript(DialOutcome.FAILED, after_s=0.2)
QUICK = CalleeScript(after_s=2.0)
SLOW = CalleeScript(after_s=8.0)


@pytest.mark.parametrize(
    ("scripts", "timeout_s", "plan"),
    [
        ([QUICK], 30, DialPlan(DialOutcome.ANSWERED, 2.0, 0)),
        ([SLOW], 5, DialPlan(DialOutcome.NO_ANSWER, 5)),
        ([NOBODY], 20, DialPlan(DialOutcome.NO_ANSWER, 20)),
        ([BUSY], 20, DialPlan(DialOutcome.BUSY, 0.5)),
        ([BROKEN], 20, DialPlan(DialOutcome.FAILED, 0.2)),
        ([SLOW, QUICK, BUSY], 20, DialPlan(DialOutcome.ANSWERED, 2.0, 1)),
        ([BUSY, NOBODY], 10, DialPlan(DialOutcome.BUSY, 10)),
        ([BROKEN, NOBODY], 10, DialPlan(DialOutcome.NO_ANSWER, 10)),
        ([], 10, DialPlan(DialOutcome.FAILED, 0.0)),
    ],
)
def test_plans(scripts: list[CalleeScript], timeout_s: float, plan: DialPlan) -> None:
    assert plan_dial(scripts, timeout_s) == plan
