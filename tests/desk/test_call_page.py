"""One call: what was said, left, done, and how long it took."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.postgres import on_each_database

from mapokezi.calls import CallId, OfficeId, Termination, TerminationReason, TerminationResult
from mapokezi.records.call_record import HandOffSummary
from mapokezi.records.caller_notices import RecordingRefused, RefusedBy
from mapokezi.records.changes import (
    SaveArrival,
    SaveCost,
    SaveEnd,
    SaveMessage,
    SavePlatformCall,
    SaveProgress,
    SaveTimeline,
    SaveTurn,
)
from mapokezi.records.ledger import Cost
from mapokezi.records.model_usage import ModelUsage
from mapokezi.units import Milliseconds, Money

if TYPE_CHECKING:
    from tests.desk.conftest import Desk
    from tests.sample_records import Examples

OpenPage = Callable[[str], str]
CALL = "/calls/c-000000"


@on_each_database
def test_the_conversation_stands_as_it_was_heard(
    desk: Desk, examples: Examples, text_of: OpenPage
) -> None:
    desk.keep(*examples.whole_call())
    text = text_of(CALL)
    assert text.index("Good day.") < text.index("I want to leave a message.")
    assert '<del title="not heard: the caller cut in">How can I help you?</del>' in text
    assert '<span class="at">1:01</span>' in text


def test_a_fact_stands_beside_the_words_with_its_source(
    desk: Desk, examples: Examples, text_of: OpenPage
) -> None:
    desk.keep(*examples.whole_call())
    text = text_of(CALL)
    assert 'title="facts.md, line' in text
    assert ">Parking<" in text
    assert ">no-longer-there<" in text


@on_each_database
def test_message_hand_off_seconds_and_end_are_there(
    desk: Desk, examples: Examples, text_of: OpenPage
) -> None:
    desk.keep(*examples.whole_call())
    text = text_of(CALL)
    assert "Grace Njeri" in text
    assert "Passed to Wanjiku Kamau: <strong>no answer</strong>" in text
    assert "caller 9.0 s" in text
    assert "silence 0.1 s" in text
    assert "Ended: caller hung up" in text
    assert "HD_000000" in text
    assert "playout paused" in text
    assert "heard_ms 480" in text


def test_both_ways_of_knowing_the_cost_stand_beside_each_other(
    desk: Desk, examples: Examples, text_of: OpenPage
) -> None:
    desk.keep(*examples.whole_call())
    before = text_of(CALL)
    assert '<td>Our estimate</td><td class="number">KES 1.25</td>' in before
    assert '<td>The platform\'s bill</td><td class="number">not there yet</td>' in before
    assert '<td>Dead air</td><td class="number">0.1 s, KES 0.00</td>' in before
    assert "<td>the reception</td><td>talked</td>" in before
    assert "They differ" not in before
    bill = SaveCost(CallId("c-000000"), Cost(Money(150), estimated=False))
    desk.keep(bill, SavePlatformCall(examples.platform_call()))
    after = text_of(CALL)
    assert '<td>The platform\'s bill</td><td class="number">KES 1.50</td>' in after
    assert "<strong>by KES 0.25</strong>" in after
    assert '<td class="number">65 s</td>' in after
    assert "The platform has a recording of 12 s." in after


def test_the_bar_is_as_long_as_the_conversation(
    desk: Desk, examples: Examples, text_of: OpenPage
) -> None:
    desk.keep(*examples.whole_call())
    widths = [float(part.split('"')[0]) for part in text_of(CALL).split(' width="')[2:]]
    assert len(widths) == 5
    assert abs(sum(widths) - 1000) < 0.01


def test_a_call_that_has_just_come_shows_what_there_is(
    desk: Desk, examples: Examples, text_of: OpenPage
) -> None:
    desk.keep(SaveArrival(examples.arrival()))
    text = text_of(CALL)
    assert "on the line" in text
    assert "Nothing was said yet." in text
    assert "Timeline" not in text
    assert "<audio" not in text
    assert "Where the time went" not in text


def test_a_hand_off_that_rings_says_so(desk: Desk, examples: Examples, text_of: OpenPage) -> None:
    arrival = examples.arrival()
    ringing = (HandOffSummary("", "dial", arrival.arrived_at),)
    desk.keep(SaveArrival(arrival), SaveProgress(replace(arrival, hand_offs=ringing)))
    assert "Passed to the reception: <strong>ringing</strong>" in text_of(CALL)


def test_a_hand_off_of_which_nothing_was_told_does_not_ring_for_ever(
    desk: Desk, examples: Examples, text_of: OpenPage
) -> None:
    ended = examples.ended()
    rang = (HandOffSummary("", "dial", ended.arrived_at),)
    desk.keep(SaveArrival(examples.arrival()), SaveEnd(replace(ended, hand_offs=rang)))
    assert "Passed to the reception: <strong>not known</strong>" in text_of(CALL)


def test_beside_a_recording_stands_what_it_leaves_out(
    desk: Desk, examples: Examples, text_of: OpenPage
) -> None:
    recorded = examples.recorded(desk.data_folder)
    desk.keep(SaveArrival(examples.arrival()), SaveEnd(recorded))
    assert "while the caller was passed on is not recorded" in text_of(CALL)
    desk.keep(SaveEnd(replace(recorded, hand_offs=())))
    assert "is not recorded" not in text_of(CALL)


def test_the_operator_s_words_on_the_end_are_shown(
    desk: Desk, examples: Examples, text_of: OpenPage
) -> None:
    lost = Termination(TerminationResult.FAILED, TerminationReason.MEDIA_LOST, "went on")
    desk.keep(SaveArrival(examples.arrival()), SaveEnd(replace(examples.ended(), termination=lost)))
    assert "Ended: media lost (went on)" in text_of(CALL)


def test_what_callers_say_is_words_and_never_markup(
    desk: Desk, examples: Examples, text_of: OpenPage
) -> None:
    evil = "<script>alert(1)</script>\"'&"
    hurt = replace(
        examples.message(),
        name=evil,
        number=f"+{evil}",
        reason=evil,
        best_time=evil,
        for_person=evil,
        unsure=(evil,),
    )
    desk.keep(
        SaveArrival(examples.arrival()),
        SaveTurn(examples.turn(text=evil, unheard=evil)),
        SaveTurn(replace(examples.turn(number=1, text=evil), fact_ids=(evil,))),
        SaveTimeline((replace(examples.entry(), what=evil, values={evil: evil}),)),
        SaveMessage(hurt),
    )
    for path in (CALL, "/messages"):
        text = text_of(path)
        assert "<script" not in text
        assert "&lt;script&gt;alert(1)" in text


def test_a_call_that_is_not_there_is_said_so(desk: Desk) -> None:
    for path in ("/calls/none", "/calls/%3Cb%3E", "/calls/c-000000"):
        answer = desk.browser.get(path)
        assert answer.status_code == 404
        assert "There is no such call" in answer.text


def test_a_call_of_an_office_that_is_gone_is_still_shown(
    desk: Desk, examples: Examples, text_of: OpenPage
) -> None:
    gone = OfficeId("closed-down")
    desk.keep(
        SaveArrival(replace(examples.arrival(), office_id=gone)),
        SaveEnd(replace(examples.ended(), office_id=gone)),
    )
    assert "Passed to the reception" in text_of(CALL)


@on_each_database
def test_a_player_is_shown_if_the_recording_is_there(
    desk: Desk, examples: Examples, text_of: OpenPage
) -> None:
    recorded = examples.recorded(desk.data_folder)
    desk.keep(SaveArrival(examples.arrival()), SaveEnd(recorded))
    assert f'src="{CALL}/recording"' in text_of(CALL)
    (desk.data_folder / "recordings" / "c-000000.wav").unlink()
    assert "<audio" not in text_of(CALL)


def test_what_was_said_can_be_heard_from_its_second(
    desk: Desk, examples: Examples, text_of: OpenPage
) -> None:
    """Turns count from the call's arrival, the recording from when the caller's sound came."""
    opened = replace(examples.entry(), at_ms=Milliseconds(1_200), what="media_opened")
    said = replace(examples.turn(number=1, ours=False), started_ms=Milliseconds(61_300))
    desk.keep(
        SaveArrival(examples.arrival()),
        SaveTurn(examples.turn()),
        SaveTurn(said),
        SaveTimeline((opened, replace(opened, number=1, at_ms=Milliseconds(40_000)))),
        SaveEnd(examples.ended()),
    )
    assert "?from=" not in text_of(CALL)
    desk.kept_recording(seconds=65.0)
    text = text_of(CALL)
    assert f'href="{CALL}?from=0.0#heard"' in text  # begun before the sound
    assert f'href="{CALL}?from=60.1#heard" title="Hear it from here">1:01<' in text
    assert "The recording, 1:05:" in text
    assert "autoplay" not in text
    assert f'controls autoplay src="{CALL}/recording#t=60.1"' in text_of(f"{CALL}?from=60.1")
    for rubbish in ("-1", "x", "nan", "inf", "1e9", '1"onload="'):
        assert "autoplay" not in text_of(f"{CALL}?from={rubbish}")


@on_each_database
def test_what_was_put_right_stands_there(desk: Desk, examples: Examples, text_of: OpenPage) -> None:
    desk.keep(*examples.whole_call())
    text = text_of(CALL)
    assert "<strong>price</strong>: the voice said <q>It is free.</q>" in text
    assert "The caller was told: <q>It costs two hundred shillings.</q>" in text
    assert "<strong>emergency</strong>. The caller has not heard: <q>Please dial 9 9 9.</q>" in text


def test_what_voice_models_cost_stands_there_and_what_is_not_known(
    desk: Desk, examples: Examples, text_of: OpenPage
) -> None:
    desk.keep(*examples.whole_call())
    text = text_of(CALL)
    assert "Cost: <strong>not known</strong>" in text
    assert "<td>vendor-live-1</td><td>audio in</td>" in text
    assert "<td>model not told</td><td>transcribed ms</td>" in text
    assert text.count("price not known") == 3


def test_without_models_there_is_no_bill(desk: Desk, examples: Examples, text_of: OpenPage) -> None:
    desk.keep(SaveEnd(replace(examples.ended(), model_usage=(), claims=())))
    text = text_of(CALL)
    assert "Voice models" not in text
    assert "Put right" not in text


def test_a_model_that_counts_nothing_is_not_free(
    desk: Desk, examples: Examples, text_of: OpenPage
) -> None:
    desk.keep(SaveEnd(replace(examples.ended(), model_usage=(ModelUsage("own", ""),), claims=())))
    text = text_of(CALL)
    assert "Cost: <strong>not known</strong>" in text
    assert "<td>own</td><td>model not told</td><td>not counted</td>" in text


@on_each_database
def test_what_the_caller_was_told_stands_with_its_moment(
    desk: Desk, examples: Examples, text_of: OpenPage
) -> None:
    desk.keep(*examples.whole_call())
    text = text_of(CALL)
    assert (
        '<span class="at">0:06</span> <strong>recorded</strong> (sw): '
        "<q>Simu hii inarekodiwa.</q>" in text
    )
    assert "before the caller had heard all" not in text
    ended = examples.ended()
    at = ended.arrived_at + timedelta(seconds=9)
    refused = RecordingRefused(at, RefusedBy.VOICE, Milliseconds(8_800))
    desk.keep(
        SaveEnd(
            replace(
                ended,
                notice=None,
                notices=ended.notices[:1],
                recording=None,
                recording_refused=refused,
            )
        )
    )
    text = text_of(CALL)
    assert "The caller did not want to be recorded (0:09)" in text
    assert "9 s of it were removed" in text
    assert "The call was over before the caller had heard all of it." in text
    assert "<audio" not in text


def test_a_call_of_which_none_was_heard_says_so(
    desk: Desk, examples: Examples, text_of: OpenPage
) -> None:
    desk.keep(*examples.whole_call())
    desk.keep(SaveEnd(replace(examples.ended(), notice=None, notices=())))
    assert "The caller heard none of the notices." in text_of(CALL)


def test_a_call_that_we_placed_leads_to_the_flash(
    desk: Desk, examples: Examples, text_of: OpenPage
) -> None:
    flash = SaveArrival(examples.arrival())
    desk.keep(flash)
    back = replace(examples.ended(1), rings_back=flash.call_id)
    desk.keep(SaveArrival(back), SaveEnd(back))
    assert f'href="{CALL}"' in text_of("/calls/c-000001")
    assert "asked to be called back" not in text_of(CALL)
