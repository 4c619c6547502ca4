"""Claims of where the office is, and of where letters and e-mail go."""

from __future__ import annotations

import re

from mapokezi.receptionist.spoken_claims.grounds import Grounds
from mapokezi.receptionist.spoken_claims.sentence import Said, content_of
from mapokezi.receptionist.spoken_times import say_ordinal
from mapokezi.receptionist.words import listed, plain

_ORDINALS = "|".join(say_ordinal(n).replace("-", " ") for n in range(30, 0, -1))
_FLOOR = re.compile(
    rf"\b(?:(?P<which>{_ORDINALS}|ground|top|\d{{1,2}}(?:st|nd|rd|th)?) floor"
    r"|floor (?:number )?(?P<number>\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten))\b"
)
_NAMED_PLACE = re.compile(
    r"\b(?P<name>(?:[a-z]+ ){1,2})(?P<kind>road|street|avenue|house|building|plaza|towers?|centre"
    r"|center|mall|lane|drive|highway|estate|close|crescent|complex|court|park|arcade|stage"
    r"|roundabout)\b"
)
_NEAR = re.compile(
    r"\b(?:next to|opposite|behind|near|beside|close to|across from|adjacent to|above|below"
    r"|in front of) (?:the |a |an )?(?P<what>[a-z]+(?: [a-z]+)?)"
)
_IN_TOWN = re.compile(
    r"\b(?:offices?|branch(?:es)?|located|based|headquarters|situated|find us|are we|we are)\b"
    r"(?: \w+){0,4}? (?:in|at|along|on|around) (?:the )?(?P<town>[a-z]+(?: [a-z]+)?)"
)
_MAIL = re.compile(
    r"(?P<whole>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)|\b(?P<spoken>\w+ at (?:\w+ ){1,4}dot \w+)\b",
    re.IGNORECASE,
)
_ABOUT_OUR_PLACE = re.compile(
    r"\b(?:we|our|us|office|offices|building|located|find us|branch|branches|floor|reception is"
    r"|address|it is|parking)\b"
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
    lunch
    """
    )
)
_WHERE = "where you are"
_UNKNOWN = "I do not have that address. Please do not go by it."


def false_place(said: Said, grounds: Grounds) -> str | None:
    """Give what is so, if a sentence names a place of ours that the office has not told.

    Args:
        said: the sentence.
        grounds: what is known.
    """
    if said.is_question or said.is_read_back:
        return None
    mail = _false_mail(said, grounds)
    if mail is not None:
        return mail
    if not (_ABOUT_OUR_PLACE.search(said.plain) or _is_of_our_place(said, grounds)):
        return None
    if _false_floor(said, grounds) or _has_strange_name(said, grounds):
        return _nearest_place(said, grounds)
    return None


def _is_of_our_place(said: Said, grounds: Grounds) -> bool:
    """Say whether a sentence names a place that a fact of the office's tells of."""
    topic = grounds.truth.topic(content_of(said.plain))
    found = grounds.truth.fact(max(topic, key=topic.__getitem__)) if topic else None
    return found is not None and _NAMED_PLACE.search(found.plain) is not None


def _false_mail(said: Said, grounds: Grounds) -> str | None:
    known = [_letters(each.fact.answer) for each in grounds.truth.facts]
    theirs = _letters(" ".join(grounds.caller_turns))
    for match in _MAIL.finditer(said.text):
        address = _letters(match["whole"] or match["spoken"])
        if not any(address in each for each in (*known, theirs)):
            return _nearest_place(said, grounds, "email address")
    return None


def _letters(text: str) -> str:
    low = text.lower().replace("@", "at").replace(".", "dot ")
    low = re.sub(r"\bone word\b", "", low)
    return re.sub(r"[^a-z0-9]", "", re.sub(r"dot\s*(?=$| [a-z]+ )", "dot", low)).replace("dot", "")


def _false_floor(said: Said, grounds: Grounds) -> bool:
    floors = {
        _floor_of(match) for each in grounds.truth.facts for match in _FLOOR.finditer(each.plain)
    }
    return any(_floor_of(match) not in floors for match in _FLOOR.finditer(said.plain))


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
        if any(_is_strange(word, known) for word in match["name"].split()):
            return True
    for match in _NEAR.finditer(text):
        if _is_strange(match["what"].split()[0], known):
            return True
    return any(
        _is_strange(match["town"].split()[0], known) and _is_capital(said, match["town"])
        for match in _IN_TOWN.finditer(text)
        if not re.search(r"\b(?:not|no|never)\b", text[: match.end()])
    )


def _is_strange(word: str, known: frozenset[str]) -> bool:
    forms = {word, word.removesuffix("s")}
    return not (forms & known or forms & _NO_NAME or word.isdecimal())


def _is_capital(said: Said, town: str) -> bool:
    """Say whether the transcript writes it as a name; if it has no capitals, it may be one."""
    word = town.split(maxsplit=1)[0]
    if said.text == said.text.lower():
        return True
    return re.search(rf"\b{word.capitalize()}\b", said.text) is not None


def _nearest_place(said: Said, grounds: Grounds, about: str = "") -> str:
    """Give the fact that tells what the sentence was about."""
    for text in (about, said.plain, grounds.last_words, _WHERE):
        topic = grounds.truth.topic(content_of(plain(text))) if text else {}
        found = grounds.truth.fact(max(topic, key=topic.__getitem__)) if topic else None
        if found is not None:
            return found.fact.answer
    return _UNKNOWN
