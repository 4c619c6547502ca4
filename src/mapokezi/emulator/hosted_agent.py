"""aiAgent: the platform's own agent, which this emulator does not have.

It is therefore never available, and what the document wants for that case is done (contract
section 4). What the targets of ``onUnavailable`` are called is not documented: those of the
``handover`` are taken.
"""

from __future__ import annotations

from urllib.parse import urljoin

from mapokezi.emulator import dialling, verbs
from mapokezi.emulator.call_detail import CallStatus
from mapokezi.emulator.call_posts import Question
from mapokezi.emulator.clock import wall
from mapokezi.emulator.live_call import HangUp, LiveCall
from mapokezi.telephony.actions import AiAgent, Dial, Record, Unavailable


async def ai_agent(call: LiveCall, action: AiAgent) -> Question | HangUp | None:
    """Do what is wanted where the agent is not available; without a target, hang up."""
    wanted = action.on_unavailable or Unavailable.HANGUP
    call.tell("agent_unavailable", agent=action.agent_id, then=wanted.value)
    forward = action.handover.forward if action.handover else None
    callback = action.handover.callback_url if action.handover else None
    if wanted is Unavailable.FORWARD and forward:
        return await dialling.dial(call, Dial(numbers=(forward,)), has_next=False)
    if wanted is Unavailable.CALLBACK and callback:
        return Question(urljoin(call.document_url, callback))
    if wanted is Unavailable.VOICEMAIL:
        call.answer(wall())
        return await verbs.record(call, Record())
    return HangUp("platform", "DESTINATION_OUT_OF_ORDER", CallStatus.FAILED, "agent_unavailable")
