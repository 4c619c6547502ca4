"""What a model was told beforehand is found again in what it says."""

from __future__ import annotations

import msgspec

from mapokezi.receptionist.facts_told import FactsTold
from mapokezi.receptionist.office import Office


def test_a_sentence_that_tells_a_fact_has_it_as_its_source(law_office: Office) -> None:
    parking = next(fact for fact in law_office.facts if fact.id == "parking")
    few = msgspec.structs.replace(law_office, facts=(*law_office.facts[:3], parking))
    told = FactsTold(few)
    words = parking.answer.split(" ")
    found = [told.said("i", f"{word} ") for word in words]
    assert {one for ids in found for one in ids} == {"parking"}
    assert told.said("j", "How can I help you with your parking today?") == ()
    assert told.said("j", "One moment please. I am looking for that.") == ()


def test_of_facts_that_are_looked_up_it_finds_none(law_office: Office) -> None:
    assert len(law_office.facts) > law_office.facts_in_instructions
    told = FactsTold(law_office)
    assert told.said("i", law_office.facts[0].answer) == ()
