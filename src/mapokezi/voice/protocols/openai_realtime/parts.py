"""The parts of one session, which the seam's side and the reading side share."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from mapokezi.voice.events import ReplyCancelled
from mapokezi.voice.protocols.openai_realtime import client_messages as write
from mapokezi.voice.protocols.openai_realtime.gate import Request, ResponseGate
from mapokezi.voice.protocols.openai_realtime.memory import Memory
from mapokezi.voice.protocols.openai_realtime.options import RealtimeOptions
from mapokezi.voice.protocols.openai_realtime.outbox import Outbox, Purpose
from mapokezi.voice.protocols.openai_realtime.replies import Replies, Response
from mapokezi.voice.protocols.openai_realtime.tool_calls import ToolCalls
from mapokezi.voice.protocols.openai_realtime.turns import Turns
from mapokezi.voice.protocols.openai_realtime.uplink import Uplink


@dataclass(frozen=True, slots=True)
class Parts:
    """What a session is made of."""

    options: RealtimeOptions
    outbox: Outbox
    memory: Memory
    uplink: Uplink
    gate: ResponseGate
    turns: Turns
    replies: Replies
    tools: ToolCalls

    @property
    def leads_turns(self) -> bool:
        """Whether the server decides when the caller cuts in."""
        return self.options.server_vad and self.options.interrupts

    def cancel(self, response: Response) -> None:
        """Stop a response that runs, and drop what more comes of it."""
        if self.options.cancel and not (response.is_void or response.is_done):
            self.outbox.send(write.cancel(response.response_id), Purpose.CANCEL)
        self.replies.void(response)

    def give_line_up(self, line: Request) -> None:
        """A fixed line was not spoken: the call has it said otherwise."""
        for response in self.replies.running():
            if response.line_item == line.line_item:
                self.cancel(response)
        self.outbox.tell(ReplyCancelled(line.line_item))


class Connection(Protocol):
    """What reading can bring about for the connection."""

    def created(self, now: float) -> None:
        """The server has a session for us."""

    def ready(self, now: float) -> None:
        """The session is set up as we wanted it."""

    def expired(self, now: float) -> None:
        """The server ends the session because of its age."""

    def fail(self, reason: str, *, recoverable: bool) -> None:
        """Nothing helps."""


def parts_for(options: RealtimeOptions, prefix: str, last_tools: Collection[str] = ()) -> Parts:
    """Make the parts of one session, joined; see `ToolCalls` for ``last_tools``."""
    outbox, memory = Outbox(), Memory()
    uplink = Uplink(options.input_rate, options.chunk_ms)
    gate = ResponseGate(outbox)
    counted = (0, 0)
    if options.server_vad and options.turn_detection == "server_vad":
        counted = (options.prefix_padding_ms, options.silence_duration_ms)
    return Parts(
        options=options,
        outbox=outbox,
        memory=memory,
        uplink=uplink,
        gate=gate,
        turns=Turns(outbox, memory, uplink, counted, prefix),
        replies=Replies(outbox, memory, options.output_rate, prefix),
        tools=ToolCalls(outbox, gate, memory, prefix, last_tools),
    )
