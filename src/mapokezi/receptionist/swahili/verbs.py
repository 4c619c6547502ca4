"""Swahili verbs read by their build: who, when, whom, deed, and what is done to the deed.

*a-li-ni-pigi-a* is he, past, me, call, for. What a deed stands for comes from the lexicon; English
deeds with a Swahili beginning (*mna-accept*, *ku-confirm*) are read alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from mapokezi.receptionist.swahili.lexicon import lexicon

_SUBJECTS = {
    "ni": "I",
    "n": "I",
    "u": "you",
    "a": "he",
    "tu": "we",
    "m": "you",
    "mu": "you",
    "wa": "they",
    "i": "it",
    "zi": "they",
    "li": "it",
    "ya": "they",
    "ki": "it",
    "vi": "they",
    "yu": "he",
}
_OBJECTS = {
    "ni": "me",
    "tu": "us",
    "ku": "you",
    "mw": "him",
    "mu": "him",
    "m": "him",
    "wa": "them",
    "ki": "it",
    "vi": "them",
    "zi": "them",
    "li": "it",
    "ya": "them",
    "i": "it",
    "u": "it",
    "ji": "",
}
_TENSES = ("mesha", "taka", "nge", "na", "li", "ta", "me", "sha", "ki", "ka")
_RELATIVES = {
    "ye": "who",
    "o": "who",
    "yo": "which",
    "zo": "which",
    "cho": "which",
    "lo": "which",
    "vyo": "as",
    "po": "where",
    "ko": "where",
}
_NEGATIVES = {
    "si": "I",
    "hu": "you",
    "ha": "he",
    "hatu": "we",
    "ham": "you",
    "hamu": "you",
    "hawa": "they",
    "hai": "it",
    "hazi": "they",
    "haya": "they",
}
_TO_ME = frozenset(
    {"eleze", "elekeze", "unganishe", "saidie", "weke", "kumbushe", "sikilize", "hudumie", "onye"}
)
_MY_OWN = frozenset({"ongee", "tembelee", "pokee", "endelee", "fuatilie"})
"""With *ni-* before them they ask for something to be done to me, as all that end in *-ie*."""
_PLEAS = {
    "tu": "let us {}",
    "uni": "{} me",
    "mni": "{} me",
    "ni": "I should {}",
    "utu": "{} us",
    "mtu": "{} us",
    "ani": "to {} me",
    "wani": "to {} me",
}
"""Before English deeds, which keep their own ending: *tupush*, *uniconnect*."""
_MONOSYLLABIC = frozenset({"j", "l", "nyw", "f", "w", "p"})


@dataclass(frozen=True, slots=True)
class VerbRead:
    """A verb in English."""

    english: str
    whom: str = ""
    """``him`` or ``them``, which English leaves out where they are named."""


@lru_cache(maxsize=4096)
def read_verb(word: str) -> VerbRead | None:
    """Read a Swahili verb, lower case; None if it is none that is known."""
    if len(word) < 3 or word in lexicon().never:
        return None
    for read in (_with_tense, _infinitive, _negative, _habitual, _shall, _bare):
        if (found := read(word)) is not None:
            return found
    return None


def _with_tense(word: str) -> VerbRead | None:
    if word.startswith("na") and (deed := _deed(word[2:])):
        return _put("I {}", "na", deed, "I")
    for subject, who in _SUBJECTS.items():
        if not word.startswith(subject):
            continue
        after = word[len(subject) :]
        for tense in _TENSES:
            if not after.startswith(tense):
                continue
            rest = after[len(tense) :]
            if deed := _deed(rest):
                return _put(_TEMPLATES[tense], tense, deed, who)
            if (related := _related(rest, who)) is not None:
                return related
    return None


def _related(rest: str, who: str) -> VerbRead | None:
    """Read what is left of a verb with *-ye-*, *-po-*: who does, where it is."""
    for relative, link in _RELATIVES.items():
        if not rest.startswith(relative):
            continue
        whom = who if who in {"I", "we", "you"} or link == "where" else ""
        if rest == relative:
            return VerbRead(f"{link} {who if link == 'where' else ''} is".replace("  ", " "))
        if deed := _deed(rest[len(relative) :]):
            english, _ = deed
            return VerbRead(f"{link} {whom} {english}".replace("  ", " "))
    return None


_TEMPLATES = {
    "na": "{who} {deed}",
    "li": "{who} have {past}",
    "me": "{who} have {past}",
    "mesha": "{who} have already {past}",
    "sha": "{who} have already {past}",
    "ta": "{who} will {deed}",
    "taka": "{who} will {deed}",
    "nge": "{who} would {deed}",
    "ki": "when {who} {deed}",
    "ka": "and {who} {deed}",
}
_ASKED = {"na": "do you {deed}", "ta": "will you {deed}", "taka": "will you {deed}"}
"""What callers say of us they mostly ask."""


def _put(template: str, tense: str, deed: tuple[str, str], who: str) -> VerbRead:
    english, whom = deed
    if who == "you":
        template = _ASKED.get(tense, template)
    template = template.replace("I {}", "{who} {deed}")
    has = "has" if who in {"he", "it"} else "have"
    said = template.replace(" have ", f" {has} ").format(
        who=who, deed=_present(english, who, tense), past=participle(english)
    )
    if said.startswith("do you be "):
        said = f"are you {said.removeprefix('do you be ')}"
    return VerbRead(_with_object(said, whom), whom if whom in {"him", "them"} else "")


def _present(english: str, who: str, tense: str) -> str:
    is_be = english == "be" or english.startswith("be ")
    if tense not in {"na", "ki", "ka"} or who == "you" or not is_be:
        return english
    form = {"I": "am", "he": "is", "it": "is"}.get(who, "are")
    return form + english.removeprefix("be")


def _with_object(said: str, whom: str) -> str:
    if whom in {"", "him", "them", "it"}:
        return said
    first, _, particle = said.rpartition(" ")
    if particle in {"for", "to", "of", "with", "after"} or not first:
        return f"{said} {whom}"
    return f"{said} {whom}"


def participle(english: str) -> str:
    """Give an English deed as it stands behind *have*: ``book for`` becomes ``booked for``."""
    first, _, rest = english.partition(" ")
    past = lexicon().pasts.get(first)
    if past is None:
        past = first + "d" if first.endswith("e") else f"{first}ed"
        if first.endswith("y") and first[-2:-1] not in "aeiou":
            past = f"{first[:-1]}ied"
    return f"{past} {rest}".strip()


def _infinitive(word: str) -> VerbRead | None:
    for prefix in ("kuto", "ku", "kw", "k"):
        rest = word[len(prefix) :]
        if not word.startswith(prefix) or (prefix in {"kw", "k"} and rest[:1] not in "aeiou"):
            continue
        if deed := _deed(rest):
            said = f"not to {deed[0]}" if prefix == "kuto" else f"to {deed[0]}"
            return VerbRead(_with_object(said, deed[1]), _left_out(deed[1]))
    return None


def _left_out(whom: str) -> str:
    return whom if whom in {"him", "them"} else ""


def _negative(word: str) -> VerbRead | None:
    for prefix, who in _NEGATIVES.items():
        if not word.startswith(prefix):
            continue
        after = word[len(prefix) :]
        for tense, template in (
            ("ku", "{who} did not {deed}"),
            ("ja", "{who} have not {past}"),
            ("ta", "{who} will not {deed}"),
            ("", "{who} do not {deed}"),
        ):
            rest = after[len(tense) :]
            if not after.startswith(tense) or (not tense and not rest.endswith(("i", "e", "y"))):
                continue
            if deed := _deed(rest):
                english, whom = deed
                said = template.format(who=who, deed=english, past=participle(english))
                said = said.replace("do not can", "cannot").replace(" not be ", " not be ")
                return VerbRead(_with_object(said, whom), _left_out(whom))
    return None


def _habitual(word: str) -> VerbRead | None:
    if word.startswith("hu") and (deed := _deed(word[2:])):
        english = deed[0]
        return VerbRead(f"is {english[3:]}" if english.startswith("be ") else english)
    return None


def _shall(word: str) -> VerbRead | None:
    """Read what somebody is to do: *anipigie*, *nije*, *nisaidie*."""
    for beginning, plea in _PLEAS.items():
        deed = word.removeprefix(beginning)
        if deed != word and deed in lexicon().english_verbs:
            return VerbRead(plea.format(deed))
    if not word.endswith(("e", "eni")):
        return None
    word = word.removesuffix("ni") if word.endswith("eni") else word
    for prefix, me in (("ni", "me"), ("tu", "us"), ("uni", "me"), ("mni", "me"), ("mtu", "us")):
        rest = word.removeprefix(prefix)
        asks = (rest.endswith(("ie", "ee")) and rest not in _MY_OWN) or rest in _TO_ME
        if rest != word and asks and (deed := _stem(rest)):
            return VerbRead(f"{deed} {me}")
    for prefix in ("m", "mw", "mu", "wa", "um", "umw", "uwa"):
        rest = word.removeprefix(prefix)
        if rest != word and rest.endswith(("ie", "ee", "ze", "she")) and (deed := _stem(rest)):
            whom = "them" if prefix.endswith("wa") else "him"
            return VerbRead(deed, whom)
    for subject, who in _SUBJECTS.items():
        if not word.startswith(subject) or subject == "n":
            continue
        if done := _deed(word[len(subject) :]):
            let = {"he": "let him", "they": "let them", "we": "let us", "I": "I should"}
            said = f"{let.get(who, f'{who} should')} {done[0]}"
            return VerbRead(_with_object(said, done[1]), _left_out(done[1]))
    return None


def _bare(word: str) -> VerbRead | None:
    """Read a command: *lipa*, *pigia*, *lipeni*."""
    for ending in ("eni", "ni", ""):
        base = word.removesuffix(ending) + ("a" if ending == "eni" else "")
        if (base != word or not ending) and len(base) > 3 and base.endswith("a"):
            found = _swahili_stem(base)
            if found:
                return VerbRead(found)
    return None


def _deed(rest: str) -> tuple[str, str] | None:
    """Read a deed with, or without, whom it is done to."""
    if found := _stem(rest):
        return found, ""
    for form, whom in _OBJECTS.items():
        if rest.startswith(form):
            after = rest[len(form) :]
            if (found := _stem(after)) and not _is_short(after):
                return found, whom
    if rest.startswith("ku") and (found := _stem(rest[2:])):
        return found, ""
    if rest.startswith("kw") and (found := _stem(rest[2:])):
        return found, ""
    return None


def _is_short(stem: str) -> bool:
    return stem[:-1] in _MONOSYLLABIC and stem[:-1] != "p"


def _stem(rest: str) -> str:
    """Give the English of a deed; empty if it is not known."""
    return _swahili_stem(rest) or _english_stem(rest)


def _swahili_stem(rest: str) -> str:
    if rest in lexicon().verbs:
        return lexicon().verbs[rest]
    if len(rest) < 2 or rest[-1] not in "aeiu":
        return ""
    return _of_root(rest[:-1])


def _of_root(root: str) -> str:
    verbs = lexicon().verbs
    if root in verbs:
        return verbs[root]
    if len(root) < 3:
        return ""
    for ending in ("liw", "lew", "iw", "ew", "w"):
        if root.endswith(ending) and (found := _of_root(root.removesuffix(ending))):
            return f"be {participle(found)}"
    for ending in ("ik", "ek"):
        if root.endswith(ending) and (made := verbs.get(root.removesuffix(ending))):
            return f"be {participle(made)}"
    for ending in ("ang", "ili", "ele", "i", "e", "an", "ish", "esh", "li", "le"):
        if root.endswith(ending) and (found := _of_root(root.removesuffix(ending))):
            return found
    return ""


def _english_stem(rest: str) -> str:
    known = lexicon().english_verbs
    if rest in known:
        return rest
    for ending, passive in (("iwa", True), ("wa", True), ("iwe", True), ("ia", False),
                            ("ie", False), ("i", False), ("ed", True), ("ing", False),
                            ("sha", False), ("isha", False)):  # fmt: skip
        if rest.endswith(ending):
            for base in (rest.removesuffix(ending), rest.removesuffix(ending) + "e"):
                if base in known and len(base) > 2:
                    return f"be {participle(base)}" if passive else base
    return ""
