"""What the line's echo of the receptionist is taken for, and whether callers get through it.

Without a call: the receptionist's sentences, the emulator's line with echo and noise, the
canceller, the voice detector and the rules of barge-in, in the order of a call and as fast as they
go. The receptionist speaks on, whatever happens; callers are silent, talk over her in an ordinary
voice or in a soft one (10 dB above the echo), or say "mm-hm". Each caller is also listened to
without the echo: a voice that is noticed late even then is the detector's matter.

A false pause is one while no caller speaks; leaked is what the detector takes for a voice then.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product

import numpy as np

from bench.barge_in import BACKCHANNELS, CUTTING_IN, ECHOES
from bench.figures import Figure, Measured, load_average, percentile
from bench.figures import Load as MachineLoad
from bench.ringing import NOISE_DBFS
from bench.sounds import RATE_HZ, trimmed, words
from mapokezi.audio.echo import EchoCanceller
from mapokezi.audio.formats import FULL_SCALE, pcm_of, samples_in
from mapokezi.audio.resample import resampled
from mapokezi.conversation.barge_in import BargeIn, Judgement, Verdict
from mapokezi.emulator.telephone_line import LineSettings, TelephoneLine
from mapokezi.speech.engines.hibari import Hibari
from mapokezi.speech.engines.silero import Silero
from mapokezi.speech.settings import EdgeSettings
from mapokezi.speech.voice_edges import VoiceEdge, VoiceEdges

SEEDS = (1, 2, 3)
KINDS = ("silent", "talks over", "softly", "backchannel")
GREETING = (
    "Good morning, Wanjiku and Partners Advocates. I am the automated receptionist, and this call"
    " is recorded. How can I help you?"
)
FACTS = (
    "You can pay by mobile money, by bank transfer or in cash at the office.",
    "The pay bill number is written on your invoice, together with your file number.",
    "Please keep the message that confirms the payment until you have our receipt.",
    "Court fees are paid in advance, and we send you an account of them at the end of the month.",
    "If a payment is late, please call us, and we will agree on another date with you.",
    "Our advocates are in court on Tuesday and Thursday mornings, and call back in the afternoon.",
    "A first consultation takes about half an hour, and you should bring your identity card.",
)
_WIDE_HZ = 16_000
_FIRST_S, _APART_S = 2.2, 2.9
_KNOWN_TO_MS = 10.0
"""An item is heard up to so much sooner or later than is known of it."""
_LATE_MS = 300
_SOFT_DB = 10.0
_AFTER_MS = 300
"""What is heard so long after a caller's sound is still that sound: the detector's tail."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One stretch of a call."""

    kind: str
    down_db: float
    late_ms: float
    seed: int
    has_echo: bool = True


@dataclass(frozen=True, slots=True)
class Sounds:
    """20 ms frames of both sides, at 16 kHz, and where the caller really speaks."""

    caller: list[bytes]
    ours: list[bytes]
    spans_ms: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Noticed:
    """What came of a stretch."""

    pauses_ms: list[int]
    false_pauses: int
    leaked_s: float
    length_s: float
    yields_ms: list[int | None]
    """For each time the caller spoke; None: never within a second."""
    cpu_ms: float
    """The canceller's, for each frame."""


def measure() -> Measured:
    """Take the figures."""
    before = load_average()
    said = _Said()
    figures: list[Figure] = []
    costs: list[float] = []
    for kind in KINDS:
        plans = [Plan(kind, db, ms, seed) for seed, (db, ms) in product(SEEDS, ECHOES)]
        found = [listen(sounds_of(plan, said)) for plan in plans]
        costs += [each.cpu_ms for each in found]
        figures += _errors_of(kind, found)
        if kind != "silent":
            alone = [listen(sounds_of(replace(plan, has_echo=False), said)) for plan in plans]
            figures += _yields_of(kind, found, alone)
    figures.append(
        Figure("processor time of a frame of 20 ms", round(max(costs), 3), "ms", "<= 0.5")
    )
    return Measured(
        "echo",
        "The line's echo, 20 and 30 dB down, 100 and 250 ms late, with noise",
        figures,
        MachineLoad(before, load_average()),
    )


