"""Nothing is left of a caller who was erased; of the others everything."""

from __future__ import annotations

import json
import zipfile
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, update
from tests.aftercall.a_full_caller import NAME, NUMBER, SAID, SECRETS, SUBSCRIBER, left_behind
from tests.aftercall.keeping_stage import KEY, NOW, KeepingStage, keeping_stage, sound
from tests.postgres import PostgresServer

from mapokezi.aftercall import erasing
from mapokezi.aftercall.caller_export import export_caller
from mapokezi.aftercall.erasing import CallerOnTheLine, Erased, ErasingParts, erase_caller
from mapokezi.aftercall.recording_keeping import keep_recording
from mapokezi.calls import CallId
from mapokezi.records.audit import Deed, caller_tag
from mapokezi.records.changes import (
    SaveArrival,
    SaveEnd,
    SaveEvent,
    SaveMessage,
    SavePlatformCall,
    SaveTurn,
)
from mapokezi.stores import schema
from mapokezi.stores.seal_keys import Keyring
from mapokezi.stores.spill import encode
from mapokezi.stores.traces_in_files import files_with
from mapokezi.units import E164

pytestmark = pytest.mark.anyio
OTHER = E164("+254733111222")
SECRET = b"the deployment's"


@pytest.fixture
async def stage(tmp_path: Path, database_url: str, kind: str) -> AsyncIterator[KeepingStage]:
    async with keeping_stage(
        tmp_path / "data", database_url if kind == "postgres" else ""
    ) as opened:
        yield opened


@pytest.fixture
def in_database(
    stage: KeepingStage, kind: str, request: pytest.FixtureRequest
) -> Callable[[str], bool]:
    """Tells whether a text stands anywhere in the database's files, free space included."""

    def looked_for(secret: str) -> bool:
        if kind == "sqlite":
            return bool(files_with(stage.data_folder, (secret,)))
        server: PostgresServer = request.getfixturevalue("postgres_server")
        return secret.encode() in server.files_of(stage.url)

    return looked_for


def parts(stage: KeepingStage) -> ErasingParts:
    ids = iter(range(10_000))
    return ErasingParts(
        store=stage.database.erasures,
        data_folder=stage.data_folder,
        database_url=stage.url,
        secret=SECRET,
        now=lambda: NOW,
        new_id=lambda kind: f"{kind}-{next(ids)}",
    )


async def erase(stage: KeepingStage, number: E164 = NUMBER) -> Erased:
    traces = await stage.database.erasures.traces(number)
    return await erase_caller(traces, "command jane", parts(stage))


async def spilled(stage: KeepingStage) -> None:
    """Leave changes of both callers where a full database left them."""
    turn = stage.examples.turn(text=SAID, ours=False)
    theirs = replace(stage.examples.message(), name=NAME, number=str(NUMBER))
    others = replace(stage.examples.message(5), name="Peter Kimani", number=str(OTHER))
    lines = [encode(SaveTurn(turn)), encode(SaveMessage(theirs)), encode(SaveMessage(others))]
    for name in ("spilled-node-1.jsonl", "spilled-desk.jsonl.refused"):
        torn = encode(SaveMessage(theirs))[:150]
        (stage.data_folder / name).write_text("\n".join([*lines, torn]) + "\n", "ascii")


async def both_callers(stage: KeepingStage) -> None:
    for number, caller in ((0, NUMBER), (1, NUMBER), (5, OTHER)):
        await left_behind(stage, number, caller)
    for number in (0, 5):
        await keep_recording(CallId(f"c-{number:06}"), stage.parts)
    # A kill has left these behind.
    for rest in ("c-000000.flac.sealed.part", "c-000000.wav", "c-000001.wav.part"):
        (stage.plain().parent / rest).write_bytes(sound(0.1))
    await spilled(stage)


async def test_a_search_of_everything_finds_nothing_of_the_caller(
    stage: KeepingStage, kind: str, in_database: Callable[[str], bool]
) -> None:
    await both_callers(stage)
    # A database grows and moves its pages about; what was moved must not stay behind either.
    for number in range(20, 60):
        await left_behind(stage, number)
    assert files_with(stage.data_folder, SECRETS)
    assert all(map(in_database, SECRETS))
    done = await erase(stage)

    found = {secret: files_with(stage.data_folder, (secret,)) for secret in SECRETS}
    assert found[SUBSCRIBER] == ()
    assert not in_database(SUBSCRIBER)
    own = (stage.data_folder / "mapokezi.db",) if kind == "sqlite" else ()
    assert found["late husband"] == own
    assert in_database("late husband")  # the other caller's
    assert done.left_in == ()
    assert done.files >= 5
    assert done.spilled == 6
    names = {path.name for path in stage.plain().parent.iterdir()}
    assert names == {"c-000005.flac.sealed"}


