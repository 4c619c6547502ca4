"""The other verbs, and answers that are late, wrong or double, over loopback."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from starlette.responses import Response

from mapokezi.audio.wav import wav_sound
from mapokezi.emulator.call_states import CallState
from mapokezi.telephony.signature import SIGNATURE_HEADER, SignatureVerdict, verify

if TYPE_CHECKING:
    from tests.emulator.conftest import Rigs

pytestmark = pytest.mark.anyio
Sine = Callable[..., bytes]


def as_json(*actions: object) -> Response:
    """A document in the JSON form."""
    return Response(json.dumps({"actions": actions}), media_type="application/json")


@pytest.mark.parametrize(
    ("reject", "status"), [("<Reject/>", "failed"), ('<Reject reason="busy"/>', "busy")]
)
async def test_reject_ends_an_unanswered_call(rigs: Rigs, reject: str, status: str) -> None:
    async with rigs() as rig:
        rig.receptionist.answer_first(f"<Response>{reject}</Response>")
        phone = await rig.call()
        cdr = await phone.cdr()
        assert (cdr["status"], cdr["answered_at"], cdr["cost_minor"]) == (status, None, 0)
        assert "answered" not in phone.kinds()


@pytest.mark.parametrize(("loop", "times"), [("", 1), (' loop="0"', 1), (' loop="3"', 3)])
async def test_say_once_and_again(rigs: Rigs, loop: str, times: int) -> None:
    async with rigs() as rig:
        rig.receptionist.answer_first(f"<Response><Say{loop}>Hello.</Say></Response>")
        phone = await rig.call()
        await phone.cdr()
        assert phone.heard_ms(620) == pytest.approx(240 * times, abs=50 * times)


async def test_redirect_asks_a_relative_url(rigs: Rigs) -> None:
    async with rigs() as rig:
        office = rig.receptionist
        office.answer = lambda post: (
            "<Response><Redirect>/continue?x=1</Redirect></Response>"
            if post.path == "/voice" and post.state == "Ringing"
            else "<Response><Say>Here.</Say></Response>"
        )
        phone = await rig.call()
        await phone.event("said", text="Here.")
        await phone.cdr()
        assert [post.path for post in office.posts][:2] == ["/voice", "/continue"]


async def test_going_round_in_circles_ends(rigs: Rigs) -> None:
    async with rigs() as rig:
        office = rig.receptionist
        office.answer = lambda post: "<Response><Redirect>/voice</Redirect></Response>"
        phone = await rig.call()
        cdr = await phone.cdr()
        assert cdr["failure_code"] == "too_many_documents"


async def test_record_keeps_what_the_caller_says(rigs: Rigs, sine: Sine, tmp_path: Path) -> None:
    async with rigs(recordings=tmp_path) as rig:
        office = rig.receptionist
        record = '<Record action="/recorded" timeout="1" maxLength="10" trim="trim-silence"/>'
        office.answer = lambda post: (
            f"<Response>{record}</Response>"
            if len(office.posts) == 1
            else "<Response><Say>Thank you.</Say></Response>"
        )
        phone = await rig.call()
        await phone.event("recording")
        phone.mouth = sine(1000, 200, 8000)
        await phone.lives(700)
        phone.mouth = bytes(320)
        recorded = await phone.event("recorded")
        await phone.event("said", text="Thank you.")
        cdr = await phone.cdr()
        asked = next(post for post in office.posts if post.path == "/recorded")
        assert asked.fields["recordingUrl"] == recorded["url"]
        answer = await rig.rest("GET", recorded["url"].removeprefix(rig.emulator.base_url))
        found, pcm = wav_sound(answer.content)
        assert (found.sample_rate_hz, found.channels) == (8000, 1)
        assert 400 <= len(pcm) / 16 <= 1300
        samples = np.frombuffer(pcm, "<i2").astype(float)
        loudest = float(np.argmax(np.abs(np.fft.rfft(samples)))) * 8000 / samples.size
        assert loudest == pytest.approx(1000, abs=8)
        moved = await rig.rest("GET", f"/v1/calls/{cdr['id']}/recording")
        assert (moved.status_code, moved.headers["location"]) == (302, recorded["url"])


async def test_a_message_is_kept_when_the_caller_hangs_up_or_presses_the_key(rigs: Rigs) -> None:
    async with rigs() as rig:
        office = rig.receptionist
        office.answer = lambda post: (
            "<Response><Record/></Response>" if post.state == "Ringing" else "<Response/>"
        )
        phone = await rig.call()
        await phone.event("recording")
        assert phone.heard_ms(1000) >= 100, "the beep"
        await phone.hang_up()
        told = await office.post_with(lambda post: "recordingUrl" in post.fields)
        await office.completed()
        assert told.fields["isActive"] == "1"
        assert office.states() == ["Ringing", "Answered", "Completed"]
        phone = await rig.call()
        await phone.event("recording")
        await phone.send({"type": "digit", "digit": "#"})
        await phone.event("recorded")
        await phone.cdr()


async def test_get_digits_posts_the_keys(rigs: Rigs) -> None:
    async with rigs() as rig:
        office = rig.receptionist
        asking = (
            '<Response><GetDigits maxDigits="2" timeout="3"><Say>Press a key please</Say>'
            "</GetDigits></Response>"
        )
        office.answer = lambda post: (
            asking if len(office.posts) == 1 else "<Response><Say>Done.</Say></Response>"
        )
        phone = await rig.call()
        await phone.event("said", text="Press a key please")
        for key in "42":
            await phone.send({"type": "digit", "digit": key})
        await phone.event("said", text="Done.")
        await phone.cdr()
        assert office.posts[1].fields["dtmfDigits"] == "42"


async def test_no_digits_in_time_runs_the_next_verb(rigs: Rigs) -> None:
    async with rigs() as rig:
        rig.receptionist.answer_first(
            '<Response><GetDigits timeout="0"/><Say>Nothing pressed.</Say></Response>'
        )
        phone = await rig.call()
        await phone.event("said", text="Nothing pressed.")
        await phone.cdr()


async def test_a_key_sounds_on_the_line_and_may_be_told_as_text(rigs: Rigs) -> None:
    async with rigs(keys="both") as rig:
        office = rig.receptionist
        office.answer_first(office.stream())
        phone = await rig.call()
        media = await office.next_media()
        await media.frames_after(5)
        before = len(media.frames)
        await phone.send({"type": "digit", "digit": "5"})
        await media.frames_after(before + 15)
        sound = np.frombuffer(b"".join(media.frames[before:]), "<i2").astype(float)
        spectrum = np.abs(np.fft.rfft(sound))
        strongest = np.argsort(spectrum)[-40:] * 16_000 / sound.size
        assert any(abs(hz - 770) < 10 for hz in strongest)
        assert any(abs(hz - 1336) < 10 for hz in strongest)
        assert '"dtmf": "5"' in media.texts[-1]
        await phone.hang_up()


async def test_a_conference_may_be_refused_with_a_clear_event(rigs: Rigs) -> None:
    async with rigs(conference="refused") as rig:
        rig.receptionist.answer_first(
            "<Response><Conference>room</Conference><Say>After.</Say></Response>"
        )
        phone = await rig.call()
        assert (await phone.event("verb_refused"))["verb"] == "Conference"
        await phone.event("said", text="After.")
        await phone.cdr()


async def test_json_actions_and_a_sound_that_cannot_be_played(rigs: Rigs) -> None:
    async with rigs(play_hosts=frozenset({"storage.sautikit.com"})) as rig:
        rig.receptionist.answer_first(
            '{"actions":[{"play":{"url":"http://127.0.0.1:1/x.wav"}},{"say":{"text":"Jambo"}}]}'
        )
        phone = await rig.call()
        assert "list" in (await phone.event("play_failed"))["why"]
        await phone.event("said", text="Jambo")
        await phone.cdr()


async def test_play_fetches_a_wav_file(rigs: Rigs, sine: Sine, tmp_path: Path) -> None:
    from mapokezi.audio.wav import wav_bytes

    name = "HD_0123456789ab-1.wav"
    (tmp_path / name).write_bytes(wav_bytes(sine(440, 500), 16_000))
    async with rigs(recordings=tmp_path) as rig:
        url = f"{rig.emulator.base_url}/recordings/{name}"
        rig.receptionist.answer_first(f"<Response><Play>{url}</Play></Response>")
        phone = await rig.call()
        assert (await phone.event("played"))["duration_ms"] == 500
        await phone.hears(440, 400)
        await phone.cdr()


# -- callbacks ----------------------------------------------------------------------------------


async def test_the_first_post_may_come_twice(rigs: Rigs) -> None:
    async with rigs(first_post="twice") as rig:
        office = rig.receptionist
        office.answer = lambda post: office.stream() if post.state == "Ringing" else "<Response/>"
        phone = await rig.call()
        await office.next_media()
        await phone.event("posted", state="Ringing", obeyed=False)
        await phone.hang_up()
        await office.completed()
        assert office.states()[:2] == ["Ringing", "Ringing"]
        assert office.posts[0].body == office.posts[1].body
        assert office.media.empty(), "only one answer is obeyed"


@pytest.mark.parametrize("state", [CallState.ANSWERED, CallState.COMPLETED])
async def test_the_first_post_may_say_another_state(rigs: Rigs, state: CallState) -> None:
    async with rigs(first_state=state.value.lower()) as rig:
        office = rig.receptionist
        office.answer_first(office.stream())
        phone = await rig.call()
        await office.next_media()
        await phone.hang_up()
        assert office.posts[0].state == state.value


async def test_posts_may_be_json_in_the_documented_names_and_signed(rigs: Rigs) -> None:
    modes = {"post_format": "json", "post_names": "snake"}
    async with rigs(number={"signing_secret": "shh"}, **modes) as rig:
        office = rig.receptionist
        office.answer_first("<Response><Hangup/></Response>")
        phone = await rig.call()
        await phone.cdr()
        first = office.posts[0]
        assert first.headers["content-type"] == "application/json"
        assert first.fields["from"] == "+254722000001"
        assert first.fields["call_id"].startswith("HD_")
        header = first.headers[SIGNATURE_HEADER.lower()]
        at = int(header.partition("t=")[2].partition(",")[0])
        assert verify(header, first.body, ["shh"], at) is SignatureVerdict.GOOD


@pytest.mark.parametrize(
    "answer",
    [
        Response(status_code=500),
        Response("<Response><Nonsense/></Response>", media_type="text/xml"),
        Response("<!DOCTYPE x><Response/>", media_type="text/xml"),
        Response('{"actions":[{"say":{}}]}', media_type="application/json"),
        as_json(*[{"say": {"text": "No."}}] * 51),
        as_json({"getDigits": {"nested": [{"dial": {"number": "+254722000001"}}]}}),
        as_json({"dial": {"number": "+254722000001", "sip": "sip:a@b"}}),
        as_json({"dial": {}}),
        as_json({"aiAgent": {"agentId": "a"}}, {"hangup": {}}),
        Response("", status_code=404),
    ],
    ids=[
        "500",
        "unknown verb",
        "document type",
        "say without text",
        "51 actions",
        "a dial in getDigits",
        "two targets",
        "no target",
        "more behind an agent",
        "404",
    ],
)
async def test_a_bad_answer_gives_the_platforms_own_message(rigs: Rigs, answer: Any) -> None:
    async with rigs() as rig:
        office = rig.receptionist
        office.answer = lambda post: answer if post.state == "Ringing" else "<Response/>"
        phone = await rig.call()
        assert (await phone.event("document_refused"))["why"]
        await phone.event("platform_message")
        await phone.hears(620, 100)
        ended = await phone.hang_up()
        assert ended["status"] in ("failed", "canceled")
        assert ended["answered_at"] is None


async def test_a_slow_voice_url_times_out(rigs: Rigs) -> None:
    async with rigs(webhook_timeout_s=0.3) as rig:
        office = rig.receptionist
        office.answer = lambda post: _Late() if post.state == "Ringing" else "<Response/>"
        phone = await rig.call()
        assert (await phone.event("document_refused"))["why"] == "timed out"
        await phone.hang_up()


class _Late(Response):
    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await asyncio.sleep(1.0)
        await super().__call__(scope, receive, send)


async def test_nobody_at_the_voice_url(rigs: Rigs) -> None:
    async with rigs() as rig:
        office = rig.receptionist
        office.answer_first("<Response><Redirect>http://127.0.0.1:1/x</Redirect></Response>")
        phone = await rig.call()
        assert (await phone.event("document_refused"))["why"] == "no connection"
        await phone.hang_up()


async def test_an_answer_to_a_lifecycle_post_is_noted_and_not_obeyed(rigs: Rigs) -> None:
    async with rigs() as rig:
        office = rig.receptionist
        office.answer = lambda post: office.stream()
        phone = await rig.call()
        media = await office.next_media()
        noted = await phone.event("posted", state="StreamStarted")
        assert "<Stream" in noted["ignored"]
        await media.frames_after(10)
        assert office.media.empty()
        await phone.hang_up()
