"""Pipecat 1.14 as its examples have it: a WebSocket transport, Gemini Live, raw sound as frames."""

from __future__ import annotations

import sys
from typing import Any

import uvicorn
from fastapi import FastAPI, WebSocket
from google.genai import _api_client, live
from loguru import logger
from pipecat.frames.frames import InputAudioRawFrame, LLMRunFrame, OutputAudioRawFrame
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import LLMContextAggregatorPair
from pipecat.serializers.base_serializer import FrameSerializer
from pipecat.services.google.gemini_live.llm import GeminiLiveLLMService
from pipecat.transports.websocket.fastapi import (
    FastAPIWebsocketParams,
    FastAPIWebsocketTransport,
)
from pipecat.workers.runner import WorkerRunner
from shared import MODEL_URL, PORT

logger.remove()
logger.add(sys.stderr, level="WARNING")

# The SDK insists on wss and on its own path: both are taken from it, for a model on this machine.
_connect = live.ws_connect


def model_here(*_: Any, **_more: Any) -> str:
    """Give the address that the SDK has no setting for."""
    return MODEL_URL.rsplit("/", 1)[0]


for kind in vars(_api_client).values():
    if isinstance(kind, type) and hasattr(kind, "_websocket_base_url"):
        kind._websocket_base_url = model_here


def connect_plainly(uri: str, **more: Any) -> Any:
    """Connect without the TLS that the SDK gives along."""
    more.pop("ssl", None)
    return _connect(uri, **more)


live.ws_connect = connect_plainly


class Raw(FrameSerializer):
    """The media module's form: nothing but samples."""

    async def serialize(self, frame: Any) -> bytes | None:
        """Give a frame's samples."""
        return frame.audio if isinstance(frame, OutputAudioRawFrame) else None

    async def deserialize(self, data: Any) -> InputAudioRawFrame | None:
        """Make a frame of samples."""
        if not isinstance(data, bytes):
            return None
        return InputAudioRawFrame(audio=data, sample_rate=16_000, num_channels=1)


app = FastAPI()


@app.websocket("/audio")
async def audio(socket: WebSocket) -> None:
    """Carry one call."""
    await socket.accept(subprotocol="audio.drachtio.org")
    transport = FastAPIWebsocketTransport(
        websocket=socket,
        params=FastAPIWebsocketParams(
            audio_in_enabled=True,
            audio_out_enabled=True,
            add_wav_header=False,
            serializer=Raw(),
        ),
    )
    context = LLMContextAggregatorPair(LLMContext([{"role": "user", "content": "Say hello"}]))
    steps = [
        transport.input(),
        context.user(),
        GeminiLiveLLMService(api_key="x"),
        transport.output(),
        context.assistant(),
    ]
    worker = PipelineWorker(
        Pipeline(steps),
        params=PipelineParams(audio_in_sample_rate=16_000, audio_out_sample_rate=16_000),
        idle_timeout_secs=None,
    )

    @transport.event_handler("on_client_connected")
    async def begin(_transport: Any, _client: Any) -> None:
        await worker.queue_frames([LLMRunFrame()])

    @transport.event_handler("on_client_disconnected")
    async def end(_transport: Any, _client: Any) -> None:
        await worker.cancel()

    runner = WorkerRunner(handle_sigint=False)
    await runner.add_workers(worker)
    await runner.run()


uvicorn.run(
    app,
    host="127.0.0.1",
    port=PORT,
    ws="websockets",
    loop="uvloop",
    http="httptools",
    log_level="warning",
    ws_per_message_deflate=False,
)
