"""Our last words. What a conversation makes of them is tried in `test_machine`."""

from __future__ import annotations

import pytest

from mapokezi.calls import Termination, TerminationReason, TerminationResult
from mapokezi.conversation.barge_in import Manner
from mapokezi.conversation.effects import Effect, Line, SpeakLine
from mapokezi.conversation.floor import Floor
from mapokezi.conversation.inputs import LineQueued
from mapokezi.conversation.parting import Parting
from mapokezi.conversation.settings import ConversationSettings
from mapokezi.conversation.timeline import Timeline


class Leaver:
    """Somebody who parts, and what they want done."""

    def __init__(self) -> None:
        self.settings = ConversationSettings()
        self.effects: list[Effect] = []
        self.floor = Floor(self.settings, self.effects.append, Timeline())
        self.parting = Parting(self.settings, self.floor)

    def say_goodbye(
        self,
        reason: TerminationReason = TerminationReason.RECEPTIONIST_SAID_GOODBYE,
        line: Line | None = None,
        *,
        may_stay: bool = True,
    ) -> None:
        ended = Termination(TerminationResult.COMPLETED, reason)
        self.parting.say_goodbye(ended, 10.0, line=line, may_stay=may_stay)


@pytest.mark.parametrize(
    ("reason", "may_stay", "is_own"),
    [
        (TerminationReason.RECEPTIONIST_SAID_GOODBYE, True, True),
        (TerminationReason.RECEPTIONIST_SAID_GOODBYE, False, False),
        (TerminationReason.CALLER_SILENT, True, False),
    ],
)
def test_an_own_goodbye_is_one_that_the_caller_may_stop(
    reason: TerminationReason, may_stay: bool, is_own: bool
) -> None:
    leaver = Leaver()
    assert not leaver.parting.is_own_goodbye
    leaver.say_goodbye(reason, may_stay=may_stay)
    assert leaver.parting.is_own_goodbye is is_own
    assert leaver.floor.manner is (Manner.PARTING if may_stay else Manner.FINAL)


def test_a_goodbye_that_the_voice_never_says_is_not_waited_for_for_ever() -> None:
    leaver = Leaver()
    leaver.say_goodbye()
    assert leaver.parting.next_timer() == 10.0 + leaver.settings.goodbye_cap_s
    leaver.parting.settle(10.0)
    due = leaver.parting.next_timer()
    assert due == 10.0 + leaver.settings.goodbye_grace_s
    assert not leaver.parting.is_over(due - 0.01)
    assert leaver.parting.is_over(due)


def test_a_line_of_ours_is_asked_for_and_waited_for() -> None:
    leaver = Leaver()
    leaver.say_goodbye(TerminationReason.DRAINED, Line.SORRY_FAULT, may_stay=False)
    (spoken,) = [effect for effect in leaver.effects if isinstance(effect, SpeakLine)]
    assert spoken.line is Line.SORRY_FAULT
    leaver.parting.settle(12.0)
    assert leaver.parting.next_timer() == 10.0 + leaver.settings.goodbye_cap_s


def test_a_line_that_is_longer_than_any_goodbye_should_be_is_heard_out() -> None:
    leaver = Leaver()
    leaver.say_goodbye(TerminationReason.DRAINED, Line.SORRY_FAULT, may_stay=False)
    (spoken,) = [effect for effect in leaver.effects if isinstance(effect, SpeakLine)]
    leaver.floor.speaking.line_queued(LineQueued(spoken.item_id, "I'm sorry.", 11_000), 10.0)
    leaver.parting.settle(10.0)
    due = leaver.parting.next_timer()
    assert due is not None
    assert due > 10.0 + 11.0 > 10.0 + leaver.settings.goodbye_cap_s
    leaver.parting.settle(15.0)
    assert leaver.parting.next_timer() == due, "allowed for once"


def test_what_is_put_off_is_forgotten() -> None:
    leaver = Leaver()
    leaver.parting.connect(10.0)
    assert leaver.floor.only_stop_words
    leaver.parting.put_off()
    assert leaver.parting.next_timer() is None
    assert leaver.floor.manner is Manner.TALKING
    assert not leaver.floor.only_stop_words


def test_a_goodbye_may_become_final() -> None:
    leaver = Leaver()
    leaver.say_goodbye()
    leaver.parting.make_final()
    assert not leaver.parting.may_stay
    assert leaver.floor.manner is Manner.FINAL
