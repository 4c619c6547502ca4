"""The desk in a real browser: what a browser sends by itself no other test knows."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import pytest
import uvicorn
from tests.browser import IN_A_BROWSER, PHONE, Browser, Page, running_browser
from tests.sample_notices import planned

from mapokezi.bridge import clock
from mapokezi.calls import CallId, OfficeId
from mapokezi.records.message_record import MessageId
from mapokezi.records.notices import NoticeId
from mapokezi.records.open_questions import OpenQuestion, QuestionId, SaveQuestion
from mapokezi.records.tasks import CommentTask, Task, TaskId, TaskKind
from mapokezi.stores.tasks import open_task
from mapokezi.units import Milliseconds

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


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser."""
    with running_browser(tmp_path_factory.mktemp("browser") / "profile") as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, outside: Desk, served: str) -> Iterator[Page]:
    """A page that has come in by the link."""
    with browser.page(served) as page:
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
    play(page)
    page.until("document.querySelector('audio').duration === 5")


def play(page: Page) -> None:
    """Press the player's button, where it makes no sound."""
    page.run("document.querySelector('audio').muted = true")
    page.run("document.querySelector('audio').play()")


def test_who_opens_a_call_has_not_listened_to_it(
    outside: Desk, examples: Examples, page: Page
) -> None:
    from mapokezi.records.changes import SaveArrival, SaveEnd

    outside.keep(SaveArrival(examples.arrival()), SaveEnd(examples.ended()))
    outside.kept_recording(seconds=60.0)
    page.open("/calls/c-000000")
    page.open("/audit")
    page.open("/calls/c-000000")
    assert outside.deeds() == [("read_call", "c-000000")]
    play(page)
    page.until("document.querySelector('audio').duration === 60")
    ends_at = time.monotonic() + 30
    while len(outside.deeds()) < 2 and time.monotonic() < ends_at:  # it is written after the sound
        time.sleep(0.05)
    assert outside.deeds() == [("listened", "c-000000"), ("read_call", "c-000000")]


def test_a_turns_instant_plays_the_recording_from_there(
    outside: Desk, examples: Examples, page: Page
) -> None:
    from mapokezi.records.changes import SaveArrival, SaveEnd, SaveTurn

    said = examples.turn(number=1, text="It is about a lease.", ours=False)
    outside.keep(SaveArrival(examples.arrival()), SaveTurn(said), SaveEnd(examples.ended()))
    outside.kept_recording(seconds=65.0)
    page.open("/calls/c-000000")
    page.run("window.left = true")
    page.run("document.querySelector('a.at').click()")
    page.loaded()
    page.until("document.querySelector('audio').readyState >= 2")
    assert page.run("document.querySelector('audio').currentTime") >= 61
    assert page.run("document.querySelector('audio').error") is None
    assert page.accessibility_faults() == []
    assert [text for text in page.complaints if "401" not in text] == []


def test_the_player_seeks_in_a_sealed_recording(
    outside: Desk, examples: Examples, page: Page
) -> None:
    from mapokezi.records.changes import SaveArrival, SaveEnd

    outside.keep(SaveArrival(examples.arrival()), SaveEnd(examples.ended()))
    kept = outside.kept_recording(seconds=60.0)
    assert kept.size_bytes > 10 * 65_536  # more than a browser fetches at once
    page.open("/calls/c-000000")
    play(page)
    page.until("document.querySelector('audio').duration === 60")
    page.run("document.querySelector('audio').pause()")
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


def hand_over(outside: Desk, examples: Examples) -> None:
    """A caller who is being passed on, after one who was."""
    from mapokezi.records.call_record import HandOffOutcome, HandOffSummary, TimelineEntry
    from mapokezi.records.changes import SaveArrival, SaveProgress, SaveTimeline
    from mapokezi.units import Milliseconds

    up = replace(examples.arrival(5), arrived_at=clock.wall())
    tries = (
        HandOffSummary("fatuma-hassan", "conference", up.arrived_at, HandOffOutcome.DECLINED),
        HandOffSummary("brian-otieno", "dial", up.arrived_at),
    )
    values = {"kind": "caller_told", "person_id": "brian-otieno", "detail": "Kiambu" * 30}
    step = TimelineEntry(up.call_id, 0, Milliseconds(21_000), "hand_off_step", values)
    outside.keep(SaveArrival(up), SaveProgress(replace(up, hand_offs=tries)))
    outside.keep(SaveTimeline((step,)))


