"""How long a caller sits in silence when the platform's side falls silent, and what follows."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from tests.calls.mode_ringing import live_all
from tests.calls.mode_stage import SECRET, Lived, Plan

from mapokezi.calls import Outcome, TerminationReason
from mapokezi.records.call_record import HandOffOutcome

PLANS = {
    "unreachable": Plan({"stream-fault": "unreachable", "after-timeout": "normal"}, stays_s=30.0),
    "frozen": Plan({"stream-fault": "frozen", "after-close": "observed"}, "key", stays_s=30.0),
    "untold, busy": Plan({"dial-outcome": "untold"}, "person", "busy", stays_s=25.0),
    "untold, answered": Plan({"dial-outcome": "untold"}, "person", "answer", stays_s=15.0),
}
SLACK_MS = 2_000
"""For a machine on which other tests run."""


@pytest.fixture(scope="module")
def lived() -> Iterator[dict[str, Lived | BaseException]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MAPOKEZI_WEBHOOK_SECRETS", SECRET)
        yield asyncio.run(live_all(PLANS))


def call(lived: dict[str, Lived | BaseException], name: str) -> Lived:
    found = lived[name]
    assert isinstance(found, Lived), repr(found)
    assert found.kept is not None
    return found


def at_ms(call: Lived, kind: str) -> int:
    return int(call.all(kind)[0]["t_ms"])


def test_a_handshake_that_nobody_answers_is_waited_for_twelve_seconds(
    lived: dict[str, Lived | BaseException],
) -> None:
    lost = call(lived, "unreachable")
    assert lost.row["hung_up_by"] == "api"
    waited = at_ms(lost, "ended") - at_ms(lost, "answered")
    assert 12_000 - 500 <= waited <= 13_000 + SLACK_MS
    assert lost.kept is not None
    assert lost.kept.call.termination is not None
    assert lost.kept.call.termination.reason is TerminationReason.MEDIA_NEVER_OPENED


def test_a_stream_that_stands_still_is_found_within_seconds(
    lived: dict[str, Lived | BaseException],
) -> None:
    lost = call(lived, "frozen")
    frozen_at = at_ms(lost, "stream_fault")
    assert at_ms(lost, "stream_closed") - frozen_at <= 6_000 + SLACK_MS
    assert lost.row["hung_up_by"] == "api"
    assert at_ms(lost, "ended") - frozen_at <= 10_000 + SLACK_MS
    assert lost.kept is not None
    assert lost.kept.call.termination is not None
    assert lost.kept.call.termination.reason is TerminationReason.MEDIA_LOST


def test_a_dial_of_which_nothing_is_told_rings_once_and_keeps_the_caller(
    lived: dict[str, Lived | BaseException],
) -> None:
    """The script asks for the colleague again at once; what came of it, the bill tells."""
    back = call(lived, "untold, answered")
    assert len(back.all("dialling")) == 1
    assert len(back.all("stream_open")) == 2, "the receptionist was with the caller again"
    assert back.row["hung_up_by"] == "caller"
    assert back.kept is not None
    assert [one.outcome for one in back.kept.call.hand_offs] == [HandOffOutcome.CONNECTED]
    assert back.kept.call.outcome is Outcome.TRANSFERRED


def test_a_dial_that_a_state_calls_busy_may_be_tried_again(
    lived: dict[str, Lived | BaseException],
) -> None:
    """The word of it may come before the question behind the dial, or a moment after."""
    back = call(lived, "untold, busy")
    tries = len(back.all("dialling"))
    assert len(back.all("stream_open")) == tries + 1
    assert back.row["hung_up_by"] == "caller"
    assert back.kept is not None
    first = back.kept.call.hand_offs[0].outcome
    assert first in {HandOffOutcome.BUSY, HandOffOutcome.NO_ANSWER}
