"""One call on the wire: its caller, its models, and what befalls it."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import parse_qs, urlsplit

from bench.ringing import new_number
from bench.wire.legs import Leg, Legs
from bench.wire.line import NUMBERS, WireLine
from bench.wire.model_session import Session
from bench.wire.models import Models
from mapokezi.telephony.actions import Stream
from mapokezi.telephony.markup import parse_xml

SAID = (
    "I am calling about the lease of my shop in Westlands.",
    "My brother knows more about it than I do.",
    "And what would you say to that?",
)
REPLIES = (
    "Thank you, and I would like to hear a little more about it, if you do not mind.",
    "I see. And is there anything else that you would like to tell us about this matter?",
    "Very well, and which part of that is it that you would like to talk about today?",
)
"""Nothing in them is a promise or a fact, which the line would put right."""
FAREWELL = "Thank you for calling us, and goodbye."
_ENDPOINTING_S, _THINKING_S = 0.5, 0.3
_GREETED_WITHIN_S, _ANSWERED_WITHIN_S, _PARTED_WITHIN_S = 20.0, 20.0, 15.0
_QUIET_S = 0.8


class Fate(StrEnum):
    """What befalls a call."""

    WELL = "well, the caller hangs up"
    MODEL_ENDS = "well, the receptionist says goodbye"
    KILLED = "model killed in its reply"
    FROZEN = "model frozen in its reply"
    MUTED = "model muted in its reply"
    TONED = "model stuck on a tone"
    CUT = "the model's connection cut"
    TOOL_KILLED = "model killed in a tool call"
    KILLED_IN_TURN = "model killed while the caller speaks"
    NEVER_READY = "model opens and never answers"
    NO_MODEL = "no model at all"
    GREETING_LEFT = "caller hangs up in the greeting"
    WORD_LEFT = "caller hangs up in mid-word"
    REPLY_LEFT = "caller hangs up in a reply"
    MEDIA_CUT = "media socket cut"
    NEVER_OPENED = "media socket never opened"


SHARES: dict[Fate, float] = {
    Fate.WELL: 0.24,
    Fate.MODEL_ENDS: 0.12,
    **dict.fromkeys(
        (Fate.KILLED, Fate.FROZEN, Fate.MUTED, Fate.TONED, Fate.TOOL_KILLED, Fate.KILLED_IN_TURN),
        0.04,
    ),
    Fate.CUT: 0.06,
    Fate.NEVER_READY: 0.04,
    Fate.NO_MODEL: 0.02,
    Fate.GREETING_LEFT: 0.08,
    Fate.WORD_LEFT: 0.06,
    Fate.REPLY_LEFT: 0.06,
    Fate.MEDIA_CUT: 0.05,
    Fate.NEVER_OPENED: 0.03,
}
"""How often each is drawn."""


@dataclass
class Lived:
    """What was seen of a call."""

    fate: Fate
    waits_s: list[float] = field(default_factory=list)
    """From the end of the caller's words to the first sound that can be heard."""
    unanswered: int = 0
    refused: str = ""
    """Why it could not be lived through, if it could not."""