def test_who_is_being_passed_on_appears_by_itself(
    outside: Desk, examples: Examples, page: Page
) -> None:
    page.open("/hand-offs")
    page.run("document.querySelector('input[name=number]').value = '0722'")
    assert "Brian Otieno: ringing" not in page.text
    hand_over(outside, examples)
    page.until("document.body.innerText.includes('Brian Otieno: ringing')")
    typed = page.run("document.querySelector('input[name=number]').value")
    assert typed == "0722", "what somebody types is not taken from them"


def test_the_switches_of_who_takes_calls_work(
    outside: Desk, examples: Examples, page: Page
) -> None:
    hand_over(outside, examples)
    page.open("/hand-offs")
    page.run("document.querySelector('select[name=to]').value = 'brian-otieno'")
    page.click("Switch on")
    assert "Brian Otieno, 0700 000102" in page.text
    page.click("Away")
    assert page.accessibility_faults() == []
    page.click("Back")
    page.click("Let the receptionist answer again")
    assert "Off: the receptionist answers." in page.text
    assert page.accessibility_faults() == []
    assert [text for text in page.complaints if "401" not in text] == []


def test_no_page_is_wider_than_a_telephone(outside: Desk, examples: Examples, page: Page) -> None:
    outside.keep(*examples.whole_call())
    page.ask("Emulation.setDeviceMetricsOverride", **PHONE)
    told = ("/notices", "/notices?trouble", f"/notices/{plan_and_fail(outside)}")
    to_do = ("/tasks", "/tasks?done", f"/tasks/{open_a_task(outside)}")
    pages = ("/", "/?outcome=flash", "/messages", "/audit", "/calls/c-000000", "/calls/none")
    hand_over(outside, examples)
    ask(outside)
    for path in (*pages, *told, *to_do, "/hand-offs", "/questions", "/questions?answered"):
        page.open(path)
        page.run("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert page.run("document.documentElement.scrollWidth") <= 360, path
    assert [text for text in page.complaints if "404" not in text] == []


def ask(outside: Desk) -> None:
    """Two callers ask what the office has not told, one of them at great length."""
    long = "Do you do weddings, and if so, do you do them at Kirinyaga-on-the-mountain as well?"
    for number, words in enumerate(("Do you do weddings?", long)):
        asked = OpenQuestion(
            QuestionId(f"c-{number:06}.t-1"),
            CallId(f"c-{number:06}"),
            OfficeId("law-office"),
            clock.wall(),
            Milliseconds(20_000),
            words,
        )
        outside.keep(SaveQuestion(asked))


def test_a_question_is_answered_with_the_keyboard_alone_or_by_hand(
    outside: Desk, examples: Examples, page: Page
) -> None:
    outside.keep(*examples.whole_call())
    ask(outside)
    page.open("/questions")
    assert page.run("document.querySelector('.answer details').open") is False
    page.run("document.querySelector('.answer summary').click()")
    assert page.accessibility_faults() == []
    page.run("document.querySelector('input[name=title]').value = 'Weddings'")
    page.run("document.querySelector('textarea[name=answer]').value = 'Yes, on Fridays.'")
    page.click("Make it a fact")
    assert page.path == "/questions"
    assert "Nothing open" in page.text
    page.open("/calls/c-000000")
    assert "answered since: Weddings" in page.text
    page.run("document.querySelector('details.why summary').click()")
    assert "What was said, and what it rests on" in page.text
    assert page.accessibility_faults() == []
    assert [text for text in page.complaints if "401" not in text] == []
