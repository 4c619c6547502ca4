"""The addresses that the platform is given: the voice URL and its siblings, the media socket.

All hang below one public base URL and, if callbacks come unsigned, below an unguessable part.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import quote, urlencode, urlsplit

from mapokezi.calls import CallId


class After(StrEnum):
    """What the platform had just finished when it asks the continue URL."""

    STREAM = "stream"
    """The first stream."""
    DIAL = "dial"
    """The hand-off's dialled leg."""
    RETURN = "return"
    """The stream that followed a hand-off in vain."""
    ROOM = "room"
    """The room in which the caller was held: it is over, or the platform has none."""


VOICE_PATHS = ("/", "/voice", "/voice/incoming")
"""The voice URL's handler: number routing may point at any of them (contract section 3.2)."""
CONTINUE_PATH = "/voice/continue"
STREAM_STATUS_PATH = "/voice/stream-status"
EVENTS_PATH = "/voice/events"
ROOM_PATH = "/voice/room"
"""Who enters and leaves a call's room."""
COLLEAGUE_PATH = "/voice/colleague"
"""The voice URL of the legs that are rung for a caller in a room."""
MEDIA_PATH = "/ws/media"


@dataclass(frozen=True, slots=True)
class CallbackUrls:
    """Builds every URL that the platform is given."""

    public_base: str
    """As seen from outside: ``https://office.example``; ``http://127.0.0.1:8080`` on a laptop."""
    unguessable: str = field(default="", repr=False)
    """A path segment that only the platform knows; empty if callbacks are signed."""

    @property
    def prefix(self) -> str:
        """The path below which everything of the platform's lies: empty, or ``/SECRET``."""
        base_path = urlsplit(self.public_base).path.rstrip("/")
        return base_path + self.local_prefix

    @property
    def local_prefix(self) -> str:
        """The same without the path of the public base, which a proxy takes off."""
        return f"/{quote(self.unguessable, safe='')}" if self.unguessable else ""

    @property
    def voice(self) -> str:
        """For the number's routing: ``voice_callback_url``."""
        return self._http("/voice")

    @property
    def events(self) -> str:
        """For the number's routing: ``events_url``."""
        return self._http(EVENTS_PATH)

    def continued(self, call_id: CallId, after: After, of_round: int = 0) -> str:
        """Where the platform asks what to do when a stream or a dialled leg is over.

        Args:
            call_id: whose call it is.
            after: what is over then.
            of_round: which round of a hand-off, from 0.
        """
        further = {"round": str(of_round)} if of_round else {}
        return self._http(CONTINUE_PATH, call=call_id, after=after.value, **further)

    def stream_status(self, call_id: CallId) -> str:
        """Where the platform posts the stream's events."""
        return self._http(STREAM_STATUS_PATH, call=call_id)

    def room_events(self, call_id: CallId) -> str:
        """Where the platform tells who enters and leaves a call's room."""
        return self._http(ROOM_PATH, call=call_id)

    @property
    def colleague(self) -> str:
        """The voice URL of a colleague's leg. The platform adds the leg's label itself."""
        return self._http(COLLEAGUE_PATH)

    def media(self, call_id: CallId, node: str, token: str) -> str:
        """The media socket of one call. The node stands in the path, so that a proxy can route."""
        scheme = "wss" if urlsplit(self.public_base).scheme == "https" else "ws"
        path = f"{self.prefix}{MEDIA_PATH}/{quote(node, safe='')}"
        query = urlencode({"call": call_id, "token": token})
        return f"{scheme}://{urlsplit(self.public_base).netloc}{path}?{query}"

    def _http(self, path: str, **query: str) -> str:
        base = urlsplit(self.public_base)
        tail = f"?{urlencode(query)}" if query else ""
        return f"{base.scheme}://{base.netloc}{self.prefix}{path}{tail}"