def _errors_of(kind: str, found: Sequence[Noticed]) -> list[Figure]:
    length_s = sum(each.length_s for each in found)
    return [
        Figure(
            f"caller {kind}: false pauses in {length_s / 60:.0f} minutes",
            sum(each.false_pauses for each in found),
            "",
            "<= 5",
        ),
        Figure(f"caller {kind}: leaked", round(sum(each.leaked_s for each in found), 2), "s"),
    ]


def _yields_of(kind: str, found: Sequence[Noticed], alone: Sequence[Noticed]) -> list[Figure]:
    pairs = [
        (with_echo, without)
        for one, other in zip(found, alone, strict=True)
        for with_echo, without in zip(one.yields_ms, other.yields_ms, strict=True)
        if without is not None
    ]
    noticed = [(with_echo, without) for with_echo, without in pairs if with_echo is not None]
    late = sum(without <= _LATE_MS < with_echo for with_echo, without in noticed)
    shares = (0.5, 0.95)
    with_echo, without = (
        " / ".join(str(percentile([pair[place] for pair in noticed], share)) for share in shares)
        for place in (0, 1)
    )
    return [
        Figure(
            f"caller {kind}: missed / late / all",
            f"{len(pairs) - len(noticed)} / {late} / {len(pairs)}",
        ),
        Figure(f"caller {kind}: voice to pause, p50 / p95", with_echo, "ms"),
        Figure("the same without echo", without, "ms"),
    ]


class _Said:
    """The receptionist's and the callers' words, made into sound once."""

    def __init__(self) -> None:
        voice = Hibari()
        self.ours = [samples_in(voice.speak(text)) for text in (GREETING, *FACTS)]
        turns = [trimmed(pcm) for pcm in words(CUTTING_IN).values()]
        murmurs = [trimmed(pcm) for pcm in words(BACKCHANNELS).values()]
        self.caller = {
            "silent": [],
            "talks over": turns,
            "softly": turns,
            "backchannel": murmurs,
        }
        self.our_level = _level_of(self.ours[1])


