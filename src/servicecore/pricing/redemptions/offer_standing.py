"""How the offers of a quote stand when it is ordered: their limits now, and what the customer did since (A12, E12)."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from servicecore.kernel.problems import Problem
from servicecore.pricing.coupon_limits import normalised
from servicecore.pricing.offer_use import OfferUse
from servicecore.pricing.promotions.limits import NO_LIMITS
from servicecore.pricing.promotions.offer import Offer
from servicecore.pricing.promotions.offer_codes import LimitedCode, PastOrder
from servicecore.pricing.redemptions.offer_counters import (
    NEW_QUOTE,
    ORDER_NUMBER_TAKEN,
    code_counter,
    customer_code_counters,
    customer_counters,
    money_counter,
    order_number_counters,
    uses_counter,
)
from servicecore.pricing.redemptions.redemption import CountedUse


@frozen
class OfferStanding:
    """The fact how the offers stand that a quote used, as far as orders count them.

    Attributes:
        offers: as the price book in force has them; one that it has no more counts without limits.
        customers: all names of the customer, the cart's first.
        orders_before: how many orders the customer has by now; one that is being paid and holds its number is one.
        uncounted: by offer id, how often the customer used it in orders that no counter knows: those of earlier
            releases, and those from before the offer had such a limit.
        reserved: whether the quote's uses are reserved, so that nothing that came since takes them away; it matters
            where something did.
        codes: the codes of offers that the quote used and that the price book in force limits.
        past: the customer's orders, with those of their codes that no counter of the customer knows.
        free_number: the number of an order that nobody held when this was read; 0 where nobody looked.
        changed: what conditions say that were asked again, where it is not what the quote says.

    """

    offers: tuple[Offer, ...] = ()
    customers: tuple[str, ...] = ()
    orders_before: int = 0
    uncounted: tuple[tuple[str, int], ...] = ()
    reserved: bool = False
    codes: tuple[LimitedCode, ...] = ()
    past: tuple[PastOrder, ...] = ()
    changed: tuple[Problem, ...] = ()
    free_number: int = 0

    def overtaken(self, uses: Iterable[OfferUse]) -> tuple[Problem, ...]:
        """Return which of ``uses`` the customer's other orders overtook.

        A condition on the number of the order held when the quote was made; it has to say the same now, and so has one
        that was asked again (``offer.order_number_taken``, ``offer.condition_changed``).
        """
        if self.reserved:
            return ()
        number = self.orders_before + 1
        problems = list(self.changed)
        for use in uses:
            then = 0 if use.orders_before is None else use.orders_before + 1
            if then and any((each == then) is not (each == number) for each in self._order_numbers(use.offer)):
                accepted = f"{NEW_QUOTE}: it is order number {number} now"
                problems.append(
                    ORDER_NUMBER_TAKEN.at("quote.offer_uses", offer=use.offer, value=then, accepted=accepted)
                )
        return tuple(problems)

    def count(self, uses: Iterable[OfferUse]) -> tuple[CountedUse, ...]:
        """Return what ``uses`` take from counters, ordered by counter.

        Of the counters of an offer those are kept that it has a limit for. The number of the order is taken once,
        however many offers ask for it, and only where it, or a later one, matters to an offer.
        """
        counted: list[CountedUse] = []
        numbers: set[str] = set()
        for use in sorted(uses, key=lambda each: (bool(each.code), each.offer)):
            counted += self._uses(use)
            for counter in self._order_number(use):
                if counter not in numbers:
                    numbers.add(counter)
                    counted.append(self._use(use, counter, 1, 1, given_back=True))
        return tuple(sorted(counted, key=lambda each: (each.counter, each.code)))

    def _uses(self, use: OfferUse) -> list[CountedUse]:
        offer = self._offer(use.offer)
        limits = NO_LIMITS if offer is None else offer.limits
        counted: list[tuple[str, int, int | None]] = []
        if limits.most_uses is not None:
            counted.append((uses_counter(use.offer), use.times, limits.most_uses))
        left = limits.most_money(use.amount.currency)
        if left is not None:
            counter = money_counter(use.offer, left.currency)
            counted.append((counter, use.amount.round().to_minor(), left.to_minor()))
        if use.uses_before is not None:
            most = self._most_of_customer(use, use.uses_before)
            counted += [(counter, use.times, most) for counter in customer_counters(use.offer, self.customers)]
        return [self._use(use, *each, given_back=limits.given_back) for each in counted] + self._uses_of_code(use)

    def _uses_of_code(self, use: OfferUse) -> list[CountedUse]:
        """Return what ``use`` takes from the limits of its code: one use an order, however often the offer applied."""
        own = (each for each in self.codes if (each.offer, each.key) == (use.offer, use.code))
        found = next(own, None)
        if found is None:
            return []
        code, counted = found.code, list[tuple[str, int]]()
        if code.uses_total is not None:
            counted.append((code_counter(use.offer, found.key), max(code.uses_total - code.used, 0)))
        if code.uses_per_customer is not None and use.code_uses_before is not None:
            left = max(code.uses_per_customer - code.uses_in(self.past, found.key), 0)
            names = customer_code_counters(use.offer, found.key, self.customers)
            counted += [(counter, left) for counter in names]
        given_back = code.cancel_releases_use
        return [self._use(use, counter, 1, limit, given_back=given_back) for counter, limit in counted]

    def _most_of_customer(self, use: OfferUse, before: int) -> int | None:
        """Return where the customer's counter has to stay, so that limit and conditions allow the use now too."""
        offer = self._offer(use.offer)
        if offer is None:
            return None
        # A condition looks at the uses before; what it lets pass may be applied several times.
        bounds = [each - 1 + use.times for each in offer.use_counts if each > before]
        if offer.limits.per_customer is not None:
            bounds.append(offer.limits.per_customer)
        most = min(bounds, default=None)
        return None if most is None else max(most - dict(self.uncounted).get(use.offer, 0), 0)

    def _order_number(self, use: OfferUse) -> tuple[str, ...]:
        number = self.orders_before + 1
        if use.orders_before is None:
            return ()
        offer = self._offer(use.offer)
        asked_again = offer is not None and offer.asked_again
        if not asked_again and all(each < number for each in self._order_numbers(use.offer)):
            return ()
        return order_number_counters(number, self.customers)

    def _order_numbers(self, offer: str) -> frozenset[int]:
        found = self._offer(offer)
        return frozenset() if found is None else found.order_numbers

    def _offer(self, name: str) -> Offer | None:
        return next((each for each in self.offers if each.id == name), None)

    def _use(self, use: OfferUse, counter: str, amount: int, limit: int | None, *, given_back: bool) -> CountedUse:
        return CountedUse(normalised(use.code), "", counter, amount, limit, self.customers[0], given_back, use.offer)
