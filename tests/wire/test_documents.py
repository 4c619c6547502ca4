"""The exact XML and JSON that go to the platform, composed from contract sections 3 to 5.

Our line writes these, and the emulator reads them: both answer to the texts that stand here, so
that a misreading which the two share cannot pass unnoticed.
"""

from __future__ import annotations

import json
from typing import get_args

import pytest

from mapokezi.telephony.actions import (
    Action,
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
    EMPTY_XML,
    XML_CONTENT_TYPE,
    parse_json,
    parse_xml,
    render_json,
    render_xml,
)

MEDIA = "wss://HOST/ws/media/node-1?call=HD_1f2e3d4c5b6a&token=abc"
RECOMMENDED = Stream(
    url=MEDIA,
    name="receptionist",
    track=Track.INBOUND,
    connect=True,
    output_sampling_rate_hz=16_000,
    bidirectional_sampling_rate_hz=16_000,
    status_callback="https://HOST/voice/stream-status",
    status_events="stream-started stream-stopped stream-error",
)

FULL_CONFERENCE = Conference(
    "room",
    flags="mute",
    muted=False,
    start_on_enter=True,
    end_on_exit=True,
    beep=True,
    record=True,
    max_participants=3,
    wait_url="https://HOST/w",
    status_events_callback_url="https://HOST/s",
    status_events="start end join leave",
    collect_digits=True,
    finish_on_key="#",
    num_digits=1,
    digits_callback_url="https://HOST/d",
)
FULL_RECORD = Record(
    action="https://HOST/r",
    method="POST",
    timeout_s=5,
    max_length_s=60,
    finish_on_key="#",
    transcribe=True,
    transcribe_callback="https://HOST/t",
)
FULL_STREAM = Stream(
    url="wss://HOST/m",
    name="n",
    track=Track.BOTH,
    connect=False,
    output_sampling_rate_hz=8000,
    bidirectional_sampling_rate_hz=24_000,
    input_sampling_rate_hz=8000,
    status_callback="https://HOST/s",
    status_events="stream-error",
    header_metadata='{"a":"b"}',
    open_metadata="opaque",
)

XML: list[tuple[Action, str]] = [
    (
        RECOMMENDED,
        (
            '<Stream name="receptionist"'
            ' url="wss://HOST/ws/media/node-1?call=HD_1f2e3d4c5b6a&amp;token=abc"'
            ' track="inbound_track" connect="true" outputSamplingRate="16000"'
            ' bidirectionalSamplingRate="16000"'
            ' statusCallback="https://HOST/voice/stream-status"'
            ' statusEvents="stream-started stream-stopped stream-error"/>'
        ),
    ),
    (Say("Habari", language="en-US"), '<Say language="en-US">Habari</Say>'),
    (Play("https://storage.example/a.wav"), "<Play>https://storage.example/a.wav</Play>"),
    (
        GetDigits(num_digits=1, timeout_s=5, finish_on_key="#", nested=(Say("One?"),)),
        '<GetDigits maxDigits="1" timeout="5" finishOnKey="#"><Say>One?</Say></GetDigits>',
    ),
    (Dial(("+254700000001",)), "<Dial>+254700000001</Dial>"),
    (
        Dial(("+254700000001",), caller_id="+254209000000", timeout_s=25),
        ('<Dial callerId="+254209000000" timeout="25"><Number>+254700000001</Number></Dial>'),
    ),
    (Dial(sip="sip:a@b"), "<Dial><Sip>sip:a@b</Sip></Dial>"),
    (
        Dial(
            ("+254700000001", "+254700000002"),
            caller_id="+254209000000",
            timeout_s=25,
            record=DialRecording.FROM_ANSWER,
        ),
        (
            '<Dial callerId="+254209000000" timeout="25" record="true">'
            "<Number>+254700000001</Number><Number>+254700000002</Number></Dial>"
        ),
    ),
    (
        Conference("room", start_on_enter=True, end_on_exit=False, beep=False),
        '<Conference startOnEnter="true" endOnExit="false" beep="false">room</Conference>',
    ),
    (
        FULL_CONFERENCE,
        (
            '<Conference flags="mute" muted="false" startOnEnter="true" endOnExit="true"'
            ' beep="true" record="true" maxParticipants="3" waitUrl="https://HOST/w"'
            ' statusEventsCallbackUrl="https://HOST/s" statusEvents="start end join leave"'
            ' collectDigits="true" finishOnKey="#" numDigits="1"'
            ' digitsCallbackUrl="https://HOST/d">room</Conference>'
        ),
    ),
    (
        FULL_RECORD,
        (
            '<Record action="https://HOST/r" method="POST" timeout="5" maxLength="60"'
            ' finishOnKey="#" transcribe="true" transcribeCallback="https://HOST/t"/>'
        ),
    ),
    (
        Say("Habari", "woman", "sw-KE", 0),
        '<Say voice="woman" language="sw-KE" loop="0">Habari</Say>',
    ),
    (Play("https://HOST/a.wav", 2), '<Play loop="2">https://HOST/a.wav</Play>'),
    (
        FULL_STREAM,
        (
            '<Stream name="n" url="wss://HOST/m" track="both_tracks" connect="false"'
            ' outputSamplingRate="8000" bidirectionalSamplingRate="24000"'
            ' inputSamplingRate="8000" statusCallback="https://HOST/s"'
            ' statusEvents="stream-error" headerMetadata="{&quot;a&quot;:&quot;b&quot;}"'
            ' openMetadata="opaque"/>'
        ),
    ),
    (
        Record(max_length_s=60, finish_on_key="#", play_beep=True, trim_silence=True),
        '<Record maxLength="60" finishOnKey="#" playBeep="true" trim="trim-silence"/>',
    ),
    (
        Redirect("https://HOST/voice/continue?call=c&after=dial", "POST"),
        '<Redirect method="POST">https://HOST/voice/continue?call=c&amp;after=dial</Redirect>',
    ),
    (Reject(), "<Reject/>"),
    (Reject(RejectReason.BUSY), '<Reject reason="busy"/>'),
    (Hangup(), "<Hangup/>"),
]

