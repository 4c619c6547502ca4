"""Calls led by cloud models that fail: what the caller hears, at which moment whatever breaks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest
from tests.bridge.models_in_memory import FarModel, FarSide, LivelyWords

from mapokezi.bridge import clock
from mapokezi.bridge.model_voices import ModelVoices, ModelVoicesSettings
from mapokezi.bridge.voices import LocalVoices
from mapokezi.calls import Outcome, TerminationReason
from mapokezi.voice.breaker import BreakerState

pytestmark = pytest.mark.anyio
VIRTUAL_TIME = True

WHERE = "Where is your office?"
PARKING = "Is there parking?"
ANSWERS = {
    WHERE: "We are at Mwavuli House on Ngong Road, next to the post office, on the fourth floor.",
    PARKING: "Yes, clients park in the basement, and the guard will show you the way to it.",
    "[not understood]": "Sorry, could you say that again, please?",
}


@dataclass
class Ear:
    """What came out of the caller's telephone, and when."""

    sent: list[tuple[float, str, bytes]]

    def spans(self) -> list[tuple[float, float]]:
        """When something was audible."""
        heard: list[tuple[float, float, bool]] = []
        until = 0.0
        for at, kind, pcm in self.sent:
            if kind == "kill":
                heard = [(start, min(end, at), loud) for start, end, loud in heard if start < at]
                until = min(until, at)
            elif kind == "audio":
                for place in range(0, len(pcm), 640):
                    frame = pcm[place : place + 640]
                    start = max(at, until)
                    until = start + len(frame) / 32_000
                    heard.append((start, until, any(frame)))
        return [(start, end) for start, end, loud in heard if loud]

    def longest_silence(self, since: float, until: float) -> float:
        """The longest time without a sound between two instants."""
        inside = [(s, e) for s, e in self.spans() if e > since and s < until]
        edges = [(since, since), *inside, (until, until)]
        return max(later[0] - earlier[1] for earlier, later in pairwise(edges))


@dataclass
class Phone:
    """A caller, and everything around the call."""

    world: Any
    far: FarSide
    talk: Any
    asked_at: list[float] = field(default_factory=list)

    @property
    def ear(self) -> Ear:
        return Ear(self.talk.medias[0].sent)

    @property
    def moments(self) -> list[str]:
        self.talk.record  # noqa: B018
        return list(self.world.keeper.timeline)

    async def ask(self, text: str) -> float:
        """Ask something; gives when the last word of it was said."""
        await self.talk.say(text)
        self.asked_at.append(clock.monotonic())
        return self.asked_at[-1]


async def rung_up(worlds: Any, far: FarSide, *, is_signed: bool = False, **options: Any) -> Phone:
    words = next(iter(far.models.values())).words
    order = ModelVoicesSettings(default=tuple(far.models))

    def voices(speech: Any) -> ModelVoices:
        return ModelVoices(far.profiles(), LocalVoices(speech), speech, order, far)

    world = await worlds(voices=options.pop("voices", voices), words=words, **options)
    talk = world.ring(is_signed=is_signed)
    return Phone(world, far, talk)


def two_models() -> FarSide:
    words = LivelyWords()
    return FarSide(live=FarModel(words, ANSWERS), spare=FarModel(words, ANSWERS))


async def picked_up(worlds: Any, far: FarSide, **options: Any) -> Phone:
    """The caller has heard the greeting out."""
    phone = await rung_up(worlds, far, **options)
    phone.talk.open()
    await phone.talk.until(lambda: phone.talk.record.notice is not None)
    return phone


