"""What a model writes that is not meant for ears, taken out of its text as it comes.

Thoughts between tags, tool calls written as text, code, the control tokens of a template that a
server let through: small models do all of it. A letter of it spoken to a caller is worse than a
word too few, so what looks like control text is left out, to its end or to that of the answer.

======= ==================================== ==========================================
state   what comes                           then
======= ==================================== ==========================================
TEXT    ``<``                                → TAG
        ``{``                                → JSON, until its brace is closed
        three backticks                      → CODE, until three more
        ``[TOOL_CALLS]`` and its like        → REST: nothing more is spoken
        ``[INST]``, any such mark            is left out
        anything else                        is spoken
TAG     ``>``: a block's begin (``<think>``) → BLOCK, until its end (``</think>``)
        ``>``: ``<|start|>`` and its like    → ROLE, until the line or the next tag begins
        ``>``: ``<|channel|>``               → CHANNEL, until the next tag; unless that
                                             channel is the final one → BLOCK
        ``>``: any other                     → TEXT, the tag left out
        what no tag holds                    → TEXT, it was a "less than"
======= ==================================== ==========================================
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import Enum, auto

_BLOCKS = frozenset(
    {
        *("think", "thinking", "thought", "thoughts", "reasoning", "reflection", "analysis"),
        *("tool_call", "tool_calls", "tool_code", "tool_response", "tools", "function_call"),
        *("function", "function_calls", "invoke", "scratchpad", "style", "script"),
    }
)
"""Tags whose inside is not spoken."""
_ROLE_TOKENS = frozenset({"start", "im_start", "start_header_id", "start_of_turn"})
"""Behind these a template writes who speaks."""
_END_TOKENS = frozenset({"end", "return", "call", "start", "im_end", "message_end"})
_LONGEST_TAG = 80
_LONGEST_MARK = 24
_FENCE = "```"
_BARS = ("|", "｜")
"""Around the names of control tokens; the second is DeepSeek's."""
_CAPITALS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ_/")


class _State(Enum):
    TEXT = auto()
    TAG = auto()
    BLOCK = auto()
    JSON = auto()
    CODE = auto()
    ROLE = auto()
    CHANNEL = auto()
    REST = auto()


