"""``mapokezi office check``."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

LAW_OFFICE = Path(__file__).parents[2] / "examples" / "law-office"


def copy_of_law_office(folder: Path) -> Path:
    return shutil.copytree(LAW_OFFICE, folder / "my-office")


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_good_folder_is_ready_and_counted(shell: Shell) -> None:
    said = shell.run("office", "check", str(copy_of_law_office(shell.folder)))
    assert said.code == 0
    assert "Kamau and Otieno Advocates is ready: answers +254209000000, 8 people" in said.out


def test_it_says_who_is_told_and_if_nobody_is(shell: Shell) -> None:
    folder = copy_of_law_office(shell.folder)
    assert "Nobody is told of messages" in shell.run("office", "check", str(folder)).out
    people = folder / "people.toml"
    ways = 'ways = [{ way = "sms", to = "+254700000106" }]\n'
    change(people, 'id = "mercy-mutua"\n', f'id = "mercy-mutua"\n{ways}')
    said = shell.run("office", "check", str(folder)).out
    assert "nobody in particular: Mercy Mutua." in said


def test_all_that_is_wrong_is_told_at_once_with_file_line_key_and_mend(shell: Shell) -> None:
    folder = copy_of_law_office(shell.folder)
    change(folder / "office.toml", "+254209000000", "0209000000")
    change(folder / "hours.toml", "08:00-13:00", "8 to 1")
    change(folder / "facts.md", "- is there parking\n- where can I park\n", "- is there parking\n")
    change(folder / "facts.md", "- do you have parking for clients\n- can I come by car\n", "")
    (folder / "peple.toml").write_text("")
    said = shell.run("office", "check", str(folder))
    assert said.code == 1
    assert said.err == ""
    lines = said.out.splitlines()
    assert lines[-1] == f"{folder}: 4 things to mend."
    assert lines[0].startswith("office.toml, line 9, numbers[1]: ")
    assert 'write "+254209000000"' in lines[0]
    assert lines[1].startswith("hours.toml, line 9, week.monday[1]: ")
    assert lines[2].startswith("facts.md, line ")
    assert "parking: the fact is asked in 1 ways" in lines[2]
    assert lines[3] == 'peple.toml: is not a file that is known here. Did you mean "people.toml"?'


def test_one_thing_is_not_things(shell: Shell) -> None:
    folder = copy_of_law_office(shell.folder)
    (folder / "hours.toml").unlink()
    assert shell.run("office", "check", str(folder)).out.endswith(": 1 thing to mend.\n")


def test_a_folder_that_is_not_there_is_told(shell: Shell) -> None:
    assert shell.run("office", "check", "nowhere").fault == "nowhere: there is no such folder"


def test_the_line_does_not_start_on_a_wrong_folder(shell: Shell) -> None:
    folder = copy_of_law_office(shell.folder)
    (folder / "hours.toml").unlink()
    shell.set(MAPOKEZI_OFFICE_FOLDERS=str(folder))
    said = shell.run("line")
    assert said.code == 1
    assert "hours.toml: the file is missing" in said.err
    assert "Traceback" not in said.err


def test_two_offices_cannot_answer_one_number(shell: Shell) -> None:
    folder = copy_of_law_office(shell.folder)
    shell.set(MAPOKEZI_OFFICE_FOLDERS=f"{folder}, {LAW_OFFICE}")
    assert "+254209000000 is answered for my-office already" in shell.run("line").fault


def kept_versions(shell: Shell) -> Path:
    """An office of which two versions are kept, by two imports."""
    folder = copy_of_law_office(shell.folder)
    shell.set(MAPOKEZI_OFFICE_FOLDERS=str(folder))
    drafts = shell.folder / "drafts"
    for greeting in ("good day.", "good morning."):
        draft = Path(shutil.copytree(LAW_OFFICE, drafts / greeting.split()[1][:3] / "my-office"))
        change(draft / "office.toml", 'Advocates, good day."', f'Advocates, {greeting}"')
        said = shell.run("office", "import", str(draft))
        assert said.code == 0, said.err
    return folder


def test_a_whole_office_is_written_and_is_right(shell: Shell) -> None:
    folder = shell.folder / "my-clinic"
    said = shell.run(
        "office", "new", str(folder), "--trade", "clinic", "--name", "Uzima", "--number",
        "+254207777777",
    )  # fmt: skip
    assert said.code == 0
    assert str(folder / "hours.toml") in said.out.splitlines()
    checked = shell.run("office", "check", str(folder)).out
    assert "Uzima is ready: answers +254207777777, 5 people" in checked
    assert "We are open Monday to Friday from half past seven in the morning" in checked
    assert "is there already" in shell.run("office", "new", str(folder)).fault


def test_everything_that_it_could_say_is_shown_as_it_is_spoken(shell: Shell) -> None:
    said = shell.run("office", "show", str(LAW_OFFICE), "--as-heard").out
    for words in (
        "Kamow and Otienno Advocates, good day.",
        "We are open Monday to Friday from eight in the morning",
        "Yes, clients park free of charge",
        "Wanjeekoo Kamow is our managing partner",
        "What is the best number to reach you on?",
        "Are you still there?",
        "Let me read it back.",
        "Please leave your name, your number and your message after the tone",
    ):
        assert words in said
    plainly = shell.run("office", "show", str(LAW_OFFICE)).out
    assert "Wanjiku Kamau is our managing partner" in plainly
    assert "Are you still there?" not in plainly


def test_what_a_model_is_told_is_shown(shell: Shell) -> None:
    said = shell.run(
        "office", "instructions", str(LAW_OFFICE), "--at", "2026-12-12T10:00:00",
        "--caller", "0722123456",
    ).out  # fmt: skip
    assert "We are closed today for Jamhuri Day." in said
    assert "+254722123456" in said
    assert "withheld" in shell.run("office", "instructions", str(LAW_OFFICE)).out
    fault = shell.run("office", "instructions", str(LAW_OFFICE), "--caller", "abc").fault
    assert "no telephone number" in fault


def test_versions_are_listed_with_who_and_what(shell: Shell) -> None:
    kept_versions(shell)
    lines = shell.run("office", "history", "my-office").out.splitlines()
    assert lines[0].split()[0] == "2"
    assert "command " in lines[0]
    assert "greeting: Kamau and Otieno Advocates, good day. -> Kamau" in lines[1]
    assert lines[3].strip() == "8 people, 17 facts"
    assert "no version of nobody is kept" in shell.run("office", "history", "nobody").fault


def test_what_differs_is_shown_in_words_and_by_line(shell: Shell) -> None:
    folder = kept_versions(shell)
    between = shell.run("office", "diff", "my-office", "1", "2").out
    assert between.startswith("greeting: ")
    assert '-greeting = "Kamau and Otieno Advocates, good day."' in between
    assert '+greeting = "Kamau and Otieno Advocates, good morning."' in between
    assert shell.run("office", "diff", "my-office").out == "Nothing differs.\n"
    change(folder / "hours.toml", '["09:00-13:00"]', '["09:00-12:00"]')
    to_folder = shell.run("office", "diff", "my-office").out
    assert to_folder.startswith("hours.week.saturday[1].closes: 13:00:00 -> 12:00:00")
    assert "+++ hours.toml folder" in to_folder
    assert "no version 9" in shell.run("office", "diff", "my-office", "9").fault


def test_export_and_import_give_the_same_office(shell: Shell) -> None:
    from mapokezi.stores.office_files import read_office

    folder = kept_versions(shell)
    before = read_office(folder)
    out = shell.folder / "out" / "my-office"
    assert shell.run("office", "export", "my-office", str(out)).code == 0
    assert {path.name: path.read_bytes() for path in out.iterdir()} == {
        path.name: path.read_bytes() for path in folder.iterdir()
    }
    assert shell.run("office", "import", str(out)).code == 0
    assert read_office(folder) == before
    assert shell.run("office", "history", "my-office").out.splitlines()[0].split()[0] == "2"
    first = shell.folder / "first"
    assert shell.run("office", "export", "my-office", str(first), "--version", "1").code == 0
    assert shell.run("office", "import", str(first), "--as", "my-office").code == 0
    assert read_office(folder).greeting.endswith("good day.")
    assert shell.run("office", "history", "my-office").out.splitlines()[0].split()[0] == "3"


def test_a_wrong_folder_is_not_imported(shell: Shell) -> None:
    folder = kept_versions(shell)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    wrong = Path(shutil.copytree(LAW_OFFICE, shell.folder / "wrong" / "my-office"))
    change(wrong / "people.toml", '"+254700000101"', '"0700000101"')
    said = shell.run("office", "import", str(wrong))
    assert said.code == 1
    assert "people[1].mobile" in said.err
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert shell.run("office", "history", "my-office").out.splitlines()[0].split()[0] == "2"
    assert (
        "names no folder called stranger"
        in shell.run("office", "import", str(LAW_OFFICE), "--as", "stranger").fault
    )


def test_a_notice_that_hides_where_voices_go_is_told_by_the_servers_settings(
    shell: Shell,
) -> None:
    folder = copy_of_law_office(shell.folder)
    settings = shell.folder / "elsewhere.toml"
    models = '[voice]\nmodels = ["live"]\n[model.live]\nprotocol = "gemini_live"\n'
    settings.write_text(models)
    said = shell.run("office", "check", str(folder), "--config", str(settings))
    assert said.code == 1
    assert said.out.startswith("office.toml, line 14, notice: does not tell callers that what ")
    assert "an automated service outside Kenya" in said.out
    told = "this call is recorded. It is worked on outside Kenya."
    change(folder / "office.toml", "this call is recorded.", told)
    assert shell.run("office", "check", str(folder), "-c", str(settings)).code == 0
    settings.write_text(f'{models}country = "KE"\n')
    change(folder / "office.toml", told, "this call is recorded.")
    assert shell.run("office", "check", str(folder), "-c", str(settings)).code == 0


def test_the_record_of_processing_and_the_assessment_are_written(shell: Shell) -> None:
    said = shell.run("office", "processing-record")
    assert said.out.startswith("# Record of processing: Kamau and Otieno Advocates")
    file = shell.folder / "dpia.md"
    assert shell.run("office", "dpia", "law-office", "--file", str(file)).code == 0
    assert file.read_text().startswith("# Data protection impact assessment (draft): Kamau")
    assert file.stat().st_mode & 0o777 == 0o600
    assert "cannot be written" in shell.run("office", "dpia", "--file", str(file)).fault
    assert "known: law-office" in shell.run("office", "dpia", "yours").fault
