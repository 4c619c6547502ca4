"""Whole offices of a trade, to begin with: each a folder beside this module, and right as it is."""

from __future__ import annotations

import re
from pathlib import Path

import phonenumbers

from mapokezi.stores.office_folder import FILES, OfficeNotWrittenError, write_texts
from mapokezi.stores.office_people import ID

TRADES = ("law", "clinic", "property", "accounts", "general")

_HERE = Path(__file__).parent
_LINE = re.compile(r'^(name|numbers) = (?:\["([^"]*)"\]|"([^"]*)")$', re.MULTILINE)


def texts_of(trade: str) -> dict[str, str]:
    """Give the files of a trade's office, by their names."""
    paths = [_HERE / trade / name for name in FILES]
    return {path.name: path.read_text(encoding="utf-8") for path in paths if path.exists()}


def write_new(folder: Path, trade: str, *, name: str = "", number: str = "") -> list[Path]:
    """Write a trade's office into a folder that is not there yet, or is empty.

    Args:
        folder: its name becomes the office's id.
        trade: one of `TRADES`.
        name: the office's name; empty: the invented one.
        number: that callers dial, in full; empty: the invented one.

    Returns:
        The files that were written.

    Raises:
        OfficeNotWrittenError: If the folder holds something, its name cannot be an id, the name or
            number cannot be used, or the disk does not take them.
    """
    office_id = folder.resolve().name
    if not ID.fullmatch(office_id):
        what = f'{folder}: "{office_id}" cannot be an office\'s id'
        raise OfficeNotWrittenError(f"{what}; use small letters, digits and hyphens: law-office")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise OfficeNotWrittenError(f"{folder} is there already; name a folder that is not")
    texts = texts_of(trade)
    known = {key: many or one for key, many, one in _LINE.findall(texts["office.toml"])}
    name = " ".join(name.split())
    if name and ('"' in name or "\\" in name or not name.isprintable()):
        raise OfficeNotWrittenError("--name: write the name without quotation marks")
    if number and not _is_number(number):
        raise OfficeNotWrittenError('--number: write the number in full: "+254209000000"')
    for old, new in ((known["name"], name), (known["numbers"], number)):
        if new:
            texts = {file: text.replace(old, new) for file, text in texts.items()}
    write_texts(folder, texts)
    return [folder / file for file in texts]


def _is_number(text: str) -> bool:
    try:
        return text.startswith("+") and phonenumbers.is_possible_number(phonenumbers.parse(text))
    except phonenumbers.NumberParseException:
        return False