async def test_a_model_leads_a_call(worlds: Any) -> None:
    far = two_models()
    phone = await picked_up(worlds, far)
    ended = await phone.ask(WHERE)
    await phone.talk.until_heard(ANSWERS[WHERE])
    await phone.talk.wait(8.0)
    (gap,) = [one for one in phone.ear.spans() if one[0] > ended][:1]
    # 0.5 s until the model takes the turn for ended, 0.5 s of its thinking: the rest is ours.
    assert gap[0] - ended == pytest.approx(1.0, abs=0.12)
    assert f"caller: {WHERE}" in phone.talk.turns
    assert f"receptionist: {ANSWERS[WHERE]}" in phone.talk.turns
    assert phone.talk.record.voice == "live"
    assert len(far.models["live"].starts) == 1
    assert far.models["spare"].starts == []
    assert "You are the telephone receptionist" in far.models["live"].starts[0]["instructions"]
    await phone.world.reception.close()


async def test_what_the_model_calls_void_is_not_heard(worlds: Any) -> None:
    far = two_models()
    phone = await picked_up(worlds, far)
    live = far.models["live"]
    await phone.ask(WHERE)
    await phone.talk.until_heard(ANSWERS[WHERE])
    await phone.talk.wait(1.5)
    killed = len(phone.talk.media.kills)
    live.socket.tell(type="interrupted")
    await asyncio.sleep(0)
    assert len(phone.talk.media.kills) == killed + 1
    told_at = clock.monotonic()
    await phone.talk.wait(1.0)
    assert max(end for _, end in phone.ear.spans()) <= told_at + 0.06, "our clear takes no time"
    (heard,) = [message for message in live.taken if message["type"] == "heard"]
    assert 1_000 < heard["ms"] < 2_200
    (cut,) = [turn for turn in phone.world.keeper.turns.values() if turn.cut]
    assert ANSWERS[WHERE].startswith(cut.text)
    assert cut.unheard_text
    await phone.world.reception.close()


Moment = Callable[[Phone, Callable[[], None]], Any]


async def at_the_opening(phone: Phone, fail: Callable[[], None]) -> None:
    fail()
    phone.talk.open()
    await phone.talk.until(lambda: phone.talk.record.notice is not None)


async def in_the_greeting(phone: Phone, fail: Callable[[], None]) -> None:
    phone.talk.open()
    await phone.talk.wait(2.0)
    fail()
    await phone.talk.until(lambda: phone.talk.record.notice is not None)


async def while_the_caller_speaks(phone: Phone, fail: Callable[[], None]) -> None:
    phone.talk.open()
    await phone.talk.until(lambda: phone.talk.record.notice is not None)
    asyncio.get_running_loop().call_later(0.7, fail)


async def in_mid_reply(phone: Phone, fail: Callable[[], None]) -> None:
    phone.talk.open()
    await phone.talk.until(lambda: phone.talk.record.notice is not None)
    phone.far.models["live"].on_reply = lambda _nth: fail()


async def between_two_turns(phone: Phone, fail: Callable[[], None]) -> None:
    phone.talk.open()
    await phone.talk.until(lambda: phone.talk.record.notice is not None)
    await phone.ask(PARKING)
    await phone.talk.until_heard(ANSWERS[PARKING])
    await phone.talk.wait(6.5)
    fail()
    await phone.talk.wait(0.5)


MOMENTS = (
    at_the_opening,
    in_the_greeting,
    while_the_caller_speaks,
    in_mid_reply,
    between_two_turns,
)


