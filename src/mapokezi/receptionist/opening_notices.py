"""What a caller hears first: the greeting, and the notices that the law wants.

Which notices are needed follows from what is really done: the receptionist is always automated,
the call is recorded unless the office says otherwise, and it is told that the voice goes abroad
only if it does. The words are the office's own, or composed of our phrases; where its own words
lack a notice, ours is said with them. A notice is told by kind and never by a vendor's name.

Own words are read sentence by sentence, for the caller may hang up or cut in between two of them:
what was heard is known for each.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mapokezi.receptionist.data_laws import country_named
from mapokezi.receptionist.language import spoken_in
from mapokezi.receptionist.office import Office
from mapokezi.receptionist.phrases import phrases_of
from mapokezi.receptionist.spoken import Language
from mapokezi.receptionist.words import plain
from mapokezi.records.caller_notices import NoticeKind
from mapokezi.telephony.numbers import DEFAULT_REGION, country_of

_AUTOMATED = re.compile(
    r"\b(?:automat\w+|machine|computer\w*|virtual|robot\w*|artificial|software|digital"
    r"|\w*otomatiki|mashine|roboti|kompyuta|mfumo|akili (?:bandia|mnemba|unde))\b"
)
_NO_PERSON = re.compile(r"\b(?:not a (?:real |live )?(?:person|human)|si mtu|sio mtu)\b")
_OF_WHO_SPEAKS = re.compile(
    r"\b(?:i am|this is|you are|you have reached|speak\w*|talk\w*|answer\w*|receptionist|assistant"
    r"|mimi|hapa ni|unaongea|unazungumza|mnaongea|mapokezi|\w*jibu\w*)\b"
)
_RECORDED = re.compile(r"\b(?:record(?:ed|ings?|s)?|\w*rekodi\w*|\w*nakiliwa)\b")
_NOT_RECORDED = re.compile(
    r"\b(?:not|never|no|without)(?: \w+){0,3} record(?:ed|ing|s)?\b"
    r"|\b(?:hai|hatu|hawa|isi|usi|tusi)\w*(?:rekodi|nakili)\w*\b"
)
_NOT_IT = re.compile(
    r"\b(?:not|never|no|nobody|nothing|none|without|hapana|hakuna|si|sio)\b(?! a person)"
)


@dataclass(frozen=True, slots=True)
class OpeningPart:
    """A sentence of the opening, or several that are heard as one."""

    text: str
    notices: tuple[NoticeKind, ...] = ()
    """What a caller has been told who has heard it to its end."""
    language: str = Language.ENGLISH.value


def needed_of(office: Office) -> tuple[NoticeKind, ...]:
    """Give the notices that callers of an office need, in the order in which they are told."""
    needed = [NoticeKind.AUTOMATED]
    if office.record_calls:
        needed.append(NoticeKind.RECORDED)
    if office.worked_on_abroad:
        needed.append(NoticeKind.ABROAD)
    return tuple(needed)


def country_told(office: Office) -> str:
    """Give the ISO 3166 code of the country whose law the notices follow."""
    own = office.notices.country
    return own or (country_of(office.numbers[0]) if office.numbers else None) or DEFAULT_REGION


def languages_told(office: Office) -> tuple[str, ...]:
    """Give the languages in which notices are composed: as chosen, else that of the greeting."""
    return office.notices.languages or (_language_of(office.greeting),)


def opening_of(office: Office, *, is_open: bool = True) -> tuple[OpeningPart, ...]:
    """Give what a caller hears first, part by part.

    Args:
        office: whose.
        is_open: whether it is open just now; while it is closed that is said before the notices.
    """
    closed = "" if is_open else office.hours.closed_words
    first = [OpeningPart(text, language=_language_of(text)) for text in (office.greeting, closed)]
    return tuple(part for part in (*first, *notices_of(office)) if part.text)


def notices_of(office: Office) -> tuple[OpeningPart, ...]:
    """Give the notices as callers hear them, with the question that follows them."""
    if not office.notice:
        return (*_composed(office, needed_of(office)), *_question(office))
    own = [_read(sentence, office) for sentence in sentences_of(office.notice)]
    told = {kind for part in own for kind in part.notices}
    missing = tuple(kind for kind in needed_of(office) if kind not in told)
    end = len(own) - 1 if own[-1].text.endswith("?") and not own[-1].notices else len(own)
    return (*own[:end], *_composed(office, missing), *own[end:])


def text_of(parts: tuple[OpeningPart, ...]) -> str:
    """Give the words of parts as they follow one another."""
    return " ".join(part.text for part in parts)


def missing_in(notice: str, needed: tuple[NoticeKind, ...], country: str) -> tuple[NoticeKind, ...]:
    """Give the needed notices that an office's own words do not tell.

    Args:
        notice: its words.
        needed: see `needed_of`.
        country: ISO 3166 code, see `country_told`.
    """
    told = {kind for sentence in sentences_of(notice) for kind in _told_in(sentence, country)}
    return tuple(kind for kind in needed if kind not in told)


def claims_recording(notice: str) -> bool:
    """Say whether words tell the caller that the call is recorded."""
    return any(NoticeKind.RECORDED in _told_in(one, "") for one in sentences_of(notice))


def wording_of(kind: NoticeKind, language: str, country: str) -> str:
    """Give our own words for a notice.

    Args:
        kind: which.
        language: of a file of phrases.
        country: ISO 3166 code of the country that the caller is told of.
    """
    phrases = phrases_of(language)
    if kind is not NoticeKind.ABROAD:
        return phrases.word("notices", kind.value)
    named = country_named(country, language)
    if not named:
        return phrases.word("notices", "abroad_somewhere")
    return phrases.word("notices", kind.value).format(country=named)


def sentences_of(text: str) -> tuple[str, ...]:
    """Cut words into sentences; joined by single spaces they are the words again."""
    return tuple(re.split(r"(?<=[.!?]) ", " ".join(text.split())))


def _composed(office: Office, kinds: tuple[NoticeKind, ...]) -> tuple[OpeningPart, ...]:
    country = country_told(office)
    return tuple(
        OpeningPart(wording_of(kind, language, country), (kind,), language)
        for language in languages_told(office)
        for kind in kinds
    )


def _question(office: Office) -> tuple[OpeningPart, ...]:
    language = languages_told(office)[-1]
    return (OpeningPart(phrases_of(language).word("notices", "question"), (), language),)


def _read(sentence: str, office: Office) -> OpeningPart:
    return OpeningPart(sentence, _told_in(sentence, country_told(office)), _language_of(sentence))


def _told_in(sentence: str, country: str) -> tuple[NoticeKind, ...]:
    said = plain(sentence)
    told = {
        NoticeKind.AUTOMATED: _tells_automated(said),
        NoticeKind.RECORDED: _tells_recorded(said),
        NoticeKind.ABROAD: _tells_abroad(said, country),
    }
    return tuple(kind for kind, is_told in told.items() if is_told)


def _tells_automated(said: str) -> bool:
    if _NO_PERSON.search(said):
        return True
    found = _AUTOMATED.search(said)
    return (
        found is not None
        and _OF_WHO_SPEAKS.search(said) is not None
        and _NOT_IT.search(said[: found.start()]) is None
    )


def _tells_recorded(said: str) -> bool:
    without = _NOT_RECORDED.sub(" ", said)
    return _RECORDED.search(without) is not None


def _tells_abroad(said: str, country: str) -> bool:
    named = {plain(country_named(country, language.value)) for language in Language} - {""}
    where = "|".join(("the country", "this country", "nchi", *map(re.escape, sorted(named))))
    found = re.search(
        rf"\b(?:outside (?:of )?(?:{where})|abroad|overseas|(?:an)?other countr(?:y|ies)"
        rf"|nje ya (?:{where})|ng'?ambo|nchi (?:nyingine|ingine|za nje))\b",
        said,
    )
    return found is not None and _NOT_IT.search(said[: found.start()]) is None


def _language_of(text: str) -> str:
    is_swahili = spoken_in(text).swahili > 1
    return (Language.SWAHILI if is_swahili else Language.ENGLISH).value
