"""Our messages against the types of google-genai: what we send it reads, what it knows we read."""

from __future__ import annotations

import json
import types as python_types
import typing
from enum import Enum
from typing import Any

import msgspec
import pytest
from google import genai
from google.auth.credentials import AnonymousCredentials
from google.genai import _common, types
from google.genai import _live_converters as converters
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel
from pydantic.alias_generators import to_camel
from tests.voice.protocols.gemini_talk import BRIEFING, FarSide, audio, profile

from mapokezi.voice.events import ReplyAudio, ToolCalled
from mapokezi.voice.profile import ModelBriefing, ModelProfile
from mapokezi.voice.protocols.gemini_live import incoming
from mapokezi.voice.session import PastTurn

HISTORY = (
    PastTurn("receptionist", "Good morning."),
    PastTurn("caller", "Is Otieno in?"),
)
VERTEX = {"vertex": True, "project": "p", "location": "us-central1"}


def all_that_is_sent(
    model_profile: ModelProfile, briefing: ModelBriefing, vendor_id: str | None
) -> list[bytes]:
    """Have a session send every kind of message that there is."""
    far = FarSide(model_profile, briefing)
    far.open(HISTORY, reply_owed=True)
    far.accept()
    frame = far.caller(b"\x01\x02" * 320)
    assert frame is not None
    far.wait(2)
    far.says("He is out.")
    far.content(turnComplete=True)
    far.protocol.told("One moment.", far.now)
    far.gather()
    far.send(sessionResumptionUpdate={"newHandle": "h1", "resumable": True})
    for name in ("look_up", "take_message", "no_such_tool"):
        far.calls(name, vendor_id)
        vendor_id = vendor_id and vendor_id + "x"
    for call in far.of(ToolCalled):
        far.answer(call.tool_call_id, {"status": "saved", "message_id": 7})
    far.speak("Goodbye.", "line-1")
    far.protocol.caller_digit("1", far.now)
    far.wait(8)
    far.close(1006)
    far.accept()
    return [*far.raw, frame]


SENT = [
    (False, message)
    for model in ("", "gemini-3.8-live-extended-thinking")
    for message in all_that_is_sent(
        profile(
            model=model,
            voice="Kore",
            options={"temperature": 0.7, "language_code": "en-US", "chunk_ms": 20},
        ),
        ModelBriefing(
            tools=BRIEFING.tools, vocabulary=BRIEFING.vocabulary, labels={"office": "Wanjiku & Co"}
        ),
        "call-1",
    )
] + [
    (True, message) for message in all_that_is_sent(profile(key="", options=VERTEX), BRIEFING, None)
]


def test_every_kind_of_message_is_among_those_tried() -> None:
    kinds = {next(iter(json.loads(message))) for _, message in SENT}
    assert kinds == {"setup", "clientContent", "realtimeInput", "toolResponse"}
    setups = [json.loads(message)["setup"] for _, message in SENT if message[2:7] == b"setup"]
    assert any("handle" in setup["sessionResumption"] for setup in setups)
    assert any("historyConfig" in setup for setup in setups)
    assert any("labels" in setup for setup in setups)


@pytest.fixture(scope="module")
def clients() -> dict[bool, genai.Client]:
    """The SDK's client of either API, by whether it is Vertex's."""
    nobody = AnonymousCredentials()  # type: ignore[no-untyped-call]
    return {
        False: genai.Client(api_key="none"),
        True: genai.Client(vertexai=True, project="p", location="us-central1", credentials=nobody),
    }


def in_camel_case(value: Any) -> Any:
    """Write names as the SDK's aliases are; the SDK itself sends a mixture."""
    if isinstance(value, dict):
        return {to_camel(key): in_camel_case(one) for key, one in value.items()}
    return [in_camel_case(one) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    ("is_vertex", "message"), [one for one in SENT if one[1].startswith(b'{"setup"')]
)
def test_the_sdk_would_send_the_very_same_setup(
    is_vertex: bool, message: bytes, clients: dict[bool, genai.Client]
) -> None:
    setup = json.loads(message)["setup"]
    given = {key: value for key, value in setup.items() if key not in {"model", "generationConfig"}}
    config = types.LiveConnectConfig.model_validate(given | setup["generationConfig"])
    asked = types.LiveConnectParameters(model=setup["model"], config=config)
    convert = (
        converters._LiveConnectParameters_to_vertex
        if is_vertex
        else converters._LiveConnectParameters_to_mldev
    )
    sent = convert(
        api_client=clients[is_vertex]._api_client, from_object=asked.model_dump(exclude_none=True)
    )
    wire = _common.encode_unserializable_types(_common.convert_to_dict(sent))
    assert in_camel_case(wire["setup"]) == setup


@pytest.mark.parametrize(("is_vertex", "message"), SENT)
def test_the_sdk_reads_what_we_send(is_vertex: bool, message: bytes) -> None:
    wire = json.loads(message)
    if "setup" in wire:
        # The SDK has this field in its configuration only and adds it to the message itself.
        assert types.RealtimeInputConfig.model_validate(wire["setup"].pop("realtimeInputConfig"))
    told = types.LiveClientMessage.model_validate(wire)  # unknown names are errors
    assert told.model_dump(exclude_none=True)
    if told.tool_response is not None:
        for response in told.tool_response.function_responses or []:
            assert response.name
            assert response.response
            assert is_vertex is (response.id is None)
    if told.realtime_input is not None and told.realtime_input.audio is not None:
        assert told.realtime_input.audio.mime_type == "audio/pcm;rate=16000"
        assert told.realtime_input.audio.data == b"\x01\x02" * 320


