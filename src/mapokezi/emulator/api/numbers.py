"""``/v1/numbers``: for sale, claimed, routed, released, in every spelling (contract section 7)."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mapokezi.emulator.api.envelope import Guard, Refused, body_of
from mapokezi.emulator.billing import CURRENCY, NUMBER_MONTHLY_MINOR
from mapokezi.emulator.clock import stamp
from mapokezi.emulator.mode_values.account import Listing, NumberState, RoutingPath
from mapokezi.emulator.numbers import Claimed
from mapokezi.emulator.platform import Platform
from mapokezi.emulator.subscriptions import Subscriptions

CAPABILITIES = ["voice"]
_VOICE_KEYS = ("voice_callback_url", "voice_url", "routing_url")


class NumbersApi:
    """The endpoints of numbers."""

    def __init__(self, platform: Platform, guard: Guard, subscriptions: Subscriptions) -> None:
        self._platform, self._guard = platform, guard
        self._subscriptions = subscriptions

    def routes(self) -> list[Route]:
        """All of them; the three ways to claim and the three ways to route among them."""
        read, claim, open_ = "numbers.read", "numbers.claim", self._guard
        put, patch, seed = (
            self._routing(way) for way in (RoutingPath.PUT, RoutingPath.PATCH, RoutingPath.SEED)
        )
        return [
            Route("/v1/numbers", open_(self.list_numbers, read), methods=["GET"]),
            Route("/v1/numbers", open_(self.claim, claim), methods=["POST"]),
            Route("/v1/numbers/available", open_(self.available, read), methods=["GET"]),
            Route("/v1/numbers/available/claim", open_(self.claim, claim), methods=["POST"]),
            Route("/v1/numbers/{id}/claim", open_(self.claim, claim), methods=["POST"]),
            Route("/v1/numbers/{id}/routing", open_(put, claim), methods=["PUT"]),
            Route("/v1/numbers/{id}/routing", open_(patch, claim), methods=["PATCH"]),
            Route("/v1/numbers/{id}", open_(seed, claim), methods=["PATCH"]),
            Route("/v1/numbers/{id}", open_(self.release, claim), methods=["DELETE"]),
        ]

    async def available(self, request: Request) -> Response:
        """Numbers for sale."""
        country = request.query_params.get("country", "KE")
        modes = self._platform.switchboard.modes.platform
        rows = [
            {
                "id": inventory_id,
                "inventory_id": inventory_id,
                "number": e164,
                "e164": e164,
                "country": "KE",
                "capabilities": CAPABILITIES,
                "monthly_price_minor": NUMBER_MONTHLY_MINOR,
                "inbound_per_min_minor": modes.inbound_per_min,
                "outbound_per_min_minor": modes.outbound_per_min,
                "currency": CURRENCY,
            }
            for inventory_id, e164 in self._platform.numbers.for_sale.items()
            if country == "KE"
        ]
        return JSONResponse(rows if modes.available is Listing.BARE else {"available": rows})

    async def list_numbers(self, request: Request) -> Response:
        """The workspace's numbers."""
        rows = [self._row(one) for one in self._platform.numbers.claimed.values()]
        return JSONResponse({"numbers": rows})

    async def claim(self, request: Request) -> Response:
        """Buy a number: one month is charged at once."""
        body = await body_of(request)
        wanted = request.path_params.get("id") or body.get("inventory_id") or body.get("id")
        book, board = self._platform.numbers, self._platform.switchboard
        e164 = str(body.get("e164") or body.get("number") or "")
        wanted = wanted or next((key for key, one in book.for_sale.items() if one == e164), "")
        if str(wanted) not in book.for_sale:
            raise Refused(404, "numbers.not_available", "no number for sale has this id")
        if not board.wallet.affords(NUMBER_MONTHLY_MINOR, board.modes.platform):
            raise Refused(402, "wallet.insufficient_funds", "the wallet cannot pay the number")
        claimed = book.claim(str(wanted))
        assert claimed is not None
        board.wallet.charge(NUMBER_MONTHLY_MINOR)
        self._tell("number.provisioned", claimed)
        return JSONResponse(self._row(claimed), 201)

    def _routing(self, way: RoutingPath) -> Any:
        """The endpoint for one way to route; where another is the only one, it is not there."""

        async def route(request: Request) -> Response:
            if self._platform.switchboard.modes.platform.routing not in (way, RoutingPath.ANY):
                raise Refused(405, "method_not_allowed", "routing is not changed like this")
            return await self._route(request)

        return route

    async def _route(self, request: Request) -> Response:
        body = await body_of(request)
        changes = {}
        voice = next((str(body[key]) for key in _VOICE_KEYS if body.get(key)), None)
        if voice is not None:
            changes["voice_url"] = voice
        if body.get("events_url") is not None:
            changes["events_url"] = str(body["events_url"])
        if body.get("voice_signing_secret"):
            changes["signing_secret"] = str(body["voice_signing_secret"])
        if not changes:
            raise Refused(400, "numbers.invalid_routing", "voice_callback_url is wanted")
        routed = self._platform.numbers.route(request.path_params["id"], **changes)
        if routed is None:
            raise Refused(404, "numbers.not_found", "no number has this id")
        return JSONResponse(self._row(routed))

    async def release(self, request: Request) -> Response:
        """Give a number back."""
        released = self._platform.numbers.release(request.path_params["id"])
        if released is None:
            raise Refused(404, "numbers.not_found", "no number has this id")
        self._tell("number.released", released)
        return JSONResponse({**self._row(released), "status": "released"})

    def _tell(self, kind: str, claimed: Claimed) -> None:
        data = {"number_id": claimed.id, "e164": claimed.number.e164}
        self._subscriptions.tell(kind, data)

    def _row(self, claimed: Claimed) -> dict[str, Any]:
        number = claimed.number
        modes = self._platform.switchboard.modes.of_number(number.e164)
        suspended = modes.number is NumberState.SUSPENDED
        return {
            "id": claimed.id,
            "e164": number.e164,
            "country_iso2": "KE",
            "status": "suspended" if suspended else "active",
            "monthly_retail_minor": NUMBER_MONTHLY_MINOR,
            "currency": CURRENCY,
            "inbound_per_min_minor": modes.inbound_per_min,
            "outbound_per_min_minor": modes.outbound_per_min,
            "claimed_at": stamp(claimed.claimed_at),
            "capabilities": CAPABILITIES,
            "voice_callback_url": number.voice_url,
            "events_url": number.events_url,
        }
