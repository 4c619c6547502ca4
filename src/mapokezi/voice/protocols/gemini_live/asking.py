"""What we ask of the model ourselves, one thing at a time.

Some of it is to be spoken word for word as an item of ours; the rest gives the model cause to go
on: a pending question, keys that the caller pressed, a turn that it broke off. Asking cuts short
what is being generated. A model that does not begin is nudged once, for some need a realtime
input to start; a sentence that is not heard in time is taken back, so that it can be spoken by
another voice.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from mapokezi.voice.protocols.gemini_live import outgoing
from mapokezi.voice.protocols.gemini_live.deadlines import Deadline, Deadlines
from mapokezi.voice.session import NotReached, PastTurn, SessionBriefing

SPEAK_S = 1.5
"""A sentence of ours must be heard from the model by then."""
NUDGE_SPEAK_S = 0.75
NUDGE_S = 1.5
GIVE_UP_S = 4.0
"""A model that has not begun this long after a nudge was asked in vain."""
WAITING_S = 6.0
"""A sentence waits for the one before it for so long at most."""
_SPEAKERS = {"caller": "The caller: ", "receptionist": "You: "}


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that the model is asked."""

    text: str
    item_id: str = ""
    """Of a sentence that is to be spoken; empty for what the model answers as it likes."""

    @property
    def message(self) -> bytes:
        """What is sent."""
        return outgoing.content(self.text)


def sentence(text: str, item_id: str) -> Asked:
    """Ask for a sentence of ours."""
    return Asked(
        "[From the office, not from the caller. Say this to the caller now, word for word, and "
        f"nothing before or after it.]\n{text}",
        item_id,
    )


LINE_RENEWED = Asked(
    "[From the office: the line was interrupted for a moment, which the caller did not notice. "
    "Go on at once with what you were about to say or do. Do not greet.]"
)
TAKE_UP = Asked(
    "[From the office: you have just taken over this conversation. The caller waits for an answer "
    "to their last words: give it now. Do not greet.]"
)
TOOL_ANSWERED = Asked(
    "[From the office: the result that you asked for is there. Tell the caller what follows.]"
)
TRY_AGAIN = Asked(
    "[From the office: your last reply did not reach the caller. Answer their last words again, in "
    "other words.]"
)


def came_back(briefing: SessionBriefing) -> Asked:
    """Ask for what is said to a caller whom a hand-off has brought back."""
    who = briefing.came_back_from or "the person they asked for"
    told = briefing.not_reached.told_of(who)
    if briefing.not_reached is NotReached.IN_DOUBT:
        return Asked(
            f"[From the office: {told} The caller is with you again. Say that you are back and "
            f"offer to take a message, without claiming that {who} answered or did not. Do "
            f"not ring {who} again. Do not greet.]"
        )
    return Asked(
        f"[From the office: the call could not be connected. {told} The caller is with you again. "
        "Tell them just that, not why, and offer to take a message. Do not greet.]"
    )


def keys(digits: str) -> Asked:
    """Tell of keys."""
    return Asked(f"[From the office: on the telephone's keypad the caller pressed: {digits}]")


def late_results(results: Iterable[tuple[str, str]]) -> Asked:
    """Tell what came of tools, by name, in JSON, whose connection was lost meanwhile."""
    told = "\n".join(f"{name}: {result}" for name, result in results)
    return Asked(
        "[From the office: the line was interrupted for a moment, which the caller did not notice. "
        "What you had asked for is done; do not ask for it again. The results:\n"
        f"{told}\nTell the caller what follows. Do not greet.]"
    )


def not_kept(turns: Iterable[PastTurn]) -> str:
    """Tell what was said before the line was interrupted, and may not have reached the model."""
    told = "\n".join(f"{_SPEAKERS.get(turn.speaker, '')}{turn.text}" for turn in turns)
    return (
        "[From the office: the line was interrupted for a moment. This came just before that, and "
        f"may not have reached you:\n{told}]"
    )


