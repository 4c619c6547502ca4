"""What the doctor looks at on this machine."""

from __future__ import annotations

import os
from pathlib import Path

import httpx2
from sqlalchemy.exc import SQLAlchemyError

from mapokezi.app.doctor_finding import Deployment, Finding, green, grey, red
from mapokezi.app.keeping import keyring_of
from mapokezi.app.line_settings import line_settings
from mapokezi.app.models import models_of
from mapokezi.app.offices import read_offices
from mapokezi.config import read_secrets
from mapokezi.errors import ConfigurationError
from mapokezi.speech.client import SpeechClient
from mapokezi.speech.errors import SpeechError
from mapokezi.stores.database import open_for_reading
from mapokezi.stores.errors import (
    DatabaseMissingError,
    DatabaseUnreachableError,
    StoreError,
)
from mapokezi.stores.office_files import OfficeFilesWrong

LEAST_FREE_BYTES = 500_000_000
_BYTES_AN_HOUR = 16_000 * 2 * 2 * 3600
"""Of a recording: 16 kHz, 16 bit, two channels."""
_SHORTEST_SECRET = 16
_LOOK_S = 5.0


async def office_files(deployment: Deployment) -> Finding:
    """Every office can be read."""
    check = "office files"
    try:
        deployment.offices = read_offices(deployment.settings)
    except OfficeFilesWrong as wrong:
        first = wrong.errors[0]
        return red(
            check,
            f"{len(wrong.errors)} wrong, the first: {first}",
            "mapokezi office check FOLDER tells all of them",
        )
    except ConfigurationError as error:
        return red(check, str(error), "correct office.folders, or the offices that it names")
    names = ", ".join(
        f"{one.name} ({', '.join(one.numbers)})" for one in deployment.offices.values()
    )
    return green(check, names)


async def model_profiles(deployment: Deployment) -> Finding:
    """Every model profile could be used; none is dialled, for that may cost."""
    check = "model profiles"
    try:
        models = models_of(deployment.settings)
    except ConfigurationError as error:
        return red(check, str(error), "correct the [model.NAME] table, or its key's variable")
    if not models:
        return green(check, "none: the clerk of this machine answers")
    keyless = [name for name, one in models.items() if not _has_key(one)]
    said = f"{', '.join(models)} (not dialled: that may cost)"
    return green(check, said + (f"; without a key: {', '.join(keyless)}" if keyless else ""))


def _has_key(model: object) -> bool:
    profile = getattr(model, "profile", None)
    return bool(getattr(profile, "key", "") or getattr(profile, "headers", ()))


async def webhook_secret(deployment: Deployment) -> Finding:
    """Callbacks could not come from anybody."""
    check = "webhook secret"
    settings = deployment.settings
    mend = "put the number's voice_signing_secret into MAPOKEZI_WEBHOOK_SECRETS"
    try:
        deployment.secrets = read_secrets("MAPOKEZI_WEBHOOK_SECRETS")
        deployment.urls = line_settings(settings).urls
    except ConfigurationError as error:
        return red(check, str(error), mend)
    if any(len(secret) < _SHORTEST_SECRET for secret in deployment.secrets):
        return red(
            check,
            f"a secret has less than {_SHORTEST_SECRET} characters: it can be guessed",
            f"draw a longer one and set it with mapokezi numbers route; {mend}",
        )
    if deployment.secrets:
        return green(check, f"{len(deployment.secrets)} known")
    if not settings.is_public:
        return grey(check, "none, and none is needed on this machine")
    if not settings.line.unsigned_callbacks:
        return red(check, "none, so the line does not start on a public URL", mend)
    return green(check, "none: unsigned callbacks are let in, at a path that cannot be guessed")


