"""An office as forms: looked at, changed, taken back, and never overwritten unseen."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from tests.desk.conftest import ARRIVED, HOST

from mapokezi.app.offices import FOLDER, keep_version
from mapokezi.calls import OfficeId
from mapokezi.desk.office.subjects import SUBJECTS
from mapokezi.receptionist.office import Office
from mapokezi.records.office_version import OfficeVersion
from mapokezi.stores.office_files import office_of_texts
from mapokezi.stores.office_folder import read_texts

if TYPE_CHECKING:
    from tests.desk.conftest import Desk

OpenPage = Callable[[str], str]
LAW_OFFICE = OfficeId("law-office")
OURS = "/office/law-office"


def send(desk: Desk, path: str, **form: str) -> tuple[int, str]:
    """Send a form; give the status, redirects followed, and the page's text."""
    answer = desk.browser.post(path, data=form, headers={"origin": HOST})
    return answer.status_code, " ".join(answer.text.split())


def form_on(desk: Desk, path: str, action: str = "") -> dict[str, str]:
    """What a browser would send of the form on a page that leads to ``action``."""
    text = desk.browser.get(path).text
    (form,) = re.findall(
        rf'<form method="post" action="{action or path}".*?</form>', text, re.DOTALL
    )
    sent: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = (re.search(rf' {one}="([^"]*)"', tag) for one in ("name", "value"))
        if name and ("checkbox" not in tag or " checked" in tag):
            sent[name[1]] = value[1] if value else ""
    for name, options in re.findall(
        r'<select[^>]* name="([^"]+)".*?>(.*?)</select>', form, re.DOTALL
    ):
        chosen = re.search(r'value="([^"]*)" selected', options)
        sent[name] = chosen[1] if chosen else ""
    for name, words in re.findall(
        r'<textarea[^>]* name="([^"]+)".*?>(.*?)</textarea>', form, re.DOTALL
    ):
        sent[name] = words.removeprefix("\n").replace("\n", "\r\n")
    return sent


def versions(desk: Desk) -> tuple[OfficeVersion, ...]:
    return desk.portal.call(desk.database.office_versions.history, LAW_OFFICE)


def save(desk: Desk, subject: str, **typed: str) -> tuple[int, str]:
    """Change a form and save it at once, as who has looked at the difference does."""
    sent = {**form_on(desk, f"{OURS}/{subject}"), **typed, "step": "save", "who": "brian-otieno"}
    return send(desk, f"{OURS}/{subject}", **sent)


def folder_text(desk: Desk, name: str) -> str:
    return (desk.office_folder / name).read_text("utf-8")


def test_the_office_is_told_by_subject(desk: Desk, text_of: OpenPage) -> None:
    text = text_of("/office")
    assert "Kamau and Otieno Advocates" in text
    for subject in SUBJECTS:
        assert f'href="{OURS}/{subject.id}"' in text
        assert subject.title in text_of(f"{OURS}/{subject.id}")
    assert "08:00–13:00, 14:00–17:00" in text
    assert f'href="{OURS}/people/brian-otieno"' in text
    assert "court clerk · takes messages only" in text_of(f"{OURS}/people")


def test_who_is_away_just_now_is_told_beside_their_name(desk: Desk, text_of: OpenPage) -> None:
    assert "away</span>" not in text_of(f"{OURS}/people")
    send(desk, "/hand-offs/law-office/people/brian-otieno", state="away", who="brian-otieno")
    people = text_of(f"{OURS}/people")
    assert people.count("away</span>") == 1
    assert people.index("Brian Otieno") < people.index("away</span>") < people.index("Achieng")


