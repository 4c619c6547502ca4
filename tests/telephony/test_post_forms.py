"""In which form a post came: names and shapes, never a value."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.telephony.post_forms import forms_of
from mapokezi.telephony.signature import sign

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


def told(content_type: str, body: bytes, signature: str | None = None) -> dict[str, set[str]]:
    forms: dict[str, set[str]] = {}
    for of_what, word, _ in forms_of(content_type, body, signature):
        forms.setdefault(of_what, set()).add(word)
    return forms


def test_a_form_of_the_platforms() -> None:
    body = b"sessionId=HD_1f2e3d4c5b6a&callerNumber=%2B254722000001&isActive=1&callSessionState=Up"
    assert told(f"{FORM}; charset=utf-8", body, sign("s", body, 1)) == {
        "signature": {"t and v1"},
        "content type": {"application/form"},
        "body": {"form"},
        "fields": {"sessionId", "callerNumber", "isActive", "callSessionState"},
        "states": {"Up"},
        "active flag": {"1"},
        "session id": {"HD and twelve hex digits"},
        "caller's number": {"plus and country"},
    }


def test_json_with_a_nest() -> None:
    row = "0193a5f2-7c11-7d3a-9b1e-2f6d8a4c0e55"
    body = json.dumps({"kind": "x", "data": {"call_id": row, "from": "254722000001"}}).encode()
    forms = told(JSON, body)
    assert forms["fields"] == {"kind", "data.call_id", "data.from"}
    assert forms["session id"] == {"UUID"}
    assert forms["caller's number"] == {"country without plus"}
    assert forms["signature"] == {"none"}


@pytest.mark.parametrize(
    ("number", "form"),
    [("0722000001", "national"), ("anonymous", "another form"), ("", "none")],
)
def test_forms_of_numbers(number: str, form: str) -> None:
    body = json.dumps({"sessionId": "x", "callerNumber": number}).encode()
    assert told(JSON, body)["caller's number"] == {form}


@pytest.mark.parametrize(
    ("header", "form"), [("a" * 64, "bare hex"), ("sha256=ff", "another form"), (" ", "none")]
)
def test_forms_of_signatures(header: str, form: str) -> None:
    assert told(JSON, b"{}", header)["signature"] == {form}


def test_an_empty_body_and_one_that_nobody_can_read() -> None:
    assert told("", b"")["body"] == {"empty"}
    assert told("image/png", b"\x89PNG")["body"] == {"not readable"}


@given(st.binary(max_size=300), st.sampled_from([FORM, JSON, "", "x"]), st.text(max_size=80))
def test_no_post_breaks_it(body: bytes, content_type: str, header: str) -> None:
    list(forms_of(content_type, body, header))
