"""Whether anybody would be told: what the doctor looks at of ways, people and webhooks."""

from __future__ import annotations

from mapokezi.app.doctor_finding import Deployment, Finding, green, grey, red
from mapokezi.app.sending import make_sender
from mapokezi.app.ways import missing_accounts
from mapokezi.errors import ConfigurationError
from mapokezi.receptionist.office import Office
from mapokezi.receptionist.telling import chain_of


async def notices(deployment: Deployment) -> Finding:
    """Of every office somebody is told, by accounts that could be used; nothing is sent."""
    check, settings = "notices", deployment.settings
    try:
        make_sender(settings, deployment.offices)
        missing = missing_accounts(settings, deployment.offices.values())
    except ConfigurationError as error:
        return red(check, str(error), "correct the variable that the text names")
    if missing:
        says = "; ".join(one.says for one in missing)
        return red(check, says, "set what the text names; meanwhile other ways are taken")
    if not deployment.offices:
        return grey(check, "the offices could not be read")
    nobody = [one.name for one in deployment.offices.values() if not chain_of(one)]
    mend = "give people ways in people.toml, and set the ways up: docs/how-to/tell-people.md"
    if nobody and not settings.way and not settings.is_public:
        return grey(check, "nobody is told of messages: no ways are set up")
    if nobody:
        return red(check, f"nobody is told of messages for {', '.join(nobody)}", mend)
    told = "; ".join(_told(one) for one in deployment.offices.values())
    return green(check, f"{told} (nothing was sent: mapokezi notices try does)")


def _told(office: Office) -> str:
    first, *others = chain_of(office)
    rest = f", then {len(others)} more" if others else ""
    hooks = f", {len(office.webhooks)} webhook(s)" if office.webhooks else ""
    return f"{office.name}: first {first.name}{rest}{hooks}"
