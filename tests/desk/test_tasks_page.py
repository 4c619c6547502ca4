"""What the staff have to do, and the buttons that take it and finish it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from tests.postgres import on_each_database
from tests.sample_records import ARRIVED

from mapokezi.calls import CallId, OfficeId
from mapokezi.records.call_notes import CallNotes, Tag
from mapokezi.records.changes import SaveArrival, SaveMessage
from mapokezi.records.message_record import MessageId
from mapokezi.records.tasks import Task, TaskId, TaskKind, TaskState
from mapokezi.stores.call_notes import save_call_notes
from mapokezi.stores.effects import DueEffect
from mapokezi.stores.tasks import open_task

if TYPE_CHECKING:
    from tests.desk.conftest import Desk
    from tests.sample_records import Examples

OpenPage = Callable[[str], str]
HOST = "http://testserver"
TASK = Task(
    task_id=TaskId("m-000000"),
    office_id=OfficeId("law-office"),
    call_id=CallId("c-000000"),
    kind=TaskKind.MESSAGE,
    opened_at=ARRIVED,
    due_at=ARRIVED + timedelta(hours=4),
    message_id=MessageId("m-000000"),
    owner="wanjiku-kamau",
)


def put(desk: Desk, *tasks: Task) -> None:
    for task in tasks:
        desk.portal.call(desk.database.writer.transact, partial(open_task, task=task))


def send(desk: Desk, path: str, **fields: str) -> tuple[int, str]:
    """Send a form; give the status, and where it leads."""
    answer = desk.browser.post(
        path,
        content=urlencode(fields),
        headers={"origin": HOST, "content-type": "application/x-www-form-urlencoded"},
        follow_redirects=False,
    )
    return answer.status_code, answer.headers.get("location", "")


def state_of(desk: Desk, task_id: str = "m-000000") -> Task:
    found = desk.portal.call(desk.database.tasks.get, TaskId(task_id))
    assert found is not None
    return found.task


@pytest.fixture
def left(desk: Desk, examples: Examples) -> Desk:
    """A desk at which a message was left."""
    desk.keep(SaveArrival(examples.arrival()), SaveMessage(examples.message()))
    put(desk, TASK)
    return desk


def test_with_nothing_to_do_it_says_so(text_of: OpenPage) -> None:
    assert "Nothing to do" in text_of("/tasks")
    assert "Nothing done yet" in text_of("/tasks?done")


def test_a_task_stands_with_who_must_act_by_when_and_whom_to_ring(
    left: Desk, text_of: OpenPage
) -> None:
    for path in ("/tasks", "/tasks/m-000000"):
        text = text_of(path)
        assert "Grace Njeri" in text
        assert 'href="tel:+254722000100"' in text
        assert "Wanjiku Kamau" in text
        assert "Fri 20 Nov, 13:30" in text
        assert "late" in text, "it was due on that day"
        assert "The transfer of a plot in Kiambu." in text
        assert "/calls/c-000000" in text


@on_each_database
def test_somebody_takes_it_writes_to_it_and_does_it(left: Desk, text_of: OpenPage) -> None:
    assert send(left, "/tasks/m-000000/take", who="brian-otieno") == (303, "/tasks/m-000000")
    assert state_of(left).taken_by == "brian-otieno"
    assert left.read_at() is not None, "who takes it has read it"
    # Who sits here is remembered.
    words = "No answer.\nI ring again <b>at four</b>."
    status, _ = send(left, "/tasks/m-000000/comments", text=words)
    assert status == 303
    text = text_of("/tasks/m-000000")
    assert "<strong>Brian Otieno</strong>" in text
    assert "I ring again &lt;b&gt;at four&lt;/b&gt;." in text
    assert 'value="brian-otieno" selected' in text
    assert send(left, "/tasks/m-000000/done?list") == (303, "/tasks")
    assert state_of(left).done_by == "brian-otieno"
    assert "done by Brian Otieno" in text_of("/tasks?done")
    assert "Nothing to do" in text_of("/tasks")


@on_each_database
def test_what_somebody_else_has_taken_cannot_be_taken(left: Desk) -> None:
    send(left, "/tasks/m-000000/take", who="brian-otieno")
    answer = left.browser.post(
        "/tasks/m-000000/take", content="who=wanjiku-kamau", headers={"origin": HOST}
    )
    assert answer.status_code == 409
    assert "somebody else has taken this task already" in answer.text
    assert state_of(left).taken_by == "brian-otieno"


def test_what_was_not_done_after_all_is_put_back(left: Desk) -> None:
    send(left, "/tasks/m-000000/done", who="brian-otieno")
    assert send(left, "/tasks/m-000000/put-back")[0] == 303
    assert state_of(left).state is TaskState.OPEN


def test_a_caller_who_left_nothing_is_rung_back_by_the_number_that_rang(
    desk: Desk, examples: Examples, text_of: OpenPage
) -> None:
    desk.keep(SaveArrival(examples.arrival()))
    task_id = TaskId("c-000000.flash")
    put(desk, replace(TASK, task_id=task_id, message_id=None, kind=TaskKind.CALL_BACK, owner=""))
    text = text_of(f"/tasks/{task_id}")
    assert "Call back 0722 000100" in text
    assert "Rang and left nothing." in text
    assert "For anybody of the office" in text
    assert 'href="tel:+254722000100"' in text_of("/tasks")


@on_each_database
def test_more_tasks_are_a_page_away(desk: Desk, text_of: OpenPage) -> None:
    put(desk, *(replace(TASK, task_id=TaskId(f"t-{n:03}"), message_id=None) for n in range(53)))
    first = text_of("/tasks")
    following = first.split('class="more" href="')[1].split('"')[0].replace("&amp;", "&")
    assert first.count("<article") == 50
    assert text_of(following).count("<article") == 3
    assert text_of("/tasks?after=rubbish").count("<article") == 50


@on_each_database
def test_only_one_persons(left: Desk, text_of: OpenPage) -> None:
    assert text_of("/tasks?owner=wanjiku-kamau").count("<article") == 1
    assert text_of("/tasks?owner=brian-otieno").count("<article") == 0


def test_what_is_not_there_or_no_form_of_ours(left: Desk) -> None:
    for deed in ("take", "done", "put-back", "comments"):
        assert send(left, f"/tasks/none/{deed}", text="x")[0] == 404
        assert send(left, f"/tasks/m-000000/{deed}", text="x" * 70_000)[0] == 413
        assert left.browser.get(f"/tasks/m-000000/{deed}").status_code == 405
    assert left.browser.get("/tasks/none").status_code == 404
    many = {f"field{n}": "1" for n in range(30)}
    assert send(left, "/tasks/m-000000/take", **many)[0] == 413
    assert state_of(left).state is TaskState.OPEN


def test_an_empty_comment_is_none(left: Desk) -> None:
    assert send(left, "/tasks/m-000000/comments", text="  ")[0] == 303
    found = left.portal.call(left.database.tasks.get, TaskId("m-000000"))
    assert found is not None
    assert found.comments == ()


def test_another_sites_form_moves_nothing(left: Desk) -> None:
    answer = left.browser.post(
        "/tasks/m-000000/done", headers={"origin": "https://evil.example"}, content="who=x"
    )
    assert answer.status_code == 403
    assert state_of(left).state is TaskState.OPEN


@on_each_database
def test_a_calls_page_has_its_notes_and_its_task(left: Desk, text_of: OpenPage) -> None:
    notes = CallNotes(
        call_id=CallId("c-000000"),
        office_id=OfficeId("law-office"),
        made_at=ARRIVED,
        made_by="my-model",
        language="en",
        lines=("Grace Njeri wants a plot transferred.",),
        tags=(Tag.AFTER_HOURS,),
    )
    left.portal.call(left.database.writer.transact, partial(save_call_notes, notes=notes))
    for path in ("/calls/c-000000", "/tasks/m-000000"):
        assert "Grace Njeri wants a plot transferred." in text_of(path)
    text = text_of("/calls/c-000000")
    assert "after hours" in text
    assert "written by the model profile my-model" in text
    assert '<a href="/tasks/m-000000"><strong>open</strong></a>' in text
    assert '<a href="/tasks/m-000000">open</a>' in text_of("/messages")


def test_a_calls_page_says_what_is_still_to_be_done_and_what_was_given_up(
    left: Desk, text_of: OpenPage
) -> None:
    call_id = CallId("c-000000")
    settle = DueEffect(call_id, "settle", call_id)
    effects = left.database.effects
    left.portal.call(effects.finish, DueEffect(call_id, "note", call_id), ARRIVED)
    left.portal.call(effects.put_off, settle, ARRIVED + timedelta(hours=1), "no_bill_yet")
    left.portal.call(effects.finish, DueEffect(call_id, "event", call_id), ARRIVED, "RuntimeError")
    text = text_of("/calls/c-000000")
    assert "Still to be done: settle (no bill yet, again Fri 20 Nov, 10:30)." in text
    assert "Given up: event (RuntimeError)." in text
    assert "note (" not in text
