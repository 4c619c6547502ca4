"""Scripted calls of the five trades: read from files, played as text in virtual time.

A call goes through the conversation machine, the clerk and the receptionist's decisions, as any
call does in `tests.bridge.conftest`; what the recogniser would write is what the caller says, and
its meaning is found by the real encoder. The callers of ``tests/data/trades/*.toml`` say what they
came for, in order, and answer what they are asked:

``says``      the caller's own concerns, in order; the next one is said when nothing was asked that
              ``answers`` has, and after "anything else?"
``answers``   by what was asked: ``name``, ``number``, ``own_number``, ``right``, ``reason``,
              ``best_time``, ``message`` (shall I take one?), ``connect_or_message``, or some words
              of the question; of several, the first one not given yet, the last one again
``callee``    what becomes of a colleague's telephone: ``answers``, ``no_answer`` or ``busy``
``caller``    the number that rings; empty: withheld
``at``        the office's time; Monday the 23rd of November 2026 at ten if there is none
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from mapokezi.bridge import clock
from mapokezi.bridge.office_meanings import OfficeMeanings
from mapokezi.bridge.voices import LocalVoices
from mapokezi.calls import OfficeId
from mapokezi.receptionist.office import Office, Person, Way
from mapokezi.receptionist.telling import plan_notices
from mapokezi.receptionist.telling_event import TellingEvent
from mapokezi.records.call_record import TurnRecord
from mapokezi.records.message_record import MessageRecord
from mapokezi.records.notices import NoticeKind
from mapokezi.speech.client import Transcribed
from mapokezi.speech.engines.minilm import MiniLm
from mapokezi.stores.office_files import read_office
from mapokezi.stores.trades import TRADES, write_new
from mapokezi.telephony.actions import Dial, Stream
from mapokezi.telephony.callbacks import DialOutcome
from mapokezi.telephony.urls import After
from mapokezi.units import E164

DATA = Path("tests/data/trades")
_USUAL_AT = datetime.fromisoformat("2026-11-23T10:00:00")
_FIRST_CALLER = 254722000100
_QUIET_S = 1.5
"""So long after the last sound the caller takes the receptionist's say for finished."""
_LONGEST_S = 600.0
_RINGS_S = 20.0
_CALLEES = {
    "answers": DialOutcome.CONNECTED,
    "no_answer": DialOutcome.NO_ANSWER,
    "busy": DialOutcome.BUSY,
}

_ASKS = (
    ("right", re.compile(r"\b(?:is that right|is it right|get that right|is your name)\b")),
    ("own_number", re.compile(r"number you are calling from|on this number, the one ending")),
    ("connect_or_message", re.compile(r"connect you, or|would you like to be connected")),
    ("message", re.compile(r"(?:take|leave) a message|take one|in a message|message instead")),
    ("name", re.compile(r"\b(?:full name|your name|the name|just your name|first and last)\b")),
    (
        "reason",
        re.compile(r"message about|what is it about|what shall i write|what is the message"),
    ),
    ("best_time", re.compile(r"good time to call|time suits you")),
    ("number", re.compile(r"\b(?:which|best|what|whole) number|digit by digit|the number\b")),
    ("wish", re.compile(r"would you like to speak|did you want")),
    ("more", re.compile(r"anything else|what else")),
)
"""What a question of the receptionist's asks for."""
_KINDS = frozenset(kind for kind, _ in _ASKS)
_USUAL_ANSWERS = {
    "right": "Yes, that's right.",
    "own_number": "Yes.",
    "best_time": "Any time.",
    "message": "No, thank you.",
    "connect_or_message": "No, thank you.",
    "wish": "Yes, please.",
}
_SAVED = re.compile(r"\b(?:is saved|will have your message)\b")
_LEAVES = "No, that is all, thank you. Goodbye."


@cache
def encoder() -> MiniLm:
    """The real encoder, read once."""
    return MiniLm()


def knowing_meanings(fake: type[Any]) -> type[Any]:
    """Give a speech process that is fake but for the meanings of words.

    Args:
        fake: `tests.bridge.conftest.FakeSpeech`.
    """

    class Meaningful(fake):  # type: ignore[misc]
        def __init__(self, words: Any) -> None:
            super().__init__(words)
            self.encoder = f"{MiniLm.about.name} {MiniLm.about.version}"

        async def transcribe(
            self, pcm: bytes, deadline_s: float | None = None, *, with_meaning: bool = False
        ) -> Transcribed:
            found: Transcribed = await super().transcribe(pcm, deadline_s)
            if not with_meaning or not found.text:
                return found
            return replace(found, meaning=encoder().meanings([found.text])[0])

        async def meanings(self, texts: list[str], deadline_s: float | None = None) -> Any:
            return encoder().meanings(texts)

    return Meaningful


