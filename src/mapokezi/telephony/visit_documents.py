"""The documents that begin, pass on and end a visit (`visit` decides which is due)."""

from __future__ import annotations

from dataclasses import dataclass

from mapokezi.telephony.actions import Action, Hangup, Redirect, Stream, Track

SENT_RATE_HZ = 16_000
"""Of what we send back, whatever comes to us: the rate of all sound inside the program."""

STREAM_EVENTS = "stream-started stream-stopped stream-error"
"""All that are documented (contract section 5)."""


@dataclass(frozen=True, slots=True)
class StreamForm:
    """How the stream is asked for."""

    name: str = "receptionist"
    track: Track = Track.INBOUND
    """The caller alone. The seed page's `Track.BOTH` is a setting: nobody knows its layout."""
    output_rate_hz: int = 16_000
    """Toward us, 8000 or 16000: the wider band is what recognisers want, on a narrow line too."""
    redirect_behind: bool = True
    """A platform that runs the next verb asks us what to do; else it runs the tail blindly, also
    after a goodbye. Off only for a platform that drops calls over a redirect."""


def stream_document(
    form: StreamForm, media_url: str, status_url: str, continue_url: str, tail: tuple[Action, ...]
) -> tuple[Action, ...]:
    """The document that begins a conversation.

    Args:
        form: how the stream is asked for.
        media_url: of the media socket, its token in it.
        status_url: where the stream's own events go.
        continue_url: asked when a platform goes on behind the stream.
        tail: what is heard if the platform goes on and refuses the redirect.
    """
    stream = Stream(
        url=media_url,
        name=form.name,
        track=form.track,
        connect=True,
        output_sampling_rate_hz=form.output_rate_hz,
        bidirectional_sampling_rate_hz=SENT_RATE_HZ,
        status_callback=status_url,
        status_events=STREAM_EVENTS,
    )
    redirect = (Redirect(continue_url, "POST"),) if form.redirect_behind else ()
    return (stream, *redirect, *tail)


def handoff_document(actions: tuple[Action, ...], continue_url: str) -> tuple[Action, ...]:
    """The hand-off's own actions, and behind them the question how it ended."""
    return (*actions, Redirect(continue_url, "POST"))


HANGUP_DOCUMENT: tuple[Action, ...] = (Hangup(),)
