"""``mapokezi numbers``: the numbers on SautiKit, from claiming one to giving it back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from mapokezi.cli.agreeing import YesOption, is_wanted
from mapokezi.cli.settings import ConfigOption, load
from mapokezi.cli.tables import print_table
from mapokezi.config import Settings, read_secrets
from mapokezi.errors import ConfigurationError, MapokeziError

if TYPE_CHECKING:
    from mapokezi.carrier import AvailableNumber, Number, SautiKit

T = TypeVar("T")

app = typer.Typer(
    help=(
        "The numbers on SautiKit: find one, claim it, send its calls here, give it back.\n\n"
        "They are read and changed with the key in `SAUTIKIT_API_KEY`; without a key and without "
        "a public URL, on the emulator."
    ),
    no_args_is_help=True,
)

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
CountryOption = Annotated[
    str, typer.Option("--country", help="Two letters, ISO 3166. SautiKit is in Kenya: KE.")
]
CurrencyOption = Annotated[str, typer.Option("--currency", help="Three letters, ISO 4217.")]
OwnNumber = Annotated[
    str, typer.Argument(help="One of your numbers, as in +254209000000, or its id.")
]


@app.command("available")
def available(
    config: ConfigOption = None,
    country: CountryOption = "KE",
    currency: CurrencyOption = "KES",
    as_json: JsonOption = False,
) -> None:
    """List the numbers that can be claimed, with what they cost. Costs nothing."""
    found = _ask(load(config), lambda sautikit: sautikit.numbers.available(country, currency))
    if as_json:
        _print_json(found)
        return
    if not found:
        print(f"SautiKit has no number to be had in {country} at the moment.")
        return
    print_table(
        ("number", "a month", "a minute in", "a minute out", "can", "inventory id"),
        [
            (
                one.e164,
                str(one.monthly or "not told"),
                _money(one.inbound_per_min_minor, one.currency),
                _money(one.outbound_per_min_minor, one.currency),
                ", ".join(one.capabilities),
                one.inventory_id,
            )
            for one in found
        ],
        right=(1, 2, 3),
    )
    print(f"\nTo claim one: mapokezi numbers claim {found[0].e164}")


@app.command("claim")
def claim(
    number: Annotated[
        str, typer.Argument(help="A number of `mapokezi numbers available`, or its inventory id.")
    ],
    config: ConfigOption = None,
    country: CountryOption = "KE",
    currency: CurrencyOption = "KES",
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Claim a number. It costs its monthly price, from the wallet, until it is released."""
    settings = load(config)
    had = _ask(settings, lambda sautikit: sautikit.numbers.available(country, currency))
    wanted = next((one for one in had if number in (one.e164, one.inventory_id)), None)
    if wanted is None:
        raise MapokeziError(
            f"{number} is not to be had in {country}; `mapokezi numbers available` shows those "
            "that are"
        )
    price = str(wanted.monthly) if wanted.monthly else "a price that SautiKit does not tell"
    _agree(f"Claim {wanted.e164} for {price} a month, paid from the wallet?", yes)
    claimed = _ask(settings, lambda sautikit: sautikit.numbers.claim(wanted.inventory_id))
    if as_json:
        _print_json(claimed)
        return
    print(f"{claimed.e164} is yours.")
    print(f"Next: write it into the office's `numbers`, then mapokezi numbers route {claimed.e164}")


