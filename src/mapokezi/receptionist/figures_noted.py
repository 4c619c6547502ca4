"""Amounts, tills and paybills that a caller names in a message, noted beside their words.

The words are those of a recogniser (``1,500 shilling``, ``payble 247247``); who reads the message
needs the figure, and the caller hears it read back. What may be another figure is marked.
"""

from __future__ import annotations

import re

from mapokezi.receptionist.intake import put_slot
from mapokezi.receptionist.replies import Reply
from mapokezi.receptionist.spoken import read_account, read_amounts
from mapokezi.receptionist.turns import SlotStatus

FIGURES = ("amount", "till", "paybill")
"""The slots that they are kept in."""
_CURRENCY = re.compile(
    r"\b(?:shillings?|shilingi|bob|k?shs?|kes|chillings?)\b|/=|\bksh", re.IGNORECASE
)


def note_figures(reply: Reply, written: str) -> None:
    """Note the figures in what was written down of a caller.

    Args:
        reply: With the message that is being taken.
        written: As the recogniser writes it, with its commas.
    """
    asked_for = {question.slot for question in reply.known.questions}
    account = read_account(written)
    if account is not None and account.value.kind not in asked_for:
        _put(reply, account.value.kind, account.value.digits, is_sure=account.is_sure)
    amounts = read_amounts(written) if _CURRENCY.search(written) else ()
    sure = [amount for amount in amounts if amount.is_sure]
    chosen = sure or amounts
    if len(chosen) == 1 and "amount" not in asked_for:
        whole, cents = divmod(chosen[0].value.minor, 100)
        text = f"KES {whole:,}" + (f".{cents:02}" if cents else "")
        _put(reply, "amount", text, is_sure=chosen[0].is_sure)


def _put(reply: Reply, slot: str, value: str, *, is_sure: bool) -> None:
    put_slot(reply, slot, value, SlotStatus.HEARD if is_sure else SlotStatus.UNSURE)
