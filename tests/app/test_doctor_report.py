"""What the doctor's report makes of bills, and what it leaves out."""

from __future__ import annotations

import pytest

from mapokezi.app.doctor_report import _Private, _rounding
from mapokezi.carrier import CallDetail


@pytest.mark.parametrize(
    ("length_s", "cost_minor", "counted"),
    [
        (61, 600, "started minutes"),
        (61, 305, "seconds"),
        (61, 306, "seconds"),
        (61, 450, "neither"),
        (60, 300, None),
        (61, None, None),
        (None, 300, None),
    ],
)
def test_a_bill_tells_how_time_was_counted(
    length_s: int | None, cost_minor: int | None, counted: str | None
) -> None:
    call = CallDetail(
        id="c", duration_seconds=length_s, cost_minor=cost_minor, rate_per_minute_minor=300
    )
    assert _rounding(call) == counted


def test_a_name_of_this_deployment_is_left_out_wherever_it_stands() -> None:
    private = _Private(["Njeri & Kamau Advocates", "Wanjiku Kamau", "Grace Atieno", "Bo"])
    told = {
        "ways of the platform": {
            "first post: fields": {"callerNumber": 3, "graceNumber": 1, "meta.atieno": 2},
            "first post: states": {"Ringing": 2, "kamau": 1},
        },
        "keys": ["status", "Wanjiku", "bo"],
        "calls": 4,
        "number's list shows its routing": "yes",
    }
    assert private.without(told) == {
        "ways of the platform": {
            "first post: fields": {"callerNumber": 3, "(left out)": 3},
            "first post: states": {"Ringing": 2, "(left out)": 1},
        },
        "keys": ["(left out)", "bo", "status"],
        "calls": 4,
        "number's list shows its routing": "yes",
    }
