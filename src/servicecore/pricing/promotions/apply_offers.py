"""Apply the offers of a book to the lines of a quote: find those that the cart asks for, then the way to apply them."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from typing import Final

from attrs import evolve

from servicecore.kernel.explain import NotApplied
from servicecore.kernel.problems import ProblemKind
from servicecore.kernel.rounding import Rounding
from servicecore.pricing.best_price import IntegerSolver, nothing_to_choose
from servicecore.pricing.line_in_progress import LineInProgress
from servicecore.pricing.promotions.apply_on_bench import apply_on_bench
from servicecore.pricing.promotions.apply_to_shipping import on_goods, on_shipping
from servicecore.pricing.promotions.asked import AskedOffer, AskedReward, OfferOutcome, asked_of
from servicecore.pricing.promotions.combination import OfferOrder, Selection
from servicecore.pricing.promotions.offer import Offer, OfferTrigger
from servicecore.pricing.promotions.offer_book import OfferBook
from servicecore.pricing.promotions.offer_codes import ReleasedBy
from servicecore.pricing.promotions.outcomes import not_beside
from servicecore.pricing.promotions.plain import apply_plainly
from servicecore.pricing.promotions.promise_rewards import prices, promises
from servicecore.pricing.promotions.scene import Scene

NEEDS_CODE: Final = ProblemKind(
    "pricing.offer_needs_code",
    en="the offer {value} needs a code; accepted: {accepted}",
    it="l'offerta {value} richiede un codice; valori ammessi: {accepted}",
    de="das Angebot {value} verlangt einen Code; zulässig: {accepted}",
)


def apply_offers(
    book: OfferBook,
    scene: Scene,
    released: Mapping[str, ReleasedBy],
    digits: int,
    rounding: Rounding,
    solver: IntegerSolver | None = None,
    *,
    spent: tuple[NotApplied, ...] = (),
) -> OfferOutcome:
    """Apply the offers that the cart releases to the lines of ``scene``, as the book combines them.

    Where all of them and the book's combination are plain, the lines are lowered as they are; otherwise on a bench
    that counts units and heeds lowest prices. Both ways come to the same. Benefits on shipping wait for the charges:
    the outcome names the offers that have them, but for those whose benefits on goods were refused already. So do
    rewards, which wait for everything else.

    Args:
        book: the offers.
        scene: the cart and its lines; the lines are changed.
        released: codes typed by the id of the offer that each released.
        digits: decimals of a line's amounts.
        rounding: of a line's amounts.
        solver: helps to prove the best combination of large carts.
        spent: offers, by the names that refusals call them, that were found to give more than their budgets have left.

    """
    not_applied: list[NotApplied] = list(spent)
    asked = _asked(book, scene, released, not_applied)
    tested = len(asked)
    counted: tuple[AskedOffer, ...] = ()
    if book.looking_back is not None:
        asked, counted = _counted(asked, scene, {each.rule for each in spent})
    plain = not [each for each in asked if not each.offer.plain]
    shipping: tuple[AskedOffer, ...] = ()
    rewards: tuple[AskedReward, ...] = ()
    if not plain:
        asked, rewards = _without_rewards(asked)
        # Whether an offer was applied beside its rewards is known on the bench alone.
        plain = not [each for each in asked if not each.offer.plain] and not [
            each for each in rewards if each.beside_prices
        ]
        shipping = _with_benefits(asked, on_shipping)
        asked = list(_with_benefits(asked, on_goods)) if shipping else asked
    if not asked:
        optimal = book.combination.selection is Selection.OPTIMAL
        proof = nothing_to_choose(scene.currency) if optimal else None
        return OfferOutcome(tested, tuple(not_applied), (), shipping, rewards, best_price=proof, counted=counted)
    if book.plain and plain and (scene.plain or not [line for line in scene.lines if line.lowest]):
        best_single = book.combination.selection is Selection.BEST_SINGLE
        not_applied.extend(apply_plainly(asked, scene, digits, best_single=best_single))
        return OfferOutcome(tested, tuple(not_applied), rewards=rewards, counted=counted)
    outcome = apply_on_bench(asked, scene, book.combination, rounding, solver)
    lost = {each.rule for each in outcome.not_applied}
    shipping = tuple([each for each in shipping if each.name not in lost])
    told = (*not_applied, *outcome.not_applied)
    if shipping and book.combination.selection is Selection.BEST_SIDE:
        beaten = _of_other_side(shipping, asked, outcome.times)
        shipping = tuple([each for each in shipping if each.name not in {lost.rule for lost in beaten}])
        told = (*told, *beaten)
    rewards = tuple([evolve(each, lines=outcome.allowed.get(each.asked.offer.id)) for each in rewards])
    return evolve(outcome, tested=tested, not_applied=told, shipping=shipping, rewards=rewards, counted=counted)


def _of_other_side(
    shipping: Iterable[AskedOffer], asked: Iterable[AskedOffer], times: Mapping[str, int]
) -> list[NotApplied]:
    """Return the offers on goods and shipping together that are not of the side that lowered the goods."""
    winner = next((each.offer for each in asked if each.offer.id in times and each.offer.lowers_goods), None)
    if winner is None:
        return []
    rivals = [each for each in shipping if each.offer.lowers_goods and each.offer.id not in times]
    others = [each for each in rivals if each.offer.lowers_goods_on_order is not winner.lowers_goods_on_order]
    return [NotApplied(each.name, not_beside(each.offer, winner.id)) for each in others]


def _counted(
    asked: Iterable[AskedOffer], scene: Scene, spent: Container[str]
) -> tuple[list[AskedOffer], tuple[AskedOffer, ...]]:
    """Return the offers less those that are spent, with limits of which orders used so much; and the counted ones."""
    usage = scene.usage
    known = [
        evolve(each, offer=usage.put_into(each.offer, scene.currency)) if each.offer.limits.counted else each
        for each in asked
        if each.name not in spent
    ]
    return known, tuple([each for each in known if each.counted])


def _without_rewards(asked: list[AskedOffer]) -> tuple[list[AskedOffer], tuple[AskedReward, ...]]:
    """Return the offers with what they give on prices, and the rewards of those that promise some."""
    kept: list[AskedOffer] = []
    rewards: list[AskedReward] = []
    for each in asked:
        offer, promising = prices(each.offer), promises(each.offer)
        if offer is not None:
            kept.append(each if promising is None else evolve(each, offer=offer))
        if promising is not None:
            rewards.append(AskedReward(evolve(each, offer=promising), offer is not None))
    return kept, tuple(rewards)


def _with_benefits(asked: Iterable[AskedOffer], kept: Callable[[Offer], Offer | None]) -> tuple[AskedOffer, ...]:
    """Return the offers with those of their benefits that ``kept`` leaves; those without any are left out."""
    return tuple([evolve(each, offer=offer) for each in asked if (offer := kept(each.offer)) is not None])


def _asked(
    book: OfferBook, scene: Scene, released: Mapping[str, ReleasedBy], not_applied: list[NotApplied]
) -> list[AskedOffer]:
    asked = asked_of(book.index.candidates(scene))
    extra = [AskedOffer(book.by_id[offer], None, by) for offer, by in released.items()] if released else []
    if scene.cart.offers or (not scene.plain and [line for line in scene.lines if line.cart_line.offers]):
        known = {each.offer.id for each in asked} | set(released)
        for name, among in _named(scene).items():
            offer = book.by_id[name]
            if offer.trigger is OfferTrigger.CODE and name not in released:
                reason = NEEDS_CODE.at("offers", value=name, accepted="a coupon code that releases it")
                not_applied.append(NotApplied(name, reason))
            elif name not in known:
                extra.append(AskedOffer(offer, among))
    if extra or book.combination.order is not OfferOrder.STAGES:
        asked.extend(extra)
        asked.sort(key=book.place)
    return asked


def _named(scene: Scene) -> dict[str, tuple[LineInProgress, ...] | None]:
    """Return the offers named by the cart, for all lines, and by single lines, for these."""
    named: dict[str, tuple[LineInProgress, ...] | None] = dict.fromkeys(scene.cart.offers)
    for line in scene.lines:
        for name in line.cart_line.offers:
            if name not in scene.cart.offers:
                named[name] = (*(named.get(name) or ()), line)
    return named
