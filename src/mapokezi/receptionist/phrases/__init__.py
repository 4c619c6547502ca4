"""Every fixed sentence of the receptionist's, in one file for each language.

English is whole by definition and tells what there is: a key, its wordings, and what is filled in.
A file of another language may lack phrases, and then what it lacks is listed; what it has must be
known, and must have what is filled in. What is wrong is told all at once, with file and key.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from string import Formatter
from types import MappingProxyType

from mapokezi.errors import ConfigurationError
from mapokezi.toml_lines import did_you_mean, line_of

Table = Mapping[str, tuple[str, ...]]
"""The wordings of each key of a section."""

WHOLE = "en"
"""The language whose file says what there is."""
_MAY_BE_LEFT_OUT = frozenset({"why"})
"""What is filled in with a sentence that there is in English only."""


class PhrasesWrong(ConfigurationError):  # noqa: N818 - in the words of the trade
    """A file of phrases cannot be used. It carries all that is wrong in it."""

    def __init__(self, language: str, errors: list[str]) -> None:
        """Hold the errors, each a line for people."""
        self.language = language
        self.errors = errors
        super().__init__(language, errors)

    def __str__(self) -> str:
        """A line for each error."""
        return "\n".join(self.errors)


class UnknownPhrase(ConfigurationError):  # noqa: N818 - in the words of the trade
    """A phrase that no file has was asked for."""


class UnknownLanguage(ConfigurationError):  # noqa: N818 - in the words of the trade
    """There is no file for the language."""


class Phrases:
    """The fixed sentences of one language, by section and key."""

    def __init__(self, language: str, sections: Mapping[str, Table]) -> None:
        """Hold what `read_phrases` has checked."""
        self.language = language
        self.sections = sections

    def has(self, section: str, key: str) -> bool:
        """Say whether the language has a phrase."""
        return key in self.sections.get(section, {})

    def ways(self, section: str, key: str) -> tuple[str, ...]:
        """Give a phrase's wordings.

        Raises:
            UnknownPhrase: If the language has no such phrase.
        """
        try:
            return self.sections[section][key]
        except KeyError:
            what = f"there is no phrase [{section}] {key} in {self.language}.toml"
            raise UnknownPhrase(what) from None

    def word(self, section: str, key: str) -> str:
        """Give a phrase that has one wording.

        Raises:
            UnknownPhrase: If the language has no such phrase.
        """
        return self.ways(section, key)[0]

    def entries(self) -> Iterator[tuple[str, str]]:
        """Give section and key of every phrase."""
        for section, table in self.sections.items():
            for key in table:
                yield section, key


@cache
def languages() -> tuple[str, ...]:
    """Give the languages that there is a file for, English first."""
    found = {path.name.removesuffix(".toml") for path in files(__name__).iterdir()
             if path.name.endswith(".toml")}  # fmt: skip
    return (WHOLE, *sorted(found - {WHOLE}))


@cache
def phrases_of(language: str) -> Phrases:
    """Give the phrases of a language.

    Raises:
        UnknownLanguage: If there is no file for it.
        PhrasesWrong: If its file cannot be used.
    """
    if language not in languages():
        mend = did_you_mean(language, list(languages()))
        raise UnknownLanguage(f"there are no phrases in the language {language!r}. {mend}")
    text = files(__name__).joinpath(f"{language}.toml").read_text(encoding="utf-8")
    return read_phrases(language, text, None if language == WHOLE else phrases_of(WHOLE))


def read_phrases(language: str, text: str, whole: Phrases | None) -> Phrases:
    """Read and check a file of phrases.

    Args:
        language: Its code, the name of the file.
        text: What stands in the file.
        whole: The English ones, against which it is held; None for these themselves.

    Raises:
        PhrasesWrong: With all that is wrong in it.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PhrasesWrong(language, [f"{language}.toml: {error}"]) from None
    errors: list[str] = []
    sections: dict[str, dict[str, tuple[str, ...]]] = {}
    for section, table in raw.items():
        known = list(table) if whole is None else list(whole.sections.get(section, ()))
        for key, value in table.items():
            ways = (value,) if isinstance(value, str) else tuple(value)
            problem = _problem(section, key, ways, known, whole)
            if problem:
                line = line_of(text, (section, key))
                errors.append(f"{language}.toml, line {line}, [{section}] {key}: {problem}")
            sections.setdefault(section, {})[key] = ways
    if errors:
        raise PhrasesWrong(language, errors)
    return Phrases(
        language, MappingProxyType({k: MappingProxyType(v) for k, v in sections.items()})
    )


def _problem(
    section: str, key: str, ways: tuple[str, ...], known: list[str], whole: Phrases | None
) -> str:
    """Say what is wrong with a phrase; empty if nothing is."""
    if key not in known:
        return f"there is no such phrase in {WHOLE}.toml. {did_you_mean(key, known)}"
    if not ways or not all(isinstance(way, str) and way.strip() for way in ways):
        return "is empty. Write a sentence, or delete the line"
    try:
        fields = [fields_of(way) for way in ways]
    except ValueError as error:
        return f"has a brace out of place ({error}). Write {{name}} where it is filled in"
    if whole is None:
        return ""
    english = [fields_of(way) for way in whole.ways(section, key)]
    unknown = set().union(*fields) - set().union(*english)
    if unknown:
        return f"nothing is filled in for {{{min(unknown)}}}. {_filled_in(english)}"
    needed = set.intersection(*map(set, english)) - _MAY_BE_LEFT_OUT
    if any(needed - each for each in fields):
        missing = min(name for each in fields for name in needed - each)
        return f"lacks {{{missing}}}, which is filled in. Put it into each wording"
    return ""


def _filled_in(english: list[frozenset[str]]) -> str:
    names = sorted(set().union(*english))
    return f"Filled in is {', '.join(f'{{{name}}}' for name in names)}" if names else "Take it out"


def fields_of(wording: str) -> frozenset[str]:
    """Give the names of what is filled in.

    Raises:
        ValueError: If its braces do not match.
    """
    return frozenset(name for _, name, _, _ in Formatter().parse(wording) if name is not None)


def lacking(language: str) -> tuple[tuple[str, str], ...]:
    """Give section and key of the phrases that a language lacks."""
    own = phrases_of(language)
    return tuple(each for each in phrases_of(WHOLE).entries() if not own.has(*each))


PHRASES: Table = phrases_of(WHOLE).sections["clerk"]
"""Every sentence of the clerk's in English by its key; ``{...}`` is filled in."""
