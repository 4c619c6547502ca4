"""Gemini Live, as much of it as calls want."""

from __future__ import annotations

import json
import time

from bench.wire.model_session import Session


class GeminiSession(Session):
    """One connection to Gemini Live."""

    kind = "gemini"
    _BEFORE = (
        '{"serverContent":{"modelTurn":{"parts":[{"inlineData":{'
        '"mimeType":"audio/pcm;rate=24000","data":"'
    )
    _AFTER = '"}}]}}}'

    def take(self, message: bytes) -> None:
        if message.startswith(b'{"realtimeInput"'):
            self.heard_bytes += len(message)
        elif message.startswith(b'{"setup"'):
            self._join(message)
            if not self.is_frozen:
                self.tell(setupComplete={})
        elif message.startswith(b'{"toolResponse"') and self.caller is not None:
            for one in json.loads(message)["toolResponse"]["functionResponses"]:
                self.caller.answered(self, one["name"])

    def hears_end(self, text: str) -> None:
        self.tell(serverContent={"inputTranscription": {"text": text}})

    def interrupts(self) -> float:
        self.stop()
        at = time.perf_counter()
        self.tell(serverContent={"interrupted": True})
        self.tell(serverContent={"turnComplete": True})
        return at

    async def _reply(self, text: str, tool: str, pieces: int | None) -> None:
        if text:

            def send(piece: str) -> None:
                self.send(f"{self._BEFORE}{piece}{self._AFTER}")

            self.tell(serverContent={"outputTranscription": {"text": text}})
            if not await self._sound(text, send, pieces):
                return
            self.tell(serverContent={"generationComplete": True})
        if tool:
            call = {"id": f"call-{time.monotonic_ns()}", "name": tool, "args": {}}
            self.tell(toolCall={"functionCalls": [call]})
        else:
            usage = {"promptTokenCount": 900, "responseTokenCount": 60, "totalTokenCount": 960}
            self.tell(serverContent={"turnComplete": True}, usageMetadata=usage)
