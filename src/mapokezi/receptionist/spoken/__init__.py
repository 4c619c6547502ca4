"""Figures as they are said and as they are heard, in English, in Swahili, and in both at once.

``read(say(x)) == x`` for numbers, amounts, telephone numbers, tills, dates and times. What callers
and recognisers make of them beyond that is read rightly, marked unsure, or not read at all.
"""

from __future__ import annotations

from mapokezi.receptionist.spoken.amounts import (
    Account,
    read_account,
    read_amounts,
    read_money,
    read_numbers,
)
from mapokezi.receptionist.spoken.both import (
    read_date,
    read_number,
    read_time,
    say_date,
    say_money,
    say_number,
    say_time,
    say_time_on_both_clocks,
)
from mapokezi.receptionist.spoken.digits import (
    has_digits,
    read_digits,
    read_phone,
    say_digits,
    say_ending,
    say_letters,
    say_phone,
)
from mapokezi.receptionist.spoken.english_times import (
    WEEKDAYS,
    part_of_day,
    read_best_time,
    say_ordinal,
)
from mapokezi.receptionist.spoken.types import DayRead, Language, NumberRead, Read, TimeRead
from mapokezi.receptionist.spoken.written import in_words, words_of_figures

__all__ = [
    "WEEKDAYS",
    "Account",
    "DayRead",
    "Language",
    "NumberRead",
    "Read",
    "TimeRead",
    "has_digits",
    "in_words",
    "part_of_day",
    "read_account",
    "read_amounts",
    "read_best_time",
    "read_date",
    "read_digits",
    "read_money",
    "read_number",
    "read_numbers",
    "read_phone",
    "read_time",
    "say_date",
    "say_digits",
    "say_ending",
    "say_letters",
    "say_money",
    "say_number",
    "say_ordinal",
    "say_phone",
    "say_time",
    "say_time_on_both_clocks",
    "words_of_figures",
]