def test_the_sdk_would_have_noticed_a_wrong_name() -> None:
    with pytest.raises(ValueError, match="Extra inputs"):
        types.LiveClientMessage.model_validate_json(b'{"setup":{"modle":"x"}}')


# -- what the server may send --

_READ = [
    (incoming.ServerMessage, types.LiveServerMessage),
    (incoming.ServerContent, types.LiveServerContent),
    (incoming.ModelTurn, types.Content),
    (incoming.Part, types.Part),
    (incoming.InlineData, types.Blob),
    (incoming.Transcription, types.Transcription),
    (incoming.ToolCall, types.LiveServerToolCall),
    (incoming.FunctionCall, types.FunctionCall),
    (incoming.ToolCallCancellation, types.LiveServerToolCallCancellation),
    (incoming.GoAway, types.LiveServerGoAway),
    (incoming.ResumptionUpdate, types.LiveServerSessionResumptionUpdate),
    (incoming.UsageMetadata, types.UsageMetadata),
    (incoming.TokenCount, types.ModalityTokenCount),
]
_VERTEX_NAMES = {"candidatesTokenCount", "candidatesTokensDetails"}


@pytest.mark.parametrize(("ours", "theirs"), _READ)
def test_every_name_that_we_read_is_one_of_theirs(
    ours: type[msgspec.Struct], theirs: type[BaseModel]
) -> None:
    known = {field.alias for field in theirs.model_fields.values()}
    names = {field.encode_name for field in msgspec.structs.fields(ours)}
    assert names - known - _VERTEX_NAMES == set()


_PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=6),
    bool: st.booleans(),
    int: st.integers(0, 2**31 - 1),
    float: st.floats(0, 1e6),
    bytes: st.binary(max_size=9),
    Any: st.one_of(st.integers(0, 9), st.text(max_size=3)),
}


def values(annotation: Any, depth: int) -> st.SearchStrategy[Any]:
    """Make values of an annotation of the SDK's models."""
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in {typing.Union, python_types.UnionType}:
        kinds = [kind for kind in inner if kind is not type(None)]
        return st.one_of([values(kind, depth) for kind in kinds])
    if origin is list:
        return st.lists(values(inner[0], depth), max_size=2)
    if origin is dict:
        return st.dictionaries(st.text(max_size=4), values(inner[1], depth), max_size=2)
    if origin is typing.Literal:
        return st.sampled_from(inner)
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return st.sampled_from(list(annotation))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return models(annotation, depth - 1)
    return st.nothing()


def models(kind: type[BaseModel], depth: int) -> st.SearchStrategy[BaseModel]:
    """Make models of a kind with any of their fields set."""
    if depth < 0:
        return st.builds(kind)
    fields: dict[str, st.SearchStrategy[Any]] = {}
    for name, field in kind.model_fields.items():
        made = values(field.annotation, depth)
        if not made.is_empty:
            fields[name] = made
    return st.fixed_dictionaries({}, optional=fields).map(lambda given: kind(**given))


@given(st.lists(models(types.LiveServerMessage, 4), min_size=1, max_size=4))
def test_we_read_every_message_that_the_sdk_knows(messages: list[BaseModel]) -> None:
    far = FarSide().ready()
    for message in messages:
        wire = message.model_dump_json(by_alias=True, exclude_none=True)
        assert incoming._DECODER.decode(wire.encode()) == incoming.decode(wire.encode())
        far.send_raw(wire.encode())
        far.wait(0.1)
    assert "unreadable message" not in repr(far.told)


def test_every_field_that_the_sdk_knows_is_accepted_as_null() -> None:
    wire = types.LiveServerMessage(
        server_content=types.LiveServerContent(
            model_turn=types.Content(parts=[types.Part(inline_data=types.Blob())]),
            input_transcription=types.Transcription(),
        ),
        tool_call=types.LiveServerToolCall(function_calls=[types.FunctionCall()]),
        usage_metadata=types.UsageMetadata(prompt_tokens_details=[types.ModalityTokenCount()]),
        go_away=types.LiveServerGoAway(),
        session_resumption_update=types.LiveServerSessionResumptionUpdate(),
    ).model_dump_json(by_alias=True)
    assert "null" in wire
    assert incoming._DECODER.decode(wire.encode()).server_content is not None


@given(st.binary(min_size=2, max_size=400).filter(lambda pcm: len(pcm) % 2 == 0))
def test_sound_in_the_sdks_own_base64_is_what_was_said(pcm: bytes) -> None:
    far = FarSide().ready()
    turn = types.Content(
        role="model",
        parts=[types.Part(inline_data=types.Blob(data=pcm, mime_type="audio/pcm;rate=24000"))],
    )
    message = types.LiveServerMessage(server_content=types.LiveServerContent(model_turn=turn))
    far.send_raw(message.model_dump_json(by_alias=True, exclude_none=True).encode())
    assert [event.pcm for event in far.of(ReplyAudio)] == [pcm]


def test_a_message_of_ours_for_the_server_is_one_that_the_sdk_reads_too() -> None:
    """The hand-written messages of the other tests are of the SDK's form."""
    for content in (audio(), {"interrupted": True}, {"turnComplete": True}):
        told = types.LiveServerMessage.model_validate({"serverContent": content})
        assert told.server_content is not None
