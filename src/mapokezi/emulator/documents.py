"""Carries out the documents that a call's voice URL answers with, verb after verb."""

from __future__ import annotations

import asyncio
from urllib.parse import urljoin

from mapokezi.emulator import conferences, dialling, streaming, verbs
from mapokezi.emulator.call_detail import CallStatus
from mapokezi.emulator.call_posts import Question
from mapokezi.emulator.call_states import FIRST_STATES, CallState
from mapokezi.emulator.clock import wall
from mapokezi.emulator.hosted_agent import ai_agent
from mapokezi.emulator.live_call import HangUp, LiveCall
from mapokezi.emulator.mode_values.account import NumberState
from mapokezi.emulator.mode_values.posts import FirstPost
from mapokezi.emulator.sounds import spoken
from mapokezi.emulator.webhooks import WebhookAnswer
from mapokezi.telephony.actions import (
    Action,
    AiAgent,
    Conference,
    Dial,
    GetDigits,
    Hangup,
    Play,
    Record,
    Redirect,
    Reject,
    RejectReason,
    Say,
    Stream,
)
from mapokezi.telephony.markup import BadDocument

MOST_DOCUMENTS = 50
"""A call that is redirected more often than this is going round in circles."""
PLATFORM_MESSAGE = "We are sorry. The person you are calling cannot be reached at the moment."
"""What a caller hears when the voice URL fails; the real wording is not known."""


async def run_call(call: LiveCall) -> HangUp:
    """Ask the voice URL and do what it says until the call is to end.

    Returns:
        How the platform hangs up. The caller's own hang-up cancels this.
    """
    if call.modes.number is NumberState.SUSPENDED:
        await _say_platform_message(call)
        return HangUp("platform", "CALL_REJECTED", CallStatus.FAILED, "number_suspended")
    try:
        document = await _first_document(call)
        for _ in range(MOST_DOCUMENTS):
            following = await _run_document(call, document)
            if isinstance(following, HangUp):
                return following
            document = following
    except BadDocument as error:
        call.tell("document_refused", why=str(error))
        await _say_platform_message(call)
        return HangUp("platform", "DESTINATION_OUT_OF_ORDER", CallStatus.FAILED, "voice_callback")
    call.tell("going_in_circles", documents=MOST_DOCUMENTS)
    return HangUp("platform", "EXCHANGE_ROUTING_ERROR", CallStatus.FAILED, "too_many_documents")


async def _first_document(call: LiveCall) -> tuple[Action, ...]:
    state = FIRST_STATES[call.modes.first_state]
    if call.detail.is_outbound:
        state = CallState.ANSWERED
    facts = call.facts(state, is_active=state is not CallState.COMPLETED)
    url, posts = call.number.voice_url, call.posts
    if call.modes.first_post is FirstPost.TWICE:
        first = asyncio.create_task(posts.ask(url, facts))
        second = asyncio.create_task(posts.post(url, facts, obeyed=False))
        try:
            answer = await first
            await second
        finally:
            first.cancel()
            second.cancel()
    else:
        answer = await posts.ask(url, facts)
    return _actions_in(call, answer)


async def ask(call: LiveCall, question: Question) -> tuple[Action, ...]:
    """Post a question; its answer is the next document.

    Raises:
        BadDocument: There was no good answer.
    """
    unanswered = question.state is CallState.ANSWERED and call.detail.answered_s is None
    facts = call.facts(
        CallState.RINGING if unanswered else question.state,
        digits=question.digits,
        recording_url=question.recording_url,
        stream_event=question.stream_event,
        **call.dial_facts,
    )
    call.dial_facts = {}
    return _actions_in(call, await call.posts.ask(question.url, facts))


def _actions_in(call: LiveCall, answer: WebhookAnswer) -> tuple[Action, ...]:
    actions = answer.actions()
    call.document_url = answer.url
    call.tell("document", verbs=[type(action).__name__ for action in actions])
    return actions


async def _run_document(
    call: LiveCall, document: tuple[Action, ...]
) -> tuple[Action, ...] | HangUp:
    """Run one document; returns the next one, or the end of the call."""
    began = call.now_s
    for place, action in enumerate(document):
        following = await _run(call, action, has_next=place + 1 < len(document))
        if isinstance(following, HangUp):
            return following
        if isinstance(following, Question):
            actions = await ask(call, following)
            if actions or not following.else_go_on:
                return actions
    left_s = began + call.modes.unheld_s - call.now_s
    if left_s > 0:
        # Neither connected nor held: the call is dropped after about a second.
        await asyncio.sleep(left_s)
    return HangUp("platform")


async def _run(call: LiveCall, action: Action, has_next: bool) -> Question | HangUp | None:
    match action:
        case Hangup():
            return HangUp("platform")
        case Reject(reason):
            call.tell("rejected", reason=str(reason or RejectReason.REJECTED))
            busy = reason is RejectReason.BUSY
            status = CallStatus.BUSY if busy else CallStatus.FAILED
            return HangUp("platform", "USER_BUSY" if busy else "CALL_REJECTED", status, "rejected")
        case Redirect(url):
            return Question(urljoin(call.document_url, url))
        case Dial():
            return await dialling.dial(call, action, has_next)
        case AiAgent():
            return await ai_agent(call, action)
    call.answer(wall())
    match action:
        case Say():
            await verbs.say(call, action)
        case Play():
            await verbs.play(call, action)
        case GetDigits():
            return await verbs.get_digits(call, action)
        case Record():
            return await verbs.record(call, action)
        case Conference():
            await conferences.conference(call, action)
        case Stream():
            return await streaming.stream(call, action, has_next)
    return None


async def _say_platform_message(call: LiveCall) -> None:
    call.tell("platform_message", text=PLATFORM_MESSAGE)
    sound = await spoken(PLATFORM_MESSAGE, "en-KE", call.settings.synthesiser)
    await call.player.play(sound)
