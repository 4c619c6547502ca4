"""How soon an event of the platform's is acknowledged: one alone, and four hundred at once.

It is on disk by then. The platform gives an acknowledgement 10 s.
"""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass

from bench.figures import Load, Measured, load_average, percentiles_of
from bench.stage import OFFICE_NUMBER, Stage, stage

ALONE = 60
AT_ONCE = 400
TIMES = 5
_BETWEEN_S = 0.05
_REST_S = 2.0
"""Between two crowds, for the work that follows from the one before."""


@dataclass(frozen=True, slots=True)
class _Wire:
    """A connection that is open already, as a platform's pool has them."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def post_ms(self, body: bytes) -> int:
        """Post an event; milliseconds until its acknowledgement was read."""
        head = (
            "POST /voice/events HTTP/1.1\r\nHost: line\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        began = time.perf_counter()
        self.writer.write(head.encode() + body)
        answer = await self.reader.readuntil(b"\r\n\r\n")
        took_s = time.perf_counter() - began
        assert answer.startswith(b"HTTP/1.1 200"), answer
        lengths = [line for line in answer.lower().split(b"\r\n") if b"content-length" in line]
        await self.reader.readexactly(int(lengths[0].partition(b":")[2]))
        return round(took_s * 1000)


def _event(number: int) -> bytes:
    data = {
        "call_id": f"0193a5f2-7c11-7d3a-9b1e-{number:012x}",
        "pbx_call_id": f"HD_{number:012x}",
        "direction": "inbound",
        "from": "+254722000001",
        "to": OFFICE_NUMBER,
        "status": "completed",
        "duration_seconds": 31,
    }
    return json.dumps({"kind": "call.completed", "event_id": f"e-{number}", "data": data}).encode()


async def _wires(up: Stage, count: int) -> list[_Wire]:
    line = up.settings.line
    return [_Wire(*await asyncio.open_connection(line.host, line.port)) for _ in range(count)]


async def measure() -> Measured:
    """Take the figures."""
    before = load_average()
    async with stage("events", roles=("serve",)) as up:
        alone, crowd = await _alone(up), await _at_once(up)
    figures = [
        *percentiles_of("acknowledged, one alone", alone, "ms", {0.95: "<= 50"}),
        *percentiles_of(f"acknowledged, {AT_ONCE} at once", crowd, "ms", {0.95: "<= 500"}),
    ]
    load = Load(before, load_average())
    return Measured("events", "The platform's events, kept and acknowledged", figures, load)


async def _alone(up: Stage) -> list[int]:
    (wire,) = await _wires(up, 1)
    waits = []
    for number in range(ALONE):
        waits.append(await wire.post_ms(_event(number)))
        await asyncio.sleep(_BETWEEN_S)
    wire.writer.close()
    return waits


async def _at_once(up: Stage) -> list[int]:
    waits: list[int] = []
    for nth in range(1, TIMES + 1):
        wires = await _wires(up, AT_ONCE)
        numbered = enumerate(wires, start=nth * 10_000)
        waits += await asyncio.gather(*(wire.post_ms(_event(n)) for n, wire in numbered))
        for wire in wires:
            wire.writer.close()
        await asyncio.sleep(_REST_S)
    return waits
