"""A speech server elsewhere hears a caller no sooner than a model elsewhere does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from tests.bridge.conftest import FakeHearing, FakeSpeech, Words
from tests.bridge.models_in_memory import FarModel, FarSide, LivelyWords
from tests.bridge.test_chat_mind import FarModel as ChatSide

from mapokezi.bridge import clock
from mapokezi.bridge.chat_voice import ChatModel
from mapokezi.bridge.model_voices import ModelVoices, ModelVoicesSettings
from mapokezi.bridge.voices import LocalVoices
from mapokezi.receptionist.office import Notices
from mapokezi.speech.client import SpeechClient, Transcribed
from mapokezi.speech.hearing import Hearing
from mapokezi.speech.settings import Address
from mapokezi.speech.voice_edges import VoiceEdge
from mapokezi.voice.profile import ModelProfile
from mapokezi.voice.protocols.chat_completions.options import options_of

pytestmark = pytest.mark.anyio
VIRTUAL_TIME = True

WHERE = "Where is your office?"
FIRE = "Our house is on fire, please help!"
FAR = "tcp://speech.example:10300"


@pytest.mark.parametrize(
    ("address", "is_elsewhere"),
    [
        ("unix:///run/speech.sock", False),
        ("tcp://127.0.0.1:10300", False),
        ("tcp://localhost:10300", False),
        ("tcp://[::1]:10300", False),
        ("tcp://192.168.1.9:10300", False),
        ("tcp://8.8.8.8:10300", True),
        (FAR, True),
    ],
)
async def test_where_a_server_is_stands_in_its_address(address: str, is_elsewhere: bool) -> None:
    assert SpeechClient(address).is_elsewhere is is_elsewhere


@dataclass
class Sounds:
    """What a speech server was given of the caller: when, and how much."""

    came: list[tuple[float, int]] = field(default_factory=list)

    def add(self, pcm: bytes) -> None:
        self.came.append((clock.monotonic(), len(pcm)))

    def heard_bytes(self, until: float = float("inf")) -> int:
        return sum(size for at, size in self.came if at < until)


class CountingHearing(FakeHearing):
    """A stream of the caller's sound that is counted."""

    def __init__(
        self,
        on_edge: Callable[[VoiceEdge], None],
        on_lost: Callable[[str], None],
        sounds: Sounds,
    ) -> None:
        super().__init__(on_edge, on_lost)
        self._sounds = sounds

    def feed(self, pcm: bytes) -> None:
        self._sounds.add(pcm)
        super().feed(pcm)


class SpeechAt(FakeSpeech):
    """A speech server at an address."""

    def __init__(self, words: Words, address: str) -> None:
        super().__init__(words)
        self._address = Address.read(address)
        self.sounds = Sounds()

    def hearing(
        self, on_edge: Callable[[VoiceEdge], None], on_lost: Callable[[str], None]
    ) -> Hearing:
        self.hearings.append(CountingHearing(on_edge, on_lost, self.sounds))
        return self.hearings[-1]

    async def transcribe(
        self, pcm: bytes, deadline_s: float | None = None, *, with_meaning: bool = False
    ) -> Transcribed:
        self.sounds.add(pcm)
        return await super().transcribe(pcm, deadline_s, with_meaning=with_meaning)


async def rung(worlds: Any, address: str = FAR, **office: Any) -> tuple[Any, Any]:
    """A call to an office whose speech server is somewhere; the clerk leads."""
    own = {"notice": "", "worked_on_abroad": address == FAR, **office}
    world = await worlds(hears=lambda words: SpeechAt(words, address), **own)
    talk = world.ring()
    talk.open()
    return world, talk


async def talks_over_the_notices(talk: Any) -> float:
    """Say something all the while; give the instant at which the last notice was heard."""
    while talk.record.notice is None:
        await talk.say(WHERE, 400)
        assert clock.monotonic() < 1100
    last = max(one.at for one in talk.record.notices)
    since: float = (clock.wall() - last).total_seconds()
    return clock.monotonic() - since


