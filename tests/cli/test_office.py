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
