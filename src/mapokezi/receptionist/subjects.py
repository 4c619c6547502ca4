"""Who of the office deals with the matter that a caller speaks of."""

from __future__ import annotations

from mapokezi.receptionist.directory import NOBODY, Found
from mapokezi.receptionist.examples import subject_examples
from mapokezi.receptionist.meanings import Meaning, Meanings
from mapokezi.receptionist.office import Person
from mapokezi.receptionist.reading import Reader

_SURE_SCORE = 0.22
_SURE_MARGIN = 0.15
_MAYBE_SCORE = 0.12


class Subjects:
    """What the office's people deal with."""

    def __init__(self, people: tuple[Person, ...], meanings: Meanings | None = None) -> None:
        """Learn from the people's subjects."""
        self._by_id = {person.id: person for person in people}
        examples = tuple(subject_examples(people))
        reader = Reader([each.text for each in examples], [each.label for each in examples])
        self._reader = reader.with_meanings(meanings) if meanings else reader

    def whose(self, text: str, meaning: Meaning | None = None) -> Found:
        """Find who deals with the matter that is spoken of, nobody if it is no one's."""
        reading = self._reader.read(text, meaning)
        if reading.score < _MAYBE_SCORE:
            return NOBODY
        is_sure = reading.score >= _SURE_SCORE and reading.margin >= _SURE_MARGIN
        return Found((self._by_id[reading.best],), is_sure=is_sure)
