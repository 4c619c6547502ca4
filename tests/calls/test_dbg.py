import pytest, asyncio
from mapokezi.emulator.caller_parts import MessageLeaver, Visitor
from mapokezi.emulator.callees import NOBODY, CalleeScript, DialOutcome
pytestmark = pytest.mark.anyio
async def test_x(houses, always_number):
    async with houses(callees={"+254700000101": CalleeScript(DialOutcome.BUSY, after_s=1.0)}) as house:
        visitor = Visitor(name="Peter Kariuki", number="+254722000101", reason="It is about my land case.",
            openings=("Please connect me to Wanjiku Kamau.",))
        busy = await house.ring(house.playing(MessageLeaver(visitor), patience_s=12.0), to=always_number, longest_s=90.0)
        for c in busy.heard.conversation: print("CONV", c.start_ms, c.end_ms, c.speaker, c.text)
        print(busy.transcript)
        print(busy.heard.timings().as_dict())
        for e in busy.kept.timeline: print("TL", e.at_ms, e.what, e.values)