def sounds_of(plan: Plan, said: _Said) -> Sounds:
    """Make both sides of a stretch as they come in."""
    rng = np.random.default_rng([plan.seed, round(plan.late_ms)])
    played, known = _our_side(said, rng)
    mouth, spans_ms = _mouth(plan, said, len(played) // 2, rng)
    line = TelephoneLine(
        LineSettings(
            noise_dbfs=NOISE_DBFS,
            echo_db=plan.down_db if plan.has_echo else None,
            echo_ms=plan.late_ms,
            seed=plan.seed,
        )
    )
    narrow = resampled(played.tobytes(), _WIDE_HZ, RATE_HZ)
    pcm = mouth.tobytes()
    came = bytearray()
    for at in range(0, min(len(narrow), len(pcm)) // 320 * 320, 320):
        line.toward_caller(narrow[at : at + 320])
        came += line.toward_platform(pcm[at : at + 320])
    return Sounds(
        _frames(resampled(bytes(came), RATE_HZ, _WIDE_HZ)), _frames(known.tobytes()), spans_ms
    )


def _our_side(said: _Said, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Lay the greeting and two items of facts out: as they are heard, and as is known of it."""
    played, known = [_silence(0.5)], [_silence(0.54)]
    for place, sound in enumerate(said.ours):
        wrong_s = rng.uniform(-_KNOWN_TO_MS, _KNOWN_TO_MS) / 1000 if place in {0, 3} else 0.0
        pause_s = 1.2 if place == 0 else 0.28
        played += [sound, _silence(pause_s + wrong_s)]
        known += [sound, _silence(pause_s)]
    whole, told = np.concatenate(played), np.concatenate(known)
    count = min(len(whole), len(told)) // 320 * 320
    return whole[:count], told[:count]


def _mouth(
    plan: Plan, said: _Said, count: int, rng: np.random.Generator
) -> tuple[np.ndarray, list[tuple[int, int]]]:
    mouth = np.zeros(count, dtype=np.int16)
    spans_ms: list[tuple[int, int]] = []
    turns = said.caller[plan.kind]
    at_s = _FIRST_S
    while turns and (at_s + 3) * RATE_HZ < count:
        sound = samples_in(turns[(len(spans_ms) + plan.seed) % len(turns)])
        if plan.kind == "softly":
            wanted = said.our_level - plan.down_db + _SOFT_DB
            scale = 10 ** ((wanted - _level_of(sound)) / 20)
            sound = samples_in(pcm_of(sound * scale))
        first = round(at_s * RATE_HZ)
        mouth[first : first + len(sound)] = sound[: count - first]
        length_s = len(sound) / RATE_HZ
        spans_ms.append((round(at_s * 1000), round((at_s + length_s) * 1000)))
        at_s += length_s + _APART_S + rng.uniform(0, 0.7)
    return mouth, spans_ms


def listen(sounds: Sounds) -> Noticed:
    """Let a stretch be listened to as in a call."""
    canceller, edges = EchoCanceller(), VoiceEdges(Silero(), EdgeSettings())
    watch = _Watch(sounds.spans_ms)
    spent_s = 0.0
    for number, (caller, ours) in enumerate(zip(sounds.caller, sounds.ours, strict=False)):
        began = time.thread_time()
        heard = canceller.feed(caller, ours)
        spent_s += time.thread_time() - began
        watch.take(heard.is_echo, edges.feed(heard.pcm), (number + 1) * 0.02)
    return watch.noticed(spent_s)


class _Watch:
    """The rules of barge-in, and what they and the voice detector say."""

    def __init__(self, spans_ms: Sequence[tuple[int, int]]) -> None:
        self._spans_ms = spans_ms
        self._barge_in = BargeIn()
        self._barge_in.audible(True, 0.0)
        self._was_echo = False
        self._pauses_ms: list[int] = []
        self._edges: list[VoiceEdge] = []
        self._now = 0.0
        self._frames = 0

    def take(self, is_echo: bool, edges: Sequence[VoiceEdge], now: float) -> None:
        """Take a frame's findings."""
        self._now, self._frames = now, self._frames + 1
        barge_in = self._barge_in
        if any(0 <= start / 1000 - 0.8 - now < 0.02 for start, _ in self._spans_ms):
            barge_in.audible(False, now)  # each barge-in is the first one of its item
            barge_in.audible(True, now)
        judged: list[Judgement | None] = []
        if is_echo is not self._was_echo:
            self._was_echo = is_echo
            judged.append(barge_in.echo(is_echo, now))
        for edge in edges:
            self._edges.append(edge)
            if edge.is_voice:
                barge_in.voice_started(edge.at_ms / 1000, now)
            else:
                judged.append(barge_in.voice_stopped(edge.at_ms / 1000, now))
        while (due := barge_in.next_timer()) is not None and due <= now:
            judged.append(barge_in.handle_timer(now))
        paused = any(one is not None and one.verdict is Verdict.PAUSE for one in judged)
        self._pauses_ms += [round(now * 1000)] if paused else []

    def noticed(self, spent_s: float) -> Noticed:
        """Say what came of it."""
        count = round(self._now * 1000) + 1_000
        speaks, is_voice = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
        for start, end in self._spans_ms:
            speaks[max(0, start - 40) : end + _AFTER_MS] = True
        ends = [*self._edges, VoiceEdge(False, round(self._now * 1000))]
        for edge, after in pairwise(ends):
            is_voice[edge.at_ms : after.at_ms] = edge.is_voice
        yields = [
            next((ms - start for ms in self._pauses_ms if -20 <= ms - start <= 1_000), None)
            for start, _ in self._spans_ms
        ]
        return Noticed(
            self._pauses_ms,
            sum(not speaks[ms] for ms in self._pauses_ms),
            float((is_voice & ~speaks).sum()) / 1000,
            self._now,
            yields,
            spent_s * 1000 / max(1, self._frames),
        )


def _frames(pcm: bytes) -> list[bytes]:
    return [pcm[at : at + 640] for at in range(0, len(pcm) // 640 * 640, 640)]


def _silence(length_s: float) -> np.ndarray:
    return np.zeros(round(length_s * _WIDE_HZ), dtype=np.int16)


def _level_of(sound: np.ndarray) -> float:
    """Give the level in dBFS of what is not a pause."""
    power = np.square(sound[: len(sound) // 160 * 160].astype(float)).reshape(-1, 160).mean(axis=1)
    loud = power[power > power.max() / 1000]
    return float(10 * np.log10(loud.mean() / FULL_SCALE**2))
