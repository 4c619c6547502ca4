"""How streams misbehave, by the modes; and that the caller's line stays what it was."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest

if TYPE_CHECKING:
    from tests.emulator.conftest import Rigs

pytestmark = pytest.mark.anyio
Sine = Callable[..., bytes]
BOTH = 'outputSamplingRate="16000" bidirectionalSamplingRate="16000" track="both_tracks"'


@pytest.mark.parametrize("after_s", [0.3])
async def test_cut_without_a_close_frame(rigs: Rigs, after_s: float) -> None:
    async with rigs(stream_fault="cut", stream_fault_s=after_s) as rig:
        office = rig.receptionist
        office.answer_first(office.stream(tail="<Say>Sorry.</Say>"))
        phone = await rig.call()
        media = await office.next_media()
        await media.closed.wait()
        assert media.close_code not in (1000, 1001)
        assert (await phone.event("stream_fault"))["fault"] == "cut"
        await phone.event("said", text="Sorry.")
        await phone.cdr()


async def test_frozen_the_socket_stays_and_nothing_moves(rigs: Rigs, sine: Sine) -> None:
    async with rigs(stream_fault="frozen", stream_fault_s=0.3) as rig:
        office = rig.receptionist
        office.answer_first(office.stream())
        phone = await rig.call()
        media = await office.next_media()
        await phone.event("stream_fault")
        frames = len(media.frames)
        await media.say(sine(800, 400))
        await phone.lives(600)
        assert len(media.frames) <= frames + 1
        assert phone.heard_ms(800) == 0
        assert not media.closed.is_set()
        await phone.hang_up()


async def test_mute_it_opens_and_nothing_comes(rigs: Rigs, sine: Sine) -> None:
    async with rigs(stream_fault="mute") as rig:
        office = rig.receptionist
        office.answer_first(office.stream())
        phone = await rig.call()
        media = await office.next_media()
        await media.say(sine(800, 400))
        await phone.lives(600)
        assert (media.texts, media.frames, phone.heard_ms(800)) == ([], [], 0)
        await phone.hang_up()


async def test_refused_nobody_was_asked(rigs: Rigs) -> None:
    async with rigs(stream_fault="refused") as rig:
        office = rig.receptionist
        office.answer_first(office.stream(tail="<Hangup/>"))
        phone = await rig.call()
        assert (await phone.event("stream_failed"))["reason"] == "Unable to connect"
        await phone.cdr()
        assert office.handshakes == []


@pytest.mark.parametrize(("after", "muted"), [("mute-next", True), ("normal", False)])
async def test_unreachable_and_the_next_stream(rigs: Rigs, after: str, muted: bool) -> None:
    async with rigs(
        stream_fault="unreachable", handshake_timeout_s=0.2, after_timeout=after
    ) as rig:
        office = rig.receptionist
        office.answer = lambda post: office.stream() if post.state == "Ringing" else "<Response/>"
        first = await rig.call()
        await first.event("stream_handshake_timed_out")
        assert "stream_failed" not in first.kinds(), "no event at all"
        await first.hang_up()
        await rig.rest("PATCH", "/emulator/modes", {"stream-fault": "none"})
        second = await rig.call()
        media = await office.next_media()
        await second.event("answered")
        await second.lives(400)
        assert (media.frames == []) is muted
        await second.hang_up()


async def test_a_late_start_brings_one_large_first_message(rigs: Rigs) -> None:
    async with rigs(stream_start="late") as rig:
        office = rig.receptionist
        office.answer_first(office.stream())
        phone = await rig.call()
        media = await office.next_media()
        await media.frames_after(5)
        assert 20_000 <= len(media.frames[0]) <= 32_000, "0.7 s, measured: 23,680 bytes"
        assert {len(frame) for frame in media.frames[2:]} == {640}
        await phone.hang_up()


@pytest.mark.parametrize(("mix", "size"), [("stereo", 1280), ("mixed", 640), ("mono", 640)])
async def test_both_tracks_in_three_forms(rigs: Rigs, sine: Sine, mix: str, size: int) -> None:
    async with rigs(both_tracks=mix) as rig:
        office = rig.receptionist
        office.answer_first(office.stream(rates=BOTH))
        phone = await rig.call()
        phone.mouth = sine(1000, 200, 8000)
        media = await office.next_media()
        await media.frames_after(30)
        await phone.hang_up()
        assert {len(frame) for frame in media.frames[1:]} == {size}
        loud = np.frombuffer(b"".join(media.frames[15:30]), "<i2")
        assert np.abs(loud.astype(int)).max() > 1000


async def test_a_wideband_channel_asks_for_half_the_pre_buffer(rigs: Rigs, sine: Sine) -> None:
    heard = {}
    for channel in ("narrow", "wideband"):
        async with rigs(channel=channel) as rig:
            office = rig.receptionist
            office.answer_first(office.stream())
            phone = await rig.call()
            phone.mouth = sine(1000, 200, 8000)
            media = await office.next_media()
            await media.frames_after(10)
            await media.say(sine(800, 100))
            await phone.lives(600)
            heard[channel] = phone.heard_ms(800)
            await phone.hang_up()
            assert {len(frame) for frame in media.frames[1:]} == {640}
    assert heard["narrow"] == 0, "100 ms are less than 160"
    assert heard["wideband"] >= 60, "and more than 80"


@pytest.mark.parametrize(("pongs", "answered"), [("answered", True), ("none", False)])
async def test_pings(rigs: Rigs, pongs: str, answered: bool) -> None:
    async with rigs(pongs=pongs) as rig:
        office = rig.receptionist
        office.answer_first(office.stream())
        phone = await rig.call()
        await office.next_media()
        fork = rig.emulator.platform.calls[0].forks[0]
        sent: list[bytes] = []

        class Wire:
            def send_pong(self, payload: bytes) -> None:
                sent.append(payload)

        fork.pinged(Wire(), b"abc")  # type: ignore[arg-type]
        assert sent == ([b"abc"] if answered else [])
        await phone.hang_up()


@pytest.mark.parametrize(
    ("mode", "tone", "text"),
    [("in-band", True, False), ("text", False, True), ("both", True, True), ("none", False, False)],
)
async def test_keys_reach_the_stream_or_not(rigs: Rigs, mode: str, tone: bool, text: bool) -> None:
    async with rigs(keys=mode) as rig:
        office = rig.receptionist
        office.answer_first(office.stream())
        phone = await rig.call()
        media = await office.next_media()
        await media.frames_after(5)
        await phone.send({"type": "digit", "digit": "5"})
        await phone.lives(500)
        await asyncio.sleep(0)
        sound = np.frombuffer(b"".join(media.frames[3:]), "<i2").astype(int)
        assert bool(np.abs(sound).max() > 1000) is tone
        assert any('"dtmf": "5"' in one for one in media.texts) is text
        await phone.hang_up()


async def test_metadata_that_is_cut_breaks_its_json(rigs: Rigs) -> None:
    async with rigs(metadata="cut") as rig:
        office = rig.receptionist
        office.answer_first(office.stream())
        phone = await rig.call()
        media = await office.next_media()
        await media.frames_after(3)
        assert len(media.texts[0]) == 8192
        await phone.hang_up()


async def test_a_dial_on_an_empty_wallet_rings_nobody(rigs: Rigs) -> None:
    async with rigs(wallet="empty", dial_outcome="untold") as rig:
        rig.receptionist.answer_first("<Response><Dial>+254722000003</Dial></Response>")
        phone = await rig.call()
        assert (await phone.event("dial_refused"))["why"] == "wallet.insufficient_funds"
        row = await phone.cdr()
        assert row["legs"][0]["outcome"] == "failed"
        told = [post.fields for post in rig.receptionist.posts if post.state == "failed"]
        assert told
        assert all("dialCallStatus" not in fields for fields in told)


async def test_what_is_dialled_is_recorded_and_both_legs_are_kept(rigs: Rigs, sine: Sine) -> None:
    from mapokezi.emulator.callees import WAYS

    callees = {"+254722000003": WAYS["decline"]}
    async with rigs(callees=callees, clock_speed=20, keep_legs=True) as rig:
        dial = '<Dial record="true"><Number>+254722000003</Number></Dial>'
        rig.receptionist.answer_first(f"<Response>{dial}</Response>")
        phone = await rig.call()
        phone.mouth = sine(1000, 200, 8000)
        await phone.event("dial_answered")
        await phone.hears(480, 200)
        row = await phone.hang_up()
        await rig.over(row)
        told = (await rig.rest("GET", f"/emulator/calls/{row['id']}")).json()
        assert set(told["heard"]) == {"+254722000001", "+254722000003"}
        assert (await rig.rest("GET", f"/v1/calls/{row['id']}/recording")).status_code == 302
