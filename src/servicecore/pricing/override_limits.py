"""How far a figure may be moved by hand: a percentage of the original, by role, or more with an approval (CC 8)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from attrs import frozen

from servicecore.kernel.authority import APPROVER_IS_ACTOR, Actor
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.override_permission import OverridePermission

BEYOND_LIMIT: Final = ProblemKind(
    "override.approval_required",
    en="{value} is beyond what {actor} may do; accepted: {accepted}, or more with a wider role's approval",
    it="{value} supera quanto concesso a {actor}; valori ammessi: {accepted}, o di più con l'approvazione di altri",
    de="{value} übersteigt, was {actor} darf; zulässig: {accepted}, sonst mit Genehmigung einer weiteren Rolle",
)

_ALL: Final = Decimal(100)
_WITHOUT_MEASURE: Final = Decimal("Infinity")


def path_to(path: str, name: str) -> str:
    """Return the path of the field ``name`` below ``path``; of the command's own field where that is empty."""
    return f"{path}.{name}" if path else name


@frozen
class MovedFigure:
    """A figure that somebody moves by hand.

    Attributes:
        original: before, 0 or more.
        amount: after.
        right: what it takes.
        limit: the roles' own limit, in percent; asked where there are no permissions.
        percent: which percentage of a permission it is measured by.

    """

    original: Money
    amount: Money
    right: str
    limit: str
    percent: Callable[[OverridePermission], Decimal | None]

    def refusals(
        self, permissions: tuple[OverridePermission, ...], facts: Facts, path: str, name: str
    ) -> list[Problem]:
        """Return why it may not be moved as far; empty where it may; ``name`` is the field below ``path``.

        The approver counts as a second person with a wider limit of their own (``override.approval_required``,
        ``authority.approver_is_actor``, ``authority.not_permitted``, ``authority.approval_required``).
        """
        denied = facts.authority.check_right(facts.actor, self.right)
        if denied is not None:
            return [denied]
        if self.amount == self.original:
            return []
        if not permissions:
            problem = facts.check_limit(self.right, self.limit, self._moved_by())
            return [] if problem is None else [problem.under(path)]
        if self._within(permissions, facts.actor):
            return []
        approver = facts.approver
        if approver is None:
            return [self._beyond(permissions, facts.actor, path_to(path, name))]
        if approver.id == facts.actor.id:
            return [APPROVER_IS_ACTOR.at("approver", value=approver.id)]
        denied = facts.authority.check_right(approver, self.right)
        if denied is not None:
            return [denied]
        return [] if self._within(permissions, approver) else [self._beyond(permissions, approver, path_to(path, name))]

    def _moved_by(self) -> Decimal:
        moved = (self.amount - self.original).amount.copy_abs()
        if not self.original:
            return _WITHOUT_MEASURE
        return EXACT.divide(EXACT.multiply(moved, _ALL), self.original.amount)

    def _within(self, permissions: tuple[OverridePermission, ...], actor: Actor) -> bool:
        moved = EXACT.multiply((self.amount - self.original).amount.copy_abs(), _ALL)
        return any(
            percent is None or moved <= EXACT.multiply(self.original.amount, percent)
            for percent in self._percents(permissions, actor)
        )

    def _percents(self, permissions: tuple[OverridePermission, ...], actor: Actor) -> list[Decimal | None]:
        return [self.percent(each) for each in permissions if each.role in actor.roles]

    def _beyond(self, permissions: tuple[OverridePermission, ...], actor: Actor, path: str) -> Problem:
        widest = max((each or Decimal(0) for each in self._percents(permissions, actor)), default=Decimal(0))
        way = "below" if self.amount < self.original else "above"
        accepted = f"up to {widest} percent {way} {self.original}"
        return BEYOND_LIMIT.at(path, value=self.amount, actor=actor.id, accepted=accepted)
