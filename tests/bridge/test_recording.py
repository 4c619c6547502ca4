"""Recordings of calls, on real files, with real faults."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
import wave
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.audio.wav import HEADER_BYTES, parse_wav, wav_header, wav_sound
from mapokezi.bridge.recording import (
    Recording,
    RecordingEnded,
    RecordingSettings,
    RecordingWriter,
    _stereo,
    repair_recordings,
)

pytestmark = pytest.mark.anyio

FRAME = 640


def frame(value: int) -> bytes:
    """20 ms of one sample value."""
    return np.full(FRAME // 2, value, "<i2").tobytes()


def channels(path: Path) -> tuple[list[int], list[int]]:
    """Left and right of a file, as an independent reader has them."""
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (2, 2, 16_000)
        sound = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)
    return sound[:, 0].tolist(), sound[:, 1].tolist()


@pytest.fixture
async def writer() -> AsyncIterator[RecordingWriter]:
    made = RecordingWriter(RecordingSettings(every_s=0.02))
    made.start()
    yield made
    await made.close()


class Told:
    """Counts what a call is told."""

    def __init__(self) -> None:
        self.times = 0
        self.last: RecordingEnded | None = None

    def __call__(self, ended: RecordingEnded) -> None:
        self.times += 1
        self.last = ended


async def test_the_caller_is_left_and_the_receptionist_right(
    writer: RecordingWriter, tmp_path: Path
) -> None:
    told = Told()
    recording = writer.open(tmp_path / "2026" / "c-1.wav", told)
    for n in range(100):
        recording.write(frame(n), frame(-n))
    recording.close()
    ended = await recording.finished()
    assert ended == RecordingEnded(tmp_path / "2026" / "c-1.wav", 2_000, 0)
    left, right = channels(tmp_path / "2026" / "c-1.wav")
    assert left == [n for n in range(100) for _ in range(320)]
    assert right == [-n for n in left]
    assert told.times == 0
    assert [path.name for path in (tmp_path / "2026").iterdir()] == ["c-1.wav"]
    assert (tmp_path / "2026" / "c-1.wav").stat().st_mode & 0o777 == 0o600


async def test_many_calls_share_the_thread(writer: RecordingWriter, tmp_path: Path) -> None:
    recordings = [writer.open(tmp_path / f"{n}.wav", Told()) for n in range(20)]
    for step in range(50):
        for n, recording in enumerate(recordings):
            recording.write(frame(step), frame(n))
        await asyncio.sleep(0.001)
    for recording in recordings:
        recording.close()
    for n, recording in enumerate(recordings):
        assert (await recording.finished()).length_ms == 1_000
        assert channels(tmp_path / f"{n}.wav") == (
            [step for step in range(50) for _ in range(320)],
            [n] * 50 * 320,
        )


async def test_a_call_without_sound_has_an_empty_file(
    writer: RecordingWriter, tmp_path: Path
) -> None:
    recording = writer.open(tmp_path / "c.wav", Told())
    recording.close()
    recording.close()
    assert await recording.finished() == RecordingEnded(tmp_path / "c.wav", 0, 0)
    assert channels(tmp_path / "c.wav") == ([], [])
    recording.write(frame(1), frame(1))  # late sound does no harm
    assert (tmp_path / "c.wav").stat().st_size == HEADER_BYTES


async def test_closing_the_writer_ends_what_is_open(tmp_path: Path) -> None:
    writer = RecordingWriter(RecordingSettings(every_s=30))
    writer.start()
    recording = writer.open(tmp_path / "c.wav", Told())
    recording.write(frame(1), frame(2))
    await writer.close()
    assert (await recording.finished()).length_ms == 20
    assert channels(tmp_path / "c.wav") == ([1] * 320, [2] * 320)
    told = Told()
    late = writer.open(tmp_path / "late.wav", told)
    assert (await late.finished()).fault == "the program is ending"


sounds = st.binary(max_size=9)
pieces = st.lists(st.tuples(sounds, sounds) | st.integers(0, 9), max_size=20)


@given(pieces)
def test_both_sides_stay_in_time_whatever_comes(taken: list[tuple[bytes, bytes] | int]) -> None:
    left: list[int] = []
    right: list[int] = []
    for piece in taken:
        caller, ours = (b"", b"") if isinstance(piece, int) else piece
        samples = piece // 2 if isinstance(piece, int) else max(len(caller), len(ours)) // 2
        for side, sound in ((left, caller), (right, ours)):
            whole = sound.ljust(samples * 2, b"\0")[: samples * 2]
            side.extend(np.frombuffer(whole, "<i2").tolist())
    both = np.frombuffer(b"".join(_stereo(taken)), "<i2").reshape(-1, 2)
    assert both[:, 0].tolist() == left
    assert both[:, 1].tolist() == right


async def test_a_time_away_is_silent_and_what_follows_stands_at_its_second(
    writer: RecordingWriter, tmp_path: Path
) -> None:
    recording = writer.open(tmp_path / "c.wav", Told())
    recording.begin_at(1_000.0)
    recording.write(frame(1), frame(-1))
    recording.begin_at(1_090.5)
    recording.write(frame(2), frame(-2))
    recording.begin_at(1_090.51)  # it is there already
    recording.write(frame(3), frame(-3))
    recording.close()
    assert await recording.finished() == RecordingEnded(tmp_path / "c.wav", 90_540, 0)
    left, right = channels(tmp_path / "c.wav")
    came_back = 90_500 * 16
    assert left == [1] * 320 + [0] * (came_back - 320) + [2] * 320 + [3] * 320
    assert right == [-n for n in left]


async def test_a_slow_disk_costs_sound_but_never_time(tmp_path: Path) -> None:
    """The thread is not running yet: all waits in the ring, which holds 100 ms."""
    writer = RecordingWriter(RecordingSettings(every_s=0.01, ring_ms=100))
    recording = writer.open(tmp_path / "c.wav", Told())
    for n in range(1, 9):
        recording.write(frame(n), frame(-n))
    writer.start()
    while recording._in_bytes != recording._out_bytes:  # noqa: ASYNC110 - until it has caught up
        await asyncio.sleep(0.001)
    recording.write(frame(9), frame(-9))
    recording.close()
    ended = await recording.finished()
    await writer.close()
    assert (ended.length_ms, ended.dropped_ms) == (180, 60)
    left, right = channels(tmp_path / "c.wav")
    assert left == [n for n in (1, 2, 3, 4, 5, 0, 0, 0, 9) for _ in range(320)]
    assert right == [-n for n in left]


async def test_silence_is_filled_in_at_the_end_too(tmp_path: Path) -> None:
    writer = RecordingWriter(RecordingSettings(every_s=0.01, ring_ms=40))
    recording = writer.open(tmp_path / "c.wav", Told())
    for n in range(1, 5):
        recording.write(frame(n), frame(n))
    recording.close()
    writer.start()
    assert (await recording.finished()).length_ms == 80
    await writer.close()
    assert channels(tmp_path / "c.wav")[0] == [n for n in (1, 2, 0, 0) for _ in range(320)]


async def test_writing_is_cheap(tmp_path: Path) -> None:
    writer = RecordingWriter(RecordingSettings(every_s=30, ring_ms=1_000_000))
    recording = writer.open(tmp_path / "c.wav", Told())
    caller, ours = frame(1), frame(2)
    times = []
    for _ in range(5_000):
        began = time.perf_counter()
        recording.write(caller, ours)
        times.append(time.perf_counter() - began)
    assert sorted(times)[len(times) // 2] < 20e-6  # 0.5 microseconds where it was written
    writer.start()
    await writer.close()


# Faults.


async def test_a_file_that_exists_is_never_overwritten(
    writer: RecordingWriter, tmp_path: Path
) -> None:
    (tmp_path / "c.wav").write_bytes(b"precious")
    told = Told()
    recording = writer.open(tmp_path / "c.wav", told)
    ended = await recording.finished()
    assert ended.path is None
    assert "exists" in ended.fault
    assert told.times == 1
    assert (tmp_path / "c.wav").read_bytes() == b"precious"


async def test_a_folder_that_cannot_be_made_ends_the_recording_only(
    writer: RecordingWriter, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_bytes(b"")
    told = Told()
    bad = writer.open(tmp_path / "taken" / "c.wav", told)
    good = writer.open(tmp_path / "c.wav", Told())
    bad.write(frame(1), frame(1))
    good.write(frame(1), frame(1))
    assert (await bad.finished()).path is None
    assert told.times == 1
    good.close()
    assert (await good.finished()).length_ms == 20


async def test_a_device_without_room_for_a_header(
    writer: RecordingWriter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really_open = os.open

    def open_full(path: Path, flags: int, mode: int = 0o777) -> int:
        really_open_it = really_open(path, flags, mode)
        os.dup2(full, really_open_it)
        return really_open_it

    full = really_open("/dev/full", os.O_RDWR)
    monkeypatch.setattr("mapokezi.bridge.recording.os.open", open_full)
    told = Told()
    recording = writer.open(tmp_path / "c.wav", told)
    ended = await recording.finished()
    os.close(full)
    assert (ended.path, ended.length_ms) == (None, 0)
    assert ended.fault == "No space left on device"
    assert told.times == 1
    assert not (tmp_path / "c.wav.part").exists()
    assert not (tmp_path / "c.wav").exists()


FULL_DISK = """
import asyncio, resource, sys
from pathlib import Path
from mapokezi.bridge.recording import RecordingSettings, RecordingWriter

