"""What endpointing asks for, and what it finds out about a turn."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Transcribe:
    """Have this stretch of caller audio transcribed; answer `transcribed` or `..._failed`."""

    segment_id: str
    start_ms: int
    end_ms: int
    """May lie a little ahead of what was fed so far; then take what there is."""


@dataclass(frozen=True, slots=True)
class CancelTranscription:
    """The caller went on: this transcription is of no use any more."""

    segment_id: str


@dataclass(frozen=True, slots=True)
class TurnHeard:
    """What the turn is so far; it may go on."""

    turn_id: str
    text: str
    started_ms: int
    ended_ms: int


@dataclass(frozen=True, slots=True)
class TextIsLate:
    """The caller has stopped and waits, and what they said is not known yet: slow recogniser."""

    turn_id: str
    ended_ms: int


@dataclass(frozen=True, slots=True)
class NoTurn:
    """It was no turn after all, of which `TextIsLate` was told."""

    turn_id: str


@dataclass(frozen=True, slots=True)
class EndTurn:
    """The caller has finished: answer them."""

    turn_id: str
    text: str
    """Of the whole turn; empty if a voice was heard and no words were made of it."""
    started_ms: int
    ended_ms: int
    """When the voice stopped."""


@dataclass(frozen=True, slots=True)
class Rejoin:
    """The caller had not finished: take the reply back; an `EndTurn` of the same turn follows."""

    turn_id: str
    previous_text: str


EndpointerEffect = (
    Transcribe | CancelTranscription | TurnHeard | TextIsLate | NoTurn | EndTurn | Rejoin
)
