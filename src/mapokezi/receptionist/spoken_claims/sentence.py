"""A sentence of the model's, brought to one plain form, and what kind of sentence it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from mapokezi.receptionist.words import listed, plain, stem

_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_THOUSAND = re.compile(r"(?<=\d)\s?[kK]\b")
_SPAN = re.compile(
    r"(?<![\d-])(\d{1,2}(?:[:.]\d{2})?\s?(?:[ap]\.?m\.?)?)\s?[-\u2013\u2014]\s?"
    r"(?=\d{1,2}(?:[:.]\d{2})?\s?(?:[ap]\.?m|$|[\s,.]))(?!\d{1,2}-\d)",
    re.IGNORECASE,
)
_SIGNS = (
    (re.compile(r"\bKSh\.?\s?(?=\d)|\bKES\.?\s?(?=\d)|\bSh\.?\s?(?=\d)", re.IGNORECASE), " kes "),
    (re.compile(r"\$\s?(?=\d)|\bUSD\s?(?=\d)", re.IGNORECASE), " dollars "),
    (re.compile(r"\u20ac\s?(?=\d)"), " euros "),
    (re.compile(r"\u00a3\s?(?=\d)"), " pounds "),
    (re.compile(r"\s?%"), " percent"),
    (re.compile(r"\s?/[=-]"), " shillings"),
    (re.compile(r"\bper cent\b", re.IGNORECASE), "percent"),
    (re.compile(r"24\s?/\s?7"), "twenty four hours"),
    (re.compile(r"\band a half (thousand|million)\b", re.IGNORECASE), r"\1 five hundred"),
    (re.compile(r"\bP\.?\s?O\.?\s?Box\b", re.IGNORECASE), "po box"),
)
_READ_BACK = re.compile(
    r"\bread (?:it|that|this|everything|them) back\b|\blet me (?:repeat|confirm|check|make sure)\b"
    r"|\byou (?:have )?(?:said|say|mentioned|told|asked|want|wanted|need|are asking|would like"
    r"|would prefer|would want|are calling|called|gave|prefer|are free|are available|can be)\b"
    r"|\byour (?:message|number|name|matter|reason|request|preferred|best) \b"
    r"|\b(?:a|an urgent|the|your) message (?:for|from|is|says|on|reads)\b|\bit says\b"
    r"|\bbest time to (?:call|reach)\b|\bi (?:have |will |am )?(?:note|noted|noting|writing"
    r"|written|write)\b"
    r"|\bi have (?:got )?(?:you down|it down|that down|down|your)\b|\bsaying (?:that )?"
    r"|\bonce more\b|\bcall you (?:back )?on\b|\b(?:reach|ring) you (?:back )?on\b"
)
_STOP = frozenset(
    listed(
        """
    a an the of to in on at for from with and or is are am be been was were do does did can could
    would will shall should may might must i you your yours my me we our us it its he she they his
    her their them this that these those there here what which who whom how when where why if any
    some all each every have has had need want like please tell know give let about just also so
    one not no yes by as into out up over go goes going get gets come comes take takes make makes
    say says said very only more most much many such than then too now well sure right okay
    course happy help thank thanks sorry moment office caller kindly hello good would'nt usually
    normally generally per
    """
    )
)


@dataclass(frozen=True)
class Said:
    """One sentence, with what is asked of it again and again."""

    text: str
    """As the transcript has it."""

    @cached_property
    def plain(self) -> str:
        """In lower case, without punctuation; amounts and spans of time in one writing."""
        return plain_claim(self.text)

    @cached_property
    def is_question(self) -> bool:
        """Whether it asks: then it claims nothing."""
        return self.text.rstrip("\"')\u201d\u2019 ").endswith("?")

    @cached_property
    def is_read_back(self) -> bool:
        """Whether it gives the caller's own words back to them."""
        return _READ_BACK.search(self.plain) is not None

    @cached_property
    def pieces(self) -> tuple[str, ...]:
        """The sentence cut at its commas and buts, each piece plain."""
        cut = re.split(r"[,;:](?=\s)|\s[-\u2013\u2014]\s|\s(?:but|while|whereas)\s", self.text)
        return tuple(piece for piece in map(plain_claim, cut) if piece)


def plain_claim(text: str) -> str:
    """Bring text to the form in which claims are looked for."""
    text = _THOUSANDS.sub("", text)
    text = _THOUSAND.sub(" thousand", text)
    text = _SPAN.sub(r"\1 to ", text)
    for sign, word in _SIGNS:
        text = sign.sub(word, text)
    return plain(text.replace("-", " ").replace("'clock", "clock").replace("\u2019clock", "clock"))


def content_of(said: str) -> frozenset[str]:
    """Give the stems of plain text that tell what it is about."""
    return frozenset(stem(word) for word in said.split() if word not in _STOP and len(word) > 1)
