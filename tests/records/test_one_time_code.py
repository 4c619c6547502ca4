"""Codes: proven by their proof alone, and kept out of what is written down."""

from __future__ import annotations

import pytest

from mapokezi.records.one_time_code import DIGITS, is_proven, proof_of, without_codes

PROOF = proof_of("048213", "0a1b2c3d4e5f6071")


def test_the_code_proves_itself_and_nothing_else_does() -> None:
    assert is_proven("048213", PROOF)
    for wrong in ("048214", "48213", "", "0482130", " 048213"):
        assert not is_proven(wrong, PROOF)
    assert "048213" not in PROOF
    assert proof_of("048213", "ffff") != PROOF, "two telephones with one code look different"


@pytest.mark.parametrize("proof", ["", "ok", "HTTP 204", "code-proof:", "code-proof:00:", "a:b:c"])
def test_a_receipt_of_another_kind_proves_nothing(proof: str) -> None:
    assert not is_proven("048213", proof)
    assert not is_proven("", proof)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("It is 048213.", "It is [secret code]."),
        ("zero four eight two one three", "[secret code]"),
        ("sifuri nne nane, mbili moja tatu", "[secret code]"),
        ("It says 048 and then 213, thanks.", "It says [secret code], thanks."),
        ("048 2", "[secret code]"),
        ("My number is 0722 123 456.", "My number is 0722 123 456."),
        ("I came on the 3rd with two children.", "I came on the 3rd with two children."),
    ],
)
def test_what_may_be_a_code_is_kept_out_of_the_record(said: str, kept: str) -> None:
    assert without_codes(said) == kept


def test_six_digits_are_what_callers_are_told_of() -> None:
    assert DIGITS == 6
