"""What makes a call urgent: found by rules, without any model.

Two things are told apart. A *danger* to life or safety is one in any office, and its caller hears
the emergency number first. What is urgent *for the office* (an arrest, a burst pipe) is passed on
to whoever is on call just as quickly, but no ambulance is called for it.

Looked at sentence by sentence: what is told of the past, asked in general, denied or only a figure
of speech (``these fees are killing me``) is not happening.
"""

from __future__ import annotations

import re
from enum import StrEnum

from rapidfuzz import fuzz

from mapokezi.receptionist.dangers import PEOPLE, tells_of_danger
from mapokezi.receptionist.office_urgency import OfficeWays
from mapokezi.receptionist.swahili import in_english
from mapokezi.receptionist.words import plain, sentences_of, stem


class Urgency(StrEnum):
    """How a matter is urgent."""

    DANGER = "danger"
    """Life or safety is in danger: the emergency number is said at once."""
    OFFICE = "office"
    """It cannot wait for the office to open, and is for its own people to deal with."""


_BARE = re.compile(
    r"\b(he|she|they|it) (bleed|choke|drown|burn|faint|suffocate|convulse|shake|vomit)\b",
    re.IGNORECASE,
)
_A_REST_WORDS = 3
"""So few words are seldom a sentence of their own."""
_EMERGENCY = re.compile(
    r"\bemergenc(?:y|ies)\b(?! (?:numbers?|line|contact|fund|exit|services?|loan|meeting|room))"
    r"|\bdharura\b"
)
_OF_THE_OFFICE = re.compile(
    r"\b(?:lawyers?|advocates?|wakili|mawakili|court|hearing|bail|kesi|case|landlord|rent|contract"
    r"|agreement|accountant|auditor|invoice|documents?|papers|account|deadline|tender|tax"
    r"|returns)\b"
)
"""What an emergency is about in which nobody is in danger, as far as it is told."""
_DENIED = re.compile(
    r"\b(?:not|no|is not|it is not|nothing|never|isnt)(?: an?| really| so| that| very| any| too)*"
    r" (?:emergency|urgent|serious|hurry|rush|danger|violence)\b|\bnobody (?:is|was) hurt\b"
    r"|\bwithout (?:any )?(?:hurry|danger)\b|\b(?:si|sio|siyo|hakuna|bila)(?: ya| na)? (?:dharura"
    r"|haraka|hatari)\b"
)
_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
)
_PAST = re.compile(
    rf"\b(?:last (?:year|month|quarter|week|{_MONTH})|(?:years?|months?|weeks?) (?:ago|back|now)"
    r"|in (?:19|20)\d\d|in (?:nineteen|twenty|two thousand(?: and)?) \w+"
    rf"|(?:in|since|of) (?:early |late )?{_MONTH}"
    r"|back then|used to|long ago|some time ago|previously|the other (?:month|year)|years before)\b"
    r"|\b(?:when|after|since) (?:i|he|she|we|they|my \w+|the \w+) (?:was|were|had)\b"
    r"|\b(?:mwaka wa|year(?: of)?) (?:19|20)\d\d\b|\bmwaka wa elfu\b"
    r"|\bmw(?:aka|ezi) (?:jana|juzi|uliopita)\b|\bmi(?:aka|ezi)\b.{0,12}\biliyopita\b|\bzamani\b"
    r"|\bwiki (?:jana|iliyopita)\b|\bdied (?:of|from|in)\b"
)
_PRESENT = re.compile(
    r"\b(?:right now|just now|as we speak|at (?:this|the) moment|sasa(?: hivi)?|hivi sasa|bado"
    r" (?:yuko|wako|ana\w+)|still (?:in (?:the |a |police )*(?:custody|cells?|jail|remand)|held"
    r"|holding|locked|bleeding|missing|inside|outside|here|there|trapped))\b"
)
"""What was told of the past goes on."""
_GENERAL = re.compile(
    r"^(?:(?:hello|hi|yes|okay|so|and|please|je) )*(?:do (?:you|they|i|we)|does|can (?:you|they|i"
    r"|we|he|she|my \w+|the police|someone|somebody|an? \w+)|could (?:you|i)|are you"
    r"|is (?:it|there|your)"
    r"|how (?:do|does|much|long|can|many)|what (?:do|does|is|are|kind)|which|who|where|when (?:do"
    r"|does|can)|may i ask|i (?:want|would like|wanted|need) to (?:know|ask|find out|understand)"
    r"|(?:i am )?just asking|i am asking|mna\w+|naweza|nauliza|nataka kujua|kuna wakili)\b"
)
_HIMSELF = re.compile(
    rf"\b(?:my (?:\w+ )?{PEOPLE}|my house|i am|he is|she is|they are|we are|i have|he has|she has"
    r"|they have|we have|right now|just now|yangu|wangu|nime\w+|sasa hivi)\b"
)
"""Who asks in general tells of nobody."""
_ASKS_COST = re.compile(
    r"\bhow much (?:is|are|do|does|for)\b|\b(?:ni|pesa|bei|shilingi) (?:ngapi|gani|how much)\b"
)
_SUPPOSED = re.compile(
    r"\bwhat (?:if|happens (?:if|when)|would happen)\b|^(?:and |but |so )?(?:if|in case|suppose)\b"
    r"|\bif (?:i|we|he|she|someone|somebody|one) (?:am |is |are |was |were |get |gets )?ever\b"
    r"|\b(?:if|when|whether) (?:a|an|someone|somebody|one|any\w*|they)\b.{0,20}\b(?:is|are|gets?"
    r"|may|can|should) \w+|\b(?:waki|aki|niki)(?:m|ni|tu|wa)?kamat\w+"
)
_FIGURE = re.compile(
    r"\b(?:fees?|prices?|tax(?:es)?|rents?|bills?|deadlines?|traffic|heat|suspense|work|stress"
    r"|costs?|interest|wait|waiting|queue|debts?|loans?)(?: \w+)? (?:is|are|was|were) (?:killing"
    r"|choking|suffocating|strangling|burning)\b|\bdrowning in (?:debts?|work|paper\w*)\b"
    r"|\bbleeding"
    r" (?:money|cash|us dry|me dry)\b|\bdying (?:to|for"
    r"|of curiosity)\b|\b(?:phone|battery|laptop|line|network|airtime)(?: \w+){0,3} (?:dying|die"
    r"|dead)\b|\bkill for\b|\ba killer\b"
)
_OWN_PLAN = re.compile(
    r"\b(?:i|we) (?:want|plan|would like|wish|intend|need|am going|are going) to (?:demolish|evict"
    r"|auction|detain|arrest|pull down)\b"
)
"""The caller's own plan is nothing that befalls them."""
_MATTER = re.compile(
    r"\b(?:compensation|compensate|insurance|insurers?|claims?|sue|suing|sued|appeal|inquest"
    r"|damages|invoice|balance|bima|fidia|certificate|abstract|insured)\b"
)
"""Told as a matter for the file, after the event."""
_HAPPENS = re.compile(r"\b(?:bleeding|trapped|unconscious|not breathing|now|on fire|burning)\b")
_PLACE = re.compile(
    r"\b(?:near|next to|opposite|close to|beside|behind|past|karibu na)\b|\b(?:officer|certificate"
    r"|abstract|clearance)\b"
)
"""Of an office's own words: they tell where something is, or of whom a paper is."""


