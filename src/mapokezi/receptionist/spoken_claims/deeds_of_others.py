"""What others may be said to do: people of the office, the caller, and things.

Of people of the office nothing is known but that they have a message; of things nothing at all.
"""

from __future__ import annotations

import re

from mapokezi.receptionist.spoken_claims.commitment_rules import (
    AGREED,
    AGREES,
    BOOKED,
    BOOKS,
    CALLS_BACK,
    CONNECTING,
    HARMLESS,
    MESSAGE,
    NO_PROMISE,
    SAVED,
    SENDS,
    SENT,
    SURE,
    TOLD,
    UNSEEN,
    rules_from,
)
from mapokezi.receptionist.spoken_claims.verbs import verbs

OF_HOUSE = rules_from(
    (verbs("deal specialise specialize practise practice work retire"), r"", HARMLESS),
)
OF_HOUSE_DONE = rules_from(
    (verbs("tell inform notify alert brief message update remind"), r"", TOLD),
    (verbs("get receive have"), rf"\b(?:{MESSAGE}|it|that)\b", TOLD),
    (AGREES, r"", AGREED),
    (SENDS, r"", SENT),
    (verbs("be"), r"", HARMLESS),
)
OF_HOUSE_DOING = rules_from(
    (verbs("pick ring answer"), r"", CONNECTING),
    (verbs("call ring phone"), r"^(?:$|now|right now)", CONNECTING),
    (verbs("expect see meet wait"), r"\byou\b", BOOKED),
    (verbs("handle"), r"^(?!your|it|this|that)", HARMLESS),
    (verbs("call ring phone contact get send email text come"), r"", NO_PROMISE),
)
OF_HOUSE_TO_COME = rules_from(
    (
        verbs("call ring phone contact reach return follow email text write get"),
        r"^(?:$|you|your|back|in touch|up|out to you|to you)",
        CALLS_BACK,
    ),
    (
        verbs("be"),
        r"^(?:in touch|calling|contacting|ringing|getting|reaching|returning)",
        CALLS_BACK,
    ),
    (verbs("get receive have see read"), rf"\b(?:{MESSAGE}|it|that|this)\b", SAVED),
    (verbs("be"), r"^(?:here|there|with you)\b.*\b(?:in|within|by|shortly|soon|now)\b", UNSEEN),
    (
        verbs("be"),
        (
            r"^(?:able|happy|glad|pleased|the (?:one|right|best|person)|here|there|in\b|around|at"
            r" the)"
        ),
        HARMLESS,
    ),
    (verbs("be"), r"", UNSEEN),
    (verbs("go take"), r"^(?:through|over|you through)\b", HARMLESS),
    (
        verbs(
            "tell explain advise assist guide answer know need want decide discuss let ask"
            " require give listen like help"
        ),
        r"^(?!.*\b(?:discount|refund|copy|copies|expecting|waiting|there)\b)",
        HARMLESS,
    ),
    (verbs("help show direct point greet receive"), r"", HARMLESS),
)
OF_YOU_IS = rules_from(
    (verbs("connect"), r"", CONNECTING),
    (
        verbs(
            "call look ask say visit need require advise allow welcome mean suppose tell concern"
            " worry interest cut break thank please decide involve free inform excuse"
        ),
        r"",
        HARMLESS,
    ),
    (verbs("be"), r"^(?:now )?through to\b(?! (?:the )?(?:reception|office))", CONNECTING),
    (
        verbs("be"),
        (
            r"^(?:now |all |both )*(?:set|through|in(?= ?$| for| on| with| at)|next(?: in"
            r" line)?|clear|safe|sorted|good to go"
            r"|down|first|guaranteed|entitled|eligible|exempt|free to go|on (?:the|his|her|our)"
            r" (?:list|diary|calendar|books|schedule))\b(?! (?:touch|nairobi|the))"
        ),
        BOOKED,
    ),
    (verbs("be"), r"", HARMLESS),
)
OF_YOU_DONE = rules_from(
    (verbs("put"), r"\bthrough\b", CONNECTING),
    (verbs("connect transfer"), r"", CONNECTING),
    (
        BOOKS - verbs("call meet see keep move fix expect hold")
        | verbs(
            "accept approve register add clear list enrol admit grant refund exempt connect put"
            " shortlist award allocate assign"
        ),
        r"",
        BOOKED,
    ),
    (verbs("give"), r"\b(?:slot|place|discount|time|appointment|extension|priority)\b", BOOKED),
    (None, r"", HARMLESS),
)
OF_YOU_DOING = rules_from(
    (verbs("see meet"), r"^(?!(?:the|our|a) (?:sign|building|gate|door|post))", BOOKED),
    (verbs("get receive win consult"), r"", SURE),
    (None, r"", HARMLESS),
)
OF_YOU_ABLE = rules_from(
    (
        verbs("collect relax sign skip ignore rest forget stop sue claim celebrate withdraw"),
        r"",
        SURE,
    ),
    (verbs("pick"), r"^(?:it|them|your|the|up)\b", SURE),
    (
        verbs("pay"),
        (
            r"\b(?:later|after|when|once|whenever|instal\w+|monthly|slowly|bit by bit|parts?"
            r"|half|at the end|next)\b"
        ),
        SURE,
    ),
    (
        verbs("get keep have stay"),
        r"\b(?:refund|money|house|discount|children|custody|copy|results?|instalments?)\b",
        SURE,
    ),
)
OF_YOU_TO_COME = rules_from(
    (verbs("deal"), r"^with\b", HARMLESS),
    (
        verbs("get receive have"),
        (
            r"\b(?:sms|text|email|e mail|mail|confirmation|link|whatsapp"
            r"|invoice|receipt|reminder|copy|copies)\b"
        ),
        SENT,
    ),
    (
        verbs("get receive have expect"),
        r"\b(?:calls?|answer|reply|visit|response|feedback|word)\b",
        NO_PROMISE,
    ),
    (verbs("hear"), r"\b(?:from|back)\b", NO_PROMISE),
    (
        verbs("see meet"),
        (
            r"^(?:mr|mrs|ms|miss|madam|him|her|them|the (?:lawyer|advocate|doctor)|someone"
            r"|somebody|us (?:on|at|tomorrow))\b"
        ),
        BOOKED,
    ),
    (verbs("speak talk"), r"^(?:to|with) (?!me\b|the receptionist|a person)", BOOKED),
    (verbs("be"), r"^through\b", CONNECTING),
    (
        verbs("be"),
        (
            r"^(?:out|free|safe|first|next|covered|set|ready|back (?:home|at work)|in (?:on|at"
            r"|for)|rich|done|through)\b"
        ),
        SURE,
    ),
    (verbs("be"), r"", HARMLESS),
    (
        verbs(
            "find see need have want notice pass come walk take turn cross alight reach recognise"
            " bring ask enter park agree like prefer explain hear pay spend show carry"
            " tell give leave"
            " call use go press know ring feel want sit climb use sign collect drop write require"
            " get"
        ),
        (
            r"^(?!.*\b(?:case|compensation|refund|bail|house|child|children|custody|money"
            r"|discount|title|property|land|deed|results?|documents?|papers|seat|slot"
            r"|appointment|it back"
            r"|everything)\b)"
        ),
        HARMLESS,
    ),
    (verbs("need have bring carry pay ask show want give"), r"", HARMLESS),
)
OF_YOU_TO_BECOME = rules_from(
    (
        verbs("ask charge require tell record need bill request inform remind give guide show"),
        r"",
        HARMLESS,
    ),
    (verbs("connect transfer put"), r"", CONNECTING),
    (verbs("call contact ring phone reach notify"), r"", NO_PROMISE),
)
OF_THING_NOW = rules_from(
    (verbs("go"), r"^through\b", SAVED),
    (
        verbs(
            "locate call print need involve allow concern mean know base situate name spell"
            " understand cut break engage suppose relate pronounce require include make note mark"
            " write list say mention ask tell close open repeat read hear like use"
            " explain quote associate compare connect do miss lose correct flag cut drop"
        ),
        r"^(?!.*\b(?:for you|in our system)\b)",
        HARMLESS,
    ),
    (verbs("take"), r"\bdown\b|^$", HARMLESS),
    (verbs("change correct update"), r"^to (?:\d|zero|oh|your)", HARMLESS),
    (verbs("add give put"), r"\b(?:message|note|invoice|you|down)\b", HARMLESS),
    (verbs("save store log pass deliver forward relay leave capture"), r"", SAVED),
    (verbs("record send submit receive share"), r"", SAVED),
    (BOOKS, r"", BOOKED),
    (SENDS, r"", SENT),
    (AGREES, r"", AGREED),
)
STATES = re.compile(
    r"^(?:now |all |already |finally |just |fully )*(?:ready|in order|in the (?:post"
    r"|mail)|off (?:the|our|his|her|your)|sorted|set(?: up)?$|set for|settled"
    r"|complete|valid|final|official|approved|through$|on (?:its|their|the|his|her) way"
    r"|on record|(?:before|with|at|in) (?:the |a )?(?:judge|court|magistrate|registry"
    r"|registrar|lands|bank"
    r"|printer|lab|workshop)"
    r"|(?:in|on) (?:the|our|his|her|my|your) (?:\w+ ){0,2}?(?:diary|calendar|system|books|schedule"
    r"|list|account|inbox)|with (?:him|her|them|the (?:lawyer|team))|yours|guaranteed|a deal"
    r"|good to go|under control|safe with|in place|in progress|underway|under way|live|active"
    r"|up to date|as good as|in good hands|taken care|down for|in for|clear(?:ed)?$|secure)\b"
)
"""What a thing may not be said to be unless somebody has seen to it."""
PEOPLE_STATES = re.compile(
    r"^(?:now |already |just |actually )*(?:on (?:his|her|their|the) way|coming|ready (?:for|to)"
    r"|aware|with you|right here|(?:free|available)(?: to| now| right| at| today| this)"
    r"|on it|here for you|outside|waiting|done|happy (?:to|with)|okay with"
    r"|fine with|willing|expecting|all set|going to)\b"
)
THEY_KNOW = rules_from((verbs("know knows"), r"", TOLD))
MOVES = verbs("transfer connect put forward pass switch")
RINGS = rules_from(
    (
        verbs("work process prepare handle review look arrange"),
        r"^(?:on|into|it|that|your)\b",
        UNSEEN,
    ),
    (verbs("go"), r"^through\b", CONNECTING),
    (verbs("ring"), r"", CONNECTING),
)
ON_THE_LINE = re.compile(r"\bon the (?:line|phone)\b")

