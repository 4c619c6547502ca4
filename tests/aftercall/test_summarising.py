"""Three lines by a chat model, and what is made of an answer that is none."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest
from tests.aftercall.conftest import Clock, Receivers, Stage, staged
from tests.fakes.scripted_api import Reply, ScriptedApi

from mapokezi.aftercall.effects import Effect
from mapokezi.aftercall.summarising import (
    SUMMARISE,
    Summarising,
    SummarisingParts,
    SummaryModel,
    lines_in,
    numbers_not_in,
)
from mapokezi.calls import CallId
from mapokezi.receptionist.office import Office
from mapokezi.records.call_notes import EXTRACT, CallNotes
from mapokezi.records.changes import SaveTurn
from mapokezi.speech.http_service import HttpService, ServiceSettings
from mapokezi.stores.database import Database, DatabaseSettings, open_database

pytestmark = pytest.mark.anyio

CALL = CallId("c-000000")
LINES = ("Grace wants to transfer a plot.", "She was told the hours.", "Wanjiku has to ring her.")


def saying(text: str) -> Reply:
    return Reply(200, {"choices": [{"message": {"role": "assistant", "content": text}}]})


@pytest.fixture
def api() -> Iterator[ScriptedApi]:
    with ScriptedApi().serving() as found:
        yield found


@pytest.fixture
async def records(database_settings: DatabaseSettings) -> AsyncIterator[Database]:
    """For the effect itself; the stage opens the same database beside."""
    async with open_database(
        replace(database_settings, spill_file=database_settings.spill_file.with_suffix(".2"))
    ) as found:
        yield found


@pytest.fixture
async def at(
    database_settings: DatabaseSettings,
    records: Database,
    office: Office,
    clock: Clock,
    receivers: Receivers,
    api: ScriptedApi,
) -> AsyncIterator[Stage]:
    """The work after calls, with a chat model that writes its summaries."""
    service = HttpService(ServiceSettings(base_url=api.url, key="sk-do-not-show"))
    model = SummaryModel("my-model", "qwen", service, extra={"temperature": 0.2})
    parts = SummarisingParts(records, {office.id: office}, clock, model)
    effect: Effect = Summarising(parts).effect()
    async with staged(
        database_settings, office, clock, receivers, more_after_calls=(effect,)
    ) as stage:
        call = stage.ended()
        said = stage.examples.turn(
            number=1,
            ours=False,
            text="I want a plot transferred. My card is 4111 1111 1111 1111.",
        )
        await stage.end(call)
        await stage.records.writer.commit(SaveTurn(said))
        yield stage
    await service.close()


async def notes_at(stage: Stage) -> CallNotes:
    """Sweep as long as anything is put off for a moment, and give the call's notes."""
    for _ in range(3):
        await stage.sweep()
        stage.clock.on(seconds=31)
    found = await stage.records.call_notes.get(CALL)
    assert found is not None
    return found


async def test_the_models_lines_take_the_place_of_the_extracts(at: Stage, api: ScriptedApi) -> None:
    api.replies = [saying("<think>Hm.</think>\n" + "\n".join(f"- {line}" for line in LINES))]
    for number, text in ((2, "Your ID number, please?"), (3, "two nine one two three four five")):
        turn = at.examples.turn(number=number, ours=number == 2, text=text)
        await at.records.writer.commit(SaveTurn(turn))
    notes = await notes_at(at)
    assert (notes.lines, notes.made_by) == (LINES, "my-model")
    (asked,) = api.asked
    assert asked.line == "POST /chat/completions"
    assert asked.headers["authorization"] == "Bearer sk-do-not-show"
    assert asked.body["model"] == "qwen"
    assert asked.body["stream"] is False
    assert asked.body["temperature"] == 0.2
    shown = asked.body["messages"][1]["content"]
    assert "I want a plot transferred." in shown
    assert "4111" not in shown, "a card is shown to nobody"
    assert "nine one" not in shown, "nor an id that only its question tells"


async def test_a_number_that_nobody_has_said_costs_it_all_its_lines(
    at: Stage, api: ScriptedApi
) -> None:
    api.replies = [saying("Grace asks.\nThe fee is KES 12,500.\nWanjiku rings.")]
    notes = await notes_at(at)
    assert notes.made_by == EXTRACT
    assert len(api.asked) == 1


@pytest.mark.parametrize(
    "reply",
    [
        Reply(503, {"error": "busy"}),
        Reply(200, b"not json"),
        Reply(200, {"choices": []}),
        saying("  \n<think>only thoughts</think>"),
        Reply(200, b"x" * 400_000),
        Reply(200, {"choices": [{"message": {"content": None}}]}, cut_after=20),
    ],
)
async def test_a_model_that_fails_is_asked_again_and_the_extract_stands_meanwhile(
    at: Stage, api: ScriptedApi, reply: Reply
) -> None:
    api.replies = [reply]
    api.otherwise = lambda _asked: saying("\n".join(LINES))
    await at.sweep()
    found = await at.records.call_notes.get(CALL)
    assert found is None or found.made_by == EXTRACT
    at.clock.on(seconds=31)
    await at.sweep()
    at.clock.on(seconds=61)
    await at.sweep()
    assert (await notes_at(at)).made_by == "my-model"


async def test_a_call_in_which_nobody_spoke_is_shown_to_nobody(at: Stage, api: ScriptedApi) -> None:
    api.otherwise = lambda _asked: saying("\n".join(LINES))
    await at.end(at.ended(5))
    await notes_at(at)
    assert len(api.asked) == 1, "of the call in which somebody spoke"
    state = await at.records.effects.state("c-000005", SUMMARISE)
    assert state is not None
    assert state.done_at is not None


async def test_it_is_given_up_in_hours_not_in_days(at: Stage, api: ScriptedApi) -> None:
    api.otherwise = lambda _asked: Reply(500)
    for _ in range(10):
        await at.sweep()
        at.clock.on(hours=2, minutes=1)
    assert len(api.asked) <= 7
    state = await at.records.effects.state(CALL, SUMMARISE)
    assert state is not None
    assert (state.why, state.done_at is not None) == ("HttpFailed", True)
    assert (await notes_at(at)).made_by == EXTRACT


def test_lines_are_three_at_most_and_short() -> None:
    text = "1. One.\n\n2) Two.\n* Three.\nFour."
    assert lines_in(text) == ("One.", "Two.", "Three.")
    assert lines_in("thoughts without a beginning</think>One.") == ("One.",)
    assert len(lines_in("x" * 900)[0]) == 240


def test_numbers_are_known_however_they_are_grouped() -> None:
    talk = "Caller: my number is 0722 000 100, the fee was 12,500 and room 7"
    assert numbers_not_in(talk, ("Ring 0722000100.", "KES 12500, room 7.", "by 9")) == ()
    assert numbers_not_in(talk, ("Ring +254722000100.",)) == ("254722000100",)
    assert numbers_not_in(talk, ("KES 13,000",)) == ("13000",)
