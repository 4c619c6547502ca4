"""The offices of this line, prepared for their calls: what can be looked up, what may be claimed.

To prepare one takes some milliseconds, which no call should wait for twice.
"""

from __future__ import annotations

from mapokezi.calls import OfficeId
from mapokezi.receptionist.look_up import OfficeBook
from mapokezi.receptionist.meanings import Meanings
from mapokezi.receptionist.office import Office
from mapokezi.receptionist.spoken_claims import OfficeTruth


class KnownOffices:
    """Prepares each office once; an office whose files have changed is prepared anew."""

    def __init__(self) -> None:
        """Begin with none."""
        self._books: dict[OfficeId, OfficeBook] = {}
        self._truths: dict[OfficeId, OfficeTruth] = {}
        self._meanings: dict[OfficeId, Meanings] = {}

    def prepare(self, office: Office) -> None:
        """Prepare an office before its first call."""
        self.book(office)
        self.truth(office)

    def learn(self, office: Office, meanings: Meanings) -> None:
        """Take in what an office's sentences mean; its book is prepared anew."""
        self._meanings[office.id] = meanings
        self._books[office.id] = OfficeBook(office, meanings)

    def book(self, office: Office) -> OfficeBook:
        """Give what can be looked up."""
        known = self._books.get(office.id)
        if known is None or known.office is not office:
            known = self._books[office.id] = OfficeBook(office, self._meanings.get(office.id))
        return known

    def truth(self, office: Office) -> OfficeTruth:
        """Give what claims are held against."""
        known = self._truths.get(office.id)
        if known is None or known.office is not office:
            known = self._truths[office.id] = OfficeTruth(office)
        return known
