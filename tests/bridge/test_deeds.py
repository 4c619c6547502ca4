"""Deeds: decided on our side, saved before tried, and claimed only when they are so."""

from __future__ import annotations

import asyncio
from typing import Any

import numpy as np
import pytest

from mapokezi.bridge.deeds import Deeds
from mapokezi.bridge.handing_over.executor import CallerMeanwhile, HandOffOrder
from mapokezi.bridge.handing_over.ladder import Begun
from mapokezi.bridge.known_offices import KnownOffices
from mapokezi.bridge.model_voices import ModelVoices
from mapokezi.bridge.voices import LocalVoices
from mapokezi.receptionist.examples import fact_examples, subject_examples
from mapokezi.receptionist.handoff import JustNow, Ring
from mapokezi.receptionist.look_up import OfficeBook
from mapokezi.receptionist.meanings import Meanings
from mapokezi.stores.errors import StoreError

pytestmark = pytest.mark.anyio
VIRTUAL_TIME = True

MESSAGE = {
    "name": "Grace Njeri",
    "number": "0722 000 100",
    "reason": "a plot in Kiambu",
    "for_person": "wanjiku-kamau",
}


class Arms:
    """A ladder that only remembers what was begun, and what was stored by then."""

    def __init__(self, keeper: Any) -> None:
        self.keeper = keeper
        self.rings: list[tuple[Ring, int]] = []
        self.fails: Exception | None = None
        self.rung_in_doubt: set[str] = set()

        self.meanwhile = CallerMeanwhile.LEAVES_US
        self.says = ""
        self.just_now = JustNow()

    @property
    def is_busy(self) -> bool:
        return bool(self.rings)

    @property
    def name(self) -> str:
        return self.rings[-1][0].person_name

    def begin(self, order: HandOffOrder) -> Begun:
        if self.fails is not None:
            raise self.fails
        assert order.note.message_id in self.keeper.messages
        ring = order.plan.first
        if self.meanwhile is not CallerMeanwhile.IS_PROMISED_A_CALL:
            self.rings.append((ring, len(self.keeper.messages)))
        return Begun(self.meanwhile, ring.person_name, self.says)


@pytest.fixture
async def world(worlds: Any) -> Any:
    return await worlds(prepared=False)


def deeds_of(world: Any, *more: Any) -> tuple[Deeds, Arms]:
    talk = world.ring()
    arms = Arms(world.keeper)
    return Deeds(world.office, talk.call, world.keeper, arms, *more), arms  # type: ignore[arg-type]


async def test_a_message_is_saved_with_an_id(world: Any) -> None:
    deeds, _ = deeds_of(world)
    result = await deeds.carry_out("take_message", {**MESSAGE, "unsure": ["name"]})
    assert result["status"] == "saved"
    (message,) = world.keeper.messages.values()
    assert result["message_id"] == message.message_id
    assert deeds.message_ids == (message.message_id,)
    assert message.number == "+254722000100"
    assert message.unsure == ("name",)
    assert message.office_id == world.office.id


async def test_the_status_comes_only_once_the_message_is_durable(world: Any) -> None:
    deeds, _ = deeds_of(world)
    world.keeper.gate = asyncio.Event()
    doing = asyncio.create_task(deeds.carry_out("take_message", MESSAGE))
    await asyncio.sleep(5)
    assert not doing.done()
    world.keeper.gate.set()
    assert (await doing)["status"] == "saved"


async def test_a_message_that_cannot_be_stored_is_not_claimed(world: Any) -> None:
    deeds, _ = deeds_of(world)
    world.keeper.fails = StoreError("the disk is full")
    result = await deeds.carry_out("take_message", MESSAGE)
    assert result["status"] == "failed"
    assert "disk" not in result["reason"], "no fault of ours is an excuse to a caller"
    assert deeds.message_ids == ()


async def test_told_again_a_message_is_the_same_one_corrected(world: Any) -> None:
    deeds, _ = deeds_of(world)
    first = await deeds.carry_out("take_message", MESSAGE)
    second = await deeds.carry_out("take_message", {**MESSAGE, "reason": "a plot in Thika"})
    assert first["message_id"] == second["message_id"]
    (message,) = world.keeper.messages.values()
    assert message.reason == "a plot in Thika"


