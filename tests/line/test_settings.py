"""What the line refuses to start with."""

from __future__ import annotations

from typing import Any

import pytest

from mapokezi.errors import ConfigurationError
from mapokezi.line.settings import LineSettings, is_on_this_machine
from mapokezi.telephony.urls import CallbackUrls

PUBLIC = CallbackUrls("https://office.example")
HIDDEN = CallbackUrls("https://office.example", "u" * 22)


@pytest.mark.parametrize(
    ("urls", "more"),
    [
        (CallbackUrls("http://127.0.0.1:8480"), {}),
        (CallbackUrls("http://localhost:8480"), {}),
        (CallbackUrls("http://[::1]:8480"), {}),
        (PUBLIC, {"signing_secrets": ("s",)}),
        (HIDDEN, {"allow_unsigned": True}),
    ],
)
def test_what_may_start(urls: CallbackUrls, more: dict[str, Any]) -> None:
    LineSettings(urls=urls, **more)


@pytest.mark.parametrize(
    ("urls", "more", "says"),
    [
        (PUBLIC, {}, "MAPOKEZI_WEBHOOK_SECRETS"),
        (HIDDEN, {}, "unsigned_callbacks"),
        (PUBLIC, {"allow_unsigned": True}, "unguessable"),
        (CallbackUrls("https://o.example", "short"), {"allow_unsigned": True}, "22 characters"),
        (CallbackUrls("http://192.168.1.5"), {}, "MAPOKEZI_WEBHOOK_SECRETS"),
        (CallbackUrls("office.example"), {}, "no http or https address"),
        (CallbackUrls(""), {}, "no http or https address"),
    ],
)
def test_what_may_not(urls: CallbackUrls, more: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        LineSettings(urls=urls, **more)


def test_unsigned_is_only_taken_where_it_was_switched_on() -> None:
    assert LineSettings(urls=PUBLIC, signing_secrets=("s",)).must_be_signed
    assert not LineSettings(urls=HIDDEN, signing_secrets=("s",), allow_unsigned=True).must_be_signed


def test_secrets_are_not_shown() -> None:
    assert "whsec" not in repr(LineSettings(urls=PUBLIC, signing_secrets=("whsec_1",)))


@pytest.mark.parametrize(
    ("host", "here"),
    [("127.9.9.9", True), ("::1", True), ("localhost", True), ("10.0.0.1", False), ("", False)],
)
def test_this_machine(host: str, here: bool) -> None:
    assert is_on_this_machine(host) is here
