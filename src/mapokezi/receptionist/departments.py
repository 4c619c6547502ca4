"""An office's departments, by what callers call them: as the office does, or in Swahili."""

from __future__ import annotations

import re

from mapokezi.receptionist.office import Office, Person
from mapokezi.receptionist.swahili_matters import matter_in_english
from mapokezi.receptionist.words import plain

_UNIT = re.compile(
    r"^(?:the |your )?(?P<of>.+?) (?:department|section|desk|unit|division|team)\b"
    r"|^(?:idara|kitengo|ofisi|sehemu|divisheni)(?: ya| za| cha| la| ile ya)? (?P<ya>.+)$"
)
_SWAHILI_UNIT = re.compile(r"\b(?:idara|kitengo|divisheni)(?: \w+){1,5}")
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


_MONEY = ("invoices", "payments", "receipts", "bills", "billing", "accounts")
_BY_SUBJECTS = dict.fromkeys(
    ("accounts", "accounting", "billing", "finance", "cashier", "invoicing"), _MONEY
)
"""What offices without such a department have somebody for."""


class Departments:
    """Finds which of an office's departments is meant."""

    def __init__(self, office: Office) -> None:
        """Know those that are written down, and those that its people's entries mention."""
        people = [name for person in office.people for name in person.departments]
        listed = [one.name for one in office.hand_off.departments]
        self._names = {plain(name): name for name in (*people, *listed)}
        self._listed = {plain(name) for name in listed}
        self._by_id = {person.id: person for person in office.people}
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

    def named_in(self, said: str) -> str:
        """Give the department that plain text names, of those with an order or several people.

        Args:
            said: a whole sentence: ``put me through to the sales department``.

        Returns:
            As the office writes it; empty if there is none, or more than one is named.
        """
        found = {
            name for name in self._names if re.search(rf"\b{re.escape(name)}\b", said) is not None
        }
        longest = {one for one in found if not any(one in other for other in found - {one})}
        named = {self._names[one] for one in longest}
        named |= {unit for each in _SWAHILI_UNIT.finditer(said) if (unit := self._unit(each[0]))}
        if len(named) != 1:
            return ""
        (department,) = named
        return "" if self.sole_person(department) else department

    def _unit(self, words: str) -> str:
        """Give what ``idara ya huduma kwa wateja tafadhali`` names: its first words that do."""
        split = words.split()
        parts = (" ".join(split[:count]) for count in range(len(split), 1, -1))
        return next((found for part in parts if (found := self.meant(part))), "")

    def with_order(self, who: str) -> str:
        """Give the department that words mean, if more than one person stands behind it."""
        department = self.meant(who)
        return "" if self.sole_person(department) else department

    def person_meant(self, who: str, *, is_asked: bool) -> Person | None:
        """Give the one person whom words for a department mean; None if it is nobody, or several.

        Args:
            who: ``laboratory``, ``land section``, ``accounts``.
            is_asked: whether there were words that ask for somebody; without them only the names
                of departments count, and not what people deal with.
        """
        if department := self.meant(who):
            return self._by_id.get(self.sole_person(department))
        unit = _UNIT.match(who)
        name = (unit["of"] or unit["ya"]) if unit else who
        if unit is None and not is_asked and name not in _BY_SUBJECTS:
            return None
        subjects = {name, *_BY_SUBJECTS.get(name, ())}
        deals = [
            person for person in self._by_id.values() if subjects & set(map(plain, person.subjects))
        ]
        return deals[0] if len(deals) == 1 else None

    def _called(self, name: str) -> list[str]:
        """Find a department of this name, else those whose names have it as a word."""
        if name in self._names:
            return [name]
        word = re.compile(rf"\b{re.escape(name)}\b")
        return [one for one in self._names if word.search(one)]