@app.command("list")
def list_numbers(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """List your numbers, and where their calls go. Costs nothing."""
    found = _ask(load(config), lambda sautikit: sautikit.numbers.list())
    if as_json:
        _print_json(found)
        return
    if not found:
        print("You have no number yet. `mapokezi numbers available` shows those to be had.")
        return
    print_table(
        ("number", "status", "a month", "its calls are asked about at", "events go to", "id"),
        [
            (
                one.e164,
                one.status or "not told",
                str(one.monthly or "not told"),
                one.voice_callback_url or "nowhere",
                one.events_url or "nowhere",
                one.id,
            )
            for one in found
        ],
        right=(2,),
    )


_VoiceUrlOption = Annotated[
    str | None,
    typer.Option(
        "--voice-url",
        help="Who is asked what to do with a call; this receptionist by default.",
        show_default=False,
    ),
]
_EventsUrlOption = Annotated[
    str | None,
    typer.Option(
        "--events-url",
        help="Who is told of events; this receptionist by default.",
        show_default=False,
    ),
]


@app.command("route")
def route(
    number: OwnNumber,
    config: ConfigOption = None,
    voice_url: _VoiceUrlOption = None,
    events_url: _EventsUrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send a number's calls here: sets its voice URL, its events URL and its signing secret.

    The secret is the first of `MAPOKEZI_WEBHOOK_SECRETS`. Costs nothing.
    """
    settings = load(config)
    voice, events = _addresses(settings, voice_url, events_url)
    secrets = read_secrets("MAPOKEZI_WEBHOOK_SECRETS")

    async def work(sautikit: SautiKit) -> tuple[Number, str, bool]:
        own = _own(await sautikit.numbers.list(), number)
        routed = await sautikit.numbers.route(
            own.id, voice, events_url=events, signing_secret=secrets[0] if secrets else None
        )
        return own, routed.way, routed.confirmed

    own, way, confirmed = _ask(settings, work)
    if as_json:
        told = {"id": own.id, "e164": own.e164, "voice_callback_url": voice, "events_url": events}
        print(json.dumps({**told, "way": way, "confirmed": confirmed}, indent=2))
        return
    print(f"Calls to {own.e164} are asked about at {voice}, its events go to {events}.")
    if not confirmed:
        print("SautiKit does not show it in its list: ring the number to be sure.")
    if not secrets:
        print("No signing secret was set: MAPOKEZI_WEBHOOK_SECRETS is empty.")


@app.command("release")
def release(
    number: OwnNumber,
    config: ConfigOption = None,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Give a number back. Its callers reach nobody then, and it may not be had again."""
    settings = load(config)
    own = _own(_ask(settings, lambda sautikit: sautikit.numbers.list()), number)
    _agree(f"Release {own.e164}? Its callers reach nobody then; it may not be had again.", yes)
    _ask(settings, lambda sautikit: sautikit.numbers.release(own.id))
    if as_json:
        print(json.dumps({"id": own.id, "e164": own.e164, "status": "released"}, indent=2))
        return
    print(f"{own.e164} is released.")


def _ask(settings: Settings, work: Callable[[SautiKit], Awaitable[T]]) -> T:
    """Ask the platform.

    Raises:
        ConfigurationError: If there is no key.
        MapokeziError: What went wrong, and what can be done about it.
    """
    from mapokezi.app.carrier import asks_emulator, needed_carrier
    from mapokezi.carrier import CarrierError, Unreachable

    async def asked() -> T:
        async with needed_carrier(settings) as sautikit:
            return await work(sautikit)

    try:
        return asyncio.run(asked())
    except CarrierError as error:
        mend = error.mend
        if isinstance(error, Unreachable) and asks_emulator(settings):
            mend = "start `mapokezi emulator`, or set SAUTIKIT_API_KEY to ask SautiKit itself"
        if error.may_be_done:
            mend = "see with `mapokezi numbers list` whether it was done before you try again"
        raise MapokeziError(f"{error}. What to do: {mend}") from None


def _agree(question: str, yes: bool) -> None:
    """Go on only if the operator wants it.

    Raises:
        MapokeziError: If not, or if nobody is there to be asked.
    """
    if not is_wanted(question, yes):
        raise MapokeziError("nothing was done; --yes does it without asking")


def _own(numbers: Sequence[Number], wanted: str) -> Number:
    from mapokezi.telephony.numbers import to_e164

    full = to_e164(wanted)
    for one in numbers:
        if wanted in {one.id, one.e164} or (full and to_e164(one.e164) == full):
            return one
    raise MapokeziError(
        f"{wanted} is none of your numbers on SautiKit; `mapokezi numbers list` shows them"
    )


def _addresses(settings: Settings, voice: str | None, events: str | None) -> tuple[str, str]:
    """Where to: as told, or this receptionist.

    Raises:
        ConfigurationError: If the platform could not reach this receptionist.
    """
    from mapokezi.app.carrier import asks_emulator
    from mapokezi.app.line_settings import line_settings

    if (voice is None or events is None) and not (settings.is_public or asks_emulator(settings)):
        raise ConfigurationError(
            f"line.public_url is not set, and SautiKit cannot reach {settings.line_url}: set it "
            "to the https address of this receptionist, or give --voice-url and --events-url"
        )
    urls = line_settings(settings).urls
    return voice or urls.voice, events or urls.events


def _money(minor: int | None, currency: str) -> str:
    from mapokezi.units import Money

    return "not told" if minor is None else str(Money(minor, currency))


def _print_json(found: Sequence[AvailableNumber | Number] | Number) -> None:
    import msgspec

    print(json.dumps(msgspec.to_builtins(found), indent=2))
