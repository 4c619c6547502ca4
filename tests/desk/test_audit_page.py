"""The audit trail: who has looked at what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tests.postgres import on_each_database

from mapokezi.desk.door import COOKIE
from mapokezi.desk.trail import DeskTrail, label_of
from mapokezi.records.audit import AuditEntry, Deed
from mapokezi.records.changes import Change, NoteDeed

if TYPE_CHECKING:
    from tests.desk.conftest import Desk
    from tests.sample_records import Examples

AT = datetime(2026, 11, 20, 6, 30, tzinfo=UTC)


def test_with_nothing_on_it_it_says_so(text_of: Callable[[str], str]) -> None:
    assert "Nothing yet" in text_of("/audit")


@on_each_database
def test_who_opens_a_call_or_the_messages_stands_there(
    desk: Desk, examples: Examples, text_of: Callable[[str], str]
) -> None:
    desk.keep(*examples.whole_call())
    for path in ("/calls/c-000000", "/calls/c-000000", "/messages", "/calls/none", "/"):
        desk.browser.get(path)
    desk.keep(*examples.whole_call())  # behind what waits to be written
    assert sorted(desk.deeds()) == [("read_call", "c-000000"), ("read_messages", "")]
    page = text_of("/audit")
    assert "read call" in page
    assert f"desk {label_of(desk.browser.cookies[COOKIE])}" in page


@on_each_database
def test_it_is_read_page_by_page_and_by_subject(desk: Desk, text_of: Callable[[str], str]) -> None:
    for number in range(60):
        at = AT + timedelta(minutes=number)
        subject = f"c-{number % 2}"
        entry = AuditEntry(f"a-{number:02}", at, "command jane", Deed.LISTENED, subject)
        desk.keep(NoteDeed(entry))
    page = text_of("/audit")
    assert page.count("<tr>") == 51
    assert "Earlier" in page
    only = text_of("/audit?subject=c-1")
    assert only.count(">c-1</a>") == 30
    assert ">c-0</a>" not in only
    assert "Earlier" not in only
    assert text_of("/audit?older=rubbish").count("<tr>") == 51


def test_the_same_deed_of_a_visit_counts_once_in_ten_minutes() -> None:
    noted: list[NoteDeed] = []

    class Keeper:
        def put(self, change: Change) -> None:
            assert isinstance(change, NoteDeed)
            noted.append(change)

    now = [0.0]
    trail = DeskTrail(Keeper(), lambda: now[0])  # type: ignore[arg-type]
    for now[0] in (0.0, 1.0, 599.0):
        trail.note("cookie", Deed.LISTENED, "c-1", called="Brian\n Otieno")
    trail.note("cookie", Deed.READ_CALL, "c-1")
    trail.note("another", Deed.LISTENED, "c-1")
    now[0] = 601.0
    trail.note("cookie", Deed.LISTENED, "c-1", called="Brian Otieno")
    who = [change.entry.who for change in noted]
    assert who[0] == who[3] == f"desk {label_of('cookie')} Brian Otieno"
    assert who[1:3] == [f"desk {label_of('cookie')}", f"desk {label_of('another')}"]
    assert "cookie" not in " ".join(who)
