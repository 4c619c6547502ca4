"""Who was told, on the desk: with each call, in a list, one by one; and the button."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest
from starlette.applications import Starlette
from tests.postgres import on_each_database
from tests.sample_notices import NOW, as_notice, planned

from mapokezi.calls import CallId
from mapokezi.desk.notices_page import together
from mapokezi.desk.pages import state_of
from mapokezi.records.notices import NoticeId, NoticeState, WayKind

if TYPE_CHECKING:
    from tests.desk.conftest import Desk
    from tests.sample_records import Examples

OpenPage = Callable[[str], str]
LATER = NOW + timedelta(minutes=1)


def plan(desk: Desk, number: int = 1, **changes: Any) -> NoticeId:
    """Plan a notice of the first call."""
    one = planned(number, call_id=CallId("c-000000"), **changes)
    desk.portal.call(desk.database.notice_book.plan, [one])
    return one.notice_id


def fail(desk: Desk, number: int = 1, why: str = "its service answered 401") -> NoticeId:
    """Have an attempt at a notice fail for good."""
    book, key = desk.database.notice_book, planned(number).key
    desk.portal.call(book.begin_attempt, key, LATER)
    desk.portal.call(book.failed, key, LATER, why, None)
    return planned(number).notice_id


def test_a_calls_page_tells_who_was_told_and_what_became_of_it(
    desk: Desk, examples: Examples, text_of: OpenPage
) -> None:
    desk.keep(*examples.whole_call())
    plan(desk)
    plan(desk, 2, person_id=None, way="sms", address="+254722000100")
    plan(
        desk, 3, person_id=None, way="webhook", way_kind=WayKind.WEBHOOK, address="case-files",
        urgent=True,
    )  # fmt: skip
    desk.portal.call(desk.database.notice_book.begin_attempt, planned().key, LATER)
    desk.portal.call(desk.database.notice_book.sent, planned().key, LATER)
    text = text_of("/calls/c-000000")
    assert "Who was told" in text
    assert "<strong>Wanjiku Kamau</strong> by sms:" in text
    assert '">sent</a> Fri 20 Nov, 09:31' in text
    assert "<strong>The caller</strong> by sms" in text
    urgent = '<span class="outcome failed">urgent</span>'
    assert f"<strong>case-files</strong> {urgent} by webhook" in text
    assert "Send again" not in text


def test_a_call_of_which_nobody_was_told_says_nothing(
    desk: Desk, examples: Examples, text_of: OpenPage
) -> None:
    desk.keep(*examples.whole_call())
    assert "Who was told" not in text_of("/calls/c-000000")


@on_each_database
def test_a_failed_one_can_be_sent_again_from_the_calls_page(
    desk: Desk, examples: Examples, text_of: OpenPage
) -> None:
    desk.keep(*examples.whole_call())
    plan(desk)
    notice_id = fail(desk)
    text = text_of("/calls/c-000000")
    assert "failed</a>: its service answered 401" in text
    form = f'action="/notices/{notice_id}/resend?back=call"'
    assert form in text
    answer = desk.browser.post(
        f"/notices/{notice_id}/resend?back=call",
        headers={"origin": "http://testserver"},
        follow_redirects=False,
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/calls/c-000000")
    found = desk.portal.call(desk.database.notice_book.get, notice_id)
    assert found is not None
    assert found.state is NoticeState.WAITING
    assert "to be tried again" in text_of("/calls/c-000000")


@pytest.mark.parametrize(
    ("back", "leads_to"),
    [
        ("notice", "/notices/{}"),
        ("trouble", "/notices?trouble"),
        ("", "/notices"),
        ("x", "/notices"),
    ],
)
def test_the_button_leads_back_to_its_page(desk: Desk, back: str, leads_to: str) -> None:
    notice_id = plan(desk)
    answer = desk.browser.post(
        f"/notices/{notice_id}/resend",
        params={"back": back},
        headers={"origin": "http://testserver"},
        follow_redirects=False,
    )
    assert answer.headers["location"] == leads_to.format(notice_id)


def test_another_sites_form_sends_nothing(desk: Desk) -> None:
    plan(desk)
    notice_id = fail(desk)
    assert desk.send(f"/notices/{notice_id}/resend", origin="https://evil.example") == 403
    found = desk.portal.call(desk.database.notice_book.get, notice_id)
    assert found is not None
    assert found.state is NoticeState.FAILED


def test_nobody_gets_in_without_the_link(outside: Desk) -> None:
    for path in ("/notices", "/notices/notice-1"):
        assert outside.browser.get(path).status_code == 401
    assert outside.send("/notices/notice-1/resend") == 401


def test_the_list_puts_notices_of_one_thing_together(desk: Desk, text_of: OpenPage) -> None:
    assert "Nobody was told of anything yet" in text_of("/notices")
    plan(desk, 1, title="Message from Grace <b>Njeri</b>")
    plan(desk, 2, title="Message from Grace <b>Njeri</b>", way="email")
    text = text_of("/notices")
    assert text.count("Message from Grace &lt;b&gt;Njeri&lt;/b&gt;") == 1
    assert 'href="/calls/c-000000"' in text


@on_each_database
def test_what_is_in_trouble_can_be_looked_at_alone(desk: Desk, text_of: OpenPage) -> None:
    assert "Nothing is in trouble" in text_of("/notices?trouble")
    plan(desk, 1, title="First")
    plan(desk, 2, title="Second")
    fail(desk)
    text = text_of("/notices?trouble")
    assert "In trouble (1)" in text
    assert "First" in text
    assert "Second" not in text


@on_each_database
def test_the_list_turns_its_pages(desk: Desk, text_of: OpenPage) -> None:
    for number in range(60):
        plan(desk, number, title=f"Number {number}.")
    text = text_of("/notices")
    assert "Number 59." in text
    assert "Number 9." not in text
    older = text.split('class="more" href="')[1].split('"')[0].replace("&amp;", "&")
    assert "Number 9." in text_of(older)
    assert "Number 59." in text_of("/notices?older=nonsense")


@on_each_database
def test_one_notice_shows_its_words_and_each_attempt(desk: Desk, text_of: OpenPage) -> None:
    notice_id = plan(desk, text="Grace & <i>co</i>\nrang.")
    book = desk.database.notice_book
    desk.portal.call(book.begin_attempt, planned().key, LATER)
    assert "None yet" not in text_of(f"/notices/{notice_id}")
    desk.portal.call(book.free_left_open, LATER)
    desk.portal.call(book.begin_attempt, planned().key, LATER)
    desk.portal.call(book.sent, planned().key, LATER, "HTTP 200")
    text = text_of(f"/notices/{notice_id}")
    assert "Grace &amp; &lt;i&gt;co&lt;/i&gt; rang." in text
    assert "no word" in text
    assert "sent, as a repeat" in text
    assert "HTTP 200" in text
    assert "worded as a repeat" in text


def test_what_the_operator_has_to_mend_stands_above_the_lists(
    desk: Desk, text_of: OpenPage
) -> None:
    says = 'MAPOKEZI_WAY_SMS_URL: the way "sms" has no account'
    for path in ("/notices", "/tasks"):
        assert "For the operator" not in text_of(path)
    app = cast("Starlette", desk.browser.app)
    app.state.parts = replace(app.state.parts, troubles=lambda: (says,))
    for path in ("/notices", "/tasks"):
        assert "MAPOKEZI_WAY_SMS_URL: the way" in text_of(path)


def test_what_is_not_there_is_told(desk: Desk) -> None:
    assert desk.browser.get("/notices/notice-0").status_code == 404
    assert desk.send("/notices/notice-0/resend") == 404


@pytest.mark.parametrize("state", NoticeState)
def test_each_state_has_a_word(state: NoticeState) -> None:
    assert state_of(as_notice(planned(), state=state))


def test_notices_of_another_call_stand_apart() -> None:
    found = together(
        [as_notice(planned(n, title="A", call_id=CallId(call))) for n, call in enumerate("aab")]
    )
    assert [len(group.notices) for group in found] == [2, 1]
