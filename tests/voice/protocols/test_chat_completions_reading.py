"""An answer as it streams: cut anywhere, told in any server's way, broken in any way."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.voice.protocols.chat_completions.answer import (
    AnswerEnded,
    AnswerEvent,
    AnswerFailed,
    ChatAnswer,
    Clause,
    TokensCounted,
    ToolsProposed,
)
from mapokezi.voice.protocols.chat_completions.sse import Event, EventReader, NotEvents


def event(value: Any, end: str = "\n\n") -> bytes:
    return f"data: {json.dumps(value)}{end}".encode()


def delta(reason: str | None = None, **delta: Any) -> Any:
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}


def tool(name: str = "", arguments: Any = "", index: int | None = 0, call_id: str = "") -> Any:
    call: dict[str, Any] = {"function": {"arguments": arguments}}
    if name:
        call["function"]["name"] = name
    if index is not None:
        call["index"] = index
    if call_id:
        call["id"] = call_id
    return delta(tool_calls=[call])


DONE = b"data: [DONE]\n\n"


def read(pieces: Iterable[bytes], **how: Any) -> list[AnswerEvent]:
    answer = ChatAnswer(**how)
    found = [told for piece in pieces for told in answer.feed(piece)]
    found += answer.end()
    assert answer.has_ended
    assert answer.is_over
    return found


def cut_up(data: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    return [data[a:b] for a, b in pairwise(places)]


WHOLE = (
    b": ping\r\n\r\n"
    + event(delta(role="assistant", content=""))
    + event(delta(reasoning_content="hm", content=None))
    + event(delta(content="Good day, caller. W\u00e9 ar"), "\r\n\r\n")
    + event(delta(content="e <think>no</think>open. \U0001f600"), "\r\r")
    + event(tool("take_message", '{"na', call_id="a"))
    + event(tool("", 'me": "Ann"}'))
    + event(tool("end_call", "{}", 1, "b"))
    + event(delta("tool_calls"))
    + event({"choices": [], "usage": {"prompt_tokens": 50, "completion_tokens": 9}})
    + DONE
)


def test_a_whole_answer() -> None:
    clauses, (tools,), (ended,), (count,) = _sorted(read([WHOLE]))
    assert [clause.text for clause in clauses] == ["Good day, caller.", "Wé are open."]
    assert [(one.call_id, one.name, one.arguments) for one in tools.tools] == [
        ("a", "take_message", {"name": "Ann"}),
        ("b", "end_call", {}),
    ]
    assert ended == AnswerEnded("tool_calls", left_out=True)
    assert count.units == {"text_in": 50, "text_out": 9}


def _sorted(events: list[AnswerEvent]) -> Any:
    kinds = (Clause, ToolsProposed, AnswerEnded | AnswerFailed, TokensCounted)
    return [[told for told in events if isinstance(told, kind)] for kind in kinds]


@given(st.lists(st.integers(0, len(WHOLE)), max_size=40))
def test_it_reads_the_same_wherever_it_is_cut(cuts: list[int]) -> None:
    assert read(cut_up(WHOLE, cuts)) == read([WHOLE])


def test_byte_by_byte_too() -> None:
    assert read(WHOLE[at : at + 1] for at in range(len(WHOLE))) == read([WHOLE])


@given(st.integers(0, len(WHOLE) - 1))
def test_what_is_broken_off_runs_no_tool_unless_it_was_complete(end: int) -> None:
    events = read([WHOLE[:end]])
    _, tools, (last,), _ = _sorted(events)
    assert bool(tools) == isinstance(last, AnswerEnded)


@given(st.binary(max_size=200), st.lists(st.integers(0, 200), max_size=5))
def test_rubbish_is_told_and_never_raised(data: bytes, cuts: list[int]) -> None:
    read(cut_up(data, cuts))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "broken off"),
        (event(delta(content="Hello")), "broken off"),
        (b"data: {broken\n\n", "malformed"),
        (b'data: {"choices": 5}\n\n', "malformed"),
        (event({"error": {"message": "out of memory", "code": 500}}), "out of memory"),
        (event({"object": "error", "message": "too long"}), "too long"),
        (b'error: {"message": "slot unavailable"}\n\n', "slot unavailable"),
        (b"event: error\ndata: it is down\n\n", "it is down"),
        (event({"error": "plain words"}), "plain words"),
        (event(delta("content_filter")), "content_filter"),
        (event(delta("length")), "max_tokens"),
    ],
)
def test_what_goes_wrong_is_said(body: bytes, reason: str) -> None:
    failed = read([body])[-1]
    assert isinstance(failed, AnswerFailed)
    assert reason in failed.reason


def test_an_answer_that_was_too_long_for_the_server_ends_with_its_last_whole_sentence() -> None:
    text = delta(content="This is whole. And this is no")
    events = read([event(text), event(tool("end_call", "{}")), event(delta("length")), DONE])
    assert events == [Clause("This is whole."), AnswerEnded("length")]


def test_one_that_runs_on_is_stopped() -> None:
    text = " ".join(f"This is the sentence of the number {n}." for n in range(100))
    events = read([event(delta(content=text))], most_characters=200)
    assert events[-1] == AnswerEnded("too long")
    assert 200 <= sum(len(one.text) for one in events if isinstance(one, Clause)) < 260


def test_one_that_goes_round_in_circles_is_stopped() -> None:
    events = read([event(delta(content="We are open. " * 50))])
    assert events == [Clause("We are open."), Clause("We are open."), AnswerEnded("repeats")]


def test_a_sentence_that_names_a_tool_is_not_spoken() -> None:
    text = delta(content="I will use hand_over now. Please hold.")
    events = read([event(text), DONE], tool_names=["hand_over", "wait"])
    assert events == [Clause("Please hold."), AnswerEnded("stop", left_out=True)]


@pytest.mark.parametrize(
    "chunks",
    [
        # all numbered 0, told apart by their ids (older vLLM)
        [tool("one", '{"a": 1}', 0, "x"), tool("two", "{}", 0, "y")],
        # no numbers, whole arguments as objects (Ollama, Gemini's endpoint)
        [tool("one", {"a": 1}, None, "x"), tool("two", {}, None, "y")],
        # no numbers, no ids
        [tool("one", '{"a"', None), tool("", ": 1}", None), tool("two", "{}", None)],
        # the name with each piece
        [tool("one", '{"a"', 0, "x"), tool("one", ": 1}", 0, "x"), tool("two", "{}", 1, "y")],
        # the same id for both
        [tool("one", '{"a": 1}', 0, "x"), tool("two", "{}", 1, "x")],
        # encoded twice, and empty
        [tool("one", json.dumps('{"a": 1}'), 0, "x"), tool("two", "", 1, "y")],
    ],
)
def test_tool_calls_as_servers_tell_them(chunks: list[Any]) -> None:
    (proposed, _) = read([*map(event, chunks), event(delta("stop")), DONE])
    assert isinstance(proposed, ToolsProposed)
    assert [(one.name, one.arguments) for one in proposed.tools] == [("one", {"a": 1}), ("two", {})]
    assert len({one.call_id for one in proposed.tools}) == 2


@pytest.mark.parametrize("arguments", ['{"a": ', "[1]", "5", "nonsense"])
def test_arguments_that_are_no_object_are_not_made_into_one(arguments: str) -> None:
    (proposed, _) = read([event(tool("one", arguments)), event(delta("tool_calls")), DONE])
    assert isinstance(proposed, ToolsProposed)
    assert proposed.tools[0].arguments is None
    assert proposed.tools[0].raw == "{}"


def test_tool_calls_without_an_end_are_given_up() -> None:
    many = [event(tool("a", "{}", n)) for n in range(20)]
    assert "too many" in str(read(many)[-1])
    assert "without an end" in str(read([event(tool("a", "x" * 20_000))])[-1])


def test_the_count_is_split_by_kind_and_taken_once() -> None:
    usage = {
        "prompt_tokens": 100,
        "completion_tokens": 30,
        "prompt_tokens_details": {"cached_tokens": 80},
        "completion_tokens_details": {"reasoning_tokens": 20},
    }
    with_each = {**delta(content="Hi there."), "usage": {"prompt_tokens": 1}}
    events = read([event(with_each), event({**delta("stop"), "usage": usage}), DONE])
    assert events[-1] == TokensCounted(
        {"text_in": 20, "text_in_cached": 80, "text_out": 10, "thought_out": 20}
    )
    assert len([one for one in events if isinstance(one, TokensCounted)]) == 1


def test_a_refusal_and_parts_of_text_are_words() -> None:
    parts = [{"type": "text", "text": "Good day."}, {"type": "image"}]
    assert read([event(delta(content=parts)), DONE])[0] == Clause("Good day.")
    assert read([event(delta(refusal="I cannot.")), DONE])[0] == Clause("I cannot.")


def test_only_the_first_choice_is_spoken() -> None:
    other = {"choices": [{"index": 1, "delta": {"content": "No."}}]}
    assert read([event(other), event(delta(content="Yes.")), DONE])[0] == Clause("Yes.")


def test_server_sent_events_in_all_their_forms() -> None:
    body = b"\xef\xbb\xbfdata: a\r\ndata:b\r\n\r\n:note\n\nid: 5\ndata:  c\r\r"
    body += b"data\n\nevent: x\n\ndata: d"
    expected = [Event(b"a\nb"), Event(b" c"), Event(b"d")]
    for step in (1, 2, 3, len(body)):
        reader = EventReader()
        found = [e for at in range(0, len(body), step) for e in reader.feed(body[at : at + step])]
        assert [*found, *reader.flush()] == expected
    with pytest.raises(NotEvents):
        EventReader().feed(b"x" * (2 << 20))
