"""Offers: what releases them, when, on which lines, under which conditions, what they give, and how often."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import Enum
from functools import cache
from typing import Final

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.ids import check_id
from servicecore.kernel.problems import NOT_ACCEPTED, Problem, ProblemKind
from servicecore.pricing.promotions.basket import BasketLine, Scope
from servicecore.pricing.promotions.benefits import AnyBenefit
from servicecore.pricing.promotions.conditions import AnyCondition
from servicecore.pricing.promotions.limits import NO_LIMITS, OfferLimits
from servicecore.pricing.promotions.offer_codes import OfferCode
from servicecore.pricing.promotions.situation import L, OfferLine, Situation, Term
from servicecore.pricing.promotions.target import EVERYTHING, Target
from servicecore.pricing.validity import check_order, civil_date, first_day, in_words, last_day

NOT_STARTED: Final = ProblemKind(
    "pricing.offer_not_started",
    en="the day is {value}; accepted: {accepted}",
    it="il giorno è {value}; valori ammessi: {accepted}",
    de="der Tag ist {value}; zulässig: {accepted}",
)
EXPIRED: Final = ProblemKind(
    "pricing.offer_expired",
    en="the offer ended before {value}; accepted: {accepted}",
    it="l'offerta è terminata prima del {value}; valori ammessi: {accepted}",
    de="das Angebot endete vor dem {value}; zulässig: {accepted}",
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
    - ``CODE``: one of its own codes, or a coupon that names it.
    - ``DIRECT``: a cart or a line that names it.
    """

    AUTOMATIC = "automatic"
    CODE = "code"
    DIRECT = "direct"


class Exclusivity(Enum):
    """What an offer tolerates beside itself: all, none on the units it uses, none on its lines, none in the cart."""

    NO = "no"
    UNIT = "unit"
    LINE = "line"
    CART = "cart"


class Stacking(Enum):
    """How an offer competes under ``Selection.CONCURRENCY``."""

    COMPOUND = "compound"
    BEST_PRICE = "best_price"
    EXCLUSIVE = "exclusive"


# A member of an enumeration is looked up in its class each time, which a quote does for every offer.
_ALONE_IN_CART: Final = Exclusivity.CART


def _benefits(value: AnyBenefit | Iterable[AnyBenefit]) -> tuple[AnyBenefit, ...]:
    return tuple(value) if isinstance(value, Iterable) else (value,)


@cache
def _stage(priority: int, beside_others: bool, turn: int) -> tuple[int, bool, int]:
    """Return a tuple that all offers of the stage share: there are few stages and many offers."""
    return (-priority, beside_others, turn)


