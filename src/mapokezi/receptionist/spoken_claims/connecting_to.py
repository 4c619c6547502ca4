"""Whom a voice says the caller is being connected to, held against who is rung.

*I'm connecting you to Wanjiru* is no truer than an invention while Otieno is rung: the caller tells
the wrong person their matter.
"""

from __future__ import annotations

import re

from mapokezi.receptionist.office import Office
from mapokezi.receptionist.spoken_claims.sentence import Said
from mapokezi.receptionist.words import listed, plain

_TITLE = r"(?:mr|mrs|miss|ms|madam|dr|wakili|advocate|counsel)"
_WHOM = re.compile(
    r"\b(?:connect|connecting|connected|transfer|transferring|patch|patching|put|putting|pass"
    r"|passing|get"
    r"|getting|try|trying|ring|ringing|call|calling|dial|dialling|through|over|to|unganisha"
    r"|nakuunganisha|na)"
    rf"(?= (?:{_TITLE} )?(?P<first>[a-z]+)(?: (?P<last>[a-z]+))?)"
)
_NO_NAMES = frozenset(
    listed(
        """
    monday tuesday wednesday thursday friday saturday sunday january february march april may june
    july
    august september october november december english swahili nairobi kenya i mr mrs miss ms
    madam dr
    wakili advocate counsel advocates and
    """
    )
)


def names_another(said: Said, rung: str, office: Office) -> bool:
    """Say whether a sentence connects the caller to somebody other than who is rung.

    Args:
        said: What is said of the hand-off.
        rung: The name of who is rung, as the directory has it.
        office: Whose people may be meant by another name, or by what they do.
    """
    own = _called(rung, office)
    if any(name in said.plain for name in own if " " in name):
        return False
    words = frozenset(word for name in own for word in name.split())
    named = {
        word
        for match in _WHOM.finditer(said.plain)
        for word in match.groups()
        if word in said.named - _NO_NAMES
    }
    if named:
        return not named & words
    others = (plain(alias) for one in office.people if one.name != rung for alias in one.aliases)
    return any(
        alias in said.plain for alias in others if alias.startswith("the ") and alias not in own
    )


def _called(rung: str, office: Office) -> frozenset[str]:
    """Give all that somebody is called, plain."""
    person = next((one for one in office.people if one.name == rung), None)
    if person is None:
        return frozenset({plain(rung)})
    names = (person.name, person.role, *person.aliases, *person.heard_as)
    return frozenset(plain(name) for name in names)
