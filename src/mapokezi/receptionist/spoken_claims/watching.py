"""What a voice model says in the office's name, held against what it rests on, as it is said.

The transcript comes in pieces; each sentence is judged as soon as it is complete. What seems false
is not put right before its item is over, and is judged again then, for three things may come late:
the caller's own words (a read-back is often written down before the words that it gives back), a
tool that the model calls while it says what the tool will do, and the result of one that runs.

No clock: instants are monotonic seconds, given by the caller of each method.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mapokezi.receptionist.earlier_messages import OPENED
from mapokezi.receptionist.emergency_numbers import number_said, say_emergency
from mapokezi.receptionist.spoken_claims.commitment_rules import SURE, UNSEEN
from mapokezi.receptionist.spoken_claims.commitments import Commitment, commitments_in
from mapokezi.receptionist.spoken_claims.connecting_to import names_another
from mapokezi.receptionist.spoken_claims.date_claims import false_date
from mapokezi.receptionist.spoken_claims.fragments import Fragments
from mapokezi.receptionist.spoken_claims.grounds import Grounds, OfficeTruth
from mapokezi.receptionist.spoken_claims.hours_claims import false_hours
from mapokezi.receptionist.spoken_claims.kinds import ClaimKind, Correction, Deed
from mapokezi.receptionist.spoken_claims.phone_claims import false_number
from mapokezi.receptionist.spoken_claims.place_claims import false_place
from mapokezi.receptionist.spoken_claims.price_claims import false_price
from mapokezi.receptionist.spoken_claims.sentence import Said, content_of, plain_claim
from mapokezi.receptionist.urgency import Urgency

_WORDS_LATE_S = 2.0
"""A recogniser's words for what the caller said come at most so long after the reply to it."""
_TOOL_LATE_S = 1.2
"""A model calls a tool at most so long after it has said what the tool does."""
_EMERGENCY_S = 2.0
"""The emergency number is begun by then, by the model or by us."""
_FAILURE_LATE_S = 1.5
"""So long after a hand-off was in vain a model may still begin to tell of it as running: it has not
heard yet. The caller hears what came of it anyway, as news and not as a mistake."""
_RECORDING = ("stopped", "not_recorded")
"""The statuses of a recording that the caller did not want; what is said of them is so."""
_RINGS = frozenset({"connecting", "already_connecting", "ringing"})
"""What a tool says of a hand-off that runs."""
_MAY_BE_THE_CALLERS = frozenset(
    {ClaimKind.PRICE, ClaimKind.DATE, ClaimKind.PHONE, ClaimKind.PLACE, ClaimKind.HOURS}
)
_LONGEST_BEFORE = 300


@dataclass
class _Item:
    """An item of speech, as far as it has been told."""

    fragments: Fragments = field(default_factory=Fragments)
    before: str = ""
    """What it said so far, plain."""
    rung: list[str] = field(default_factory=list)
    """Who has been rung at any time since the sentence under way began."""


@dataclass(frozen=True, slots=True)
class _Doubt:
    """Something that seems false and is not put right yet."""

    kind: ClaimKind
    said: Said
    before: str
    item_id: str
    needs: Deed | None = None
    truth: str = ""
    """Of a commitment; of the others it is found when they are judged again."""