@dataclass(frozen=True, slots=True)
class TradeCall:
    """One call of a file."""

    trade: str
    name: str
    says: tuple[str, ...]
    expect: Mapping[str, Any]
    answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    at: datetime = _USUAL_AT
    caller: E164 | None = None
    callee: str = "no_answer"


@dataclass(frozen=True, slots=True)
class Played:
    """What came of a call."""

    outcome: str
    turns: tuple[TurnRecord, ...]
    messages: tuple[MessageRecord, ...]
    rung: tuple[str, ...]
    told: tuple[str, ...]
    """Who is told first of each message, by their ids."""

    @property
    def heard(self) -> str:
        """All that the caller heard."""
        return " ".join(turn.text for turn in self.turns if turn.speaker == "receptionist")

    def script(self) -> str:
        """The call to be read."""
        lines = [f"{turn.speaker:>12}: {turn.text} {turn.fact_ids or ''}" for turn in self.turns]
        return "\n".join([*lines, f"{self.outcome}; {self.messages}; rung {self.rung}"])


def calls_of(trade: str) -> tuple[TradeCall, ...]:
    """Read a trade's calls."""
    data = tomllib.loads((DATA / f"{trade}.toml").read_text(encoding="utf-8"))
    return tuple(_read(trade, place, each) for place, each in enumerate(data["calls"]))


def _read(trade: str, place: int, data: Mapping[str, Any]) -> TradeCall:
    number = data.get("caller", f"+{_FIRST_CALLER + 100 * TRADES.index(trade) + place}")
    given = {
        asked: (text,) if isinstance(text, str) else tuple(text)
        for asked, text in data.get("answers", {}).items()
    }
    return TradeCall(
        trade=trade,
        name=data["name"],
        says=tuple(data["says"]),
        expect=data["expect"],
        answers=given,
        at=data.get("at", _USUAL_AT),
        caller=E164(number) if number else None,
        callee=data.get("callee", "no_answer"),
    )


async def trade_world(worlds: Any, trade: str, speech: type[Any]) -> Any:
    """Make the world of the office that ``mapokezi office new --trade`` writes.

    Args:
        worlds: `tests.bridge.conftest.Worlds`.
        trade: one of the five.
        speech: `tests.bridge.conftest.FakeSpeech`.
    """
    folder = worlds.folder / trade
    write_new(folder, trade)
    office = msgspec.structs.replace(read_office(folder), id=OfficeId(trade))
    meanings = OfficeMeanings(worlds.folder / f"{trade}.meanings")
    made: list[LocalVoices] = []

    def voices(speech: Any) -> LocalVoices:
        made.append(LocalVoices(speech, (office,), meanings))
        return made[0]

    world = await worlds(base=office, hears=knowing_meanings(speech), voices=voices)
    await made[0].prepare(world.speech)
    return world


async def play(world: Any, call: TradeCall, set_wall: Callable[[datetime], None]) -> Played:
    """Play a call from the first ring to the last word of its record."""
    set_wall(call.at.replace(tzinfo=ZoneInfo(world.office.hours.timezone)))
    talk = world.ring(caller=call.caller)
    talk.open()
    await _Caller(talk, call).live()
    record = talk.record
    messages = tuple(one for one in world.keeper.messages.values() if one.call_id == record.call_id)
    return Played(
        outcome=str(record.outcome),
        turns=tuple(
            turn
            for (call_id, _), turn in sorted(world.keeper.turns.items(), key=lambda one: one[0])
            if call_id == record.call_id
        ),
        messages=messages,
        rung=tuple(one.person_id for one in record.hand_offs),
        told=tuple(_told_first(world.office, one) for one in messages),
    )


