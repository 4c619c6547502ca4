"""A small world for the bridge: everything around it is a fake with a state of its own.

Time is virtual. The event loop jumps to the next timer whenever nothing else is to be done, and
`bridge.clock`, the one place that reads a clock, reads the loop's; so a call of two minutes takes
a moment, and instants are exact. What belongs to the program itself (conversation, playout,
clerk, the calls in progress) is the real thing.

A caller's word is a sound of its own: `Words` gives each text a level, the fake speech client
knows it again and finds the edges of voice by it.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from itertools import count
from pathlib import Path
from string import ascii_lowercase
from typing import Any

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from mapokezi.audio.formats import samples_in
from mapokezi.audio.underruns import Underruns
from mapokezi.bridge import clock
from mapokezi.bridge.admission import AdmissionSettings
from mapokezi.bridge.call_in_progress import Answer, CallInProgress
from mapokezi.bridge.calls_in_progress import CallsInProgress, CallsSettings
from mapokezi.bridge.handing_over.ways import HandOffWays
from mapokezi.bridge.media_socket import MediaSink, MediaSocket
from mapokezi.bridge.model_voices import ModelVoices
from mapokezi.bridge.phrase_book import PhraseBook
from mapokezi.bridge.reception import Reception, ReceptionParts
from mapokezi.bridge.recorded_speech import RecordedSpeech
from mapokezi.bridge.recording import Recording, RecordingEnded, RecordingWriter
from mapokezi.bridge.voices import LocalVoices
from mapokezi.carrier import CallDetail, Calls, CarrierError, SautiKit
from mapokezi.conversation.settings import ConversationSettings
from mapokezi.errors import MapokeziError
from mapokezi.receptionist.office import Hours, Office, Opening, Weekday
from mapokezi.receptionist.pronunciation import Pronunciation
from mapokezi.records.call_record import CallRecord, TurnRecord
from mapokezi.records.changes import (
    Change,
    SaveArrival,
    SaveCost,
    SaveEnd,
    SaveMessage,
    SaveProgress,
    SaveTimeline,
    SaveTurn,
)
from mapokezi.records.message_record import MessageRecord
from mapokezi.records.ports import Kept
from mapokezi.speech.client import ServerAbout, SpeechClient, Transcribed
from mapokezi.speech.errors import SpeechUnavailable
from mapokezi.speech.hearing import Hearing
from mapokezi.speech.voice_edges import VoiceEdge
from mapokezi.stores.office_files import read_office
from mapokezi.telephony.actions import Action, Stream
from mapokezi.telephony.callbacks import CallState, VoiceCallback
from mapokezi.telephony.stream import DISCONNECT
from mapokezi.telephony.urls import After, CallbackUrls
from mapokezi.units import E164

BEGAN = 1000.0
WALL = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
CALLER = E164("+254722000001")
EXAMPLE = Path(__file__).parents[2] / "examples" / "law-office"
FRAME_MS = 20
LETTER_MS = 60
"""How long a letter takes to be said, by caller and receptionist alike."""


class _Selector(selectors.DefaultSelector):
    """Never waits for time: it lets the loop's clock jump instead."""

    loop: VirtualLoop

    def select(self, timeout: float | None = None) -> Any:
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if timeout is None:
            return super().select(None)  # a thread works, and nothing else is to be done
        self.loop.now += timeout
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose time passes only where there is nothing to do."""

    def __init__(self) -> None:
        self.now = BEGAN
        selector = _Selector()
        selector.loop = self
        super().__init__(selector)

    def time(self) -> float:
        return self.now

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:  # noqa: ASYNC109
        # Python 3.12 and later put a limit on it, in a time that here has passed at once.
        await super().shutdown_default_executor()


@pytest.fixture
def anyio_backend(request: pytest.FixtureRequest) -> tuple[str, dict[str, Any]]:
    """Run the modules that say so on virtual time."""
    virtual = getattr(request.module, "VIRTUAL_TIME", False)
    return "asyncio", {"loop_factory": VirtualLoop} if virtual else {}


@pytest.fixture
def virtual_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the program's one clock follow the loop's."""

    def monotonic() -> float:
        return asyncio.get_running_loop().time()

    monkeypatch.setattr(clock, "monotonic", monotonic)
    monkeypatch.setattr(clock, "wall", lambda: WALL + timedelta(seconds=monotonic() - BEGAN))


