"""The choices that groups of offers leave a best combination: one offer of each."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import prod
from typing import Final

from attrs import frozen

from servicecore.pricing.promotions.offer import Offer
from servicecore.pricing.promotions.offer_groups import Keep
from servicecore.pricing.promotions.selection.one_of_group import one_of_each_group
from servicecore.pricing.promotions.selection.run import Run

_MOST_CHOICES: Final = 32
"""So many choices are tried at most; of more, each group keeps what takes most off alone."""


@frozen
class GroupChoice:
    """Which offers stand out.

    Attributes:
        out: for each way that is to be tried, the ids of the offers that have no part in it; at least one way.
        beaten: ids of those that have a part in none, because they cannot be applied or another one is kept; they were
            told so.
        skipped: ids of those that were left out because there are too many choices.

    """

    out: tuple[frozenset[str], ...]
    beaten: frozenset[str]
    skipped: frozenset[str]


def choose_of_groups(run: Run, offers: Sequence[Offer]) -> GroupChoice:
    """Return the choices that the groups of ``offers``, in the order of the book, leave; the beaten ones are told."""
    grouped = [offer for offer in offers if offer.group]
    if not grouped:
        return GroupChoice((frozenset(),), frozenset(), frozenset())
    trial = run.fresh()
    able = trial.enter_each(grouped)
    highest = {each.name for each in run.bench.settings.groups if each.keep is Keep.HIGHEST}
    tried = [[offer.id for offer in able if offer.group == name] for name in sorted(highest)]
    tried = [each for each in tried if each]
    many = prod(map(len, tried)) > _MOST_CHOICES
    decided = able if many else [offer for offer in able if offer.group not in highest]
    kept = {offer.id for offer in one_of_each_group(trial, decided)}
    run.lost.extend(trial.lost)
    beaten = frozenset(
        [offer.id for offer in grouped if offer not in able or (offer in decided and offer.id not in kept)]
    )
    if many:
        return GroupChoice((beaten,), beaten, frozenset([offer.id for offer in decided if offer.group in highest]))
    every = {offer for members in tried for offer in members}
    return GroupChoice(tuple([beaten | (every - {*chosen}) for chosen in product(*tried)]), beaten, frozenset())