async def test_with_the_last_who_said_it_no_word_of_it_is_left(
    stage: KeepingStage, in_database: Callable[[str], bool]
) -> None:
    for number in range(30):
        await left_behind(stage, number)
    await erase(stage)
    assert files_with(stage.data_folder, SECRETS) == ()
    assert not any(map(in_database, SECRETS))


async def test_of_other_callers_everything_stays(stage: KeepingStage) -> None:
    await both_callers(stage)
    before = await stage.database.erasures.rows(await stage.database.erasures.traces(OTHER))
    await erase(stage)
    after = await stage.database.erasures.rows(await stage.database.erasures.traces(OTHER))
    assert after == before
    (kept,) = await stage.kept(5)
    assert stage.heard(kept) == sound()
    for name in ("spilled-node-1.jsonl", "spilled-desk.jsonl.refused"):
        left = (stage.data_folder / name).read_text("ascii")
        assert "Peter Kimani" in left
        assert NAME not in left


async def test_a_digest_that_names_the_caller_is_emptied(stage: KeepingStage) -> None:
    await left_behind(stage, 0)

    def texts(connection: object) -> list[str]:
        query = select(schema.notices.c.text)
        return list(connection.execute(query).scalars())  # type: ignore[attr-defined]

    assert len(await stage.database.writer.transact(texts)) == 2
    await erase(stage)
    assert await stage.database.writer.transact(texts) == ["[erased]"]


async def test_of_a_digest_the_others_lines_stay(stage: KeepingStage) -> None:
    await left_behind(stage, 0)
    lines = ["Today: 2 messages", f"{NAME}: the plot", "Peter Kimani: a will", f"Ring {NUMBER}"]
    change = update(schema.notices).where(schema.notices.c.call_id.is_(None))
    await stage.database.writer.transact(
        lambda c: c.execute(change.values(text="\n".join(lines), title=lines[0])).close()
    )
    await erase(stage)
    told = select(schema.notices.c.title, schema.notices.c.text)
    rows = await stage.database.writer.transact(lambda c: c.execute(told).all())
    assert [tuple(row) for row in rows] == [
        (lines[0], "\n".join([lines[0], "[erased]", lines[2], "[erased]"]))
    ]


async def test_events_of_calls_that_never_came_to_us_are_theirs_too(
    stage: KeepingStage, in_database: Callable[[str], bool]
) -> None:
    """The platform told of a call that we refused, or of one that a colleague was rung by."""
    await left_behind(stage, 5, OTHER)
    keeper, examples = stage.database.writer, stage.examples
    stray = replace(
        examples.event(8), session_id="HD_stray", facts={"callback": {"from": NUMBER[1:]}}
    )
    of_another = replace(
        examples.event(9), session_id="HD_000005", facts={"legs": [{"to": f"0{SUBSCRIBER}"}]}
    )
    half = replace(examples.event(10), session_id="HD_half", facts={"id": f"0{SUBSCRIBER}99"})
    told = replace(examples.platform_call(8), session_id="HD_stray")
    for change in (
        SaveEvent(stray),
        SaveEvent(of_another),
        SaveEvent(half),
        SavePlatformCall(told),
    ):
        await keeper.commit(change)
    traces = await stage.database.erasures.traces(NUMBER)
    assert traces.whose.calls == ()
    assert traces.counts["platform_events"] == 2
    await erase(stage)
    assert (await stage.database.erasures.traces(NUMBER)).is_empty
    assert await stage.database.platform_calls.of_session("HD_stray") is None
    assert await stage.database.platform_calls.of_session("HD_000005") is not None
    await keeper.commit(SaveEvent(replace(stray, key="id:late")))
    assert (await stage.database.erasures.traces(NUMBER)).is_empty
    facts = select(schema.platform_events.c.facts)
    left = await keeper.transact(lambda c: list(c.scalars(facts)))
    assert {"id": f"0{SUBSCRIBER}99"} in left
    assert left.count({}) == 2


async def test_what_a_kill_left_of_a_fetched_recording_goes_too(stage: KeepingStage) -> None:
    await left_behind(stage, 0)
    await left_behind(stage, 5, OTHER)
    rests = [stage.data_folder / "recordings" / month / "c-000000.fetched" for month in ("", "x")]
    others = rests[0].with_name("c-000005.fetched")
    for rest in (*rests, others):
        rest.parent.mkdir(exist_ok=True)
        rest.write_bytes(b"half of it")
    await erase(stage)
    assert not any(rest.exists() for rest in rests)
    assert others.exists()


