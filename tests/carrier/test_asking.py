"""Every fault on the way to the platform, and what is done about it."""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Awaitable, Callable

import pytest
from tests.carrier.conftest import KEY, OwnTime
from tests.fakes.scripted_api import Reply, ScriptedApi, refusal

from mapokezi.carrier import (
    CallOrder,
    CarrierError,
    KeyRefused,
    Patience,
    PlatformFault,
    RateLimited,
    RequestWrong,
    SautiKit,
    TimedOut,
    TimeLimits,
    Unreachable,
    Unreadable,
)
from mapokezi.errors import ConfigurationError

pytestmark = pytest.mark.anyio

WALLET = Reply(200, {"balance_minor": 1})
CLAIMED = Reply(201, {"id": "n-1", "e164": "+254209000000"})
PLACED = Reply(201, {"session_id": "HD_1", "status": "ringing"})
WEBHOOK = Reply(201, {"id": "w-1", "secret": "whsec_1"})
DETAIL = Reply(200, {"call": {"id": "0190"}})

MAY_BE_ASKED_TWICE: dict[str, tuple[Callable[[SautiKit], Awaitable[object]], Reply]] = {
    "available": (lambda s: s.numbers.available(), Reply(200, [])),
    "list numbers": (lambda s: s.numbers.list(), Reply(200, [])),
    "place": (
        lambda s: s.calls.place(CallOrder(from_="+254209000000", to=["+254722000000"])),
        PLACED,
    ),
    "list calls": (lambda s: s.calls.list(), Reply(200, {"data": []})),
    "show": (lambda s: s.calls.show("HD_1"), DETAIL),
    "hang up": (lambda s: s.calls.hang_up("HD_1"), Reply(200, {})),
    "recording": (lambda s: s.calls.recording("HD_1"), Reply(202, {})),
    "wallet": (lambda s: s.wallet.show(), WALLET),
    "threshold": (lambda s: s.wallet.warn_below(5), Reply(204)),
    "pricing": (lambda s: s.pricing(), Reply(200, {})),
}
NEVER_TWICE: dict[str, tuple[Callable[[SautiKit], Awaitable[object]], Reply]] = {
    "claim": (lambda s: s.numbers.claim("inv-1"), CLAIMED),
    "release": (lambda s: s.numbers.release("n-1"), Reply(204)),
    "conference": (lambda s: s.conferences.command("room", "mute"), Reply(200, {})),
    "webhook": (lambda s: s.webhooks.create("https://x.ke", ["wallet.top_up"]), WEBHOOK),
    "rotate": (lambda s: s.webhooks.rotate_secret("w-1"), WEBHOOK),
}
ALL = {**MAY_BE_ASKED_TWICE, **NEVER_TWICE}


@pytest.fixture(params=ALL)
def any_call(request: pytest.FixtureRequest) -> tuple[Callable[..., Awaitable[object]], Reply]:
    return ALL[request.param]


@pytest.fixture(params=MAY_BE_ASKED_TWICE)
def repeatable(request: pytest.FixtureRequest) -> tuple[Callable[..., Awaitable[object]], Reply]:
    return MAY_BE_ASKED_TWICE[request.param]


@pytest.fixture(params=NEVER_TWICE)
def delicate(request: pytest.FixtureRequest) -> tuple[Callable[..., Awaitable[object]], Reply]:
    return NEVER_TWICE[request.param]


Call = tuple[Callable[..., Awaitable[object]], Reply]


async def test_too_many_requests_waits_as_long_as_it_is_told(
    api: ScriptedApi, sautikit: SautiKit, time: OwnTime, any_call: Call
) -> None:
    ask, good = any_call
    api.replies = [refusal(429, "slow", retry_after="4"), good]
    await ask(sautikit)
    assert time.slept == [4.0]
    assert len(set(api.lines)) == 1
    assert len({asked.raw for asked in api.asked}) == 1


async def test_too_many_requests_without_a_word_of_when_pauses_longer_each_time(
    api: ScriptedApi, sautikit: SautiKit, time: OwnTime
) -> None:
    api.replies = [refusal(429, "slow"), refusal(429, "slow"), WALLET]
    await sautikit.wallet.show()
    assert time.slept == [0.25, 0.5]


async def test_too_many_requests_to_the_end_is_told_as_that(
    api: ScriptedApi, sautikit: SautiKit, any_call: Call
) -> None:
    api.otherwise = lambda _asked: refusal(429, "slow", retry_after="1")
    with pytest.raises(RateLimited) as caught:
        await any_call[0](sautikit)
    assert caught.value.retry_after_s == 1.0
    assert not caught.value.may_be_done


