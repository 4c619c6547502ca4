"""What shows that the platform did behave in a call as its mode has it.

Each proof looks at what the emulator wrote down while it lived: posts as they went out, what passed
over the stream, requests to its REST API, the record of the call. None looks at the mode itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from tests.calls.mode_stage import Lived

Proof = Callable[[Lived], object]


# -- posts --


def questions(call: Lived) -> list[dict[str, Any]]:
    """Posts whose answer was obeyed."""
    return [post for post in call.all("posted") if post["obeyed"]]


def told(call: Lived, state: str = "") -> list[dict[str, Any]]:
    """Posts to the voice URL that only tell, of a state."""
    return [
        post
        for post in call.all("posted")
        if not post["obeyed"] and post["state"] == (state or post["state"])
        and not post["url"].endswith("/events")
    ]  # fmt: skip


def events(call: Lived) -> list[dict[str, Any]]:
    """What was delivered to the events URL."""
    return [post for post in call.all("posted") if post["url"].endswith("/events")]


def fields(post: Mapping[str, Any]) -> dict[str, Any]:
    """A post's fields as they were written."""
    body = str(post["body"])
    if body.startswith("{"):
        read: dict[str, Any] = json.loads(body)
        return read
    return dict(parse_qsl(body))


def first(call: Lived) -> dict[str, Any]:
    """The first post's fields."""
    return fields(questions(call)[0])


def caller_of(call: Lived) -> str:
    return str(first(call)["callerNumber"])


def late_ms(call: Lived, post: Mapping[str, Any], cause: str) -> float:
    """How long after its cause a post went out."""
    began = next(event["t_ms"] for event in call.events if event["type"] == cause)
    return float(post["t_ms"] - post["took_ms"] - began)


def lateness(posts: list[dict[str, Any]], call: Lived, cause: str) -> float:
    return sum(late_ms(call, post, cause) for post in posts)


def signed_s_ago(call: Lived) -> float:
    """How old the first post's signature says it is, by the time of the call."""
    stamp = float(questions(call)[0]["signature"].partition(",")[0].removeprefix("t="))
    return at(call) - stamp


def at(call: Lived) -> float:
    return datetime.fromisoformat(call.row["started_at"]).timestamp()


# -- the stream --


def only(call: Lived, kind: str) -> dict[str, Any]:
    """The first event of a kind."""
    return call.all(kind)[0]


def stream(call: Lived) -> dict[str, Any]:
    return call.streams[0]


def between(call: Lived, earlier: str, later: str) -> float:
    """From one event to another, in ms."""
    return float(only(call, later)["t_ms"] - only(call, earlier)["t_ms"])


def frame_bytes(call: Lived) -> float:
    """Of the usual one: the first may be longer."""
    told = stream(call)
    return float((told["bytes_sent"] - told["first_bytes"]) / (told["sounds_sent"] - 1))


# -- money and the API --


def requests(call: Lived, ending: str = "") -> list[dict[str, Any]]:
    """Requests to the REST API that were about the call."""
    return [one for one in call.all("api_request") if one["path"].endswith(ending)]


def statuses(call: Lived) -> list[int]:
    return [one["status"] for one in requests(call, "/recording")]


def settled(call: Lived) -> bool:
    """Whether our record has the platform's own figure."""
    assert call.kept is not None
    cost = call.kept.call.cost
    told = cost is not None and not cost.estimated
    return bool(told and cost is not None and cost.amount.minor == call.row["cost_minor"])


def leg_s(call: Lived) -> int:
    return int(call.row["legs"][-1]["duration_seconds"])


def attempts(call: Lived) -> set[tuple[int, ...]]:
    return {tuple(one["attempts"]) for one in call.deliveries}


def ends(call: Lived) -> set[str]:
    return {one["state"] for one in call.deliveries}


def rooms(call: Lived) -> list[dict[str, Any]]:
    return [post for post in call.all("posted") if post["url"].endswith("/room")]


