"""Claims of telephone numbers, and of other numbers that one is to use."""

from __future__ import annotations

import re

from mapokezi.receptionist.spoken import say_phone
from mapokezi.receptionist.spoken_claims.grounds import Grounds, nearest_answer
from mapokezi.receptionist.spoken_claims.numbers import Row, covers, is_short_code, rows_in
from mapokezi.receptionist.spoken_claims.prices import prices_in
from mapokezi.receptionist.spoken_claims.sentence import Said
from mapokezi.units import E164

_FEWEST = 6
"""With fewer digits it is a telephone number only if the words before say so."""
_YOURS = re.compile(
    r"\b(?:your number|you (?:on|at|back on)|calling from|reach you|call you|number is|i have"
    r"|i heard|you (?:said|gave))\b"
)
_OURS = re.compile(
    r"\b(?:our|ours|us|office|direct line|reception|pay to|send (?:the )?money|whatsapp|m ?pesa)\b"
)
_OUR_NUMBER = "that number was not one that I may give you. Please do not use it."
_WRONG_CODE = "that was not a number of ours. Please do not use it."


def false_number(said: Said, grounds: Grounds) -> str | None:
    """Give what is so, if a sentence has a number that nobody gave and that is not the office's.

    Args:
        said: the sentence.
        grounds: what is known.
    """
    plain = said.plain
    rows = rows_in(plain)
    if not rows:
        return None
    words = plain.replace("+", " ").split()
    ours, theirs, told = grounds.office_digits(), grounds.caller_digits(), grounds.told_digits()
    is_ours = not said.is_read_back and _OURS.search(plain) is not None
    for row in rows:
        before = " ".join(words[: row.first])
        is_code = is_short_code(before) and len(row.digits) >= 2
        if (len(row.digits) < _FEWEST and not is_code) or _is_amount(row, words):
            continue
        if _is_known(row.digits, ours):
            continue
        is_theirs = _is_known(row.digits, theirs) or covers(told, row.digits)
        if is_code or is_ours or not is_theirs:
            return _what_is_so(said, is_code and len(row.digits) < _FEWEST, grounds)
    return None


def _is_amount(row: Row, words: list[str]) -> bool:
    near = " ".join(words[max(0, row.first - 1) : row.after + 2])
    return any(price.unit for price in prices_in(near))


def _is_known(digits: str, pool: str) -> bool:
    forms = [digits]
    if digits.startswith("254"):
        forms += [f"0{digits[3:]}", digits[3:]]
    return any(form in pool for form in forms)


def _what_is_so(said: Said, is_code: bool, grounds: Grounds) -> str:
    if "po box" in said.plain:
        return nearest_answer(said, grounds, "postal address")
    if is_code:
        return _WRONG_CODE
    if grounds.caller_number and _YOURS.search(said.plain):
        number = say_phone(E164(grounds.caller_number))
        return f"that was not your number. The number you are calling from is {number}."
    if _YOURS.search(said.plain):
        return "I did not have that number right."
    return _OUR_NUMBER
