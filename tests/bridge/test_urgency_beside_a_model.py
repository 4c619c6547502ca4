"""This machine's recogniser beside a cloud model: in how many calls, and what is urgent in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from tests.bridge.models_in_memory import FarModel, FarSide, LivelyWords

from mapokezi.bridge.model_voices import ModelVoices, ModelVoicesSettings
from mapokezi.bridge.voices import LocalVoices

pytestmark = pytest.mark.anyio
VIRTUAL_TIME = True

FIRE = "Our house is on fire, please help!"
MISHEARD = "Our house is for hire, please help."
NUMBER = "If anybody is in danger, hang up and dial 9 9 9 or 1 1 2."
ANSWERS = {FIRE: "I see. What is your name, please?"}
CONNECTED = "I am connecting you to the reception now."


async def picked_up(worlds: Any, writes: Mapping[str, str], **settings: Any) -> tuple[Any, Any]:
    """A caller who has heard the greeting out, and is answered by a model that writes this."""
    words = LivelyWords()
    far = FarSide(live=FarModel(words, ANSWERS, writes=writes))
    order = ModelVoicesSettings(default=("live",), **settings)

    def voices(speech: Any) -> ModelVoices:
        return ModelVoices(far.profiles(), LocalVoices(speech), speech, order, far)

    world = await worlds(voices=voices, words=words)
    talk = world.ring()
    talk.open()
    await talk.until(lambda: talk.record.notice is not None)
    return world, talk


def was_passed_on(world: Any) -> bool:
    return [message.urgent for message in world.keeper.messages.values()] == [True]


async def test_a_danger_that_the_model_has_not_written_down_is_heard(worlds: Any) -> None:
    world, talk = await picked_up(worlds, {FIRE: ""})
    assert world.reception.health()["second_hearings"] == 1
    await talk.say(FIRE)
    await talk.until_heard(NUMBER)
    await talk.until(lambda: was_passed_on(world))
    await world.reception.close()


@pytest.mark.parametrize(("said", "times"), [(FIRE, 1), (MISHEARD, 3)])
async def test_what_has_nothing_urgent_in_it_is_heard_again(
    worlds: Any, said: str, times: int
) -> None:
    world, talk = await picked_up(worlds, {said: ""})
    await talk.say(said)
    await talk.until(lambda: len(world.speech.written) == times)
    await talk.wait(3.0)
    assert world.speech.written[0] == said
    assert len(world.speech.written) == times
    await world.reception.close()


async def test_nobody_listens_beside_where_too_many_do(worlds: Any) -> None:
    world, talk = await picked_up(worlds, {FIRE: ""}, most_second_hearings=0)
    assert world.reception.health()["second_hearings"] == 0
    await talk.say(FIRE)
    await talk.until_heard(ANSWERS[FIRE])
    await talk.wait(8.0)
    assert not talk.heard(NUMBER)
    assert not was_passed_on(world)
    await world.reception.close()


async def test_the_ear_is_given_back_at_the_end_of_the_call(worlds: Any) -> None:
    world, talk = await picked_up(worlds, {}, most_second_hearings=1)
    talk.complete()
    await talk.wait(1.0)
    assert world.reception.health()["second_hearings"] == 0
    await world.reception.close()


@pytest.mark.parametrize("hears_all", [True, False])
async def test_a_danger_that_the_model_has_misheard_is_heard_where_all_is(
    worlds: Any, *, hears_all: bool
) -> None:
    world, talk = await picked_up(worlds, {FIRE: MISHEARD}, hears_all=hears_all)
    await talk.say(FIRE)
    if hears_all:
        await talk.until_heard(NUMBER)
        await talk.until(lambda: was_passed_on(world))
    else:
        await talk.wait(12.0)
        assert not talk.heard(NUMBER)
    await world.reception.close()
