"""Listens to what a voice model says in a call, and has what is false put right aloud.

It is told of every event of the call's voice, and judges the words of voices that find their own
(`receptionist.spoken_claims`): of a speech-to-speech model as its transcript comes, of a chat model
before they are spoken, and as they are. A correction is spoken as an item of ours: by the model if
it will, by the local voice if it does not, or says something else. One that the caller did not
hear, because they cut in or the voice was replaced, is said again. Each is kept with the call for
the owner.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import structlog

from mapokezi.bridge import clock
from mapokezi.bridge.model_socket import ModelSession
from mapokezi.bridge.second_hearing import SecondHearing
from mapokezi.bridge.watch_parts import OwedWords, WatchParts
from mapokezi.conversation.words import is_in_order_within, words_of
from mapokezi.receptionist.decisions import AboutCall
from mapokezi.receptionist.not_recorded import refuses_recording
from mapokezi.receptionist.spoken_claims import Correction, said_together
from mapokezi.receptionist.tools import LOOK_UP
from mapokezi.voice.events import (
    CallerHeard,
    CallerTurnEnded,
    CallerVoiceStarted,
    ReplyCancelled,
    ReplyEnded,
    ReplyInterrupted,
    ReplyText,
    ToolCalled,
    ToolWithdrawn,
    VoiceEvent,
)
from mapokezi.voice.session import VoiceSession

log = structlog.get_logger("mapokezi.bridge.claims")

_HEARD_SHARE = 0.6
"""With less of its words heard, a correction was not heard."""
_SAID_SHARE = 0.7
"""With less of its words in what the model said, the model has said something else."""
_MOST_TRIES = 3
_PATIENCE_S = 5.0
"""A correction waits for the end of what is being said for so long at most."""
_ITEM = "correction-"


def has_own_words(session: VoiceSession) -> bool:
    """Say whether a voice finds its own words, so that nobody has checked them beforehand."""
    return bool(getattr(session, "has_own_words", False))


class ClaimsWatch:
    """The watch over one call."""

    def __init__(self, parts: WatchParts) -> None:
        """Begin with a voice of our own."""
        self._parts = parts
        self._claims = parts.claims
        self._second_way = parts.second_way
        ear = parts.ear
        self._second_hearing: SecondHearing | None = None
        if ear is not None:
            urgent, hears_all = self._second_way.hears_urgency, parts.hears_all
            self._second_hearing = SecondHearing(ear, self._overheard, urgent, hears_all=hears_all)
        self.propose: Callable[[ToolCalled], None] = lambda _proposal: None
        """Calls a tool in the model's stead."""
        self.refuse_recording: Callable[[], object] = lambda: None
        """Stops the recording; the caller hears of it by the tool, the model's call or ours."""
        self._proposed: set[str] = set()
        self._session: VoiceSession | None = None
        self._is_on = False
        self._hears_beside = False
        """Whether what the voice in use writes down of the caller is its own doing."""
        self._owed: dict[str, OwedWords] = {}
        self._speaking: set[str] = set()
        """Items that have begun and are not over."""
        self._waiting: list[OwedWords] = []
        """What is said as soon as nothing is being said."""
        self._number = 0
        self._looked_up: list[str] = []
        self._caller_said: list[str] = []
        self._caller_spoke = False
        self._timer: asyncio.TimerHandle | None = None
        self._wait_until: float | None = None
        self._is_over = False

    @property
    def is_on(self) -> bool:
        """Whether the voice in use finds its own words."""
        return self._is_on

    @property
    def listens_elsewhere(self) -> bool:
        """Whether what it is given of the caller's sound leaves this machine and its network."""
        return self._parts.ear is not None and self._parts.ear.is_elsewhere

    def about_caller(self, about: AboutCall) -> AboutCall:
        """Add what was heard of the caller to what a decision rests on."""
        if not self.is_on:
            return about
        return replace(about, caller_said=tuple(self._caller_said), caller_spoke=self._caller_spoke)

    # -- the voice's side --

    def opened(self, session: VoiceSession) -> None:
        """Another voice is in use: what the last one has not brought to the caller is owed."""
        self._session, self._is_on = session, has_own_words(session)
        self._hears_beside = isinstance(session, ModelSession)
        check_words_with = getattr(session, "check_words_with", None)
        if check_words_with is not None and self.is_on:
            check_words_with(self.objection)
        for item_id in self._speaking - self._owed.keys():
            self._claims.ended(item_id, clock.monotonic())
        self._speaking.clear()
        self._waiting += self._owed.values()
        self._owed.clear()
        if self._waiting:
            asyncio.get_running_loop().call_soon(self._act)

    def objection(self, sentence: str, before: str) -> Correction | None:
        """Judge what a voice is about to say, where its words are known before its sound."""
        self._claims.at(clock.wall())
        found = self._claims.objection(sentence, before)
        if found is not None:
            log.info("claim_doubted", kind=found.kind.value)
        return found

    def closed(self) -> None:
        """There is no voice just now."""
        self._session, self._is_on, self._hears_beside = None, False, False

    def with_sources(self, event: VoiceEvent) -> VoiceEvent:
        """Add to a model's words the facts that it was given for them."""
        if isinstance(event, ReplyText) and self._looked_up and not event.fact_ids:
            found, self._looked_up = tuple(dict.fromkeys(self._looked_up)), []
            return replace(event, fact_ids=found)
        if self._is_on and type(event) is ReplyText and not event.item_id.startswith(_ITEM):
            told = self._parts.facts_told.said(event.item_id, event.text)
            return replace(event, fact_ids=(*event.fact_ids, *told)) if told else event
        return event

    def caller_audio(self, pcm: bytes) -> None:
        """Take the caller's sound, as the voice does: the hot path."""
        if self._hears_beside and self._second_hearing is not None:
            self._second_hearing.feed(pcm)

    def _overheard(self, text: str, said_at: float, was_written: bool) -> None:
        """Take in what our own recogniser has written down, beside the model or in its stead."""
        if not self._is_on or self._is_over:
            return
        now = clock.monotonic()
        self._claims.caller_tells(text, said_at)
        if was_written:
            self._second_way.caller_was_overheard(text, said_at)
        else:
            log.info("heard_in_the_models_stead")
            self._caller_said.append(text)
            if refuses_recording(text):
                self.refuse_recording()
            self._second_way.caller_said(text, now, said_at)
        self._act()

    def heard(self, event: VoiceEvent) -> None:
        """Take in an event of the voice in use, once the conversation knows of it."""
        if not self._is_on or self._is_over:
            return
        now = clock.monotonic()
        self._claims.at(clock.wall())
        if type(event) is ReplyText:  # by far the most of them: nothing is due before an item's end
            self._said(event.item_id, event.text, now)
            return
        match event:
            case CallerHeard(text=text, final=final):
                self._caller_heard(text, now, is_whole=final)
            case CallerVoiceStarted():
                self._caller_spoke = True
            case CallerTurnEnded():
                self._caller_spoke = True
                self._claims.caller_speaks()
            case ReplyEnded(item_id) | ReplyCancelled(item_id):
                self._ended(item_id, now)
            case ReplyInterrupted():
                for item_id in [*self._speaking]:
                    self._ended(item_id, now)
            case ToolCalled(tool_call_id, name):
                self._second_way.tool_called(name)
                self._claims.tool_called(tool_call_id)
            case ToolWithdrawn(tool_call_id):
                self._claims.tool_closed(tool_call_id, now)
            case _:
                return
        self._act()

    def _caller_heard(self, text: str, now: float, *, is_whole: bool) -> None:
        if not is_whole:
            self._second_way.caller_is_saying(text, now)
            self._claims.caller_tells(text, now, is_whole=False)
            return
        self._caller_said.append(text)
        if refuses_recording(text):
            self.refuse_recording()
        if self._second_hearing is not None:
            self._second_hearing.written()
        self._second_way.caller_said(text, now)
        self._claims.caller_said(text, now)

    def _said(self, item_id: str, text: str, now: float) -> None:
        self._speaking.add(item_id)
        if item_id in self._owed:
            self._owed[item_id].spoken += text
        elif not item_id.startswith(_ITEM):
            self._claims.said(item_id, text, now)
            self._second_way.model_said(text, now)

    def _ended(self, item_id: str, now: float) -> None:
        self._speaking.discard(item_id)
        owed = self._owed.get(item_id)
        if owed is None:
            self._claims.ended(item_id, now)
        elif owed.spoken and not _is_nearly(owed.text, owed.spoken, _SAID_SHARE):
            log.warning("correction_not_said", item_id=item_id)
            self._again(item_id, by_ourselves=True)

    # -- the call's side --

    def tool_closed(self, tool_call_id: str) -> None:
        """The voice has been told what came of a proposal, or waits no longer."""
        self._claims.tool_closed(tool_call_id, clock.monotonic())
        self._act()

    def deed_done(self, name: str, arguments: Mapping[str, Any], result: Mapping[str, Any]) -> None:
        """Something was done, refused or looked up."""
        if name == LOOK_UP:
            parts = (result.get("facts", ()), result.get("hours", ()), result.get("people", ()))
            self._looked_up += [str(one["id"]) for found in parts for one in found]
        self._claims.deed_done(arguments, result, clock.monotonic())
        if name in self._proposed:
            self._proposed.discard(name)
            if result.get("emergency"):
                self._claims.emergency_is_due()
                self._act()  # before they are told, and perhaps taken from us
            self._tell_result(result)
        self._act()

    def _tell_result(self, result: Mapping[str, Any]) -> None:
        """Say what came of a deed in the model's stead, for the model knows nothing of it."""
        if result.get("status") == "connecting":
            said = f"I am connecting you to {result['person_name']} now."
            said = f"{said} {result.get('if_cut_off', '')}".strip()
        else:
            said = str(result.get("say") or "").removeprefix(str(result.get("emergency") or ""))
            said = said.strip()
        if said and self._session is not None:
            self._number += 1
            self._session.speak(said, f"{_ITEM}{self._number}")

    def hand_off_over(self, told: str = "", *, is_news: bool = False) -> None:
        """Nobody is being connected any more.

        Args:
            told: What a model is told of it.
            is_news: Whether it has only just been in vain, and the voice in use goes on.
        """
        self._claims.hand_off_over(told, clock.monotonic() if is_news and told else None)

    def pressed(self, digit: str) -> None:
        """The caller pressed a key."""
        self._caller_spoke = True
        self._claims.caller_pressed(digit)
        if self.is_on:
            self._second_way.key_pressed(digit, clock.monotonic())
            self._arm_timer()

    def played_out(self, item_id: str) -> None:
        """The caller has heard an item to its end."""
        owed = self._owed.get(item_id)
        if owed is not None and _is_nearly(owed.text, owed.spoken or owed.text, _SAID_SHARE):
            self._settle(item_id)

    def cut(self, item_id: str, heard_text: str) -> None:
        """The caller cut in on an item."""
        owed = self._owed.get(item_id)
        if owed is None:
            return
        if _is_nearly(owed.text, heard_text, _HEARD_SHARE):
            self._settle(item_id)
        else:
            self._again(item_id)

    def over(self) -> None:
        """The call is over."""
        self._is_over = True
        if self._second_hearing is not None:
            self._second_hearing.close()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    # -- corrections --

    def _act(self) -> None:
        """Keep what was found, say what is owed, set the timer."""
        found = self._claims.corrections()
        if found:
            self._keep(found)
            self._waiting.append(OwedWords(said_together(found), found))
        if self._is_over or self._session is None:
            return
        if not self._waiting:
            self._wait_until = None
        elif not self._speaking or any(owed.is_urgent for owed in self._waiting):
            waiting, self._waiting = self._waiting, []
            for owed in waiting:
                self._speak(owed)
        elif self._wait_until is None:
            self._wait_until = clock.monotonic() + _PATIENCE_S
        self._arm_timer()

    def _keep(self, found: tuple[Correction, ...]) -> None:
        for one in found:
            log.warning("claim_without_ground", kind=one.kind.value)
            self._parts.keeping.corrected(one.kind.value, one.claim, one.truth)
            self._parts.publish(
                {
                    "event": "claim_corrected",
                    "kind": one.kind.value,
                    "pii_claim": one.claim,
                    "pii_truth": one.truth,
                }
            )

    def _speak(self, owed: OwedWords, *, by_ourselves: bool = False) -> None:
        session = self._session
        if session is None:
            self._waiting.append(owed)
            return
        self._number += 1
        item_id = f"{_ITEM}{self._number}"
        owed.spoken = ""
        self._owed[item_id] = owed
        # A model may take its time to say what it is asked to; while it speaks, it has to end.
        at_once = owed.is_urgent and not self._speaking
        ours = getattr(session, "say_ourselves", None) if by_ourselves or at_once else None
        (ours or session.speak)(owed.text, item_id)

    def _again(self, item_id: str, *, by_ourselves: bool = False) -> None:
        owed = self._owed.pop(item_id)
        if owed.tries >= _MOST_TRIES:
            log.error("correction_not_heard", item_id=item_id)
            return
        owed.tries += 1
        if by_ourselves:
            self._speak(owed, by_ourselves=True)
        else:
            self._waiting.append(owed)

    def _settle(self, item_id: str) -> None:
        owed = self._owed.pop(item_id)
        self._parts.keeping.correction_heard([one.claim for one in owed.corrections])

    def _arm_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        timers = (self._claims.next_timer(), self._second_way.next_timer(), self._wait_until)
        dues = [due for due in timers if due is not None]
        if dues:
            self._timer = asyncio.get_running_loop().call_at(min(dues), self._timer_due)

    def _timer_due(self) -> None:
        self._timer = None
        now = clock.monotonic()
        if self._wait_until is not None and now >= self._wait_until:
            self._wait_until = None
            for item_id in [*self._speaking]:
                self._ended(item_id, now)
        self._claims.at(clock.wall())
        self._claims.handle_timer(now)
        for wish in self._second_way.due(now) if self.is_on else ():
            log.warning("done_in_the_models_stead", deed=wish.name)
            self._proposed.add(wish.name)
            self._number += 1
            call_id = f"by-rule-{self._number}"
            self.propose(ToolCalled(call_id, wish.name, wish.arguments))
        self._act()


def _is_nearly(text: str, said: str, share: float) -> bool:
    """Say whether most of a text's words were said, in their order."""
    return is_in_order_within(words_of(text), words_of(said), share=share)
