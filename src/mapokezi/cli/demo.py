"""``mapokezi demo``: everything up on this machine, one call shown, then ready for yours."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import httpx2
import typer
from rich.console import Console

from mapokezi.cli.call import phone_url, print_line, timing_lines
from mapokezi.cli.call_sheet import print_call
from mapokezi.cli.settings import ConfigOption, load, supervised
from mapokezi.config import Settings
from mapokezi.errors import ConfigurationError, MapokeziError
from mapokezi.records.call_record import CallInFull
from mapokezi.records.lists import MessageFilter, MessagePage

if TYPE_CHECKING:
    from mapokezi.emulator.phone_call import CallHeard

_READY_WITHIN_S = 60.0
_RECORD_WITHIN_S = 8.0
_STOP_WITHIN_S = 40.0
_LOOK_EVERY_S = 1.0
_CALLER = "+254722000100"

_out = Console(highlight=False, soft_wrap=True)


def demo(
    config: ConfigOption = None,
    once: Annotated[
        bool, typer.Option("--once", help="Stop after the call instead of staying up.")
    ] = False,
) -> None:
    """Start receptionist and phone platform here, let somebody ring once, and stay up.

    The caller asks whether the office is open on Saturday, and leaves a message for a lawyer.
    All of it is real: speech is synthesised, sent through a telephone line, recognised, answered.
    """
    settings = load(config)
    if settings.is_public:
        raise MapokeziError("the demo is for this machine; line.public_url says otherwise")
    _check_ports(settings)
    logs = settings.data_folder / "logs"
    logs.mkdir(exist_ok=True)
    with (
        _running("serve", config, logs / "serve.log") as serving,
        _running("emulator", config, logs / "emulator.log") as emulating,
    ):
        with _out.status("starting: the line, the ears and the voice, the desk, the emulator"):
            asyncio.run(_until_ready(settings, (serving, emulating), logs))
        heard = asyncio.run(_ring(settings))
        found, left = asyncio.run(record_of(settings, heard.session_id))
        _show(settings, heard, found, left)
        if once:
            return
        _invite(settings, logs)
        _stay((serving, emulating), logs)


def _check_ports(settings: Settings) -> None:
    """Find out before anything starts whether a port is taken.

    Raises:
        ConfigurationError: The first that is; most often by a demo in another window, which would
            else answer in place of this one.
    """
    from mapokezi.line.ports import listening_socket

    for key, place in (
        ("line.port", settings.line),
        ("desk.port", settings.desk),
        ("emulator.port", settings.emulator),
    ):
        try:
            listening_socket(place.host, place.port, key).close()
        except ConfigurationError as error:
            variable = f"MAPOKEZI_{key.replace('.', '_').upper()}"
            raise ConfigurationError(
                f"{error}. Is Mapokezi running already? Stop it, or set {variable}"
            ) from None


@contextmanager
def _running(role: str, config: Path | None, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a role in a process and a session of its own, its log in a file."""
    command = [sys.executable, "-m", "mapokezi", role]
    if config is not None:
        command += ["--config", str(config)]
    # The phone platform is the emulator here: the key of the real one has no business in it.
    environment = {
        name: value for name, value in supervised().items() if not name.startswith("SAUTIKIT_")
    }
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, stdout=out, stderr=out, start_new_session=True, env=environment
        )
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(_STOP_WITHIN_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


async def _until_ready(
    settings: Settings, processes: tuple[subprocess.Popen[bytes], ...], logs: Path
) -> None:
    """Wait until a call can be answered.

    Raises:
        MapokeziError: If a process ended, or nothing was ready in time; the log's end is shown.
    """
    asked = (
        f"{settings.line_url}/readyz",
        f"http://{settings.emulator.host}:{settings.emulator.port}/healthz",
        f"http://{settings.desk.host}:{settings.desk.port}/healthz",
    )
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + _READY_WITHIN_S
    async with httpx2.AsyncClient(timeout=2.0) as client:
        waiting = list(asked)
        while waiting:
            if any(process.poll() is not None for process in processes) or loop.time() > ends_at:
                raise MapokeziError(_why_not(logs))
            if await _answers(client, waiting[0]):
                waiting.pop(0)
            else:
                await asyncio.sleep(0.1)


async def _answers(client: httpx2.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(url)).status_code == httpx2.codes.OK
    except httpx2.HTTPError:
        return False


def _why_not(logs: Path) -> str:
    """Why nothing came up: a process's own last words, or else the ends of the logs."""
    written = {
        path.stem: path.read_text(encoding="utf-8", errors="replace")
        for path in sorted(logs.glob("*.log"))
    }
    for text in written.values():
        _, found, last_words = text.rpartition("\nmapokezi: ")
        if found or text.startswith("mapokezi: "):
            said = (last_words if found else text.removeprefix("mapokezi: ")).splitlines()
            return "\n".join(line for line in said if not line.startswith("{"))
    ends = [
        f"  {name}: {line}" for name, text in written.items() for line in text.splitlines()[-4:]
    ]
    return "\n".join([f"it ended; the logs in {logs} say why:", *ends])


async def _ring(settings: Settings) -> CallHeard:
    """Place the call, and print the conversation as the caller hears it."""
    from mapokezi.app.offices import read_offices
    from mapokezi.emulator.caller_ear import moonshine_ear
    from mapokezi.emulator.caller_parts import MessageLeaver, Visitor
    from mapokezi.emulator.caller_voice import VoiceShift, prepare_lines
    from mapokezi.emulator.callers import ReactiveCaller
    from mapokezi.emulator.phone_call import CallPlan, LineConditions, place_call

    office = next(iter(read_offices(settings).values()))
    lawyer = office.people[0] if office.people else None
    wanted = f"I would like to leave a message for {lawyer.name}." if lawyer else ""
    visitor = Visitor(
        name="Grace Njeri",
        number=_CALLER,
        reason="It is about the transfer of a plot in Kiambu.",
        openings=(
            "Hello. Are you open on Saturday?",
            wanted or "I would like to leave a message.",
        ),
    )
    with _out.status("making the caller's words"):
        part = MessageLeaver(visitor)
        caller = ReactiveCaller(part, prepare_lines(part.lines(), VoiceShift()))
        ear = moonshine_ear()
    _out.print(f"\n[bold]{office.name}[/bold] is being called on {office.numbers[0]} ...\n")
    plan = CallPlan(
        caller=caller,
        from_number=_CALLER,
        to_number=office.numbers[0],
        url=phone_url(settings),
        line=LineConditions(noise_dbfs=-55.0),
        hear=ear,
    )
    return await place_call(plan, print_line)


async def record_of(settings: Settings, session_id: str) -> tuple[CallInFull, MessagePage]:
    """Read a call's record, once it is whole; others may ring meanwhile.

    Args:
        settings: Whose database it is in.
        session_id: The platform's name of the call.

    Raises:
        MapokeziError: It is not there in time, or not ended.
    """
    from mapokezi.stores.database import open_for_reading

    loop = asyncio.get_running_loop()
    ends_at = loop.time() + _RECORD_WITHIN_S
    async with open_for_reading(settings.database_url) as database:
        while True:
            call = await database.calls.of_session(session_id)
            settled = bool(call and call.cost and not call.cost.estimated)
            if call and call.ended_at and (settled or loop.time() > ends_at):
                found = await database.calls.get(call.call_id)
                assert found is not None
                wanted = MessageFilter(call_id=call.call_id)
                return found, await database.messages.page(wanted)
            if loop.time() > ends_at + _RECORD_WITHIN_S:
                raise MapokeziError(f"the call {session_id} is not on record; see the logs")
            await asyncio.sleep(0.1)


def _show(settings: Settings, heard: CallHeard, found: CallInFull, left: MessagePage) -> None:
    from mapokezi.app.prices import price_table

    _out.print("\n[bold]What the caller waited for[/bold], measured at the telephone:")
    for line in timing_lines(heard.timings()):
        _out.print(f"  {line}")
    _out.print("\n[bold]What is on record[/bold]:")
    print_call(found, left, settings.data_folder, price_table(settings))


def _invite(settings: Settings, logs: Path) -> None:
    from mapokezi.app.desk import desk_link, link_file
    from mapokezi.desk.door import read_link_key

    key = read_link_key(link_file(settings)) or ""
    _out.print(
        "\n[bold green]The receptionist is up.[/bold green] Ring her from another terminal:\n"
        f'  {_typed()} call --say "Where is your office?" --say "Thank you, goodbye."\n'
        f'  {_typed()} call --say "I want to speak to a person, please."\n'
        f"  {_typed()} call --microphone\n"
        f"Or by a telephone in the browser:\n  {phone_page(settings)}\n"
        f"The desk, by a link that works once:\n  {desk_link(settings, key)}\n"
        f"Logs: {logs}. Stop with Ctrl-C.",
        soft_wrap=True,
    )


def phone_page(settings: Settings) -> str:
    """Where the emulator's telephone in the browser is."""
    return f"http://{settings.emulator.host}:{settings.emulator.port}/"


def _typed() -> str:
    """This program as it was called: it need not be on the PATH."""
    return sys.argv[0] if sys.argv[0].endswith("/mapokezi") else "mapokezi"


def _stay(processes: tuple[subprocess.Popen[bytes], ...], logs: Path) -> None:
    """Stay up until told to stop.

    Raises:
        MapokeziError: A process ended by itself; its log's end is shown.
    """

    def stop(_signum: int, _frame: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    try:
        while all(process.poll() is None for process in processes):
            with suppress(subprocess.TimeoutExpired):
                processes[0].wait(_LOOK_EVERY_S)
    except KeyboardInterrupt:
        _out.print("\nstopping ...")
        return
    raise MapokeziError(_why_not(logs))
