"""The selection by concurrency modes: exclusive before best price, best price against all compound ones together."""

from __future__ import annotations

from decimal import Decimal

from servicecore.kernel.money import Money
from servicecore.kernel.problems import Problem
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.promotions.bench import NOTHING, Share
from servicecore.pricing.promotions.benefits import Proposal
from servicecore.pricing.promotions.offer import Offer, Stacking
from servicecore.pricing.promotions.outcomes import lost_to
from servicecore.pricing.promotions.selection.run import Run


def apply_concurrently(run: Run, offers: tuple[Offer, ...]) -> None:
    """Apply to each line the best exclusive offer; without one the better of best price and compound."""
    entered = run.enter(offers)
    offered = _offered(run, entered)
    won: dict[str, list[Share]] = {}
    beaten: dict[str, Problem] = {}
    in_basket = {line.id: line for line in run.bench.basket.lines}
    for line, rows in offered.items():
        room = run.view(rows[0][0]).room(in_basket[line])
        chosen = _chosen(rows)
        for offer, share in chosen:
            amount = min(share.amount, room)
            room = EXACT.subtract(room, amount)
            won.setdefault(offer.id, []).append(Share(share.offer, line, amount, share.units, share.on_order))
        for row in rows:
            if row not in chosen:
                beaten[row[0].id] = _lost(run, row, chosen)
    for offer in entered:
        shares = tuple(won.get(offer.id, ()))
        if shares:
            run.apply(offer, Proposal(shares))
            run.count(offer)
        elif offer.id in beaten:
            run.refuse(offer, beaten[offer.id])
        else:
            run.gives_nothing(offer)


def _offered(run: Run, entered: list[Offer]) -> dict[str, list[tuple[Offer, Share]]]:
    offered: dict[str, list[tuple[Offer, Share]]] = {}
    for offer in entered:
        for share in run.offered(offer).shares:
            if share.amount:
                offered.setdefault(share.line, []).append((offer, share))
    return offered


def _lost(run: Run, row: tuple[Offer, Share], chosen: list[tuple[Offer, Share]]) -> Problem:
    currency, together = run.bench.basket.currency, NOTHING
    for each in chosen:
        together = EXACT.add(together, _amount(each))
    return lost_to(chosen[0][0], Money(_amount(row), currency), Money(together, currency))


def _chosen(rows: list[tuple[Offer, Share]]) -> list[tuple[Offer, Share]]:
    exclusive = [row for row in rows if row[0].stacking is Stacking.EXCLUSIVE]
    if exclusive:
        return [max(exclusive, key=_amount)]
    single = [row for row in rows if row[0].stacking is Stacking.BEST_PRICE]
    compound = [row for row in rows if row[0].stacking is Stacking.COMPOUND]
    together = NOTHING
    for row in compound:
        together = EXACT.add(together, _amount(row))
    if single and _amount(max(single, key=_amount)) > together:
        return [max(single, key=_amount)]
    return compound


def _amount(row: tuple[Offer, Share]) -> Decimal:
    return row[1].amount
