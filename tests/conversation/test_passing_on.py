"""A caller who waits with us while somebody is rung."""

from __future__ import annotations

from typing import Any

from tests.conversation.conftest import Talk

from mapokezi.calls import TerminationReason
from mapokezi.conversation.effects import (
    CallOffHandOff,
    CloseCall,
    CloseForHandOff,
    Line,
    SpeakLine,
    TakeBack,
)
from mapokezi.conversation.inputs import (
    AsideWanted,
    DrainRequested,
    HandOffJoined,
    HandOffSettled,
    HandOffStepped,
    ToolResult,
)
from mapokezi.conversation.states import Phase
from mapokezi.voice.events import ToolCalled


def ringing() -> Any:
    talk = Talk.opened()
    talk.tell(ToolCalled("t1", "hand_over", {}))
    talk.tell(ToolResult("t1", "hand_over", {"status": "ringing", "person_name": "Wanjiku"}))
    return talk


def emitted(talk: Any, kind: type) -> list[Any]:
    return [effect for _, effect in talk.effects if type(effect) is kind]


def lines(talk: Any) -> list[tuple[Line, str]]:
    return [(one.line, one.text) for one in emitted(talk, SpeakLine)]


def test_their_silence_is_waiting() -> None:
    talk = ringing()
    assert talk.machine.phase is Phase.TALKING
    talk.wait(40.0)
    assert (Line.NUDGE, "") not in lines(talk)
    talk.tell(HandOffSettled(talked=False, tried="Wanjiku"))
    assert [one.tried for one in emitted(talk, TakeBack)] == ["Wanjiku"]


def test_a_caller_who_gave_up_is_not_told_of_it() -> None:
    talk = ringing()
    talk.tell(HandOffSettled(talked=False))
    assert emitted(talk, TakeBack) == []


def test_they_are_told_how_it_stands() -> None:
    talk = ringing()
    talk.tell(AsideWanted("I am still ringing her."))
    assert (Line.ASIDE, "I am still ringing her.") in lines(talk)


def test_when_both_hear_each_other_we_leave() -> None:
    talk = ringing()
    talk.tell(HandOffJoined())
    assert talk.machine.phase is Phase.AWAY
    assert len(emitted(talk, CloseForHandOff)) == 1
    talk.tell(HandOffSettled(talked=True, tried="Wanjiku"))
    (end,) = emitted(talk, CloseCall)
    assert end.termination.reason is TerminationReason.HANDED_OFF
    assert end.facts.talked_to_person


def test_a_goodbye_of_ours_calls_it_off() -> None:
    talk = ringing()
    talk.tell(DrainRequested())
    assert len(emitted(talk, CallOffHandOff)) == 1
    talk.tell(HandOffJoined())
    assert talk.machine.phase is Phase.LEAVING, "too late: the caller is being bid goodbye"


def test_ringing_that_began_too_late_is_called_off() -> None:
    talk = Talk.opened()
    talk.tell(ToolCalled("t1", "hand_over", {}))
    talk.tell(DrainRequested())
    talk.tell(ToolResult("t1", "hand_over", {"status": "ringing"}))
    assert len(emitted(talk, CallOffHandOff)) == 1


def test_each_step_is_on_the_timeline() -> None:
    talk = ringing()
    talk.tell(HandOffStepped("ringing", "conference", "wanjiku-kamau"))
    (step,) = [one for one in talk.machine.timeline.entries if one.moment == "hand_off_step"]
    assert step.detail == {
        "kind": "ringing",
        "executor": "conference",
        "person_id": "wanjiku-kamau",
    }
