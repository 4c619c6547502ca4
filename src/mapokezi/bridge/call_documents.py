"""The document that answers a post, once the rules of the visit have said which is due."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from mapokezi.bridge.admission import Refusal
from mapokezi.bridge.call_in_progress import CallInProgress, MediaToken
from mapokezi.bridge.call_rooms import CallRooms, NoRooms
from mapokezi.bridge.calls_settings import CallsSettings
from mapokezi.bridge.documents import fallback_actions
from mapokezi.telephony.actions import Action
from mapokezi.telephony.urls import After, CallbackUrls
from mapokezi.telephony.visit import Reply
from mapokezi.telephony.visit_documents import (
    HANGUP_DOCUMENT,
    handoff_document,
    stream_document,
)


@dataclass(frozen=True, slots=True)
class Told:
    """Who is told what was given to the platform."""

    went_on: Callable[[CallInProgress], None]
    handoff_served: Callable[[CallInProgress], None]
    round_ended: Callable[[CallInProgress], None]


class CallDocuments:
    """Makes the documents of all calls of this node, and remembers each call's last one."""

    def __init__(
        self,
        settings: CallsSettings,
        urls: CallbackUrls,
        draw_token: Callable[[], str],
        told: Told,
    ) -> None:
        """Work for one node.

        Args:
            settings: how calls are taken.
            urls: what the platform is given.
            draw_token: a fresh secret of at least 128 bits.
            told: who is told of what is given.
        """
        self._settings, self._urls = settings, urls
        self._draw_token = draw_token
        self._told = told
        self.rooms: CallRooms = NoRooms()

    def document(self, call: CallInProgress, reply: Reply, now: float) -> tuple[Action, ...]:
        """Give the document for a reply; empty if nothing is to be done."""
        match reply:
            case Reply.EMPTY:
                return ()
            case Reply.AGAIN:
                # The answer before may never have arrived: the module's time begins only now.
                call.wait_for_media_anew(now + self._settings.token_lives_s)
                return call.last_document
            case Reply.HANGUP:
                return HANGUP_DOCUMENT
            case Reply.STREAM:
                call.last_document = self._stream(call, After.STREAM, now)
            case Reply.RETURN_STREAM:
                call.armed = None
                call.last_document = self._stream(call, After.RETURN, now)
            case Reply.HANDOFF:
                self._serve_handoff(call, now)
            case Reply.NEXT_ROUND:
                self._told.round_ended(call)
                call.handoff_served_at = None
                self._serve_handoff(call, now)
            case Reply.FALLBACK:
                call.refusal = Refusal.CONTINUED
                call.last_document = fallback_actions(call.office.fallback)
                self._told.went_on(call)
        return call.last_document

    def _serve_handoff(self, call: CallInProgress, now: float) -> None:
        at = call.visit.round
        after = self._urls.continued(call.call_id, After.DIAL, at)
        rounds = (call.armed or (), *call.further_rounds)
        call.last_document = handoff_document(rounds[min(at, len(rounds) - 1)], after)
        if call.handoff_served_at is None:
            call.handoff_served_at = now
            self._told.handoff_served(call)

    def _stream(self, call: CallInProgress, after: After, now: float) -> tuple[Action, ...]:
        call.token = MediaToken(self._draw_token(), now + self._settings.token_lives_s)
        call.streams_offered += 1
        form = self._settings.form
        if call.streams_offered > 1:
            # A fork's name stays taken after our close (contract/media-module.md, section 5).
            form = replace(form, name=f"{form.name}-{call.streams_offered}")
        document = stream_document(
            form,
            self._urls.media(call.call_id, self._settings.node, call.token.value),
            self._urls.stream_status(call.call_id),
            self._urls.continued(call.call_id, after),
            fallback_actions(call.office.fallback),
        )
        return self.rooms.hold(call, document)