def _told_first(office: Office, message: MessageRecord) -> str:
    """Say who is told of a message, in an office whose people can be told by one way each."""

    def reachable(person: Person) -> Person:
        way = Way(way="chat", to=person.id)
        return msgspec.structs.replace(person, ways=(way,))

    office = msgspec.structs.replace(office, people=tuple(map(reachable, office.people)))
    event = TellingEvent(
        kind=NoticeKind.MESSAGE,
        subject=message.message_id,
        office_id=office.id,
        at=message.created_at,
        call_id=message.call_id,
        for_person=message.for_person,
        urgent=message.urgent,
    )
    planned = plan_notices(event, office, message.created_at)
    return str(planned[0].person_id) if planned else ""


class _Caller:
    """Who calls: hears what the receptionist says, and answers it."""

    def __init__(self, talk: Any, call: TradeCall) -> None:
        self._talk = talk
        self._call = call
        self._says = list(call.says)
        self._given: dict[str, int] = {}
        self._sounds_seen: dict[int, int] = {}
        self._sound_at = clock.monotonic()
        self._turns_seen = 0
        self._has_left = False

    async def live(self) -> None:
        """Talk until the call is over, or for ten minutes."""
        ends_at = clock.monotonic() + _LONGEST_S
        while not self._is_over() and clock.monotonic() < ends_at:
            await self._listen()
            if self._is_over():
                break
            if self._talk.media is None:
                await self._be_passed_on()
            elif (words := self._reply(self._heard_now())) is not None:
                await self._talk.say(words)
            else:
                self._talk.gone("platform_closed")
                self._talk.complete()

    def _is_over(self) -> bool:
        return self._talk.record.ended_at is not None

    async def _listen(self) -> None:
        """Wait until the receptionist has said something and is quiet again."""
        self._sound_at = clock.monotonic()
        while self._talk.media is not None and not self._is_over():
            self._notice_sound()
            if clock.monotonic() - self._sound_at > _QUIET_S and self._has_turn():
                return
            await self._talk.wait(0.1)

    def _notice_sound(self) -> None:
        media = self._talk.media
        seen = self._sounds_seen.get(id(media), 0)
        for at, kind, pcm in media.sent[seen:]:
            if kind == "audio" and any(pcm):
                self._sound_at = at + len(pcm) / 32_000
        self._sounds_seen[id(media)] = len(media.sent)

    def _has_turn(self) -> bool:
        waited = clock.monotonic() - self._sound_at > 12.0
        return waited or any(True for _ in self._new_turns())

    def _new_turns(self) -> Iterator[TurnRecord]:
        turns = self._talk.world.keeper.turns
        for (call_id, number), turn in sorted(turns.items(), key=lambda one: one[0]):
            mine = call_id == self._talk.record.call_id and number >= self._turns_seen
            if mine and turn.speaker == "receptionist":
                yield turn

    def _heard_now(self) -> str:
        said = list(self._new_turns())
        self._turns_seen = max([self._turns_seen, *(turn.number + 1 for turn in said)])
        return " ".join(turn.text for turn in said)

    # -- what is said --

    def _reply(self, heard: str) -> str | None:
        """Answer what was asked, else say the next concern; None: hang up."""
        question = re.split(r"(?<=[.!?]) ", heard.lower())[-1]
        if _SAVED.search(heard):  # who has left a message does not ask to leave it
            self._says = [words for words in self._says if "message" not in words]
        for words in self._call.answers:
            if words not in _KINDS and re.search(rf"\b{words}\b", question):
                return self._give(words)
        for text in (question, heard.lower()):
            kind = next((one for one, pattern in _ASKS if pattern.search(text)), "")
            if kind in self._call.answers:
                return self._give(kind)
            if kind in _USUAL_ANSWERS and not (kind == "message" and self._says):
                return _USUAL_ANSWERS[kind]
            if kind:
                break
        if self._says:
            return self._says.pop(0)
        if self._has_left:
            return None
        self._has_left = True
        return _LEAVES

    def _give(self, asked: str) -> str | None:
        given = self._given.get(asked, 0)
        self._given[asked] = given + 1
        texts = self._call.answers[asked]
        return texts[min(given, len(texts) - 1)] if given < len(texts) + 3 else None

    async def _be_passed_on(self) -> None:
        """Live through what the platform does after the receptionist's stream."""
        actions = self._talk.post(after=After.STREAM)
        while any(isinstance(one, Dial) for one in actions):
            await self._talk.wait(_RINGS_S)
            outcome = _CALLEES[self._call.callee]
            actions = self._talk.post(after=After.DIAL, dial_outcome=outcome)
        if any(isinstance(one, Stream) for one in actions):
            self._talk.open()
        elif not self._is_over():
            self._talk.complete()
