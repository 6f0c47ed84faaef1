"""What one application is worth: whole numbers of the finest unit that any amount of the problem has."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from attrs import Factory, define, field

from servicecore.kernel.currencies import currency_digits
from servicecore.kernel.rounding import EXACT, Rounding, RoundingMode
from servicecore.pricing.best_price.cuts import AmountCut, Cut, PercentCut, PriceCut
from servicecore.pricing.best_price.offers import BuyGet, EachUnit, UnitOffer
from servicecore.pricing.best_price.problem import BestPriceProblem, DiscountRounding

_ALL: Final = Decimal(100)
_UP: Final = (RoundingMode.UP, RoundingMode.CEILING)
_DOWN: Final = (RoundingMode.DOWN, RoundingMode.FLOOR)


def _decimals(amount: Decimal) -> int:
    exponent = amount.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _amounts(problem: BestPriceProblem) -> Iterable[Decimal]:
    for line in problem.lines:
        yield line.unit_price
    for offer in problem.offers:
        cut = getattr(offer, "cut", None)
        if isinstance(cut, AmountCut):
            yield cut.amount
        elif isinstance(cut, PriceCut):
            yield cut.price
        if offer.cap is not None:
            yield offer.cap
    if problem.rounding.step is not None:
        yield problem.rounding.step


@define(eq=False)
class Valuation:
    """Values applications of offers in units of ``10 ** -digits`` of the currency.

    Attributes:
        currency: ISO code.
        digits: decimals of the unit that it counts in.
        rounding: how an amount becomes money.
        rounded_at: where.

    """

    currency: str
    digits: int
    rounding: Rounding
    rounded_at: DiscountRounding
    _known: dict[tuple[Cut, int], int] = field(init=False, default=Factory(dict))

    @classmethod
    def of(cls, problem: BestPriceProblem) -> Valuation:
        """Return the valuation that loses no decimal of ``problem``."""
        digits = max((_decimals(each) for each in _amounts(problem)), default=0)
        digits = max(digits, problem.rounding.digits or 0, currency_digits(problem.currency))
        return cls(problem.currency, digits, problem.rounding, problem.rounded_at)

    def units(self, amount: Decimal) -> int:
        """Return ``amount`` (major units) as a number of units."""
        return int(amount.scaleb(self.digits, EXACT))

    def amount(self, units: int) -> Decimal:
        """Return ``units`` in major units of the currency."""
        return Decimal(units).scaleb(-self.digits, EXACT)

    def rounded(self, units: Decimal) -> int:
        """Return the exact number ``units`` after the rounding of the problem."""
        return self.units(self.rounding.apply(units.scaleb(-self.digits, EXACT), self.currency))

    @property
    def step(self) -> int:
        """Return the step that amounts are rounded to, in units."""
        if self.rounding.step is not None:
            return self.units(self.rounding.step)
        kept = currency_digits(self.currency) if self.rounding.digits is None else self.rounding.digits
        return int(10 ** (self.digits - kept))

    def exact_cut(self, cut: Cut, price: int) -> Decimal:
        """Return what ``cut`` takes off one unit or set of ``price`` units, before rounding, from 0 to the price."""
        if isinstance(cut, PercentCut):
            return EXACT.multiply(Decimal(price), cut.percent).scaleb(-2, EXACT)
        if isinstance(cut, AmountCut):
            return Decimal(min(self.units(cut.amount), price))
        return Decimal(max(0, price - self.units(cut.price)))

    def cut(self, cut: Cut, price: int) -> int:
        """Return what ``cut`` takes off, rounded, at most the price."""
        key = (cut, price)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = min(self.rounded(self.exact_cut(cut, price)), price)
        return known

    def worth(self, offer: UnitOffer, parts: Iterable[tuple[int, int, int]]) -> int:
        """Return what one application of ``offer`` takes off.

        Args:
            offer: the offer.
            parts: (role, price of a unit, number of units) of what it uses; the role 1 of a ``BuyGet`` is what is got.

        """
        cut: Cut = offer.cut  # type: ignore[attr-defined]  # every kind of offer on units has one
        if isinstance(offer, EachUnit):
            return sum(self.cut(cut, price) * count for _role, price, count in parts)
        priced = [(price, count) for role, price, count in parts if role == 1 or not isinstance(offer, BuyGet)]
        if isinstance(offer, BuyGet) or isinstance(cut, PercentCut):
            if self.rounded_at is DiscountRounding.UNIT:
                return sum(self.cut(cut, price) * count for price, count in priced)
            exact = Decimal(0)
            for price, count in priced:
                exact = EXACT.add(exact, EXACT.multiply(self.exact_cut(cut, price), Decimal(count)))
            return min(self.rounded(exact), sum(price * count for price, count in priced))
        return self.cut(cut, sum(price * count for price, count in priced))

    def rounding_gain(self, residue: int, one: int) -> int:
        """Return the most that rounding can add to a sum of multiples of ``residue``, where ``one`` is one step."""
        if residue >= one or self.rounding.mode in _DOWN:
            return 0
        if self.rounding.mode in _UP:
            return one - residue
        first = -(-one // (2 * residue)) * residue
        return max(0, one - first)
