"""``[retention]`` of an office's ``office.toml``: for how many days each kind is kept."""

from __future__ import annotations

from mapokezi.records.retention import LONGEST_DAYS, SHORTEST_DAYS, KeptFor, Kind
from mapokezi.stores.office_toml import TomlTable


def read_retention(table: TomlTable) -> KeptFor:
    """Read the table; what is missing is kept as long as the product's notice says."""
    usual = KeptFor()
    days = {
        kind: table.whole_number(
            f"{kind.value}_days", usual.days(kind), SHORTEST_DAYS, LONGEST_DAYS
        )
        for kind in Kind
    }
    for kind in (Kind.RECORDING, Kind.TRANSCRIPT):
        if days[kind] > days[Kind.CALL]:
            what = f"is longer than the call itself is kept ({days[Kind.CALL]} days)"
            key = f"{kind.value}_days"
            mend = "Write fewer days, or set call_days to as many"
            table.wrong(key if key in table.values else "call_days", what, mend)
    table.finish()
    return KeptFor(**{f"{kind.value}_days": count for kind, count in days.items()})
