"""Two people have the same form open: neither loses what they typed, neither loses it unseen."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from mapokezi.desk.office.forms import Form, changed, filled, form_of, values_of
from mapokezi.desk.office.kinds import Known
from mapokezi.desk.office.meanwhile import Merged, merged
from mapokezi.desk.office.subjects import subject_of
from mapokezi.stores.facts_added import NewFact
from mapokezi.stores.office_folder import read_texts

THEN = read_texts(Path(__file__).parents[3] / "examples" / "law-office", [])
BY = NewFact("", "", (), "B", date(2026, 11, 23))


def opened(subject_id: str) -> tuple[Form, dict[str, str]]:
    """A form, and what it held when both opened it."""
    subject = subject_of(subject_id)
    assert subject is not None
    form = form_of(subject, values_of(THEN), Known())
    assert form is not None
    return form, filled(form, values_of(THEN))


def both(subject_id: str, theirs: dict[str, str], ours: dict[str, str]) -> Merged:
    form, stood = opened(subject_id)
    now = changed(form, THEN, {**stood, **theirs}, BY)
    return merged(form, stood, filled(form, values_of(now)), {**stood, **ours}, Known())


def test_changes_of_other_values_stand_together() -> None:
    result = both("hours", {"week.monday": "09:00-13:00"}, {"week.friday": "08:00-12:00"})
    assert result.sent["week.monday"] == "09:00-13:00"
    assert result.sent["week.friday"] == "08:00-12:00"
    assert result.beside == {}


def test_of_one_value_ours_stands_and_theirs_beside_it() -> None:
    result = both("hours", {"week.monday": "09:00-13:00"}, {"week.monday": "10:00-13:00"})
    assert result.sent["week.monday"] == "10:00-13:00"
    assert result.beside == {"week.monday": "09:00–13:00"}
    same = both("hours", {"week.monday": "09:00-13:00"}, {"week.monday": "09:00-13:00"})
    assert same.beside == {}


def test_a_box_that_was_unticked_counts_as_typed() -> None:
    form, stood = opened("calls")
    now = changed(form, THEN, {**stood, "call_cap_minutes": "20"}, BY)
    sent = {name: value for name, value in stood.items() if name != "record_calls"}
    result = merged(form, stood, filled(form, values_of(now)), sent, Known())
    assert "record_calls" not in result.sent
    assert result.sent["call_cap_minutes"] == "20"


CLOSED = {"closures.1.first": "2026-11-23", "closures.1.last": "2026-11-23"}


def test_of_a_list_that_both_changed_theirs_stands_and_ours_beside_it() -> None:
    ours = {**CLOSED, "closures.1.reason": "a funeral"}
    theirs = {**CLOSED, "closures.1.reason": "a wedding"}
    result = both("closures", theirs, ours)
    assert result.sent["closures.1.reason"] == "a wedding"
    assert "a funeral" in result.beside["closures"]
    assert both("closures", {}, ours).sent["closures.1.reason"] == "a funeral"
    assert both("closures", theirs, {}).beside == {}


def test_of_a_form_whose_time_is_not_known_all_that_was_sent_counts() -> None:
    form, stood = opened("hours")
    now = changed(form, THEN, {**stood, "week.monday": "09:00-13:00"}, BY)
    result = merged(form, None, filled(form, values_of(now)), stood, Known())
    assert result.sent["week.monday"] == stood["week.monday"]
    assert result.beside == {"week.monday": "09:00–13:00"}
