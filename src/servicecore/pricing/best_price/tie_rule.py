"""The tie rule: of all solutions that lose no more, the one with the fewest offers, then the one with the lowest ids.

The labels of all of them are carried to the end, each with the offers that it used. Where those are too many, graphs
are joined first, as for the proof; each notes in its states whether its offer was used, so that of two ways that join
again the one that loses less replaces the other.
"""

from __future__ import annotations

from typing import Final

from servicecore.pricing.best_price.compact import Counts
from servicecore.pricing.best_price.credits import Credits
from servicecore.pricing.best_price.graphs import BEYOND, Arc, Graph, Stage
from servicecore.pricing.best_price.joining import Joining
from servicecore.pricing.best_price.labels import Labeller
from servicecore.pricing.best_price.layout import UNDISCOUNTED, Layout

_FIRST_TRY: Final = 4_000


def settled(layout: Layout, line_credits: Credits, loss: int, budget: int) -> tuple[Counts | None, int]:
    """Return the solution that the rule names and the work done; None where the budget ended first.

    Args:
        layout: what solutions are made of.
        line_credits: with the graphs of all offers.
        loss: what the best solution loses.
        budget: nodes.

    """
    line_credits.narrow(loss)
    work = line_credits.take_steps()
    counts, taken = _least(layout, line_credits, loss, min(_FIRST_TRY, budget - work))
    work += taken
    if counts is not None or work >= budget:
        return counts, work
    closable = [line.sink < 0 and line.base_offers == (UNDISCOUNTED,) for line in layout.lines]
    joint = Credits(
        [_noting_use(graph) for graph in line_credits.graphs],
        line_credits.quantities,
        line_credits.most,
        closable,
        loss,
        line_credits.credits,
    )
    joining, goes_on = Joining(joint), True
    while goes_on and work < budget:
        goes_on, taken = joining.joins(loss, budget - work)
        work += taken
    counts, taken = _least(layout, joint, loss, max(0, budget - work))
    return counts, work + taken


def _least(layout: Layout, line_credits: Credits, loss: int, budget: int) -> tuple[Counts | None, int]:
    """Return the first solution by the rule, and the work done."""
    labeller = Labeller(layout, line_credits, loss, settling=True)
    labeller.budget = budget
    chain, aside = labeller.carry(None)
    if aside is not None:
        return None, budget - labeller.budget

    def rank(key: int) -> tuple[int, int]:
        used = labeller.offers_used(key)
        return used.bit_count(), -used

    least = min((key for key, label in chain[-1].items() if label[0] == loss), key=rank)
    return labeller.counts(chain, least), budget - labeller.budget


def _noting_use(graph: Graph) -> Graph:
    """Return the graph with one state more at every place: nothing was used so far."""
    stages: list[Stage] = []
    idle: int | None = 0
    for place, stage in enumerate(graph.stages):
        unused = stage.states if place else 0
        arcs: list[Arc] = list(stage.arcs) if place else []
        following: int | None = None
        for state, loss, units, there, moves in stage.arcs:
            if state == idle:
                if not units:
                    following = there
                arcs.append((unused, loss, units, there if units else stage.following, moves))
        stages.append(Stage(arcs, stage.states + 1 if place else 1, stage.following + 1))
        idle = following
    return Graph(graph.lines, stages, [*graph.ends, BEYOND if idle is None else graph.ends[idle]], graph.alone)
