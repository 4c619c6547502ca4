"""``mapokezi calls``."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from tests.postgres import on_each_database

from mapokezi.calls import CallId, Outcome
from mapokezi.records.caller_notices import RecordingRefused, RefusedBy
from mapokezi.records.changes import Change, SaveArrival, SaveCost, SaveEnd, SavePlatformCall
from mapokezi.records.ledger import Cost
from mapokezi.units import Milliseconds, Money

if TYPE_CHECKING:
    from tests.cli.conftest import Shell
    from tests.sample_records import Examples

CALL = "c-000000"


def test_before_the_first_start_there_is_no_database_and_it_says_so(shell: Shell) -> None:
    fault = shell.run("calls", "list").fault
    assert "there is no database at" in fault
    assert "mapokezi serve" in fault


@on_each_database
def test_with_no_calls_it_says_so(shell: Shell) -> None:
    shell.keep(())
    assert shell.run("calls", "list").out == "No calls yet.\n"
    assert shell.run("calls", "list", "--outcome", "flash").out == (
        "No call has come to flash yet.\n"
    )


def test_a_call_is_one_line_whole_also_on_a_narrow_terminal(
    shell: Shell, a_call: tuple[Change, ...]
) -> None:
    shell.keep(a_call)
    lines = shell.run("calls", "list").out.splitlines()
    assert len(lines) == 2
    assert lines[0].split() == [
        "call", "arrived", "(UTC)", "caller", "outcome", "length", "estimate", "bill"
    ]  # fmt: skip
    assert lines[1].split() == [
        CALL, "2026-11-20", "06:30:00", "+254722000100", "message", "1:05",
        "KES", "1.25", "not", "yet",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("billed", "said"),
    [(125, ["KES", "1.25"]), (126, ["KES", "1.26"]),
     (300, ["KES", "3.00", "they", "differ", "by", "KES", "1.75"])],
)  # fmt: skip
def test_both_figures_stand_in_the_list_and_a_difference_is_flagged(
    shell: Shell, a_call: tuple[Change, ...], billed: int, said: list[str]
) -> None:
    """A cent is rounding: the flag is for what somebody should look at."""
    shell.keep((*a_call, SaveCost(CallId(CALL), Cost(Money(billed), estimated=False))))
    (line,) = shell.run("calls", "list").out.splitlines()[1:]
    assert line.split()[-len(said) :] == said


@on_each_database
def test_the_list_can_be_cut_and_narrowed(shell: Shell, a_call: tuple[Change, ...]) -> None:
    arrival, end = a_call[0], a_call[-1]
    assert isinstance(arrival, SaveArrival)
    assert isinstance(end, SaveEnd)
    later = CallId("c-000001")
    on_the_line = replace(arrival.record, call_id=later, session_id="HD_2", caller=None)
    shell.keep((*a_call, SaveArrival(on_the_line)))
    whole = shell.run("calls", "list").out
    assert "withheld" in whole
    assert "on the line" in whole
    assert len(shell.run("calls", "list", "--limit", "1").out.splitlines()) == 2
    narrowed = shell.run("calls", "list", "--outcome", Outcome.MESSAGE.value).out
    assert CALL in narrowed
    assert later not in narrowed


def test_an_outcome_that_there_is_not_is_told_with_those_there_are(shell: Shell) -> None:
    said = shell.run("calls", "list", "--outcome", "splendid")
    assert said.code == 2
    assert "resolved" in said.err


@on_each_database
def test_a_call_is_shown_with_all_that_is_known(shell: Shell, a_call: tuple[Change, ...]) -> None:
    shell.keep(a_call)
    text = shell.run("calls", "show", CALL).out
    assert f"{CALL}  +254722000100 → +254209000000" in text
    assert "1:05, outcome message, ended: caller_hung_up, cost about KES 1.25" in text
    assert "1.5  receptionist  Yes, in the basement. Tell the guard.  (parking)" in text
    assert "seconds: caller 9.0, receptionist 8.0, both 0.7, thinking 0.6, dead air 0.1" in text
    assert "message m-000000 for wanjiku-kamau (urgent)" in text
    assert "not sure: name" in text
    assert "passed on to wanjiku-kamau: no_answer" in text
    assert "passed on to the reception: not known" in text
    assert "playout_paused" not in text


def test_what_was_said_is_printed_as_it_was_said_and_on_one_line(
    shell: Shell, a_call: tuple[Change, ...]
) -> None:
    shell.keep(a_call)
    lines = shell.run("calls", "show", CALL).out.splitlines()
    said = "[bold]I have[/bold] a matter with a name so long that sixty columns are few."
    assert any(line.endswith(said) for line in lines)
    assert any("Grace [/red] Njeri" in line for line in lines)
    recording = shell.data_folder / "recordings" / f"{CALL}.wav"
    assert f"recording: {recording}" in lines


def test_the_timeline_is_shown_when_asked_for(shell: Shell, a_call: tuple[Change, ...]) -> None:
    shell.keep(a_call)
    assert (
        "1.25  playout_paused  item_id=i-1 heard_ms=480 "
        in shell.run("calls", "show", CALL, "--timeline").out
    )


@on_each_database
def test_the_last_call_can_be_asked_for_by_that_word(
    shell: Shell, a_call: tuple[Change, ...]
) -> None:
    shell.keep(a_call)
    assert CALL in shell.run("calls", "show", "last").out


def test_a_call_that_is_not_there_is_told(shell: Shell) -> None:
    shell.keep(())
    assert "there is no call nothing" in shell.run("calls", "show", "nothing").fault
    assert "there is no call last" in shell.run("calls", "show", "last").fault


def test_listing_changes_nothing(shell: Shell, a_call: tuple[Change, ...]) -> None:
    shell.keep(a_call)
    database = shell.data_folder / "mapokezi.db"
    before = database.read_bytes()
    shell.run("calls", "list")
    assert database.read_bytes() == before


def test_showing_a_call_changes_nothing_but_the_audit_trail(
    shell: Shell, a_call: tuple[Change, ...]
) -> None:
    def everything() -> dict[str, list[tuple[object, ...]]]:
        with closing(sqlite3.connect(shell.data_folder / "mapokezi.db")) as connection:
            names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            return {
                name: connection.execute(f'SELECT * FROM "{name}"').fetchall()
                for (name,) in names.fetchall()
            }

    shell.keep(a_call)
    before = everything()
    shell.run("calls", "show", "last")
    shell.run("messages", "list")
    after = everything()
    assert len(after.pop("audit_trail")) == len(before.pop("audit_trail")) + 2
    assert after == before


def test_both_ways_of_knowing_the_cost_are_shown_and_a_difference_is_told(
    shell: Shell, a_call: tuple[Change, ...], examples: Examples
) -> None:
    shell.keep(a_call)
    before = shell.run("calls", "show", CALL).out
    assert "phone line: estimate KES 1.25, settled not yet\n" in before
    assert "leg 1, inbound, caller: dead air 0.1 s, KES 0.00" in before
    assert "leg 3, outbound, the reception: talked 25.0 s, KES 1.25" in before
    assert "dead air: 0.1 s, KES 0.00" in before
    assert "differ" not in before
    bill = SaveCost(CallId(CALL), Cost(Money(150), estimated=False))
    shell.keep((bill, SavePlatformCall(examples.platform_call())))
    after = shell.run("calls", "show", CALL).out
    assert "phone line: estimate KES 1.25, settled KES 1.50  they differ by KES 0.25" in after
    assert "the platform counts 65 s from answer to end" in after
    assert "the platform has a recording of 12 s" in after


def test_what_was_put_right_and_what_models_cost_are_shown(
    shell: Shell, a_call: tuple[Change, ...]
) -> None:
    shell.keep(a_call)
    text = shell.run("calls", "show", CALL).out
    assert "put right (price): “It is free.”: It costs two hundred shillings." in text
    assert "put right (emergency): the emergency number was owed" in text
    assert "(not heard)" in text
    assert "voice models: cost not known" in text
    assert "live vendor-live-1 audio_in 1600: price not known" in text


@on_each_database
def test_what_the_caller_was_told_is_shown_with_its_moment(
    shell: Shell, a_call: tuple[Change, ...], examples: Examples
) -> None:
    shell.keep(a_call)
    text = shell.run("calls", "show", CALL).out
    assert "told after 4.0 s (automated, en): “You speak to an automated receptionist.”" in text
    assert "told after 6.2 s (recorded, sw): “Simu hii inarekodiwa.”" in text
    assert "has not heard" not in text
    whole = examples.ended(1)
    at = whole.arrived_at + timedelta(seconds=9)
    refused = RecordingRefused(at, RefusedBy.WORDS, Milliseconds(8_800))
    cut = replace(
        whole, notice=None, notices=whole.notices[:1], recording=None, recording_refused=refused
    )
    shell.keep((SaveArrival(examples.arrival(1)), SaveEnd(cut)))
    text = shell.run("calls", "show", cut.call_id).out
    assert "the caller has not heard all notices" in text
    assert "not recorded: the caller did not want it, after 9.0 s; 8.8 s were removed" in text
    assert "recording: " not in text
