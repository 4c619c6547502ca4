"""Calls: placing, listing, showing, ending them, and their recordings."""

from __future__ import annotations

import pytest
from tests.carrier.conftest import OwnTime
from tests.fakes.scripted_api import Reply, ScriptedApi, refusal

from mapokezi.carrier import (
    CallDetail,
    CallOrder,
    CarrierError,
    Conflict,
    Gone,
    NotFound,
    RecordingPending,
    RecordingReady,
    RequestWrong,
    SautiKit,
    WalletEmpty,
    rides,
)
from mapokezi.units import Money

pytestmark = pytest.mark.anyio

FROM, TO = "+254209000000", "+254722000000"
PLACED = Reply(201, {"session_id": "HD_24d73b4518bc", "status": "ringing"})


async def test_a_call_is_placed_with_what_was_given_and_no_more(
    api: ScriptedApi, sautikit: SautiKit
) -> None:
    api.replies = [PLACED]
    placed = await sautikit.calls.place(CallOrder(from_=FROM, to=[TO]))
    assert (placed.session_id, placed.status, placed.call_id) == (
        "HD_24d73b4518bc",
        "ringing",
        None,
    )
    assert api.asked[0].line == "POST /v1/calls"
    assert api.asked[0].body == {"from": FROM, "to": [TO]}
    assert api.asked[0].headers["idempotency-key"] == placed.idempotency_key


async def test_everything_that_can_be_given_goes_along(
    api: ScriptedApi, sautikit: SautiKit
) -> None:
    api.replies = [PLACED]
    order = CallOrder(
        from_=FROM,
        to=[TO, "+254733000000"],
        caller_id=FROM,
        voice_callback_url="https://voice.example.ke/out",
        client_request_id="message-7",
        control="mcp",
        hold_audio_url="https://storage.sautikit.com/hold.wav",
        control_timeout_ms=5000,
        fallback_actions=[{"hangup": {}}],
        opening_actions=[{"say": {"text": "Hello"}}],
    )
    await sautikit.calls.place(order, idempotency_key="message-7-once")
    assert api.asked[0].headers["idempotency-key"] == "message-7-once"
    assert api.asked[0].body == {
        "from": FROM,
        "to": [TO, "+254733000000"],
        "caller_id": FROM,
        "voice_callback_url": "https://voice.example.ke/out",
        "client_request_id": "message-7",
        "control": "mcp",
        "hold_audio_url": "https://storage.sautikit.com/hold.wav",
        "control_timeout_ms": 5000,
        "fallback_actions": [{"hangup": {}}],
        "opening_actions": [{"say": {"text": "Hello"}}],
    }


async def test_after_a_fault_the_call_is_placed_with_the_same_key(
    api: ScriptedApi, sautikit: SautiKit
) -> None:
    api.replies = [refusal(500, "internal_error"), Reply(cut_after=-1), PLACED]
    await sautikit.calls.place(CallOrder(from_=FROM, to=[TO]))
    keys = [asked.headers["idempotency-key"] for asked in api.asked]
    assert len(keys) == 3
    assert len(set(keys)) == 1


async def test_two_calls_have_two_keys(api: ScriptedApi, sautikit: SautiKit) -> None:
    api.replies = [PLACED, PLACED]
    one = await sautikit.calls.place(CallOrder(from_=FROM, to=[TO]))
    other = await sautikit.calls.place(CallOrder(from_=FROM, to=[TO]))
    assert one.idempotency_key != other.idempotency_key


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (402, "wallet.insufficient_funds", WalletEmpty),
        (409, "idempotency.conflict", Conflict),
    ],
)
async def test_a_call_that_is_refused_says_why(
    api: ScriptedApi, sautikit: SautiKit, status: int, code: str, kind: type[CarrierError]
) -> None:
    api.replies = [refusal(status, code)]
    with pytest.raises(kind):
        await sautikit.calls.place(CallOrder(from_=FROM, to=[TO]))
    assert len(api.asked) == 1


