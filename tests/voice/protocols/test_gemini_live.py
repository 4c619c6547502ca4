"""What is set up and what goes up; connections, turns and tools are tested elsewhere."""

from __future__ import annotations

import base64
import json

from tests.voice.protocols.gemini_talk import (
    FRAME,
    KEY,
    FarSide,
    audio,
    profile,
)

from mapokezi.voice.events import (
    VoiceReady,
)
from mapokezi.voice.session import NOT_UNDERSTOOD, NotReached, PastTurn
from mapokezi.voice.wire import Send

# -- setting up --


def test_the_setup_is_the_first_message_and_waits_for_the_handshake() -> None:
    far = FarSide()
    far.open()
    assert far.sent == []
    (socket,) = far.dialled
    assert socket.url == (
        "wss://generativelanguage.googleapis.com/ws/google.ai.generativelanguage.v1beta"
        ".GenerativeService.BidiGenerateContent"
    )
    assert socket.headers == (("x-goog-api-key", KEY),)
    assert KEY not in socket.url
    assert KEY not in repr(socket)
    far.handshake()
    assert [list(message) for message in far.sent] == [["setup"]]
    assert far.told == []
    far.send(setupComplete={})
    assert far.told == [VoiceReady("google", leads_turns=True)]


def test_the_setup_of_the_stable_model() -> None:
    far = FarSide(profile(voice="Kore"))
    far.open()
    far.handshake()
    (setup,) = far.sent_with("setup")
    assert setup["model"] == "models/gemini-3.8-live"
    assert setup["generationConfig"] == {
        "responseModalities": ["AUDIO"],
        "speechConfig": {"voiceConfig": {"prebuiltVoiceConfig": {"voiceName": "Kore"}}},
    }
    assert setup["systemInstruction"] == {"parts": [{"text": "Be kind."}]}
    assert setup["realtimeInputConfig"] == {
        "automaticActivityDetection": {
            "disabled": False,
            "startOfSpeechSensitivity": "START_SENSITIVITY_LOW",
            "endOfSpeechSensitivity": "END_SENSITIVITY_HIGH",
            "prefixPaddingMs": 40,
            "silenceDurationMs": 500,
        },
        "activityHandling": "START_OF_ACTIVITY_INTERRUPTS",
        "turnCoverage": "TURN_INCLUDES_ONLY_ACTIVITY",
    }
    assert setup["inputAudioTranscription"] == {
        "languageCodes": ["en-KE"],
        "customVocabulary": ["Otieno", "Wanjiku Advocates"],
    }
    assert setup["outputAudioTranscription"] == {}
    assert setup["sessionResumption"] == {}
    assert setup["contextWindowCompression"] == {
        "triggerTokens": 25_600,
        "slidingWindow": {"targetTokens": 12_800},
    }
    assert not {"historyConfig", "proactivity", "explicitVadSignal"} & setup.keys()


def test_tools_go_as_parameters_with_their_behaviour() -> None:
    far = FarSide()
    far.open()
    far.handshake()
    (tools,) = far.sent_with("setup")[0]["tools"]
    assert tools["functionDeclarations"] == [
        {
            "name": "look_up",
            "description": "Find a fact.",
            "behavior": "BLOCKING",
            "parameters": {
                "type": "OBJECT",
                "properties": {"what": {"type": "STRING"}},
                "required": ["what"],
            },
        },
        {
            "name": "take_message",
            "description": "Save a message.",
            "behavior": "NON_BLOCKING",
            "parameters": {"type": "OBJECT", "properties": {"name": {"type": "STRING"}}},
        },
        {"name": "end_call", "description": "End the call.", "behavior": "BLOCKING"},
    ]


def test_extended_thinking_has_a_level_and_the_plain_model_none() -> None:
    far = FarSide(profile(model="gemini-3.8-live-extended-thinking"))
    far.open()
    far.handshake()
    config = far.sent_with("setup")[0]["generationConfig"]
    assert config["thinkingConfig"] == {"thinkingLevel": "LOW"}


# -- going up --


def test_a_frame_goes_up_as_one_message() -> None:
    far = FarSide().ready()
    message = far.caller(b"\x01\x02" * 320)
    assert message == (
        b'{"realtimeInput":{"audio":{"mimeType":"audio/pcm;rate=16000","data":"'
        + base64.b64encode(b"\x01\x02" * 320)
        + b'"}}}'
    )
    assert far.protocol.orders() == []


def test_two_frames_go_together_if_the_operator_wants() -> None:
    far = FarSide(profile(options={"chunk_ms": 40})).ready()
    assert far.caller(b"\x01" * 640) is None
    message = far.caller(b"\x02" * 640)
    assert message is not None
    data = json.loads(message)["realtimeInput"]["audio"]["data"]
    assert base64.b64decode(data) == b"\x01" * 640 + b"\x02" * 640


def test_what_the_caller_says_too_early_is_kept_for_two_seconds_in_order() -> None:
    far = FarSide()
    far.open()
    frames = [bytes([nth]) * 640 for nth in range(150)]
    assert [far.caller(frame) for frame in frames] == [None] * 150
    far.accept()
    sent = [base64.b64decode(one["audio"]["data"]) for one in far.sent_with("realtimeInput")]
    assert b"".join(sent) == b"".join(frames[50:])
    assert isinstance(far.caller(), bytes)


