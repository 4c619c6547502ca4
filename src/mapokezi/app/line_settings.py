"""What the line is run with, and how it takes calls, from the operator's settings."""

from __future__ import annotations

from pathlib import Path

from mapokezi.bridge import clock
from mapokezi.bridge.admission import AdmissionSettings
from mapokezi.bridge.calls_in_progress import CallsSettings
from mapokezi.bridge.media_socket import MediaSocketSettings
from mapokezi.config import Settings, read_secrets
from mapokezi.errors import ConfigurationError
from mapokezi.line.settings import LineSettings
from mapokezi.telephony.actions import Track
from mapokezi.telephony.urls import CallbackUrls
from mapokezi.telephony.visit_documents import StreamForm


def line_settings(settings: Settings) -> LineSettings:
    """What the line is run with.

    Raises:
        ConfigurationError: If callbacks could come from anybody.
    """
    unguessable = ""
    if settings.is_public and settings.line.unsigned_callbacks:
        unguessable = _unguessable_part(settings.data_folder / "voice-url-secret")
    return LineSettings(
        urls=CallbackUrls(settings.line_url, unguessable),
        host=settings.line.host,
        port=settings.line.port,
        media_port=settings.line.media_port or None,
        signing_secrets=read_secrets("MAPOKEZI_WEBHOOK_SECRETS"),
        allow_unsigned=settings.line.unsigned_callbacks,
        legacy_signature=settings.line.legacy_signature,
        answer_json=settings.line.answers == "json",
        internal_socket=settings.line_socket,
        drain_limit_s=settings.line.drain_limit_s,
        media=MediaSocketSettings(
            output_rate_hz=settings.line.stream_rate_hz,
            both_tracks=settings.line.track == Track.BOTH.value,
        ),
    )


def calls_settings(settings: Settings) -> CallsSettings:
    """How calls are taken.

    Raises:
        ConfigurationError: If the track or the rate is none that the platform knows.
    """
    try:
        track = Track(settings.line.track)
    except ValueError:
        known = ", ".join(one.value for one in Track)
        raise ConfigurationError(
            f"line.track: {settings.line.track!r} is none of {known}"
        ) from None
    if settings.line.stream_rate_hz not in (8000, 16_000):
        raise ConfigurationError("line.stream_rate_hz: the platform knows 8000 and 16000")
    return CallsSettings(
        node=settings.line.node,
        admission=AdmissionSettings(most_calls=settings.line.max_calls),
        form=StreamForm(track=track, output_rate_hz=settings.line.stream_rate_hz),
    )


def _unguessable_part(path: Path) -> str:
    """The voice URL's secret part, drawn at the first start and kept."""
    if path.is_file():
        return path.read_text(encoding="utf-8").strip()
    part = clock.new_secret()
    path.touch(mode=0o600)
    path.write_text(part, encoding="utf-8")
    return part
