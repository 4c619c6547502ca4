"""Numbers, in every spelling that the platform's sources have."""

from __future__ import annotations

import pytest
from tests.fakes.scripted_api import Asked, Reply, ScriptedApi, refusal

from mapokezi.carrier import (
    AvailableNumber,
    Denied,
    NotFound,
    Refused,
    RequestWrong,
    SautiKit,
    WalletEmpty,
)
from mapokezi.units import Money

pytestmark = pytest.mark.anyio

DOCUMENTED = {
    "id": "inv-1",
    "number": "+254209000001",
    "country": "KE",
    "capabilities": ["voice"],
    "monthly_price_minor": 10_000,
    "inbound_per_min_minor": 0,
    "outbound_per_min_minor": 300,
    "currency": "KES",
}
SEEN = {
    "inventory_id": "inv-1",
    "e164": "+254209000001",
    "country": "KE",
    "capabilities": {"voice": True, "sms": False},
    "monthly_retail_minor": "10000",
    "inbound_per_min_minor": 0,
    "outbound_per_min_minor": 300.0,
    "currency": "KES",
    "colour": "unheard of",
}
OWN = {
    "id": "n-1",
    "e164": "+254209000001",
    "country_iso2": "KE",
    "status": "active",
    "monthly_retail_minor": 10_000,
    "currency": "KES",
    "claimed_at": "2026-11-01T08:00:00Z",
    "capabilities": "voice, sms",
    "voice_callback_url": "https://old.example.ke/voice",
    "events_url": None,
}
NEW = "https://voice.example.ke/voice"


@pytest.mark.parametrize("body", [[DOCUMENTED], {"available": [SEEN]}, {"data": [SEEN]}])
async def test_both_forms_of_what_is_to_be_had_come_out_the_same(
    api: ScriptedApi, sautikit: SautiKit, body: object
) -> None:
    api.replies = [Reply(200, body)]
    (number,) = await sautikit.numbers.available()
    assert number == AvailableNumber(
        inventory_id="inv-1",
        e164="+254209000001",
        country="KE",
        capabilities=("voice",),
        monthly_minor=10_000,
        inbound_per_min_minor=0,
        outbound_per_min_minor=300,
        currency="KES",
    )
    assert number.monthly == Money(10_000)
    assert api.asked[0].query == {"country": "KE", "currency": "KES"}


async def test_a_price_that_is_not_told_is_none(api: ScriptedApi, sautikit: SautiKit) -> None:
    api.replies = [Reply(200, [{"id": "inv-1", "number": "+1", "monthly_price_minor": None}])]
    (number,) = await sautikit.numbers.available()
    assert number.monthly is None


async def test_own_numbers_are_listed(api: ScriptedApi, sautikit: SautiKit) -> None:
    api.replies = [Reply(200, {"numbers": [OWN]})]
    (number,) = await sautikit.numbers.list()
    assert (number.id, number.e164, number.country) == ("n-1", "+254209000001", "KE")
    assert (number.status, number.monthly) == ("active", Money(10_000))
    assert number.capabilities == ("voice", "sms")
    assert number.voice_callback_url == "https://old.example.ke/voice"
    assert number.events_url is None


WAYS_TO_CLAIM = [
    ("POST /v1/numbers/available/claim", {"inventory_id": "inv-1"}),
    ("POST /v1/numbers/inv-1/claim", None),
    ("POST /v1/numbers", {"inventory_id": "inv-1"}),
]


@pytest.mark.parametrize("nth", range(3))
@pytest.mark.parametrize("missing", [404, 405])
async def test_a_number_is_claimed_in_the_first_way_that_the_platform_has(
    api: ScriptedApi, sautikit: SautiKit, nth: int, missing: int
) -> None:
    api.replies = [refusal(missing, "no_route")] * nth + [Reply(201, {"number": OWN})]
    claimed = await sautikit.numbers.claim("inv-1")
    assert claimed.id == "n-1"
    assert [(asked.line, asked.body) for asked in api.asked] == WAYS_TO_CLAIM[: nth + 1]


async def test_a_number_that_nobody_has_is_not_found_in_any_way(
    api: ScriptedApi, sautikit: SautiKit
) -> None:
    api.replies = [refusal(404, "numbers.not_found"), refusal(404, "b"), refusal(405, "c")]
    with pytest.raises(NotFound, match=r"numbers\.not_found"):
        await sautikit.numbers.claim("inv-1")


async def test_an_empty_wallet_is_told_and_no_other_way_is_tried(
    api: ScriptedApi, sautikit: SautiKit
) -> None:
    api.replies = [refusal(402, "wallet.insufficient_funds")]
    with pytest.raises(WalletEmpty) as caught:
        await sautikit.numbers.claim("inv-1")
    assert "top up" in caught.value.mend
    assert len(api.asked) == 1


