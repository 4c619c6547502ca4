"""What a watch over a call's claims works with, and what it has yet to bring to the caller."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mapokezi.bridge.call_keeping import CallKeeping
from mapokezi.receptionist.facts_told import FactsTold
from mapokezi.receptionist.second_way import SecondWay
from mapokezi.receptionist.spoken_claims import ClaimKind, Correction, SpokenClaims
from mapokezi.speech.seams import SpeechToText


@dataclass(slots=True)
class OwedWords:
    """What the caller has yet to hear."""

    text: str
    corrections: tuple[Correction, ...]
    tries: int = 1
    spoken: str = ""
    """What the voice made of it."""

    @property
    def is_urgent(self) -> bool:
        """Whether it waits for nobody's last words."""
        return any(one.kind is ClaimKind.EMERGENCY for one in self.corrections)


@dataclass(frozen=True, slots=True)
class WatchParts:
    """What a watch works with."""

    claims: SpokenClaims
    keeping: CallKeeping
    publish: Callable[[Mapping[str, Any]], None]
    """Tells whoever watches live calls; what is said goes under ``pii_`` keys."""
    second_way: SecondWay
    """Sees to what the model does not."""
    facts_told: FactsTold
    """Finds what its words rest on that it was told beforehand."""
    ear: SpeechToText | None = None
    """Writes down what the model does not; None: nobody does."""
    hears_all: bool = False
    """Whether it also writes down what the model does, for what is urgent in it."""
