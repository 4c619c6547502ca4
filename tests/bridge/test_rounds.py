"""Rounds: when something is due for one call it is done for those beside it."""

from __future__ import annotations

from mapokezi.bridge.rounds import MOST_TOGETHER, Rounds


class Caller:
    """Counts how often it is looked at."""

    def __init__(self, *, fails: bool = False) -> None:
        self.looks: list[float] = []
        self._fails = fails

    def look(self, now: float) -> None:
        self.looks.append(now)
        if self._fails:
            raise ValueError("a fault of this call")


def test_all_others_are_looked_at_and_a_fault_of_one_is_not_theirs() -> None:
    rounds = Rounds()
    callers = [Caller(), Caller(fails=True), Caller()]
    joined = [rounds.join(one, one.look) for one in callers]
    joined[0].others(callers[0], 1.5)
    assert [one.looks for one in callers] == [[], [1.5], [1.5]]


def test_who_has_left_is_not_looked_at() -> None:
    rounds = Rounds()
    first, second = Caller(), Caller()
    round_ = rounds.join(first, first.look)
    rounds.join(second, second.look).leave(second)
    round_.leave(second)
    round_.others(first, 1.0)
    assert second.looks == []


def test_who_leaves_during_a_round_may() -> None:
    rounds = Rounds()
    first, second = Caller(), Caller()

    def look(now: float) -> None:
        round_.leave(second)
        round_.leave("third")

    round_ = rounds.join(first, first.look)
    rounds.join("third", look)
    rounds.join(second, second.look)
    round_.others(first, 1.0)
    round_.others(first, 2.0)
    assert second.looks == [1.0]


def test_no_round_is_longer_than_a_frame_may_wait() -> None:
    rounds = Rounds()
    callers = [Caller() for _ in range(2 * MOST_TOGETHER + 1)]
    joined = [rounds.join(one, one.look) for one in callers]
    assert max(len(one) for one in joined) == MOST_TOGETHER
    joined[0].others(callers[0], 1.0)
    assert sum(len(one.looks) for one in callers) == MOST_TOGETHER - 1
    late = Caller()
    joined[0].leave(callers[0])
    assert rounds.join(late, late.look) is joined[0], "there is room again"
