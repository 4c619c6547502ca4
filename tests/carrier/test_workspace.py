"""Conferences, the wallet, webhooks and the public price list."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.fakes.scripted_api import Reply, ScriptedApi, refusal

from mapokezi.carrier import NotFound, RequestWrong, SautiKit, ScopeDenied, Webhook
from mapokezi.units import Money

pytestmark = pytest.mark.anyio


async def test_a_conference_is_commanded(api: ScriptedApi, sautikit: SautiKit) -> None:
    api.replies = [Reply(200, {"status": "ok"}), Reply(204), Reply(200, ["done"])]
    answer = await sautikit.conferences.command(
        "hand-off 1/2", "kick", participant="p-1", callback_url="https://voice.example.ke/c"
    )
    assert answer == {"status": "ok"}
    assert api.asked[0].line == "POST /v1/conferences/hand-off%201%2F2/commands"
    assert api.asked[0].body == {
        "command": "kick",
        "participant": "p-1",
        "callback_url": "https://voice.example.ke/c",
    }
    assert await sautikit.conferences.command("room", "mute") == {}
    assert api.asked[1].body == {"command": "mute"}
    assert await sautikit.conferences.command("room", "mute") == {"answer": ["done"]}


@pytest.mark.parametrize(("room", "command"), [("", "mute"), ("..", "mute"), ("room", "")])
async def test_a_command_that_cannot_be_one_is_not_sent(
    api: ScriptedApi, sautikit: SautiKit, room: str, command: str
) -> None:
    with pytest.raises(RequestWrong):
        await sautikit.conferences.command(room, command)
    assert api.asked == []


BALANCE = {
    "workspace_id": "w",
    "balance_minor": 123_45,
    "currency": "KES",
    "low_balance_threshold_minor": 200_00,
}


@pytest.mark.parametrize("body", [BALANCE, {"wallet": BALANCE}])
async def test_the_wallet_tells_what_it_holds(
    api: ScriptedApi, sautikit: SautiKit, body: object
) -> None:
    api.replies = [Reply(200, body)]
    held = await sautikit.wallet.show()
    assert held.balance == Money(12_345)
    assert held.is_low


@pytest.mark.parametrize(
    ("balance", "threshold", "is_low"), [(1, None, False), (0, None, True), (201, 200, False)]
)
async def test_a_wallet_is_low_when_it_is_empty_or_below_its_threshold(
    api: ScriptedApi, sautikit: SautiKit, balance: int, threshold: int | None, is_low: bool
) -> None:
    api.replies = [Reply(200, {"balance_minor": balance, "low_balance_threshold_minor": threshold})]
    assert (await sautikit.wallet.show()).is_low is is_low


@pytest.mark.parametrize("missing", [404, 405])
async def test_the_wallet_of_the_pages_is_asked_if_the_other_is_not_there(
    api: ScriptedApi, sautikit: SautiKit, missing: int
) -> None:
    api.replies = [refusal(missing, "no_route"), Reply(200, BALANCE)]
    await sautikit.wallet.show()
    assert api.lines == ["GET /v1/wallet", "GET /v1/wallet/balance"]


async def test_a_key_without_the_scope_is_told_which(api: ScriptedApi, sautikit: SautiKit) -> None:
    api.replies = [refusal(403, "api_key.scope_denied")]
    with pytest.raises(ScopeDenied) as caught:
        await sautikit.wallet.show()
    assert "`wallet.read`" in caught.value.mend


async def test_the_threshold_is_set_either_way(api: ScriptedApi, sautikit: SautiKit) -> None:
    api.replies = [refusal(405, "no"), Reply(200, {})]
    await sautikit.wallet.warn_below(50_000)
    assert api.lines == ["PATCH /v1/wallet/threshold", "PUT /v1/wallet/threshold"]
    assert api.asked[1].body == {"threshold_minor": 50_000}
    with pytest.raises(RequestWrong):
        await sautikit.wallet.warn_below(-1)


@pytest.mark.parametrize(
    "body",
    [
        {"id": "wh-1", "url": "https://x.ke/h", "events": ["wallet.top_up"], "secret": "whsec_1"},
        {"webhook": {"webhook_id": "wh-1", "signing_secret": "whsec_1"}},
    ],
)
async def test_a_webhook_is_created_and_its_secret_is_not_shown(
    api: ScriptedApi, sautikit: SautiKit, body: object
) -> None:
    api.replies = [Reply(201, body)]
    made = await sautikit.webhooks.create("https://x.ke/h", ["wallet.top_up"])
    assert (made.id, made.secret) == ("wh-1", "whsec_1")
    assert "whsec_1" not in repr(made)
    assert api.asked[0].line == "POST /v1/webhooks"
    assert api.asked[0].body == {"url": "https://x.ke/h", "events": ["wallet.top_up"]}


@pytest.mark.parametrize("events", [[], "wallet.top_up", ["call.completed"]])
async def test_events_that_cannot_be_subscribed_to_are_not_sent(
    api: ScriptedApi, sautikit: SautiKit, events: list[str]
) -> None:
    with pytest.raises(RequestWrong):
        await sautikit.webhooks.create("https://x.ke/h", events)
    assert api.asked == []


async def test_a_secret_is_rotated(api: ScriptedApi, sautikit: SautiKit) -> None:
    api.replies = [Reply(200, {"secret": "whsec_2"})]
    assert await sautikit.webhooks.rotate_secret("wh-1") == Webhook(id="wh-1", secret="whsec_2")
    assert api.lines == ["POST /v1/webhooks/wh-1/rotate-secret"]


async def test_the_price_list_comes_in_money(api: ScriptedApi, sautikit: SautiKit) -> None:
    api.replies = [
        Reply(
            200,
            {
                "currency": "KES",
                "number_monthly_kes": 100,
                "outbound_per_min_kes": 3.0,
                "inbound_per_min_kes": "0.005",
                "recording_free_gb": 5,
            },
        )
    ]
    prices = await sautikit.pricing()
    assert prices.number_monthly == Money(10_000)
    assert prices.outbound_per_min == Money(300)
    assert prices.inbound_per_min == Money(1), "half a cent is rounded up"
    assert prices.recording_free_gb == Decimal(5)


async def test_prices_that_are_not_told_are_none(api: ScriptedApi, sautikit: SautiKit) -> None:
    api.replies = [Reply(200, {})]
    prices = await sautikit.pricing()
    assert prices.number_monthly is None


async def test_a_price_list_that_is_not_there_is_told(api: ScriptedApi, sautikit: SautiKit) -> None:
    api.replies = [refusal(404, "no_route")]
    with pytest.raises(NotFound):
        await sautikit.pricing()
