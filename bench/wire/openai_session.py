"""OpenAI Realtime, as much of it as calls want."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from picows import WSTransport

from bench.wire.model_session import Session

if TYPE_CHECKING:
    from bench.wire.models import Models


class OpenAISession(Session):
    """One connection to OpenAI Realtime."""

    kind = "openai"

    def __init__(self, models: Models) -> None:
        super().__init__(models)
        self._count = 0
        self._running = ""
        self._turn = ""

    def on_ws_connected(self, transport: WSTransport) -> None:
        super().on_ws_connected(transport)
        self._event(
            "session.created",
            session={"type": "realtime", "id": "sess", "object": "realtime.session"},
        )

    def take(self, message: bytes) -> None:
        if b'"input_audio_buffer.append"' in message[:60]:
            self.heard_bytes += len(message)
            return
        told = json.loads(message)
        match told["type"]:
            case "session.update":
                self._join(told["session"].get("instructions", "").encode())
                if not self.is_frozen:
                    self._event("session.updated", session={"type": "realtime", **told["session"]})
            case "conversation.item.create":
                self._created(told["item"])
            case "conversation.item.truncate":
                self._event(
                    "conversation.item.truncated",
                    item_id=told["item_id"],
                    content_index=0,
                    audio_end_ms=told["audio_end_ms"],
                )
            case "conversation.item.delete":
                self._event("conversation.item.deleted", item_id=told["item_id"])
            case "response.cancel":
                self._cancelled("client_cancelled")

    def hears_voice(self) -> None:
        self._turn = self._new("item")
        self._event("input_audio_buffer.speech_started", audio_start_ms=0, item_id=self._turn)
        self._cancelled("turn_detected")

    def hears_end(self, text: str) -> None:
        item_id = self._turn or self._new("item")
        self._event("input_audio_buffer.speech_stopped", audio_end_ms=0, item_id=item_id)
        self._event("input_audio_buffer.committed", item_id=item_id, previous_item_id=None)
        about = {
            "id": item_id,
            "type": "message",
            "role": "user",
            "status": "completed",
            "content": [],
        }
        self._event("conversation.item.added", item=about, previous_item_id=None)
        usage = {"type": "duration", "seconds": 1.0}
        self._event(
            "conversation.item.input_audio_transcription.completed",
            item_id=item_id, content_index=0, transcript=text, usage=usage,
        )  # fmt: skip

    def interrupts(self) -> float:
        self.stop()
        at = time.perf_counter()
        self.hears_voice()
        return at

    # -- within --

    def _new(self, kind: str) -> str:
        self._count += 1
        return f"{kind}_{id(self):x}_{self._count}"

    def _event(self, kind: str, **fields: Any) -> None:
        self.tell(type=kind, event_id=self._new("event"), **fields)

    def _created(self, item: dict[str, Any]) -> None:
        about = {"id": item.get("id") or self._new("item"), "status": "completed", **item}
        self._event("conversation.item.added", item=about, previous_item_id=None)
        if item["type"] == "function_call_output" and self.caller is not None:
            self.caller.answered(self, "")

    def _cancelled(self, reason: str) -> None:
        running, self._running = self._running, ""
        if running:
            self.stop()
            details = {"type": "cancelled", "reason": reason}
            self._done(running, "cancelled", status_details=details)

    def _done(self, response_id: str, status: str, **more: Any) -> None:
        response = {
            "object": "realtime.response",
            "id": response_id,
            "status": status,
            "output": [],
            **more,
        }
        self._event("response.done", response=response)

    async def _reply(self, text: str, tool: str, pieces: int | None) -> None:
        response_id = self._running = self._new("resp")
        response = {
            "object": "realtime.response",
            "id": response_id,
            "status": "in_progress",
            "output": [],
        }
        self._event("response.created", response=response)
        if text and not await self._say(response_id, text, pieces):
            return
        if tool:
            self._call_tool(response_id, tool)
        self._running = ""
        usage = {"total_tokens": 150, "input_tokens": 100, "output_tokens": 50}
        self._done(response_id, "completed", usage=usage)

    async def _say(self, response_id: str, text: str, pieces: int | None) -> bool:
        """Say a text as an item of a response; whether all of it was to be said."""
        item_id = self._new("item")
        where = {"response_id": response_id, "output_index": 0}
        item = {
            "id": item_id,
            "type": "message",
            "role": "assistant",
            "status": "in_progress",
            "content": [],
        }
        self._event("response.output_item.added", item=item, **where)
        part = {"item_id": item_id, "content_index": 0, **where}
        self._event("response.output_audio_transcript.delta", delta=text, **part)
        before = json.dumps({"type": "response.output_audio.delta", "event_id": "e", **part})[:-1]

        def send(piece: str) -> None:
            self.send(f'{before}, "delta": "{piece}"}}')

        if not await self._sound(text, send, pieces):
            return False
        self._event("response.output_audio.done", **part)
        self._event("response.output_audio_transcript.done", transcript=text, **part)
        content = [{"type": "output_audio", "transcript": text}]
        done = {**item, "status": "completed", "content": content}
        self._event("response.output_item.done", item=done, **where)
        return True

    def _call_tool(self, response_id: str, tool: str) -> None:
        where = {"response_id": response_id, "output_index": 1}
        called = {
            "id": self._new("item"),
            "type": "function_call",
            "status": "completed",
            "call_id": self._new("call"),
            "name": tool,
            "arguments": "{}",
        }
        begun = {**called, "arguments": "", "status": "in_progress"}
        self._event("response.output_item.added", item=begun, **where)
        self._event(
            "response.function_call_arguments.done",
            item_id=called["id"],
            call_id=called["call_id"],
            name=tool,
            arguments="{}",
            **where,
        )
        self._event("response.output_item.done", item=called, **where)
