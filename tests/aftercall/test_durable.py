"""Work that survives its process, and keeps to itself."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests.postgres import PostgresServer

from mapokezi.aftercall.durable import Begun, Durable, RunStep, Work
from mapokezi.aftercall.plain_values import NotAnId, PlainLines, WorkFailed, read, write

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def opened(url: str, **kinds: Work) -> AsyncIterator[Durable]:
    durable = Durable(url, kinds)
    await durable.open()
    try:
        yield durable
    finally:
        await durable.close()


def internet_sockets() -> int:
    """How many sockets of this process are not of this machine alone, listening or not."""
    found = 0
    for descriptor in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            sock = socket.socket(fileno=os.dup(int(descriptor.name)))
            with sock:
                found += sock.family in {socket.AF_INET, socket.AF_INET6}
    return found


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20.0):
        while not holds():  # noqa: ASYNC110  it holds in threads and in tasks of others
            await asyncio.sleep(0.01)


async def until_over(durable: Durable, work_id: str, kind: str) -> None:
    """Wait until it stands that work of this id has ended, which is a moment after it has."""
    async with asyncio.timeout(20.0):
        while await durable.start(work_id, kind, "c-9") is not Begun.OVER:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_work_of_one_id_is_done_once(database_url: str) -> None:
    done: list[tuple[str, ...]] = []

    async def note(run: RunStep, ids: tuple[str, ...]) -> None:
        async def do() -> str:
            done.append(ids)
            return ""

        await run("note", do)

    async with opened(database_url, note=note) as durable:
        for _ in range(3):
            assert await durable.start("c-1:note", "note", "c-1") is Begun.UNDER_WAY
        await until_over(durable, "c-1:note", "note")
    async with opened(database_url, note=note) as durable:
        assert await durable.start("c-1:note", "note", "c-1") is Begun.OVER
    assert done == [("c-1",)]


async def test_work_that_was_left_is_taken_up_behind_its_last_step(database_url: str) -> None:
    steps: list[str] = []
    may_go_on = asyncio.Event()

    async def two_steps(run: RunStep, ids: tuple[str, ...]) -> None:
        async def first() -> str:
            steps.append("first")
            return "a-word"

        async def second() -> str:
            steps.append("second begins")
            await may_go_on.wait()
            steps.append("second")
            return ""

        assert await run("first", first) == "a-word"
        await run("second", second)

    async with opened(database_url, both=two_steps) as durable:
        await durable.start("c-1:both", "both", "c-1")
        await until(lambda: "second begins" in steps)
    may_go_on.set()
    async with opened(database_url, both=two_steps) as durable:
        await until(lambda: steps[-1] == "second")
        await until(lambda: not durable.active)
    assert steps == ["first", "second begins", "second begins", "second"]


def kept_in(folder: Path) -> bytes:
    """All that stands in the files of the work's own tables."""
    return b"".join(path.read_bytes() for path in folder.glob("mapokezi-work.db*"))


async def test_nothing_but_ids_gets_into_its_tables(
    database_url: str, kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    async def careless(run: RunStep, ids: tuple[str, ...]) -> None:
        async def do() -> str:
            raise RuntimeError("Grace Njeri, +254722000100")

        await run("careless", do)

    async def talkative(run: RunStep, ids: tuple[str, ...]) -> None:
        async def do() -> str:
            return "Grace Njeri rang"

        await run("talkative", do)

    async with opened(database_url, careless=careless, talkative=talkative) as durable:
        with pytest.raises(NotAnId):
            await durable.start("c-1:careless", "careless", "+254722000100")
        await durable.start("c-2:careless", "careless", "c-2")
        await durable.start("c-2:talkative", "talkative", "c-2")
        await until(lambda: not durable.active)
        await until_over(durable, "c-2:careless", "careless")
        await until_over(durable, "c-2:talkative", "talkative")
    if kind == "sqlite":
        kept = kept_in(tmp_path)
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        kept = server.files_of(database_url)
    assert b"c-2:careless" in kept
    for trace in (b"Grace", b"254722000100"):
        assert trace not in kept


async def test_it_logs_no_more_than_a_faults_name(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def careless(run: RunStep, ids: tuple[str, ...]) -> None:
        raise RuntimeError("Grace Njeri, +254722000100")

    with caplog.at_level(logging.DEBUG):
        async with opened(database_url, careless=careless) as durable:
            await durable.start("c-2:careless", "careless", "c-2")
            # The work is over a moment before it is written, and logged, that it has ended.
            await until(lambda: "RuntimeError" in caplog.text)
    assert "Grace" not in caplog.text
    assert "254722" not in caplog.text


async def test_it_listens_nowhere_and_reports_to_nobody(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBOS__CLOUD", "true")
    monkeypatch.setenv("DBOS__CONDUCTOR_KEY", "somebody-elses")
    monkeypatch.setenv("DBOS__APPVERSION", "77")
    asked: list[object] = []
    resolve = socket.getaddrinfo

    def watched(*arguments: object, **more: object) -> object:
        asked.append(arguments)
        return resolve(*arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", watched)
    before = internet_sockets()
    async with opened(database_url) as durable:
        assert durable.active == 0
        assert internet_sockets() == before
    assert asked == []


async def test_what_it_was_asked_to_forget_is_gone(database_url: str) -> None:
    async def nothing(run: RunStep, ids: tuple[str, ...]) -> None:
        return

    async with opened(database_url, nothing=nothing) as durable:
        await durable.start("c-1:nothing", "nothing", "c-1")
        await until_over(durable, "c-1:nothing", "nothing")
        assert await durable.forget(0) == 0
        assert await durable.forget(4_102_444_800_000) == 1
        assert await durable.start("c-1:nothing", "nothing", "c-1") is Begun.UNDER_WAY
        await until(lambda: not durable.active)


def test_ids_are_written_and_read() -> None:
    for value in (None, "", "20261122-081501-4f2a9c.wanjiku-kamau", 7, True, ["a", {"b": "c"}]):
        assert read(write(value)) == value
    found = read(write(ValueError("+254722000100")))
    assert isinstance(found, WorkFailed)
    assert str(found) == "ValueError"


@pytest.mark.parametrize(
    "value",
    ["Grace Njeri", "+254722000100", "a@b.ke", "x" * 201, b"raw", 1.5, {"a": "b c"}, {1, 2}],
)
def test_what_is_no_id_is_refused_and_not_repeated(value: object) -> None:
    with pytest.raises(NotAnId) as refused:
        write(value)
    assert "Njeri" not in str(refused.value)


def test_a_line_of_its_log_is_cut_to_its_first_words() -> None:
    error = ValueError("+254722000100")
    told = (ValueError, error, None)
    record = logging.LogRecord("dbos", 30, "", 0, "It failed:\nGrace %s", ("x",), told)
    assert PlainLines().filter(record)
    assert record.getMessage() == "It failed: ValueError"
    assert record.exc_info is None
