"""A fixed sentence in the caller's language, or in English where the voice cannot speak that."""

from __future__ import annotations

from collections.abc import Mapping

from mapokezi.receptionist.knowledge import Knowledge
from mapokezi.receptionist.phrases import WHOLE, UnknownPhrase, phrases_of
from mapokezi.receptionist.pieces import WORDS_FILLED_IN, pieces_of
from mapokezi.receptionist.spoken import Language, in_words
from mapokezi.receptionist.turns import Sentence

_ENGLISH_WORDS = {
    phrases_of(WHOLE).word("parts", key): key
    for section, key in phrases_of(WHOLE).entries()
    if section == "parts" and (key.startswith("wish_") or key in WORDS_FILLED_IN)
}
"""Words of ours that are filled in, each with its key."""
_WISHES = frozenset({"one", "other"})
"""What is filled in with what a caller may want; there is more of that in English."""


def worded(
    known: Knowledge, language: Language, key: str, count: int, values: Mapping[str, str]
) -> Sentence:
    """Word one of the clerk's sentences.

    Args:
        known: the office.
        language: in which the caller is answered.
        key: of the sentence.
        count: how often it was said before: each time another wording.
        values: what is filled in.

    Raises:
        UnknownPhrase: If there is no such sentence.
    """
    english = known.phrases.get(key)
    if english is None:
        raise UnknownPhrase(f"there is no sentence {key!r} that the clerk could say")
    ways = known.phrases_in.get(language, {}).get(key)
    is_english = any(values[name] not in _ENGLISH_WORDS for name in _WISHES & set(values))
    if ways is not None and not is_english:
        said = _in_language(known, language, ways[count % len(ways)], values)
        if said is not None:
            return said
    return Sentence(_filled(english[count % len(english)], values))


def worded_part(
    known: Knowledge,
    language: Language,
    key: str,
    values: Mapping[str, str],
    fact_ids: tuple[str, ...] = (),
) -> Sentence:
    """Word a small sentence of ours; see `worded`.

    Raises:
        UnknownPhrase: If there is no such sentence.
    """
    if language is not Language.ENGLISH and phrases_of(language.value).has("parts", key):
        way = phrases_of(language.value).word("parts", key)
        said = _in_language(known, language, way, values, fact_ids)
        if said is not None:
            return said
    return Sentence(_filled(phrases_of(WHOLE).word("parts", key), values), fact_ids)


def worded_hours(
    known: Knowledge, language: Language, key: str, values: Mapping[str, str]
) -> Sentence | None:
    """Word a sentence of the opening hours; None if it cannot be said in the language."""
    phrases = phrases_of(language.value)
    if not phrases.has("hours", key):
        return None
    return _in_language(known, language, phrases.word("hours", key), values, ("hours",))


def worded_goodbye(known: Knowledge, language: Language) -> Sentence | None:
    """Word the goodbye in a language that is not English; None if the voice cannot say it."""
    return _in_language(known, language, phrases_of(language.value).word("lines", "goodbye"), {})


def _in_language(
    known: Knowledge,
    language: Language,
    way: str,
    values: Mapping[str, str],
    fact_ids: tuple[str, ...] = (),
) -> Sentence | None:
    """Fill in a wording that is not English; None if the voice cannot say it."""
    own = {name: _own_word(language, value) for name, value in values.items()}
    pieces = pieces_of(way, own, language)
    if not known.can_say(language, pieces):
        return None
    spelled = {name: in_words(value, language) for name, value in own.items()}
    return Sentence(_filled(way, spelled), fact_ids, language, pieces)


def _own_word(language: Language, value: str) -> str:
    """Put a word of ours into the language: ``the reception``, but no name."""
    key = _ENGLISH_WORDS.get(value[:1].lower() + value[1:])
    if key is None or not phrases_of(language.value).has("parts", key):
        return value
    word = phrases_of(language.value).word("parts", key)
    return word[:1].upper() + word[1:] if value[:1].isupper() else word


def _filled(way: str, values: Mapping[str, str]) -> str:
    return " ".join(way.format(**values).split())
