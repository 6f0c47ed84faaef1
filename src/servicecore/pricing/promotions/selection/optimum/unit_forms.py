"""Unit forms: what a benefit is in a best-price problem, where it has an exact form by units."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from attrs import Factory, define, evolve, field, frozen

from servicecore.kernel.rounding import EXACT
from servicecore.pricing.best_price import (
    AmountCut,
    Bundle,
    BuyGet,
    Cut,
    DistinctSet,
    EachUnit,
    PercentCut,
    PriceCut,
    Reach,
    UnitOffer,
)
from servicecore.pricing.promotions import benefits
from servicecore.pricing.promotions.basket import BasketLine
from servicecore.pricing.promotions.bench import View
from servicecore.pricing.promotions.conditions import Counted, QuantityBetween
from servicecore.pricing.promotions.offer import Exclusivity
from servicecore.pricing.promotions.selection.optimum.stock import Batch

_HUNDRED: Final = Decimal(100)
_ONE: Final = Decimal(1)


@frozen(eq=False)
class UnitForm:
    """A benefit, or a part of one, as an offer of a best-price problem.

    Attributes:
        offer: of the problem.
        together: how many of its applications are one application of the benefit; None is any number.

    """

    offer: UnitOffer
    together: int | None = None

    def times(self, applied: int) -> int:
        """Return how often the benefit was applied, where its form was ``applied`` times."""
        return 1 if self.together is None else -(-applied // self.together)


@define(eq=False)
class UnitTerms:
    """What a benefit needs to state its unit form, and the forms stated so far.

    Attributes:
        view: the bench as the offer sees it.
        lines: the lines that the benefit may touch, with the units that the offer may use.
        bought: ids of units that count as bought, where the benefit asks for that.
        limit: how often the offer may be applied to the cart; None is as often as units suffice.
        cap: the most that it may take off the cart; None is no cap.
        digits: decimals that a discount is rounded to.
        forms: what was stated.

    """

    view: View
    lines: list[tuple[BasketLine, list[Batch]]]
    bought: list[str]
    limit: int | None
    cap: Decimal | None
    digits: int
    forms: list[UnitForm] = field(init=False, default=Factory(list))

    @property
    def ids(self) -> list[str]:
        """Return the ids of all units, remnants of weights included."""
        return [batch.id for _line, batches in self.lines for batch in batches]

    @property
    def batches(self) -> list[Batch]:
        """Return all units."""
        return [batch for _line, batches in self.lines for batch in batches]

    @property
    def counted(self) -> list[str]:
        """Return the ids of units that can be counted."""
        return [batch.id for batch in self.batches if batch.is_counted]

    @property
    def is_counted(self) -> bool:
        """Return whether all units can be counted, but for what weights leave over."""
        return all(batch.size <= _ONE for batch in self.batches)

    def common(self, limit: int | None, cap: Decimal | None = None) -> dict[str, Any]:
        """Return what every form of the offer has."""
        offer = self.view.offer
        caps = [each for each in (cap, self.cap) if each is not None]
        return {
            "id": f"{offer.id}#{len(self.forms)}",
            "max_applications": limit,
            "cap": min(caps, default=None),
            "reach": Reach.LINE if offer.exclusive is Exclusivity.LINE else Reach.UNIT,
        }

    def each(self, ids: list[str], cut: Cut, limit: int | None = None, cap: Decimal | None = None) -> None:
        """State ``cut`` off single units."""
        if ids:
            self.forms.append(UnitForm(EachUnit(lines=ids, cut=cut, **self.common(limit, cap))))

    def amount_each(self, amount: Decimal, limit: int | None = None) -> bool:
        """State ``amount`` off single units; what is not counted gets its part of it."""
        if -int(amount.normalize(EXACT).as_tuple().exponent) > self.digits:
            return False
        self.each(self.counted, AmountCut(amount), limit)
        for batch in self.batches:
            if not batch.is_counted:
                self.each([batch.id], AmountCut(EXACT.multiply(amount, batch.size)), limit)
        return True

    def whole_lines(self, cut: Cut) -> bool:
        """State ``cut`` off each line, all of whose units take part."""
        for _line, batches in self.lines:
            size = sum(batch.units for batch in batches)
            if size:
                ids = [batch.id for batch in batches]
                self.forms.append(UnitForm(Bundle(lines=ids, size=size, cut=cut, **self.common(1))))
        return True

    def sets(self, size: int, cut: Cut, *, distinct: bool = False, at_once: bool = False) -> bool:
        """State ``cut`` off sets of ``size`` units, as often as the offer's limit says or ``at_once``.

        Different units have to come from lines of one price each.
        """
        if not self.is_counted or (distinct and any(len(batches) > 1 for _line, batches in self.lines)):
            return False
        if self.counted:
            kind = DistinctSet if distinct else Bundle
            common = self.common(None if at_once else self.limit)
            self.forms.append(UnitForm(kind(lines=self.counted, size=size, cut=cut, **common), None if at_once else 1))
        return True


def state_forms(terms: UnitTerms, benefit: benefits.AnyBenefit) -> bool:
    """State the forms of ``benefit`` in ``terms``; return whether it has an exact one.

    Percentages and amounts of units, sets and bundles at a percentage or price, buy and get, cheapest free, tiers
    and full groups have. What is one amount over several lines, or depends on more than the units used, has not; no
    benefit has where a line may not go below a price of its own.
    """
    if terms.view.settings.heed_lowest_price and any(line.lowest_unit_price for line, _batches in terms.lines):
        return False
    stated = _FORMS.get(type(benefit))
    return stated is not None and bool(stated(benefit, terms))


def _percent(benefit: benefits.PercentOff, terms: UnitTerms) -> bool:
    if not benefit.percent:
        return True
    cut, units, each_line = PercentCut(benefit.percent), benefit.caps.units, benefit.caps.units_per_line
    cap = None if benefit.cap_amount is None else benefit.cap_amount.amount
    if units is None and each_line is None:
        terms.each(terms.ids, cut, cap=cap)
        return True
    if not _is_whole(units, each_line) or len(terms.counted) < len(terms.batches) or _names_first(benefit):
        return False
    if each_line is None:
        terms.each(terms.ids, cut, int(units or 0), cap)
        return True
    for _line, batches in terms.lines:
        terms.each([batch.id for batch in batches], cut, int(each_line))
    return units is None and cap is None


def _names_first(benefit: benefits.PercentOff | benefits.AmountOff) -> bool:
    """Return whether it says which units take part first: not those that are best for the customer."""
    return benefit.caps.units is not None and benefit.caps.first is not None


def _amount(benefit: benefits.AmountOff, terms: UnitTerms) -> bool:
    amount = benefit.amount.amount
    if not amount:
        return True
    units, each_line = benefit.caps.units, benefit.caps.units_per_line
    if benefit.meant_for is benefits.Spread.ACROSS or each_line is not None or _names_first(benefit):
        return False
    if benefit.meant_for is benefits.Spread.EACH_LINE:
        return units is None and terms.whole_lines(AmountCut(amount))
    if units is None:
        return terms.amount_each(amount)
    return _is_whole(units) and len(terms.counted) == len(terms.batches) and terms.amount_each(amount, int(units))


def _set_price(benefit: benefits.SetPrice, terms: UnitTerms) -> bool:
    cut, size = PriceCut(benefit.price.amount), benefit.units
    if benefit.meant_for is benefits.Spread.EACH_UNIT:
        terms.each(terms.counted, cut)
        return len(terms.counted) == len(terms.batches)
    if benefit.meant_for is benefits.Spread.EACH_LINE:
        return terms.whole_lines(cut)
    if size is None or not size or not _is_whole(size):
        return False
    distinct = benefit.one_per_line
    there = sum(min(batch.units, 1) if distinct else batch.units for batch in terms.batches if batch.is_counted)
    if there < size:  # a set that is not complete has its price all the same
        return False
    return terms.sets(int(size), cut, distinct=distinct)


def _factor(benefit: benefits.UnitPriceFactor, terms: UnitTerms) -> bool:
    if benefit.factor < _ONE:
        terms.each(terms.ids, PercentCut(EXACT.multiply(EXACT.subtract(_ONE, benefit.factor), _HUNDRED)))
    return True


def _bundle(benefit: benefits.Bundle, terms: UnitTerms) -> bool:
    cut: Cut
    if benefit.price is not None:
        cut = PriceCut(benefit.price.amount)
    elif benefit.amount:
        cut = AmountCut(benefit.amount.amount)
    elif benefit.percent:
        cut = PercentCut(benefit.percent)
    else:
        return True
    return terms.sets(benefit.size, cut, distinct=benefit.distinct)


def _buy_get(benefit: benefits.BuyGet, terms: UnitTerms) -> bool:
    whole = _is_whole(benefit.buy, benefit.get) and terms.is_counted
    if not whole or benefit.amount is not None or benefit.price is not None:
        return False
    most = None if benefit.repeat is None or terms.limit is None else benefit.repeat * terms.limit
    if benefit.percent and terms.bought and terms.counted:
        form = BuyGet(
            buy_lines=terms.bought,
            buy_quantity=int(benefit.buy),
            get_lines=terms.counted,
            get_quantity=int(benefit.get),
            cut=PercentCut(benefit.percent),
            dearer=not set(terms.bought) & set(terms.counted),
            **terms.common(most),
        )
        terms.forms.append(UnitForm(form, benefit.repeat))
    return True


def _cheapest_free(benefit: benefits.CheapestFree, terms: UnitTerms) -> bool:
    needed = _units_needed(terms, benefit)
    if needed is None or benefit.once_per_line or not terms.is_counted or needed < benefit.count:
        return False
    free = PercentCut(_HUNDRED)
    if needed == benefit.count:
        return terms.sets(benefit.count, free)
    if terms.counted:
        form = BuyGet(
            buy_lines=terms.counted,
            buy_quantity=needed - benefit.count,
            get_lines=terms.counted,
            get_quantity=benefit.count,
            cut=free,
            **terms.common(terms.limit),
        )
        terms.forms.append(UnitForm(form, 1))
    return True


def _tiered(benefit: benefits.Tiered, terms: UnitTerms) -> bool:
    found: dict[Decimal, list[tuple[BasketLine, list[Batch]]]] = {}
    for line, batches in terms.lines:
        found.setdefault(benefit.value_for(terms.view, line), []).append((line, batches))
    for value, lines in found.items():
        if value <= 0:
            continue
        part = evolve(terms, lines=lines)
        part.forms = terms.forms
        if benefit.kind is benefits.TierValue.AMOUNT:
            part.whole_lines(AmountCut(value))
        else:
            part.each(part.ids, PercentCut(min(value, _HUNDRED)))
    return True


def _first_then(benefit: benefits.FirstThenAdditional, terms: UnitTerms) -> bool:
    first, further = benefit.first.amount, benefit.additional.amount
    is_exact = _is_whole(first.scaleb(terms.digits), further.scaleb(terms.digits))
    if further > first or not is_exact or len(terms.counted) < len(terms.batches):
        return False
    if any(batch.price < first for batch in terms.batches):  # the rest of the amount goes to the other units
        return False
    for _line, batches in terms.lines:
        ids = [batch.id for batch in batches]
        if first:
            terms.each(ids, AmountCut(first), 1)
        if further and benefit.max_units != 1:
            terms.each(ids, AmountCut(further), benefit.max_units - 1 if benefit.max_units else None)
    return True


def _full_groups(benefit: benefits.FullGroups, terms: UnitTerms) -> bool:
    if benefit.percent is None:
        return False
    return not benefit.percent or terms.sets(benefit.size, PercentCut(benefit.percent), at_once=True)


def _units_needed(terms: UnitTerms, benefit: benefits.CheapestFree) -> int | None:
    """Return how many units of its own lines the benefit's offer asks for; None where it asks otherwise."""
    offer = terms.view.offer
    if offer.skip_conditions or len(offer.conditions) != 1:
        return None
    condition = offer.conditions[0]
    if not isinstance(condition, QuantityBetween) or condition.counted is not Counted.TOGETHER:
        return None
    own = benefit.target or offer.target
    if condition.maximum is not None or (condition.target or offer.target) != own or not _is_whole(condition.minimum):
        return None
    if any(line.own_units != _ONE for line, _batches in terms.lines):
        return None
    return int(condition.minimum)


def _is_whole(*numbers: Decimal | None) -> bool:
    return all(number is None or number == number.to_integral_value() for number in numbers)


_FORMS: Final[Mapping[type, Callable[[Any, UnitTerms], bool]]] = MappingProxyType(
    {
        benefits.PercentOff: _percent,
        benefits.AmountOff: _amount,
        benefits.SetPrice: _set_price,
        benefits.UnitPriceFactor: _factor,
        benefits.Bundle: _bundle,
        benefits.BuyGet: _buy_get,
        benefits.CheapestFree: _cheapest_free,
        benefits.Tiered: _tiered,
        benefits.FirstThenAdditional: _first_then,
        benefits.FullGroups: _full_groups,
    }
)
