"""An office's departments, by what callers call them: as the office does, or in Swahili."""

from __future__ import annotations

import re

from mapokezi.receptionist.office import Office
from mapokezi.receptionist.swahili_matters import matter_in_english
from mapokezi.receptionist.words import plain

_UNIT = re.compile(
    r"^(?:the |your )?(?P<of>.+?) (?:department|section|desk|unit|division|team)\b"
    r"|^(?:idara|kitengo|ofisi|sehemu|divisheni)(?: ya| za| cha| la| ile ya)? (?P<ya>.+)$"
)
_ONE_OF_THEM = re.compile(
    r"^(?:(?:somebody|someone|anybody|anyone|(?:a|any) person|whoever is) (?:in|from|at|of|with)"
    r"|(?:mtu(?: yeyote| fulani)?|yeyote|wakili|mfanyakazi) (?:wa|katika|kwenye|kutoka)) "
)
_POLITE = re.compile(r"\b(?:please|tafadhali|yenu|zenu|chenu|hapo)\b")
_IN_ENGLISH = {
    "mauzo": ("sales",),
    "masoko": ("marketing",),
    "matangazo": ("marketing", "advertising"),
    "uhasibu": ("accounts", "accounting", "finance"),
    "hesabu": ("accounts", "accounting"),
    "fedha": ("finance", "accounts", "treasury"),
    "malipo": ("payments", "billing", "accounts"),
    "ankara": ("billing", "invoices", "accounts"),
    "usajili": ("registry", "registration", "admissions"),
    "udahili": ("admissions",),
    "utawala": ("administration", "admin"),
    "rasilimali watu": ("human resources", "hr"),
    "wafanyakazi": ("human resources", "staff", "hr"),
    "huduma kwa wateja": ("customer service", "customer care", "customer support"),
    "huduma za wateja": ("customer service", "customer care", "customer support"),
    "wateja": ("customer service", "customer care", "customer support"),
    "ununuzi": ("procurement", "purchasing"),
    "manunuzi": ("procurement", "purchasing"),
    "usafirishaji": ("transport", "logistics", "delivery"),
    "ghala": ("warehouse", "stores"),
    "bohari": ("warehouse", "stores"),
    "ufundi": ("technical", "maintenance", "workshop", "service"),
    "matengenezo": ("maintenance", "repairs", "service"),
    "ukarabati": ("maintenance", "repairs"),
    "karakana": ("workshop",),
    "vipuri": ("spare parts", "parts", "spares"),
    "teknolojia": ("it", "technology"),
    "ulinzi": ("security",),
    "usalama": ("security", "safety"),
    "bima": ("insurance", "claims"),
    "madai": ("claims",),
    "mikopo": ("loans", "credit"),
    "sheria": ("legal",),
    "mafunzo": ("training", "pupillage"),
    "maabara": ("laboratory", "lab"),
    "dawa": ("pharmacy",),
    "famasia": ("pharmacy",),
    "meno": ("dental", "dentistry"),
    "macho": ("eye", "eyes", "optical"),
    "watoto": ("children", "paediatrics", "pediatrics"),
    "uzazi": ("maternity", "antenatal"),
    "wajawazito": ("antenatal", "maternity"),
    "chanjo": ("immunisation", "immunization", "vaccination"),
    "dharura": ("emergency", "casualty"),
    "upangishaji": ("lettings", "letting", "rentals"),
    "kukodisha": ("lettings", "letting", "rentals"),
    "kodi": ("rent", "rents", "tax"),
    "nyumba": ("property", "houses", "housing"),
    "ardhi": ("land",),
    "familia": ("family",),
    "ajira": ("employment", "recruitment"),
    "kazi": ("employment",),
    "jinai": ("criminal",),
    "biashara": ("commercial", "business"),
    "mapokezi": ("reception", "front desk"),
}
"""What departments are called in Swahili, by what files call them in English; the likest first."""


class Departments:
    """Finds which of an office's departments is meant."""

    def __init__(self, office: Office) -> None:
        """Know those that are written down, and those that its people's entries mention."""
        people = [name for person in office.people for name in person.departments]
        listed = [one.name for one in office.hand_off.departments]
        self._names = {plain(name): name for name in (*people, *listed)}
        self._listed = {plain(name) for name in listed}
        self._people = {
            name: tuple(
                person.id for person in office.people if name in map(plain, person.departments)
            )
            for name in self._names
        }

    def meant(self, who: str) -> str:
        """Give the department that words name, as the office writes it; empty if none, or several.

        Args:
            who: What a caller said: ``the sales department``, ``idara ya mauzo``, ``accounts``.
        """
        said = _ONE_OF_THEM.sub("", " ".join(_POLITE.sub(" ", plain(who)).split()))
        unit = _UNIT.match(said)
        name = (unit["of"] or unit["ya"]) if unit else said
        for called in (name.removeprefix("the "), matter_in_english(name)):
            if called in self._names:
                return self._names[called]
        if unit is None:
            return ""
        for called in (*_IN_ENGLISH.get(name, ()), matter_in_english(name)):
            found = self._called(called)
            if found:
                return self._names[found[0]] if len(found) == 1 else ""
        return ""

    def sole_person(self, department: str) -> str:
        """Give the id of the one person whom a department is; empty if it has an order, or more."""
        name = plain(department)
        people = self._people.get(name, ())
        return people[0] if len(people) == 1 and name not in self._listed else ""

    def _called(self, name: str) -> list[str]:
        """Find a department of this name, else those whose names have it as a word."""
        if name in self._names:
            return [name]
        word = re.compile(rf"\b{re.escape(name)}\b")
        return [one for one in self._names if word.search(one)]
