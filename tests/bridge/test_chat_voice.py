"""A chat model as a rung: what it is made of, and what comes after it."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from tests.bridge.test_chat_mind import FarModel, Step, calls, event, says

from mapokezi.bridge.cascade_session import CascadeSession
from mapokezi.bridge.chat_voice import ChatModel, chat_model_of
from mapokezi.bridge.model_voices import ModelVoices, ModelVoicesSettings
from mapokezi.bridge.models import Model
from mapokezi.bridge.speaking import SentenceSounds
from mapokezi.bridge.voices import LocalVoices
from mapokezi.conversation.settings import ConversationSettings
from mapokezi.errors import ConfigurationError
from mapokezi.speech.client import SpeechClient
from mapokezi.speech.http_service import HttpFailed
from mapokezi.speech.http_speech import HttpSpeaker
from mapokezi.speech.http_transcription import HttpTranscriber
from mapokezi.voice.breaker import BreakerState
from mapokezi.voice.profile import ModelProfile
from mapokezi.voice.protocols import gemini_live, openai_realtime
from mapokezi.voice.protocols.chat_completions.options import options_of
from mapokezi.voice.session import SessionBriefing

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
    far.answers = [says("We are on Ngong Road, next to the post office.")]
    world = await worlds(voices=made, conversation=ConversationSettings(voice_rungs=2))
    talk = await world.pick_up()
    await talk.say("Where is your office?")
    await talk.until_heard("next to the post office")
    await talk.wait(3.0)
    talk.gone("platform_closed")
    assert far.asked[0]["messages"][0]["content"].startswith("You are the telephone receptionist")
    assert [tool["function"]["name"] for tool in far.asked[0]["tools"]]
    assert any("next to the post office" in turn for turn in talk.turns)


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


FEE = "How much is a consultation?"


@pytest.mark.parametrize(
    ("invented", "kind"),
    [
        ("The first consultation costs five hundred shillings.", "price"),
        ("We are open on Sundays from six in the morning.", "hours"),
        ("Your appointment is booked for Tuesday at four.", "commitment"),
        ("You can call the manager directly on 0733 555 111.", "phone"),
        ("Your hearing is on the third of March.", "date"),
    ],
)
async def test_what_it_invents_is_not_heard(worlds: Any, invented: str, kind: str) -> None:
    far = FarModel()
    _, made = voices_with(far)
    honest = "I don't know that, sorry. Shall I take a message?"
    far.answers = [says(f"Certainly, my friend. {invented} Anything else?"), says(honest)]
    world = await worlds(voices=made, conversation=ConversationSettings(voice_rungs=2))
    talk = await world.pick_up()
    await talk.say(FEE)
    await talk.until_heard("Shall I take a message?")
    await talk.wait(8.0)
    talk.gone("platform_closed")
    assert invented not in world.speech.spoken
    assert not any(invented[-20:] in turn for turn in talk.turns)
    assert "Certainly, my friend." in world.speech.spoken, "what claims nothing goes out at once"
    assert "Anything else?" not in world.speech.spoken, "it builds on what was withheld"
    assert not talk.record.claims, "nothing had to be put right aloud"
    shown = far.asked[-1]["messages"][-1]
    assert shown["role"] == "user"
    assert "not known to be so" in shown["content"]
    assert invented not in str(far.asked[-1]["messages"])
    noted = [entry for change in world.keeper.changes for entry in getattr(change, "entries", ())]
    assert [one.values for one in noted if one.values.get("what") == "claim withheld"] == [
        {"what": "claim withheld", "detail": kind}
    ]


async def test_one_that_invents_again_has_the_truth_said_for_it(worlds: Any) -> None:
    far = FarModel()
    _, made = voices_with(far)
    invented = "The first consultation costs five hundred shillings."
    far.answers = [says(invented), says(invented)]
    world = await worlds(voices=made, conversation=ConversationSettings(voice_rungs=2))
    talk = await world.pick_up()
    await talk.say(FEE)
    await talk.until_heard("five thousand shillings")
    await talk.wait(8.0)
    talk.gone("platform_closed")
    assert len(far.asked) == 2
    assert not any("five hundred" in text for text in world.speech.spoken)
    assert not any("correct myself" in text for text in world.speech.spoken)


async def test_one_that_looks_up_besides_says_what_it_found(worlds: Any) -> None:
    far = FarModel()
    _, made = voices_with(far)
    far.answers = [
        calls(
            "look_up",
            text="It costs five hundred shillings.",
            arguments='{"fact_ids": ["consultation-fee"]}',
        ),
        says("The first consultation costs five thousand shillings."),
    ]
    world = await worlds(voices=made, conversation=ConversationSettings(voice_rungs=2))
    talk = await world.pick_up()
    await talk.say(FEE)
    await talk.until_heard("five thousand shillings")
    talk.gone("platform_closed")
    assert not any("five hundred" in text for text in world.speech.spoken)
    assert [message["role"] for message in far.asked[-1]["messages"][1:]] == [
        "user",
        "assistant",
        "tool",
    ]


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


async def test_an_office_has_its_own_voice_of_a_server(worlds: Any) -> None:
    world = await worlds(prepared=False)
    http = chat_model_of(profile(tts_url="https://voice.example/v1"))
    own, sounds = http.spoken_by(world.speech, SentenceSounds())
    assert own is http.voice
    chosen, others = http.spoken_by(world.speech, SentenceSounds(), "amina")
    assert isinstance(chosen, HttpSpeaker)
    assert chosen._settings.voice == "amina"
    assert others is not sounds, "what one voice has said is no sound of the other's"
    assert http.spoken_by(world.speech, SentenceSounds(), "amina") == (chosen, others)
    wyoming = chat_model_of(profile(tts_url="unix:///run/tts"))
    spoken, _ = wyoming.spoken_by(world.speech, SentenceSounds(), "amina")
    assert isinstance(spoken, SpeechClient)
    assert spoken is not wyoming.voice
    local = chat_model_of(profile())
    assert local.spoken_by(world.speech, sounds, "amina") == (world.speech, sounds)
    for model in (http, wyoming, local):
        await model.close()


@pytest.mark.parametrize("chosen", [{}, {"live": "Amani"}, {"other": "Amani"}])
@pytest.mark.parametrize(
    ("make", "own"), [(gemini_live.make, "Kore"), (openai_realtime.make, "marin")]
)
async def test_the_offices_voice_is_sent_in_the_set_up(
    worlds: Any, make: Any, own: str, chosen: dict[str, str]
) -> None:
    protocols: list[Any] = []

    def made(*arguments: Any) -> Any:
        protocols.append(make(*arguments))
        return protocols[-1]

    world = await worlds(prepared=False)
    given = ModelProfile(name="live", protocol="x", key="k", voice=own)
    model = Model(profile=given, make=made, host="live")
    order = ModelVoicesSettings(default=("live",))
    voices = ModelVoices({"live": model}, LocalVoices(world.speech), world.speech, order)
    call = world.ring().call
    call.office = msgspec.structs.replace(call.office, voices=chosen)
    assert voices.open(call, 0) is not None
    (protocol,) = protocols
    protocol.open(SessionBriefing("Be kind.", None), 0.0)
    protocol.orders()
    protocol.socket_opened(1, 0.0)
    (first, *_) = [json.loads(one.message) for one in protocol.orders()]
    assert f'"{chosen.get("live", own)}"' in json.dumps(first)
    assert (own in json.dumps(first)) == ("live" not in chosen)
