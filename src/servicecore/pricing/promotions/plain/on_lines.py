"""Apply plain offers to single lines: all of them in order, or to each line the best."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from servicecore.kernel.explain import NotApplied
from servicecore.pricing.line_in_progress import LineInProgress
from servicecore.pricing.promotions.bench import NOTHING
from servicecore.pricing.promotions.offer import Exclusivity
from servicecore.pricing.promotions.outcomes import OFFER_APPLIED, applied, lost_to
from servicecore.pricing.promotions.plain.candidate import Candidate
from servicecore.pricing.promotions.scene import Scene

# A member of an enumeration is looked up in its class each time, which a quote does for every offer.
_ALONE_ON_LINES: Final = Exclusivity.LINE


def apply_to_lines(candidates: Iterable[Candidate]) -> list[NotApplied]:
    """Apply ``candidates``, given in the order of application; return those that touched no line.

    Percentages compound on what is left (pricing property 29). An offer that is exclusive on its lines takes only
    lines that no other has touched, and closes them to the others.
    """
    lost: list[NotApplied] = []
    for candidate in candidates:
        offer, benefit, code = candidate.offer, candidate.benefit, candidate.code
        lines = candidate.free_lines()
        if not lines:
            lost.append(candidate.stands_back())
            continue
        took_off = False
        name, title, closes = offer.id, offer.name, offer.exclusive is _ALONE_ON_LINES
        for line in lines:
            off = benefit.off_line(line)
            if off > NOTHING:
                took_off = True
                # What `applied` returns, without the call.
                named = {"offer": name, "name": title, "terms": benefit, "base": line.exact, "units": line.quantity}
                line.take_off(off, name, code, OFFER_APPLIED, named)
                line.taken = closes
        if not took_off:
            lost.append(candidate.gives_nothing())
    return lost


def apply_best_to_lines(candidates: list[Candidate], scene: Scene) -> list[NotApplied]:
    """Apply to each line the best of ``candidates``, given in the order of application, which decides between equals.

    An offer that loses on a line is named there with the offer that it lost to; one that touched no line is
    returned.
    """
    rivals: dict[int, list[tuple[Decimal, Candidate]]] = {}
    for candidate in candidates:
        for line in candidate.lines:
            rivals.setdefault(line.number, []).append((candidate.benefit.off_line(line), candidate))
    winners: set[str] = set()
    lost: dict[str, NotApplied] = {}
    for line in scene.lines:
        if line.number in rivals:
            winner = _settle(line, rivals[line.number], scene, lost)
            if winner is not None:
                winners.add(winner)
    return [
        lost.get(candidate.name) or candidate.gives_nothing()
        for candidate in candidates
        if candidate.offer.id not in winners
    ]


def _settle(
    line: LineInProgress, rivals: list[tuple[Decimal, Candidate]], scene: Scene, lost: dict[str, NotApplied]
) -> str | None:
    off, winner = max(rivals, key=lambda rival: rival[0])
    if off <= NOTHING:
        return None
    offer = winner.offer
    named = applied(offer, winner.benefit, line.exact, line.quantity)
    line.take_off(off, offer.id, winner.code, OFFER_APPLIED, named)
    line.taken = winner.alone_on_lines
    for less, loser in rivals:
        if loser is not winner:
            reason = NotApplied(loser.name, lost_to(offer, scene.one * less, scene.one * off))
            line.note_lost(reason)
            lost[loser.name] = reason
    return offer.id
