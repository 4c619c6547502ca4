"""Addresses of speech servers."""

from __future__ import annotations

import pytest

from mapokezi.errors import ConfigurationError
from mapokezi.speech.settings import Address


@pytest.mark.parametrize("text", ["unix:///run/speech.sock", "tcp://192.0.2.7:10300"])
def test_an_address_is_read_and_written(text: str) -> None:
    assert str(Address.read(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "speech.sock",
        "unix://speech.sock",
        "tcp://host",
        "tcp://:10300",
        "tcp://host:port",
        "http://host:80",
        "tcp://host:99999",
    ],
)
def test_anything_else_is_a_setting_to_mend(text: str) -> None:
    with pytest.raises(ConfigurationError, match="speech address"):
        Address.read(text)
