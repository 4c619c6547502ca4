"""How long the caller waits for an answer, and how often the answer comes too early.

Sixty utterances with pauses for thought inside (``pauses.toml``), to the local voice, five a call;
then sixty by another hand (``pauses_2.toml``), whose failures taught some of the waits,
and sixty by a third (``pauses_unseen.toml``), by which no wait was ever chosen.
Two calls are up at a time to save time, but their callers never speak at once: one may begin when
the other's answer has been heard for a second, and so has been made. Then twenty of the utterances
with three calls at once in which nobody waits for anybody.
Gap: from the last audible sound of the caller to the next of the receptionist, both in the
recording of the caller's telephone. An utterance is cut short if the receptionist is audible
before its end, or if its parts are not one turn on record. A part that is in no turn on record
is lost.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

from bench.figures import Figure, Load, Measured, load_average, percentile, percentiles_of, share_of
from bench.ringing import Rung, ring_and_read, some_at_once
from bench.sounds import RATE_HZ, joined, trimmed, words
from bench.stage import Stage, stage
from mapokezi.calls import Speaker
from mapokezi.emulator.callers import CallerLine, Manners, ScriptedCaller
from mapokezi.emulator.floor import Floor
from mapokezi.emulator.listening import ListeningSettings
from mapokezi.emulator.measuring import Span, voiced_spans

KNOWN = Path(__file__).with_name("pauses.toml")
SECOND = Path(__file__).with_name("pauses_2.toml")
UNSEEN = Path(__file__).with_name("pauses_unseen.toml")
POLITE = Manners(listening=ListeningSettings(hang_ms=900), lingers_s=0.0)
"""Callers who let the receptionist finish, whose pauses between sentences are 400 to 600 ms, and
who hang up when the last answer was heard."""
CROWDED_CALLS = 4
_ROUNDS = 3
"""What a call that ended early left unsaid is said in another, so many times at most."""
_NEAR_MS = 300
"""The record's instants are the detector's, and its clock is known to some 40 ms."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """Something to be said, with pauses inside."""

    text: str
    pcm: bytes
    parts: tuple[Span, ...]
    """Where the parts lie between the pauses, from its beginning."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of one utterance."""

    text: str
    gap_ms: int | None
    """None: it was not answered, or the receptionist spoke over its end."""
    spoken_over: bool
    """Whether the receptionist was audible before its end."""
    turns: int
    """How many turns it is on record."""
    lost_parts: int
    shares: tuple[int, ...]
    """See `SHARES`; empty if the record does not tell."""

    @property
    def cut_short(self) -> bool:
        """Whether the receptionist did not wait for the whole of it."""
        return self.spoken_over or self.turns != 1 or bool(self.lost_parts)


SHARES = (
    "voice stops -> turn ended (recognition runs within)",
    "turn ended -> first sound of the reply (clerk, synthesis)",
    "first sound of the reply -> playing",
    "playing -> audible at the telephone (media module, line, silence before the word)",
)


async def measure() -> Measured:
    """Take the figures: one caller at a time, then three at once."""
    before = load_average()
    calls, second, more = read_calls(), read_calls(SECOND), read_calls(UNSEEN)
    async with stage("response-gap") as up:
        alone = await say_all(up, calls, at_once=2, floor=Floor())
        others = await say_all(up, second, at_once=2, floor=Floor())
        unseen = await say_all(up, more, at_once=2, floor=Floor())
        crowded = await say_all(up, calls[:CROWDED_CALLS], at_once=3)
    return Measured(
        "response_gap",
        "Response gap and turns cut short, local voice",
        [
            *_figures(alone, "", bars=True),
            *_figures(others, ", second set", bars=True),
            *_figures(unseen, ", unseen ones", bars=True),
            *_figures(crowded, ", three calls at once", bars=False),
        ],
        Load(before, load_average()),
        details={
            "alone": [repr(each) for each in alone],
            "second": [repr(each) for each in others],
            "unseen": [repr(each) for each in unseen],
            "three": [repr(each) for each in crowded],
        },
    )


def read_calls(texts: Path = KNOWN) -> list[list[Utterance]]:
    """Read the texts and make them into sound."""
    calls = tomllib.loads(texts.read_text(encoding="utf-8"))["call"]
    split = [[re.split(r"\s*\[(\d+)\]\s*", text) for text in call["say"]] for call in calls]
    said = words(part for call in split for pieces in call for part in pieces[::2])
    return [[_utterance(pieces, said) for pieces in call] for call in split]


def _utterance(pieces: Sequence[str], said: dict[str, bytes]) -> Utterance:
    sounds = [int(p) if n % 2 else trimmed(said[p]) for n, p in enumerate(pieces)]
    parts, at_ms = [], 0
    for sound in sounds:
        length = sound if isinstance(sound, int) else len(sound) * 500 // RATE_HZ
        if not isinstance(sound, int):
            parts.append(Span(at_ms, at_ms + length))
        at_ms += length
    text = " ".join(f"[{p}]" if n % 2 else p for n, p in enumerate(pieces))
    return Utterance(text, joined(sounds), tuple(parts))


