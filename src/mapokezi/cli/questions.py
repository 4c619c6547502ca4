"""``mapokezi questions``: what callers asked and could not be answered."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

from mapokezi.cli.settings import ConfigOption, load, load_for_work
from mapokezi.cli.trail import note_reading
from mapokezi.config import Settings
from mapokezi.errors import MapokeziError
from mapokezi.records.audit import Deed
from mapokezi.records.open_questions import Answer, OpenQuestion, QuestionId, SettleQuestions

if TYPE_CHECKING:
    from mapokezi.receptionist.asked_alike import AskedAlike
    from mapokezi.stores.database import Database, DatabaseSettings

app = typer.Typer(help="What callers asked and could not be answered.", no_args_is_help=True)

QuestionArgument = Annotated[
    str, typer.Argument(help="The id of a question, as `questions list` shows it.")
]
ByOption = Annotated[str, typer.Option("--by", help="Who, by name.")]


@app.callback()
def questions() -> None:
    """What callers asked and could not be answered."""


@app.command("list")
def list_questions(
    config: ConfigOption = None,
    settled: Annotated[
        bool, typer.Option("--settled", help="Those that were answered or put aside.")
    ] = False,
) -> None:
    """List questions, those that ask for the same together, those asked most first."""
    settings = load(config)
    out = Console(highlight=False, soft_wrap=True)
    note_reading(settings, Deed.READ_QUESTIONS)
    if settled:
        found = asyncio.run(_settled(settings))
        for one in found:
            fact = f"fact {one.fact_id}" if one.fact_id else "put aside"
            out.print(f"“{escape(one.words)}”  {fact}, {escape(one.settled_by or 'somebody')}")
        if not found:
            print("Nothing settled yet.")
        return
    groups = asyncio.run(_groups(settings))
    for group in groups:
        times = "1 call" if group.calls == 1 else f"{group.calls} calls"
        out.print(f"[bold]{times}[/bold]  [dim]{group.latest.question_id}[/dim]")
        for way in group.ways:
            out.print(f"  “{escape(way)}”")
    if not groups:
        print("Nothing open.")


@app.command("answer")
def answer_question(
    question_id: QuestionArgument,
    title: Annotated[str, typer.Option("--title", help="What it is about, in a word or two.")],
    says: Annotated[str, typer.Option("--says", help="What callers are told, word for word.")],
    by: ByOption,
    way: Annotated[
        list[str] | None,
        typer.Option("--way", help="A way to ask for it, again for each; besides the callers'."),
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Answer a question and those like it: the answer becomes a fact of the office's."""
    settings = load_for_work(config)
    fact_id, count = asyncio.run(
        _answer(settings, QuestionId(question_id), title, says, by, tuple(way or ()))
    )
    print(f"fact {fact_id}: answers {count} question{'' if count == 1 else 's'}")


@app.command("put-aside")
def put_question_aside(
    question_id: QuestionArgument, by: ByOption, config: ConfigOption = None
) -> None:
    """Take a question and those like it off the list without an answer."""
    count = asyncio.run(_put_aside(load_for_work(config), QuestionId(question_id), by))
    print(f"put aside: {count}")


async def _groups(settings: Settings) -> tuple[AskedAlike, ...]:
    from mapokezi.receptionist.asked_alike import asked_alike
    from mapokezi.stores.database import open_for_reading

    async with open_for_reading(settings.database_url) as records:
        return asked_alike(await records.questions.open())


async def _settled(settings: Settings) -> tuple[OpenQuestion, ...]:
    from mapokezi.stores.database import open_for_reading

    async with open_for_reading(settings.database_url) as records:
        return await records.questions.settled()


async def _answer(
    settings: Settings, of: QuestionId, title: str, says: str, by: str, ways: tuple[str, ...]
) -> tuple[str, int]:
    from mapokezi.app.answering import Answering
    from mapokezi.app.keeping import whoever
    from mapokezi.stores.database import open_database

    async with open_database(_database(settings)) as records:
        group = await _group_of(records, of)
        ids = tuple(one.question_id for one in group.questions)
        given = Answer(
            office_id=group.latest.office_id,
            question_ids=ids,
            title=title,
            answer=says,
            asked_as=(*group.ways, *ways),
            by=by,
            who=whoever(),
        )
        return await Answering(settings, records).answer(given), len(ids)


async def _put_aside(settings: Settings, of: QuestionId, by: str) -> int:
    from mapokezi.bridge import clock
    from mapokezi.stores.database import open_database

    async with open_database(_database(settings)) as records:
        ids = tuple(one.question_id for one in (await _group_of(records, of)).questions)
        await records.writer.commit(SettleQuestions(ids, by, clock.wall()))
    return len(ids)


async def _group_of(records: Database, of: QuestionId) -> AskedAlike:
    from mapokezi.receptionist.asked_alike import asked_alike

    for group in asked_alike(await records.questions.open()):
        if any(one.question_id == of for one in group.questions):
            return group
    raise MapokeziError(f"no open question {of}; `mapokezi questions list` shows them")


def _database(settings: Settings) -> DatabaseSettings:
    from mapokezi.stores.database import DatabaseSettings

    return DatabaseSettings(
        url=settings.database_url, spill_file=settings.data_folder / "spilled-command.jsonl"
    )
