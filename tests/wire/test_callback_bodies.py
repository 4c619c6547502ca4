"""Exact bodies and headers of the platform's posts, composed from contract sections 3 and 8."""

from __future__ import annotations

from mapokezi.telephony.callbacks import CallState, VoiceCallback, read_callback
from mapokezi.telephony.signature import SignatureVerdict, sign, verify

JSON_BODY = (
    b'{"sessionId":"HD_1f2e3d4c5b6a","callerNumber":"+254700000001",'
    b'"destinationNumber":"+254209000000","callSessionState":"Ringing","isActive":"1",'
    b'"direction":"Inbound","durationInSeconds":"0"}'
)
FORM_BODY = (
    b"sessionId=HD_1f2e3d4c5b6a&callerNumber=%2B254700000001"
    b"&destinationNumber=%2B254209000000&callSessionState=Ringing&isActive=1"
    b"&direction=Inbound&durationInSeconds=0"
)
SIGNED_AT = 1_795_000_000
SIGNATURE = "t=1795000000,v1=328ed42f2c63e9b0ac52db9b9b5aceb1dcac06f0d253bd12f5ba7d1648f9cdd4"
"""Made with openssl: ``openssl dgst -sha256 -hmac whsec_example`` over body, dot and instant."""


def _check(callback: VoiceCallback) -> None:
    assert callback.session_id == "HD_1f2e3d4c5b6a"
    assert callback.caller == "+254700000001"
    assert callback.dialled == "+254209000000"
    assert callback.state is CallState.RINGING
    assert callback.is_active is True


def test_the_body_in_both_content_types() -> None:
    _check(read_callback("application/json", JSON_BODY, {}))
    _check(read_callback("application/x-www-form-urlencoded", FORM_BODY, {}))


def test_the_signature_of_the_form_body() -> None:
    assert sign("whsec_example", FORM_BODY, SIGNED_AT) == SIGNATURE
    assert verify(SIGNATURE, FORM_BODY, ["whsec_example"], SIGNED_AT) is SignatureVerdict.GOOD
