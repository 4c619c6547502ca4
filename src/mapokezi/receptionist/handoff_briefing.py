"""What a colleague hears before they take a call: who it is, from where, about what, what was said.

In the office's own words for people and subjects, in the colleague's language, and short: a person
who has just picked up decides within seconds. It says only what the caller confirmed, or marks it
as not sure, and nothing that the caller asked not to pass on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from mapokezi.receptionist.kept_back import NAME, NUMBER, REASON
from mapokezi.receptionist.office import Office
from mapokezi.receptionist.phrases import WHOLE, phrases_of
from mapokezi.receptionist.spoken import say_phone
from mapokezi.receptionist.spoken.types import Language
from mapokezi.records.message_record import MessageRecord
from mapokezi.telephony.numbers import same_subscriber, to_e164
from mapokezi.units import E164
from mapokezi.voice.session import KnownField

LONGEST_S = 12.0
"""From the first word to the last, the keys included."""
_WORD_S = 0.36
"""A word of a platform's voice, pauses between sentences included: 165 a minute."""
_DIGIT_S = 0.36
ASKED_FOR_A_PERSON = "The caller asked to be connected."
"""The reason of a note that stands for no reason: the colleague can tell as much."""
_FEWEST_WORDS = 3
"""A reason cut shorter says nothing: then it is left out."""


_KEYS = ("still_ringing", "on_the_line", "stopped_ringing")
STILL_RINGING, ON_THE_LINE, STOPPED_RINGING = TOLD_WHILE_RINGING = tuple(
    phrases_of(WHOLE).word("lines", key) for key in _KEYS
)
"""What the caller is told meanwhile; their sounds are made before any call, for none may wait."""


@dataclass(frozen=True, slots=True)
class AboutCaller:
    """What is known of a caller who is to be passed on."""

    office: Office
    caller_number: E164 | None
    """The number that shows; None if withheld."""
    note: MessageRecord
    """The message that was stored before anybody was rung."""
    reason: str = ""
    """What it is about, in a few words, as the receptionist has understood it."""
    known: tuple[KnownField, ...] = ()
    """What the caller told, each with whether it was confirmed; above the note."""
    promised: tuple[str, ...] = ()
    """What was done or promised so far, a sentence each."""
    is_urgent: bool = False
    kept_back: frozenset[str] = field(default_factory=frozenset)
    """What the caller asked not to pass on: see `mapokezi.receptionist.kept_back`."""


@dataclass(frozen=True, slots=True)
class ShortWords:
    """What a colleague hears beside the briefing."""

    keys: str
    declined: str
    too_late: str
    bcp47: str


_SHORT = {
    Language.ENGLISH: ShortWords(
        "Press 1 to take the call, 2 to decline.",
        "Thank you. I will tell the caller. Goodbye.",
        "Thank you, the caller is not waiting any more. Goodbye.",
        "en-KE",
    ),
    Language.SWAHILI: ShortWords(
        "Bonyeza 1 kupokea simu, 2 kukataa.",
        "Asante. Nitamwambia. Kwaheri.",
        "Asante, mpigaji simu hangoji tena. Kwaheri.",
        "sw-KE",
    ),
}


@dataclass(frozen=True, slots=True)
class _Words:
    """The sentences of one language."""

    urgent: str
    known: str
    """Who is on the line, the name confirmed."""
    unsure: str
    unnamed: str
    number: str
    number_unsure: str
    about: str
    about_unsure: str


_WORDS = {
    Language.ENGLISH: _Words(
        urgent="Urgent.",
        known="{name} is on the line",
        unsure="Somebody, perhaps {name}",
        unnamed="A caller is on the line",
        number="from {number}",
        number_unsure="number perhaps {number}",
        about="About: {reason}",
        about_unsure="Perhaps about: {reason}",
    ),
    Language.SWAHILI: _Words(
        urgent="Dharura.",
        known="{name} yuko kwenye simu",
        unsure="Mtu, labda {name}",
        unnamed="Kuna mpigaji simu",
        number="namba {number}",
        number_unsure="namba labda {number}",
        about="Kuhusu: {reason}",
        about_unsure="Labda kuhusu: {reason}",
    ),
}


