import asyncio, os, signal, pytest
from pathlib import Path
from mapokezi.emulator.callers import Manners
pytestmark = pytest.mark.anyio
PROGRAM = """
import asyncio
from pathlib import Path
from mapokezi.cli.settings import start_role
from mapokezi.speech.server import serve_speech
from mapokezi.speech.settings import SpeechSettings, WorkerSettings
worker = WorkerSettings(recogniser="trial_engines:Recogniser", synthesiser="trial_engines:Synthesiser")
folder = start_role(None).data_folder
asyncio.run(serve_speech(SpeechSettings(folder / "speech.sock", workers=2, worker=worker, voice_detector="trial_engines:Detector")))
"""
def start_speech(deployment):
    deployment.environment["PYTHONPATH"] = str(Path(__file__).parent)
    order = deployment.folder / "order"
    deployment.environment["TRIAL_ORDER"] = str(order)
    if not order.exists():
        order.write_text("Are you open on Saturday?")
    return deployment.run(["-c", PROGRAM])

import sys
@pytest.mark.parametrize("how", ["raise", "kill", "stopserver", "stopworkers", "ok"])
async def test_try(deployment, words, how):
    speech = start_speech(deployment)
    line, emulator = await deployment.start_line_and_emulator()
    talk = [words("Are you open on Saturday?"), words("And the other days, Sir?"), words("Thanks a lot then. Goodbye to you.")]
    heardw = []
    import time
    def watch(l):
        print(time.monotonic(), l, flush=True)
        if l.speaker == "caller" and len(heardw) == 0:
            heardw.append(l)
            print("NOW", how)
            if how == "raise": (deployment.folder / "order").write_text("!")
            if how == "kill": speech.signal(signal.SIGKILL)
            if how == "stopserver": speech.signal(signal.SIGSTOP)
            if how == "stopworkers":
                for pid in Path(f"/proc/{speech.pid}/task/{speech.pid}/children").read_text().split():
                    os.kill(int(pid), signal.SIGSTOP)
    call = asyncio.create_task(deployment.ring(talk, "+254722000601", Manners(lingers_s=8, patience_s=20), watch))
    if how == "kill":
        async def again():
            while speech.process.poll() is None: await asyncio.sleep(0.05)
            await asyncio.sleep(0.5)
            start_speech(deployment)
        t = asyncio.create_task(again())
    if how == "stopserver":
        async def again():
            while not heardw: await asyncio.sleep(0.05)
            await asyncio.sleep(6)
            speech.signal(signal.SIGCONT); print("CONT")
        t = asyncio.create_task(again())
    heard = await call
    print(how, heard.timings())
    print("\n".join(x[:250] for x in line.lines if "hearing_lost" in x or "next_voice" in x or "not_" in x or "call_ended" in x or "deed" in x))
    for f in await deployment.records():
        print(f.call.outcome, f.call.termination, *[t.speaker+": "+t.text for t in f.turns], sep="\n   ")
        print(await deployment.messages(f))
