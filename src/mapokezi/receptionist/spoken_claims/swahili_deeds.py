"""Deeds and promises told in Swahili, by the form of its verbs.

A Swahili verb says who, when and to whom in front of its root: *ni-me-ku-tumia*, I have sent it
to you; *a-ta-ku-pigia*, they will ring you. As in English, what is done or will be is a deed unless
its root is one of a conversation, and what is being done is one if it is done to the caller or is
on its way.
"""

from __future__ import annotations

import re

from mapokezi.receptionist.spoken_claims.commitment_rules import (
    BOOKED,
    CALLS_BACK,
    CONNECTING,
    DONE,
    SAVED,
    SENT,
    TOLD,
    UNSEEN,
    Commitment,
)
from mapokezi.receptionist.words import listed

_VERB = re.compile(
    r"\b(?P<who>ni|tu|u|m|a|wa|i|zi|ya|li|ki|vi|pa|ku|(?=naku))"
    r"(?P<tense>meshai?|mekwisha|mesha|me|ta|na|li)"
    r"(?P<deed>[a-z]{2,}(?:[aeiu]|book))\b"
)
"""*nakuunganisha* is *ninakuunganisha*: in speech the *I* of the present tense is left out."""
_UNSAID = re.compile(
    r"\b(?:(?:si|hatu|ha)(?:wezi|jui|juwi)|sina (?:uhakika|hakika)|u(?:me|li)(?:sema|ambiwa)"
    r"|ikiwa|iwapo"
    r"|kama(?! kawaida| (?:u|mli|uli)\w+))\b"
)
"""What follows is not known, or hangs on something."""
_NO_VERBS = frozenset(
    listed(
        """
    america italia utah amen ameri ameli animate animated anatomy unable unaware image inanimate
    until utali initiate initial imitate intake unanswered alike alive alibi italic immediate
    lamenta
    amelia inane anaesthesia unite united unique online inline tuna inalienable zinali
    kitambo kitabu vitabu kitanda maelezo malipo walimu milima mtaani mtaa mtafute
    """
    )
)
"""What only looks like a verb: English words, and nouns."""
_OF_TALK = re.compile(
    r"(?:ku|m|mw|wa|ni|tu|i|li|ki|ya|u|zi)?(?:elew[a-z]*|siki(?:a|li[a-z]*)|andik(?:a|ia)|on(?:a"
    r"|e)|jaribu"
    r"|saidia?|chuku(?:a|lia) ?|uliz(?:a|ia)|angali(?:a|e)|som(?:a|ea)|hitaj[a-z]*|wez(?:a|e)|kuwa"
    r"|fung(?:a|ua)|anz(?:a|e)|endele[a-z]*|rudia|shukuru|poke[a-z]*|sem(?:a|ea)|kumbuk[a-z]*"
    r"|tafut(?:a|ia)|fanya kazi|tak(?:a|i)|omb(?:a|i)|pend(?:a|elea)|ju(?:a|i)|subiri|ngoj(?:a|ea)"
    r"|pat(?:a|ikana)|tumaini|amini|fikiri|dhani|kosa|gharimu|chukua"
    r"|kaa|kubali malipo|ish(?:a|i)|tosha|itwa|elekeza|karibisha|husu|lip(?:a|wa)|rekodi(?:wa)?"
    r"|j(?:a)|toka|end(?:a)|fik(?:a)|on(?:ana))"
)
"""Roots of a conversation, and of coming to the office."""
_OF_CALLER = re.compile(r"(?:ona|pata|pew|pig|fik|toka|shind|lipw|end|rud|ja$|kuja|ach)")
"""What the caller is not to be told they will do, get or reach."""
_OF_MESSAGE = re.compile(
    r"(?:fik|tum|hifadh|pelek|pok|wasil|andik|pew|pang|wek|kubal|chagul|sajil)"
)
"""*u-* is also a message's: *ujumbe umefika*."""
_OTHERS = frozenset({"a", "wa", "i", "zi", "ya", "li", "ki", "vi", "pa", "ku"})
_PRONE = re.compile(
    r"(?:ku|kw|m|mw|wa)(?!ja\b|wa\b|fung|hitaj|ruhus|patikan|end\b|husu|lip|chuku|som|siki|elew"
    r"|shughulik"
    r"|saidi|tafut|uliz|on[ae]\b|ambi|julish|arif|elez|omb|shukur|karib|pend|andik|anz|rek"
    r"|taka)\w{3,}"
    r"|(?:i|li|zi|ki|vi|ya)(?:shughulik|fany|maliz|andali|tum|pelek|tengenez)\w+"
    r"|(?:kuja|enda|rudi|fika)\b"
)
"""What is being done: to the caller, or on its way."""
_DEEDS = (
    (re.compile(r"(?:ku|m|mw|wa|ni)?(?:pigi|fiki|jibu)"), CALLS_BACK),
    (re.compile(r"(?:ku|m|mw|wa)?(?:tum)"), SENT),
    (re.compile(r"(?:ku|m|mw|wa)?(?:ambi|julish|arif|eleza)"), TOLD),
    (re.compile(r"(?:ku|m|mw|wa)?(?:unganish)"), CONNECTING),
    (re.compile(r"(?:u|ku|m|mw|wa)?(?:hifadh|sev|save|fik|peleka|pelek|wasilish)"), SAVED),
    (re.compile(r"(?:ku|m|mw|wa)?(?:book|pang|wek|andalia|hairish)"), BOOKED),
)
_GOODS = re.compile(r" (?:\w+ )?(?:malipo|pesa|hela|hati|barua|faili|nyaraka|maombi|ada)\b")
"""What one receives that is more than a call."""
_STATES = re.compile(
    r"\b(?:yuko|yupo|iko|ipo|ziko|zipo|kiko|kipo|viko|vipo|yako|mko|uko|upo) (?:mezani"
    r"|kwa (?:meza|wakili|diary|list|orodha)"
    r"|kortini|tayari|njiani|salama|sawa kabisa"
    r"|hapa kwa ajili yako)\b"
    r"|\b(?:uta|mta|ata|wata)lipa (?:baada|kidogo|pole|baadaye|ukiwa)|\bahadi\b|\bnakuahidi\b"
    r"|\btumeshamaliza\b|\bumeshapata\b|\bhakuna (?:shida|wasiwasi),? utap\w+"
)
"""What is said to be so, and nobody can see."""


