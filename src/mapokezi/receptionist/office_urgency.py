"""How callers tell of what is urgent for an office, though nobody's life is in danger.

Each family of ways belongs to the offices whose own urgent words name its matter: an arrest is
urgent for a law office, a burst pipe for who manages houses. On plain text, English and Swahili.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from mapokezi.receptionist.dangers import PEOPLE

_OFFICERS = (
    r"(?:police|policemen|(?:police |kra |county )?officers?|cops?|askaris?|dci|detectives?"
    r"|investigators?|immigration|flying squad|anti \w+ (?:commission|police)|eacc|soldiers)"
)
_COME = (
    r"(?:here|outside|at (?:my|our|the) (?:door|gate|house|home|place|shop|office|work|farm)"
    r"|(?:has|have) come|came|coming|arrived|inside|in (?:my|our) (?:house|compound|home|office"
    r"|shop))"
)
_ONE = r"(?:me|us|him|her|them|my|our|his)"
_TAKEN = r"(?:taken|took|taking|picked up|held|holding|dragged|questioned|interrogated)"
_SOON = (
    r"(?:now|today|tonight|this (?:morning|afternoon|evening)|tomorrow morning|in (?:an?|one|two"
    r"|half an|the next|\w+) (?:hours?|minutes)|at once|immediately)"
)


@dataclass(frozen=True, slots=True)
class _Family:
    cares: re.Pattern[str]
    """What one of the office's own words has in it if it has to do with such matters."""
    ways: tuple[re.Pattern[str], ...]


def _family(cares: str, *ways: str) -> _Family:
    return _Family(re.compile(cares), tuple(map(re.compile, ways)))


