"""What we send, as plain tables; `outbox` gives each its ``event_id`` and writes it as JSON.

Sources: the SDK's ``openai.types.realtime`` (``*_event_param``), and ``openai.types.beta.realtime``
for the older dialect, which differs in the type of an assistant's content alone.
"""

from __future__ import annotations

from typing import Any

Message = dict[str, Any]

ASKED = "asked"
"""The key of a response's metadata under which we find our own request again."""


def session_update(session: Message) -> Message:
    """Set the session up."""
    return {"type": "session.update", "session": session}


def text_item(role: str, text: str, dialect: str) -> Message:
    """Put a text into the conversation.

    Args:
        role: ``user``, ``assistant`` or ``system``.
        text: What was said.
        dialect: The beta dialect calls an assistant's content ``text``.
    """
    kind = "input_text"
    if role == "assistant":
        kind = "text" if dialect == "beta" else "output_text"
    content = [{"type": kind, "text": text}]
    return {
        "type": "conversation.item.create",
        "item": {"type": "message", "role": role, "content": content},
    }


def tool_output(call_id: str, output: str) -> Message:
    """Give a tool's result, itself JSON."""
    item = {"type": "function_call_output", "call_id": call_id, "output": output}
    return {"type": "conversation.item.create", "item": item}


def truncate(item_id: str, content_index: int, audio_end_ms: int) -> Message:
    """Have the model forget what was not heard. Not for 0 ms, nor for more than was received."""
    return {
        "type": "conversation.item.truncate",
        "item_id": item_id,
        "content_index": content_index,
        "audio_end_ms": audio_end_ms,
    }


def delete(item_id: str) -> Message:
    """Have the model forget an item of which nothing was heard."""
    return {"type": "conversation.item.delete", "item_id": item_id}


def commit() -> Message:
    """End the caller's turn; only where the server has no detector."""
    return {"type": "input_audio_buffer.commit"}


def cancel(response_id: str) -> Message:
    """Stop a response; the running one if its id is not known."""
    if not response_id:
        return {"type": "response.cancel"}
    return {"type": "response.cancel", "response_id": response_id}


def create_response(mark: str, line: str = "") -> Message:
    """Ask for a response.

    Args:
        mark: By which the response is known as ours, if the server gives metadata back.
        line: A sentence that is to be said word for word; empty for an answer of the model's.
    """
    response: Message = {"metadata": {ASKED: mark}}
    if line:
        response["instructions"] = (
            "Say the following sentence to the caller, word for word, and nothing before or after "
            f"it:\n{line}"
        )
        response["tool_choice"] = "none"
    return {"type": "response.create", "response": response}
