"""What means that a caller gives up, and in which calls a way is tried."""

from __future__ import annotations

import pytest

from mapokezi.bridge.handing_over.conference import gives_up
from mapokezi.bridge.handing_over.trials import closes_on_trial, trial_label, trial_of
from mapokezi.records.executors import Executor


@pytest.mark.parametrize(
    "text",
    [
        "Never mind.",
        "Oh, forget it, please.",
        "I can't wait any longer.",
        "I cannot hold.",
        "Just take a message.",
        "I'll call back later.",
        "Let me just leave a message.",
        "Don't bother.",
        "Please stop ringing.",
        "Siwezi kungoja.",
        "Sitaki kungoja tena.",
    ],
)
def test_gives_up(text: str) -> None:
    assert gives_up(text)


@pytest.mark.parametrize(
    "text",
    [
        "I can wait.",
        "Okay, I will hold.",
        "Is she there?",
        "Take your time, I don't mind waiting.",
        "Please don't forget to tell her about my message.",
        "I will wait for her.",
        "She should call me back if she is busy.",
    ],
)
def test_does_not_give_up(text: str) -> None:
    assert not gives_up(text)


def test_the_label_of_a_trial_says_which_way_is_tried() -> None:
    for executor in (Executor.DIAL, Executor.CONFERENCE):
        assert trial_of(trial_label(executor, "0a1b")) is executor
    assert trial_of("mapokezi-doctor-0a1b") is None
    assert trial_of("mapokezi-trial-callback-0a1b") is None
    assert trial_of("mapokezi-trial-") is None


def test_a_trial_by_closing_is_told_from_one_by_text() -> None:
    closing = trial_label(Executor.DIAL, "0a1b", by_close=True)
    assert trial_of(closing) is Executor.DIAL
    assert closes_on_trial(closing)
    assert not closes_on_trial(trial_label(Executor.DIAL, "c105e"))
    assert not closes_on_trial(trial_label(Executor.CONFERENCE, "0a1b", by_close=True))
