"""What we send, and what we read, held against the official SDK's own types."""

from __future__ import annotations

import json
import types
import typing
from typing import Any

import pydantic
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openai.types.beta.realtime import RealtimeClientEvent as BetaClientEvent
from openai.types.beta.realtime import RealtimeServerEvent as BetaServerEvent
from openai.types.realtime import RealtimeClientEvent, RealtimeServerEvent
from pydantic import BaseModel, TypeAdapter
from tests.voice.protocols.openai_talk import Talk

from mapokezi.voice.events import VoiceFailed
from mapokezi.voice.protocols.openai_realtime.server_messages import read
from mapokezi.voice.session import PastTurn
from mapokezi.voice.wire import Send

GA_CLIENT: TypeAdapter[BaseModel] = TypeAdapter(RealtimeClientEvent)
BETA_CLIENT: TypeAdapter[BaseModel] = TypeAdapter(BetaClientEvent)
HISTORY = (PastTurn("receptionist", "Good morning."), PastTurn("caller", "Hello?"))


# -- what we send --


def unknown_keys(told: object, where: str = "") -> list[str]:
    """Name what the SDK's types do not know: they let it pass, the service may not."""
    if isinstance(told, BaseModel):
        extra = [f"{where}.{key}" for key in told.model_extra or {}]
        for name in type(told).model_fields:
            extra += unknown_keys(getattr(told, name), f"{where}.{name}")
        return extra
    if isinstance(told, list):
        return [key for one in told for key in unknown_keys(one, where)]
    return []


def everything_sent(**options: object) -> dict[str, list[bytes]]:
    """Play a call in which every kind of message is sent; give them by type."""
    url = str(options.pop("url", ""))
    talk = Talk(url, **options).open(history=HISTORY, came_back_from="Otieno")
    sent: list[bytes] = []
    talk.connect()
    message = talk.caller(20)
    assert message is not None
    sent.append(message)
    talk.protocol.told("Are you still there?", talk.now)
    talk.begin("r1").audio("i1", "r1", 500).call("f1", "r1").done("r1")
    talk.answer("m1-tool-1", {"status": "saved"}).begin("r2").audio("i2", "r2", 500)
    talk.audio("i3", "r2").cut("m1-reply-2", 200, "We").done("r2", "cancelled")
    talk.protocol.caller_digit("#", talk.now)
    talk.wait(0).begin("r3").audio("i9", "r3").done("r3")
    talk.protocol.speak("Goodbye.", "line-1", talk.now)
    talk.wait(1)
    loud, quiet = b"\x00\x20\x00\xe0" * 160, bytes(640)
    for frame in [quiet] * 50 + [loud] * 25 + [quiet] * 50:  # for a server without a detector
        talk.protocol.caller_audio(frame, talk.now)
        talk.wait(0.02)
    sent += [order.message for order in talk.gather().orders if isinstance(order, Send)]
    by_type: dict[str, list[bytes]] = {}
    for message in sent:
        by_type.setdefault(json.loads(message)["type"], []).append(message)
    return by_type


CONTROL = {
    "session.update",
    "input_audio_buffer.append",
    "conversation.item.create",
    "conversation.item.truncate",
    "conversation.item.delete",
    "response.create",
    "response.cancel",
}
OPTIONS: list[dict[str, object]] = [
    {},
    {"turn_detection": "semantic_vad", "eagerness": "high", "noise_reduction": "off"},
    {"transcription_model": "gpt-4o-transcribe", "reasoning_effort": "low", "speed": 1.1},
    {"transcription_model": "off", "max_output_tokens": 800, "context_tokens": 8000},
    {"server_vad": False, "noise_reduction": "far_field"},
]


@pytest.mark.parametrize("options", OPTIONS)
def test_every_message_parses_with_the_types_of_the_sdk(options: dict[str, object]) -> None:
    sent = everything_sent(interrupts=False, **options)
    wanted = CONTROL | (set() if options.get("server_vad", True) else {"input_audio_buffer.commit"})
    assert wanted <= set(sent)
    for messages in sent.values():
        for message in messages:
            told = GA_CLIENT.validate_json(message, strict=True)
            assert unknown_keys(told) == []