def test_a_change_is_shown_before_it_is_saved_and_makes_a_version(desk: Desk) -> None:
    before = folder_text(desk, "hours.toml")
    sent = {**form_on(desk, f"{OURS}/hours"), "week.saturday": "10:00-12:00"}
    status, text = send(desk, f"{OURS}/hours", **sent, step="look")
    assert status == 200
    assert "<del>09:00–13:00</del>" in text
    assert "<ins>10:00–12:00</ins>" in text
    assert folder_text(desk, "hours.toml") == before
    assert versions(desk) == ()

    again = form_on(desk, f"{OURS}/hours")
    status, text = send(desk, f"{OURS}/hours", **sent, step="save", who="brian-otieno")
    assert (status, "Saved as version 2" in text) == (200, True)
    assert folder_text(desk, "hours.toml") == before.replace('"09:00-13:00"', '"10:00-12:00"')
    (second, first) = versions(desk)
    assert first.who == "folder", "what stood before is kept, too"
    assert second.who.startswith("desk ")
    assert second.who.endswith(" Brian Otieno")
    assert ("changed_office", "law-office version 2") in desk.deeds()
    assert again["base"] != form_on(desk, f"{OURS}/hours")["base"]


def test_back_from_the_difference_the_form_is_as_it_was_typed(desk: Desk) -> None:
    sent = {**form_on(desk, f"{OURS}/hours"), "week.saturday": "10:00-12:00"}
    status, text = send(desk, f"{OURS}/hours", **sent, step="edit")
    assert status == 200
    assert 'name="week.saturday" value="10:00-12:00"' in text
    status, text = send(desk, f"{OURS}/hours", **form_on(desk, f"{OURS}/hours"), step="look")
    assert (status, "Nothing is changed" in text) == (200, True)


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_saved(desk: Desk) -> None:
    status, text = save(
        desk,
        "people/brian-otieno",
        mobile="0700000102",
        role="",
        **{"away.0.first": "2026-12-10", "away.0.last": "2026-12-01"},
    )
    assert status == 422
    assert "people[2].mobile: &#34;0700000102&#34; is not a number in its full form" in text
    assert 'aria-describedby="mobile-help mobile-fault-1 " aria-invalid="true"' in text
    assert "If it is a Kenyan number, write &#34;+254700000102&#34;" in text
    assert 'id="role-fault-1"' in text
    assert 'id="away.0.last-fault-1"' in text
    assert 'value="0700000102"' in text, "it need not be typed again"
    assert versions(desk) == ()
    assert "away" not in folder_text(desk, "people.toml")


def test_what_goes_wrong_elsewhere_leads_there(desk: Desk) -> None:
    status, text = save(desk, "people/mercy-mutua", out="yes")
    assert status == 422
    assert "telling.order[1]: nobody in people.toml has the id &#34;mercy-mutua&#34;" in text
    assert f'<a href="{OURS}/telling">Who is told of messages</a>' in text


def test_closed_today_is_two_buttons_away(desk: Desk) -> None:
    sent = form_on(desk, OURS, f"{OURS}/closures")
    today = sent["closures.1.first"]
    assert sent["closures.1.last"] == today
    sent["closures.1.reason"] = "a funeral"
    status, text = send(desk, f"{OURS}/closures", **sent)
    assert (status, "closed for a funeral" in text) == (200, True)
    status, _ = send(desk, f"{OURS}/closures", **sent, step="save")
    assert status == 200
    office: Office = desk.browser.app.state.parts.offices[LAW_OFFICE]  # type: ignore[attr-defined]
    assert office.hours.closures[1].first.isoformat() == today
    assert office.version == 2
    assert folder_text(desk, "hours.toml").count("[[closures]]") == 2


@pytest.mark.parametrize(
    ("subject", "typed", "entry"),
    [
        ("people", {"name": "Asha Ali", "role": "pupil", "takes_calls": "yes"}, "asha-ali"),
        ("messages", {"name": "A will", "asked_as": "a will\r\na testament"}, "a-will"),
        (
            "facts",
            {
                "title": "Weddings",
                "answer": "Yes, on Fridays.",
                "asked_as": "marry us\r\na wedding",
            },
            "weddings",
        ),
    ],
)
def test_who_and_what_is_new_has_a_page_and_can_be_taken_out(
    desk: Desk, subject: str, typed: dict[str, str], entry: str
) -> None:
    before = {one.name: one.read_text("utf-8") for one in desk.office_folder.glob("*.*")}
    path = f"{OURS}/{subject}?new"
    sent = {**form_on(desk, path, r"[^\"]*\?new"), **typed}
    wrong = {name: value for name, value in sent.items() if name not in {"role", "asked_as"}}
    assert send(desk, path, **wrong, step="save")[0] == 422
    status, text = send(desk, path, **sent, step="save")
    assert (status, "Saved as version 2" in text) == (200, True)
    page = f"{subject}/{entry}"
    assert form_on(desk, f"{OURS}/{page}").items() >= typed.items()
    status, text = save(desk, page, out="yes")
    assert (status, "Saved as version 3" in text) == (200, True)
    assert desk.browser.get(f"{OURS}/{page}").status_code == 404
    after = {one.name: one.read_text("utf-8") for one in desk.office_folder.glob("*.*")}
    assert after == before


