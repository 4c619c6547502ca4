"""One call of the hand-off matrix: who rings, who is rung, and what was heard at both ends."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import httpx2

from bench.hand_off_hearing import hears, last_sound_ms, longest_silence_ms
from bench.sounds import words
from bench.wire.obedient import Does, ObedientCall
from mapokezi.audio.wav import wav_sound
from mapokezi.bridge.handing_over.ladder import IF_CUT_OFF
from mapokezi.emulator.callees import CalleeScript, callee
from mapokezi.emulator.caller_voice import VoiceShift
from mapokezi.emulator.callers import (
    Caller,
    CallerLine,
    Manners,
    ReactiveCaller,
    ScriptedCaller,
)
from mapokezi.emulator.phone_call import CallHeard
from mapokezi.records.call_record import CallInFull
from mapokezi.records.message_record import MessageRecord

EXECUTORS = ("dial", "conference", "callback")
AFTER_CLOSE = ("documented", "observed", "hangup")
VOICES = ("clerk", "model")
PEOPLE = {
    "answer": "Mary Smith",
    "accept": "John Parker",
    "decline": "Grace Miller",
    "no-answer": "David Cooper",
    "busy": "Linda Baker",
    "voicemail": "Robert Wilson",
    "hangs-up": "Susan Green",
    "fail": "Peter Brown",
}
"""Who behaves how; names that the recogniser knows, for hearing names is measured elsewhere."""
CALLEE_VOICE = VoiceShift(pitch=0.8)
_MODEL_VOICE = VoiceShift(pitch=1.1, formants=1.0)
_SAYS = "Hello, this is the right person speaking."
_THEN_SAYS = "Good morning, I am on the line for you now."
_MACHINE = "I cannot take your call. Please leave a message after the tone."
_FOUND = "Very good, I hear you very well, and I have been looking for you."
_FAREWELL = "No, thank you. Goodbye."
_CHANGED: Mapping[str, Mapping[str, object]] = {
    "answer": {"talk_s": 16.0},
    "accept": {"presses_after_s": 4.0},
    "decline": {"presses_after_s": 4.0, "talk_s": 16.0},
    "voicemail": {"after_s": 4.0, "talk_s": 16.0, "says": _MACHINE},
}
"""Long enough for the caller to hear them out and to say something."""
_ARE_JOINED = {
    "dial": ("answer", "accept", "decline", "voicemail"),
    "conference": ("accept",),
}
"""Who speaks with the caller, where the platform does as it says."""
_MANNERS = Manners(patience_s=25.0, lingers_s=5.0)
_PARDON = "Sorry, what did you say?"
COMES_BACK = "Nobody picked up. Shall I take a message?"


@dataclass(frozen=True, slots=True)
class Cell:
    """One combination."""

    executor: str
    callee: str
    after_close: str
    voice: str

    @property
    def name(self) -> str:
        """For a list of those that failed."""
        return f"{self.executor}, {self.callee}, {self.after_close}, {self.voice}"

    @property
    def office(self) -> int:
        """Which of the offices is rung."""
        return EXECUTORS.index(self.executor) * len(VOICES) + VOICES.index(self.voice)

    @property
    def dials(self) -> str:
        """The number that is rung."""
        return f"+25420900001{self.office}"

    @property
    def mobile(self) -> str:
        """The number of the person who is asked for."""
        return mobile_of(self.office, self.callee)


def every_cell() -> list[Cell]:
    """Give all of them; those whose platform leaves callers in silence come last."""
    product = itertools.product(AFTER_CLOSE, EXECUTORS, VOICES, PEOPLE)
    return [Cell(executor, callee, mode, voice) for mode, executor, voice, callee in product]


def mobile_of(office: int, way: str) -> str:
    """Give a person's number: nobody is rung from two offices."""
    return f"+2547001{office}{list(PEOPLE).index(way):02}00"


