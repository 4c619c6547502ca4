"""What the model says: responses and the items of speech in them.

A response may hold several items, and bytes are counted for each. Sound comes faster than real
time, and some of a response that was cancelled may still come: it is dropped here.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pybase64

from mapokezi.audio.formats import BYTES_PER_SAMPLE, ms_of
from mapokezi.voice.events import (
    ReplyAudio,
    ReplyCancelled,
    ReplyEnded,
    ReplyStarted,
    ReplyText,
    VoiceNoted,
)
from mapokezi.voice.joining import apart
from mapokezi.voice.protocols.openai_realtime import client_messages as write
from mapokezi.voice.protocols.openai_realtime.memory import RECEPTIONIST, Entry, Memory
from mapokezi.voice.protocols.openai_realtime.outbox import Outbox, Purpose
from mapokezi.voice.protocols.openai_realtime.server_messages import ServerMessage

_MOST_RESPONSES = 50
"""So many are remembered: enough to know what comes late."""
_MOST_ITEMS_KEPT = 10


@dataclass(slots=True)
class Response:
    """One response of the model."""

    response_id: str
    turn_id: str = ""
    """The caller's turn that it answers."""
    mark: str = ""
    """Of the request of ours that it is taken to answer."""
    line_item: str = ""
    """The item as which our own line is told; empty if the model chooses its words."""
    is_void: bool = False
    """Cancelled, by the server or by us: whatever comes of it is dropped."""
    is_done: bool = False
    brought: bool = False
    """Whether it had sound or called a tool."""
    is_owed: bool = False
    """Whether the model was given something to answer, so that nothing is no answer."""
    replies: list[Reply] = field(default_factory=list)


@dataclass(slots=True)
class Reply:
    """One item of speech."""

    item_id: str
    server_id: str
    response: Response
    connection: int
    entry: Entry
    """What is remembered of it."""
    content_index: int = 0
    received_bytes: int = 0
    odd: bytes = b""
    text: str = ""
    is_told: bool = False
    """Its beginning was told. A fixed line's is told with its first sound, for until then the
    call may have it said otherwise."""
    is_over: bool = False
    """Its end was told."""
    is_complete: bool = False
    """All its sound has come; of one that was cancelled the server may hold more."""
    audible_at: float | None = None
    is_settled: bool = False
    """The model was told what was heard of it, after it was cut."""


