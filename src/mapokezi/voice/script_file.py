"""A script file: what a scripted voice says and does, step by step, as TOML.

A file looks like this::

    name = "office tour"

    [[step]]
    say = "Good morning. How can I help?"

    [[step]]
    wait_for_caller = 0.3      # seconds of voice after which a pause counts as a turn
    within = 10.0              # go on after this long even if the caller says nothing

    [[step]]
    call_tool = "take_message"
    arguments = { name = "Grace", reason = "land" }

    [[step]]
    say = "Thank you, your message is {result.status}."

    [[step]]
    wait_ms = 500

    [[step]]
    expect_digit = "1"         # or "any"
    otherwise = "Please press one."

    [[step]]
    repeat = 3                 # go back to `from` (a label, or the start) this many times
    from = "again"

Any step may have a ``label``. A step has exactly one of ``say``, ``wait_for_caller``,
``wait_ms``, ``call_tool``, ``expect_digit``, ``repeat``. Errors name the step, its line and key.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mapokezi.errors import ConfigurationError

KEYS = "0123456789*#"


class ScriptError(ConfigurationError):
    """A script file that cannot be followed.

    Attributes:
        line: Where, counted from 1; 0 if the file as a whole is meant.
        key: Which key, empty if none in particular.
        what: What is wrong with it, for the one who wrote it.
    """

    def __init__(self, line: int, key: str, what: str) -> None:
        """Keep the place and the words."""
        super().__init__(line, key, what)
        self.line = line
        self.key = key
        self.what = what

    def __str__(self) -> str:
        """Name the place first, as compilers do."""
        place = f"line {self.line}" if self.line else "script"
        return f"{place}, {self.key}: {self.what}" if self.key else f"{place}: {self.what}"


@dataclass(frozen=True, slots=True)
class Say:
    """Speak a sentence as an item of its own. ``{result.KEY}`` is filled from the last tool."""

    text: str
    fact_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WaitForCaller:
    """Wait until the caller has spoken and paused."""

    voice_s: float = 0.2
    """Less voice than this is a cough."""
    pause_s: float = 0.7
    """The turn ends after this much silence."""
    within_s: float | None = None
    """Go on without a turn after this long; None waits for ever."""


@dataclass(frozen=True, slots=True)
class WaitMs:
    """Do nothing for a while."""

    ms: int


@dataclass(frozen=True, slots=True)
class CallTool:
    """Propose a deed and wait for its result."""

    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ExpectDigit:
    """Wait for a key."""

    digit: str
    """One of ``0123456789*#``, or empty for any."""
    otherwise: str = ""
    """What to say after a wrong key, before waiting again."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """Go back to an earlier step."""

    times: int
    """0 repeats for ever."""
    to: int = 0
    """The step's place, from 0."""


Step = Say | WaitForCaller | WaitMs | CallTool | ExpectDigit | Repeat


@dataclass(frozen=True, slots=True)
class Script:
    """A whole script, checked."""

    name: str
    steps: tuple[Step, ...]

    @classmethod
    def parse(cls, text: str) -> Script:
        """Read a script from TOML.

        Raises:
            ScriptError: with line and key of the first thing that is wrong.
        """
        return _Reader(text).read()

    def sentences(self) -> tuple[str, ...]:
        """Give every fixed sentence, to be synthesised before any call.

        One that a tool's result completes is not among them: it is murmured.
        """
        said = [step.text for step in self.steps if isinstance(step, Say)]
        said += [step.otherwise for step in self.steps if isinstance(step, ExpectDigit)]
        return tuple(
            dict.fromkeys(sentence for sentence in said if sentence and "{result." not in sentence)
        )