class WireCall:
    """One call; see `bench.wire.model_session.Caller`."""

    def __init__(
        self, line: WireLine, models: Models, legs: Legs, fate: Fate, rng: random.Random
    ) -> None:
        """Prepare for ringing."""
        self._line, self._models, self._legs = line, models, legs
        self._rng = rng
        self.number = new_number()
        self.office = rng.choice(list(NUMBERS))
        self.leg = Leg()
        self.session: Session | None = None
        self.lived = Lived(fate)
        self._owed = ""
        self._owed_tool = ""
        self._struck = False
        self._later: set[asyncio.TimerHandle] = set()

    # -- the model's side; see `Caller` --

    def joined(self, session: Session) -> None:
        fate = self.lived.fate
        if fate is Fate.NO_MODEL or (fate is Fate.NEVER_READY and not self._struck):
            self._struck = True
            session.freeze()
            return
        self.session = session
        if self._owed:
            self._in(_THINKING_S, self._give_reply)

    def left(self, session: Session) -> None:
        if self.session is session:
            self.session = None

    def answered(self, session: Session, tool: str) -> None:
        pass

    # -- the call --

    async def live(self) -> Lived:
        """Live it through, from the ringing to the last post."""
        self._models.calls[self.number] = self
        try:
            await self._ring()
        finally:
            for timer in self._later:
                timer.cancel()
            self._models.calls.pop(self.number, None)
            if self.session is not None:
                self.session.stop()
        return self.lived

    async def _ring(self) -> None:
        about = {
            "sessionId": f"wire-{time.monotonic_ns()}-{self.number[1:]}",
            "callerNumber": self.number,
            "destinationNumber": NUMBERS[self.office],
            "direction": "Inbound",
        }
        answer = await self._line.post(callSessionState="Ringing", isActive="1", **about)
        streams = [one for one in parse_xml(answer.content) if isinstance(one, Stream)]
        if not streams:
            self.lived.refused = "no stream"
        elif self.lived.fate is Fate.NEVER_OPENED:
            await asyncio.sleep(self._rng.uniform(0.5, 3.0))
        else:
            await self._leg(streams[0].url, about)
        await self._line.post(callSessionState="Completed", isActive="0", **about)

    async def _leg(self, url: str, about: dict[str, str]) -> None:
        await self.leg.open(url)
        self._legs.add(self.leg)
        try:
            await self._talk()
        finally:
            self._legs.remove(self.leg)
            if self.lived.fate is Fate.MEDIA_CUT:
                self.leg.cut()
            else:
                self.leg.hang_up()
            async with asyncio.timeout(5.0):
                await self.leg.over.wait()
        if self.lived.fate is Fate.MEDIA_CUT:  # the document's tail: how to go on?
            call_id = parse_qs(urlsplit(url).query)["call"][0]
            path = f"/voice/continue?call={call_id}&after=stream"
            await self._line.post(path, callSessionState="Active", isActive="1", **about)

    async def _talk(self) -> None:
        fate, rng = self.lived.fate, self._rng
        if fate is Fate.GREETING_LEFT:
            await asyncio.sleep(rng.uniform(0.1, 3.0))
            return
        await self._until_quiet(_GREETED_WITHIN_S)
        exchanges = rng.randint(1, 3)
        struck = rng.randrange(exchanges)
        for number in range(exchanges):
            is_last = number == exchanges - 1
            if not await self._exchange(is_struck=number == struck, is_last=is_last):
                return
            await asyncio.sleep(rng.uniform(0.2, 1.5))

    async def _exchange(self, *, is_struck: bool, is_last: bool) -> bool:
        """Say something and hear the answer; whether the call goes on."""
        fate, rng = self.lived.fate, self._rng
        length_s = self.leg.say(rng.choice(SAID))
        if is_struck and fate is Fate.WORD_LEFT:
            await asyncio.sleep(rng.uniform(0.1, length_s))
            return False
        self._in(0.1, self._voice_heard)
        if is_struck and fate is Fate.KILLED_IN_TURN:
            self._in(length_s / 2, self._strike)
        await asyncio.sleep(length_s)
        ended = time.perf_counter()
        ends = is_last and fate is Fate.MODEL_ENDS
        self._owed = FAREWELL if ends else rng.choice(REPLIES)
        self._owed_tool = "end_call" if ends else ""
        self._in(_ENDPOINTING_S, self._end_heard)
        self._in(_ENDPOINTING_S + _THINKING_S, self._give_reply)
        if is_struck:
            self._plan_strike(ended)
        if ends:
            async with asyncio.timeout(_PARTED_WITHIN_S):
                await self.leg.over.wait()
            return False
        return await self._hear_answer(ended, is_left=is_struck and fate is Fate.REPLY_LEFT)

    async def _hear_answer(self, ended: float, *, is_left: bool) -> bool:
        heard: list[float] = []
        self.leg.on_audible = heard.append
        until = ended + _ANSWERED_WITHIN_S
        while not heard and time.perf_counter() < until and self.leg.is_open:
            await asyncio.sleep(0.02)
        self.leg.on_audible = lambda _at: None
        if heard:
            self.lived.waits_s.append(heard[0] - ended)
        elif self.leg.is_open:
            self.lived.unanswered += 1
        if is_left:
            await asyncio.sleep(self._rng.uniform(0.1, 2.0))
            return False
        if self.lived.fate is Fate.MEDIA_CUT and self._struck:
            return False
        await self._until_quiet(_ANSWERED_WITHIN_S)
        return self.leg.is_open

    async def _until_quiet(self, within_s: float) -> None:
        """Wait until something was heard, and nothing is any more."""
        until = time.perf_counter() + within_s
        began = self.leg.audible_until
        while self.leg.is_open and (now := time.perf_counter()) < until:
            is_new = self.leg.audible_until > began or began > now - _QUIET_S
            if is_new and not self._owed and now > self.leg.audible_until + _QUIET_S:
                return
            await asyncio.sleep(0.05)

    def _voice_heard(self) -> None:
        if self.session is not None:
            self.session.hears_voice()

    def _end_heard(self) -> None:
        if self.session is not None:
            self.session.hears_end("And then?")

    # -- what befalls it --

    def _give_reply(self) -> None:
        if self._owed and self.session is not None:
            fate, how = self.lived.fate, ""
            if fate in (Fate.MUTED, Fate.TONED) and not self._struck:
                self._struck = True
                how = fate.name.lower()
            self.session.how = how
            tool = self._owed_tool
            if fate is Fate.TOOL_KILLED and not self._struck:
                tool = "look_up"
            self.session.reply(self._owed, tool)
            if not how:
                self._owed = ""

    def _plan_strike(self, ended: float) -> None:
        """Have it befall the call in the reply that comes."""
        fate = self.lived.fate
        after_s = _ENDPOINTING_S + _THINKING_S + self._rng.uniform(0.3, 1.5)
        if fate in (Fate.KILLED, Fate.FROZEN, Fate.CUT, Fate.MEDIA_CUT):
            self._in(after_s, self._strike)
        elif fate is Fate.TOOL_KILLED:
            self._in(_ENDPOINTING_S + _THINKING_S + 2.6, self._strike)

    def _strike(self) -> None:
        if self._struck:
            return
        self._struck = True
        session = self.session
        if self.lived.fate is Fate.MEDIA_CUT:
            self.leg.cut()
        elif session is not None:
            self._owed = self._rng.choice(REPLIES)
            match self.lived.fate:
                case Fate.FROZEN:
                    session.freeze()
                case Fate.CUT:
                    session.cut()
                case _:
                    session.kill()

    def _in(self, after_s: float, deed: Callable[[], None]) -> None:
        loop = asyncio.get_running_loop()
        self._later = {timer for timer in self._later if timer.when() > loop.time()}
        self._later.add(loop.call_later(after_s, deed))
