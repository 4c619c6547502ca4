"""The platform's signature."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.telephony.signature import SKEW_S, SignatureVerdict, sign, verify

BODY = b"sessionId=HD_1f2e3d4c5b6a&callerNumber=%2B254700000001"
NOW = 1_795_000_000


def test_the_digest_is_over_body_dot_instant() -> None:
    expected = hmac.new(b"whsec_1", BODY + b"." + str(NOW).encode(), hashlib.sha256).hexdigest()
    assert sign("whsec_1", BODY, NOW) == f"t={NOW},v1={expected}"


def test_a_good_signature_among_several_secrets() -> None:
    header = sign("whsec_2", BODY, NOW)
    assert verify(header, BODY, ["whsec_1", "whsec_2"], NOW) is SignatureVerdict.GOOD


def test_unknown_parts_and_spaces_are_ignored() -> None:
    header = sign("s", BODY, NOW).replace(",", ", v0=zz, ")
    assert verify(header, BODY, ["s"], NOW) is SignatureVerdict.GOOD


def test_two_digests_while_a_secret_is_rotated() -> None:
    old, new = sign("old", BODY, NOW), sign("new", BODY, NOW)
    header = f"{old},{new.split(',')[1]}"
    assert verify(header, BODY, ["new"], NOW) is SignatureVerdict.GOOD


@pytest.mark.parametrize("skew", [SKEW_S + 1, -SKEW_S - 1])
def test_too_old_and_too_far_ahead(skew: int) -> None:
    assert verify(sign("s", BODY, NOW + skew), BODY, ["s"], NOW) is SignatureVerdict.STALE
    assert verify(sign("s", BODY, NOW + skew - skew // abs(skew)), BODY, ["s"], NOW) is (
        SignatureVerdict.GOOD
    )


def test_another_body_another_secret_another_instant() -> None:
    header = sign("s", BODY, NOW)
    assert verify(header, BODY + b"x", ["s"], NOW) is SignatureVerdict.WRONG
    assert verify(header, BODY, ["t"], NOW) is SignatureVerdict.WRONG
    moved = header.replace(f"t={NOW}", f"t={NOW + 1}")
    assert verify(moved, BODY, ["s"], NOW) is SignatureVerdict.WRONG
    assert verify(header, BODY, [], NOW) is SignatureVerdict.WRONG


@pytest.mark.parametrize(
    ("header", "verdict"),
    [
        (None, SignatureVerdict.MISSING),
        ("  ", SignatureVerdict.MISSING),
        ("t=1", SignatureVerdict.MALFORMED),
        ("v1=ab", SignatureVerdict.MALFORMED),
        ("t=x,v1=ab", SignatureVerdict.MALFORMED),
        ("t=1,t=2,v1=ab", SignatureVerdict.MALFORMED),
        ("t=٣,v1=ab", SignatureVerdict.MALFORMED),
        ("t=1,v1=é", SignatureVerdict.WRONG),
    ],
)
def test_headers_that_prove_nothing(header: str | None, verdict: SignatureVerdict) -> None:
    assert verify(header, BODY, ["s"], 1) is verdict


def test_the_old_form_only_if_switched_on() -> None:
    bare = hmac.new(b"s", BODY, hashlib.sha256).hexdigest()
    assert verify(bare, BODY, ["s"], NOW) is SignatureVerdict.MALFORMED
    assert verify(bare, BODY, ["s"], NOW, legacy=True) is SignatureVerdict.GOOD
    assert verify(bare, BODY + b"x", ["s"], NOW, legacy=True) is SignatureVerdict.WRONG


@given(st.text(max_size=80))
def test_no_header_is_good_by_chance(header: str) -> None:
    assert verify(header, BODY, ["s"], NOW) is not SignatureVerdict.GOOD
