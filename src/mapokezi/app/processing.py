"""What the record of processing and the impact assessment of an office rest on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from mapokezi.app.keeping import KEYS_VARIABLE
from mapokezi.app.ways import way_url
from mapokezi.app.whereabouts import listeners, with_server
from mapokezi.bridge import clock
from mapokezi.config import Settings, read_secrets
from mapokezi.errors import ConfigurationError
from mapokezi.receptionist.hours import local_time
from mapokezi.receptionist.office import Office
from mapokezi.receptionist.processing import (
    Deployment,
    PlatformFacts,
    ProcessingFacts,
    SafetyFacts,
    WayFacts,
    impact_assessment,
    processing_record,
)
from mapokezi.voice.whereabouts import is_near, whereabouts_of

_CIPHERS = {"aes-256-gcm": "AES-256-GCM", "chacha20-poly1305": "ChaCha20-Poly1305"}
_KEY_FILE = "recording-key"
_NOT_KNOWN = "address of the service's own"


def processing_facts(settings: Settings, office: Office) -> ProcessingFacts:
    """Gather what the settings tell of an office's processing; nothing is opened or asked."""
    return ProcessingFacts(
        office=with_server(settings, office),
        server=Deployment(
            listeners=listeners(settings, office),
            ways=tuple(_way(settings, name) for name in settings.way),
            platform=_platform(settings),
            safety=_safety(settings),
        ),
        on=local_time(office.hours, clock.wall()).date(),
    )


def documents_of(settings: Settings) -> Mapping[str, Callable[[Office], str]]:
    """Give what writes each document of an office, by its name."""
    return {
        "processing-record": lambda one: processing_record(processing_facts(settings, one)),
        "dpia": lambda one: impact_assessment(processing_facts(settings, one)),
    }


def _way(settings: Settings, name: str) -> WayFacts:
    """A way, by the scheme of its account: what stands behind that are secrets."""
    told = settings.way[name]
    try:
        service = way_url(name).partition("://")[0]
    except ConfigurationError:  # the file is for another user
        service = "account not readable here"
    return WayFacts(name, told.kind, service, whereabouts_of((_NOT_KNOWN,), told.country))


def _platform(settings: Settings) -> PlatformFacts:
    host = urlsplit(settings.carrier.url).hostname or settings.carrier.url
    return PlatformFacts(
        host=host,
        where=whereabouts_of((host,), settings.carrier.country),
        fetches_recordings=settings.aftercall.platform_recordings,
    )


def _safety(settings: Settings) -> SafetyFacts:
    host = urlsplit(settings.database_url).hostname or ""
    is_sqlite = settings.database_url.startswith("sqlite")
    return SafetyFacts(
        seals=settings.recordings.sealed,
        cipher=_CIPHERS[settings.recordings.cipher],
        key_beside=_key_is_beside(settings),
        database_at="this machine" if is_sqlite or not host or is_near(host) else host,
        callbacks_signed=_is_signed(settings),
        replayable_signature=settings.line.legacy_signature,
        is_public=settings.is_public,
        desk_host=settings.desk.host,
        desk_is_near=settings.desk.host in ("127.0.0.1", "::1", "localhost"),
        personal_in_log=settings.log.pii,
        removes_daily=settings.retention.daily,
        audit_days=settings.retention.audit_days,
    )


def _is_signed(settings: Settings) -> bool:
    if settings.line.unsigned_callbacks:
        return False
    try:
        return settings.is_public or bool(read_secrets("MAPOKEZI_WEBHOOK_SECRETS"))
    except ConfigurationError:
        return settings.is_public  # which it would not start without


def _key_is_beside(settings: Settings) -> bool:
    """Whether recordings are sealed with the key that was drawn into the data folder."""
    try:
        has_own = bool(read_secrets(KEYS_VARIABLE))
    except ConfigurationError:
        has_own = True
    return not has_own and ((settings.data_folder / _KEY_FILE).is_file() or not settings.is_public)