@pytest.mark.parametrize(
    ("label", "rule"),
    [
        ("", "1 to 5000"),
        ("x" * 5001, "1 to 5000"),
        ("mcp:me", "keeps"),
        ("broadcast:all", "keeps"),
        ("two words", "to ride"),
        ("a,b", "to ride"),
        ("{a", "to ride"),
        ("a'b", "to ride"),
        ('a"b', "to ride"),
        ("line\nend", "to ride"),
        ("é" * 342, "to ride"),
    ],
)
async def test_a_label_that_breaks_a_rule_is_not_sent(
    api: ScriptedApi, sautikit: SautiKit, label: str, rule: str
) -> None:
    with pytest.raises(RequestWrong, match=rule):
        await sautikit.calls.place(CallOrder(from_=FROM, to=[TO], client_request_id=label))
    assert api.asked == []


async def test_a_label_that_need_not_ride_may_have_blanks(
    api: ScriptedApi, sautikit: SautiKit
) -> None:
    api.replies = [PLACED]
    order = CallOrder(from_=FROM, to=[TO], client_request_id="for Mr. Otieno", label_rides=False)
    await sautikit.calls.place(order)
    assert api.asked[0].body["client_request_id"] == "for Mr. Otieno"


def test_what_can_ride() -> None:
    assert rides("msg-1")
    assert rides("é" * 341)
    assert not rides("é" * 342), "2,052 bytes in a URL"


@pytest.mark.parametrize("to", [[], "+254722000000"])
async def test_nobody_to_ring_is_not_sent(
    api: ScriptedApi, sautikit: SautiKit, to: list[str]
) -> None:
    with pytest.raises(RequestWrong, match="list of at least one"):
        await sautikit.calls.place(CallOrder(from_=FROM, to=to))


@pytest.mark.parametrize("key", ["two words", "x" * 256, "é"])
async def test_an_idempotency_key_that_no_header_takes_is_not_sent(
    api: ScriptedApi, sautikit: SautiKit, key: str
) -> None:
    with pytest.raises(RequestWrong, match="idempotency"):
        await sautikit.calls.place(CallOrder(from_=FROM, to=[TO]), idempotency_key=key)


async def test_calls_are_listed_by_filters(api: ScriptedApi, sautikit: SautiKit) -> None:
    api.replies = [Reply(200, {"data": [{"id": "c-1"}, {"id": "c-2"}], "next_cursor": "c-2"})]
    page = await sautikit.calls.list(
        status="completed", direction="inbound", q="x", session_id="HD_1", from_="a", to="b"
    )
    assert [call.id for call in page.calls] == ["c-1", "c-2"]
    assert page.next_cursor == "c-2"
    assert api.asked[0].query == {
        "status": "completed",
        "direction": "inbound",
        "q": "x",
        "session_id": "HD_1",
        "from": "a",
        "to": "b",
        "limit": "25",
    }


@pytest.mark.parametrize("limit", [0, 101])
async def test_a_page_has_one_to_a_hundred(sautikit: SautiKit, limit: int) -> None:
    with pytest.raises(RequestWrong, match="1 to 100"):
        await sautikit.calls.list(limit=limit)


def page(first: int, count: int, cursor: str | None) -> Reply:
    rows = [{"id": f"c-{nth}"} for nth in range(first, first + count)]
    return Reply(200, {"data": rows, "next_cursor": cursor})


async def test_each_call_of_every_page_comes_once(api: ScriptedApi, sautikit: SautiKit) -> None:
    api.replies = [page(0, 2, "a"), page(2, 2, "b"), page(4, 1, None)]
    seen = [call.id async for call in sautikit.calls.each(status="completed")]
    assert seen == ["c-0", "c-1", "c-2", "c-3", "c-4"]
    assert [asked.query.get("cursor") for asked in api.asked] == [None, "a", "b"]
    assert {asked.query["status"] for asked in api.asked} == {"completed"}


