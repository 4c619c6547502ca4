"""The files of an office's folder, as texts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from mapokezi.errors import MapokeziError
from mapokezi.stores.office_people import ID
from mapokezi.stores.office_toml import OfficeFileError
from mapokezi.toml_lines import did_you_mean

FILES = (
    "office.toml",
    "hours.toml",
    "people.toml",
    "facts.md",
    "prices.toml",
    "messages.toml",
    "callers.toml",
)
NEEDED_FILES = ("office.toml", "hours.toml")


class OfficeNotWrittenError(MapokeziError):
    """An office's files could not be written."""


def read_texts(folder: Path, errors: list[OfficeFileError]) -> dict[str, str]:
    """Read the files that are there; note those that are needed and are not."""
    texts: dict[str, str] = {}
    for name in FILES:
        try:
            texts[name] = (folder / name).read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        except FileNotFoundError:
            if name in NEEDED_FILES:
                mend = f"Create it, or copy {name} from examples/law-office and change it"
                errors.append(OfficeFileError(name, 0, "", "the file is missing", mend))
        except OSError as error:
            what = f"the file cannot be read ({error.strerror})"
            mend = "See that it is a file, and that this program may read it"
            errors.append(OfficeFileError(name, 0, "", what, mend))
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            what = "this line holds a character that is not UTF-8"
            errors.append(OfficeFileError(name, line, "", what, "Save the file as UTF-8"))
    return texts


def check_folder(folder: Path, errors: list[OfficeFileError]) -> None:
    """Note a folder's name that cannot be an id, and files that look like misspelled ones."""
    name = folder.resolve().name
    if not ID.fullmatch(name):
        what = f"the folder's name \"{name}\" cannot be an office's id"
        mend = "Rename it: small letters, digits and hyphens, as in law-office"
        errors.append(OfficeFileError(name, 0, "", what, mend))
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        is_ours = path.suffix in {".toml", ".md"} and path.name.lower() != "readme.md"
        if is_ours and path.name not in FILES:
            mend = did_you_mean(path.name, list(FILES))
            what = "is not a file that is known here"
            errors.append(OfficeFileError(path.name, 0, "", what, mend))


def in_order(errors: list[OfficeFileError]) -> list[OfficeFileError]:
    """Give errors as the files stand, and by their lines."""
    order = {name: place for place, name in enumerate(FILES)}
    return sorted(errors, key=lambda error: (order.get(error.file, len(FILES)), error.line))


def write_texts(folder: Path, texts: Mapping[str, str]) -> None:
    """Write an office's files, each in one go; those of before that are not among them go.

    Raises:
        OfficeNotWrittenError: If the disk does not take them.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            beside = folder / f".{name}.new"
            beside.write_text(text, encoding="utf-8", newline="\n")
            beside.replace(folder / name)
        for name in FILES:
            if name not in texts:
                (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise OfficeNotWrittenError(f"{folder} cannot be written: {error.strerror}") from None


class FolderChangedError(MapokeziError):
    """An office's files are no longer as they were when somebody began to change them."""


def write_changed(folder: Path, before: Mapping[str, str], after: Mapping[str, str]) -> None:
    """Write only the files whose texts differ, if they still stand as they were read.

    Args:
        folder: The office's folder.
        before: Its texts, as they were read.
        after: As they are to be.

    Raises:
        FolderChangedError: Somebody else was quicker; nothing is written.
        OfficeNotWrittenError: If the disk does not take them.
    """
    if read_texts(folder, []) != before:
        raise FolderChangedError(f"the files in {folder} were changed meanwhile")
    changed = {name: text for name, text in after.items() if before.get(name) != text}
    gone = [name for name in before if name not in after]
    try:
        for name, text in changed.items():
            beside = folder / f".{name}.new"
            beside.write_text(text, encoding="utf-8", newline="\n")
            if (folder / name).is_file():
                beside.chmod((folder / name).stat().st_mode)
            beside.replace(folder / name)
        for name in gone:
            (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise OfficeNotWrittenError(f"{folder} cannot be written: {error.strerror}") from None
