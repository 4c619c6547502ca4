"""What a session with a cloud model is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from mapokezi.bridge.model_sockets import Dial
from mapokezi.voice.session import Tell
from mapokezi.voice.watchdog import Watchdog
from mapokezi.voice.wire import ModelProtocol


class LocalMouth(Protocol):
    """Says a sentence of ours if the model does not."""

    def say(self, item_id: str, text: str) -> None:
        """Have it said as this item; its events go to the call."""

    def stop(self) -> None:
        """Fall silent, and forget what waits."""


class Verdict(Protocol):
    """Who wants to know how sessions fare: the profile's circuit breaker."""

    def worked(self) -> None:
        """It has spoken an item, whole and in words."""

    def failed(self, reason: str) -> None:
        """It cannot go on."""

    def let_go(self) -> None:
        """It was closed before its first item."""


@dataclass(frozen=True, slots=True)
class ModelParts:
    """What a session is made of; `mapokezi.bridge.voices` puts it together."""

    name: str
    """The profile's."""
    protocol: ModelProtocol
    dial: Dial
    mouth: Callable[[Tell], LocalMouth]
    """Makes the local voice that stands in where the model does not say a sentence of ours."""
    watchdog: Watchdog
    verdict: Verdict
    is_elsewhere: bool = True
    """Whether what it is given leaves this machine and its network."""
