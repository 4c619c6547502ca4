"""What callers hear of the notices is on record to the word; before that no model hears them."""

from __future__ import annotations

import asyncio
import base64
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from tests.bridge.models_in_memory import FarModel, FarSide, LivelyWords, MemorySocket

from mapokezi.bridge import clock
from mapokezi.bridge.model_voices import ModelVoices, ModelVoicesSettings
from mapokezi.bridge.voices import LocalVoices
from mapokezi.receptionist.office import Notices
from mapokezi.records.caller_notices import NoticeKind

pytestmark = pytest.mark.anyio
VIRTUAL_TIME = True

WHERE = "Where is your office?"
ANSWERS = {WHERE: "We are at Mwavuli House on Ngong Road."}
AUTOMATED = "I am the automated receptionist."
RECORDED = "This call is recorded; if you do not want that, just say so."
ABROAD = "What you say is worked on by an automated service outside Kenya."
QUESTION = "How can I help you?"


@dataclass
class Counting(FarModel):
    """A far model that counts the caller's sound, and when it came."""

    sounds: list[tuple[float, int]] = field(default_factory=list)

    def take(self, socket: MemorySocket, said: dict[str, Any]) -> None:
        if said["type"] == "sound":
            self.sounds.append((clock.monotonic(), len(base64.b64decode(said["data"]))))
        super().take(socket, said)

    def heard_bytes(self, until: float = float("inf")) -> int:
        """How much of the caller it was given before an instant."""
        return sum(size for at, size in self.sounds if at < until)


async def rung(
    worlds: Any, *, is_elsewhere: bool = True, is_signed: bool = False, **office: Any
) -> tuple[Any, Any, Counting, FarSide]:
    """A call to an office whose model is in the cloud, or here; it has not been opened yet."""
    words = LivelyWords()
    model = Counting(words, ANSWERS)
    far = FarSide(live=model)
    profiles = {
        name: replace(one, is_elsewhere=is_elsewhere) for name, one in far.profiles().items()
    }
    order = ModelVoicesSettings(default=("live",))
    own = {"notice": "", "worked_on_abroad": is_elsewhere, **office}
    world = await worlds(
        voices=lambda speech: ModelVoices(profiles, LocalVoices(speech), speech, order, far),
        words=words,
        **own,
    )
    return world, world.ring(is_signed=is_signed), model, far


def kinds(talk: Any) -> list[NoticeKind]:
    return [one.kind for one in talk.record.notices]


async def test_each_notice_is_on_record_when_its_last_word_was_heard(worlds: Any) -> None:
    world = await worlds(notice="", worked_on_abroad=True)
    talk = world.ring()
    media = talk.open()
    began = clock.wall() + timedelta(seconds=media.first_sound_at(world.words) - clock.monotonic())
    await talk.until(lambda: talk.record.notice is not None)
    told = talk.record.notices
    assert [(one.kind, one.wording, one.language) for one in told] == [
        (NoticeKind.AUTOMATED, AUTOMATED, "en"),
        (NoticeKind.RECORDED, RECORDED, "en"),
        (NoticeKind.ABROAD, ABROAD, "en"),
    ]
    at = began + timedelta(milliseconds=160)  # the module's own pause before the first sound
    for sentence, one in zip(
        (world.office.greeting, AUTOMATED, RECORDED, ABROAD), (None, *told), strict=True
    ):
        at += timedelta(milliseconds=len(world.words.sound(world.spelled(sentence))) / 32)
        if one is not None:
            assert abs(one.at - at) < timedelta(milliseconds=60), (sentence, one.at - at)
        at += timedelta(milliseconds=280)
    assert talk.record.notice.wording == f"{AUTOMATED} {RECORDED} {ABROAD} {QUESTION}"
    assert talk.record.notice.at > told[-1].at
    await world.reception.close()


async def test_who_hangs_up_in_the_middle_has_heard_what_came_before(worlds: Any) -> None:
    world = await worlds(notice="")
    talk = world.ring()
    talk.open()
    await talk.until(lambda: talk.record.notices)
    await talk.wait(0.5)
    talk.gone("platform_closed")
    talk.complete()
    record = world.keeper.calls[talk.call.call_id]
    assert [one.kind for one in record.notices] == [NoticeKind.AUTOMATED]
    assert record.notice is None
    await world.reception.close()


