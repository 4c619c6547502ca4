"""Every mode of the emulator is entered by a call, and the receptionist ends that call well.

The calls are short and run side by side (see `mode_stage`). Two things are asserted of each: that
the platform did behave so, by what the emulator wrote down (`mode_proofs`); and that the call ended
well: who ended it, what was heard, what is on record. A mode that is added is here by itself, and
fails until it is known what shows it and how such a call ends.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
from tests.calls.mode_proofs import PROOFS
from tests.calls.mode_ringing import live_all
from tests.calls.mode_stage import SECRET, Lived, Plan

from mapokezi.calls import Outcome, TerminationReason
from mapokezi.emulator.callees import WAYS
from mapokezi.emulator.modes import MODES
from mapokezi.records.call_record import CallInFull, HandOffOutcome

log = structlog.get_logger("tests.calls")
pytestmark = [pytest.mark.call, pytest.mark.timeout(420)]

NUMBERS = {"voice-retries": 2, "webhook-timeout-s": 1, "stream-fault-s": 1, "rest-times": 1,
           "handshake-timeout-s": 4, "unheld-s": 2, "inbound-per-min": 60,
           "outbound-per-min": 240}  # fmt: skip
"""A value to be tried for each mode that is a number."""

H = HandOffOutcome
BUSY = {"line": "person", "hand_offs": (H.BUSY, H.CONNECTED), "ends": "passed on"}
FAILED = {**BUSY, "hand_offs": (H.FAILED, H.CONNECTED)}
REFUSED = {"ends": "refused"}
LOST = {"ends": "lost", "stays_s": 45.0}
TALKED = {"line": "person", "way": "answer", "hand_offs": (H.CONNECTED,), "ends": "passed on"}
DROPPED = {"front": "the seed's form", "ends": "dropped"}
IN_A_ROOM = {"front": "a room"}
MARKED = {"front": "a relay that sets marks"}
EVENTS_LOST = {"front": "loses events"}
TIMED_OUT = {"stream-fault": "unreachable", "handshake-timeout-s": 1}

PLANS: dict[str, dict[str, Any]] = {
    "signature=none": REFUSED,
    "signature=bare": REFUSED,
    "signature=wrong": REFUSED,
    "signature=stale": REFUSED,
    "after-close=ask-first": BUSY,
    "after-close=observed": {
        "line": "not moved",
        "hand_offs": (H.NOT_SUPPORTED, H.NOT_SUPPORTED),
        "ends": "stayed",
    },
    "after-close=by-close": {
        "line": "not moved by close",
        "hand_offs": (H.NOT_SUPPORTED, H.NOT_SUPPORTED),
        "ends": "stayed",
    },
    "after-close=hangup": {"line": "person", "ends": "saved"},
    "stream-fault=refused": LOST,
    "stream-fault=unreachable": LOST,
    "stream-fault=mute": LOST,
    "stream-fault=cut": LOST,
    "stream-fault-s=1": LOST,
    "handshake-timeout-s=4": LOST,
    "stream-fault=frozen": {"line": "key", **LOST},  # found by pings, after 30 s
    "both-tracks=mixed": {"line": "both tracks"},
    "both-tracks=mono": {"line": "both tracks"},
    "keys=text": {"line": "key", "presses": "0"},
    "keys=both": {"line": "key", "presses": "0"},
    "keys=none": {"presses": "0"},
    "hold=never-writes": {"ends": "unheard"},
    "hold=ends-on-kill": {"line": "key", "presses": "0", "ends": "lost"},
    "same-name=fails": {
        "line": "person",
        "front": "one name for all streams",
        "hand_offs": (H.BUSY,),
        **LOST,
    },
    "after-dial=report-is-question": BUSY,
    "dial-outcome=untold": {"line": "person", "ends": "came back"},
    "number=suspended": {"ends": "never rang"},
    "wallet=empty": FAILED,
    "wallet=low": {**TALKED, "buys": {"wallet": "low"}},
    "rounding=minute": TALKED,
    "outbound-per-min=240": TALKED,
    "voice-retries=2": {"front": "fails once"},
    "webhook-timeout-s=1": {"front": "slow once"},
    "event-retries=days": EVENTS_LOST,
    "event-retries=seconds": EVENTS_LOST,
    "event-retries=none": EVENTS_LOST,
    "marks=off": MARKED,
    "marks=exact": MARKED,
    "marks=wrong": MARKED,
    # Answers no ping for longer than a far side that did would be given.
    "pongs=none": {"line": "key", "presses": "0", "presses_after_s": 33.0, "stays_s": 45.0},
    "unheld-s=2": DROPPED,
    "conference=works": IN_A_ROOM,
    "conference=no-events": IN_A_ROOM,
    "conference=refused": {**IN_A_ROOM, "ends": "dropped"},
    "after-timeout=mute-next": {"behind": TIMED_OUT, **LOST},
    "after-timeout=normal": {"behind": {**TIMED_OUT, "after-timeout": "normal"}},
    "available=bare": {"buys": {"available": "bare"}},
    "routing=put": {"buys": {"routing": "put"}},
    "routing=patch": {"buys": {"routing": "patch"}},
    "routing=seed": {"buys": {"routing": "seed"}},
    "recording=pending": LOST,
    "recording=late": LOST,
    "recording=missing": LOST,
    "recording=gone": LOST,
}
"""What differs from a call in which a message is taken."""


TRIED = {"no-answer": H.NO_ANSWER, "busy": H.BUSY, "fail": H.FAILED, "hangs-up": H.DECLINED}
"""What comes of trying a colleague who does not answer, or not to talk."""


UNREACHABLE = {"stream-fault": "unreachable", "after-timeout": "normal", "handshake-timeout-s": 2}
BESIDE: dict[str, dict[str, object]] = {
    "webhook-timeout-s": {"voice-retries": 1},
    "recording": {"stream-fault": "refused"},
    "stream-fault=frozen": {"after-close": "hangup"},
    "stream-fault=unreachable": UNREACHABLE,
    "handshake-timeout-s": UNREACHABLE,
    "stream-fault-s": {"stream-fault": "cut"},
    "rest-times": {"rest": "503"},
}
"""Modes without which another would not show, by its name or by name and value."""


def plan_of(name: str, value: object) -> Plan:
    which = f"{name}={value}"
    beside = BESIDE.get(which) or BESIDE.get(name) or {}
    return Plan({**beside, name: value}, **PLANS.get(which, {}))


def all_plans() -> dict[str, Plan]:
    plans = {
        "as it is": Plan({}),
        "both-tracks=stereo": Plan({}, line="both tracks"),
        "keys=in-band": Plan({}, line="key", presses="0"),
    }
    for usual in ("after-timeout=mute-next", "event-retries=days", "conference=works", "marks=off"):
        plans[usual] = plan_of(*usual.split("="))
    for mode in MODES.values():
        values: list[object] = [one for one in mode.values if one != mode.default]
        for value in values or [NUMBERS[mode.name]]:
            plans[f"{mode.name}={value}"] = plan_of(mode.name, value)
    for way in WAYS:
        first = TRIED.get(way)
        tried = (first, H.CONNECTED) if first else (H.CONNECTED,)
        plans[f"callee={way}"] = Plan({}, "person", way, hand_offs=tried, ends="passed on")
    return plans


EVERY = all_plans()
MOST_AGAIN = len(EVERY) // 3
"""Where more calls than this end badly, it is not for want of a core or of a disk."""


@pytest.fixture(scope="module")
def lived() -> Iterator[dict[str, Lived | BaseException]]:
    """All calls, lived through side by side.

    Those few that did not end well, as happens where other programs take the cores for seconds,
    are lived once more among themselves: every test of real seconds gets a second try.
    """
    secrets = "MAPOKEZI_WEBHOOK_SECRETS"
    before = os.environ.get(secrets)
    os.environ[secrets] = SECRET
    try:
        found = asyncio.run(live_all(EVERY))
        again = {name: EVERY[name] for name, call in found.items() if not is_well(name, call)}
        if 0 < len(again) <= MOST_AGAIN:
            log.warning("lived_once_more", calls=[*again])
            found |= asyncio.run(live_all(again))
        yield found
    finally:
        os.environ.pop(secrets)
        if before is not None:
            os.environ[secrets] = before


def is_well(name: str, call: Lived | BaseException) -> bool:
    """Whether a call was as it should be, in both respects."""
    try:
        assert isinstance(call, Lived)
        assert PROOFS[name](call)
        WELL[call.plan.ends](call)
    except (AssertionError, LookupError, ValueError):
        return False
    return True


@pytest.mark.parametrize("name", EVERY)
def test_the_receptionist_ends_the_call_well(
    lived: dict[str, Lived | BaseException], name: str
) -> None:
    call = lived[name]
    assert isinstance(call, Lived), repr(call)
    assert PROOFS[name](call), [call.events, call.streams, call.deliveries]
    WELL[call.plan.ends](call)


def took_a_message(call: Lived) -> None:
    """The script was followed to its end, and heard."""
    kept = ended_by_us(call)
    assert kept.call.outcome is Outcome.MESSAGE
    assert reason_of(kept) is TerminationReason.RECEPTIONIST_SAID_GOODBYE
    assert call.heard_s >= 1.5
    assert len(call.all("stream_open")) == 1, "never a second stream"


def was_not_heard(call: Lived) -> None:
    """Nothing that could be done: but the message is taken, and the call does not hang on."""
    kept = ended_by_us(call)
    assert kept.call.outcome is Outcome.MESSAGE
    assert call.all("stream_open")


def passed_the_caller_on(call: Lived) -> None:
    """What came of each try is known, and the caller talked with the colleague in the end."""
    kept = ended_by_us(call)
    assert kept.call.outcome is Outcome.TRANSFERRED
    assert tuple(one.outcome for one in kept.call.hand_offs) == call.plan.hand_offs
    picked_up = [one for one in call.plan.hand_offs if one in {H.CONNECTED, H.DECLINED}]
    assert len(call.all("dial_answered")) == len(picked_up)


def came_back(call: Lived) -> None:
    """Whatever came of it, the receptionist is with the caller again, who ends the call."""
    assert call.kept is not None
    assert len(call.all("stream_open")) > len(call.all("dial_ended")) - 1
    assert call.kept.call.hand_offs


def saved_it_first(call: Lived) -> None:
    """The call ended with the hand-off; the office knows that a person was wanted."""
    kept = ended_by_us(call)
    assert kept.call.outcome is Outcome.MESSAGE
    assert len(kept.call.hand_offs) == 1
    if call.plan.hand_offs:
        assert tuple(one.outcome for one in kept.call.hand_offs) == call.plan.hand_offs


def stayed_with_us(call: Lived) -> None:
    """The platform did nothing when it was asked: the caller never left the receptionist."""
    assert call.kept is not None
    assert call.kept.call.outcome is Outcome.MESSAGE
    assert tuple(one.outcome for one in call.kept.call.hand_offs) == call.plan.hand_offs
    assert len(call.all("stream_open")) == 1
    assert not call.all("dead_air")


def knew_that_it_was_lost(call: Lived) -> None:
    """The call does not hang on in silence, and the record says what was wrong."""
    kept = ended_by_us(call)
    assert reason_of(kept) in {
        TerminationReason.MEDIA_LOST,
        TerminationReason.MEDIA_MUTE,
        TerminationReason.MEDIA_NEVER_OPENED,
    }


def was_dropped(call: Lived) -> None:
    """The platform ended the call that nothing held; it is on record, and hangs nowhere."""
    kept = ended_by_us(call)
    assert call.row["hung_up_by"] == "platform"
    assert kept.call.ended_at is not None
    assert kept.call.termination is not None


def turned_it_away(call: Lived) -> None:
    """Nobody can be sure who posts; the caller hears the platform's own sentence."""
    assert call.kept is None
    posted = [event["status"] for event in call.all("posted") if event["obeyed"]]
    assert posted == [401]
    assert call.all("platform_message")


def was_never_asked(call: Lived) -> None:
    """The platform turns the caller away by itself."""
    assert call.kept is None
    assert not [event for event in call.all("posted") if event["obeyed"]]
    assert call.all("platform_message")


def reason_of(kept: CallInFull) -> TerminationReason:
    assert kept.call.termination is not None
    return kept.call.termination.reason


def ended_by_us(call: Lived) -> CallInFull:
    """The call ended, was recorded, and it was not the caller who gave up."""
    assert call.kept is not None, "it is not on record"
    assert call.row["hung_up_by"] in {"api", "platform"}, [e["type"] for e in call.events]
    return call.kept


WELL: dict[str, Callable[[Lived], None]] = {
    "message": took_a_message,
    "unheard": was_not_heard,
    "passed on": passed_the_caller_on,
    "came back": came_back,
    "saved": saved_it_first,
    "stayed": stayed_with_us,
    "lost": knew_that_it_was_lost,
    "dropped": was_dropped,
    "refused": turned_it_away,
    "never rang": was_never_asked,
}
"""What a good end is, by how the platform behaved."""
