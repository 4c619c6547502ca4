"""The documents of a call in a room."""

from __future__ import annotations

from mapokezi.telephony.actions import Conference, GetDigits, Hangup, Record, Redirect, Say, Stream
from mapokezi.telephony.conference_documents import (
    LegWords,
    held_in_room,
    leg_document,
    room_name,
)
from mapokezi.telephony.conference_legs import LegReply
from mapokezi.telephony.markup import render_xml
from mapokezi.telephony.visit_documents import StreamForm, stream_document

WORDS = LegWords("Peter is on the line.", "Press 1, or 2.", "Thank you.", "Too late.", "en-KE")
ROOM = room_name("20261122-1")


def test_the_first_document_holds_the_call_in_its_room() -> None:
    plain = stream_document(StreamForm(), "wss://h/m", "https://h/s", "https://h/c", (Record(),))
    held = held_in_room(plain, ROOM, "https://h/r", "https://h/c?after=room")
    stream, conference, redirect, tail = held
    assert isinstance(stream, Stream)
    assert stream.connect is False, "or the platform would hold it by the stream, with no room"
    assert stream.bidirectional_sampling_rate_hz == 16_000
    assert isinstance(conference, Conference)
    assert (conference.name, conference.start_on_enter, conference.end_on_exit) == (
        ROOM,
        True,
        True,
    )
    assert conference.status_events_callback_url == "https://h/r"
    assert redirect == Redirect("https://h/c?after=room", "POST")
    assert tail == Record()
    assert '<Conference startOnEnter="true" endOnExit="true"' in render_xml(held)


def test_the_briefing_asks_for_a_key_and_ends_without_one() -> None:
    ask, sorry, end = leg_document(LegReply.BRIEFING, WORDS, ROOM, "https://h/r")
    assert isinstance(ask, GetDigits)
    assert ask.num_digits == 1
    assert ask.nested == (Say("Peter is on the line. Press 1, or 2.", language="en-KE"),)
    assert (sorry, end) == (Say("Thank you.", language="en-KE"), Hangup())


def test_every_reply_has_its_document() -> None:
    documents = {one: leg_document(one, WORDS, ROOM, "https://h/r") for one in LegReply}
    (ask, *_) = documents[LegReply.PROMPT]
    assert isinstance(ask, GetDigits)
    assert ask.nested == (Say("Press 1, or 2.", language="en-KE"),)
    (room, after) = documents[LegReply.JOIN]
    assert isinstance(room, Conference)
    assert (room.name, room.end_on_exit, after) == (ROOM, True, Hangup())
    assert documents[LegReply.NOTHING] == ()
    for over in (LegReply.DECLINED, LegReply.TOO_LATE, LegReply.HANGUP):
        assert documents[over][-1] == Hangup()
