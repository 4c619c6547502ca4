"""What the clerk says of a hand-off that is refused: that nobody is put through, and that once."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from mapokezi.receptionist.clerk import Clerk
from mapokezi.receptionist.handoff import (
    NOT_FROM_HERE,
    JustNow,
    RingNobody,
    RingWish,
    beyond_that,
    plan_rings,
)
from mapokezi.receptionist.office import Office
from mapokezi.receptionist.turns import ClerkState, Heard

_NOW = datetime(2026, 12, 2, 11, 20, tzinfo=ZoneInfo("Africa/Nairobi"))
_PROMISE = "I have noted that you called, and Wanjiku Kamau is to call you back by three."
_ASKS = ("Please connect me to Wanjiku Kamau.",)
_IN_A_MESSAGE = ("I would like to leave a message.", "My name is Mary Wairimu.", "Yes.", *_ASKS)
_URGENT = ("My brother has been arrested, I need a lawyer now.",)


@pytest.fixture(scope="module")
def clerk(law_office: Office) -> Clerk:
    return Clerk(law_office)


def _asked(clerk: Clerk, said: tuple[str, ...]) -> ClerkState:
    state = clerk.begin(None, _NOW)
    for text in said:
        turn = clerk.hear(state, Heard(text), _NOW)
        state = turn.state
    assert [one.name for one in turn.proposals] == ["hand_over"], turn
    return state


@pytest.mark.parametrize("said", [_ASKS, _IN_A_MESSAGE, _URGENT])
@pytest.mark.parametrize("before", ["", "In danger, ring 9 9 9. "])
def test_that_nobody_is_put_through_is_said_once(
    clerk: Clerk, said: tuple[str, ...], before: str
) -> None:
    state = _asked(clerk, said)
    told = {"status": "refused", "say": f"{before}{NOT_FROM_HERE} {_PROMISE}"}
    heard = " ".join(one.text for one in clerk.told(state, "hand_over", told, _NOW).say)
    assert heard.count("put you through") == 1
    assert _PROMISE in heard
    assert before in heard


def test_the_offices_own_affairs_add_nothing_to_it(clerk: Clerk, law_office: Office) -> None:
    plan = plan_rings(law_office, RingWish(), None, _NOW, just_now=JustNow(wallet_minor=0))
    assert isinstance(plan, RingNobody)
    assert plan.say
    assert beyond_that(plan.say) == ""
    told = {"status": "refused", "say": plan.say}
    turn = clerk.told(_asked(clerk, _ASKS), "hand_over", told, _NOW)
    (only,) = turn.say
    assert only.text.startswith("I am sorry, I cannot put you through just now. Shall I take")


def test_other_reasons_are_told_whole() -> None:
    why = "Brian Otieno is on another call just now."
    assert beyond_that(why) == why
