"""What the clerk does at the opening of a call, in English, in Swahili and in both mixed.

The sets were written, from the files of two offices that ``mapokezi office new`` writes, by other
authors than the rules' and before the clerk was mended for them; what it made of each at first
sight is published beside. All of it is given to the clerk as text; the English ones are besides
spoken through the telephone line and the recogniser. Right, re-ask and wrong are judged as in
``bench.clerk``. A wrong fact is one that was told though something else was asked; whoever wanted
two things at once is served right with either.

``python -m bench.utterances SET ...`` measures other sets, and prints only.
"""

from __future__ import annotations

import argparse
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.clerk import DATA, NOISE_DBFS, ClerkStage, Judged
from bench.figures import Figure, Load, Measured, load_average, share_of
from bench.hearing import LineAndRecogniser
from bench.sounds import words
from mapokezi.receptionist.office import Office
from mapokezi.speech.engines.minilm import MiniLm
from mapokezi.stores.office_files import read_office
from mapokezi.stores.trades import write_new

SETS = (DATA / "utterances.toml", DATA / "utterances_2.toml")
FIRST_SEEN = (
    Figure(
        "first seen, set 1: right / wrong deeds",
        "English, text 86.7 / 1.1 %; audio 76.7 / 2.2; Swahili, text 53.3 / 5.0; mixed 62.0 / 2.0",
    ),
    Figure(
        "first seen, set 2, by another author: right / wrong deeds (wrong facts)",
        "English, text 84.4 / 1.1 % (1); audio 76.7 / 1.1 (1); Swahili, text 85.0 / 0.0 (0);"
        " mixed 88.0 / 4.0 (0)",
    ),
)
"""When the clerk first heard each set, on 2026-11-23; cannot be taken again."""
_BARS = {
    "English, text": 90,
    "English, audio": 85,
    "Swahili, text": 75,
    "mixed, text": 75,
}
_LANGUAGES = {"english": "English", "swahili": "Swahili", "mixed": "mixed"}


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of one utterance, in one way of giving it."""

    way: str
    """A key of the bars."""
    office: str
    judged: Judged
    is_wrong_fact: bool


def measure(paths: Sequence[Path] = SETS, *, by_audio: bool = True) -> Measured:
    """Take the figures of one or more sets together.

    Args:
        paths: the sets.
        by_audio: whether the English utterances are spoken, too.
    """
    before = load_average()
    tried = [each for path in paths for each in _tried(path, by_audio=by_audio)]
    texts = sum(each.way.endswith("text") for each in tried)
    return Measured(
        "utterances",
        f"The clerk on {texts} openings of a call, English, Swahili and mixed",
        [*figures_of(tried), *(FIRST_SEEN if paths == SETS else ())],
        Load(before, load_average()),
        remarks=(
            "The clerk was mended by what it took wrongly of these sets: what it made of each at",
            "first sight is what is to be expected of callers whom it does not know.",
            "Right: the deed expected. Re-ask: asks again, or offers a message or a person. Wrong:",
            "anything else. A wrong fact: told, though something else was asked. Swahili and mixed",
            "were measured **as text only**.",
        ),
        details={"failures": [_told(each) for each in tried if _failed(each)]},
    )


def _tried(path: Path, *, by_audio: bool) -> list[Tried]:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    utterances = data["utterance"]
    encoder = MiniLm()
    stages = {
        trade: ClerkStage(data, office, encoder)
        for trade, office in _offices(each["office"] for each in utterances).items()
    }

    def tried(utterance: Mapping[str, Any], heard: str, mode: str) -> Tried:
        judged = stages[utterance["office"]].judge(utterance, heard)
        way = f"{_LANGUAGES[utterance['language']]}, {mode}"
        return Tried(way, utterance["office"], judged, is_wrong_fact(utterance, judged))

    found = [tried(each, each["say"], "text") for each in utterances]
    if by_audio:
        english = [each for each in utterances if each["language"] == "english"]
        sounds = words(each["say"] for each in english)
        ear = LineAndRecogniser(NOISE_DBFS)
        for seed, each in enumerate(english):
            found.append(tried(each, ear.hear(sounds[each["say"]], seed), "audio"))
    return found


def _offices(trades: Iterable[str]) -> dict[str, Office]:
    """Read each trade's office, as ``mapokezi office new`` writes it."""
    offices = {}
    with TemporaryDirectory() as parent:
        for trade in set(trades):
            folder = Path(parent) / f"{trade}-office"
            write_new(folder, trade)
            offices[trade] = read_office(folder)
    return offices


