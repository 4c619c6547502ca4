"""All calls of this node, in memory: what the webhook answers from, at once and without waiting.

One node holds: each call in progress with its visit's phase, its media token and its armed
hand-off; for an hour the calls that are over, so that late posts find them; the rings of the last
minute by number. All of it is lost with the process; the records are in the database.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import ParamSpec

import structlog

from mapokezi.bridge import clock
from mapokezi.bridge.admission import TURNED_AWAY, MediaRefusal, Refusal, RingRate
from mapokezi.bridge.call_documents import CallDocuments, Told
from mapokezi.bridge.call_in_progress import Answer, CallHooks, CallInProgress
from mapokezi.bridge.call_memory import CallMemory, new_call
from mapokezi.bridge.call_rooms import CallRooms
from mapokezi.bridge.calls_settings import CallsSettings
from mapokezi.bridge.documents import (
    BUSY_ACTIONS,
    fallback_actions,
    unknown_number_actions,
)
from mapokezi.bridge.handing_over.trials import closes_on_trial, trial_of
from mapokezi.bridge.media_claim import claim
from mapokezi.bridge.office_numbers import OfficeNumbers
from mapokezi.bridge.put_through import put_through_at_once, rings_s, vip_ring
from mapokezi.calls import CallId
from mapokezi.receptionist.caller_rules import CallersGet
from mapokezi.receptionist.known_callers import caller_gets
from mapokezi.receptionist.office import Fallback, Office
from mapokezi.receptionist.ring_order import Ring
from mapokezi.records.executors import Executor
from mapokezi.records.platform_habits import PlatformHabits
from mapokezi.telephony.actions import Action
from mapokezi.telephony.callbacks import VoiceCallback
from mapokezi.telephony.room_posts import RoomEvent, is_of_leg
from mapokezi.telephony.urls import After, CallbackUrls
from mapokezi.telephony.visit import Phase, Reply, Visit
from mapokezi.units import E164

__all__ = ["Answer", "CallHooks", "CallInProgress", "CallsInProgress", "CallsSettings"]

log = structlog.get_logger("mapokezi.bridge.calls")

P = ParamSpec("P")


class CallsInProgress:
    """The calls of this node."""

    def __init__(
        self,
        settings: CallsSettings,
        urls: CallbackUrls,
        offices: Iterable[Office],
        hooks: CallHooks | None = None,
        *,
        draw_token: Callable[[], str] | None = None,
        draw_call_id: Callable[[datetime], CallId] = clock.new_call_id,
    ) -> None:
        """Start with no calls.

        Args:
            settings: how calls are taken.
            urls: what the platform is given.
            offices: who is answered for.
            hooks: what else is done as calls move.
            draw_token: a fresh secret of at least 128 bits.
            draw_call_id: a fresh id of ours.
        """
        self.settings = settings
        self.urls = urls
        self.hooks = hooks or CallHooks()
        self.is_draining = False
        self.is_ready: Callable[[], bool] = lambda: True
        """Whether there is anything to greet a caller with; else the call gets the fallback."""
        self.may_begin: Callable[[CallInProgress], bool] = lambda _call: True
        """Whether the caps on what calls may cost leave room for one more."""
        self.habits = PlatformHabits()
        """What is seen of the platform's ways."""
        self.forwarded: Callable[[CallInProgress], Ring | None] = lambda _call: None
        """Whose telephone all calls of the office go to just now, before we answer."""
        self.first_executor: Callable[[Office], Executor] = lambda _office: Executor.DIAL
        """By which way a caller would be passed on: it decides the first document."""
        self._documents = CallDocuments(
            settings,
            urls,
            draw_token or (lambda: secrets.token_urlsafe(24)),
            Told(
                went_on=lambda call: self._tell(self.hooks.on_went_on, call),
                handoff_served=lambda call: self._tell(self.hooks.on_handoff_served, call),
                round_ended=lambda call: self._tell(self.hooks.on_round_ended, call),
            ),
        )
        self._draw_call_id = draw_call_id
        self._memory = CallMemory(settings.remembered_s, settings.most_remembered)
        self._rate = RingRate()
        self.set_offices(offices)

    def set_offices(self, offices: Iterable[Office]) -> None:
        """Answer for these offices from now on; calls in progress keep theirs."""
        self._numbers = OfficeNumbers(offices)

    @property
    def own_numbers(self) -> frozenset[E164]:
        """All numbers that are answered."""
        return self._numbers.all

    @property
    def live(self) -> Sequence[CallInProgress]:
        """The calls that are not over, oldest first."""
        return self._memory.live

    def is_quiet(self, now: float, for_s: float) -> bool:
        """Whether no call that was taken has been touched for a while: no post, socket, end."""
        taken = (call for call in self._memory.all if call.refusal is None)
        return all(now - call.touched_at >= for_s for call in taken)

    def find(self, call_id: str) -> CallInProgress | None:
        """A call by our id, also one that has ended within the hour."""
        return self._memory.find(call_id)

    def know_of_before(self, session_ids: Iterable[str], past: Iterable[str] = ()) -> None:
        """Learn of calls that a program before this one had: their late posts begin no new call.

        Args:
            session_ids: of those that were cut off.
            past: of those that are over.
        """
        self._memory.know_of_before(session_ids)
        self._memory.know_past(past)

    # --- the platform's posts --------------------------------------------------------------------

    def answer(
        self,
        callback: VoiceCallback,
        now: float,
        now_wall: datetime,
        *,
        call_id: str = "",
        after: After | None = None,
        of_round: int | None = None,
        is_signed: bool = False,
    ) -> Answer:
        """Answer a post to the voice URL or, with ``after``, to the continue URL.

        Args:
            callback: the post, read.
            now: seconds, monotonic.
            now_wall: the time of day, aware.
            call_id: of the URL, if it holds one.
            after: what was just finished, of the continue URL.
            of_round: which round of a hand-off that was, of the same.
            is_signed: whether the platform's signature was on it, and good.
        """
        if is_of_leg(callback):
            return Answer(self.rooms.leg_asked(callback, now))
        call = self._memory.meant_by(callback, call_id)
        if call is None:
            return self._arrive(callback, now, now_wall, after, is_signed=is_signed)
        call.touched_at = now
        call.heed_stream_error(callback, now, self.settings.after_stream_error_s)
        call.heed_dialled_leg(callback)
        before = call.handoff_outcome
        reply = call.visit.receive(callback, now, after, of_round)
        actions = self._document(call, reply, now)
        if call.state is Phase.OVER:
            self.rooms.caller_over(call, now)
        if reply is Reply.AGAIN:
            call.duplicates += 1
        else:
            self._tell(self.hooks.on_lifecycle, call, callback)
        if call.handoff_outcome is not None and call.handoff_outcome is not before:
            self._tell(self.hooks.on_handoff_ended, call)
        return Answer(actions, call, refusal=call.refusal if reply is Reply.FALLBACK else None)

    def document_for_unread(self) -> tuple[Action, ...] | None:
        """What answers a post of the platform that we cannot read: the fallback, as a rung below.

        None while calls are in progress: it may be about one of them, and a document would take
        its stream away. If the platform has begun to write otherwise, there are none.
        """
        if self.live:
            return None
        office = self._numbers.office_of(None)
        return fallback_actions(office.fallback if office is not None else Fallback())

    def note(
        self, callback: VoiceCallback, now: float, *, call_id: str = "", may_end: bool = False
    ) -> bool:
        """Take word that can hold no answer: of a stream's state, or an event.

        Args:
            callback: what it says of the call.
            now: seconds, monotonic.
            call_id: of the URL, if it holds one.
            may_end: whether the call is over if it says so.

        Returns:
            False if no call of ours is meant.
        """
        if is_of_leg(callback):
            self.rooms.leg_told(callback, now)
            return True
        call = self._memory.meant_by(callback, call_id)
        if call is None:
            return False
        call.touched_at = now
        call.heed_stream_error(callback, now, self.settings.after_stream_error_s)
        call.heed_dialled_leg(callback)
        if may_end and callback.is_end and not call.visit.told_over(callback, now):
            return True
        if call.state is Phase.OVER:
            self.rooms.caller_over(call, now)
        self._tell(self.hooks.on_lifecycle, call, callback)
        return True

    def note_of_room(self, call_id: str, event: RoomEvent, now: float) -> bool:
        """Take word of a call's room; False if no call of ours is meant."""
        call = self.find(call_id)
        if call is None:
            return False
        call.touched_at = now
        self.rooms.room_told(call, event, now)
        return True

    def _arrive(
        self,
        callback: VoiceCallback,
        now: float,
        now_wall: datetime,
        after: After | None,
        *,
        is_signed: bool,
    ) -> Answer:
        if after is None and self._memory.is_of_before(callback):
            return Answer(())
        office = self._numbers.office_of(callback.dialled)
        if self._memory.is_past(callback):
            # If somebody should be waiting for it after all, they hear something.
            late = office.fallback if office is not None else Fallback()
            return Answer(() if after is None else fallback_actions(late))
        if office is None:
            refusal = Refusal.UNKNOWN_NUMBER
            return Answer(unknown_number_actions(self.settings.unknown_number), refusal=refusal)
        call = new_call(callback, office, self._draw_call_id(now_wall), now, now_wall)
        call.visit = Visit(self.settings.visit)
        call.is_signed = is_signed
        self._memory.keep(call, callback.call_uuid)
        if after is None and callback.is_stream_event:
            return Answer(self._document(call, call.visit.receive(callback, now), now), call)
        call.refusal = self._refusal(call, after, now)
        if call.refusal is not None:
            call.visit.fall_back(callback, now, after)
            busy = call.refusal in TURNED_AWAY
            call.last_document = BUSY_ACTIONS if busy else fallback_actions(office.fallback)
            self._tell(self.hooks.on_refused, call)
            return Answer(call.last_document, call, is_new=True, refusal=call.refusal)
        call.on_trial = trial_of(callback.client_request_id)
        call.closes_on_trial = closes_on_trial(callback.client_request_id)
        call.first_executor = call.on_trial or self.first_executor(office)
        call.forwarded_to = None if call.on_trial else self._rung_at_once(call, now_wall)
        reply = put_through_at_once(call, callback, now)
        if reply is None:
            reply = call.visit.receive(callback, now)
        actions = self._document(call, reply, now)
        self._tell(self.hooks.on_arrival, call)
        return Answer(actions, call, is_new=True)

    def _rung_at_once(self, call: CallInProgress, now_wall: datetime) -> Ring | None:
        return None if call.only_messages else self.forwarded(call) or vip_ring(call, now_wall)

    def _refusal(self, call: CallInProgress, after: After | None, now: float) -> Refusal | None:
        if after is not None:
            return Refusal.CONTINUED
        gets = caller_gets(call.office, call.caller)
        call.only_messages = gets is CallersGet.MESSAGE
        if gets is CallersGet.BUSY:
            return Refusal.BLOCKED if call.caller is not None else Refusal.WITHHELD
        if not self._may_ring(call, now):
            return Refusal.TOO_MANY
        if self.is_draining:
            return Refusal.DRAINING
        if not self.is_ready():
            return Refusal.NOT_READY
        if self._is_full():
            return Refusal.FULL_HOUSE
        if not self.may_begin(call):
            return Refusal.CAP_REACHED
        return None

    def _is_full(self) -> bool:
        return len(self.live) >= self.settings.admission.most_calls

    def _may_ring(self, call: CallInProgress, now: float) -> bool:
        if call.caller is None:
            return self._rate.ring("", self.settings.admission.withheld_per_minute, now)
        most = call.office.call_cap_per_number_per_minute
        return self._rate.ring(call.caller, most, now)

    def _document(self, call: CallInProgress, reply: Reply, now: float) -> tuple[Action, ...]:
        return self._documents.document(call, reply, now)

    # --- the media socket ------------------------------------------------------------------------

    def claim_media(
        self, token: str, path_call: str, node: str, now: float
    ) -> CallInProgress | MediaRefusal:
        """Let a media socket in, or say why not. A token that was claimed is spent.

        Args:
            token: of the URL.
            path_call: the call's id, of the URL.
            node: the node's name, of the URL.
            now: seconds, monotonic.
        """
        if node != self.settings.node:
            return MediaRefusal.WRONG_NODE
        return claim(self.find(path_call), token, now)

    # --- what a conversation decides -------------------------------------------------------------

    def arm_handoff(
        self, call_id: CallId, actions: tuple[Action, ...], *further: tuple[Action, ...]
    ) -> None:
        """The next post of this call's session is answered with these actions.

        Behind them stands a redirect to the continue URL, so that a platform which carries out
        verbs in order asks how to go on; if nobody was reached, that is the next of ``further``,
        then one more stream.
        """
        call = self._memory.known(call_id)
        call.armed, call.further_rounds, call.handoff_served_at = actions, further, None
        call.dial_taken_by = None
        call.visit.arm_handoff(*map(rings_s, (actions, *further)))

    def disarm_handoff(self, call_id: CallId) -> bool:
        """Take an armed hand-off back; False if the platform has its document already."""
        call = self._memory.known(call_id)
        if call.visit.disarm_handoff():
            call.armed, call.further_rounds = None, ()
            return True
        return False

    def arm_hangup(self, call_id: CallId) -> None:
        """Goodbye was said: whatever the platform asks from now on, it is told to hang up."""
        call = self._memory.known(call_id)
        call.visit.say_goodbye()
        call.touched_at = clock.monotonic()

    def end(self, call_id: CallId, now: float) -> None:
        """The call is over and no longer fills the house. Late posts still find it."""
        call = self._memory.find(call_id)
        if call is not None:
            call.visit.end()
            if not call.leg_is_elsewhere:
                self.rooms.caller_over(call, now)
            call.touched_at = now
            call.drain_now = call.end_now = None

    @property
    def rooms(self) -> CallRooms:
        """Whoever holds calls in rooms, for hand-offs by which the receptionist stays."""
        return self._documents.rooms

    @rooms.setter
    def rooms(self, rooms: CallRooms) -> None:
        self._documents.rooms = rooms

    # --- care ------------------------------------------------------------------------------------

    def begin_drain(self) -> None:
        """Give new calls the fallback from now on; calls in progress go on."""
        self.is_draining = True

    def sweep(self, now: float) -> None:
        """Drop streams whose socket never came, and forget calls long over. Once a second."""
        for call in self._memory.all:
            waits = call.state in (Phase.OFFERED, Phase.RETURNING)
            if waits and call.token is not None and now > call.token.expires_at:
                log.warning("media_never_opened", call_id=call.call_id)
                self._tell(self.hooks.on_never_opened, call)
                self.end(call.call_id, now)
        self._memory.forget_old(now)

    def _tell(self, hook: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
        """Call a hook; whatever it does, the platform gets its answer."""
        try:
            hook(*args, **kwargs)
        except Exception:
            log.exception("call_hook_failed")