def test_the_later_of_two_is_shown_the_difference_and_loses_nothing(desk: Desk) -> None:
    path = f"{OURS}/hours"
    ours = {**form_on(desk, path), "week.friday": "08:00-12:00", "week.monday": "07:00-12:00"}
    assert save(desk, "hours", **{"week.monday": "09:00-13:00", "week.sunday": "10:00-11:00"})[0]
    status, text = send(desk, path, **ours, step="save")
    assert status == 409
    assert "Somebody else was quicker" in text
    assert "Brian Otieno, on the desk" in text
    assert "<ins>09:00–13:00</ins>" in text
    assert 'name="week.friday" value="08:00-12:00"' in text
    assert 'name="week.sunday" value="10:00-11:00"' in text, "theirs stands"
    assert 'name="week.monday" value="07:00-12:00"' in text
    assert "Somebody else has made it: 09:00–13:00" in text
    assert len(versions(desk)) == 2
    assert "07:00" not in folder_text(desk, "hours.toml")


def test_who_changes_what_was_taken_out_meanwhile_is_told(desk: Desk) -> None:
    ours = {**form_on(desk, f"{OURS}/facts/parking"), "title": "Cars"}
    assert save(desk, "facts/parking", out="yes")[0] == 200
    status, text = send(desk, f"{OURS}/facts/parking", **ours, step="save")
    assert status == 409
    assert "What you were changing has been taken out" in text


def test_a_change_in_the_folder_overtakes_a_form_as_well(desk: Desk) -> None:
    ours = {**form_on(desk, f"{OURS}/calls"), "call_cap_minutes": "20"}
    path = desk.office_folder / "office.toml"
    path.write_text(path.read_text("utf-8").replace("record_calls = true", "record_calls = false"))
    status, text = send(desk, f"{OURS}/calls", **ours, step="save")
    assert status == 409
    assert 'name="call_cap_minutes" value="20"' in text
    assert "record_calls = false" in path.read_text("utf-8")


def test_a_version_is_brought_back_as_a_new_one(desk: Desk, text_of: OpenPage) -> None:
    save(desk, "hours", **{"week.saturday": ""})
    before = folder_text(desk, "hours.toml")
    save(desk, "hours", **{"week.friday": "08:00-12:00"})
    text = text_of(f"{OURS}/history")
    assert text.index("Version 3") < text.index("Version 2") < text.index("Version 1")
    assert "Brian Otieno, on the desk" in text
    page = f"{OURS}/history/2"
    assert "<del>09:00–13:00</del>" in text_of(page), "what it changed"
    assert "<ins>08:00–13:00, 14:00–17:00</ins>" in text_of(page), "what would change"
    sent = form_on(desk, page, f"{page}/bring-back")
    status, text = send(desk, f"{page}/bring-back", **sent)
    assert (status, "Saved as version 4" in text) == (200, True)
    assert folder_text(desk, "hours.toml") == before
    fourth, _, second, _ = versions(desk)
    assert fourth.files == second.files
    assert "The office is so now." in text_of(f"{OURS}/history/4")
    status, text = send(desk, f"{page}/bring-back", **sent)
    assert (status, "Somebody else was quicker" in text) == (409, True)
    assert len(versions(desk)) == 4
    assert ("brought_back_office", "law-office version 4") in desk.deeds()


def test_a_version_that_would_be_wrong_by_now_is_not_brought_back(desk: Desk) -> None:
    save(desk, "hours", **{"week.saturday": ""})
    (desk.office_folder / "froth.toml").write_text("x = 1\n")
    page = f"{OURS}/history/1"
    sent = form_on(desk, page, f"{page}/bring-back")
    status, text = send(desk, f"{page}/bring-back", **sent)
    assert status == 422
    assert "froth.toml: is not a file that is known here" in text
    assert "saturday" not in folder_text(desk, "hours.toml")


