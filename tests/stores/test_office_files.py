"""An office's folder is read whole, and whatever is wrong in it is told at once."""

from __future__ import annotations

import shutil
from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mapokezi.errors import ConfigurationError
from mapokezi.receptionist.office import Office, Opening, TailKind, Weekday
from mapokezi.stores.office_files import (
    USUAL_QUESTIONS,
    OfficeFileError,
    OfficeFilesWrong,
    read_office,
)

EXAMPLE = Path(__file__).parents[2] / "examples" / "law-office"

OFFICE_TOML = """\
name = "Duka"
numbers = ["+254209000000"]
greeting = "Duka, good day."
notice = "I am automated, and this call is recorded."
"""
HOURS_TOML = """\
[week]
monday = ["08:00-17:00"]
"""


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """A copy of the example that a test may spoil."""
    return Path(shutil.copytree(EXAMPLE, tmp_path / "law-office"))


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """The smallest folder that is an office."""
    folder = tmp_path / "duka"
    folder.mkdir()
    (folder / "office.toml").write_text(OFFICE_TOML, encoding="utf-8")
    (folder / "hours.toml").write_text(HOURS_TOML, encoding="utf-8")
    return folder


def put(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def change(folder: Path, name: str, old: str, new: str) -> int:
    """Change one place of a file and give the line where it stands."""
    text = (folder / name).read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
    put(folder, name, text.replace(old, new))
    return text[: text.index(old)].count("\n") + 1


def errors_of(folder: Path) -> list[OfficeFileError]:
    with pytest.raises(OfficeFilesWrong) as caught:
        read_office(folder)
    return caught.value.errors


def errors_or_none(folder: Path) -> list[OfficeFileError]:
    try:
        read_office(folder)
    except OfficeFilesWrong as wrong:
        return wrong.errors
    return []


def only_error(folder: Path) -> OfficeFileError:
    errors = errors_of(folder)
    assert len(errors) == 1, [str(error) for error in errors]
    return errors[0]


@pytest.fixture(scope="module")
def office() -> Office:
    """The example as it stands."""
    return read_office(EXAMPLE)


class TestTheExample:
    def test_is_read_whole(self, office: Office) -> None:
        assert office.id == "law-office"
        assert office.numbers == ("+254209000000",)
        assert office.reception == "+254700000100"
        assert "automated" in office.notice
        assert "recorded" in office.notice
        assert office.fallback.then is TailKind.RECORD

    def test_knows_its_hours(self, office: Office) -> None:
        monday = office.hours.week[Weekday.MONDAY]
        assert [(span.opens, span.closes) for span in monday] == [
            (time(8), time(13)),
            (time(14), time(17)),
        ]
        assert office.hours.week[Weekday.SATURDAY][0].closes == time(13)
        assert Weekday.SUNDAY not in office.hours.week
        assert office.hours.holidays_of == "KE"
        assert office.hours.closures[0].first == date(2026, 12, 24)

    def test_knows_its_people(self, office: Office) -> None:
        people = {person.id: person for person in office.people}
        assert len(people) == 8
        assert "Oceano" in people["brian-otieno"].heard_as
        assert people["peter-mwangi"].mobile is None
        assert not people["kevin-barasa"].takes_calls

    def test_has_facts_with_a_source_that_can_be_looked_up(self, office: Office) -> None:
        assert len(office.facts) >= 15
        lines = (EXAMPLE / "facts.md").read_text(encoding="utf-8").split("\n")
        for fact in office.facts:
            assert len(fact.asked_as) >= 2
            number = int(fact.source.removeprefix("facts.md, line "))
            assert fact.answer.startswith(lines[number - 1].strip())

    def test_has_its_questions_and_what_is_forbidden(self, office: Office) -> None:
        slots = [question.slot for question in office.message_questions]
        assert slots == ["name", "number", "reason", "best_time"]
        assert not office.message_questions[-1].required
        assert "legal advice" in office.forbidden_topics
        assert "will I win my case" in office.forbidden_asked_as
        assert "arrested" in office.urgent_words


class TestASmallOffice:
    def test_two_files_are_enough(self, small: Path) -> None:
        office = read_office(small)
        assert office.id == "duka"
        assert office.message_questions == USUAL_QUESTIONS
        assert (len(office.people), len(office.facts)) == (0, 0)

    def test_a_windows_file_with_a_byte_order_mark_is_read(self, small: Path) -> None:
        text = OFFICE_TOML.replace("\n", "\r\n")
        (small / "office.toml").write_bytes(b"\xef\xbb\xbf" + text.encode())
        assert read_office(small).name == "Duka"

    def test_a_readme_and_other_files_are_left_alone(self, small: Path) -> None:
        put(small, "README.md", "## Notes")
        put(small, "logo.svg", "<svg/>")
        assert read_office(small).name == "Duka"

    def test_numbers_may_be_written_with_spaces(self, small: Path) -> None:
        change(small, "office.toml", "+254209000000", "+254 20 900 0000")
        assert read_office(small).numbers == ("+254209000000",)


class TestFolder:
    def test_a_folder_that_is_not_there(self, tmp_path: Path) -> None:
        errors = errors_of(tmp_path / "nobody")
        assert [error.file for error in errors] == ["office.toml", "hours.toml"]
        assert all("missing" in error.what for error in errors)

    def test_a_name_that_cannot_be_an_id(self, small: Path) -> None:
        folder = small.rename(small.parent / "My Duka")
        assert only_error(folder).file == "My Duka"

    def test_a_file_with_a_misspelled_name(self, small: Path) -> None:
        put(small, "peoples.toml", "")
        error = only_error(small)
        assert error.file == "peoples.toml"
        assert error.mend == 'Did you mean "people.toml"?'

    def test_a_file_that_is_a_folder(self, small: Path) -> None:
        (small / "facts.md").mkdir()
        assert "cannot be read" in only_error(small).what

    def test_a_file_that_is_not_utf_8(self, small: Path) -> None:
        (small / "facts.md").write_bytes(b"# Facts\n\nCaf\xe9\n")
        error = only_error(small)
        assert (error.file, error.line) == ("facts.md", 3)
        assert "UTF-8" in error.mend


class TestToml:
    @pytest.mark.parametrize(
        "text",
        ['name = "Duka', "name = Duka\n", "[week\n", "a = 1\na = 2\n", "= 1\n", 'numbers = ["+25'],
    )
    def test_what_is_not_toml_is_one_error_of_its_file(self, small: Path, text: str) -> None:
        put(small, "office.toml", text)
        error = only_error(small)
        assert error.file == "office.toml"
        assert "not TOML" in error.what

    def test_the_line_of_a_syntax_error_is_told(self, small: Path) -> None:
        put(small, "office.toml", OFFICE_TOML + "goodbye = \n")
        assert only_error(small).line == 5

    def test_a_missing_key_is_told_with_its_table(self, example: Path) -> None:
        line = change(example, "people.toml", 'name = "Fatuma Hassan"\n', "")
        error = only_error(example)
        assert error.what == 'the key "name" is missing'
        assert error.key == "people[4]"
        assert error.line == line - 2  # the table's heading

    def test_an_unknown_key_is_an_error_with_a_suggestion(self, example: Path) -> None:
        line = change(
            example, "people.toml", 'mobile = "+254700000103"', 'moblie = "+254700000103"'
        )
        error = only_error(example)
        assert (error.file, error.line, error.key) == ("people.toml", line, "people[3].moblie")
        assert error.mend == 'Did you mean "mobile"?'

    def test_an_unknown_key_near_none_gets_the_list(self, small: Path) -> None:
        put(small, "office.toml", OFFICE_TOML + "zzz = 1\n")
        assert "greeting" in only_error(small).mend

    @pytest.mark.parametrize(
        ("old", "new", "key"),
        [
            ('name = "Duka"', "name = 5", "name"),
            ('name = "Duka"', 'name = "  "', "name"),
            ('name = "Duka"', 'name = ["Duka"]', "name"),
            ('["+254209000000"]', '"+254209000000"', "numbers"),
            ('["+254209000000"]', "[254209000000]", "numbers[1]"),
            ('["+254209000000"]', '["0209000000"]', "numbers[1]"),
            ('["+254209000000"]', '["+25420900"]', "numbers[1]"),
            ('["+254209000000"]', '["ring us"]', "numbers[1]"),
            ('["+254209000000"]', "[]", "numbers"),
        ],
    )
    def test_a_wrong_value_names_its_key(self, small: Path, old: str, new: str, key: str) -> None:
        line = change(small, "office.toml", old, new)
        errors = errors_of(small)
        assert [(error.key, error.line) for error in errors] == [(key, line)]

    def test_a_number_without_its_country_is_written_out(self, small: Path) -> None:
        change(small, "office.toml", "+254209000000", "0722 000 000")
        assert only_error(small).mend == 'If it is a Kenyan number, write "+254722000000"'

    @pytest.mark.parametrize(
        ("line", "key"),
        [
            ("record_calls = 1", "record_calls"),
            ('record_calls = "yes"', "record_calls"),
            ("call_cap_minutes = 0", "call_cap_minutes"),
            ("call_cap_minutes = true", "call_cap_minutes"),
            ("call_cap_minutes = 1.5", "call_cap_minutes"),
            ("call_cap_per_number_per_minute = 61", "call_cap_per_number_per_minute"),
            ('reception = "+254209000000"', "reception"),
            ("fallback = 3", "fallback"),
            ('fallback = {then = "dial"}', "fallback.then"),
            ('fallback = {then = "ring"}', "fallback.then"),
            ('fallback = {dail = "+254722000000"}', "fallback.dail"),
        ],
    )
    def test_a_wrong_value_of_a_key_that_may_be_left_out(
        self, small: Path, line: str, key: str
    ) -> None:
        put(small, "office.toml", OFFICE_TOML + line + "\n")
        error = only_error(small)
        assert (error.line, error.key) == (5, key)

    def test_the_line_of_an_entry_in_a_long_list_is_its_own(self, example: Path) -> None:
        line = change(example, "messages.toml", '"can I sue my neighbour",', "17,")
        error = only_error(example)
        assert (error.line, error.key) == (line, "forbidden.asked_as[3]")

    def test_a_word_twice_in_a_list(self, example: Path) -> None:
        change(example, "messages.toml", '"bleeding",', '"arrested",')
        assert "twice" in only_error(example).what


class TestHours:
    @pytest.mark.parametrize(
        ("spans", "complaint"),
        [
            ('["8-17"]', "no span of hours"),
            ('["08:00-24:30"]', "no span of hours"),
            ('["24:00-08:00"]', "no span of hours"),
            ('["08:00-08:00"]', "closes when it opens"),
            ('["00:00-00:00"]', "closes when it opens"),
            ('["20:00-02:00", "22:00-23:00"]', "begins before"),
            ('["20:00-02:00"]\ntuesday = ["01:30-05:00"]', "monday's last span"),
            ('["14:00-17:00", "08:00-13:00"]', "begins before"),
            ('["08:00-13:00", "12:00-17:00"]', "begins before"),
            ('"08:00-17:00"', "is words"),
        ],
    )
    def test_spans_that_cannot_be(self, small: Path, spans: str, complaint: str) -> None:
        put(small, "hours.toml", f"[week]\nmonday = {spans}\n")
        error = only_error(small)
        assert error.line == 2 + spans.count("\n")
        assert complaint in error.what

    def test_spans_over_midnight_and_to_its_stroke(self, small: Path) -> None:
        week = 'monday = ["09:00-12:00", "20:00-02:00"]\ntuesday = ["02:00-24:00"]\n'
        put(small, "hours.toml", f'[week]\n{week}sunday = ["00:00-24:00"]\n')
        found = read_office(small).hours.week
        assert found[Weekday.MONDAY][1] == Opening(opens=time(20), closes=time(2))
        assert found[Weekday.TUESDAY] == (Opening(opens=time(2), closes=time(0)),)
        assert found[Weekday.SUNDAY] == (Opening(opens=time(0), closes=time(0)),)

    @pytest.mark.parametrize(
        ("text", "key"),
        [
            ('timezone = "Nairobi"\n' + HOURS_TOML, "timezone"),
            ('holidays_of = "Kenya"\n' + HOURS_TOML, "holidays_of"),
            ("[week]\nmoonday = []\n", "week.moonday"),
            ('timezone = "Africa/Nairobi"\n', "week"),
            (HOURS_TOML + '[[closures]]\nfirst = 2026-12-24\nreason = "x"\n', "closures[1]"),
            (
                HOURS_TOML
                + '[[closures]]\nfirst = "2026-12-24"\nlast = 2026-12-24\nreason = "x"\n',
                "closures[1].first",
            ),
            (
                HOURS_TOML + '[[closures]]\nfirst = 2026-12-24\nlast = 2026-12-01\nreason = "x"\n',
                "closures[1].last",
            ),
        ],
    )
    def test_hours_that_cannot_be(self, small: Path, text: str, key: str) -> None:
        put(small, "hours.toml", text)
        assert only_error(small).key == key

    def test_the_country_may_be_left_empty(self, small: Path) -> None:
        put(small, "hours.toml", 'holidays_of = ""\n' + HOURS_TOML)
        assert read_office(small).hours.holidays_of == ""

    def test_a_closure_with_times_counts_by_its_days(self, small: Path) -> None:
        closure = "first = 2026-12-24T12:00:00\nlast = 2026-12-26T12:00:00\nreason = 'x'\n"
        put(small, "hours.toml", HOURS_TOML + "[[closures]]\n" + closure)
        assert read_office(small).hours.closures[0].last == date(2026, 12, 26)


class TestPeopleAndMessages:
    def test_ids_and_names_stand_once(self, example: Path) -> None:
        line = change(example, "people.toml", 'id = "peter-mwangi"', 'id = "brian-otieno"')
        error = only_error(example)
        assert (error.line, error.key) == (line, "people[7].id")

    def test_an_id_is_plain(self, example: Path) -> None:
        change(example, "people.toml", 'id = "peter-mwangi"', 'id = "Peter Mwangi"')
        assert "cannot be an id" in only_error(example).what

    def test_nobody_has_the_office_s_own_number(self, example: Path) -> None:
        change(example, "people.toml", "+254700000105", "+254209000000")
        assert "ring itself" in only_error(example).what

    def test_people_that_are_not_tables(self, small: Path) -> None:
        put(small, "people.toml", 'people = ["Wanjiku"]\n')
        assert only_error(small).key == "people[1]"

    def test_a_question_is_asked_once(self, example: Path) -> None:
        line = change(example, "messages.toml", 'slot = "reason"', 'slot = "name"')
        error = only_error(example)
        assert (error.line, error.key) == (line, "questions[3].slot")

    def test_a_slot_is_a_plain_word(self, example: Path) -> None:
        change(example, "messages.toml", 'slot = "reason"', 'slot = "the reason"')
        assert "cannot be a slot" in only_error(example).what


FACT = """\
## Parking {#parking}

Asked as:
- is there parking
- where can I park

Yes, in the basement.
"""


class TestFacts:
    def test_a_fact(self, small: Path) -> None:
        put(small, "facts.md", "# Facts\n\nOur own words.\n\n" + FACT)
        (fact,) = read_office(small).facts
        assert (fact.id, fact.title, fact.answer) == ("parking", "Parking", "Yes, in the basement.")
        assert fact.asked_as == ("is there parking", "where can I park")
        assert fact.source == "facts.md, line 11"

    def test_an_id_may_come_from_the_title(self, small: Path) -> None:
        put(small, "facts.md", FACT.replace("Parking {#parking}", "Parking, for clients"))
        assert read_office(small).facts[0].id == "parking-for-clients"

    def test_an_answer_of_several_lines_is_joined(self, small: Path) -> None:
        put(small, "facts.md", FACT + "Tell the\nguard.\n\nIt is free.\n")
        answer = read_office(small).facts[0].answer
        assert answer == "Yes, in the basement. Tell the guard. It is free."

    def test_a_comment_is_left_out_and_lines_stay_true(self, small: Path) -> None:
        put(small, "facts.md", "<!-- ## Old {#old}\n\nnot said -->\n" + FACT)
        (fact,) = read_office(small).facts
        assert fact.source == "facts.md, line 10"

    @pytest.mark.parametrize(
        ("old", "new", "line", "complaint"),
        [
            ("Asked as:", "Asked:", 1, 'no "Asked as:" list'),
            ("- is there parking\n", "", 1, "asked in 1 ways"),
            ("- is there parking\n", "-  \n- is there parking\n", 4, "is empty"),
            ("- is there parking\n", "- Where can I park?\n", 5, "also asks for"),
            ("Yes, in the basement.\n", "", 1, "no answer"),
            ("in the basement", "see https://duka.example", 7, "cannot be said"),
            ("in the basement", "see [here](map)", 7, "cannot be said"),
            ("in the basement", "in the **basement**", 7, "cannot be said"),
            ("in the basement", "in the basement " * 40, 7, "too many"),
            ("{#parking}", "{#Parking Place}", 1, "cannot be an id"),
            ("## Parking {#parking}", "## {#parking}", 1, "no title"),
        ],
    )
    def test_a_fact_that_cannot_be(
        self, small: Path, old: str, new: str, line: int, complaint: str
    ) -> None:
        assert FACT.count(old) == 1
        put(small, "facts.md", FACT.replace(old, new))
        error = only_error(small)
        assert (error.line, error.file) == (line, "facts.md")
        assert complaint in error.what

    def test_headings_that_start_no_fact(self, small: Path) -> None:
        put(small, "facts.md", FACT + "\n### Bicycles\n\n##Cars\n")
        lines = [error.line for error in errors_of(small) if "starts no fact" in error.what]
        assert lines == [9, 11]

    def test_one_id_for_two_facts(self, small: Path) -> None:
        other = FACT.replace("is there parking", "may I leave a car").replace("where can", "may")
        put(small, "facts.md", FACT + "\n" + other)
        error = only_error(small)
        assert error.line == 9
        assert "at line 1 too" in error.what


class TestAllAtOnce:
    def test_errors_of_all_files_come_together_and_in_order(self, example: Path) -> None:
        change(example, "messages.toml", 'slot = "name"', 'slott = "name"')
        change(example, "facts.md", "{#parking}", "{#location}")
        change(example, "people.toml", 'mobile = "+254700000101"', 'mobile = "12"')
        put(example, "hours.toml", "[week\n")
        change(example, "office.toml", "call_cap_minutes = 15", "call_cap_minutes = 500")
        errors = errors_of(example)
        assert [error.file for error in errors] == [
            "office.toml",
            "hours.toml",
            "people.toml",
            "facts.md",
            "messages.toml",
            "messages.toml",
        ]
        lines = [error.line for error in errors if error.file == "messages.toml"]
        assert lines == sorted(lines)

    def test_the_text_tells_each_error_on_a_line(self, example: Path) -> None:
        change(example, "people.toml", 'mobile = "+254700000103"', 'moblie = "+254700000103"')
        with pytest.raises(ConfigurationError) as caught:
            read_office(example)
        first, second = str(caught.value).split("\n")
        assert first.startswith("1 error in the office's folder")
        assert second.strip().startswith("people.toml, line ")
        assert second.endswith(
            'people[3].moblie: is not a key that is known here. Did you mean "mobile"?'
        )


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_folder_spoilt_anywhere_is_read_or_refused_and_never_crashes(
    small: Path, data: st.DataObject
) -> None:
    """Cutting a piece out of any file gives an office or errors with true lines."""
    name = data.draw(st.sampled_from(["office.toml", "hours.toml", "people.toml", "facts.md"]))
    text = (EXAMPLE / name).read_text(encoding="utf-8")
    start = data.draw(st.integers(0, len(text)))
    spoilt = text[:start] + text[start + data.draw(st.integers(0, 200)) :]
    for other in ("office.toml", "hours.toml", "people.toml", "facts.md"):
        put(small, other, (EXAMPLE / other).read_text(encoding="utf-8"))
    put(small, name, spoilt)
    for error in errors_or_none(small):
        assert 0 <= error.line <= spoilt.count("\n") + 2
        assert error.mend


def test_an_office_picks_its_models(small: Path) -> None:
    assert read_office(small).models is None
    put(small, "office.toml", OFFICE_TOML + 'models = ["live", "spare"]\n')
    assert read_office(small, ["live", "spare"]).models == ("live", "spare")
    assert read_office(small).models == ("live", "spare"), "what the server has is not known here"
    put(small, "office.toml", OFFICE_TOML + "models = []\n")
    assert read_office(small, ["live"]).models == ()


def test_a_model_that_the_server_does_not_have_is_told_with_its_line(small: Path) -> None:
    put(small, "office.toml", OFFICE_TOML + 'models = [\n  "live",\n  "spair",\n]\n')
    with pytest.raises(OfficeFilesWrong) as caught:
        read_office(small, ["live", "spare"])
    (error,) = caught.value.errors
    assert (error.line, error.key) == (7, "models[2]")
    assert "spair" in error.what
    assert error.mend == 'Did you mean "spare"?'
    with pytest.raises(OfficeFilesWrong, match=r"\[model\.live\]"):
        read_office(small, [])


def test_an_office_picks_a_voice_for_a_profile(small: Path) -> None:
    assert read_office(small).voices == {}
    put(small, "office.toml", OFFICE_TOML + '[voices]\nlive = "Kore"\nspare = "marin"\n')
    assert read_office(small, ["live", "spare"]).voices == {"live": "Kore", "spare": "marin"}
    assert read_office(small).voices["live"] == "Kore", "what the server has is not known here"


@pytest.mark.parametrize(
    ("line", "key", "what"),
    [
        ('liev = "Kore"', "voices.liev", "no model profile"),
        ('live = ""', "voices.live", "is empty"),
        ("live = 5", "voices.live", "is a number"),
        ('house = "nia"', "voices.house", "only one"),
        (f'live = "{"x" * 101}"', "voices.live", "no name of a voice"),
    ],
)
def test_a_voice_that_cannot_be_had_is_told_with_its_line(
    small: Path, line: str, key: str, what: str
) -> None:
    put(small, "office.toml", f"{OFFICE_TOML}[voices]\n{line}\n")
    with pytest.raises(OfficeFilesWrong) as raised:
        read_office(small, ["live", "house"], ["house"])
    (error,) = raised.value.errors
    assert (error.file, error.key) == ("office.toml", key)
    assert error.line == len(OFFICE_TOML.splitlines()) + 2
    assert what in error.what