async def test_a_wait_that_would_take_too_long_is_not_begun(
    api: ScriptedApi, sautikit: SautiKit, time: OwnTime
) -> None:
    api.replies = [refusal(429, "slow", retry_after="3600")]
    with pytest.raises(RateLimited):
        await sautikit.wallet.show()
    assert time.slept == []
    assert len(api.asked) == 1


async def test_a_date_to_wait_for_is_counted_from_now(
    api: ScriptedApi, sautikit: SautiKit, time: OwnTime
) -> None:
    api.replies = [refusal(503, "busy", retry_after="Sun, 22 Nov 2026 12:00:09 GMT"), WALLET]
    await sautikit.wallet.show()
    assert time.slept == [9.0]


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_fault_of_the_platform_is_got_over(
    api: ScriptedApi, sautikit: SautiKit, time: OwnTime, repeatable: Call, status: int
) -> None:
    ask, good = repeatable
    api.replies = [refusal(status, "internal_error"), good]
    await ask(sautikit)
    assert time.slept == [0.25]


async def test_what_must_not_be_done_twice_is_asked_once_when_the_platform_fails(
    api: ScriptedApi, sautikit: SautiKit, delicate: Call
) -> None:
    api.replies = [refusal(500, "internal_error", "who knows"), delicate[1]]
    with pytest.raises(PlatformFault, match="who knows") as caught:
        await delicate[0](sautikit)
    assert caught.value.request_id == "req-7"
    assert len(api.asked) == 1


async def test_an_unavailable_platform_that_says_when_is_asked_again_whatever_it_was(
    api: ScriptedApi, sautikit: SautiKit, time: OwnTime, any_call: Call
) -> None:
    ask, good = any_call
    api.replies = [refusal(503, "maintenance", retry_after="2"), good]
    await ask(sautikit)
    assert time.slept == [2.0]


async def test_a_connection_cut_in_the_middle_is_asked_again_where_that_does_no_harm(
    api: ScriptedApi, sautikit: SautiKit, repeatable: Call
) -> None:
    ask, good = repeatable
    long = Reply(200, b"x" * 100, cut_after=10)
    api.replies = [Reply(cut_after=-1), long, good]
    if ask is MAY_BE_ASKED_TWICE["hang up"][0]:
        api.replies.pop(0)  # it has two tries
    await ask(sautikit)
    assert api.replies == []


async def test_a_connection_cut_in_the_middle_of_a_claim_says_that_it_may_be_done(
    api: ScriptedApi, sautikit: SautiKit, delicate: Call
) -> None:
    api.replies = [Reply(201, b"x" * 100, cut_after=10)]
    with pytest.raises(Unreachable, match="may have been done") as caught:
        await delicate[0](sautikit)
    assert caught.value.may_be_done
    assert len(api.asked) == 1


@pytest.mark.parametrize("name", ["show", "claim"])
async def test_no_answer_in_time_is_told_as_that(
    api: ScriptedApi, time: OwnTime, name: str
) -> None:
    never = threading.Event()
    api.otherwise = lambda _asked: Reply(200, {}, holds=never)
    patience = Patience(each_s=0.1, all_s=60.0, tries=2)
    limits = TimeLimits(usual=patience, paid=patience)
    async with SautiKit(api.url, KEY, limits=limits, clock=time.clock) as sautikit:
        with pytest.raises(TimedOut, match=r"within 0\.1 s") as caught:
            await ALL[name][0](sautikit)
    never.set()
    assert caught.value.status is None
    assert caught.value.may_be_done == (name == "claim")
    assert len(api.asked) == (1 if name == "claim" else 2)


async def test_nobody_there_is_an_error_not_a_hang(time: OwnTime, any_call: Call) -> None:
    async with SautiKit("http://127.0.0.1:9", KEY, clock=time.clock) as sautikit:
        with pytest.raises(Unreachable) as caught:
            await any_call[0](sautikit)
    assert caught.value.code == "ConnectError"
    assert not caught.value.may_be_done, "nothing was sent"


READ = [name for name in ALL if name not in ("hang up", "release", "threshold", "conference")]
RUBBISH = {
    "html": b"<html><body>Welcome to the hotel's network</body></html>",
    "half JSON": b'{"id": "n-1", "e164": "+2542',
    "not text": b"\xff\xfe\x00",
    "empty": b"",
    "a number": b"7",
    "fields missing": b'{"data": [{}], "available": [{}], "numbers": [{}], "call": {}}',
    "wrong kinds": b'{"data": [{"id": []}], "available": [[]], "numbers": [7], "secret": []}',
}


