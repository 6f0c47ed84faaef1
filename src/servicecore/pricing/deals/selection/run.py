"""One run of a programme over a basket: the bench, how often each deal was applied, and what lost."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from attrs import Factory, define, evolve, field, frozen

from servicecore.kernel.explain import NotApplied
from servicecore.kernel.money import Money
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.deals.basket import BasketLine, Scope
from servicecore.pricing.deals.bench import NOTHING, Bench, Share, View
from servicecore.pricing.deals.benefits import Proposal
from servicecore.pricing.deals.combination import BudgetCheck
from servicecore.pricing.deals.conditions.uses_per_customer import CUSTOMER_LIMIT
from servicecore.pricing.deals.deal import Deal
from servicecore.pricing.deals.limits import Measure
from servicecore.pricing.deals.money_off import rounded

BUDGET_EXCEEDED: Final = ProblemKind(
    "deal.budget_exceeded",
    en="{value} more does not fit the budget; accepted: {accepted}",
    it="altri {value} superano il budget; valori ammessi: {accepted}",
    de="weitere {value} sprengen das Budget; zulässig: {accepted}",
)
LIMIT_REACHED: Final = ProblemKind(
    "deal.limit_reached",
    en="the deal was applied {value} times before; accepted: {accepted}",
    it="la promozione è già stata applicata {value} volte; valori ammessi: {accepted}",
    de="die Aktion wurde schon {value} mal angewandt; zulässig: {accepted}",
)
GIVES_NOTHING: Final = ProblemKind(
    "deal.gives_nothing",
    en="{value} takes nothing off; accepted: {accepted}",
    it="{value} non toglie nulla; valori ammessi: {accepted}",
    de="{value} bringt keinen Nachlass; zulässig: {accepted}",
)
LOST_TO: Final = ProblemKind(
    "deal.lost",
    en="{value} loses to {winner}; accepted: {accepted}",
    it="{value} cede a {winner}; valori ammessi: {accepted}",
    de="{value} unterliegt {winner}; zulässig: {accepted}",
)


@frozen
class Application:
    """What one deal did.

    Attributes:
        deal: its id.
        times: how often it was applied.
        amount: what it took off, as the settings round it for budgets and reports.
        touches_goods: whether its benefits are about goods; otherwise shipping alone.

    """

    deal: str
    times: int
    amount: Decimal
    touches_goods: bool


@define(eq=False)
class Run:
    """What a selection works on.

    Attributes:
        bench: the basket as far as it got.
        times: by deal, how often it was applied.
        amounts: by deal, the exact sum of each of its applications.
        lost: deals and codes that took no effect, with the reason.

    """

    bench: Bench
    times: dict[str, int] = field(default=Factory(dict))
    amounts: dict[str, list[Decimal]] = field(default=Factory(dict))
    lost: list[NotApplied] = field(default=Factory(list))

    def view(self, deal: Deal) -> View:
        """Return the bench as ``deal`` sees it."""
        return View(self.bench, deal)

    def refuse(self, deal: Deal, problem: Problem) -> None:
        """Note why ``deal`` took no effect."""
        self.lost.append(NotApplied(deal.id, problem))

    def closed(self, deal: Deal) -> Problem | None:
        """Return why the limits leave ``deal`` no application, or None."""
        budget = deal.limits.budget
        if budget is not None and budget.spent:
            return BUDGET_EXCEEDED.at("limits.budget", value=1, accepted=f"{budget.limit} in all, {budget.used} used")
        used_by_customer = self._uses_before(deal)
        if deal.limits.left(used_by_customer):
            return None
        if deal.limits.left():
            accepted = f"below {deal.limits.per_customer}"
            return CUSTOMER_LIMIT.at("limits.per_customer", value=used_by_customer, accepted=accepted)
        return LIMIT_REACHED.at("limits", value=deal.limits.used, accepted="fewer than the limit")

    def applications_left(self, deal: Deal) -> int:
        """Return how often ``deal`` may still be applied to this basket."""
        left = deal.limits.left(self._uses_before(deal)) - self.times.get(deal.id, 0)
        return max(0, left)

    def within_budget(self, deal: Deal, proposal: Proposal) -> Proposal:
        """Return what of ``proposal`` fits the deal's budget; what does not is noted."""
        budget = deal.limits.budget
        if budget is None or not proposal.gives:
            return proposal
        currency = self.bench.basket.currency
        if self.bench.settings.budget_check is BudgetCheck.EACH_SHARE:
            kept = tuple([each for each in proposal.shares if not each.amount or budget.allows(each.amount)])
            dropped = [each.amount for each in proposal.shares if each.amount and not budget.allows(each.amount)]
            amount = sum(dropped, NOTHING)
            result = Proposal(kept, proposal.added)
        else:
            before = sum(self.amounts.get(deal.id, ()), NOTHING)
            more = before if budget.measure is Measure.AMOUNT else Decimal(self.times.get(deal.id, 0))
            fits = evolve(budget, used=EXACT.add(budget.used, more)).allows(proposal.amount)
            dropped, amount = ([] if fits else [proposal.amount]), proposal.amount
            result = proposal if fits else Proposal()
        if dropped:
            accepted = f"{budget.limit} in all, {budget.used} used"
            self.refuse(deal, BUDGET_EXCEEDED.at("limits.budget", value=Money(amount, currency), accepted=accepted))
        return result

    def apply(self, deal: Deal, proposal: Proposal) -> None:
        """Carry ``proposal`` out."""
        self.bench.commit(deal, proposal.shares, proposal.added)
        amounts = self.amounts.setdefault(deal.id, [])
        amounts.append(proposal.amount)

    def count(self, deal: Deal) -> None:
        """Count one application."""
        self.times[deal.id] = self.times.get(deal.id, 0) + 1

    def spend_condition(self, deal: Deal, shares: tuple[Share, ...]) -> None:
        """Spend the units by which ``deal`` met its conditions, beyond those that its benefit used."""
        lines = {line.id: line for line in self.bench.basket.lines}
        used: tuple[tuple[BasketLine, Decimal], ...] = tuple([(lines[each.line], each.units) for each in shares])
        # What the benefit used is spent already, so the conditions see what is left of each line.
        for condition in deal.conditions:
            for line, units in condition.spend(self.view(deal), used):
                self.bench.spend(deal, line.id, units)

    def gives_nothing(self, deal: Deal) -> None:
        """Note that ``deal`` was applied in vain."""
        self.refuse(deal, GIVES_NOTHING.at("deals", value=deal.id, accepted="a benefit above 0"))

    def applications(self, deals: tuple[Deal, ...]) -> tuple[Application, ...]:
        """Return what each deal that was applied did, in the programme's order."""
        rounding, currency = self.bench.settings.application_rounding, self.bench.basket.currency
        return tuple(
            [
                Application(
                    deal.id,
                    self.times[deal.id],
                    sum(
                        (rounded(each, rounding, currency) for each in self.amounts.get(deal.id, ())),
                        NOTHING,
                    ),
                    any(benefit.scope is not Scope.SHIPPING for benefit in deal.benefits),
                )
                for deal in deals
                if self.times.get(deal.id)
            ]
        )

    def _uses_before(self, deal: Deal) -> int | None:
        customer = self.bench.basket.customer
        return customer.uses_of(deal.id) if customer.id else None
