"""The rules of price matches: whom we follow by how much, for how long, and up to which credit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Final

from attrs import field, frozen

from servicecore.kernel.ids import check_id
from servicecore.kernel.money import Money, exact_decimal
from servicecore.kernel.problems import NOT_ACCEPTED, Problem, ProblemKind

UNKNOWN_COMPETITOR: Final = ProblemKind(
    "price_match.unknown_competitor",
    en="we do not follow the prices of {value}; accepted: {accepted}",
    it="non seguiamo i prezzi di {value}; valori ammessi: {accepted}",
    de="den Preisen von {value} folgen wir nicht; zulässig: {accepted}",
)

_ALL: Final = Decimal(100)


def _percent(value: object) -> Decimal:
    return _share(value, "percent")


def _others_percent(value: object) -> Decimal | None:
    return None if value is None else _share(value, "others_percent")


def _share(value: object, path: str) -> Decimal:
    percent = exact_decimal(value, path)
    if not 0 < percent <= _ALL:
        raise NOT_ACCEPTED.error(path, value=percent, accepted="above 0 and at most 100")
    return percent


def _caps(given: Iterable[Money]) -> tuple[Money, ...]:
    caps = tuple(given)
    currencies = [cap.currency for cap in caps]
    if len(set(currencies)) != len(currencies):
        raise NOT_ACCEPTED.error("max_credit", value=", ".join(currencies), accepted="each currency once")
    for cap in caps:
        if cap.amount < 0 or not cap.is_rounded():
            raise NOT_ACCEPTED.error("max_credit", value=cap, accepted="0 or more, in whole minor units")
    return caps


@frozen
class Competitor:
    """A competitor that we follow.

    Attributes:
        name: as records call it.
        percent: how much of the difference to its price is given, above 0 and at most 100.

    """

    name: str = field(validator=lambda _self, _attribute, value: check_id(value, "name") and None)
    percent: Decimal = field(converter=_percent, default=_ALL)


@frozen
class PriceMatchPolicy:
    """How an installation follows the prices of others (A10, E27).

    Attributes:
        competitors: those with their own percentage.
        others_percent: how much of the difference is given for any other; None follows nobody else.
        window: wall time from the invoice (inclusive) in which its units can be matched.
        max_credit: the most that one order gets by price matches in all, with tax, one amount a currency; empty is
            no limit, 0 is nothing, and with any limit a currency without one gets nothing (CC 10).
        to_account: whether a credit stays on the customer's account where the command says nothing.
        only_recorded: whether a price has to be recorded and approved before it is followed.
        open_units: whether units that were not billed yet can be lowered to a competitor's price.

    Raises:
        InvalidValue: ``value.not_accepted``.

    """

    competitors: tuple[Competitor, ...] = ()
    others_percent: Decimal | None = field(converter=_others_percent, default=_ALL)
    window: timedelta = field(default=timedelta(days=30))
    max_credit: tuple[Money, ...] = field(converter=_caps, default=())
    to_account: bool = False
    only_recorded: bool = False
    open_units: bool = False

    @window.validator
    def _check_window(self, _attribute: object, value: timedelta) -> None:
        if value < timedelta(0):
            raise NOT_ACCEPTED.error("window", value=value, accepted="0 or more")

    def percent(self, competitor: str) -> Decimal | None:
        """Return how much of the difference to ``competitor`` is given; None where we do not follow it."""
        own = next((each.percent for each in self.competitors if each.name == competitor), None)
        return self.others_percent if own is None else own

    def check_competitor(self, competitor: str, path: str) -> tuple[Problem, ...]:
        """Return that we do not follow ``competitor``, where that is so (``price_match.unknown_competitor``)."""
        if self.percent(competitor) is not None:
            return ()
        names = ", ".join(each.name for each in self.competitors)
        return (UNKNOWN_COMPETITOR.at(path, value=competitor, accepted=names or "none, price matches are off"),)

    def cap(self, currency: str) -> Money | None:
        """Return the most that an order in ``currency`` gets; None is no limit."""
        if not self.max_credit:
            return None
        return next((each for each in self.max_credit if each.currency == currency), Money.zero(currency))