def is_wrong_fact(utterance: Mapping[str, Any], judged: Judged) -> bool:
    """Say whether a fact was told that is no answer to what was asked, or another day's hours."""
    right = [utterance["expect"], *utterance.get("also_ok", [])]
    answers = {each.removeprefix("answer:") for each in right if each.startswith("answer:")}
    if any(each.startswith("hours:") for each in right):
        answers.add("hours")
    is_another_day = judged.deed.startswith("hours:") and judged.verdict == "wrong"
    return is_another_day or bool(judged.told - answers)


def figures_of(tried: Sequence[Tried]) -> list[Figure]:
    """Count, by ways and by kinds."""
    ways = [way for way in _BARS if any(each.way == way for each in tried)]
    figures = []
    for way in ways:
        figures += _figures_of_way(way, [each for each in tried if each.way == way])
    figures += [
        Figure(f"{kind}: right / re-asks / wrong", _by_way(kind, ways, tried))
        for kind in sorted({each.judged.kind for each in tried})
    ]
    return figures


def _figures_of_way(way: str, tried: Sequence[Tried]) -> list[Figure]:
    verdicts = Counter(each.judged.verdict for each in tried)
    count = len(tried)
    return [
        Figure(f"{way} ({count}): right", share_of(verdicts["right"], count), "%", _bar(way)),
        Figure(f"{way}: re-asks", share_of(verdicts["re-ask"], count), "%"),
        Figure(f"{way}: wrong deeds", share_of(verdicts["wrong"], count), "%", "<= 2"),
        Figure(f"{way}: wrong facts", sum(each.is_wrong_fact for each in tried), "", "<= 0"),
    ]


def _bar(way: str) -> str:
    return f">= {_BARS[way]}"


def _by_way(kind: str, ways: Sequence[str], tried: Sequence[Tried]) -> str:
    parts = []
    for way in ways:
        verdicts = Counter(
            each.judged.verdict for each in tried if (each.way, each.judged.kind) == (way, kind)
        )
        if verdicts:
            counts = (verdicts["right"], verdicts["re-ask"], verdicts["wrong"])
            parts.append(f"{way} {' / '.join(map(str, counts))}")
    return "; ".join(parts)


def _failed(tried: Tried) -> bool:
    return tried.judged.verdict != "right" or tried.is_wrong_fact


def _told(tried: Tried) -> str:
    judged = tried.judged
    verdict = "wrong fact" if tried.is_wrong_fact else judged.verdict
    return (
        f"[{verdict}] {tried.way}, {tried.office}, {judged.kind}: said {judged.said!r},"
        f" heard {judged.heard!r}, expected {judged.expected}, did {judged.deed}"
    )


def main() -> None:
    """Measure the sets that are named, and print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("sets", nargs="+", type=Path, metavar="SET")
    parser.add_argument("--text", action="store_true", help="as text only")
    parser.add_argument("--failures", type=Path, help="a file to write the failures into")
    chosen = parser.parse_args()
    found = measure(chosen.sets, by_audio=not chosen.text)
    print(found.markdown())
    if chosen.failures:
        failures = found.details["failures"]
        assert isinstance(failures, list)
        chosen.failures.write_text("\n".join(failures) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
