"""Each value of the files has its control, and a form that nobody touched changes nothing."""

from __future__ import annotations

import re
import shutil
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from mapokezi.desk.office.faults import sorted_out
from mapokezi.desk.office.forms import Form, changed, filled, form_of, values_of
from mapokezi.desk.office.kinds import Known
from mapokezi.desk.office.subjects import SUBJECTS, subject_of
from mapokezi.desk.office.words import changes, known_of, summary
from mapokezi.records.notices import WayKind
from mapokezi.stores.facts_added import NewFact
from mapokezi.stores.office_files import (
    KnownWays,
    OfficeFileError,
    OfficeFilesWrong,
    office_of_texts,
    read_office,
)
from mapokezi.stores.office_folder import FILES, read_texts
from mapokezi.stores.toml_edits import value_at

ROOT = Path(__file__).parents[3]
FAULTS = ROOT / "tests" / "data" / "planted_faults"
FOLDERS = [
    ROOT / "examples" / "law-office",
    FAULTS / "right",
    *sorted(
        one.parent
        for one in (ROOT / "src" / "mapokezi" / "stores" / "trades").glob("*/office.toml")
    ),
]
WAYS = KnownWays({"sms": WayKind.SMS, "email": WayKind.EMAIL})
BY = NewFact("", "", (), "Brian", date(2026, 11, 23))


def texts_of(folder: Path) -> dict[str, str]:
    return read_texts(folder, [])


def forms_of(texts: Mapping[str, str], *, new: bool = False) -> list[Form]:
    """Every form of an office: the subjects', each entry's, and those of new entries."""
    values = values_of(texts)
    known = known_of(values, ("gemini",), ("sms",))
    found: list[Form | None] = []
    for subject in SUBJECTS:
        if subject.parts:
            found.append(form_of(subject, values, known))
        if subject.entries is not None:
            listed = value_at(values[subject.entries.file], subject.entries.at) or []
            ids = [*(one["id"] for one in listed if "id" in one), *([""] if new else [])]
            found += [form_of(subject, values, known, one) for one in ids]
    return [one for one in found if one is not None]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_form_that_nobody_touched_changes_nothing(folder: Path) -> None:
    texts = texts_of(folder)
    values = values_of(texts)
    forms = forms_of(texts)
    assert len(forms) > len(SUBJECTS)
    for form in forms:
        assert changed(form, texts, filled(form, values), BY) == texts, form.subject.id


def documented() -> set[tuple[str, str]]:
    """Every key of the files' reference, with its file."""
    text = (ROOT / "docs" / "reference" / "office-files.md").read_text(encoding="utf-8")
    found: set[tuple[str, str]] = set()
    for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        file = section.partition("\n")[0].strip()
        if file in FILES and file.endswith(".toml"):
            for row in re.findall(r"^\| (`[^|]+) \|", section, flags=re.MULTILINE):
                keys = re.findall(r"`([\w.]+)`", row)
                found |= {(file, key) for key in keys}
    return found


def test_every_key_of_the_files_has_a_control() -> None:
    week = {("hours.toml", f"week.{day}") for day in ("tuesday", "wednesday", "thursday")}
    week |= {("hours.toml", f"week.{day}") for day in ("friday", "saturday")}
    in_forms: set[tuple[str, str]] = {("office.toml", "voices.NAME"), ("people.toml", "id")}
    in_forms |= {
        ("prices.toml", "prices.id"),
        ("messages.toml", "types.id"),
    }  # ids are made of names, and stay
    for form in forms_of(texts_of(FOLDERS[0]), new=True):
        for part in form.parts:
            at = [str(one) for one in part.at if isinstance(one, str)]
            at = at[1:] if part.file == "people.toml" else at
            in_forms |= {(part.file, ".".join(at))} if at else set()
            in_forms |= {(part.file, ".".join([*at, one.key])) for one in part.fields}
    wanted = documented()
    assert len(wanted) > 80
    assert wanted | week <= in_forms


def test_what_is_typed_comes_to_the_files() -> None:
    texts = texts_of(FOLDERS[0])
    values = values_of(texts)
    form = form_of(subject_of("hours") or SUBJECTS[0], values, Known())
    assert form is not None
    sent = {**filled(form, values), "week.sunday": " 10:00-12:00 ,14:00-15:00", "closed.say": "No."}
    sent |= {"holidays_of": "", "closed.on_break": "message"}
    office = office_of_texts(changed(form, texts, sent, BY), read_office(FOLDERS[0]).id)
    assert len(office.hours.week[list(office.hours.week)[-1]]) == 2
    assert (office.hours.closed_words, office.hours.on_break) == ("No.", "message")
    assert office.hours.holidays_of == ""


