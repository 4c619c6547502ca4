"""In which words people are told: short, in their language, and never of a vendor or a fault.

A text for a telephone fits two SMS with its link; where there is room, each fact has its line.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from mapokezi.receptionist.phrases import WHOLE, lacking, languages, phrases_of
from mapokezi.receptionist.telling_event import LEG_NOT_ENDED, TellingEvent, WhyCallBack
from mapokezi.records.notices import NoticeKind, WayKind
from mapokezi.records.one_time_code import CODE_MARK

LANGUAGES = tuple(
    language
    for language in languages()
    if not any(section == "told" for section, _ in lacking(language))
)
"""In which notices can be written: those that lack none of their words."""

MOST_SMS = 240
"""Characters: two SMS hold 306, and a link needs some sixty."""
MOST_ELSEWHERE = 900
_LEAST_REASON = 40
_GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà^{}\\[~]|€"
)
"""GSM 03.38 with its extension: a text with any other character costs more than twice as much."""
_PLAIN = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "..."})


@dataclass(frozen=True, slots=True)
class Words:
    """A title, for ways that show one, and a text that does without it."""

    title: str
    text: str


_WORDS = {
    language: {key: ways[0] for key, ways in phrases_of(language).sections["told"].items()}
    for language in LANGUAGES
}
_EN = _WORDS[WHOLE]


def words_for(
    event: TellingEvent, kind: WayKind, language: str, office_name: str, owner_name: str = ""
) -> Words:
    """Write what somebody is told of an event.

    Args:
        event: what there is to tell.
        kind: of the way: it says how much room there is.
        language: one of `LANGUAGES`; any other is written in English.
        office_name: the office's name.
        owner_name: whom it is for, if not for the one who is told.
    """
    say = _WORDS.get(language, _EN)
    if event.kind is NoticeKind.DIGEST:
        return Words(event.title, shortened(event.text, room_of(kind)))
    if event.kind is NoticeKind.WALLET:
        return Words(say["wallet"], _wallet(event, say))
    if event.kind is NoticeKind.HAND_OFF:
        key = "leg_up" if event.reason == LEG_NOT_ENDED else "hand_off"
        return Words(say[key], fit(say[f"{key}_text"], kind))
    if event.kind is NoticeKind.TRIAL:
        title = say["trial"].format(office=office_name)
        return Words(title, say["trial_text"])
    if event.kind is NoticeKind.CALLER_TEXT:
        text = say[f"text_{event.why_call_back.value}"].format(office=office_name)
        return Words("", fit(text, kind))
    if event.kind is NoticeKind.CALLER_CODE:
        # The code is put in its place as it is sent: no record holds it.
        return Words("", fit(say["caller_code"].format(office=office_name, code=CODE_MARK), kind))
    title = _title(event, say)
    return Words(title, _about_caller(event, kind, say, owner_name))


def _wallet(event: TellingEvent, say: dict[str, str]) -> str:
    if not event.days_left:
        return say["wallet_empty"]
    return say["wallet_day" if event.days_left == 1 else "wallet_days"].format(days=event.days_left)


def _title(event: TellingEvent, say: dict[str, str]) -> str:
    # A line break in a title would end the subject line of an e-mail.
    who = _line(event.name or event.number) or event.caller or say["somebody"]
    key = event.kind.value
    if event.kind is NoticeKind.CALL_BACK and event.urgent:
        return say["call_back_now"].format(who=who)
    title = say[key].format(who=who)
    return f"{say['urgent']}: {title}" if event.urgent else title


def _about_caller(event: TellingEvent, kind: WayKind, say: dict[str, str], owner: str) -> str:
    before, after = _before(event, say, owner), _after(event, say)
    what = _what(event, say)
    name = _line(event.name) or say["somebody"]
    number = _line(event.number) or event.caller or say["withheld"]
    if kind is not WayKind.SMS:
        return shortened("\n".join([*before, name, number, what, *after]), MOST_ELSEWHERE)
    who = f"{name}, {number}: "
    room = max(_LEAST_REASON, MOST_SMS - len(". ".join([*before, who, *after])))
    parts = [*before, who + shortened(what, room), *after]
    return fit(". ".join(part.removesuffix(".") for part in parts), kind)


def _line(text: str) -> str:
    """Words from outside on one line: a break would look like a fact of its own."""
    return " ".join(text.split())


def _before(event: TellingEvent, say: dict[str, str], owner: str) -> list[str]:
    parts = [say["urgent"]] if event.urgent else []
    if event.is_correction:
        parts.append(say["corrected"])
    if event.kind is NoticeKind.NOT_TAKEN:
        parts.append(say["not_taken_text"])
    if owner:
        parts.append(say["for"].format(name=owner))
    return parts


def _what(event: TellingEvent, say: dict[str, str]) -> str:
    """Why they rang; of a caller who left nothing, what happened and what to do."""
    if event.reason or event.kind is NoticeKind.MESSAGE:
        return _line(event.reason) or say["no_reason"]
    ring = say["ring_now" if event.urgent else "ring"]
    return f"{say[WhyCallBack(event.why_call_back).value]} {ring}"


def _after(event: TellingEvent, say: dict[str, str]) -> list[str]:
    best_time = _line(event.best_time)
    parts = [say["calls_today"].format(count=event.calls_today)] if event.calls_today > 1 else []
    if best_time:
        parts.append(say["best_time"].format(time=best_time))
    if event.unsure:
        slots = ", ".join(say.get(slot, slot.replace("_", " ")) for slot in event.unsure)
        parts.append(say["unsure"].format(slots=slots))
    return parts


def repeated(text: str, language: str) -> str:
    """Word a text that may have arrived before as the repeat that it is."""
    return f"{_WORDS.get(language, _EN)['again']}: {text}"


def passed_on(text: str, name: str, language: str, kind: WayKind) -> str:
    """Word a text for somebody else than the one who could not be told."""
    said = _WORDS.get(language, _EN)["passed_on"].format(name=name)
    return fit(f"{said}: {text}", kind)


def joined(words: Sequence[Words], kind: WayKind, language: str) -> Words:
    """Put several texts for one person into one, the first ones in words, the rest in number."""
    say = _WORDS.get(language, _EN)
    title = say["joined"].format(count=len(words))
    room, lines = room_of(kind), [f"{title}:"]
    each = max(_LEAST_REASON, min(room // len(words), room // 3))
    for place, one in enumerate(words, start=1):
        line = f"{place}. {shortened(' '.join(one.text.split()), each)}"
        left = len(words) - place + 1
        if place > 1 and sum(map(len, lines)) + len(lines) + len(line) > room - 20:
            lines.append(say["more"].format(count=left))
            break
        lines.append(line)
    return Words(title, fit("\n".join(lines), kind))


def room_of(kind: WayKind) -> int:
    """How many characters a text may have, its link apart."""
    return MOST_SMS if kind is WayKind.SMS else MOST_ELSEWHERE


def fit(text: str, kind: WayKind) -> str:
    """Bring a text to what a way can carry: of an SMS the characters, too, since they cost."""
    if kind is WayKind.SMS:
        text = _to_gsm_7(text)
    return shortened(text, room_of(kind))


def shortened(text: str, most: int) -> str:
    """Cut a text at a word's end."""
    text = text.strip()
    if len(text) <= most:
        return text
    cut = text[: most - 3]
    head, space, _ = cut.rpartition(" ")
    return (head if space and len(head) > most // 2 else cut).rstrip(" ,.;:") + "..."


def _to_gsm_7(text: str) -> str:
    """Write letters that an SMS knows only at a higher price without their marks: ``ũ`` as u."""
    text = text.translate(_PLAIN)
    if _GSM_7.issuperset(text):
        return text
    kept = (
        char
        if char in _GSM_7
        else "".join(part for part in unicodedata.normalize("NFKD", char) if part in _GSM_7)
        for char in text
    )
    written = "".join(kept)
    # A name in another script would be gone: then the price is paid.
    return written if len(written) >= len(text) * 0.9 else text
