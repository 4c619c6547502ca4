"""SautiKit's REST API: a library by itself, and what the receptionist asks the platform with."""

from mapokezi.carrier.calls import CallDetail, CallPage, Calls
from mapokezi.carrier.client import SAUTIKIT_URL, SautiKit
from mapokezi.carrier.conferences import Conferences
from mapokezi.carrier.errors import (
    AccountSuspended,
    CarrierError,
    Conflict,
    Denied,
    Gone,
    KeyRefused,
    NotFound,
    PlatformFault,
    RateLimited,
    Refused,
    RequestWrong,
    ScopeDenied,
    TimedOut,
    Unreachable,
    Unreadable,
    WalletEmpty,
)
from mapokezi.carrier.numbers import AvailableNumber, Number, Numbers, Routed
from mapokezi.carrier.orders import CallOrder, PlacedCall, rides
from mapokezi.carrier.pace import Clock, Patience, TimeLimits
from mapokezi.carrier.pricing import PublicPrices
from mapokezi.carrier.recordings import RecordingPending, RecordingReady
from mapokezi.carrier.wallet import Balance, Wallet
from mapokezi.carrier.webhooks import Webhook, Webhooks

__all__ = [
    "SAUTIKIT_URL",
    "AccountSuspended",
    "AvailableNumber",
    "Balance",
    "CallDetail",
    "CallOrder",
    "CallPage",
    "Calls",
    "CarrierError",
    "Clock",
    "Conferences",
    "Conflict",
    "Denied",
    "Gone",
    "KeyRefused",
    "NotFound",
    "Number",
    "Numbers",
    "Patience",
    "PlacedCall",
    "PlatformFault",
    "PublicPrices",
    "RateLimited",
    "RecordingPending",
    "RecordingReady",
    "Refused",
    "RequestWrong",
    "Routed",
    "SautiKit",
    "ScopeDenied",
    "TimeLimits",
    "TimedOut",
    "Unreachable",
    "Unreadable",
    "Wallet",
    "WalletEmpty",
    "Webhook",
    "Webhooks",
    "rides",
]
