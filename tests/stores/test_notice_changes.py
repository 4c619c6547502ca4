"""Whatever happens to a notice, and in whatever order: never silently twice, never lost from sight.

The deeds run on a plain connection, one after the other, as transactions do.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import Connection, create_engine, select
from tests.sample_notices import NOW, planned

from mapokezi.records.notices import LEASE, AttemptOutcome, NoticeState, WayKind
from mapokezi.stores import notice_changes
from mapokezi.stores.schema import metadata, notice_attempts, notices

KEY = planned().key


class NoticeLife(RuleBasedStateMachine):
    """A notice, a sender that may be killed at any point, and people with a button."""

    def __init__(self) -> None:
        super().__init__()
        self.engine = create_engine("sqlite://")
        self.connection: Connection = self.engine.connect()
        metadata.create_all(self.connection)
        self.now: datetime = NOW + timedelta(minutes=1)
        self.under_way = False
        """Whether a sender has begun an attempt and was not killed."""
        self.may_have_arrived = False
        self.blind = 0
        """Attempts since the last resend that began without word of the one before."""
        self.no_word = 0
        """Attempts since the last resend that had no answer."""
        self.knows_repeats = False

    def teardown(self) -> None:
        self.connection.close()
        self.engine.dispose()

    @initialize(kind=st.sampled_from([WayKind.SMS, WayKind.EMAIL, WayKind.WEBHOOK]))
    def plan(self, kind: WayKind) -> None:
        self.knows_repeats = kind is WayKind.WEBHOOK
        assert notice_changes.plan_notices(self.connection, [planned(way_kind=kind)])

    @property
    def row(self) -> dict[str, object]:
        found = self.connection.execute(select(notices)).mappings().one()
        return dict(found)

    @property
    def state(self) -> NoticeState:
        return NoticeState(str(self.row["state"]))

    @rule(seconds=st.sampled_from([1, 30, 89, 91, 3600]))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(over=st.booleans())
    def begin(self, over: bool) -> None:
        state, begun_at = self.state, self.row["begun_at"]
        over = over and not self.under_way  # only who knows that it is over says so
        begun = notice_changes.begin_attempt(self.connection, KEY, self.now, over=over)
        was_open = state is NoticeState.SENDING
        if was_open and not over:
            assert isinstance(begun_at, datetime)
            if begun_at > self.now - LEASE:
                assert begun is None, "somebody is at it"
                return
        if begun is None:
            return
        assert state in {NoticeState.WAITING, NoticeState.SENDING}
        if was_open:
            self.blind += 1
            self.may_have_arrived = True
        if self.may_have_arrived and not self.knows_repeats:
            assert begun.is_repeat, "it may have arrived, and is not worded as a repeat"
        self.under_way = True

    @rule()
    def killed(self) -> None:
        if self.under_way:
            self.under_way = False
            self.may_have_arrived = True

    @rule()
    def sent(self) -> None:
        if self.under_way:
            notice_changes.sent(self.connection, KEY, self.now)
            self.under_way = False
            self.may_have_arrived = True
            assert self.state is NoticeState.SENT

    @rule(gives_up=st.booleans(), hangs=st.booleans())
    def refused(self, gives_up: bool, hangs: bool) -> None:
        if self.under_way:
            again_at = None if gives_up else self.now
            notice_changes.failed(
                self.connection, KEY, self.now, "no", again_at, maybe_arrived=hangs
            )
            self.under_way = False
            self.may_have_arrived = self.may_have_arrived or hangs
            self.no_word += hangs
            unknown = self.blind + self.no_word
            if hangs and unknown > 1 and not self.knows_repeats:
                assert self.state is NoticeState.UNSURE, "of unknown outcome, repeated once"

    @rule()
    def plan_again(self) -> None:
        assert notice_changes.plan_notices(self.connection, [planned()]) == ()

    @rule()
    def button(self) -> None:
        state = self.state
        notice_changes.resend(self.connection, planned().notice_id, self.now)
        if state is not NoticeState.SENDING:
            self.blind = self.no_word = 0
            assert self.state is NoticeState.WAITING

    @rule()
    def started_again(self) -> None:
        if not self.under_way:
            notice_changes.free_left_open(self.connection, self.now)

    @invariant()
    def blind_attempts_are_few(self) -> None:
        assert self.knows_repeats or self.blind <= 1

    @invariant()
    def every_attempt_is_on_the_log(self) -> None:
        rows = self.connection.execute(
            select(notice_attempts).order_by(notice_attempts.c.number)
        ).mappings()
        found = list(rows)
        if not self.connection.execute(select(notices)).first():
            return
        assert [row["number"] for row in found] == list(
            range(1, int(str(self.row["attempts"])) + 1)
        )
        unended = [row for row in found if row["outcome"] == AttemptOutcome.BEGUN.value]
        assert len(unended) <= 1, "of all but the last it is written down what came of them"

    @invariant()
    def what_is_not_over_comes_up_again(self) -> None:
        found = self.connection.execute(select(notices)).first()
        if found is None or self.under_way:
            return
        state = self.state
        if state is NoticeState.WAITING:
            assert self.row["not_before"] is not None
        elif state is NoticeState.SENDING:
            assert self.row["begun_at"] is not None
        else:
            assert state in {NoticeState.SENT, NoticeState.FAILED, NoticeState.UNSURE}


@pytest.mark.parametrize("kind", [WayKind.SMS, WayKind.EMAIL, WayKind.WEBHOOK])
def test_what_had_no_answer_goes_once_more_and_is_worded_as_a_repeat(kind: WayKind) -> None:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        metadata.create_all(connection)
        notice_changes.plan_notices(connection, [planned(way_kind=kind)])
        states, repeats = [], []
        for nth in range(3):
            now = NOW + timedelta(minutes=1 + nth)
            begun = notice_changes.begin_attempt(connection, KEY, now)
            repeats += [] if begun is None else [begun.is_repeat]
            states.append(
                notice_changes.failed(connection, KEY, now, "no", now, maybe_arrived=True)
            )
    engine.dispose()
    if kind is WayKind.WEBHOOK:  # it knows by the id that it had it
        assert (repeats, set(states)) == ([False] * 3, {NoticeState.WAITING})
    else:
        assert repeats == [False, True]
        assert states == [NoticeState.WAITING, NoticeState.UNSURE, NoticeState.UNSURE]


TestNoticeLife = NoticeLife.TestCase
TestNoticeLife.settings = hypothesis_settings(max_examples=100, stateful_step_count=30)