def test_entries_are_added_with_an_id_of_their_own_and_taken_out() -> None:
    texts = texts_of(FOLDERS[0])
    people = subject_of("people")
    assert people is not None
    for expected in ("brian-otieno-2", "brian-otieno-3"):
        form = form_of(people, values_of(texts), Known(), "")
        assert form is not None
        sent = {"name": f"Brian  Otieno{' ' * 3}", "role": "pupil", "ways.0.way": "sms"}
        texts = changed(form, texts, sent, BY)
        assert values_of(texts)["people.toml"]["people"][-1] == {
            "id": expected,
            "name": "Brian Otieno",
            "role": "pupil",
            "takes_calls": False,
            "ways": [{"way": "sms"}],
        }
    form = form_of(people, values_of(texts), Known(), "brian-otieno-2")
    assert form is not None
    left = values_of(changed(form, texts, {"out": "yes"}, BY))["people.toml"]["people"]
    assert [one["id"] for one in left][-2:] == ["kevin-barasa", "brian-otieno-3"]
    assert form_of(people, values_of(texts), Known(), "nobody") is None


def test_the_models_of_the_office_are_told_from_the_servers_own_list() -> None:
    texts = texts_of(FOLDERS[0])
    voice = subject_of("voice")
    assert voice is not None
    form = form_of(voice, values_of(texts), Known(models=("gemini", "openai")))
    assert form is not None
    sent = filled(form, values_of(texts))
    chosen = {**sent, "models-set": "yes", "models-1": "openai", "voices.openai": "marin"}
    after = values_of(changed(form, texts, chosen, BY))["office.toml"]
    assert (after["models"], after["voices"]) == (["openai"], {"openai": "marin"})
    alone = values_of(changed(form, texts, {**sent, "models-set": "yes"}, BY))["office.toml"]
    assert alone["models"] == []
    assert changed(form, texts, sent, BY) == texts


PLANTED = tomllib.loads((FAULTS / "faults.toml").read_text(encoding="utf-8"))["faults"]


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(one, id=one["name"], marks=[pytest.mark.proof] if number % 5 else [])
        for number, one in enumerate(PLANTED)
    ],
)
def test_each_planted_fault_stands_beside_its_control(
    fault: Mapping[str, str], tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(FAULTS / "right", tmp_path / "our-office"))
    path = folder / fault["file"]
    text = path.read_text(encoding="utf-8").replace(fault["old"], fault["new"], 1)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(OfficeFilesWrong) as wrong:
        read_office(folder, ("gemini", "chat"), voiceless=("chat",), ways=WAYS)
    for error in wrong.value.errors:
        assert stands(error, texts_of(folder)), str(error)


def stands(error: OfficeFileError, texts: Mapping[str, str]) -> bool:
    """Whether an error stands beside a control, or is told above its form."""
    values = values_of(texts)
    if error.file not in values:
        return True  # no TOML: the page of its text tells it
    forms = forms_of(texts)
    if any(sorted_out(form, filled(form, values), [error]).by_name for form in forms):
        return True
    is_of_an_id = error.key.endswith(".id") or 'the key "id" is missing' in error.what
    is_above = error.file == "facts.md" or error.key in {"week", "holidays", "webhooks"}
    return is_of_an_id or is_above or "is not a key that is known" in error.what


def test_what_differs_is_said_in_plain_words() -> None:
    texts = texts_of(FOLDERS[0])
    hours = texts["hours.toml"].replace('saturday = ["09:00-13:00"]', "")
    hours = hours.replace('reason = "the Christmas', 'hours = ["08:00-09:00"]\nreason = "the Xmas')
    people = texts["people.toml"].replace('mobile = "+254700000102"', 'deputies = ["mercy-mutua"]')
    messages = texts["messages.toml"].replace('"emergency",', "").replace('"bleeding"', '"ble"')
    facts = texts["facts.md"].replace("{#parking}", "{#cars}")
    after = {"office.toml": texts["office.toml"], "hours.toml": hours, "people.toml": people}
    after |= {"messages.toml": messages, "facts.md": facts}
    said = {(one.label, one.was, one.now) for one in changes(texts, after)}
    assert ("Saturday", "09:00–13:00", "closed") in said
    assert ("Brian Otieno · Mobile", "+254700000102", "none") in said
    assert (
        "Brian Otieno · Who is rung next if they do not answer",
        "none",
        "Mercy Mutua",
    ) in said
    assert ("Words that make a call urgent", "emergency; bleeding", "ble") in said
    assert ("Parking", "a fact of the office", "") in said
    assert ("Parking", "", "a new fact") in said
    closure = "Thu 24 Dec 2026: to Sun 3 Jan 2027, closed for the Christmas and New Year break"
    assert ("Closed on", closure, "") in said
    assert changes(texts, texts) == ()
    assert changes(texts, {**texts, "office.toml": f"# a remark\n{texts['office.toml']}"}) == ()


def test_an_office_says_what_it_is_by_subject() -> None:
    values = values_of(texts_of(FOLDERS[0]))
    known = known_of(values, (), ())
    said = {one.id: summary(one, values, known)[0] for one in SUBJECTS}
    assert ("Sunday", "closed") in [(one.label, one.says) for one in said["hours"]]
    assert said["closures"][0].label == "Thu 24 Dec 2026"
    order = [one.says for one in said["telling"]]
    assert order[0] == "Mercy Mutua, Brian Otieno"
