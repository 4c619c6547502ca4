"""What sends notices, put together: accounts from the environment, receivers from the offices."""

from __future__ import annotations

from collections.abc import Mapping

from mapokezi.app.ways import way_url, way_variable, webhook_variable
from mapokezi.bridge import clock
from mapokezi.calls import OfficeId
from mapokezi.config import Settings, read_secrets
from mapokezi.egress import Egress, EgressSettings, read_networks
from mapokezi.notify.sender import Sender, SenderSettings
from mapokezi.notify.signing import read_secret as read_webhook_secret
from mapokezi.notify.ways import WayAccount, check_account
from mapokezi.notify.webhooks import WebhookAccount
from mapokezi.receptionist.office import Office
from mapokezi.records.notices import WayKind


def make_sender(settings: Settings, offices: Mapping[OfficeId, Office]) -> Sender:
    """Make what sends notices.

    What is missing (`mapokezi.app.ways.missing_accounts`) is no fault here: nothing goes out by
    that way, or to that system.

    Raises:
        ConfigurationError: If an account or a webhook's secret cannot be used.
    """
    return Sender(
        SenderSettings(
            ways=way_accounts(settings),
            webhooks=webhook_accounts(offices),
            office_names={office.id: office.name for office in offices.values()},
            desk_url=settings.desk_url,
        ),
        Egress(EgressSettings(private=read_networks(settings.egress.private, "egress.private"))),
        clock.wall,
    )


def way_accounts(settings: Settings) -> dict[str, WayAccount]:
    """The operator's accounts, by the names of their ways; a way without one is not among them.

    Raises:
        ConfigurationError: If one cannot be used.
    """
    found: dict[str, WayAccount] = {}
    for name, way in settings.way.items():
        if url := way_url(name):
            account = WayAccount(name, WayKind(way.kind), url)
            check_account(account, way_variable(name))
            found[name] = account
    return found


def webhook_accounts(
    offices: Mapping[OfficeId, Office],
) -> dict[tuple[OfficeId, str], WebhookAccount]:
    """The receivers of the offices' webhooks, by office and name; one may be without a secret.

    Raises:
        ConfigurationError: If a secret is none.
    """
    found: dict[tuple[OfficeId, str], WebhookAccount] = {}
    for office in offices.values():
        for hook in office.webhooks:
            variable = webhook_variable(office, hook.name)
            keys = tuple(read_webhook_secret(secret, variable) for secret in read_secrets(variable))
            found[office.id, hook.name] = WebhookAccount(hook.url, keys)
    return found
