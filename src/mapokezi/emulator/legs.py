"""Who hears whom in a call just now: a plain list of its legs, for whoever looks at it.

What is told is whether sound could pass, as the platform joins it and as the modes let it; whether
somebody happens to be silent is another matter.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mapokezi.emulator.live_call import LiveCall
from mapokezi.emulator.media_module import ForkState, Mix
from mapokezi.emulator.stream_fork import StreamFork
from mapokezi.emulator.supervision import Part, Supervision

PLATFORM = "the platform"


@dataclass(frozen=True, slots=True)
class Leg:
    """One who takes part in a call."""

    what: str
    """``caller``, ``called``, ``stream``, ``dialled`` or ``supervisor``."""
    who: str
    """A number, or the stream's name."""
    state: str
    """In words: ``on the line``, ``rings``, ``open``, ``frozen``."""
    hears: tuple[str, ...]
    """Those whom it hears: `who` of other legs, or `PLATFORM` for its own voice and tones."""


def legs_of(call: LiveCall, calls: Iterable[LiveCall] = ()) -> list[Leg]:
    """List the legs of a call, its own telephone first.

    Args:
        call: The call.
        calls: Those that are up. Of the others, the ones that the platform placed, and those in
            the same room, belong to the picture: a colleague who is being asked, for one.
    """
    legs = [_telephone(call), *_streams(call), *_dialled(call), *_supervisor(call)]
    room = _room_of(call)
    for other in calls:
        shares_room = bool(room) and _room_of(other) == room
        if other is not call and (shares_room or other.detail.is_outbound):
            legs += [_telephone(other), *_streams(other)]
    return legs


def _telephone(call: LiveCall) -> Leg:
    detail = call.detail
    answered = detail.answered_s is not None
    platform = (PLATFORM,) if call.player.is_playing else ()
    state = "on the line" if answered else "rings"
    if _room_of(call):
        state = f"in the room {_room_of(call)}"
    return Leg(
        "called" if detail.is_outbound else "caller",
        detail.remote,
        state,
        (
            *platform,
            *(_name(fork) for fork in call.forks if _is_heard(call, fork)),
            *_far(call),
            *_aside(call, Part.BARGE),
        ),
    )


def _streams(call: LiveCall) -> list[Leg]:
    return [_stream(call, fork) for fork in call.forks]


def _stream(call: LiveCall, fork: StreamFork) -> Leg:
    module = fork.module
    state = _STATES[module.state]
    hears: tuple[str, ...] = ()
    if module.start.mute and module.state is ForkState.OPEN:
        state = "open, and mute"
    elif fork.is_frozen:
        state = "frozen"
    elif module.state is ForkState.OPEN:
        hears = _near(call)
        if module.start.mix is not Mix.MONO:
            hears += ((PLATFORM,) if call.player.is_playing else ()) + _far(call)
    return Leg("stream", _name(fork), state, hears)


_STATES = {
    ForkState.CONNECTING: "connects",
    ForkState.OPEN: "open",
    ForkState.SHUT_DOWN: "closes",
    ForkState.PEER_CLOSED: "closed, and plays its last words",
    ForkState.STOPPED: "closed",
}


def _is_heard(call: LiveCall, fork: StreamFork) -> bool:
    """Whether what a stream sends reaches the call's telephone."""
    start, state = fork.module.start, fork.module.state
    written = call.writes or call.player.is_playing or call.joined is not None
    plays = state in (ForkState.OPEN, ForkState.SHUT_DOWN) or (
        state is ForkState.PEER_CLOSED and fork.module.queued_ms > 0
    )
    return bool(written and plays and start.back_rate_hz and not (start.mute or fork.is_frozen))


def _dialled(call: LiveCall) -> list[Leg]:
    """People rung by a Dial: they hear the caller alone, never a stream."""
    return [
        Leg("dialled", leg.number, "rings", ())
        if leg.answered_s is None
        else Leg("dialled", leg.number, "on the line", _near(call))
        for leg in call.detail.legs
        if leg.ended_s is None
    ]


def _near(call: LiveCall) -> tuple[str, ...]:
    return (call.detail.remote, *_aside(call, Part.WHISPER, Part.BARGE))


def _supervisor(call: LiveCall) -> list[Leg]:
    """Who listens in: hears both sides."""
    present = call.supervision
    if not isinstance(present, Supervision):
        return []
    who = present.order.address
    if present.state == "ringing":
        return [Leg("supervisor", who, "rings", ())]
    heard = _telephone(call).hears
    own = (call.detail.remote, *(one for one in heard if one != who))
    return [Leg("supervisor", who, _DOES[present.part], own)]


_DOES = {Part.LISTEN: "listens", Part.WHISPER: "whispers", Part.BARGE: "speaks to both"}


def _aside(call: LiveCall, *parts: Part) -> tuple[str, ...]:
    """Who supervises, if that is in one of these ways."""
    present = call.supervision
    if not isinstance(present, Supervision) or present.state != "active":
        return ()
    return (present.order.address,) if present.part in parts else ()


def _far(call: LiveCall) -> tuple[str, ...]:
    """Whom the call's telephone is joined to, and hears."""
    if call.joined is None:
        return ()
    visit = call.switchboard.visits.get(call.detail.session_id)
    if visit is None:
        legs = call.detail.legs
        return tuple(one.number for one in legs if one.answered_s and one.ended_s is None)
    if not visit.room.is_started or not visit.member.is_in:
        return ()
    others = (one for one in visit.room.inside if one is not visit.member)
    return tuple(other.number for other in others if not other.muted)


def _room_of(call: LiveCall) -> str:
    visit = call.switchboard.visits.get(call.detail.session_id)
    return visit.room.name if visit is not None else ""


def _name(fork: StreamFork) -> str:
    return f"the stream {fork.name}" if fork.name else "the stream"
