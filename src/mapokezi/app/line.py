"""The line, put together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import structlog

from mapokezi import __version__
from mapokezi.app.carrier import carrier_of
from mapokezi.app.costs import Costs, costs_of, within
from mapokezi.app.hand_offs import board_obeyed, hand_off_health, hand_offs_of, rooms_of
from mapokezi.app.line_settings import calls_settings, line_settings
from mapokezi.app.line_work import LineWork
from mapokezi.app.office_watch import OfficeWatch
from mapokezi.app.offices import StandingOffices, standing_offices
from mapokezi.app.sounds import Sounds
from mapokezi.app.ways import missing_accounts
from mapokezi.bridge import clock
from mapokezi.bridge.call_backs import call_back_owed
from mapokezi.bridge.calls_in_progress import CallsInProgress, CallsSettings
from mapokezi.bridge.earlier import EarlierParts
from mapokezi.bridge.habit_keeping import kept_habits
from mapokezi.bridge.reception import Reception, ReceptionParts
from mapokezi.bridge.recording import RecordingWriter, repair_recordings
from mapokezi.calls import OfficeId
from mapokezi.carrier import SautiKit
from mapokezi.config import Settings
from mapokezi.conversation.settings import ConversationSettings
from mapokezi.errors import ConfigurationError
from mapokezi.line.listening import LineSockets, line_sockets
from mapokezi.line.server import Line, build_line
from mapokezi.line.settings import LineSettings
from mapokezi.line.webhooks import Health
from mapokezi.receptionist.office import Office
from mapokezi.records.event_record import REMEMBERED
from mapokezi.stores.database import Database, DatabaseSettings, open_database
from mapokezi.stores.habits_file import habits_file

log = structlog.get_logger("mapokezi.app.line")


@dataclass(frozen=True, slots=True)
class _LineParts:
    """What an operator can have set wrong for the line, read and found right."""

    standing: StandingOffices
    line: LineSettings
    calls: CallsSettings
    carrier: SautiKit | None
    costs: Costs
    accounts_missing: tuple[str, ...]
    """The variables of what is missing for people to be told; calls are answered without."""

    @classmethod
    async def read(cls, settings: Settings) -> _LineParts:
        standing = await standing_offices(settings)
        return cls(
            standing=standing,
            line=line_settings(settings),
            calls=calls_settings(settings),
            carrier=carrier_of(settings),
            costs=costs_of(settings),
            accounts_missing=_accounts_missing(settings, standing.offices),
        )


async def run_line(
    settings: Settings,
    ready: Callable[[Line], None] | None = None,
    *,
    conversation: ConversationSettings | None = None,
    own_signals: bool = True,
) -> None:
    """Run the line: answer calls until SIGTERM, then drain.

    Args:
        settings: The operator's settings.
        ready: Given the line once it is built; `Line.started` tells when it answers.
        conversation: How conversations are kept; the defaults if None.
        own_signals: Whether SIGTERM and SIGINT end it; else only `Line.stop` does.

    Raises:
        ConfigurationError: If a setting or an office file is wrong, or a port is taken; then no
            record was touched.
    """
    parts = await _LineParts.read(settings)
    with line_sockets(parts.line) as sockets:
        serve = _serve_line(settings, parts, sockets, ready, conversation, own_signals=own_signals)
        await serve


async def _serve_line(
    settings: Settings,
    parts: _LineParts,
    sockets: LineSockets,
    ready: Callable[[Line], None] | None,
    conversation: ConversationSettings | None,
    *,
    own_signals: bool,
) -> None:
    # Here, where callbacks wait already: each office's clerk takes a second to learn what it knows.
    sounds = Sounds.of(settings, parts.standing.offices)
    repair_recordings(settings.data_folder / "recordings")
    recordings = RecordingWriter()
    recordings.start()
    beside: list[asyncio.Task[None]] = []
    try:
        async with open_database(_database(settings)) as records, AsyncExitStack() as stack:
            await parts.standing.keep(records, clock.wall())
            interrupted = await _end_interrupted(records, settings.line.node)
            how = conversation or ConversationSettings()
            answering = _Answering(settings, parts, sounds, records, recordings, how)
            calls = await answering.calls(interrupted)
            await answering.begin(calls, stack, beside)
            built = answering.line(calls, sockets)
            if ready is not None:
                ready(built)
            await built.serve(own_signals=own_signals)
            await answering.reception.close()
            await answering.rooms.close()
    finally:
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
        await recordings.close()
        await sounds.close()
        if parts.carrier is not None:
            await parts.carrier.close()


def _database(settings: Settings) -> DatabaseSettings:
    return DatabaseSettings(
        url=settings.database_url,
        spill_file=settings.data_folder / f"spilled-{settings.line.node}.jsonl",
    )


class _Answering:
    """What takes calls, over open records."""

    def __init__(
        self,
        settings: Settings,
        parts: _LineParts,
        sounds: Sounds,
        records: Database,
        recordings: RecordingWriter,
        conversation: ConversationSettings,
    ) -> None:
        """Put it together; nothing runs yet."""
        self._settings, self._parts = settings, parts
        self._sounds, self._records = sounds, records
        offices, carrier = parts.standing.offices, parts.carrier
        self._work = LineWork(settings.line.node, parts.costs, records, offices, carrier)
        self.rooms = rooms_of(settings, carrier, parts.line.urls, records)
        self._hand_offs = hand_offs_of(settings, records, carrier, offices, self.rooms.makers)
        self.reception = Reception(self._reception_parts(recordings, conversation))

    def _reception_parts(
        self, recordings: RecordingWriter, conversation: ConversationSettings
    ) -> ReceptionParts:
        settings, parts, records = self._settings, self._parts, self._records
        sounds, work = self._sounds, self._work
        return ReceptionParts(
            keeper=work.keeper,
            phrases=sounds.books,
            open_voice=sounds.voices.open,
            forget_voice=sounds.voices.forget,
            voice_name=settings.voice.kind,
            recordings=recordings,
            data_folder=settings.data_folder,
            carrier=parts.carrier,
            node=settings.line.node,
            conversation=within(conversation, parts.costs.caps),
            models=sounds.models,
            rates=parts.costs.rates,
            caps=work.caps,
            callers=records.known_callers,
            earlier=EarlierParts(records.known_callers, records.notice_book, work.keeper),
            hand_offs=self._hand_offs,
        )

    async def calls(self, interrupted: Sequence[str]) -> CallsInProgress:
        """Give the calls in progress, which know of those before them.

        Args:
            interrupted: The platform's sessions of those that a killed line left open.
        """
        parts = self._parts
        offices = parts.standing.offices.values()
        calls = CallsInProgress(parts.calls, parts.line.urls, offices, self.reception.hooks())
        calls.is_ready = self._sounds.are_whole
        past = await self._records.calls.sessions_since(clock.wall() - REMEMBERED)
        calls.know_of_before(interrupted, past)
        calls.may_begin = self._work.caps.may_begin
        return calls

    async def begin(
        self, calls: CallsInProgress, stack: AsyncExitStack, beside: list[asyncio.Task[None]]
    ) -> None:
        """Begin what goes on beside the calls.

        Args:
            calls: The calls in progress.
            stack: Ends what must end while the records are open.
            beside: Takes the tasks that may end later.
        """
        settings, standing = self._settings, self._parts.standing
        beside += self.rooms.begin(calls)
        await stack.enter_async_context(board_obeyed(calls, self._hand_offs.board))
        calls.habits = await stack.enter_async_context(
            kept_habits(habits_file(settings.data_folder, settings.line.node))
        )
        await stack.enter_async_context(self._work.running(calls))
        self.reception.calls = calls
        for office in standing.offices.values():
            self.reception.expect_calls_of(office)
        beside += map(asyncio.create_task, self._sounds.preparing())
        watch = OfficeWatch(settings, standing, self._records, self._take_up)
        beside.append(asyncio.create_task(watch.run()))

    async def _take_up(self, office: Office) -> None:
        """Answer for a changed office once it has all its sounds; calls in progress keep theirs."""
        offices = self._parts.standing.offices
        await self._sounds.take(office)
        offices[office.id] = office
        await asyncio.to_thread(self.reception.expect_calls_of, office)
        self.reception.calls.set_offices(offices.values())
        await self._sounds.prepare_voices()

    def line(self, calls: CallsInProgress, sockets: LineSockets) -> Line:
        """Build the line that takes these calls."""
        health = Health(
            version=__version__,
            started_at=clock.wall().isoformat(timespec="seconds"),
            details=self._health,
        )
        open_call, take_event = self.reception.open_call, self._work.take_event
        built = build_line(self._parts.line, calls, open_call, take_event, health, sockets)
        self.reception.watch(built.events.publish, built.metrics.count_underruns)
        return built

    def _health(self) -> Mapping[str, Any]:
        return {
            **self.reception.health(),
            **self._work.health(),
            "executors": hand_off_health(self._hand_offs.board),
            "offices": _standing_health(self._parts.standing),
            "accounts_missing": self._parts.accounts_missing,
        }


def _standing_health(standing: StandingOffices) -> Mapping[str, str]:
    """What `/healthz` tells of each office: its version, and that its folder is wrong."""
    return {
        one.id: f"version {one.version}" + (", folder wrong" if one.id in standing.wrong else "")
        for one in standing.offices.values()
    }


def _accounts_missing(settings: Settings, offices: Mapping[OfficeId, Office]) -> tuple[str, ...]:
    try:
        return tuple(one.variable for one in missing_accounts(settings, offices.values()))
    except ConfigurationError:  # a file that cannot be read: the desk says so, and calls go on
        return ()


async def _end_interrupted(records: Database, node: str) -> list[str]:
    """End the calls that a killed line left open; who was cut off is to be rung.

    Returns:
        The platform's sessions of these calls.
    """
    sessions = []
    for call_id in await records.mark_left_open_as_interrupted(node):
        found = await records.calls.get(call_id)
        if found is None:
            continue
        sessions.append(found.call.session_id)
        owed = call_back_owed(found.call, clock.wall())
        if owed is not None:
            records.writer.put(owed)
    return sessions