async def test_no_more_calls_come_than_were_wanted(api: ScriptedApi, sautikit: SautiKit) -> None:
    api.replies = [page(0, 2, "a"), page(2, 2, "b")]
    assert len([call async for call in sautikit.calls.each(most=3)]) == 3


async def test_a_cursor_that_comes_back_ends_the_walk(api: ScriptedApi, sautikit: SautiKit) -> None:
    api.otherwise = lambda _asked: page(0, 1, "again")
    assert len([call async for call in sautikit.calls.each()]) == 2


@pytest.mark.parametrize("wrapped", [True, False])
@pytest.mark.parametrize("call", ["HD_24d73b4518bc", "01931f6e-0000-7000-8000-000000000001"])
async def test_a_call_is_shown_by_either_id(
    api: ScriptedApi, sautikit: SautiKit, call: str, wrapped: bool
) -> None:
    row = {
        "id": "01931f6e",
        "session_id": "HD_24d73b4518bc",
        "status": "completed",
        "duration_seconds": 61,
        "cost_minor": 305,
        "cost_currency": "KES",
        "failure_code": None,
        "metadata": {"any": "thing"},
        "events": [{"type": "answered"}],
        "new_field": 1,
    }
    api.replies = [Reply(200, {"call": row} if wrapped else row)]
    shown = await sautikit.calls.show(call)
    assert api.lines == [f"GET /v1/calls/{call}"]
    assert shown.session_id == "HD_24d73b4518bc"
    assert shown.cost == Money(305, "KES")
    assert shown.events == ({"type": "answered"},)
    assert shown.answered_at is None


async def test_a_cost_that_is_not_known_yet_is_none(api: ScriptedApi, sautikit: SautiKit) -> None:
    api.replies = [Reply(200, {"call": {"id": "c", "cost_minor": None}})]
    assert (await sautikit.calls.show("HD_1")).cost is None


async def test_a_call_that_is_not_there_is_told_with_the_platforms_own_code(
    api: ScriptedApi, sautikit: SautiKit
) -> None:
    api.replies = [refusal(404, "calls.not_found", "no such call")]
    with pytest.raises(NotFound, match=r"calls\.not_found") as caught:
        await sautikit.calls.show("HD_0")
    assert (caught.value.status, caught.value.request_id) == (404, "req-7")


async def test_a_call_is_hung_up(api: ScriptedApi, sautikit: SautiKit) -> None:
    api.replies = [Reply(200, {"call_id": "u", "status": "hung_up"})]
    await sautikit.calls.hang_up("HD_1f2e3d4c5b6a")
    assert api.lines == ["POST /v1/calls/HD_1f2e3d4c5b6a/hangup"]


async def test_a_hang_up_gives_up_after_its_second_try(
    api: ScriptedApi, sautikit: SautiKit
) -> None:
    api.otherwise = lambda _asked: refusal(500, "internal_error")
    with pytest.raises(CarrierError, match="could not hang up"):
        await sautikit.calls.hang_up("HD_1")
    assert len(api.asked) == 2


LINK = "https://storage.sautikit.com/r/1.wav?signature=s3cr3t"


async def test_a_recording_that_is_ready_has_an_address_that_is_not_shown_whole(
    api: ScriptedApi, sautikit: SautiKit
) -> None:
    api.replies = [Reply(302, None, {"Location": LINK})]
    found = await sautikit.calls.recording("HD_1")
    assert isinstance(found, RecordingReady)
    assert found.url == LINK
    assert "s3cr3t" not in repr(found)
    assert "storage.sautikit.com/r/1.wav" in repr(found)


async def test_an_address_without_a_host_is_the_platforms_own(
    api: ScriptedApi, sautikit: SautiKit
) -> None:
    api.replies = [Reply(302, None, {"Location": "/recordings/1.wav"})]
    assert await sautikit.calls.recording("HD_1") == RecordingReady(
        url=f"{api.url}/recordings/1.wav"
    )