BETA_OPTIONS: list[dict[str, object]] = [
    {"temperature": 0.8, "noise_reduction": "near_field", "speed": 0.9},
    {"transcription_model": "whisper-1", "max_output_tokens": 500},
    {"turn_detection": "semantic_vad", "server_vad": True},
]


@pytest.mark.parametrize("options", BETA_OPTIONS)
def test_every_message_of_the_beta_dialect_does(options: dict[str, object]) -> None:
    sent = everything_sent(interrupts=False, dialect="beta", url="ws://gpu/v1/realtime", **options)
    assert set(sent) >= CONTROL
    for messages in sent.values():
        for message in messages:
            told = BETA_CLIENT.validate_json(message, strict=True)
            assert unknown_keys(told) == []


def test_the_check_can_fail() -> None:
    message = b'{"type":"session.update","session":{"type":"realtime","colour":"red"}}'
    assert unknown_keys(GA_CLIENT.validate_json(message)) == [".session.colour"]
    with pytest.raises(pydantic.ValidationError):
        GA_CLIENT.validate_json(b'{"type":"conversation.item.truncate","item_id":"i"}')


# -- what we read --


def tables(model: type[BaseModel]) -> st.SearchStrategy[dict[str, Any]]:
    """Give anything that a type of the SDK allows, as it comes over the wire."""
    needed: dict[str, st.SearchStrategy[Any]] = {}
    optional: dict[str, st.SearchStrategy[Any]] = {}
    for name, about in model.model_fields.items():
        key = about.alias or name
        (needed if about.is_required() else optional)[key] = values(about.annotation)
    return st.fixed_dictionaries(needed, optional=optional)


def values(annotation: Any) -> st.SearchStrategy[Any]:
    """Give what an annotation allows, as JSON."""
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return values(args[0])
    if origin is typing.Literal:
        return st.sampled_from(args)
    if origin in {typing.Union, types.UnionType}:
        return st.one_of([values(one) for one in args])
    if origin is list:
        return st.lists(values(args[0]), max_size=2)
    if origin is dict:
        return st.dictionaries(st.text(max_size=4), values(args[1]), max_size=2)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return st.deferred(lambda: tables(annotation))
    plain: dict[Any, st.SearchStrategy[Any]] = {
        str: st.text(max_size=8),
        int: st.integers(0, 10**6),
        float: st.floats(0, 10**6),
        bool: st.booleans(),
        type(None): st.none(),
    }
    return plain.get(annotation, st.none())


def kinds_of(union: Any) -> list[type[BaseModel]]:
    return list(typing.get_args(typing.get_args(union)[0]))


KINDS = [*kinds_of(RealtimeServerEvent), *kinds_of(BetaServerEvent)]


@pytest.mark.parametrize(
    "kind", KINDS, ids=lambda kind: f"{kind.__module__.split('.')[2]}.{kind.__name__}"
)
@settings(max_examples=20)
@given(data=st.data())
def test_every_event_that_the_sdk_knows_is_read(kind: type[BaseModel], data: Any) -> None:
    told = data.draw(tables(kind))
    event = read(json.dumps(told).encode())
    assert event is not None, "the message does not fit our struct"
    for name in ("item_id", "response_id", "delta", "transcript", "previous_item_id"):
        if isinstance(told.get(name), str):
            assert getattr(event, name) == told[name]


@settings(max_examples=50)
@given(st.lists(st.sampled_from(KINDS).flatmap(tables), max_size=8))
def test_no_sequence_of_such_events_can_raise(events: list[dict[str, Any]]) -> None:
    talk = Talk().ready()
    for event in events:
        talk.raw(json.dumps(event).encode())
    talk.wait(10)
    failed = [place for place, one in enumerate(talk.events) if isinstance(one, VoiceFailed)]
    assert failed in ([], [len(talk.events) - 1])


def test_all_events_that_we_act_on_are_known_to_the_sdk() -> None:
    known = set()
    for kind in KINDS:
        [name] = typing.get_args(kind.model_fields["type"].annotation)
        event = read(json.dumps({"type": name}).encode())
        assert event is not None
        known.add(event.type)
    acted_on = set(Talk().protocol._reading._on)  # type: ignore[attr-defined]
    assert acted_on <= known
