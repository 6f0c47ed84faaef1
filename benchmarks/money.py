"""Money addition and rounding against a bare slots class that does the same, and against py-moneyed.

Run it as a program; it prints one line a case with nanoseconds and the ratio to the bare class, all of one run.
The target: within 2 times the bare class, and ahead of py-moneyed.
"""

from __future__ import annotations

import timeit
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from servicecore.kernel.money import Money

PEER: Callable[[Decimal, str], Any] | None = import_module("moneyed").Money if find_spec("moneyed") else None

CALLS = 100_000
REPEATS = 9
TARGET = 2.0


class Bare:
    """The floor: two slots, one currency check, one Decimal operation, nothing frozen, nothing validated."""

    __slots__ = ("amount", "currency")

    def __init__(self, amount: Decimal, currency: str) -> None:
        self.amount = amount
        self.currency = currency

    def __add__(self, other: Bare) -> Bare:
        if self.currency != other.currency:
            raise ValueError(other.currency)
        return Bare(self.amount + other.amount, self.currency)

    def round(self) -> Bare:
        return Bare(self.amount.quantize(UNITS[self.currency], ROUND_HALF_UP), self.currency)


UNITS = {"EUR": Decimal("0.01"), "JPY": Decimal(1)}
LEFT, RIGHT = Decimal("12.345"), Decimal("7.10")


def nanoseconds(statement: str, make: Callable[[Decimal, str], Any]) -> float:
    """Return the best time of one call: the least disturbed of the repeats."""
    names: Mapping[str, Any] = {"a": make(LEFT, "EUR"), "b": make(RIGHT, "EUR")}
    return min(timeit.repeat(statement, globals=dict(names), number=CALLS, repeat=REPEATS)) / CALLS * 1e9


def measure() -> dict[str, dict[str, float]]:
    """Return, for each case, the nanoseconds of each contender; the bare class comes first."""
    cases: dict[str, tuple[tuple[str, Callable[[Decimal, str], Any] | None, str], ...]] = {
        "add": (("bare", Bare, "a + b"), ("servicecore", Money, "a + b"), ("py-moneyed", PEER, "a + b")),
        "round": (
            ("bare", Bare, "a.round()"),
            ("servicecore", Money, "a.round()"),
            ("py-moneyed", PEER, "a.round(2)"),
        ),
    }
    return {
        case: {name: nanoseconds(statement, make) for name, make, statement in contenders if make is not None}
        for case, contenders in cases.items()
    }


def main() -> None:
    """Print one line a case and contender, then whether the target is met."""
    for case, times in measure().items():
        floor, ours = times["bare"], times["servicecore"]
        for name, time in times.items():
            print(f"money.{case:<6} {name:<12} {time:8.0f} ns  {time / floor:5.2f} x the bare class")
        ahead = all(ours < time for name, time in times.items() if name not in {"bare", "servicecore"})
        met = ours <= TARGET * floor and ahead
        peers = "and ahead of py-moneyed" if "py-moneyed" in times else "py-moneyed is not installed"
        print(f"money.{case:<6} target {'met' if met else 'MISSED'}: within {TARGET:.0f} x {peers}")


if __name__ == "__main__":
    main()