async def say_all(
    up: Stage, calls: Sequence[Sequence[Utterance]], at_once: int, floor: Floor | None = None
) -> list[Answered]:
    """Say all of it, and tell what came of each utterance.

    Args:
        up: where.
        calls: what is said in each call.
        at_once: how many calls are up at a time.
        floor: who of their callers may speak; None: whoever likes to.
    """
    todo, answered = [list(call) for call in calls], []
    for _ in range(_ROUNDS):
        rungs = await some_at_once([partial(_ring, up, call, floor) for call in todo], at_once)
        left: list[list[Utterance]] = []
        for call, rung in zip(todo, rungs, strict=True):
            of_call = list(_judge(rung, call))
            answered += of_call
            if of_call and len(of_call) < len(call):
                left.append(call[len(of_call) :])
        todo = left
    return answered


async def _ring(up: Stage, call: Sequence[Utterance], floor: Floor | None) -> Rung:
    lines = [CallerLine(utterance.text, utterance.pcm) for utterance in call]
    caller = ScriptedCaller(lines, POLITE, floor)
    try:
        return await ring_and_read(up, caller)
    finally:
        if floor is not None:
            floor.leave(caller)


def _judge(rung: Rung, call: Sequence[Utterance]) -> Iterator[Answered]:
    """Tell what came of those utterances that the receptionist was there to hear."""
    voices = voiced_spans(rung.heard.heard_pcm, RATE_HZ)
    starts = [turn.start_ms for turn in rung.heard.turns] + [rung.heard.length_ms]
    for utterance, turn, until_ms in zip(call, rung.heard.turns, starts[1:], strict=False):
        if _was_passed_on(rung, turn):
            return
        over = any(turn.start_ms < voice.start_ms < turn.end_ms for voice in voices)
        after = [v.start_ms for v in voices if turn.end_ms <= v.start_ms < until_ms]
        held = any(voice.holds(turn.end_ms) for voice in voices)
        gap_ms = after[0] - turn.end_ms if after and not held else None
        turns, lost = _on_record(rung, utterance, turn)
        shares = _shares(rung, turn, gap_ms)
        yield Answered(utterance.text, gap_ms, over or held, turns, lost, shares)


def _was_passed_on(rung: Rung, turn: Span) -> bool:
    """Whether the caller was being passed on, or the call was ending, before they spoke."""
    over = [
        entry.at_ms - rung.record_ahead_ms
        for entry in rung.record.timeline
        if entry.what in {"hand_off_begun", "leaving", "closed"}
    ]
    return any(at_ms < turn.start_ms for at_ms in over)


def _on_record(rung: Rung, utterance: Utterance, turn: Span) -> tuple[int, int]:
    """Count the turns that an utterance is on record, and its parts that are in none."""
    ahead = rung.record_ahead_ms
    near = [
        Span(t.started_ms - ahead - _NEAR_MS, t.ended_ms - ahead + _NEAR_MS)
        for t in rung.record.turns
        if t.speaker is Speaker.CALLER
    ]
    parts = [Span(turn.start_ms + p.start_ms, turn.start_ms + p.end_ms) for p in utterance.parts]
    overlapping = [n for n in near if any(_shared(n, part) > _NEAR_MS for part in parts)]
    lost = sum(all(_shared(n, part) < part.length_ms / 2 for n in near) for part in parts)
    return len(overlapping), lost


def _shared(one: Span, other: Span) -> int:
    return max(0, min(one.end_ms, other.end_ms) - max(one.start_ms, other.start_ms))


def _shares(rung: Rung, turn: Span, gap_ms: int | None) -> tuple[int, ...]:
    """Cut a gap into its pieces, by the call's timeline."""
    if gap_ms is None:
        return ()
    marks = [turn.end_ms]
    for what in ("caller_turn_ended", "reply_first_audio", "item_started"):
        at = [
            entry.at_ms - rung.record_ahead_ms
            for entry in rung.record.timeline
            if entry.what == what and entry.at_ms - rung.record_ahead_ms >= marks[-1] - 60
        ]
        if not at or at[0] > turn.end_ms + gap_ms + 200:
            return ()
        marks.append(at[0])
    marks.append(turn.end_ms + gap_ms)
    return tuple(later - earlier for earlier, later in pairwise(marks))


def _figures(answered: Sequence[Answered], when: str, *, bars: bool) -> list[Figure]:
    gaps = [each.gap_ms for each in answered if each.gap_ms is not None]
    cut = [each for each in answered if each.cut_short]
    bounds = {0.5: "<= 1100", 0.95: "<= 1800"} if bars else {}
    return [
        Figure(f"utterances{when}", len(answered), "", ">= 60" if bars else ""),
        *percentiles_of(f"response gap{when}", gaps, "ms", bounds),
        Figure(f"cut short{when}", share_of(len(cut), len(answered)), "%", "<= 5" if bars else ""),
        Figure(
            f"of these, parts on no record{when}",
            sum(each.lost_parts for each in cut),
            "",
            "<= 0" if bars else "",
        ),
        Figure(f"of these, answered in halves{when}", sum(each.turns > 1 for each in cut)),
        *(
            Figure(
                f"{share}{when}, p50",
                percentile([each.shares[n] for each in answered if each.shares], 0.5),
                "ms",
            )
            for n, share in enumerate(SHARES)
        ),
    ]
