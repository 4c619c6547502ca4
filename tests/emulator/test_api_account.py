"""Keys, faults on purpose, wallet, prices, webhooks, uploads."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from mapokezi.audio.wav import wav_bytes
from mapokezi.emulator.settings import ApiKey
from mapokezi.telephony.signature import SIGNATURE_HEADER, SignatureVerdict, verify

if TYPE_CHECKING:
    from tests.emulator.conftest import Rigs

pytestmark = pytest.mark.anyio


def code_of(answer: Any) -> str:
    return str(answer.json()["error"]["code"])


@pytest.mark.parametrize(
    ("state", "status", "code"),
    [
        ("invalid", 401, "api_key.invalid"),
        ("expired", 401, "api_key.expired"),
        ("revoked", 401, "api_key.revoked"),
        ("no-scope", 403, "api_key.scope_denied"),
        ("suspended", 403, "account.suspended"),
    ],
)
async def test_a_key_may_be_good_for_nothing(
    rigs: Rigs, state: str, status: int, code: str
) -> None:
    async with rigs(api_key=state) as rig:
        refused = await rig.rest("GET", "/v1/calls")
        assert (refused.status_code, code_of(refused)) == (status, code)
        assert refused.json()["error"]["request_id"].startswith("req_")
        assert (await rig.rest("GET", "/v1/public/pricing")).status_code == 200


async def test_a_key_of_few_scopes(rigs: Rigs) -> None:
    keys = (ApiKey("reader", frozenset({"calls.read"})),)
    async with rigs(more_keys=keys) as rig:
        assert (await rig.rest("GET", "/v1/calls", key="reader")).status_code == 200
        refused = await rig.rest("GET", "/v1/wallet", key="reader")
        assert (refused.status_code, code_of(refused)) == (403, "api_key.scope_denied")
        assert (await rig.rest("GET", "/v1/wallet", key="nobody's")).status_code == 401


@pytest.mark.parametrize(("fault", "code"), [("429", "rate_limited"), ("500", "internal_error"),
                                             ("503", "service_unavailable")])  # fmt: skip
async def test_a_fault_for_so_many_requests(rigs: Rigs, fault: str, code: str) -> None:
    async with rigs(rest=fault, rest_times=2) as rig:
        answers = [await rig.rest("GET", "/v1/wallet") for _ in range(3)]
        assert [answer.status_code for answer in answers] == [int(fault), int(fault), 200]
        assert code_of(answers[0]) == code
        assert ("retry-after" in answers[0].headers) is (fault == "429")


async def test_connections_that_drop_and_answers_that_are_garbled(rigs: Rigs) -> None:
    async with rigs(rest="dropped", rest_times=1) as rig:
        with pytest.raises(httpx2.RemoteProtocolError):
            await rig.rest("GET", "/v1/wallet")
        await rig.rest("PATCH", "/emulator/modes", {"rest": "garbled"})
        garbled = await rig.rest("GET", "/v1/calls")
        assert garbled.status_code == 200
        with pytest.raises(json.JSONDecodeError):
            garbled.json()


async def test_a_slow_api(rigs: Rigs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mapokezi.emulator.api.envelope.SLOW_S", 0.3)
    async with rigs(rest="slow") as rig:
        began = time.monotonic()
        assert (await rig.rest("GET", "/v1/wallet")).status_code == 200
        assert time.monotonic() - began >= 0.3


async def test_both_paths_to_the_wallet_its_threshold_and_money(rigs: Rigs) -> None:
    async with rigs(balance_minor=60_000) as rig:
        one, other = [
            (await rig.rest("GET", path)).json() for path in ("/v1/wallet", "/v1/wallet/balance")
        ]
        assert one == other
        assert (one["balance_minor"], one["currency"], one["status"]) == (60_000, "KES", "ok")
        low = await rig.rest("PATCH", "/v1/wallet/threshold", {"threshold_minor": 60_001})
        assert low.json()["status"] == "low"
        order = {"provider": "mpesa", "amount_minor": 500, "currency": "KES"}
        assert (await rig.rest("POST", "/v1/topups", order)).status_code == 201
        assert (await rig.rest("GET", "/v1/wallet")).json()["balance_minor"] == 60_500
        abroad = await rig.rest("POST", "/v1/topups", {**order, "currency": "UGX"})
        assert code_of(abroad) == "currency.unsupported"
        assert (await rig.rest("POST", "/v1/topups", {"amount_minor": "x"})).status_code == 400
        for mode, status in (("empty", "empty"), ("low", "low")):
            await rig.rest("PATCH", "/emulator/modes", {"wallet": mode})
            assert (await rig.rest("GET", "/v1/wallet")).json()["status"] == status


async def test_prices_need_no_key(rigs: Rigs) -> None:
    async with rigs(outbound_per_min=450) as rig:
        prices = (await rig.rest("GET", "/v1/public/pricing", key="none")).json()
        assert prices["outbound_per_min_kes"] == 4.5
        assert prices["recording_free_gb"] == 5


async def test_a_webhook_of_the_workspace_is_told_and_signed(rigs: Rigs) -> None:
    async with rigs(balance_minor=60_000) as rig:
        office = rig.receptionist
        order = {"url": f"{office.base_url}/hook", "events": ["wallet.low_balance"]}
        made = (await rig.rest("POST", "/v1/webhooks", order)).json()
        assert made["secret"].startswith("whsec_")
        assert "secret" not in (await rig.rest("GET", "/v1/webhooks")).json()["webhooks"][0]
        path = f"/v1/webhooks/{made['id']}"
        rotated = (await rig.rest("POST", f"{path}/rotate-secret")).json()
        assert rotated["secret"] != made["secret"]
        await rig.rest("PATCH", "/emulator/wallet", {"balance_minor": 49_999})
        told = await office.post_with(lambda post: post.path == "/hook")
        body = json.loads(told.body)
        assert (body["kind"], body["data"]["balance_minor"]) == ("wallet.low_balance", 49_999)
        signature = told.headers[SIGNATURE_HEADER.lower()]
        verdict = verify(signature, told.body, [rotated["secret"]], time.time())
        assert verdict is SignatureVerdict.GOOD
        assert (await rig.rest("DELETE", path)).status_code == 204
        assert (await rig.rest("POST", f"{path}/rotate-secret")).status_code == 404
        calls = {"url": order["url"], "events": ["call.completed"]}
        refused = await rig.rest("POST", "/v1/webhooks", calls)
        assert code_of(refused) == "webhooks.invalid_event", "calls go to a number's events URL"


async def test_an_upload_can_be_played(rigs: Rigs, sine: Any) -> None:
    async with rigs() as rig:
        sound = wav_bytes(sine(800, 300, 8000), 8000)
        headers = {"Authorization": f"Bearer {rig.emulator.settings.api_key}"}
        async with httpx2.AsyncClient(base_url=rig.emulator.base_url, headers=headers) as client:
            kept = await client.post("/v1/uploads/audio", files={"file": ("a.wav", sound)})
            assert kept.status_code == 201, kept.text
            assert (kept.json()["size_bytes"], kept.json()["mime_type"]) == (
                len(sound),
                "audio/wav",
            )
            refused = await client.post("/v1/uploads/audio", files={"file": ("a.txt", b"words")})
            assert code_of(refused) == "uploads.unsupported"
            assert (await client.post("/v1/uploads/audio", content=b"x")).status_code == 400
            assert (await client.get("/uploads/none.wav")).status_code == 404
        url = kept.json()["url"]
        rig.receptionist.answer_first(f"<Response><Play>{url}</Play></Response>")
        phone = await rig.call()
        await phone.hears(800, 200)
        await phone.cdr()


async def test_events_are_retried_by_the_clock_and_end_as_dead_letters(rigs: Rigs) -> None:
    async with rigs(
        number={"events_url": "/nowhere"}, event_retries="seconds", clock_speed=1000
    ) as rig:
        rig.receptionist.answer_first("<Response><Hangup/></Response>")
        await (await rig.call()).cdr()
        async with asyncio.timeout(30):
            while True:
                rows = (await rig.rest("GET", "/emulator/deliveries")).json()["deliveries"]
                if rows and all(row["state"] == "dead_letter" for row in rows):
                    break
                await asyncio.sleep(0.02)
        assert {row["kind"] for row in rows} == {"call.started", "call.failed"}
        assert all(row["attempts"] == [404] * 5 for row in rows)
