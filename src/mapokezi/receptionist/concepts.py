"""A thesaurus of office talk: what callers' words stand for, in English as it is spoken in Kenya.

A *concept* is a thing or an act of an office's day (`PARK`, `PRICE`, `BRING`) with the words and
phrases that stand for it. A *topic* is what an office is asked about; it is present in words in
which certain concepts meet: ``where`` with ``car`` is about parking, ``how much`` with ``first
meeting`` is about the fee. Which of an office's facts a topic belongs to is found by looking for
the topics in the fact's own examples (`mapokezi.receptionist.facts`), so nothing here knows an
office. Topics that few offices write facts about stand here as well, for a question about a job
or the weather is near to nothing that an office has told us.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz import fuzz, process

from mapokezi.receptionist.words import listed, stem

SURE = 1.0
MAYBE = 0.55
"""How strongly a topic is present: marked ``~`` below if the concepts may mean something else."""

_CONCEPTS = """
WHERE: where whereabouts
LOCATED: located location situated direct_me direction directions landmark landmarks
  which_building what_building which_floor what_floor which_road what_road which_street
  what_street name_of_the_building find_your find_the_office reach_you reach_your reach_the_office
  get_to_you get_to_your get_to_the come_to_your get_there exact_place trace_you trace_your
  locate_you locate_your physical_address near_which pin
  how_to_find how_do_i_find how_can_i_find along is_your_office which_side
LOCATED: which_place what_place where_should_i_come where_do_i_come where_is_it where_are_they
LOST: lost find_you
YOU: you your yours
OFFICE: office offices premises chambers firm place company clinic
CITY: city_centre city_center cbd westlands
WHEN: when
TRANSPORT: matatu matatus mathree bus buses stage bus_stop public_transport public_means alight
  board boarding boda bodaboda taxi
PARK: park parked parking
CAR: car cars vehicle vehicles drive driving motorbike lorry
LEAVE: leave put keep
SPACE: space spaces somewhere slot spot safe place
ACCESS: wheelchair wheelchairs lift lifts elevator elevators stair stairs staircase ramp disabled
  disability crutches climb accessible cannot_walk
SERVICE: service services specialise specialize specialised specialized specialty practise practice
  practising area_of_law areas_of_law kind_of_case kind_of_cases kinds_of_cases type_of_cases
  types_of_cases kind_of_law kinds_of_law type_of_law types_of_law what_do_you_do firm_do
  your_firm_does what_you_do what_areas which_areas kind_of_work
  kind_of_matters type_of_work kind_of_lawyers type_of_lawyers kind_of_legal
  type_of_legal legal_work fields_of_law which_fields what_fields branches_of_law which_cases
DO: do_you_take you_cover able_to_do do_you_do you_do you_also_do firm_that_does firm_does
  does_your_firm your_firm_handle you_deal
  you_handle handle handles take_up take_on
CASE: case cases matter matters file hearing
LAW: law legal
APPOINTMENT: arrange set_up come_in_for appointment appointments book booking booked schedule
  scheduling
  reserve walk_in
  walk_ins walk_straight slot_with
  show_up just_come come_without walk_ins
MEET: meeting meet visit interview
CONSULT: consult consultation consultations consulting see_a_lawyer see_an_advocate see_the_lawyer
  see_one_of seeing_a_lawyer seeing_an_advocate seeing_the meet_a_lawyer
  with_a_lawyer with_an_advocate with_the_lawyer with_the_advocate first_session meet_an_advocate
  talk_to_a_lawyer
  talk_to_an_advocate see_a_doctor
FIRST: first_time first_meeting first_visit first_consultation first_appointment first_session
  initial
PRICE: how_much price prices cost costs charge charges charged fee fees rate rates expensive free
  free_of_charge amount pay_to pay_anything pay_for shillings
LONG: how_long how_many_days how_many_minutes how_soon duration
BRING: bring carry come_with come_along_with have_with_me bring_along
REQUIRE: require required supposed_to need_from_me do_i_need will_i_need should_i_have needed
DOCUMENT: document documents paper papers id passport identity_card identification
HOW: modes_of mode_of methods_of method_of forms_of form_of how_can how_do how_should how_may
  how_would how_will ways_of which_ways way_of
PAY: pay paying payment payments settle
PAYWAY: mpesa paybill till_number your_till the_till mpesa_till cash visa_cards
  visa_card by_card use_a_card a_credit
  with_card with_a_card
  credit_card credit_cards debit_card my_card
  accept_card accept_cards take_card take_cards bank_transfer cheque cheque_payments
  bank_account account_number payable_number installments instalments pay_bill
PAYEE: send_you_money send_you_the_money pay_into pay_over_the pay_on_the pay_you send_money
  send_the_money settle_my_bill my_bill
EMAIL: email emails gmail e_mail online scanned email_address mail_address
POSTAL: postal box pobox letter letters parcel parcels courier i_post post_you post_a post_it
  to_post