class _Reader:
    """Reads one file; knows where each step stands."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = [
            number
            for number, line in enumerate(text.splitlines(), start=1)
            if line.split("#")[0].replace(" ", "").strip() == "[[step]]"
        ]
        self._labels: dict[str, int] = {}
        self._kinds: dict[str, Callable[[int, dict[str, Any]], Step]] = {
            "say": self._say,
            "wait_for_caller": self._wait_for_caller,
            "wait_ms": self._wait_ms,
            "call_tool": self._call_tool,
            "expect_digit": self._expect_digit,
            "repeat": self._repeat,
        }

    def read(self) -> Script:
        try:
            table = tomllib.loads(self._text)
        except tomllib.TOMLDecodeError as error:
            raise ScriptError(_line_of(error), "", f"this is not TOML: {error}") from error
        for key in table:
            if key not in {"name", "step"}:
                raise ScriptError(self._line_of_key(0, key), key, "no such key; name or step?")
        name = table.get("name", "script")
        if not isinstance(name, str):
            raise ScriptError(self._line_of_key(0, "name"), "name", "must be a text")
        steps = table.get("step", [])
        if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
            raise ScriptError(self._line_of_key(0, "step"), "step", "write each as [[step]]")
        if not steps:
            raise ScriptError(0, "step", "there is none; a script needs at least one [[step]]")
        return Script(name, tuple(self._step(place, step) for place, step in enumerate(steps)))

    def _step(self, place: int, raw: dict[str, Any]) -> Step:
        kinds = [key for key in raw if key in self._kinds]
        if len(kinds) != 1:
            known = ", ".join(self._kinds)
            found = " and ".join(kinds) or "none"
            raise self._wrong(place, "", f"needs exactly one of {known}; it has {found}")
        rest = dict(raw)
        label = rest.pop("label", None)
        if label is not None:
            if not isinstance(label, str) or label in self._labels:
                raise self._wrong(place, "label", "must be a text that no other step has")
            self._labels[label] = place
        step = self._kinds[kinds[0]](place, rest)
        if rest:
            key = next(iter(rest))
            raise self._wrong(place, key, f"no such key beside {kinds[0]}")
        return step

    def _say(self, place: int, raw: dict[str, Any]) -> Step:
        text = self._text_of(place, raw, "say")
        if not text.strip():
            raise self._wrong(place, "say", "is empty")
        facts = raw.pop("fact_ids", [])
        if not isinstance(facts, list) or not all(isinstance(fact, str) for fact in facts):
            raise self._wrong(place, "fact_ids", "must be a list of texts")
        return Say(text, tuple(facts))

    def _wait_for_caller(self, place: int, raw: dict[str, Any]) -> Step:
        if raw["wait_for_caller"] == "any":
            raw.pop("wait_for_caller")
            voice_s = 0.0
        else:
            voice_s = self._seconds_of(place, raw, "wait_for_caller", "seconds of voice, or any")
        pause_s = self._seconds_of(place, raw, "pause") if "pause" in raw else 0.7
        within_s = self._seconds_of(place, raw, "within") if "within" in raw else None
        return WaitForCaller(voice_s, pause_s, within_s)

    def _wait_ms(self, place: int, raw: dict[str, Any]) -> Step:
        return WaitMs(round(self._seconds_of(place, raw, "wait_ms", "milliseconds")))

    def _call_tool(self, place: int, raw: dict[str, Any]) -> Step:
        name = self._text_of(place, raw, "call_tool")
        arguments = raw.pop("arguments", {})
        if not isinstance(arguments, dict):
            raise self._wrong(place, "arguments", "must be a table: { name = ... }")
        return CallTool(name, arguments)

    def _expect_digit(self, place: int, raw: dict[str, Any]) -> Step:
        digit = self._text_of(place, raw, "expect_digit")
        if digit != "any" and (len(digit) != 1 or digit not in KEYS):
            raise self._wrong(place, "expect_digit", f'must be one of {KEYS}, or "any"')
        otherwise = self._text_of(place, raw, "otherwise") if "otherwise" in raw else ""
        return ExpectDigit("" if digit == "any" else digit, otherwise)

    def _repeat(self, place: int, raw: dict[str, Any]) -> Step:
        times = raw.pop("repeat")
        if times == "forever":
            times = 0
        elif isinstance(times, bool) or not isinstance(times, int) or times < 1:
            raise self._wrong(place, "repeat", 'must be a number from 1, or "forever"')
        to = 0
        if "from" in raw:
            label = self._text_of(place, raw, "from")
            if label not in self._labels:
                raise self._wrong(place, "from", f"no step before this one is labelled {label!r}")
            to = self._labels[label]
        return Repeat(times, to)

    def _text_of(self, place: int, raw: dict[str, Any], key: str) -> str:
        value = raw.pop(key)
        if not isinstance(value, str):
            raise self._wrong(place, key, f"must be a text, not {value!r}")
        return value

    def _seconds_of(
        self, place: int, raw: dict[str, Any], key: str, what: str = "seconds"
    ) -> float:
        value = raw.pop(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise self._wrong(place, key, f"must be {what}, 0 or more, not {value!r}")
        return float(value)

    def _wrong(self, place: int, key: str, what: str) -> ScriptError:
        begins = self._lines[place] if place < len(self._lines) else 0
        line = self._line_of_key(begins, key) if key else begins
        return ScriptError(line, key, f"step {place + 1}: {what}")

    def _line_of_key(self, begins: int, key: str) -> int:
        """Find the line of a key at or after the line on which its table begins."""
        for number, line in enumerate(self._text.splitlines(), start=1):
            if number > begins and line.split("=")[0].strip().strip("\"'[]") == key:
                return number
            if number > begins and number in self._lines:
                break
        return begins


def _line_of(error: tomllib.TOMLDecodeError) -> int:
    """Read the line out of the parser's words: Python tells it in no other way before 3.14."""
    words = str(error).replace(",", " ").replace(")", " ").split()
    place = words.index("line") + 1 if "line" in words else len(words)
    return int(words[place]) if place < len(words) and words[place].isdigit() else 0