@pytest.mark.parametrize("next_rung", ["another model", "the clerk"])
@pytest.mark.parametrize("moment", MOMENTS, ids=lambda moment: moment.__name__)
@pytest.mark.parametrize("how", ["killed", "frozen", "muted", "toned"])
async def test_a_call_outlives_its_model(
    worlds: Any, how: str, moment: Moment, next_rung: str
) -> None:
    before = asyncio.all_tasks()
    far = two_models()
    if next_rung == "the clerk":
        del far.models["spare"]
    live = far.models["live"]
    phone = await rung_up(worlds, far)
    await moment(phone, lambda: live.fail(how))
    await phone.ask(WHERE)
    asked_at = phone.asked_at[-1]
    again = "ngong road"
    for _ in range(3):
        ends_at = clock.monotonic() + 14.0
        while clock.monotonic() < ends_at and not answered(phone, again):
            await phone.talk.wait(0.1)
        if answered(phone, again):
            break
        await phone.ask(WHERE)  # they were asked to say it again
    assert answered(phone, again), phone.talk.turns
    silences = [
        phone.ear.longest_silence(asked, min(answered_at(phone, again), later))
        for asked, later in pairwise([*phone.asked_at[-3:], clock.monotonic() + 1e-6])
        if asked >= asked_at and asked < answered_at(phone, again)
    ]
    assert max(silences) <= 3.0, (silences, phone.talk.turns)
    greeted = [turn for turn in phone.talk.turns if phone.world.office.greeting in turn]
    assert len(greeted) == 1, "no second greeting"
    assert phone.talk.record.voice == ("spare" if next_rung == "another model" else "local")
    await phone.talk.wait(10.0)
    phone.talk.gone("platform_closed")
    phone.talk.complete()
    record = phone.talk.record
    assert record.outcome in (Outcome.RESOLVED, Outcome.ABANDONED)
    assert record.termination.reason is TerminationReason.CALLER_HUNG_UP
    await phone.world.reception.close()
    await asyncio.sleep(1.0)
    assert asyncio.all_tasks() <= before, "no task is left"


def answered(phone: Phone, part: str) -> bool:
    """Whether it was said and heard, whole."""
    return any(
        turn.speaker == "receptionist" and not turn.cut and part in turn.text.lower()
        for turn in phone.world.keeper.turns.values()
    )


def answered_at(phone: Phone, part: str) -> float:
    """When the answer began to be heard: our last stretch of sound before now."""
    spans = phone.ear.spans()
    return spans[-1][0] if spans else clock.monotonic()


async def test_the_reply_that_was_cut_is_given_by_the_next_with_the_conversation(
    worlds: Any,
) -> None:
    far = two_models()
    phone = await picked_up(worlds, far)
    far.models["live"].on_reply = lambda _nth: far.models["live"].fail("killed")
    await phone.ask(WHERE)
    await phone.talk.until(lambda: far.models["spare"].starts)
    (start,) = far.models["spare"].starts
    assert start["reply_owed"]
    assert start["history"][-1] == ["caller", WHERE]
    assert start["history"][0][0] == "receptionist", "it knows of the greeting"
    await phone.talk.wait(12.0)
    replies = [turn for turn in phone.talk.turns if "Mwavuli" in turn]
    assert len(replies) == 2, "half a reply, and the whole one"
    await phone.world.reception.close()


@pytest.mark.parametrize("when_s", [-0.6, 0.2], ids=["in the last word", "just after it"])
@pytest.mark.parametrize("next_rung", ["another model", "the clerk"])
async def test_words_at_which_a_ready_voice_died_are_heard_by_the_next(
    worlds: Any, when_s: float, next_rung: str
) -> None:
    far = two_models()
    if next_rung == "the clerk":
        del far.models["spare"]
    phone = await picked_up(worlds, far)
    length_s = len(far.models["live"].words.sound(WHERE)) / 32_000
    loop = asyncio.get_running_loop()
    loop.call_later(length_s + when_s, lambda: far.models["live"].fail("killed"))
    ended = await phone.ask(WHERE)
    ends_at = clock.monotonic() + 14.0
    while clock.monotonic() < ends_at and not answered(phone, "ngong road"):
        await phone.talk.wait(0.1)
    assert answered(phone, "ngong road"), phone.talk.turns
    assert not any("again" in turn for turn in phone.talk.turns), "nobody is asked to repeat it"
    assert f"caller: {WHERE}" in phone.talk.turns
    assert phone.ear.longest_silence(ended, answered_at(phone, "ngong road")) <= 3.0
    await phone.world.reception.close()


