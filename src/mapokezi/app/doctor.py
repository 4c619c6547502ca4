"""The doctor: the whole chain from the office's files to the platform's wallet, looked at once.

Each check is a function with one job, in the order of the chain; what an earlier one learns, a
later one uses. None spends money, changes anything, or rings anybody.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

from mapokezi.app import doctor_carrier, doctor_here, doctor_reach, doctor_telling
from mapokezi.app.doctor_finding import Deployment, Finding, red
from mapokezi.errors import MapokeziError

Check = Callable[[Deployment], Awaitable[Finding | list[Finding]]]

CHECKS: tuple[Check, ...] = (
    doctor_here.office_files,
    doctor_here.model_profiles,
    doctor_telling.notices,
    doctor_here.webhook_secret,
    doctor_here.disk,
    doctor_here.database,
    doctor_here.recording_keys,
    doctor_here.speech_process,
    doctor_here.line,
    doctor_carrier.api_key,
    doctor_carrier.scopes,
    doctor_carrier.numbers,
    doctor_carrier.wallet,
    doctor_reach.public_url,
    doctor_reach.tls,
    doctor_reach.callbacks,
    doctor_reach.media_socket,
    doctor_reach.clock,
)


async def examine(deployment: Deployment) -> AsyncIterator[Finding]:
    """Look at everything, one after the other.

    A check that an error of ours ends is a red finding; the others go on. Whoever made the
    deployment closes its carrier.
    """
    for check in CHECKS:
        for finding in await _looked_at(check, deployment):
            yield finding


async def _looked_at(check: Check, deployment: Deployment) -> list[Finding]:
    name = check.__name__.replace("_", " ")
    try:
        found = await check(deployment)
    except MapokeziError as error:
        return [red(name, str(error), "correct what the text names")]
    return found if isinstance(found, list) else [found]
