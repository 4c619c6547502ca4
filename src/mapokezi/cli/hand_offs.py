"""``mapokezi hand-offs``: how callers are passed on just now, who is away, where all calls go."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from mapokezi.calls import OfficeId
from mapokezi.cli.settings import ConfigOption, load_for_work
from mapokezi.cli.tables import print_table
from mapokezi.config import Settings
from mapokezi.errors import MapokeziError
from mapokezi.records.audit import AuditEntry, Deed
from mapokezi.records.executors import Executor, Standing, StandingState
from mapokezi.records.reachability import Forwarding, Presence, PresenceState
from mapokezi.units import E164

if TYPE_CHECKING:
    from mapokezi.receptionist.office import Office, Person
    from mapokezi.stores.database import Database

app = typer.Typer(help="How callers are passed on, and to whom just now.", no_args_is_help=True)

OfficeOption = Annotated[
    str, typer.Option("--office", help="The office's id; not needed if there is one only.")
]
HoursOption = Annotated[
    float, typer.Option("--hours", min=0, help="For how long; without it, until it is taken back.")
]
PersonArgument = Annotated[str, typer.Argument(help="The person's id in the office's files.")]
ExecutorArgument = Annotated[Executor, typer.Argument(help="Which way of passing callers on.")]


@app.callback()
def hand_offs() -> None:
    """How callers are passed on, and to whom just now."""


@app.command("show")
def show(config: ConfigOption = None) -> None:
    """Show how each way of passing callers on stands, who is away, and where all calls go."""
    settings = load_for_work(config)
    asyncio.run(_with_records(settings, lambda records, _offices: _show(records)))


@app.command("off")
def off(
    executor: ExecutorArgument,
    config: ConfigOption = None,
    why: Annotated[str, typer.Option("--why", help="For whoever reads it later.")] = "by hand",
) -> None:
    """Switch a way of passing callers on off: nobody is passed on by it any more."""
    if executor is Executor.CALLBACK:
        raise MapokeziError("the callback cannot be switched off: it is what is left to be done")
    _set_standing(config, executor, StandingState.OFF, why)


@app.command("unproven")
def unproven(executor: ExecutorArgument, config: ConfigOption = None) -> None:
    """Forget what was seen of a way of passing callers on; `doctor --live-handoff` proves it."""
    _set_standing(config, executor, StandingState.UNPROVEN, "")


@app.command("forward")
def forward(
    to: Annotated[str, typer.Argument(help="A person's id, or a number in its full form.")],
    config: ConfigOption = None,
    office: OfficeOption = "",
    hours: HoursOption = 0,
) -> None:
    """Put all calls through to one telephone; the receptionist answers if nobody does there."""
    settings = load_for_work(config)

    async def work(records: Database, offices: dict[OfficeId, Office]) -> None:
        from mapokezi.bridge import clock

        chosen = _office(offices, office)
        person, number = _telephone(chosen, to)
        now = clock.wall()
        until = now + timedelta(hours=hours) if hours else None
        who = _who()
        wanted = Forwarding(chosen.id, number, now, person.id if person else "", until, who)
        await records.reachability.forward(wanted)
        await _note(records, Deed.FORWARDED_CALLS, chosen.id, {"forwarding": "on"})
        print(f"All calls of {chosen.id} go to {person.name if person else number} now.")

    asyncio.run(_with_records(settings, work))


@app.command("answer")
def answer(config: ConfigOption = None, office: OfficeOption = "") -> None:
    """Let the receptionist answer again: no call is forwarded any more."""
    settings = load_for_work(config)

    async def work(records: Database, offices: dict[OfficeId, Office]) -> None:
        chosen = _office(offices, office)
        was_on = await records.reachability.stop_forwarding(chosen.id)
        await _note(records, Deed.FORWARDED_CALLS, chosen.id, {"forwarding": "off"})
        print("The receptionist answers again." if was_on else "No call was forwarded.")

    asyncio.run(_with_records(settings, work))


@app.command("away")
def away(
    person: PersonArgument,
    config: ConfigOption = None,
    office: OfficeOption = "",
    hours: HoursOption = 0,
) -> None:
    """Ring somebody no more: callers who ask for them leave a message."""
    _set_presence(config, office, person, PresenceState.AWAY, hours)


@app.command("back")
def back(person: PersonArgument, config: ConfigOption = None, office: OfficeOption = "") -> None:
    """Somebody who was away takes calls again."""
    _set_presence(config, office, person, PresenceState.AVAILABLE, 0)


def _set_standing(config: ConfigOption, executor: Executor, state: StandingState, why: str) -> None:
    settings = load_for_work(config)

    async def work(records: Database, _offices: dict[OfficeId, Office]) -> None:
        from mapokezi.bridge import clock

        standing = Standing(executor, state, clock.wall(), why)
        await records.reachability.set_standing(standing)
        await _note(records, Deed.SET_EXECUTOR, executor.value, {"state": state.value})
        print(f"{executor.value}: {standing.in_words}")

    asyncio.run(_with_records(settings, work))


def _set_presence(
    config: ConfigOption, office: str, person_id: str, state: PresenceState, hours: float
) -> None:
    settings = load_for_work(config)

    async def work(records: Database, offices: dict[OfficeId, Office]) -> None:
        from mapokezi.bridge import clock

        chosen = _office(offices, office)
        person = _person(chosen, person_id)
        now = clock.wall()
        until = now + timedelta(hours=hours) if hours else None
        await records.reachability.set_presence(
            Presence(chosen.id, person.id, state, now, until, _who())
        )
        await _note(records, Deed.SET_PRESENCE, person.id, {"state": state.value})
        print(f"{person.name} is {state.value}.")

    asyncio.run(_with_records(settings, work))


async def _show(records: Database) -> None:
    from mapokezi.bridge import clock

    state, now = await records.reachability.state(), clock.wall()
    rows = [
        (one.value, state.standings.get(one, Standing(one)).in_words)
        for one in (Executor.DIAL, Executor.CONFERENCE)
    ]
    print_table(("way", "stands"), rows)
    for said in state.presence:
        if said.is_away(now):
            until = f" until {said.until:%Y-%m-%d %H:%M} UTC" if said.until else ""
            print(f"{said.office_id}: {said.person_id} is away{until}")
    for office_id, forwarding in state.forwardings.items():
        if forwarding.holds(now):
            whom = forwarding.person_id or forwarding.to
            until = f" until {forwarding.until:%Y-%m-%d %H:%M} UTC" if forwarding.until else ""
            print(f"{office_id}: all calls go to {whom}{until}")
    if state.wallet is not None:
        held = f"{state.wallet.currency} {state.wallet.balance_minor / 100:,.2f}"
        print(f"The wallet held {held} at {state.wallet.seen_at:%Y-%m-%d %H:%M} UTC.")


Work = Callable[["Database", "dict[OfficeId, Office]"], Awaitable[None]]


async def _with_records(settings: Settings, work: Work) -> None:
    from mapokezi.app.offices import standing_offices
    from mapokezi.stores.database import DatabaseSettings, open_database

    offices = dict((await standing_offices(settings)).offices)
    database = DatabaseSettings(
        url=settings.database_url, spill_file=settings.data_folder / "spilled-command.jsonl"
    )
    async with open_database(database) as records:
        await work(records, offices)


async def _note(records: Database, deed: Deed, subject: str, detail: dict[str, str | int]) -> None:
    from mapokezi.bridge import clock
    from mapokezi.records.changes import NoteDeed

    entry = AuditEntry(clock.new_id("aud"), clock.wall(), _who(), deed, subject, detail)
    await records.writer.commit(NoteDeed(entry))


def _who() -> str:
    from mapokezi.app.keeping import whoever

    return whoever()


def _office(offices: dict[OfficeId, Office], wanted: str) -> Office:
    if not wanted and len(offices) == 1:
        return next(iter(offices.values()))
    found = offices.get(OfficeId(wanted))
    if found is None:
        raise MapokeziError(f"--office: one of {', '.join(offices)}")
    return found


def _person(office: Office, person_id: str) -> Person:
    found = next((one for one in office.people if one.id == person_id), None)
    if found is None:
        raise MapokeziError(f"nobody of {office.id} has the id {person_id}")
    return found


def _telephone(office: Office, to: str) -> tuple[Person | None, E164]:
    """Whose telephone is meant, and its number, if all calls may go there.

    Raises:
        MapokeziError: If there is no such person, or the number may not be rung.
    """
    from mapokezi.receptionist.barred_numbers import why_barred
    from mapokezi.telephony.numbers import to_e164

    number, person = to_e164(to), None
    if number is None:
        person = _person(office, to)
        number = person.mobile
        if number is None:
            raise MapokeziError(f"{person.name} has no mobile in the office's files")
    if (why := why_barred(number, office, None)) is not None:
        raise MapokeziError(f"{number} is not rung: {why.value.replace('_', ' ')}")
    return person, number
