"""Entries of the audit trail."""

from __future__ import annotations

from datetime import datetime

import pytest

from mapokezi.records.audit import AuditEntry, Deed, caller_tag
from mapokezi.units import E164


def test_a_tag_names_a_caller_to_who_knows_number_and_secret_alone() -> None:
    one = caller_tag(E164("+254722000100"), b"secret")
    assert one == caller_tag(E164("+254722000100"), b"secret")
    assert one != caller_tag(E164("+254722000101"), b"secret")
    assert one != caller_tag(E164("+254722000100"), b"another")
    assert len(one) == len("caller ") + 16


def test_an_entry_has_its_instant_in_utc() -> None:
    with pytest.raises(ValueError, match="UTC"):
        AuditEntry("a", datetime(2026, 1, 1), "command jane", Deed.LISTENED)  # noqa: DTZ001