@pytest.mark.parametrize("name", [name for name in READ if name not in ("recording", "pricing")])
@pytest.mark.parametrize("kind", RUBBISH)
async def test_an_answer_that_is_not_what_it_should_be_is_told_as_that(
    api: ScriptedApi, sautikit: SautiKit, name: str, kind: str
) -> None:
    api.otherwise = lambda _asked: Reply(200, RUBBISH[kind])
    with pytest.raises(Unreadable) as caught:
        await ALL[name][0](sautikit)
    assert caught.value.status == 200
    changes_something = name in NEVER_TWICE or name == "place"
    assert caught.value.may_be_done == changes_something
    assert len(api.asked) == 1


@pytest.mark.parametrize("kind", [kind for kind in RUBBISH if kind != "fields missing"])
async def test_prices_that_are_none_are_told_as_that(
    api: ScriptedApi, sautikit: SautiKit, kind: str
) -> None:
    wrong = b'{"currency": []}' if kind == "wrong kinds" else RUBBISH[kind]
    api.otherwise = lambda _asked: Reply(200, wrong)
    with pytest.raises(Unreadable):
        await sautikit.pricing()


async def test_an_endless_answer_is_not_read_to_its_end(
    api: ScriptedApi, sautikit: SautiKit
) -> None:
    api.replies = [Reply(200, b" " * (8 * 1024 * 1024 + 1))]
    with pytest.raises(Unreadable, match="huge"):
        await sautikit.wallet.show()


async def test_a_redirect_is_not_followed_with_the_key(
    api: ScriptedApi, sautikit: SautiKit
) -> None:
    api.replies = [Reply(302, None, {"Location": f"{api.url}/elsewhere"})]
    with pytest.raises(Unreadable):
        await sautikit.wallet.show()
    assert api.lines == ["GET /v1/wallet"]


async def test_every_call_but_the_public_one_carries_the_key(
    api: ScriptedApi, sautikit: SautiKit, any_call: Call
) -> None:
    ask, good = any_call
    api.replies = [good]
    await ask(sautikit)
    expected = None if ask is ALL["pricing"][0] else f"Bearer {KEY}"
    assert [asked.headers.get("authorization") for asked in api.asked] == [expected]


async def test_a_refused_key_is_not_tried_again(api: ScriptedApi, sautikit: SautiKit) -> None:
    api.replies = [refusal(401, "api_key.revoked")]
    with pytest.raises(KeyRefused):
        await sautikit.wallet.show()
    assert len(api.asked) == 1


async def test_the_key_is_nowhere_to_be_seen(
    api: ScriptedApi, sautikit: SautiKit, any_call: Call, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        api.replies = [refusal(500, "x", f"the key {KEY} is odd"), any_call[1]]
        shown = [repr(sautikit), str(vars(sautikit)), str(vars(sautikit._asking._http))]
        try:
            await any_call[0](sautikit)
        except CarrierError as error:
            shown += [str(error), repr(error), error.message]
            shown += traceback.TracebackException.from_exception(
                error, capture_locals=False
            ).format()
    assert api.asked
    shown += [f"{record.getMessage()} {vars(record)}" for record in caplog.records]
    assert not [text for text in shown if KEY in text]


@pytest.mark.parametrize("key", ["", "  ", "two words", "line\nend", "clé"])
def test_a_key_that_cannot_be_one_is_refused_without_repeating_it(key: str) -> None:
    with pytest.raises(ConfigurationError, match="SAUTIKIT_API_KEY") as caught:
        SautiKit("https://api.sautikit.com", key)
    assert not key.strip() or key not in str(caught.value)


@pytest.mark.parametrize("url", ["http://api.sautikit.com", "api.sautikit.com", "ftp://127.0.0.1"])
def test_the_key_does_not_travel_in_the_clear(url: str) -> None:
    with pytest.raises(ConfigurationError, match="https://"):
        SautiKit(url, KEY)


@pytest.mark.parametrize("call", ["", "..", "HD_1/../x", "a b", "HD_1?x=1", "x" * 200])
async def test_an_id_that_cannot_be_one_is_not_asked_for(
    api: ScriptedApi, sautikit: SautiKit, call: str
) -> None:
    for ask in (
        sautikit.calls.show,
        sautikit.calls.hang_up,
        sautikit.calls.recording,
        sautikit.numbers.claim,
        sautikit.numbers.release,
        sautikit.webhooks.rotate_secret,
    ):
        with pytest.raises(RequestWrong, match="is no id"):
            await ask(call)
    assert api.asked == []
