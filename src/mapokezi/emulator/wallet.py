"""The prepaid wallet: what is charged to it, and what it can still pay."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mapokezi.emulator.behaviour import Behaviour
from mapokezi.emulator.billing import CURRENCY
from mapokezi.emulator.call_detail import WORKSPACE
from mapokezi.emulator.mode_values.account import WalletMode


class Wallet:
    """Integer minor units; it may go below zero, for calls that are up are not cut off."""

    def __init__(self, balance_minor: int, low_minor: int) -> None:
        self.balance_minor, self.low_minor = balance_minor, low_minor
        self.on_event: Callable[[str, dict[str, Any]], None] = lambda _kind, _data: None
        """Told of ``wallet.low_balance`` and ``wallet.top_up``."""

    def seen(self, modes: Behaviour) -> int:
        """The balance, as a mode has it."""
        match modes.wallet:
            case WalletMode.EMPTY:
                return 0
            case WalletMode.LOW:
                return max(1, self.low_minor // 2)
        return self.balance_minor

    def affords(self, minor: int, modes: Behaviour) -> bool:
        """Whether something of this price can be begun; nothing can with an empty wallet."""
        balance = self.seen(modes)
        return balance > 0 and balance >= minor

    def charge(self, minor: int) -> None:
        """Take money; crossing the threshold is told once."""
        was_low = self.balance_minor < self.low_minor
        self.balance_minor -= minor
        if minor and not was_low and self.balance_minor < self.low_minor:
            self.on_event("wallet.low_balance", self._data())

    def top_up(self, minor: int) -> None:
        """Put money in."""
        self.balance_minor += minor
        self.on_event("wallet.top_up", {**self._data(), "amount_minor": minor})

    def set(self, balance_minor: int) -> None:
        """Hold exactly this; crossing the threshold is told."""
        self.charge(self.balance_minor - balance_minor)

    def as_row(self, modes: Behaviour) -> dict[str, Any]:
        """The answer of ``GET /v1/wallet``."""
        balance = self.seen(modes)
        status = "empty" if balance <= 0 else "low" if balance < self.low_minor else "ok"
        return {**self._data(), "balance_minor": balance, "status": status}

    def _data(self) -> dict[str, Any]:
        return {
            "workspace_id": WORKSPACE,
            "balance_minor": self.balance_minor,
            "currency": CURRENCY,
            "low_balance_threshold_minor": self.low_minor,
        }
