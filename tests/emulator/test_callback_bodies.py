"""Callbacks as bytes: the contract's own example, and every spelling read back."""

from __future__ import annotations

import json

import pytest

from mapokezi.emulator.behaviour import Behaviour
from mapokezi.emulator.call_states import CallState
from mapokezi.emulator.callback_bodies import CallbackFacts, write_callback
from mapokezi.emulator.mode_values.posts import (
    AliasStyle,
    Form,
    Nesting,
    NumberForm,
    Parties,
    Presence,
)
from mapokezi.telephony.callbacks import read_callback
from mapokezi.units import E164

FACTS = CallbackFacts(
    "HD_1f2e3d4c5b6a", "+254700000001", "+254209000000", CallState.RINGING, is_active=True
)


def test_the_contracts_example_byte_for_byte() -> None:
    # contract/sautikit.md section 3.1, "Emulator example"
    kind, body = write_callback(FACTS, Behaviour(post_format=Form.JSON))
    assert kind == "application/json"
    assert json.loads(body) == {
        "sessionId": "HD_1f2e3d4c5b6a",
        "callerNumber": "+254700000001",
        "destinationNumber": "+254209000000",
        "callSessionState": "Ringing",
        "isActive": "1",
        "direction": "Inbound",
        "durationInSeconds": "0",
    }


def test_a_form_is_encoded_as_forms_are() -> None:
    kind, body = write_callback(FACTS, Behaviour())
    assert kind == "application/x-www-form-urlencoded"
    assert body == (
        b"sessionId=HD_1f2e3d4c5b6a&callerNumber=%2B254700000001&destinationNumber=%2B254209000000"
        b"&callSessionState=Ringing&isActive=1&direction=Inbound&durationInSeconds=0"
    )


@pytest.mark.parametrize("aliases", list(AliasStyle))
@pytest.mark.parametrize("nesting", list(Nesting))
@pytest.mark.parametrize("form", list(NumberForm))
@pytest.mark.parametrize("parties", list(Parties))
def test_every_spelling_says_the_same(
    aliases: AliasStyle, nesting: Nesting, form: NumberForm, parties: Parties
) -> None:
    style = Behaviour(
        post_names=aliases, post_nesting=nesting, post_numbers=form, post_parties=parties
    )
    kind, body = write_callback(FACTS, style)
    read = read_callback(kind, body, {}, [E164("+254209000000")])
    assert (read.session_id, read.caller, read.dialled) == (
        "HD_1f2e3d4c5b6a",
        "+254700000001",
        "+254209000000",
    )
    assert (read.state.value, read.is_active, read.direction) == ("ringing", True, "inbound")


def test_a_session_id_may_be_missing() -> None:
    kind, body = write_callback(FACTS, Behaviour(post_session_id=Presence.MISSING))
    assert b"HD_" not in body
    assert read_callback(kind, body, {}).session_id == ""
