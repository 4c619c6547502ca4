"""The voice models of this server, as `mapokezi.app` has found them in the settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mapokezi.bridge import clock
from mapokezi.voice.breaker import Breaker
from mapokezi.voice.profile import MakeProtocol, ModelProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One model profile, tried and found right."""

    profile: ModelProfile
    make: MakeProtocol
    host: str
    """The host (and port, if named) that the profile's key is bound to."""
    proxy: str | None = None
    tells_words: bool = True
    """Whether it tells the words that it speaks."""
    is_elsewhere: bool = True
    """Whether what callers say leaves this machine and its network for it."""
    breaker: Breaker = field(default_factory=Breaker)

    def health(self) -> Mapping[str, Any]:
        """What `/healthz` tells of it."""
        return health_of(self.breaker)


def health_of(breaker: Breaker) -> Mapping[str, Any]:
    """What `/healthz` tells of the model that a breaker is for."""
    told: dict[str, Any] = {"state": breaker.state(clock.monotonic()).value}
    if breaker.failures:
        told["failures"] = breaker.failures
        told["last_error"] = breaker.last_reason
    return told


class Trial:
    """How one session fares, for the breaker of its model: it fails once at most."""

    def __init__(self, breaker: Breaker) -> None:
        """Begin with a session that may try the model."""
        self._breaker = breaker
        self._worked = False
        self._failed = False

    def worked(self) -> None:
        """It has spoken."""
        if not self._worked and not self._failed:
            self._worked = True
            self._breaker.worked()

    def failed(self, reason: str) -> None:
        """It cannot go on, or was replaced because it did not speak."""
        if not self._failed:
            self._failed = True
            self._breaker.failed(reason, clock.monotonic())

    def let_go(self) -> None:
        """It is over without a fault."""
        if not self._worked and not self._failed:
            self._breaker.let_go()
