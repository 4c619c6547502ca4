"""The model's turn and the caller's, and how the one cuts the other short."""

from __future__ import annotations

import base64

import pytest
from tests.voice.protocols.gemini_talk import (
    SOUND,
    FarSide,
    audio,
    part,
)

from mapokezi.voice.events import (
    CallerHeard,
    CallerTurnEnded,
    CallerTurnRejoined,
    ReplyAudio,
    ReplyCancelled,
    ReplyEnded,
    ReplyInterrupted,
    ReplyStarted,
    ReplyText,
    VoiceNoted,
)

# -- the model's turn --


def test_a_reply_from_its_first_sound_to_its_end() -> None:
    far = FarSide().ready()
    far.hears(" When do you")
    far.hears(" open?")
    far.content(**audio(SOUND))
    far.content(outputTranscription={"text": " At ni"})
    far.content(outputTranscription={"text": "ne."})
    far.content(generationComplete=True)
    far.content(turnComplete=True)
    assert far.told == [
        CallerHeard("v1-t1", "When do you", False),
        CallerHeard("v1-t1", "When do you open?", False),
        CallerHeard("v1-t1", "When do you open?", True),
        CallerTurnEnded("v1-t1", 0),
        ReplyStarted("v1-r1", "v1-t1"),
        ReplyAudio("v1-r1", SOUND, 24_000),
        ReplyText("v1-r1", "At ni"),
        ReplyText("v1-r1", "ne."),
        ReplyEnded("v1-r1"),
    ]


def test_every_part_is_heard_and_thoughts_are_not() -> None:
    far = FarSide().ready()
    far.content(
        modelTurn={
            "parts": [
                {"text": "**Thinking it over**", "thought": True},
                part(b"\x01\x01", thought=True),
                {"text": "nor is this"},
                part(b"\x02\x02"),
                {"inlineData": {"mimeType": "image/png", "data": "AAAA"}},
                part(b"\x03\x03"),
            ]
        }
    )
    assert [event.pcm for event in far.of(ReplyAudio)] == [b"\x02\x02", b"\x03\x03"]
    assert far.of(ReplyText) == []


def test_content_is_taken_before_the_turn_is_closed() -> None:
    far = FarSide().ready()
    far.send(
        serverContent={
            **audio(),
            "outputTranscription": {"text": "Bye."},
            "generationComplete": True,
            "turnComplete": True,
        },
        usageMetadata={"promptTokensDetails": [{"modality": "AUDIO", "tokenCount": 5}]},
    )
    assert far.kinds == [
        "CallerTurnEnded",
        "ReplyStarted",
        "ReplyAudio",
        "ReplyText",
        "UsageReported",
        "ReplyEnded",
    ]


def test_half_samples_are_joined_and_other_rates_told() -> None:
    far = FarSide().ready()
    for pcm in (b"\x01\x02\x03", b"\x04\x05\x06"):
        data = base64.b64encode(pcm).decode()
        inline = {"mimeType": "audio/pcm;rate=16000", "data": data}
        far.content(modelTurn={"parts": [{"inlineData": inline}]})
    assert [(one.pcm, one.sample_rate_hz) for one in far.of(ReplyAudio)] == [
        (b"\x01\x02", 16_000),
        (b"\x03\x04\x05\x06", 16_000),
    ]


def test_the_alphabet_for_urls_and_missing_padding_are_read() -> None:
    far = FarSide().ready()
    pcm = b"\xfb\xff\xfe\xfb"
    data = base64.urlsafe_b64encode(pcm).decode().rstrip("=")
    assert "-" in data or "_" in data
    far.content(modelTurn={"parts": [{"inlineData": {"mimeType": "audio/pcm", "data": data}}]})
    assert far.of(ReplyAudio)[0].pcm == pcm


def test_a_field_of_unknown_form_does_not_cost_the_sound() -> None:
    far = FarSide().ready()
    far.send(serverContent=audio(), usageMetadata="many", goAway=[1])
    assert len(far.of(ReplyAudio)) == 1