class Words:
    """Texts as sounds: each is a level of its own, as long as it takes to say."""

    def __init__(self) -> None:
        self._levels: dict[str, int] = {}

    def sound(self, text: str, ms: int | None = None) -> bytes:
        level = self._levels.setdefault(text, 1000 + 10 * len(self._levels))
        length_ms = ms or max(200, len(text) * LETTER_MS)
        length_ms -= length_ms % FRAME_MS
        return np.full(16 * length_ms, level, dtype="<i2").tobytes()

    def heard_in(self, pcm: bytes) -> str:
        """All texts whose sound is in it, in order."""
        levels = {level: text for text, level in self._levels.items()}
        samples = samples_in(pcm)
        changes = np.flatnonzero(np.diff(samples, prepend=samples[:1] - 1))
        runs = samples[changes].tolist()
        return " ".join(levels[level] for level in runs if level in levels)


class FakeHearing(Hearing):
    """Finds voice where a frame is not silent, and tells of it as late as the real one."""

    def __init__(self, on_edge: Callable[[VoiceEdge], None], on_lost: Callable[[str], None]):
        self.on_edge, self.on_lost = on_edge, on_lost
        self.fed = bytearray()
        self.is_voice = False
        self.is_over = False
        self._run = 0

    noise_dbfs = -70.0

    def feed(self, pcm: bytes) -> None:
        if self.is_over:
            return
        self.fed += pcm
        is_loud = bool(np.any(samples_in(pcm)))
        self._run = self._run + 1 if is_loud is not self.is_voice else 0
        wanted = 5 if self.is_voice else 4
        if self._run >= wanted:
            at_ms = len(self.fed) // 32 - wanted * FRAME_MS
            self.is_voice, self._run = is_loud, 0
            self.on_edge(VoiceEdge(is_loud, at_ms))

    closed = False

    def close(self) -> None:
        self.is_over = self.closed = True

    def break_down(self, reason: str = "the speech server closed the connection") -> None:
        if not self.is_over:
            self.is_over = True
            asyncio.get_running_loop().call_soon(self.on_lost, reason)


def _meaning_of(text: str) -> NDArray[np.float32]:
    """A direction for each text; texts of the same letters have near ones."""
    letters = np.array([text.lower().count(letter) for letter in ascii_lowercase], np.float32)
    return letters / (np.linalg.norm(letters) or 1)


