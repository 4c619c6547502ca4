"""Where a service is: here, or in a country, and what is not known is not taken for here."""

from __future__ import annotations

import pytest

from mapokezi.voice.whereabouts import whereabouts_of


@pytest.mark.parametrize(
    "address",
    ["unix:///run/speech.sock", "tcp://127.0.0.1:10300", "ws://localhost:9", "http://10.0.0.7/v1",
     "http://[::1]:8000/v1", "192.168.1.4"],
)  # fmt: skip
def test_this_machine_and_its_network_are_here(address: str) -> None:
    where = whereabouts_of((address,))
    assert where.is_here
    assert not where.is_outside("KE")


def test_what_is_not_known_is_outside_until_its_country_is_told() -> None:
    assert whereabouts_of(("wss://model.example/x",)).is_outside("KE")
    assert not whereabouts_of(("wss://model.example/x",), "ke").is_outside("KE")
    assert whereabouts_of(("wss://model.example/x",), "US").is_outside("KE")


def test_one_address_elsewhere_is_enough() -> None:
    where = whereabouts_of(("http://127.0.0.1:8000", "https://ears.example/v1"))
    assert where.hosts == ("127.0.0.1", "ears.example")
    assert where.is_outside("KE")
