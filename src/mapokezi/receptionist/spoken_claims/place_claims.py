"""Claims of where the office is, and of where letters and e-mail go."""

from __future__ import annotations

import re

from mapokezi.receptionist.spoken import say_ordinal
from mapokezi.receptionist.spoken_claims.grounds import Grounds, nearest_answer
from mapokezi.receptionist.spoken_claims.numbers import rows_in
from mapokezi.receptionist.spoken_claims.sentence import Said, content_of, cut_at_commas
from mapokezi.receptionist.words import listed, plain

_ORDINALS = "|".join(say_ordinal(n).replace("-", " ") for n in range(30, 0, -1))
_FLOOR = re.compile(
    rf"\b(?:(?P<which>{_ORDINALS}|ground|top|\d{{1,2}}(?:st|nd|rd|th)?) floor"
    r"|floor (?:number )?(?P<number>\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten))\b"
)
_NAMED_PLACE = re.compile(
    r"\b(?P<lead>(?:the|at|in|on|near|from|of|called|to|into|inside|by)"
    r" )?(?P<name>(?:[a-z]+ ){1,2})"
    r"(?P<kind>road|street|avenue|house|building|plaza|towers?|centre"
    r"|center|mall|lane|drive|highway|estate|close|crescent|complex|court|park|arcade|stage"
    r"|roundabout|market|terminus|station|heights|gardens|square|bypass|junction)\b"
)
_NEAR = re.compile(
    r"\b(?:next to|next door to|opposite|behind|near|beside|close to|across from|adjacent to|above"
    r"|below|in front of|facing|next door to|just past|right past|just after|just before|around the"
    r" corner from|a stone throw from|walking distance (?:of|from)) (?:the |a |an )?"
    r"(?P<what>[a-z]+(?: [a-z]+)?)"
)
_IN_TOWN = re.compile(
    r"\b(?:offices?|branch(?:es)?|located|based|headquarters|situated|find us|are we|we are)\b"
    r"(?: \w+){0,4}? (?:in|at|along|on|around) (?:the )?(?P<town>[a-z]+(?: [a-z]+)?)"
)
_AT_A_NAME = re.compile(
    r"\b(?:in|at|along|on|around|near|off|inside|past|towards?|opposite|behind|from|to|through|via)"
    r" (?:the )?(?P<name>[A-Z][a-z]+(?: [A-Z][a-z]+)*)"
)
_OF_US = re.compile(
    r"\b(?:we|our|us|ours|offices?|branch(?:es)?|located|headquarters|entrance|reception|building"
    r"|find|alight|get off|park|walk|turn|drive)\b"
)
_FAR = re.compile(
    r"\b(?:\w+ )?\w+ (?:minutes?|metres?|meters?|km|kilometres?|kilometers?|blocks?|steps) (?:walk"
    r"|drive|ride|away|off|from (?!now)|past|down)\b"
)
_TURN = re.compile(
    r"\bon (?:your|the) (?:left|right)(?: hand)?\b"
    r"|\b(?:first|second|third|fourth|last) (?:door|gate|turn|turning|left|right|exit|corner)\b"
    r"|\bturn (?:left|right)\b|\bacross the (?:road|street)\b"
)
_ROUTE = re.compile(
    r"\b(?:matatus?|bus|buses|route)(?: number| no)? \d{1,3}[a-z]?\b"
    r"|\b(?:number|no) \d{1,3}[a-z]? (?:matatus?|bus|buses)\b"
)
_MAIL = re.compile(
    r"(?P<whole>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)|\b(?P<spoken>\w+ at (?:(?!at )\w+ ){1,4}dot \w+)\b"
    r"|\b(?:www\.)?(?P<site>[\w-]+\.(?:com|org|net|info|africa|(?:co|or|go|ac)\.ke|ke))\b"
    r"|\b(?P<site_said>\w+ dot (?:com|org|net|info|africa|(?:co|or|go|ac) dot k ?e))\b",
    re.IGNORECASE,
)
_ABOUT_OUR_PLACE = re.compile(
    r"\b(?:we|our|us|office|offices|building|located|find us|branch|branches|floor|reception is"
    r"|address|it is|parking)\b"
)
_UNSURE = re.compile(
    r"\b(?:cannot say|do not know|cannot tell|not sure|whether|if it is|no idea)\b"
)
_OF_DAYS = (["day"], ["eve"], ["season"])
_DENIES = re.compile(r"\b(?:not(?! at all| just| only)|no|never|nor|neither|nothing|nowhere)\b")
_ASKED_WHERE = re.compile(
    r"\b(?:where|directions?|landmarks?|floor|located|matatu|bus|stage|alight|park|parking|find you"
    r"|which (?:road|building|street)|address|next door|far|reach you|get there"
    r"|branch(?:es)?|(?:is it|are you|you are) (?:in|on|at))\b"
)
_NO_NAME = frozenset(
    listed(
        """
    the a an our your this that same next main old new whole entire any which what is on in at of
    to and or office business shopping city town post one every each my his her their first second
    third fourth fifth sixth court law legal high supreme magistrate open working client clients
    us we from by other touch bus matatu car lift stairs ramp appointment writing person advance
    general fact addition case time morning afternoon evening english swahili kiswahili request
    order front back few moment line phone telephone weekdays weekends weekday saturday sunday
    monday tuesday wednesday thursday friday holidays holiday public here there today tomorrow now
    not also all open closed january february march april may june july august september october
    november december towards toward along via off take any past between about around till until
    lunch very just right straight same own free you me it him her them that this anything something
    can may must will am pm mr mrs ms miss madam dr mpesa god christmas whatsapp sms google maps
    kenya kenyan kenyans id cash card invoice message call list phones mind time times particular
    short future hand one two three four five six seven eight nine ten eleven twelve if when where
    there day days eve week weekend year years month parties family behalf file record
    schedule our yours somebody anyone someone everybody
    """
    )
)


