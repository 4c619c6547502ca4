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
    CONNECTING,
    HARMLESS,
    MESSAGE,
    NO_PROMISE,
    OPEN_STATE,
    SAVED,
    SENDS,
    SENT,
    SURE,
    TOLD,
    UNSEEN,
    rules_from,
)
from mapokezi.receptionist.spoken_claims.verbs import verbs
from mapokezi.receptionist.words import listed

OF_HOUSE = rules_from(
    (verbs("work deal"), r"^(?:on|with) (?:it|your|this|that|the)\b", UNSEEN),
    (verbs("deal specialise specialize practise practice work retire"), r"", HARMLESS),
)
OF_HOUSE_DONE = rules_from(
    (verbs("tell inform notify alert brief message update remind"), r"", TOLD),
    (verbs("get receive have"), rf"\b(?:{MESSAGE}|it|that)\b", TOLD),
    (AGREES, r"", AGREED),
    (verbs("send"), rf"^(?:your|the|this) {MESSAGE}\b", TOLD),
    (SENDS, r"", SENT),
    (verbs("be"), r"", OPEN_STATE),
)
OF_HOUSE_DOING = rules_from(
    (verbs("pick answer"), r"", UNSEEN),
    (verbs("ring"), r"", CONNECTING),
    (verbs("call ring phone"), r"^(?:$|now|right now)", CONNECTING),
    (verbs("expect see meet wait"), r"\byou\b", BOOKED),
    (verbs("handle"), r"^(?!you|it|this|that)", HARMLESS),
    (verbs("call ring phone contact get send email text come"), r"", NO_PROMISE),
)
OF_YOU_IS = rules_from(
    (verbs("connect"), r"", UNSEEN),
    (
        verbs(
            "owe call look ask say visit need require advise allow welcome mean suppose tell"
            " concern"
            " worry interest cut break thank please decide involve free inform excuse"
        ),
        r"",
        HARMLESS,
    ),
    (
        verbs("be"),
        (
            r"^(?:now )?(?:on with (?!me\b|us\b|the receptionist)|through to\b(?! (?:the"
            r" )?(?:reception|office)))"
        ),
        UNSEEN,
    ),
    (verbs("be set"), r"^(?:now |all |both )*(?:set|sorted|good to go|done)?$", SAVED),
    (
        verbs("be"),
        (
            r"^(?:now |all |both )*(?:set|through|in(?= ?$| for| on| with| at)|next(?: in"
            r" line)?|clear|safe|sorted|good to go"
            r"|in (?:our|the) (?:system|books|records|diary|calendar|schedule)|off the hook|down"
            r"|first|guaranteed|entitled|eligible|exempt|free to go|on (?:the|his|her|our)"
            r" (?:list|diary|calendar|books|schedule))\b(?! (?:touch|nairobi|the))"
        ),
        BOOKED,
    ),
    (verbs("be"), r"", OPEN_STATE),
)
OF_YOU_DONE = rules_from(
    (verbs("put"), r"\bthrough\b", CONNECTING),
    (verbs("connect transfer"), r"", CONNECTING),
    (verbs("take put move"), r"\b(?:list|books|case|queue)\b", BOOKED),
    (
        BOOKS - verbs("call meet see keep move fix expect hold")
        | verbs(
            "invite select appoint hire discharge release acquit compensate sort include schedule"
            " prioritise accept approve register add clear list enrol admit grant refund"
            " exempt connect put"
            " shortlist award allocate assign"
        ),
        r"",
        BOOKED,
    ),
    (verbs("give"), r"\b(?:slot|place|discount|time|appointment|extension|priority)\b", BOOKED),
    (None, r"", OPEN_STATE),
)
OF_YOU_HAVING_DONE = rules_from(
    (verbs("win succeed qualify inherit make"), r"^(?:$|it\b|the case|the list)", SURE),
    (None, r"", OPEN_STATE),
)
OF_YOU_DOING = rules_from(
    (verbs("see meet"), r"^(?!(?:the|our|a) (?:sign|building|gate|door|post))", BOOKED),
    (verbs("get receive win consult"), r"", SURE),
    (None, r"", OPEN_STATE),
)
TELLS = verbs("tell inform notify warn instruct ask order")
KEEPS = verbs("save store log deliver forward record send submit receive share")
"""What is done with a message, and with much else that nobody here has seen."""
OF_THING_NOW = rules_from(
    (verbs("give tell ask provide"), r"^(?:me|us)\b", HARMLESS),
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
    (verbs("add give put"), r"^$|\b(?:message|note|invoice|you|down)\b", HARMLESS),
    (verbs("save store log pass deliver forward relay leave capture"), r"", SAVED),
    (verbs("record send submit receive share"), r"", SAVED),
    (BOOKS, r"", BOOKED),
    (SENDS, r"", SENT),
    (AGREES, r"", AGREED),
)
STATES = re.compile(
    r"^(?:now |all |already |finally |just |fully )*(?:ready|off$|in order|in the (?:post"
    r"|mail)|off (?:the|our|his|her|your)|sorted|set(?: up)?$|set for|settled"
    r"|complete|valid|final|official|approved|through$|on (?:its|their|the|his|her) way"
    r"|on record|(?:before|with|at|in) (?:the |a )?(?:judge|court|magistrate|registry"
    r"|registrar|lands|bank"
    r"|printer|lab|workshop)"
    r"|(?:in|on) (?:the|our|his|her|my|your) (?:\w+ ){0,2}?(?:diary|calendar|system|books|schedule"
    r"|list|account|inbox|files?|records?)"
    r"|with (?:him|her|them|the (?:lawyer|team))|yours|guaranteed|a deal"
    r"|good to go|under control|safe with|in place|in progress|underway|under way|live|active"
    r"|on (?:hold|track|course|schedule)|off the table|back on|in (?:motion|the works|the pipeline)"
    r"|up to date|as good as|in (?:your|our) favou?r|in good hands|taken care|on"
    r" (?:his|her|their) desk|(?:practically |almost |virtually |absolutely"
    r" )?(?:certain|assured)$|down for|in for|clear(?:ed)?$|secure)\b"
)
"""What a thing may not be said to be unless somebody has seen to it."""
PAPERS = frozenset(
    listed(
        """
    certificate title letter parcel form file cheque receipt copy documents papers results order
    """
    )
)
"""What may be said to be here, and nobody can see that."""
WITH_SOMEBODY = re.compile(
    r"^(?:now |all |already |just )*(?:with (?:him|her|them|mr|mrs|miss|ms|madam)\b"
    r"|on (?:its|the) way to (?:him|her|them|mr|mrs|miss|ms|madam)\b|on (?:its|the) way$)"
)
"""Said of it, a message is meant."""
STATES_OF_THEIRS = re.compile(
    r"^(?:now |still |all )*(?:here\b(?! (?:on|in) (?:my|the) (?:screen|message))|out$"
    r"|out now|open$|in$"
    r"|in (?:the|our) (?:office|safe|registry|name)|at (?:the |our )?(?:office"
    r"|reception|front desk)"
    r"|in your name|over\b|won\b|free\b|safe\b|on (?:monday|tuesday|wednesday|thursday|friday"
    r"|saturday|tomorrow)|up and running)"
)
"""What is said of the caller's own and cannot be known."""
RESULTS = rules_from(
    (
        verbs(
            "settle conclude finish complete grant release lift drop dismiss lodge draw withdraw"
            " transfer stop solve resolve win approve pay sign waive"
        ),
        r"^(?!by\b|at\b|with\b|on\b|through\b|when\b|before\b|per\b|after\b|as\b|from\b|on\b)",
        UNSEEN,
    ),
    (verbs("go"), r"^(?:for good|forever|from|$)", UNSEEN),
)
"""What a thing has come to: *the matter is concluded*; *fees are paid by card* is none."""
PEOPLE_STATES = re.compile(
    r"^(?:now |already |just |actually )*(?:on (?:his|her|their|the) way|coming|ready (?:for|to)"
    r"|aware|with you|right here|(?:free|available)(?:$| to| now| right| at| today| this)"
    r"|on (?:it|the case|your case|this case|the matter|the job)\b|here for you"
    r"|outside|waiting|done|happy (?:to|with)|okay with"
    r"|fine with|willing|expecting|all set|going to|in (?:a meeting|court|a session"
    r"|(?:his|her|the) office"
    r"|town|today|now|until|tomorrow)|out (?:of|at|for|on)|with (?:a|another|some) clients?|away"
    r"|on (?:leave|another (?:call|line)|holiday|a break|lunch|a call|his|her)|off"
    r" (?:today|sick|until)"
    r"|back (?:in|at|from|tomorrow|on)|at (?:lunch|the court|court|his desk|her desk|a hearing))\b"
)
THEY_KNOW = rules_from((verbs("know knows"), r"", TOLD))
MOVES = verbs("transfer connect put forward pass switch")
RINGS = rules_from(
    (
        verbs(
            r"send prepare process deliver refund draft transfer organise organize"
            r" arrange finalise sort fix"
        ),
        r"",
        UNSEEN,
    ),
    (verbs("come"), r"^(?:$|now|soon|right)", UNSEEN),
    (verbs("go"), r"^(?:very |quite |really )?(?:well|smoothly|fine|nicely|according)\b", UNSEEN),
    (
        verbs("come go get"),
        r"\bto (?:you|your (?!message))\b|\b(?:out|through) (?:today|tonight|now|shortly)\b",
        UNSEEN,
    ),
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
OF_THEM = rules_from(
    (verbs("say give"), r"^(?:yes|okay|(?:their|the) (?:okay|blessing|word|consent))\b", AGREED),
    (verbs("be have give tell ask say call want take"), r"", HARMLESS),
)
OF_COURT = frozenset(
    {"hearing", "mention", "case", "ruling", "judgment", "judgement", "trial", "matter", "verdict"}
)
"""What others than the office decide on."""
