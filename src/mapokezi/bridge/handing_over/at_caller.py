"""The call session, as the ladder uses it: what is done at the caller's side of a hand-off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from mapokezi.bridge.handing_over.executor import HandOffStep
from mapokezi.conversation import inputs
from mapokezi.records.executors import Executor

if TYPE_CHECKING:  # the session is made with the ladder, which knows it by what it does
    from mapokezi.bridge.call_session import CallSession


class AtCaller(Protocol):
    """`mapokezi.bridge.call_session.CallSession`, or nobody before there is one."""

    @property
    def is_with_us(self) -> bool:
        """Whether the caller's media is open to us."""

    def say(self, text: str) -> None:
        """Have a sentence of ours spoken to the caller."""

    def ring_tone(self) -> None:
        """Have the caller hear that it rings, if nothing else is heard of us just now."""

    def send_text(self, text: str) -> bool:
        """Send a text on the open media socket; False if there is none."""

    def close_media(self) -> None:
        """Close our media socket; the call goes on without it."""

    def joined(self) -> None:
        """While we stayed with the caller somebody took the call: the conversation leaves them."""

    def come_back(self, tried: str) -> None:
        """The caller was told of a connection that does not come, and never left us: go on."""

    def settled(self, *, talked: bool, tried: str) -> None:
        """The hand-off is over: for the conversation."""

    def stepped(self, step: HandOffStep, executor: Executor) -> None:
        """For the call's timeline."""


class NobodyThere:
    """Before the call has a session, and for calls that never get one."""

    is_with_us = False

    def say(self, text: str) -> None:
        """Nobody would hear it."""

    def ring_tone(self) -> None:
        """Nobody would hear it."""

    def send_text(self, text: str) -> bool:
        """There is no socket."""
        return False

    def close_media(self) -> None:
        """There is none."""

    def joined(self) -> None:
        """There is no conversation."""

    def come_back(self, tried: str) -> None:
        """There is no conversation."""

    def settled(self, *, talked: bool, tried: str) -> None:
        """There is no conversation."""

    def stepped(self, step: HandOffStep, executor: Executor) -> None:
        """There is no timeline."""


class SessionAtCaller:
    """A call session at the caller's side of a hand-off."""

    def __init__(self, session: CallSession) -> None:
        """Work at this session's caller."""
        self._session = session

    @property
    def is_with_us(self) -> bool:
        """Whether the caller's media is open to us."""
        return self._session.media is not None

    def say(self, text: str) -> None:
        """Have a sentence of ours spoken to the caller."""
        self._session.tell(inputs.AsideWanted(text))

    def ring_tone(self) -> None:
        """Have the caller hear that it rings, if nothing else is heard of us just now."""
        self._session.play_ring_tone()

    def send_text(self, text: str) -> bool:
        """Send a text on the open media socket; False if there is none."""
        media = self._session.media
        if media is None:
            return False
        media.send_text(text)
        return True

    def close_media(self) -> None:
        """Close our media socket; the call goes on without it."""
        self._session.part_from_media()

    def joined(self) -> None:
        """While we stayed with the caller somebody took the call: the conversation leaves them."""
        self._session.tell(inputs.HandOffJoined())

    def come_back(self, tried: str) -> None:
        """The caller was told of a connection that does not come, and never left us: go on."""
        self._session.go_on_after(tried)

    def settled(self, *, talked: bool, tried: str) -> None:
        """The hand-off is over: for the conversation."""
        self._session.tell(inputs.HandOffSettled(talked, tried))

    def stepped(self, step: HandOffStep, executor: Executor) -> None:
        """For the call's timeline."""
        told = inputs.HandOffStepped(step.kind.value, executor.value, step.person_id, step.detail)
        self._session.tell(told)