def swahili_deed(plain: str, names: frozenset[str]) -> Commitment | None:
    """Give the deed that a sentence tells in Swahili, if it tells one.

    Args:
        plain: the sentence, plain.
        names: its words that are names, and no verbs.
    """
    for match in _VERB.finditer(plain):
        if match[0] in _NO_VERBS | names or _UNSAID.search(plain, 0, match.start()):
            continue
        is_goods = match["deed"].startswith("poke") and _GOODS.match(plain[match.end() :])
        if is_goods or not _is_harmless(match):
            return next((to for way, to in _DEEDS if way.match(match["deed"])), DONE)
    return UNSEEN if _STATES.search(plain) else None


def _is_harmless(match: re.Match[str]) -> bool:
    who, tense, deed = match["who"], match["tense"], match["deed"]
    if tense == "na":
        return who in {"u", "m"} or not _PRONE.fullmatch(deed)
    if who in {"u", "m"}:
        return not (_OF_CALLER if tense == "ta" else _OF_MESSAGE).match(deed)
    if who in _OTHERS and tense == "ta":
        return bool(
            re.fullmatch(
                r"(?:gharimu|chukua|fung(?:a|ua)|hitaji|hitajika|tosha|kuwa|saidia|anza)", deed
            )
        )
    return _OF_TALK.fullmatch(deed) is not None
