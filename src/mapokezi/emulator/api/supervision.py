"""``/v1/calls/{id}/supervision``: one supervisor a call (contract section 7)."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mapokezi.emulator.api.envelope import Guard, Refused, body_of
from mapokezi.emulator.live_call import LiveCall
from mapokezi.emulator.platform import Platform
from mapokezi.emulator.supervision import Announce, By, Part, Supervision, SupervisionOrder
from mapokezi.telephony.numbers import to_e164

_Word = TypeVar("_Word", bound=StrEnum)

MOST_LABEL = 64
SCOPE = "calls.supervise"


class SupervisionApi:
    """Who listens in on a call that is up."""

    def __init__(self, platform: Platform, guard: Guard) -> None:
        self._platform, self._guard = platform, guard

    def routes(self) -> list[Route]:
        """All four of them."""
        open_ = self._guard
        return [
            Route("/v1/calls/{id}/supervision", open_(self.show, SCOPE), methods=["GET"]),
            Route("/v1/calls/{id}/supervision", open_(self.begin, SCOPE), methods=["POST"]),
            Route("/v1/calls/{id}/supervision", open_(self.change, SCOPE), methods=["PATCH"]),
            Route("/v1/calls/{id}/supervision", open_(self.end, SCOPE), methods=["DELETE"]),
        ]

    async def begin(self, request: Request) -> Response:
        """Ring a supervisor; the same idempotency key rings nobody twice."""
        call, body = self._call(request), await body_of(request)
        key = request.headers.get("idempotency-key", "")
        present = call.supervision
        if isinstance(present, Supervision):
            if key and present.key == key:
                return JSONResponse({"supervision": present.as_row()}, 201)
            why = "somebody supervises this call already"
            raise Refused(409, "calls.supervision_in_progress", why)
        order = _order_in(body)
        board = self._platform.switchboard
        if not board.wallet.affords(order.price(call.modes.outbound_per_min), call.modes):
            raise Refused(402, "wallet.insufficient_funds", "the wallet is empty")
        return JSONResponse({"supervision": Supervision(call, order, key).as_row()}, 201)

    async def show(self, request: Request) -> Response:
        """Who supervises, and how."""
        return JSONResponse({"supervision": self._present(request).as_row()})

    async def change(self, request: Request) -> Response:
        """Listen, whisper or barge from now on."""
        supervision = self._present(request)
        supervision.change(_one_of(Part, (await body_of(request)).get("mode"), "mode"))
        return JSONResponse({"supervision": supervision.as_row()})

    async def end(self, request: Request) -> Response:
        """Take the supervisor out of the call."""
        supervision = self._present(request)
        supervision.stop()
        return JSONResponse({"supervision": supervision.as_row()})

    def _call(self, request: Request) -> LiveCall:
        name = request.path_params["id"]
        call = self._platform.live(name)
        if call is None:
            known = self._platform.find(name) is not None
            why = "the call is over" if known else "no call has this id"
            raise Refused(409 if known else 404, "calls.not_found", why)
        return call

    def _present(self, request: Request) -> Supervision:
        present = self._call(request).supervision
        if not isinstance(present, Supervision):
            raise Refused(404, "calls.supervision_not_found", "nobody supervises this call")
        return present


def _order_in(body: dict[str, Any]) -> SupervisionOrder:
    asked = body.get("supervisor")
    named = list(asked.items()) if isinstance(asked, dict) else []
    if len(named) != 1:
        raise _wrong("supervisor is an object with one of client, sip and phone")
    by = _one_of(By, named[0][0], "supervisor")
    address = str(named[0][1])
    if by is By.PHONE:
        address = to_e164(address) or ""
    label = str(body.get("label") or "")
    if not address:
        raise _wrong("supervisor.phone is an E.164 number")
    if len(label) > MOST_LABEL:
        raise _wrong(f"label has at most {MOST_LABEL} characters")
    return SupervisionOrder(
        by,
        address,
        _one_of(Part, body.get("mode", Part.LISTEN.value), "mode"),
        _one_of(Announce, body.get("announce", Announce.NONE.value), "announce"),
        label,
    )


def _one_of(kind: type[_Word], value: object, name: str) -> _Word:
    try:
        return kind(str(value))
    except ValueError:
        ways = ", ".join(kind)
        raise _wrong(f"{name} is one of {ways}") from None


def _wrong(why: str) -> Refused:
    return Refused(400, "calls.invalid_supervision", why)
