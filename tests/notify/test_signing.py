"""Signatures of webhooks, held against the specification's own library."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from mapokezi.errors import ConfigurationError
from mapokezi.notify.signing import read_secret, signed_headers

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_" + base64.b64encode(bytes(range(32))).decode()


def now() -> datetime:
    """The library takes only what was signed within five minutes of its own clock."""
    return datetime.now(UTC)  # noqa: TID251  the library asks the clock, too


def test_the_example_of_the_specification() -> None:
    """Of the library's own page: id, timestamp and body to signature."""
    body = b'{"test": 2432232314}'
    headers = signed_headers(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        datetime.fromtimestamp(1614265330, UTC),
        body,
        [read_secret(SECRET, "X")],
    )
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


@given(st.text(max_size=200))
def test_the_library_takes_what_we_sign(text: str) -> None:
    body = (
        '{"said": "' + base64.b64encode(text.encode("utf-8", "replace")).decode() + '"}'
    ).encode()
    headers = signed_headers("notice-1", now(), body, [read_secret(SECRET, "X")])
    assert Webhook(SECRET).verify(body, headers) is not None


def test_it_refuses_what_was_changed_or_is_old_or_signed_by_another() -> None:
    keys = [read_secret(SECRET, "X")]
    headers = signed_headers("notice-1", now(), b'{"a": 1}', keys)
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(b'{"a": 2}', headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(b'{"a": 1}', headers | {"webhook-id": "notice-2"})
    with pytest.raises(WebhookVerificationError):
        Webhook(OTHER).verify(b'{"a": 1}', headers)
    old = signed_headers("notice-1", now() - timedelta(minutes=6), b'{"a": 1}', keys)
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(b'{"a": 1}', old)


def test_while_a_secret_changes_both_sign() -> None:
    keys = [read_secret(secret, "X") for secret in (SECRET, OTHER)]
    headers = signed_headers("notice-1", now(), b"{}", keys)
    assert headers["webhook-signature"].count("v1,") == 2
    for secret in (SECRET, OTHER):
        assert Webhook(secret).verify(b"{}", headers) == {}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "whsec_",
        "whsec_not base64",
        "whsec_" + base64.b64encode(bytes(23)).decode(),
        "whsec_" + base64.b64encode(bytes(65)).decode(),
        base64.b64encode(bytes(32)).decode(),
        "whsek_" + base64.b64encode(bytes(32)).decode(),
    ],
)
def test_what_is_no_secret_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(
        ConfigurationError, match=r"^MAPOKEZI_WEBHOOK_X_SECRET: must be whsec_"
    ) as got:
        read_secret(text, "MAPOKEZI_WEBHOOK_X_SECRET")
    assert len(text) < 10 or text not in str(got.value)
