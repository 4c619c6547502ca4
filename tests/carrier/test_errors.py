"""Every error of the contract's list, in both forms, read into its type with its mend."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.carrier import (
    AccountSuspended,
    CarrierError,
    Conflict,
    Denied,
    Gone,
    KeyRefused,
    NotFound,
    PlatformFault,
    RateLimited,
    Refused,
    ScopeDenied,
    Unreadable,
    WalletEmpty,
)
from mapokezi.carrier.errors import Refusal, error_of


def read(status: int, body: object, **more: str) -> CarrierError:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return error_of("do it", Refusal(status, raw), **more)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (402, "wallet.insufficient_funds", WalletEmpty),
        (400, "wallet_insufficient_funds", WalletEmpty),
        (402, "anything", WalletEmpty),
        (409, "idempotency.conflict", Conflict),
        (422, "idempotency.conflict", Conflict),
        (409, "calls.supervision_in_progress", Conflict),
        (409, "accounts.last_owner", Conflict),
        (500, "internal_error", PlatformFault),
        (500, "calls.get_failed", PlatformFault),
        (503, "auth.backend_down", PlatformFault),
        (404, "calls.not_found", NotFound),
        (404, "calls.recording_not_found", NotFound),
        (404, "recording_not_found", NotFound),
        (410, "calls.recording_expired", Gone),
        (410, "recording_unavailable", Gone),
        (403, "account.suspended", AccountSuspended),
        (403, "api_key.scope_denied", ScopeDenied),
        (403, "something.else", Denied),
        (401, "api_key.invalid", KeyRefused),
        (403, "api_key.expired", KeyRefused),
        (404, "api_key.not_found", KeyRefused),
        (401, "auth.missing", KeyRefused),
        (400, "currency.unsupported", Refused),
        (429, "slow_down", RateLimited),
        (304, "unknown", Unreadable),
    ],
)
def test_the_code_decides_and_else_the_status(
    status: int, code: str, kind: type[CarrierError]
) -> None:
    error = read(status, {"error": {"code": code, "message": "so", "request_id": "req-1"}})
    assert type(error) is kind
    assert (error.status, error.code, error.message) == (status, code, "so")
    assert error.request_id == "req-1"
    assert error.mend
    assert str(error) == f"could not do it: {code}: so (HTTP {status}, request req-1)"


def test_the_bare_form_has_a_reason_in_place_of_a_message() -> None:
    error = read(410, {"code": "recording_unavailable", "reason": "pbx_deleted_before_capture"})
    assert isinstance(error, Gone)
    assert error.message == "pbx_deleted_before_capture"


@pytest.mark.parametrize(
    "body", [b"", b"<html>Bad Gateway</html>", b'{"error": {"code": "x', b"\xff\xfe", b"[1]", b"7"]
)
def test_a_body_that_tells_nothing_leaves_the_status(body: bytes) -> None:
    error = read(502, body)
    assert isinstance(error, PlatformFault)
    assert error.code == "unknown"


def test_an_error_that_is_a_bare_word_is_kept_as_the_message() -> None:
    assert read(400, {"error": "no such country"}).message == "no such country"


def test_the_scope_is_taken_from_the_platforms_words_before_ours() -> None:
    told = {"error": {"code": "api_key.scope_denied", "message": "requires wallet.read"}}
    assert read(403, told, scope="numbers.read").scope == "wallet.read"
    silent = read(403, {"error": {"code": "api_key.scope_denied"}}, scope="numbers.claim")
    assert silent.scope == "numbers.claim"
    assert "`numbers.claim`" in silent.mend
    unknown = read(403, {"error": {"code": "api_key.scope_denied"}})
    assert "the scope that this needs" in unknown.mend


def test_a_key_that_the_platform_repeats_is_left_out() -> None:
    error = read(
        401, {"error": {"code": "api_key.invalid", "message": "bad s3cr3t!"}}, hide="s3cr3t"
    )
    assert "s3cr3t" not in str(error)
    assert error.message == "bad [key]!"


def test_how_long_to_wait_may_be_in_the_body() -> None:
    error = read(429, {"error": {"code": "slow", "retry_after_seconds": 7}})
    assert error.retry_after_s == 7.0


@given(st.integers(300, 599), st.binary(max_size=60))
def test_no_refusal_breaks_the_reader(status: int, body: bytes) -> None:
    error = read(status, body)
    assert error.status == status
    assert error.mend


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["error", "code", "message", "reason", "request_id"]), inner
            )
        ),
        max_leaves=8,
    )
)
def test_no_envelope_breaks_the_reader(body: object) -> None:
    assert isinstance(read(400, body), CarrierError)
