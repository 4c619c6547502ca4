"""The caller's name: said, read back, spelled, and at last marked as not sure."""

from __future__ import annotations

import re
from dataclasses import replace

from rapidfuzz import fuzz

from mapokezi.receptionist.intake import ask_next, put_slot, read_back_name, settle_slot
from mapokezi.receptionist.names import first_names, known_by_spelling
from mapokezi.receptionist.replies import Reply
from mapokezi.receptionist.spelling import force_letters, looks_spelled, read_letters
from mapokezi.receptionist.turns import Asked, ClerkTurn, SlotStatus
from mapokezi.receptionist.yes_no import read_answer, without_correction_lead

_LEAD = re.compile(
    r"^(?:(?:(?:you (?:may|can) |just )?(?:write|put|say)(?: it)?(?: down)?(?: as)?"
    r"|i go by(?: the name(?: of)?)?|(?:i am )?calling for my \w+"
    r"|yes|okay|um|uh|er|oh|well|sure|hello|hi|so|and|no"
    r"|sorry|please|it is|its|this is|"
    r"(?:my|the|by|mine) (?:full )?names? (?:is|are|as|of)|my names?|names? is|i am called|i am|"
    r"am|they call me|(?:you can |just )?call me|you are (?:speaking|talking) (?:to|with)|"
    r"(?:speaking|talking) with|that is|that would be|it would be|write|right|put|just|"
    r"for|i said|mr|mrs|ms|miss|dr|doctor|madam|advocate"
    r"|naitwa|jina(?: langu)?(?: kamili)? ni|mimi ni|ni|ndiyo|ndio|sawa|andika|bwana|wakili) )+"
)
_TAIL = re.compile(
    r" (?:my (?:dear|friend|child).*|not .+|speaking|here|please|calling|calling from .*"
    r"|thank you.*|thanks.*|asante.*|tafadhali|hapa|sir|madam|from .+|"
    r"and (?:my|the) .*|and i .*|my number .*|my phone .*|i am .*|that is (?:my|the) name.*|"
    r"with (?:an?|the) .*|is my name.*|i (?:want|need|would) .*|on the (?:line|phone))$"
)
_REFUSES = re.compile(
    r"\b(?:rather not|do not want to (?:say|give|tell|share)|not (?:going to )?(?:say|tell|give)|"
    r"no name|anonymous|prefer not|skip|not necessary|why do you need|not comfortable|"
    r"do not have one|i will not (?:say|give))\b"
)
_LONGEST_NAME = 5
_SAME_WORD = 85
_MOST_LETTERS = 20
"""More letters than this are words that were taken for letters."""
_NAME_GIVEN = re.compile(
    r"(?:^|\b(?:hello|hi|morning|yes) )(?:my (?:full )?name is|this is|i am called|i am) "
    r"(?P<name>[a-z]+(?: [a-z]+){0,2}?)(?= (?:and|calling|i|from|speaking|here|can|could|may|is|"
    r"please|my|the|on|am)\b|$)"
)
_NO_NAME_WORDS = re.compile(
    r"\b(?:looking|calling|trying|wondering|not|just|very|interested|here|there|your|the|a|an|"
    r"in|at|on|sorry|sure|afraid|happy|fine|good|well|about|urgent|emergency|client|customer|"
    r"it|that|what|who|where|asking|so|still|waiting|being|having|going|done|okay|"
    r"back|ready|late|lost|new|old|my|our|this|one|right|correct|all|for|to)\b"
)


def name_words(said: str) -> str:
    """Give the words that may be the name, without what leads in and out of it.

    Who says a part before the whole (``Wambui, Mary Wambui``) has said it once.
    """
    words = _bare_name(said).split()
    if len(words) > 2 and fuzz.ratio(words[0], words[-1]) >= _SAME_WORD:
        words = words[1:]
    return " ".join(words)


def _bare_name(said: str) -> str:
    said = said.replace(".", " ").replace(":", " ")
    core = _LEAD.sub("", f"{said} ").strip()
    core = _TAIL.sub("", f" {core}").strip()
    return re.sub(r"[^a-z ]", "", core).strip()


def name_given_unasked(said: str) -> str:
    """Give the words of a name with which the caller introduces themselves, or nothing."""
    match = _NAME_GIVEN.search(said)
    if match is None or _NO_NAME_WORDS.search(match["name"]):
        return ""
    return match["name"]


def keeps_name_back(said: str) -> bool:
    """Say whether plain text refuses to give a name."""
    return _REFUSES.search(said) is not None


def hear_name(reply: Reply, said: str) -> ClerkTurn:
    """Take the caller's words for their name."""
    if keeps_name_back(said):
        put_slot(reply, "name", "", SlotStatus.SKIPPED)
        reply.say("no_name")
        ask_next(reply)
        return reply.done("fill:name=")
    _add_evidence(reply, said)
    name = read_back_name(reply) if _is_plausible(said) or read_letters(said) else ""
    if name:
        return reply.done(f"fill:name={name}")
    return _name_missed(reply)


def _is_plausible(said: str) -> bool:
    words = name_words(said).split()
    return 0 < len(words) <= _LONGEST_NAME