class UrgentWords:
    """The office's urgent words, with those of any office."""

    def __init__(self, words: tuple[str, ...]) -> None:
        """Prepare the words; ``words`` are the office's own."""
        self._phrases = tuple(
            tuple(stem(word) for word in plain(phrase).split()) for phrase in words if plain(phrase)
        )
        self._ways = OfficeWays(words)

    def heard_in(self, text: str) -> Urgency | None:
        """Say how urgent a caller's words are, as a recogniser has written them; None: not at all.

        Cheap enough for every piece of a transcript that is still being written.
        """
        texts = dict.fromkeys((text, _going_on(in_english(text))))
        found = {
            self._heard_in_sentence(said, plain(each))
            for each in texts
            for said in _sentences_of(each)
        }
        return next((kind for kind in Urgency if kind in found), None)

    def _heard_in_sentence(self, said: str, about: str) -> Urgency | None:
        if not _happens(said):
            return None
        if tells_of_danger(said):
            return Urgency.DANGER
        if _EMERGENCY.search(said):
            return Urgency.OFFICE if _OF_THE_OFFICE.search(about) else Urgency.DANGER
        if self._ways.told_in(said) or self._has_own_words(said):
            return Urgency.OFFICE
        return None

    def _has_own_words(self, said: str) -> bool:
        words = [stem(word) for word in said.split()]
        return not _PLACE.search(said) and any(
            _runs_through(phrase, words) for phrase in self._phrases
        )


def _going_on(glossed: str) -> str:
    """Say of bodily verbs that they are going on: *anableed* is glossed as "he bleed"."""
    return _BARE.sub(lambda found: f"{found[1]} is {found[2].removesuffix('e')}ing", glossed)


def _sentences_of(text: str) -> list[str]:
    """Cut a text into sentences; a recogniser's full stop behind a pause is often none.

    A few words behind a stop ("I had an accident. Two years ago.") belong to what is before.
    """
    joined: list[str] = []
    for said in sentences_of(text):
        if joined and len(said.split()) <= _A_REST_WORDS:
            joined[-1] = f"{joined[-1]} {said}"
        else:
            joined.append(said)
    return joined


def _happens(said: str) -> bool:
    """Say whether what a sentence tells is happening, as far as its other words say."""
    if any(way.search(said) for way in (_DENIED, _SUPPOSED, _FIGURE, _OWN_PLAN)):
        return False
    if _GENERAL.match(said) and not _HIMSELF.search(said):
        return False
    if _ASKS_COST.search(said) and not _HIMSELF.search(said):
        return False
    if _PRESENT.search(said):
        return True
    if _MATTER.search(said) and not _HAPPENS.search(said):
        return False
    return _PAST.search(said) is None


def _runs_through(phrase: tuple[str, ...], words: list[str]) -> bool:
    size = len(phrase)
    return any(
        all(_same(a, b) for a, b in zip(phrase, words[at : at + size], strict=True))
        for at in range(len(words) - size + 1)
    )


def _same(phrase_word: str, word: str) -> bool:
    if phrase_word == word:
        return True
    return (
        len(phrase_word) >= 6 and phrase_word[0] == word[:1] and fuzz.ratio(phrase_word, word) >= 86
    )