async def test_a_model_replaced_while_nobody_waits_is_replaced_without_a_word(worlds: Any) -> None:
    far = two_models()
    phone = await picked_up(worlds, far)
    await phone.ask(WHERE)
    await phone.talk.until_heard(ANSWERS[WHERE])
    await phone.talk.wait(8.0)
    said = len(phone.ear.spans())
    far.models["live"].fail("killed")
    await phone.talk.wait(2.0)
    assert len(phone.ear.spans()) == said
    assert not far.models["spare"].starts[0]["reply_owed"]
    assert far.models["spare"].starts[0]["history"][-1] == ["receptionist", ANSWERS[WHERE]]
    await phone.world.reception.close()


async def test_all_models_down_and_the_clerk_answers(worlds: Any) -> None:
    far = two_models()
    far.models["live"].refuses = (503, "overloaded")
    far.models["spare"].opens_s = 9.0
    phone = await picked_up(worlds, far)
    ended = await phone.ask(WHERE)
    await phone.talk.until_heard("Mwavuli House on Ngong Road, next to the post office.")
    assert clock.monotonic() - ended < 3.0, "the greeting covered the time"
    assert phone.talk.record.voice == "local"
    await phone.world.reception.close()


# The breaker.


async def test_new_calls_skip_a_model_that_keeps_failing(worlds: Any) -> None:
    far = two_models()
    far.models["live"].refuses = (401, "invalid key")
    phone = await rung_up(worlds, far)
    world, voices = phone.world, phone.world.reception._parts.models
    talks = [phone.talk, *(world.ring() for _ in range(4))]
    for talk in talks:
        talk.open()
        await talk.wait(1.0)
        talk.gone("platform_closed")
        talk.complete()
    tried = [host for _, host in far.dialled]
    assert tried.count("live") == 3
    assert voices.health()["models"]["live"]["state"] == BreakerState.OPEN
    assert "invalid key" in voices.health()["models"]["live"]["last_error"]
    assert voices.health()["models"]["spare"]["state"] == BreakerState.CLOSED
    assert world.reception.health()["models"]["live"]["failures"] >= 3
    far.models["live"].refuses = None
    await asyncio.sleep(31.0)
    fresh = world.ring()
    fresh.open()
    await fresh.wait(6.0)
    await fresh.say(WHERE)
    await fresh.wait(10.0)
    assert voices.health()["models"]["live"] == {"state": "closed"}, "one call tried it"
    await world.reception.close()


async def test_a_model_that_opens_and_never_speaks_opens_the_breaker_too(worlds: Any) -> None:
    far = two_models()
    far.models["live"].fails_as = "muted"
    phone = await rung_up(worlds, far)
    voices = phone.world.reception._parts.models
    for _ in range(3):
        talk = phone.world.ring()
        talk.open()
        await talk.wait(7.0)
        await talk.say(WHERE)
        await talk.wait(4.0)
        talk.gone("platform_closed")
        talk.complete()
    assert voices.health()["models"]["live"]["state"] == BreakerState.OPEN
    await phone.world.reception.close()


# Dialling before the media socket comes.


async def test_a_signed_announcement_opens_the_model_before_the_media(worlds: Any) -> None:
    far = two_models()
    phone = await rung_up(worlds, far, is_signed=True)
    await asyncio.sleep(1.0)
    live = far.models["live"]
    assert len(live.starts) == 1, "open before the media socket"
    phone.talk.open()
    await phone.talk.until(lambda: phone.talk.record.notice is not None)
    await phone.ask(WHERE)
    await phone.talk.until_heard(ANSWERS[WHERE])
    assert len(live.sockets) == 1
    assert phone.world.reception.health()["early_models"]["used"] == 1
    await phone.world.reception.close()


async def test_an_unsigned_announcement_opens_nothing(worlds: Any) -> None:
    far = two_models()
    phone = await rung_up(worlds, far)
    await asyncio.sleep(5.0)
    assert far.dialled == []
    phone.talk.open()
    await phone.talk.wait(1.0)
    assert len(far.dialled) == 1
    await phone.world.reception.close()