WAYS_TO_ROUTE = [
    ("PUT /v1/numbers/n-1/routing", "voice_callback_url"),
    ("PATCH /v1/numbers/n-1/routing", "voice_callback_url"),
    ("PUT /v1/numbers/n-1/routing", "voice_url"),
    ("PATCH /v1/numbers/n-1/routing", "voice_url"),
    ("PATCH /v1/numbers/n-1", "routing_url"),
]


class Router:
    """A platform that knows one way of routing; of the others it says this."""

    def __init__(self, way: tuple[str, str], others: int) -> None:
        self.way, self.others = way, others
        self.url = "https://old.example.ke/voice"
        self.shows = True

    def answer(self, asked: Asked) -> Reply:
        if asked.line == "GET /v1/numbers":
            shown = self.url if self.shows else None
            return Reply(200, {"numbers": [{**OWN, "voice_callback_url": shown}]})
        line, field = self.way
        if asked.line == line and field in asked.body:
            self.url = asked.body[field]
            return Reply(200, {"ok": True})
        if self.others == 200:
            return Reply(200, {"ok": True})
        return refusal(self.others, "not_so")


@pytest.mark.parametrize("way", WAYS_TO_ROUTE)
@pytest.mark.parametrize("others", [404, 405, 400, 422, 200])
async def test_a_number_is_routed_in_the_way_that_the_platform_takes(
    api: ScriptedApi, sautikit: SautiKit, way: tuple[str, str], others: int
) -> None:
    router = Router(way, others)
    api.otherwise = router.answer
    routed = await sautikit.numbers.route("n-1", NEW)
    assert router.url == NEW
    assert routed.confirmed
    assert routed.way.startswith(way[0].split()[0])
    assert routed.way.endswith(way[1])
    changes = [asked for asked in api.asked if asked.method != "GET"]
    assert [(asked.line, next(iter(asked.body))) for asked in changes] == (
        WAYS_TO_ROUTE[: WAYS_TO_ROUTE.index(way) + 1]
    )


async def test_events_and_secret_go_along_and_what_is_not_given_is_not_sent(
    api: ScriptedApi, sautikit: SautiKit
) -> None:
    api.otherwise = Router(WAYS_TO_ROUTE[0], 404).answer
    await sautikit.numbers.route("n-1", NEW)
    assert api.asked[0].body == {"voice_callback_url": NEW}
    api.asked.clear()
    await sautikit.numbers.route(
        "n-1", NEW, events_url="https://voice.example.ke/events", signing_secret="s"
    )
    assert api.asked[0].body == {
        "voice_callback_url": NEW,
        "events_url": "https://voice.example.ke/events",
        "voice_signing_secret": "s",
    }


async def test_a_platform_that_does_not_show_the_routing_is_believed(
    api: ScriptedApi, sautikit: SautiKit
) -> None:
    router = Router(WAYS_TO_ROUTE[0], 404)
    router.shows = False
    api.otherwise = router.answer
    assert not (await sautikit.numbers.route("n-1", NEW)).confirmed


async def test_a_key_that_may_not_list_does_not_keep_from_routing(
    api: ScriptedApi, sautikit: SautiKit
) -> None:
    api.replies = [Reply(200, {}), refusal(403, "api_key.scope_denied")]
    assert not (await sautikit.numbers.route("n-1", NEW)).confirmed


async def test_routing_that_is_said_to_be_done_and_is_not_is_an_error(
    api: ScriptedApi, sautikit: SautiKit
) -> None:
    api.otherwise = Router(("none", "none"), 200).answer
    with pytest.raises(Refused, match="shows another address still"):
        await sautikit.numbers.route("n-1", NEW)


async def test_routing_that_the_key_may_not_do_is_told_at_once(
    api: ScriptedApi, sautikit: SautiKit
) -> None:
    api.replies = [refusal(403, "api_key.scope_denied")]
    with pytest.raises(Denied) as caught:
        await sautikit.numbers.route("n-1", NEW)
    assert "`numbers.claim`" in caught.value.mend
    assert len(api.asked) == 1


async def test_a_voice_url_that_is_none_is_not_sent(api: ScriptedApi, sautikit: SautiKit) -> None:
    with pytest.raises(RequestWrong, match="no web address"):
        await sautikit.numbers.route("n-1", "voice.example.ke")
    assert api.asked == []


async def test_a_number_is_released(api: ScriptedApi, sautikit: SautiKit) -> None:
    api.replies = [Reply(204)]
    await sautikit.numbers.release("n-1")
    assert api.lines == ["DELETE /v1/numbers/n-1"]
