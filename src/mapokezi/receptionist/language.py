"""In which language an utterance is: English, Swahili, or both at once, told by its words.

Nairobi speaks them mixed (``Naomba kuongea na manager please``), and an English recogniser writes
what it can. So the words that are surely one or the other are counted; names, figures and words of
both say nothing. The reply goes in the language that carries the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from mapokezi.receptionist.spoken import Language
from mapokezi.receptionist.words import listed, plain

_ENGLISH = frozenset(
    listed(
        """
        the an is are am was were be been being i you he she it we they my your his her our their
        this that these those what when where which who whom whose why how do does did have has had
        can could will would shall should may might must to of for from with about on at by or and
        but if then than because so not no yes please thank thanks hello hi good morning afternoon
        evening night today tomorrow yesterday want need like speak talk call calling called
        message number name office open close closed opening closing hours time appointment book
        booking meeting lawyer advocate doctor manager person somebody someone anybody help know
        tell ask leave back again later now there here some any all more much many long cost price
        fee fees pay paid money case land title agreement in up out just only also very really
        moment wait minute urgent emergency week month year monday tuesday wednesday thursday friday
        saturday sunday connect transfer reception receptionist information question about regarding
        right correct okay alright sorry excuse goodbye bye connected english
        """
    )
)
_SWAHILI = frozenset(
    listed(
        """
        ni na ya wa za cha vya kwa katika kwenye hii hiyo hizi hizo huyu huyo hawa hao haya hayo
        hili hilo huu huo hapa hapo huko pale yangu yako yake yetu yenu yao wangu wako wake wetu
        wenu wao langu lako lake letu changu chako chake zangu zako mimi wewe yeye sisi ninyi nyinyi
        nani nini gani lini wapi vipi ngapi kwanini mbona je ndiyo ndio hapana la siyo sio si sawa
        tafadhali asante ahsante samahani pole karibu kwaheri habari hujambo sijambo jambo shikamoo
        marahaba salama nzuri njema mzuri vizuri sana kabisa tu pia lakini au ama kama kisha halafu
        bado tena sasa leo kesho jana keshokutwa asubuhi mchana alasiri jioni usiku saa dakika siku
        wiki mwezi mwaka jumatatu jumanne jumatano alhamisi ijumaa jumamosi jumapili naomba nataka
        ningependa nahitaji nauliza natafuta naweza unaweza mnaweza kuongea kuzungumza kusema
        kuuliza kujua kupata kuja kuacha kupiga kulipa kufungua kufunga simu ujumbe namba nambari
        jina ofisi wakili daktari meneja mtu watu bwana bibi mama baba ndugu mzee shamba ardhi kesi
        hati nyumba pesa shilingi bei ada elfu mia moja mbili tatu nne tano sita saba nane tisa
        kumi wazi kazi haraka dharura msaada nisaidie saidia niunganishe nipe nipigie piga pigia
        ngoja subiri kidogo hebu basi eti ati yaani kwamba ili hadi mpaka kutoka kuhusu juu wakati
        muda mapokezi kiswahili kiingereza kizungu nimefika sijui najua kuna hakuna iko yuko mko
        niko uko tuko niaje poa mambo fiti msee buda maze manze naeza mnafungua mnafunga mmefungua
        mmefunga pamoja hatari moto polisi hospitali ambulensi ajali
        """
    )
)
_VERB = re.compile(
    r"^(?:ni|u|a|tu|m|mu|wa|i|zi|ki|vi|li|ya|si|ha|hu|hatu|hawa|ham)"
    r"(?:na|li|ta|me|mesha|nge|ngali|ka|ja|ku)[a-z]{3,}[aeiu]$"
    r"|^(?:ku|kw)[a-z]{2,}(?:sha|isha|esha|ana|ia|ea|wa|ta|ma|ga|za|la|ka|ra|ya)$"
)
"""Who, when, deed: *ni-me-piga*; or the bare verb, *ku-lipa*."""
_NO_VERB = frozenset(
    listed(
        """
        america amelia unable analyse analyze alicia aliana italia unavailable intake initiate
        amenable unaware alike tunable militia minute mistake malaria lithuania kuwait
        """
    )
)
_ASKS_FOR = (
    (
        Language.SWAHILI,
        re.compile(
            r"\b(?:(?:in|use|kwa) (?:ki)?swahili|(?<!not )speak (?:ki)?swahili"
            r"|(?:ki)?swahili (?:please|tafadhali)"
            r"|do not (?:speak|understand) english|si(?:jui|elewi) kiingereza|ongea kiswahili)\b"
        ),
    ),
    (
        Language.ENGLISH,
        re.compile(
            r"\b(?:(?:in|speak|use|talk) english|english please|kiingereza|kizungu"
            r"|do not (?:speak|understand) (?:ki)?swahili|sijui kiswahili)\b"
        ),
    ),
)
"""The first one that fits: who does not know English names both."""
_MIXED_FROM = 0.25
"""A share of the other language's words from which a sentence counts as mixed."""
_ENOUGH = 2
"""Words of a language that it takes to change over to it: an *asante* alone does not."""


class Tongue(StrEnum):
    """What an utterance is in."""

    ENGLISH = "english"
    SWAHILI = "swahili"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class Spoken:
    """An utterance's words, counted."""

    english: int
    swahili: int

    @property
    def tongue(self) -> Tongue | None:
        """What it is in; None if no word tells."""
        total = self.english + self.swahili
        if not total:
            return None
        if min(self.english, self.swahili) >= _MIXED_FROM * total:
            return Tongue.MIXED
        return Tongue.ENGLISH if self.english > self.swahili else Tongue.SWAHILI


@lru_cache(maxsize=512)
def spoken_in(text: str) -> Spoken:
    """Count the words of an utterance that are surely English or surely Swahili."""
    english = swahili = 0
    for word in plain(text).split():
        if word in _SWAHILI or (
            word not in _ENGLISH and word not in _NO_VERB and _VERB.match(word)
        ):
            swahili += 1
        elif word in _ENGLISH:
            english += 1
    return Spoken(english, swahili)


def tongue_of(text: str) -> Tongue | None:
    """Tell what an utterance is in: English, Swahili or both; None if its words do not tell."""
    return spoken_in(text).tongue


def language_to_answer(text: str, before: Language = Language.ENGLISH) -> Language:
    """Tell in which language an utterance is to be answered.

    Args:
        text: What the caller said.
        before: In which the talk was so far; it stays where the words do not tell enough.
    """
    said = plain(text)
    for language, asks in _ASKS_FOR:
        if asks.search(said):
            return language
    counted = spoken_in(text)
    lead = counted.swahili - counted.english
    if lead > 0 and counted.swahili >= _ENOUGH:
        return Language.SWAHILI
    if lead < 0 and counted.english >= _ENOUGH:
        return Language.ENGLISH
    return before


def language_of_talk(caller_said: Iterable[str]) -> Language:
    """Tell in which language a talk is by now, from all that the caller said, in order."""
    language = Language.ENGLISH
    for text in caller_said:
        language = language_to_answer(text, language)
    return language


def instruction_for(caller_said: Iterable[str]) -> str:
    """Tell a model that comes into a talk what the caller speaks; empty for English."""
    texts = [text for text in caller_said if tongue_of(text) is not None]
    if language_of_talk(texts) is Language.SWAHILI:
        return "The caller speaks Swahili: answer in Swahili."
    if texts and tongue_of(texts[-1]) is Tongue.MIXED:
        return "The caller mixes English and Swahili: answer as they speak."
    return ""