resource.setrlimit(resource.RLIMIT_FSIZE, (100_001, resource.RLIM_INFINITY))

async def main():
    writer = RecordingWriter(RecordingSettings(every_s=0.01))
    writer.start()
    told = []
    recording = writer.open(Path(sys.argv[1]), told.append)
    writes = 0
    while not told:
        recording.write(bytes([1, 0]) * 320, bytes([2, 0]) * 320)
        writes += 1
        await asyncio.sleep(0.001)
    for _ in range(100):
        recording.write(bytes(640), bytes(640))
        await asyncio.sleep(0)
    ended = await recording.finished()
    await writer.close()
    assert writes * 20 > ended.length_ms
    print(len(told), ended.length_ms, ended.fault)

asyncio.run(main())
"""


def test_a_full_disk_ends_the_recording_and_keeps_what_there_is(tmp_path: Path) -> None:
    """The disk takes 100,001 bytes of the file and no more."""
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, tmp_path / "c.wav"],
        capture_output=True,
        text=True,
        check=True,
    )
    whole = (100_001 - HEADER_BYTES) // 4
    assert done.stdout.splitlines()[-1] == f"1 {whole // 16} File too large"
    assert channels(tmp_path / "c.wav") == ([1] * whole, [2] * whole)
    assert [path.name for path in tmp_path.iterdir()] == ["c.wav"]


# After a kill.

KILLED = """
import asyncio, sys
from pathlib import Path
from mapokezi.bridge.recording import RecordingSettings, RecordingWriter