JSON: list[tuple[Action, str]] = [
    (
        RECOMMENDED,
        (
            '{"stream":{"name":"receptionist",'
            '"url":"wss://HOST/ws/media/node-1?call=HD_1f2e3d4c5b6a&token=abc",'
            '"track":"inbound_track","connect":true,"outputSamplingRate":16000,'
            '"bidirectionalSamplingRate":16000,"statusCallback":"https://HOST/voice/stream-status",'
            '"statusEvents":"stream-started stream-stopped stream-error"}}'
        ),
    ),
    (Say("Habari", language="sw-KE"), '{"say":{"text":"Habari","language":"sw-KE"}}'),
    (
        GetDigits(num_digits=0, finish_on_key="#", nested=(Say("One?"),)),
        '{"getDigits":{"nested":[{"say":{"text":"One?"}}],"numDigits":0,"finishOnKey":"#"}}',
    ),
    (Dial(("+254700000001",)), '{"dial":{"number":"+254700000001"}}'),
    (
        Dial(("+254700000001", "+254700000002"), record=DialRecording.FROM_RINGING),
        '{"dial":{"numbers":["+254700000001","+254700000002"],"record":"record-from-ringing"}}',
    ),
    (Dial(sip="sip:a@b"), '{"dial":{"sip":"sip:a@b"}}'),
    (Say("Habari", "woman", loop=0), '{"say":{"text":"Habari","voice":"woman","loop":0}}'),
    (Play("https://HOST/a.wav", 2), '{"play":{"url":"https://HOST/a.wav","loop":2}}'),
    (
        Dial(("+254700000001",), caller_id="+254209000000", timeout_s=25),
        '{"dial":{"number":"+254700000001","callerId":"+254209000000","timeout":25}}',
    ),
    (
        FULL_CONFERENCE,
        (
            '{"conference":{"name":"room","flags":"mute","muted":false,"startOnEnter":true,'
            '"endOnExit":true,"beep":true,"record":true,"maxParticipants":3,'
            '"waitUrl":"https://HOST/w","statusEventsCallbackUrl":"https://HOST/s",'
            '"statusEvents":"start end join leave","collectDigits":true,"finishOnKey":"#",'
            '"numDigits":1,"digitsCallbackUrl":"https://HOST/d"}}'
        ),
    ),
    (
        FULL_RECORD,
        (
            '{"record":{"action":"https://HOST/r","method":"POST","timeout":5,"maxLength":60,'
            '"finishOnKey":"#","transcribe":true,"transcribeCallback":"https://HOST/t"}}'
        ),
    ),
    (
        FULL_STREAM,
        (
            '{"stream":{"name":"n","url":"wss://HOST/m","track":"both_tracks","connect":false,'
            '"outputSamplingRate":8000,"bidirectionalSamplingRate":24000,'
            '"inputSamplingRate":8000,"statusCallback":"https://HOST/s",'
            '"statusEvents":"stream-error","headerMetadata":"{\\"a\\":\\"b\\"}",'
            '"openMetadata":"opaque"}}'
        ),
    ),
    (
        AiAgent(
            "agent-1",
            revision=2,
            variables={"office": "law"},
            handover=Handover(callback_url="https://HOST/h"),
            on_unavailable=Unavailable.HANGUP,
        ),
        (
            '{"aiAgent":{"agentId":"agent-1","revision":2,"onUnavailable":"hangup",'
            '"variables":{"office":"law"},"handover":{"callbackUrl":"https://HOST/h"}}}'
        ),
    ),
    (
        Record(max_length_s=60, finish_on_key="#"),
        '{"record":{"maxLength":60,"finishOnKey":"#"}}',
    ),
    (Redirect("https://HOST/c", "POST"), '{"redirect":{"method":"POST","url":"https://HOST/c"}}'),
    (Reject(RejectReason.REJECTED), '{"reject":{"reason":"rejected"}}'),
    (Hangup(), '{"hangup":{}}'),
]


