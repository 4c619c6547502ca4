"""Who may use the emulator: programs, and pages of its own or of this machine."""

from __future__ import annotations

import pytest

from mapokezi.emulator.origins import is_reached_by, may_use

HERE = "127.0.0.1"


@pytest.mark.parametrize(
    ("host", "bound_to", "is_known"),
    [
        ("127.0.0.1:8482", HERE, True),
        ("localhost", HERE, True),
        ("[::1]:8482", "::1", True),
        ("", HERE, False),
        ("127.0.0.1.evil.example", HERE, False),
        ("phone.example", "0.0.0.0", True),
    ],
)
def test_names_that_an_emulator_has(host: str, bound_to: str, is_known: bool) -> None:
    assert is_reached_by(host, bound_to) is is_known


@pytest.mark.parametrize(
    ("origin", "host", "bound_to", "may"),
    [
        (None, "127.0.0.1:8482", HERE, True),
        ("http://localhost:8481", "127.0.0.1:8482", HERE, True),
        ("https://evil.example", "127.0.0.1:8482", HERE, False),
        ("null", "127.0.0.1:8482", HERE, False),
        # A site whose name was made to lead here, so that its page is of the same origin.
        ("http://evil.example:8482", "evil.example:8482", HERE, False),
        (None, "evil.example:8482", HERE, False),
        ("http://phone.example", "phone.example", "0.0.0.0", True),
        ("http://evil.example", "phone.example", "0.0.0.0", False),
    ],
)
def test_who_may_use_it(origin: str | None, host: str, bound_to: str, may: bool) -> None:
    assert may_use(origin, host, bound_to) is may
