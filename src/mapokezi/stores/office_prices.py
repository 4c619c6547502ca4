"""What may be said of prices: ``prices.toml``."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from mapokezi.receptionist.office import Fact, Office, PriceRule, PriceSaid
from mapokezi.receptionist.price_rules import fact_of, not_allowed
from mapokezi.stores.office_facts import LONGEST_ANSWER_CHARACTERS
from mapokezi.stores.office_people import ID
from mapokezi.stores.office_toml import OfficeFileError, TomlTable, TomlText
from mapokezi.toml_lines import did_you_mean, line_of
from mapokezi.units import Money

PRICES_FILE = "prices.toml"
_LEAST_WAYS = 2
_MOST_SHILLINGS = 1_000_000_000


def read_prices(source: TomlText, office: Office) -> Office:
    """Read ``prices.toml`` into an office whose facts are known.

    Each price becomes one of the facts; those of ``facts.md`` may name no other amount.
    """
    table = source.parse()
    rules: list[PriceRule] = []
    for entry in table.tables("prices"):
        line = line_of(source.text, (*entry.path, "of"))
        rule = _read_rule(entry, f"{PRICES_FILE}, line {line}")
        _check_ways(entry, rule, rules, office.facts)
        _check_id(entry, rule, rules, office.facts)
        rules.append(rule)
    table.finish()
    if not table.broken:
        source.errors.extend(_beyond(office.facts, rules))
    facts = (*office.facts, *(fact_of(rule) for rule in rules))
    return msgspec.structs.replace(office, facts=facts, prices=tuple(rules))


def _read_rule(entry: TomlTable, source: str) -> PriceRule:
    say = _say(entry)
    amount = entry.whole_number("shillings", 0, 0, _MOST_SHILLINGS)
    has_amount = "shillings" in entry.values
    if say is PriceSaid.ON_REQUEST and has_amount:
        what = "stands with a price of which no amount may be said"
        entry.wrong("shillings", what, 'Delete the line, or write say = "exact" or "from"')
    elif say is not PriceSaid.ON_REQUEST and not has_amount:
        what = f'is "{say.value}", and there is no amount'
        entry.wrong("say", what, 'Add shillings = ..., or write say = "on_request"')
    rule = PriceRule(
        id=entry.text("id"),
        of=entry.text("of").rstrip("."),
        asked_as=entry.texts("asked_as"),
        say=say,
        amount=None if say is PriceSaid.ON_REQUEST else Money(amount * 100),
        note=entry.text("note", ""),
        source=source,
    )
    entry.finish()
    _check_note(entry, rule)
    return rule


def _say(entry: TomlTable) -> PriceSaid:
    word = entry.text("say", PriceSaid.EXACT.value)
    known = [one.value for one in PriceSaid]
    if word in known:
        return PriceSaid(word)
    entry.wrong("say", f'"{word}" is none of {", ".join(known)}', did_you_mean(word, known))
    return PriceSaid.ON_REQUEST if "shillings" not in entry.values else PriceSaid.EXACT


def _check_note(entry: TomlTable, rule: PriceRule) -> None:
    if beyond := not_allowed(rule.note, ()):
        what = f"names an amount of its own, {beyond}"
        entry.wrong("note", what, "Make a price of its own of it, under another [[prices]]")
    told = len(fact_of(rule).answer)
    if told > LONGEST_ANSWER_CHARACTERS:
        what = f"makes an answer of {told} characters, too many to be listened to"
        entry.wrong("note", what, f"Keep it under {LONGEST_ANSWER_CHARACTERS} with the price")


def _check_id(
    entry: TomlTable, rule: PriceRule, before: Sequence[PriceRule], facts: Sequence[Fact]
) -> None:
    if rule.id and not ID.fullmatch(rule.id):
        mend = "Write small letters, digits and hyphens, as in consultation-fee"
        entry.wrong("id", f'"{rule.id}" cannot be an id', mend)
    if rule.id in {one.id for one in before}:
        entry.wrong("id", f'"{rule.id}" stands twice', "Give each price its own id")
    if rule.id in {one.id for one in facts}:
        what = f'"{rule.id}" is a fact of facts.md, too'
        entry.wrong("id", what, "Take the fact out of facts.md, or give the price another id")


def _check_ways(
    entry: TomlTable, rule: PriceRule, before: Sequence[PriceRule], facts: Sequence[Fact]
) -> None:
    if len(rule.asked_as) < _LEAST_WAYS:
        what = f"callers ask for it in {len(rule.asked_as)} ways, and two at least are needed"
        entry.wrong("asked_as", what, 'Write asked_as = ["...", "..."], in callers\' words')
    known: dict[str, str] = {}
    for one in (*facts, *map(fact_of, before)):
        known |= {_plain(way): one.id for way in one.asked_as}
    for place, way in enumerate(rule.asked_as):
        if other := known.get(_plain(way)):
            what = f'"{way}" also asks for "{other}"'
            entry.wrong("asked_as", what, "Delete one of the two", place)


def _plain(way: str) -> str:
    return " ".join(re.findall(r"\w+", way.lower()))


def _beyond(facts: Sequence[Fact], rules: Sequence[PriceRule]) -> list[OfficeFileError]:
    """Note the facts that name an amount which may not be said."""
    found = []
    for fact in facts:
        if amount := not_allowed(fact.answer, rules):
            file, _, line = fact.source.partition(", line ")
            what = f"names a price of {amount}, which {PRICES_FILE} does not allow to be said so"
            mend = f"Put the price into {PRICES_FILE} and take it out here"
            found.append(OfficeFileError(file, int(line or 0), fact.id, what, mend))
    return found
