"""What comes of ringing people."""

from __future__ import annotations

import pytest

from mapokezi.emulator.callees import (
    NOBODY,
    WAYS,
    CalleeScript,
    DialOutcome,
    DialPlan,
    plan_dial,
)

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


def test_who_accepts_talks_to_whom_that_has_joined_them_to() -> None:
    accepts = WAYS["accept"]
    assert accepts.presses == "1"
    assert accepts.then_says
    assert accepts.talk_s > accepts.presses_after_s + 4, "long enough to be heard"
