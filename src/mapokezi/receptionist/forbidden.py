"""What an office never answers, only passes on: found by rules, without any model."""

from __future__ import annotations

import re

_PRIVATE = re.compile(
    r"\b(?:(?:his|her|their) (?:\w+ )?(?:number|mobile|phone|address|cell|contacts?)|(?<!my"
    r" )(?:private|"
    r"personal|home) (?:\w+ )?(?:number|mobile|phone|address|cell|line|contacts?)|(?:mobile|cell"
    r"|phone)"
    r" number of (?!the office|your office|yours)|where (?:does|do) (?!you\b|i\b|we\b"
    r"|the\b)\w+(?: \w+)?"
    r" (?:live|stay|reside))\b"
)
_NUMBER_OF = re.compile(
    r"(?<!your )(?<!my )(?<!this )(?<!the )(?<!office )\b(?:cell|mobile|phone|whatsapp) (?:number"
    r"|contact"
    r"|line)s?\b|\bwhich house does \w+"
)
"""Somebody's: ``Fatuma's cell number``."""
_MOBILE_OF = re.compile(
    r"\b(?!your\b|the\b|office\b|my\b|this\b|a\b|an\b|that\b|by\b|on\b|own\b)\w+ (?:mobile|cell|"
    r"cellphone)(?: number| phone)?$"
)
_ASKS_FOR = re.compile(r"\b(?:give|send|tell|share|get|have|what is|know)\b")
_STEPS = (
    r"(?:sign|sue|accept|refuse|plead|agree|report|evict|divorce|settle|appeal|fight|confess"
    r"|withdraw|"
    r"sell|buy|invest|marry|leave him|leave her|leave the house|vacate|resign|give (?:him|her"
    r"|them|it)|"
    r"take (?:him|her|them|it|this|the (?:matter|case|offer|money))|go to (?:court|the police"
    r"|jail)|"
    r"pay (?:the|him|her|them|rent|a|this|it)|talk to (?:the police|him|her)|tell (?:the|him|her"
    r"|them)|"
    r"file|claim|demand|stop|keep|write a will|admit|apologi[sz]e|transfer the|do about|be worried|"
    r"go ahead with)"
)
_OTHERS = (
    r"(?:he|she|they|(?:my|our|the|his|her|a) (?:\w+ )?(?:boss|employer|landlord|landlady|husband"
    r"|wife|"
    r"neighbou?rs?|brothers?|sisters?|father|in laws?|tenants?|police|bank|court|judge|company|"
    r"government|county|ex|family|son|daughter|debtor|seller|buyer|chief|lender|people))"
)
_ADVICE = re.compile(
    rf"\b(?:should|must|shall) (?:i|we) (?:just |really |also )?{_STEPS}\b"
    r"|\bwhat (?:should|must|can) (?:i|we) (?:do|tell|say|write|answer|claim)\b(?! to (?:get|book"
    r"|come))"
    r"|\b(?:can|may|could|will|am|are) (?:i|we) (?:still |be )?(?:sue|claim|appeal|legally"
    r"|inherit|evict"
    r"|sacked|fired|arrested|jailed|evicted|fined|charged with|convicted|guilty|liable|entitled|"
    r"protected|take (?:him|her|them|my \w+|the \w+) to court|refuse|get (?:my|the|him|her)"
    r" (?:money|land|children|house|job|bail|bond) back|get (?:bail|bond|custody|compensation))\b"
    rf"|\b(?:can|may|could|does|do|is|are) {_OTHERS} (?:really |even |just |legally )?(?!call\b"
    rf"|ring\b|"
    r"come\b|manage\b|get up\b|speak\b|talk\b|see\b|visit\b|park\b|enter\b|reach\b|climb\b|use"
    r" the\b|"
    r"understand\b|help\b|there\b|in\b|around\b|open\b|available\b|know\b|deal\b|handle\b|near\b"
    r"|close\b"
    r"|based\b|located\b|read\b)\w+.{0,60}\b(?:me|my|us|our|him|her|his|that|this|it|them|without|"
    r"children|land|house|salary|rent|law)\b"
    r"|\b(?:is|was) (?:it|that|this) (?:even |really )?(?:legal|illegal|lawful|unlawful|allowed"
    r"|against"
    r" the law|a crime|an offence|criminal|right for|okay for (?:him|her|them|my))\b"
    r"|\b(?:by|under|against|in) (?:the )?(?:kenyan )?law\b(?! firm)|\bthe law (?:say|says|allow"
    r"|allows|"
    r"let|lets|require|permit|protect)\b|\bwhat does the law\b|\blegally\b"
    r"|\b(?:what are |know )?(?:my|our|his|her) (?:legal )?rights\b|\b(?:have|has) (?:a|any|the)"
    r" (?:right|"
    r"legal right|claim|strong case|good case)\b|\bdo (?:i|we) have a (?:case|claim|chance)\b"
    r"|\b(?:am|are|is) (?:i|we|my \w+|he|she|they) (?:allowed|entitled|liable|guilty) to\b(?!"
    r" (?:bring|carry|come|park|get|call))|\bentitled to\b"
    r"|\b(?:is|was) (?:my|this|the|that|our) (?:\w+ )?(?:contract|agreement|will|title|marriage"
    r"|lease|"
    r"document|sale) (?:still )?(?:valid|legal|genuine|binding|void)\b"
    r"|\bwhat (?:happens|will happen|would happen|can happen) (?:if|to (?:me|my|him|her|us)|when)\b"
    r"|\badvise (?:me|us)\b|\byour (?:legal )?(?:advice|opinion)\b|\b(?:give|need|want) (?:me"
    r" )?(?:some )?"
    r"(?:legal )?advice\b"
    r"|\b(?:who|which of) .{0,40}\b(?:inherits?|is (?:right|wrong)|gets? the (?:land|house"
    r"|children))\b"
    r"|\bhow (?:do|can|should) i (?:sue|evict|divorce|defend|appeal|get (?:bail|custody)|write a"
    r" will)\b"
)
_OUTCOME = re.compile(
    r"\b(?:will|think|can|could|would|chances?|likely|going to|possible)\b.{0,40}\b(?:win|lose"
    r"|succeed|"
    r"acquitted|freed|convicted|jailed|imprisoned|granted|released on)\b|\b(?:my|our|his|her|the"
    r"|any)"
    r" chances?\b|\bchances? (?:of|that|are)\b|\bhow (?:many|long)\b.{0,30}\b(?:jail|prison"
    r"|sentenced?|"
    r"inside|behind bars|remand)\b|\bhow many years\b|\bwhat (?:kind of )?(?:punishment|sentence"
    r"|penalty"
    r"|fine|compensation)\b|\bhow much (?:compensation|damages)\b|\b(?:will|would) (?:the"
    r" )?(?:judge|"
    r"magistrate|court) \w+"
)
_DISCOUNT = re.compile(
    r"\b(?:discount|negotiate|negotiable|bargain|cheaper|best price|last price)\b|\b(?:reduce"
    r"|lower|cut"
    r"|bring down|come down on|waive)\b.{0,25}\b(?:fees?|price|charges?|cost|amount|it)\b"
)
_PRICE = re.compile(
    r"\b(?:how much|what (?:do|would|will) (?:you|it|that) (?:charge|cost)|what is the (?:price"
    r"|cost|fee)"
    r"|what are (?:your|the) (?:fees|charges|rates|prices)|quotation|quote|your (?:fees|charges"
    r"|rates))"
    r"\b"
)
_CLIENT = re.compile(
    r"\b(?:one of your|your other|among your) clients?\b"
    r"|\b(?:is|are|was) (?!there\b|it\b|that\b|this\b|parking\b)\w+(?: \w+){0,2} (?:a|your|one of"
    r" your)"
    r" clients?\b|\bclients? of yours\b|\b(?:are|do|did|have) you (?:been )?(?:representing"
    r"|represent|"
    r"represented|acting for|act for|defending|defend) (?!me\b|us\b|clients\b|people\b"
    r"|companies\b|the"
    r" accused\b)\w+|\bwho is suing\b|\bwhat (?:did|has) .{0,30} (?:come|came) to see you\b"
)
_MEDICAL = re.compile(
    r"\b(?:what (?:medicine|drug|dose)|should i take|is it serious|diagnos|my results|test"
    r" results|how"
    r" many tablets|what is wrong with me|which (?:medicine|tablets))\b"
)
_KINDS = {
    "advice": (_ADVICE, ("advice", "advise", "opinion")),
    "outcome": (_OUTCOME, ("outcome", "advice", "chance")),
    "medical": (_MEDICAL, ("medical", "diagnos", "results", "medicine", "treatment")),
    "discount": (_DISCOUNT, ("fee", "price", "cost", "discount", "charge")),
    "private": (_PRIVATE, ("private", "personal", "number", "address")),
    "client": (_CLIENT, ("client", "patient", "customer")),
}
"""What asks for each kind, and the words by which an office's topics name it."""
_LIKE_A_FACT = frozenset({"advice", "medical"})
_PRICE_WORDS = _KINDS["discount"][1]


