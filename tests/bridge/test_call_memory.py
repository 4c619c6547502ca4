"""Which call a post is about. The posts themselves are tried in `test_calls_in_progress`."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mapokezi.bridge.call_in_progress import CallInProgress
from mapokezi.bridge.call_memory import CallMemory, session_id_of
from mapokezi.calls import CallId, OfficeId
from mapokezi.receptionist.office import Office
from mapokezi.telephony.callbacks import CallState, VoiceCallback
from mapokezi.telephony.visit import Visit
from mapokezi.units import E164

OURS, AMINA = E164("+254209000000"), E164("+254722000001")
OFFICE = Office(id=OfficeId("law"), name="Law", numbers=(OURS,), greeting="Hello", notice="Notice")
OVER = VoiceCallback(state=CallState.COMPLETED, state_text="Completed", is_active=False)


def call(number: int, caller: E164 | None = AMINA, session_id: str = "") -> CallInProgress:
    """A call that is offered a stream."""
    call_id = CallId(f"call-{number}")
    visit = Visit()
    visit.receive(VoiceCallback(), 0.0)
    told = VoiceCallback(session_id=session_id)
    return CallInProgress(
        call_id=call_id,
        session_id=session_id_of(told, call_id),
        caller=caller,
        dialled=OURS,
        office=OFFICE,
        arrived_at=datetime(2026, 11, 22, 8, 15, tzinfo=UTC),
        arrived_mono=0.0,
        first_state=CallState.RINGING,
        visit=visit,
    )


def memory_of(*calls: CallInProgress, most: int = 100) -> CallMemory:
    memory = CallMemory(remembered_s=60.0, most_remembered=most)
    for each in calls:
        memory.keep(each)
    return memory


def test_the_signed_body_counts_before_the_url() -> None:
    first, second = call(1, session_id="HD_1"), call(2, session_id="HD_2")
    memory = memory_of(first, second)
    assert memory.meant_by(VoiceCallback(session_id="HD_1")) is first
    assert memory.meant_by(VoiceCallback(session_id="HD_1"), "call-2") is first
    assert memory.meant_by(VoiceCallback(session_id="HD_1"), "call-9") is first
    assert memory.meant_by(VoiceCallback(session_id="HD_9"), "call-2") is second
    assert memory.meant_by(VoiceCallback(), "call-2") is second
    assert memory.meant_by(VoiceCallback(session_id="HD_9")) is None


def test_a_call_is_known_by_both_of_the_platforms_ids_once_they_were_told() -> None:
    uuid = "0193a5f2-7c11-7d3a-9b1e-2f6d8a4c0e55"
    first = call(1, session_id="HD_1")
    memory = memory_of(first)
    of_the_row = VoiceCallback(session_id=uuid, call_uuid=uuid)
    assert memory.meant_by(of_the_row) is None
    assert memory.meant_by(VoiceCallback(session_id="HD_1", call_uuid=uuid)) is first
    assert memory.meant_by(of_the_row) is first
    first.visit.end()
    memory.forget_old(now=100.0)
    assert memory.meant_by(of_the_row) is None
    other = call(2, session_id="HD_2")
    memory.keep(other, uuid)
    assert memory.meant_by(of_the_row) is other


def test_a_post_without_an_id_is_about_the_newest_call_that_fits() -> None:
    first, second = call(1), call(2)
    memory = memory_of(first, second, call(3, session_id="HD_3"))
    assert memory.meant_by(VoiceCallback(caller=AMINA, dialled=OURS)) is second
    assert memory.meant_by(OVER) is None, "it could be about either"
    second.visit.end()
    assert memory.meant_by(OVER) is first
    assert memory.meant_by(VoiceCallback()) is None, "another caller who withholds the number"


def test_what_is_over_is_forgotten_in_time_or_when_there_is_too_much_of_it() -> None:
    over, live = call(1, session_id="HD_1"), call(2, session_id="HD_2")
    over.visit.end()
    memory = memory_of(over, live)
    memory.forget_old(60.0)
    assert memory.all == [over, live]
    memory.forget_old(61.0)
    assert memory.all == [live], "a call that is not over is never forgotten"
    assert memory.meant_by(VoiceCallback(session_id="HD_1")) is None
    crowded = memory_of(over, live, most=1)
    crowded.forget_old(0.0)
    assert crowded.live == crowded.all == [live]


def test_a_call_that_must_be_known() -> None:
    memory = memory_of(call(1))
    assert memory.known(CallId("call-1")).call_id == "call-1"
    with pytest.raises(KeyError):
        memory.known(CallId("call-2"))


def test_calls_of_before_our_start_are_known_by_the_platforms_id() -> None:
    memory = memory_of()
    memory.know_of_before(["HD_old"])
    assert memory.is_of_before(VoiceCallback(session_id="HD_old"))
    assert not memory.is_of_before(VoiceCallback())


def test_calls_that_are_long_over_are_known_for_a_week_of_calls() -> None:
    first = call(1, session_id="HD_1")
    memory = memory_of(first)
    first.visit.end()
    about = VoiceCallback(session_id="HD_1")
    assert not memory.is_past(about)
    memory.forget_old(now=100.0)
    assert memory.meant_by(about) is None
    assert memory.is_past(about)
    memory.know_past(f"HD_of_last_week_{n}" for n in range(49_999))
    assert memory.is_past(about)
    memory.know_past(["HD_one_too_many"])
    assert not memory.is_past(about)


def test_a_call_that_was_cut_off_is_not_past() -> None:
    memory = memory_of()
    memory.know_of_before(["HD_cut"])
    memory.know_past(["HD_cut", "HD_over"])
    assert not memory.is_past(VoiceCallback(session_id="HD_cut"))
    assert memory.is_past(VoiceCallback(session_id="HD_over"))
    assert not memory.is_past(VoiceCallback())
