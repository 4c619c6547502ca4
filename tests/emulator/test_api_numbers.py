"""Numbers over REST: for sale, claimed, routed and released in every spelling."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.emulator.conftest import Rig, Rigs

pytestmark = pytest.mark.anyio

OFFICE_ID = "num-254209000000"


def code_of(answer: Any) -> str:
    return str(answer.json()["error"]["code"])


async def test_what_is_for_sale_has_both_spellings(rigs: Rigs) -> None:
    async with rigs() as rig:
        rows = (await rig.rest("GET", "/v1/numbers/available?country=KE&currency=KES")).json()
        first = rows["available"][0]
        assert first["id"] == first["inventory_id"]
        assert first["number"] == first["e164"]
        assert first["monthly_price_minor"] == 11_600
        abroad = (await rig.rest("GET", "/v1/numbers/available?country=UG")).json()
        assert abroad == {"available": []}


async def test_what_is_for_sale_may_be_a_bare_list(rigs: Rigs) -> None:
    async with rigs(available="bare") as rig:
        rows = (await rig.rest("GET", "/v1/numbers/available")).json()
        assert rows[0]["currency"] == "KES"


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/v1/numbers", "inventory_id"),
        ("/v1/numbers", "e164"),
        ("/v1/numbers/available/claim", "inventory_id"),
        ("/v1/numbers/{inventory_id}/claim", ""),
    ],
)
async def test_three_ways_to_claim(rigs: Rigs, path: str, key: str) -> None:
    async with rigs() as rig:
        rows = (await rig.rest("GET", "/v1/numbers/available")).json()["available"]
        wanted = rows[3]
        body = {key: wanted[key]} if key else None
        claimed = await rig.rest("POST", path.format(**wanted), body)
        assert (claimed.status_code, claimed.json()["e164"]) == (201, wanted["e164"])
        assert rig.emulator.platform.switchboard.wallet.balance_minor == 1_000_000 - 11_600
        listed = (await rig.rest("GET", "/v1/numbers")).json()["numbers"]
        assert [row["e164"] for row in listed][1:] == [wanted["e164"]]
        again = await rig.rest("POST", path.format(**wanted), body)
        assert (again.status_code, code_of(again)) == (404, "numbers.not_available")


async def test_a_wallet_that_is_short_claims_nothing(rigs: Rigs) -> None:
    async with rigs(balance_minor=11_599) as rig:
        refused = await rig.rest("POST", "/v1/numbers", {"inventory_id": "inv-0001"})
        assert (refused.status_code, code_of(refused)) == (402, "wallet.insufficient_funds")


ROUTES = [
    ("put", "PUT", f"/v1/numbers/{OFFICE_ID}/routing", "voice_callback_url"),
    ("patch", "PATCH", f"/v1/numbers/{OFFICE_ID}/routing", "voice_url"),
    ("seed", "PATCH", f"/v1/numbers/{OFFICE_ID}", "routing_url"),
]


@pytest.mark.parametrize(("way", "method", "path", "key"), ROUTES)
async def test_three_ways_to_route(rigs: Rigs, way: str, method: str, path: str, key: str) -> None:
    async with rigs(routing=way) as rig:
        body = {key: f"{rig.receptionist.base_url}/continue", "voice_signing_secret": "shh"}
        routed = await rig.rest(method, path, body)
        assert routed.json()["voice_callback_url"].endswith("/continue")
        for other, its_method, its_path, its_key in ROUTES:
            if other != way:
                refused = await rig.rest(its_method, its_path, {its_key: "http://127.0.0.1:1"})
                assert refused.status_code == 405
        rig.receptionist.answer = lambda post: "<Response><Hangup/></Response>"
        await (await rig.call()).cdr()
        assert rig.receptionist.posts[0].path == "/continue"
        assert "x-sautikit-signature" in rig.receptionist.posts[0].headers
        nothing = await rig.rest(method, path, {"colour": "red"})
        assert (nothing.status_code, code_of(nothing)) == (400, "numbers.invalid_routing")


async def test_a_released_number_rings_nobody(rigs: Rigs) -> None:
    async with rigs() as rig:
        released = await rig.rest("DELETE", f"/v1/numbers/{OFFICE_ID}")
        assert released.json()["status"] == "released"
        phone = await rig.call()
        assert "not in service" in (await phone.event("ended"))["why"]
        assert (await rig.rest("DELETE", f"/v1/numbers/{OFFICE_ID}")).status_code == 404


async def test_a_suspended_number_turns_callers_away(rigs: Rigs) -> None:
    async with rigs() as rig:
        await suspend(rig)
        listed = (await rig.rest("GET", "/v1/numbers")).json()["numbers"]
        assert listed[0]["status"] == "suspended"
        phone = await rig.call()
        await phone.event("platform_message")
        await phone.hang_up()
        assert rig.receptionist.posts == []
        order = {"from": "+254209000000", "to": ["+254722000001"]}
        refused = await rig.rest("POST", "/v1/calls", order)
        assert (refused.status_code, code_of(refused)) == (403, "account.suspended")


async def suspend(rig: Rig) -> None:
    path = "/emulator/numbers/+254209000000/modes"
    await rig.rest("PATCH", path, {"number": "suspended"})
