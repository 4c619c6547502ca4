"""What the receptionist, or the office, may be said to do, and what not unless it was done.

Turned round: not wordings are listed that commit the office, but those few verbs that do not. What
a receptionist says she does, did or will do counts as a deed unless it is one of a conversation
(hearing, asking, looking up, noting down).
"""

from __future__ import annotations

from mapokezi.receptionist.spoken_claims.commitment_rules import (
    AGREED,
    BOOKED,
    CALLS_BACK,
    CONNECTING,
    DONE,
    HARMLESS,
    MESSAGE,
    NO_PROMISE,
    SAVED,
    SENT,
    SURE,
    TOLD,
    UNSEEN,
    rules_from,
)
from mapokezi.receptionist.spoken_claims.verbs import verbs

_SOMEBODY = r"^(?!you\b|me\b|us\b|that\b|this\b|for\b|about\b|what\b|your\b)"
_ONE_OF_TALK = verbs(
    "note write hear understand look check search find try repeat mention say explain list answer"
    " finish miss lose catch jot mark be reach forget mishear mean think know hope spell decide"
    " need want read see learn listen start begin come apologise realise notice type assume suppose"
    " gather follow pause wonder wait stay work help like love sound appreciate welcome seem"
    " close open guess worry doubt prefer speak talk deal specialise offer cover serve operate"
    " belong sit stand expect suggest recommend advise thank regret mistake struggle refer walk"
    " happen record close reach call ask go run do tell"
)
_TALK_TO_COME = verbs(
    "take pass let connect transfer put ask require give use skip drop leave end hang add make"
    " include keep confirm return continue stick recap summarise summarize start quote bear"
    " forward relay save be"
)