PROOFS: dict[str, Proof] = {
    "as it is": lambda call: settled(call) and not call.all("stream_fault"),
    # -- posts --
    "post-format=json": lambda call: questions(call)[0]["body"].startswith('{"sessionId"'),
    "post-names=title": lambda call: {"CallSid", "From", "CallStatus"} <= first(call).keys(),
    "post-names=snake": lambda call: {"call_id", "from", "status"} <= first(call).keys(),
    "post-nesting=call": lambda call: first(call).keys() == {"call"},
    "post-nesting=payload": lambda call: first(call).keys() == {"payload"},
    "post-nesting=data": lambda call: first(call).keys() == {"data"},
    "post-numbers=bare": lambda call: caller_of(call).startswith("254722"),
    "post-numbers=national": lambda call: caller_of(call).startswith("0722"),
    "post-parties=swapped": lambda call: caller_of(call) == call.row["local_e164"],
    "post-session-id=missing": lambda call: "sessionId" not in first(call),
    "first-state=answered": lambda call: first(call)["callSessionState"] == "Answered",
    "first-state=completed": lambda call: first(call)["callSessionState"] == "Completed",
    "first-post=twice": lambda call: (
        len(
            [
                post
                for post in call.all("posted")
                if post["state"] == "Ringing" and post["url"].endswith("/voice")
            ]
        )
        == 2
    ),
    "later-posts=late": lambda call: late_ms(call, told(call, "Completed")[0], "ended") > 250,
    "later-posts=twice": lambda call: len(told(call, "Completed")) == 2,
    "later-posts=shuffled": lambda call: lateness(told(call, "Completed"), call, "ended") > 1,
    "later-posts=none": lambda call: not told(call),
    "signature=none": lambda call: questions(call)[0]["signature"] == "",
    "signature=bare": lambda call: len(questions(call)[0]["signature"]) == 64,
    "signature=wrong": lambda call: abs(signed_s_ago(call)) < 60,
    "signature=stale": lambda call: signed_s_ago(call) > 500,
    "voice-retries=2": lambda call: [post["status"] for post in questions(call)][:2] == [503, 200],
    "webhook-timeout-s=1": lambda call: (
        questions(call)[0]["failure"] == "timed out" and 900 < questions(call)[0]["took_ms"] < 1_600
    ),
    # -- events --
    "event-envelope=a": lambda call: all("data" in fields(post) for post in events(call)),
    "event-envelope=b": lambda call: all("payload" in fields(post) for post in events(call)),
    "event-headers=event": lambda call: all(
        "X-Sautikit-Event" in post["headers"] for post in events(call)
    ),
    "event-headers=none": lambda call: not any("headers" in post for post in events(call)),
    "event-posts=late": lambda call: late_ms(call, events(call)[0], "ringing") > 250,
    "event-posts=twice": lambda call: len(events(call)) == 2 * len(call.deliveries),
    "event-posts=shuffled": lambda call: lateness(events(call)[:1], call, "ringing") > 1,
    "event-posts=none": lambda call: not events(call),
    "event-retries=days": lambda call: attempts(call) == {(503, 200)},
    "event-retries=seconds": lambda call: attempts(call) == {(503, 200)},
    "event-retries=none": lambda call: attempts(call) == {(503,)} and ends(call) == {"dead_letter"},
    # -- the stream --
    "after-close=ask-first": lambda call: any(
        post["state"] == "StreamStopped" for post in questions(call)
    ),
    "after-close=observed": lambda call: (
        [event["name"] for event in call.all("stream_event")][:2] == ["disconnect", "transfer"]
    ),
    "after-close=by-close": lambda call: (
        [event["name"] for event in call.all("stream_event")][:2] == ["disconnect", "transfer"]
    ),
    "after-close=hangup": lambda call: call.all("stream_closed") and not call.all("dialling"),
    "stream-fault=refused": lambda call: only(call, "stream_failed")["reason"],
    "stream-fault=unreachable": lambda call: call.all("stream_handshake_timed_out"),
    "stream-fault=mute": lambda call: (
        not call.all("stream_open")
        and (stream(call)["texts_sent"], stream(call)["sounds_sent"]) == (0, 0)
    ),
    "stream-fault=cut": lambda call: only(call, "stream_fault")["fault"] == "cut",
    "stream-fault=frozen": lambda call: only(call, "stream_fault")["fault"] == "frozen",
    "stream-fault-s=1": lambda call: 950 < between(call, "stream_open", "stream_fault") < 1_900,
    "stream-start=late": lambda call: stream(call)["first_bytes"] > 10_000,
    "handshake-timeout-s=4": lambda call: (
        between(call, "answered", "stream_handshake_timed_out") > 3_900
    ),
    "both-tracks=stereo": lambda call: frame_bytes(call) == 1280,
    "both-tracks=mixed": lambda call: (frame_bytes(call), stream(call)["mix"]) == (640, "mixed"),
    "both-tracks=mono": lambda call: (frame_bytes(call), stream(call)["mix"]) == (640, "mono"),
    "channel=wideband": lambda call: stream(call)["channel_hz"] == 16_000,
    "metadata=nested": lambda call: json.loads(stream(call)["first_text"]).keys() == {"metadata"},
    "metadata=minimal": lambda call: stream(call)["first_text"] == "{}",
    "metadata=none": lambda call: stream(call)["first_text"] is None,
    "metadata=cut": lambda call: stream(call)["first_text_bytes"] == 8_192,
    "keys=in-band": lambda call: not only(call, "key_pressed")["as_text"],
    "keys=text": lambda call: stream(call)["texts_sent"] == 2,
    "keys=both": lambda call: stream(call)["texts_sent"] == 2,
    "keys=none": lambda call: stream(call)["texts_sent"] == 1,
    "hold=never-writes": lambda call: call.heard_s < 0.4,
    "hold=ends-on-kill": lambda call: call.all("hold_ended"),
    "marks=off": lambda call: stream(call)["texts_taken"] > 1 and not stream(call)["marks_sent"],
    # They were set behind every 200 ms of sound.
    "marks=exact": lambda call: 0.1 < call.marks_s[1] - call.marks_s[0] < 0.6,
    "marks=wrong": lambda call: call.marks_s[1] - call.marks_s[0] < 0.1,
    "pongs=none": lambda call: stream(call)["pings"] > 0 and stream(call)["pongs"] == 0,
    "playout-lock=misses": lambda call: stream(call)["kept_back"] > 0,
    "stream-end=empty-first": lambda call: stream(call)["empty_sent"] == 1,
    "same-name=fails": lambda call: "-ERR" in only(call, "stream_failed")["reason"],
    "after-timeout=mute-next": lambda call: (
        call.before is not None
        and call.before.all("stream_handshake_timed_out")
        and not call.all("stream_open")
        and stream(call)["sounds_sent"] == 0
    ),
    "after-timeout=normal": lambda call: (
        call.before is not None
        and call.before.all("stream_handshake_timed_out")
        and stream(call)["sounds_sent"] > 50
    ),
    "unheld-s=2": lambda call: (
        call.all("stream_not_held") and 1_900 < between(call, "document", "ended") < 3_500
    ),
    # -- further legs --
    "after-dial=report-is-question": lambda call: any(
        post["state"] == "busy" for post in questions(call)
    ),
    "dial-outcome=untold": lambda call: (
        told(call, "busy")
        and not any("dialCallStatus" in post["body"] for post in call.all("posted"))
    ),
    "conference=works": lambda call: (
        call.all("conference_joined")
        and "conference.join" in {post["state"] for post in rooms(call)}
    ),
    "conference=no-events": lambda call: call.all("conference_joined") and not rooms(call),
    "conference=refused": lambda call: only(call, "verb_refused")["verb"] == "Conference",
    # -- the account --
    "number=suspended": lambda call: call.row["failure_code"] == "number_suspended",
    "wallet=empty": lambda call: only(call, "dial_refused")["why"] == "wallet.insufficient_funds",
    "wallet=low": lambda call: call.all("dial_answered") and call.bought.endswith("low"),
    "rounding=minute": lambda call: settled(call) and call.row["cost_minor"] == 300,
    "inbound-per-min=60": lambda call: (
        settled(call) and call.row["cost_minor"] == call.row["duration_seconds"] > 0
    ),
    "outbound-per-min=240": lambda call: (
        settled(call) and call.row["cost_minor"] == 4 * leg_s(call) > 0
    ),
    "cdr=late": settled,
    "cdr=never": lambda call: not settled(call) and requests(call),
    "recording=at-once": lambda call: statuses(call) == [302] and call.fetched == "ready",
    "recording=pending": lambda call: statuses(call)[0] == 202 and call.fetched == "ready",
    "recording=late": lambda call: statuses(call)[0] == 404 and call.fetched == "ready",
    "recording=missing": lambda call: set(statuses(call)) == {404} and call.fetched == "NotFound",
    "recording=gone": lambda call: statuses(call) == [410] and call.fetched == "Gone",
    # -- the REST API --
    "available=bare": lambda call: call.bought.startswith("list "),
    "routing=put": lambda call: call.bought == "dict PUT /routing voice_callback_url",
    "routing=patch": lambda call: call.bought == "dict PATCH /routing voice_callback_url",
    "routing=seed": lambda call: call.bought == "dict PATCH / routing_url",
    "rest-times=1": lambda call: [one.get("fault") for one in requests(call)].count("503") == 1,
}
"""By mode and value."""


