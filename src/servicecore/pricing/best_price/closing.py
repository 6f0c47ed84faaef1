"""Closing: graphs without the lines that they no longer use, and lines that one graph alone decides on.

What is left out of a graph may leave it a line without a choice: that line is no part of it any more. A line that one
graph alone still uses is closed: what is left of it belongs to each choice there, with what that loses, so that no
credit has to guess it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from servicecore.pricing.best_price.graphs import UNDISCOUNTED, Arc, Graph, Moves, Stage


def least(arcs: Iterable[Arc]) -> list[Arc]:
    """Return, of the choices from one state, those that no other one with as many units and the same end beats.

    Of those that lose the same one stays for each set of offers, unless fewer of them do: that decides between equal
    answers.
    """
    found: dict[tuple[int, int], list[Arc]] = {}
    for arc in arcs:
        known = found.setdefault((arc[3], arc[2]), [arc])
        if arc[1] < known[0][1]:
            known[:] = [arc]
        elif arc[1] == known[0][1] and arc is not known[0]:
            users = _users(arc)
            if not any(_users(other) <= users for other in known):
                known[:] = [*(other for other in known if not users <= _users(other)), arc]
    return [arc for same in found.values() for arc in same]


def _users(arc: Arc) -> frozenset[int]:
    return frozenset([place for place, _used in arc[4]])


def taking(takers: Sequence[int], left: int) -> list[Moves]:
    """Return each way in which offers without a tally take the units that are left."""
    return [
        ((~taker, (left,)),) if left and taker != UNDISCOUNTED else () for taker in (takers if left else takers[:1])
    ]


def closed(graph: Graph, place: int, quantity: int, each: int, takers: Sequence[int]) -> Graph:
    """Return the graph with what is left of a line in each choice there.

    Args:
        graph: that alone uses the line.
        place: of the line.
        quantity: units of it.
        each: loss of a unit left over.
        takers: offers without a tally that can take it.

    """
    stage = graph.stages[place]
    arcs = [
        arc
        for row in stage.rows
        for arc in least(
            [
                (state, loss + (quantity - units) * each, quantity, there, moves + more)
                for state, loss, units, there, moves in row
                for more in taking(takers, quantity - units)
            ]
        )
    ]
    stages = [*graph.stages[:place], Stage(arcs, stage.states, stage.following), *graph.stages[place + 1 :]]
    return Graph(graph.lines, stages, graph.ends, graph.alone)


def without_idle(graph: Graph, ahead: list[list[int]]) -> tuple[Graph, list[list[int]]]:
    """Return the graph without the lines that it cannot use, and the least losses ahead of it."""
    lines, stages, kept = list(graph.lines), list(graph.stages), list(ahead)
    for place in range(len(stages) - 1, -1, -1):
        stage = stages[place]
        if stage.widest or len(stage.arcs) > len({arc[0] for arc in stage.arcs}):
            continue
        onward = {state: (loss, there) for state, loss, _units, there, _moves in stage.arcs}
        if place:
            stages[place - 1] = _ending(stages[place - 1], onward, stage.following)
        elif len(stages) > 1 and onward:
            stages[1] = _beginning(stages[1], *onward[0])
        else:
            break
        del stages[place], lines[place], kept[max(place, 1)]
    if len(stages) == len(graph.stages):
        return graph, ahead
    return Graph(tuple(lines), stages, graph.ends, graph.alone), kept


def _ending(stage: Stage, onward: Mapping[int, tuple[int, int]], following: int) -> Stage:
    """Return a stage that ends after the next one, whose only choice from each state is ``onward``."""
    arcs = [
        (state, loss + onward[there][0], units, onward[there][1], moves)
        for state, loss, units, there, moves in stage.arcs
        if there in onward
    ]
    return Stage(arcs, stage.states, following)


def _beginning(stage: Stage, lost: int, start: int) -> Stage:
    """Return a stage that begins in the one state ``start``, where so much was lost."""
    arcs = [(0, lost + loss, units, there, moves) for _state, loss, units, there, moves in stage.rows[start]]
    return Stage(arcs, 1, stage.following)
