"""Messages, and the button that says they were read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from tests.postgres import on_each_database

from mapokezi.calls import OfficeId
from mapokezi.records.changes import MarkMessage, SaveArrival, SaveMessage
from mapokezi.records.message_record import MessageId

if TYPE_CHECKING:
    from tests.desk.conftest import Desk
    from tests.sample_records import Examples

OpenPage = Callable[[str], str]


def test_with_no_messages_it_says_so(text_of: OpenPage) -> None:
    assert "No messages yet" in text_of("/messages")


@on_each_database
def test_a_message_stands_with_all_that_was_left(
    desk: Desk, examples: Examples, text_of: OpenPage
) -> None:
    desk.keep(*examples.whole_call())
    desk.keep(SaveMessage(replace(examples.message(), urgent=False, unsure=())))
    text = text_of("/messages")
    assert "<strong>Grace Njeri</strong>" in text
    assert '<a href="tel:+254722000100">0722 000100</a>' in text
    assert "The transfer of a plot in Kiambu." in text
    assert "For Wanjiku Kamau" in text
    assert "best time: tomorrow at ten" in text
    assert "Fri 20 Nov, 09:30" in text
    assert '<a href="/calls/c-000000">the call</a>' in text
    assert "not sure" not in text
    assert "urgent" not in text


def test_what_is_not_sure_is_marked_where_it_stands(
    desk: Desk, examples: Examples, text_of: OpenPage
) -> None:
    unsure = replace(
        examples.message(), unsure=("name", "number", "reason", "best_time"), urgent=True
    )
    desk.keep(SaveMessage(unsure))
    text = text_of("/messages")
    assert text.count('<span class="unsure">not sure</span>') == 4
    assert '<article class="card left urgent">' in text


def test_a_number_that_was_only_half_heard_is_no_link(
    desk: Desk, examples: Examples, text_of: OpenPage
) -> None:
    desk.keep(SaveMessage(replace(examples.message(), number="0722 something")))
    desk.keep(SaveMessage(replace(examples.message(1), number="", name="", reason="")))
    text = text_of("/messages")
    assert "tel:" not in text
    assert "0722 something" in text
    assert "no number" in text
    assert "Name not given" in text
    assert "No reason given." in text


def test_a_message_for_nobody_in_particular_is_for_the_office(
    desk: Desk, examples: Examples, text_of: OpenPage
) -> None:
    desk.keep(SaveMessage(examples.message(for_person="")))
    assert "For the office" in text_of("/messages")


def test_a_message_of_an_office_that_is_gone_is_still_shown(
    desk: Desk, examples: Examples, text_of: OpenPage
) -> None:
    desk.keep(SaveMessage(replace(examples.message(), office_id=OfficeId("closed-down"))))
    assert "Grace Njeri" in text_of("/messages")


@on_each_database
def test_unread_messages_are_counted_on_every_page_until_they_are_read(
    desk: Desk, examples: Examples, text_of: OpenPage
) -> None:
    desk.keep(SaveMessage(examples.message()), SaveMessage(examples.message(1)))
    count = '<span class="count">{}</span>'
    for path in ("/", "/messages"):
        assert count.format(2) in text_of(path)
    assert desk.send("/messages/m-000000/read") == 303
    assert count.format(1) in text_of("/")
    assert desk.send("/messages/m-000001/read") == 303
    assert 'class="count"' not in text_of("/")
    assert "Mark as read" not in text_of("/messages")
    assert desk.read_at("m-000000") is not None


def test_the_button_leads_back_to_the_page_it_was_on(desk: Desk, examples: Examples) -> None:
    desk.keep(*examples.whole_call())
    for path in ("/messages", "/calls/c-000000"):
        text = desk.browser.get(path).text
        action = text.split('method="post" action="/messages')[1].split('"')[0]
        answer = desk.browser.post(
            f"/messages{action}", headers={"origin": "http://testserver"}, follow_redirects=False
        )
        assert answer.headers["location"] == path
        desk.keep(MarkMessage(MessageId("m-000000"), None))


def test_a_message_that_is_not_there_is_said_so(desk: Desk) -> None:
    assert desk.send("/messages/none/read") == 404


def test_reading_needs_the_button(desk: Desk, examples: Examples) -> None:
    desk.keep(SaveMessage(examples.message()))
    assert desk.browser.get("/messages/m-000000/read").status_code == 405
    assert desk.read_at() is None


@on_each_database
def test_older_messages_are_a_page_away(desk: Desk, examples: Examples, text_of: OpenPage) -> None:
    desk.keep(SaveArrival(examples.arrival()))
    desk.keep(
        *(
            SaveMessage(replace(examples.message(number), reason=f"Matter {number}."))
            for number in range(52)
        )
    )
    first = text_of("/messages")
    second = text_of(first.split('class="more" href="')[1].split('"')[0])
    assert first.count("<article") == 50
    assert second.count("<article") == 2
    assert "Matter 0." in second
    assert "Matter 1." in second
    assert text_of("/messages?older=rubbish") == first