async def test_a_hand_over_is_noted_before_it_is_armed(world: Any) -> None:
    deeds, arms = deeds_of(world)
    result = await deeds.carry_out("hand_over", {"person_id": "wanjiku-kamau", "reason": "a plot"})
    assert result["status"] == "connecting"
    assert result["person_name"] == arms.rings[0][0].person_name
    assert result["message_id"] in world.keeper.messages
    ((ring, stored_before),) = arms.rings
    assert ring.destination == "+254700000101"
    assert stored_before == 1


async def test_a_note_does_not_replace_the_message_that_the_caller_left(world: Any) -> None:
    deeds, _ = deeds_of(world)
    await deeds.carry_out("take_message", MESSAGE)
    result = await deeds.carry_out("hand_over", {"person_id": "wanjiku-kamau", "urgent": True})
    assert result["status"] == "connecting"
    (message,) = world.keeper.messages.values()
    assert message.reason == "a plot in Kiambu"
    assert message.name == "Grace Njeri"
    assert message.urgent, "but that it has become urgent is known"


async def test_a_message_replaces_the_note(world: Any) -> None:
    deeds, _ = deeds_of(world)
    await deeds.carry_out("hand_over", {"person_id": "wanjiku-kamau"})
    await deeds.carry_out("take_message", MESSAGE)
    (message,) = world.keeper.messages.values()
    assert message.reason == "a plot in Kiambu"


async def test_nobody_is_armed_if_the_note_cannot_be_stored(world: Any) -> None:
    deeds, arms = deeds_of(world)
    world.keeper.fails = StoreError("the disk is full")
    result = await deeds.carry_out("hand_over", {"person_id": "wanjiku-kamau"})
    assert result["status"] == "failed"
    assert arms.rings == []


async def test_connecting_is_not_claimed_where_nothing_could_be_armed(world: Any) -> None:
    deeds, arms = deeds_of(world)
    arms.meanwhile = CallerMeanwhile.IS_PROMISED_A_CALL
    arms.says = "I cannot put you through from here."
    result = await deeds.carry_out("hand_over", {"person_id": "wanjiku-kamau"})
    assert result["status"] == "refused"
    assert result["say"] == arms.says
    assert result["message_id"] in world.keeper.messages


async def test_ringing_is_told_apart_from_connecting(world: Any) -> None:
    deeds, arms = deeds_of(world)
    arms.meanwhile = CallerMeanwhile.STAYS_WITH_US
    result = await deeds.carry_out("hand_over", {"person_id": "wanjiku-kamau"})
    assert result["status"] == "ringing"
    again = await deeds.carry_out("hand_over", {"person_id": "wanjiku-kamau"})
    assert again["status"] == "already_connecting"
    assert (await deeds.carry_out("end_call", {}))["status"] == "refused"


async def test_what_is_told_of_a_way_that_nobody_has_proven(world: Any) -> None:
    deeds, arms = deeds_of(world)
    arms.says = "If we are cut off, the office will ring you back."
    urgent = {"what": "my husband is not breathing", "person_id": "wanjiku-kamau"}
    result = await deeds.carry_out("report_urgency", urgent)
    assert result["status"] == "connecting"
    assert result["if_cut_off"] == arms.says
    assert result["say"].endswith(arms.says), "behind the emergency number"
    assert "9 9 9" in result["say"]


async def test_a_refusal_leaves_a_note_and_a_sentence(world: Any) -> None:
    deeds, arms = deeds_of(world)
    result = await deeds.carry_out("hand_over", {"person_id": "kevin-barasa"})
    assert result["status"] == "refused"
    assert "not taking calls" in result["say"]
    assert result["message_id"] in world.keeper.messages
    assert arms.rings == []


async def test_who_was_rung_with_an_outcome_in_doubt_is_not_rung_twice(world: Any) -> None:
    deeds, arms = deeds_of(world)
    arms.rung_in_doubt.add("+254700000101")
    result = await deeds.carry_out("hand_over", {"person_id": "wanjiku-kamau", "reason": "a plot"})
    assert result["status"] == "refused"
    assert "rung" in result["say"]
    assert result["message_id"] in world.keeper.messages, "but that they were wanted is kept"
    assert arms.rings == []
    other = await deeds.carry_out("hand_over", {"person_id": "brian-otieno", "reason": "a plot"})
    assert other["status"] == "connecting"


async def test_a_danger_told_in_swahili_is_answered_in_it(world: Any) -> None:
    deeds, _ = deeds_of(world)
    told = {"what": "Nyumba yetu inaungua, tafadhali tusaidieni."}
    result = await deeds.carry_out("report_urgency", told)
    assert result["emergency"].startswith("Kama mtu yuko hatarini, kata simu upige 9 9 9")


