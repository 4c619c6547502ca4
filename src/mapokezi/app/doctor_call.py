"""The one look of the doctor's that costs money: a real, short call through the whole chain.

The platform rings a telephone of the operator's from the office's number; who picks up is greeted
by the receptionist that runs here. So the number's own routing, the signed callback, the media
socket, sound in both directions, the hang-up and the bill are tried by what they are for. What it
may cost is said first, and the call is hung up whatever happens.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

import phonenumbers
from sqlalchemy.exc import SQLAlchemyError

from mapokezi.app.costs import rates_of
from mapokezi.app.doctor_finding import Deployment, Finding, green, grey, red
from mapokezi.carrier import CallDetail, CallOrder, CarrierError, SautiKit
from mapokezi.errors import ConfigurationError
from mapokezi.records.call_record import CallRecord
from mapokezi.records.ledger import BillingStep
from mapokezi.stores.database import open_for_reading
from mapokezi.stores.errors import StoreError
from mapokezi.telephony.numbers import country_of, same_subscriber, to_e164
from mapokezi.units import E164, Money

T = TypeVar("T")

_RINGS = frozenset({"ringing", "initiated", "queued", ""})
_SPOKEN = frozenset({"answered", "active", "in-progress", "in_progress"})
_COSTS_EXTRA = frozenset(
    {phonenumbers.PhoneNumberType.PREMIUM_RATE, phonenumbers.PhoneNumberType.SHARED_COST}
)
_ANSWER_IT = "ring it once more, and answer: it is the office's number that shows"


@dataclass(frozen=True, slots=True)
class CallLimits:
    """How long the parts of the call may take, in seconds."""

    rings_s: float = 45.0
    callback_s: float = 10.0
    """From the answer until our record of the call stands."""
    media_s: float = 13.0
    """Until the media socket is open: longer the line does not wait for it either."""
    talk_s: float = 20.0
    """A greeting, a sentence of the operator's, and the answer to it."""
    over_s: float = 10.0
    """From the hang-up until the line has noticed."""
    bill_s: float = 45.0
    look_every_s: float = 1.0
    """The platform's own limit for questions is not known."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A call that could be made, and what it costs."""

    from_number: E164
    to: E164
    by_second: Money
    """If each second is counted."""
    by_minute: Money
    """If each started minute is."""
    talk_s: float

    def __str__(self) -> str:
        """As it is said before anything is done."""
        return (
            f"rings {self.to} from {self.from_number} and hangs up {self.talk_s:g} s after it is "
            f"answered: costs {self.by_second} by the second, {self.by_minute} if started minutes "
            "count; nothing if nobody answers. A voice model that the office uses costs extra"
        )


