"""``mapokezi notices``."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.fakes.scripted_api import Reply, ScriptedApi
from tests.notify.test_signing import SECRET
from tests.sample_notices import NOW, planned

from mapokezi.records.notices import NoticeState, WayKind
from mapokezi.stores.database import DatabaseSettings, open_database, open_for_reading
from mapokezi.stores.notices import NoticeBook

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

LATER = NOW + timedelta(minutes=1)


def book_of(shell: Shell, work: Callable[[NoticeBook], Awaitable[object]]) -> None:
    """Do something with the notices in the shell's database."""
    shell.data_folder.mkdir(exist_ok=True)

    async def do() -> None:
        settings = DatabaseSettings(
            url=f"sqlite:///{shell.data_folder / 'mapokezi.db'}",
            spill_file=shell.data_folder / "spill.jsonl",
        )
        async with open_database(settings) as database:
            await work(database.notice_book)

    asyncio.run(do())


async def three(book: NoticeBook) -> None:
    """One that was sent, one that failed, one that waits."""
    post = planned(
        3, way="webhook", way_kind=WayKind.WEBHOOK, address="case-files", person_id=None,
        title="message.stored", urgent=True,
    )  # fmt: skip
    await book.plan([planned(1), planned(2, title="Call [b]back[/b]"), post])
    await book.begin_attempt(planned(1).key, LATER)
    await book.sent(planned(1).key, LATER)
    await book.begin_attempt(planned(2).key, LATER)
    await book.failed(planned(2).key, LATER, "its service answered 401", None)


def test_with_none_it_says_so(shell: Shell) -> None:
    shell.keep(())
    assert shell.run("notices", "list").out == "No notices yet.\n"
    assert shell.run("notices", "list", "--failed").out == "No such notices.\n"


def test_each_tells_whom_how_and_what_became_of_it(shell: Shell) -> None:
    book_of(shell, three)
    lines = shell.run("notices", "list").out.splitlines()
    assert lines == [
        (
            "2026-11-20 06:30 UTC  case-files by webhook: urgent message.stored  waiting "
            "(not before 2026-11-20 06:30:03 UTC)"
        ),
        f"  {planned(3).notice_id}  c-1",
        (
            "2026-11-20 06:30 UTC  wanjiku-kamau by sms: Call [b]back[/b]  failed "
            "(1 attempt, its service answered 401)"
        ),
        f"  {planned(2).notice_id}  c-1",
        "2026-11-20 06:30 UTC  wanjiku-kamau by sms: Message 1  sent (06:31:00)",
        f"  {planned(1).notice_id}  c-1",
    ]


@pytest.mark.parametrize(
    ("options", "numbers"),
    [
        (["--failed"], [2]),
        (["--waiting"], [3]),
        (["--failed", "--waiting"], [3, 2]),
        (["--limit", "1"], [3]),
        (["--call", "c-1"], [3, 2, 1]),
        (["--call", "c-2"], []),
    ],
)
def test_the_list_can_be_narrowed(shell: Shell, options: list[str], numbers: list[int]) -> None:
    book_of(shell, three)
    out = shell.run("notices", "list", *options).out
    ids = [line.split()[0] for line in out.splitlines() if line.startswith("  notice-")]
    assert ids == [planned(number).notice_id for number in numbers]


def test_whoever_lists_them_stands_on_the_audit_trail(shell: Shell) -> None:
    """The headings have callers' names in them."""
    book_of(shell, three)
    shell.run("notices", "list")
    assert "read_messages" in shell.run("audit", "list").out


def test_a_failed_one_goes_out_again(shell: Shell) -> None:
    book_of(shell, three)
    notice_id = planned(2).notice_id
    assert shell.run("notices", "resend", notice_id).out == f"{notice_id} goes out again.\n"

    async def look() -> NoticeState:
        url = f"sqlite:///{shell.data_folder / 'mapokezi.db'}"
        async with open_for_reading(url) as database:
            found = await database.notices.get(notice_id)
            assert found is not None
            return found.state

    assert asyncio.run(look()) is NoticeState.WAITING


def test_one_that_arrived_is_worded_as_a_repeat(shell: Shell) -> None:
    book_of(shell, three)
    out = shell.run("notices", "resend", planned(1).notice_id).out
    assert out.endswith("goes out again, worded as a repeat.\n")


def test_one_that_is_not_there_is_told(shell: Shell) -> None:
    shell.keep(())
    assert "there is no notice notice-0" in shell.run("notices", "resend", "notice-0").fault


@pytest.fixture
def receiver() -> Iterator[ScriptedApi]:
    scripted = ScriptedApi()
    scripted.otherwise = lambda _asked: Reply(200, {})
    with scripted.serving():
        yield scripted


@pytest.fixture
def set_up(shell: Shell, receiver: ScriptedApi) -> Shell:
    """A shell whose office has a person with a way, and a webhook, both on loopback."""
    folder = shell.folder / "duka"
    folder.mkdir()
    for name, text in {
        "office.toml": 'name = "Duka"\nnumbers = ["+254209000000"]\ngreeting = "Duka."\n'
        'notice = "I am automated. This is recorded."\n[[webhooks]]\nname = "stock"\n'
        f'url = "{receiver.url}/hook"\nevents = ["call.ended"]\n',
        "hours.toml": '[week]\nmonday = ["08:00-17:00"]\n',
        "people.toml": '[[people]]\nid = "amina"\nname = "Amina"\nrole = "owner"\n'
        'ways = [{ way = "team", to = "amina" }]\n',
    }.items():
        (folder / name).write_text(text, encoding="utf-8")
    Path("mapokezi.toml").write_text(
        '[way.team]\nkind = "chat"\n\n[egress]\nprivate = ["127.0.0.0/8"]\n', encoding="utf-8"
    )
    port = receiver.url.rpartition(":")[2]
    shell.set(
        MAPOKEZI_OFFICE_FOLDERS=str(folder),
        MAPOKEZI_WAY_TEAM_URL=f"json://127.0.0.1:{port}/in/{{to}}",
        MAPOKEZI_WEBHOOK_DUKA_STOCK_SECRET=SECRET,
    )
    return shell


def test_a_trial_goes_to_a_person_and_to_a_webhook(set_up: Shell, receiver: ScriptedApi) -> None:
    assert set_up.run("notices", "try", "amina").out == "team: sent\n"
    assert receiver.asked[0].body["title"] == "A trial from Duka"
    assert set_up.run("notices", "try", "stock").out == "stock: sent HTTP 200\n"
    assert receiver.asked[1].body["type"] == "webhook.trial"


def test_a_trial_that_fails_says_why_and_exits_with_one(
    set_up: Shell, receiver: ScriptedApi
) -> None:
    receiver.replies = [Reply(401)]
    said = set_up.run("notices", "try", "amina")
    assert (said.code, said.out) == (1, "team: its service answered 401\n")


def test_a_trial_for_nobody_is_told(set_up: Shell) -> None:
    assert "nobody with ways" in set_up.run("notices", "try", "juma").fault
    assert "nobody with ways" in set_up.run("notices", "try", "amina", "--office", "x").fault