async def main():
    writer = RecordingWriter(RecordingSettings(every_s=0.02))
    writer.start()
    recording = writer.open(Path(sys.argv[1]) / "office" / "c.wav", print)
    part = Path(sys.argv[1]) / "office" / "c.wav.part"
    while True:
        recording.write(bytes([1, 0]) * 320, bytes([2, 0]) * 320)
        await asyncio.sleep(0.001)
        if part.exists() and part.stat().st_size > 100_000:
            print("big enough", flush=True)

asyncio.run(main())
"""


def test_a_recording_is_made_whole_after_a_kill(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, tmp_path], stdout=subprocess.PIPE, text=True
    )
    part = tmp_path / "office" / "c.wav.part"
    assert process.stdout is not None
    with process.stdout as said:
        assert said.readline() == "big enough\n"
        assert repair_recordings(tmp_path) == []  # it is being written, by somebody alive
        process.kill()
        process.wait()
    assert parse_wav(part.read_bytes()).data_bytes is None
    with part.open("ab") as file:
        file.write(b"\1")  # a kill may cut in the middle of a sample
    assert repair_recordings(tmp_path) == [tmp_path / "office" / "c.wav"]
    left, right = channels(tmp_path / "office" / "c.wav")
    assert len(left) >= (100_000 - HEADER_BYTES) // 4
    assert set(left) == {1}
    assert set(right) == {2}
    assert not part.exists()
    assert repair_recordings(tmp_path) == []


def test_a_file_without_a_header_is_swept_away(tmp_path: Path) -> None:
    (tmp_path / "c.wav.part").write_bytes(wav_header(None, channels=2)[:20])
    assert repair_recordings(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_recording_of_ours_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a.wav.part").write_bytes(b"x" * 100)
    (tmp_path / "b.wav.part").write_bytes(wav_header(None, channels=2) + bytes(8))
    (tmp_path / "b.wav").write_bytes(b"precious")
    (tmp_path / "c.wav.part").write_bytes(wav_header(None, channels=2) + bytes(8))
    assert repair_recordings(tmp_path) == [tmp_path / "c.wav"]
    assert (tmp_path / "a.wav.part").read_bytes() == b"x" * 100
    assert (tmp_path / "b.wav").read_bytes() == b"precious"
    assert wav_sound((tmp_path / "c.wav").read_bytes())[1] == bytes(8)


def test_no_folder_means_nothing_to_repair(tmp_path: Path) -> None:
    assert repair_recordings(tmp_path / "none") == []


async def test_a_loop_that_has_ended_is_not_told(tmp_path: Path) -> None:
    """The writer outlives the loop of a call only in tests and at a hard end; it must not raise."""
    opened: list[tuple[RecordingWriter, Recording]] = []

    def in_another_loop() -> None:
        async def begin() -> None:
            writer = RecordingWriter(RecordingSettings(every_s=0.01))
            opened.append((writer, writer.open(tmp_path / "c.wav", Told())))

        asyncio.run(begin())

    await asyncio.to_thread(in_another_loop)
    writer, recording = opened[0]
    recording.write(frame(1), frame(1))
    writer.start()
    await writer.close()
    assert len(channels(tmp_path / "c.wav")[0]) == 320


def names_in(folder: Path) -> list[str]:
    return [one.name for one in folder.iterdir()]


async def test_what_is_discarded_leaves_no_file(writer: RecordingWriter, tmp_path: Path) -> None:
    told = Told()
    recording = writer.open(tmp_path / "c.wav", told)
    for n in range(100):
        recording.write(frame(n), frame(-n))
    deadline = asyncio.get_running_loop().time() + 10
    while not names_in(tmp_path):  # some of it is on the disk already
        assert asyncio.get_running_loop().time() < deadline
        await asyncio.sleep(0.01)
    recording.write(frame(1), frame(1))
    assert recording.discard() == 2_020
    assert recording.discard() == 2_020
    recording.write(frame(2), frame(2))
    assert (await recording.finished()).path is None
    assert names_in(tmp_path) == []
    recording.close()
    assert told.times == 0


async def test_what_is_discarded_before_it_began_leaves_no_file(
    writer: RecordingWriter, tmp_path: Path
) -> None:
    recording = writer.open(tmp_path / "c.wav", Told())
    assert recording.discard() == 0
    assert await recording.finished() == RecordingEnded(None, 0, 0)
    assert names_in(tmp_path) == []