class FakeSpeech(SpeechClient):
    """Understands and speaks at once, unless it is told to be slow or to fail."""

    def __init__(self, words: Words) -> None:
        super().__init__("unix:///nowhere")
        self.words = words
        self.hearings: list[FakeHearing] = []
        self.spoken: list[str] = []
        self.written: list[str] = []
        self.deaf: MapokeziError | None = None
        """What recognising raises."""
        self.dumb: MapokeziError | None = None
        """What speaking raises."""
        self.away = False
        """Whether streams of caller sound break down as they are opened."""
        self.encoder = "fake 1"
        """What finds meanings."""
        self.senseless: MapokeziError | None = None
        """What finding meanings raises."""
        self.understood: list[str] = []
        """The texts whose meanings were asked for."""
        self.recognises_in_s = 0.15
        self.speaks_in_s = 0.1
        self.breaks_after_pieces: int | None = None

    def hearing(
        self, on_edge: Callable[[VoiceEdge], None], on_lost: Callable[[str], None]
    ) -> Hearing:
        self.hearings.append(FakeHearing(on_edge, on_lost))
        if self.away:
            self.hearings[-1].break_down("nobody answers")
        return self.hearings[-1]

    async def transcribe(
        self, pcm: bytes, deadline_s: float | None = None, *, with_meaning: bool = False
    ) -> Transcribed:
        await asyncio.sleep(self.recognises_in_s)
        if self.deaf is not None:
            raise self.deaf
        self.written.append(text := self.words.heard_in(pcm))
        took_ms = round(self.recognises_in_s * 1000)
        return Transcribed(text, took_ms, _meaning_of(text) if with_meaning and text else None)

    async def meanings(
        self, texts: Sequence[str], deadline_s: float | None = None
    ) -> NDArray[np.float32]:
        if self.senseless is not None:
            raise self.senseless
        self.understood += texts
        return np.array([_meaning_of(text) for text in texts])

    async def check(self) -> ServerAbout:
        if self.away:
            raise SpeechUnavailable("nobody answers")
        return ServerAbout(("fake",), ("fake",), ("en",), True, self.encoder, 0)

    async def synthesize(self, text: str) -> AsyncGenerator[bytes, None]:
        await asyncio.sleep(self.speaks_in_s)
        if self.dumb is not None:
            raise self.dumb
        self.spoken.append(text)
        sound = self.words.sound(text)
        for number, at in enumerate(range(0, len(sound), 6400)):
            if number == self.breaks_after_pieces:
                raise SpeechUnavailable("broken off")
            yield sound[at : at + 6400]
            await asyncio.sleep(0.01)


class FakeMedia(MediaSocket):
    """A media socket that keeps what is sent, and when."""

    def __init__(self) -> None:
        self.sent: list[tuple[float, str, bytes]] = []
        self.close_code: int | None = None
        self.sink: MediaSink | None = None
        self.on_close: Callable[[], None] = lambda: None
        self.on_text: Callable[[str], None] = lambda _text: None
        """What the platform does when it is told something."""

    def send_text(self, text: str) -> None:
        assert self.close_code is None, "a text for a closed socket"
        self.sent.append((clock.monotonic(), "text", text.encode()))
        asyncio.get_running_loop().call_soon(self.on_text, text)

    @property
    def texts(self) -> list[str]:
        return [text.decode() for _, kind, text in self.sent if kind == "text"]

    def send_audio(self, *messages: bytes) -> None:
        assert self.close_code is None, "sound for a closed socket"
        for pcm in messages:
            assert len(pcm) % 2 == 0
            self.sent.append((clock.monotonic(), "audio", pcm))

    def kill_audio(self) -> None:
        self.sent.append((clock.monotonic(), "kill", b""))

    def close(self, code: int = 1000, reason: str = "") -> None:
        if self.close_code is None:
            self.close_code = code
            self.sent.append((clock.monotonic(), "close", reason.encode()))
            asyncio.get_running_loop().call_soon(self.on_close)

    @property
    def kills(self) -> list[float]:
        return [at for at, kind, _ in self.sent if kind == "kill"]

    @property
    def closed_at(self) -> float | None:
        return next((at for at, kind, _ in self.sent if kind == "close"), None)

    def audible(self, words: Words) -> str:
        """What was sent, as texts; also what a kill took back before it was played."""
        return words.heard_in(b"".join(pcm for _, kind, pcm in self.sent if kind == "audio"))

    def first_sound_at(self, words: Words) -> float:
        return next(at for at, kind, pcm in self.sent if kind == "audio" and words.heard_in(pcm))