def callees() -> dict[str, CalleeScript]:
    """Give how each person behaves."""
    found = {}
    for office, way in itertools.product(range(len(EXECUTORS) * len(VOICES)), PEOPLE):
        usual = callee(way)
        told = {"says": _SAYS, **_CHANGED.get(way, {})} if usual.says else {}
        then = {"then_says": _THEN_SAYS} if usual.then_says else {}
        found[mobile_of(office, way)] = callee(way, **told, **then)
    return found


def callee_sounds() -> dict[str, bytes]:
    """Give what the people rung say, as 8 kHz sound, by its words."""
    return words((_SAYS, _THEN_SAYS, _MACHINE), CALLEE_VOICE)


_MODEL_SAYS = {
    "connecting": "I am connecting you now.",
    "ringing": "I am ringing them, please hold on.",
    "ending": "",
}
"""By the status of a tool's result; else it says what the result lets it say."""
_TAKES_LEAVE = "Goodbye."
_ON_THE_WAY = re.compile(r"connecting|cut off|hold\b|try(?:ing)?\b|ringing")
"""What is said while somebody is being reached needs no answer."""
_NOT_UNDERSTOOD = re.compile(
    r"name again|would you like to (?:speak|know)|did you want to|how can i help|other words"
    r"|hear anything|still there"
)
"""At which a caller says once more whom they want."""


def prepare_sounds() -> None:
    """Have all that callers, people and the model say made before anything is measured."""
    words(line for person in PEOPLE.values() for line in AsksFor(person).lines())
    callee_sounds()
    says = [one for one in _MODEL_SAYS.values() if one]
    says += [f"{one} {IF_CUT_OFF}" for one in says]
    words((COMES_BACK, _TAKES_LEAVE, *says), _MODEL_VOICE)


def model_sound(text: str) -> bytes:
    """Give what the voice model says, as 8 kHz sound."""
    return words([text], _MODEL_VOICE)[text]


@dataclass(slots=True)
class AsksFor:
    """A caller who asks for somebody, speaks with whoever answers, and leaves no message."""

    person: str
    is_over: bool = False
    _has_asked: bool = False

    def lines(self) -> Sequence[str]:
        """All that may be said."""
        return [self._opening, _FOUND, "Yes, please.", _FAREWELL, _PARDON]

    @property
    def _opening(self) -> str:
        return f"Can I speak to {self.person}, please?"

    def reply(self, heard: str) -> str | None:
        """Choose a line."""
        said = heard.lower()
        if not self._has_asked or _NOT_UNDERSTOOD.search(said):
            self._has_asked = True
            return self._opening
        said = " ".join(part for part in re.split(r"[.?!]", said) if not _ON_THE_WAY.search(part))
        if re.search(r"right person|on the line for you|after the tone", said):
            return _FOUND
        if re.search(r"did you mean|is that right", said):
            return "Yes, please."
        if re.search(r"message|pick(?:ed)? up|call you back|ring you back|anything else", said):
            self.is_over = True
            return _FAREWELL
        return _PARDON if said.strip() else None


def caller_of(cell: Cell) -> Caller:
    """Give who rings.

    Whoever will be joined to somebody says something in every pause: to find the words first, a
    busy machine takes longer than a pause is, or than a talk.
    """
    part = AsksFor(PEOPLE[cell.callee])
    sounds = words(part.lines())
    if cell.callee not in _ARE_JOINED.get(cell.executor, ()):
        return ReactiveCaller(part, sounds, _MANNERS)
    lines = [part.lines()[0], *[_FOUND] * 4]
    return ScriptedCaller([CallerLine(line, sounds[line]) for line in lines], _MANNERS)


@dataclass
class Obedient(ObedientCall):
    """The model of one call: passes on at once, and says so when nobody was reached."""

    @classmethod
    def asked_for(cls, person: str) -> Obedient:
        """Give one that will be asked for a person."""
        wants = Does(tool="want_person", arguments={"who": person, "reason": "The caller asked."})
        leaves = itertools.cycle([Does(says=_TAKES_LEAVE), Does(tool="end_call")])
        acts: Iterator[Does] = itertools.chain([wants], leaves)
        return cls(acts, _MODEL_SAYS, COMES_BACK)