class Replies:
    """The model's side of one call."""

    def __init__(self, outbox: Outbox, memory: Memory, rate_hz: int, prefix: str) -> None:
        """Begin with nothing said."""
        self._outbox = outbox
        self._memory = memory
        self._rate_hz = rate_hz
        self._prefix = prefix
        self._count = 0
        self._has_noted_sound = False
        self._responses: dict[str, Response] = {}
        self._by_server_id: dict[str, Reply] = {}
        self._by_item_id: dict[str, Reply] = {}

    # -- responses --

    def begin(self, response: Response) -> Response:
        """Take in a response that begins."""
        self._responses[response.response_id] = response
        if len(self._responses) > _MOST_RESPONSES:
            self._forget(self._responses.pop(next(iter(self._responses))))
        return response

    def response(self, response_id: str | None) -> Response | None:
        """Give a response by its id; the latest if the server tells no id."""
        if response_id is None:
            return next(reversed(self._responses.values()), None)
        return self._responses.get(response_id)

    def running(self) -> list[Response]:
        """Give the responses that are not over and still wanted."""
        return [one for one in self._responses.values() if not (one.is_done or one.is_void)]

    def void(self, response: Response) -> None:
        """Drop whatever more comes of a response, and take its unfinished items back."""
        response.is_void = True
        for reply in response.replies:
            self._close(reply, ReplyCancelled(reply.item_id))

    def done(self, response: Response, *, cancelled: bool) -> None:
        """A response is over: so are its items."""
        response.is_done = True
        if cancelled:
            self.void(response)
        for reply in response.replies:
            self._close(reply, ReplyEnded(reply.item_id))

    def new_connection(self) -> None:
        """What ran on the old connection ends where it is."""
        for response in self._responses.values():
            self.void(response)
        self._responses.clear()
        self._by_server_id.clear()
        # What is still being heard of the old connection's items may yet be cut.
        latest = list(self._by_item_id.items())[-_MOST_ITEMS_KEPT:]
        self._by_item_id = dict(latest)

    # -- items --

    def audio(self, message: ServerMessage, response: Response) -> bool:
        """Take in sound; True if it is the first of its item. The hot path of replies."""
        reply = self._by_server_id.get(message.item_id or response.response_id)
        if reply is None or reply.response is not response:
            reply = self._start(message, response)
        if reply is None or reply.is_over or not message.delta:
            return False
        try:
            pcm = pybase64.b64decode(message.delta, validate=True)
        except ValueError:
            self._not_sound()
            return False
        if reply.odd:
            pcm = reply.odd + pcm
        if len(pcm) % BYTES_PER_SAMPLE:
            reply.odd = pcm[-1:]
            pcm = pcm[:-1]
        else:
            reply.odd = b""
        first = not reply.received_bytes
        if first:
            reply.content_index = message.content_index or 0
            response.brought = True
        reply.received_bytes += len(pcm)
        if pcm:
            if not reply.is_told:
                self._tell_start(reply)
            self._outbox.tell(ReplyAudio(reply.item_id, pcm, self._rate_hz))
        return first

    def words(self, message: ServerMessage, response: Response) -> None:
        """Take in a further piece of an item's words."""
        self._add_words(message, response, message.delta or "")

    def all_words(self, message: ServerMessage, response: Response) -> None:
        """Take in all of an item's words: of some servers the first and only telling of them."""
        reply = self._by_server_id.get(message.item_id or response.response_id)
        known = reply.text if reply is not None else ""
        whole = message.transcript or message.text or ""
        if whole.startswith(known):
            self._add_words(message, response, whole[len(known) :])

    def item_done(self, server_id: str | None, status: str | None) -> None:
        """An item of speech is complete, or what there is of it is all there will be."""
        reply = self._by_server_id.get(server_id or "")
        if reply is not None and status != "in_progress":
            self._close(reply, ReplyEnded(reply.item_id))

    def unheard_item(self, message: ServerMessage) -> None:
        """Delete an item of a cancelled response that came too late for any of it to be told."""
        item = message.item
        if item is not None and item.id and item.id not in self._by_server_id:
            self._outbox.send(write.delete(item.id), Purpose.CUT)

    def audible(self, item_id: str, now: float) -> str:
        """The caller begins to hear an item; give the turn that it answers."""
        reply = self._by_item_id.get(item_id)
        if reply is None:
            return ""
        if reply.audible_at is None:
            reply.audible_at = now
        return reply.response.turn_id

    def is_quiet(self, now: float) -> bool:
        """Whether the caller has heard all that was said, by our reckoning."""
        for reply in self._by_item_id.values():
            if reply.is_settled or reply.response.is_void or not reply.received_bytes:
                continue
            length_s = ms_of(reply.received_bytes, self._rate_hz) / 1000
            if reply.audible_at is None or now < reply.audible_at + length_s:
                return False
        return True

    # -- cutting --

    def response_with(self, item_id: str) -> Response | None:
        """Give the response that holds an item; None if the item is not the model's."""
        reply = self._by_item_id.get(item_id)
        return None if reply is None else reply.response

    def cut(self, item_id: str, heard_ms: int, heard_text: str, *, tell: bool) -> None:
        """Keep of an item what was heard, and of the later ones of its response nothing.

        Args:
            item_id: The item that the caller cut.
            heard_ms: How much of it was heard; more than was received is an error to the server.
            heard_text: The words of it that were heard.
            tell: Whether the server understands it.
        """
        reply = self._by_item_id.get(item_id)
        if reply is None:
            return
        received_ms = int(ms_of(reply.received_bytes, self._rate_hz))
        self._settle(reply, min(heard_ms, received_ms), received_ms, heard_text, tell=tell)
        siblings = reply.response.replies
        for later in siblings[siblings.index(reply) + 1 :]:
            if later.audible_at is None:
                self._settle(later, 0, 0, "", tell=tell)

    def _settle(
        self, reply: Reply, heard_ms: int, received_ms: int, heard_text: str, *, tell: bool
    ) -> None:
        self._close(reply, ReplyCancelled(reply.item_id))
        if reply.is_settled:
            return
        reply.is_settled = True
        reply.entry.text = heard_text if heard_ms else ""
        if not tell or reply.connection != self._outbox.connection:
            return
        if heard_ms <= 0:
            self._outbox.send(write.delete(reply.server_id), Purpose.CUT)
        elif heard_ms < received_ms or not reply.is_complete:
            message = write.truncate(reply.server_id, reply.content_index, heard_ms)
            self._outbox.send(message, Purpose.CUT)

    # -- within --

    def _not_sound(self) -> None:
        """Say once of sound that cannot be read: the caller hears nothing of it."""
        if not self._has_noted_sound:
            self._has_noted_sound = True
            self._outbox.tell(VoiceNoted("sound that is no base64"))

    def _start(self, message: ServerMessage, response: Response) -> Reply | None:
        if response.is_void or response.is_done:
            return None
        item_id = "" if response.replies else response.line_item
        if not item_id:
            self._count += 1
            item_id = f"{self._prefix}reply-{self._count}"
        server_id = message.item_id or response.response_id
        entry = self._memory.place(server_id, RECEPTIONIST)
        reply = Reply(item_id, server_id, response, self._outbox.connection, entry)
        response.replies.append(reply)
        self._by_server_id[server_id] = self._by_item_id[item_id] = reply
        if not response.line_item:
            self._tell_start(reply)
        return reply

    def _tell_start(self, reply: Reply) -> None:
        reply.is_told = True
        self._outbox.tell(ReplyStarted(reply.item_id, reply.response.turn_id))
        if reply.text:
            self._outbox.tell(ReplyText(reply.item_id, reply.text))

    def _add_words(self, message: ServerMessage, response: Response, words: str) -> None:
        if not words:
            return
        reply = self._by_server_id.get(message.item_id or response.response_id)
        if reply is None:
            reply = self._start(message, response)
        if reply is None or reply.is_settled or response.is_void:
            return
        words = apart(reply.text, words)
        reply.text += words
        reply.entry.text = reply.text
        if reply.is_told:
            self._outbox.tell(ReplyText(reply.item_id, words))

    def _close(self, reply: Reply, end: ReplyEnded | ReplyCancelled) -> None:
        if not reply.is_over:
            reply.is_over = True
            reply.is_complete = isinstance(end, ReplyEnded)
            if reply.is_told:
                self._outbox.tell(end)

    def _forget(self, response: Response) -> None:
        for reply in response.replies:
            self._by_server_id.pop(reply.server_id, None)
            self._by_item_id.pop(reply.item_id, None)
