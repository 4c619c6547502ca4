"""Supervision: who hears whom, what it costs, what is told, and what is refused."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from mapokezi.audio.wav import wav_sound
from mapokezi.emulator.callees import CalleeScript
from mapokezi.emulator.legs import legs_of
from mapokezi.emulator.settings import ApiKey

if TYPE_CHECKING:
    from tests.emulator.conftest import Media, Phone, Rig, Rigs

pytestmark = pytest.mark.anyio

BOSS, CALLER = "+254700000009", "+254722000001"
NOTE_HZ = 620.0
"""Of the supervisor's voice, where nothing speaks."""
SPEAKS = CalleeScript(after_s=0.2, talk_s=1.2, says="One two.")


def strength(pcm: bytes, hz: float, rate_hz: int) -> float:
    """How strong a tone is in its loudest 100 ms."""
    samples = np.frombuffer(pcm, "<i2").astype(float)
    size = rate_hz // 10
    pieces = samples[: samples.size // size * size].reshape(-1, size)
    wave = np.exp(-2j * np.pi * hz * np.arange(size) / rate_hz)
    return float(np.abs(pieces @ wave).max() / size * 2) if pieces.size else 0.0


async def supervised(rig: Rig, body: dict[str, Any], **headers: str) -> tuple[Phone, Media, str]:
    """A call with a stream, and somebody who is asked to supervise it."""
    office = rig.receptionist
    office.answer_first(office.stream())
    phone = await rig.call()
    media = await office.next_media()
    path = f"/v1/calls/{(await phone.event('ringing'))['session_id']}/supervision"
    begun = await rig.rest("POST", path, body, **headers)
    assert begun.status_code == 201, begun.text
    assert begun.json()["supervision"]["status"] == "ringing"
    return phone, media, path


@pytest.mark.parametrize(
    ("mode", "stream_hears", "caller_hears"),
    [("listen", False, False), ("whisper", True, False), ("barge", True, True)],
)
async def test_who_hears_the_supervisor_and_whom_the_supervisor_hears(
    rigs: Rigs, sine: Callable[..., bytes], mode: str, stream_hears: bool, caller_hears: bool
) -> None:
    async with rigs(callees={BOSS: SPEAKS}, keep_legs=True) as rig:
        asked = {"mode": mode, "supervisor": {"phone": BOSS}}
        phone, media, path = await supervised(rig, asked)
        phone.mouth = sine(1000, 200, 8000)
        await phone.event("supervision_began", who=BOSS, mode=mode)
        await media.say(sine(800, 400))
        (call,) = rig.emulator.platform.calls
        legs = {leg.who: leg for leg in legs_of(call)}
        assert (BOSS in legs["the stream receptionist"].hears) is stream_hears
        assert (BOSS in legs[CALLER].hears) is caller_hears
        assert set(legs[BOSS].hears) == {CALLER, "the stream receptionist"}
        assert (await rig.rest("GET", path)).json()["supervision"]["mode"] == mode
        await phone.event("supervision_ended", outcome="answered")
        assert (await rig.rest("GET", path)).status_code == 404
        row = await phone.hang_up()
        await rig.over(row)
        sound = b"".join(media.frames)
        assert (strength(sound, NOTE_HZ, 16_000) > 1000) is stream_hears
        assert (phone.heard_ms(NOTE_HZ) > 0) is caller_hears
        (detail,) = rig.emulator.platform.details.values()
        kept = (rig.emulator.platform.switchboard.recordings / "legs") / detail.sounds[BOSS]
        _, heard = wav_sound(kept.read_bytes())
        assert strength(heard, 1000, 8000) > 1000, "the caller"
        assert strength(heard, 800, 8000) > 1000, "and who answers"
        assert strength(heard, NOTE_HZ, 8000) < 500, "nobody hears oneself"


@pytest.mark.parametrize(
    ("supervisor", "per_min_minor"),
    [({"phone": BOSS}, 600), ({"client": "jane"}, 50), ({"sip": "sip:j@x"}, 50)],
    ids=["phone", "client", "sip"],
)
async def test_what_it_costs_and_what_is_told(
    rigs: Rigs, supervisor: dict[str, str], per_min_minor: int
) -> None:
    """KES 0.50 a minute for a client or SIP, the outbound price for a telephone."""
    (who,) = supervisor.values()
    async with rigs(
        callees={who: SPEAKS},
        outbound_per_min=600,
        event_envelope="a",
        number={"events_url": "/events"},
    ) as rig:
        phone, _, path = await supervised(rig, {"supervisor": supervisor, "label": "quality"})
        await phone.event("supervision_began")
        changed = await rig.rest("PATCH", path, {"mode": "barge"})
        assert changed.json()["supervision"]["mode"] == "barge"
        await phone.event("supervision_ended")
        row = await phone.hang_up()
        (detail,) = rig.emulator.platform.details.values()
        seconds = math.ceil(detail.supervisors[0].talked_s)
        assert seconds >= 2
        assert row["cost_minor"] == math.floor(seconds * per_min_minor / 60 + 0.5)
        await rig.over(row)
        kinds = [
            post.headers["x-sautikit-event-kind"].removeprefix("call.supervision.")
            for post in rig.receptionist.posts
            if "supervision" in post.headers.get("x-sautikit-event-kind", "")
        ]
        assert kinds == ["started", "changed", "ended"]


async def test_the_same_key_rings_nobody_twice_and_there_is_one_at_a_time(rigs: Rigs) -> None:
    async with rigs(callees={BOSS: CalleeScript(after_s=0.0, talk_s=60.0)}) as rig:
        asked = {"supervisor": {"phone": BOSS}, "announce": "both"}
        phone, _, path = await supervised(rig, asked, Idempotency_Key="one")
        await phone.hears(1000, 100)
        again = await rig.rest("POST", path, asked, Idempotency_Key="one")
        assert again.status_code == 201
        other = await rig.rest("POST", path, asked, Idempotency_Key="two")
        assert other.status_code == 409
        assert other.json()["error"]["code"] == "calls.supervision_in_progress"
        ended = await rig.rest("DELETE", path)
        assert ended.json()["supervision"]["status"] == "ended"
        assert ended.json()["supervision"]["id"] == again.json()["supervision"]["id"]
        await rig.rest("POST", path, asked)
        row = await phone.hang_up()
        await rig.over(row)
        assert (await rig.rest("POST", path, asked)).status_code == 409, "the call is over"


async def test_a_supervisor_who_does_not_answer(rigs: Rigs) -> None:
    async with rigs(clock_speed=50) as rig:
        phone, _, _ = await supervised(rig, {"supervisor": {"phone": BOSS}})
        await phone.event("supervision_ended", outcome="no_answer")
        row = await phone.hang_up()
        assert row["cost_minor"] == 0


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "calls.invalid_supervision"),
        ({"supervisor": {"phone": "boss"}}, 400, "calls.invalid_supervision"),
        ({"supervisor": {"pigeon": "x"}}, 400, "calls.invalid_supervision"),
        ({"supervisor": {"phone": BOSS}, "mode": "sing"}, 400, "calls.invalid_supervision"),
        ({"supervisor": {"phone": BOSS}, "announce": "all"}, 400, "calls.invalid_supervision"),
        ({"supervisor": {"phone": BOSS}, "label": "x" * 65}, 400, "calls.invalid_supervision"),
    ],
    ids=str,
)
async def test_what_cannot_be_asked_for(
    rigs: Rigs, body: dict[str, Any], status: int, code: str
) -> None:
    async with rigs() as rig:
        office = rig.receptionist
        office.answer_first(office.stream())
        phone = await rig.call()
        path = f"/v1/calls/{(await phone.event('ringing'))['call_id']}/supervision"
        refused = await rig.rest("POST", path, body)
        assert (refused.status_code, refused.json()["error"]["code"]) == (status, code)
        await phone.hang_up()


async def test_who_may_not(rigs: Rigs) -> None:
    reader = ApiKey("reader", frozenset({"calls.read"}))
    async with rigs(more_keys=(reader,), wallet="empty") as rig:
        office = rig.receptionist
        office.answer_first(office.stream())
        phone = await rig.call()
        path = f"/v1/calls/{(await phone.event('ringing'))['call_id']}/supervision"
        asked = {"supervisor": {"phone": BOSS}}
        assert (await rig.rest("POST", path, asked, key="reader")).status_code == 403
        assert (await rig.rest("POST", path, asked)).status_code == 402
        unknown = await rig.rest("POST", "/v1/calls/HD_000000000000/supervision", asked)
        assert unknown.status_code == 404
        await phone.hang_up()