_FAMILIES = (
    _family(
        r"arrest|custody|detain|police|locked up|\bcells?\b|kamatwa|polisi",
        r"\b(?:arrest(?:ed|ing|s)|under arrest|detained|detaining|in custody|behind bars|remanded"
        r"|handcuffed|locked (?:\w+ )?up|in (?:a |the )?(?:\w+ )?cells?)\b(?! phone)",
        rf"\b{_OFFICERS}\b.{{0,30}}\b(?:taken|took|taking|take|picked|grabbed|holding|held|dragged"
        rf"|raiding|searching|questioning|interrogating|harassing|beating|{_COME})\b"
        r"(?! (?:my|our|his|her|a|the) (?:\w+ )?(?:statement|report|details|complaint|bribe))",
        rf"\b{_OFFICERS}\b.{{0,20}}\b(?:want|wants|forcing|asking|telling|told|ordered|ordering)\b"
        rf" {_ONE}\b.{{0,20}}\b(?:sign|come|go|record|open|confess|pay)\b",
        rf"\b(?:been|being|was|were|is|are) (?:\w+ )?{_TAKEN}\b.{{0,30}}\b(?:by|to|at|in|from)\b"
        rf".{{0,15}}\b(?:{_OFFICERS}|cells?)\b",
        rf"\b{_TAKEN} (?:him|her|them|us|me|(?:my|our) (?:\w+ )?{PEOPLE})\b.{{0,30}}"
        rf"\b(?:{_OFFICERS}|cells?)\b",
        r"\bpicked up (?:my|our|him|her|them|me|us)\b.{0,40}\b(?:raid|swoop|vehicle|where)\b",
        r"\b(?:i am|we are|he is|she is|they are|is|am calling|calling) (?:at|in|from|being held at"
        r"|held at) (?:\w+ ){0,3}police (?:station|post)\b",
        r"\b(?:search|arrest)? ?warrant\b.{0,15}\b(?:for me|for him|for her|for us|of arrest)\b"
        r"|\b(?:with|have) an? (?:\w+ )?warrant\b",
        rf"\b(?:charg(?:e|ing) {_ONE}|arraign\w*|(?:taken|taking|brought"
        rf"|bringing) (?:\w+ )?(?:to|before)"
        rf" (?:the )?(?:court|judge|magistrate))\b.{{0,30}}\b{_SOON}\b",
        r"\b(?:hearing|mention|judge|magistrate|court|trial|ruling|case) (?:is|starts|begins|comes"
        r" up)\b.{0,12}\b(?:right now|waiting|starting|calling|in (?:\w+ ){1,3}(?:hours?"
        r"|minutes))\b",
        r"\brefus\w+\b.{0,25}\bbail\b|\bdenied (?:\w+ )?bail\b|\b(?:has|have"
        r"|needs?) to be bailed\b",
        rf"\b(?:came|come|coming) for (?:me|us|him|her|them|(?:my"
        rf"|our) (?:\w+ )?{PEOPLE})\b.{{0,40}}"
        rf"\b(?:{_OFFICERS}|station|cells?)\b|\bwhich (?:police )?station (?:he|she|they)\b",
        rf"\b(?:he|she|they|i|we|(?:my|our) (?:\w+ )?{PEOPLE}) (?:is|are|am|has been|have been"
        rf"|being)"
        rf" (?:being )?held (?:\w+ ){{0,2}}(?:at|in|by) (?:the )?(?:\w+ )?(?:airport|border"
        rf"|immigration|customs|{_OFFICERS}|station|cells?)\b",
        r"\b(?:taken away|led away|taken|led)\b.{0,30}\bin (?:hand ?)?cuffs\b",
        r"\bin the dock\b|\b(?:kids?|children|son|daughter|baby)\b.{0,60}\bfly\w* (?:them|him"
        r"|her) out"
        r"\b|\bfly\w* (?:my|our|the) (?:\w+ )?(?:kids?|children|son|daughter|baby) out\b",
        r"\b(?:nime|ame|tume|wame)(?:kamatwa|shikwa|zuiliwa)\b|\b(?:ame|wame)(?:m|ni|tu|wa)"
        r"(?:kamata|shika)\b|\b(?:ana|nina|tuna|wana)(?:shikiliwa|zuiliwa|hojiwa)\b",
        r"\b(?:polisi|askari)\b.{0,25}\b(?:wame|ame|wana|ana)(?:m|ni|tu|wa)\w+\b|\b(?:polisi"
        r"|askari) (?:wako|wamekuja|wamefika|wamezingira|wamevamia|wanapekua)\b",
        r"\b(?:niko|yuko|tuko|wako)\b.{0,15}\b(?:kituo cha polisi|cell|seli|rumande|korokoroni"
        r"|police station)\b",
    ),
    _family(
        r"evict|auction|demolish|locked out|fukuz|bomo",
        r"\bevicting\b|\bbeing (?:evicted|thrown out|kicked out)\b|\bevicted (?:us|me)\b",
        r"\b(?:throwing|thrown|threw|kicking|kicked) (?:us|me|my \w+|our \w+|everything|them) out"
        r"(?:side)?\b|\b(?:throwing|thrown|threw)(?: all| out){0,2} (?:my|our) \w+ (?:out|on)\b"
        r"|\b(?:throwing|thrown|threw) out (?:my|our) \w+\b|\b(?:been|being|were|was)"
        r" (?:\w+ )?(?:thrown|kicked|chased) out of (?:our|my|the)\b",
        r"\b(?:demolish(?:ing)?|bulldozers?|excavators?|flattening)\b|\b(?:pulling|tearing"
        r"|knocking|bringing) down (?:my|our|the|a)\b",
        r"\blocked (?:us|me) out\b|(?<!\bi )(?<!\bwe )\bchanged the (?:locks?|padlocks?)\b"
        r"|\bput a (?:new )?padlock\b",
        r"(?<!\bwe are )(?<!\bi am )\bauctioning (?:off )?(?:my|our)\b",
        r"(?<!\bwe are )(?<!\bi am )\b(?:loading|carrying)(?: \w+){0,2} (?:my|our|the"
        r"|all)(?: \w+){0,3}"
        r" (?:furniture|things|stuff|goods|computers|machines|stock|property) (?:away|off|out|on a"
        r"|onto|into a)\b",
        r"(?<!\bwe are )(?<!\bi am )\b(?:pulling|tearing|knocking) (?:my|our|his"
        r"|her) (?:\w+ )?(?:kiosk"
        r"|house|shop|stall|wall|gate|structures?|home) down\b",
        r"\b(?:goons|people|men|youths|somebody|strangers|they)\b.{0,20}\b(?:taken over|invaded"
        r"|grabbed|occupied|fencing(?: off)?)\b (?:my|our) (?:\w+ )?(?:plot|land|shamba|house"
        r"|farm)\b",
        r"\b(?:dalali|auctioneer)\b.{0,15}\b(?:amefika|wamefika|amekuja|wamekuja)\b|\b(?:ana"
        r"|wana)beba (?:vitu|mali|fanicha) (?:vyetu|vyangu|yetu|yangu)\b",
        rf"\bauctioneers?\b.{{0,40}}\b(?:taking|carrying|loading|removing|take|with a|{_COME})\b",
        rf"\b(?:taking|carrying|loading|{_COME})\b.{{0,40}}\bauctioneers?\b",
        r"\b(?:they|people|men|goons|youths|police|landlord|agents?|who"
        r"|somebody)(?: \w+){0,6} (?:come"
        rf"|came|here) to (?:remove|evict|throw|kick|take|carry|tow|chase|demolish) {_ONE}\b",
        r"\b(?:ana|wana)(?:tu|ni)(?:tupa|fukuza|toa|hamisha)\w*\b|\btu(?:na|me)(?:fukuzwa|tupwa"
        r"|fungiwa)\b|\bnimefukuzwa\b(?! kazi)|\b(?:ame|wame)(?:tu|ni)fungia\b",
        r"\b(?:wana|ana|wame|ame)(?:tu)?bomo\w+\b|\btinga ?tinga\b|\b(?:auctioneers?|ma?dalali)"
        r" (?:wame|wako|wana|ame|yuko|ana)\w*\b|\bwame(?:kuja|fika) kuchukua\b",
    ),
    _family(
        r"pipe|flood|sparks|\blift\b|ceiling|locked out|burst",
        r"\b(?:pipe|tank|geyser|heater|tap)s?\b(?: \w+){0,2} (?:burst|exploded|broken)\b|\bburst"
        r" (?:\w+ )?pipe",
        r"\bwater\b.{0,25}\b(?:pouring|gushing|flowing|everywhere|through the ceiling|flooding)\b"
        r"|\b(?:flat|house|room|kitchen|corridor|basement|bathroom)\b.{0,20}\b(?:flooded|flooding"
        r"|full of water)\b",
        r"\b(?:stuck|trapped) in (?:the|a|your) (?:lift|elevator)\b|\blift\b.{0,20}\bstuck\b"
        r"|\bspark(?:s|ing)\b|\bceiling\b.{0,20}\b(?:fallen|fell|collaps\w+)\b",
        r"\b(?:bomba|mfereji|tangi)\b.{0,15}\b(?:ime|li|me|lime)?pasuk\w+\b|\bmaji\b.{0,25}"
        r"\b(?:yanamwagika|yamefurika|yanafurika|yamejaa)\b",
    ),
    _family(
        r"fever|broken bone|breath|chest",
        r"\b(?:very high|high) (?:fever|temperature)\b|\bfever of (?:39|40|41|42)\b|\bbroken (?:his"
        r"|her|my|a|the) (?:\w+ )?(?:leg|arm|hip|bone|wrist|ankle)\b",
        r"\bhoma kali\b|\bamevunjika\b",
    ),
    _family(
        r"kra|frozen|deadline|due today|fraud|stolen",
        rf"\bkra\b.{{0,30}}\b{_COME}\b|\baccounts?\b.{{0,20}}\b(?:frozen|blocked|hacked)\b"
        r"|\bfroz\w+ (?:my|our)\b|\b(?:deadline|returns?|vat|paye)\b.{0,25}\b(?:today|tonight"
        r"|midnight)\b|\bmoney\b.{0,25}\b(?:stolen|disappeared|gone)\b",
    ),
)
_SAYS_SO = re.compile(
    r"\b(?:is|its|very|really|so|extremely|quite|most|super|an) urgent\b|\burgent (?:matter|case"
    r"|situation|help|assistance)\b|\burgently (?:need|want|require)\b|\b(?:need|want|must|require)"
    r"\b.{0,30}\burgently\b|\bmatter cannot wait\b|\bcannot wait (?:until|till|any longer)\b"
    r"|\b(?:ni|jambo) (?:la |ya )?haraka sana\b|\bjambo la haraka\b|\b(?:nahitaji|nataka|naomba)\b"
    r".{0,30}\bharaka sana\b"
)
"""Says in so many words that it is urgent: so it is for any office."""


class OfficeWays:
    """The ways of telling what is urgent for one office."""

    def __init__(self, own_words: Iterable[str]) -> None:
        """Choose the families that the office's own urgent words name."""
        own = " ".join(own_words).lower()
        self._ways = tuple(
            way for family in _FAMILIES if family.cares.search(own) for way in family.ways
        )

    def told_in(self, said: str) -> bool:
        """Say whether a plain sentence tells of such a thing, whenever that is."""
        return _SAYS_SO.search(said) is not None or any(way.search(said) for way in self._ways)