OF_US = rules_from(
    (verbs("move go"), r"^on\b|^over\b|^through\b", HARMLESS),
    (
        verbs("put pass get forward switch redirect move hand"),
        _THROUGH := (
            r"^(?:you|your call|the call|them|him|her)\b(?: \w+){0,2}? (?:through|across"
            r"|over|on to|onto"
            r"|on the line)\b|^you to\b|^(?:him|her|them) on$"
        ),
        CONNECTING,
    ),
    (verbs("connect transfer patch bridge"), r"", CONNECTING),
    (verbs("get have on"), r"\b(?:on )?the (?:line|phone)\b(?! today)", CONNECTING),
    (
        verbs("get have"),
        r"^you\b.*\b(?:seen|in|out|sorted|fixed|appointment|slot|discount)\b",
        BOOKED,
    ),
    (verbs("down in"), r"^(?:for|at|on|with|\d)", BOOKED),
    (verbs("on down in"), r"", HARMLESS),
    (verbs("tell inform notify alert remind update brief warn advise"), r"^(?:you|me)\b", HARMLESS),
    (verbs("let"), r"^(?:you know|us know)\b", NO_PROMISE),
    (verbs("let"), r"^(?:you|me|us|the line|it)\b", HARMLESS),
    (verbs("tell inform notify alert remind update brief let warn message"), _SOMEBODY, TOLD),
    (verbs("ask"), _SOMEBODY + r"\w+", TOLD),
    (verbs("pass relay deliver convey communicate escalate"), r"", SAVED),
    (
        verbs("save record store log submit enter capture register"),
        r"\b(?:call|calls|conversation|line)\b",
        HARMLESS,
    ),
    (verbs("save"), r"^you\b", HARMLESS),
    (verbs("save record store log submit enter capture"), r"", SAVED),
    (verbs("keep"), rf"\b{MESSAGE}\b", SAVED),
    (
        verbs("put"),
        (
            r"^(?:it|that|this|them|everything|all|your \w+) (?:all )?(?:down(?! for| on)|in$"
            r"|in (?:the|your|a) (?:message|note))"
        ),
        HARMLESS,
    ),
    (verbs("put"), r"\b(?:message|note)\b|^down\b(?! for| on)", HARMLESS),
    (verbs("put"), r"\b(?:system|records?|file|computer)\b", SAVED),
    (verbs("put"), r"^you\b|\b(?:diary|calendar|schedule|list)\b", BOOKED),
    (verbs("leave"), r"\b(?:message|note|word)\b", SAVED),
    (verbs("leave"), r"^(?:$|it|that|the (?:name|number)|out|off|you|them|him|her)\b", HARMLESS),
    (
        verbs("note write put mark record list"),
        r"\b(?:file|system|records|account)\b(?! number)",
        SAVED,
    ),
    (
        verbs("write"),
        r"^(?:to )?(?:them|him|her|the|a (?:letter|demand)|an? \w+ letter)\b(?!.*\bdown\b)",
        SENT,
    ),
    (verbs("flag mark"), r"^(?!.*\bto (?:mr|mrs|ms|him|her|them|the)\b)", HARMLESS),
    (
        verbs("correct change update fix edit replace swap"),
        (
            r"^(?!.*\b(?:records?|system|file|appointment|meeting|side|account|date|time|day"
            r"|booking)\b)(?:$|it$|that$|.*\b(?:name|number|spelling|message|note|details?)\b)"
        ),
        HARMLESS,
    ),
    (
        verbs("send forward"),
        (
            rf"^(?:it|that|this|them|(?:your|the|a) {MESSAGE})\b(?!.*\bto you\b|.*\bby"
            rf" (?:sms|email|e mail|text))(?=.* to \w)"
        ),
        SAVED,
    ),
    (verbs("send forward"), rf"^(?:your|the) {MESSAGE}\b", SAVED),
    (
        verbs("take"),
        (
            r"\bdown\b|^(?:no\b|a (?:look|moment|second|minute|note)|notes?\b|your (?:full"
            r" )?(?:name|number)|that$|this$|it$|you through|time|the name|the number|you"
            r" back)"
        ),
        HARMLESS,
    ),
    (verbs("take"), rf"\b{MESSAGE}\b|^it (?:that|from|you)", SAVED),
    (verbs("give"), rf"^(?:your|the|him|her|them|it)\b.*\b(?:{MESSAGE}|it)\b|^it to", SAVED),
    (
        verbs("give"),
        r"\b(?:more|extra|extension|discount|refund|until|slot|priority|appointment|credit)\b",
        SURE,
    ),
    (
        verbs("give"),
        (
            r"^you\b.*\b(?:address|hours|information|number|times?|directions?|answer|idea"
            r"|all i|fees?|details|options?)\b"
        ),
        HARMLESS,
    ),
    (
        verbs("give"),
        r"^(?:you |me )?(?:a )?(?:moment|second|minute)|^out\b|^(?:legal )?advice",
        HARMLESS,
    ),
    (
        verbs("make"),
        (
            r"^(?:a |an )?(?:note|mistake|error|it (?:quick|short|clear))|^sure (?:i|that i"
            r"|we) (?:have|got|understood|heard)"
        ),
        HARMLESS,
    ),
    (verbs("make"), r"\b(?:appointment|booking|reservation|arrangements?)\b", BOOKED),
    (verbs("add"), r"^you\b|\b(?:list|diary|calendar|queue|account|system|file)\b", BOOKED),
    (verbs("add"), r"", HARMLESS),
    (verbs("find"), r"\b(?:slot|space|opening|time|room|place)\b", BOOKED),
    (verbs("open close"), r"\b(?:account|accounts|file|files|case|matter)\b", DONE),
    (
        verbs("receive get"),
        (
            r"\b(?:payment|money|e ?mail|documents?|letter|application|file|receipt|transfer"
            r"|cheque|papers?|deposit|form|forms|results?|approval|permission|clearance"
            r"|confirmation)\b"
        ),
        DONE,
    ),
    (verbs("receive get"), r"", HARMLESS),
    (
        verbs("confirm"),
        (
            r"^(?:$|with you|that (?:you|i|we)|your (?:name|number|spelling)|the (?:name"
            r"|number|spelling))"
        ),
        HARMLESS,
    ),
    (verbs("check"), r"\bwith (?!you\b)\w", AGREED),
    (
        verbs("speak talk"),
        r"^(?:to|with) (?!you\b|me\b|a person|an? \w+ receptionist)|^it over",
        AGREED,
    ),
    (
        verbs("call ring phone dial contact reach page"),
        r"^you\b|^(?:back|from|about|for|it)\b|^$",
        HARMLESS,
    ),
    (verbs("call"), r"^off\b", BOOKED),
    (verbs("see meet"), r"^you\b", BOOKED),
    (verbs("expect"), r"^you\b", BOOKED),
    (verbs("see"), r"^to (?:it|that)\b", SURE),
    (
        verbs("look see read"),
        (
            r"^(?:after|into)\b|\b(?:your|the) (?:\w+ )?(?:case|file|matter|papers|documents?"
            r"|payment|letter|contract)\b"
        ),
        DONE,
    ),
    (verbs("stop"), r"^(?!there|here|you|$)", SURE),
    (verbs("start begin"), r"\b(?:process|case|work|proceedings|on (?:it|your))\b", SURE),
    (verbs("work"), r"^on\b", UNSEEN),
    (verbs("reach"), r"^out to (?!you)", AGREED),
    (verbs("follow"), r"^up\b", SURE),
    (verbs("walk run"), r"^you through\b", SURE),
    (verbs("come"), r"\b(?:to (?:you|your)|and (?:get|collect|pick|see))\b", SURE),
    (verbs("deal"), r"^with (?:it|that|this|your)\b", SURE),
    (verbs("do"), r"\b(?:refund|discount|it for you at|booking|paperwork)\b", DONE),
    (verbs("offer"), r"^you\b", SURE),
    (
        verbs("cover"),
        r"^(?:your|the|all|any)\b.*\b(?:costs?|fees?|expenses?|charges?|bills?)\b",
        SURE,
    ),
    (
        verbs("move shift"),
        r"^(?!.*\b(?:it|that|you|your|him|her|them|meeting|appointment|hearing|session|slot)\b)",
        HARMLESS,
    ),
    (_ONE_OF_TALK, r"", HARMLESS),
)
"""Of the receptionist and the office, whenever it is."""
OF_US_DONE = rules_from(
    (verbs("call ring phone dial contact page try"), r"^\w", AGREED),
)
OF_US_DOING = rules_from(
    (verbs("call ring phone dial page"), r"^\w", CONNECTING),
    (verbs("take"), r"\b(?:your|the) (?:case|matter)\b|^you on\b|\bcare\b", SURE),
    (
        verbs("take add use mak put leave hav get giv talk call record go keep includ"),
        r"",
        HARMLESS,
    ),
)
OF_US_TO_COME = rules_from(
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
    (verbs("make"), r"^sure (?:i|that i|we|to)\b", HARMLESS),
    (verbs("leave"), r"\bfor you\b|\bat (?:the|your) (?:gate|desk|reception|door|office)\b", SURE),
    (
        verbs("take keep leave give make get have put"),
        (
            r"\b(?:case|matter|care|slot|place|bay|spot|seat|sure|certain|discount|copy"
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
            r"^(?:\w+ ){0,3}(?:call|ring|phone|contact|send|come|meet|see|bring|visit|look"
            r"|handle|sort|fix|prepare|process|review)\b"
        ),
        NO_PROMISE,
    ),
    (
        verbs("get"),
        (
            r"^(?!your (?:full )?(?:name|number)|that|it\b|this|a message|started|back to|to"
            r" (?:that|it)|those|the (?:details|message|number|name))"
        ),
        SURE,
    ),
    (_TALK_TO_COME, r"", HARMLESS),
    (verbs("have get"), r"", HARMLESS),
)
OF_US_ABLE = rules_from(
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
ON_IT = rules_from(
    (verbs("be"), r"^on (?:it|that)\b|^your (?:new )?(?:lawyers?|advocates?|team)\b", SURE)
)
WE_KNOW = rules_from((verbs("know knows"), r"", HARMLESS))