async def disk(deployment: Deployment) -> Finding:
    """The data folder can be written, and has room."""
    check, folder = "disk", deployment.settings.data_folder
    if not os.access(_nearest(folder), os.W_OK | os.X_OK):
        return red(check, f"{folder} cannot be written", "give it to the user that serve runs as")
    free = deployment.free_bytes(folder)
    hours = free / _BYTES_AN_HOUR
    said = f"{free / 1e9:.1f} GB free at {folder}: {hours:,.0f} hours of recordings"
    if free < LEAST_FREE_BYTES:
        return red(check, said, "make room: delete old recordings, or move store.folder")
    return green(check, said)


def _nearest(folder: Path) -> Path:
    while not folder.exists():
        folder = folder.parent
    return folder


async def database(deployment: Deployment) -> Finding:
    """The database is there, and of this version."""
    check = "database"
    try:
        async with open_for_reading(deployment.settings.database_url) as records:
            page = await records.calls.page(limit=1)
    except DatabaseMissingError:
        return green(check, "none yet: the first start makes it")
    except StoreError as error:
        return red(check, str(error), "start mapokezi serve once, or correct store.database")
    except (SQLAlchemyError, OSError) as error:
        said = str(getattr(error, "orig", None) or error).splitlines()[0]
        return red(
            check,
            f"cannot be read: {said}",
            "restore the last backup of the database, or move its file away to begin anew",
        )
    latest = page.calls[0].arrived_at if page.calls else None
    return green(
        check, f"the latest call: {latest:%Y-%m-%d %H:%M} UTC" if latest else "no calls yet"
    )


async def recording_keys(deployment: Deployment) -> Finding:
    """What is recorded can be sealed, and what is sealed be opened."""
    check, settings = "recording keys", deployment.settings
    mend = "put it into MAPOKEZI_RECORDING_KEYS; mapokezi recordings new-key draws one"
    try:
        keys = keyring_of(settings, draw=False)
        async with open_for_reading(settings.database_url) as records:
            counts = await records.recordings.count_by_key()
        keys.check(counts)
    except (DatabaseMissingError, DatabaseUnreachableError, SQLAlchemyError, OSError):
        return grey(check, "not looked at: there is no database to be read")
    except ConfigurationError as error:
        return red(check, str(error), mend)
    sealed = sum(count for key_id, count in counts.items() if key_id)
    said = f"{len(keys)} at hand, {sealed} recordings sealed"
    needed = settings.recordings.sealed and any(
        office.record_calls for office in deployment.offices.values()
    )
    if needed and settings.is_public and not len(keys):
        return red(check, "none, so the desk does not start on a public URL", mend)
    return green(check, said)


async def speech_process(deployment: Deployment) -> Finding:
    """The speech process answers, and can hear and speak."""
    check, address = "speech process", deployment.settings.speech_address
    if deployment.settings.voice.kind == "script":
        return grey(check, "not needed: a script answers")
    mend = "start it: mapokezi serve, or mapokezi speech, or correct speech.address"
    try:
        about = await SpeechClient(address).check()
    except (SpeechError, ConfigurationError) as error:
        return red(check, str(error), mend)
    if not about.recognisers or not about.voices:
        missing = "recogniser" if not about.recognisers else "voice"
        return red(check, f"{address} has no {missing}", "give it one, or use ours")
    return green(check, f"{about.recognisers[0]}, {about.voices[0]}")


async def line(deployment: Deployment) -> Finding:
    """The line runs, and is ready for calls."""
    check, settings = "line", deployment.settings.line
    url = f"http://{settings.host}:{settings.port}/readyz"
    try:
        async with httpx2.AsyncClient(timeout=_LOOK_S) as http:
            answer = await http.get(url)
    except httpx2.HTTPError as error:
        deployment.line_runs = False
        return red(
            check, f"nothing answers at {url} ({type(error).__name__})", "start mapokezi serve"
        )
    if answer.status_code != 200:
        said = answer.text.strip().splitlines()[:1] or [f"HTTP {answer.status_code}"]
        return red(
            check,
            f"it runs and says: {said[0][:80]}",
            "wait a minute; if it stays so, its log says what is missing (the speech process?)",
        )
    return green(check, f"ready at {settings.host}:{settings.port}")
