"""The list of calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from tests.postgres import on_each_database

from mapokezi.calls import OfficeId, Outcome
from mapokezi.records.changes import SaveArrival, SaveEnd
from mapokezi.units import E164

if TYPE_CHECKING:
    from tests.desk.conftest import Desk
    from tests.sample_records import Examples

OpenPage = Callable[[str], str]


@on_each_database
def test_with_no_calls_it_says_how_to_get_one(text_of: OpenPage) -> None:
    text = text_of("/")
    assert "No calls yet" in text
    assert "mapokezi call --say" in text
    assert "<table" not in text


@on_each_database
def test_a_call_stands_with_its_hour_number_outcome_length_and_cost(
    desk: Desk, examples: Examples, text_of: OpenPage
) -> None:
    desk.keep(SaveArrival(examples.arrival()), SaveEnd(examples.ended()))
    text = text_of("/")
    assert '<a href="/calls/c-000000">Fri 20 Nov, 09:30</a>' in text
    assert "0722 000100" in text
    assert '<span class="outcome resolved">resolved</span>' in text
    assert ">1:05<" in text
    assert "about KES 1.25" in text


def test_a_call_in_progress_is_on_the_line(
    desk: Desk, examples: Examples, text_of: OpenPage
) -> None:
    desk.keep(SaveArrival(replace(examples.arrival(), caller=None)))
    text = text_of("/")
    assert "on the line" in text
    assert "withheld" in text


def test_a_foreign_caller_stands_with_the_country_s_code(
    desk: Desk, examples: Examples, text_of: OpenPage
) -> None:
    desk.keep(SaveArrival(replace(examples.arrival(), caller=E164("+442079460000"))))
    assert "+44 20 7946 0000" in text_of("/")


@on_each_database
def test_the_latest_call_comes_first(desk: Desk, examples: Examples, text_of: OpenPage) -> None:
    desk.keep(*(SaveArrival(examples.arrival(number)) for number in (0, 2, 1)))
    text = text_of("/")
    places = [text.index(f"/calls/c-{number:06}") for number in (2, 1, 0)]
    assert places == sorted(places)


@on_each_database
def test_an_outcome_narrows_the_list(desk: Desk, examples: Examples, text_of: OpenPage) -> None:
    desk.keep(
        SaveArrival(examples.arrival(0)),
        SaveEnd(examples.ended(0)),
        SaveArrival(examples.arrival(1)),
        SaveEnd(examples.ended(1, Outcome.MESSAGE)),
    )
    text = text_of("/?outcome=message")
    assert "/calls/c-000001" in text
    assert "/calls/c-000000" not in text
    assert '<a href="/?outcome=message" aria-current="true">Message</a>' in text


def test_an_outcome_that_no_call_had_is_not_called_an_empty_desk(
    desk: Desk, examples: Examples, text_of: OpenPage
) -> None:
    desk.keep(SaveArrival(examples.arrival()))
    text = text_of("/?outcome=flash")
    assert "No calls yet" not in text
    assert "No call has come to “flash”" in text


def test_rubbish_in_the_address_is_passed_over(
    desk: Desk, examples: Examples, text_of: OpenPage
) -> None:
    desk.keep(SaveArrival(examples.arrival()))
    for query in ("?outcome=%3Cb%3E", "?older=rubbish", "?older=2026-11-20~", "?older=%00"):
        assert "/calls/c-000000" in text_of(f"/{query}")


@on_each_database
def test_older_calls_are_a_page_away_none_twice_and_none_left_out(
    desk: Desk, examples: Examples, text_of: OpenPage
) -> None:
    desk.keep(*(SaveArrival(examples.arrival(number)) for number in range(53)))
    first = text_of("/")
    link = first.split('class="more" href="')[1].split('"')[0]
    second = text_of(link)
    assert 'class="more"' not in second
    seen = [
        [number for number in range(53) if f"/calls/c-{number:06}" in text]
        for text in (first, second)
    ]
    assert seen == [list(range(3, 53)), list(range(3))]


@on_each_database
def test_turning_the_page_keeps_the_outcome(
    desk: Desk, examples: Examples, text_of: OpenPage
) -> None:
    for number in range(51):
        desk.keep(SaveArrival(examples.arrival(number)), SaveEnd(examples.ended(number)))
    link = text_of("/?outcome=resolved").split('class="more" href="')[1].split('"')[0]
    text = text_of(link.replace("&amp;", "&"))
    assert "/calls/c-000000" in text
    assert '<a href="/?outcome=resolved" aria-current="true">' in text


def test_a_call_of_an_office_that_is_gone_is_still_listed(
    desk: Desk, examples: Examples, text_of: OpenPage
) -> None:
    gone = replace(examples.arrival(), office_id=OfficeId("closed-down"))
    desk.keep(SaveArrival(gone))
    assert "/calls/c-000000" in text_of("/")