def hang_up_met(fault: str) -> Proof:
    """The request to hang up met a fault."""
    return lambda call: any(one.get("fault") == fault for one in requests(call, "/hangup"))


def hang_up_refused(code: str) -> Proof:
    """The request to hang up was refused."""
    return lambda call: any(one.get("code") == code for one in requests(call, "/hangup"))


def dial_came_to(outcome: str) -> Proof:
    """The first dial's outcome."""
    return lambda call: only(call, "dial_ended")["outcome"] == outcome


PROOFS |= {f"rest={it}": hang_up_met(it) for it in ("429", "500", "503", "slow", "dropped")}
PROOFS |= {
    "rest=garbled": hang_up_met("garbled"),
    "api-key=invalid": hang_up_refused("api_key.invalid"),
    "api-key=expired": hang_up_refused("api_key.expired"),
    "api-key=revoked": hang_up_refused("api_key.revoked"),
    "api-key=no-scope": hang_up_refused("api_key.scope_denied"),
    "api-key=suspended": hang_up_refused("account.suspended"),
}
PROOFS |= {
    f"callee={way}": dial_came_to(outcome)
    for way, outcome in {
        "answer": "answered",
        "accept": "answered",
        "decline": "answered",
        "no-answer": "no_answer",
        "busy": "busy",
        "voicemail": "answered",
        "hangs-up": "answered",
        "fail": "failed",
    }.items()
}