def test_history_is_seeded_before_the_callers_sound_and_nobody_is_greeted() -> None:
    history = (
        PastTurn("receptionist", "Good morning."),
        PastTurn("caller", "Is Otieno in?"),
        PastTurn("receptionist", "He is out. A message?"),
    )
    far = FarSide()
    far.open(history)
    far.caller()
    far.accept()
    setup, seed, sound = far.sent
    assert setup["setup"]["historyConfig"] == {"initialHistoryInClientContent": True}
    assert seed["clientContent"] == {
        "turns": [
            {"role": "user", "parts": [{"text": "(The telephone rings.)"}]},
            {"role": "model", "parts": [{"text": "Good morning."}]},
            {"role": "user", "parts": [{"text": "Is Otieno in?"}]},
            {"role": "model", "parts": [{"text": "He is out. A message?"}]},
        ],
        "turnComplete": True,
    }
    assert "audio" in sound["realtimeInput"]


def test_a_pending_question_is_taken_up_and_nudged_once() -> None:
    far = FarSide()
    history = (PastTurn("receptionist", "Hello."), PastTurn("caller", "When do you open?"))
    far.open(history, reply_owed=True)
    far.accept()
    asked = far.sent_with("clientContent")[1]
    assert asked["turnComplete"] is True
    assert "Do not greet" in asked["turns"][0]["parts"][0]["text"]
    far.wait(1.4)
    assert far.sent_with("realtimeInput") == []
    far.wait(0.2)
    assert far.sent_with("realtimeInput") == [{"text": " "}]
    far.wait(10)
    assert len(far.sent_with("realtimeInput")) == 1


def test_words_that_were_lost_are_no_words_of_the_callers() -> None:
    far = FarSide()
    far.open(
        (PastTurn("receptionist", "And?"), PastTurn("caller", NOT_UNDERSTOOD)), reply_owed=True
    )
    far.accept()
    told = far.sent_with("clientContent")[0]["turns"][-1]
    assert told["role"] == "user"
    assert "lost on the line" in told["parts"][0]["text"]
    assert NOT_UNDERSTOOD not in str(far.sent)


def test_a_caller_who_is_not_owed_a_reply_is_let_speak() -> None:
    far = FarSide()
    far.open((PastTurn("receptionist", "Hello."), PastTurn("caller", "I am calling about")))
    far.accept()
    far.wait(10)
    assert len(far.sent_with("clientContent")) == 1
    assert far.sent_with("realtimeInput") == []


def test_a_caller_who_came_back_is_told_so() -> None:
    far = FarSide()
    caller = PastTurn("caller", "Otieno, please.")
    far.open((caller,), came_back_from="Otieno", not_reached=NotReached.DECLINED)
    far.accept()
    told = far.sent_with("clientContent")[1]["turns"][0]["parts"][0]["text"]
    assert "Otieno cannot take the call just now." in told


def test_of_a_hand_off_in_doubt_nothing_is_claimed() -> None:
    far = FarSide()
    caller = PastTurn("caller", "Otieno, please.")
    far.open((caller,), came_back_from="Otieno", not_reached=NotReached.IN_DOUBT)
    far.accept()
    told = far.sent_with("clientContent")[1]["turns"][0]["parts"][0]["text"]
    assert "could not be connected" not in told
    assert "Do not ring Otieno again" in told


def test_what_we_said_is_told_without_asking_when_the_model_is_silent() -> None:
    far = FarSide().ready()
    far.content(**audio())
    far.protocol.told("One moment.", far.now)
    far.gather()
    assert far.sent == []
    far.content(generationComplete=True)
    far.content(turnComplete=True)
    assert far.sent_with("clientContent") == [
        {
            "turns": [{"role": "model", "parts": [{"text": "One moment."}]}],
            "turnComplete": False,
        }
    ]


def test_what_we_said_before_the_setup_was_accepted_is_not_taken_for_history() -> None:
    far = FarSide()
    far.open()
    far.handshake()
    far.protocol.told("Good morning.", far.now)
    far.send(setupComplete={})
    assert far.sent_with("setup")[0].get("historyConfig") is None
    (told,) = far.sent_with("clientContent")
    assert told["turnComplete"] is False


def test_keys_are_told_together() -> None:
    far = FarSide().ready()
    for digit in "07":
        far.protocol.caller_digit(digit, far.now)
        far.wait(0.5)
    assert far.sent == []
    far.wait(2)
    (told,) = far.sent_with("clientContent")
    assert told["turns"][0]["parts"][0]["text"].endswith("pressed: 07]")


# -- the end --


def test_nothing_is_told_after_the_close() -> None:
    far = FarSide().ready()
    far.content(**audio())
    far.forget()
    far.protocol.close(far.now)
    far.gather()
    assert far.hung_up
    far.content(**audio())
    far.close(1006)
    far.speak("Hello?", "line-1")
    far.wait(60)
    assert far.told == []
    assert far.dialled == []
    assert not any(isinstance(order, Send) for order in far.orders)
    assert far.caller(FRAME) is None
    assert far.protocol.next_timer() is None