class ForbiddenTopics:
    """What the office never answers, by kinds that its topics name."""

    def __init__(self, topics: tuple[str, ...]) -> None:
        """Prepare the topics as the office names them."""
        named = " ".join(topics).lower()
        self._ways = {
            kind: way for kind, (way, words) in _KINDS.items() if any(w in named for w in words)
        }
        self._keeps_prices = any(word in named for word in _PRICE_WORDS)

    def is_private(self, said: str) -> bool:
        """Say whether plain text asks for somebody's own number or address."""
        return "private" in self._ways and bool(
            _PRIVATE.search(said)
            or (_ASKS_FOR.search(said) and (_NUMBER_OF.search(said) or _MOBILE_OF.search(said)))
        )

    def never_answered(self, said: str, *, is_certain_fact: bool = False) -> bool:
        """Say whether plain text asks for what may not be answered.

        Args:
            said: plain text.
            is_certain_fact: whether it asks for a fact almost as the office has written it; such
                words may sound like advice (``should I come with my ID``) and are none.
        """
        return self.is_private(said) or any(
            way.search(said)
            for kind, way in self._ways.items()
            if not (is_certain_fact and kind in _LIKE_A_FACT)
        )

    def asks_price(self, said: str) -> bool:
        """Say whether plain text asks for a price, that is not told unless a fact tells it."""
        return self._keeps_prices and bool(_PRICE.search(said))
