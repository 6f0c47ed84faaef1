"""The benefit of buying some and getting others cheaper."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Final

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.money import Money, exact_decimal
from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.promotions.basket import BasketLine
from servicecore.pricing.promotions.bench import NOTHING, View
from servicecore.pricing.promotions.benefits.benefit import Benefit, Proposal
from servicecore.pricing.promotions.combination import UnitPick
from servicecore.pricing.promotions.field_checks import above_zero, not_negative, one_or_more, percentage
from servicecore.pricing.promotions.limits import MOST_APPLICATIONS
from servicecore.pricing.promotions.money_off import currency_of, rounded, set_off, share
from servicecore.pricing.promotions.target import Target

_FREE: Final = Decimal(100)


def _quantity(value: object) -> Decimal:
    return exact_decimal(value, "quantity")


@frozen(field_transformer=checked_fields)
class BuyGet(Benefit):
    """Whoever buys ``buy`` units gets ``get`` others cheaper; a unit is bought or got, never both.

    They are ``percent`` off, or each is ``amount`` off or costs ``price``; what costs less keeps its price. Where fewer
    than ``get`` units are left nothing is given. ``target`` is what is got.

    Attributes:
        buy: units to buy.
        get: units that are got.
        percent: 100 is free; leave it out beside an amount or a price.
        bought: what has to be bought; None is the offer's target.
        buy_pick: which units count as bought.
        get_pick: which units are got.
        repeat: how often in one basket; None is as often as there are units.
        amount: off each unit that is got, in the line's unit of measure.
        price: of each such unit.

    """

    turn: ClassVar[int] = 0
    buy: Decimal = field(converter=_quantity, validator=above_zero)
    get: Decimal = field(converter=_quantity, validator=above_zero)
    percent: Decimal = field(default=_FREE, validator=percentage)
    bought: Target | None = None
    buy_pick: UnitPick = UnitPick.DEAREST_LINE
    get_pick: UnitPick = UnitPick.DEAREST_LINE
    repeat: int | None = field(default=1, validator=one_or_more)
    amount: Money | None = field(default=None, validator=not_negative)
    price: Money | None = field(default=None, validator=not_negative)

    def __attrs_post_init__(self) -> None:
        given = [name for name in ("amount", "price") if getattr(self, name) is not None]
        if given and (len(given) > 1 or self.percent != _FREE):
            raise NOT_ACCEPTED.error(
                given[-1], value=getattr(self, given[-1]), accepted="one of percent, amount, price"
            )

    @property
    def currency(self) -> str:
        """Return the currency of its amount or price, if any."""
        return currency_of(self.price, self.amount)

    @property
    def text(self) -> str:
        """Return ``2 + 1 -100 %``."""
        units = f"{self.buy} + {self.get}"
        if self.price is not None:
            return f"{units} = {self.price} / unit"
        return f"{units} -{self.percent} %" if self.amount is None else f"{units} -{self.amount} / unit"

    def work_out(self, view: View) -> Proposal:
        """Return what is got, and the units that were bought for it without an amount."""
        free = {line.id: view.available(line) for line in view.basket.lines}
        got: dict[str, Decimal] = {}
        paid: dict[str, Decimal] = {}
        to_buy = view.picked(view.lines(view.offer.target if self.bought is None else self.bought), self.buy_pick)
        to_get = view.picked(self.lines(view), self.get_pick)
        for _turn in range(MOST_APPLICATIONS if self.repeat is None else self.repeat):
            trial = dict(free)
            bought = _take(self.buy, to_buy, trial)
            given = _take(self.get, to_get, trial)
            if bought is None or given is None:
                break
            free = trial
            _add(paid, bought)
            _add(got, given)
        lines = {line.id: line for line in view.basket.lines}
        shares = []
        for key, units in got.items():
            line = lines[key]
            off = max(set_off(view.base(line, units), units, self.price, self.amount, self.percent), NOTHING)
            amount = min(rounded(off, view.settings.rounding, view.basket.currency), view.room(line))
            shares.append(share(view, line, amount, units))
        shares.extend(share(view, lines[key], NOTHING, units) for key, units in paid.items())
        return Proposal(tuple(shares))


def _take(wanted: Decimal, lines: list[BasketLine], free: dict[str, Decimal]) -> dict[str, Decimal] | None:
    taken: dict[str, Decimal] = {}
    for line in lines:
        units = min(free[line.id], wanted)
        if units > NOTHING:
            taken[line.id] = units
            free[line.id] = EXACT.subtract(free[line.id], units)
            wanted = EXACT.subtract(wanted, units)
    return None if wanted > NOTHING else taken


def _add(total: dict[str, Decimal], more: dict[str, Decimal]) -> None:
    for key, units in more.items():
        total[key] = EXACT.add(total.get(key, NOTHING), units)
