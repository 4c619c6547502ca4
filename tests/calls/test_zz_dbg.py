import pytest, asyncio
from mapokezi.emulator.phone_call import LineConditions
pytestmark = [pytest.mark.anyio, pytest.mark.timeout(200)]
async def test_x(houses, always_number):
    async with houses() as house:
        async def one(seed, echo_db, echo_ms):
            caller = house.scripted("I would like to leave a message for Wanjiku Kamau.","My name is Peter Mwangi.","Yes, that is right.","It is about the transfer of a plot.","Yes, that is right.","No, thank you, goodbye.")
            return await house.ring(caller, line=LineConditions(noise_dbfs=-50.0, echo_db=echo_db, echo_ms=echo_ms, seed=seed), longest_s=100.0)
        for r in await asyncio.gather(one(3,25.0,120.0), one(4,20.0,100.0)):
            print("TRANSCRIPT", r.transcript)
            for e in r.kept.timeline:
                if e.what in ("playout_paused","playout_resumed","playout_dropped","caller_voice_started","caller_voice_stopped","item_started","item_cut","item_heard","turn_disregarded"): print("TL", e.at_ms, e.what, dict(e.values))