def test_what_the_folder_takes_back_of_the_desks_is_not_lost_in_silence(
    desk: Desk, text_of: OpenPage
) -> None:
    old = folder_text(desk, "hours.toml")
    save(desk, "hours", **{"week.saturday": "10:00-12:00"})
    assert "took back" not in text_of(OURS)
    (desk.office_folder / "hours.toml").write_text(old.replace("14:00-17:00", "14:00-16:00"))
    keep_folder(desk)
    text = text_of(OURS)
    assert "The folder took back what the desk had changed" in text
    assert "Opening hours · Saturday" in text
    assert "Opening hours · Monday" not in text, "what the desk had not touched is no loss"
    save(desk, "hours", **{"week.saturday": "10:00-12:00"})
    assert "took back" not in text_of(OURS)


def keep_folder(desk: Desk) -> None:
    """Keep what stands in the folder as a version, as who watches it does."""
    texts = read_texts(desk.office_folder, [])
    office = office_of_texts(texts, LAW_OFFICE)
    desk.portal.call(keep_version, desk.database, office, texts, ARRIVED, FOLDER)


def test_files_are_changed_as_texts(desk: Desk, text_of: OpenPage) -> None:
    path = f"{OURS}/files/facts.md"
    sent = form_on(desk, path)
    sent["text"] = sent["text"].replace("## Parking {#parking}", "## Cars {#parking}")
    status, text = send(desk, path, **sent, step="look")
    assert (status, "<ins>Cars</ins>" in text) == (200, True)
    assert "+## Cars {#parking}" in text, "and line by line"
    status, text = send(desk, path, **{**sent, "text": "## Cars\n\nYes."}, step="save")
    assert (status, "facts.md, line 1, cars: there is no" in text) == (422, True)
    status, text = send(desk, path, **sent, step="save")
    assert (status, "Saved as version 2" in text) == (200, True)
    assert "\r" not in folder_text(desk, "facts.md")
    assert "## Cars {#parking}" in folder_text(desk, "facts.md")
    status, text = send(desk, path, **sent, step="save")
    assert (status, "Somebody else was quicker" in text) == (409, True)
    assert desk.browser.get(f"{OURS}/files/..%2Fsecret").status_code == 404
    assert desk.browser.get(f"{OURS}/files/mapokezi.toml").status_code == 404


def test_a_wrong_folder_is_told_with_the_way_out(desk: Desk, text_of: OpenPage) -> None:
    save(desk, "hours", **{"week.saturday": ""})
    path = desk.office_folder / "hours.toml"
    path.write_text(path.read_text("utf-8") + "froth = \n")
    text = text_of(OURS)
    assert "Something is wrong with it" in text
    assert "hours.toml, line" in text
    assert f'href="{OURS}/history/2#back"' in text
    assert "cannot be read just now" in text_of(f"{OURS}/hours")
    assert "Closed today" not in text
    base = form_on(desk, f"{OURS}/greeting")["base"]
    assert "cannot be read" in send(desk, f"{OURS}/hours", base=base, step="save")[1]
    page = f"{OURS}/history/2"
    status, _ = send(desk, f"{page}/bring-back", **form_on(desk, page, f"{page}/bring-back"))
    assert status == 200
    assert "froth" not in path.read_text("utf-8")


@pytest.mark.parametrize(
    "path",
    ["/office/no", f"{OURS}/froth", f"{OURS}/people/no", f"{OURS}/history/9", f"{OURS}/hours/x"],
)
def test_what_is_not_there_is_none(desk: Desk, path: str) -> None:
    assert desk.browser.get(path).status_code == 404


def test_forms_of_other_sites_and_endless_ones_are_turned_away(desk: Desk) -> None:
    assert desk.send(f"{OURS}/hours", origin="https://elsewhere.example") == 403
    assert send(desk, f"{OURS}/hours", say="x" * 600_000)[0] == 413
    assert send(desk, f"{OURS}/hours", step="save", **{"week.monday": ""})[0] == 409, "no base"
    assert versions(desk) == ()
