"""A chat model as a rung: what it is made of, and what comes after it."""

from __future__ import annotations

from typing import Any

import pytest
from tests.bridge.test_chat_mind import FarModel, Step, event, says

from mapokezi.bridge.cascade_session import CascadeSession
from mapokezi.bridge.chat_voice import ChatModel, chat_model_of
from mapokezi.bridge.model_voices import ModelVoices, ModelVoicesSettings
from mapokezi.bridge.voices import LocalVoices
from mapokezi.conversation.settings import ConversationSettings
from mapokezi.errors import ConfigurationError
from mapokezi.speech.client import SpeechClient
from mapokezi.speech.http_service import HttpFailed
from mapokezi.speech.http_speech import HttpSpeaker
from mapokezi.speech.http_transcription import HttpTranscriber
from mapokezi.voice.breaker import BreakerState
from mapokezi.voice.profile import ModelProfile
from mapokezi.voice.protocols.chat_completions.options import options_of

pytestmark = pytest.mark.anyio
VIRTUAL_TIME = True


def profile(**options: Any) -> ModelProfile:
    return ModelProfile(
        name="own",
        protocol="chat_completions",
        model="qwen3",
        url="https://models.example/v1/",
        key="secret",
        voice="nia",
        options=options,
    )


async def test_ears_and_voice_are_the_profiles_choice() -> None:
    local = chat_model_of(profile())
    assert local.recogniser is None
    assert local.voice is None
    assert local.host == "models.example"
    http = chat_model_of(
        profile(stt_url="https://models.example/v1", tts_url="https://voice.example/v1")
    )
    assert isinstance(http.recogniser, HttpTranscriber)
    assert isinstance(http.voice, HttpSpeaker)
    assert len(http.services) == 2, "one pool for what is at one address"
    wyoming = chat_model_of(profile(stt_url="tcp://10.0.0.5:10300", tts_url="unix:///run/tts"))
    assert isinstance(wyoming.recogniser, SpeechClient)
    assert isinstance(wyoming.voice, SpeechClient)
    with pytest.raises(ConfigurationError, match="temprature"):
        chat_model_of(profile(temprature=1))
    for model in (local, http, wyoming):
        await model.close()


async def test_the_models_key_goes_to_the_models_address_alone() -> None:
    made = chat_model_of(
        profile(stt_url="https://ears.example/v1", tts_url="https://models.example/v1"),
        keys={"stt": "ears-key", "tts": "not used"},
    )
    sent = [service._http.headers.get("authorization") for service in made.services]
    assert sent == ["Bearer secret", "Bearer ears-key"]
    none = chat_model_of(profile(stt_url="https://ears.example/v1"))
    assert "authorization" not in none.services[1]._http.headers
    await made.close()
    await none.close()


def voices_with(far: FarModel) -> Any:
    own = profile()
    model = ChatModel(profile=own, options=options_of(own), client=far)

    def made(speech: Any) -> ModelVoices:
        return ModelVoices(
            {"own": model}, LocalVoices(speech), speech, ModelVoicesSettings(default=("own",))
        )

    return model, made


async def test_a_call_is_led_by_the_model(worlds: Any) -> None:
    far = FarModel()
    _, made = voices_with(far)
    far.answers = [says("We are in the city, near the park.")]
    world = await worlds(voices=made, conversation=ConversationSettings(voice_rungs=2))
    talk = await world.pick_up()
    await talk.say("Where is your office?")
    await talk.until_heard("near the park")
    await talk.wait(3.0)
    talk.gone("platform_closed")
    assert far.asked[0]["messages"][0]["content"].startswith("You are the telephone receptionist")
    assert [tool["function"]["name"] for tool in far.asked[0]["tools"]]
    assert any("near the park" in turn for turn in talk.turns)


@pytest.mark.parametrize(
    "fault",
    [
        [HttpFailed("no key", 401, recoverable=False)],
        [60.0],
        [event(content="{}"), HttpFailed("x")],
    ],
)
async def test_when_it_does_not_answer_the_clerk_takes_the_question_up(
    worlds: Any, fault: list[Step]
) -> None:
    far = FarModel()
    model, made = voices_with(far)
    far.answers = [fault] * 9
    world = await worlds(voices=made, conversation=ConversationSettings(voice_rungs=2))
    talk = await world.pick_up()
    await talk.say("Where is your office?")
    await talk.until_heard("Mwavuli House", within_s=8.0)
    assert model.breaker.failures >= 1
    talk.gone("platform_closed")
    for _ in range(3):
        call = await world.pick_up()
        await call.say("Where is your office?")
        await call.until_heard("Mwavuli House", within_s=8.0)
        call.gone("platform_closed")
    assert model.breaker.state(0.0) is not BreakerState.CLOSED
    health = model.health()
    assert health["state"] == "open"
    assert health["failures"] >= 3


async def test_its_session_is_named_by_its_profile_and_checked(worlds: Any) -> None:
    far = FarModel()
    _, made = voices_with(far)
    world = await worlds(prepared=False)
    voices = made(world.speech)
    call = world.ring().call
    session = voices.open(call, 0)
    assert isinstance(session, CascadeSession)
    assert session.has_own_words
    second = voices.open(call, 0)
    assert session._memory is second._memory
    clerk = voices.open(call, 1)
    assert isinstance(clerk, CascadeSession)
    assert not clerk.has_own_words
    await voices.close()
