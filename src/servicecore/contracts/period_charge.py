"""The ledger of a contract: one row a fee line and period, which is what makes billing exactly once."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from typing import Final

from attrs import frozen

from servicecore.contracts.billing_schedule import PricedPeriod
from servicecore.contracts.fee_line import FeeLine, base_periods, interval_text
from servicecore.contracts.proration import times_fraction
from servicecore.kernel.explain import Explanation, StepKind, rounding_step
from servicecore.kernel.money import Money
from servicecore.kernel.rounding import HALF_UP, Rounding

PRICE_STEP: Final = StepKind(
    "contracts.price",
    en="{quantity} at {price} per {base}",
    it="{quantity} a {price} per {base}",
    de="{quantity} zu {price} je {base}",
)
RHYTHM_STEP: Final = StepKind(
    "contracts.rhythm",
    en="billed every {interval}: {ratio} times the price per {base}",
    it="fatturato ogni {interval}: {ratio} volte il prezzo per {base}",
    de="abgerechnet alle {interval}: {ratio} mal der Preis je {base}",
)
PART_STEP: Final = StepKind(
    "contracts.part_of_period",
    en="{share} of the period from {whole_start} to {whole_last_day}, by {basis}",
    it="{share} del periodo dal {whole_start} al {whole_last_day}, secondo {basis}",
    de="{share} des Zeitraums vom {whole_start} bis {whole_last_day}, nach {basis}",
)
REST_STEP: Final = StepKind(
    "contracts.rest_of_period",
    en="the rest of the period from {whole_start} to {whole_last_day}: {before} of it is charged already",
    it="il resto del periodo dal {whole_start} al {whole_last_day}: {before} è già addebitato",
    de="der Rest des Zeitraums vom {whole_start} bis {whole_last_day}: {before} ist schon berechnet",
)


_SHOWN: Final = Rounding(digits=9)
"""Steps show nine decimals; the amount itself is rounded once, from the exact value."""


class ChargeState(Enum):
    """How a ledger row stands."""

    EMITTED = "emitted"
    PARTLY_CREDITED = "partly_credited"
    CREDITED = "credited"


@frozen
class PeriodCharge:
    """One emitted charge; (fee_line, index) is unique in its contract.

    Attributes:
        fee_line: id of the fee line.
        index: of the period, counted from the fee line's anchor.
        start: first civil day of the period.
        end: the day after the last one.
        invoice_on: the civil day of the invoice.
        price: for one base interval and a quantity of 1.
        quantity: how many.
        amount: charged, rounded to the currency's decimals.
        credited: how much of it was given back, 0 to ``amount``.

    """

    fee_line: str
    index: int
    start: date
    end: date
    invoice_on: date
    price: Money
    quantity: Decimal
    amount: Money
    credited: Money

    @property
    def last_day(self) -> date:
        """Return the last civil day of the period, inclusive."""
        return self.end - timedelta(days=1)

    @property
    def net(self) -> Money:
        """Return what is still charged."""
        return self.amount - self.credited

    @property
    def state(self) -> ChargeState:
        """Return whether some or all of it was credited."""
        if not self.credited:
            return ChargeState.EMITTED
        return ChargeState.PARTLY_CREDITED if self.net else ChargeState.CREDITED


def source_key(contract: str, fee_line: str, index: int) -> str:
    """Return the key under which a charge is invoiced at most once: ``contract:<id>:<fee line>:<period index>``."""
    return f"contract:{contract}:{fee_line}:{index}"


def explain_charge(line: FeeLine, priced: PricedPeriod) -> Explanation:
    """Return how the amount of ``priced`` came about; the steps sum to it."""
    base, interval = interval_text(line.base_interval), interval_text(line.interval)
    price = priced.price * line.quantity
    steps = [PRICE_STEP.step(price, quantity=line.quantity, price=priced.price, base=base)]
    if _shown(priced.whole_price) != price:
        ratio = base_periods(line.base_interval, line.interval)
        steps.append(RHYTHM_STEP.step(_shown(priced.whole_price) - price, interval=interval, base=base, ratio=ratio))
    whole = {"whole_start": priced.period.whole.start, "whole_last_day": priced.period.whole.last_day}
    whole_price = exact = _shown(priced.whole_price)
    if priced.before is not None:
        exact = _shown(times_fraction(priced.whole_price, priced.available)) - priced.before
        steps.append(REST_STEP.step(exact - whole_price, before=priced.before, **whole))
    elif priced.share != 1:
        exact = _shown(times_fraction(priced.whole_price, priced.share))
        steps.append(PART_STEP.step(exact - whole_price, share=priced.share, basis=line.proration.name, **whole))
    steps.extend(rounding_step(exact, priced.amount, HALF_UP.name))
    subject = f"{line.description}, {priced.period.start} - {priced.period.last_day}"
    return Explanation(subject, priced.amount, tuple(steps))


def _shown(money: Money) -> Money:
    return money.round(_SHOWN)
