"""What the platform tells of rooms and of colleagues' legs."""

from __future__ import annotations

import pytest

from mapokezi.telephony.callbacks import read_callback
from mapokezi.telephony.conference_legs import LegOutcome, LegTells
from mapokezi.telephony.room_posts import (
    RoomEventKind,
    is_live_status,
    is_of_leg,
    leg_end,
    outcome_of_status,
    read_room_event,
    what_leg_tells,
)


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"event": "join"}, RoomEventKind.JOIN),
        ({"event": "participant-join"}, RoomEventKind.JOIN),
        ({"event": "conference.join"}, RoomEventKind.JOIN),
        ({"Event": "leave"}, RoomEventKind.LEAVE),
        ({"event": "end"}, RoomEventKind.END),
        ({"event": "conference-end"}, RoomEventKind.END),
        ({"event": "start"}, RoomEventKind.OTHER),
        ({}, RoomEventKind.OTHER),
    ],
)
def test_kinds_of_events(fields: dict[str, str], kind: RoomEventKind) -> None:
    assert read_room_event(fields).kind is kind


def test_the_integrators_fields() -> None:
    event = read_room_event(
        {"event": "join", "conference_name": "r", "caller": "0722000111", "participant_id": "HD_1"}
    )
    assert event.participant_id == "HD_1"
    assert event.number == "+254722000111"


def callback(**fields: str) -> object:
    body = "&".join(f"{name}={value}" for name, value in fields.items()).encode()
    return read_callback("application/x-www-form-urlencoded", body, {})


@pytest.mark.parametrize(
    ("fields", "tells"),
    [
        ({"callSessionState": "Answered"}, LegTells.ANSWERED),
        ({"callSessionState": "Answered", "dtmfDigits": "1"}, LegTells.KEY),
        ({"callSessionState": "Ringing"}, LegTells.OTHER),
        ({"callSessionState": "Completed", "isActive": "0"}, LegTells.OTHER),
        ({"callSessionState": "busy"}, LegTells.OTHER),
    ],
)
def test_what_a_leg_tells(fields: dict[str, str], tells: LegTells) -> None:
    assert what_leg_tells(callback(sessionId="HD_1", **fields)) is tells  # type: ignore[arg-type]


def test_how_a_leg_ends() -> None:
    ends = {"busy": LegOutcome.BUSY, "no-answer": LegOutcome.NO_ANSWER, "failed": LegOutcome.FAILED}
    for word, outcome in ends.items():
        assert leg_end(callback(sessionId="HD_1", callSessionState=word)) is outcome  # type: ignore[arg-type]
        assert outcome_of_status(word.replace("-", "_")) is outcome
        assert not is_live_status(word)
    assert leg_end(callback(sessionId="HD_1", callSessionState="Completed")) is None  # type: ignore[arg-type]
    assert is_live_status("ringing")
    assert is_live_status("in-progress")
    assert not is_live_status("completed")


def test_legs_are_known_by_their_label() -> None:
    ours = callback(sessionId="HD_1", clientRequestId="mapokezi-leg-0a1b")
    assert is_of_leg(ours)  # type: ignore[arg-type]
    assert not is_of_leg(callback(sessionId="HD_1", clientRequestId="mapokezi-doctor-1"))  # type: ignore[arg-type]
