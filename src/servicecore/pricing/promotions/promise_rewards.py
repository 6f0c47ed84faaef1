"""Promise rewards: what offers give after the order, once all prices and charges are made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final

from attrs import evolve, frozen

from servicecore.kernel.explain import NotApplied
from servicecore.kernel.problems import ProblemKind
from servicecore.kernel.rounding import EXACT, Rounding
from servicecore.pricing.promised_reward import PromisedReward
from servicecore.pricing.promotions.apply_on_bench import basket_of
from servicecore.pricing.promotions.asked import NEVER, AskedOffer, AskedReward
from servicecore.pricing.promotions.bench import Bench
from servicecore.pricing.promotions.benefits import PromiseReward, Proposal
from servicecore.pricing.promotions.offer import Exclusivity, Offer
from servicecore.pricing.promotions.offer_book import OfferBook
from servicecore.pricing.promotions.outcomes import alone, not_beside
from servicecore.pricing.promotions.scene import Scene
from servicecore.pricing.promotions.selection import Run
from servicecore.pricing.promotions.selection.one_of_group import wins_in_group
from servicecore.pricing.promotions.selection.select import ordered

PROMISES_NOTHING: Final = ProblemKind(
    "pricing.offer_promises_nothing",
    en="{terms} comes to nothing on these goods; accepted: {accepted}",
    it="{terms} non dà nulla su questi articoli; valori ammessi: {accepted}",
    de="{terms} ergibt bei diesen Artikeln nichts; zulässig: {accepted}",
)
ENOUGH: Final = "goods that bring it once at least"


@frozen
class Rewards:
    """The rewards promised, the offers that promise nothing, and how often those that promise were applied."""

    promised: tuple[PromisedReward, ...]
    not_applied: tuple[NotApplied, ...]
    times: Mapping[str, int]


NO_REWARDS: Final = Rewards((), (), NEVER)
"""No offer promises anything."""


def promises(offer: Offer) -> Offer | None:
    """Return ``offer`` with its rewards alone; None where it has none."""
    kept = tuple([each for each in offer.benefits if isinstance(each, PromiseReward)])
    if len(kept) == len(offer.benefits):
        return offer
    return evolve(offer, benefits=kept) if kept else None


def prices(offer: Offer) -> Offer | None:
    """Return ``offer`` without its rewards; None where it has nothing else."""
    kept = tuple([each for each in offer.benefits if not isinstance(each, PromiseReward)])
    if len(kept) == len(offer.benefits):
        return offer
    return evolve(offer, benefits=kept) if kept else None


def promise_rewards(
    asked: Sequence[AskedReward],
    scene: Scene,
    book: OfferBook,
    rounding: Rounding,
    times: Mapping[str, int],
) -> Rewards:
    """Return what the offers ``asked`` promise on the lines as everything else left them; no line is changed.

    Args:
        asked: as they stand in the book.
        scene: the cart and its lines, all of them priced.
        book: the offers.
        rounding: of the book's lines.
        times: how often offers that lower something were applied, where that was counted.

    """
    settings = book.combination
    if settings.rounding is None:
        settings = evolve(settings, rounding=rounding)
    basket = basket_of(scene)
    bench = Bench(basket, settings, scene.day, scene.lines[0].round_line)
    for line in scene.lines:
        name, lowered = str(line.number), [each.offer for each in line.discounts]
        bench.rest[name], bench.net[name] = line.exact, line.net
        bench.lowered[name] = lowered
        bench.users[name] = [book.by_id[offer] for offer in dict.fromkeys(lowered) if offer in book.by_id]
    by_number = {line.id: line for line in basket.lines}
    among = {
        each.asked.offer.id: tuple([by_number[str(line.number)] for line in each.asked.among])
        for each in asked
        if each.asked.among is not None
    }
    codes = {each.asked.offer.id: each.asked.code for each in asked if each.asked.code}
    lowering = [book.by_id[name] for name in times]
    run = Run(bench, times=dict(times), codes=codes, among=among, winners={each.group: each for each in lowering})
    return Rewards(promise(run, asked), tuple(run.lost), run.times)


def promise_on_basket(run: Run, offers: Sequence[Offer]) -> tuple[PromisedReward, ...]:
    """Return what ``offers``, as they stand in a book, promise on the basket of ``run``, which has applied the rest.

    Refusals and uses are noted on ``run``.
    """
    before = run.bench
    bench = Bench(before.basket, before.settings, before.day, before.round_line)
    bench.rest, bench.net, bench.lowered, bench.users = before.rest, before.net, before.lowered, before.users
    run.winners.update({offer.group: offer for offer in run.applied})
    asked = []
    for offer in offers:
        rewards = promises(offer)
        if rewards is not None:
            asked.append(AskedReward(AskedOffer(rewards), prices(offer) is not None, run.allowed.get(offer.id)))
    return promise(evolve(run, bench=bench), asked)


def promise(run: Run, asked: Iterable[AskedReward]) -> tuple[PromisedReward, ...]:
    """Return what is promised on the bench of ``run``, after everything that lowers prices.

    An offer that lowers something too promises where it was applied, what is promised once as often; of any other the
    conditions are tested now. A reward stands beside whatever is exclusive, unless its own offer is.
    """
    given: list[PromisedReward] = []
    alone_standing: list[Offer] = []
    for each in asked:
        offer = each.asked.offer
        if not each.beside_prices:
            # Units are not told apart any more: those of a line that another offer lowered count as used.
            by_unit = offer.exclusive is Exclusivity.UNIT
            alone_standing.append(evolve(offer, exclusive=Exclusivity.LINE) if by_unit else offer)
        elif offer.id in run.times:
            if each.lines is not None:
                run.allowed[offer.id] = each.lines
            given.extend(_promised(run, offer, run.times[offer.id]))
    offers = _standing(run, ordered(tuple(alone_standing), run.bench.settings))
    for place, offer in enumerate(offers):
        if wins_in_group(run, offer, offers[place + 1 :]):
            given.extend(_promised_alone(run, offer))
    return tuple(given)


def _standing(run: Run, offers: Iterable[Offer]) -> list[Offer]:
    """Return those of ``offers`` whose limits and conditions hold now and that stand beside each other."""
    kept, losers, winner = alone(run.enter_each(offers), "", run.bench.holders(run.bench.basket.lines))
    for offer in losers:
        run.refuse(offer, not_beside(offer, winner))
    return kept


def _promised_alone(run: Run, offer: Offer) -> list[PromisedReward]:
    refused = len(run.lost)
    found = _promised(run, offer, 1)
    if found:
        run.count(offer)
    elif len(run.lost) == refused:
        run.refuse(offer, PROMISES_NOTHING.at("offers", value=offer.id, terms=offer.terms, accepted=ENOUGH))
    return found


def _promised(run: Run, offer: Offer, times: int) -> list[PromisedReward]:
    """Return what each benefit of ``offer`` promises within its budget; what is promised once, ``times`` times."""
    found: list[PromisedReward] = []
    for benefit in offer.benefits:
        proposal = benefit.propose(run.view(offer))
        rewards = [
            each if each.step else evolve(each, quantity=EXACT.multiply(each.quantity, Decimal(times)))
            for each in proposal.rewards
        ]
        proposal = run.within_budget(offer, Proposal(rewards=tuple(rewards)))
        if proposal.gives:
            run.apply(offer, proposal)
            found.extend([evolve(each, code=run.codes.get(offer.id, "")) for each in proposal.rewards])
    return found
