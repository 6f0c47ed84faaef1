"""Prices set by hand: who may set them how low, with which reason, and who may approve more (A08, E17, CC 8)."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from typing import Final

from attrs import field, frozen

from servicecore.kernel.authority import Actor
from servicecore.kernel.facts import Facts
from servicecore.kernel.ids import check_id
from servicecore.kernel.money import CURRENCY_MISMATCH, Money, exact_decimal
from servicecore.kernel.problems import NOT_ACCEPTED, Problem, ProblemKind
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.cart import PriceOverride

OVERRIDE_RIGHT: Final = "pricing.override_price"
"""The right that setting a price by hand takes."""
DISCOUNT_LIMIT: Final = "pricing.override.below_price"
"""The limit of a role: how many percent below the price of the lists it may go; used where a book has no floors."""

REASON_REQUIRED: Final = ProblemKind(
    "override.reason_required",
    en="the override's reason is {value}; accepted: {accepted}",
    it="il motivo della modifica di prezzo è {value}; valori ammessi: {accepted}",
    de="der Grund der Preisänderung ist {value}; zulässig: {accepted}",
)
BELOW_FLOOR: Final = ProblemKind(
    "override.below_floor",
    en="{value} is below the lowest price that {actor} may give; accepted: {accepted}, or more with an approval",
    it="{value} è sotto il prezzo minimo concesso a {actor}; valori ammessi: {accepted}, o un'approvazione",
    de="{value} liegt unter dem niedrigsten Preis, den {actor} geben darf; zulässig: {accepted}, sonst mit Genehmigung",
)
COST_UNKNOWN: Final = ProblemKind(
    "override.cost_unknown",
    en="the cost of {value} is unknown, so no floor can be computed; accepted: {accepted}",
    it="il costo di {value} è ignoto e il prezzo minimo non si può calcolare; valori ammessi: {accepted}",
    de="die Kosten von {value} sind unbekannt, die Untergrenze ist nicht berechenbar; zulässig: {accepted}",
)
EXCEEDS_ROLE_LIMIT: Final = ProblemKind(
    "override.exceeds_role_limit",
    en="{value} has no role that may set prices; accepted: {accepted}",
    it="{value} non ha un ruolo che possa fissare prezzi; valori ammessi: {accepted}",
    de="{value} hat keine Rolle, die Preise setzen darf; zulässig: {accepted}",
)

_ALL: Final = Decimal(100)


class FloorCost(Enum):
    """Which cost a floor stands on: the item's own, or the one of the cost history that the margin takes."""

    ITEM_COST = "item_cost"
    MARGIN_COST = "margin_cost"


def _markup(value: object) -> Decimal | None:
    if value is None:
        return None
    markup = exact_decimal(value, "cost_markup_percent")
    if markup < 0:
        raise NOT_ACCEPTED.error("cost_markup_percent", value=markup, accepted="0 or more, or none for no floor")
    return markup


@frozen
class OverridePermission:
    """How low a role may set a unit price.

    Attributes:
        role: the role's name; somebody with several roles has the widest.
        cost_markup_percent: the lowest price is cost * (1 + percent / 100): 5 over a cost of 100 is 105.00. None
            is no floor; 0 is the cost itself (in AX 2012 a 0 means no floor: an import turns it into None, CC 8.2).
        floor_cost: which cost the floor stands on.

    """

    role: str = field(validator=lambda _self, _attribute, value: check_id(value, "role") and None)
    cost_markup_percent: Decimal | None = field(converter=_markup, default=None)
    floor_cost: FloorCost = FloorCost.MARGIN_COST

    @classmethod
    def from_zero_means_no_floor(cls, role: str, markup: Decimal, floor_cost: FloorCost) -> OverridePermission:
        """Return the permission of a system in which a markup of 0 means no floor (CC 8.2)."""
        return cls(role, markup or None, floor_cost)

    def floor(self, costs: FloorCosts) -> Decimal | None:
        """Return the lowest price, exact; None where the cost is unknown. Only for a permission with a floor."""
        cost = costs.item if self.floor_cost is FloorCost.ITEM_COST else costs.margin
        if cost is None:
            return None
        return EXACT.multiply(cost, EXACT.add(_ALL, self.cost_markup_percent or Decimal(0))).scaleb(-2, EXACT)


