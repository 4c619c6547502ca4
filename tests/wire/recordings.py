"""The recordings of the real media module, read back (see ``mod_audio_fork/README.md``).

A *scenario* is a list of lines. A *fork* is one start of the module in it, with all that passed
over its socket and all that the PBX told of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "mod_audio_fork"
_START = re.compile(
    r"uuid_audio_fork <uuid> start (?P<url>\S+) (?P<mix>mono|mixed|stereo) (?P<rate>\d+)"
    r"(?: (?P<name>\S+) (?P<metadata>.*?)"
    r"(?: (?P<way>true|false) (?P<back>true|false) (?P<back_rate>\d+))?)?$"
)

Line = dict[str, Any]
_GAP_MS = 50.0
"""Sounds come every 20 ms: after so long some were not written down."""


@dataclass
class Fork:
    """One start, and the lines that followed until the next."""

    mix: str
    rate_hz: int
    metadata: str
    plays: bool
    """Whether it was started so that our sound is played."""
    back_rate_hz: int
    begins_a_call: bool = False
    """Whether no other start came before it in the same call."""
    lines: list[Line] = field(default_factory=list)
    """The start first."""

    def all(self, source: str, *operations: str) -> list[Line]:
        """Lines of a source, of one of these operations."""
        return [
            line for line in self.lines if line["src"] == source and line.get("op") in operations
        ]

    @property
    def events(self) -> list[tuple[str, str]]:
        """The module's events as the PBX told them: name and body."""
        return [
            (line["subclass"].removeprefix("mod_audio_fork::"), line.get("body", ""))
            for line in self.lines
            if line.get("event") == "CUSTOM"
        ]

    @property
    def sounds_without_a_gap(self) -> tuple[list[int], float]:
        """The sounds up to where the recording leaves some out, and when the last of them came."""
        found: list[int] = []
        until = -1.0
        for line in self.all("client", "binary"):
            if found and line["t"] - until > _GAP_MS:
                break
            found += [line["len"]] * line.get("repeated", 1)
            until = float(line.get("t_last") or line["t"])
        return found, until

    @property
    def sounds(self) -> list[int]:
        """The length of each sound that the module sent, as far as it was written down."""
        sent = self.all("client", "binary")
        return [line["len"] for line in sent for _ in range(line.get("repeated", 1))]


@dataclass(frozen=True)
class Scenario:
    """One recorded scenario."""

    file: str
    name: str
    note: str
    lines: list[Line]

    @property
    def forks(self) -> list[Fork]:
        """Its forks in order, without starts that the PBX refused at once."""
        found: list[Fork] = []
        rings = True
        for line in self.lines:
            rings = rings or line.get("sip") == 200
            command = str(line.get("cmd", ""))
            if " start " in command and "audio_fork" in command:
                found.append(_fork_of(command))
                found[-1].begins_a_call, rings = rings, False
            if line.get("reply", "").startswith("-ERR"):
                refused = found.pop()
                found[-1].lines += refused.lines[1:]
                continue
            if found:
                found[-1].lines.append(line)
        return found


def _fork_of(command: str) -> Fork:
    command = _whole(command)
    match = _START.match(command)
    assert match is not None, command
    back_hz = int(match["back_rate"] or 0)
    return Fork(
        mix=match["mix"],
        rate_hz=int(match["rate"]),
        metadata=match["metadata"] or "",
        plays=(match["way"], match["back"]) == ("true", "true") and back_hz > 0,
        back_rate_hz=back_hz,
    )


def _whole(command: str) -> str:
    """A command as it was before the recording shortened it; its metadata is the same letter."""
    cut = re.match(r"(.*?)\.\.\.\((\d+) characters\)$", command)
    if cut is None:
        return command
    tail = '"}} true true 16000' if command.count("{") > 1 else '"} true true 16000'
    filler = cut[1][-1] * (int(cut[2]) - len(cut[1]) - len(tail))
    return f"{cut[1]}{filler}{tail}"


def scenarios() -> Iterator[Scenario]:
    """Every scenario of every file."""
    for path in sorted(FOLDER.glob("*.jsonl")):
        lines = [json.loads(text) for text in path.read_text(encoding="utf-8").splitlines()]
        starts = [place for place, line in enumerate(lines) if "scenario" in line]
        for first, last in zip(starts, [*starts[1:], len(lines)], strict=True):
            head = lines[first]
            yield Scenario(path.stem, head["scenario"], head["note"], lines[first + 1 : last])