@pytest.mark.parametrize("message", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"serverContent":'])
def test_a_message_that_is_none_is_noted(message: bytes) -> None:
    far = FarSide().ready()
    far.send_raw(message)
    assert far.told == [VoiceNoted("unreadable message", f"{len(message)} bytes")]
    far.says()
    assert far.of(ReplyAudio)


def test_late_words_are_told_after_the_items_end() -> None:
    far = FarSide().ready()
    far.content(**audio())
    far.content(generationComplete=True)
    far.content(outputTranscription={"text": "We open"})
    far.content(turnComplete=True)
    far.wait(0.5)
    far.content(outputTranscription={"text": " at nine."})
    assert [(one.item_id, one.text) for one in far.of(ReplyText)] == [
        ("v1-r1", "We open"),
        ("v1-r1", " at nine."),
    ]
    assert len(far.of(ReplyStarted)) == 1


def test_a_further_sentence_that_follows_at_once_stands_apart() -> None:
    far = FarSide().ready()
    far.hears("No.")
    far.hears("Goodbye.")
    far.says("Nobody picked up. Shall I take a message?")
    far.content(outputTranscription={"text": "Goodbye."})
    assert "".join(one.text for one in far.of(ReplyText)).endswith("take a message? Goodbye.")
    assert far.of(CallerHeard)[-1].text == "No. Goodbye."


def test_words_ahead_of_their_sound_begin_the_item() -> None:
    far = FarSide().ready()
    far.says("First.")
    far.content(turnComplete=True)
    far.wait(2)
    far.content(outputTranscription={"text": " Second."})
    far.content(**audio())
    assert [one.item_id for one in far.of(ReplyStarted)] == ["v1-r1", "v1-r2"]
    assert far.of(ReplyText)[1] == ReplyText("v1-r2", "Second.")
    assert far.of(ReplyAudio)[1].item_id == "v1-r2"


# -- the caller cuts in --


def test_what_comes_between_interrupted_and_turn_complete_is_dropped() -> None:
    far = FarSide().ready()
    far.content(**audio())
    far.forget()
    far.content(interrupted=True)
    assert far.told == [ReplyInterrupted(), ReplyCancelled("v1-r1")]
    far.forget()
    far.content(**audio(), outputTranscription={"text": " late"})
    far.content(generationComplete=True)
    far.content(**audio())
    assert far.told == []
    far.content(turnComplete=True)
    far.says("New.")
    assert [one.item_id for one in far.of(ReplyStarted)] == ["v1-r2"]
    assert [one.text for one in far.of(ReplyText)] == ["New."]


def test_content_in_the_very_message_that_interrupts_is_dropped() -> None:
    far = FarSide().ready()
    far.content(**audio())
    far.forget()
    far.content(**audio(), interrupted=True, turnComplete=True)
    assert far.told == [ReplyInterrupted(), ReplyCancelled("v1-r1")]


def test_an_interruption_of_what_is_only_played_is_told_and_drops_nothing_that_follows() -> None:
    far = FarSide().ready()
    far.says("A long story.")
    far.content(turnComplete=True)
    far.forget()
    far.content(interrupted=True)
    assert far.told == [ReplyInterrupted()]
    far.hears("Stop.")
    far.says("Sorry.")
    assert [one.text for one in far.of(ReplyText)] == ["Sorry."]


def test_a_spurious_pair_is_no_harm() -> None:
    far = FarSide().ready()
    for _ in range(3):
        far.content(interrupted=True)
        far.content(turnComplete=True)
    far.says("Here.")
    assert far.of(ReplyAudio)


def test_a_turn_that_is_never_completed_does_not_swallow_the_next_one() -> None:
    far = FarSide().ready()
    far.content(**audio())
    far.content(interrupted=True)
    far.wait(3.1)
    far.says("Still here.")
    assert [one.item_id for one in far.of(ReplyStarted)] == ["v1-r1", "v1-r2"]


def test_what_we_cut_short_is_dropped_to_its_end_only() -> None:
    far = FarSide().ready()
    far.content(**audio(), outputTranscription={"text": "A very long"})
    far.protocol.cut_reply("v1-r1", 400, "A very", far.now)
    far.gather()
    assert far.told[-1] == ReplyEnded("v1-r1")
    far.forget()
    far.content(**audio(), outputTranscription={"text": " story"})
    assert far.told == []
    far.content(generationComplete=True)
    far.content(turnComplete=True)
    far.hears("Yes?")
    far.says("Fine.")
    assert far.of(ReplyStarted)[0].item_id == "v1-r2"


# -- the caller's turn --


def test_words_that_pause_are_final() -> None:
    far = FarSide().ready()
    for _ in range(100):
        far.caller()
    far.hears(" I am")
    far.wait(0.3)
    for _ in range(10):
        far.caller()
    far.hears(" Gra")
    far.hears("ce")
    far.wait(0.6)
    assert far.told[-2:] == [
        CallerHeard("v1-t1", "I am Grace", True, 2000, 2200),
        CallerTurnEnded("v1-t1", 2200),
    ]


def test_a_caller_who_goes_on_rejoins_the_turn() -> None:
    far = FarSide().ready()
    far.hears("My number is")
    far.wait(1)
    far.forget()
    far.hears(" zero seven")
    assert far.told == [
        CallerTurnRejoined("v1-t1"),
        CallerHeard("v1-t1", "My number is zero seven", False),
    ]


def test_a_model_that_waits_for_more_owes_nothing() -> None:
    far = FarSide().ready()
    far.hears("My number is", finished=True)
    far.forget()
    far.content(waitingForInput=True)
    assert far.told == [CallerTurnRejoined("v1-t1")]


def test_words_that_come_after_the_reply_began_are_of_the_turn_it_answers() -> None:
    far = FarSide().ready()
    far.content(**audio())
    far.wait(0.4)
    far.hears(" When do you open?")
    far.wait(5)
    far.hears(" And on Sunday?")
    assert far.told[0] == CallerTurnEnded("v1-t1", 0)
    assert far.told[1] == ReplyStarted("v1-r1", "v1-t1")
    assert [(one.turn_id, one.text, one.final) for one in far.of(CallerHeard)] == [
        ("v1-t1", "When do you open?", True),
        ("v1-t2", "And on Sunday?", False),
    ]
    assert len(far.of(CallerTurnEnded)) == 1


def test_words_after_an_interruption_are_a_new_turn() -> None:
    far = FarSide().ready()
    far.hears("Tell me.")
    far.content(**audio())
    far.content(interrupted=True)
    far.hears("No, wait.")
    assert far.of(CallerHeard)[-1] == CallerHeard("v1-t2", "No, wait.", False)


def test_a_running_view_is_told_until_settled_words_replace_it() -> None:
    far = FarSide().ready()
    far.content(interimInputTranscription={"text": " when do"})
    far.content(interimInputTranscription={"text": " when do you"})
    far.hears(" When do you")
    far.content(interimInputTranscription={"text": " when do you open"})
    assert [one.text for one in far.of(CallerHeard)] == ["when do", "when do you", "When do you"]


# -- more sound of the same item, which is read without its JSON --

BEFORE = (
    b'{"serverContent":{"modelTurn":{"parts":[{"inlineData":{'
    b'"mimeType":"audio/pcm;rate=24000","data":"'
)
BEHIND = b'"}}]}}}\n'


def in_a_reply() -> FarSide:
    far = FarSide().ready()
    assert not receive(far, BEFORE + base64.b64encode(SOUND) + BEHIND), "it begins the item"
    far.told.clear()
    return far


def receive(far: FarSide, message: bytes) -> bool | None:
    brought_more = far.protocol.receive(far.connection, message, far.now)
    far.gather()
    return brought_more


def test_more_sound_of_an_item_brings_nothing_else() -> None:
    far = in_a_reply()
    more = bytes(reversed(SOUND))
    assert receive(far, BEFORE + base64.b64encode(more) + BEHIND) is True
    assert far.told == [ReplyAudio("v1-r1", more, 24_000)]


@pytest.mark.parametrize(
    "message",
    [
        BEFORE.replace(b"24000", b"16000") + base64.b64encode(SOUND) + BEHIND,
        BEFORE + base64.b64encode(SOUND) + b'"}}]},"interrupted":true}}\n',
        BEFORE + base64.b64encode(SOUND) + b'"}}]},"interrupted":true,"x":{"y":[{"z":"' + BEHIND,
        BEFORE + b'AAAA"}},{"inlineData":{"mimeType":"audio/pcm","data":"AAAA' + BEHIND,
        BEFORE + base64.urlsafe_b64encode(b"\xfb\xff" * 30) + BEHIND,
        BEFORE + BEHIND,
        BEHIND,
    ],
)
def test_whatever_else_a_message_may_hold_is_read_in_full(message: bytes) -> None:
    far, plain = in_a_reply(), FarSide().ready()
    plain.content(**audio(SOUND))
    plain.content(outputTranscription={"text": ""})
    plain.told.clear()
    assert not receive(far, message)
    assert not receive(plain, message)
    assert far.told == plain.told


def test_sound_that_comes_after_an_interruption_is_no_more_of_the_item() -> None:
    far = in_a_reply()
    far.content(interrupted=True)
    far.told.clear()
    assert not receive(far, BEFORE + base64.b64encode(SOUND) + BEHIND)
    assert far.told == []
