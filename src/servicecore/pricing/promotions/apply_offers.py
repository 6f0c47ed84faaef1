"""Apply special offers to the lines of a quote: line offers first, then offers on the order on what they left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final, TypeAlias

from attrs import frozen

from servicecore.kernel.explain import NotApplied
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.promotions.benefits import OrderBenefit
from servicecore.pricing.promotions.offer_index import OfferIndex
from servicecore.pricing.promotions.offers import Exclusivity, Offer, OfferTrigger
from servicecore.pricing.promotions.scene import Lines, Scene
from servicecore.pricing.promotions.selection import (
    Candidate,
    OfferSelection,
    apply_all_by_priority,
    apply_best_single,
)
from servicecore.pricing.promotions.selection.all_by_priority import free_lines, holder
from servicecore.pricing.promotions.selection.candidate import NOTHING, OFFER_APPLIED
from servicecore.pricing.promotions.selection.take_off import rounded_off, split_off, value_of

NEEDS_CODE: Final = ProblemKind(
    "pricing.offer_needs_code",
    en="the offer {value} needs a code; accepted: {accepted}",
    it="l'offerta {value} richiede un codice; valori ammessi: {accepted}",
    de="das Angebot {value} verlangt einen Code; zulässig: {accepted}",
)


@frozen
class OfferBook:
    """The offers of a compiled price book.

    Attributes:
        by_id: every offer.
        index: the automatic ones, by what a cart has.
        selection: which of those that could be applied are.

    """

    by_id: Mapping[str, Offer]
    index: OfferIndex
    selection: OfferSelection


@frozen
class OfferOutcome:
    """What became of the candidates: how many were tested, which touched no line, and which codes took effect."""

    tested: int
    not_applied: tuple[NotApplied, ...]


_Asked: TypeAlias = tuple[Offer, Lines, str]
"""An offer to be tested, the lines that it is tested on, and the code that released it, if any."""


def apply_offers(book: OfferBook, scene: Scene, released: Mapping[str, str], digits: int) -> OfferOutcome:
    """Apply the offers that the cart releases to the lines of ``scene``.

    Line offers see the prices before offers, offers on the order what the line offers left. Where the first offer
    in order is exclusive in the cart, it is applied alone; otherwise such offers stand back.

    Args:
        book: the offers.
        scene: the cart and its lines; the lines are changed.
        released: codes typed by the id of the offer that each released.
        digits: decimals of a line's amounts.

    """
    not_applied: list[NotApplied] = []
    asked = _asked(book, scene, released, not_applied)
    if not asked:
        return OfferOutcome(0, tuple(not_applied))
    on_order = [each for each in asked if isinstance(each[0].benefit, OrderBenefit)]
    on_lines = [each for each in asked if not isinstance(each[0].benefit, OrderBenefit)] if on_order else asked
    candidates = _alone(_eligible(on_lines, scene, not_applied), not_applied)
    if book.selection is OfferSelection.BEST_SINGLE:
        not_applied.extend(apply_best_single(candidates, scene))
    else:
        not_applied.extend(apply_all_by_priority(candidates))
    if on_order:
        _apply_to_order(book.selection, candidates, _eligible(on_order, scene, not_applied), scene, digits, not_applied)
    return OfferOutcome(len(asked), tuple(not_applied))


def _asked(book: OfferBook, scene: Scene, released: Mapping[str, str], not_applied: list[NotApplied]) -> list[_Asked]:
    lines = scene.lines
    asked = [(offer, lines, "") for offer in book.index.candidates(scene)]
    extra = [(book.by_id[offer], lines, code) for offer, code in released.items()]
    named: dict[str, list[int]] = {}
    for place, line in enumerate(lines):
        for offer_id in line.cart_line.offers:
            named.setdefault(offer_id, []).append(place)
    if not (named or extra):
        return asked
    known = {offer.id for offer, _lines, _code in asked} | set(released)
    for offer_id, places in named.items():
        offer = book.by_id[offer_id]
        if offer.trigger is OfferTrigger.CODE and offer_id not in released:
            reason = NEEDS_CODE.at("offers", value=offer_id, accepted="a coupon code that releases it")
            not_applied.append(NotApplied(offer_id, reason))
        elif offer_id not in known:
            extra.append((offer, tuple([lines[place] for place in places]), ""))
    if extra:
        asked.extend(extra)
        asked.sort(key=lambda each: each[0].order)
    return asked


def _eligible(asked: Iterable[_Asked], scene: Scene, not_applied: list[NotApplied]) -> list[Candidate]:
    candidates: list[Candidate] = []
    for offer, lines, code in asked:
        answer = offer.eligible(lines, scene)
        name = code or offer.id
        if isinstance(answer, Problem):
            not_applied.append(NotApplied(name, answer))
            continue
        candidates.append(Candidate(offer, answer, code, name))
        if offer.trigger is OfferTrigger.DIRECT and len(answer) < len(lines):
            _explain_left_out(offer, lines, answer, scene)
    return candidates


def _explain_left_out(offer: Offer, lines: Lines, kept: Lines, scene: Scene) -> None:
    inside = {line.number for line in kept}
    for line in lines:
        if line.number not in inside:
            reason = offer.eligible((line,), scene)
            if isinstance(reason, Problem):
                line.trail.not_applied.append(NotApplied(offer.id, reason))


def _alone(candidates: list[Candidate], not_applied: list[NotApplied]) -> list[Candidate]:
    cart = Exclusivity.CART
    if not [each for each in candidates if each.offer.exclusive is cart]:
        return candidates
    first = candidates[0]
    if first.offer.exclusive is Exclusivity.CART:
        not_applied.extend(each.not_beside(first.offer.id) for each in candidates[1:])
        return candidates[:1]
    not_applied.extend(
        each.not_beside(first.offer.id) for each in candidates if each.offer.exclusive is Exclusivity.CART
    )
    return [each for each in candidates if each.offer.exclusive is not Exclusivity.CART]


def _apply_to_order(
    selection: OfferSelection,
    before: list[Candidate],
    candidates: list[Candidate],
    scene: Scene,
    digits: int,
    not_applied: list[NotApplied],
) -> None:
    closed_by = next((each.offer.id for each in before if each.offer.exclusive is Exclusivity.CART), "")
    lowered = holder(scene.lines)
    if closed_by and lowered:
        not_applied.extend(each.not_beside(closed_by) for each in candidates)
        return
    if lowered:
        exclusive = [each for each in candidates if each.offer.exclusive is Exclusivity.CART]
        not_applied.extend(each.not_beside(lowered) for each in exclusive)
        candidates = [each for each in candidates if each.offer.exclusive is not Exclusivity.CART]
    candidates = _alone(candidates, not_applied)
    if selection is OfferSelection.BEST_SINGLE and len(candidates) > 1:
        candidates = _best(candidates, scene, not_applied)
    for candidate in candidates:
        _take_off_order(candidate, digits, not_applied)


def _best(candidates: list[Candidate], scene: Scene, not_applied: list[NotApplied]) -> list[Candidate]:
    worth = [(_order_off(candidate), candidate) for candidate in candidates]
    most, winner = max(worth, key=lambda each: each[0])
    not_applied.extend(loser.lost(off, scene, winner, most) for off, loser in worth if loser is not winner)
    return [winner]


def _order_off(candidate: Candidate) -> Decimal:
    benefit = candidate.benefit
    return benefit.off(value_of(free_lines(candidate))) if isinstance(benefit, OrderBenefit) else NOTHING


def _take_off_order(candidate: Candidate, digits: int, not_applied: list[NotApplied]) -> None:
    lines = free_lines(candidate)
    if not lines:
        not_applied.append(candidate.not_beside(holder(candidate.lines)))
        return
    off = rounded_off(_order_off(candidate), value_of(lines), lines)
    if off <= NOTHING:
        not_applied.append(candidate.gives_nothing())
        return
    offer = candidate.offer
    split_off(
        off,
        lines,
        digits,
        offer.id,
        candidate.code,
        OFFER_APPLIED,
        offer=offer.id,
        name=offer.name,
        terms=candidate.benefit,
    )
    if offer.exclusive is Exclusivity.LINE:
        for line in lines:
            line.taken = True
