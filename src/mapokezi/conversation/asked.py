"""What a sentence of ours has asked for, where nobody but its words tells.

The clerk knows what it asks; a chat model only says it. What is expected decides how long a pause
may be before a turn is taken for over (`mapokezi.conversation.completeness`), and whether keys are
put together to a number.
"""

from __future__ import annotations

import re

from mapokezi.conversation.completeness import Expectation

_CONFIRM = re.compile(r"^(?:and |so )?is (?:that|this|it)\b|\b(?:correct|right|okay)\?$")
_KINDS = (
    (Expectation.SPELLING, re.compile(r"\bspell(?:ing|ed)?\b")),
    (
        Expectation.NAME,
        re.compile(r"\b(?:your|full|first|last|whose|the) name\b|\bwho is (?:this|call)"),
    ),
    (
        Expectation.NUMBER,
        re.compile(
            r"\b(?:what|which|tell|give|have|your|repeat|enter|key in|type)\b.*"
            r"\b(?:number|digits|phone|mobile)\b"
        ),
    ),
    (Expectation.TIME, re.compile(r"\b(?:what time|when|which day|what day|how soon)\b")),
    (
        Expectation.REASON,
        re.compile(r"\bwhat is (?:it|this|that|the message) about\b|\bregarding what\b"),
    ),
    (
        Expectation.YES_NO,
        re.compile(
            r"^(?:and |so |then |well,? |okay,? )?(?:is|are|was|were|do|does|did|have|has|shall"
            r"|can|could|may|would|will|should)\b"
        ),
    ),
)
_OPEN = re.compile(
    r"^(?:and |so )?(?:how (?:can|may)|what (?:can|may)|is there anything|can i help|may i help)"
)


def expectation_after(said: str) -> Expectation:
    """Tell what the caller is likely to answer after we said this.

    Args:
        said: What was said, the question last. Without a question anything may come.
    """
    text = " ".join(said.lower().split())
    if not text.endswith("?"):
        return Expectation.ANYTHING
    question = re.split(r"[.!?;]\s+", text[:-1])[-1] + "?"
    if _OPEN.search(question):
        return Expectation.ANYTHING
    if _CONFIRM.search(question):
        return Expectation.YES_NO
    for kind, pattern in _KINDS:
        if pattern.search(question):
            return kind
    return Expectation.ANYTHING
