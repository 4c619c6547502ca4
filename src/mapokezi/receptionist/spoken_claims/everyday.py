"""The words of which a reception's harmless talk is made: what may be said without being told.

The burden of proof is the sentence's. What is said to be so, to be possible, to be done as a rule,
or by one of the verbs of a conversation, is harmless only if its words are these, or stand in the
office's facts, or name its people, or are what the caller has told. It is the list of what may be
said: a word that is missing costs a needless correction, one too many lets an invention pass.
"""

from __future__ import annotations

import re

from mapokezi.receptionist.spoken_claims.verbs import verb_of, verbs
from mapokezi.receptionist.words import listed

_COURTESY = """
    sorry afraid glad happy pleased welcome grateful thankful sad terrible awful hard difficult
    tough
    upset painful shocking frustrating stressful scary worrying heavy kind patient great nice lovely
    wonderful perfect excellent fine okay alright correct right wrong true clear understandable
    upsetting
    pleasure honour help helpful helping hear hearing listening sounds pole sana loss trouble worry
    worries problem bother rush hurry pain shame pity shock unfortunate trouble promise walk
    important serious urgent danger
    emergency excited interested curious concerned confused worried frightened delighted able unable
    allowed willing trying nothing bad rough sick unwell deceased dead peace aware sure certain
    good running lucky careful honest calm polite brave strong enough
"""
_TALK = """
    receptionist automated machine computer assistant robot person human real virtual recorded
    recording
    record name names spelled spelling spell letter letters number numbers digits digit code message
    messages question questions request matter note details information reason line call calls
    caller
    calling phone telephone speaking talking word words meaning said mean saying told asked
    mentioned
    repeat again back once first last next full part other another same different thing things
    something
    anything everything one ones two someone somebody anyone anybody nobody people way ways
    point case about regarding behalf connection end start beginning front touch wish wishes choice
    option options answer answers advice advise comment list everyone each either both rest whole
    keypad keys key hash star press tone beep language english swahili voice hello goodbye thank
    thanks say tell ask look ring use read place
    ends welcome reception law firm lawyer lawyers advocate advocates colleague colleagues office
    complaint complaints feedback regards greetings address directions location apology goes forward
    meeting daytime daytimes ears discuss judge settle consider comment among amongst written
    writing door owe owes knows decide decides given explained money understand whenever reach
"""
_QUALITY = """
    busy noisy quiet loud faint low poor cut broken breaking easy easier better best same short
    shorter
    long longer quick quicker brief slow slowly early earlier late later fast simple difficult
    possible
    impossible necessary needed usual normal ordinary general particular special certain available
    convenient suitable useful complete missing empty new old own private confidential personal
    separate extra free fluent local main only least most more less few many much lot little bit
    far near away close close nearby along behind beside between across around up down out over
    through in on off of by as without within under above below past beyond round with before after
    against towards straight immediately indeed inside outside clearly loudly kindly
    situation story background context sense idea opinion kind sort type example typical common
    standard unusual surprising strange odd funny interesting accurate exact precise specific
    obvious unclear uncertain likely unlikely
"""
_HOURS = """
    open closed shut close hours break lunch holiday holidays weekend weekends weekday weekdays
    public
    day days week weeks month months year years hour hours minute minutes moment second seconds time
    times today tonight tomorrow yesterday morning afternoon evening night noon midnight now then
    soon
    until till from since monday tuesday wednesday thursday friday saturday sunday mondays tuesdays
    wednesdays thursdays fridays saturdays sundays january february march april may june july august
    september october november december oclock am pm half quarter past christmas easter jamhuri
    madaraka mashujaa eve boxing clock currently date dates earliest latest
"""
_MONEY = (
    "shillings shilling bob kes thousand hundred million percent price prices cost fee fees amount"
)
_NUMBERS = """
    zero oh one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety
    hundred
    double triple treble third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth
    thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth thirtieth
"""
_GRAMMAR = """
    a an the this that these those here there my your yours our ours his her hers their theirs its
    i me you
    he him she they them we us it who whom whose which what when where why how whether if and or but
    so because as than then to for not no yes too also just only even still already always ever
    never
    very quite rather really almost nearly about exactly roughly actually probably perhaps maybe
    please well all any some every such be being been is are was were am will would can could may
    might
    shall should must do does did doing done have has had having get getting got let like need want
    know see sir madam mum maam mama dear mr mrs miss ms dr wakili kabisa however though while
    instead
    cannot into at per else myself yourself himself herself themselves ourselves itself
"""
EVERYDAY = frozenset(
    listed(" ".join((_COURTESY, _TALK, _QUALITY, _HOURS, _MONEY, _NUMBERS, _GRAMMAR)))
)
"""Words that say nothing of anybody's matter."""
_FIGURES = re.compile(r"[\d:.+]+(?:st|nd|rd|th|am|pm)?|[a-z]")
_FURTHER = re.compile(
    r"\b(?:(?:i|we|he|she|they|who|if|when|whenever|because|but|how|why|whether|once|unless"
    r"|so that|though|although)\b"
    r"|(?:that )?(?:you|it|there) (?:is|are|was|were|has|have|had|will|can|cannot|do|did|does)\b"
    r"|that (?:you|it|the|a|there)\b|(?<=\w )you (?:want|need|like|gave|said|mean|bring|ask)\b)"
    r"|(?<=^afraid )|(?<=^sorry )(?!to)|(?<=^glad )(?!to)|(?<=^sure )(?!to)"
)
"""Where a further clause begins, which is judged by its own verb."""

OF_TALK = verbs(
    "ask tell note write say mention explain spell repeat read hear listen understand know see look"
    " check try find connect transfer help leave pass take put speak talk need want think"
    " believe hope"
    " wish prefer plan intend mean guess suppose suggest feel love"
    " like appreciate apologise apologize thank regret"
    " remember forget answer give call wonder worry start stop begin stay hold wait go come"
    " confirm correct jot return ring reach follow advise save share add be do get have mark"
    " keep work owe lose flag move finish complete change cover make include miss mishear skip"
    " return continue use"
    " frustrate worry annoy disappoint upset confuse surprise stress shock"
    " press type hang use close open show run end promise explain break owe email send walk"
    " park receive require pay drive visit sit"
)
"""Verbs of a conversation, and of coming to the office."""
OF_LOOKING = verbs("look check search find see")
"""What one does to a fact, and may tell of in its words."""
OF_WRITING = verbs("put add include mark flag change correct use write note")
"""What one does to a message, in the caller's words."""
OF_SPEECH = verbs(
    "ask tell note write say mention explain spell repeat read hear understand know think"
    " believe hope"
    " wish mean guess suppose suggest feel thank regret remember wonder answer advise want need"
    " see decide owe"
    " pass leave apologise apologize jot appreciate"
)
"""What follows one of these is what is told, asked or thought, and is judged by its own verb."""


_IN_PASSING = re.compile(
    r"\b(?:(?:his|her|their|that|the) extension\b(?! of)"
    r"|(?:best|better|easier|easiest|wise|advisable) to (?:arrange|book|fix|make|agree|set)\b)"
)
"""A telephone's extension, and what the caller is advised to do: words that mean more elsewhere."""


def unlicensed(text: str) -> frozenset[str]:
    """Give the words of plain text that are not everyday ones."""
    own = _IN_PASSING.sub("", _FURTHER.split(text, maxsplit=1)[0])
    return frozenset(
        word
        for word in own.split()
        if word not in EVERYDAY and verb_of(word) not in OF_TALK and not _FIGURES.fullmatch(word)
    )