class SpokenPart:
    """Lets through what may be spoken. The same whichever way the text is cut.

    Args:
        begins_thinking: Whether the text begins within a thought.
    """

    def __init__(self, *, begins_thinking: bool = False) -> None:
        self._state = _State.BLOCK if begins_thinking else _State.TEXT
        self._before_tag = self._state
        self._block = "think"
        self._held = ""
        self._seen = ""
        self._depth = 0
        self._in_string = False
        self._escaped = False
        self._channel = ""
        self._spoken: list[str] = []
        self._steps: Mapping[_State, Callable[[str], None]] = {
            _State.TEXT: self._in_text,
            _State.TAG: self._in_tag,
            _State.BLOCK: self._in_block,
            _State.JSON: self._in_json,
            _State.CODE: self._in_code,
            _State.ROLE: self._in_role,
            _State.CHANNEL: self._in_channel,
            _State.REST: self._in_rest,
        }
        self.left_out = begins_thinking
        """Whether anything was left out so far."""

    def feed(self, text: str) -> str:
        """Take text; give what of it, and of what was held back, may be spoken."""
        for letter in text:
            self._take(letter)
        spoken = "".join(self._spoken)
        self._spoken.clear()
        return spoken

    def flush(self) -> str:
        """The text is over: give what was held back, if it may be spoken."""
        held, self._held = self._held, ""
        if self._state is _State.TAG and self._before_tag is _State.TEXT:
            # "5 < 7" is text; "<thin", cut off, is not.
            return held if len(held) == 1 else ""
        is_text = self._state is _State.TEXT and not held.startswith("``")
        return held if is_text and not (held.startswith("[") and len(held) > 3) else ""

    def _take(self, letter: str) -> None:
        self._steps[self._state](letter)

    def _in_code(self, letter: str) -> None:
        self._seen = (self._seen + letter)[-len(_FENCE) :]
        if self._seen == _FENCE:
            self._state, self._seen = _State.TEXT, ""

    def _in_role(self, letter: str) -> None:
        if letter == "<":
            self._begin_tag(_State.TEXT)
        elif letter == "\n":
            self._state = _State.TEXT

    def _in_channel(self, letter: str) -> None:
        if letter == "<":
            self._begin_tag(_State.CHANNEL)
        else:
            self._channel += letter

    def _in_block(self, letter: str) -> None:
        if letter == "<":
            self._begin_tag(_State.BLOCK)

    def _in_rest(self, letter: str) -> None:
        """Nothing more is spoken."""

    def _begin_tag(self, before: _State) -> None:
        self._before_tag, self._state, self._held = before, _State.TAG, "<"

    def _in_text(self, letter: str) -> None:
        held = self._held
        if held.startswith("[") and self._in_mark(letter):
            return
        if letter == "`" and not held.startswith("["):
            self._held = held + letter
            if self._held == _FENCE:
                self._held, self._seen = "", ""
                self._leave_out(_State.CODE)
            return
        self._spoken.append(held)
        self._held = ""
        if letter == "<":
            self._begin_tag(_State.TEXT)
        elif letter == "{":
            self._depth, self._in_string, self._escaped = 1, False, False
            self._leave_out(_State.JSON)
        elif letter in "[`":
            self._held = letter
        else:
            self._spoken.append(letter)

    def _in_mark(self, letter: str) -> bool:
        """Take a letter of what may be ``[INST]`` or the like; False if it is none."""
        if letter in _CAPITALS and len(self._held) < _LONGEST_MARK:
            self._held += letter
            return True
        name = self._held[1:].strip("/")
        if letter != "]" or len(name) < 3:
            return False
        self._held = ""
        self._leave_out(_State.REST if "TOOL" in name or "FUNCTION" in name else _State.TEXT)
        return True

    def _leave_out(self, state: _State) -> None:
        self._state, self.left_out = state, True

    def _in_tag(self, letter: str) -> None:
        held = self._held
        if held == "<" and not (letter.isalpha() or letter in "/|!｜"):
            self._no_tag(letter)
        elif letter == ">" and not (held[1:2] in _BARS and held[-1] not in _BARS):
            self._held = ""
            self._tag(held[1:])
        elif len(held) >= _LONGEST_TAG or letter == "\n":
            self._no_tag(letter)
        else:
            self._held = held + letter

    def _no_tag(self, letter: str) -> None:
        """It was no tag: what was held is text, or part of what is left out."""
        held, self._held, self._state = self._held, "", self._before_tag
        if self._state is _State.TEXT:
            self._spoken.append(held)
        self._take(letter)

    def _tag(self, inside: str) -> None:
        before = self._before_tag
        token = inside.strip("|｜").strip().lower()
        name = re.split(r"[\s=/]", token.removeprefix("/"), maxsplit=1)[0]
        if inside[:1] in _BARS:
            self._token(name, before)
        elif before is _State.BLOCK:
            ends = inside.startswith("/") and name == self._block
            self._state = _State.TEXT if ends else _State.BLOCK
        elif name in _ROLE_TOKENS:
            self._leave_out(_State.ROLE)
        elif name in _BLOCKS and not inside.startswith("/") and not inside.endswith("/"):
            self._block = name
            self._leave_out(_State.BLOCK)
        else:
            self._state = before
            if before is _State.TEXT:
                self._spoken.append(" " if name in ("br", "p", "li") else "")

    def _token(self, name: str, before: _State) -> None:
        """A control token of a template."""
        self.left_out = True
        if "tool" in name or name in ("python_tag", "call"):
            self._state = _State.REST if before is _State.TEXT else before
        elif name == "channel":
            self._state, self._channel = _State.CHANNEL, ""
        elif before is _State.CHANNEL:
            is_final = self._channel.strip().lower().startswith("final")
            self._state, self._block = (_State.TEXT if is_final else _State.BLOCK), "|"
        elif before is _State.BLOCK and not (self._block == "|" and name in _END_TOKENS):
            self._state = _State.BLOCK
        else:
            self._state = _State.ROLE if name in _ROLE_TOKENS else _State.TEXT

    def _in_json(self, letter: str) -> None:
        if self._in_string:
            if self._escaped:
                self._escaped = False
            elif letter == "\\":
                self._escaped = True
            elif letter == '"':
                self._in_string = False
        elif letter == '"':
            self._in_string = True
        elif letter == "{":
            self._depth += 1
        elif letter == "}":
            self._depth -= 1
            if not self._depth:
                self._state = _State.TEXT
