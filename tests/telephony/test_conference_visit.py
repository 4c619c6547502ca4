"""Joining a caller with a colleague: each race by itself, and all of them in any order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from mapokezi.telephony.conference_ends import MOST_TRIES
from mapokezi.telephony.conference_legs import (
    EndCaller,
    EndLeg,
    FindAndEndLeg,
    JoinOutcome,
    LegNotEnded,
    LegOutcome,
    LegReply,
    LegTells,
    LegWanted,
    LookAtCaller,
    LookAtLeg,
    OrderLeg,
    ReceptionistLeaves,
    RoomEffect,
    Round,
    Settled,
    Step,
    StepKind,
)
from mapokezi.telephony.conference_stages import RoomSettings, Stage
from mapokezi.telephony.conference_visit import ConferenceVisit
from mapokezi.units import E164

ANNE, BRIAN = LegWanted("anne", E164("+254700000101")), LegWanted("brian", E164("+254700000102"))
TIMES = RoomSettings()


class Told:
    """A visit, told things at instants; what it asks for is looked at by kind."""

    def __init__(self, *rounds: Round, entered: bool = True) -> None:
        self.visit = ConferenceVisit()
        self.now = 100.0
        if entered:
            self.visit.caller_entered(self.now)
        if rounds:
            assert self.visit.begin(rounds, self.now)

    def effects(self) -> list[RoomEffect]:
        return [one for one in self.visit.effects() if not isinstance(one, Step)]

    def after(self, seconds: float) -> list[RoomEffect]:
        until = self.now + seconds
        while (due := self.visit.next_timer()) is not None and due <= until:
            self.now = max(self.now, due)
            self.visit.handle_timer(self.now)
        self.now = until
        return self.effects()

    def rings(self, *leg_ids: str) -> None:
        for leg_id in leg_ids:
            self.visit.placed(leg_id, f"HD_{leg_id}", self.now)
        self.effects()

    def answers(self, leg_id: str) -> LegReply:
        return self.visit.asked(leg_id, LegTells.ANSWERED, self.now)

    def presses(self, leg_id: str, key: str) -> LegReply:
        return self.visit.asked(leg_id, LegTells.KEY, self.now, key)

    def is_joined(self, leg_id: str = "anne") -> None:
        self.rings(leg_id)
        assert self.answers(leg_id) is LegReply.BRIEFING
        assert self.presses(leg_id, "1") is LegReply.JOIN
        self.visit.leg_entered(leg_id, self.now)

    def is_talking(self) -> None:
        self.is_joined()
        assert self.after(TIMES.together_s) == [ReceptionistLeaves("anne")]


ONE = Round((ANNE,), 20.0)
BOTH = Round((ANNE, BRIAN), 20.0)


def test_takes_the_call() -> None:
    told = Told(ONE)
    assert told.effects() == [OrderLeg("anne", ANNE.number)]
    told.is_joined()
    assert told.visit.stage is Stage.TOGETHER
    assert told.after(TIMES.together_s - 0.01) == [], "for the case that one hangs up at once"
    assert told.after(0.02) == [ReceptionistLeaves("anne")]
    told.after(7.0)
    told.visit.leg_over("anne", None, told.now)
    assert told.effects() == [Settled(JoinOutcome.CONNECTED, "anne"), EndCaller()]
    leg = told.visit.leg("anne")
    assert leg is not None
    assert leg.talked_s == pytest.approx(TIMES.together_s + 7.01)
    assert leg.open_s == pytest.approx(TIMES.together_s + 7.01)
    assert not told.visit.has_open_legs


def test_tells_of_each_step() -> None:
    told = Told(ONE)
    told.is_talking()
    told.visit.leg_over("anne", None, told.now)
    visit = Told(ONE)
    steps = []
    for act in (
        lambda: visit.visit.placed("anne", "HD_1", visit.now),
        lambda: visit.answers("anne"),
        lambda: visit.presses("anne", "1"),
        lambda: visit.visit.leg_entered("anne", visit.now),
        lambda: visit.visit.leg_over("anne", None, visit.now),
    ):
        act()
        steps += [one.kind for one in visit.visit.effects() if isinstance(one, Step)]
    kinds = [StepKind.RINGS, StepKind.ANSWERED, StepKind.TAKES, StepKind.JOINED, StepKind.OVER]
    assert steps == kinds


def test_nobody_is_rung_before_the_caller_is_in_the_room() -> None:
    told = Told(ONE, entered=False)
    assert told.effects() == []
    told.after(TIMES.enter_s / 2)
    told.visit.caller_entered(told.now)
    assert told.effects() == [OrderLeg("anne", ANNE.number)]


def test_a_platform_that_tells_nothing_of_rooms_is_not_used() -> None:
    told = Told(ONE, entered=False)
    assert told.after(TIMES.enter_s) == [Settled(JoinOutcome.NOT_SUPPORTED)]
    assert told.visit.stage is Stage.IDLE


@pytest.mark.parametrize(
    ("outcome", "came"),
    [
        (LegOutcome.BUSY, JoinOutcome.BUSY),
        (LegOutcome.FAILED, JoinOutcome.FAILED),
        (LegOutcome.NO_ANSWER, JoinOutcome.NO_ANSWER),
    ],
)
def test_not_reached(outcome: LegOutcome, came: JoinOutcome) -> None:
    told = Told(ONE)
    told.rings("anne")
    told.visit.leg_over("anne", outcome, told.now)
    assert told.effects() == [Settled(came)]


def test_rings_no_longer_than_it_should() -> None:
    told = Told(ONE)
    told.rings("anne")
    ended = [one for one in told.after(20.0) if not isinstance(one, LookAtLeg)]
    assert ended == [EndLeg("anne", "HD_anne"), Settled(JoinOutcome.NO_ANSWER)]
    assert told.visit.has_open_legs, "until the platform has said so"
    told.visit.ended("anne", told.now, is_over=True)
    assert not told.visit.has_open_legs


def test_one_after_the_other() -> None:
    told = Told(ONE, Round((BRIAN,), 15.0))
    assert told.effects() == [OrderLeg("anne", ANNE.number)]
    told.rings("anne")
    told.visit.leg_over("anne", LegOutcome.BUSY, told.now)
    assert told.effects() == [OrderLeg("brian", BRIAN.number)]
    told.rings("brian")
    assert Settled(JoinOutcome.NO_ANSWER) in told.after(15.0)


@pytest.mark.parametrize("key", ["2", "22", "2#"])
def test_declines(key: str) -> None:
    told = Told(ONE)
    told.rings("anne")
    told.answers("anne")
    assert told.presses("anne", key) is LegReply.DECLINED
    assert told.effects() == [Settled(JoinOutcome.DECLINED)]
    assert told.after(7.9) == [], "the document ends the leg"
    assert told.after(0.2) == [EndLeg("anne", "HD_anne")], "and if it does not, we do"


def test_silence_is_a_decline() -> None:
    told = Told(ONE)
    told.rings("anne")
    told.answers("anne")
    told.visit.leg_over("anne", None, told.now)  # the hang-up behind the unanswered question
    assert told.effects() == [Settled(JoinOutcome.DECLINED)]


def test_a_mailbox_that_talks_for_ever_is_a_decline() -> None:
    told = Told(ONE)
    told.rings("anne")
    told.answers("anne")
    found = [one for one in told.after(TIMES.briefing_s) if not isinstance(one, LookAtLeg)]
    assert found == [EndLeg("anne", "HD_anne"), Settled(JoinOutcome.DECLINED)]


def test_another_key_has_the_choice_said_again() -> None:
    told = Told(ONE)
    told.rings("anne")
    told.answers("anne")
    assert told.presses("anne", "5") is LegReply.PROMPT
    assert told.presses("anne", "1") is LegReply.JOIN


def test_the_same_post_twice_has_the_same_answer() -> None:
    told = Told(ONE)
    told.rings("anne")
    assert [told.answers("anne"), told.answers("anne")] == [LegReply.BRIEFING] * 2
    assert [told.presses("anne", "1"), told.presses("anne", "1")] == [LegReply.JOIN] * 2
    assert told.answers("anne") is LegReply.NOTHING, "an edge of its life, told late"


def test_the_answer_may_come_before_the_order_is_answered() -> None:
    told = Told(ONE)
    assert told.answers("anne") is LegReply.BRIEFING
    told.visit.placed("anne", "HD_anne", told.now)
    told.effects()
    assert told.presses("anne", "1") is LegReply.JOIN


def test_hangs_up_in_the_briefing() -> None:
    told = Told(ONE, Round((BRIAN,), 15.0))
    told.rings("anne")
    told.answers("anne")
    told.effects()
    told.visit.leg_over("anne", None, told.now)
    assert told.effects() == [OrderLeg("brian", BRIAN.number)]
    leg = told.visit.leg("anne")
    assert leg is not None
    assert leg.outcome is LegOutcome.DECLINED


def test_hangs_up_between_key_and_room() -> None:
    told = Told(ONE)
    told.rings("anne")
    told.answers("anne")
    told.presses("anne", "1")
    told.effects()
    told.visit.leg_over("anne", None, told.now)
    assert told.effects() == [Settled(JoinOutcome.FAILED)], "the caller is with the receptionist"


def test_a_join_that_nobody_sees_is_undone() -> None:
    told = Told(ONE)
    told.rings("anne")
    told.answers("anne")
    told.presses("anne", "1")
    told.effects()
    assert told.after(TIMES.taking_s) == [EndLeg("anne", "HD_anne"), Settled(JoinOutcome.FAILED)]
    told.visit.leg_entered("anne", told.now)
    assert told.effects() == [], "its end is asked for already"
    told.visit.ended("anne", told.now, is_over=True)
    told.visit.leg_entered("anne", told.now)
    assert told.effects() == [EndLeg("anne", "HD_anne")], "nobody stays in a room alone"


def test_hangs_up_as_soon_as_they_are_together() -> None:
    told = Told(ONE)
    told.is_joined()
    told.effects()
    told.after(TIMES.together_s / 2)
    told.visit.leg_over("anne", None, told.now)
    assert told.effects() == [Settled(JoinOutcome.FAILED)]
    assert told.after(5.0) == [], "the receptionist has not left"


@pytest.mark.parametrize("stage", ["ordered", "ringing", "briefing", "taking", "together"])
@pytest.mark.parametrize("gone", [True, False])
def test_the_caller_does_not_wait(stage: str, gone: bool) -> None:
    told = Told(ONE)
    if stage != "ordered":
        told.rings("anne")
    if stage in ("briefing", "taking", "together"):
        told.answers("anne")
    if stage in ("taking", "together"):
        told.presses("anne", "1")
    if stage == "together":
        told.visit.leg_entered("anne", told.now)
    told.effects()
    outcome = JoinOutcome.CALLER_GONE if gone else JoinOutcome.GIVEN_UP
    (told.visit.caller_gone if gone else told.visit.give_up)(told.now)
    if stage == "ordered":
        assert told.effects() == [Settled(outcome)]
        told.visit.placed("anne", "HD_anne", told.now)
        assert told.effects() == [EndLeg("anne", "HD_anne")], "as soon as it can be"
    else:
        assert told.effects() == [EndLeg("anne", "HD_anne"), Settled(outcome)], "at once"
    late = told.answers("anne"), told.presses("anne", "1")
    assert late == (LegReply.TOO_LATE, LegReply.TOO_LATE), "no room with nobody in it"
    told.visit.ended("anne", told.now, is_over=True)
    assert not told.visit.has_open_legs
    assert told.answers("anne") is LegReply.HANGUP


def test_both_hang_up_at_once() -> None:
    for caller_first in (True, False):
        told = Told(ONE)
        told.rings("anne")
        told.answers("anne")
        told.effects()
        if caller_first:
            told.visit.caller_gone(told.now)
            assert told.effects() == [
                EndLeg("anne", "HD_anne"),
                Settled(JoinOutcome.CALLER_GONE),
            ]
        told.visit.leg_over("anne", None, told.now)
        if not caller_first:
            assert told.effects() == [Settled(JoinOutcome.DECLINED)]
            told.visit.caller_gone(told.now)
        assert told.effects() == []
        assert not told.visit.has_open_legs
        assert told.visit.next_timer() is None, "nothing is left to be done"


def test_the_first_key_wins() -> None:
    told = Told(BOTH)
    told.rings("anne", "brian")
    told.answers("anne")
    told.answers("brian")
    assert told.presses("brian", "1") is LegReply.JOIN
    assert told.effects() == [EndLeg("anne", "HD_anne")]
    assert told.presses("anne", "1") is LegReply.TOO_LATE
    told.visit.leg_entered("brian", told.now)
    assert told.after(TIMES.together_s) == [ReceptionistLeaves("brian")]


def test_a_second_colleague_answers_late() -> None:
    told = Told(BOTH)
    told.rings("anne", "brian")
    told.answers("anne")
    told.presses("anne", "1")
    assert told.effects() == [EndLeg("brian", "HD_brian")]
    assert told.answers("brian") is LegReply.TOO_LATE, "as it is being hung up"
    told.visit.leg_entered("anne", told.now)
    told.after(TIMES.together_s)
    assert told.answers("brian") is LegReply.TOO_LATE, "while the two talk"
    told.visit.ended("brian", told.now, is_over=True)
    brian = told.visit.leg("brian")
    assert brian is not None
    assert brian.outcome is LegOutcome.NOT_NEEDED


def test_a_colleague_of_the_round_before_answers_late() -> None:
    told = Told(ONE, Round((BRIAN,), 20.0))
    told.rings("anne")
    told.after(20.0)
    assert told.answers("anne") is LegReply.TOO_LATE
    told.rings("brian")
    assert told.answers("brian") is LegReply.BRIEFING


def test_who_hears_the_briefing_may_finish_it() -> None:
    told = Told(ONE, Round((BRIAN,), 20.0))
    told.rings("anne")
    told.after(19.0)
    told.answers("anne")
    told.effects()
    assert [one for one in told.after(10.0) if not isinstance(one, LookAtLeg)] == []
    assert told.presses("anne", "1") is LegReply.JOIN


@pytest.mark.parametrize("who", ["caller", "caller's room", "colleague", "colleague's room"])
def test_the_end_of_one_is_the_end_of_the_other(who: str) -> None:
    told = Told(ONE)
    told.is_talking()
    if who == "caller":
        told.visit.caller_gone(told.now)
        assert told.effects() == [Settled(JoinOutcome.CONNECTED, "anne"), EndLeg("anne", "HD_anne")]
    elif who == "caller's room":
        told.visit.caller_left_room(told.now)
        both = [EndLeg("anne", "HD_anne"), EndCaller()]
        assert told.effects() == [Settled(JoinOutcome.CONNECTED, "anne"), *both]
    elif who == "colleague":
        told.visit.leg_over("anne", None, told.now)
        assert told.effects() == [Settled(JoinOutcome.CONNECTED, "anne"), EndCaller()]
    else:
        told.visit.leg_left_room("anne", told.now)
        assert told.effects() == [
            Settled(JoinOutcome.CONNECTED, "anne"),
            EndCaller(),
            EndLeg("anne", "HD_anne"),
        ]
    assert told.visit.stage is Stage.OVER


def test_the_caller_who_falls_out_of_the_room_takes_nobody_with_them() -> None:
    told = Told(ONE)
    told.is_joined()
    told.effects()
    told.visit.caller_left_room(told.now)
    assert told.effects() == [EndLeg("anne", "HD_anne"), Settled(JoinOutcome.FAILED)]


def test_posts_that_are_lost_are_made_up_for_by_looking() -> None:
    told = Told(ONE)
    told.rings("anne")
    assert told.after(TIMES.look_s) == [LookAtLeg("anne", "HD_anne")]
    told.visit.leg_over("anne", LegOutcome.BUSY, told.now)
    assert told.effects() == [Settled(JoinOutcome.BUSY)]
    talking = Told(ONE)
    talking.is_talking()
    looked = talking.after(TIMES.look_s + 1)
    assert {type(one) for one in looked} == {LookAtLeg, LookAtCaller}


def test_an_order_whose_answer_is_lost_is_looked_for() -> None:
    told = Told(ONE)
    told.effects()
    told.visit.not_placed("anne", LegOutcome.FAILED, told.now, may_ring=True)
    assert told.effects() == [FindAndEndLeg("anne", ANNE.number), Settled(JoinOutcome.FAILED)]
    assert told.answers("anne") is LegReply.TOO_LATE
    told.visit.ended("anne", told.now, is_over=False)
    assert told.after(2.0) == [FindAndEndLeg("anne", ANNE.number)]


def test_an_order_that_was_refused_rings_nobody() -> None:
    told = Told(ONE)
    told.effects()
    told.visit.not_placed("anne", LegOutcome.FAILED, told.now, may_ring=False)
    assert told.effects() == [Settled(JoinOutcome.FAILED)]
    assert not told.visit.has_open_legs


def test_an_end_is_asked_for_until_it_is_one() -> None:
    told = Told(ONE)
    told.rings("anne")
    told.visit.give_up(told.now)
    told.effects()
    asked = 0
    for _ in range(MOST_TRIES):
        told.visit.ended("anne", told.now, is_over=False)
        found = told.after(60.0)
        asked += found.count(EndLeg("anne", "HD_anne"))
    assert asked == MOST_TRIES
    told.visit.ended("anne", told.now, is_over=False)
    assert EndLeg("anne", "HD_anne") in told.after(60.0), "it goes on: a leg costs money"


def test_somebody_is_told_of_a_leg_that_does_not_end() -> None:
    told = Told(ONE)
    told.rings("anne")
    told.visit.give_up(told.now)
    found: list[RoomEffect] = []
    for _ in range(MOST_TRIES + 3):
        told.visit.ended("anne", told.now, is_over=False)
        found += told.after(60.0)
    assert found.count(LegNotEnded("anne", "HD_anne")) == 1


def test_a_second_hand_off_of_the_same_call() -> None:
    told = Told(ONE)
    told.rings("anne")
    told.visit.leg_over("anne", LegOutcome.BUSY, told.now)
    told.effects()
    assert not told.visit.begin((), told.now) or told.effects() == [Settled(JoinOutcome.FAILED)]
    assert told.visit.begin((Round((BRIAN,), 20.0),), told.now)
    assert not told.visit.begin((ONE,), told.now), "one at a time"
    assert told.effects() == [OrderLeg("brian", BRIAN.number)]
    assert [leg.leg_id for leg in told.visit.legs] == ["brian"]


def test_a_leg_that_nobody_knows_is_hung_up() -> None:
    assert Told().visit.asked("stranger", LegTells.ANSWERED, 1.0) is LegReply.HANGUP


# --- all of it, in any order ----------------------------------------------------------------------


@dataclass
class RealLeg:
    """A leg as it really is, at the platform."""

    state: str = "not placed"
    """``not placed``, ``rings``, ``briefing``, ``sent``, ``room``, ``leaving``, ``over``."""
    is_order_pending: bool = True

    @property
    def is_up(self) -> bool:
        return self.state not in ("not placed", "over")


@dataclass
class World:
    """The platform and its people, who do as they like."""

    visit: ConferenceVisit
    ends_on_exit: bool
    """Whether the platform ends a room when one leaves it who is said to end it."""
    now: float = 0.0
    legs: dict[str, RealLeg] = field(default_factory=dict)
    todo: list[RoomEffect] = field(default_factory=list)
    """Requests to the platform that are under way."""
    posts: list[tuple[str, str]] = field(default_factory=list)
    """Told by the platform, and not delivered: what, and of which leg."""
    is_caller_up: bool = True
    is_caller_in: bool = False
    is_receptionist_there: bool = True
    settled: int = 0
    begun: int = 0

    def take_effects(self) -> None:
        for effect in self.visit.effects():
            match effect:
                case Step() | LegNotEnded():
                    pass
                case Settled():
                    self.settled += 1
                case ReceptionistLeaves():
                    assert self.visit.stage is Stage.TALKING
                    self.is_receptionist_there = False
                case OrderLeg(leg_id):
                    assert leg_id not in self.legs, "rung twice"
                    self.legs[leg_id] = RealLeg()
                    self.todo.append(effect)
                case _:
                    self.todo.append(effect)

    def carry_out(self, effect: RoomEffect, luck: str) -> None:
        """Do a request. ``luck`` ``bad``: the platform does not, or its answer is lost."""
        self.todo.remove(effect)
        match effect:
            case OrderLeg(leg_id):
                self._order(leg_id, luck)
            case EndLeg(leg_id) | FindAndEndLeg(leg_id):
                leg = self.legs[leg_id]
                if luck == "good":
                    self.end(leg_id, told=False)
                    leg.is_order_pending = False
                self.visit.ended(leg_id, self.now, is_over=luck == "good")
            case LookAtLeg(leg_id):
                if luck == "good" and self.legs[leg_id].state == "over":
                    self.visit.leg_over(leg_id, None, self.now)
            case LookAtCaller():
                if luck == "good" and not self.is_caller_up:
                    self.visit.caller_gone(self.now)
            case EndCaller():
                self.caller_hangs_up()
        self.take_effects()

    def _order(self, leg_id: str, luck: str) -> None:
        leg = self.legs[leg_id]
        leg.is_order_pending = False
        if luck != "refused":
            leg.state = "rings"
        if luck == "good":
            self.visit.placed(leg_id, f"HD_{leg_id}", self.now)
        else:
            self.visit.not_placed(leg_id, LegOutcome.FAILED, self.now, may_ring=luck == "bad")

    def ask(self, leg_id: str, tells: LegTells, key: str = "") -> None:
        """The platform asks what to do with a leg, and does it."""
        leg = self.legs[leg_id]
        reply = self.visit.asked(leg_id, tells, self.now, key)
        self.take_effects()
        match reply:
            case LegReply.BRIEFING | LegReply.PROMPT:
                leg.state = "briefing"
            case LegReply.JOIN:
                leg.state = "sent"
            case LegReply.DECLINED | LegReply.TOO_LATE:
                leg.state = "leaving"
            case LegReply.HANGUP:
                self.end(leg_id, told=True)
            case LegReply.NOTHING:
                pass

    def end(self, leg_id: str, *, told: bool) -> None:
        leg = self.legs[leg_id]
        if leg.state in ("not placed", "over"):
            return
        was_in_room = leg.state == "room"
        leg.state = "over"
        if told:
            self.posts.append(("over", leg_id))
        if was_in_room:
            self.posts.append(("left", leg_id))
            if self.ends_on_exit:
                self.caller_is_put_out()

    def enter(self, leg_id: str) -> None:
        self.legs[leg_id].state = "room"
        self.posts.append(("entered", leg_id))

    def caller_is_put_out(self) -> None:
        """The room is over: the platform asks what is next, and a call without us is hung up."""
        if self.is_caller_up and self.is_caller_in:
            self.is_caller_in = False
            self.posts.append(("caller left", ""))
            if not self.is_receptionist_there:
                self.caller_hangs_up()

    def caller_hangs_up(self) -> None:
        if not self.is_caller_up:
            return
        self.is_caller_up = self.is_caller_in = self.is_receptionist_there = False
        self.posts.append(("caller gone", ""))
        if self.ends_on_exit:
            for leg_id, leg in self.legs.items():
                if leg.state == "room":
                    leg.state = "leaving"
                    self.posts.append(("left", leg_id))

    def deliver(self, post: tuple[str, str]) -> None:
        what, leg_id = post
        match what:
            case "over":
                self.visit.leg_over(leg_id, None, self.now)
            case "entered":
                self.visit.leg_entered(leg_id, self.now)
            case "left":
                self.visit.leg_left_room(leg_id, self.now)
            case "caller entered":
                self.visit.caller_entered(self.now)
            case "caller left":
                self.visit.caller_left_room(self.now)
            case "caller gone":
                self.visit.caller_gone(self.now)
        self.take_effects()

    def pass_time(self, seconds: float) -> None:
        until = self.now + seconds
        for _ in range(200):
            due = self.visit.next_timer()
            if due is None or due > until:
                break
            self.now = max(self.now, due)
            self.visit.handle_timer(self.now)
            self.take_effects()
        else:
            raise AssertionError("timers without end")
        self.now = until

    def come_to_rest(self, seconds: float) -> None:
        """Whatever is under way arrives, for so long; the people do nothing more of their own."""
        until = self.now + seconds
        while self.now < until:
            while self.todo or self.posts:
                while self.todo:
                    self.carry_out(self.todo[0], "good")
                while self.posts:
                    self.deliver(self.posts.pop(0))
            for leg_id in [one for one, leg in self.legs.items() if leg.state == "leaving"]:
                self.end(leg_id, told=True)  # the hang-up behind the sentence
            for leg_id in [one for one, leg in self.legs.items() if leg.state == "sent"]:
                self.enter(leg_id)
            self.pass_time(0.5)

    # what must hold at rest

    def check_at_rest(self) -> None:
        inside = [one for one, leg in self.legs.items() if leg.state == "room"]
        up = [one for one, leg in self.legs.items() if leg.is_up]
        assert len(inside) <= 1, "two colleagues with one caller"
        if inside:
            assert self.is_caller_in, "a colleague is alone in the room"
        if not self.is_caller_up:
            assert not up, "legs without a caller"
        elif not self.is_receptionist_there:
            assert inside, "the caller is alone"
        if not self.visit.is_under_way:
            assert not up, "legs that nobody wants"
        if self.visit.stage is Stage.TALKING:
            assert up == inside, "others are still rung"
        assert self.settled <= self.begun, "settled twice"
        if not self.visit.is_under_way:
            assert self.settled == self.begun, "a hand-off without an end"


RARELY = st.sampled_from([False, False, False, True])


class Races(RuleBasedStateMachine):
    """People, platform and network do what they can do, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(ConferenceVisit(), ends_on_exit=True)

    @initialize(ends_on_exit=st.booleans(), far=st.integers(0, 6), together=st.booleans())
    def arrive(self, ends_on_exit: bool, far: int, together: bool) -> None:
        """Be so far on the way to a talk: what is rare in a random walk is begun with."""
        world = self.world
        world.ends_on_exit = ends_on_exit
        world.is_caller_in = True
        world.posts.append(("caller entered", ""))
        way: list[Callable[[], object]] = [
            self.deliver_last,
            lambda: self.a_person_is_wanted(together=together, seconds=20.0),
            self.carry_out_all,
            lambda: world.ask("0a", LegTells.ANSWERED),
            lambda: world.ask("0a", LegTells.KEY, "1"),
            lambda: self.enters_and_stays("0a"),
        ]
        for step in way[:far]:
            step()

    def deliver_last(self) -> None:
        self.world.deliver(self.world.posts.pop())

    def carry_out_all(self) -> None:
        for effect in [*self.world.todo]:
            self.world.carry_out(effect, "good")

    def enters_and_stays(self, leg_id: str) -> None:
        self.world.enter(leg_id)
        self.deliver_last()
        self.world.pass_time(TIMES.together_s)

    def pick(self, found: Sequence[str], index: int) -> str | None:
        return found[index % len(found)] if found else None

    def of(self, *states: str) -> list[str]:
        return [one for one, leg in self.world.legs.items() if leg.state in states]

    def up(self) -> list[str]:
        return self.of("rings", "briefing", "sent", "room", "leaving")

    @precondition(lambda self: self.world.begun < 4)
    @rule(together=st.booleans(), seconds=st.sampled_from([3.0, 20.0]))
    def a_person_is_wanted(self, together: bool, seconds: float) -> None:
        world = self.world
        nth = world.begun
        legs = [LegWanted(f"{nth}{who}", ANNE.number) for who in "ab"]
        rounds = [Round(tuple(legs), seconds)] if together else [Round((leg,), seconds)
                                                                 for leg in legs]  # fmt: skip
        if world.visit.begin(rounds, world.now):
            world.begun += 1
        world.take_effects()

    @precondition(lambda self: bool(self.world.todo))
    @rule(index=st.integers(0, 7), luck=st.sampled_from(["good", "good", "bad", "refused"]))
    def a_request_is_carried_out(self, index: int, luck: str) -> None:
        world = self.world
        world.carry_out(world.todo[index % len(world.todo)], luck)

    @precondition(lambda self: bool(self.world.posts))
    @rule(index=st.integers(0, 7), fate=st.sampled_from(["once", "once", "twice", "lost"]))
    def a_post_arrives(self, index: int, fate: str) -> None:
        world = self.world
        post = world.posts[index % len(world.posts)]
        if fate == "lost" and post[0] in ("caller gone", "caller entered"):
            return  # the media socket's close tells of it, too
        if fate != "twice":
            world.posts.remove(post)
        if fate != "lost":
            world.deliver(post)

    @precondition(lambda self: bool(self.of("rings")))
    @rule(index=st.integers(0, 7))
    def a_colleague_answers(self, index: int) -> None:
        leg_id = self.pick(self.of("rings"), index)
        if leg_id is not None:
            self.world.ask(leg_id, LegTells.ANSWERED)

    @precondition(lambda self: bool(self.of("briefing")))
    @rule(index=st.integers(0, 7), key=st.sampled_from(["1", "1", "1", "2", "7"]))
    def a_colleague_presses(self, index: int, key: str) -> None:
        leg_id = self.pick(self.of("briefing"), index)
        if leg_id is not None:
            self.world.ask(leg_id, LegTells.KEY, key)

    @precondition(lambda self: bool(self.of("sent")))
    @rule(index=st.integers(0, 7))
    def a_colleague_enters(self, index: int) -> None:
        leg_id = self.pick(self.of("sent"), index)
        if leg_id is not None:
            self.world.enter(leg_id)

    @precondition(lambda self: bool(self.up()))
    @rule(index=st.integers(0, 7), does=RARELY)
    def a_colleague_hangs_up(self, index: int, does: bool) -> None:
        leg_id = self.pick(self.up(), index)
        if leg_id is not None and does:
            self.world.end(leg_id, told=True)

    @precondition(lambda self: self.world.is_caller_up)
    @rule(does=RARELY)
    def the_caller_hangs_up(self, does: bool) -> None:
        if does:
            self.world.caller_hangs_up()

    @precondition(lambda self: self.world.is_receptionist_there)
    @rule(does=RARELY)
    def the_caller_gives_up(self, does: bool) -> None:
        if does:
            self.world.visit.give_up(self.world.now)
            self.world.take_effects()

    @rule(seconds=st.sampled_from([0.1, 1.0, 4.0, 20.0]))
    def time_passes(self, seconds: float) -> None:
        self.world.pass_time(seconds)

    @rule(does=RARELY)
    def all_comes_to_rest(self, does: bool) -> None:
        if does:
            self.world.come_to_rest(60.0)
            self.world.check_at_rest()

    def teardown(self) -> None:
        world = self.world
        world.come_to_rest(100.0)
        world.check_at_rest()
        world.caller_hangs_up()
        world.come_to_rest(100.0)
        world.check_at_rest()
        assert not world.visit.has_open_legs, "a leg is billed on"
        assert world.visit.next_timer() is None


TestRaces = Races.TestCase
TestRaces.settings = settings(
    max_examples=100,
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
