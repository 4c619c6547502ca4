"""``/emulator``: the emulator's own face, by which a test or a page sets how it behaves.

No key is asked for; a page of another site, open in a browser on this machine, is refused.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from mapokezi.emulator.api.envelope import Endpoint, Refused, body_of
from mapokezi.emulator.callees import WAYS, CalleeScript, UnknownWay, callee
from mapokezi.emulator.clock import FASTEST
from mapokezi.emulator.conferences import room_row
from mapokezi.emulator.modes import MODES, UnknownMode, read_changes, shown
from mapokezi.emulator.origins import may_use
from mapokezi.emulator.parties import PartyScript, ScriptedPhone
from mapokezi.emulator.platform import Platform, UnknownNumber
from mapokezi.emulator.sounds import spoken
from mapokezi.emulator.telephone_line import LineSettings
from mapokezi.telephony.numbers import to_e164

LONGEST_CALL_S = 3_600.0


class Door:
    """The endpoints under ``/emulator``."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._board = platform.switchboard

    def routes(self) -> list[Route]:
        """All of them."""
        both, own = ["GET", "PATCH"], self._own
        return [
            Route("/emulator/modes", own(self.modes), methods=[*both, "DELETE"]),
            Route("/emulator/numbers/{number}/modes", own(self.number_modes), methods=both),
            Route("/emulator/numbers/{number}/next-call", own(self.next_call), methods=both),
            Route("/emulator/calls", own(self.calls), methods=["GET", "POST"]),
            Route("/emulator/calls/{id}", own(self.call), methods=["GET"]),
            Route("/emulator/calls/{id}/modes", own(self.call_modes), methods=both),
            Route("/emulator/calls/{id}/keys", own(self.keys), methods=["POST"]),
            Route("/emulator/calls/{id}/hangup", own(self.hang_up), methods=["POST"]),
            Route("/emulator/calls/{id}/heard/{leg}", own(self.heard), methods=["GET"]),
            Route("/emulator/callees", own(self.callees), methods=["GET"]),
            Route("/emulator/callees/{number}", own(self.set_callee), methods=["PUT"]),
            Route("/emulator/conferences", own(self.conferences), methods=["GET"]),
            Route("/emulator/deliveries", own(self.deliveries), methods=["GET"]),
            Route("/emulator/wallet", own(self.wallet), methods=both),
            Route("/emulator/clock", own(self.clock), methods=both),
        ]

    def _own(self, endpoint: Callable[[Request], Awaitable[Any]]) -> Endpoint:
        """Wrap an endpoint that gives a plain value: this machine's alone, errors in words."""

        async def answer(request: Request) -> Response:
            origin, host = request.headers.get("origin"), request.headers.get("host", "")
            if not may_use(origin, host, self._platform.settings.host):
                return Response("not from another site\n", 403)
            try:
                value = await endpoint(request)
            except Refused as refused:
                return refused.response()
            except (UnknownMode, UnknownWay, UnknownNumber) as error:
                return Refused(400, "emulator.refused", str(error)).response()
            return value if isinstance(value, Response) else JSONResponse(value)

        return answer

    # -- modes --

    async def modes(self, request: Request) -> Any:
        """Those of the platform; DELETE goes back to what it was started with."""
        board = self._board.modes
        if request.method == "PATCH":
            board.set_platform(read_changes(await body_of(request)))
        elif request.method == "DELETE":
            board.reset()
        about = [
            {
                "name": mode.name,
                "group": mode.group,
                "says": mode.says,
                "values": mode.values or f"0 to {mode.most:g}",
                "default": mode.default,
            }
            for mode in MODES.values()
        ]
        return {"modes": shown(board.platform), "about": about}

    async def number_modes(self, request: Request) -> Any:
        """Those of one number."""
        number = self._number(request)
        if request.method == "PATCH":
            self._board.modes.set_number(number, read_changes(await body_of(request)))
        return {"modes": shown(self._board.modes.of_number(number))}

    async def next_call(self, request: Request) -> Any:
        """What is different in the number's next call alone."""
        number = self._number(request)
        if request.method == "PATCH":
            self._board.modes.set_next_call(number, read_changes(await body_of(request)))
        planned = self._board.modes.next_call(number)
        return {"modes": {name.replace("_", "-"): value for name, value in planned.items()}}

    async def call_modes(self, request: Request) -> Any:
        """Those of one call, in progress or ended."""
        detail = self._detail(request)
        if request.method == "PATCH":
            changes = read_changes(await body_of(request))
            call = self._platform.live(detail.call_id)
            if call is not None:
                call.change_modes(changes)
            else:
                detail.change_modes(changes)
        return {"modes": shown(detail.modes)}

    # -- calls --

    async def calls(self, request: Request) -> Any:
        """List them all; or have somebody ring, who speaks, presses and hangs up as told."""
        if request.method == "GET":
            details = reversed(self._platform.details.values())
            return {"calls": [detail.as_row() for detail in details]}
        body = await body_of(request)
        says = str(body.get("says", ""))
        voice = b""
        if says:
            voice = await spoken(says, "", self._platform.settings.synthesiser)
        script = PartyScript(
            voice=voice,
            says_after_s=_seconds(body, "says_after_s", 1.0),
            presses=_keys(body.get("presses", "")),
            presses_after_s=_seconds(body, "presses_after_s", 1.5),
            stays_s=_seconds(body, "stays_s", 10.0),
        )
        phone = ScriptedPhone("caller", script)
        call = self._platform.ring(
            str(body.get("from", "+254722000100")),
            str(body.get("to") or next(iter(self._platform.numbers.claimed), "")),
            LineSettings(),
            phone,
            read_changes(body.get("modes") or {}),
        )
        phone.take(call)
        detail = call.detail
        answer = {"call_id": detail.call_id, "session_id": detail.session_id}
        return JSONResponse(answer, 201)

    async def call(self, request: Request) -> Any:
        """One call with all that happened, its posts and their answers among it."""
        detail = self._detail(request)
        return {
            "call": detail.as_row(settled=True),
            "modes": shown(detail.modes),
            "events": detail.events,
            "streams": [stream.as_row() for stream in detail.streams],
            "heard": {leg: f"/emulator/calls/{detail.call_id}/heard/{leg}"
                      for leg in detail.sounds},
        }  # fmt: skip

    async def keys(self, request: Request) -> Any:
        """Press keys at the call's telephone."""
        call = self._platform.live(self._detail(request).call_id)
        if call is None:
            raise Refused(409, "emulator.call_ended", "the call has ended")
        for key in _keys((await body_of(request)).get("keys", "")):
            call.press(key)
        return {"status": "pressed"}

    async def hang_up(self, request: Request) -> Any:
        """Hang up at the call's telephone, as its owner would."""
        detail = self._detail(request)
        call = self._platform.live(detail.call_id)
        if call is not None:
            call.hang_up_here()
        return {"status": "hung_up"}

    async def heard(self, request: Request) -> Any:
        """What one leg heard, as a WAV file, once the call has ended."""
        detail, leg = self._detail(request), request.path_params["leg"]
        name = detail.sounds.get(leg)
        path = self._board.recordings / "legs" / (name or "")
        if name is None or not path.is_file():
            raise Refused(404, "emulator.not_kept", "nothing was kept of this leg, or not yet")
        return FileResponse(path, media_type="audio/wav")

    # -- the world --

    async def callees(self, request: Request) -> Any:
        """How people behave, and how they can."""
        known = self._board.callees
        return {
            "callees": {number: _shown(script) for number, script in known.items()},
            "ways": list(WAYS),
        }

    async def set_callee(self, request: Request) -> Any:
        """Have a number behave in one of the named ways."""
        body = await body_of(request)
        changes: dict[str, Any] = {
            name: _seconds(body, name, 0.0)
            for name in ("after_s", "talk_s", "presses_after_s")
            if name in body
        }
        for name in ("says", "then_says"):
            if name in body:
                changes[name] = str(body[name])
        if "presses" in body:
            changes["presses"] = _keys(body["presses"])
        script = callee(str(body.get("way", "")), **changes)
        self._board.callees[self._number(request)] = script
        return _shown(script)

    async def conferences(self, request: Request) -> Any:
        """The rooms that are open."""
        return {"conferences": [room_row(room) for room in self._board.rooms.all()]}

    async def deliveries(self, request: Request) -> Any:
        """The latest events on their way, and the dead letters."""
        return {"deliveries": [one.as_row() for one in self._board.deliveries.log]}

    async def wallet(self, request: Request) -> Any:
        """The wallet's balance."""
        wallet = self._board.wallet
        if request.method == "PATCH":
            balance = (await body_of(request)).get("balance_minor")
            if not isinstance(balance, int) or isinstance(balance, bool):
                raise Refused(400, "emulator.refused", "balance_minor is a number of minor units")
            wallet.set(balance)
        return wallet.as_row(self._board.modes.platform)

    async def clock(self, request: Request) -> Any:
        """How fast the emulated world waits."""
        if request.method == "PATCH":
            speed = (await body_of(request)).get("speed")
            if not isinstance(speed, int | float) or not 0 < speed <= FASTEST:
                raise Refused(400, "emulator.refused", f"speed is more than 0, at most {FASTEST:g}")
            self._board.clock.speed = float(speed)
        return {"speed": self._board.clock.speed}

    def _number(self, request: Request) -> str:
        wanted = request.path_params["number"]
        return to_e164(wanted) or str(wanted)

    def _detail(self, request: Request) -> Any:
        detail = self._platform.find(request.path_params["id"])
        if detail is None:
            raise Refused(404, "calls.not_found", "no call has this id")
        return detail


def _seconds(body: dict[str, Any], name: str, default: float) -> float:
    value = body.get(name, default)
    if not isinstance(value, int | float) or not 0 <= value <= LONGEST_CALL_S:
        raise Refused(400, "emulator.refused", f"{name} is a number of seconds")
    return float(value)


def _keys(value: object) -> str:
    keys = str(value)
    if set(keys) - set("0123456789*#"):
        raise Refused(400, "emulator.refused", "keys are 0-9, * and #")
    return keys


def _shown(script: CalleeScript) -> dict[str, Any]:
    return {
        "way": next((way for way, named in WAYS.items() if named == script), None),
        "outcome": script.outcome.value,
        "after_s": script.after_s,
        "talk_s": script.talk_s,
        "says": script.says,
        "presses": script.presses,
    }
