"""Who is told of what, by which way, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sample_notices import (
    BRIAN,
    CALL_BACK,
    EMAIL,
    MERCY,
    MESSAGE,
    NIGHT,
    NOW,
    NTFY,
    OFFICE,
    PETER,
    SMS,
    WANJIKU,
    as_notice,
)

from mapokezi.receptionist.office import Office, Person, QuietSpan, Telling, Way, Weekday
from mapokezi.receptionist.telling import (
    chain_of,
    escalates_at,
    free_from,
    join_notices,
    plan_instead,
    plan_notices,
)
from mapokezi.receptionist.telling_event import WhyCallBack
from mapokezi.records.notices import NoticeKind, PlannedNotice, WayKind

NAIROBI = "Africa/Nairobi"


def office_with(*people: Person, telling: Telling | None = None) -> Office:
    return msgspec.structs.replace(OFFICE, people=people, telling=telling or Telling())


def texting(office: Office = OFFICE) -> Office:
    telling = msgspec.structs.replace(office.telling, text_callers="sms")
    return msgspec.structs.replace(office, telling=telling)


def whom(planned: tuple[PlannedNotice, ...]) -> list[tuple[str | None, str]]:
    return [(one.person_id, one.way) for one in planned]


class TestWho:
    def test_a_message_goes_to_the_person_whom_it_is_for_by_the_first_way(self) -> None:
        (notice,) = plan_notices(MESSAGE, OFFICE, NOW)
        assert (notice.person_id, notice.way, notice.address) == ("wanjiku-kamau", "sms", SMS.to)
        assert notice.key == "m-1:wanjiku-kamau:sms:0"
        assert notice.link == "/calls/c-1"
        assert notice.caller == "+254722000100"
        assert "Grace Njeri" in notice.text

    def test_for_nobody_in_particular_it_goes_to_the_first_of_the_order(self) -> None:
        (notice,) = plan_notices(replace(MESSAGE, for_person=""), OFFICE, NOW)
        assert notice.person_id == "mercy-mutua"
        assert notice.language == "sw"

    def test_somebody_without_a_way_is_passed_over_and_the_words_say_whom_it_is_for(self) -> None:
        (notice,) = plan_notices(replace(MESSAGE, for_person="peter-mwangi"), OFFICE, NOW)
        assert notice.person_id == "mercy-mutua"
        assert "Peter Mwangi" in notice.text

    def test_an_office_without_ways_tells_nobody(self) -> None:
        assert plan_notices(MESSAGE, office_with(PETER), NOW) == ()

    def test_planning_twice_gives_the_same_keys_and_ids(self) -> None:
        first = plan_notices(MESSAGE, OFFICE, NOW)
        again = plan_notices(MESSAGE, OFFICE, NOW + timedelta(minutes=5))
        assert [one.key for one in first] == [one.key for one in again]
        assert [one.notice_id for one in first] == [one.notice_id for one in again]

    def test_what_is_urgent_goes_by_all_ways_at_once(self) -> None:
        planned = plan_notices(replace(MESSAGE, urgent=True), OFFICE, NIGHT)
        assert whom(planned) == [("wanjiku-kamau", "sms"), ("wanjiku-kamau", "email")]
        assert {one.not_before for one in planned} == {NIGHT}
        assert all(one.urgent for one in planned)

    def test_a_way_for_urgent_matters_only_is_not_used_for_others(self) -> None:
        only = msgspec.structs.replace(SMS, urgent_only=True)
        person = msgspec.structs.replace(WANJIKU, ways=(only, EMAIL))
        assert whom(plan_notices(MESSAGE, office_with(person), NOW)) == [(person.id, "email")]
        lone = msgspec.structs.replace(WANJIKU, ways=(only,))
        told = plan_notices(MESSAGE, office_with(lone, BRIAN), NOW)
        assert whom(told) == [("brian-otieno", "sms")]

    def test_two_addresses_by_one_way_are_two(self) -> None:
        second = msgspec.structs.replace(SMS, to="+254700000199")
        person = msgspec.structs.replace(WANJIKU, ways=(SMS, second))
        planned = plan_notices(replace(MESSAGE, urgent=True), office_with(person), NOW)
        assert [one.key for one in planned] == [
            "m-1:wanjiku-kamau:sms:0",
            "m-1:wanjiku-kamau:sms.2:0",
        ]
        (first,) = plan_notices(MESSAGE, office_with(person), NOW)
        (instead,) = plan_instead(as_notice(first), office_with(person), NOW)
        assert (instead.address, instead.key) == (second.to, "m-1:wanjiku-kamau:sms.2:0")

    def test_a_digest_goes_to_those_who_want_it_and_else_to_the_first(self) -> None:
        event = replace(
            MESSAGE, kind=NoticeKind.DIGEST, subject="d", title="Friday", text="3 calls"
        )
        wanted = Telling(digest_to=("brian-otieno", "mercy-mutua"))
        told = plan_notices(event, office_with(*OFFICE.people, telling=wanted), NOW)
        assert whom(told) == [("brian-otieno", "sms"), ("mercy-mutua", "ntfy")]
        assert whom(plan_notices(event, OFFICE, NOW)) == [("mercy-mutua", "ntfy")]

    def test_the_wallet_is_told_to_the_first_of_the_order(self) -> None:
        event = replace(MESSAGE, kind=NoticeKind.WALLET, subject="wallet-1", days_left=2)
        (notice,) = plan_notices(event, OFFICE, NOW)
        assert notice.person_id == "mercy-mutua"
        assert "siku 2" in notice.text

    def test_a_trial_goes_by_every_way_of_one_person(self) -> None:
        event = replace(MESSAGE, kind=NoticeKind.TRIAL, subject="t")
        planned = plan_notices(event, OFFICE, NIGHT)
        assert whom(planned) == [("wanjiku-kamau", "sms"), ("wanjiku-kamau", "email")]
        assert {one.not_before for one in planned} == {NIGHT}


class TestChain:
    def test_it_goes_from_the_person_to_whom_they_named_then_through_the_order(self) -> None:
        person = msgspec.structs.replace(WANJIKU, escalate_to="brian-otieno")
        office = office_with(person, BRIAN, MERCY, telling=OFFICE.telling)
        ids = [one.id for one in chain_of(office, person.id)]
        assert ids == ["wanjiku-kamau", "brian-otieno", "mercy-mutua"]

    def test_a_circle_ends(self) -> None:
        one = msgspec.structs.replace(WANJIKU, escalate_to="brian-otieno")
        two = msgspec.structs.replace(BRIAN, escalate_to="wanjiku-kamau")
        ids = [person.id for person in chain_of(office_with(one, two), one.id)]
        assert ids == ["wanjiku-kamau", "brian-otieno"]

    def test_without_an_order_people_come_as_they_stand(self) -> None:
        ids = [one.id for one in chain_of(office_with(MERCY, PETER, BRIAN))]
        assert ids == ["mercy-mutua", "brian-otieno"]

    def test_a_person_whom_nobody_knows_is_nobody_in_particular(self) -> None:
        assert chain_of(OFFICE, "gone")[0].id == "mercy-mutua"

    def test_the_next_step_tells_the_next_person_and_in_the_end_nobody(self) -> None:
        late = replace(MESSAGE, kind=NoticeKind.NOT_TAKEN, subject="m-1.not_taken")
        told = [plan_notices(replace(late, step=step), OFFICE, NOW) for step in (1, 2, 3)]
        assert [whom(one) for one in told] == [
            [("mercy-mutua", "ntfy")],
            [("brian-otieno", "sms")],
            [],
        ]
        assert told[0][0].key == "m-1.not_taken:mercy-mutua:ntfy:1"
        assert "Wanjiku Kamau" in told[0][0].text


class TestEscalation:
    def test_the_next_one_is_told_after_the_offices_time(self) -> None:
        at = escalates_at(OFFICE, "wanjiku-kamau", 0, NOW, urgent=False)
        assert at == NOW + timedelta(minutes=60)

    def test_sooner_if_it_is_urgent(self) -> None:
        at = escalates_at(OFFICE, "wanjiku-kamau", 0, NIGHT, urgent=True)
        assert at == NIGHT + timedelta(minutes=10)

    def test_quiet_hours_are_waited_for_first(self) -> None:
        at = escalates_at(OFFICE, "wanjiku-kamau", 0, NIGHT, urgent=False)
        assert at == datetime(2026, 11, 21, 4, 30, tzinfo=UTC)  # 06:30 and an hour, in Nairobi

    def test_after_the_last_person_nobody_is_told(self) -> None:
        assert escalates_at(OFFICE, "wanjiku-kamau", 2, NOW, urgent=False) is None


class TestQuiet:
    def test_what_is_not_urgent_waits_for_the_end_of_the_quiet(self) -> None:
        (notice,) = plan_notices(MESSAGE, OFFICE, NIGHT)
        assert notice.not_before == datetime(2026, 11, 21, 3, 30, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("clock", "free"),
        [("19:59", "19:59"), ("20:00", "06:30"), ("03:00", "06:30"), ("06:30", "06:30")],
    )
    def test_a_span_over_midnight_begins_and_ends_on_the_minute(
        self, clock: str, free: str
    ) -> None:
        hour, minute = map(int, clock.split(":"))
        at = datetime(2026, 11, 20, hour, minute, tzinfo=UTC) - timedelta(hours=3)
        end = free_from(WANJIKU, NAIROBI, at)
        assert (end + timedelta(hours=3)).strftime("%H:%M") == free
        assert end >= at

    def test_a_span_within_a_day(self) -> None:
        person = msgspec.structs.replace(
            WANJIKU, quiet=(QuietSpan(begins=time(12), ends=time(14)),)
        )
        noon = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
        assert free_from(person, NAIROBI, noon) == noon + timedelta(hours=1)

    def test_quiet_days_and_hours_follow_one_another(self) -> None:
        person = msgspec.structs.replace(WANJIKU, quiet_days=(Weekday.SATURDAY, Weekday.SUNDAY))
        monday = datetime(2026, 11, 23, 3, 30, tzinfo=UTC)
        assert free_from(person, NAIROBI, NIGHT) == monday

    @given(
        st.lists(
            st.tuples(st.times(), st.times()).filter(lambda span: span[0] != span[1]), max_size=3
        ),
        st.sets(st.sampled_from(list(Weekday)), max_size=6),
        st.integers(0, 525_600).map(lambda minutes: NOW + timedelta(minutes=minutes)),
    )
    def test_it_never_goes_back_and_ends(
        self, spans: list[tuple[time, time]], days: set[Weekday], at: datetime
    ) -> None:
        quiet = tuple(QuietSpan(begins=begins, ends=ends) for begins, ends in spans)
        person = msgspec.structs.replace(WANJIKU, quiet=quiet, quiet_days=tuple(days))
        free = free_from(person, NAIROBI, at)
        assert at <= free <= at + timedelta(days=42)


class TestCallBack:
    def test_without_a_way_to_text_callers_the_staff_are_told_to_ring_now(self) -> None:
        (notice,) = plan_notices(CALL_BACK, OFFICE, NOW)
        assert notice.person_id == "mercy-mutua"
        assert notice.urgent
        assert "sasa" in notice.text

    def test_while_the_office_is_closed_they_are_told_as_usual(self) -> None:
        event = replace(CALL_BACK, for_person="wanjiku-kamau")
        (notice,) = plan_notices(event, OFFICE, NIGHT)
        assert not notice.urgent
        assert notice.not_before > NIGHT

    def test_with_one_the_caller_is_texted_and_the_staff_told_as_usual(self) -> None:
        staff, caller = plan_notices(CALL_BACK, texting(), NOW)
        assert (staff.person_id, staff.urgent) == ("mercy-mutua", False)
        assert (caller.kind, caller.address) == (NoticeKind.CALLER_TEXT, "+254722000100")
        assert caller.key == "c-1.cut_off:caller:sms:0"
        assert caller.link == ""
        assert caller.at_most_every == timedelta(hours=24)
        assert "Kamau and Otieno Advocates" in caller.text

    @pytest.mark.parametrize(
        "number", [None, "+254202000000", "+447700900123", "+254209000000", "nonsense"]
    )
    def test_only_mobiles_of_the_offices_country_are_texted(self, number: str | None) -> None:
        planned = plan_notices(replace(CALL_BACK, caller=number), texting(), NOW)
        assert whom(planned) == [("mercy-mutua", "ntfy")]
        assert planned[0].urgent

    def test_who_hung_up_by_themselves_can_wait(self) -> None:
        for why in (WhyCallBack.FLASH, WhyCallBack.LEFT):
            (staff,) = plan_notices(replace(CALL_BACK, why_call_back=why), OFFICE, NOW)
            assert not staff.urgent

    def test_who_flashed_is_texted_and_who_left_is_not(self) -> None:
        flash = replace(CALL_BACK, why_call_back=WhyCallBack.FLASH)
        _, text = plan_notices(flash, texting(), NOW)
        assert "we have seen your call" in text.text
        left = replace(CALL_BACK, why_call_back=WhyCallBack.LEFT)
        assert whom(plan_notices(left, texting(), NOW)) == [("mercy-mutua", "ntfy")]

    def test_the_caller_is_not_texted_again_when_it_is_passed_on(self) -> None:
        planned = plan_notices(replace(CALL_BACK, step=1), texting(), NOW)
        assert [one.kind for one in planned] == [NoticeKind.CALL_BACK]


class TestInstead:
    def test_the_next_way_is_taken_with_the_same_words(self) -> None:
        (sms,) = plan_notices(MESSAGE, OFFICE, NOW)
        (instead,) = plan_instead(as_notice(sms), OFFICE, NOW)
        assert (instead.person_id, instead.way) == ("wanjiku-kamau", "email")
        assert instead.key == "m-1:wanjiku-kamau:email:0"
        assert instead.text == sms.text
        assert instead.not_before == NOW

    def test_not_in_the_quiet_hours_of_who_is_told_unless_it_is_urgent(self) -> None:
        (sms,) = plan_notices(MESSAGE, OFFICE, NOW)
        (instead,) = plan_instead(as_notice(sms), OFFICE, NIGHT)
        assert instead.not_before == NIGHT + timedelta(hours=8, minutes=30)
        urgent = plan_notices(replace(MESSAGE, for_person="brian-otieno", urgent=True), OFFICE, NOW)
        late = plan_instead(as_notice(urgent[-1]), OFFICE, NIGHT)
        assert late
        assert {one.not_before for one in late} == {NIGHT}

    def test_what_may_have_arrived_is_worded_as_a_repeat(self) -> None:
        (sms,) = plan_notices(MESSAGE, OFFICE, NOW)
        (instead,) = plan_instead(as_notice(sms, is_repeat=True), OFFICE, NOW)
        assert instead.text == f"Again, in case it did not reach you: {sms.text}"

    def test_after_the_last_way_the_next_person_is_told_that_the_first_was_not_reached(
        self,
    ) -> None:
        (sms,) = plan_notices(MESSAGE, OFFICE, NOW)
        (email,) = plan_instead(as_notice(sms), OFFICE, NOW)
        (next_one,) = plan_instead(as_notice(email), OFFICE, NOW)
        assert (next_one.person_id, next_one.step) == ("mercy-mutua", 1)
        assert "Wanjiku Kamau" in next_one.text
        (last,) = plan_instead(as_notice(next_one), OFFICE, NOW)
        assert last.person_id == "brian-otieno"
        assert plan_instead(as_notice(last), OFFICE, NOW) == ()

    def test_of_an_urgent_one_its_other_ways_carry_it_until_the_last_fails(self) -> None:
        sms, email = plan_notices(replace(MESSAGE, urgent=True), OFFICE, NOW)
        assert plan_instead(as_notice(sms), OFFICE, NOW) == ()
        (next_one,) = plan_instead(as_notice(email), OFFICE, NOW)
        assert (next_one.person_id, next_one.urgent) == ("mercy-mutua", True)

    def test_a_callers_text_a_webhook_and_a_trial_have_no_other_way(self) -> None:
        _, caller = plan_notices(CALL_BACK, texting(), NOW)
        assert plan_instead(as_notice(caller), OFFICE, NOW) == ()
        (sms, _) = plan_notices(replace(MESSAGE, kind=NoticeKind.TRIAL), OFFICE, NOW)
        assert plan_instead(as_notice(sms), OFFICE, NOW) == ()

    def test_a_way_that_the_person_no_longer_has_leads_to_the_next_person(self) -> None:
        (sms,) = plan_notices(MESSAGE, OFFICE, NOW)
        gone = msgspec.structs.replace(WANJIKU, ways=(Way(way="slack", kind=WayKind.CHAT),))
        office = office_with(gone, MERCY, telling=Telling(order=("mercy-mutua",)))
        (instead,) = plan_instead(as_notice(sms), office, NOW)
        assert instead.person_id == "mercy-mutua"


class TestJoined:
    def test_one_alone_stays_as_it_is(self) -> None:
        (sms,) = plan_notices(MESSAGE, OFFICE, NOW)
        assert join_notices([as_notice(sms)]) == as_notice(sms)

    def test_several_become_one_in_their_order(self) -> None:
        notices = [
            as_notice(plan_notices(replace(MESSAGE, subject=f"m-{n}", name=name), OFFICE, NOW)[0])
            for n, name in enumerate(("Grace Njeri", "John Ouma"))
        ]
        joined = join_notices(notices)
        assert joined.text.index("Grace Njeri") < joined.text.index("John Ouma")
        assert joined.link == "/calls/c-1"
        assert joined.address == notices[0].address

    def test_of_several_calls_the_link_leads_to_all_messages(self) -> None:
        notices = [
            as_notice(plan_notices(replace(MESSAGE, subject=call, call_id=call), OFFICE, NOW)[0])  # type: ignore[arg-type]
            for call in ("c-1", "c-2")
        ]
        assert join_notices(notices).link == "/messages"

    def test_a_repeat_among_new_ones_is_marked_in_its_line(self) -> None:
        (sms,) = plan_notices(MESSAGE, OFFICE, NOW)
        joined = join_notices([as_notice(sms, is_repeat=True), as_notice(sms)])
        assert not joined.is_repeat
        assert joined.text.count("Again") == 1
        both = join_notices([as_notice(sms, is_repeat=True)] * 2)
        assert both.is_repeat
        assert "Again" not in both.text

    def test_the_urgent_one_makes_all_urgent(self) -> None:
        (sms,) = plan_notices(MESSAGE, OFFICE, NOW)
        assert join_notices([as_notice(sms), as_notice(sms, urgent=True)]).urgent


def test_the_ways_used_here_are_of_their_kinds() -> None:
    assert {SMS.kind, EMAIL.kind, NTFY.kind} == {WayKind.SMS, WayKind.EMAIL, WayKind.CHAT}
