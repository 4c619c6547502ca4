"""The client of SautiKit's REST API.

Facts from ``contract/sautikit.md`` (compiled 2026-11-22): base and authorisation section 2, calls
section 7. Two calls stand here, the two that a call cannot do without: to hang up, and to learn
what it cost.
"""

from __future__ import annotations

from types import TracebackType

import httpx2
import msgspec

from mapokezi.errors import MapokeziError
from mapokezi.units import Money


class CarrierError(MapokeziError):
    """The phone platform refused, or could not be reached."""

    def __init__(self, deed: str, *, status: int | None, code: str) -> None:
        self.deed = deed
        self.status = status
        """The HTTP status, or None if no answer came."""
        self.code = code
        """The platform's own word, such as ``wallet.insufficient_funds``."""
        super().__init__(f"could not {deed}: {code}" + (f" (HTTP {status})" if status else ""))


class CallDetail(msgspec.Struct, frozen=True, kw_only=True):
    """The platform's own record of a call; what it left out is None."""

    id: str
    session_id: str | None = None
    status: str | None = None
    duration_seconds: int | None = None
    cost_minor: int | None = None
    cost_currency: str | None = None
    rate_per_minute_minor: int | None = None
    """Of the leg that the record is of: the caller's own."""

    @property
    def has_paid_leg_beside(self) -> bool | None:
        """Whether the bill holds a leg that was dialled for the caller and answered.

        A dialled leg costs from its answer (contract section 7.1), so the bill then is higher than
        the caller's own leg can be, started minutes counted in full. None: it does not tell.
        """
        if self.cost_minor is None or self.rate_per_minute_minor is None:
            return None
        if self.rate_per_minute_minor and self.duration_seconds is None:
            return None
        own = self.rate_per_minute_minor * -(-(self.duration_seconds or 0) // 60)
        if self.cost_minor > own:
            return True
        return None if own else False

    @property
    def cost(self) -> Money | None:
        """What the platform charged, once it knows."""
        if self.cost_minor is None:
            return None
        return Money(self.cost_minor, self.cost_currency or "KES")


class _CallEnvelope(msgspec.Struct):
    call: CallDetail


class _ErrorBody(msgspec.Struct):
    code: str = "unknown"


class _ErrorEnvelope(msgspec.Struct):
    error: _ErrorBody | None = None
    code: str | None = None


class SautiKit:
    """One pool of connections to the platform, for one API key.

    Args:
        base_url: ``https://api.sautikit.com``, or the emulator's address.
        api_key: Opaque; sent as a bearer token, never logged.
        time_limit_s: For each request as a whole. Three seconds: a hang-up that takes longer is
            tried again by the caller, and nobody may wait for more.
    """

    def __init__(self, base_url: str, api_key: str, *, time_limit_s: float = 3.0) -> None:
        self._http = httpx2.AsyncClient(
            base_url=base_url.rstrip("/"),
            headers={"Authorization": f"Bearer {api_key}"},
            timeout=time_limit_s,
        )

    async def __aenter__(self) -> SautiKit:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Give the connections back."""
        await self._http.aclose()

    async def hang_up(self, call: str) -> None:
        """End a live call. Ending an ended one is no error (the call is idempotent).

        Args:
            call: The platform's UUID, or the session id ``HD_...``.

        Raises:
            CarrierError: If the platform refused or did not answer, after one more try.
        """
        await self._ask("hang up", "POST", f"/v1/calls/{call}/hangup", tries=2)

    async def show(self, call: str) -> CallDetail:
        """Fetch the platform's record of a call.

        Raises:
            CarrierError: If there is none, or it could not be read.
        """
        body = await self._ask("read the call's record", "GET", f"/v1/calls/{call}", tries=2)
        try:
            return msgspec.json.decode(body, type=_CallEnvelope).call
        except msgspec.MsgspecError as error:
            raise CarrierError(
                "read the call's record", status=200, code=f"unreadable: {error}"
            ) from error

    async def _ask(self, deed: str, method: str, path: str, *, tries: int) -> bytes:
        fault = CarrierError(deed, status=None, code="not asked")
        for _ in range(tries):
            try:
                response = await self._http.request(method, path)
            except httpx2.HTTPError as error:
                fault = CarrierError(deed, status=None, code=type(error).__name__)
                continue
            if response.is_success:
                return response.content
            fault = CarrierError(deed, status=response.status_code, code=_code_of(response.content))
            if response.status_code < 500:
                break
        raise fault


def _code_of(body: bytes) -> str:
    """The error's code in either of the envelopes that the platform uses."""
    try:
        envelope = msgspec.json.decode(body, type=_ErrorEnvelope)
    except msgspec.MsgspecError:
        return "unknown"
    if envelope.error is not None:
        return envelope.error.code
    return envelope.code or "unknown"