RECEIVED: did_you_receive did_you_get have_you_received receive_my arrived
LANGUAGE: language languages swahili kiswahili kikuyu luo dholuo kalenjin somali luhya kamba meru
  english french kisii vernacular mother_tongue
SPEAK: speak speaks speaking speaker speakers talk understand understands know knows use fluent
OATH: affidavit affidavits oath oaths commissioner commission commissioned commissioning swear sworn
  swearing certify certified certifying certification stamp stamped stamping notary notarise
  notarize attest attested statutory_declaration
SEARCH: search searches searching
LAND: land lands title titles plot deed deeds parcel_of_land shamba
CHECK: confirm check verify owner owns genuine
BRANCH: other_towns other_cities other_counties other_places where_else anywhere_else branch
  branches other_office other_offices another_office
  only_office office_elsewhere
  offices_elsewhere
OUTSIDE: outside upcountry elsewhere
TOWN: nairobi mombasa kisumu nakuru eldoret thika nyeri meru machakos malindi kitale kakamega
  naivasha kiambu embu garissa kisii
PEOPLE: somebody someone anybody anyone lawyer lawyers advocate advocates staff
COURT: court courts
MY: my our
PROGRESS: heard latest progress update updates status far going gone happening happened follow_up
  following_up
  mention mentioned hearing hearing_date next_date court_date judgment ruling news find_out
  heard_from verdict judgement reached
RECORDING: recording recordings recorded being_recorded
WHY: why
LISTEN: listen listens listening
CALL: call calls i_say conversation
SUBJECT: divorce succession inheritance employment criminal traffic family company companies
  contract contracts conveyancing immigration property custody adoption wills dispute disputes
  accident accidents debt
AREYOU: are_you
HELP: help_me_with help_with assist_with assist_me_with
SEEN: see_a_lawyer see_an_advocate see_the_lawyer see_the_advocate meet_a_lawyer meet_an_advocate
  see_a_doctor see_one_of
DOYOU: do_you can_you are_you your_lawyers do_your have_lawyers are_your whether_you if_you
WHAT: what which
DID: did was were
JOB: vacancy vacancies job jobs hiring hire recruit recruiting scholarship
NEAR: near nearby around_you
SHOP: bank hotel restaurant atm supermarket chemist pharmacy
MONEY: loan loans lend borrow exchange_rate
WEATHER: weather rain raining football match president
ROOM: wifi wi_fi toilet toilets washroom
HISTORY: founded started_your firm_started old_is_your owns_your how_old owns_the owner_of_your
"""
_TOPICS = """
location: LOCATED-TRANSPORT-PARK-CAR-EMAIL-POSTAL-HISTORY | CITY+YOU
  | WHERE+YOU-BRANCH-PARK-CAR-EMAIL-POSTAL-PAY-RECORDING-TRANSPORT-DOCUMENT
  | WHERE+OFFICE-PARK-CAR-EMAIL-POSTAL-PAY-RECORDING-TRANSPORT-BRANCH | ~LOST
transport: TRANSPORT-TOWN
parking: PARK | CAR+LEAVE-TRANSPORT | CAR+SPACE-TRANSPORT | CAR+WHERE-TRANSPORT
access: ACCESS
services: SERVICE | DO+SUBJECT-MY | AREYOU+SUBJECT-MY | DOYOU+SUBJECT-MY-PRICE-SHOP-BRANCH |
  HELP+PEOPLE+WHAT | DO+CASE-MY | DO+LAW-MY | ~DO
appointment: APPOINTMENT-BRING-REQUIRE-PRICE | APPOINTMENT+HOW
  | SEEN-PRICE-PAY-BRING-LONG-FIRST-DOCUMENT | ~MEET+HOW
first_fee: PRICE+CONSULT-PAYWAY | PRICE+FIRST | PAY+FIRST-HOW-PAYWAY | LONG+CONSULT | ~PAY+CONSULT
bring: BRING-ACCESS-CAR-PRICE | DOCUMENT+REQUIRE-SEARCH | MEET+REQUIRE-APPOINTMENT | ~DOCUMENT+MEET
pay: PAYWAY | PAY+WHERE-PARK | PAYEE-PRICE | PAY+HOW-PARK
email: EMAIL-DID
post: POSTAL-EMAIL-RECEIVED-DID
language: LANGUAGE+SPEAK | LANGUAGE+PEOPLE | ~LANGUAGE
oaths: OATH
land_search: SEARCH+LAND | SEARCH+LONG | LAND+CHECK | ~SEARCH
branches: BRANCH | OFFICE+TOWN-WHERE-LOCATED-WEATHER-SHOP | OFFICE+OUTSIDE
  | PEOPLE+TOWN+YOU-WHERE-LOCATED | COURT+TOWN+PEOPLE | ~TOWN+YOU-TRANSPORT-WEATHER