@pytest.mark.parametrize(
    ("body", "after_s"),
    [
        ({"status": "pending", "retry_after_seconds": 12}, 12.0),
        ({"status": "pending"}, 30.0),
        ({"retry_after_seconds": "soon"}, 30.0),
        ([], 30.0),
        (None, 30.0),
    ],
)
async def test_a_recording_that_is_being_made_says_when(
    api: ScriptedApi, sautikit: SautiKit, body: object, after_s: float
) -> None:
    api.replies = [Reply(202, body)]
    assert await sautikit.calls.recording("HD_1") == RecordingPending(retry_after_s=after_s)


async def test_a_redirect_that_leads_nowhere_is_told(api: ScriptedApi, sautikit: SautiKit) -> None:
    api.replies = [Reply(302)]
    with pytest.raises(CarrierError, match="leads nowhere"):
        await sautikit.calls.recording("HD_1")


async def test_a_recording_is_waited_for_at_the_integrators_times(
    api: ScriptedApi, sautikit: SautiKit, time: OwnTime
) -> None:
    missing = Reply(404, {"code": "recording_not_found", "reason": "not yet"})
    api.replies = [missing] * 4 + [Reply(302, None, {"Location": LINK})]
    began = time.now_s
    assert (await sautikit.calls.wait_for_recording("HD_1")).url == LINK
    assert time.slept == [0.8, 1.6, 3.6, 8.0]
    assert time.now_s - began == 14.0


async def test_a_recording_that_was_never_made_is_not_waited_for_longer(
    api: ScriptedApi, sautikit: SautiKit
) -> None:
    api.otherwise = lambda _asked: Reply(404, {"code": "recording_not_found"})
    with pytest.raises(NotFound):
        await sautikit.calls.wait_for_recording("HD_1")
    assert len(api.asked) == 5


async def test_a_recording_that_is_being_made_is_asked_for_when_the_platform_says(
    api: ScriptedApi, sautikit: SautiKit, time: OwnTime
) -> None:
    missing = Reply(404, {"code": "recording_not_found"})
    pending = Reply(202, {"retry_after_seconds": 20})
    api.replies = [missing, pending, Reply(202), Reply(302, None, {"Location": LINK})]
    await sautikit.calls.wait_for_recording("HD_1")
    assert time.slept == [0.8, 20.0, 30.0]


async def test_a_recording_that_takes_too_long_is_told_as_pending(
    api: ScriptedApi, sautikit: SautiKit
) -> None:
    api.otherwise = lambda _asked: Reply(202, {"retry_after_seconds": 0})
    with pytest.raises(CarrierError, match="recording_pending"):
        await sautikit.calls.wait_for_recording("HD_1", within_s=5.0)
    assert len(api.asked) == 6


async def test_a_recording_that_is_lost_says_why_and_is_not_asked_for_again(
    api: ScriptedApi, sautikit: SautiKit
) -> None:
    reason = "pbx_deleted_before_capture"
    api.replies = [Reply(410, {"code": "recording_unavailable", "reason": reason})]
    with pytest.raises(Gone) as caught:
        await sautikit.calls.wait_for_recording("HD_1")
    assert caught.value.message == reason
    assert len(api.asked) == 1


@pytest.mark.parametrize(
    ("cost_minor", "rate", "length_s", "has_it"),
    [
        (10, 0, 60, True),
        (0, 0, 60, False),
        (150, 100, 61, None),
        (201, 100, 61, True),
        (10, None, 60, None),
        (None, 0, 60, None),
        (10, 100, None, None),
    ],
)
def test_a_bill_tells_of_a_dialled_leg_if_it_is_higher_than_the_callers_own(
    cost_minor: int | None, rate: int | None, length_s: int | None, has_it: bool | None
) -> None:
    detail = CallDetail(
        id="c", cost_minor=cost_minor, rate_per_minute_minor=rate, duration_seconds=length_s
    )
    assert detail.has_paid_leg_beside is has_it
