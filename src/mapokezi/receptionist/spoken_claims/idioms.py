"""Fixed phrases that commit the office, whatever their grammar: *it's in the bag*, *deal*."""

from __future__ import annotations

import re

from mapokezi.receptionist.spoken_claims.commitment_rules import (
    AGREED,
    BOOKED,
    CONNECTING,
    DONE,
    NO_PROMISE,
    SAVED,
    SENT,
    SURE,
    UNSEEN,
    Commitment,
)

_UNSEEN_FILE = (
    r"\b(?:according to|i (?:can )?see (?:in|from|on)|i am looking at|it (?:shows|says)"
    r" (?:in|on)) (?:the|your"
    r"|our|his|her|my) (?:\w+ )?(?:file|files|system|records?|screen|calendar|diary|account)\b"
)
_PAID_LATER = (
    r"\bpay (?:us )?(?:whenever|later|when you|after|at the end|in instal\w+|bit by bit"
    r"|slowly)\b"
)
_OFFERED_US = (
    r"\bwe (?:would like|are (?:happy|glad|pleased|ready)) to (?:offer|give|invite"
    r"|represent|take on)\b"
)
_DAY = (
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|today|tomorrow|noon|morning|afternoon|evening"
    r"|oclock|am|pm|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirty|first"
    r"|\d{1,2}(?:[:.]\d\d)?)"
)
_EXISTING = (
    r"\bthere (?:is|are|will be|has been|have been) (?!no(?:body|thing)?\b|not\b|only\b"
    r"|nobody\b)(?:(?!\b(?:if|when|whether|once)\b).)*?\b(?:for you (?:on|at|to|from"
    r"|tomorrow|today|this|next|in)|(?:in|under|against|with) your name"
    r"|waiting|held|reserved|booked|kept for|put aside"
    r"|on (?:the|its|his|her|their) way|coming|to (?:receive|meet|collect|pick|welcome"
    r"|represent) you"
    r"|offer from|progress|settlement|refund for|(?:cheque|refund|seat|slot|place"
    r"|letter|parcel) ready)\b"
)
_ON_ITS_WAY = r"^(?!(?:\w+ )?message )(?:\w+ ){0,4}on (?:its|his|her|their) way\b"
_LEGAL = (
    r"\b(?:(?:is|are|was|were) (?:clearly |completely |totally |simply )?(?:illegal|unlawful|unfair"
    r" dismissal|against the law)|(?:have|has|had) no (?:legal )?right to|(?:is|are"
    r"|was|were) not allowed"
    r" to (?!take|give|put|book|tell|share|say|quote)|(?:the )?law is on your side"
    r"|(?:is|are) obliged to"
    r" (?:pay|give|refund|return)|have every right to)\b"
)
_CHANCES = (
    r"\b(?:judge?ment|ruling|decision|case|court|judge)\b.*\bin (?:your|his|her|our) favou?r\b"
    r"|\b(?:will|would) not (?:be out of pocket|lose out|regret it)\b"
    r"|\bchances (?:\w+ ){0,3}?(?:are|look) (?:\w+ )?(?:good|high|excellent|strong|great|fair)\b"
    r"|\b(?:\w+ )?percent chance\b|\bstand a (?:\w+ )?chance\b"
)
_PAID_ON_TERMS = (
    r"\bpay (?:us )?(?:only |just )?(?:if|once|when|after) (?:we|he|she|the case|it is over)\b"
    r"|\bnot (?:have to |need to )?pay (?:\w+ )?(?:until|till|before|unless|yet|up ?front)\b"
    r"|\bno win no fee\b|\b(?:instalments?|monthly|half now|paying (?:later|late"
    r"|monthly|bit by bit)"
    r"|credit|a discount|an extension)\b(?: \w+){0,4}? (?:is|are|would be) (?:fine"
    r"|okay|alright|possible"
    r"|no problem|not a problem|allowed|acceptable)\b"
)
_SEEN = (
    r"\bi (?:can |do |already )?see (?:that )?(?:\w+ ){0,3}?(?:slots?|openings?"
    r"|appointments?|availability"
    r"|bookings?|payments?|free time)\b"
    r"|\b(?:calendar|diary|system|file|records?|screen|schedule) (?:shows?|says?|has|is showing"
    r"|indicates?|tells? me)\b|\bwaiting time is\b"
    r"|\byou are (?:number )?\w+ in (?:the |our )?(?:queue|line)\b"
)
_MAILED = (
    r"\bcheck your (?:email|inbox|phone|messages|sms|whatsapp|mail)\b"
    r"|\b(?:to follow|follows) (?:by|on|via|shortly|in)\b"
)
_MADE = (
    r"(?:done|arranged|fixed|sorted(?: out)?|moved|waived|changed|organi[sz]ed|delivered|settled"
    r"|rescheduled|cancelled|speeded up|expedited)"
)
_LET_OFF = (
    r"^(?:(?:so|then|well|oh|and|please|just|okay|no|yes) )*(?:do not (?:bother|reply"
    r"|respond|attend"
    r"|appear|show up|turn up|even go)|ignore (?!me\b|what i|the first|that last)"
    r"|disregard (?!what i)"
    r"|stop paying|forget (?:about )?(?:the|that|those|it|your) (?:\w+ )?(?:fee|fees|charge|charges"
    r"|fine|deadline|bill|balance|deposit|debt|letter|summons|hearing)"
    r"|(?:sleep|rest) (?:well|easy|easily|assured)|take it that|keep the|sign it|accept it)\b"
)
_ASSURED = (
    r"\bno choice but to\b|\b(?:is|are) (?:now |all )?behind (?:you|us)\b"
    r"|\bbe (?:our|my|an) (?:honour|pleasure|privilege) to (?!(?:help|assist|take (?:a|your|the"
    r"|that))\b)|"
    r"\bin the bag\b|\bdone deal\b|\bas good as (?:yours|done|won|settled|booked|over|sold)\b"
    r"|\b(?:easy|sure|certain|clear) (?:win|victory)\b|\bbet (?:my|your|the) \w+"
    r"|\bnothing to (?:fear|lose)\b|\bhave (?:got )?you(?:r back| covered)\b|\bgot your back\b"
    r"|\b(?:in|into) (?:our|safe|good|capable|the best of) hands\b(?! if| of the)"
    r"|\bbank on (?:it|us|me|that)\b"
    r"|\b(?:takes?|taking) (?:it|this|things|that) from here\b|\bsay no more\b"
    r"|\bon (?:our|my) side of things\b|\b(?:is|are) on our side\b"
    r"|\bhave (?:our|my|the office) (?:full )?(?:permission|consent|blessing|approval|go ahead"
    r"|assurance|guarantee|promise)\b"
    r"|\byou are (?:now |all |quite )*(?:allowed|cleared|permitted|entitled|at liberty) to (?:keep"
    r"|skip|leave|stay|travel|ignore|miss|stop|sell|use)\b"
    r"|\byou may (?:stay (?:at home|away)|skip|ignore|keep the|leave it)\b"
    r"|\byou can (?:leave it|stay (?:at home|away)|keep (?:the|your)|ignore)\b"
    r"|\b(?:you are (?:now )?(?:our|a) (?:new |newest )?client|welcome (?:on board|aboard"
    r"|to the (?:team|firm|family)))\b|\byour (?:lawyers|advocates) now\b"
    r"|\byou have (?:until|till) (?:the (?:end|\d|\w+ (?:of|th\b))|next|tomorrow|mon"
    r"|tues|wednes|thurs|fri"
    r"|satur|sun)\w*\b"
    r"|\b(?:must|have to|has to) (?:pay|compensate|reinstate|refund|release|return) (?:you|him|her"
    r"|it back|everything)\b|\btime limit is extended\b|\bno (?:questions asked|strings attached)\b"
    r"|\bwould (?:be (?:\w+ )?(?:glad|happy|delighted|pleased|honoured|willing) to|love to|gladly)"
    r" (?:take|represent|see|meet|act for|defend) (?!(?:a|the|your) (?:message|name"
    r"|number|details|note))"
    r"|\b(?:he|she|they|and) would (?:\w+ )?(?:take it (?:up|on)|take (?:you|your"
    r" case)|represent you)\b"
)
_SETTLED = (
    r"\blocked in\b|\bsquared away\b"
    r"|\btop of (?:the|his|her|our|their) (?:list|pile|queue|agenda|diary)\b"
    r"|\b(?:first|next) in (?:line|the queue)\b|^(?:it is |that is )?(?:a )?deal\b(?! with)"
    r"|^(?:\w+ )?(?:approved|granted|accepted|hired|agreed)$|\byou are hired\b|\bdone and dusted\b"
    r"|\bwe have (?:it|them|those|everything) (?:here|with us|at the office)\b"
)
_WITH_US = (
    r"\b(?:works for|suits|fine (?:with|by)|okay with) us\b"
    r"|\byou would be (?:seen|paid|released|compensated|reinstated|refunded)\b"
)
_SHOULD_BE = (
    r"\byou should (?:be (?:able to (?:collect|pick|get)|hearing|getting|receiving"
    r"|in\b|done)|have (?:it|them)"
    r"|see (?:it|him|her|them)|find (?:it|them) in)\b"
)
_HEARD = (
    r"\b(?:word|news|answer|advice|instructions?|decision|verdict|feedback|opinion|view) (?:from"
    r" (?:\w+ ){1,3})?is (?:that|yes|a yes|no|to|positive|good|not to)\b"
)
_SPOKE = (
    r"\b(?:had|have had|has had) (?:an? |the |our |another )?(?:\w+ )?(?:words?|chats?|talks?"
    r"|discussions?|conversations?|calls?) (?:\w+ )?(?:with|to|from)\b"
    r"|\b(?:got|has|had|received) (?:\w+ )?(?:word|notice|instructions?) (?:from|of it)\b"
)
"""*I had a quick word with her*: the noun tells what was done, the verb only when."""
_HIMSELF = (
    r"\bit (?:is|will be) (?:\w+ ){1,4}?who (?:calls|rings|sees|comes|handles|takes|will"
    r"|is going)\b"
)
_EASY = (
    r"\bcross my heart\b|\btake (?:that|it) to the bank\b|\bwalk in the park\b|\bpiece of cake\b"
    r"|\bopen and shut\b|\bplain sailing\b|\bhome and dry\b|\b(?:in the clear|out of the woods)\b"
)
_VACANT = (
    r"\b(?:have|has) (?:got )?(?:a|an|the|one) (?:\w+ ){0,2}(?:slot|place|opening|space|gap"
    r"|vacancy) (?:for you|left for you|on|at|tomorrow|this|next)\b"
)
_PLACED = (
    rf"\b{_DAY} it is(?: then| confirmed| sir| madam)?$|\bin your name\b(?! (?:and|or"
    rf"|please|too|first))"
    r"|\bgot you (?:in|on|down(?! as)|an?|the|ten|twenty|some|half)\b"
    r"|\b(?:monday|tuesday|wednesday|thursday|friday|saturday|it|that) can (?:surely "
    r"|easily |also )*be"
    rf" {_MADE}\b"
)
_COMING = (
    r"\b(?:seeing|meeting) you (?:on|at|tomorrow|then|this|next|in)\b|\bhave (?:got"
    r" )?you (?:for|on|at)\b"
    r"|\byou (?:can|may|will) come (?:\w+ ){0,4}instead\b|\bwe have a deal\b"
)
_TO_RING = (
    r"\b(?:look|watch) out for (?:an?|our|his|her|their|the) (?:\w+ ){0,2}(?:calls?"
    r"|sms|text|message|email"
    r"|confirmation|link|rider|driver|invoice)\b|\bkeep your (?:phone|line) (?:close"
    r"|near|on|free|with)"
    r"|\bwatch your (?:phone|inbox|sms|messages|email)\b|\bawait (?:our|his|her|their|a|my) \w+"
    r"|\bexpect (?:us|him|her|them|me|our|his|their|mr|mrs|miss|ms|madam|a (?:rider"
    r"|driver|colleague|lawyer|text"
    r"|confirmation|visit|letter))\b(?! to (?:be|have|ask|know|want))"
)
IDIOMS: tuple[tuple[re.Pattern[str], Commitment], ...] = tuple(
    (re.compile(way), meant)
    for way, meant in (
        (_EXISTING, UNSEEN),
        (_ON_ITS_WAY, UNSEEN),
        (r"\b(?:i|we) hereby \w+", DONE),
        (_LET_OFF, SURE),
        (_ASSURED, SURE),
        (r"\bconsider (?:him|her|them)\b", SAVED),
        (_SETTLED, BOOKED),
        (_WITH_US, SURE),
        (_SHOULD_BE, NO_PROMISE),
        (_HEARD, AGREED),
        (_SPOKE, AGREED),
        (_HIMSELF, NO_PROMISE),
        (r"(?<!\bi )(?<!\bi have )\b(?:had|having) an? (?:\w+ )?look\b", UNSEEN),
        (_EASY, SURE),
        (r"\bhas you (?:down |in )?(?:at|on|for|in|with)\b", BOOKED),
        (r"\bi have (?:got )?(?:him|her)(?: (?:on|here|now|for you|ready)\b.*)?$", UNSEEN),
        (
            (
                r"\byour \w+ (?:now |already )?has (?:now |already )?(?:got )?an? (?:\w+ )?"
                r"(?:number|date|slot|lawyer|advocate|hearing)\b"
            ),
            UNSEEN,
        ),
        (_PLACED, BOOKED),
        (_VACANT, UNSEEN),
        (r"\bover to (?:him|her|them|mr|mrs|miss|ms|madam)\b", CONNECTING),
        (_TO_RING, NO_PROMISE),
        (_LEGAL, SURE),
        (_CHANCES, SURE),
        (_PAID_ON_TERMS, SURE),
        (_SEEN, UNSEEN),
        (_MAILED, SENT),
        (_COMING, BOOKED),
        (_UNSEEN_FILE, UNSEEN),
        (_PAID_LATER, SURE),
        (_OFFERED_US, SURE),
        (
            (
                r"\b(?:i|we) (?:can |do |hereby |personally |will )*(?:promise|guarantee"
                r"|assure|swear|vow)"
                r"\b(?! nothing)|\brest assured\b|\b(?:you have|i give you)"
                r" (?:my|our|his|her|the \w+) word\b"
                r"|\bmy word on it"
                r"\b|\b(?:count|depend|rely|bank) on (?:me|us|it|him|her|that)\b|\b(?:is|are|be|it)"
                r" (?:\w+ )?guaranteed\b|\byou will (?:\w+ )?win\b|\bwe will (?:\w+ )?win\b"
                r"|\bno doubt you"
                r" will\b|\b(?:bound|sure|certain|guaranteed) to (?:win|succeed|get)\b"
                r"|^guaranteed\b"
                r"|\byou can (?:now |just |simply )*(?:relax|rest easy|count on|forget about"
                r"|consider)\b"
                r"|\b(?:is|it is) a promise\b|\bwe (?:have )?(?:never|always) (?:lose|lost|win"
                r"|won|failed|let)\b"
                r"|\b(?:it|that) is a (?:yes|go)\b|\b(?:my|our) treat\b"
                r"|^no (?:fees?|charges?) (?:this|for you|today|at all|whatsoever)\b"
                r"|\bgreen light\b|\b(?:strong|good|solid|excellent|winnable|watertight)"
                r" (?:case|chances?|claim)\b"
                r"|\b(?<!will )(?<!let me )(?<!to )go ahead and (?!tell|say|give|spell|ask"
                r"|speak|leave|type|start|repeat)\w+"
                r"|\b(?:appointment|meeting|booking|slot|hearing) (?:no longer stands|still"
                r" stands|stands|is off|stays|remains|holds)\b"
                r"|\bleave (?:it|that|everything) (?:to|with) (?:me|us)\b(?! as)|\bsuccess is\b"
            ),
            SURE,
        ),
        (
            (
                r"\bconsider (?:it|that|this|yourself|us|the \w+|your \w+)\b"
                r"|^(?:all |job |it is )?(?:done|sorted|settled|fixed)\b(?! (?:for|at|by|on))"
                r"|\bit is a deal\b|\byou have a deal\b|\bdeal done\b|^on it\b|\bi am on it\b"
            ),
            SAVED,
        ),
        (r"^(?:\w+ )?(?:message|note) (?:\w+ )?(?:sent|saved|delivered|passed|taken)\b", SAVED),
        (
            (
                r"^(?:\w+ )?(?:appointment|booking|meeting|slot) (?:now )?(?:confirmed|booked"
                r"|set|made|cancelled)\b"
                r"|\bsee you (?:on|at|tomorrow|today|then|next|this|there|soon|in)\b"
                r"|\byour (?:\w+ )?(?:appointment|meeting|consultation|booking|slot) is (?:on"
                r"|at|for|with)\b"
                r"|^all set\b|\b(?:i|we) have (?:got )?you (?:all )?(?:down|in|set) (?:for|on|at)\b"
            ),
            BOOKED,
        ),
        (
            (
                r"\byou (?:will be|are) (?:now )?through to\b(?! (?:the )?(?:reception|office"
                r"|kamau))|^(?:putting|getting) you through\b"
            ),
            CONNECTING,
        ),
        (
            (
                r"\byou (?:should|ought to) (?:hear|get|receive|have) (?:\w+ ){0,3}(?:from"
                r"|back|call|reply|answer"
                r"|it|them)\b"
            ),
            NO_PROMISE,
        ),
        (
            (
                r"(?<!you )\b(?:have|has) (?:now |already )?(?:got )?your (?:payment|money"
                r"|documents"
                r"|email|application|cheque|letter|papers|case|file|title|refund)\b"
                r"|\byou (?:owe|no longer owe)\b"
            ),
            DONE,
        ),
        (
            (
                r"\byou have (?:got )?(?:an?|your|the) (?:\w+ ){0,2}?(?:appointment|booking|slot"
                r"|meeting|reservation|oclock)\b"
            ),
            BOOKED,
        ),
        (
            (
                r"\b(?:booking|confirmation|appointment|reference|ticket|tracking|queue)"
                r" (?:reference|number|code|id)"
                r" (?:is|will be)\b"
            ),
            BOOKED,
        ),
        (
            (
                r"\bexpect (?:an? |the |their |his |her |our )?(?:\w+ )?(?:calls?|answer|reply"
                r"|visit|email)\b|(?<!not )\bexpect to (?:hear|get|receive|see|have|be)\b"
            ),
            NO_PROMISE,
        ),
    )
)
