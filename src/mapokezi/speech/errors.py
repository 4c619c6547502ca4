"""What can go wrong between a call and the engines that hear and speak for it."""

from __future__ import annotations

from mapokezi.errors import MapokeziError


class SpeechError(MapokeziError):
    """A speech engine did not do what it was asked."""


class SpeechUnavailable(SpeechError):  # noqa: N818  named as one says it
    """No speech server answers at the address, or it went away in the middle."""


class SpeechBusy(SpeechError):  # noqa: N818  named as one says it
    """The speech server has more to do than it can do in time; it refused at once."""


class SpeechTimedOut(SpeechError):  # noqa: N818  named as one says it
    """The speech server did not answer before the deadline."""


class SpeechRefused(SpeechError):  # noqa: N818  named as one says it
    """The speech server answered with an error, or with something that is not Wyoming.

    Attributes:
        code: The server's own word for it, empty if it gave none.
    """

    def __init__(self, text: str, code: str = "") -> None:
        super().__init__(text)
        self.code = code