class SpokenClaims:
    """What one call's models have said, and what is to be put right of it."""

    def __init__(self, truth: OfficeTruth, caller_number: str | None, now_wall: datetime) -> None:
        """Begin a call.

        Args:
            truth: The office's own data.
            caller_number: As the platform claims it.
            now_wall: The wall clock, aware.
        """
        self.grounds = Grounds(truth, now_wall, caller_number or "")
        self._items: dict[str, _Item] = {}
        self._doubts: list[_Doubt] = []
        self._due: dict[str, float] = {}
        """When the doubts of an item that is over are judged for the last time."""
        self._open_tools: set[str] = set()
        self._words_due = False
        self._emergency = say_emergency(truth.office)
        self._tells_number = number_said(truth.office)
        self._emergency_by: float | None = None
        self._emergency_is_guess = False
        """Whether the danger stands in an unfinished transcript only."""
        self._emergency_said = False
        self._found: list[Correction] = []
        self._refused = ""
        self._in_vain: tuple[str, float] | None = None
        """Who was rung last in vain, and until when that counts as not known yet."""

    # -- what is not said yet --

    def objection(self, text: str, before: str) -> Correction | None:
        """Judge a sentence that is about to be spoken; None if nothing speaks against it.

        Args:
            text: The sentence, or as much of it as is known.
            before: What is said before it in the same breath.
        """
        said, before = Said(text), plain_claim(before)[-_LONGEST_BEFORE:]
        for kind, commitment in self._seem_false(said, before):
            needs = commitment.needs if commitment else None
            truth = commitment.truth if commitment else ""
            is_so = self._still_false(_Doubt(kind, said, before, "", needs, truth))
            if is_so is not None:
                return Correction(kind, text, is_so)
        return None

    # -- what happens --

    def at(self, now_wall: datetime) -> None:
        """Move the wall clock on."""
        self.grounds.now_wall = now_wall

    def caller_speaks(self) -> None:
        """The caller has said something; the words are not there yet."""
        self._words_due = True

    def caller_said(self, text: str, now: float) -> None:
        """Take in what the recogniser has written of a turn of the caller's."""
        self._words_due = False
        if not text.strip():
            return
        self.grounds.caller_said(text)
        self.caller_tells(text, now)
        self._judge_again(now)

    def caller_tells(self, text: str, now: float, *, is_whole: bool = True) -> None:
        """Owe the emergency number if a danger is told.

        Args:
            text: What the caller said; the whole turn, as far as it is known.
            now: When.
            is_whole: Whether the turn is over. What its first words tell its last ones may take
                back.
        """
        if self._emergency_said:
            return
        if self.grounds.truth.urgent.heard_in(text) is Urgency.DANGER:
            is_guess = self._emergency_by is None or self._emergency_is_guess
            self.owe_emergency(now)
            self._emergency_is_guess = is_guess and not is_whole
        elif self._emergency_is_guess:
            self._emergency_by, self._emergency_is_guess = None, False

    def caller_pressed(self, digit: str) -> None:
        """Take in a key."""
        self.grounds.keys += digit

    def said(self, item_id: str, text: str, now: float) -> None:
        """Take in a further piece of what the model says."""
        item = self._items.get(item_id)
        if item is None:
            item = self._items[item_id] = _Item(rung=self._rung_at(now))
        for sentence in item.fragments.feed(text):
            self._judge(item_id, item, sentence)
            item.rung = self._rung_at(now)

    def ended(self, item_id: str, now: float) -> None:
        """An item is over: complete, taken back, or cut short by the caller."""
        item = self._items.pop(item_id, None)
        if item is None:
            return
        for sentence in item.fragments.end():
            self._judge(item_id, item, sentence)
        self._due[item_id] = now
        self._judge_again(now)

    def tool_called(self, tool_call_id: str) -> None:
        """The model proposes a deed: what it says of it may come true."""
        self._open_tools.add(tool_call_id)

    def tool_closed(self, tool_call_id: str, now: float) -> None:
        """The model has its answer, or has taken the proposal back."""
        self._open_tools.discard(tool_call_id)
        self._judge_again(now)

    def deed_done(
        self, arguments: Mapping[str, Any], result: Mapping[str, Any], now: float
    ) -> None:
        """A deed is done, or is refused; or facts were looked up.

        Args:
            arguments: What was proposed.
            result: What the model is told: ``status``, ``message_id``, ``facts``, ...
            now: When.
        """
        grounds, status = self.grounds, result.get("status")
        grounds.stretches.clear()
        grounds.looked_up += [
            str(one.get("id")) for one in result.get("facts", ()) if isinstance(one, Mapping)
        ]
        if result.get("say"):
            grounds.to_say.append(plain_claim(str(result["say"])))
            grounds.answers.append(content_of(grounds.to_say[-1]))
            if status in OPENED or status in _RECORDING:
                grounds.opened.append(grounds.answers[-1])
        if result.get("message_id"):
            grounds.deeds.add(Deed.SAVED)
            grounds.given += [plain_claim(str(value)) for value in arguments.values() if value]
        if status in _RINGS:
            grounds.deeds |= {Deed.CONNECTING, Deed.TRIED}
            grounds.rung = str(result.get("person_name") or "")
            self._in_vain = None
            for item in self._items.values():
                item.rung.append(grounds.rung)
        elif status == "refused" and result.get("say"):
            self._refused = str(result["say"])
        if result.get("emergency") and not self._emergency_said:
            self.owe_emergency(now)
        self._judge_again(now)

    def hand_off_over(self, told: str = "", at: float | None = None) -> None:
        """A hand-off was called off, or was in vain: nobody is being connected any more.

        What was said of it while it ran stays so: what came of it is news, and no correction.

        Args:
            told: What a model is told of it, and may tell the caller.
            at: When it was in vain, if that cannot be known yet to the model that speaks.
        """
        if told:
            self.grounds.answers.append(content_of(plain_claim(told)))
        if at is not None and Deed.CONNECTING in self.grounds.deeds:
            self._in_vain = (self.grounds.rung, at + _FAILURE_LATE_S)
        self.grounds.deeds.discard(Deed.CONNECTING)
        self.grounds.rung = ""

    def owe_emergency(self, now: float) -> None:
        """The caller must hear the emergency number, from the model or from us."""
        if self._emergency_by is None:
            self._emergency_by = now + _EMERGENCY_S
        self._emergency_is_guess = False

    def emergency_is_due(self) -> None:
        """It must be heard now, for the caller is about to be passed on."""
        if not self._emergency_said:
            self._say_emergency()

    # -- what comes of it --

    def corrections(self) -> tuple[Correction, ...]:
        """Take what is to be put right aloud, in the order in which it was said."""
        found, self._found = tuple(self._found), []
        return found

    def next_timer(self) -> float | None:
        """Give the instant at which `handle_timer` is due."""
        dues = [self._last_look(doubt) for doubt in self._doubts if doubt.item_id in self._due]
        if self._emergency_by is not None:
            dues.append(self._emergency_by)
        return min(dues, default=None)

    def handle_timer(self, now: float) -> None:
        """Act on what has come due."""
        if self._emergency_by is not None and now >= self._emergency_by:
            self._say_emergency()
        self._judge_again(now)

    def _say_emergency(self) -> None:
        self._emergency_by = None
        self._emergency_said = True
        self._found.append(Correction(ClaimKind.EMERGENCY, "", self._emergency))

    # -- --

    def _judge(self, item_id: str, item: _Item, sentence: str) -> None:
        said = Said(sentence)
        if self._tells_number.search(said.plain):
            self._emergency_by = None
            self._emergency_said = True
        for kind, commitment in self._seem_false(said, item.before, item.rung):
            needs = commitment.needs if commitment else None
            truth = commitment.truth if commitment else ""
            self._doubts.append(_Doubt(kind, said, item.before, item_id, needs, truth))
        item.before = f"{item.before} {said.plain}"[-_LONGEST_BEFORE:].strip()

    def _rung_at(self, now: float) -> list[str]:
        """Give who is rung as a sentence begins, as far as its model can know."""
        if Deed.CONNECTING in self.grounds.deeds:
            return [self.grounds.rung]
        name, until = self._in_vain or ("", now)
        return [name] if now < until else []

    def _seem_false(
        self, said: Said, before: str, rung: Sequence[str] = ()
    ) -> list[tuple[ClaimKind, Commitment | None]]:
        found: list[tuple[ClaimKind, Commitment | None]] = []
        grounds = self.grounds
        meant = commitments_in(said, grounds.truth.reader, grounds, grounds.today)
        commitment = next((one for one in meant if not self._is_so(one.needs, said, rung)), None)
        if commitment:
            found.append((ClaimKind.COMMITMENT, commitment))
        for kind in _MAY_BE_THE_CALLERS:
            if not said.may_tell_figures and kind is not ClaimKind.PLACE:
                continue
            if self._truth_of(kind, said, before) is None:
                continue
            if kind is not ClaimKind.DATE or commitment is None:
                found.append((kind, None))
            elif commitment in {SURE, UNSEEN}:
                found.append((kind, commitment))  # one truth, of two kinds
        return sorted(found, key=_is_vague)  # "You can call her on 0733...": the number is it

    def _is_so(self, needs: Deed | None, said: Said, rung: Sequence[str] = ()) -> bool:
        """Say whether the deed that a sentence tells is done, and is the one that it tells.

        Args:
            needs: The deed.
            said: The sentence.
            rung: Who has been rung since it began.
        """
        if self.grounds.opened and self.grounds.was_opened(content_of(plain_claim(said.plain))):
            return True
        if needs is Deed.CONNECTING:
            running = [self.grounds.rung] if needs in self.grounds.deeds else []
            return any(not self._names_another(said, one) for one in (*running, *rung))
        return needs is not None and needs in self.grounds.deeds

    def _names_another(self, said: Said, rung: str) -> bool:
        return bool(rung) and names_another(said, rung, self.grounds.truth.office)

    def _truth_of(self, kind: ClaimKind, said: Said, before: str) -> str | None:
        """Give what is so, if a sentence's claim of a kind is false."""
        grounds = self.grounds
        if any(said.plain in each for each in grounds.to_say):
            return None
        if kind is not ClaimKind.PHONE:
            said = (
                said.told if said.told.is_read_back or kind is not ClaimKind.PRICE else said.stated
            )
        if kind is ClaimKind.PRICE:
            return false_price(said, before, grounds)
        if kind is ClaimKind.HOURS:
            return false_hours(said, grounds)
        if kind is ClaimKind.DATE:
            return false_date(said, grounds)
        if kind is ClaimKind.PHONE:
            return false_number(said, grounds)
        return false_place(said, grounds)

    def _last_look(self, doubt: _Doubt) -> float:
        """Give the instant at which nothing more can come to make it true."""
        ended = self._due[doubt.item_id]
        if doubt.kind is ClaimKind.COMMITMENT:
            return ended + (_TOOL_LATE_S if doubt.needs else 0.0)
        return ended + (_WORDS_LATE_S if self._words_due else 0.0)

    def _judge_again(self, now: float) -> None:
        kept: list[_Doubt] = []
        for doubt in self._doubts:
            truth = self._still_false(doubt)
            if truth is None:
                continue
            waits_for_tool = doubt.needs is not None and bool(self._open_tools)
            is_over = doubt.item_id in self._due and now >= self._last_look(doubt)
            if waits_for_tool or not is_over:
                kept.append(doubt)
            else:
                self._found.append(Correction(doubt.kind, doubt.said.text, truth, doubt.item_id))
        self._doubts = kept
        wanted = {doubt.item_id for doubt in kept}
        self._due = {item: at for item, at in self._due.items() if item in wanted}

    def _still_false(self, doubt: _Doubt) -> str | None:
        if doubt.kind is not ClaimKind.COMMITMENT:
            is_so = self._truth_of(doubt.kind, doubt.said, doubt.before)
            return is_so and (doubt.truth or is_so)
        if self._is_so(doubt.needs, doubt.said):
            return None
        if doubt.needs is Deed.CONNECTING and doubt.needs in self.grounds.deeds:
            return f"I am connecting you to {self.grounds.rung}."
        is_refused = doubt.needs is Deed.CONNECTING and self._refused
        return f"{doubt.truth} {self._refused}".strip() if is_refused else doubt.truth


def _is_vague(found: tuple[ClaimKind, Commitment | None]) -> bool:
    kind, commitment = found
    return kind is ClaimKind.COMMITMENT and commitment is not None and commitment.needs is None