async def test_an_emergency_rings_them_again_all_the_same(world: Any) -> None:
    deeds, arms = deeds_of(world)
    arms.rung_in_doubt.add("+254700000101")
    what = "my husband was arrested"
    urgent = {"what": what, "person_id": "wanjiku-kamau"}
    result = await deeds.carry_out("report_urgency", urgent)
    assert result["status"] == "connecting"
    assert arms.rings[0][0].destination == "+254700000101"


async def test_a_tool_that_there_is_not_is_refused_without_a_note(world: Any) -> None:
    deeds, _ = deeds_of(world)
    result = await deeds.carry_out("transfer_money", {"amount": 1000})
    assert result["status"] == "refused"
    assert not world.keeper.messages


async def test_the_end_is_allowed(world: Any) -> None:
    deeds, _ = deeds_of(world)
    assert (await deeds.carry_out("end_call", {}))["status"] == "ending"


async def test_the_offices_own_questions_are_part_of_the_message(worlds: Any) -> None:
    from mapokezi.receptionist.office import Question

    world = await worlds(
        prepared=False, message_questions=(Question(slot="plot_number", ask="Which plot?"),)
    )
    deeds, _ = deeds_of(world)
    await deeds.carry_out("take_message", {**MESSAGE, "plot_number": "17"})
    (message,) = world.keeper.messages.values()
    assert message.reason == "a plot in Kiambu; plot_number: 17"


class Senses:
    """Finds that every text means the same as parking, unless it cannot."""

    def __init__(self, office: Any) -> None:
        self.row = np.array([1.0, 0.0], dtype=np.float32)
        other = np.array([0.0, 1.0], dtype=np.float32)
        self.known = Meanings(
            {
                each.text: self.row if each.label == "parking" else other
                for each in (*fact_examples(office), *subject_examples(office.people))
            }
        )
        self.asked: list[str] = []
        self.can = True

    async def __call__(self, text: str) -> Any:
        self.asked.append(text)
        return self.row if self.can else None


async def test_a_question_is_looked_up_by_what_it_means(world: Any) -> None:
    senses = Senses(world.office)
    deeds, _ = deeds_of(world, OfficeBook(world.office, senses.known), senses)
    question = {"question": "somewhere to leave my lorry"}
    found = await deeds.carry_out("look_up", question)
    assert [fact["id"] for fact in found["facts"]] == ["parking"]
    senses.can = False
    assert (await deeds.carry_out("look_up", question))["status"] == "not_found", "words alone"
    assert len(senses.asked) == 2
    await deeds.carry_out("look_up", {"fact_ids": ["email"], "question": "where do I write"})
    await deeds.carry_out("look_up", {"day": "today"})
    assert len(senses.asked) == 2, "what is named needs no meaning"
    without, _ = deeds_of(world, OfficeBook(world.office), senses)
    await without.carry_out("look_up", question)
    assert len(senses.asked) == 2, "nor does a book that knows none"


async def test_the_clerks_meanings_reach_the_look_up(kit: Any, worlds: Any) -> None:
    world = await worlds(prepared=False)
    senses = Senses(world.office)

    class Found:
        async def of(self, sentences: Any, _speech: Any) -> Any:
            return dict.fromkeys(sentences, senses.row)

    known = KnownOffices()
    known.prepare(world.office)
    assert not known.book(world.office).has_meanings
    local = LocalVoices(world.speech, [world.office], Found())  # type: ignore[arg-type]
    voices = ModelVoices({}, local, world.speech)
    voices.tell_meanings(known.learn)
    await voices.prepare(world.speech)
    assert known.book(world.office).has_meanings
    await voices.close()


async def test_what_was_looked_up_in_vain_is_told_once_for_each_question(world: Any) -> None:
    deeds, _ = deeds_of(world)
    told: dict[str, list[str]] = {}
    deeds.not_answered = lambda key, question: told.setdefault(key, []).append(question)
    for question in ("Do you sell bicycles?", "do you sell bicycles", "xylophone zzz"):
        assert (await deeds.carry_out("look_up", {"question": question}))["status"] == "not_found"
    assert [asked[0] for asked in told.values()] == ["Do you sell bicycles?", "xylophone zzz"]
    assert all(key.isascii() and " " not in key for key in told)
    await deeds.carry_out("look_up", {"question": "Is there parking?"})
    await deeds.carry_out("look_up", {"fact_ids": ["no-such"]})
    assert len(told) == 2, "found, or not asked in words"