async def test_what_is_told_late_brings_nothing_back(stage: KeepingStage) -> None:
    record = await left_behind(stage, 0)
    await erase(stage)
    keeper, examples = stage.database.writer, stage.examples
    event = replace(examples.event(9), session_id=record.session_id, facts={"caller": NUMBER})
    of_uuid = replace(
        examples.event(8), session_id="", call_uuid=examples.platform_call().call_uuid,
        facts={"caller": NUMBER},
    )  # fmt: skip
    for change in (
        SaveEnd(record),
        SaveArrival(record),
        SaveTurn(examples.turn(text=SAID)),
        SaveMessage(replace(examples.message(), number=str(NUMBER))),
        SaveEvent(event),
        SaveEvent(of_uuid),
        SavePlatformCall(examples.platform_call()),
    ):
        await keeper.commit(change)
    traces = await stage.database.erasures.traces(NUMBER)
    assert traces.is_empty
    assert await stage.database.calls.get(record.call_id) is None
    assert await stage.database.platform_calls.of_session(record.session_id) is None
    # A call of theirs that comes after is a new one, and is kept.
    await left_behind(stage, 3)
    assert (await stage.database.erasures.traces(NUMBER)).whose.calls == ("c-000003",)


async def test_a_call_that_goes_on_is_waited_for(stage: KeepingStage) -> None:
    record = await left_behind(stage, 0)
    going_on = replace(record, call_id=CallId("c-live"), ended_at=None, outcome=None,
                       termination=None)  # fmt: skip
    await stage.database.writer.commit(SaveArrival(going_on))
    with pytest.raises(CallerOnTheLine, match="c-live"):
        await erase(stage)
    assert not (await stage.database.erasures.traces(NUMBER)).is_empty
    assert stage.plain().exists()


async def test_a_number_that_was_left_to_be_rung_is_theirs_too(stage: KeepingStage) -> None:
    record = await left_behind(stage, 0, caller=OTHER)
    message = replace(stage.examples.message(), number="0722555777", name=NAME)
    await stage.database.writer.commit(SaveMessage(replace(message, for_person="brian-otieno",
                                                           message_id="m-x")))  # type: ignore[arg-type]  # fmt: skip
    traces = await stage.database.erasures.traces(NUMBER)
    assert traces.whose.calls == (record.call_id,)
    await erase(stage)
    assert files_with(stage.data_folder, (SUBSCRIBER, NAME)) == ()


@pytest.mark.parametrize("deed", ["_remove_files", "blank_spilled", "compact"])
async def test_stopped_anywhere_it_is_done_by_doing_it_again(
    stage: KeepingStage, monkeypatch: pytest.MonkeyPatch, deed: str
) -> None:
    await both_callers(stage)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as planted:
        planted.setattr(erasing, deed, stop)
        with pytest.raises(KeyboardInterrupt):
            await erase(stage)
    assert (await erase(stage)).left_in == ()
    assert files_with(stage.data_folder, (SUBSCRIBER,)) == ()
    assert not stage.plain(1).exists()


async def test_the_trail_knows_the_caller_by_a_tag_alone(stage: KeepingStage) -> None:
    await left_behind(stage, 0)
    await erase(stage)
    entries, _ = await stage.database.audit_trail.page(subject=caller_tag(NUMBER, SECRET))
    assert [entry.deed for entry in entries] == [Deed.ERASED_CALLER, Deed.ERASING_CALLER]
    assert entries[0].who == "command jane"
    assert entries[0].detail["calls"] == 1
    assert caller_tag(NUMBER, b"another") != caller_tag(NUMBER, SECRET)


async def test_an_export_holds_everything_of_the_caller_and_nothing_of_others(
    stage: KeepingStage, tmp_path: Path
) -> None:
    await both_callers(stage)
    traces = await stage.database.erasures.traces(NUMBER)
    rows = await stage.database.erasures.rows(traces)
    file = tmp_path / "caller.zip"
    done = export_caller(traces, rows, NOW, file, (stage.data_folder, stage.keys))
    assert (done.recordings, done.missing) == (2, ())
    assert file.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        names = set(archive.namelist())
        assert names == {"README.txt", "caller.json", "recordings/c-000000.flac",
                         "recordings/c-000001.wav"}  # fmt: skip
        told = json.loads(archive.read("caller.json"))
        assert archive.read("recordings/c-000000.flac")[:4] == b"fLaC"
        everything = archive.read("caller.json").decode()
    assert len(told["calls"]) == 2
    assert {turn["text"] for turn in told["turns"]} == {SAID}
    assert told["messages"][0]["name"] == NAME
    for table in ("timeline", "tasks", "task_comments", "notices", "notice_attempts",
                  "call_notes", "platform_calls", "platform_events", "recordings"):  # fmt: skip
        assert told[table], table
    assert OTHER not in everything
    assert "Peter" not in everything


async def test_a_recording_that_cannot_be_opened_is_told(
    stage: KeepingStage, tmp_path: Path
) -> None:
    await left_behind(stage, 0)
    await keep_recording(CallId("c-000000"), stage.parts)
    traces = await stage.database.erasures.traces(NUMBER)
    file = tmp_path / "caller.zip"
    done = export_caller(traces, {}, NOW, file, (stage.data_folder, Keyring()))
    assert done.recordings == 0
    assert KEY.key_id in done.missing[0]
    with pytest.raises(FileExistsError):
        export_caller(traces, {}, NOW, file, (stage.data_folder, Keyring()))
