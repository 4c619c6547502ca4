"""An answer becomes a fact: in the folder, as a version, for the running line, and after import."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.app.our_office import OURS, folder_of, opened, settings_in

from mapokezi.app.answering import Answering
from mapokezi.app.office_watch import OfficeWatch
from mapokezi.app.offices import office_of, standing_offices
from mapokezi.calls import CallId, OfficeId
from mapokezi.config import Settings
from mapokezi.errors import MapokeziError
from mapokezi.receptionist.look_up import OfficeBook
from mapokezi.receptionist.office import Office
from mapokezi.records.open_questions import Answer, OpenQuestion, QuestionId, SaveQuestion
from mapokezi.stores.database import Database
from mapokezi.units import Milliseconds

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
ASKED = QuestionId("c-1.t-1")
ANSWER = Answer(
    office_id=OURS,
    question_ids=(ASKED,),
    title="Weddings",
    answer="Yes, we register weddings on Fridays.",
    asked_as=("Do you do weddings?", "can you marry us"),
    by="Brian Otieno",
    who="desk 3f9a2c Brian Otieno",
)

pytestmark = pytest.mark.anyio


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path)


@asynccontextmanager
async def asked(settings: Settings) -> AsyncIterator[Database]:
    """The records, with a question that is open."""
    async with opened(settings) as records:
        question = OpenQuestion(ASKED, CallId("c-1"), OURS, NOW, Milliseconds(9), "Weddings?")
        await records.writer.commit(SaveQuestion(question))
        yield records


async def test_it_is_a_fact_with_an_author_and_the_running_line_knows_it(
    settings: Settings,
) -> None:
    taken: list[Office] = []

    async def take(office: Office) -> None:
        taken.append(office)

    async with asked(settings) as records:
        standing = await standing_offices(settings)
        await standing.keep(records, NOW)
        line = OfficeWatch(settings, standing, records, take)
        answered_at = NOW + timedelta(hours=1)
        fact_id = await Answering(settings, records, now=lambda: answered_at).answer(ANSWER)
        await line.look()
        await line.look()
        second, first = await records.office_versions.history(OURS)
        (question,) = await records.questions.settled()
    (office,) = taken
    found = OfficeBook(office).look_up({"question": "can you marry us"}, NOW)
    assert found["facts"] == [{"id": "weddings", "text": ANSWER.answer}]
    assert (fact_id, office.version) == ("weddings", 2)
    assert (second.number, second.who) == (2, "desk 3f9a2c Brian Otieno")
    assert any("facts[weddings]" in line for line in second.difference)
    assert office_of(second) == office, "what is exported and imported holds it"
    assert second.files["people.toml"] == first.files["people.toml"]
    text = (folder_of(settings) / "facts.md").read_text(encoding="utf-8")
    assert "<!-- Answered on the desk: Brian Otieno, 2026-11-23 -->" in text
    assert (question.fact_id, question.settled_by) == ("weddings", "Brian Otieno")
    assert question.settled_at == answered_at


async def test_the_desk_that_answers_knows_it_at_once(settings: Settings) -> None:
    async with asked(settings) as records:
        standing = await standing_offices(settings)
        await standing.keep(records, NOW)
        await Answering(settings, records, standing).answer(ANSWER)
        assert standing.offices[OURS].facts[-1].id == "weddings"
        assert standing.offices[OURS].version == 2


async def test_what_is_no_fact_or_has_no_place_leaves_all_as_it_was(settings: Settings) -> None:
    folder = folder_of(settings)
    before = (folder / "facts.md").read_bytes()
    parked = Answer(OURS, (ASKED,), "Cars", "Yes.", ("is there parking", "cars"), "B", "B")
    lost = Answer(OfficeId("no-such"), (), "Cars", "Yes.", ("a", "b"), "B", "B")
    async with asked(settings) as records:
        answering = Answering(settings, records)
        with pytest.raises(MapokeziError, match="also asks for"):
            await answering.answer(parked)
        with pytest.raises(MapokeziError, match="no folder called no-such"):
            await answering.answer(lost)
        hours = folder / "hours.toml"
        hours.write_text(hours.read_text(encoding="utf-8") + "\nfroth = 1\n", encoding="utf-8")
        with pytest.raises(MapokeziError, match=r"hours\.toml.*froth"):
            await answering.answer(ANSWER)
        assert len(await records.questions.open()) == 1
        assert await records.office_versions.latest(OURS) is None
    assert (folder / "facts.md").read_bytes() == before
