"""How soon the receptionist yields to a caller who cuts in, and what it wrongly yields to.

While the receptionist tells a long fact, callers cut in with a sentence of their own: from their
first audible sound to the end of the receptionist's, in the recording of the caller's telephone.

Then, over the same fact, sounds that are no barge-in: backchannels, coughs (noise with a cough's
envelope), and the line's echo of the receptionist's own voice. A full stop is a fact that was not
told to its end (what was audible of it is compared with what is audible when nobody makes a sound),
or a reply dropped or a turn taken, on record, for which nobody spoke. One sound counts once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from bench.figures import Figure, Load, Measured, load_average, percentiles_of
from bench.ringing import NOISE_DBFS, Rung, ring_and_read, some_at_once
from bench.sounds import RATE_HZ, cough, joined, trimmed, words
from bench.stage import Stage, stage
from mapokezi.emulator.callers import CallerLine, Manners, ScriptedCaller
from mapokezi.emulator.listening import ListeningSettings
from mapokezi.emulator.measuring import Span, voiced_spans
from mapokezi.emulator.phone_call import LineConditions

QUESTION = "How can I pay you?"
"""Answered with a fact of three sentences, the longest."""
CUTTING_IN = (
    "Sorry, where is your office?",
    "Wait, do you have parking there?",
    "Okay, but what should I bring with me?",
    "No, I mean, do you have an email address?",
    "Excuse me, which languages do you speak?",
)
CUTS_PER_CALL = 4
BARGE_IN_CALLS = 8
AFTER_MS = (1_300, 1_700, 2_100, 2_600)
"""So long after the receptionist began to speak a caller cuts in: within its first sentences."""
BACKCHANNELS = ("Mm-hm.", "Okay.", "Yes.", "Right.", "I see.", "Yeah.", "Uh-huh.", "Alright.")
ECHOES = tuple((db, ms) for db in (20.0, 30.0) for ms in (100.0, 250.0))
_FIRST_MS, _SECOND_MS = 1_200, 2_200
"""When the first sound is made, and how long after its end the second."""
_LONGEST_S = 45.0
"""A receptionist that answers her own echo would talk for ever; all else is over by then."""
_TOLD = 0.93
"""A fact of which less was audible than this share was not told to its end. A resumed fact says
a word twice rather than less."""
_MANNERS = Manners(listening=ListeningSettings(hang_ms=1_300))


ORDINARY = LineConditions(noise_dbfs=NOISE_DBFS)


@dataclass(frozen=True, slots=True)
class Disturbance:
    """Sounds over one telling of the fact, none of them a barge-in."""

    kind: str
    count: int
    pcm: bytes = b""
    line: LineConditions = ORDINARY


async def measure() -> Measured:
    """Take the figures."""
    before = load_average()
    said = {text: trimmed(pcm) for text, pcm in words([QUESTION, *CUTTING_IN]).items()}
    disturbances = disturbing(said)
    async with stage("barge-in") as up:
        cuts = await some_at_once(
            [partial(_cut_in, up, said, call) for call in range(BARGE_IN_CALLS)], 1
        )
        told = await some_at_once([partial(_disturb, up, said, Disturbance("nothing", 0))], 1)
        rungs = await some_at_once(
            [partial(_disturb, up, said, disturbance) for disturbance in disturbances], 3
        )
    yields = [ms for rung in cuts for ms in yields_of(rung)]
    whole_ms = told_ms(told[0])
    pairs = list(zip(disturbances, rungs, strict=True))
    return Measured(
        "barge_in",
        "Barge-in, and what is none",
        [
            Figure("barge-ins", len(yields), "", ">= 20"),
            *percentiles_of("voice to silence at the loudspeaker", yields, "ms", {0.95: "<= 300"}),
            *_stops(pairs, whole_ms),
        ],
        Load(before, load_average()),
        details={
            "yields_ms": yields,
            "fact_told_ms": whole_ms,
            "told_ms": [
                (d.kind, d.line, told_ms(rung), stops_in(rung, whole_ms, d.count))
                for d, rung in pairs
            ],
        },
    )


def disturbing(said: dict[str, bytes]) -> list[Disturbance]:
    """Make sixteen backchannels, twelve coughs and twelve echoes."""
    murmurs = {text: trimmed(pcm) for text, pcm in words(BACKCHANNELS).items()}
    said.update(murmurs)
    made = [
        Disturbance("backchannels", 2, _twice(murmurs[one], murmurs[other]))
        for one, other in zip(BACKCHANNELS, BACKCHANNELS[3:] + BACKCHANNELS[:3], strict=True)
    ]
    made += [
        Disturbance("coughs", 2, _twice(cough(seed), cough(seed + 1, length_ms=350)))
        for seed in range(1, 13, 2)
    ]
    made += [
        Disturbance("echoes", 1, line=LineConditions(NOISE_DBFS, db, ms, seed))
        for seed in (1, 2, 3)
        for db, ms in ECHOES
    ]
    return made


def _twice(one: bytes, other: bytes) -> bytes:
    return joined([one, _SECOND_MS, other])


async def _cut_in(up: Stage, said: dict[str, bytes], call: int) -> Rung:
    lines = [CallerLine(QUESTION, said[QUESTION])]
    for cut in range(CUTS_PER_CALL):
        text = CUTTING_IN[(call + cut) % len(CUTTING_IN)]
        after_ms = AFTER_MS[(call + cut) % len(AFTER_MS)]
        lines.append(CallerLine(text, said[text], cut_in_ms=after_ms))
    return await ring_and_read(up, ScriptedCaller(lines, _MANNERS))


async def _disturb(up: Stage, said: dict[str, bytes], disturbance: Disturbance) -> Rung:
    lines = [CallerLine(QUESTION, said[QUESTION])]
    if disturbance.pcm:
        lines.append(CallerLine(disturbance.kind, disturbance.pcm, cut_in_ms=_FIRST_MS))
    caller = ScriptedCaller(lines, _MANNERS)
    return await ring_and_read(up, caller, disturbance.line, longest_s=_LONGEST_S)


def yields_of(rung: Rung) -> list[int]:
    """Measure how long the receptionist spoke on after each cut."""
    voices = voiced_spans(rung.heard.heard_pcm, RATE_HZ)
    paused = [at_ms for at_ms, what in _instants(rung) if what == "playout_paused"]
    found = []
    for turn in rung.heard.turns[1:]:
        over = next((voice for voice in voices if voice.holds(turn.start_ms)), None)
        if over is None:
            continue
        # A sentence that ends by itself in that moment is no yielding: it would look too good.
        near = Span(turn.start_ms, max(over.end_ms, turn.start_ms + 400) + 100)
        if any(near.holds(at_ms) for at_ms in paused):
            found.append(over.end_ms - turn.start_ms)
    return found


def told_ms(rung: Rung) -> int:
    """Give how much was audible of the receptionist after the question, in milliseconds."""
    asked = rung.heard.turns[0].end_ms if rung.heard.turns else 0
    spans: Sequence[Span] = voiced_spans(rung.heard.heard_pcm, RATE_HZ, longest_pause_ms=0)
    return sum(span.length_ms for span in spans if span.start_ms >= asked)


def stops_in(rung: Rung, whole_ms: int, most: int) -> int:
    """Count the full stops in a call: replies dropped, turns that nobody took, a fact cut off.

    Args:
        rung: the call.
        whole_ms: how much is audible if nobody makes a sound.
        most: how many sounds there were that could have stopped it.
    """
    dropped = sum(what == "playout_dropped" for _, what in _instants(rung))
    ghosts = sum(what == "caller_turn_ended" for _, what in _instants(rung)) - 1
    is_cut = told_ms(rung) < _TOLD * whole_ms
    return min(most, max(dropped, ghosts, int(is_cut)))


def _instants(rung: Rung) -> list[tuple[int, str]]:
    """Give the record's instants in the time of the sound heard."""
    return [(e.at_ms - rung.record_ahead_ms, e.what) for e in rung.record.timeline]


def _stops(pairs: Sequence[tuple[Disturbance, Rung]], whole_ms: int) -> list[Figure]:
    figures, stops = [], 0
    for kind in dict.fromkeys(disturbance.kind for disturbance, _ in pairs):
        of_kind = [(d, rung) for d, rung in pairs if d.kind == kind]
        count = sum(disturbance.count for disturbance, _ in of_kind)
        stopped = sum(stops_in(rung, whole_ms, d.count) for d, rung in of_kind)
        paused = sum(
            entry.what == "playout_paused" for _, rung in of_kind for entry in rung.record.timeline
        )
        stops += stopped
        figures.append(
            Figure(f"{kind}: full stops / pauses / all", f"{stopped} / {paused} / {count}")
        )
    return [Figure("false full stops", stops, "", "<= 2"), *figures]