class FakeKeeper:
    """Records in memory, as `RecordKeeper` has it."""

    def __init__(self) -> None:
        self.changes: list[Change] = []
        self.calls: dict[str, CallRecord] = {}
        self.turns: dict[tuple[str, int], TurnRecord] = {}
        self.messages: dict[str, MessageRecord] = {}
        self.timeline: list[str] = []
        self.fails: MapokeziError | None = None
        self.gate: asyncio.Event | None = None

    def put(self, change: Change) -> None:
        self.changes.append(change)
        match change:
            case SaveArrival(record):
                self.calls.setdefault(record.call_id, record)
            case SaveProgress(record):
                assert record.call_id in self.calls
                if self.calls[record.call_id].ended_at is None:
                    self.calls[record.call_id] = record
            case SaveEnd(record):
                earlier = self.calls[record.call_id].ended_at
                assert earlier in (None, record.ended_at), "ended twice"
                self.calls[record.call_id] = record
            case SaveTurn(turn):
                self.turns[turn.call_id, turn.number] = turn
            case SaveTimeline(entries):
                self.timeline += [entry.what for entry in entries]
            case SaveCost(call_id, cost):
                self.calls[call_id] = replace(self.calls[call_id], cost=cost)
            case SaveMessage(message):
                self.messages[message.message_id] = message

    async def commit(self, change: Change) -> Kept:
        if self.gate is not None:
            await self.gate.wait()
        if self.fails is not None:
            raise self.fails
        self.put(change)
        return Kept.DATABASE

    @property
    def call(self) -> CallRecord:
        (call,) = self.calls.values()
        return call

    def transcript(self) -> list[str]:
        turns = [turn for _, turn in sorted(self.turns.items())]
        return [f"{turn.speaker}: {turn.text}" for turn in turns]


class FakePlatformCalls(Calls):
    """The calls of `FakeCarrier`."""

    def __init__(self, carrier: FakeCarrier) -> None:
        self._carrier = carrier

    async def hang_up(self, call: str) -> None:
        await self._carrier.hang_up(call)

    async def show(self, call: str) -> CallDetail:
        return await self._carrier.show(call)


class FakeCarrier(SautiKit):
    """The platform's REST API: hangs calls up, knows costs when it is told them."""

    def __init__(self) -> None:
        self.calls = FakePlatformCalls(self)
        self.hung_up: list[tuple[float, str]] = []
        self.asked: list[tuple[float, str]] = []
        self.details: dict[str, CallDetail] = {}
        self.fails: CarrierError | None = None
        self.never_answers = False
        self.on_hang_up: Callable[[str], None] = lambda _session: None

    async def hang_up(self, call: str) -> None:
        if self.never_answers:
            await asyncio.Event().wait()
        if self.fails is not None:
            raise self.fails
        self.hung_up.append((clock.monotonic(), call))
        self.on_hang_up(call)

    async def show(self, call: str) -> CallDetail:
        self.asked.append((clock.monotonic(), call))
        if self.fails is not None:
            raise self.fails
        return self.details.get(call, CallDetail(id="c", status="completed"))


class FakeRecording(Recording):
    """Keeps both sides in memory."""

    def __init__(self) -> None:
        self.caller, self.ours = bytearray(), bytearray()
        self.is_ended = False
        self.legs_began: list[float] = []

    def begin_at(self, at: float) -> None:
        self.legs_began.append(at)

    def write(self, caller: bytes, ours: bytes) -> None:
        assert len(caller) == len(ours)
        self.caller += caller
        self.ours += ours

    def close(self) -> None:
        self.is_ended = True

    def discard(self) -> int:
        self.is_ended = self.is_discarded = True
        return len(self.caller) // 32


class FakeRecordings(RecordingWriter):
    """Opens recordings that stay in memory."""

    def __init__(self) -> None:
        self.opened: dict[Path, FakeRecording] = {}
        self.on_stopped: list[Callable[[RecordingEnded], None]] = []
        self.fails: Exception | None = None

    def open(self, path: Path, on_stopped: Callable[[RecordingEnded], None]) -> Recording:
        if self.fails is not None:
            raise self.fails
        self.on_stopped.append(on_stopped)
        self.opened[path] = recording = FakeRecording()
        return recording


