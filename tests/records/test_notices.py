"""What a notice is."""

from __future__ import annotations

from datetime import timedelta, timezone

import pytest
from tests.sample_notices import NOW, as_notice, planned

from mapokezi.notify.sender import SenderSettings
from mapokezi.records.notices import LEASE, NoticeState, WayKind, notice_id_of


def test_a_key_always_gives_the_same_id_and_two_keys_two() -> None:
    assert notice_id_of("a:b:c:0") == notice_id_of("a:b:c:0") == planned(key="a:b:c:0").notice_id
    assert notice_id_of("a:b:c:0") != notice_id_of("a:b:c:1")
    assert notice_id_of("a:b:c:0").startswith("notice-")


def test_instants_must_be_in_utc() -> None:
    in_nairobi = NOW.astimezone(timezone(timedelta(hours=3)))
    with pytest.raises(ValueError, match=r"PlannedNotice\.not_before"):
        planned(not_before=in_nairobi)
    with pytest.raises(ValueError, match=r"PlannedNotice\.planned_at"):
        planned(planned_at=in_nairobi)


def test_only_what_waits_or_is_being_sent_goes_on_by_itself() -> None:
    goes_on = {state for state in NoticeState if not as_notice(planned(), state=state).is_over}
    assert goes_on == {NoticeState.WAITING, NoticeState.SENDING}


def test_only_systems_can_tell_a_repeat() -> None:
    assert [kind for kind in WayKind if kind.knows_repeats] == [WayKind.WEBHOOK]


def test_a_sender_gives_up_before_its_attempt_counts_as_over() -> None:
    assert timedelta(seconds=2 * SenderSettings().limit_s) < LEASE