async def test_the_clerk_hears_nothing_by_it_before_the_notice_and_at_once_behind_it(
    worlds: Any,
) -> None:
    world, talk = await rung(worlds)
    heard_at = await talks_over_the_notices(talk)
    sounds = world.speech.sounds
    assert sounds.heard_bytes(until=heard_at) == 0
    assert sounds.came[0][0] - heard_at < 0.25
    await talk.wait(12.0)
    await talk.say(WHERE)
    await talk.until_heard("Mwavuli House")
    await world.reception.close()


@pytest.mark.parametrize(
    ("address", "office"),
    [
        (FAR, {"notices": Notices(voice_before=True)}),
        ("tcp://10.0.0.7:10300", {}),
    ],
    ids=["the owner chose so", "private network"],
)
async def test_it_hears_from_the_first_word_where_it_may(
    worlds: Any, address: str, office: dict[str, Any]
) -> None:
    world, talk = await rung(worlds, address, **office)
    await talk.say(WHERE, 1_000)
    assert not talk.record.notices
    assert world.speech.sounds.heard_bytes() > 20_000
    await world.reception.close()


async def test_what_a_key_cut_short_is_said_again_before_the_clerk_hears(worlds: Any) -> None:
    world, talk = await rung(worlds)
    await talk.until(lambda: talk.record.notices)
    talk.media.sink.key("5", clock.monotonic())
    await talk.wait(0.5)
    await talk.say(WHERE)
    assert world.speech.sounds.heard_bytes() == 0
    await talk.until(lambda: talk.record.notice is not None)
    await talk.wait(1.0)
    await talk.say(WHERE)
    await talk.until_heard("Mwavuli House")
    await world.reception.close()


async def test_a_chat_model_in_the_house_is_kept_off_with_its_ears(worlds: Any) -> None:
    own = ModelProfile(
        name="chat", protocol="chat_completions", model="m", url="http://127.0.0.1:8000/v1"
    )
    chat = ChatModel(profile=own, options=options_of(own), client=ChatSide(), is_elsewhere=False)
    order = ModelVoicesSettings(default=("chat",))

    def voices(speech: Any) -> ModelVoices:
        return ModelVoices({"chat": chat}, LocalVoices(speech), speech, order, FarSide())

    own_office = {"notice": "", "worked_on_abroad": True}
    world = await worlds(voices=voices, hears=lambda words: SpeechAt(words, FAR), **own_office)
    talk = world.ring()
    talk.open()
    heard_at = await talks_over_the_notices(talk)
    assert world.speech.sounds.heard_bytes(until=heard_at) == 0
    assert world.speech.sounds.heard_bytes() > 0
    await world.reception.close()


async def test_the_recogniser_beside_a_model_in_the_house_waits_for_the_notice(
    worlds: Any,
) -> None:
    """The model hears the caller from the first word, and writes nothing down of it."""
    words = LivelyWords()
    model = FarModel(words, {}, writes={FIRE: ""})
    far = FarSide(live=model)
    profiles = {name: replace(one, is_elsewhere=False) for name, one in far.profiles().items()}
    order = ModelVoicesSettings(default=("live",))
    world = await worlds(
        voices=lambda speech: ModelVoices(profiles, LocalVoices(speech), speech, order, far),
        hears=lambda words: SpeechAt(words, FAR),
        words=words,
        notice="",
        worked_on_abroad=True,
    )
    talk = world.ring()
    talk.open()
    await talk.say(FIRE)
    await talk.wait(1.0)
    assert not talk.record.notices
    sounds = world.speech.sounds
    await talk.until(lambda: talk.record.notice is not None)
    assert sounds.heard_bytes() == 0
    await talk.wait(1.0)
    await talk.say(FIRE)
    await talk.until(lambda: [one.urgent for one in world.keeper.messages.values()] == [True])
    assert sounds.heard_bytes() > 0
    await world.reception.close()