class Asking:
    """What waits to be asked, and what was asked and has brought nothing yet.

    Sentences of ours go before the rest, and before what was asked and is not answered yet.
    """

    def __init__(self, deadlines: Deadlines) -> None:
        """Begin with nothing."""
        self._deadlines = deadlines
        self._sentences: deque[Asked] = deque()
        self._others: deque[Asked] = deque()
        self._asked: Asked | None = None
        self._speaking_id = ""
        self._has_begun = False
        """Whether the item of that sentence has, without sound so far."""
        self.is_answering = False
        """Whether the model's latest turn is an answer to us."""

    @property
    def any(self) -> bool:
        """Whether anything is asked or waits."""
        return self._asked is not None or bool(self._sentences or self._others)

    @property
    def has_question(self) -> bool:
        """Whether the model is asked, or will be, for more than a sentence of ours."""
        return bool(self._others) or (self._asked is not None and not self._asked.item_id)

    @property
    def unsaid_ids(self) -> frozenset[str]:
        """The sentences of ours of which nothing was heard yet."""
        waiting = (asked.item_id for asked in self._sentences)
        return frozenset({self._awaited_id, *waiting} - {""})

    @property
    def is_asked(self) -> bool:
        """Whether something was asked and has brought nothing yet."""
        return self._asked is not None

    @property
    def _awaited_id(self) -> str:
        """Our sentence that was asked for and of which nothing was heard yet."""
        if self._speaking_id or self._asked is None:
            return self._speaking_id
        return self._asked.item_id

    def add(self, asked: Asked, now: float) -> None:
        """Have something asked after what waits."""
        if asked.item_id:
            if not (self._awaited_id or self._sentences):
                self._deadlines.set(Deadline.ASKED, now + SPEAK_S)
            self._sentences.append(asked)
        elif asked not in self._others:
            self._others.append(asked)

    def take(self, now: float) -> Asked | None:
        """Take what is to be asked now, if it is its turn."""
        if self._awaited_id:
            return None
        if self._sentences:
            if self._asked is not None:
                self._others.appendleft(self._asked)
            self._asked = self._sentences.popleft()
            self._deadlines.clear(Deadline.PROMPT)
            self._deadlines.set(Deadline.ASKED, now + SPEAK_S)
            self._deadlines.set(Deadline.NUDGE, now + NUDGE_SPEAK_S)
            return self._asked
        if self._asked is not None or not self._others:
            return None
        self._asked = self._others.popleft()
        self._deadlines.set(Deadline.NUDGE, now + NUDGE_S)
        self._deadlines.set(Deadline.PROMPT, now + NUDGE_S + GIVE_UP_S)
        return self._asked

    def began(self) -> Asked | None:
        """The model's turn begins; give what it answers, if we asked for it."""
        asked, self._asked = self._asked, None
        self.is_answering = asked is not None
        self._deadlines.clear(Deadline.NUDGE, Deadline.PROMPT)
        if asked is not None and asked.item_id:
            self._speaking_id = asked.item_id
            self._has_begun = False
        return asked

    def follow(self, item_id: str, now: float, *, has_sound: bool) -> None:
        """Take note of the item that is under way: ours is heard, or over without a sound."""
        if not self._speaking_id:
            return
        is_under_way = item_id == self._speaking_id
        if (is_under_way and has_sound) or (self._has_begun and not is_under_way):
            self._speaking_id = ""
            self._deadlines.clear(Deadline.ASKED)
            if self._sentences:
                self._deadlines.set(Deadline.ASKED, now + WAITING_S)
        self._has_begun = is_under_way

    def give_up_sentence(self, now: float) -> str:
        """A sentence of ours was not heard in time; give its id: it is taken back."""
        item_id = self._awaited_id
        if item_id:
            self._deadlines.clear(Deadline.NUDGE)
            self._asked = None
            self._speaking_id = ""
        elif self._sentences:
            item_id = self._sentences.popleft().item_id  # it never had its turn
        if self._sentences:
            self._deadlines.set(Deadline.ASKED, now + SPEAK_S)
        return item_id

    def give_up_other(self) -> None:
        """What we asked has brought nothing, in spite of the nudge."""
        if self._asked is not None and not self._asked.item_id:
            self._asked = None

    def give_all_up(self) -> list[str]:
        """Nothing can be asked any more; give the sentences of ours that had not begun."""
        item_ids = [self._awaited_id, *(asked.item_id for asked in self._sentences)]
        self._sentences.clear()
        self._others.clear()
        self._asked = None
        self._speaking_id = ""
        return [item_id for item_id in item_ids if item_id]

    def lost(self) -> str:
        """The connection is gone: what has brought nothing is asked again on the next one.

        Returns:
            A sentence of ours that the model was about to say: it is taken back.
        """
        self._deadlines.clear(Deadline.NUDGE, Deadline.PROMPT)
        asked, self._asked = self._asked, None
        if asked is not None:
            (self._sentences if asked.item_id else self._others).appendleft(asked)
        item_id, self._speaking_id = self._speaking_id, ""
        if item_id and not self._sentences:
            self._deadlines.clear(Deadline.ASKED)
        return item_id
