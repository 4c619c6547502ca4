"""Whether a caller's words ask for a person, and for whom: by rule, in English and Swahili.

What asks has two parts: a way of asking ("let me talk to", "niunganishe na", "is ... there"), and
somebody who is asked for: anybody, a name of the office's (heard wrongly as it may be), a
department, or a matter that somebody deals with. Loose ways ("connect me to ...") ask whoever
follows them; strict ones ("I need ...", "is ... in") only if the office knows who that is, for
"I need a receipt" asks for nobody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mapokezi.receptionist.look_up import OfficeBook
from mapokezi.receptionist.swahili_matters import matter_in_english
from mapokezi.receptionist.turned_down import turned_down
from mapokezi.receptionist.words import plain, sentences_of, without_fillers

_KIND = r"(?:(?:real|live|actual|human|other|another|different|single|proper|nice) )*"
_ANYBODY = (
    rf"(?:(?:an? |the |your |some |any |any of the |one of the |one of your |your own )?{_KIND}"
    r"(?:person|human being|humans?|somebody|someone|anybody|anyone|operator|agents?|receptionist"
    r"|reception|front (?:desk|office)|representative|customer (?:care|service)|secretary|staff"
    r"|members? of staff|(?:of (?:the|your) )?colleagues?|people|lawyers?|advocates?|attorneys?)"
    r"|(?:the |your |that |an? )(?:young |old )?(?:lady|gentleman|man|woman|boss|manager|one)"
    r"|(?:any )?one of you(?:r own| there)?|whoever|whomever"
    r"|mtu(?: yeyote| fulani| mwingine| halisi| wa kweli)*|yeyote|binadamu|mhudumu|mapokezi"
    r"|wakili(?: yeyote)?|mawakili|mwanasheria|mfanyakazi|mwenzako|msaidizi|karani)\b"
)
_SOMEBODY = re.compile(rf"{_ANYBODY}(?P<rest>.*)$")
_PLACE = (
    r"(?:(?:is |are |who is |that is )?(?:(?:in|from|at) (?:the|your|this)"
    r" (?:\w+ )?(?:office|desk|firm|team|side|department|section)|there|here|around|available"
    r"|free|else|inside)|aliye|hapo|huko|yupo|wa"
    r" kuongea|wa kuzungumza|niongee|nizungumze|ofisini)"
)
_REST_OF_NOBODY_ELSE = re.compile(
    rf"^(?: {_PLACE}\b)*(?: (?:now|please|tafadhali|not .*|instead of .*|and not .*))*$"
    rf"|^(?: {_PLACE})? (?:(?:that |who |whom )?(?:i|we) (?:can|could|may) (?:talk|speak)"
    r"|(?:who |that )?(?:can|could|will|to) (?:(?:help|assist)(?: me| us)?$|attend|(?:talk|speak)"
    r" (?:to|with)|talk$|answer|take|pick)|wa kuongea|wa kuzungumza|niongee|nizungumze)"
)
"""What may stand behind somebody so that it is a person to talk to, not one for a task."""
_ABOUT = re.compile(
    r"\b(?:about|regarding|concerning|who|that|whose|handles?|handling|deals?|dealing|does|doing"
    r"|in charge|responsible|for|on|in|kuhusu|juu ya|anaye\w+|wa mambo|wa masuala|of)\b"
)
_TAIL = re.compile(
    r"(?: (?:please|kindly|now|right now|today|directly|instead|then|thanks|thank you|asap|first"
    r"|tafadhali|sasa|hivi|sasa hivi|leo|kwanza|urgently|quickly))+$"
)
_NOT_OURS = re.compile(
    r"^(?:(?:my|his|her|our|their|him|them|myself|himself|you|it|this|that|these|those|me|us|each"
    r"|mimi|wewe|sisi|ndugu|mume|mke|mama|baba|rafiki|what|how|when|where|why|if|english|swahili"
    r"|kiswahili)\b(?! lawyers?\b| advocates?\b)"
    r"|(?:the |a )?(?:police|bank|court|judge|magistrate|landlord|tenants?|employer|boss|hospital"
    r"|doctor|government|county|chief|machine|robot|computer|recording|phone|wall)\b(?! clerk))"
)
_OF_WHOM_WE_SPOKE = re.compile(r"^(?:him|her|them|naye|yeye)\b")
_NOT_THEMSELVES = re.compile(
    r"\b(?:numbers?|address|mobile|cell|cellphone|e ?mails?|house|home|estate|fees?|opinion|help"
    r"|advice|messages?|name|namba|nambari|anwani|ujumbe|simu|ada)\b"
)
_LEAD = (
    r"(?:\b(?:can|could|may|might|would|will|shall|should|cannot) (?:i|we|you)"
    r"(?: (?:please|kindly|just|not|also|perhaps|maybe|now))*"
    r"|\b(?:i|we)(?: (?:am|was|were|are|just|really|only|still|also|now|do|did|have|had|must))*"
    r" (?:want(?:ed)?|need(?:ed)?|wish|prefer|would (?:really |just )?(?:like|love|rather|prefer)"
    r"|have to|ask|request(?:ing)?|demand|insist(?: on)?|trying|hoping|asking|calling|wondering)"
    r"(?: (?:to|you to|for you to|if you (?:can|could)|if i (?:can|could)|that you))?"
    r"(?: (?:please|just|kindly|rather|be able to|also|only))*"
    r"|\blet (?:me|us)(?: just| please)?|\bgood to|\bsimply|\bplease|\bkindly|\bjust|\bonly"
    r"|\b(?:is it|would it be) possible (?:to|for me to)|\b(?:how|who|whom) (?:can|do|could|may) i"
    r"|^|\b(?:then|so|but|and|instead|no|okay|said|again|machine|robot|computer))"
)
_TALK = re.compile(
    rf"{_LEAD} ?(?:speak|speaking|talk|talking|chat)(?: directly| now| again| urgently| instead)*"
    r" (?:to|with) (?P<who>.+)$"
)
_WORD_WITH = re.compile(
    r"\b(?:have|like|need|want|wants?) (?:to have )?a (?:\w+ )?word with (?P<who>.+?)"
    r"(?: if (?:he|she) is \w+)?$"
)
_CONNECT = re.compile(
    rf"{_LEAD} ?(?:to )?(?:(?:connect|transfer|put|patch|pass|switch|hand|forward|redirect|send)"
    r"(?: (?:me|us|my call|this call|the call|through|over|on|back|straight|directly|right|again))+"
    r"|(?:be )(?:connected|transferred|put|patched|passed|handed)(?: (?:through|over|on|back))*"
    r"|let me through)"
    r"(?: (?:to|with|on to) (?P<who>.+))?$"
)
_TALKED_TO = re.compile(
    r"(?P<who>(?:an? |any |some )?(?:anyone|anybody|someone|somebody|human|person|people|lawyer"
    r"|advocate|one|else|who)(?: (?:else|there|here|in the office|at the office))?"
    r"(?: that| who| whom)? (?:can |could |may |should |do )?(?:i|we) (?:can |could |may |might )?"
    r"(?:speak|talk)(?: to| with)?\b.*)$"
)
_SHALL_COME = re.compile(
    r"\b(?:can|could|will|would|may|let|have|get|is there)(?: please| kindly)? (?P<who>.+?)"
    r"(?: who| that)?"
    r"(?: can| could| will| please| kindly| to)* (?:come to the phone|come on the line|pick up"
    r"|pick (?:my|this|the) (?:call|phone)|take my call|(?:talk|speak) (?:to|with) me"
    r"|(?:attend to|assist|help|serve) me|on the (?:phone|line)|to the phone)\b"
)
_STRICT = (
    re.compile(
        r"\b(?:give|get|find|call|fetch|bring) (?:me|us) (?P<who>.+?)(?: on the (?:line|phone))?$"
    ),
    re.compile(
        r"\b(?:can|could|may) (?:i|we)(?: please| kindly)? (?:have|get|reach) (?P<who>.+?)"
        r"(?: on the (?:line|phone))?$"
    ),
    re.compile(
        r"(?<!do )(?<!did )\b(?:i|we)(?: just| really| only| still)* (?:want|need|prefer|would like"
        r"|would prefer|would rather have|said)(?: to (?:reach|get|have|find))? (?P<who>.+)$"
    ),
    re.compile(
        r"\b(?:let|put|get|have)(?: me have)? (?P<who>.+?)(?: back)?(?: on| on again| again)?$"
    ),
    re.compile(r"\b(?:calling|ringing|phoning|asking|ask|looking) for (?P<who>.+)$"),
    re.compile(
        r"\b(?:is|if) (?:there )?(?P<who>.+?) (?:in|there|here|around|available|free|about"
        r"|at (?:the|your) (?:desk|office)|in the office|in today|on duty)"
        r"(?: (?:to (?:talk|speak)|today|now|at the moment|please))*$"
    ),
    re.compile(r"^is there (?P<who>.+)$"),
    re.compile(r"\b(?:do|do not) you(?: not)? have (?P<who>.+)$"),
    re.compile(r"^(?:no )?(?P<who>.+?) please$"),
    re.compile(rf"^(?:i said |no |just )*(?P<who>{_ANYBODY}(?: now)?)$"),
)
_MACHINE = re.compile(r"\b(?:machines?|robots?|computers?|bots?|recordings?|automat\w+)\b")
_NO_MACHINE = re.compile(
    r"\b(?:not|cannot|no|never|without|tired of|hate|rather than|instead of)\b(?: \w+){0,5}?"
    r" (?:like|talk|talking|speak|speaking|explain|explaining|comfortable|deal|dealing|trust|manage"
    rf"|than)\b(?: \w+){{0,4}}? {_MACHINE.pattern[2:]}"
)
"""Who will not talk to a machine wants a person."""
_IS_NOBODY_THERE = re.compile(
    r"\bis (?:not )?there (?:no one|nobody|no person|no human(?: being)?"
    rf"|(?<=not there ){_ANYBODY})"
    r"(?: there| here| in the office| at the \w+(?: \w+)?)?(?:$| (?:who|that|i|to)\b)"
)
_SW_WISH = (
    r"(?:nataka|naomba|ningependa|ningetaka|nahitaji|naweza|ninaweza|nataraji|hebu|wacha|acha"
    r"|tafadhali|tunataka|tunaomba|tu)"
)
_SW_TALK = re.compile(
    rf"(?:(?:^|\b{_SW_WISH} )(?:kuongea|kuzungumza|kusema|ongea|zungumza)"
    r"|\b(?:niongee|nizungumze|niseme|tuongee|tuzungumze|niongeleshe)) na (?P<who>.+)$"
)
_SW_TALKED_TO = re.compile(
    r"\b(?P<who>mtu|yeyote|wakili|binadamu)(?: \w+){0,2} (?:kuongea|niongee|kuzungumza|nizungumze)"
    r" (?:naye|na yeye)\b"
)
_SW_CONNECT = re.compile(
    r"\b[um]?(?:ni|tu)(?:unganish(?:e|ie|a)|hamishie|pelekee?)(?: (?:na|kwa))?(?: (?P<who>.+))?$"
)
_SW_STRICT = (
    re.compile(r"\b(?:ni|tu)(?:pe|patie|itie|tafutie|letee)(?: na)? (?P<who>.+)$"),
    re.compile(
        rf"\b{_SW_WISH}(?: (?:kumpata|kumwona|kupata|kumtafuta|kuunganishwa na))? (?P<who>.+)$"
    ),
    re.compile(r"^(?:je )?(?P<who>.+?) (?:yupo|yuko|ako|anapatikana|amefika)(?: hapo| leo)?$"),
    re.compile(r"^(?:je )?(?:yupo|yuko|kuna) (?P<who>.+?)(?: hapo| hapa| ofisini)?$"),
    re.compile(r"^(?P<who>.+?) tafadhali$"),
)
_SW_TURNED_DOWN = re.compile(
    r"\b(?:si(?:taki|hitaji|ombi|penda)|hatutaki|hataki|hawataki|hutaki|usini\w+|bila)"
    r" (?:\w+ ){0,2}?(?:ku)?(?:ongea|zungumza|sema|unganish\w*|onge\w*)\b"
    r"(?! na (?:mashine|roboti|kompyuta))"
)
_UNIT = re.compile(
    r"^(?:the |your )?(?P<of>.+?) (?:department|section|desk|team|office|unit|division|side"
    r"|lawyers?|advocates?|people|person)\b"
    r"|^(?:idara|kitengo|ofisi|sehemu)(?: ya| za| ile ya)? (?P<ya>.+)$"
)
_FEWEST_OF_NAME, _MOST_OF_NAME = 1, 4
_LONGEST_BARE = 5
_TITLES = re.compile(
    r"\b(?:mr|mrs|ms|miss|mister|madam|madame|wakili|advocate|bwana|bi|mheshimiwa)\b"
)


@dataclass(frozen=True, slots=True)
class AskedFor:
    """A person who is asked for."""

    person_id: str = ""
    """Empty: whoever answers for the office, or for the department."""
    department: str = ""
    """A department that more than one person is, or that has an order of its own."""


class AskingForAPerson:
    """Finds whom a caller of one office asks for, if anybody."""

    def __init__(self, book: OfficeBook) -> None:
        """Know an office's people."""
        self._book = book

    def heard_in(self, text: str) -> AskedFor | None:
        """Find whom words ask for; None if they ask for no person.

        Args:
            text: as a recogniser wrote it; one turn of the caller's.
        """
        whole = plain(text)
        if _SW_TURNED_DOWN.search(whole) or (
            turned_down(whole).talk and not _MACHINE.search(whole)
        ):
            return None
        found = [each for part in sentences_of(text) if (each := self._in_sentence(part, whole))]
        return next((each for each in found if each.person_id), found[0] if found else None)

    def _in_sentence(self, sentence: str, whole: str) -> AskedFor | None:
        said = without_fillers(sentence)
        for cue in (_CONNECT, _TALK, _WORD_WITH, _SW_CONNECT, _SW_TALK):
            if asked := cue.search(said):
                return self._loosely(asked, said, whole)
        for cue in (_TALKED_TO, _SW_TALKED_TO):
            if asked := cue.search(said):
                return self._about(asked["who"]) or self._about(whole) or AskedFor()
        if (asked := _SHALL_COME.search(said)) and (found := self._known(asked["who"])):
            return found
        if _IS_NOBODY_THERE.search(said) or _NO_MACHINE.search(said):
            return AskedFor()
        return self._strictly(said)

    def _loosely(self, asked: re.Match[str], said: str, whole: str) -> AskedFor | None:
        """Take whoever is named behind a way of asking that asks for somebody in any case."""
        who = _trimmed(asked["who"] or "")
        if not who:
            return self._known(said[: asked.start()].strip()) or AskedFor()
        if _OF_WHOM_WE_SPOKE.search(who):
            return self._spoken_of(whole) or AskedFor()
        if _NOT_OURS.search(who):
            return None
        return (
            self._known(who)
            or self._named(who)
            or self._about(who)
            or self._about(whole)
            or AskedFor()
        )

    def _spoken_of(self, whole: str) -> AskedFor | None:
        """Find whom the caller has named in the same turn."""
        found = self._book.directory.named_exactly(whole)
        return AskedFor(found.people[0].id) if found.is_sure else None

    def _strictly(self, said: str) -> AskedFor | None:
        for cue in (*_STRICT, *_SW_STRICT):
            asked = cue.search(said)
            if asked and _is_themselves(asked["who"]) and (found := self._known(asked["who"])):
                return found
        return None

    def _known(self, who: str) -> AskedFor | None:
        """Find somebody in words that stand for a person and for nothing else."""
        who = _trimmed(who)
        somebody = _SOMEBODY.match(who)
        if somebody and self._book.departments.meant(who):
            return self._of_unit(who)
        if somebody:
            rest = somebody["rest"]
            named = self._named(who) if _TITLES.search(who) else None
            if named or not rest or _REST_OF_NOBODY_ELSE.match(rest):
                return named or self._of_unit(rest.removeprefix(" in ")) or AskedFor()
            return self._about(who)
        unit = self._of_unit(who)
        if unit or len(who.split()) > _MOST_OF_NAME:
            return unit
        return self._named(who)

    def _named(self, who: str) -> AskedFor | None:
        """Find a person by a name, or by what is like one."""
        directory = self._book.directory
        found = directory.named_exactly(who)
        if not found.people and not _SOMEBODY.match(who):
            found = directory.named(" ".join(who.split()[:_MOST_OF_NAME]))
        return AskedFor(found.people[0].id) if found.is_sure else None

    def _of_unit(self, who: str) -> AskedFor | None:
        """Find who a department is."""
        departments = self._book.departments
        if department := departments.meant(who):
            person_id = departments.sole_person(department)
            return AskedFor(person_id, "" if person_id else department)
        unit = _UNIT.match(who)
        return self._about(matter_in_english(unit["of"] or unit["ya"])) if unit else None

    def _about(self, words: str) -> AskedFor | None:
        """Find who deals with the matter that words tell of."""
        somebody = _SOMEBODY.match(words)
        about = _ABOUT.search(somebody["rest"] if somebody else words)
        if about is None:
            return None
        people, is_sure = self._book.people_concerned(matter_in_english(words))
        return AskedFor(people[0].id) if people and is_sure else None


def _is_themselves(who: str) -> bool:
    return _NOT_THEMSELVES.search(who) is None


def _trimmed(who: str) -> str:
    return _TAIL.sub("", who).strip()