def told_while_ringing(text: str, language: Language) -> str:
    """Give one of `TOLD_WHILE_RINGING` in a language that has it; any other text as it is."""
    own = phrases_of(language.value)
    key = dict(zip(TOLD_WHILE_RINGING, _KEYS, strict=True)).get(text)
    return own.word("lines", key) if key is not None and own.has("lines", key) else text


def language_of(code: str) -> Language:
    """The language of a code such as ``sw`` or ``sw-KE``; English if it is another."""
    return Language.SWAHILI if code.lower().startswith("sw") else Language.ENGLISH


def short_words(language: str) -> ShortWords:
    """Give what a colleague hears beside the briefing, in their language."""
    return _SHORT[language_of(language)]


def briefing_of(about: AboutCaller, language: str) -> str:
    """Write the briefing, without the keys; with them it takes at most `LONGEST_S`.

    Args:
        about: What is known.
        language: The colleague's: ``en`` or ``sw``.
    """
    chosen = language_of(language)
    words = _WORDS[chosen]
    first = _sentence(
        ", ".join(part for part in (_who(about, words), _from(about, chosen)) if part)
    )
    parts = [words.urgent, first] if about.is_urgent else [first]
    left_s = LONGEST_S - seconds_of(_SHORT[chosen].keys) - sum(map(seconds_of, parts))
    reason = _about(about, words)
    if reason is not None:
        form, text = reason
        kept = _cut(text, left_s - seconds_of(form.format(reason="")))
        if kept:
            parts.append(_sentence(form.format(reason=kept)))
            left_s -= seconds_of(parts[-1])
    for promise in about.promised:
        if seconds_of(promise) > left_s:
            break
        parts.append(_sentence(promise))
        left_s -= seconds_of(promise)
    return " ".join(parts)


def seconds_of(text: str) -> float:
    """Estimate how long a platform's voice takes to say something. A digit counts as a word."""
    words = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", text)
    digits = re.findall(r"\d", text)
    return len(words) * _WORD_S + len(digits) * _DIGIT_S


def _who(about: AboutCaller, words: _Words) -> str:
    name, is_sure = _field(about, NAME, about.note.name)
    if not name or NAME in about.kept_back:
        return words.unnamed
    return (words.known if is_sure else words.unsure).format(name=name)


def _from(about: AboutCaller, language: Language) -> str:
    """The number to call back: as confirmed, else the one that shows."""
    words = _WORDS[language]
    if NUMBER in about.kept_back:
        return ""
    told, is_sure = _field(about, NUMBER, about.note.number)
    number = to_e164(told)
    shown = about.caller_number
    if number is None:
        return words.number.format(number=say_phone(shown, language)) if shown is not None else ""
    # The number that shows needs no confirming: it is what the platform reports.
    is_sure = is_sure or (shown is not None and same_subscriber(number, shown))
    form = words.number if is_sure else words.number_unsure
    return form.format(number=say_phone(number, language))


def _about(about: AboutCaller, words: _Words) -> tuple[str, str] | None:
    if REASON in about.kept_back:
        return None
    noted = "" if about.note.reason == ASKED_FOR_A_PERSON else about.note.reason
    told, is_sure = _field(about, REASON, noted)
    text = told or about.reason
    if not text:
        return None
    return (words.about if is_sure or not told else words.about_unsure), _one_line(text)


def _field(about: AboutCaller, slot: str, noted: str) -> tuple[str, bool]:
    """A field as it was confirmed, else as it was heard; and whether it was confirmed."""
    told: Sequence[KnownField] = [one for one in about.known if one.slot == slot and one.value]
    confirmed = [one for one in told if one.is_confirmed]
    if confirmed:
        return _one_line(confirmed[-1].value), True
    if noted:
        return _one_line(noted), slot not in about.note.unsure and not told
    return (_one_line(told[-1].value), False) if told else ("", False)


def _cut(text: str, seconds: float) -> str:
    """As much of a text as can be said in this time, to a word's end; empty if too little."""
    words = text.split()
    kept: list[str] = []
    for word in words:
        if seconds_of(" ".join([*kept, word])) > seconds:
            break
        kept.append(word)
    if len(kept) == len(words):
        return text
    return " ".join(kept).rstrip(" ,;:-") if len(kept) >= _FEWEST_WORDS else ""


def _one_line(text: str) -> str:
    return " ".join(text.split()).rstrip(" .")


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
