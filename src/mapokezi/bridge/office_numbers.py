"""Which office answers which telephone number."""

from __future__ import annotations

from collections.abc import Iterable

from mapokezi.receptionist.office import Office
from mapokezi.telephony.numbers import subscriber_of
from mapokezi.units import E164


class OfficeNumbers:
    """The numbers of all offices. Compared by nine digits, as the platform's forms vary."""

    def __init__(self, offices: Iterable[Office]) -> None:
        """Take the offices as they are now."""
        self._offices = tuple(offices)
        self._by_number = {
            subscriber_of(number): office for office in self._offices for number in office.numbers
        }
        self.all: frozenset[E164] = frozenset(
            number for office in self._offices for number in office.numbers
        )

    def office_of(self, dialled: E164 | None) -> Office | None:
        """The office with a number; one that was not told is the only office's, if there is one."""
        if dialled is None:
            return self._offices[0] if len(self._offices) == 1 else None
        return self._by_number.get(subscriber_of(dialled))
