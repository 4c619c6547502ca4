"""The words by which one commits oneself, by what is committed: patterns of plain text.

``<have>`` stands for "I have (just, already ...)", ``<i>`` for I or we, ``<who>`` for anybody of
the office, ``<appointment>`` for a visit by any name, ``<book>`` for what can be done to one.
"""

from __future__ import annotations

I = r"(?:i|we)"  # noqa: E741
HAVE = rf"{I} (?:have )?(?:just |now |already |also |gone ahead and |successfully )*"
WHO = (
    r"(?:he|she|they|somebody|someone|one of (?:us|them|our \w+)|our \w+|the \w+"
    r"|a (?:lawyer|colleague)|(?:mr|mrs|ms|miss|madam|wakili) \w+|we|i"
)
"""Open: an office's own names come behind it."""
APPOINTMENT = (
    r"(?:appointments?|meetings?|slots?|consultations?|visits?|sessions?|bookings?|places?|seats?"
    r"|rooms?|time|interviews?)"
)
BOOK = (
    r"(?:booked|scheduled|reserved|rescheduled|arranged|set up|fixed|blocked|penciled|pencilled"
    r"|secured|confirmed|cancelled|canceled|moved|slotted|made)"
)
BOOKED = (
    r"\b<have> <book> (?:\w+ ){0,5}?<appointment>\b",
    r"\b<have> (?:booked|scheduled|slotted|penciled|pencilled|reserved|squeezed) \w+",
    r"\b<have> put you (?:down|in) (?:for|on|with|at)\b",
    (
        r"\b<appointment> (?:\w+ ){0,4}?(?:is|are|has been|have been|was|now) (?:now |all "
        r"|already |officially |successfully |been )*(?:<book>|set|in the (?:diary"
        r"|calendar))\b"
    ),
    (
        r"\byou are (?:now |all |fully |already )*(?:booked|scheduled|confirmed|set|in for"
        r"|down for)\b"
    ),
    r"\b(?:it is|that is|all|everything is) (?:now |all )*(?:booked|scheduled|confirmed)\b",
    r"^(?:booked|scheduled|confirmed|reserved)\b",
    r"\b<i> have (?:got )?you (?:down|in) (?:for|on|at)\b",
    (
        r"\b<i> (?:will|am going to|can) (?:keep|hold|save|block|set aside) (?:that|the|an?|this"
        r"|your) (?:\w+ )?(?:<appointment>|hour)\b"
    ),
    r"\b<have> (?:set aside|kept|held|blocked) (?:\w+ ){0,3}?(?:<appointment>|hour|day)\b",
    r"\b(?:is|are) (?:now )?(?:in|on) (?:the|our|his|her) (?:diary|calendar|schedule|books)\b",
    r"\bsee you (?:on|at|tomorrow|today|then|next|this|there)\b",
    (
        r"\b<i> (?:will|am going to|can) (?:now |just )?(?:book|schedule|reserve|reschedule"
        r"|cancel) (?:you|your|an?|the)\b"
    ),
    (
        r"\b<i> am (?:now )?(?:booking|scheduling|reserving|rescheduling) (?:you|your|an?|the"
        r"|that)\b"
    ),
    r"\byour (?:\w+ )?(?:appointment|meeting|consultation|booking) is (?:on|at|for|with)\b",
)
SENT = (
    (
        r"\b<have> (?:sent|emailed|e mailed|texted|smsed|whatsapped|mailed|faxed)\b(?! your"
        r" (?:message|request|question|name|details))"
    ),
    r"\b<have> forwarded (?:you|the (?:documents?|files?|papers?|invoice|receipt))\b",
    (
        r"\b<i> (?:am (?:now )?|will (?:now |also |just )?|am going to )(?:send|sending|email"
        r"|e mail|emailing|text|texting|whatsapp|forward|forwarding) (?:you|it to you|them to"
        r" you|an? (?:sms|text|email|e mail|confirmation|link|whatsapp|invoice|receipt)|the)\b"
    ),
    (
        r"\byou (?:will|shall|should) (?:get|receive|have) (?:an? |the |your )?(?:\w+"
        r" )?(?:sms|text|email|e mail|confirmation|link|whatsapp|invoice|receipt|reminder)\b"
    ),
    (
        r"\b(?:is|are) (?:now |already )?on (?:its|their|the) way (?:to you|by|to your (?:e ?mail"
        r"|inbox|phone|whatsapp))"
    ),
    (
        r"\ban? (?:sms|text|email|e mail|confirmation|link|reminder) (?:has been|was|is being"
        r"|is on its way)\b"
    ),
)
DONE = (
    (
        r"\b<have> (?:registered|filed|paid|refunded|processed|approved|waived|opened|ordered"
        r"|updated|changed|removed|deleted|transferred (?:the|your) (?:money|funds|payment"
        r"|file)|issued|renewed|submitted|signed|drafted|prepared|completed|activated|granted"
        r"|received your payment|applied (?:a|the|your)|extended|withdrawn|cancelled|canceled"
        r"|reserved)\b"
    ),
    (
        r"\byour (?:payment|refund|application|order|request|case|file|title|discount|account"
        r"|fee) (?:\w+ )?(?:has been|is now|was|is|have been) (?:\w+ )?(?:approved|processed"
        r"|received|refunded|filed|registered|completed|cancelled|canceled|waived|applied"
        r"|granted|accepted|settled|closed)\b"
    ),
    (
        r"\b<i> (?:will|am going to) (?:waive|refund|approve|process|file|register|pay|give"
        r" you an?|apply) \b"
    ),
)
AGREED = (
    (
        r"\b<have> (?:spoken|talked|checked|agreed|confirmed|consulted) (?:it |this |that"
        r" )?(?:to|with) (?!you)\w+"
    ),
    r"\b<who> says? (?:that )?(?:yes|no|he|she|they|it|you)\b",
    (
        r"\b<who> (?:has |have )?(?:just |already )?(?:agreed|confirmed|approved|accepted"
        r"|promised|said (?:yes|that|it|he|she|they))\b"
    ),
)
PROMISED = (
    r"\bexpect (?:an? |their |his |her |our )?(?:\w+ )?(?:calls?|answer|reply|visit)\b",
    (r"\byou (?:will|shall|can expect to) (?:\w+ )?hear (?:back )?from (?:us|him|her|them|<who>)"),
    r"\b<who> (?:will|is going to) (?:\w+ )?be (?:in touch|with you|calling|contacting)\b",
    r"\byou will (?:get|receive|have) an? (?:call|answer|reply|visit)\b",
)
SURE = (
    r"\b<i> (?:can |do |hereby )?(?:promise|guarantee|assure you)\b",
    r"\b(?:guaranteed|you will (?:definitely |surely |certainly )?win)\b",
)
SAVED = (
    r"\b<have> put (?:\w+ ){1,4}?(?:in|into) (?:our|the) (?:system|records|file|computer)\b",
    (
        r"\b<have> (?:saved|recorded|stored|logged|submitted|left|taken(?: down)?|passed on"
        r"|passed|delivered|forwarded|relayed|sent) (?:\w+ ){0,3}?(?:message|note|details"
        r"|request|question|information|that)\b(?! down| (?:and )?i\b)"
    ),
    (
        r"\b(?:your|the|that|this|urgent) (?:\w+ )?(?:message|note|request|details?"
        r"|information|name|number) (?:\w+ ){0,2}?(?:is|are|has been|was|were|have been)"
        r" (?:now |all |already |safely |successfully "
        r"|been )*(?:saved|recorded|stored|taken|passed|delivered|forwarded|noted|sent|logged"
        r"|with|on its way|left)\b"
    ),
    (
        r"\b(?:it is|that is|all|everything is|they are) (?:now |all |safely |already"
        r" )*(?:saved|recorded|passed on|delivered)\b"
    ),
    r"^(?:saved|message saved|message sent|done)\b",
    (
        r"\b(?!i |we )<who> (?:will|is going to) (?:get|have|receive|see|read) (?:your|the|this|it"
        r"|that)\b"
    ),
)
TOLD = (
    (
        r"\b<have> (?:told|informed|notified|alerted|reminded|let|asked|messaged|updated)"
        r" (?!you\b|me\b)\w+"
    ),
    (
        r"\b<i> am (?:now |just )?(?:letting|telling|informing|notifying|alerting|messaging)"
        r" (?!you\b|me\b)\w+"
    ),
    r"\b<who> (?:has|have) been (?:told|informed|notified|alerted|messaged)\b",
    r"\b<who> (?:knows|is aware|are aware|has (?:got|received|read|seen) your)\b",
)
ANY_DEED = (
    (
        r"\b<i> have (?:just |now |already |also )?(?!<harmless>)(?:\w+ed|sent|put|made|done|paid"
        r"|given|set|sold|brought|bought|drawn|begun|gone)\b"
    ),
    (
        r"\b(?:your (?:\w+ )?\w+|that|it|everything|this) (?:is|are|is been|has been|have been)"
        r" (?:now |all "
        r"|already |just )*(?!<harmless>)(?:\w+ed|sent|paid|sold|done|dealt with|taken care of)"
        r"(?: (?:out|up))? (?:for you|in our|in the system|out)\b"
    ),
)
"""Deeds of any kind: what is no other commitment and no harmless one."""
HARMLESS = (
    r"(?:understood|heard|noted|looked|checked|searched|tried|finished|marked|missed|asked"
    r"|mentioned"
    r"|explained|listed|answered|listened|learned|repeated|written|added|decided|received no"
    r"|recorded|saved|been|allowed|supposed|concerned|needed|involved|afraid|interested|put (?:that"
    r"|it) down|put down|made (?:a|the) note|done (?:that|so)|taken|closed|located|printed|deleted"
    r"|passed on correctly|given|told|called|wanted)\b"
)
CONNECTING = (
    (
        r"\b<i> am (?:now |just )?(?:connecting|transferring|forwarding|passing|patching)"
        r" (?:you|your call|the call)\b(?! on (?:in|to the))"
    ),
    r"\byou are through to\b",
    r"\b<i> am (?:now |just )?(?:putting|passing|getting) you (?:through|across|over|on)\b",
    r"\b<i> (?:will|shall|am going to) (?:now |just )?(?:connect|transfer|put|patch) you\b",
    (
        r"^(?:okay |all right |alright |sure |certainly |of course |great |thank you |please"
        r" hold )*(?:connecting|transferring|putting) (?:you|your call)\b"
    ),
    (
        r"\b(?:your call is being|you are (?:now )?being) (?:connected|transferred|put"
        r" through|forwarded)\b"
    ),
    r"\byou are (?:now )?connected\b",
    r"\b(?:is|are) (?:now )?(?:ringing|picking up|on the line)\b",
)
