"""The work after calls, put together by the operator's settings."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import time

import msgspec
import structlog

from mapokezi.aftercall.after_call import AfterCall, AfterCallParts
from mapokezi.aftercall.effects import Effect
from mapokezi.aftercall.platform_recordings import PlatformRecordingParts, PlatformRecordings
from mapokezi.aftercall.settings import AfterCallSettings
from mapokezi.aftercall.settling import Settling, SettlingParts
from mapokezi.aftercall.summarising import Summarising, SummarisingParts, SummaryModel
from mapokezi.app.carrier import asks_emulator
from mapokezi.app.costs import rates_of
from mapokezi.app.keeping import DeskKeeping
from mapokezi.app.sending import make_sender
from mapokezi.app.ways import MissingAccount, missing_accounts
from mapokezi.bridge import clock
from mapokezi.bridge.call_memory import is_nameless
from mapokezi.calls import OfficeId
from mapokezi.carrier import SautiKit
from mapokezi.config import Settings
from mapokezi.egress import Egress, EgressSettings, Network, read_networks
from mapokezi.errors import ConfigurationError
from mapokezi.notify.sender import Sender
from mapokezi.receptionist.office import Office
from mapokezi.speech.http_service import HttpService, ServiceSettings
from mapokezi.stores.database import Database
from mapokezi.voice.protocols.chat_completions.options import base_url

log = structlog.get_logger("mapokezi.aftercall")

_CONNECTS_WITHIN_S = 5.0
"""To the summary's model: nobody waits for it."""


class AfterCallPlan:
    """What an operator can have set wrong for the work after calls, read and found right."""

    def __init__(self, settings: Settings, offices: Mapping[OfficeId, Office]) -> None:
        """Read it.

        Raises:
            ConfigurationError: If a setting is wrong, or an account cannot be used.
        """
        self._settings = settings
        self.missing = missing_accounts(settings, offices.values())
        """Accounts and secrets that are not there."""
        self.offices = {
            office.id: _as_can_be_told(office, self.missing) for office in offices.values()
        }
        """As the staff and callers of each can be told."""
        self._sender: Sender = make_sender(settings, offices)
        self._how = after_call_settings(settings)
        self._summary_model = summary_model_of(settings)

    def make(
        self,
        records: Database,
        carrier: SautiKit | None,
        keeping: DeskKeeping,
    ) -> AfterCall:
        """Put the work together over an open database; say what is missing for it.

        Args:
            records: The database.
            carrier: The phone platform; None if there is no key.
            keeping: What is kept, redacted and removed.
        """
        for one in self.missing:
            log.error("account_missing", variable=one.variable, says=one.says)
        more: list[Effect] = [*keeping.effects()]
        if carrier is not None:
            more.append(Settling(SettlingParts(records, carrier, is_nameless)).effect())
        if carrier is not None and self._how.platform_recordings:
            egress = Egress(EgressSettings(private=_private(self._settings)))
            fetching = PlatformRecordingParts(carrier, egress, keeping.parts, records.recordings)
            more.append(PlatformRecordings(fetching).effect())
        if self._summary_model is not None:
            parts = SummarisingParts(records, self.offices, clock.wall, self._summary_model)
            more.append(Summarising(parts).effect())
        return AfterCall(
            AfterCallParts(
                records=records,
                url=self._settings.database_url,
                offices=self.offices,
                sender=self._sender,
                now=clock.wall,
                carrier=carrier,
                settings=self._how,
                more_after_calls=more,
                more_rounds=keeping.rounds(),
            )
        )

    async def close(self) -> None:
        """Give connections back."""
        if self._summary_model is not None:
            await self._summary_model.service.close()


def _as_can_be_told(office: Office, missing: Collection[MissingAccount]) -> Office:
    """An office whose callers are not texted, where the way for it has no account.

    Its staff are then told to call back now, as where no such way is set up.
    """
    if office.telling.text_callers not in {one.way for one in missing if one.way}:
        return office
    telling = msgspec.structs.replace(office.telling, text_callers="")
    return msgspec.structs.replace(office, telling=telling)


def _private(settings: Settings) -> tuple[Network, ...]:
    """Which private addresses recordings may come from: the emulator's are on this machine."""
    listed = read_networks(settings.egress.private, "egress.private")
    loopback = read_networks(("127.0.0.0/8", "::1/128"), "egress.private")
    return (*listed, *loopback) if asks_emulator(settings) else listed


def after_call_settings(settings: Settings) -> AfterCallSettings:
    """How the work is done.

    Raises:
        ConfigurationError: If a time or a number cannot be.
    """
    told = settings.aftercall
    if told.wallet_days < 0:
        raise ConfigurationError("aftercall.wallet_days: not below 0; 0 is never")
    return AfterCallSettings(
        digest_at=_time_of(told.digest_at),
        wallet_days=told.wallet_days,
        platform_recordings=told.platform_recordings,
        outbound_minute_minor=rates_of(settings).outbound_per_minute.minor,
    )


def summary_model_of(settings: Settings) -> SummaryModel | None:
    """The chat model that writes summaries; None if none is to.

    Raises:
        ConfigurationError: If there is no such profile, or it is of no chat model.
    """
    name = settings.aftercall.summary_model
    if not name:
        return None
    # Loaded by who needs them: they bring the voices along, and the desk is to start soon.
    from mapokezi.app.models import models_of  # noqa: PLC0415
    from mapokezi.bridge.chat_voice import ChatModel  # noqa: PLC0415

    found = models_of(settings).get(name)
    if not isinstance(found, ChatModel):
        what = "is no chat model" if found is not None else "is not there"
        raise ConfigurationError(f"aftercall.summary_model: the profile [model.{name}] {what}")
    profile = found.profile
    service = HttpService(
        ServiceSettings(
            base_url=base_url(profile),
            key=profile.key,
            headers=profile.headers,
            connect_s=_CONNECTS_WITHIN_S,
            proxy=settings.model[name].proxy or None,
        )
    )
    return SummaryModel(
        profile=name,
        model=profile.model,
        service=service,
        max_tokens_key=found.options.max_tokens_key,
        max_tokens=found.options.max_tokens,
        extra=found.options.extra,
    )


def _time_of(text: str) -> time | None:
    if not text:
        return None
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise ConfigurationError(
            f"aftercall.digest_at: {text!r} is no time of day, as 18:00"
        ) from None
