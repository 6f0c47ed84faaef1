"""Special offers: what releases them, when, on which lines, under which conditions, and what they give."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import Final

from attrs import field, frozen

from servicecore.kernel.ids import check_id
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.promotions.benefits import AnyBenefit
from servicecore.pricing.promotions.conditions import AnyCondition
from servicecore.pricing.promotions.scene import Lines, Scene, Term
from servicecore.pricing.promotions.targets import EVERYTHING, Target
from servicecore.pricing.validity import check_order, civil_date, first_day, in_words, last_day

OUTSIDE_DATES: Final = ProblemKind(
    "pricing.offer_outside_dates",
    en="the day is {value}; accepted: {accepted}",
    it="il giorno è {value}; valori ammessi: {accepted}",
    de="der Tag ist {value}; zulässig: {accepted}",
)
OTHER_CURRENCY: Final = ProblemKind(
    "pricing.offer_currency",
    en="the cart is in {value}; accepted: {accepted}",
    it="il carrello è in {value}; valori ammessi: {accepted}",
    de="der Warenkorb ist in {value}; zulässig: {accepted}",
)
NO_LINE: Final = ProblemKind(
    "pricing.offer_no_line",
    en="none of the items {value} belongs to the offer; accepted: {accepted}",
    it="nessuno degli articoli {value} rientra nell'offerta; valori ammessi: {accepted}",
    de="keiner der Artikel {value} gehört zum Angebot; zulässig: {accepted}",
)
LINE_CLOSED: Final = ProblemKind(
    "pricing.offer_line_closed",
    en="the items {value} have a price set by hand or take no offers; accepted: {accepted}",
    it="gli articoli {value} hanno un prezzo manuale o non ammettono offerte; valori ammessi: {accepted}",
    de="die Artikel {value} haben einen von Hand gesetzten Preis oder nehmen keine Angebote an; zulässig: {accepted}",
)


class OfferTrigger(Enum):
    """What releases an offer.

    - ``AUTOMATIC``: every cart that meets its conditions.
    - ``CODE``: a coupon that names it.
    - ``DIRECT``: a line that names it.
    """

    AUTOMATIC = "automatic"
    CODE = "code"
    DIRECT = "direct"


class Exclusivity(Enum):
    """What an offer tolerates beside itself: any other offer, none on its lines, or none in the whole cart."""

    NO = "no"
    LINE = "line"
    CART = "cart"


@frozen
class Offer:
    """One special offer.

    Attributes:
        id: named in quotes and explanations.
        benefit: what it gives.
        name: for people.
        trigger: what releases it.
        target: the lines that it is about.
        conditions: all have to hold; each narrows the lines further.
        valid_from: first day, itself included; None is open.
        valid_until: last day, itself included; None is open.
        priority: a higher one is applied first; of equal ones fixed prices, then amounts, then percentages; then by id.
        exclusive: what it tolerates beside itself.
        applies_to_discounted: whether it may touch lines that another offer lowered already.

    Raises:
        InvalidValue: ``value.not_accepted``, ``value.wrong_type``.

    """

    id: str = field(validator=lambda _self, _attribute, value: check_id(value, "id") and None)
    benefit: AnyBenefit
    name: str = ""
    trigger: OfferTrigger = OfferTrigger.AUTOMATIC
    target: Target = EVERYTHING
    conditions: tuple[AnyCondition, ...] = ()
    valid_from: date | None = field(default=None, validator=civil_date)
    valid_until: date | None = field(default=None, validator=civil_date)
    priority: int = 0
    exclusive: Exclusivity = Exclusivity.NO
    applies_to_discounted: bool = True
    _first_day: int = field(init=False, eq=False, repr=False)
    _last_day: int = field(init=False, eq=False, repr=False)

    @_first_day.default
    def _count_first(self) -> int:
        return first_day(self.valid_from)

    @_last_day.default
    def _count_last(self) -> int:
        return last_day(self.valid_until)

    def __attrs_post_init__(self) -> None:
        check_order(self.valid_from, self.valid_until)

    @property
    def order(self) -> tuple[int, bool, int, str]:
        """Return the place in the order of application: priority, exclusive in the cart, benefit's turn, id."""
        return (-self.priority, self.exclusive is not Exclusivity.CART, self.benefit.turn, self.id)

    def is_valid_on(self, day: int) -> bool:
        """Return whether ``day``, as a number of days, lies in the validity."""
        return self._first_day <= day <= self._last_day

    def necessary_terms(self) -> tuple[tuple[Term, ...], ...]:
        """Return alternatives to file it under: every cart that it can touch has a term of each of them."""
        currency: tuple[Term, ...] | None = (("currency", self.benefit.currency),) if self.benefit.currency else None
        known = (self.target.terms(), *(each.terms() for each in self.conditions), currency)
        return tuple(terms for terms in known if terms is not None)

    def eligible(self, lines: Lines, scene: Scene) -> Lines | Problem:
        """Return the lines of ``lines`` that it can touch now, or why there is none.

        The problem is that of the first condition that fails (``pricing.offer_outside_dates``,
        ``pricing.offer_currency``, ``pricing.offer_no_line``, ``pricing.offer_line_closed``, those of conditions).
        """
        if not self.is_valid_on(scene.day):
            accepted = in_words(self.valid_from, self.valid_until)
            return OUTSIDE_DATES.at("at", value=date.fromordinal(scene.day), accepted=accepted)
        currency = self.benefit.currency
        if currency and currency != scene.currency:
            return OTHER_CURRENCY.at("currency", value=scene.currency, accepted=currency)
        targeted = self.target.pick(lines)
        if not targeted:
            items = ", ".join(line.item.id for line in lines)
            return NO_LINE.at("lines", value=items, accepted=self.target)
        left = tuple([line for line in targeted if line.open_to_offers])
        if not left:
            items = ", ".join(line.item.id for line in targeted)
            return LINE_CLOSED.at("lines", value=items, accepted="a line without either")
        for condition in self.conditions:
            answer = condition.narrow(left, scene)
            if isinstance(answer, Problem):
                return answer
            left = answer
        return left
