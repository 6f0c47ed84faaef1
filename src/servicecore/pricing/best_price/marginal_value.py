"""Marginal value: what an offer gains from the units that it shares with others, which ranks it (CC 7.4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Final

from attrs import field, frozen

from servicecore.kernel.money import CURRENCY_MISMATCH, Money
from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.best_price.compact import CompactProblem, StageLine, compact
from servicecore.pricing.best_price.filling import Filling
from servicecore.pricing.best_price.problem import BestPriceProblem
from servicecore.pricing.best_price.valuation import Valuation

_FINEST: Final = Decimal(1).scaleb(-20)


def _at_least_one(_self: object, _attribute: object, value: int) -> None:
    if type(value) is not int or value < 1:
        raise NOT_ACCEPTED.error("shared_units", value=repr(value), accepted="a whole number of units, 1 or more")


@frozen
class MarginalValue:
    """What an offer gains from the units that others want too.

    Attributes:
        offer: its id.
        total: what it takes off, if it gets all units that it can use.
        without_shared: what it takes off without those that another offer can use; same currency.
        shared_units: how many those are, 1 or more.

    """

    offer: str
    total: Money
    without_shared: Money = field()
    shared_units: int = field(validator=_at_least_one)

    @without_shared.validator
    def _check_currency(self, _attribute: object, value: Money) -> None:
        if value.currency != self.total.currency:
            raise CURRENCY_MISMATCH.error("without_shared", value=value, other=self.total.currency)

    @property
    def value(self) -> Money:
        """Return what it gains for each shared unit on average, to 20 decimals."""
        gain = EXACT.divide((self.total - self.without_shared).amount, Decimal(self.shared_units))
        kept = gain.quantize(_FINEST, context=EXACT)
        return Money(gain if gain == kept else kept, self.total.currency)


def rank_by_marginal_value(values: Iterable[MarginalValue]) -> tuple[MarginalValue, ...]:
    """Return ``values`` as offers are applied by them: the highest first, of equal ones the lower id."""
    return tuple(sorted(values, key=lambda each: (each.value.amount.copy_negate(), each.offer)))


def marginal_values(problem: BestPriceProblem) -> tuple[MarginalValue, ...]:
    """Return the marginal values of the offers that share units with others, ranked.

    It explains a ranking; `find_best_price` weighs whole combinations and uses the ranking past its budget only. What
    each offer takes off alone is found by filling the cart with it, the dearest application first.
    """
    valuation = Valuation.of(problem)
    lines = [StageLine(line.id, valuation.units(line.unit_price), line.quantity) for line in problem.lines]
    whole = compact(lines, problem.offers, valuation)

    def money(scaled: int) -> Money:
        return Money(valuation.amount(scaled // whole.scale), problem.currency)

    return rank_by_marginal_value(
        MarginalValue(whole.offers[number].offer.id, money(total), money(without), shared)
        for number, total, without, shared in _measured(whole)
        if shared
    )


def by_marginal_value(problem: CompactProblem) -> Filling:
    """Return the cart filled with the offers one after the other, compared once; those that share nothing come last."""
    ranked = sorted(
        _measured(problem),
        key=lambda row: (-Fraction(row[1] - row[2], row[3]) if row[3] else 1, problem.offers[row[0]].offer.id),
    )
    filling = Filling(problem)
    for number, _total, _without, _shared in ranked:
        filling.fill([number])
    return filling


def _measured(problem: CompactProblem) -> list[tuple[int, int, int, int]]:
    """Return by offer its total, its total without shared units, and how many units it shares."""
    wanted = Counter([line for each in problem.offers for line in set(each.lines)])
    alone = [0 if wanted[place] > 1 else line.quantity for place, line in enumerate(problem.lines)]
    rows = []
    for number, each in enumerate(problem.offers):
        full, rest = Filling(problem), Filling(problem, list(alone))
        full.fill([number])
        rest.fill([number])
        shared = sum(problem.lines[line].quantity for line in set(each.lines) if wanted[line] > 1)
        rows.append((number, full.total, rest.total, shared))
    return rows
