"""A sentence of the model's, brought to one plain form, and what kind of sentence it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from mapokezi.receptionist.spoken_claims.swahili import in_english
from mapokezi.receptionist.words import listed, plain, stem

_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_THOUSAND = re.compile(r"(?<=\d)\s?[kK]\b|(?<=[a-z])\s[kK]\b(?=[\s,.?!]|$)")
_HESITATION = re.compile(r",?\s*\b(?:um+|uh+|er+|erm+|mmh+|hmm+|ehm?)\b,?", re.IGNORECASE)
_STUTTER = re.compile(
    r"\b(and|for|the|to|i|we|it|it's|is|a|in|on|at|so|that|of|you|he|she|they|then|our|your)"
    r",? \1\b",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r",\s*(?:you know|i mean|let me (?:just )?(?:see|check|think|look)|like|actually|say|well"
    r"|as i said|if i am not wrong|if i'm not wrong|i think|i believe|i guess)\s*,",
    re.IGNORECASE,
)
_DAY_AND_DATE = re.compile(
    r"\b((?:mon|tues|wednes|thurs|fri|satur|sun)day),\s+(?=(?:the )?(?:\d|twent|thirt"
    r"|[a-z]+(?:th|st|rd"
    r"|nd) of\b|january|february|march|april|may|june|july|august|september|october|november"
    r"|december))",
    re.IGNORECASE,
)
_ASSERTS = re.compile(
    r"^(?:(?:and |so )?(?:okay|alright|all right|sawa|fine|got it|understood|clear|you"
    r" see|deal|cool"
    r"|good)|(?:is|will) (?:that|it) (?:okay|fine|alright|all right|good|help|do|work|be"
    r" okay|be fine)"
    r"(?: (?:with|for) you)?|does (?:that|it) (?:help|work|suit|sound)(?: \w+){0,3}"
    r"|sound(?:s)? good)$"
)
_CONFIRMS = re.compile(
    r"^(?:(?:and )?(?:is|was) (?:that|it|this) (?:right|correct|okay|so|it|true)|right|correct|yes"
    r"|yeah|okay|alright|is it(?: not)?|am i right|(?:have|did) i (?:got|get|hear|heard|understood"
    r"|understand)|do i have|if i|not so|eh|sawa|sivyo|would that be|is everything)\b"
)
_ASKS = re.compile(
    r"^(?:(?:and|but|so|or|okay|sorry|then|also) )*(?:is|are|was|were|do|does|did|have"
    r"|has|will|would"
    r"|could|can|may|shall|should|what|which|when|where|who|whom|how|why|does|anything|may i)\b"
)
_OKAY = re.compile(r"\s(?:okay|ok|alright|all right|sawa|yeah)\s*\?[\"')]*\s*$", re.IGNORECASE)
"""*I've put you down for ten okay?* asks for nothing but consent."""
_HAS_BEEN_SHORT = re.compile(
    r"(?<=\w)()['\u2019]s(?= (?:already |now |just )?(?:been|got|agreed|promised|decided|accepted"
    r"|refused|offered|arrived|landed|begun|come"
    r"|(?:\w+ed|taken|sent|made|put|paid|left|given|told|written|read|seen|kept|held|done|had)"
    r" (?:it|that|this|him|her|them|me|us|you|your|the|his|their|our|an?|my))\b)"
)
"""*The bank's agreed*, *Brian's seen it*: has, and not is."""
_IS_SHORT = re.compile(
    r"(?<=\w)()['\u2019]s(?= (?:already|now|just|not|going|on|in|ready|out|at|with|sorted|done|set"
    r"|taken|sent|gone|made|put|paid|left|given|told|written|read|seen|spoken|kept|held"
    r"|withdrawn|off"
    r"|also|as|all|here|there|still|about|back|up|over|down|away|fine|okay|free|full|available|busy|aware"
    r"|yours|ours|hers|theirs|the|an?|your|our|my|his|her|their|\w+ing|\w+ed)\b)"
)
_TO_MANAGE = re.compile(
    r"\b(?:gone ahead and|went ahead and|go ahead and|going ahead and|be sure to|make sure to)\b ?"
)
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
    (re.compile(r"\b(?:an extra|an additional|another) (?=thousand|hundred|million)"), "a "),
    (
        re.compile(r"\b(today|tomorrow)['\u2019]s\b(?= (?:the|a|mon|tue|wed|thu|fri|sat|sun))"),
        r"\1 is",
    ),
    (re.compile(r"24\s?/\s?7"), "twenty four hours"),
    (re.compile(r"\band a half (thousand|million)\b", re.IGNORECASE), r"\1 five hundred"),
    (re.compile(r"\be[- ]mail", re.IGNORECASE), "email"),
    (re.compile(r"\bP\.?\s?O\.?\s?Box\b", re.IGNORECASE), "po box"),
)
_HAS_SIGNS = re.compile(
    r"[\d$\u20ac\u00a3%/]|\b(?:per cent|an extra|an additional|another|and a half)\b"
    r"|\bto(?:day|morrow)['\u2019]s|\be[- ]mail|\bP\.?\s?O\.?\s?Box",
    re.IGNORECASE,
)
"""What any of them begins with; most sentences have none."""
_MONTHS = {
    month[:3]: month
    for month in listed(
        "january february march april may june july august september october november december"
    )
}
_SHORT = r"(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)"
_SHORT_MONTH = re.compile(
    rf"\b{_SHORT}\b(?= (?:the )?\d)"
    rf"|(?:(?<=\d )|(?<=\dst )|(?<=\dnd )|(?<=\drd )|(?<=\dth ))(?:of )?{_SHORT}\b"
)
_HEDGED = re.compile(
    r"\b(from|at|by|until|till|before|after|between|to) (?:(?:about|around|roughly|like"
    r"|say|approximately"
    r"|almost|nearly) )+(?=\d|half|quarter|one|two|three|four|five|six|seven|eight|nine|ten|eleven"
    r"|twelve|noon)"
)
_NAME = re.compile(r"(?<=[\w,.] )[A-Z][\w'-]+")
_ADDRESS = re.compile(r"\S+@\S+")
_READ_BACK = re.compile(
    r"\bread (?:it|that|this|everything|them) back\b|\blet me (?:repeat|confirm|check|make sure)\b"
    r"|\byou (?:have |had )?(?:just )?(?:said|say|mentioned|told|asked|want|wanted|are asking"
    r"|would like|would prefer|would want|are calling|called|gave|prefer|are free|are"
    r" available|cannot|are only|can only)\b"
    r"|\b(?:he|she|they|somebody|someone|landlord|employer|lawyer|company|bank) (?:\w+ed"
    r"|owes?|wants?"
    r"|told|gave|said|took) you\b"
    r"|\byour (?:message|number|name|matter|reason|request|preferred|best|wish) \b"
    r"|\b(?:a|an urgent|the|your) message (?:for|from|is|says|on|reads)\b|\bit says\b"
    r"|\bbest time to (?:call|reach)\b|\bi (?:have |will |am )?(?:note|noted|noting|writing"
    r"|written|write|wrote)\b"
    r"|\bi have (?:got )?(?:you down|it down|that down|down|your)\b|\bsaying (?:that )?"
    r"|\b(?:he|she|they) (?:want|demand|owe|ask)s?\b|\bgot (?:that|it)$"
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
    course happy help thank thanks sorry moment office caller kindly hello good usually normally
    generally per sir madam actually around about roughly approximately something anything look
    afraid think believe should quote wrong mind
    """
    )
)

_FIGURES = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twel|thir|fif|twent|fort"
    r"|hundred|thousand|million|billion|double|triple|treble|oh\b|zero|half|quarter|noon|mid"
    r"|first|second|last|next|mon|tue|wed|thu|fri|sat|sun|to ?day|to ?night|tomorrow|yesterday"
    r"|day|week|month|year|hour|minute|fortnight|morning|afternoon|evening|night|jan|feb|mar|apr"
    r"|may|jun|jul|aug|sep|oct|nov|dec|christ|boxing|easter|new|jamhuri|madaraka|mashujaa|labour"
    r"|idd|eid|holiday|open|clos|reopen|shut|lunch|break|resum|knock|round|around|door|non"
    r"|straight|continuous|no|without|free|cost|charg|fee|pay|bill|waiv|house|us|expense|gratis"
    r"|bure|bila|complimentary|percent|price|soon|later|while|few|couple|moment|end|any|every"
    r"|always|date|time|now|here|there|working|office|desk|back|until|till)"
)
"""One of these begins a word of every price, hour, date and number; most sentences have none."""


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
    def stated(self) -> Said:
        """What of it is stated, not asked: nothing of a question that gives something back."""
        if not self.is_question:
            return self
        *before, last = cut_at_commas(self.text)
        asked = plain_claim(last)
        if _ASSERTS.search(asked) and before:
            return Said(", ".join(before))
        if _CONFIRMS.search(asked) or not _ASKS.search(asked):
            return Said("")
        kept = [piece for piece in before if not _ASKS.search(plain_claim(piece))]
        return Said(", ".join(kept))

    @cached_property
    def told(self) -> Said:
        """What of it is stated, and what it wants to hear confirmed."""
        if not self.is_question:
            return self
        *before, last = cut_at_commas(self.text)
        if not before and _OKAY.search(last) and not _ASKS.search(plain_claim(last)):
            return Said(_OKAY.sub("", last))
        if before and (_CONFIRMS.search(plain_claim(last)) or _ASSERTS.search(plain_claim(last))):
            return Said(", ".join(before))
        return self.stated

    @cached_property
    def clauses(self) -> tuple[tuple[str, ...], ...]:
        """The words of its pieces, each with what is short for "has been" and the like spelled."""
        said = _IS_SHORT.sub(r"\1 is ", _HAS_BEEN_SHORT.sub(r"\1 has ", self.text))
        pieces = (plain_claim(piece) for piece in cut_at_commas(said))
        return tuple(tuple(_TO_MANAGE.sub("", piece).split()) for piece in pieces if piece)

    @cached_property
    def named(self) -> frozenset[str]:
        """The words that stand with a capital inside the sentence: names, the caller's too."""
        names = (*_NAME.findall(self.text), *_ADDRESS.findall(self.text))
        return frozenset(word for name in names for word in plain(name).split())

    @cached_property
    def may_tell_figures(self) -> bool:
        """Whether it has a word with which a price, an hour, a date or a number can begin."""
        return _FIGURES.search(self.plain) is not None

    @cached_property
    def is_read_back(self) -> bool:
        """Whether it gives the caller's own words back to them."""
        return _READ_BACK.search(self.plain) is not None

    @cached_property
    def pieces(self) -> tuple[str, ...]:
        """The sentence cut at its commas and buts, each piece plain."""
        cut = re.split(
            r"[,;:](?=\s)|\s[-\u2013\u2014]\s|\s(?:but|while|whereas)\s",
            without_hesitation(self.text),
        )
        return tuple(piece for piece in map(plain_claim, cut) if piece)


def cut_at_commas(text: str) -> list[str]:
    """Cut a sentence where one would breathe; no numbers are cut."""
    pieces = re.split(r"[,;:](?=\s)|\s[-\u2013\u2014]\s|\u2014", without_hesitation(text))
    return [piece.strip() for piece in pieces if piece.strip()] or [""]


@lru_cache(maxsize=512)
def without_hesitation(text: str) -> str:
    """Take out what is said while one looks for words: *um*, *let me see*, a word said twice."""
    text = _STUTTER.sub(r"\1", _HESITATION.sub("", text))
    return _DAY_AND_DATE.sub(r"\1 ", _ASIDE.sub(" ", text))


@lru_cache(maxsize=512)
def plain_claim(text: str) -> str:
    """Bring text to the form in which claims are looked for."""
    text = without_hesitation(text)
    text = _THOUSAND.sub(" thousand", text)
    if _HAS_SIGNS.search(text):
        text = _THOUSANDS.sub("", text)
        text = _SPAN.sub(r"\1 to ", text)
        for sign, word in _SIGNS:
            text = sign.sub(word, text)
    said = in_english(_plain(text))
    said = _SHORT_MONTH.sub(_whole_month, said)
    return _HEDGED.sub(r"\1 ", said)


def _whole_month(match: re.Match[str]) -> str:
    return _MONTHS[match[0].removeprefix("of ")[:3]]


def _plain(text: str) -> str:
    return plain(text.replace("-", " ").replace("'clock", "clock").replace("\u2019clock", "clock"))


_A_WILL = re.compile(
    r"\b(?:(?<=\ba )|(?<=\bthe )|(?<=\bmy )|(?<=\bsimple )|(?<=\bour ))will\b|\bwills\b"
)


@lru_cache(maxsize=512)
def content_of(said: str) -> frozenset[str]:
    """Give the stems of plain text that tell what it is about."""
    said = _A_WILL.sub("testament", said)
    return frozenset(stem(word) for word in said.split() if word not in _STOP and len(word) > 1)
