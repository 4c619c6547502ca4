"""A caller who would not be recorded is not, from the first sample on; the call goes on."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.bridge.models_in_memory import FarModel, FarSide, LivelyWords

from mapokezi.bridge.model_voices import ModelVoices, ModelVoicesSettings
from mapokezi.bridge.voices import LocalVoices
from mapokezi.calls import Outcome
from mapokezi.receptionist.not_recorded import refuses_recording
from mapokezi.records.caller_notices import RefusedBy

pytestmark = pytest.mark.anyio
VIRTUAL_TIME = True

WHERE = "Where is your office?"
NO = "Please do not record me."
STOPPED = "The recording is stopped, and what was recorded is deleted."


async def with_model(worlds: Any, answers: dict[str, str], **office: Any) -> tuple[Any, Any, Any]:
    words = LivelyWords()
    model = FarModel(words, answers)
    far = FarSide(live=model)
    order = ModelVoicesSettings(default=("live",))
    world = await worlds(
        voices=lambda speech: ModelVoices(far.profiles(), LocalVoices(speech), speech, order, far),
        words=words,
        **office,
    )
    return world, await world.pick_up(), model


async def test_the_clerk_stops_the_recording_says_so_and_goes_on(worlds: Any) -> None:
    world = await worlds()
    talk = await world.pick_up()
    (recording,) = world.recordings.opened.values()
    assert talk.record.recording is not None
    await talk.say(NO)
    await talk.until_heard(STOPPED)
    refused = talk.record.recording_refused
    assert refused is not None
    assert refused.how is RefusedBy.WORDS
    assert refused.removed_ms > 5_000, "from the greeting on"
    assert recording.is_discarded
    assert talk.record.recording is None
    await talk.wait(8.0)
    await talk.say(WHERE)
    await talk.until_heard("Mwavuli House")
    await talk.wait(6.0)
    assert f"caller: {NO}" in talk.turns, "what was said is still written down"
    await world.reception.close()


async def test_in_swahili_and_amid_a_message_which_goes_on(worlds: Any) -> None:
    world = await worlds()
    talk = await world.pick_up()
    await talk.say("I want to leave a message.")
    await talk.until_heard("your full name")
    await talk.wait(4.0)
    await talk.say("Sitaki kurekodiwa tafadhali.")
    await talk.until(lambda: talk.record.recording_refused is not None)
    await talk.until_heard(STOPPED)  # in English: nobody has recorded it in Swahili
    await talk.wait(8.0)
    await talk.say("Mary Wanjiku")
    await talk.until_heard("Mary Wanjiku. Is that right?")
    await world.reception.close()


async def test_an_office_that_does_not_record_says_that(worlds: Any) -> None:
    world = await worlds(record_calls=False, notice="")
    talk = await world.pick_up()
    await talk.say(NO)
    await talk.until_heard("This call is not recorded.")
    assert talk.record.recording_refused.removed_ms == 0
    await world.reception.close()


async def test_a_model_that_does_nothing_is_not_waited_for(worlds: Any) -> None:
    assert refuses_recording(NO)
    world, talk, _ = await with_model(worlds, {NO: "Certainly, how can I help you then?"})
    (recording,) = world.recordings.opened.values()
    await talk.say(NO)
    await talk.until(lambda: talk.record.recording_refused is not None, 2.0)
    assert recording.is_discarded
    assert talk.record.recording_refused.how is RefusedBy.WORDS
    await talk.until_heard("The recording is stopped", 12.0)
    await world.reception.close()


async def test_who_hangs_up_on_it_is_not_recorded_either(worlds: Any) -> None:
    world, talk, _ = await with_model(worlds, {})
    (recording,) = world.recordings.opened.values()
    await talk.say(NO)
    await talk.wait(0.7)
    talk.gone("platform_closed")
    talk.complete()
    record = world.keeper.calls[talk.call.call_id]
    assert record.outcome is Outcome.ABANDONED
    assert record.recording is None
    assert record.recording_refused is not None
    assert recording.is_discarded
    await world.reception.close()


async def test_a_models_call_of_the_tool_stops_it_and_brings_the_words(worlds: Any) -> None:
    unheard = "Sina furaha na hiyo mashine yenu ya kunasa sauti."
    assert not refuses_recording(unheard)
    world, talk, model = await with_model(worlds, {unheard: "Sawa."})
    await talk.say(unheard)
    await talk.wait(1.0)
    assert not talk.record.recording_refused
    model.socket.tell(type="tool", id="t1", name="stop_recording", arguments={})
    await asyncio.sleep(0.1)
    await talk.wait(0.5)
    assert talk.record.recording_refused.how is RefusedBy.VOICE
    (answer,) = [said for said in model.taken if said["type"] == "result"]
    assert answer["result"]["status"] == "stopped"
    assert "kimefutwa" in answer["result"]["say"], "in the caller's language"
    model.socket.tell(type="tool", id="t2", name="stop_recording", arguments={})
    await talk.wait(0.5)
    assert talk.record.recording_refused.how is RefusedBy.VOICE
    await world.reception.close()
