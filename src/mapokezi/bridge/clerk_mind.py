"""The clerk as the mind of a cascade: rules, no model, an answer within a millisecond.

The clerk's state is a value, so that a turn which is taken back leaves no trace: the state from
before it simply stands again. It outlives the session in the `ClerkMemory` of the call.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mapokezi.bridge import clock
from mapokezi.bridge.clerk_memory import ClerkMemory
from mapokezi.bridge.mind import Outlet, TurnWords
from mapokezi.bridge.taking_up import take_up
from mapokezi.conversation.completeness import Expectation
from mapokezi.receptionist.turns import ClerkState, ClerkTurn, Expects, Heard, Sentence
from mapokezi.voice.events import NotAnswered, VoiceNoted
from mapokezi.voice.session import SessionBriefing

UNDERSTOOD = "understood"
"""Of a `VoiceNoted`: its detail is `ClerkTurn.deed`, without what a slot was filled with."""


class ClerkMind:
    """See `mapokezi.bridge.mind.Mind`."""

    def __init__(self, memory: ClerkMemory, outlet: Outlet) -> None:
        """Go on where the memory stands."""
        self._memory = memory
        self._outlet = outlet
        self._before: ClerkState | None = None
        self._not_answered = ""
        """The last turn, if it asked what the clerk could not answer."""

    def open(self, briefing: SessionBriefing) -> None:
        """Take up what the session before has left, or what another voice has led so far."""
        memory = self._memory
        unsaid, memory.unsaid = memory.unsaid, ()
        self._expect(memory.state.expects)
        if briefing.came_back_from is not None:
            who, came = briefing.came_back_from, briefing.not_reached
            self._take(memory.clerk.came_back(memory.state, who, came))
        elif unsaid:
            self._outlet.say(unsaid)
        elif briefing.history and memory.cascade.sessions == 1:
            self._take_over(briefing)

    def turn_is_likely(self, turn_id: str, text: str) -> None:
        """The clerk is quick enough to begin when it is sure."""

    def turn_goes_on(self) -> None:
        """Nothing was prepared."""

    def hear(self, words: TurnWords) -> None:
        """Answer a turn, or a key."""
        memory = self._memory
        self._before = memory.state
        heard = Heard(words.text, digits=words.digits, meaning=words.meaning)
        turn = memory.clerk.hear(memory.state, heard, clock.wall())
        if words.turn_id and (turn.say or turn.proposals):
            # Of a turn that wants no answer ("mm-hm") no end is told: nobody waits for one.
            if not self._outlet.turn_ended(words):
                return
        else:
            self._outlet.nobody_waits(words.turn_id)
        self._take(turn, in_reply_to=words.turn_id)
        self._tell_of(turn, words)

    def take_back(self) -> None:
        """Let the state from before the last turn stand again."""
        if self._before is not None:
            self._memory.state, self._before = self._before, None
            self._expect(self._memory.state.expects)
        if self._not_answered:
            self._outlet.tell(NotAnswered(self._not_answered, ""))
            self._not_answered = ""

    def tool_answered(self, tool_call_id: str, name: str, result: Mapping[str, Any]) -> None:
        """Tell the clerk what came of a deed; there may be something to say on it."""
        memory = self._memory
        self._take(memory.clerk.told(memory.state, name, result, clock.wall()))

    def cut(self, item_id: str, heard_text: str) -> None:
        """The clerk goes by what was asked, heard to its end or not."""

    def told(self, text: str) -> None:
        """The clerk has asked what it has asked."""

    def close(self, unsaid: Sequence[Sentence]) -> None:
        """Keep what was not said for the session that follows."""
        self._memory.unsaid = tuple(unsaid)

    def _take_over(self, briefing: SessionBriefing) -> None:
        memory = self._memory
        taken = take_up(memory.clerk, memory.state, briefing, clock.wall())
        memory.state = taken.state
        self._expect(taken.state.expects)
        if taken.turn is not None:
            self._take(taken.turn)

    def _take(self, turn: ClerkTurn, *, in_reply_to: str = "") -> None:
        """Take over the clerk's new state, say its sentences, propose its deeds."""
        self._memory.state = turn.state
        self._expect(turn.expects)
        if turn.say:
            self._outlet.say(turn.say, in_reply_to)
        for proposal in turn.proposals:
            self._outlet.propose(proposal.name, proposal.arguments)

    def _tell_of(self, turn: ClerkTurn, words: TurnWords) -> None:
        """Tell what was understood, for the record; and what the office should be asked."""
        deed, _, _value = turn.deed.partition("=")  # never what was said
        self._outlet.tell(VoiceNoted(UNDERSTOOD, deed))
        is_asked = turn.deed == "dont_know" and bool(words.turn_id and words.text)
        self._not_answered = words.turn_id if is_asked else ""
        if is_asked:
            self._outlet.tell(NotAnswered(words.turn_id, words.text))

    def _expect(self, expects: Expects) -> None:
        self._outlet.expect(Expectation(expects.value))