_OURS = re.compile(r"\b(?:we|us|our|ours|the office|the firm)\b")


def false_place(said: Said, grounds: Grounds) -> str | None:
    """Give what is so, if a sentence names a place of ours that the office has not told.

    Args:
        said: the sentence.
        grounds: what is known.
    """
    if said.is_question or said.is_read_back:
        return None
    if not _OURS.search(said.plain) and grounds.is_given_back(content_of(said.plain)):
        return None
    if "po box" in said.plain and _strange_box(said, grounds):
        return nearest_answer(said, grounds, "postal address")
    mail = _false_mail(said, grounds)
    if mail is not None:
        return mail
    is_about = _ABOUT_OUR_PLACE.search(said.plain) or _ASKED_WHERE.search(grounds.last_words)
    if not (is_about or _is_of_our_place(said, grounds) or grounds.truth.names_anybody(said.plain)):
        return None
    if (
        _false_floor(said, grounds)
        or _has_strange_name(said, grounds)
        or _tells_strange_way(said, grounds)
    ):
        return nearest_answer(said, grounds)
    return None


def _strange_box(said: Said, grounds: Grounds) -> bool:
    """Say whether a post office box is none that the office or the caller has told."""
    known = "|".join((grounds.office_digits(), grounds.caller_digits()))
    start = said.plain.index("po box")
    return any(
        row.digits not in known for row in rows_in(said.plain[start:]) if len(row.digits) > 1
    )


def _is_of_our_place(said: Said, grounds: Grounds) -> bool:
    """Say whether a sentence names a place that a fact of the office's tells of."""
    topic = grounds.truth.topic(content_of(said.plain))
    found = grounds.truth.fact(max(topic, key=topic.__getitem__)) if topic else None
    return found is not None and _NAMED_PLACE.search(found.plain) is not None