async def quoted(
    deployment: Deployment, to: str, limits: CallLimits | None = None
) -> Quote | Finding:
    """What a call to a telephone would cost, or why there is none to be made. Costs nothing.

    Args:
        deployment: After its examination.
        to: The telephone, in any of its forms.
        limits: How long it may take.
    """
    check, limits = "real call", limits or CallLimits()
    number = to_e164(to)
    if number is None or not _is_ordinary(number):
        return red(check, f"{to} is no ordinary telephone number", "give one as in +254722000000")
    if deployment.carrier is None or deployment.own_numbers is None:
        return grey(check, "not made: the platform cannot be asked (see API key)")
    wanted = [one for office in deployment.offices.values() for one in office.numbers]
    own = [
        one
        for one in deployment.own_numbers
        if one.status in (None, "active") and any(same_subscriber(one.e164, w) for w in wanted)
    ]
    if not own:
        return grey(check, "not made: no office's number is in service (see number)")
    office = E164(own[0].e164)
    if any(same_subscriber(number, one.e164) for one in deployment.own_numbers):
        return red(check, f"{number} is a number of the workspace's own", "give a telephone")
    if country_of(number) != country_of(office):
        return red(check, f"{number} is in another country", "give one in the office's country")
    rate = await _rate(deployment, deployment.carrier, own[0].outbound_per_min_minor)
    seconds = Money(-(-rate.minor * round(limits.talk_s) // 60), rate.currency)
    return Quote(office, number, seconds, rate, limits.talk_s)


def _is_ordinary(number: E164) -> bool:
    parsed = phonenumbers.parse(number)
    return (
        phonenumbers.is_valid_number(parsed)
        and phonenumbers.number_type(parsed) not in _COSTS_EXTRA
    )


async def _rate(deployment: Deployment, carrier: SautiKit, told_minor: int | None) -> Money:
    """What a minute outbound costs: the number's own price, the public one, or the settings'."""
    if told_minor is not None:
        return Money(told_minor)
    with contextlib.suppress(CarrierError):
        if (public := (await carrier.pricing()).outbound_per_min) is not None:
            return public
    with contextlib.suppress(ConfigurationError):
        return rates_of(deployment.settings).outbound_per_minute
    return Money(300)


async def ring(
    deployment: Deployment, quote: Quote, limits: CallLimits | None = None
) -> AsyncIterator[Finding]:
    """Make the call, and tell of each part of the chain what it did. Costs money.

    However this ends, the call is hung up.
    """
    carrier = deployment.carrier
    assert carrier is not None, "without one nothing is quoted"
    key = secrets.token_hex(16)
    order = CallOrder(
        from_=quote.from_number, to=[quote.to], client_request_id=f"mapokezi-doctor-{key[:8]}"
    )
    try:
        placed = await carrier.calls.place(order, idempotency_key=key)
    except CarrierError as error:
        yield red("real call", str(error), error.mend)
        return
    call = _RealCall(deployment, carrier, placed.session_id, quote, limits or CallLimits())
    try:
        async for finding in call.followed():
            yield finding
    finally:
        with contextlib.suppress(CarrierError):
            await asyncio.shield(carrier.calls.hang_up(placed.session_id))


class _RealCall:
    """The call that is being made."""

    def __init__(
        self,
        deployment: Deployment,
        carrier: SautiKit,
        session_id: str,
        quote: Quote,
        limits: CallLimits,
    ) -> None:
        self._deployment = deployment
        self._carrier = carrier
        self._session_id = session_id
        self._quote = quote
        self._limits = limits

    async def followed(self) -> AsyncIterator[Finding]:
        """From the ringing to the bill; the first part that fails is the last that is told."""
        limits, record = self._limits, None
        answered = await self._answered()
        yield answered
        if answered.is_red:
            return
        record = await self._until(self._record, lambda one: one is not None, limits.callback_s)
        yield self._callback(record)
        if record is None:
            return
        record = await self._until(
            self._record, lambda one: one is None or _is_open(one), limits.media_s
        )
        yield self._media(record)
        if record is None or record.answered_at is None:
            return
        await self._until(self._record, lambda one: one is None or _is_over(one), limits.talk_s)
        yield await self._hung_up()
        record = await self._record()
        if record is not None and _is_over(record):
            for finding in self._sound(record):
                yield finding
        yield await self._bill()

    async def _answered(self) -> Finding:
        check = "real call, ringing"
        detail = await self._until(
            self._detail, lambda one: _status(one) not in _RINGS, self._limits.rings_s
        )
        status = _status(detail)
        self._learn("a placed call goes on to", status or "not told")
        if status in _SPOKEN:
            return green(check, f"{self._quote.to} was rung, and somebody answered")
        if status in _RINGS:
            return red(check, f"nobody answered within {self._limits.rings_s:g} s", _ANSWER_IT)
        return red(check, f"it came to {status}", _ANSWER_IT)

    def _callback(self, record: CallRecord | None) -> Finding:
        check = "real call, callback"
        if record is not None:
            return green(check, "the platform asked this line what to do")
        mend = f"mapokezi numbers route {self._quote.from_number}; else see callbacks, above"
        return red(check, "it was answered, and this line heard nothing of it", mend)

    def _media(self, record: CallRecord | None) -> Finding:
        check = "real call, media socket"
        if record is not None and record.answered_at is not None:
            took_s = (record.answered_at - record.arrived_at).total_seconds()
            return green(check, f"open {took_s:.1f} s after the callback")
        return red(
            check,
            "the platform was asked to open it, and did not",
            "have the proxy pass /ws/media/* on to the line, and see TLS and media socket, above",
        )

    async def _hung_up(self) -> Finding:
        check = "real call, hang-up"
        record = await self._record()
        if record is not None and _is_over(record):
            return green(check, "the call was ended before we did")
        try:
            await self._carrier.calls.hang_up(self._session_id)
        except CarrierError as error:
            return red(check, str(error), error.mend)
        record = await self._until(
            self._record, lambda one: one is None or _is_over(one), self._limits.over_s
        )
        if record is not None and _is_over(record):
            return green(check, "hung up through the API, and the line has noticed")
        return red(
            check,
            f"the API says so, but the line has heard nothing of it for {self._limits.over_s:g} s",
            "put the telephone down, and send the report to SautiKit: its hang-up does not work",
        )

    def _sound(self, record: CallRecord) -> list[Finding]:
        check, seconds = "real call, sound", record.seconds
        if seconds is None or not seconds.receptionist_ms + seconds.both_ms:
            return [red(check, "the receptionist said nothing", "see speech process, above")]
        spoke_s = (seconds.receptionist_ms + seconds.both_ms) / 1000
        said = f"the receptionist spoke for {spoke_s:.1f} s"
        if not seconds.caller_ms + seconds.both_ms:
            return [grey(check, f"{said}; you were not heard: next time say something")]
        heard_s = (seconds.caller_ms + seconds.both_ms) / 1000
        return [green(check, f"{said}, you were heard for {heard_s:.1f} s")]

    async def _bill(self) -> Finding:
        check = "real call, cost"
        detail = await self._until(
            self._detail,
            lambda one: one is not None and one.cost is not None and _status(one) not in _SPOKEN,
            self._limits.bill_s,
        )
        if detail is None or detail.cost is None:
            return grey(check, f"not billed within {self._limits.bill_s:g} s; it may come later")
        length = detail.duration_seconds
        said = f"{detail.cost}" + (f" for {length} s" if length is not None else "")
        counted = self._counted(detail.cost, length) if length is not None else None
        if counted is None:
            return red(
                check,
                f"{said}; at {self._quote.by_minute} a minute that is neither by the second nor "
                "by started minutes",
                "set ledger.outbound_kes_per_minute to what SautiKit charges",
            )
        if counted is not rates_of(self._deployment.settings).step:
            return red(
                check,
                f"{said}: counted by the {counted.value}, and we reckon otherwise",
                f'set ledger.rounding = "{counted.value}", so that our estimates hold',
            )
        return green(check, f"{said}: counted by the {counted.value}, as we reckon")

    def _counted(self, cost: Money, length_s: int) -> BillingStep | None:
        """How the platform has counted; None: in no way that is known."""
        a_minute = self._quote.by_minute.minor
        if abs(cost.minor - Decimal(a_minute * length_s) / 60) <= 1:
            return BillingStep.SECOND
        return BillingStep.MINUTE if cost.minor == a_minute * -(-length_s // 60) else None

    async def _detail(self) -> CallDetail | None:
        try:
            return await self._carrier.calls.show(self._session_id)
        except CarrierError:
            return None  # it may not be listed yet

    async def _record(self) -> CallRecord | None:
        try:
            async with open_for_reading(self._deployment.settings.database_url) as records:
                return await records.calls.of_session(self._session_id)
        except (StoreError, SQLAlchemyError):
            return None  # the line has not made it yet, or is busy with it

    def _learn(self, what: str, word: str) -> None:
        self._deployment.learned[what] = word

    async def _until(
        self, look: Callable[[], Awaitable[T]], is_enough: Callable[[T], bool], limit_s: float
    ) -> T:
        """Look until it is enough or the time is over; what was seen last."""
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + limit_s
        while True:
            seen = await look()
            if is_enough(seen) or loop.time() >= ends_at:
                return seen
            await asyncio.sleep(self._limits.look_every_s)


def _status(detail: CallDetail | None) -> str:
    return (detail.status or "").lower() if detail is not None else ""


def _is_open(record: CallRecord) -> bool:
    return record.answered_at is not None or _is_over(record)


def _is_over(record: CallRecord) -> bool:
    return record.ended_at is not None
