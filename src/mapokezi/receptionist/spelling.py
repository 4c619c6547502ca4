"""Letters that a caller spelled, in the forms that recognisers write them.

``O-t-i-e-n-o.``, ``Otae nl``, ``B is in Brian A.R.A.S.A.``, ``pea for tango``, ``Each AFFAM``:
letters that rhyme (B C D E G P T V) or hiss (F S X) are written for one another, so a spelled
name is matched by `letters_cost`, not by equality.
"""

from __future__ import annotations

import re
from functools import lru_cache

from mapokezi.receptionist.words import listed

_LETTER_WORDS = {
    "ay": "a",
    "bee": "b",
    "be": "b",
    "see": "c",
    "sea": "c",
    "the": "ch",
    "dee": "d",
    "ee": "e",
    "he": "e",
    "ef": "f",
    "eff": "f",
    "gee": "g",
    "each": "h",
    "aitch": "h",
    "age": "h",
    "eye": "i",
    "jay": "j",
    "kay": "k",
    "okay": "ok",
    "el": "l",
    "ell": "l",
    "em": "m",
    "am": "am",
    "and": "m",
    "an": "n",
    "en": "n",
    "in": "n",
    "oh": "o",
    "owe": "o",
    "pee": "p",
    "pea": "p",
    "cue": "q",
    "queue": "q",
    "are": "r",
    "ar": "r",
    "our": "r",
    "ess": "s",
    "es": "s",
    "tea": "t",
    "tee": "t",
    "you": "u",
    "yew": "u",
    "vee": "v",
    "we": "v",
    "double-u": "w",
    "ex": "x",
    "why": "y",
    "zed": "z",
    "zee": "z",
}
_RHYMES = ("bcdegptvz", "fsx", "mn", "ajkh", "iy", "qu", "lo", "ae", "ei", "ou", "wu", "rao", "cz")
_RUN = 3
_NO_LETTERS = frozenset(
    listed(
        """
    is it its as my so yes no by at to that ok
    """
    )
)
_MISHEARD = 0.45
_OTHER = 1.0
_LOST = 0.7
_EXTRA = 0.6
_CLOSE = {
    frozenset((one, other)) for group in _RHYMES for one in group for other in group if one != other
}

_LEAD = re.compile(
    r"^.*?\b(?:it is|its|that is|is|it|i|name) ?(?:spelled|spelt|spelling|fell|spell|spells"
    r"|smelled)"
    r"(?: as| it)?\b|"
    r"^(?:so |okay |yes |no |sure )*(?:it is|that is|i spell it|spelled|spelt|my name is) ?"
)
_AS_IN = re.compile(
    r"\b(?P<letter>[a-z]|[a-z]{2,4}) (?:for|as in|is in|like|as an|as and|us in) (?P<word>[a-z]+)\b"
)
_RUN_TOGETHER = re.compile(r"\b(?P<letter>o|b|e)(?:ver|eef or|n) (?P<word>[a-z]{3,})\b")
_DOUBLE = re.compile(r"\bdouble ([a-z])\b")
_AND_FOR = re.compile(r"\band for (?P<word>[a-z]+)\b")


def read_letters(text: str) -> str:
    """Read spelled letters, lower case, or give an empty string if nothing is spelled.

    Args:
        text: plain text, as `mapokezi.receptionist.words.plain` gives it.
    """
    said = _LEAD.sub(" ", text.replace(".", " ").replace(":", " ")).strip()
    if not looks_spelled(said):
        return ""
    return _letters_in(_from_first_letter(_words_to_letters(said)))


def _from_first_letter(said: str) -> str:
    """Drop the words before the first single letter, but for one that may be letters itself."""
    words = said.split()
    first = next((at for at in range(len(words)) if _begins_letters(words[at:])), 0)
    before = words[first - 1] if first else ""
    is_letters = before in _LETTER_WORDS or (0 < len(before) <= _RUN and before not in _NO_LETTERS)
    return " ".join(words[first - 1 if is_letters else first :])


def _begins_letters(words: list[str]) -> bool:
    return len(words[0]) == 1 and sum(len(word) == 1 for word in words[1:4]) >= 2


def force_letters(text: str) -> str:
    """Read letters where letters were asked for, however they are written."""
    said = _LEAD.sub(" ", text.replace(".", " ").replace(":", " ")).strip()
    return _letters_in(_words_to_letters(said))


def _letters_in(said: str) -> str:
    letters = ""
    for word in said.split():
        if word.isdecimal():
            letters += {"8": "h", "3": "e", "0": "o"}.get(word, "")
        elif len(word) > 1 and word in _LETTER_WORDS:
            letters += _LETTER_WORDS[word]
        else:
            letters += word
    return letters


def _words_to_letters(said: str) -> str:
    """Put the letter for ``o for orange``, ``b as in Brian``, ``double l``."""
    said = _DOUBLE.sub(r"\1 \1", said)
    said = _AND_FOR.sub(lambda match: match["word"][0], said)
    said = re.sub(r"\bover ?(?=[a-z]{3})", "o for ", said)
    return _AS_IN.sub(_by_its_word, said)


def _by_its_word(match: re.Match[str]) -> str:
    """Trust the word more than the letter: ``pea for tango`` is T."""
    return match["word"][0]


def looks_spelled(said: str) -> bool:
    """Say whether plain text holds letters one by one, not words."""
    words = said.split()
    singles = sum(1 for word in words if len(word) == 1 and word.isalpha())
    as_in = len(_AS_IN.findall(said)) + len(_AND_FOR.findall(said))
    if singles >= 3 or as_in >= 2:
        return True
    if (
        singles >= 2
        and singles * 2 >= len(words)
        and any(w not in "ia" for w in words if len(w) == 1)
    ):
        return True
    return as_in >= 1 and singles >= 2


_CLASSES = str.maketrans("bcdegptvzfsxmnajkhiyquwlor", "eeeeeeeeesssmmaaaaiiuuulor")


def rhyme_classes(letters: str) -> str:
    """Put one letter for all that sound alike when spelled, to find what may be meant quickly."""
    return letters.translate(_CLASSES)


@lru_cache(maxsize=16384)
def letters_cost(name: str, letters: str) -> float:
    """Give what it costs to have heard ``letters`` for ``name``, per letter of the name.

    0 is the same; up to 0.3 is a name with letters that rhyme.
    """
    if not letters or abs(len(name) - len(letters)) > max(3, len(name) // 2):
        return 9.0
    previous = [_EXTRA * at for at in range(len(letters) + 1)]
    for letter in name:
        current = [previous[0] + _LOST]
        for at, heard in enumerate(letters):
            if letter == heard:
                swap = 0.0
            else:
                swap = _MISHEARD if frozenset((letter, heard)) in _CLOSE else _OTHER
            current.append(min(previous[at] + swap, previous[at + 1] + _LOST, current[at] + _EXTRA))
        previous = current
    return previous[-1] / len(name)