ALREADY = re.compile(r"^(?:already|now) ")
LINE = frozenset(
    {"line", "call", "network", "connection", "sound", "signal", "caller", "day", "time"}
)
OF_IT = rules_from(
    (verbs("go"), r"^through\b", SAVED), (verbs("come"), r"^(?:through|in\b)", UNSEEN)
)
OF_THEM = rules_from((verbs("be have give tell ask say call want take"), r"", HARMLESS))
OF_THING_TO_BECOME = rules_from(
    (
        verbs("need include record delete keep use answer charge close open require print ask"),
        r"",
        HARMLESS,
    ),
)
OF_THING_TO_COME = rules_from(
    (verbs("have"), r"^to (?!be\b|wait|come|go)", SURE),
    (
        verbs(
            "cost take depend help need go start sound work last close open have remain make mean"
            " do stop fall include apply record print ring play end come show tell"
        ),
        r"",
        HARMLESS,
    ),
    (
        verbs("be"),
        (
            r"^(?:ready|on us|on the house|with you|with (?:him|her|them)|on (?:its|the) way"
            r"|sent|there for you"
            r"|waiting|in (?:your|the) (?:inbox|diary|calendar|account)|done|sorted|yours"
            r"|guaranteed|back to you)\b"
        ),
        SURE,
    ),
    (verbs("be"), r"", HARMLESS),
    (verbs("use keep delete answer charge"), r"", HARMLESS),
)
OF_COURT = frozenset(
    {"hearing", "mention", "case", "ruling", "judgment", "judgement", "trial", "matter", "verdict"}
)
"""What others than the office decide on."""
