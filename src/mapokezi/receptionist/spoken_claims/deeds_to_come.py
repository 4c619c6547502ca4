"""What the receptionist and the office may be said to do yet, and to be able to do.

A promise to write down, to pass on, to read back belongs to every conversation; whatever is said
to happen to the caller's matter, or at a time, is a commitment.
"""

from __future__ import annotations

from mapokezi.receptionist.spoken_claims.commitment_rules import (
    AGREED,
    ARRANGED,
    BOOKED,
    CALLS_BACK,
    CONNECTING,
    DONE,
    HARMLESS,
    MESSAGE,
    NO_PROMISE,
    OUTSIDERS,
    SENT,
    SURE,
    TIMED,
    rules_from,
)
from mapokezi.receptionist.spoken_claims.verbs import verbs

_TALK_TO_COME = verbs(
    "take pass let connect transfer put ask require give use skip drop leave end hang add make"
    " include keep confirm return continue stick recap summarise summarize start quote bear"
    " forward relay save be"
)
OF_US_TO_COME = rules_from(
    (
        verbs("give"),
        r"^(?:you|him|her|them) (?!an? )(?:\w+ ){1,3}(?:back|off|for free|free of charge)\b",
        SURE,
    ),
    (
        verbs("let"),
        (
            r"^(?:you (?:off|have|pay|keep|in|stay)|(?:it|that|this) (?:slide|go|pass|lie|drop"
            r"|stand))\b"
        ),
        SURE,
    ),
    (
        verbs("let keep update notify inform remind alert brief message"),
        rf"^you (?:posted|updated|informed|in the loop)\b|^you\b.*{TIMED}",
        NO_PROMISE,
    ),
    (
        verbs("tell inform notify alert warn ask"),
        rf"^(?!you\b|me\b)(?:\w+ ){{0,2}}?{OUTSIDERS}",
        AGREED,
    ),
    (
        verbs("submit enter store log capture record"),
        rf"^(?!.*\b(?:{MESSAGE}|it|that|this|as|call)\b)\w",
        SURE,
    ),
    (
        verbs("deliver bring drop leave return"),
        r"\b(?:at|to|by|off|back)\b.*\byou\b|\byour\b",
        SURE,
    ),
    (
        verbs("give"),
        r"^(?:you|him|her|them) an? (?:\w+ )?(?:call|ring|shout|buzz|answer|update)\b",
        NO_PROMISE,
    ),
    (
        verbs("put add include"),
        r"^you (?:down|in|on|first|up)\b(?! hold)|\b(?:diary|calendar|schedule|list|queue)\b",
        BOOKED,
    ),
    (verbs("make"), r"\b(?:appointment|booking|reservation|arrangements?|plan|time) ?\b", BOOKED),
    (verbs("confirm"), ARRANGED, BOOKED),
    (verbs("take"), r"\b(?:half|later|thousand|instalments?|payments?)\b", SURE),
    (verbs("keep hold save reserve"), r"\bfor you\b|\bopen\b", BOOKED),
    (
        verbs("be"),
        (
            r"^(?:there\b(?! are)|in court|by your side|on your side|behind you|with you (?:in"
            r"|at|on"
            r"|throughout|all)(?! a)|at (?:the |your )?(?:station|court|hearing|hospital"
            r"|police|gate|place))"
        ),
        SURE,
    ),
    (
        verbs("do"),
        r"\b(?:today|tonight|tomorrow|first thing|this (?:morning|afternoon|evening|week)|by)\b",
        SURE,
    ),
    (
        verbs("connect transfer put"),
        r"\b(?:now|right away|immediately|straight away|at once)\b(?!.*\b(?:down|message)\b)",
        CONNECTING,
    ),
    (
        verbs("have get"),
        r"\b(?:ready|done|sorted|waiting|fixed|delivered|finished|back to you)\b",
        SURE,
    ),
    (verbs("serve file pay cover fund run handle"), r"", SURE),
    (
        verbs(
            "let tell inform pass relay ask forward deliver send convey remind alert notify save"
            " record"
        ),
        (
            r"\bto you\b|^you\b.*\b(?:\w*mail|text|sms|copy|link|receipt|invoice|form|details"
            r"|confirmation)s?\b"
        ),
        SENT,
    ),
    (
        verbs(
            "tell inform pass relay ask deliver let convey remind alert notify message save record"
            " submit store log enter capture brief update warn"
        ),
        r"",
        HARMLESS,
    ),
    (verbs("forward send"), rf"^(?:it|that|this|(?:your|the) {MESSAGE}) (?:on )?to\b", HARMLESS),
    (verbs("address direct"), rf"^(?:it|that|this|(?:your|the) {MESSAGE}) to\b", HARMLESS),
    (
        verbs("make"),
        (
            r"^sure (?:i|that i|we|to|(?:that )?(?:the|your|this) (?:message|note)|(?:that"
            r" )?(?:he|she"
            r"|they) (?:gets?|sees?|receives?|has|have) (?:it|the|your|this))\b"
        ),
        HARMLESS,
    ),
    (verbs("make"), r"\b(?:disappear|go away|happen|stop|pay|sign)\b", SURE),
    (verbs("leave"), r"\bfor you\b|\bat (?:the|your) (?:gate|desk|reception|door|office)\b", SURE),
    (
        verbs("take keep leave give make get have put"),
        (
            r"\b(?:case|matter|care|safe|slot|place|bay|spot|seat|sure|certain|discount|copy"
            r"|copies|refund|possession|action|it up|you on|instructions?|lower|special|more"
            r"|extra|extension|until|credit|priority)\b"
        ),
        SURE,
    ),
    (
        verbs("call ring phone contact get come email text reach"),
        r"^(?:you|back to you|in touch|back$)",
        CALLS_BACK,
    ),
    (verbs("call ring phone dial page reach"), r"^\w", CONNECTING),
    (
        verbs("be"),
        (
            r"\b(?:calling|seeing|meeting|contacting|ringing|expecting|waiting|there for you"
            r"|in touch|handling)\b"
        ),
        NO_PROMISE,
    ),
    (
        verbs("have get"),
        (
            r"^(?!a )(?:\w+ ){0,3}(?:call|ring|phone|contact|send|come|meet|see|bring|visit|look"
            r"|handle|sort|fix|prepare|process|review)\b"
        ),
        NO_PROMISE,
    ),
    (
        verbs("get"),
        (
            r"^(?!your (?:full )?(?:name|number)|(?:that|it|this|those)(?: down| noted| right|"
            r" to (?!you)|"
            r" across|$)|a message|started|back to|to (?:that|it)|the (?:details|message|number"
            r"|name))"
        ),
        SURE,
    ),
    (_TALK_TO_COME, r"", HARMLESS),
    (verbs("have get"), r"", HARMLESS),
)
OF_US_ABLE = rules_from(
    (verbs("expect think hope imagine"), r"^so\b", HARMLESS),
    (
        verbs("do"),
        (
            r"^(?:it|that|this) for (?:free|nothing|less|half|just|only"
            r"|(?:\w+ )?(?:thousand|hundred)|one|two|three|four|five|six|seven|eight|nine|ten|\d)"
        ),
        SURE,
    ),
    (verbs("finish complete continue"), r"^(?:your|the|this) (?:message|name|number)\b", HARMLESS),
    (
        verbs("have get"),
        r"\b(?:ready|done|with you|there (?:in|by|within)|to you|fixed|sorted|filed)\b",
        SURE,
    ),
    (verbs("confirm"), ARRANGED, BOOKED),
    (verbs("book schedule reserve reschedule squeeze slot pencil postpone cancel"), r"", BOOKED),
    (
        verbs("fit hold block move put push bring"),
        r"^you\b(?! through| on)|\b(?:slot|appointment|meeting|place|it to)\b",
        BOOKED,
    ),
    (
        verbs("send email text sms whatsapp"),
        r"^(?!.*\b(?:message|request|note|question|it|that) (?:on )?(?:to|as)\b(?! you))",
        SENT,
    ),
    (
        verbs("waive refund reduce register process approve delete discount guarantee lower file"),
        r"",
        DONE,
    ),
)
