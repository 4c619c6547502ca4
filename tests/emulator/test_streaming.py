"""Streams over loopback: both voices, what follows our close, streams that do not open."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest

from mapokezi.emulator.mode_values.streams import MetadataForm

if TYPE_CHECKING:
    from tests.emulator.conftest import Rigs

pytestmark = pytest.mark.anyio
Sine = Callable[..., bytes]
HELD = 'outputSamplingRate="16000"'


def loudest_hz(pcm: bytes, rate_hz: int) -> float:
    samples = np.frombuffer(pcm, "<i2").astype(float)
    return float(np.argmax(np.abs(np.fft.rfft(samples)))) * rate_hz / samples.size


async def test_a_stream_carries_both_voices(rigs: Rigs, sine: Sine) -> None:
    async with rigs(number={"events_url": "/events"}) as rig:
        office = rig.receptionist
        office.answer_first(office.stream())
        phone = await rig.call()
        phone.mouth = sine(1000, 200, 8000)
        media = await office.next_media()
        await media.say(sine(800, 400))
        await phone.hears(800, 300)
        await media.frames_after(40)
        cdr = await phone.hang_up()
        await office.completed()
        await media.closed.wait()

        assert media.close_code == 1000
        sizes = [len(frame) for frame in media.frames]
        assert sizes[0] % 640 == 0, "the backlog, if our 101 was late"
        assert set(sizes[1:]) == {640}
        heard = b"".join(media.frames[-15:-1])
        assert loudest_hz(heard, 16_000) == pytest.approx(1000, abs=8)
        (metadata,) = [json.loads(text) for text in media.texts]
        assert metadata["callSid"] == cdr["session_id"]
        assert office.handshakes[0]["host"] == "127.0.0.1"
        assert office.handshakes[0]["origin"] == "http://127.0.0.1"
        assert "user-agent" not in office.handshakes[0]
        assert "sec-websocket-extensions" not in office.handshakes[0]
        kinds = phone.kinds()
        assert kinds == ["ringing", "answered", "stream_open", "ended"]
        assert office.states() == ["Ringing", "StreamStarted", "StreamStopped", "Completed"]
        assert [post.fields["streamEvent"] for post in office.posts if post.path == "/status"] == [
            "stream-started",
            "stream-stopped",
        ]
        last = office.posts[-1].fields
        assert (last["isActive"], last["sessionId"]) == ("0", cdr["session_id"])
        assert int(last["durationInSeconds"]) >= 0
        assert [
            post.headers.get("x-sautikit-event-kind")
            for post in office.posts
            if post.path == "/events"
        ] == ["call.started", "call.answered", "call.completed"]
        assert (cdr["status"], cdr["hung_up_by"], cdr["cost_minor"]) == ("completed", "caller", 0)


async def test_without_connect_the_call_is_dropped_after_about_a_second(rigs: Rigs) -> None:
    async with rigs(unheld_s=1.0) as rig:
        office = rig.receptionist
        office.answer_first(office.stream(connect=False))
        phone = await rig.call()
        cdr = await phone.cdr()
        answered = await phone.event("answered")
        ended = await phone.event("ended")
        assert 900 <= ended["t_ms"] - answered["t_ms"] <= 1400
        assert (cdr["status"], cdr["hung_up_by"]) == ("completed", "platform")
        assert "stream_not_held" in phone.kinds()
        media = await office.next_media()
        await media.closed.wait()
        assert media.close_code == 1000


async def test_an_empty_document_is_dropped_too(rigs: Rigs) -> None:
    async with rigs(unheld_s=1.0) as rig:
        phone = await rig.call()
        cdr = await phone.cdr()
        assert cdr["duration_seconds"] == 0
        assert 900 <= (await phone.event("ended"))["t_ms"] <= 1500


async def test_without_a_bidirectional_rate_nothing_is_heard(rigs: Rigs, sine: Sine) -> None:
    async with rigs() as rig:
        office = rig.receptionist
        office.answer_first(office.stream(rates=HELD))
        phone = await rig.call()
        media = await office.next_media()
        await media.say(sine(800, 400))
        await media.frames_after(40)
        assert phone.heard_ms(800) == 0
        await phone.hang_up()


async def test_kill_audio_reaches_the_caller_within_a_tick_or_two(rigs: Rigs, sine: Sine) -> None:
    async with rigs() as rig:
        office = rig.receptionist
        office.answer_first(office.stream())
        phone = await rig.call()
        media = await office.next_media()
        await media.say(sine(800, 4000))
        await phone.hears(800, 200)
        await media.socket.send_text('{"type":"killAudio"}')
        killed = await phone.event("kill_audio")
        await media.frames_after(len(media.frames) + 20)
        assert phone.heard_ms(800, since=killed["frame"] + 3) == 0
        await phone.hang_up()


# -- after our close --------------------------------------------------------------------------


async def test_documented_the_next_verb_runs_after_our_close(rigs: Rigs, sine: Sine) -> None:
    async with rigs() as rig:
        office = rig.receptionist
        office.answer_first(office.stream(tail="<Say>Connecting you.</Say><Hangup/>"))
        phone = await rig.call()
        media = await office.next_media()
        await media.say(sine(800, 320))
        await media.close()
        said = await phone.event("said")
        cdr = await phone.cdr()
        assert said["text"] == "Connecting you."
        assert phone.heard_ms(800) >= 200, "what was queued plays to its end"
        assert phone.heard_ms(620) >= 100, "the platform's own voice"
        await office.completed()
        assert office.states() == ["Ringing", "StreamStarted", "Completed"]
        assert cdr["hung_up_by"] == "platform"


async def test_documented_without_a_next_verb_the_voice_url_is_asked(rigs: Rigs) -> None:
    async with rigs() as rig:
        office = rig.receptionist
        documents = {"Ringing": "", "StreamStopped": "<Response><Say>Goodbye.</Say></Response>"}
        documents["Ringing"] = office.stream()
        office.answer = lambda post: (
            documents.get(post.state, "<Response/>") if post.path == "/voice" else "<Response/>"
        )
        phone = await rig.call()
        await (await office.next_media()).close(1011)
        assert (await phone.event("said"))["text"] == "Goodbye."
        await phone.cdr()
        asked = next(post for post in office.posts if post.state == "StreamStopped"
                     and post.path == "/voice")  # fmt: skip
        assert asked.fields["isActive"] == "1"


@pytest.mark.parametrize("answer", ["<Response/>", "<Response><Say>Asked.</Say></Response>"])
async def test_asking_first_obeys_an_answer_and_else_goes_on(rigs: Rigs, answer: str) -> None:
    async with rigs(after_close="ask-first") as rig:
        office = rig.receptionist
        first = office.stream(tail="<Say>The tail.</Say>")
        documents = {"Ringing": first, "StreamStopped": answer}
        office.answer = lambda post: documents.get(post.state, "<Response/>")
        phone = await rig.call()
        await (await office.next_media()).close()
        said = await phone.event("said")
        assert said["text"] == ("Asked." if "Say" in answer else "The tail.")
        await phone.cdr()


async def test_observed_is_dead_air_until_a_hang_up_over_the_api(rigs: Rigs, sine: Sine) -> None:
    async with rigs(after_close="observed", number={"events_url": "/events"}) as rig:
        office = rig.receptionist
        office.answer_first(office.stream(tail="<Say>Never.</Say>"))
        phone = await rig.call()
        media = await office.next_media()
        await media.close()
        await phone.event("dead_air")
        told = await office.post_with(
            lambda post: post.path == "/events" and post.state == "StreamStopped"
        )
        assert told.state == "StreamStopped"
        ringing = await phone.event("ringing")
        answer = await rig.rest("POST", f"/v1/calls/{ringing['session_id']}/hangup")
        assert answer.json() == {"call_id": ringing["call_id"], "status": "hung_up"}
        cdr = await phone.cdr()
        assert cdr["hung_up_by"] == "api"
        again = await rig.rest("POST", f"/v1/calls/{ringing['call_id']}/hangup")
        assert again.status_code == 200
        await office.completed()
        assert office.states() == ["Ringing", "StreamStarted", "Completed"]
        assert "said" not in phone.kinds()


async def test_observed_a_disconnect_by_text_changes_nothing(rigs: Rigs, sine: Sine) -> None:
    async with rigs(after_close="observed") as rig:
        office = rig.receptionist
        office.answer_first(office.stream())
        phone = await rig.call()
        media = await office.next_media()
        await media.socket.send_text('{"type":"disconnect"}')
        await phone.event("stream_event", name="disconnect")
        await media.say(sine(800, 320))
        await phone.hears(800, 200)
        await phone.hang_up()


async def test_documented_a_disconnect_by_text_is_like_our_close(rigs: Rigs) -> None:
    async with rigs() as rig:
        office = rig.receptionist
        office.answer_first(office.stream(tail="<Say>Next.</Say>"))
        phone = await rig.call()
        media = await office.next_media()
        await media.socket.send_text('{"type":"disconnect"}')
        assert (await phone.event("said"))["text"] == "Next."
        await media.closed.wait()
        assert media.close_code == 1000
        await phone.cdr()


async def test_hangup_mode_ends_the_call(rigs: Rigs) -> None:
    async with rigs(after_close="hangup") as rig:
        office = rig.receptionist
        office.answer_first(office.stream(tail="<Say>Never.</Say>"))
        phone = await rig.call()
        await (await office.next_media()).close()
        await phone.cdr()
        assert phone.kinds()[-2:] == ["stream_closed", "ended"]


async def test_a_hold_that_ends_on_kill_audio_runs_the_next_verb(rigs: Rigs) -> None:
    async with rigs(hold="ends-on-kill") as rig:
        office = rig.receptionist
        office.answer_first(office.stream(tail="<Say>Too soon.</Say>"))
        phone = await rig.call()
        media = await office.next_media()
        await media.socket.send_text('{"type":"killAudio"}')
        assert (await phone.event("said"))["text"] == "Too soon."
        await phone.cdr()


async def test_a_hold_that_never_writes_lets_sound_pile_up(rigs: Rigs, sine: Sine) -> None:
    async with rigs(hold="never-writes") as rig:
        office = rig.receptionist
        office.answer_first(office.stream(tail="<Say>Now it is written to.</Say>"))
        phone = await rig.call()
        media = await office.next_media()
        await media.say(sine(800, 480))
        await media.frames_after(30)
        assert phone.heard_ms(800) == 0
        await media.close()
        await phone.cdr()
        assert phone.heard_ms(800) >= 300


async def test_status_events_are_those_that_were_asked_for(rigs: Rigs) -> None:
    async with rigs() as rig:
        office = rig.receptionist
        document = office.stream()
        office.answer_first(
            document.replace("statusCallback=", 'statusEvents="stream-stopped" statusCallback=')
        )
        phone = await rig.call()
        media = await office.next_media()
        session = (await phone.event("ringing"))["session_id"]
        await media.close()
        await phone.cdr()
        (post,) = [post for post in office.posts if post.path == "/status"]
        assert (post.state, post.fields["streamEvent"]) == ("StreamStopped", "stream-stopped")
        assert post.fields["name"] == "receptionist"
        assert post.fields["streamSid"].removeprefix("ST_") == session.removeprefix("HD_")


async def test_two_streams_of_one_call_get_and_give_sound(rigs: Rigs, sine: Sine) -> None:
    async with rigs() as rig:
        office = rig.receptionist
        beside = office.stream(connect=False).removesuffix("</Response>")
        held = office.stream().removeprefix("<Response>").replace("receptionist", "second")
        office.answer_first(beside + held)
        phone = await rig.call()
        one, two = await office.next_media(), await office.next_media()
        await one.say(sine(500, 400))
        await two.say(sine(900, 400))
        await phone.hears(500, 200)
        await phone.hears(900, 200)
        await one.frames_after(20)
        await two.frames_after(20)
        await phone.hang_up()


# -- streams that do not open -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (401, "HS: ws upgrade unauthorized"),
        (403, "HS: ws upgrade response not 101"),
        (503, "HS: ws upgrade response not 101"),
    ],
)
async def test_a_refused_stream_is_told_and_the_tail_runs(
    rigs: Rigs, status: int, reason: str
) -> None:
    async with rigs() as rig:
        office = rig.receptionist
        office.refuse_with = status
        office.answer_first(office.stream(tail="<Say>Leave a message.</Say>"))
        phone = await rig.call()
        assert (await phone.event("stream_failed"))["reason"] == reason
        await phone.event("said")
        await phone.cdr()
        assert [post.state for post in office.posts if post.path == "/status"] == ["StreamError"]
        assert len(office.handshakes) == 1, "one attempt, no retry"


async def test_a_closed_port_is_unable_to_connect(rigs: Rigs) -> None:
    async with rigs() as rig:
        office = rig.receptionist
        document = office.stream(tail="<Hangup/>")
        office.answer_first(document.replace(office.stream_url.split("?")[0], "ws://127.0.0.1:1/x"))
        phone = await rig.call()
        assert (await phone.event("stream_failed"))["reason"] == "Unable to connect"
        await phone.cdr()


@pytest.mark.parametrize(("chosen", "opens"), [(None, True), ("other", False)])
async def test_a_missing_subprotocol_is_accepted_and_another_refused(
    rigs: Rigs, chosen: str | None, opens: bool
) -> None:
    async with rigs() as rig:
        office = rig.receptionist
        office.subprotocol = chosen
        office.answer_first(office.stream(tail="<Hangup/>"))
        phone = await rig.call()
        media = await office.next_media()
        if opens:
            await media.frames_after(5)
            await phone.hang_up()
        else:
            failed = await phone.event("stream_failed")
            assert failed["reason"] == "HS: PROTOCOL malformed"
            assert media.frames == []
            await phone.cdr()


async def test_after_an_unanswered_handshake_the_next_stream_is_mute(rigs: Rigs) -> None:
    async with rigs(handshake_timeout_s=0.3) as rig:
        office = rig.receptionist
        office.never_answer = True
        office.answer = lambda post: office.stream() if post.state == "Ringing" else "<Response/>"
        first = await rig.call()
        await first.event("stream_handshake_timed_out")
        await first.hang_up()
        office.never_answer = False
        second = await rig.call()
        media = await office.next_media()
        await second.event("answered")
        await second.lives(800)
        assert (media.texts, media.frames) == ([], [])
        assert "stream_open" not in second.kinds()
        await second.hang_up()
        third = await rig.call()
        await (await office.next_media()).frames_after(3)
        await third.hang_up()


async def test_a_lost_network_is_like_our_close(rigs: Rigs) -> None:
    async with rigs() as rig:
        office = rig.receptionist
        office.answer_first(office.stream(tail="<Say>Sorry.</Say>"))
        phone = await rig.call()
        media = await office.next_media()
        await phone.event("stream_open")
        rig.emulator.platform.calls[0].forks[0].lose()
        await phone.event("said", text="Sorry.")
        await media.closed.wait()
        assert media.close_code != 1000
        await phone.cdr()


async def test_a_second_stream_of_the_same_name_may_fail(rigs: Rigs) -> None:
    async with rigs(same_name="fails") as rig:
        office = rig.receptionist
        office.answer_first(office.stream(tail="<Redirect>/continue</Redirect>"), office.stream())
        phone = await rig.call()
        await (await office.next_media()).close()
        assert "Operation Failed" in (await phone.event("stream_failed"))["reason"]
        await phone.cdr()


async def test_an_empty_binary_may_come_before_the_end(rigs: Rigs) -> None:
    async with rigs(stream_end="empty-first") as rig:
        office = rig.receptionist
        office.answer_first(office.stream())
        phone = await rig.call()
        media = await office.next_media()
        await media.frames_after(3)
        await phone.hang_up()
        await media.closed.wait()
        assert (media.frames[-1], media.close_code) == (b"", 1000)


async def test_both_tracks_are_interleaved_caller_first(rigs: Rigs, sine: Sine) -> None:
    async with rigs() as rig:
        office = rig.receptionist
        rates = HELD + ' track="both_tracks" bidirectionalSamplingRate="16000"'
        office.answer_first(office.stream(rates=rates))
        phone = await rig.call()
        phone.mouth = sine(1000, 200, 8000)
        media = await office.next_media()
        await media.frames_after(40)
        await phone.hang_up()
        assert {len(frame) for frame in media.frames[1:]} == {1280}
        both = np.frombuffer(b"".join(media.frames[20:40]), "<i2").reshape(-1, 2)
        assert loudest_hz(both[:, 0].tobytes(), 16_000) == pytest.approx(1000, abs=8)
        assert not both[:, 1].any(), "our own playout is not in it"


@pytest.mark.parametrize(
    ("form", "first"),
    [
        (MetadataForm.NESTED, '{"metadata":{"callSid":'),
        (MetadataForm.MINIMAL, "{}"),
        (MetadataForm.NONE, None),
    ],
)
async def test_the_first_text_has_several_forms(
    rigs: Rigs, form: MetadataForm, first: str | None
) -> None:
    async with rigs(metadata=form) as rig:
        office = rig.receptionist
        rates = HELD + ' headerMetadata="{&quot;a&quot;:&quot;b&quot;}" openMetadata="secret"'
        office.answer_first(office.stream(rates=rates))
        phone = await rig.call()
        media = await office.next_media()
        await media.frames_after(3)
        await phone.hang_up()
        if first is None:
            assert media.texts == []
        else:
            assert media.texts[0].startswith(first)
        if form is MetadataForm.NESTED:
            told = json.loads(media.texts[0])["metadata"]
            assert (told["headers"], told["openMetadata"]) == ({"a": "b"}, "secret")