@frozen
class FloorCosts:
    """The two costs of one unit that floors stand on, in the cart's currency; None where unknown."""

    item: Decimal | None
    margin: Decimal | None


@frozen
class OverridePolicy:
    """The rules for prices set by hand.

    Attributes:
        permissions: floors by role; empty leaves the limit to the roles' own ``pricing.override.below_price``.
        reasons: accepted reason codes; empty accepts any.
        offers_on_override: whether offers and coupons may lower a price set by hand further.

    """

    permissions: tuple[OverridePermission, ...] = ()
    reasons: tuple[str, ...] = ()
    offers_on_override: bool = False

    def refusals(
        self, override: PriceOverride, price: Decimal, costs: FloorCosts, item: str, facts: Facts, path: str
    ) -> list[Problem]:
        """Return why the override may not be made; empty where it may.

        Args:
            override: what was asked.
            price: the unit price that it would replace, exact.
            costs: of one unit.
            item: the item's id.
            facts: who asks, who approves, and their roles.
            path: ``lines[0].override``.

        """
        problems: list[Problem] = []
        reason = override.reason.strip()
        if not reason or (self.reasons and reason not in self.reasons):
            accepted = ", ".join(self.reasons) or "a reason code"
            problems.append(REASON_REQUIRED.at(f"{path}.reason", value=reason or "empty", accepted=accepted))
        if override.unit_price.amount < 0:
            value = override.unit_price
            problems.append(NOT_ACCEPTED.at(f"{path}.unit_price", value=value, accepted="a price of 0 or more"))
        right = facts.authority.check_right(facts.actor, OVERRIDE_RIGHT)
        if right is not None:
            problems.append(right)
        elif self.permissions:
            problems.extend(self._below_floor(override, costs, item, facts, path))
        else:
            below = percent_below(price, override.unit_price.amount)
            limit = facts.check_limit(OVERRIDE_RIGHT, DISCOUNT_LIMIT, below) if below > 0 else None
            problems.extend(() if limit is None else (limit.under(path),))
        return problems

    def _below_floor(
        self, override: PriceOverride, costs: FloorCosts, item: str, facts: Facts, path: str
    ) -> tuple[Problem, ...]:
        problem = self._refused_to(facts.actor, override, costs, item, path)
        approver = facts.approver
        if problem is None or approver is None:
            return () if problem is None else (problem,)
        lacking = facts.authority.check_right(approver, OVERRIDE_RIGHT)
        second = lacking or self._refused_to(approver, override, costs, item, path)
        return () if second is None else (second,)

    def _refused_to(
        self, actor: Actor, override: PriceOverride, costs: FloorCosts, item: str, path: str
    ) -> Problem | None:
        held = [each for each in self.permissions if each.role in actor.roles]
        if not held:
            roles = ", ".join(each.role for each in self.permissions)
            return EXCEEDS_ROLE_LIMIT.at(path, value=actor.id, accepted=f"one of the roles {roles}")
        if any(each.cost_markup_percent is None for each in held):
            return None
        floors = [floor for each in held if (floor := each.floor(costs)) is not None]
        if not floors:
            return COST_UNKNOWN.at(path, value=item, accepted="a known cost, or a role without a floor")
        lowest = min(floors)
        if override.unit_price.amount >= lowest:
            return None
        accepted = Money(lowest, override.unit_price.currency)
        return BELOW_FLOOR.at(f"{path}.unit_price", value=override.unit_price, actor=actor.id, accepted=accepted)


def percent_below(price: Decimal, override: Decimal) -> Decimal:
    """Return by how many percent ``override`` lies below ``price``; below 0 where it is higher."""
    if not price:
        return Decimal(0)
    return EXACT.divide(EXACT.multiply(EXACT.subtract(price, override), _ALL), price)


def wrong_currency(override: PriceOverride, currency: str, path: str) -> Problem | None:
    """Return that the override is in another currency than the cart, or None (``money.currency_mismatch``)."""
    if override.unit_price.currency == currency:
        return None
    return CURRENCY_MISMATCH.at(f"{path}.unit_price", value=override.unit_price, other=currency)
