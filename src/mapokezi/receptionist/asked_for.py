"""Whom of the office a caller asks for: by name, by role, or by the matter spoken of."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mapokezi.receptionist.directory import NOBODY, Directory, Found
from mapokezi.receptionist.kinds import PEOPLE, Kind
from mapokezi.receptionist.office import Person
from mapokezi.receptionist.replies import Reply
from mapokezi.receptionist.swahili import in_english
from mapokezi.receptionist.turned_down import turned_down
from mapokezi.receptionist.words import listed, plain

_TITLES = r"(?:(?:the|mr|mrs|ms|miss|madam|doctor|dr|lawyer|advocate|wakili|nurse|sister) )*"
_BEFORE_A_NAME = re.compile(
    r"\b(?:mr|mrs|ms|miss|mister|madam|madame|wakili|doctor|dr|nurse|sister|advocate|lawyer|know"
    r"|bwana|with|to|for|is|are|tell|ask|inform|remind|get|give me|give|send|put|want|wanted|need"
    r"|needed|called|after|find"
    r"|reach|by|from|see|pass|through|let|have|hi|if|(?:message|word|note) at) (?:an? |the )?"
)
_BEFORE_AN_ADDRESSEE = re.compile(
    r"\b(?:mr|mrs|ms|miss|mister|madam|madame|wakili|bwana|doctor|dr|nurse)"
    r"|\b(?:message|massage|word|note|information|something)(?: down)? (?:for|to|from|with)"
    r" (?:an? |the )?"
    r"|\b(?:tell|ask|inform|remind|notify|message at) (?:an? |the )?"
    r"|\b(?:have|let|get) (?=[a-z]+(?: [a-z]+){0,2} (?:to )?(?:call|ring|phone) )"
)
_CALLS_BACK = re.compile(
    r"(?:(?:hello|please|kindly|okay|so) )*(?P<who>[a-z]+(?: [a-z]+)??)"
    r" (?:should |must |can |to |is to )?(?:call|ring|phone|text) me\b"
)
_ROLE_ADDRESSED = re.compile(
    r"\b(?:tell|ask|inform|remind|notify|let|(?:message|word|note) (?:for|to))"
    r" (?:the|your) (?P<role>[a-z]+)\b"
)
_NOT_HIM = re.compile(
    rf"^(?:no )?not (?P<title>(?:mr|mrs|ms|miss|madam|doctor|dr|lawyer|advocate|wakili|nurse"
    rf"|sister)\b) [a-z]+ (?:but |i (?:want|need|said|mean|meant) |give me |it is )?(?={_TITLES}"
    rf"(?P=title)\b)"
)
"""Whom the caller does not mean, in front of whom they do."""
_TALK_WITH = re.compile(
    r"\b(?:(?:give|get) me|connect me (?:to|with)|put me through to|(?:transfer|pass) me to"
    rf"|(?:speak|talk) (?:to|with)|word with) {_TITLES}"
)
_NO_NAME = frozenset(
    listed(
        """
    a an the that this and or who whom which please about in on at to for with of is was are know
    he she they i you we it me him her them us my your his their our if when then so not no do can
    today tomorrow tonight now around there here back call calling ring speak talk see leave send
    tell ask get give put take someone somebody anyone anybody one person human people lawyer
    advocate lawyers advocates office reception receptionist message massage note word information
    someone something anything whoever machine robot computer real any some all just by through
    from up
    be have has had will would could should want need like mr mrs ms miss mister madam madame
    wakili bwana firm company number phone day time later right line hold hands
    """
    )
)
_ANYBODY = re.compile(
    r"\b(?:anyone|anybody|someone|somebody|whoever|one of you|any person)\b"
    r"(?!.*\b(?:about|regarding|concerning|on|for|over|who|that|whose)\b)"
)
"""Somebody, and no matter told behind it: "anyone in the office" is not the office manager."""
_LONGEST_NAME = 3
_LONGEST_DEPARTMENT = 4
_POLITE_ENDS = frozenset(listed("please kindly now there thanks tafadhali"))
_BEFORE_A_BARE_NAME = frozenset(listed("um uh hello hi the your okay yes just please for"))
_CONNECTS = frozenset(
    listed("give get connect put transfer pass speak talk through line word switch patch")
)
_ASKING_FOR = _CONNECTS | frozenset(
    listed(
        """
    um uh hello hi okay yes so just please kindly can could may would you i we me us want need like
    to with the your of in at from a have let someone somebody anyone person people on be
    """
    )
)
"""What stands before a department that is asked for."""

_NOT_MEANT = re.compile(rf"\b(?:not|instead of|rather than|other than) {_TITLES}$")
_PUTS_RIGHT = re.compile(
    rf"\b(?:no|nope|sorry|i mean|i meant|or rather|actually|correction)"
    rf"(?: (?:no|wait|sorry|not him|not her|i mean|i meant|it is|give me|i want|to))* {_TITLES}$"
)
"""Stands before the name that is meant after all: ``Kimani, no, sorry, Yusuf``."""


def _names_after(cues: re.Pattern[str], said: str) -> Iterator[str]:
    """Give the words in plain text that stand behind a cue and may be a name."""
    for cue in cues.finditer(said):
        words = said[cue.end() :].split()
        length = next((at for at, word in enumerate(words) if word in _NO_NAME), len(words))
        if length:
            yield " ".join(words[: min(length, _LONGEST_NAME)])


def _names_perhaps(said: str) -> Iterator[str]:
    """Give the words in plain text that stand where a name would."""
    whole = said.removesuffix(" please").split()
    if len(whole) <= _LONGEST_NAME and whole[:1] and whole[0] not in _NO_NAME:
        yield " ".join(whole)
    if (caller_back := _CALLS_BACK.match(said)) is not None:
        yield caller_back["who"]
    yield from _names_after(_BEFORE_A_NAME, said)


def person_named(reply: Reply, said: str) -> Found:
    """Find whom plain text names, heard wrongly as it may be."""
    said = _NOT_HIM.sub("", plain(in_english(said)))
    directory = reply.known.directory
    if (put_right := _put_right(directory, said)) is not None:
        return Found((put_right,), is_sure=True)
    exact = directory.named_exactly(said)
    if exact.people:
        return exact
    found = [directory.named(name) for name in _names_perhaps(said)]
    sure = next((each for each in found if each.is_sure), None)
    doubtful = next((each for each in found if each.people), NOBODY)
    return sure or _by_role(directory, said) or doubtful


def _by_role(directory: Directory, said: str) -> Found | None:
    """Find who is meant by a role that only one person of the office has: ``tell the nurse``."""
    role = _ROLE_ADDRESSED.search(said)
    person = directory.sole_of_role(role["role"]) if role else None
    return Found((person,), is_sure=True) if person else None


def _put_right(directory: Directory, said: str) -> Person | None:
    """Give who is meant after all where another was named first, or was named as not meant."""
    named = directory.mentioned(said)
    if len({person.id for _, person in named}) != 2:
        return None
    (first_at, first), (last_at, last) = named
    if _NOT_MEANT.search(said[:first_at]) or _PUTS_RIGHT.search(said[first_at:last_at]):
        return last
    return first if _NOT_MEANT.search(said[first_at:last_at]) else None


def person_concerned(reply: Reply, said: str) -> Found:
    """Find who deals with the matter that plain text speaks of."""
    heard = reply.heard
    meaning = heard.meaning if plain(heard.text) == said else None
    return reply.known.subjects.whose(said, meaning)


def person_wanted(reply: Reply, kind: Kind, said: str) -> Found:
    """Find whom the caller wants, by name or else by the matter.

    A name that is only like one of ours counts where a name was expected, not elsewhere.
    """
    named = person_named(reply, said)
    if named.is_sure or (named.people and kind in {Kind.NAMED, Kind.PERSON}):
        return named
    if kind is Kind.PERSON and _ANYBODY.search(plain(in_english(said))):
        return NOBODY
    concerned = person_concerned(reply, said)
    return concerned if concerned.is_sure else NOBODY


def department_wanted(reply: Reply, said: str) -> str:
    """Give the department that is named where somebody is wanted, and no person is by name.

    Only one that is rung in an order of its own, or that several people are: of others the one
    person is found by what they deal with.

    Args:
        reply: in the making.
        said: plain text.
    """
    if person_named(reply, said).is_sure:
        return ""
    departments = reply.known.departments
    return departments.named_in(plain(in_english(said))) or departments.named_in(
        plain(reply.heard.text)
    )


def person_asked_for(reply: Reply, said: str) -> Person | None:
    """Give whom plain text asks to be connected to by a name that follows at once."""
    understood = reply.understood
    after = understood.next.kind if understood.next else Kind.OTHER
    if not (understood.kind in PEOPLE or (understood.kind is Kind.MESSAGE and after in PEOPLE)):
        return None
    said = plain(in_english(said))
    if understood.in_doubt or turned_down(said).tells or turned_down(said).talk:
        return None
    directory = reply.known.directory
    if len({person.id for _, person in directory.mentioned(said)}) > 1:
        return _put_right(directory, said)
    found = (directory.named(name) for name in _names_after(_TALK_WITH, said))
    return next((each.person for each in found if each.is_sure), None)


def department_asked_for(reply: Reply, said: str) -> Person | None:
    """Give the one person whom a department is that plain text asks for, and nothing else.

    ``Laboratory, please`` and ``give me your land section`` ask for somebody; what the laboratory
    does is another question.
    """
    unit, asks = _unit_asked_for(said)
    return reply.known.departments.person_meant(unit, is_asked=asks) if unit else None


def order_asked_for(reply: Reply, said: str) -> str:
    """Give the department that plain text asks for, and nothing else, if it has an order."""
    unit, _ = _unit_asked_for(said)
    return reply.known.departments.with_order(unit) if unit else ""


def _unit_asked_for(said: str) -> tuple[str, bool]:
    """Give the words that name a department, and whether others ask for somebody there."""
    words = plain(in_english(said)).split()
    while words and words[-1] in _POLITE_ENDS:
        words.pop()
    lead = next((at for at, word in enumerate(words) if word not in _ASKING_FOR), len(words))
    wanted, asks = words[lead:], bool(_CONNECTS & set(words[:lead]))
    is_bare = lead == 0 or set(words[:lead]) <= _BEFORE_A_BARE_NAME
    if not 0 < len(wanted) <= _LONGEST_DEPARTMENT or not (asks or is_bare):
        return "", False
    return " ".join(wanted), asks


def addresses_somebody(said: str) -> bool:
    """Say whether plain text has a word where the name of a message's addressee would stand."""
    english = plain(in_english(said))
    return any(True for _ in _names_after(_BEFORE_AN_ADDRESSEE, english))
