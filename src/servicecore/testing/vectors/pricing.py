"""The kinds of pricing vectors that servicecore runs: how an amount is split over lines."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from servicecore.kernel.allocation import ZeroWeights, allocate
from servicecore.kernel.money import Money
from servicecore.kernel.rounding import EXACT, RoundingMode
from servicecore.testing.vectors.pricing_settings import REMAINDERS
from servicecore.testing.vectors.pricing_shapes import refuse_unread
from servicecore.testing.vectors.shapes import refuse_unasked, word_of
from servicecore.testing.vectors.verdict import Mismatch, VectorCheck, compare

_UNITS: Final = MappingProxyType({"minor": True, "major": False})
_ZERO_WEIGHTS: Final = MappingProxyType({None: ZeroWeights.NONE, "equal split": ZeroWeights.EQUAL})
_IS_PERCENT: Final = MappingProxyType({"percent": True, "amount": False})
_CURRENCY: Final = "EUR"
_PERCENT: Final = Decimal("0.01")


def check_allocation(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare the shares of an amount or benefit; a benefit never takes more off a line than its price."""
    given, semantics = vector["input"], vector["semantics"]
    refuse_unread("allocation", given)
    refuse_unasked(vector["expected"], "shares")
    currency = given.get("currency", _CURRENCY)
    in_minor = word_of(_UNITS, given["unit"], "unit")
    weights = [Decimal(weight) for weight in given["weights"]]
    rounding = RoundingMode(semantics.get("rounding", {}).get("mode", "half_up"))

    def money(figure: Decimal) -> Money:
        return Money.from_minor(int(figure), currency) if in_minor else Money(figure, currency)

    caps = None
    if "floors" in given:
        floors = (Decimal(floor) for floor in given["floors"])
        caps = [money(weight - floor) for weight, floor in zip(weights, floors, strict=True)]
    elif "benefit" in given:
        caps = [money(weight) for weight in weights]
    split = allocate(
        _amount(given, weights, money),
        weights,
        caps=caps,
        remainder=word_of(
            REMAINDERS, semantics.get("method") or semantics.get("remainder", "largest_remainder"), "method"
        ),
        zero_weights=word_of(_ZERO_WEIGHTS, semantics.get("zero_weights"), "zero_weights"),
        share_mode=rounding,
    )
    got = [Decimal(share.to_minor()) if in_minor else share.amount for share in split.shares]
    return compare("shares", [Decimal(share) for share in vector["expected"]["shares"]], got)


def _amount(given: Mapping[str, Any], weights: list[Decimal], money: Any) -> Money:
    if "amount" in given:
        amount: Money = money(Decimal(given["amount"]))
        return amount
    value = Decimal(given["benefit"]["value"])
    if word_of(_IS_PERCENT, given["benefit"]["type"], "benefit"):
        value = EXACT.multiply(sum(weights), EXACT.multiply(value, _PERCENT))
    rounded: Money = money(value).round()
    return rounded


KINDS: Final[Mapping[str, VectorCheck]] = MappingProxyType({"allocation": check_allocation})
"""Vector kind to its check."""
