"""Conference: a room holds the call, its members are joined, and somebody is told (section 4).

What is known of rooms comes from one integrator, who built on them and never saw them live: the
fields of the events are those that its handler accepts, the commands those that such bridges have.
"""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urljoin

import httpx2

from mapokezi.audio.tones import beep
from mapokezi.audio.wav import WavError
from mapokezi.emulator.callback_bodies import write_body, written_number
from mapokezi.emulator.live_call import LiveCall, Switchboard
from mapokezi.emulator.mode_values.account import ConferenceMode
from mapokezi.emulator.rooms import Member, Room
from mapokezi.emulator.sounds import fetched_sound
from mapokezi.emulator.telephone_line import LINE_RATE_HZ
from mapokezi.emulator.webhooks import Post
from mapokezi.errors import MapokeziError
from mapokezi.telephony.actions import Conference
from mapokezi.telephony.numbers import to_e164

COMMANDS = ("mute", "unmute", "kick", "end")
EVENTS = ("start", "end", "join", "leave", "mute", "unmute")


class CommandRefused(MapokeziError):  # noqa: N818  named as one says it
    """A command that cannot be done; the text says why."""

    def __init__(self, status: int, code: str, message: str) -> None:
        self.status, self.code = status, code
        super().__init__(message)


async def conference(call: LiveCall, action: Conference) -> None:
    """Be in a room until it ends, or somebody puts this call out of it."""
    if call.modes.conference is ConferenceMode.REFUSED:
        call.tell("verb_refused", verb="Conference", why="conferences are refused")
        return
    visit = Visit(call, action)
    call.at_end.append(visit.leave)
    try:
        await visit.stay()
    finally:
        visit.leave()


class Visit:
    """One call's stay in one room."""

    def __init__(self, call: LiveCall, action: Conference) -> None:
        self._call, self._action = call, action
        self._rooms = call.switchboard.rooms
        self._visits: dict[str, Visit] = call.switchboard.visits
        self.room, self._is_first = self._rooms.open(action.name, action.max_participants or 0)
        self.member = Member(
            call.detail.session_id,
            call.detail.remote,
            muted=bool(action.muted),
            starts=action.start_on_enter is not False,
            ends=bool(action.end_on_exit),
        )
        self.out: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Done when this call is to leave the room."""

    @property
    def names(self) -> tuple[str, str]:
        """The ids by which a command may name this call."""
        return self._call.detail.session_id, self._call.detail.call_id

    async def stay(self) -> None:
        call = self._call
        self._visits[call.detail.session_id] = self
        if not self.room.enter(self.member):
            call.tell("conference_full", room=self.room.name)
        else:
            self.entered()
        call.joined = self._exchange
        if not self.room.is_started and self._action.wait_url:
            await self._play_while_waiting(self._action.wait_url)
        await self.out

    def _exchange(self, frame: bytes) -> bytes:
        return self.room.exchange(self.member.participant_id, frame)

    def entered(self) -> None:
        """This call is in: tell it, and start the conference if it is time."""
        call = self._call
        call.tell("conference_joined", room=self.room.name, members=len(self.room.inside))
        self._post("join")
        if self._action.beep:
            for other in self._others():
                other._call.player.play(beep(LINE_RATE_HZ))
        if self.room.should_start():
            self.room.is_started = True
            for other in self._others():
                other._call.player.stop()
            self._post("start")

    def set_muted(self, *, muted: bool) -> None:
        """Mute or unmute this call in the room."""
        self.member.muted = muted
        self._post("mute" if muted else "unmute")

    def leave(self) -> None:
        """Go out of the room, once, and end it if that is due."""
        call = self._call
        if self.room.leave(self.member.participant_id) is None:
            return
        self._visits.pop(call.detail.session_id, None)
        call.joined = None
        call.player.stop()
        if self.member.is_in:
            call.tell("conference_left", room=self.room.name)
            self._post("leave")
        admitted = self.room.admit_next()
        if admitted is not None:
            self._visits[admitted.participant_id].entered()
        if self.member.ends or not self.room.members:
            self.end_room()

    def end_room(self) -> None:
        """End the conference for everybody in it."""
        if self._rooms.find(self.room.name) is not self.room:
            return
        self._rooms.close(self.room)
        self._post("end")
        for other in self._others():
            other.put_out()

    def put_out(self) -> None:
        """Have this call leave."""
        if not self.out.done():
            self.out.set_result(None)

    def _others(self) -> list[Visit]:
        return [self._visits[one] for one in list(self.room.members) if one in self._visits]

    async def _play_while_waiting(self, url: str) -> None:
        call = self._call
        try:
            sound = await fetched_sound(call.switchboard.webhooks, urljoin(call.document_url, url))
        except (WavError, httpx2.HTTPError, httpx2.InvalidURL) as error:
            call.tell("play_failed", url=url, why=str(error))
            return
        if not self.room.is_started and not self.out.done():
            call.player.play(sound, loop=True)

    def _post(self, event: str) -> None:
        """Tell the room's status URL; the fields are those that the integrator accepts."""
        call, action = self._call, self._action
        url = action.status_events_callback_url
        wanted = (action.status_events or " ".join(EVENTS)).split()
        if not url or event not in wanted or call.modes.conference is ConferenceMode.NO_EVENTS:
            return
        fields = {
            "event": event,
            "conference_name": self.room.name,
            "caller": written_number(self.member.number, call.modes.post_numbers),
            "participant_id": self.member.participant_id,
            "participants": str(len(self.room.inside)),
        }
        content_type, body = write_body(fields, call.modes)
        post = Post(urljoin(call.document_url, url), content_type, body, call.number.signing_secret)
        call.posts.tell_post(post, f"conference.{event}")


def command(switchboard: Switchboard, room_name: str, wanted: dict[str, Any]) -> dict[str, Any]:
    """Do what ``POST /v1/conferences/{room}/commands`` asks.

    Args:
        switchboard: Where the rooms are.
        room_name: Which.
        wanted: ``command``, and ``participant`` (a session id, a call's UUID or a number) for all
            but ``end``.

    Raises:
        CommandRefused: There is no such room, participant or command.
    """
    room = switchboard.rooms.find(room_name)
    if room is None:
        raise CommandRefused(404, "conferences.not_found", "no conference has this name")
    name = str(wanted.get("command", ""))
    if name not in COMMANDS:
        raise CommandRefused(400, "conferences.invalid_command", f"one of {', '.join(COMMANDS)}")
    visits = [switchboard.visits[one] for one in room.members if one in switchboard.visits]
    if name == "end":
        if visits:
            visits[0].end_room()
    else:
        visit = _participant(room, visits, str(wanted.get("participant", "")))
        if name == "kick":
            visit.put_out()
        else:
            visit.set_muted(muted=name == "mute")
    return {"conference_name": room_name, "command": name, "status": "ok"}


def _participant(room: Room, visits: list[Visit], wanted: str) -> Visit:
    number = to_e164(wanted) or wanted
    for visit in visits:
        if wanted in visit.names or number == visit.member.number:
            return visit
    raise CommandRefused(404, "conferences.participant_not_found", f"nobody such in {room.name}")


def room_row(room: Room) -> dict[str, Any]:
    """A room as it is shown."""
    return {
        "name": room.name,
        "started": room.is_started,
        "participants": [
            {
                "participant_id": member.participant_id,
                "caller": member.number,
                "muted": member.muted,
                "stalled": not member.is_in,
            }
            for member in room.members.values()
        ],
    }
