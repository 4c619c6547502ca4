"""The process that compresses and seals: at the lowest priority, gone with its parent."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from tests.aftercall.keeping_stage import KEY, sound

from mapokezi.aftercall import recording_child
from mapokezi.aftercall.recording_child import RecordingChild, RecordingNotKept
from mapokezi.aftercall.recording_orders import Compress, KeepCopy, NotKept, Seal
from mapokezi.audio.wav import wav_bytes
from mapokezi.stores.seal_keys import Keyring
from mapokezi.stores.sealed_files import SealedFile

pytestmark = pytest.mark.anyio


@pytest.fixture
async def child() -> AsyncIterator[RecordingChild]:
    made = RecordingChild()
    yield made
    await made.close()


def order(folder: Path, name: str = "a.flac.sealed", seconds: float = 1.0) -> Compress:
    plain = folder / "a.wav"
    plain.write_bytes(wav_bytes(sound(seconds), 16_000, 2))
    seal = Seal(path=str(folder / name), name=name, key=KEY.written())
    return Compress(plain=str(plain), form="flac", seal=seal)


def told_of(pid: int) -> bytes:
    """What anybody on the machine can read of a process: its environment and its command."""
    return b"".join(Path(f"/proc/{pid}/{name}").read_bytes() for name in ("environ", "cmdline"))


def session_weight_of(pid: int) -> str:
    """Of the process's session; empty where the kernel does not share the cores out so."""
    try:
        told = Path(f"/proc/{pid}/autogroup").read_text(encoding="ascii")
    except FileNotFoundError:
        return ""
    return " ".join(told.split()[-2:])


def pid_of(child: RecordingChild) -> int:
    process = child._process
    assert process is not None
    return process.pid


async def test_it_compresses_and_seals_at_the_lowest_priority(
    child: RecordingChild, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAPOKEZI_RECORDING_KEYS", KEY.written())
    monkeypatch.setenv("SAUTIKIT_API_KEY", "tskey_live_secret")
    done = await child.carry_out(order(tmp_path))
    assert done.length_ms == 1_000
    with SealedFile(tmp_path / "a.flac.sealed", "a.flac.sealed", Keyring([KEY])) as file:
        assert file.read(0, 4) == b"fLaC"
    pid = pid_of(child)
    assert os.sched_getscheduler(pid) == os.SCHED_IDLE
    assert os.getpriority(os.PRIO_PROCESS, pid) == 19
    # Where sessions share the cores out, a priority counts within its own alone.
    assert os.getsid(pid) == pid
    assert session_weight_of(pid) in {"nice 19", ""}
    for secret in (KEY.written().encode(), b"tskey_live_secret"):
        assert secret not in told_of(pid)


async def test_one_process_does_one_order_after_the_other(
    child: RecordingChild, tmp_path: Path
) -> None:
    orders = [order(tmp_path, f"{name}.sealed") for name in "abc"]
    done = await asyncio.gather(*(child.carry_out(one) for one in orders))
    assert len({one.sha256 for one in done}) == 1
    first = pid_of(child)
    await child.carry_out(orders[0])
    assert pid_of(child) == first


async def test_what_goes_wrong_is_told_and_the_process_lives_on(
    child: RecordingChild, tmp_path: Path
) -> None:
    bad = order(tmp_path)
    (tmp_path / "a.wav").write_bytes(b"this is no sound file, whatever its name says")
    with pytest.raises(RecordingNotKept, match="not a WAV file"):
        await child.carry_out(bad)
    gone = KeepCopy(plain=str(tmp_path / "gone.wav"), seal=bad.seal)
    with pytest.raises(RecordingNotKept, match="No such file"):
        await child.carry_out(gone)
    first = pid_of(child)
    await child.carry_out(order(tmp_path))
    assert pid_of(child) == first


async def test_one_that_was_killed_is_started_anew(child: RecordingChild, tmp_path: Path) -> None:
    await child.carry_out(order(tmp_path))
    os.kill(pid_of(child), signal.SIGSTOP)  # so that the order is under way when it dies
    keeping = asyncio.create_task(child.carry_out(order(tmp_path)))
    await asyncio.sleep(0.05)
    os.kill(pid_of(child), signal.SIGKILL)
    with pytest.raises(RecordingNotKept):
        await keeping
    assert (tmp_path / "a.wav").exists()
    await child.carry_out(order(tmp_path))


async def test_an_order_that_is_called_off_disturbs_no_other(
    child: RecordingChild, tmp_path: Path
) -> None:
    await child.carry_out(order(tmp_path))
    os.kill(pid_of(child), signal.SIGSTOP)
    keeping = asyncio.create_task(child.carry_out(order(tmp_path, seconds=2.0)))
    await asyncio.sleep(0.05)
    keeping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await keeping
    done = await child.carry_out(order(tmp_path, "b.sealed"))
    assert done.length_ms == 1_000


async def test_without_work_it_ends(
    child: RecordingChild, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording_child, "_IDLE_S", 0.05)
    await child.carry_out(order(tmp_path))
    process = child._process
    assert process is not None
    async with asyncio.timeout(20):
        assert await process.wait() == 0
    await child.carry_out(order(tmp_path))


def test_it_ends_with_the_process_that_started_it() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "mapokezi.aftercall.recording_work"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    out, _ = process.communicate(b"nonsense\n", timeout=60)
    assert process.returncode == 0
    told = msgspec.json.decode(out, type=NotKept)
    assert told.why
