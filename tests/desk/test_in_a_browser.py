"""The desk in a real browser: what a browser sends by itself no other test knows."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import uvicorn
from tests.browser import IN_A_BROWSER, PHONE, Page, browser_page
from tests.sample_notices import planned

from mapokezi.calls import CallId, OfficeId
from mapokezi.records.message_record import MessageId
from mapokezi.records.notices import NoticeId
from mapokezi.records.tasks import CommentTask, Task, TaskId, TaskKind
from mapokezi.stores.tasks import open_task

if TYPE_CHECKING:
    from tests.desk.conftest import Desk
    from tests.sample_records import Examples

pytestmark = IN_A_BROWSER


@pytest.fixture
def served(outside: Desk) -> Iterator[str]:
    """The desk on a port of its own, on its database's event loop."""
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(outside.browser.app, log_config=None, lifespan="off"))
    serving = outside.portal.start_task_soon(server.serve, [sock])
    yield f"http://127.0.0.1:{sock.getsockname()[1]}"
    server.should_exit = True
    serving.result(timeout=20)
    sock.close()


@pytest.fixture
def page(outside: Desk, served: str, tmp_path: Path) -> Iterator[Page]:
    """A browser that has come in by the link."""
    with browser_page(tmp_path / "profile", served) as page:
        page.open(f"/enter?key={outside.door.key}")
        yield page


def test_the_buttons_work(outside: Desk, examples: Examples, page: Page) -> None:
    outside.keep(*examples.whole_call())
    page.open("/messages")
    assert page.run("document.querySelector('.count').textContent") == "1"
    page.click("Mark as read")
    assert page.path == "/messages"
    assert page.run("document.querySelector('.count')") is None
    assert outside.read_at() is not None
    page.click("Log out")
    assert "Please come in by a link" in page.text
    assert [text for text in page.complaints if "401" not in text] == []


def test_the_player_knows_how_long_the_recording_is(
    outside: Desk, examples: Examples, page: Page
) -> None:
    from mapokezi.records.changes import SaveArrival, SaveEnd

    recorded = examples.recorded(outside.data_folder, bytes(4 * 16_000 * 5))
    outside.keep(SaveArrival(examples.arrival()), SaveEnd(recorded))
    page.open("/calls/c-000000")
    page.until("document.querySelector('audio').duration === 5")


def test_the_player_seeks_in_a_sealed_recording(
    outside: Desk, examples: Examples, page: Page
) -> None:
    from mapokezi.records.changes import SaveArrival, SaveEnd

    outside.keep(SaveArrival(examples.arrival()), SaveEnd(examples.ended()))
    kept = outside.kept_recording(seconds=60.0)
    assert kept.size_bytes > 10 * 65_536  # more than a browser fetches at once
    page.open("/calls/c-000000")
    page.until("document.querySelector('audio').duration === 60")
    page.run("document.querySelector('audio').currentTime = 50")
    page.until("!document.querySelector('audio').seeking")
    page.until("document.querySelector('audio').readyState >= 2")
    assert page.run("document.querySelector('audio').currentTime") == 50
    assert page.run("document.querySelector('audio').error") is None
    assert [text for text in page.complaints if "401" not in text] == []


def test_a_failed_notice_is_sent_again_by_its_button(
    outside: Desk, examples: Examples, page: Page
) -> None:
    outside.keep(*examples.whole_call())
    notice_id = plan_and_fail(outside)
    page.open("/calls/c-000000")
    page.click("Send again")
    assert page.path == "/calls/c-000000"
    assert "to be tried again" in page.text
    page.open(f"/notices/{notice_id}")
    assert "its service answered 401" in page.text
    assert [text for text in page.complaints if "401 " not in text] == []


def plan_and_fail(outside: Desk) -> NoticeId:
    """A notice of the first call, of long words, that has failed."""
    one = planned(call_id=CallId("c-000000"), text="Kiambu" * 40, title="Message " + "x" * 80)
    at = one.not_before
    outside.portal.call(outside.database.notice_book.plan, [one])
    outside.portal.call(outside.database.notice_book.begin_attempt, one.key, at)
    why = "its service answered 401"
    outside.portal.call(outside.database.notice_book.failed, one.key, at, why, None)
    return one.notice_id


def open_a_task(outside: Desk) -> TaskId:
    """The task of the first call's message, with a comment of one long word."""
    at = datetime(2026, 11, 20, 6, 31, tzinfo=UTC)
    task = Task(
        task_id=TaskId("m-000000"),
        office_id=OfficeId("law-office"),
        call_id=CallId("c-000000"),
        kind=TaskKind.MESSAGE,
        opened_at=at,
        due_at=at,
        message_id=MessageId("m-000000"),
        owner="wanjiku-kamau",
        urgent=True,
    )
    outside.portal.call(outside.database.writer.transact, partial(open_task, task=task))
    outside.keep(CommentTask(task.task_id, "brian-otieno", "Kiambu" * 60, at))
    return task.task_id


def test_a_task_is_taken_and_done_by_its_buttons(
    outside: Desk, examples: Examples, page: Page
) -> None:
    outside.keep(*examples.whole_call())
    task_id = open_a_task(outside)
    page.open(f"/tasks/{task_id}")
    page.run("document.querySelector('form[action$=\"/take\"] select').value = 'brian-otieno'")
    page.click("I take it")
    assert page.path == f"/tasks/{task_id}"
    assert "Brian Otieno does it" in page.text
    page.click("It is done")
    assert "done by Brian Otieno" in page.text
    for path in (f"/tasks/{task_id}", "/tasks", "/tasks?done"):
        page.open(path)
        assert page.accessibility_faults() == []


def test_no_page_is_wider_than_a_telephone(outside: Desk, examples: Examples, page: Page) -> None:
    outside.keep(*examples.whole_call())
    page.ask("Emulation.setDeviceMetricsOverride", **PHONE)
    told = ("/notices", "/notices?trouble", f"/notices/{plan_and_fail(outside)}")
    to_do = ("/tasks", "/tasks?done", f"/tasks/{open_a_task(outside)}")
    pages = ("/", "/?outcome=flash", "/messages", "/audit", "/calls/c-000000", "/calls/none")
    for path in (*pages, *told, *to_do):
        page.open(path)
        page.run("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert page.run("document.documentElement.scrollWidth") <= 360, path
    assert [text for text in page.complaints if "404" not in text] == []
