"""The seam between a cascade and what thinks in it: the clerk, or a chat model.

The cascade (`mapokezi.bridge.cascade_session`) hears, finds the ends of turns, and speaks. The
mind is told what the caller said and says, through its `Outlet`, what is to be spoken and done.
Neither calls the other from within a call of the other, but for the outlet's methods, which may
be called from within any method of a mind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from mapokezi.conversation.completeness import Expectation
from mapokezi.receptionist.meanings import Meaning
from mapokezi.receptionist.spoken_claims import Correction
from mapokezi.receptionist.turns import Sentence
from mapokezi.voice.events import VoiceEvent
from mapokezi.voice.session import SessionBriefing


@dataclass(frozen=True, slots=True)
class TurnWords:
    """A turn of the caller's that is over."""

    turn_id: str
    """Empty for keys."""
    text: str
    """Empty if a voice was heard and no words were made of it."""
    ended_ms: int = 0
    meaning: Meaning | None = None
    digits: str = ""
    """Keys pressed, put together to a number if one was expected."""


class Outlet(Protocol):
    """What a mind may do."""

    def turn_ended(self, words: TurnWords) -> bool:
        """Tell that the caller waits for a reply from now on.

        Returns:
            Whether the turn is to be answered: it may turn out just then to be a backchannel.
        """

    def nobody_waits(self, turn_id: str) -> None:
        """Tell that a turn gets no reply."""

    def say(
        self, sentences: Sequence[Sentence], in_reply_to: str = "", *, more: bool = False
    ) -> str:
        """Have sentences spoken as an item; give its id. With ``more`` it stays open."""

    def say_more(self, item_id: str, sentence: Sentence) -> None:
        """Add to an item that is open."""

    def said_all(self, item_id: str) -> None:
        """Nothing more is added to an item."""

    def objection(self, sentence: str, before: str) -> Correction | None:
        """Have words judged that are not spoken yet; None if nothing speaks against them.

        Args:
            sentence: The sentence, or as much of it as is known.
            before: What the same answer says before it.
        """

    def propose(self, name: str, arguments: Mapping[str, Any]) -> str:
        """Propose a deed; give its id. What the caller adds from here on is a turn of its own."""

    def expect(self, expectation: Expectation) -> None:
        """Tell what the caller was asked for."""

    def tell(self, event: VoiceEvent) -> None:
        """Tell the call of usage, or of something to note."""

    def fail(self, reason: str, *, recoverable: bool = True) -> None:
        """Give up: the next rung of the ladder is due."""


class Mind(Protocol):
    """What thinks in one session."""

    def open(self, briefing: SessionBriefing) -> None:
        """Begin; take up what the session before has left."""

    def turn_is_likely(self, turn_id: str, text: str) -> None:
        """The caller may have finished, and this is what they said so far."""

    def turn_goes_on(self) -> None:
        """They had not, or it was nothing: what was prepared on a likely turn is void."""

    def hear(self, words: TurnWords) -> None:
        """The caller's turn is over, or a key was pressed."""

    def take_back(self) -> None:
        """The last turn never was: the caller goes on with it."""

    def tool_answered(self, tool_call_id: str, name: str, result: Mapping[str, Any]) -> None:
        """A deed that was proposed is done or refused."""

    def cut(self, item_id: str, heard_text: str) -> None:
        """The caller cut in, and has heard no more than this of an item."""

    def told(self, text: str) -> None:
        """We ourselves have said something to the caller, which they may answer."""

    def close(self, unsaid: Sequence[Sentence]) -> None:
        """End: nothing may be said or done any more.

        Args:
            unsaid: What was to be spoken and is not made into sound.
        """
