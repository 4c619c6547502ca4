"""The REST API of calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.emulator.conftest import Rigs

pytestmark = pytest.mark.anyio


async def test_rest_gives_calls_and_guards_them(rigs: Rigs) -> None:
    async with rigs() as rig:
        office = rig.receptionist
        office.answer = lambda post: (
            "<Response><Hangup/></Response>" if post.state == "Ringing" else "<Response/>"
        )
        ids = []
        for _ in range(3):
            phone = await rig.call()
            ids.append((await phone.cdr())["id"])
        one = (await rig.rest("GET", f"/v1/calls/{ids[0]}")).json()["call"]
        by_session = (await rig.rest("GET", f"/v1/calls/{one['session_id']}")).json()["call"]
        assert by_session["id"] == ids[0]
        assert (one["remote_e164"], one["local_e164"]) == ("+254722000001", "+254209000000")
        assert one["events"][0]["type"] == "ringing"
        page = (await rig.rest("GET", "/v1/calls?limit=2")).json()
        assert [row["id"] for row in page["data"]] == [ids[2], ids[1]]
        rest = (await rig.rest("GET", f"/v1/calls?cursor={page['next_cursor']}")).json()
        assert [row["id"] for row in rest["data"]] == [ids[0]]
        assert rest["next_cursor"] is None
        missing = await rig.rest("GET", "/v1/calls/HD_000000000000")
        assert (missing.status_code, missing.json()["error"]["code"]) == (404, "calls.not_found")
        gone = await rig.rest("POST", "/v1/calls/none/hangup")
        assert gone.status_code == 404
        refused = await rig.rest("GET", "/v1/calls", key="wrong")
        assert (refused.status_code, refused.json()["error"]["code"]) == (401, "api_key.invalid")
        assert (await rig.rest("GET", "/v1/calls?limit=x")).status_code == 400
        outside = await rig.rest("GET", "/recordings/..%2f..%2fetc%2fpasswd")
        assert outside.status_code == 404
