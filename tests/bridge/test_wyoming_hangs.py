"""Whole calls, in virtual time, over a Wyoming server that takes what it is given and hangs.

The chat model is in the best of health; its ears or its voice are a server of somebody else's. The
caller must hear something within three seconds, and have their answer all the same.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.bridge.test_chat_mind import FarModel, says
from tests.bridge.test_chat_voice import profile
from tests.bridge.test_models_in_a_call import Ear

from mapokezi.bridge import clock
from mapokezi.bridge.chat_voice import chat_model_of
from mapokezi.bridge.model_voices import ModelVoices, ModelVoicesSettings
from mapokezi.bridge.voices import LocalVoices
from mapokezi.conversation.settings import ConversationSettings

pytestmark = pytest.mark.anyio
VIRTUAL_TIME = True

LONGEST_SILENCE_S = 3.0


class Hanging:
    """A server that answers nothing, or what is asked of it far too late."""

    def __init__(self, late_s: float | None) -> None:
        self.late_s = late_s
        self.connections = 0
        self.taken_bytes = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while piece := await reader.read(65_536):
                self.taken_bytes += len(piece)
                if self.late_s is not None:
                    await asyncio.sleep(self.late_s)
                    writer.write(b'{"type": "pong"}\n')
        except ConnectionError:
            pass
        finally:
            writer.close()


@pytest.mark.parametrize("late_s", [None, 6.0], ids=["hangs", "is slow"])
@pytest.mark.parametrize("part", ["stt_url", "tts_url"])
async def test_the_caller_hears_something_within_three_seconds(
    worlds: Any, tmp_path: Path, part: str, late_s: float | None
) -> None:
    far, server = FarModel(), Hanging(late_s)
    far.answers = [says("We are on Ngong Road, next to the post office.")] * 9
    address = tmp_path / "w"
    serving = await asyncio.start_unix_server(server.talk, path=address)
    model = replace(chat_model_of(profile(**{part: f"unix://{address}"})), client=far)

    def made(speech: Any) -> ModelVoices:
        order = ModelVoicesSettings(default=("own",))
        return ModelVoices({"own": model}, LocalVoices(speech), speech, order)

    world = await worlds(voices=made, conversation=ConversationSettings(voice_rungs=2))
    talk = await world.pick_up()
    ear, silences = Ear(talk.medias[0].sent), []
    for _ in range(3):  # they may be asked to say it again
        await talk.say("Where is your office?")
        asked_at, ends_at = clock.monotonic(), clock.monotonic() + 12.0
        while clock.monotonic() < ends_at and not is_answered(talk):
            await talk.wait(0.1)
        until = next((start for start, _ in reversed(ear.spans())), ends_at)
        silences.append(ear.longest_silence(asked_at, max(until, asked_at)))
        if is_answered(talk):
            break
    assert is_answered(talk), talk.turns
    assert max(silences) <= LONGEST_SILENCE_S, (silences, talk.turns)
    assert server.connections, "it was asked"
    assert server.taken_bytes
    talk.gone("platform_closed")
    talk.complete()
    assert talk.record.outcome is not None
    await world.reception.close()
    await model.close()
    serving.close()


def is_answered(talk: Any) -> bool:
    """Whether the caller has heard where the office is."""
    return any("ngong road" in turn.lower() for turn in talk.turns)
