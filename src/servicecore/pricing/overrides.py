"""Figures set by hand: who may set prices, totals and charges how far, and who may approve more (A08, E17, CC 8)."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from attrs import evolve, frozen

from servicecore.kernel.authority import Actor
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import CURRENCY_MISMATCH, Money
from servicecore.kernel.problems import NOT_ACCEPTED, Problem, ProblemKind
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.cart import PriceOverride
from servicecore.pricing.override_limits import MovedFigure, path_to
from servicecore.pricing.override_permission import FloorCosts, OverridePermission
from servicecore.pricing.price_floor import PriceFloor

OVERRIDE_RIGHT: Final = "pricing.override_price"
"""The right that setting a price by hand takes."""
TOTAL_RIGHT: Final = "pricing.override_total"
"""The right that lowering the total by hand takes."""
CHARGE_RIGHT: Final = "pricing.override_charge"
"""The right that changing a charge by hand takes."""
ADD_CHARGE_RIGHT: Final = "pricing.add_charge"
"""The right that adding a charge by hand takes."""
DISCOUNT_LIMIT: Final = "pricing.override.below_price"
"""The limit of a role: how many percent below the price of the lists it may go; used where a book has no floors."""
TOTAL_LIMIT: Final = "pricing.override.total_discount"
"""The limit of a role: by how many percent it may lower the total; used where a book has no permissions."""
INCREASE_LIMIT: Final = "pricing.override.charge_increase"
"""The limit of a role: by how many percent it may raise a charge; used where a book has no permissions."""
CREDIT_RIGHT: Final = "pricing.override_return_credit"
"""The right that changing the credit of a return by hand takes."""
CREDIT_LIMIT: Final = "pricing.override.return_credit"
"""The limit of a role: by how many percent it may change the credit of a return; used without permissions."""
DECREASE_LIMIT: Final = "pricing.override.charge_decrease"
"""The limit of a role: by how many percent it may lower a charge; used where a book has no permissions."""

REASON_REQUIRED: Final = ProblemKind(
    "override.reason_required",
    en="the override's reason is {value}; accepted: {accepted}",
    it="il motivo della modifica di prezzo è {value}; valori ammessi: {accepted}",
    de="der Grund der Preisänderung ist {value}; zulässig: {accepted}",
)
COST_UNKNOWN: Final = ProblemKind(
    "override.cost_unknown",
    en="the cost of {value} is unknown, so no floor can be computed; accepted: {accepted}",
    it="il costo di {value} è ignoto e il prezzo minimo non si può calcolare; valori ammessi: {accepted}",
    de="die Kosten von {value} sind unbekannt, die Untergrenze ist nicht berechenbar; zulässig: {accepted}",
)
NOT_ALLOWED_TO_ROLE: Final = ProblemKind(
    "override.exceeds_role_limit",
    en="{value} has no role that may do this; accepted: {accepted}",
    it="{value} non ha un ruolo che lo consenta; valori ammessi: {accepted}",
    de="{value} hat keine Rolle, die das darf; zulässig: {accepted}",
)

_ALL: Final = Decimal(100)


@frozen(field_transformer=checked_fields)
class OverridePolicy:
    """The rules for figures set by hand.

    Attributes:
        permissions: limits by role; empty leaves them to the roles' own ``pricing.override.below_price``,
            ``.total_discount``, ``.charge_increase``, ``.charge_decrease`` and ``.return_credit``.
        reasons: accepted reason codes; empty accepts any.
        offers_on_override: whether offers and coupons may lower a price set by hand further.

    """

    permissions: tuple[OverridePermission, ...] = ()
    reasons: tuple[str, ...] = ()
    offers_on_override: bool = False

    def refusals(
        self,
        override: PriceOverride,
        price: Decimal,
        costs: FloorCosts,
        item: str,
        facts: Facts,
        path: str,
        *,
        contains_tax: bool = False,
    ) -> list[Problem]:
        """Return why the override may not be made; empty where it may.

        A price that is not lowered is above every limit, also where it lies below the floor (property 5, CC 8.3).

        Args:
            override: what was asked.
            price: the unit price that it would replace, exact.
            costs: of one unit.
            item: the item's id.
            facts: who asks, who approves, and their roles.
            path: ``lines[0].override``.
            contains_tax: whether the prices contain tax: then the floor, which does not, is compared once the tax is
                known, by `floor`.

        """
        problems = self.check_reason(override.reason, path)
        if override.unit_price.amount < 0:
            value = override.unit_price
            problems.append(NOT_ACCEPTED.at(f"{path}.unit_price", value=value, accepted="a price of 0 or more"))
        right = facts.authority.check_right(facts.actor, OVERRIDE_RIGHT)
        if right is not None:
            problems.append(right)
        elif self.permissions:
            floor = self.floor(override.unit_price.currency, costs, item, facts, path)
            if isinstance(floor, PriceFloor):
                lowered = override.unit_price.amount < price
                floor = floor.refusal(override.unit_price) if lowered and not contains_tax else None
            problems.extend(() if floor is None else (floor,))
        else:
            below = percent_below(price, override.unit_price.amount)
            limit = facts.check_limit(OVERRIDE_RIGHT, DISCOUNT_LIMIT, below) if below > 0 else None
            problems.extend(() if limit is None else (limit.under(path),))
        return problems

    def total_refusals(self, before: Money, after: Money, reason: str, facts: Facts, path: str) -> list[Problem]:
        """Return why the lines may not be brought down from ``before`` to ``after``; empty where they may.

        ``override.reason_required``, ``override.approval_required``, ``authority.not_permitted``.
        """
        moved = MovedFigure(before, after, TOTAL_RIGHT, TOTAL_LIMIT, lambda each: each.total_discount_percent)
        return [*self.check_reason(reason, path), *moved.refusals(self.permissions, facts, path, "subtotal")]

    def charge_refusals(self, original: Money, amount: Money, reason: str, facts: Facts, path: str) -> list[Problem]:
        """Return why a charge of ``original`` may not be ``amount``; empty where it may.

        ``override.reason_required``, ``override.approval_required``, ``authority.not_permitted``.
        """
        if amount < original:
            moved = MovedFigure(
                original, amount, CHARGE_RIGHT, DECREASE_LIMIT, lambda each: each.charge_decrease_percent
            )
        else:
            moved = MovedFigure(
                original, amount, CHARGE_RIGHT, INCREASE_LIMIT, lambda each: each.charge_increase_percent
            )
        return [*self.check_reason(reason, path), *moved.refusals(self.permissions, facts, path, "amount")]

    def added_refusals(self, reason: str, facts: Facts, path: str) -> list[Problem]:
        """Return why no charge may be added by hand; empty where one may.

        ``override.reason_required``, ``override.exceeds_role_limit``, ``authority.not_permitted``.
        """
        problems = self.check_reason(reason, path)
        denied = facts.authority.check_right(facts.actor, ADD_CHARGE_RIGHT)
        if denied is not None:
            return [*problems, denied]
        able = [each.role for each in self.permissions if each.charges_add]
        people = [facts.actor]
        approver = facts.approver
        if (
            approver is not None
            and approver.id != facts.actor.id
            and facts.authority.permits(approver, ADD_CHARGE_RIGHT)
        ):
            people.append(approver)
        if self.permissions and all(actor.roles.isdisjoint(able) for actor in people):
            accepted = f"one of the roles {', '.join(able)}" if able else "none, no role adds charges"
            problems.append(NOT_ALLOWED_TO_ROLE.at(path, value=facts.actor.id, accepted=accepted))
        return problems

    def credit_refusals(self, computed: Money, credit: Money, reason: str, facts: Facts) -> list[Problem]:
        """Return why a return with the ``computed`` credit may not give ``credit``; empty where it may.

        ``override.reason_required``, ``override.approval_required``, ``authority.not_permitted``.
        """
        if credit < computed:
            moved = MovedFigure(computed, credit, CREDIT_RIGHT, CREDIT_LIMIT, lambda each: each.credit_decrease_percent)
        else:
            moved = MovedFigure(computed, credit, CREDIT_RIGHT, CREDIT_LIMIT, lambda each: each.credit_increase_percent)
        return [*self.check_reason(reason, ""), *moved.refusals(self.permissions, facts, "", "credit")]

    def check_reason(self, reason: str, path: str) -> list[Problem]:
        """Return that ``reason`` is no code of the policy; empty where it is one (``override.reason_required``)."""
        code = reason.strip()
        if code and (not self.reasons or code in self.reasons):
            return []
        accepted = ", ".join(self.reasons) or "a reason code"
        return [REASON_REQUIRED.at(path_to(path, "reason"), value=code or "not given", accepted=accepted)]

    def floor(
        self, currency: str, costs: FloorCosts, item: str, facts: Facts, path: str
    ) -> PriceFloor | Problem | None:
        """Return the lowest price that actor or approver may give, None for no floor, or why neither may set one.

        ``override.exceeds_role_limit``, ``override.cost_unknown``, ``authority.not_permitted``.
        """
        own = self._floor_of(facts.actor, currency, costs, item, path)
        approver = facts.approver
        if own is None or approver is None or approver.id == facts.actor.id:
            return own
        second: PriceFloor | Problem | None = facts.authority.check_right(approver, OVERRIDE_RIGHT)
        if second is None:
            second = self._floor_of(approver, currency, costs, item, path)
        if second is None or isinstance(own, Problem):
            return second
        if isinstance(second, Problem):
            return evolve(own, instead=second)
        return min(own, second, key=lambda each: each.lowest.amount)

    def _floor_of(
        self, actor: Actor, currency: str, costs: FloorCosts, item: str, path: str
    ) -> PriceFloor | Problem | None:
        held = [each for each in self.permissions if each.role in actor.roles]
        if not self.permissions:
            return None
        if not held:
            roles = ", ".join(each.role for each in self.permissions)
            return NOT_ALLOWED_TO_ROLE.at(path, value=actor.id, accepted=f"one of the roles {roles}")
        if any(each.cost_markup_percent is None for each in held):
            return None
        floors = [floor for each in held if (floor := each.floor(costs)) is not None]
        if not floors:
            return COST_UNKNOWN.at(path, value=item, accepted="a known cost, or a role without a floor")
        return PriceFloor(Money(min(floors), currency), actor.id, path)


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
