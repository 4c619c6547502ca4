"""What people of the office, the caller and things may be said to do yet."""

from __future__ import annotations

from mapokezi.receptionist.spoken_claims.commitment_rules import (
    BOOKED,
    CALLS_BACK,
    CONNECTING,
    HARMLESS,
    MESSAGE,
    NO_PROMISE,
    OPEN_OFFER,
    SAVED,
    SENT,
    SURE,
    TIMED,
    UNSEEN,
    rules_from,
)
from mapokezi.receptionist.spoken_claims.verbs import verbs

OF_HOUSE_TO_COME = rules_from(
    (
        verbs("call ring phone contact email text write reach come"),
        r"^(?:us|to us|the office|here)\b",
        HARMLESS,
    ),
    (verbs("get come return"), r"^(?:back )?(?:from|in|on|at)\b", UNSEEN),
    (
        verbs("give"),
        r"^you an? (?:\w+ )?(?:calls?|ring|shout|buzz|answer|reply|update|call back)\b",
        CALLS_BACK,
    ),
    (
        verbs("give"),
        r"^you\b.*\b(?:money|papers|documents|time|slot|appointment|hearing|more)\b",
        SURE,
    ),
    (verbs("let"), r"^you know\b", NO_PROMISE),
    (
        verbs("tell explain advise answer decide discuss inform update notify remind"),
        (
            r"\b(?:today|tonight|tomorrow|shortly|right away|immediately|first thing|within"
            r"|this (?:morning"
            r"|afternoon|evening|week)|by (?!phone|telephone)|on (?:mon|tues|wednes|thurs|fri"
            r"|satur)day)\b"
        ),
        NO_PROMISE,
    ),
    (verbs("help"), r"\b(?:get|win|recover|keep)\b", SURE),
    (verbs("receive welcome"), r"^you\b", BOOKED),
    (verbs("work deal"), r"^(?:on|with) (?:it|your|this|that)\b", SURE),
    (
        verbs("be"),
        (
            r"^(?:there (?:for|with) you|there$|at (?:the )?(?:station|court|gate|hearing|hospital)"
            r"|in court (?:with|on|for|at|tomorrow)|by your side|with you in)\b"
        ),
        SURE,
    ),
    (
        verbs("be"),
        (
            r"^(?:happy|glad|pleased|able|delighted) to (?:take|see|represent|meet|accept|come"
            r"|waive|give|call)\b"
        ),
        BOOKED,
    ),
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
    (verbs("get receive have see read find"), rf"\b(?:{MESSAGE}|it|that|this)\b", SAVED),
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
OF_YOU_TO_COME = rules_from(
    (verbs("deal"), r"^with\b", HARMLESS),
    (verbs("walk"), r"^(?:out|away|free)\b", SURE),
    (
        verbs("get receive have"),
        (
            r"\b(?:sms|text|email|e mail|mail|confirmation|link|whatsapp"
            r"|invoice|receipt|reminder|copy|copies)\b"
        ),
        SENT,
    ),
    (
        verbs("find see"),
        r"\bin your (?:\w+ )?(?:inbox|mailbox|mail|email|account|phone|messages|post)\b",
        SENT,
    ),
    (
        verbs("get receive have"),
        (
            r"^(?:it|them|everything)(?:$| (?:by|in|on|before|today|tomorrow|tonight|within"
            r"|back|soon)\b)"
        ),
        SURE,
    ),
    (
        verbs("get receive have expect"),
        r"\b(?:calls?|answer|reply|visit|response|feedback|word)\b",
        NO_PROMISE,
    ),
    (verbs("hear"), r"\b(?:from|back)\b", NO_PROMISE),
    (
        verbs("get have"),
        r"^(?:somebody|someone|one of|him|her|them|us|mr|mrs|ms|miss|madam|an? \w+ on the)\b",
        NO_PROMISE,
    ),
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
    (verbs("be"), r"", OPEN_OFFER),
    (
        verbs("get"),
        r"^(?:off|in|out|to|there|here|down|up|on|a (?:matatu|bus|taxi|lift|ride))\b",
        HARMLESS,
    ),
    (
        verbs(
            "find see need have want notice pass come walk take turn cross alight reach recognise"
            " bring ask enter park agree like prefer explain hear pay spend show carry"
            " tell give leave"
            " understand appreciate call use go press know ring feel sit climb sign collect drop"
            " write require"
        ),
        (
            r"^(?!.*\b(?:case|compensation|refund|bail|house|child|children|custody|money"
            r"|discount|title|property|land|deed|results?|documents?|papers|seat|slot"
            r"|appointment|it back"
            r"|everything)\b)"
        ),
        HARMLESS,
    ),
    (
        verbs("have"),
        r"^(?:to|an? (?:question|look|seat|chance)|any|all|the (?:number|address))\b",
        HARMLESS,
    ),
    (verbs("need bring carry pay ask show want give"), r"", HARMLESS),
)
OF_YOU_TO_BECOME = rules_from(
    (verbs("inform remind tell"), TIMED, NO_PROMISE),
    (
        verbs("give"),
        r"\b(?:slot|copy|copies|refund|discount|appointment|place|money|time|date|priority|job)\b",
        SURE,
    ),
    (
        verbs("ask charge require tell record need bill request inform remind give guide show"),
        r"",
        HARMLESS,
    ),
    (verbs("connect transfer put"), r"", CONNECTING),
    (verbs("call contact ring phone reach notify"), r"", NO_PROMISE),
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
OF_THING_TO_BECOME = rules_from(
    (
        verbs("delete open close keep record"),
        (
            r"^(?:today|tonight|tomorrow|now|right|immediately|at once|straight|within|by|safe"
            r"|for you"
            r"|as soon as (?:we|this|you))\b"
        ),
        SURE,
    ),
    (
        verbs("need include record delete keep use answer charge close open require print ask"),
        r"",
        HARMLESS,
    ),
)
OF_THING_TO_COME = rules_from(
    (
        verbs("come go reach arrive"),
        r"\b(?:to|on|in) (?:you|your)\b|^you\b|\bby (?:sms|email|text|whatsapp|post)\b",
        SENT,
    ),
    (verbs("have"), r"^to (?!be\b|wait|come|go)", SURE),
    (verbs("work"), r"^(?:out|for you|in your)\b", SURE),
    (
        verbs("go"),
        r"^(?:well|smoothly|ahead|in (?:your|our) fav|to (?:court|the (?:court|judge|registry)))",
        SURE,
    ),
    (
        verbs("be"),
        (
            r"^(?:over|back (?:with|to|in your)|safe|in your|at (?:the )?(?:reception|gate"
            r"|front desk))\b"
        ),
        SURE,
    ),
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
    (verbs("be"), r"", OPEN_OFFER),
    (verbs("use keep delete answer charge"), r"", HARMLESS),
)
