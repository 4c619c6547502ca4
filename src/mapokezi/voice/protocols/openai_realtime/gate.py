"""The one place that asks the server for a response.

A server runs one response at a time. Its own detector asks for one at the end of the caller's
turn, and we ask for one after a tool's result, for a fixed line, or when a key was pressed; whoever
comes second is refused. So all that we want passes through here:

- ``active``: a response runs. Nothing is asked for until its ``response.done``.
- ``asked``: our request is on its way, and neither begun nor refused yet.
- ``owed``: the model has been told something that it must answer. However often that happens
  meanwhile, one response answers all of it. To the caller's turn it may have nothing to say; of
  what it was *given* (a tool's result, keys, a call that was taken up) it has to make something.
- lines: sentences of ours that wait to be spoken, each for a limited time.

While the caller speaks nothing is asked for: what the server's detector brings about at the end of
the turn answers what is owed too, if the server had it by then. A request that loses the race to
the detector is refused with ``conversation_already_has_active_response`` and is owed again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mapokezi.voice.events import ReplyOwed
from mapokezi.voice.protocols.openai_realtime import client_messages as write
from mapokezi.voice.protocols.openai_realtime.faults import ACTIVE_RESPONSE
from mapokezi.voice.protocols.openai_realtime.outbox import Outbox, Purpose

LINE_WITHIN_S = 1.5
"""A line that has brought no sound by then is spoken by the local voice instead."""
SERVER_ANSWERS_WITHIN_S = 1.5
"""After the caller's turn the server's own response is waited for so long."""
OTHER_TOOLS_WITHIN_S = 2.0
"""Results of calls made together are answered together, if they come within so long."""
STUCK_S = 6.0
"""A response of which nothing has come for so long is taken for over, when another is wanted."""


@dataclass(slots=True)
class Request:
    """One response that we ask for."""

    mark: str
    """The ``event_id`` of the request, and what the response's metadata gives back."""
    line_item: str = ""
    """The item as which a fixed line is told; empty for an answer of the model's."""
    text: str = ""
    due: float = 0.0
    """Until when a line's sound must have begun."""
    is_void: bool = False
    """It is not wanted any more: to be cancelled when it begins."""
    is_given: bool = False
    """Whether it answers more than the caller's turn."""


