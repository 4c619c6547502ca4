"""A bridge as one writes it on ``websockets``: json, base64, and soxr's fast setting."""

from __future__ import annotations

import asyncio
import base64
import json
from contextlib import suppress

import numpy as np
import soxr
import uvloop
from shared import MODEL_URL, PORT, SETUP
from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed


async def to_model(call: ServerConnection, model: ClientConnection) -> None:
    """Send the caller's sound on."""
    async for frame in call:
        if isinstance(frame, bytes):
            data = base64.b64encode(frame).decode()
            audio = {"data": data, "mimeType": "audio/pcm;rate=16000"}
            await model.send(json.dumps({"realtimeInput": {"audio": audio}}))


async def to_caller(call: ServerConnection, model: ClientConnection) -> None:
    """Send the model's sound on, at the caller's rate."""
    resampler = soxr.ResampleStream(24_000, 16_000, 1, dtype="int16", quality="LQ")
    async for message in model:
        content = json.loads(message).get("serverContent")
        for part in (content or {}).get("modelTurn", {}).get("parts", ()):
            if "inlineData" in part:
                sound = np.frombuffer(base64.b64decode(part["inlineData"]["data"]), np.int16)
                await call.send(resampler.resample_chunk(sound).tobytes())


async def carry(call: ServerConnection) -> None:
    """Carry one call."""
    async with connect(MODEL_URL, compression=None, max_size=None) as model:
        await model.send(SETUP)
        back = asyncio.create_task(to_caller(call, model))
        with suppress(ConnectionClosed):
            await to_model(call, model)
        back.cancel()


async def main() -> None:
    """Serve for ever."""
    async with serve(
        carry,
        "127.0.0.1",
        PORT,
        subprotocols=["audio.drachtio.org"],
        compression=None,
        max_size=None,
    ):
        await asyncio.get_running_loop().create_future()


uvloop.run(main())