@dataclass(frozen=True, slots=True)
class Came:
    """What came of a cell."""

    cell: Cell
    caller_hears: bool
    callee_hears: bool
    messages: int
    told: tuple[str, ...]
    """What the caller heard of the receptionist once nobody was tried any more, or before that of
    what would be if the platform cut them off."""
    outcomes: tuple[str, ...]
    silence_ms: int
    dead_ms: int | None
    """How long the platform held the caller in silence until it was ended; None: it did not."""

    @property
    def is_connected(self) -> bool:
        """Whether both heard each other."""
        return self.caller_hears and self.callee_hears

    @property
    def is_well(self) -> bool:
        """Whether it ended as every cell must."""
        return self.is_connected or (self.messages > 0 and bool(self.told))


async def legs_heard(base_url: str, session_id: str, mobile: str) -> bytes:
    """Give what the person's telephone got in a call, on whatever leg they were rung."""
    async with httpx2.AsyncClient(base_url=base_url, timeout=20.0) as client:
        rows = (await client.get("/emulator/calls")).json()["calls"]
        sound = b""
        for row in rows:
            if row["session_id"] != session_id and row["remote_e164"] != mobile:
                continue
            heard = (await client.get(f"/emulator/calls/{row['id']}")).json()["heard"]
            for leg, path in heard.items():
                if leg == mobile:
                    sound += wav_sound((await client.get(path)).content)[1]
    return sound


def came_of(
    cell: Cell,
    heard: CallHeard,
    record: CallInFull,
    callee_ear: bytes,
    messages: Sequence[MessageRecord],
) -> Came:
    """Judge a call by what was heard."""
    tried = record.call.hand_offs
    over_ms = _tried_until_ms(record)
    told = tuple(
        turn.text
        for turn in record.turns
        if turn.speaker.value == "receptionist"
        and turn.text
        and (turn.started_ms >= over_ms or IF_CUT_OFF in turn.text)
    )
    caller_said = words(AsksFor(PEOPLE[cell.callee]).lines()).values()
    caller_hears = hears(heard.heard_pcm, callee_sounds().values())
    dead_from = [int(event["at_ms"]) for event in heard.events if event["type"] == "dead_air"]
    return Came(
        cell,
        caller_hears=caller_hears,
        callee_hears=hears(callee_ear, caller_said),
        messages=len(messages),
        told=told,
        outcomes=tuple(one.outcome.value if one.outcome else "unknown" for one in tried),
        silence_ms=_silence_ms(heard, dead_from),
        dead_ms=heard.length_ms - dead_from[-1] if dead_from else None,
    )


def _tried_until_ms(record: CallInFull) -> int:
    """Where, from the call's arrival, the last try ended; if there was none, the ladder began."""
    call = record.call
    ends = [each.ended_at for each in call.hand_offs if each.ended_at is not None]
    if ends:
        return round((max(ends) - call.arrived_at).total_seconds() * 1000)
    steps = [each.at_ms for each in record.timeline if each.what == "hand_off_step"]
    return min(steps, default=0)


def _silence_ms(heard: CallHeard, dead_from: Sequence[int]) -> int:
    """Give the longest silence at the caller, while the receptionist or the platform has them.

    It begins with the caller's first words. It ends when a person has answered: then it is theirs
    to speak; or where the platform holds the leg dumb, which is measured by itself. The pauses of
    a ringing tone are none.
    """
    if not heard.turns:
        return 0
    end_ms = min([last_sound_ms(heard.heard_pcm), *dead_from])
    at = heard.turns[0].end_ms
    longest = 0
    for event in heard.events:
        if event["type"] in {"dialling", "dial_answered"}:
            longest = max(longest, _between(heard, at, min(int(event["at_ms"]), end_ms)))
            at = end_ms if event["type"] == "dial_answered" else int(event["at_ms"])
        if event["type"] == "dial_ended":
            at = max(at, int(event["at_ms"]))
    return max(longest, _between(heard, at, end_ms))


def _between(heard: CallHeard, first_ms: int, last_ms: int) -> int:
    if last_ms <= first_ms:
        return 0
    return longest_silence_ms(heard.heard_pcm, heard.said_pcm, first_ms, last_ms)
