"""After the conversation: the platform hangs up, and tells what the call cost."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from mapokezi.bridge import clock
from mapokezi.bridge.aftercare import Aftercare
from mapokezi.carrier import CallDetail, CarrierError
from mapokezi.telephony.actions import Hangup
from mapokezi.telephony.urls import After
from mapokezi.telephony.visit import Phase

pytestmark = pytest.mark.anyio
VIRTUAL_TIME = True


class Care:
    """A call whose socket is open, and what is done for it."""

    def __init__(self, world: Any, kit: Any, *, carrier: bool = True) -> None:
        self.carrier = world.carrier
        self.keeper = world.keeper
        self.errors: list[tuple[str, str]] = []
        self.aftercare = Aftercare(
            self.carrier if carrier else None,
            self.keeper,
            lambda part, reason: self.errors.append((part, reason)),
        )
        self.aftercare.calls = world.calls
        self.talk = world.ring()
        self.call = self.talk.call
        world.calls.claim_media(
            self.call.token.value, self.call.call_id, "node-1", clock.monotonic()
        )
        self.media = kit.media()


@pytest.fixture
async def care(worlds: Any, kit: Any) -> Care:
    return Care(await worlds(prepared=False), kit)


async def test_hung_up_first_and_closed_then(care: Care) -> None:
    care.aftercare.hang_up(care.call, care.media)
    await asyncio.sleep(0.1)
    ((hung_up_at, session),) = care.carrier.hung_up
    assert session == care.call.session_id
    assert care.media.closed_at is not None
    assert care.media.closed_at >= hung_up_at
    assert care.call.state is Phase.OVER


async def test_what_the_platform_asks_meanwhile_is_answered_with_a_hang_up(care: Care) -> None:
    care.carrier.never_answers = True
    care.aftercare.hang_up(care.call, care.media)
    assert care.talk.post(after=After.STREAM) == (Hangup(),)


async def test_a_platform_that_does_not_answer_does_not_keep_the_socket_open(care: Care) -> None:
    care.carrier.never_answers = True
    began = clock.monotonic()
    care.aftercare.hang_up(care.call, care.media)
    await asyncio.sleep(3)
    assert care.media.closed_at == pytest.approx(began + 2.0)
    assert care.call.state is Phase.OVER
    assert care.errors[0][0] == "carrier"


async def test_a_refused_hang_up_is_noted_and_the_socket_closed(care: Care) -> None:
    care.carrier.fails = CarrierError("hang up", status=500, code="oops")
    care.aftercare.hang_up(care.call, care.media)
    await asyncio.sleep(0.1)
    assert care.media.closed_at is not None
    assert "oops" in care.errors[0][1]


async def test_without_a_key_the_socket_is_closed(worlds: Any, kit: Any) -> None:
    care = Care(await worlds(prepared=False), kit, carrier=False)
    care.aftercare.hang_up(care.call, care.media)
    care.aftercare.learn_cost(care.call)
    await asyncio.sleep(0.1)
    assert care.media.closed_at is not None
    assert care.carrier.hung_up == []


async def test_a_platform_that_says_nothing_is_hung_up_on(care: Care) -> None:
    care.aftercare.hang_up_unless_over(care.call)
    await asyncio.sleep(3.9)
    assert care.carrier.hung_up == []
    await asyncio.sleep(0.2)
    assert len(care.carrier.hung_up) == 1


async def test_a_platform_that_says_the_call_is_over_is_not(care: Care) -> None:
    care.aftercare.hang_up_unless_over(care.call)
    care.talk.complete()
    await asyncio.sleep(10)
    assert care.carrier.hung_up == []


async def test_a_fallback_that_is_being_heard_is_not_cut_off(care: Care) -> None:
    care.aftercare.hang_up_unless_over(care.call)
    care.talk.post(after=After.STREAM)
    assert care.call.state is Phase.FALLEN
    await asyncio.sleep(10)
    assert care.carrier.hung_up == []


def costs(minor: int | None, status: str = "completed") -> CallDetail:
    return CallDetail(id="c", status=status, cost_minor=minor, cost_currency="KES")


async def test_the_cost_is_learned_when_the_platform_knows_it(care: Care) -> None:
    care.aftercare.learn_cost(care.call)
    care.aftercare.learn_cost(care.call)  # asked once, whoever wants to know
    await asyncio.sleep(2)
    care.carrier.details[care.call.session_id] = costs(125)
    await asyncio.sleep(60)
    assert care.keeper.call.cost.amount.minor == 125
    assert not care.keeper.call.cost.estimated
    assert len(care.carrier.asked) == 3  # too soon, known, and once more: was it the last word?


async def test_what_the_platform_says_a_second_after_the_end_may_not_be_its_last_word(
    care: Care,
) -> None:
    care.carrier.details[care.call.session_id] = costs(0)
    care.aftercare.learn_cost(care.call)
    await asyncio.sleep(2)
    assert care.keeper.call.cost.amount.minor == 0
    care.carrier.details[care.call.session_id] = costs(125)
    await asyncio.sleep(60)
    assert care.keeper.call.cost.amount.minor == 125
    assert len(care.carrier.asked) == 2


async def test_a_call_that_is_still_up_has_no_cost_yet(care: Care) -> None:
    care.carrier.details[care.call.session_id] = costs(10, status="answered")
    care.aftercare.learn_cost(care.call)
    await asyncio.sleep(60)
    assert care.keeper.call.cost is None
    assert len(care.carrier.asked) == 3


async def test_a_platform_that_cannot_be_asked_is_asked_again(care: Care) -> None:
    care.carrier.fails = CarrierError("read", status=None, code="ConnectError")
    care.aftercare.learn_cost(care.call)
    await asyncio.sleep(2)
    care.carrier.fails = None
    care.carrier.details[care.call.session_id] = costs(7)
    await asyncio.sleep(60)
    assert care.keeper.call.cost.amount.minor == 7


async def test_a_stop_does_at_once_what_is_still_to_be_done(care: Care) -> None:
    care.carrier.details[care.call.session_id] = costs(9)
    care.aftercare.hang_up_unless_over(care.call)
    care.aftercare.learn_cost(care.call)
    await asyncio.sleep(0)
    began = clock.monotonic()
    await care.aftercare.close()
    assert clock.monotonic() - began < 1.0
    assert len(care.carrier.hung_up) == 1
    assert care.keeper.call.cost.amount.minor == 9


async def test_a_stop_does_not_wait_for_ever(care: Care) -> None:
    care.carrier.never_answers = True
    care.aftercare.hang_up(care.call, None)
    began = clock.monotonic()
    await care.aftercare.close()
    assert clock.monotonic() - began == pytest.approx(10.0)
