"""Each planted fault is told with its file, line, key and mend; none is accepted, none crashes."""

from __future__ import annotations

import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from mapokezi.receptionist.office import Office
from mapokezi.records.notices import WayKind
from mapokezi.stores.office_files import KnownWays, OfficeFileError, OfficeFilesWrong, read_office

DATA = Path(__file__).parents[1] / "data" / "planted_faults"


@dataclass(frozen=True)
class Fault:
    """One fault, as the table describes it."""

    name: str
    file: str
    old: str
    new: str
    key: str
    mend: str
    at: str | None = None


FAULTS = {
    entry["name"]: Fault(**entry)
    for entry in tomllib.loads((DATA / "faults.toml").read_text(encoding="utf-8"))["faults"]
}
WAYS = KnownWays({"sms": WayKind.SMS, "email": WayKind.EMAIL})
MODELS = ("gemini", "chat")


def read(folder: Path) -> Office:
    return read_office(folder, MODELS, voiceless=("chat",), ways=WAYS)


def wrong_in(folder: Path) -> list[OfficeFileError]:
    with pytest.raises(OfficeFilesWrong) as wrong:
        read(folder)
    return wrong.value.errors


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that is right, and uses most keys."""
    return Path(shutil.copytree(DATA / "right", tmp_path / "our-office"))


def plant(folder: Path, fault: Fault) -> int:
    """Plant a fault, and give the line that must be named."""
    path = folder / fault.file
    text = path.read_text(encoding="utf-8")
    assert fault.old in text, "there is nothing to spoil"
    spoiled = text.replace(fault.old, fault.new, 1)
    assert spoiled != text
    path.write_text(spoiled, encoding="utf-8")
    if fault.at == "":
        return 0
    return (
        spoiled[: text.index(fault.old) if fault.at is None else spoiled.index(fault.at)].count(
            "\n"
        )
        + 1
    )


def test_without_a_fault_the_folder_is_right(folder: Path) -> None:
    assert read(folder).name == "Jua Clinic"


def test_there_are_a_hundred_at_least() -> None:
    spoiled = {(fault.file, fault.old, fault.new) for fault in FAULTS.values()}
    assert len(spoiled) == len(FAULTS) >= 100


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_named_with_its_mend(folder: Path, name: str) -> None:
    fault = FAULTS[name]
    line = plant(folder, fault)
    told = [
        error
        for error in wrong_in(folder)
        if (error.file, error.key) == (fault.file, fault.key) and fault.mend in str(error)
    ]
    assert told, "\n".join(map(str, wrong_in(folder)))
    assert line in {error.line for error in told}
    assert all(error.what and error.mend for error in wrong_in(folder))


def test_all_that_do_not_stand_in_each_others_way_are_told_at_once(folder: Path) -> None:
    """One fault of each file that leaves the rest readable: told together."""
    names = ("misspelled key", "unknown language", "minute sixty", "closure backwards",
             "mobile without country", "fact's id in capitals", "kind for nobody")  # fmt: skip
    chosen = [FAULTS[name] for name in names]
    for fault in chosen:
        plant(folder, fault)
    keys = {(error.file, error.key) for error in wrong_in(folder)}
    assert {(fault.file, fault.key) for fault in chosen} <= keys