@pytest.mark.parametrize("is_signed", [True, False], ids=["opened early", "with the media"])
async def test_no_sound_of_the_caller_reaches_a_model_elsewhere_before_the_notice(
    worlds: Any, *, is_signed: bool
) -> None:
    world, talk, model, far = await rung(worlds, is_signed=is_signed)
    if is_signed:
        await asyncio.sleep(1.0)
        assert len(far.dialled) == len(model.starts) == 1, "its socket is open before the media"
    talk.open()
    while talk.record.notice is None:  # a caller who talks all the while
        await talk.say(WHERE, 400)
        assert clock.monotonic() < 1100
    last = max(one.at for one in talk.record.notices)
    heard_at = clock.monotonic() - (clock.wall() - last).total_seconds()
    assert kinds(talk) == list(NoticeKind)
    assert model.heard_bytes(until=heard_at) == 0
    assert model.heard_bytes() > 0, "and after it, it hears"
    assert model.sounds[0][0] - heard_at < 0.25, "at once"
    assert len(far.dialled) == 1
    await talk.wait(12.0)
    await talk.say(WHERE)
    await talk.until_heard(ANSWERS[WHERE])
    await world.reception.close()


async def test_an_owner_may_choose_that_it_hears_from_the_first_word(worlds: Any) -> None:
    world, talk, model, _ = await rung(worlds, notices=Notices(voice_before=True))
    talk.open()
    await talk.say(WHERE, 1_000)
    assert not talk.record.notices
    assert model.heard_bytes() > 20_000
    await world.reception.close()


async def test_a_model_on_this_machine_hears_from_the_first_word(worlds: Any) -> None:
    world, talk, model, _ = await rung(worlds, is_elsewhere=False)
    talk.open()
    await talk.say(WHERE, 1_000)
    assert not talk.record.notices
    assert model.heard_bytes() > 20_000
    await world.reception.close()


async def test_what_a_key_cut_short_is_said_again_and_only_then_it_hears(worlds: Any) -> None:
    world, talk, model, _ = await rung(worlds)
    talk.open()
    await talk.until(lambda: talk.record.notices)
    talk.media.sink.key("5", clock.monotonic())  # which cuts the opening short
    await talk.wait(0.5)
    assert kinds(talk) == [NoticeKind.AUTOMATED]
    cut_at = clock.monotonic()
    await talk.say(WHERE)
    assert model.heard_bytes() == 0
    await talk.until(lambda: talk.record.notice is not None)
    assert clock.monotonic() - cut_at < 20.0
    assert kinds(talk) == list(NoticeKind)
    again = world.words.heard_in(
        b"".join(pcm for at, kind, pcm in talk.media.sent if kind == "audio" and at > cut_at - 0.4)
    )
    assert again.endswith(f"{RECORDED} {ABROAD}"), "only what was not heard"
    await talk.wait(1.0)
    await talk.say(WHERE)
    await talk.until_heard(ANSWERS[WHERE])
    assert model.heard_bytes() > 0
    await world.reception.close()


async def test_who_cuts_in_on_the_clerk_hears_the_rest_before_the_answer(worlds: Any) -> None:
    world = await worlds(notice="")
    talk = world.ring()
    talk.open()
    await talk.wait(1.0)
    await talk.say(WHERE)
    await talk.until_heard("Mwavuli House")
    await talk.wait(1.0)
    assert kinds(talk) == [NoticeKind.AUTOMATED, NoticeKind.RECORDED]
    assert talk.record.notice is not None
    heard = talk.media.audible(world.words)
    assert heard.index(RECORDED) < heard.index("Mwavuli House")
    assert heard.count(RECORDED) == 1
    await world.reception.close()


async def test_who_cuts_in_because_of_a_danger_hears_the_number_first(worlds: Any) -> None:
    world = await worlds(notice="")
    talk = world.ring()
    talk.open()
    await talk.wait(1.0)
    await talk.say("My brother is not breathing.")
    await talk.until_heard("9 9 9")
    assert AUTOMATED not in talk.media.audible(world.words)
    assert RECORDED not in talk.media.audible(world.words)
    await world.reception.close()
