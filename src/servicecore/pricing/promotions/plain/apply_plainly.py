"""Apply plain offers to the lines of a quote: line offers first, then offers on the order on what they left."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from servicecore.kernel.explain import NotApplied
from servicecore.kernel.problems import Problem
from servicecore.pricing.promotions.asked import AskedOffer
from servicecore.pricing.promotions.offer import Exclusivity, OfferTrigger
from servicecore.pricing.promotions.outcomes import alone, left_out, not_beside
from servicecore.pricing.promotions.plain.candidate import Candidate, candidate
from servicecore.pricing.promotions.plain.on_lines import apply_best_to_lines, apply_to_lines
from servicecore.pricing.promotions.plain.on_order import apply_best_to_order, apply_to_order
from servicecore.pricing.promotions.scene import Scene
from servicecore.pricing.promotions.take_off import holder

# Members of enumerations are looked up in their class each time, which a quote does for every offer.
_ALONE_IN_CART: Final = Exclusivity.CART
_BY_NAME: Final = OfferTrigger.DIRECT


def apply_plainly(asked: Sequence[AskedOffer], scene: Scene, digits: int, *, best_single: bool) -> list[NotApplied]:
    """Apply the offers ``asked``, all of them plain, as the house combines them; return those that took no effect.

    The result is that of the bench (`apply_on_bench`), without its count of units.

    Args:
        asked: in the order of application.
        scene: the cart and its lines; the lines are changed.
        digits: decimals of a line's amounts.
        best_single: whether each line, and then the order, gets the best offer alone.

    """
    on_order = [each for each in asked if each.offer.on_order]
    on_lines = [each for each in asked if not each.offer.on_order] if on_order else asked
    lost: list[NotApplied] = []
    candidates = _stand(_eligible(on_lines, scene, lost), "", "", lost)
    if best_single:
        lost.extend(apply_best_to_lines(candidates, scene))
    else:
        lost.extend(apply_to_lines(candidates))
    if on_order:
        holds_cart = next((each.offer.id for each in candidates if each.offer.exclusive is _ALONE_IN_CART), "")
        follow = _stand(_eligible(on_order, scene, lost), holds_cart, holder(scene.lines), lost)
        lost.extend(apply_best_to_order(follow, scene, digits) if best_single else apply_to_order(follow, digits))
    return lost


def _eligible(asked: Iterable[AskedOffer], scene: Scene, lost: list[NotApplied]) -> list[Candidate]:
    candidates: list[Candidate] = []
    for each in asked:
        offer = each.offer
        answer = offer.eligible(scene, each.among)
        if isinstance(answer, Problem):
            lost.append(NotApplied(each.name, answer))
            continue
        candidates.append(candidate(offer, answer, each.code))
        if offer.trigger is _BY_NAME:
            for line, reason in left_out(offer, answer, scene, each.among):
                line.note_lost(reason)
    return candidates


def _stand(candidates: list[Candidate], holds_cart: str, lowered_by: str, lost: list[NotApplied]) -> list[Candidate]:
    if not holds_cart and not [each for each in candidates if each.offer.exclusive is _ALONE_IN_CART]:
        return candidates
    _kept, losers, beside = alone([each.offer for each in candidates], holds_cart, lowered_by)
    out = {offer.id for offer in losers}
    lost.extend(NotApplied(each.name, not_beside(each.offer, beside)) for each in candidates if each.offer.id in out)
    return [each for each in candidates if each.offer.id not in out]
