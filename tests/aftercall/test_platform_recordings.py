"""The phone platform's own recordings, fetched and kept as second copies."""

from __future__ import annotations

import ipaddress
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from tests.aftercall.keeping_stage import KeepingStage, keeping_stage
from tests.fakes.scripted_api import Asked, Reply, ScriptedApi

from mapokezi.aftercall.effects import NOT_NEEDED
from mapokezi.aftercall.platform_recordings import (
    FETCH,
    PlatformRecordingParts,
    PlatformRecordings,
)
from mapokezi.calls import Outcome
from mapokezi.carrier import SautiKit
from mapokezi.egress import Egress, EgressRefusedError, EgressSettings, NoAnswerError
from mapokezi.records.caller_notices import RecordingRefused, RefusedBy
from mapokezi.records.changes import SaveEnd
from mapokezi.records.kept_recording import Copy
from mapokezi.stores.effects import DueEffect
from mapokezi.stores.kept_files import open_kept
from mapokezi.units import Milliseconds

pytestmark = pytest.mark.anyio

SOUND = b"RIFF" + bytes(range(256)) * 700


@dataclass
class At:
    """A platform with a recording, and what fetches it."""

    stage: KeepingStage
    """What is kept."""
    api: ScriptedApi
    work: PlatformRecordings
    recording: Reply
    file: Reply

    async def fetch(self, tries: int = 0) -> str:
        return await self.work.fetch(DueEffect("c-000000", FETCH, None, tries))

    async def kept(self) -> list[tuple[Copy, bytes]]:
        found = []
        for one in await self.stage.kept():
            with open_kept(self.stage.data_folder, one, self.stage.keys) as file:
                found.append((one.copy, file.read(0, file.size_bytes)))
        return found


@pytest.fixture
def api() -> Iterator[ScriptedApi]:
    with ScriptedApi().serving() as found:
        yield found


@pytest.fixture
async def at(tmp_path: Path, api: ScriptedApi) -> AsyncIterator[At]:
    loopback = (ipaddress.ip_network("127.0.0.0/8"),)
    async with keeping_stage(tmp_path) as stage, SautiKit(api.url, "tskey_live_x") as carrier:
        call = replace(stage.examples.ended(outcome=Outcome.FALLBACK), recording=None)
        await stage.database.writer.commit(SaveEnd(call))
        parts = PlatformRecordingParts(
            carrier, Egress(EgressSettings(loopback)), stage.parts, stage.database.recordings
        )
        found = At(
            stage,
            api,
            PlatformRecordings(parts),
            Reply(302, None, {"location": f"{api.url}/recordings/1?signature=abc"}),
            Reply(200, SOUND, {"content-type": "audio/mpeg"}),
        )

        def answer(asked: Asked) -> Reply:
            return found.file if asked.path.startswith("/recordings/") else found.recording

        api.otherwise = answer
        yield found


async def test_it_is_fetched_without_our_key_and_kept_once(at: At) -> None:
    assert await at.fetch() == ""
    assert await at.kept() == [(Copy.PLATFORM, SOUND)]
    fetched = at.api.asked[-1]
    assert fetched.line == "GET /recordings/1"
    assert fetched.query == {"signature": "abc"}
    assert "authorization" not in fetched.headers
    assert not list(at.stage.data_folder.rglob("*.fetched")), "nothing plain is left"
    assert await at.fetch(1) == NOT_NEEDED


async def test_one_that_is_being_made_is_asked_for_again(at: At) -> None:
    at.recording = Reply(202, {"retry_after_seconds": 5})
    assert await at.fetch() == "being_made"


async def test_one_that_is_not_there_is_asked_for_as_long_as_there_must_be_one(at: At) -> None:
    at.recording = Reply(404, {"error": {"code": "not_found"}})
    assert await at.fetch(9) == "not_found"
    answered = replace(at.stage.examples.ended(outcome=Outcome.RESOLVED), recording=None)
    await at.stage.database.writer.commit(SaveEnd(answered))
    assert await at.fetch(0) == "not_found"
    assert await at.fetch(3) == NOT_NEEDED


async def test_one_that_will_never_be_is_not_asked_for_again(at: At) -> None:
    at.recording = Reply(410, {"error": {"code": "expired"}})
    assert await at.fetch() == NOT_NEEDED


@pytest.mark.parametrize(
    "file", [Reply(403, b"expired"), Reply(500), Reply(302, None, {"location": "/x"})]
)
async def test_a_link_that_fails_leaves_nothing_behind(at: At, file: Reply) -> None:
    at.file = file
    assert await at.fetch() == "not_fetched"
    assert await at.kept() == []
    assert not list(at.stage.data_folder.rglob("*.fetched"))


async def test_a_link_that_breaks_off_leaves_nothing_behind(at: At) -> None:
    """What came of it is plain sound, and the next attempt may never be."""
    folder = at.stage.data_folder / "recordings"

    class BrokenOff:
        async def fetch(self, _url: str, write: Callable[[bytes], object], **_: object) -> None:
            write(b"half of it")
            (found,) = folder.rglob("*.fetched")
            assert found.stat().st_mode & 0o777 == 0o600
            raise NoAnswerError("it went away")

    parts = replace(at.work._parts, egress=BrokenOff())  # type: ignore[arg-type]
    with pytest.raises(NoAnswerError):
        await PlatformRecordings(parts).fetch(DueEffect("c-000000", FETCH))
    assert not list(folder.rglob("*.fetched"))


async def test_a_call_that_is_not_on_record(at: At) -> None:
    assert await at.work.fetch(DueEffect("none", FETCH)) == NOT_NEEDED


async def test_a_link_into_a_private_network_is_not_gone_to(at: At) -> None:
    strict = replace(at.work._parts, egress=Egress())
    with pytest.raises(EgressRefusedError):
        await PlatformRecordings(strict).fetch(DueEffect("c-000000", FETCH))
    assert [asked.line for asked in at.api.asked] == ["GET /v1/calls/HD_000000/recording"]


async def test_no_more_is_taken_than_a_recording_can_hold(api: ScriptedApi) -> None:
    api.otherwise = lambda _asked: Reply(200, b"x" * 100_000)
    pieces: list[bytes] = []
    egress = Egress(EgressSettings((ipaddress.ip_network("127.0.0.0/8"),)))
    answer = await egress.fetch(api.url, pieces.append, most_bytes=70_000, limit_s=10.0)
    assert not answer.is_whole
    assert sum(map(len, pieces)) <= 70_000
    pieces.clear()
    answer = await egress.fetch(api.url, pieces.append, most_bytes=100_000, limit_s=10.0)
    assert answer.is_whole
    assert sum(map(len, pieces)) == 100_000


async def test_of_a_caller_who_would_not_be_recorded_nothing_is_fetched(at: At) -> None:
    (found,) = (await at.stage.database.calls.page()).calls
    refused = RecordingRefused(found.arrived_at, RefusedBy.VOICE, Milliseconds(0))
    await at.stage.database.writer.commit(SaveEnd(replace(found, recording_refused=refused)))
    assert await at.fetch() == NOT_NEEDED
    assert at.api.asked == []
    assert await at.kept() == []