def test_every_verb_stands_in_every_form_that_it_has() -> None:
    verbs = set(get_args(Action))
    assert {type(action) for action, _ in JSON} == verbs
    assert {type(action) for action, _ in XML} == verbs - {AiAgent}


@pytest.mark.parametrize(("action", "xml"), XML)
def test_xml(action: Action, xml: str) -> None:
    assert render_xml([action]) == f"<Response>{xml}</Response>"
    assert parse_xml(f"<Response>{xml}</Response>") == (action,)


@pytest.mark.parametrize(("action", "text"), JSON)
def test_json(action: Action, text: str) -> None:
    assert render_json([action]) == f'{{"actions":[{text}]}}'
    assert parse_json(f'{{"actions":[{text}]}}') == (action,)


def test_the_empty_answer_to_a_lifecycle_post() -> None:
    assert EMPTY_XML == "<Response></Response>"
    assert parse_xml(EMPTY_XML) == parse_xml("<Response/>") == ()
    assert XML_CONTENT_TYPE.startswith("text/xml")


def test_the_contracts_recommended_json_is_read() -> None:
    document = (
        '{"actions":[{"stream":{"url":"wss://HOST/ws/media?call=HD_1&token=t",'
        '"track":"inbound_track","connect":true,'
        '"outputSamplingRate":16000,"bidirectionalSamplingRate":16000,"name":"receptionist"}}]}'
    )
    (stream,) = parse_json(document)
    assert isinstance(stream, Stream)
    assert (stream.connect, stream.bidirectional_sampling_rate_hz) == (True, 16_000)
    assert json.loads(render_json([stream])) == json.loads(document)


def test_the_seed_pages_documents_are_read() -> None:
    seed_stream = """<Response>
  <Stream
    name="receptionist"
    url="wss://your-app.example.com/audio"
    track="both_tracks"
    outputSamplingRate="16000"
    statusCallback="https://your-app.example.com/stream-status"
    statusEvents="stream-started stream-stopped stream-error" />
</Response>
"""
    assert parse_xml(seed_stream) == (
        Stream(
            url="wss://your-app.example.com/audio",
            name="receptionist",
            track=Track.BOTH,
            output_sampling_rate_hz=16_000,
            status_callback="https://your-app.example.com/stream-status",
            status_events="stream-started stream-stopped stream-error",
        ),
    )
    seed_dial = """<Response>
  <Say>Connecting you to the front desk now.</Say>
  <Dial>+254700000001</Dial>
</Response>"""
    assert parse_xml(seed_dial) == (
        Say("Connecting you to the front desk now."),
        Dial(("+254700000001",)),
    )


@pytest.mark.parametrize(
    "xml",
    [
        (
            '<Dial callerId="+254209000000" timeout="20" record="true">'
            "<Number>+254700000001</Number></Dial>"
        ),
        '<Dial callerId="+254209000000" timeout="20" record="true" phoneNumbers="+254700000001"/>',
    ],
)
def test_other_forms_of_dial_that_were_seen(xml: str) -> None:
    (dial,) = parse_xml(f"<Response>{xml}</Response>")
    assert dial == Dial(
        ("+254700000001",),
        caller_id="+254209000000",
        timeout_s=20,
        record=DialRecording.FROM_ANSWER,
    )
