"""``mapokezi notices``: what people and systems were told, and what became of it."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from mapokezi.calls import CallId
from mapokezi.cli.settings import ConfigOption, load
from mapokezi.cli.trail import note_reading
from mapokezi.config import Settings
from mapokezi.errors import MapokeziError
from mapokezi.records.audit import Deed
from mapokezi.records.lists import NoticeFilter, NoticePage
from mapokezi.records.notices import Notice, NoticeId, NoticeState

app = typer.Typer(help="What people were told, and what became of it.", no_args_is_help=True)

_COLOURS = {
    NoticeState.SENT: "green",
    NoticeState.FAILED: "red",
    NoticeState.UNSURE: "yellow",
    NoticeState.WITHDRAWN: "dim",
}
_IN_TROUBLE = frozenset({NoticeState.FAILED, NoticeState.UNSURE})
_OPEN = frozenset({NoticeState.WAITING, NoticeState.SENDING})


@app.callback()
def notices() -> None:
    """What people were told, and what became of it."""


@app.command("list")
def list_notices(
    config: ConfigOption = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=500, help="How many.")] = 20,
    call: Annotated[str, typer.Option("--call", help="Only those of this call.")] = "",
    failed: Annotated[
        bool, typer.Option("--failed", help="Only those that failed, or may not have arrived.")
    ] = False,
    waiting: Annotated[
        bool, typer.Option("--waiting", help="Only those that have not gone out yet.")
    ] = False,
) -> None:
    """List notices, the latest first."""
    states = (_IN_TROUBLE if failed else frozenset()) | (_OPEN if waiting else frozenset())
    wanted = NoticeFilter(call_id=CallId(call) if call else None, states=states)
    settings = load(config)
    listed = asyncio.run(_page(settings, wanted, limit))
    note_reading(settings, Deed.READ_MESSAGES, call)
    if not listed.notices:
        print("No such notices." if states or call else "No notices yet.")
        return
    out = Console(highlight=False, soft_wrap=True)
    for notice in listed.notices:
        _show(out, notice)


def _show(out: Console, notice: Notice) -> None:
    colour = _COLOURS.get(notice.state, "default")
    whom = notice.person_id or ("the caller" if notice.way != "webhook" else notice.address)
    urgent = " [red]urgent[/red]" if notice.urgent else ""
    out.print(
        f"{notice.planned_at:%Y-%m-%d %H:%M} UTC  {whom} by {notice.way}:{urgent} "
        f"{escape(notice.title or notice.kind.value)}  "
        f"[{colour}]{notice.state.value}[/{colour}]{escape(_fate(notice))}\n"
        f"  [dim]{notice.notice_id}  {notice.call_id or ''}[/dim]"
    )


def _fate(notice: Notice) -> str:
    parts: list[str] = []
    if notice.state is NoticeState.SENT and notice.sent_at:
        parts.append(f"{notice.sent_at:%H:%M:%S}")
    if notice.state is NoticeState.WAITING:
        parts.append(f"not before {notice.not_before:%Y-%m-%d %H:%M:%S} UTC")
    if notice.attempts > 1 or (notice.attempts and notice.state is not NoticeState.SENT):
        parts.append(f"{notice.attempts} attempt{'s' if notice.attempts != 1 else ''}")
    if notice.why:
        parts.append(notice.why)
    return " (" + ", ".join(parts) + ")" if parts else ""


@app.command("resend")
def resend(
    notice: Annotated[str, typer.Argument(help="The notice's id, as `notices list` shows it.")],
    config: ConfigOption = None,
) -> None:
    """Have a notice sent again: the desk does it at once, or as soon as it is up."""
    stands = asyncio.run(_resend(load(config), NoticeId(notice)))
    if stands is None:
        raise MapokeziError(f"there is no notice {notice}; `mapokezi notices list` shows them")
    if stands.state is NoticeState.SENDING:
        print(f"{notice} is just being sent.")
    else:
        print(f"{notice} goes out again{', worded as a repeat' if stands.is_repeat else ''}.")


@app.command("try")
def try_ways(
    whom: Annotated[str, typer.Argument(help="A person's id, or a webhook's name.")],
    config: ConfigOption = None,
    office: Annotated[
        str, typer.Option("--office", help="The office's id, if there are several.")
    ] = "",
) -> None:
    """Send a trial, now, by each way of a person or to a webhook, and tell what came of it."""
    results = asyncio.run(_try(load(config), whom, office))
    for name, result in results:
        print(f"{name}: {result}")
    if any(not result.startswith("sent") for _, result in results):
        raise typer.Exit(1)


async def _page(settings: Settings, wanted: NoticeFilter, limit: int) -> NoticePage:
    from mapokezi.stores.database import open_for_reading

    async with open_for_reading(settings.database_url) as database:
        return await database.notices.page(wanted, limit=limit)


async def _resend(settings: Settings, notice_id: NoticeId) -> Notice | None:
    from mapokezi.bridge import clock
    from mapokezi.stores.database import DatabaseSettings, open_database

    database = DatabaseSettings(
        url=settings.database_url, spill_file=settings.data_folder / "spilled-command.jsonl"
    )
    async with open_database(database) as records:
        return await records.notice_book.resend(notice_id, clock.wall())


async def _try(settings: Settings, whom: str, office_id: str) -> list[tuple[str, str]]:
    from mapokezi.app.offices import read_offices
    from mapokezi.app.sending import make_sender
    from mapokezi.app.trials import trials_of
    from mapokezi.bridge import clock
    from mapokezi.notify.sender import Sent

    offices = read_offices(settings)
    chosen = [one for one in offices.values() if not office_id or one.id == office_id]
    now: datetime = clock.wall()
    planned = [notice for one in chosen for notice in trials_of(one, whom, now)]
    if not planned:
        raise MapokeziError(f'nobody with ways and no webhook is called "{whom}" in the files')
    sender = make_sender(settings, offices)
    found: list[tuple[str, str]] = []
    for notice in planned:
        result = await sender.send(notice)
        told = f"sent {result.receipt}".strip() if isinstance(result, Sent) else result.why
        name = notice.address if notice.person_id is None else notice.way
        found.append((name, told))
    return found
