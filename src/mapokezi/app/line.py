"""The line, put together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import structlog

from mapokezi import __version__
from mapokezi.app.carrier import carrier_of
from mapokezi.app.costs import Costs, costs_of, within
from mapokezi.app.hand_offs import board_obeyed, hand_off_health, hand_offs_of, rooms_of
from mapokezi.app.line_work import LineWork
from mapokezi.app.models import dialler_of, models_of
from mapokezi.app.office_watch import OfficeWatch
from mapokezi.app.offices import StandingOffices, standing_offices
from mapokezi.app.ways import missing_accounts
from mapokezi.bridge import clock
from mapokezi.bridge.admission import AdmissionSettings
from mapokezi.bridge.call_backs import call_back_owed
from mapokezi.bridge.calls_in_progress import CallsInProgress, CallsSettings
from mapokezi.bridge.earlier import EarlierParts
from mapokezi.bridge.habit_keeping import kept_habits
from mapokezi.bridge.media_socket import MediaSocketSettings
from mapokezi.bridge.model_voices import ModelVoices, ModelVoicesSettings
from mapokezi.bridge.office_meanings import OfficeMeanings
from mapokezi.bridge.phrase_book import PhraseBook, prepare_patiently
from mapokezi.bridge.reception import Reception, ReceptionParts
from mapokezi.bridge.recorded_speech import recorded_speech
from mapokezi.bridge.recording import RecordingWriter, repair_recordings
from mapokezi.bridge.voices import LocalVoices, ScriptVoices, Voices
from mapokezi.calls import OfficeId
from mapokezi.carrier import SautiKit
from mapokezi.config import Settings, read_secrets
from mapokezi.conversation.settings import ConversationSettings
from mapokezi.errors import ConfigurationError
from mapokezi.line.listening import LineSockets, line_sockets
from mapokezi.line.server import Line, build_line
from mapokezi.line.settings import LineSettings
from mapokezi.line.webhooks import Health
from mapokezi.receptionist.office import Office
from mapokezi.records.event_record import REMEMBERED
from mapokezi.speech.client import SpeechClient
from mapokezi.stores.database import Database, DatabaseSettings, open_database
from mapokezi.stores.habits_file import habits_file
from mapokezi.telephony.actions import Track
from mapokezi.telephony.urls import CallbackUrls
from mapokezi.telephony.visit_documents import StreamForm
from mapokezi.voice.script_file import Script, ScriptError

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
    offices, carrier = parts.standing.offices, parts.carrier
    speech = SpeechClient(settings.speech_address)
    # Here, where callbacks wait already: each office's clerk takes a second to learn what it knows.
    voices = voices_of(settings, speech, offices.values())
    books = {office.id: _phrase_book(settings.data_folder, office) for office in offices.values()}
    repair_recordings(settings.data_folder / "recordings")
    database = DatabaseSettings(
        url=settings.database_url,
        spill_file=settings.data_folder / f"spilled-{settings.line.node}.jsonl",
    )
    recordings = RecordingWriter()
    recordings.start()
    preparing: list[asyncio.Task[None]] = []
    try:
        async with open_database(database) as records, AsyncExitStack() as stack:
            await parts.standing.keep(records, clock.wall())
            interrupted = await _end_interrupted(records, settings.line.node)
            work = LineWork(settings.line.node, parts.costs, records, offices, carrier)
            rooms = rooms_of(settings, carrier, parts.line.urls, records)
            hand_offs = hand_offs_of(settings, records, carrier, offices, rooms.makers)
            reception = Reception(
                ReceptionParts(
                    keeper=work.keeper,
                    phrases=books,
                    open_voice=voices.open,
                    forget_voice=voices.forget,
                    voice_name=settings.voice.kind,
                    recordings=recordings,
                    data_folder=settings.data_folder,
                    carrier=carrier,
                    node=settings.line.node,
                    conversation=within(conversation or ConversationSettings(), parts.costs.caps),
                    models=voices if isinstance(voices, ModelVoices) else None,
                    rates=parts.costs.rates,
                    caps=work.caps,
                    callers=records.known_callers,
                    earlier=EarlierParts(records.known_callers, records.notice_book, work.keeper),
                    hand_offs=hand_offs,
                )
            )
            calls = CallsInProgress(
                parts.calls, parts.line.urls, offices.values(), reception.hooks()
            )
            calls.is_ready = lambda: all(book.is_whole for book in books.values())
            past = await records.calls.sessions_since(clock.wall() - REMEMBERED)
            calls.know_of_before(interrupted, past)
            calls.may_begin = work.caps.may_begin
            preparing += rooms.begin(calls)
            await stack.enter_async_context(board_obeyed(calls, hand_offs.board))
            calls.habits = await stack.enter_async_context(
                kept_habits(habits_file(settings.data_folder, settings.line.node))
            )
            await stack.enter_async_context(work.running(calls))
            reception.calls = calls
            for office in offices.values():
                reception.expect_calls_of(office)
            preparing += [
                asyncio.create_task(prepare_patiently(book.prepare, speech))
                for book in books.values()
            ]
            preparing.append(
                asyncio.create_task(prepare_patiently(voices.prepare, speech, "voice"))
            )
            taking = _TakingUp(settings.data_folder, offices, books, voices, reception, speech)
            watch = OfficeWatch(settings, parts.standing, records, taking.take)
            preparing.append(asyncio.create_task(watch.run()))
            health = Health(
                version=__version__,
                started_at=clock.wall().isoformat(timespec="seconds"),
                details=lambda: {
                    **reception.health(),
                    **work.health(),
                    "executors": hand_off_health(hand_offs.board),
                    "offices": _standing_health(parts.standing),
                    "accounts_missing": parts.accounts_missing,
                },
            )
            built = build_line(
                parts.line, calls, reception.open_call, work.take_event, health, sockets
            )
            reception.watch(built.events.publish, built.metrics.count_underruns)
            if ready is not None:
                ready(built)
            await built.serve(own_signals=own_signals)
            await reception.close()
            await rooms.close()
    finally:
        for task in preparing:
            task.cancel()
        await asyncio.gather(*preparing, return_exceptions=True)
        await recordings.close()
        if isinstance(voices, ModelVoices):
            await voices.close()
        if carrier is not None:
            await carrier.close()


def _phrase_book(data_folder: Path, office: Office) -> PhraseBook:
    recorded = recorded_speech(data_folder, office)
    return PhraseBook(office, data_folder / "phrases", recorded)


@dataclass(frozen=True, slots=True)
class _TakingUp:
    """Takes up an office whose folder was changed, while calls go on."""

    data_folder: Path
    offices: dict[OfficeId, Office]
    books: dict[OfficeId, PhraseBook]
    voices: Voices
    reception: Reception
    speech: SpeechClient

    async def take(self, office: Office) -> None:
        """Have it answered for, once it has all its sounds; calls in progress keep theirs."""
        book = await asyncio.to_thread(_phrase_book, self.data_folder, office)
        await prepare_patiently(book.prepare, self.speech)
        await self.voices.take(office)
        self.books[office.id], self.offices[office.id] = book, office
        await asyncio.to_thread(self.reception.expect_calls_of, office)
        self.reception.calls.set_offices(self.offices.values())
        await prepare_patiently(self.voices.prepare, self.speech, "voice")


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


def line_settings(settings: Settings) -> LineSettings:
    """What the line is run with.

    Raises:
        ConfigurationError: If callbacks could come from anybody.
    """
    unguessable = ""
    if settings.is_public and settings.line.unsigned_callbacks:
        unguessable = _unguessable_part(settings.data_folder / "voice-url-secret")
    return LineSettings(
        urls=CallbackUrls(settings.line_url, unguessable),
        host=settings.line.host,
        port=settings.line.port,
        media_port=settings.line.media_port or None,
        signing_secrets=read_secrets("MAPOKEZI_WEBHOOK_SECRETS"),
        allow_unsigned=settings.line.unsigned_callbacks,
        legacy_signature=settings.line.legacy_signature,
        answer_json=settings.line.answers == "json",
        internal_socket=settings.line_socket,
        drain_limit_s=settings.line.drain_limit_s,
        media=MediaSocketSettings(
            output_rate_hz=settings.line.stream_rate_hz,
            both_tracks=settings.line.track == Track.BOTH.value,
        ),
    )


def calls_settings(settings: Settings) -> CallsSettings:
    """How calls are taken.

    Raises:
        ConfigurationError: If the track or the rate is none that the platform knows.
    """
    try:
        track = Track(settings.line.track)
    except ValueError:
        known = ", ".join(one.value for one in Track)
        raise ConfigurationError(
            f"line.track: {settings.line.track!r} is none of {known}"
        ) from None
    if settings.line.stream_rate_hz not in (8000, 16_000):
        raise ConfigurationError("line.stream_rate_hz: the platform knows 8000 and 16000")
    return CallsSettings(
        node=settings.line.node,
        admission=AdmissionSettings(most_calls=settings.line.max_calls),
        form=StreamForm(track=track, output_rate_hz=settings.line.stream_rate_hz),
    )


def voices_of(settings: Settings, speech: SpeechClient, offices: Iterable[Office]) -> Voices:
    """The voices that answer.

    Raises:
        ConfigurationError: If the kind is unknown, a model profile cannot be used, or the script
            cannot be read.
    """
    if settings.voice.kind == "local":
        local = LocalVoices(
            speech,
            offices,
            OfficeMeanings(settings.data_folder / "meanings"),
            partial(recorded_speech, settings.data_folder),
        )
        models = models_of(settings)
        order = ModelVoicesSettings(
            default=settings.voice.models,
            most_early=settings.voice.early_models,
            most_second_hearings=settings.voice.second_hearings,
            hears_all=settings.voice.second_hearing_of_all,
        )
        return ModelVoices(models, local, speech, order, dialler_of(models))
    if settings.voice.kind == "script":
        path = Path(settings.voice.script)
        try:
            return ScriptVoices(Script.parse(path.read_text(encoding="utf-8")))
        except OSError as error:
            raise ConfigurationError(f"voice.script: {path}: {error.strerror}") from None
        except ScriptError as error:
            raise ConfigurationError(f"voice.script: {path}: {error}") from None
    raise ConfigurationError(f"voice.kind: {settings.voice.kind!r} is neither local nor script")


def _unguessable_part(path: Path) -> str:
    """The voice URL's secret part, drawn at the first start and kept."""
    if path.is_file():
        return path.read_text(encoding="utf-8").strip()
    part = clock.new_secret()
    path.touch(mode=0o600)
    path.write_text(part, encoding="utf-8")
    return part