@dataclass
class Talk:
    """One call, from the platform's and the caller's side."""

    world: World
    answer: Answer
    media: FakeMedia | None = None
    medias: list[FakeMedia] = field(default_factory=list)
    heeds_texts: bool = True

    @property
    def call(self) -> CallInProgress:
        assert self.answer.call is not None
        return self.answer.call

    # -- the platform --

    def post(self, after: After | None = None, **fields: Any) -> tuple[Action, ...]:
        """Post about this call; gives the document."""
        callback = replace(self.world.callback, session_id=self.call.session_id, **fields)
        now, wall = clock.monotonic(), clock.wall()
        call_id = self.call.call_id if after is not None else ""
        self.answer = self.world.calls.answer(callback, now, wall, call_id=call_id, after=after)
        return self.answer.actions

    def complete(self, **fields: Any) -> None:
        self.post(state=CallState.COMPLETED, state_text="Completed", is_active=False, **fields)

    def open(self) -> FakeMedia:
        """Open the media socket that the last document offers."""
        token = self.call.token
        assert token is not None
        assert any(isinstance(action, Stream) for action in self.answer.actions)
        claimed = self.world.calls.claim_media(
            token.value, self.call.call_id, "node-1", clock.monotonic()
        )
        assert claimed is self.call, claimed
        self.media = media = FakeMedia()
        self.medias.append(media)
        media.on_close = lambda: self.gone("we_closed", media)
        media.on_text = lambda text: self.told(text, media)
        media.sink = self.world.reception.open_call(self.call, media)
        media.sink.opened(clock.monotonic())
        return media

    def told(self, text: str, media: FakeMedia) -> None:
        """The platform is told something: if it heeds texts, it ends the stream as asked."""
        if text == DISCONNECT and self.heeds_texts and media.close_code is None:
            media.sent.append((clock.monotonic(), "close", b"by the platform"))
            media.close_code = 1000
            self.gone("platform_closed", media)

    def gone(self, reason: str, media: FakeMedia | None = None) -> None:
        """The media socket is gone."""
        gone = media or self.media
        assert gone is not None
        if self.media is gone:
            self.media = None
        gone.close_code = gone.close_code or 1006
        if gone.sink is not None:
            gone.sink.closed(reason, clock.monotonic())

    # -- the caller --

    async def live(self, pcm: bytes) -> None:
        """Live through a sound, frame by frame, as long as the socket is open."""
        for at in range(0, len(pcm), 640):
            if self.media is not None and self.media.sink is not None:
                self.media.sink.caller_audio(pcm[at : at + 640], clock.monotonic())
            await asyncio.sleep(FRAME_MS / 1000)

    async def wait(self, seconds: float) -> None:
        """Say nothing for so long."""
        await self.live(bytes(round(seconds * 50) * 640))

    async def say(self, text: str, ms: int | None = None) -> None:
        """Say something."""
        await self.live(self.world.words.sound(text, ms))

    async def until(self, holds: Callable[[], Any], within_s: float = 30.0) -> None:
        """Say nothing until something holds."""
        ends_at = clock.monotonic() + within_s
        while not holds():
            assert clock.monotonic() < ends_at, "it never came about"
            await self.wait(FRAME_MS / 1000)

    def heard(self, part: str) -> bool:
        """Whether the caller was sent these words, in any of the call's sockets."""
        return self.world.spelled(part) in " ".join(
            media.audible(self.world.words) for media in self.medias
        )

    async def until_heard(self, part: str, within_s: float = 30.0) -> None:
        await self.until(lambda: self.heard(part), within_s)

    async def until_over(self, within_s: float = 60.0) -> CallRecord:
        await self.until(lambda: self.record.ended_at is not None, within_s)
        return self.record

    @property
    def record(self) -> CallRecord:
        return self.world.keeper.calls[self.call.call_id]

    @property
    def turns(self) -> list[str]:
        return self.world.keeper.transcript()


