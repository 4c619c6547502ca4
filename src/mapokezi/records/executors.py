"""The ways in which a caller can be passed on, and which of them a deployment may use.

What a phone platform does when a stream is closed cannot be known before it was tried (contract
fact 4). So each way but the last has a standing of its own in a deployment: it is unproven until
somebody has seen it work, and off once it has left a caller in silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mapokezi.records.instants import require_utc


class Executor(StrEnum):
    """A way of passing a caller on."""

    DIAL = "dial"
    """The stream is ended, and the platform is told to dial when it asks what to do next."""
    CONFERENCE = "conference"
    """The caller waits in a conference with us, the colleague is rung, briefed and joined."""
    CALLBACK = "callback"
    """Nobody is rung: an honest sentence, and a message with an owner and a due time."""


class StandingState(StrEnum):
    """How an executor stands in a deployment."""

    UNPROVEN = "unproven"
    PROVEN = "proven"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Standing:
    """How one executor stands, and since when."""

    executor: Executor
    state: StandingState = StandingState.UNPROVEN
    since: datetime | None = None
    """Aware, UTC; None while nobody has tried it."""
    why: str = ""
    """In words for the operator: what was seen."""
    by_close: bool = False
    """Of `Executor.DIAL`: proven by our closing the stream, where asking by text does nothing. Only
    then is a stream closed under a caller without the platform's having acted first."""

    def __post_init__(self) -> None:
        """Check the instant."""
        require_utc(self.since, "Standing.since")

    @property
    def in_words(self) -> str:
        """For people: ``proven on 2026-11-22``, ``off since 2026-11-22: dead air``."""
        if self.since is None or self.state is StandingState.UNPROVEN:
            return self.state.value
        day = self.since.date().isoformat()
        if self.state is StandingState.PROVEN:
            return f"proven on {day}" + (", by closing the stream" if self.by_close else "")
        return f"off since {day}: {self.why}" if self.why else f"off since {day}"


DEFAULT_ORDER = (Executor.DIAL, Executor.CONFERENCE, Executor.CALLBACK)
"""Of an office that gives none: the way of the platform's own page, then the other, then none."""


def usable(
    order: Iterable[Executor], standings: Mapping[Executor, Standing], *, unproven: bool
) -> tuple[Executor, ...]:
    """Give those of an office's order that may be used now; it always ends with the callback.

    Args:
        order: as the office wants them tried.
        standings: how each stands; one that is missing is unproven.
        unproven: whether unproven ones may be used: on the emulator they may, on a live deployment
            only once a test has shown that they leave no caller in silence.
    """
    wanted = {StandingState.PROVEN, StandingState.UNPROVEN} if unproven else {StandingState.PROVEN}
    may = tuple(
        one
        for one in dict.fromkeys(order)
        if one is not Executor.CALLBACK and standings.get(one, Standing(one)).state in wanted
    )
    return (*may, Executor.CALLBACK)
