"""Who is told of what, as an office's files say it; and each thing that can be wrong with it."""

from __future__ import annotations

import re
from datetime import time
from pathlib import Path

import pytest

from mapokezi.receptionist.office import Office, QuietSpan, Telling, Way, Webhook, Weekday
from mapokezi.records.notices import WayKind
from mapokezi.stores.office_files import KnownWays, OfficeFileError, OfficeFilesWrong, read_office

OFFICE_TOML = """\
name = "Duka"
numbers = ["+254209000000"]
greeting = "Duka, good day."
notice = "I am automated, and this call is recorded."

[telling]
order = ["amina", "juma"]
digest_to = ["juma"]
language = "sw"
take_within_minutes = 30
urgent_within_minutes = 5
text_callers = "sms"

[[webhooks]]
name = "case-files"
url = "https://cases.example.co.ke/in"
events = ["message.stored"]
"""
HOURS_TOML = """\
[week]
monday = ["08:00-17:00"]
"""
PEOPLE_TOML = """\
[[people]]
id = "amina"
name = "Amina Ali"
role = "owner"
language = "en"
quiet = ["20:00-06:30", "12:00-13:00"]
quiet_days = ["Sunday"]
escalate_to = "juma"

[[people.ways]]
way = "sms"
to = "+254 700 000101"

[[people.ways]]
way = "email"
to = "amina@example.co.ke"
urgent_only = true

[[people]]
id = "juma"
name = "Juma Baraka"
role = "cashier"
ways = [
  { way = "slack" },
  { way = "ntfy", to = "juma" },
]
"""
KNOWN = KnownWays(
    kinds={
        "sms": WayKind.SMS,
        "email": WayKind.EMAIL,
        "slack": WayKind.CHAT,
        "ntfy": WayKind.CHAT,
        "wa": WayKind.WHATSAPP,
    },
    addressless=frozenset({"slack"}),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "duka"
    made.mkdir()
    for name, text in (
        ("office.toml", OFFICE_TOML),
        ("hours.toml", HOURS_TOML),
        ("people.toml", PEOPLE_TOML),
    ):
        (made / name).write_text(text, encoding="utf-8")
    return made


def read(folder: Path, known: KnownWays | None = KNOWN) -> Office:
    return read_office(folder, ways=known)


def errors_after(
    folder: Path, old: str, new: str, known: KnownWays | None = KNOWN
) -> tuple[list[OfficeFileError], int]:
    """Change one place, and give the errors and the line of the change."""
    for name in ("office.toml", "people.toml"):
        text = (folder / name).read_text(encoding="utf-8")
        if text.count(old) == 1:
            (folder / name).write_text(text.replace(old, new), encoding="utf-8")
            line = text[: text.index(old)].count("\n") + 1
            with pytest.raises(OfficeFilesWrong) as caught:
                read(folder, known)
            return caught.value.errors, line
    raise AssertionError(f"{old!r} does not stand once")


def test_everything_is_read(folder: Path) -> None:
    office = read(folder)
    amina, juma = office.people
    assert amina.ways == (
        Way(way="sms", to="+254 700 000101", kind=WayKind.SMS),
        Way(way="email", to="amina@example.co.ke", kind=WayKind.EMAIL, urgent_only=True),
    )
    assert (amina.language, amina.escalate_to, amina.quiet_days) == (
        "en",
        "juma",
        (Weekday.SUNDAY,),
    )
    assert amina.quiet == (
        QuietSpan(begins=time(20), ends=time(6, 30)),
        QuietSpan(begins=time(12), ends=time(13)),
    )
    assert [way.way for way in juma.ways] == ["slack", "ntfy"]
    assert office.telling == Telling(
        order=("amina", "juma"),
        digest_to=("juma",),
        language="sw",
        take_within_minutes=30,
        urgent_within_minutes=5,
        text_callers="sms",
    )
    assert office.webhooks == (
        Webhook(
            name="case-files", url="https://cases.example.co.ke/in", events=("message.stored",)
        ),
    )


def test_without_any_of_it_nobody_is_told_and_nothing_is_wrong(folder: Path) -> None:
    (folder / "people.toml").write_text(
        '[[people]]\nid = "amina"\nname = "Amina Ali"\nrole = "owner"\n', encoding="utf-8"
    )
    (folder / "office.toml").write_text(OFFICE_TOML.partition("\n[telling]")[0], encoding="utf-8")
    office = read(folder)
    assert office.telling == Telling()
    assert office.people[0].ways == ()
    assert office.webhooks == ()


def test_where_the_ways_are_not_known_a_name_tells_its_kind_if_it_can(folder: Path) -> None:
    office = read(folder, None)
    kinds = [way.kind for person in office.people for way in person.ways]
    assert kinds == [WayKind.SMS, WayKind.EMAIL, WayKind.CHAT, WayKind.CHAT]
    assert KnownWays().kind("whatsapp-2") is WayKind.WHATSAPP
    assert KnownWays().kind("webhook") is WayKind.CHAT


@pytest.mark.parametrize(
    ("old", "new", "key", "complaint"),
    [
        ('way = "email"', 'way = "emial"', "people[1].ways[2].way", "no way of this server"),
        ('way = "email"', 'way = "webhook"', "people[1].ways[2].way", "not told by webhook|no way"),
        ('to = "amina@example.co.ke"\n', "", "people[1].ways[2].way", "no address to go to"),
        ('"amina@example.co.ke"', '"amina"', "people[1].ways[2].to", "no e-mail address"),
        (
            '"amina@example.co.ke"',
            '"amina@example.co.ke&cc=x@y.ke"',
            "people[1].ways[2].to",
            "no e-mail address",
        ),
        ('to = "+254 700 000101"\n', "", "people[1].ways[1].way", "no number to go to"),
        ('"+254 700 000101"', '"0700000101"', "people[1].ways[1].to", "not a number in its full"),
        ("urgent_only = true", "urgent = true", "people[1].ways[2].urgent", "not a key"),
        ('language = "en"', 'language = "fr"', "people[1].language", 'cannot be written in "fr"'),
        ('"20:00-06:30"', '"8pm-6am"', "people[1].quiet[1]", "no span of hours"),
        ('"20:00-06:30"', '"20:00-20:00"', "people[1].quiet[1]", "ends when it begins"),
        ('"Sunday"', '"Sundy"', "people[1].quiet_days[1]", "no day of the week"),
        (
            '"Sunday"',
            '"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"',
            "people[1].quiet_days",
            "every day",
        ),
        ('escalate_to = "juma"', 'escalate_to = "jumma"', "people[1].escalate_to", "nobody in"),
        ('escalate_to = "juma"', 'escalate_to = "amina"', "people[1].escalate_to", "same person"),
        ('to = "juma" }', 'to = "https://x/" }', "people[2].ways[2].to", "no address of a person"),
        ('["amina", "juma"]', '["amina", "jumma"]', "telling.order[2]", "nobody in people.toml"),
        ('["juma"]', '["someone"]', "telling.digest_to[1]", "nobody in people.toml"),
        ("minutes = 30", "minutes = 0", "telling.take_within_minutes", "is 0"),
        ('text_callers = "sms"', 'text_callers = "ntfy"', "telling.text_callers", "sends no SMS"),
        ('text_callers = "sms"', 'text_callers = "fax"', "telling.text_callers", "no way of this"),
        ('name = "case-files"', 'name = "Case Files"', "webhooks[1].name", "cannot be a name"),
        ('"https://cases', '"https://me:pw@cases', "webhooks[1].url", "a password in it"),
        ('"https://cases', '"ftp://cases', "webhooks[1].url", "no address of the form"),
        ('"message.stored"', '"message.store"', "webhooks[1].events[1]", "no type of event"),
    ],
)  # fmt: skip
def test_each_thing_that_can_be_wrong_is_told_with_its_place(
    folder: Path, old: str, new: str, key: str, complaint: str
) -> None:
    errors, line = errors_after(folder, old, new)
    assert len(errors) == 1, [str(error) for error in errors]
    (error,) = errors
    assert error.key == key
    assert re.search(complaint, error.what), error.what
    assert abs(error.line - line) <= 1
    assert error.mend


def test_a_channel_is_needed_where_the_way_does_not_know_one(folder: Path) -> None:
    known = KnownWays(kinds=KNOWN.kinds, addressless=frozenset())
    errors, _ = errors_after(folder, '{ way = "slack" }', '{ way = "slack"}', known)
    assert [error.what for error in errors] == ["has no address to go to"]


def test_where_there_are_no_ways_at_all_the_operator_is_to_add_them(folder: Path) -> None:
    with pytest.raises(OfficeFilesWrong) as caught:
        read(folder, KnownWays(kinds={}))
    mends = {error.mend for error in caught.value.errors}
    assert "Have the operator add [way.sms] to the server's settings" in mends


def test_two_webhooks_need_two_names(folder: Path) -> None:
    errors, _ = errors_after(
        folder,
        "[[webhooks]]\n",
        '[[webhooks]]\nname = "case-files"\nurl = "https://x.example/"\n\n[[webhooks]]\n',
    )
    assert [error.what for error in errors] == ['"case-files" stands twice']
