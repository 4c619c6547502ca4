"""Sends notices: to people by their ways, to systems by webhook. Once each; it keeps nothing.

Whoever calls it has written the attempt down before, and writes down what comes of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import structlog

from mapokezi.calls import OfficeId
from mapokezi.egress import Egress
from mapokezi.notify.results import Refused, Sent
from mapokezi.notify.side_threads import NoPlaceError, SideThreads
from mapokezi.notify.ways import WayAccount, send_by
from mapokezi.notify.webhooks import WebhookAccount, post_webhook
from mapokezi.receptionist.notice_words import repeated
from mapokezi.records.notices import Notice, WayKind

__all__ = ["Refused", "Sender", "SenderSettings", "Sent"]

_WITHOUT_TITLE = frozenset({WayKind.SMS, WayKind.WHATSAPP})
"""Of these the text alone is read; all that the title says stands in it, too."""
_log = structlog.get_logger("mapokezi.notify")


@dataclass(frozen=True, slots=True)
class SenderSettings:
    """By which ways, in whose name, within what time."""

    ways: Mapping[str, WayAccount] = field(default_factory=dict)
    """By their names."""
    webhooks: Mapping[tuple[OfficeId, str], WebhookAccount] = field(default_factory=dict)
    """By office and name."""
    office_names: Mapping[OfficeId, str] = field(default_factory=dict)
    desk_url: str = ""
    """Where the staff reach the desk; empty: notices have no link."""
    limit_s: float = 30.0
    """For a place, and for one attempt; twice this is less than `mapokezi.records.notices.LEASE`.
    """
    places_per_way: int = 4
    """How many attempts by one way may be under way at once."""


class Sender:
    """Sends notices. Used on one event loop."""

    def __init__(
        self, settings: SenderSettings, egress: Egress, wall: Callable[[], datetime]
    ) -> None:
        """Send by these settings.

        Args:
            settings: The ways and the receivers.
            egress: By which webhooks go out.
            wall: The time of day, aware.
        """
        self._settings = settings
        self._egress = egress
        self._wall = wall
        self._places = {
            name: SideThreads(settings.places_per_way, f"mapokezi-notify-{name}")
            for name in settings.ways
        }

    async def send(self, notice: Notice) -> Sent | Refused:
        """Send a notice, once. Never raises for what is the receiver's fault, or its account's."""
        if notice.way_kind is WayKind.WEBHOOK:
            return await self._post(notice)
        account = self._settings.ways.get(notice.way)
        if account is None:
            # At once by the next way, or to the next person: nobody knows when it will be set up.
            return Refused(f'the way "{notice.way}" has no account here', may_retry=False)
        return await self._send_by(account, notice)

    async def _send_by(self, account: WayAccount, notice: Notice) -> Sent | Refused:
        work = partial(
            send_by,
            account,
            notice.address,
            "" if account.kind in _WITHOUT_TITLE else notice.title,
            self._text(notice),
            self._settings.office_names.get(notice.office_id, ""),
        )
        try:
            return await self._places[account.name].run(work, self._settings.limit_s)
        except NoPlaceError:
            return Refused("its service hangs; nothing more is sent to it for now")
        except TimeoutError:
            return Refused("its service did not answer in time", maybe_arrived=True)
        except Exception as error:  # noqa: BLE001 - of a service's own code, whatever it is
            _log.error("way_failed", way=account.name, fault=type(error).__name__)
            return Refused("it could not be sent by this way")

    def _text(self, notice: Notice) -> str:
        text = repeated(notice.text, notice.language) if notice.is_repeat else notice.text
        if notice.link and self._settings.desk_url:
            text += f"\n{self._settings.desk_url.rstrip('/')}{notice.link}"
        return text

    async def _post(self, notice: Notice) -> Sent | Refused:
        account = self._settings.webhooks.get((notice.office_id, notice.address))
        if account is None:
            return Refused("this webhook is not in the office's files any more", may_retry=False)
        if not account.keys:  # there is no next way: it is tried until the secret is there
            return Refused("this webhook has no secret here")
        return await post_webhook(
            self._egress, account, notice.notice_id, notice.text.encode(), self._wall()
        )
