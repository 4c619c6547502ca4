"""What a caller's ear makes of what is read back, with words as the recogniser writes them."""

from __future__ import annotations

import pytest

from mapokezi.emulator.caller_checks import (
    digits_in,
    name_was_read,
    number_was_read,
    spelled_in,
    spoken_digits,
)


def test_digits_are_said_one_by_one() -> None:
    assert spoken_digits("0725") == "zero, seven, two, five."
    assert digits_in(spoken_digits("0123456789")) == "0123456789"


class TestNumbers:
    @pytest.mark.parametrize(
        ("words", "digits"),
        [
            ("0722-345-678", "0722345678"),
            ("Zero seven double two, three four five", "0722345"),
            ("oh seven triple five", "07555"),
            ("I have 0722, 345, six seven eight. Is that right?", "0722345678"),
            ("double nine, double oh", "9900"),
            ("no digits at all", ""),
        ],
    )
    def test_digits_are_read_in_all_forms(self, words: str, digits: str) -> None:
        assert digits_in(words) == digits

    def test_a_number_counts_by_its_last_nine_digits(self) -> None:
        assert number_was_read("plus 254 722 345 678, right?", "+254722345678")
        assert number_was_read("0722-345-678.", "+254722345678")
        assert not number_was_read("0722-345-679.", "+254722345678")
        assert not number_was_read("0722-345-67.", "+254722345678")


class TestNames:
    @pytest.mark.parametrize(
        ("heard", "name"),
        [  # what moonshine wrote for these names, spoken by hibari over the line
            ("I have Mary Waremoe. Is that right?", "Mary Wairimu"),
            ("I have James Kareyuki. Is that right?", "James Kariuki"),
            ("I have grace a cane. Is that right?", "Grace Akinyi"),
            ("I have Joseph Mutezo. Is that right?", "Joseph Mutiso"),
            ("I have Kevin Ottjing. Is that right?", "Kevin Ochieng"),
            ("I have Dennis Wecca, sir. Is that right?", "Dennis Wekesa"),
            ("I have Lucy and I am Bira. Is that right?", "Lucy Nyambura"),
            ("I have Moses Kiplegat. Is that right?", "Moses Kiplagat"),
        ],
    )
    def test_a_name_is_known_by_its_sound(self, heard: str, name: str) -> None:
        assert name_was_read(heard, name)
        others = ["Mary Wairimu", "Grace Akinyi", "Lucy Nyambura", "Dennis Wekesa"]
        assert not any(name_was_read(heard, other) for other in others if other != name)

    def test_one_wrong_part_is_a_wrong_name(self) -> None:
        assert not name_was_read("I have James Abbey. Is that right?", "James Kariuki")
        assert not name_was_read("I have Mary Mutezo. Is that right?", "Mary Wairimu")

    def test_spelled_letters_count_exactly(self) -> None:
        spelled = "Let me spell that. M-a-r-y-w-a-i-r-i-m-u-a-set right."
        assert spelled_in(spelled).startswith("marywairimu")
        assert name_was_read(spelled, "Mary Wairimu")
        assert name_was_read("W, A, I, R, I, M, U. Is that right?", "Mary Wairimu")
        assert not name_was_read("M-a-r-y-w-a-r-r-i-m-u is that right.", "Mary Wairimu")

    def test_words_of_one_letter_are_no_spelling(self) -> None:
        assert spelled_in("I have a message.") == ""


class TestNamesKnownByTheirSound:
    HEARD_AS = ("ammonity Abdi", "Amina Abdi")

    def test_the_name_as_it_is_heard_is_right_and_another_like_it_is_not(self) -> None:
        for right in ("Ammonity, Abdi. Is that right?", "I have Amina Abdi. Is that right?"):
            assert name_was_read(right, "Amina Abdi", self.HEARD_AS)
        assert not name_was_read("Anna Abdi. Is that right?", "Amina Abdi", self.HEARD_AS)

    def test_a_spelled_last_name_leaves_the_first_to_the_ear(self) -> None:
        spelled = "spelled W-E-K-E-S-A. Is that right?"
        heard_as = ("Dennis Wecca sir",)
        assert name_was_read(f"I have Dennis Wecca, {spelled}", "Dennis Wekesa", heard_as)
        other = "I have Chapman, spelled C-H-E-P-N-G-E-T-I-C-H-W-E-K-E-S-A is that right."
        assert not name_was_read(other, "Dennis Wekesa", heard_as)
