"""The day in short: what the owner reads in the evening."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mapokezi.calls import Outcome
from mapokezi.records.lists import DayCount
from mapokezi.records.tasks import TaskCounts
from mapokezi.units import Money

_EN = {
    "title": "{office}, {day}",
    "none": "No calls today.",
    "calls": "{count} calls",
    "call": "1 call",
    Outcome.RESOLVED: "{count} answered",
    Outcome.MESSAGE: "{count} left a message",
    Outcome.TRANSFERRED: "{count} put through",
    Outcome.ABANDONED: "{count} hung up before anything was done",
    Outcome.FLASH: "{count} rang once, to be called back",
    Outcome.SPAM: "{count} of machines or without a word",
    Outcome.FALLBACK: "{count} taken by the fallback",
    Outcome.FAILED: "{count} broken off",
    "to_do": "Still to do: {count}",
    "late": "{count} late",
    "done": "Done today: {count}",
    "cost": "Phone line: {cost}",
    "estimated": "Phone line: about {cost}",
}
_SW = {
    "title": "{office}, {day}",
    "none": "Hakuna simu leo.",
    "calls": "Simu {count}",
    "call": "Simu 1",
    Outcome.RESOLVED: "{count} zilijibiwa",
    Outcome.MESSAGE: "{count} ziliacha ujumbe",
    Outcome.TRANSFERRED: "{count} ziliunganishwa",
    Outcome.ABANDONED: "{count} zilikatwa kabla ya kuhudumiwa",
    Outcome.FLASH: "{count} zilipigwa mara moja, wapigiwe",
    Outcome.SPAM: "{count} za mashine au zisizo na neno",
    Outcome.FALLBACK: "{count} zilipokelewa na mpango wa akiba",
    Outcome.FAILED: "{count} zilikatika",
    "to_do": "Bado kufanywa: {count}",
    "late": "{count} zimechelewa",
    "done": "Zilizofanywa leo: {count}",
    "cost": "Laini ya simu: {cost}",
    "estimated": "Laini ya simu: takriban {cost}",
}
_WORDS = {"en": _EN, "sw": _SW}
_DAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "sw": ("Jumatatu", "Jumanne", "Jumatano", "Alhamisi", "Ijumaa", "Jumamosi", "Jumapili"),
}


@dataclass(frozen=True, slots=True)
class DayFacts:
    """What is known of an office's day."""

    office_name: str
    calls: DayCount
    tasks: TaskCounts
    cost: Money | None = None
    """Of the day's calls on the platform's meter; None: nothing is known of it."""
    is_estimated: bool = False
    """Whether the platform has not told the cost of all of them."""


@dataclass(frozen=True, slots=True)
class Digest:
    """The day in words."""

    title: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """All lines."""
        return "\n".join(self.lines)


def digest_of(facts: DayFacts, language: str) -> Digest:
    """Write the day in short.

    Args:
        facts: of the day.
        language: ``en`` or ``sw``; any other is written in English.
    """
    language = language if language in _WORDS else "en"
    say = _WORDS[language]
    title = say["title"].format(office=facts.office_name, day=_day(facts.calls.day, language))
    return Digest(title, (*_calls(facts, say), *_tasks(facts, say), *_cost(facts, say)))


def _day(day: date, language: str) -> str:
    return f"{_DAYS[language][day.weekday()]} {day:%d/%m}"


def _calls(facts: DayFacts, say: dict[str, str]) -> list[str]:
    total = facts.calls.total
    if not total:
        return [say["none"]]
    head = say["call"] if total == 1 else say["calls"].format(count=total)
    came = [
        say[outcome].format(count=facts.calls.outcomes[outcome])
        for outcome in Outcome
        if facts.calls.outcomes.get(outcome)
    ]
    return [f"{head}: {', '.join(came)}." if came else f"{head}."]


def _tasks(facts: DayFacts, say: dict[str, str]) -> list[str]:
    to_do = facts.tasks.open + facts.tasks.taken
    lines = []
    if to_do:
        late = f", {say['late'].format(count=facts.tasks.late)}" if facts.tasks.late else ""
        lines.append(f"{say['to_do'].format(count=to_do)}{late}.")
    if facts.tasks.done:
        lines.append(f"{say['done'].format(count=facts.tasks.done)}.")
    return lines


def _cost(facts: DayFacts, say: dict[str, str]) -> list[str]:
    if facts.cost is None or not facts.cost.minor:
        return []
    return [f"{say['estimated' if facts.is_estimated else 'cost'].format(cost=facts.cost)}."]