@dataclass
class World:
    """A reception and all around it."""

    office: Office
    words: Words
    speech: FakeSpeech
    keeper: FakeKeeper
    carrier: FakeCarrier
    recordings: FakeRecordings
    calls: CallsInProgress
    reception: Reception
    phrases: PhraseBook
    published: list[Mapping[str, Any]] = field(default_factory=list)
    underruns: list[Underruns] = field(default_factory=list)
    sessions: Any = field(default_factory=lambda: count(1))

    def spelled(self, text: str) -> str:
        """The words as the voice is given them."""
        return Pronunciation(self.office).of(text)

    @property
    def callback(self) -> VoiceCallback:
        return VoiceCallback(
            session_id="HD_0",
            caller=CALLER,
            dialled=self.office.numbers[0],
            state=CallState.RINGING,
            state_text="Ringing",
            is_active=True,
        )

    def ring(self, *, is_signed: bool = False, **fields: Any) -> Talk:
        """A call arrives."""
        session = f"HD_{next(self.sessions)}"
        callback = replace(self.callback, **{"session_id": session, **fields})
        now, wall = clock.monotonic(), clock.wall()
        return Talk(self, self.calls.answer(callback, now, wall, is_signed=is_signed))

    async def pick_up(self) -> Talk:
        """A call arrives, its socket opens, the caller hears the greeting out."""
        talk = self.ring()
        talk.open()
        await talk.until(lambda: talk.record.notice is not None)
        return talk


@dataclass
class Worlds:
    """Makes worlds."""

    folder: Path

    async def __call__(
        self,
        *,
        conversation: ConversationSettings | None = None,
        carrier: bool = True,
        most_calls: int = 30,
        voices: Callable[[FakeSpeech], Any] = LocalVoices,
        prepared: bool = True,
        words: Words | None = None,
        hand_offs: HandOffWays | None = None,
        recorded: RecordedSpeech | None = None,
        base: Office | None = None,
        hears: Callable[[Words], FakeSpeech] = FakeSpeech,
        **office: Any,
    ) -> World:
        words = words or Words()
        speech, keeper = hears(words), FakeKeeper()
        phone, recordings = FakeCarrier(), FakeRecordings()
        always = Hours(
            week={day: (Opening(opens=time(0), closes=time(0)),) for day in Weekday},
            holidays_of="",
        )
        changes = office if base else {"hours": always, **office}
        ours = msgspec.structs.replace(base or read_office(EXAMPLE), **changes)
        phrases = PhraseBook(ours, self.folder / "phrases", recorded)
        made = voices(speech)
        reception = Reception(
            ReceptionParts(
                keeper=keeper,
                phrases={ours.id: phrases},
                open_voice=made.open,
                forget_voice=made.forget,
                voice_name="local",
                recordings=recordings,
                data_folder=self.folder,
                carrier=phone if carrier else None,
                node="node-1",
                conversation=conversation or ConversationSettings(),
                models=made if isinstance(made, ModelVoices) else None,
                hand_offs=hand_offs or HandOffWays(),
            )
        )
        calls = CallsInProgress(
            CallsSettings(admission=AdmissionSettings(most_calls=most_calls)),
            CallbackUrls("https://office.example", ""),
            (ours,),
            reception.hooks(),
        )
        reception.calls = calls
        world = World(ours, words, speech, keeper, phone, recordings, calls, reception, phrases)
        reception.watch(world.published.append, world.underruns.append)
        if prepared:
            await phrases.prepare(speech)
            speech.spoken.clear()
        return world


@pytest.fixture
def worlds(tmp_path: Path, virtual_clock: None) -> Worlds:
    """Where a test gets its world."""
    return Worlds(tmp_path)


@dataclass(frozen=True)
class Kit:
    """The parts of a world, for tests of one module."""

    words: type[Words] = Words
    speech: type[FakeSpeech] = FakeSpeech
    keeper: type[FakeKeeper] = FakeKeeper
    carrier: type[FakeCarrier] = FakeCarrier
    media: type[FakeMedia] = FakeMedia
    recording: type[FakeRecording] = FakeRecording
    caller: E164 = CALLER
    wall: datetime = WALL

    def office(self, **fields: Any) -> Office:
        return msgspec.structs.replace(read_office(EXAMPLE), **fields)


@pytest.fixture
def kit(virtual_clock: None) -> Kit:
    """Where a test gets its fakes."""
    return Kit()
