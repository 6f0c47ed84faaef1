"""The most units of a line that each offer can use in a solution that loses no more than a known one.

A solver is given the program without all others: a fraction of it where the known solution is good.
"""

from __future__ import annotations

from servicecore.pricing.best_price.credits import Credits
from servicecore.pricing.best_price.integer_program import MostUnits
from servicecore.pricing.best_price.layout import Layout


def most_units(layout: Layout, line_credits: Credits) -> MostUnits:
    """Return the most units by offer, role and line that the graphs use.

    Offers that can be replaced have no graph, so they use none. Of lines with many units the graphs leave out what
    whole sets of one offer do, so nothing is said of them; neither of offers without a tally.
    """
    small = {number for number, line in enumerate(layout.lines) if line.is_small}
    found = {
        (number, role, line): 0
        for tally, number in zip(layout.tallies, layout.numbers, strict=True)
        for role, each in enumerate(tally.compact.roles)
        for line in each.weights
        if line in small
    }
    for graph in line_credits.graphs:
        for line, stage in zip(graph.lines, graph.stages, strict=True):
            if line not in small:
                continue
            for place, used in {move for arc in stage.arcs for move in arc[-1]}:
                for role, units in enumerate(used):
                    if units and place >= 0:
                        key = (layout.numbers[place], role, line)
                        found[key] = max(found[key], units)
    return found
