"""Actions as XML and JSON, and back."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.telephony.actions import (
    Action,
    ActionError,
    AiAgent,
    Conference,
    Dial,
    DialRecording,
    GetDigits,
    Handover,
    Hangup,
    Play,
    Record,
    Redirect,
    Reject,
    RejectReason,
    Say,
    Stream,
    Track,
    Unavailable,
)
from mapokezi.telephony.markup import (
    BadDocument,
    parse_json,
    parse_xml,
    render_json,
    render_xml,
)

words = st.text(
    st.characters(
        codec="utf-8",
        exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"],
        exclude_characters="\ufffe\uffff",
    ),
    min_size=1,
    max_size=30,
)
small = st.none() | st.integers(0, 600)
flag = st.none() | st.booleans()
text = st.none() | words
says = st.builds(Say, words, st.sampled_from([None, "alice"]), st.none() | words, small)
plays = st.builds(Play, words, small)
both_forms: st.SearchStrategy[Action] = st.one_of(
    says,
    plays,
    st.builds(GetDigits, small, small, st.none() | words, st.tuples(says, plays) | st.just(())),
    st.builds(
        Dial,
        st.lists(st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True), min_size=1, max_size=3).map(
            tuple
        ),
        st.none(),
        st.none() | words,
        small,
        st.none() | st.sampled_from(DialRecording),
    ),
    st.builds(Dial, st.just(()), words),
    st.builds(
        Conference,
        name=words,
        flags=text,
        muted=flag,
        start_on_enter=flag,
        end_on_exit=flag,
        beep=flag,
        record=flag,
        max_participants=small,
        wait_url=text,
        status_events_callback_url=text,
        status_events=text,
        collect_digits=flag,
        finish_on_key=text,
        num_digits=small,
        digits_callback_url=text,
    ),
    st.builds(
        Record,
        action=text,
        method=text,
        timeout_s=small,
        max_length_s=small,
        finish_on_key=text,
        transcribe=flag,
        transcribe_callback=text,
        play_beep=st.none(),
        trim_silence=st.none(),
    ),
    st.builds(Redirect, words, st.none() | st.just("POST")),
    st.builds(Reject, st.none() | st.sampled_from(RejectReason)),
    st.builds(Hangup),
    st.builds(
        Stream,
        url=words,
        name=text,
        track=st.none() | st.sampled_from(Track),
        connect=flag,
        output_sampling_rate_hz=small,
        bidirectional_sampling_rate_hz=small,
        input_sampling_rate_hz=small,
        status_callback=text,
        status_events=text,
        header_metadata=text,
        open_metadata=text,
    ),
)
agents = st.builds(
    AiAgent,
    agent_id=words,
    revision=small,
    variables=st.none() | st.dictionaries(words, words, max_size=2),
    handover=st.none()
    | st.builds(Handover, words)
    | st.builds(Handover, st.none(), words)
    | st.builds(Handover, st.none(), st.none(), words),
    on_unavailable=st.none() | st.sampled_from(Unavailable),
)


@given(st.lists(both_forms, max_size=6).map(tuple))
def test_what_is_written_is_read_back(actions: tuple[Action, ...]) -> None:
    assert parse_json(render_json(actions)) == actions
    xml = render_xml(actions)
    assert xml.isascii()
    assert parse_xml(xml) == actions
    assert ET.fromstring(xml).tag == "Response"


@given(st.lists(both_forms, max_size=2), agents)
def test_the_platforms_own_agent_is_json_and_the_last(
    actions: list[Action], agent: AiAgent
) -> None:
    assert parse_json(render_json([*actions, agent])) == (*actions, agent)
    with pytest.raises(BadDocument, match="no form in XML"):
        render_xml([agent])
    with pytest.raises(BadDocument, match="last"):
        render_json([agent, Hangup()])
    with pytest.raises(BadDocument, match="last"):
        parse_json('{"actions":[{"aiAgent":{"agentId":"a"}},{"hangup":{}}]}')


def test_names_of_the_other_form_mean_nothing() -> None:
    assert parse_xml('<Response><GetDigits numDigits="4"/></Response>') == (GetDigits(),)
    assert parse_json('{"actions":[{"getDigits":{"maxDigits":4}}]}') == (GetDigits(),)


def test_record_in_xml_keeps_beep_and_trim() -> None:
    record = Record(max_length_s=60, play_beep=True, trim_silence=True)
    assert parse_xml(render_xml([record])) == (record,)


def test_control_characters_are_left_out_and_markup_is_escaped() -> None:
    xml = render_xml([Say('Tom & "Jo"\x00\x0b <b>\ud800 – karibu')])
    assert xml == '<Response><Say>Tom &amp; "Jo" &lt;b&gt; &#8211; karibu</Say></Response>'
    attribute = render_xml([Say("x", language='a"b')])
    assert attribute == '<Response><Say language="a&quot;b">x</Say></Response>'


def test_fifty_actions_and_no_more() -> None:
    fifty = (Hangup(),) * 50
    assert len(parse_xml(render_xml(fifty))) == 50
    for render in (render_xml, render_json):
        with pytest.raises(BadDocument, match="51 actions"):
            render((*fifty, Hangup()))
    with pytest.raises(BadDocument, match="51 actions"):
        parse_xml("<Response>" + "<Hangup/>" * 51 + "</Response>")
    with pytest.raises(BadDocument, match="51 actions"):
        parse_json(json.dumps({"actions": [{"hangup": {}}] * 51}))


def test_what_the_validator_refuses_cannot_be_made() -> None:
    with pytest.raises(ActionError):
        Dial()
    with pytest.raises(ActionError):
        Dial(("+254700000001",), sip="sip:x@y")
    for wrong in ({}, {"forward": "+254700000001", "voicemail": "box"}):
        with pytest.raises(ActionError):
            Handover(**wrong)
    with pytest.raises(ActionError):
        GetDigits(nested=(Hangup(),))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "document",
    [
        "",
        "hello",
        "<Response>",
        "<Answer/>",
        "<Response><Fly/></Response>",
        "<Response><Say></Say></Response>",
        "<Response><Stream/></Response>",
        '<Response><Stream url="x" connect="perhaps"/></Response>',
        '<Response><Stream url="x" track="sideways"/></Response>',
        '<Response><Stream url="x" outputSamplingRate="fast"/></Response>',
        "<Response><Dial/></Response>",
        "<Response><GetDigits><Hangup/></GetDigits></Response>",
        (
            "<Response><GetDigits><GetDigits><GetDigits><GetDigits/></GetDigits></GetDigits>"
            "</GetDigits></Response>"
        ),
        '<!DOCTYPE r [<!ENTITY a "b">]><Response><Say>&a;</Say></Response>',
        '<!DOCTYPE r SYSTEM "file:///etc/hostname"><Response/>',
        '<?xml version="1.0" encoding="klingon"?><Response/>',
        "<Response><Say>" + "x" * 300_000 + "</Say></Response>",
    ],
)
def test_bad_xml_is_refused(document: str) -> None:
    with pytest.raises(BadDocument):
        parse_xml(document)


@pytest.mark.parametrize(
    "document",
    [
        "",
        "{",
        "{}",
        "17",
        '{"actions":{}}',
        '{"actions":["hangup"]}',
        '{"actions":[{"hangup":{},"say":{"text":"x"}}]}',
        '{"actions":[{"fly":{}}]}',
        '{"actions":[{"say":"x"}]}',
        '{"actions":[{"say":{}}]}',
        '{"actions":[{"dial":{}}]}',
        '{"actions":[{"dial":{"number":"+254700000001","numbers":["+254700000002"]}}]}',
        '{"actions":[{"dial":{"number":"+254700000001","sip":"sip:x@y"}}]}',
        '{"actions":[{"getDigits":{"nested":[{"hangup":{}}]}}]}',
        '{"actions":[{"aiAgent":{}}]}',
        '{"actions":[{"aiAgent":{"agentId":"a","variables":[]}}]}',
        '{"actions":[{"aiAgent":{"agentId":"a","handover":"+254700000001"}}]}',
        '{"actions":[{"aiAgent":{"agentId":"a","handover":{}}}]}',
        '{"actions":[{"aiAgent":{"agentId":"a","onUnavailable":"shrug"}}]}',
        "[" * 100_000,
    ],
)
def test_bad_json_is_refused(document: str) -> None:
    with pytest.raises(BadDocument):
        parse_json(document)


def test_a_bare_list_of_actions_is_read() -> None:
    assert parse_json('[{"hangup":{}}]') == (Hangup(),)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(document: bytes) -> None:
    for parse in (parse_xml, parse_json):
        try:
            parse(document)
        except BadDocument:
            continue
