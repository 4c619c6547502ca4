"""What the receptionist, or the office, may be said to do, and what not unless it was done.

Turned round: not wordings are listed that commit the office, but those few verbs that do not. What
a receptionist says she does, did or will do counts as a deed unless it is one of a conversation
(hearing, asking, looking up, noting down).
"""

from __future__ import annotations

from mapokezi.receptionist.spoken_claims.commitment_rules import (
    AGREED,
    ARRANGED,
    BOOKED,
    CONNECTING,
    DONE,
    HARMLESS,
    MESSAGE,
    NO_PROMISE,
    OUTSIDERS,
    RANG,
    SAVED,
    SENT,
    SURE,
    TO_A_DAY,
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
_PASSED_ON = rf"\b(?:{MESSAGE}|it|that|this|everything|all|them|those|what|under|as)\b"
"""What a message is, or may be called."""

OF_US = rules_from(
    (
        verbs("note mark write put jot list pencil log"),
        r"^(?:you|him|her|them)\b.*\b(?:in|down)\b.*\b(?:for|on|at)\b|\b(?:slot|appointment for)\b",
        BOOKED,
    ),
    (
        verbs("write let call take knock put cross pay strike sign"),
        r"^(?:\w+ ){0,3}?off\b(?! (?:the|your) (?:line|phone|message|note|recording))",
        DONE,
    ),
    (verbs("pause stop delete erase"), r"\brecording\b", DONE),
    (verbs("move switch put push shift change bring"), TO_A_DAY, BOOKED),
    (verbs("do"), r"^(?:it|that|this|everything|all of it)\b.*\bfor (?:you|her|him)\b", DONE),
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
    (
        verbs("tell inform notify alert warn ask"),
        rf"^(?!you\b|me\b|for\b|about\b)(?:\w+ ){{0,2}}?{OUTSIDERS}",
        AGREED,
    ),
    (verbs("tell inform notify alert remind update brief let warn message"), _SOMEBODY, TOLD),
    (verbs("ask"), _SOMEBODY + r"\w+", TOLD),
    (verbs("escalate"), r"", AGREED),
    (verbs("pass relay deliver convey communicate"), rf"^$|^(?:on|over)\b|{_PASSED_ON}", SAVED),
    (verbs("record"), r"^(?:$|this\b|us\b|you\b|what\b|everything\b|for\b|so\b)", HARMLESS),
    (
        verbs("save record store log submit enter capture register"),
        r"\b(?:call|calls|conversation|line)\b",
        HARMLESS,
    ),
    (verbs("save"), r"^you\b", HARMLESS),
    (verbs("save record store log submit enter capture"), rf"^$|^for\b|{_PASSED_ON}", SAVED),
    (verbs("keep"), rf"\b{MESSAGE}\b", SAVED),
    (
        verbs("put"),
        (
            r"^(?:it|that|this|them|everything|all|(?:your|the) \w+) (?:all )?(?:down(?! for|"
            r" on)|in$"
            r"|in (?:yes|too|as well|now|already|(?:the|your|a) (?:message|note)))"
        ),
        HARMLESS,
    ),
    (verbs("put"), r"^(?:it|that|this|your \w+) through\b", SAVED),
    (
        verbs("put note write mark"),
        r"^(?:\w+ ){1,4}?(?:down )?as\b.*\byou (?:would |want|wish|prefer|like|asked|said)",
        HARMLESS,
    ),
    (verbs("put"), r"\b(?:message|note)\b|^down\b(?! for| on)", HARMLESS),
    (verbs("put"), r"\b(?:system|records?|file|computer)\b", SAVED),
    (verbs("put"), r"^you\b|\b(?:diary|calendar|schedule|list)\b", BOOKED),
    (verbs("leave"), r"\b(?:message|note|word)\b", SAVED),
    (
        verbs("leave"),
        r"^(?:$|it|that|the (?:name|number)|(?:the |your )?\w+ out|out|off|you|them|him|her)\b",
        HARMLESS,
    ),
    (
        verbs("note write put mark record list"),
        r"^(?!that\b|down\b).*\b(?:file|system|records|account)\b(?! number)",
        SAVED,
    ),
    (
        verbs("write"),
        (
            r"^to (?!you\b)\w|^(?:to )?(?:them|him|her|the|a (?:letter|demand)|an? \w+ letter)\b"
            r"(?!.*\bdown\b)"
        ),
        SENT,
    ),
    (verbs("flag mark"), r"\bas (?:paid|settled|confirmed|closed|done|received|complete)\b", DONE),
    (verbs("flag mark"), r"^(?!.*\bto (?:mr|mrs|ms|him|her|them|the)\b)", HARMLESS),
    (
        verbs("correct change"),
        r"^(?:it|that) to (?!\w+day\b|tomorrow|next|this|the \w+th|\d)",
        HARMLESS,
    ),
    (
        verbs("correct change update fix edit replace swap"),
        (
            r"^(?!.*\b(?:records?|system|file|appointment|meeting|side|account|date|time|day"
            r"|booking)\b)(?:(?:it|that|this)?"
            r"(?: ?(?:right away|straight away|at once|now|for you|immediately))?$"
            r"|.*\b(?:name|number|spelling|message|note|details?)\b)"
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
    (verbs("take"), r"\bto (?:court|task|the tribunal)\b", SURE),
    (verbs("take"), r"^(?:it|that|the (?:\w+ )?\w+) out\b", HARMLESS),
    (verbs("take"), rf"\b{MESSAGE}\b|^it (?:that|from|you)", SAVED),
    (verbs("hand drop"), rf"\b{MESSAGE}\b|^it\b", SAVED),
    (verbs("hold hang"), r"^(?:on\b|$|the line)", HARMLESS),
    (verbs("get"), r"^(?:him|her|them|(?:mr|mrs|ms|miss|madam|the) \w+) to\b", AGREED),
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
    (
        verbs("open close"),
        r"\b(?:accounts?|files?|case|matter|ticket|claim|dispute|complaint)\b",
        DONE,
    ),
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
    (verbs("stop"), r"^(?:talking|speaking|asking)\b", HARMLESS),
    (verbs("stop"), r"^(?!there|here|you|$)", SURE),
    (verbs("start begin"), r"\b(?:process|case|work|proceedings|on (?:it|your))\b", SURE),
    (verbs("work"), r"^on\b", UNSEEN),
    (verbs("reach"), r"^out to (?!you)", AGREED),
    (verbs("follow"), r"^(?:(?:it|that|this|them) )?up\b", SURE),
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
    (verbs("serve"), r"\b(?:them|him|her|papers|notice|summons)\b", DONE),
    (verbs("run"), r"\b(?:search|check|past (?:him|her|them))\b", DONE),
    (
        verbs("go"),
        (
            r"^(?:to|over|down|through)\b.*\b(?:court|registry|station|bank|lands|ardhi|him|her"
            r"|them)\b"
        ),
        DONE,
    ),
    (verbs("refer"), r"\b(?:your|the) (?:case|matter|file)\b|^you to\b(?! our)", DONE),
    (verbs("reach"), r"^(?:him|her|them|mr|mrs|miss|ms|madam|someone|somebody)\b", AGREED),
    (verbs("hear learn"), r"\b(?:from|back from) (?!you\b)", UNSEEN),
    (
        verbs("find check"),
        (
            r"\b(?:your|the|his|her) (?:file|payment|documents?|papers|title|letter"
            r"|application|diary|calendar|records)\b"
        ),
        UNSEEN,
    ),
    (_ONE_OF_TALK, r"", HARMLESS),
)
"""Of the receptionist and the office, whenever it is."""
OF_US_DONE = rules_from(
    (verbs("get have on"), r"\b(?:on )?the (?:line|phone)\b", UNSEEN),
    (verbs("call ring phone dial page try"), rf"^(?!.*{OUTSIDERS})\w", RANG),
    (verbs("call ring phone dial contact page try"), r"^\w", AGREED),
)
OF_US_DOING = rules_from(
    (
        verbs("get"),
        (
            r"^(?:him|her|them|(?:mr|mrs|ms|miss|madam|wakili) \w+)(?: on the (?:line|phone))? for"
            r" you\b"
        ),
        CONNECTING,
    ),
    (verbs("have"), r"^(?:some |a bit of )?(?:trouble|difficulty|problems?)\b", HARMLESS),
    (verbs("call ring phone dial page"), r"^\w", CONNECTING),
    (
        verbs("take"),
        r"\b(?:your|the) (?:case|matter)\b|^you on\b|\bcare\b|\bto (?:court|task)\b",
        SURE,
    ),
)
ON_IT = rules_from(
    (verbs("be"), r"^(?:all |now |still |good )*(?:on|set|good|agreed|confirmed) for\b", BOOKED),
    (verbs("be"), r"^(?:all |now )*set\b", SAVED),
    (
        verbs("be"),
        (
            r"^(?:very |more than |quite )?(?:happy|glad|fine|okay|willing|prepared|ready) to"
            r" (?:wait (?:until"
            r"|till|for)|accept|let you|extend|hold|reduce|lower|take (?!(?:a|your|the|down) ))"
        ),
        SURE,
    ),
    (
        verbs("be"),
        r"^(?:authori[sz]ed|allowed|pleased|happy|glad|delighted) to (?:offer|waive)\b",
        SURE,
    ),
    (
        verbs("be"),
        rf"^(?:pleased|happy|glad|delighted) to confirm\b.*{ARRANGED}",
        BOOKED,
    ),
    (verbs("be"), r"^on (?:it|that)\b|^your (?:new )?(?:lawyers?|advocates?|team)\b", SURE),
)
ON_IT_PASSIVE = rules_from(
    (
        verbs("authorise authorize allow please"),
        r"^to (?:offer|waive|give|grant|accept|confirm)\b",
        SURE,
    ),
    (verbs("set confirm agree"), r"^for\b", BOOKED),
    (verbs("set"), r"", SAVED),
)
WE_KNOW = rules_from((verbs("know knows"), r"", HARMLESS))
