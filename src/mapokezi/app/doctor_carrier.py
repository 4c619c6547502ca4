"""What the doctor asks the phone platform. Nothing here costs anything or changes anything."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from mapokezi.app.carrier import asks_emulator, carrier_of
from mapokezi.app.doctor_finding import Deployment, Finding, green, grey, red
from mapokezi.carrier import Balance, CallDetail, CarrierError, Denied, Number, SautiKit
from mapokezi.errors import ConfigurationError
from mapokezi.telephony.numbers import same_subscriber
from mapokezi.units import Money

LEAST_DAYS = 7
_LOOKED_BACK_DAYS = 7
_MOST_CALLS = 1000


async def api_key(deployment: Deployment) -> Finding:
    """There is a key, and the platform takes it."""
    check = "API key"
    settings = deployment.settings
    try:
        deployment.emulated = asks_emulator(settings)
        deployment.carrier = carrier_of(settings)
    except ConfigurationError as error:
        return red(check, str(error), "correct SAUTIKIT_API_KEY or carrier.url")
    if deployment.carrier is None:
        return red(
            check,
            "SAUTIKIT_API_KEY is not set: calls cannot be hung up",
            "make a key in SautiKit's console and put it into SAUTIKIT_API_KEY",
        )
    where = "the emulator" if deployment.emulated else deployment.carrier.base_url
    try:
        deployment.own_numbers = await deployment.carrier.numbers.list()
    except Denied as error:
        if error.code.startswith("api_key.scope"):
            return green(check, f"known at {where}")
        return red(check, str(error), error.mend)
    except CarrierError as error:
        mend = "start mapokezi emulator" if deployment.emulated and not error.status else error.mend
        return red(check, str(error), mend)
    return green(check, f"known at {where}")


async def scopes(deployment: Deployment) -> Finding:
    """The key may read what is read here; what it may change cannot be tried for nothing."""
    check, carrier = "scopes", deployment.carrier
    if carrier is None:
        return grey(check, "there is no key")
    lacks: list[str] = []
    has: list[str] = []
    asks: tuple[tuple[str, Callable[[], Awaitable[object]]], ...] = (
        ("numbers.read", carrier.numbers.list),
        ("calls.read", carrier.calls.list),
        ("wallet.read", carrier.wallet.show),
    )
    for scope, ask in asks:
        held = await _may(ask())
        if held is None:
            return grey(check, "the platform does not answer as it should (see API key)")
        (has if held else lacks).append(scope)
    deployment.learned["scopes that let us read"] = ", ".join(has) or "none"
    if lacks:
        return red(
            check,
            f"the key lacks {', '.join(lacks)}",
            f"give the API key {', '.join(f'`{one}`' for one in lacks)} in SautiKit's console",
        )
    return green(check, f"{', '.join(has)} (numbers.claim is not tried: it would change something)")


async def _may(asked: Awaitable[object]) -> bool | None:
    """Whether the key may; None if that was not learned."""
    try:
        await asked
    except Denied:
        return False
    except CarrierError:
        return None
    return True


async def numbers(deployment: Deployment) -> list[Finding]:
    """Each office's number is the workspace's own, in service, and its calls come here."""
    if deployment.own_numbers is None:
        return [grey("number", "the platform's list could not be read")]
    wanted = [number for office in deployment.offices.values() for number in office.numbers]
    if not wanted:
        return [grey("number", "no office could be read")]
    return [_number(deployment, number) for number in wanted]


def _number(deployment: Deployment, wanted: str) -> Finding:
    check = f"number {wanted}"
    own = deployment.own_numbers or ()
    found = next((one for one in own if same_subscriber(one.e164, wanted)), None)
    if found is None:
        return red(
            check,
            "is none of the workspace's numbers",
            "mapokezi numbers list shows them: correct the office's numbers, or claim it",
        )
    if found.status not in (None, "active"):
        return red(
            check,
            f"is {found.status} on the platform: its callers reach nobody",
            "settle the account with SautiKit, or claim another number",
        )
    return _routing(deployment, check, found)


def _routing(deployment: Deployment, check: str, found: Number) -> Finding:
    urls = deployment.urls
    if urls is None:
        return grey(check, "where it should lead is not known (see webhook secret)")
    mend = f"mapokezi numbers route {found.e164}"
    if found.voice_callback_url is None:
        deployment.learned["number's list shows its routing"] = "no"
        return grey(check, f"the platform does not show where its calls go; {mend} sets it")
    deployment.learned["number's list shows its routing"] = "yes"
    if found.voice_callback_url != urls.voice:
        where = "nobody" if not found.voice_callback_url else "another address"
        return red(check, f"its calls are sent to {where}", mend)
    if found.events_url != urls.events:
        return red(check, "its calls come here, its events do not", mend)
    return green(check, "in service, and its calls come here")


async def wallet(deployment: Deployment) -> Finding:
    """The wallet lasts for a week at least, at what was spent in the last one."""
    check, carrier = "wallet", deployment.carrier
    if carrier is None:
        return grey(check, "there is no key")
    try:
        held = await carrier.wallet.show()
    except Denied:
        return grey(check, "the key may not read it (see scopes)")
    except CarrierError as error:
        if deployment.own_numbers is None:
            return grey(check, "the platform does not answer as it should (see API key)")
        return red(check, str(error), error.mend)
    mend = "top up the wallet (M-Pesa, in SautiKit's console)"
    if held.balance_minor <= 0:
        return red(check, f"{held.balance}: calls are refused, inbound ones too", mend)
    a_day = await _spent_a_day(deployment, carrier)
    said = _lasts(held, a_day)
    if a_day and held.balance_minor / a_day < LEAST_DAYS:
        return red(check, said, mend)
    if held.is_low:
        return red(check, f"{said}; below the threshold that is set on the platform", mend)
    return green(check, said)


def _lasts(held: Balance, a_day: float) -> str:
    if not a_day:
        return f"{held.balance}, nothing was spent in the last {_LOOKED_BACK_DAYS} days"
    each = Money(round(a_day), held.currency)
    return f"{held.balance}, {held.balance_minor / a_day:,.0f} days at {each} a day"


async def _spent_a_day(deployment: Deployment, carrier: SautiKit) -> float:
    """Calls of the last week and the numbers' monthly prices, in minor units a day."""
    monthly = sum(one.monthly_minor or 0 for one in deployment.own_numbers or ())
    since = datetime.fromtimestamp(deployment.wall(), UTC) - timedelta(days=_LOOKED_BACK_DAYS)
    spent = 0
    try:
        async for call in carrier.calls.each(most=_MOST_CALLS):
            if _began(call, since) < since:
                break
            spent += call.cost_minor or 0
    except CarrierError:
        pass  # the scopes' own check tells; what is not known is not counted
    return spent / _LOOKED_BACK_DAYS + monthly / 30


def _began(call: CallDetail, otherwise: datetime) -> datetime:
    try:
        at = datetime.fromisoformat(call.started_at or "")
    except ValueError:
        return otherwise
    return at if at.tzinfo else at.replace(tzinfo=UTC)