class ResponseGate:
    """Decides when a response is asked for."""

    def __init__(self, outbox: Outbox) -> None:
        """Begin wanting nothing."""
        self._outbox = outbox
        self._active: str | None = None
        self._asked: Request | None = None
        self._line: Request | None = None
        self._lines: deque[Request] = deque()
        self._owed = False
        self._server_answers_until = 0.0
        self._tools_until = 0.0
        self._alive_at = 0.0
        self._echoes = False
        self._shows_outputs = False
        self._unseen: set[str] = set()
        self._is_given = False
        """Whether what is owed is more than an answer to the caller's turn."""
        self.answers_given = False
        """The same of the response that began last."""
        self.caller_speaks = False
        self.is_open = False
        """Whether the session is set up, so that anything may be asked for."""

    @property
    def is_idle(self) -> bool:
        """Whether no response runs, is asked for or is owed."""
        return not (self._is_taken or self._owed or self._lines)

    @property
    def _may_ask(self) -> bool:
        """Whether anything may be asked for at all: one line at a time, none over the caller."""
        return self.is_open and not self.caller_speaks and self._line is None

    @property
    def _is_taken(self) -> bool:
        return self._active is not None or self._asked is not None

    # -- what is wanted --

    def owe(self, now: float, *, may_stay_quiet: bool = False) -> None:
        """The model has something to answer, and the caller waits for it.

        Args:
            now: The instant.
            may_stay_quiet: Whether a response with nothing in it is an answer, too.
        """
        if not self._owed:
            self._outbox.tell(ReplyOwed())
        self._owed = True
        self._is_given |= not may_stay_quiet
        self.settle(now)

    def say(self, text: str, item_id: str, now: float) -> None:
        """Want a fixed line spoken."""
        due = now + LINE_WITHIN_S
        self._lines.append(Request(self._outbox.new_id(), item_id, text, due))
        self.settle(now)

    def hold(self, now: float) -> None:
        """Further results of the same response are to come: wait for them, for a while."""
        self._tools_until = self._tools_until or now + OTHER_TOOLS_WITHIN_S

    def release(self) -> None:
        """All results are there."""
        self._tools_until = 0.0

    def output_sent(self, call_id: str) -> None:
        """A tool's result is on its way: a response that begins before it is seen lacks it."""
        self._unseen.add(call_id)

    def output_seen(self, call_id: str) -> None:
        """The server has taken a tool's result into the conversation."""
        self._shows_outputs = True
        self._unseen.discard(call_id)

    # -- what the server does --

    def turn_committed(self, now: float) -> None:
        """The server is about to answer the caller's turn."""
        self._server_answers_until = now + SERVER_ANSWERS_WITHIN_S

    def created(
        self, response_id: str, metadata: Mapping[str, Any] | None, now: float
    ) -> Request | None:
        """A response begins; give the request of ours that it answers, if it does."""
        request = self._match(metadata, now)
        self._active, self._alive_at = response_id, now
        self._server_answers_until = 0.0
        self.answers_given = False
        if request is not None:
            self._asked = None
            self.answers_given = request.is_given
        elif self._owed:
            self._owed = self._shows_outputs and bool(self._unseen)
            if not self._owed:
                self.answers_given, self._is_given = self._is_given, False
        return request

    def alive(self, now: float) -> None:
        """Something of a response has come."""
        self._alive_at = now

    def line_began(self) -> None:
        """The sound of the line has come."""
        self._line = None

    def done(
        self, response_id: str, metadata: Mapping[str, Any] | None, now: float, *, began: bool
    ) -> None:
        """A response is over; around interruptions one that never began is told of too."""
        is_over = self._active in {"", response_id} or not response_id
        if is_over:
            self._active = None
        if self._is_ours(metadata) or not (began or self._echoes):
            self._asked = None
            is_over = True
        if is_over and self._line is not None and self._asked is None:
            self._line.due = now  # its response is over, and brought no sound
        self.settle(now)

    def refused(self, event_id: str | None, code: str | None, now: float) -> Request | None:
        """A request was refused; give it if it is not simply to be made again."""
        request = None
        if self._asked is not None and self._asked.mark == event_id:
            request, self._asked = self._asked, None
        elif self._line is not None and self._line.mark == event_id:
            request = self._line  # another's response was taken for its own
        if request is self._line:
            self._line = None
        if code != ACTIVE_RESPONSE:
            return request
        self._active, self._alive_at = self._active or "", now
        if request is None or not request.line_item:
            # Not ours: then the server's answer to the caller's turn was refused, because of us.
            self._owed |= request is None or not request.is_void
            self._is_given |= request is not None and request.is_given
        elif not request.is_void:
            request.mark = self._outbox.new_id()
            self._lines.appendleft(request)
        return None

    def interrupt(self) -> list[Request]:
        """The caller cuts in: nothing that was asked for is wanted; give the lines unspoken."""
        lines = [*([self._line] if self._line else []), *self._lines]
        self._lines.clear()
        self._line = None
        if self._asked is not None:
            self._asked.is_void = True
        return lines

    def reset(self) -> None:
        """Another connection: nothing runs on it. What is owed and the lines remain."""
        if self._line is not None:
            self._line.mark = self._outbox.new_id()
            self._lines.appendleft(self._line)
        elif self._asked is not None and not self._asked.line_item:
            self._owed = self._owed or not self._asked.is_void
            self._is_given |= self._asked.is_given
        self._active = self._asked = self._line = None
        self._server_answers_until = self._tools_until = 0.0
        self._echoes = self._shows_outputs = False
        self._unseen.clear()
        self.caller_speaks = False

    # -- asking --

    def settle(self, now: float) -> None:
        """Ask for what is wanted, if it may be asked for now."""
        if not self._may_ask or now < self._opens_at():
            return
        if self._lines:
            self._line = self._ask(self._lines.popleft(), now)
        elif self._owed:
            self._owed = False
            self._unseen.clear()
            self._tools_until = 0.0
            request = Request(self._outbox.new_id(), is_given=self._is_given)
            self._is_given = False
            self._ask(request, now)

    def next_timer(self) -> float | None:
        """Give the instant at which a line is given up, or the gate opens."""
        due = [line.due for line in self._lines]
        if self._line is not None:
            due.append(self._line.due)
        if (self._lines or self._owed) and self._may_ask:
            due.append(self._opens_at())
        return min(due, default=None)

    def handle_timer(self, now: float) -> list[Request]:
        """Go on; give the lines that were given up."""
        late = [line for line in self._lines if line.due <= now]
        for line in late:
            self._lines.remove(line)
        if self._line is not None and self._line.due <= now:
            self._line.is_void = True
            late.insert(0, self._line)
            self._line = None
        self.settle(now)
        return late

    def _opens_at(self) -> float:
        """Say from when on a response may be asked for, if nothing happens before."""
        if self._is_taken:
            return self._alive_at + STUCK_S
        held = 0.0 if self._lines else self._tools_until
        return max(self._server_answers_until, held)

    def _ask(self, request: Request, now: float) -> Request:
        self._asked, self._active = request, None
        self._alive_at = now
        message = write.create_response(request.mark, request.text)
        self._outbox.send(message, Purpose.RESPONSE, request.mark)
        return request

    def _is_ours(self, metadata: Mapping[str, Any] | None) -> bool:
        mark = metadata.get(write.ASKED) if metadata else None
        self._echoes |= mark is not None
        return self._asked is not None and mark == self._asked.mark

    def _match(self, metadata: Mapping[str, Any] | None, now: float) -> Request | None:
        """Find out whether a response that begins is the one we asked for.

        A server that does not give metadata back is taken at the order of events.
        """
        if self._is_ours(metadata):
            return self._asked
        return None if self._echoes or now < self._server_answers_until else self._asked