@pytest.mark.parametrize("ended", [True, False])
async def test_a_socket_whose_media_never_comes_is_closed(worlds: Any, *, ended: bool) -> None:
    far = two_models()
    phone = await rung_up(worlds, far, is_signed=True)
    await asyncio.sleep(1.0)
    if ended:
        phone.talk.complete()
        await asyncio.sleep(0.1)
    else:
        await asyncio.sleep(20.0)
    assert far.models["live"].socket.is_over
    assert phone.world.reception.health()["early_models"]["in_vain"] == 1
    await phone.world.reception.close()


async def test_only_so_many_are_opened_early(worlds: Any) -> None:
    far = two_models()

    def voices(speech: Any) -> ModelVoices:
        order = ModelVoicesSettings(default=("live",), most_early=2)
        return ModelVoices(far.profiles(), LocalVoices(speech), speech, order, far)

    phone = await rung_up(worlds, far, is_signed=True, voices=voices)
    for _ in range(3):
        phone.world.ring(is_signed=True)
    await asyncio.sleep(0.5)
    assert len(far.dialled) == 2
    assert phone.world.reception.health()["early_models"]["not_opened"] == 2
    await phone.world.reception.close()


async def test_a_model_that_fails_before_the_media_comes_is_replaced_at_once(worlds: Any) -> None:
    far = two_models()
    far.models["live"].refuses = (500, "down")
    phone = await rung_up(worlds, far, is_signed=True)
    await asyncio.sleep(1.0)
    phone.talk.open()
    await phone.talk.until(lambda: phone.talk.record.notice is not None)
    await phone.ask(WHERE)
    await phone.talk.until_heard(ANSWERS[WHERE])
    assert phone.talk.record.voice == "spare"
    await phone.world.reception.close()


# What is kept.


async def test_offices_choose_their_models(worlds: Any) -> None:
    far = two_models()
    phone = await rung_up(worlds, far, models=("spare",))
    phone.talk.open()
    await phone.talk.wait(1.0)
    assert [host for _, host in far.dialled] == ["spare"]
    assert phone.world.reception._parts.models.rungs(phone.talk.call) == 2
    await phone.world.reception.close()
    none = await rung_up(worlds, far, models=())
    none.talk.open()
    await none.talk.wait(1.0)
    assert none.talk.record.voice == "local"
    await none.world.reception.close()


async def test_a_tool_is_decided_on_our_side_and_answered_once(worlds: Any) -> None:
    far = two_models()
    phone = await picked_up(worlds, far)
    live = far.models["live"]
    await phone.ask(WHERE)
    arguments = {"name": "Grace", "number": "+254722000001", "reason": "land"}
    live.socket.tell(type="tool", id="t1", name="take_message", arguments=arguments)
    live.socket.tell(type="tool", id="t2", name="launch_missiles", arguments={})
    await phone.talk.wait(1.0)
    results = {m["id"]: m["result"]["status"] for m in live.taken if m["type"] == "result"}
    assert results == {"t1": "saved", "t2": "refused"}
    live.fail("killed")
    await phone.talk.until(lambda: far.models["spare"].starts)
    assert "A message was saved" in far.models["spare"].starts[0]["instructions"]
    await phone.world.reception.close()


async def test_usage_is_summed_and_kept_with_the_call(worlds: Any) -> None:
    from mapokezi.records.model_usage import ModelUsage
    from mapokezi.voice.events import UsageReported

    far = two_models()
    phone = await picked_up(worlds, far)
    session = phone.world.reception._visits[phone.talk.call.call_id].session._voice._session
    for _ in range(3):
        session._say(UsageReported({"audio_in": 10, "audio_out": 4}, "vendor-1"))
    phone.talk.gone("platform_closed")
    phone.talk.complete()
    assert phone.talk.record.model_usage == (
        ModelUsage("live", "vendor-1", {"audio_in": 30, "audio_out": 12}),
    )
    await phone.world.reception.close()
