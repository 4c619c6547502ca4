"""The workers: order, refusal, cancelling, and what happens when one goes wrong."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import struct
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from mapokezi.errors import ConfigurationError
from mapokezi.speech.errors import SpeechBusy, SpeechRefused
from mapokezi.speech.settings import SpeechSettings
from mapokezi.speech.worker_pool import WorkerLost, WorkerPool

pytestmark = pytest.mark.anyio

Until = Callable[..., Awaitable[None]]


@contextlib.asynccontextmanager
async def working(settings: SpeechSettings) -> AsyncIterator[WorkerPool]:
    pool = WorkerPool(settings)
    try:
        await pool.start()
        yield pool
    finally:
        await pool.close()


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that only waits to be reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def test_jobs_are_done_in_order_by_one_worker(wild: Any) -> None:
    async with working(wild.settings()) as pool:
        spoken = await asyncio.gather(*(pool.speak(word, 9) for word in ("one", "two", "three")))
        assert [sound[:3] for sound in spoken] == [b"one", b"two", b"thr"]
        assert wild.begun() == ["one", "two", "three"]
        assert (await pool.transcribe(b"\1\0" * 50, 9)).text == "100 bytes"
        assert await pool.meanings(("ab", "c"), 9) == struct.pack("<4f", 2, 97, 1, 99)


async def test_a_transcript_comes_with_its_meaning_or_without(wild: Any) -> None:
    async with working(wild.settings()) as pool:
        heard = await pool.transcribe(b"\1\0" * 50, 9, with_meaning=True)
        assert heard.meaning == struct.pack("<2f", len("100 bytes"), ord("1"))
        with capture_logs() as logs:
            heard = await pool.transcribe(b"\1\0" * 1_600, 9, with_meaning=True)
        assert (heard.text, heard.meaning) == ("3200 bytes", b"")
        assert [entry["event"] for entry in logs] == ["speech_meaning_not_found"]


async def test_two_workers_work_at_once(wild: Any, until: Until) -> None:
    async with working(wild.settings(workers=2)) as pool:
        await until(lambda: len(pool.worker_pids) == 2)
        pids = await asyncio.gather(pool.speak("pid", 9), pool.speak("pid", 9))
        assert sorted(int.from_bytes(pid, "little") for pid in pids) == sorted(pool.worker_pids)


async def test_what_would_wait_too_long_is_refused_at_once(wild: Any) -> None:
    async with working(wild.settings()) as pool:
        # The worker is given the job before `speak` first waits.
        first = asyncio.create_task(pool.speak("sleep 0.3", 9))
        await asyncio.sleep(0)
        assert pool.expected_wait_s() > 0
        with pytest.raises(SpeechBusy, match="busy"):
            await pool.speak("too much", 0.0)
        second = asyncio.create_task(pool.speak("patient", 9))
        await asyncio.gather(first, second)
        assert wild.begun() == ["sleep 0.3", "patient"]
        assert pool.expected_wait_s() == 0


async def test_what_jobs_take_is_learned(wild: Any) -> None:
    async with working(wild.settings()) as pool:
        expected = []
        for _ in range(6):
            job = asyncio.create_task(pool.speak("sleep 0.1", 9))
            await asyncio.sleep(0)
            expected.append(pool.expected_wait_s())
            await job
        assert expected[0] < 0.02
        assert expected[-1] > 0.04


async def test_a_job_that_is_cancelled_in_the_queue_is_never_begun(wild: Any) -> None:
    async with working(wild.settings()) as pool:
        first = asyncio.create_task(pool.speak("sleep 0.1", 9))
        second = asyncio.create_task(pool.speak("cancelled", 9))
        third = asyncio.create_task(pool.speak("third", 9))
        await asyncio.sleep(0)
        second.cancel()
        await asyncio.gather(first, third)
        assert second.cancelled()
        assert wild.begun() == ["sleep 0.1", "third"]


async def test_a_job_that_is_cancelled_while_it_is_done_harms_nobody(wild: Any) -> None:
    async with working(wild.settings()) as pool:
        first = asyncio.create_task(pool.speak("sleep 0.1", 9))
        await asyncio.sleep(0)
        first.cancel()
        assert (await pool.speak("next", 9))[:4] == b"next"
        assert wild.begun() == ["sleep 0.1", "next"]


async def test_an_engine_that_raises_is_an_error_and_the_worker_lives(wild: Any) -> None:
    async with working(wild.settings()) as pool:
        before = pool.worker_pids
        with (
            capture_logs() as logs,
            pytest.raises(SpeechRefused, match="RuntimeError") as caught,
        ):
            await pool.speak("raise what the caller said", 9)
        assert caught.value.code == "failed"
        assert "caller" not in str(caught.value)
        [entry] = [entry for entry in logs if entry["event"] == "speech_engine_raised"]
        assert entry["pii_text"] == "what the caller said"
        assert (await pool.speak("next", 9))[:4] == b"next"
        assert pool.worker_pids == before


async def test_a_worker_that_dies_is_replaced(wild: Any) -> None:
    async with working(wild.settings()) as pool:
        [before] = pool.worker_pids
        waiting = asyncio.create_task(pool.speak("die", 9))
        queued = asyncio.create_task(pool.speak("queued", 9))
        with pytest.raises(WorkerLost):
            await waiting
        assert (await queued)[:6] == b"queued"
        [after] = pool.worker_pids
        assert after != before


async def test_a_worker_killed_in_mid_job_is_replaced(wild: Any, until: Until) -> None:
    async with working(wild.settings()) as pool:
        waiting = asyncio.create_task(pool.speak("sleep 60", 9))
        await until(lambda: wild.begun() == ["sleep 60"])
        os.kill(pool.worker_pids[0], signal.SIGKILL)
        with pytest.raises(WorkerLost):
            await waiting
        assert (await pool.speak("next", 9))[:4] == b"next"


async def test_a_worker_that_hangs_is_killed_and_replaced(wild: Any) -> None:
    async with working(wild.settings(job_limit_s=0.2)) as pool:
        [before] = pool.worker_pids
        with capture_logs() as logs, pytest.raises(WorkerLost):
            await pool.speak("sleep 60", 9)
        assert "speech_worker_hangs" in [entry["event"] for entry in logs]
        assert (await pool.speak("next", 9))[:4] == b"next"
        assert not is_alive(before)


async def test_a_stopped_worker_is_killed_all_the_same(wild: Any) -> None:
    async with working(wild.settings(job_limit_s=0.2)) as pool:
        [before] = pool.worker_pids
        os.kill(before, signal.SIGSTOP)
        with pytest.raises(WorkerLost):
            await pool.speak("anything", 9)
        assert (await pool.speak("next", 9))[:4] == b"next"
        assert not is_alive(before)


async def test_with_no_worker_up_a_job_waits_for_one_or_is_refused(wild: Any, until: Until) -> None:
    async with working(wild.settings()) as pool:
        os.kill(pool.worker_pids[0], signal.SIGKILL)
        await until(lambda: not pool.worker_pids)
        with pytest.raises(SpeechBusy):
            await pool.speak("hurried", 0.1)
        assert (await pool.speak("patient", 9))[:7] == b"patient"


async def test_closing_ends_the_workers_and_what_waits(wild: Any, until: Until) -> None:
    pool = WorkerPool(wild.settings())
    await pool.start()
    pids = pool.worker_pids
    jobs = [asyncio.create_task(pool.speak("sleep 60", 99)) for _ in range(3)]
    await until(lambda: wild.begun() == ["sleep 60"])
    await pool.close()
    outcomes = await asyncio.gather(*jobs, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [WorkerLost] * 3
    assert not any(map(is_alive, pids))


@pytest.mark.parametrize(
    ("voice", "limit_s", "why"),
    [("missing", 30.0, "no such voice"), ("never loads", 0.5, "not loaded after")],
)
async def test_engines_that_cannot_be_loaded_are_an_error(
    wild: Any, voice: str, limit_s: float, why: str
) -> None:
    settings = wild.settings(voice=voice, load_limit_s=limit_s)
    with pytest.raises(ConfigurationError, match=why):
        async with working(settings):
            pass


async def test_workers_are_modest_and_may_not_fetch_anything(wild: Any) -> None:
    async with working(wild.settings()) as pool:
        niceness = int.from_bytes(await pool.speak("niceness", 9), "little")
        assert niceness == min(os.nice(0) + 10, 19)
        for name in ("HF_HUB_OFFLINE", "MOONSHINE_ORT_SINGLE_THREAD", "OPENBLAS_NUM_THREADS"):
            assert await pool.speak(f"environment {name}", 9) == b"1"


_ORPHANS = """
import asyncio, os, signal, sys
sys.path.insert(0, os.environ["PYTHONPATH"])
from pathlib import Path
from mapokezi.speech.settings import SpeechSettings, WorkerSettings
from mapokezi.speech.worker_pool import WorkerPool

async def main():
    worker = WorkerSettings("wild_engines:WildRecogniser", "", "wild_engines:WildSynthesiser", "")
    pool = WorkerPool(SpeechSettings(Path("unused"), workers=1, worker=worker))
    await pool.start()
    asyncio.create_task(pool.speak("sleep 60", 9))
    while not Path(os.environ["WILD_LOG"]).exists():
        await asyncio.sleep(0.01)
    print(*pool.worker_pids, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


async def test_workers_do_not_outlive_their_server(wild: Any, until: Until) -> None:
    server = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", _ORPHANS], capture_output=True, text=True
    )
    assert server.returncode == -signal.SIGKILL
    [pid] = map(int, server.stdout.splitlines()[-1].split())
    await until(lambda: not is_alive(pid))  # though it sleeps in the middle of a job