@frozen(weakref_slot=False, field_transformer=checked_fields)
class Offer:
    """One offer.

    Attributes:
        id: named in quotes and explanations.
        benefits: what it gives, one after the other; a single one may be given as it is.
        name: for people.
        trigger: what releases it.
        codes: its own codes, for ``CODE``.
        target: the goods that it is about; benefits and conditions that name none take these, and no benefit touches
            other goods.
        conditions: all have to hold; each narrows the lines further.
        valid_from: first day, itself included; None is open.
        valid_until: last day, itself included; None is open.
        priority: a higher one is applied first.
        lane: the lane that it stands in; empty is ``default``.
        exclusive: what it tolerates beside itself.
        combinable_with: ids of the only offers that may share a line with it; empty is all.
        not_combinable_with: ids of offers that never share a line with it, whichever of the two says so.
        stacking: how it competes under ``CONCURRENCY``.
        applies_to_discounted: whether it may touch lines that were lowered already.
        limits: how often, and for how much.
        skip_conditions: whether it is applied once without looking at conditions.
        stops: whether no offer that comes after it touches the lines that it lowered; not under ``OPTIMAL``, which
            applies offers in no order.
        group: name of a group of the book's combination, of which a cart gets one offer; empty is none.

    Raises:
        InvalidValue: ``value.not_accepted``, ``value.wrong_type``.

    """

    id: str = field(validator=lambda _self, _attribute, value: check_id(value, "id") and None)
    benefits: tuple[AnyBenefit, ...] = field(converter=_benefits, default=())
    name: str = ""
    trigger: OfferTrigger = OfferTrigger.AUTOMATIC
    codes: tuple[OfferCode, ...] = field(default=())
    target: Target = EVERYTHING
    conditions: tuple[AnyCondition, ...] = ()
    valid_from: date | None = field(default=None, validator=civil_date)
    valid_until: date | None = field(default=None, validator=civil_date)
    priority: int = 0
    lane: str = ""
    exclusive: Exclusivity = Exclusivity.NO
    combinable_with: tuple[str, ...] = ()
    stacking: Stacking = Stacking.COMPOUND
    applies_to_discounted: bool = True
    limits: OfferLimits = NO_LIMITS
    skip_conditions: bool = False
    not_combinable_with: tuple[str, ...] = ()
    stops: bool = False
    group: str = ""
    plain: bool = field(init=False, eq=False, repr=False)
    first_day: int = field(init=False, eq=False, repr=False)
    last_day: int = field(init=False, eq=False, repr=False)
    stage: tuple[int, bool, int] = field(init=False, eq=False, repr=False)

    @codes.validator
    def _check_codes(self, _attribute: object, value: tuple[OfferCode, ...]) -> None:
        if value and self.trigger is not OfferTrigger.CODE:
            raise NOT_ACCEPTED.error("codes", value=value[0].code, accepted="codes of an offer with the trigger code")

    @plain.default
    def _is_plain(self) -> bool:
        """Whether it needs no count of units: one plain benefit, plain conditions, nothing that bounds it."""
        return (
            len(self.benefits) == 1
            and self.benefits[0].plain
            and self.limits == NO_LIMITS
            and self.exclusive is not Exclusivity.UNIT
            and not (self.lane or self.names_others or self.skip_conditions or self.stops or self.group)
            and all(each.plain for each in self.conditions)
        )

    @first_day.default
    def _count_first(self) -> int:
        return first_day(self.valid_from)

    @last_day.default
    def _count_last(self) -> int:
        return last_day(self.valid_until)

    @stage.default
    def _find_stage(self) -> tuple[int, bool, int]:
        """Return what comes before the id in the order of application: priority, exclusive in the cart, turn."""
        turn = self.benefits[0].turn if self.plain else min([each.turn for each in self.benefits], default=1)
        return _stage(self.priority, self.exclusive is not _ALONE_IN_CART, turn)

    def __attrs_post_init__(self) -> None:
        check_order(self.valid_from, self.valid_until)

    @property
    def order(self) -> tuple[int, bool, int, str]:
        """Return the place in its stage: priority, exclusive in the cart, benefit's turn, id."""
        return (*self.stage, self.id)

    @property
    def on_order(self) -> bool:
        """Return whether it is an offer on the order: all its benefits are computed on the order."""
        return self.benefits[0].on_order if self.plain else all(each.on_order for each in self.benefits)

    @property
    def terms(self) -> str:
        """Return what it gives, without words: ``-10 %``."""
        return ", ".join(each.text for each in self.benefits)

    @property
    def asks_history(self) -> bool:
        """Return whether it depends on what the customer did before, whatever releases it."""
        return self.limits.per_customer is not None or any(each.asks_history for each in self.conditions)

    @property
    def order_numbers(self) -> frozenset[int]:
        """Return the numbers of a customer's orders at which what its conditions say changes."""
        if self.skip_conditions or not self.conditions:
            return frozenset()
        return frozenset().union(*[each.order_numbers for each in self.conditions])

    @property
    def use_counts(self) -> frozenset[int]:
        """Return the numbers of uses by one customer at which what its conditions say changes."""
        if self.skip_conditions or not self.conditions:
            return frozenset()
        return frozenset().union(*[each.use_counts for each in self.conditions])

    @property
    def asked_again(self) -> bool:
        """Return whether an order has to ask its conditions again what they say by now."""
        return not self.skip_conditions and any(each.asked_again for each in self.conditions)

    @property
    def counts_customer(self) -> bool:
        """Return whether it matters how often one customer used it."""
        return self.limits.per_customer is not None or bool(self.use_counts) or self.asked_again

    @property
    def counts_orders(self) -> bool:
        """Return whether it matters which of the customer's orders it is."""
        return bool(self.order_numbers) or self.asked_again

    @property
    def counted(self) -> bool:
        """Return whether orders count its uses: by its limits, or because its conditions look at them or at orders."""
        return self.limits.counted or self.counts_orders or bool(self.use_counts)

    @property
    def looks_back(self) -> bool:
        """Return whether it matters to it, or to a code of it, what orders did before."""
        return self.counted or self.asks_history or any(each.limited for each in self.codes)

    @property
    def touches_goods(self) -> bool:
        """Return whether a benefit is about goods; otherwise about shipping alone."""
        return any(benefit.scope is not Scope.SHIPPING for benefit in self.benefits)

    @property
    def lowers_goods(self) -> bool:
        """Return whether a benefit takes something off goods."""
        return any(benefit.lowers_goods for benefit in self.benefits)

    @property
    def lowers_goods_on_order(self) -> bool:
        """Return whether all that it takes off goods is computed on the order."""
        return all(each.on_order for each in self.benefits if each.lowers_goods)

    @property
    def only_promises(self) -> bool:
        """Return whether it gives rewards alone, which change no price and stand beside every other offer."""
        return not any(benefit.takes_off or benefit.adds for benefit in self.benefits)

    @property
    def names_others(self) -> bool:
        """Return whether it names offers that may, or never do, share a line with it."""
        return bool(self.combinable_with or self.not_combinable_with)

    @property
    def exclusive_on_lines(self) -> bool:
        """Return whether no other offer may touch its lines."""
        return self.exclusive is Exclusivity.LINE

    @property
    def exclusive_on_units(self) -> bool:
        """Return whether no other offer may use its units."""
        return self.exclusive is Exclusivity.UNIT

    def stands_beside(self, other: Offer) -> bool:
        """Return whether it may share a line with ``other``, as the lists of both say."""
        if other.id in self.not_combinable_with or self.id in other.not_combinable_with:
            return False
        if not self.combinable_with and not other.combinable_with:
            return True
        return other.id in self.combinable_with or self.id in other.combinable_with

    def is_valid_on(self, day: int) -> bool:
        """Return whether ``day``, as a number of days, lies in the validity, both ends included."""
        return self.first_day <= day <= self.last_day

    def outside_dates(self, day: int) -> Problem | None:
        """Return ``pricing.offer_not_started`` or ``pricing.offer_expired``, or None."""
        return None if self.is_valid_on(day) else self._outside_dates(day)

    def _outside_dates(self, day: int) -> Problem:
        kind = NOT_STARTED if day < self.first_day else EXPIRED
        return kind.at("at", value=date.fromordinal(day), accepted=in_words(self.valid_from, self.valid_until))

    def necessary_terms(self) -> tuple[tuple[Term, ...], ...]:
        """Return alternatives to file it under: every cart that it can touch has a term of each of them."""
        benefits, currency = self.benefits, self._currency
        known = [None if self.skip_conditions else self.target.terms()]
        if not self.skip_conditions:
            known.extend([each.terms() for each in self.conditions])
        if len(benefits) == 1 and benefits[0].scope is Scope.LINES:
            known.append(benefits[0].terms())
        if currency:
            known.append((("currency", currency),))
        return tuple([terms for terms in known if terms is not None])

    def eligible(self, situation: Situation[L], among: tuple[L, ...] | None = None) -> tuple[L, ...] | Problem:
        """Return the goods that it can touch now, or why it cannot be applied.

        The problem is that of the first condition that fails (``pricing.offer_not_started``,
        ``pricing.offer_expired``, ``pricing.offer_currency``, ``pricing.offer_no_line``,
        ``pricing.offer_line_closed``, those of conditions). Only an offer on shipping alone is left without lines.

        Args:
            situation: who buys what, as far as offers got.
            among: the only lines that it may touch; None is all.

        """
        if not self.first_day <= situation.day <= self.last_day:
            return self._outside_dates(situation.day)
        plain = self.plain
        currency = self.benefits[0].currency if plain else self._currency
        if currency and currency != situation.currency:
            return OTHER_CURRENCY.at("currency", value=situation.currency, accepted=currency)
        left = situation.counted(self.target)
        if among is not None:
            left = tuple([line for line in left if line in among])
        if plain or self.touches_goods:
            if not left:
                lines = situation.counted(EVERYTHING) if among is None else among
                return NO_LINE.at("lines", value=_items(lines), accepted=self.target)
            if len(left) > 1 or not left[0].open_to_offers:
                opened = tuple([line for line in left if line.open_to_offers])
                if not opened:
                    return LINE_CLOSED.at("lines", value=_items(left), accepted="a line without either")
                left = opened
        for condition in self.conditions:
            answer = condition.narrow(left, situation)
            if isinstance(answer, Problem):
                return answer
            left = answer
        return left

    @property
    def _currency(self) -> str:
        """Return the one currency that all its benefits are in; empty where it has none."""
        currencies = {each.currency for each in self.benefits}
        return currencies.pop() if len(currencies) == 1 else ""

    def allows(self, line: BasketLine) -> bool:
        """Return whether its conditions let its benefits touch ``line``, a shipping method."""
        return self.skip_conditions or all(condition.allows(line) for condition in self.conditions)


def _items(lines: Iterable[OfferLine]) -> str:
    return ", ".join(line.item_id for line in lines)