def _false_mail(said: Said, grounds: Grounds) -> str | None:
    found = list(_MAIL.finditer(said.text))
    if not found:
        return None
    known = [_letters(each.fact.answer) for each in grounds.truth.facts]
    theirs = _letters(" ".join(grounds.caller_turns))
    for match in found:
        address = _letters(next(part for part in match.groups() if part))
        if not any(address in each for each in (*known, theirs)):
            return nearest_answer(said, grounds, "email address")
    return None


def _letters(text: str) -> str:
    low = text.lower().replace("@", "at").replace(".", "dot ")
    low = re.sub(r"\bone word\b", "", low)
    return re.sub(r"[^a-z0-9]", "", re.sub(r"dot\s*(?=$| [a-z]+ )", "dot", low)).replace("dot", "")


def _false_floor(said: Said, grounds: Grounds) -> bool:
    claimed = {_floor_of(match) for match in _FLOOR.finditer(said.plain)}
    if not claimed:
        return False
    floors = {
        _floor_of(match) for each in grounds.truth.facts for match in _FLOOR.finditer(each.plain)
    }
    return not claimed <= floors


_NUMBERS = {say_ordinal(n).replace("-", " "): n for n in range(1, 31)}
_CARDINALS = dict(
    zip(listed("one two three four five six seven eight nine ten"), range(1, 11), strict=True)
)


def _floor_of(match: re.Match[str]) -> int | str:
    word = match["which"] or match["number"]
    digits = re.match(r"\d+", word)
    if digits:
        return int(digits[0])
    return _NUMBERS.get(word) or _CARDINALS.get(word) or word


def _has_strange_name(said: Said, grounds: Grounds) -> bool:
    known, text = grounds.truth.words, said.plain
    for match in _NAMED_PLACE.finditer(text):
        if _UNSURE.search(text[: match.start()]):
            continue
        strange = [word for word in match["name"].split()[-1:] if _is_strange(word, known)]
        if any(match["lead"] or _is_capital(said, word) for word in strange):
            return True
    for match in _NEAR.finditer(text):
        if _UNSURE.search(text[: match.start()]):
            continue
        if _is_strange(match["what"].split()[0], grounds.truth.place_words):
            return True
    for piece in said.pieces:
        for match in _IN_TOWN.finditer(piece):
            is_denied = _DENIES.search(piece[: match.end()])
            first, *then = match["town"].split()
            is_odd = not is_denied and _is_strange(first, known) and then not in _OF_DAYS
            if is_odd and _is_capital(said, match["town"]):
                return True
    return _is_at_a_strange_name(said, grounds)


def _is_at_a_strange_name(said: Said, grounds: Grounds) -> bool:
    """Say whether a name that nobody knows stands where a place would, in capitals."""
    is_about = _OF_US.search(said.plain) or _ASKED_WHERE.search(grounds.last_words)
    if not (is_about or grounds.truth.names_anybody(said.plain)):
        return False
    known = grounds.truth.words
    for piece in cut_at_commas(said.text):
        for match in _AT_A_NAME.finditer(piece):
            words = [word.lower() for word in match["name"].split()]
            lead = plain(piece[: match.start()])
            if not (_DENIES.search(lead) or _UNSURE.search(lead)) and all(
                _is_strange(word, known) for word in words
            ):
                return True
    return False


def _tells_strange_way(said: Said, grounds: Grounds) -> bool:
    """Say whether a sentence tells of a distance, a turning or a route that no fact tells of."""
    ways = [match[0] for way in (_FAR, _TURN, _ROUTE) for match in way.finditer(said.plain)]
    if not ways:
        return False
    told = " ".join(each.plain for each in grounds.truth.facts)
    return any(way not in told for way in ways)


def _is_strange(word: str, known: frozenset[str]) -> bool:
    forms = {word, word.removesuffix("s")}
    return not (forms & known or forms & _NO_NAME or word.isdecimal())


def _is_capital(said: Said, town: str) -> bool:
    """Say whether the transcript writes it as a name; if it has no capitals, it may be one."""
    word = town.split(maxsplit=1)[0]
    if said.text == said.text.lower():
        return True
    return re.search(rf"\b{word.capitalize()}\b", said.text) is not None
