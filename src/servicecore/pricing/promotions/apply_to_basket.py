"""Apply offers to a basket that is no cart of a price book: what comes off each line, and by which codes."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from attrs import frozen

from servicecore.kernel.explain import NotApplied
from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.best_price import Certificate, IntegerSolver
from servicecore.pricing.promised_reward import PromisedReward
from servicecore.pricing.promotions.basket import Basket
from servicecore.pricing.promotions.bench import NOTHING, AddedItem, Bench, Share
from servicecore.pricing.promotions.combination import Combination
from servicecore.pricing.promotions.customer_history import CustomerHistory
from servicecore.pricing.promotions.endless_repeat import check_repeat
from servicecore.pricing.promotions.offer import Offer, OfferTrigger
from servicecore.pricing.promotions.offer_codes import PastOrder, read_offer_codes, released
from servicecore.pricing.promotions.promise_rewards import prices, promise_on_basket
from servicecore.pricing.promotions.selection import Application, Run, select


@frozen
class BasketOutcome:
    """What offers did to a basket; the shares of a line sum to its discount.

    Attributes:
        shares: what was taken off, in order of application.
        added: items put in.
        applications: offers that were applied, as they stand in the book.
        codes: typed code by the id of the offer that it released.
        refused: codes and offers that took no effect, with the reason.
        units_used: by line, units that offers used.
        tested: how many offers were looked at.
        best_price: the proof of the best combination, under ``Selection.OPTIMAL``; otherwise None.
        rewards: what is promised for after the order; they change no price.

    """

    shares: tuple[Share, ...]
    added: tuple[AddedItem, ...]
    applications: tuple[Application, ...]
    codes: tuple[tuple[str, str], ...]
    refused: tuple[NotApplied, ...]
    units_used: tuple[tuple[str, Decimal], ...]
    tested: int
    best_price: Certificate | None = None
    rewards: tuple[PromisedReward, ...] = ()

    def discount(self, line: str) -> Decimal:
        """Return what was taken off ``line``, exact."""
        total = NOTHING
        for share in self.shares:
            if share.line == line:
                total = EXACT.add(total, share.amount)
        return total


def apply_to_basket(
    offers: tuple[Offer, ...],
    settings: Combination,
    basket: Basket,
    day: int,
    history: tuple[PastOrder, ...] = (),
    solver: IntegerSolver | None = None,
) -> BasketOutcome:
    """Return what ``offers``, as they stand in a book, do to ``basket`` on a civil day (a number of days).

    Pure. No line goes below 0. ``history`` are the customer's orders before, for limits of codes;
    ``solver`` helps to prove the best combination of large baskets.

    Raises:
        InvalidValue: ``value.not_accepted`` for an id that stands twice in ``offers``,
            ``pricing.offer_repeats_endlessly``.

    """
    if len({offer.id for offer in offers}) != len(offers):
        raise NOT_ACCEPTED.error("offers", value=[offer.id for offer in offers], accepted="each id once")
    for offer in offers:
        check_repeat(offer, settings)
    by_code = read_offer_codes(offers, settings.code_match)
    past = CustomerHistory(history)
    codes, refused = released(by_code, basket.codes, basket.customer.id, past, day, settings.code_match)
    candidates = tuple([each for each in _candidates(offers, basket, codes) if each.is_valid_on(day)])
    run = Run(Bench(basket, settings, day), lost=list(refused))
    priced = tuple([lowering for each in candidates if (lowering := prices(each)) is not None])
    certificate = select(run, priced, solver)
    rewards = promise_on_basket(run, candidates)
    return BasketOutcome(
        shares=tuple(run.bench.shares),
        added=tuple(run.bench.added),
        applications=run.applications(candidates),
        codes=tuple([(offer, each.code) for offer, each in codes.items()]),
        refused=tuple(run.lost),
        units_used=tuple([(line, run.bench.units.used(line)) for line in run.bench.users]),
        tested=len(candidates),
        best_price=certificate,
        rewards=rewards,
    )


def _candidates(offers: Iterable[Offer], basket: Basket, codes: Iterable[str]) -> list[Offer]:
    named = {*codes, *basket.direct}
    automatic = not basket.ignore_automatic
    return [offer for offer in offers if offer.id in named or (automatic and offer.trigger is OfferTrigger.AUTOMATIC)]
