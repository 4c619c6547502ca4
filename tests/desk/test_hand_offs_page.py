"""Who was passed on to whom, how often each is reached, and the switches of who takes calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from tests.postgres import on_each_database

from mapokezi.bridge import clock
from mapokezi.calls import OfficeId
from mapokezi.records.call_record import (
    CallRecord,
    HandOffOutcome,
    HandOffSummary,
    TimelineEntry,
)
from mapokezi.records.changes import SaveArrival, SaveEnd, SaveProgress, SaveTimeline
from mapokezi.records.executors import Executor, Standing, StandingState
from mapokezi.units import Milliseconds

if TYPE_CHECKING:
    from tests.desk.conftest import Desk
    from tests.sample_records import Examples

LAW_OFFICE = OfficeId("law-office")
BRIAN, KEVIN = "brian-otieno", "kevin-barasa"


def tried(
    call: CallRecord, person_id: str, outcome: HandOffOutcome | None, after_s: int = 20
) -> HandOffSummary:
    began = call.arrived_at + timedelta(seconds=after_s)
    ended = began + timedelta(seconds=25) if outcome is not None else None
    talked = Milliseconds(17_000) if outcome is HandOffOutcome.CONNECTED else None
    return HandOffSummary(person_id, "dial", began, outcome, ended, talked)


def keep_calls(desk: Desk, examples: Examples, *calls: tuple[HandOffSummary, ...]) -> None:
    """Ended calls of the last hour, one for each of the tries."""
    now = clock.wall()
    for number, tries in enumerate(calls):
        arrived_at = now - timedelta(minutes=60 - number)
        arrival = replace(examples.arrival(number), arrived_at=arrived_at)
        ended = replace(examples.ended(number), arrived_at=arrived_at, hand_offs=tries)
        desk.keep(SaveArrival(arrival), SaveEnd(ended))


@on_each_database
def test_a_hand_off_is_shown_with_its_steps(
    desk: Desk, examples: Examples, text_of: Callable[[str], str]
) -> None:
    call = examples.arrival()
    busy = tried(call, "wanjiku-kamau", HandOffOutcome.BUSY)
    connected = tried(call, BRIAN, HandOffOutcome.CONNECTED, 40)
    keep_calls(desk, examples, (busy, connected), ())
    step = {"kind": "caller_told", "person_id": BRIAN, "detail": "I am connecting you."}
    entries = (
        TimelineEntry(call.call_id, 0, Milliseconds(21_000), "hand_off_step", step),
        TimelineEntry(
            call.call_id, 1, Milliseconds(22_000), "media_opened", {"person_id": "somebody else"}
        ),
    )
    desk.keep(SaveTimeline(entries))
    text = text_of("/hand-offs")
    assert text.count('<article class="card left') == 1, "a call without hand-offs is none of it"
    assert "Wanjiku Kamau: <strong>busy</strong>" in text
    assert "Brian Otieno: <strong>connected</strong>" in text
    assert "by dialling · 25 s, of these 17 s in talk" in text
    assert "0:21</span> caller told · Brian Otieno: <q>I am connecting you.</q>" in text
    assert "somebody else" not in text.partition("1 step")[2]
    assert "Just now</h2>" not in text


def test_what_is_in_progress_stands_above(
    desk: Desk, examples: Examples, text_of: Callable[[str], str]
) -> None:
    keep_calls(desk, examples, (tried(examples.arrival(), BRIAN, HandOffOutcome.NO_ANSWER),))
    up = replace(examples.arrival(7), arrived_at=clock.wall())
    desk.keep(SaveArrival(up), SaveProgress(replace(up, hand_offs=(tried(up, KEVIN, None),))))
    text = text_of("/hand-offs")
    just_now, before = text.split("Just now</h2>")[1].split("Before</h2>")
    assert "Kevin Barasa: <strong>ringing</strong>" in just_now
    assert "Brian Otieno: <strong>no answer</strong>" in before


@on_each_database
def test_how_often_each_is_reached(
    desk: Desk, examples: Examples, text_of: Callable[[str], str]
) -> None:
    call = examples.arrival()
    answer, busy = HandOffOutcome.CONNECTED, HandOffOutcome.BUSY
    keep_calls(
        desk,
        examples,
        (tried(call, BRIAN, busy), tried(call, BRIAN, answer)),
        (tried(call, BRIAN, busy), tried(call, "", answer)),
    )
    old = replace(examples.ended(9), arrived_at=clock.wall() - timedelta(days=31))
    desk.keep(SaveArrival(old), SaveEnd(replace(old, hand_offs=(tried(old, BRIAN, answer),))))
    rows = text_of("/hand-offs").split("<tr>")
    (brian,) = [row for row in rows if row.startswith(" <td>Brian Otieno")]
    assert "1 of 3" in brian, "what is older than thirty days does not count"
    assert "busy 2" in brian
    (reception,) = [row for row in rows if row.startswith(" <td>the reception")]
    assert "1 of 1" in reception
    (fatuma,) = [row for row in rows if row.startswith(" <td>Fatuma Hassan")]
    assert "not rung" in fatuma


def test_hand_offs_are_listed_page_by_page(
    desk: Desk, examples: Examples, text_of: Callable[[str], str]
) -> None:
    call = examples.arrival()
    keep_calls(desk, examples, *[(tried(call, BRIAN, HandOffOutcome.BUSY),)] * 51)
    first = text_of("/hand-offs")
    assert first.count('<article class="card left') == 50
    (more,) = [part.split('"')[0] for part in first.split('class="more" href="')[1:]]
    second = text_of(more)
    assert second.count('<article class="card left') == 1
    assert "All calls to my mobile" not in second


def post(desk: Desk, path: str, **fields: str) -> tuple[int, str]:
    answer = desk.browser.post(
        f"/hand-offs/law-office/{path}", data=fields, headers={"origin": "http://testserver"}
    )
    return answer.status_code, " ".join(answer.text.split())


@on_each_database
def test_all_calls_to_my_mobile(desk: Desk) -> None:
    state = desk.database.reachability.state
    status, text = post(desk, "forward", to=BRIAN, hours="2", who="mercy-mutua")
    assert status == 200
    assert "<strong>Brian Otieno</strong>, 0700 000102" in text
    assert "by Mercy Mutua" in text
    found = desk.portal.call(state).forwardings[LAW_OFFICE]
    assert (found.to, found.person_id) == ("+254700000102", BRIAN)
    assert found.switched_by == "mercy-mutua"
    assert found.until is not None
    assert found.until - found.switched_at == timedelta(hours=2)
    status, text = post(desk, "answer")
    assert "Off: the receptionist answers." in text
    assert desk.portal.call(state).forwardings == {}
    desk.keep()
    desk.portal.call(desk.database.writer.transact, lambda _connection: None)  # after what is put
    assert ("forwarded_calls", "") in desk.deeds()


def test_all_calls_to_another_number(desk: Desk) -> None:
    post(desk, "forward", to="another", number="0722 000 444")
    found = desk.portal.call(desk.database.reachability.state).forwardings[LAW_OFFICE]
    assert (found.to, found.person_id, found.until) == ("+254722000444", "", None)


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("rubbish", "that is no telephone number"),
        ("+254209000000", "that is the number that callers dial"),
        ("+44 20 7946 0000", "to that country"),
    ],
)
def test_a_number_that_must_not_be_rung_is_refused(desk: Desk, number: str, why: str) -> None:
    status, text = post(desk, "forward", to="another", number=number)
    assert status == 422
    assert why in text
    assert desk.portal.call(desk.database.reachability.state).forwardings == {}


def test_who_has_no_telephone_cannot_be_forwarded_to(desk: Desk) -> None:
    status, _ = post(desk, "forward", to="peter-mwangi")
    assert status == 422


def test_a_switch_whose_time_is_over_is_off(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    post(desk, "forward", to=BRIAN, hours="1")
    later = clock.wall() + timedelta(hours=1)
    monkeypatch.setattr(clock, "wall", lambda: later)
    assert "Off: the receptionist answers." in " ".join(desk.browser.get("/hand-offs").text.split())


@on_each_database
def test_somebody_is_away_and_back(desk: Desk) -> None:
    state = desk.database.reachability.state
    status, text = post(desk, f"people/{BRIAN}", state="away", hours="4")
    assert status == 200
    assert "Brian Otieno is back" in text
    (said,) = desk.portal.call(state).presence
    assert said.person_id == BRIAN
    assert said.is_away(said.said_at + timedelta(hours=3))
    assert not said.is_away(said.said_at + timedelta(hours=4))
    _, text = post(desk, f"people/{BRIAN}", state="available")
    assert "Brian Otieno is away" in text, "the button that says so"
    (said,) = desk.portal.call(state).presence
    assert not said.is_away(said.said_at)


def test_how_each_way_of_passing_on_stands(desk: Desk, text_of: Callable[[str], str]) -> None:
    off = Standing(Executor.DIAL, StandingState.OFF, clock.wall(), "dead air")
    desk.portal.call(desk.database.reachability.set_standing, off)
    text = text_of("/hand-offs")
    assert f"by dialling: {off.in_words}" in text
    assert "in a conference: unproven" in text


@pytest.mark.parametrize("path", ["forward", "answer", "people/brian-otieno"])
def test_other_sites_and_strangers_switch_nothing(desk: Desk, path: str) -> None:
    assert desk.send(f"/hand-offs/law-office/{path}", origin="http://elsewhere") == 403
    assert desk.send(f"/hand-offs/no-office/{path}") == 404
    desk.browser.cookies.clear()
    assert desk.send(f"/hand-offs/law-office/{path}") == 401


def test_nobody_unknown_is_away(desk: Desk) -> None:
    assert desk.send("/hand-offs/law-office/people/nobody") == 404


def test_a_form_that_is_none_of_ours_is_refused(desk: Desk) -> None:
    assert post(desk, "forward", to="x" * 70_000)[0] == 413