def _add_evidence(reply: Reply, said: str) -> None:
    """Keep what was said and what was spelled as evidence for the name."""
    letters = read_letters(said)
    evidence = reply.draft.evidence
    if letters:
        evidence = replace(evidence, spelled=(*evidence.spelled, letters))
        spoken = _spoken_before_letters(said)
    else:
        spoken = name_words(said)
    if spoken and len(spoken.split()) <= _LONGEST_NAME:
        evidence = replace(evidence, heard=(*evidence.heard, spoken))
    reply.set_draft(evidence=evidence)


def _spoken_before_letters(said: str) -> str:
    """Give the words of ``otieno o t i e n o`` that stand before the letters."""
    words: list[str] = []
    for word in name_words(said).split():
        if len(word) == 1 or word in {"that", "is", "spelled", "it"}:
            break
        words.append(word)
    return " ".join(words)


def _name_missed(reply: Reply) -> ClerkTurn:
    tries = reply.failed()
    if tries == 1:
        reply.ask("name_again", Asked.SLOT, slot="name")
    elif tries == 2:
        reply.ask("spell_name", Asked.SPELL_NAME, slot="name", part="name")
    else:
        _give_up(reply)
    return reply.done("unclear", missed=True)


def _give_up(reply: Reply) -> None:
    """Mark the name as not sure and go on."""
    slot = reply.draft.slot("name")
    evidence = reply.draft.evidence
    offered = [slot.value if slot else "", *reversed(evidence.denied)]
    fullest = max(offered, key=lambda one: min(len(one.split()), 2))
    name = (fullest or " ".join(evidence.heard[-1:])).title()
    put_slot(reply, "name", name, SlotStatus.UNSURE if name else SlotStatus.SKIPPED)
    if name:
        reply.say("name_unsure", name=name)
    else:
        reply.say("no_name")
    ask_next(reply)


def hear_spelling(reply: Reply, said: str) -> ClerkTurn:
    """Take the letters of the name."""
    words = name_words(said)
    if looks_spelled(said) or len(words.split()) != 1 or words not in known_by_spelling():
        letters = read_letters(said) or force_letters(_LEAD.sub("", f"{said} ").strip())
        if not 2 <= len(letters) <= _MOST_LETTERS:
            return _name_missed(reply)
        evidence = reply.draft.evidence
        reply.set_draft(evidence=replace(evidence, spelled=(*evidence.spelled, letters)))
    else:
        _add_evidence(reply, said)
    name = read_back_name(reply)
    return reply.done(f"fill:name={name}") if name else _name_missed(reply)


def name_denied(reply: Reply, rest: str) -> ClerkTurn:
    """Take a "no" to the name that was read back, with the correction behind it if there is one."""
    slot = reply.draft.slot("name")
    wrong = slot.value if slot else ""
    evidence = reply.draft.evidence
    reply.set_draft(evidence=replace(evidence, denied=(*evidence.denied, wrong)))
    tries = reply.failed()
    rest = _put_right(without_correction_lead(rest), wrong)
    corrected = name_words(rest)
    if (corrected and _is_plausible(rest) and not _only_denies(rest)) or read_letters(rest):
        _add_evidence(reply, rest)
        name = read_back_name(reply) if tries <= 2 else ""
        if name:
            return reply.done(f"fill:name={name}")
    return _ask_to_spell(reply, tries)


def _put_right(rest: str, wrong: str) -> str:
    """Read ``not Mary, Jane`` as the name with that part of it put right, where it is said so."""
    words, parts = rest.split(), wrong.lower().split()
    alike = (
        len(words) == 2 and len({known_by_spelling().get(w) in first_names() for w in words}) == 1
    )
    if alike and words[0] in parts:
        return " ".join(words[1] if part == words[0] else part for part in parts)
    return rest


def _ask_to_spell(reply: Reply, tries: int) -> ClerkTurn:
    """Go to the next strategy: letters, letters with words, then not sure."""
    if tries == 1:
        part = reply.draft.unsure_part or "name"
        reply.ask("spell_name", Asked.SPELL_NAME, slot="name", part=part)
    elif tries == 2:
        reply.ask("spell_with_words", Asked.SPELL_NAME, slot="name")
    else:
        _give_up(reply)
    return reply.done("deny")


def _only_denies(rest: str) -> bool:
    return bool(
        re.fullmatch(
            r"(?:that is|it is|is|not|wrong|incorrect|right|correct|my|name|the|no|thank you|at all"
            r"|spelled|spelling|wrongly|a mistake|you|have|has|been|written|write|it| )*",
            rest,
        )
    )


def confirm_name(reply: Reply, said: str) -> ClerkTurn | None:
    """Take a reply to the name that was read back that is neither yes nor no: the name again."""
    answer = read_answer(said)
    if answer.yes is not None or not _is_plausible(said):
        return None
    again = name_words(said)
    known = reply.draft.value("name").lower()
    if again == known:
        settle_slot(reply, "name", SlotStatus.CONFIRMED)
        reply.say("thanks")
        ask_next(reply)
        return reply.done("confirm")
    if reply.failed() > 2:
        _give_up(reply)
        return reply.done("unclear", missed=True)
    _add_evidence(reply, said)
    name = read_back_name(reply)
    return reply.done(f"fill:name={name}") if name else None
