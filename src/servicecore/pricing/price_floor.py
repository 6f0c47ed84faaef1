"""The lowest unit price that somebody may set by hand, with or without a second person (CC 8.3)."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from servicecore.kernel.money import Money
from servicecore.kernel.problems import Problem, ProblemKind

BELOW_FLOOR: Final = ProblemKind(
    "override.below_floor",
    en="{value} is below the lowest price that {actor} may give; accepted: {accepted}, or more with an approval",
    it="{value} è sotto il prezzo minimo concesso a {actor}; valori ammessi: {accepted}, o un'approvazione",
    de="{value} liegt unter dem niedrigsten Preis, den {actor} geben darf; zulässig: {accepted}, sonst mit Genehmigung",
)


@frozen
class PriceFloor:
    """The lowest unit price, without tax, behind which actor or approver stand.

    Attributes:
        lowest: itself allowed.
        actor: id of the one who may go so low.
        path: of the override, ``lines[0].override``.
        instead: what is wrong with an approver who does not count; it is told in the place of the floor.

    """

    lowest: Money
    actor: str
    path: str
    instead: Problem | None = None

    def refusal(self, unit_net: Money) -> Problem | None:
        """Return why ``unit_net``, without tax, may not be the price, or None (``override.below_floor``)."""
        if unit_net >= self.lowest:
            return None
        if self.instead is not None:
            return self.instead
        return BELOW_FLOOR.at(f"{self.path}.unit_price", value=unit_net, actor=self.actor, accepted=self.lowest)