progress: CASE+MY+PROGRESS-PRICE | ~CASE+PROGRESS-PRICE | ~WHEN+COURT+MY | ~CASE+MY+DID
privacy: RECORDING | LISTEN+CALL
jobs: JOB
nearby: SHOP+NEAR | SHOP+OFFICE | SHOP+YOU
money: MONEY
chat: WEATHER
rooms: ROOM
history: HISTORY
"""
_HEARD_AS = """
TOWN: mombata lombaca mombatah mombathe mombatith kissimo kickamo kithamu necuru nekuru nicura cura
  eldorip eldoric eldorate dica dika vika geeka nairy niary naily nylie machako machaco metacos
  aidasha avasha avaasha kakinka kakanga kakenga kithiai
LANGUAGE: wahili lahili flathealy tiswahili keyflahali kikuyo kikoyo tikouyo kuyu dalioo luau luel
  lul louell louelle luya canva kalangan kalangin kalanjian the_molly
TRANSPORT: matato makaru makado matawdi metati matahdi matsaru method_do_i_take
PAYWAY: payable paypal pay_by_people
"""
"""What the local recogniser is known to write for proper names, measured over a telephone band."""
_FORGIVEN_FROM = 6
"""Letters from which on a word may be misspelled and still stand for its concept."""
_ALIKE = 84.0


@dataclass(frozen=True, slots=True)
class _Meeting:
    """Concepts that make a topic if all of them are there and none of the others is."""

    topic: str
    needs: frozenset[str]
    but_not: frozenset[str]
    strength: float


def _entries(text: str) -> list[tuple[str, str]]:
    """Give ``name: words`` entries; a line that is indented goes on from the one before."""
    joined = text.strip().replace("\n  ", " ")
    return [
        (name, words) for name, _, words in (line.partition(": ") for line in joined.split("\n"))
    ]


def _words() -> tuple[dict[str, frozenset[str]], dict[str, list[tuple[tuple[str, ...], str]]]]:
    singles: dict[str, set[str]] = {}
    phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for concept, words in [*_entries(_CONCEPTS), *_entries(_HEARD_AS)]:
        for word in words.split():
            first, *rest = word.split("_")
            if rest:
                phrases.setdefault(first, []).append(((first, *rest), concept))
            else:
                singles.setdefault(word, set()).add(concept)
    return {word: frozenset(found) for word, found in singles.items()}, phrases


def _meetings() -> tuple[_Meeting, ...]:
    found = []
    for topic, ways in _entries(_TOPICS):
        for way in ways.split("|"):
            plus, *minus = way.strip().removeprefix("~").split("-")
            strength = MAYBE if way.strip().startswith("~") else SURE
            needs = frozenset(plus.split("+"))
            found.append(_Meeting(topic, needs, frozenset(minus), strength))
    return tuple(found)


_SINGLES, _PHRASES = _words()
_MEETINGS = _meetings()
_LONG_WORDS = tuple(word for word in _SINGLES if len(word) >= _FORGIVEN_FROM)


@lru_cache(maxsize=2048)
def concepts_of_word(word: str) -> frozenset[str]:
    """Give the concepts that one plain word stands for, be it slightly misspelled."""
    found = _SINGLES.get(word)
    if found is None and len(word) >= _FORGIVEN_FROM:
        near = process.extractOne(word, _LONG_WORDS, scorer=fuzz.ratio, score_cutoff=_ALIKE)
        found = _SINGLES[near[0]] if near and near[0][0] == word[0] else None
    return found or frozenset()


_GRAMMAR = frozenset(
    listed("WHERE LOST YOU WHEN HOW WHY MY DO LEAVE LONG FIRST OUTSIDE WHAT AREYOU HELP DID")
)
"""Concepts that say how something is asked, not what it is about."""


@cache
def _by_stem() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for word, concepts in _SINGLES.items():
        found[stem(word)] = found.get(stem(word), frozenset()) | (concepts - _GRAMMAR)
    return found


def concepts_of_stem(stemmed: str) -> frozenset[str]:
    """Give the things that a word's stem stands for."""
    return _by_stem().get(stemmed, frozenset())


@lru_cache(maxsize=1024)
def concepts_of(said: str) -> frozenset[str]:
    """Give the concepts that plain text names, by single words and by phrases."""
    words = said.split()
    found: set[str] = set()
    for place, word in enumerate(words):
        found |= concepts_of_word(word)
        for phrase, concept in _PHRASES.get(word, ()):
            if tuple(words[place : place + len(phrase)]) == phrase:
                found.add(concept)
    return frozenset(found)


@lru_cache(maxsize=1024)
def topics_of(said: str) -> tuple[tuple[str, float], ...]:
    """Give the topics of plain text, each with how strongly it is present, 0 to 1."""
    concepts = concepts_of(said)
    found: dict[str, float] = {}
    for meeting in _MEETINGS:
        if meeting.needs <= concepts and not meeting.but_not & concepts:
            found[meeting.topic] = max(found.get(meeting.topic, 0.0), meeting.strength)
    return tuple(found.items())
