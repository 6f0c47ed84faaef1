"""One run of offers over a basket: the bench, how often each offer was applied, and what lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

from attrs import Factory, define, evolve, field, frozen

from servicecore.kernel.explain import NotApplied
from servicecore.kernel.money import Money
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.promotions.basket import BasketLine
from servicecore.pricing.promotions.bench import NOTHING, AddedItem, Bench, Share, View
from servicecore.pricing.promotions.benefits import Proposal
from servicecore.pricing.promotions.combination import BudgetCheck
from servicecore.pricing.promotions.conditions.uses_per_customer import CUSTOMER_LIMIT
from servicecore.pricing.promotions.limits import Measure
from servicecore.pricing.promotions.money_off import rounded
from servicecore.pricing.promotions.offer import Exclusivity, Offer
from servicecore.pricing.promotions.outcomes import alone, gives_nothing, left_out, not_beside

BUDGET_EXCEEDED: Final = ProblemKind(
    "pricing.offer_budget",
    en="{value} more does not fit the budget; accepted: {accepted}",
    it="altri {value} superano il budget; valori ammessi: {accepted}",
    de="weitere {value} sprengen das Budget; zulässig: {accepted}",
)
LIMIT_REACHED: Final = ProblemKind(
    "pricing.offer_limit",
    en="the offer was applied {value} times before; accepted: {accepted}",
    it="l'offerta è già stata applicata {value} volte; valori ammessi: {accepted}",
    de="das Angebot wurde schon {value} mal angewandt; zulässig: {accepted}",
)


@frozen
class Application:
    """What one offer did.

    Attributes:
        offer: its id.
        times: how often it was applied.
        amount: what it took off, as the settings round it for budgets and reports.
        touches_goods: whether its benefits are about goods; otherwise shipping alone.

    """

    offer: str
    times: int
    amount: Decimal
    touches_goods: bool


@define(eq=False)
class Run:
    """What a selection works on.

    Attributes:
        bench: the basket as far as it got.
        applied: offers that were applied, in order, each once.
        times: by offer, how often it was applied.
        amounts: by offer, the exact sum of each of its applications.
        lost: offers and codes that took no effect, with the reason.
        lost_on_line: by line, offers that took nothing off it, with the reason.
        codes: by offer, the code that released it.
        among: by offer, the only lines that it may touch; an offer that is not named may touch all.
        allowed: by offer, the lines that its conditions left.
        confined: by offer, the only lines that a selection leaves it; its conditions see the others too.
        winners: by group, the offer of it that the cart gets.

    """

    bench: Bench
    applied: list[Offer] = field(default=Factory(list))
    times: dict[str, int] = field(default=Factory(dict))
    amounts: dict[str, list[Decimal]] = field(default=Factory(dict))
    lost: list[NotApplied] = field(default=Factory(list))
    lost_on_line: list[tuple[str, NotApplied]] = field(default=Factory(list))
    codes: Mapping[str, str] = field(default=Factory(dict))
    among: Mapping[str, tuple[BasketLine, ...]] = field(default=Factory(dict))
    allowed: dict[str, frozenset[str]] = field(default=Factory(dict))
    confined: dict[str, frozenset[str]] = field(default=Factory(dict))
    winners: dict[str, Offer] = field(default=Factory(dict))

    def fresh(self) -> Run:
        """Return a run over the same basket to which nothing was applied yet."""
        bench = self.bench
        other = Bench(bench.basket, bench.settings, bench.day, bench.round_line)
        return Run(other, codes=self.codes, among=self.among)

    def trial(self) -> Run:
        """Return a run that got as far as this one and changes for itself."""
        return Run(
            self.bench.copy(),
            list(self.applied),
            dict(self.times),
            {offer: list(amounts) for offer, amounts in self.amounts.items()},
            codes=self.codes,
            among=self.among,
            allowed=dict(self.allowed),
            confined=dict(self.confined),
            winners=dict(self.winners),
        )

    def view(self, offer: Offer) -> View:
        """Return the bench as ``offer`` sees it."""
        allowed, confined = self.allowed.get(offer.id), self.confined.get(offer.id)
        if confined is not None:
            allowed = confined if allowed is None else allowed & confined
        return View(self.bench, offer, allowed)

    def refuse(self, offer: Offer, problem: Problem) -> None:
        """Note why ``offer`` took no effect."""
        self.lost.append(NotApplied(self.name(offer), problem))

    def name(self, offer: Offer) -> str:
        """Return what refusals call ``offer``: the code that released it, or its id."""
        return self.codes.get(offer.id, offer.id)

    def enter(self, offers: Iterable[Offer]) -> list[Offer]:
        """Return those of ``offers``, in order, that can be applied now and stand beside each other.

        All are tested before the first is applied: limits, conditions, then who tolerates whom in the cart.
        """
        entered = self.enter_each(offers)
        holder = next((offer.id for offer in self.applied if offer.exclusive is Exclusivity.CART), "")
        kept, losers, winner = alone(entered, holder, self.bench.holders(self.bench.basket.lines))
        for offer in losers:
            self.refuse(offer, not_beside(offer, winner))
        return kept

    def enter_each(self, offers: Iterable[Offer]) -> list[Offer]:
        """Return those of ``offers``, in order, whose limits and conditions hold now; the others are refused."""
        entered = []
        for offer in offers:
            problem = self.problem(offer)
            if problem is None:
                entered.append(offer)
            else:
                self.refuse(offer, problem)
        return entered

    def problem(self, offer: Offer) -> Problem | None:
        """Return why ``offer`` cannot be applied now, or None; notes the lines that its conditions leave."""
        closed = self.closed(offer)
        if closed is not None or offer.skip_conditions:
            return closed
        view, among = View(self.bench, offer), self.among.get(offer.id)
        left = offer.eligible(view, among)
        if isinstance(left, Problem):
            return left
        self.allowed[offer.id] = frozenset([line.id for line in left])
        self.lost_on_line.extend([(line.id, lost) for line, lost in left_out(offer, left, view, among)])
        return None

    def closed(self, offer: Offer) -> Problem | None:
        """Return why the limits leave ``offer`` no application, or None."""
        budget = offer.limits.budget
        if budget is not None and budget.spent:
            return BUDGET_EXCEEDED.at("limits.budget", value=1, accepted=f"{budget.limit} in all, {budget.used} used")
        used_by_customer = self._uses_before(offer)
        if offer.limits.left(used_by_customer):
            return None
        if offer.limits.left():
            accepted = f"below {offer.limits.per_customer}"
            return CUSTOMER_LIMIT.at("limits.per_customer", value=used_by_customer, accepted=accepted)
        return LIMIT_REACHED.at("limits", value=offer.limits.used, accepted="fewer than the limit")

    def applications_left(self, offer: Offer) -> int:
        """Return how often ``offer`` may still be applied to this basket."""
        left = offer.limits.left(self._uses_before(offer)) - self.times.get(offer.id, 0)
        return max(0, left)

    def within_budget(self, offer: Offer, proposal: Proposal) -> Proposal:
        """Return what of ``proposal`` fits the offer's budget; what does not is noted."""
        budget = offer.limits.budget
        if budget is None or not proposal.gives:
            return proposal
        currency = self.bench.basket.currency
        if self.bench.settings.budget_check is BudgetCheck.EACH_SHARE and not proposal.rewards:
            given = [*[each.amount for each in proposal.shares], *[each.discount for each in proposal.added]]
            dropped = [each for each in given if each and not budget.allows(each)]
            amount = sum(dropped, NOTHING)
            result = Proposal(
                tuple([each for each in proposal.shares if not each.amount or budget.allows(each.amount)]),
                tuple([each for each in proposal.added if not each.discount or budget.allows(each.discount)]),
            )
        else:
            before = sum(self.amounts.get(offer.id, ()), NOTHING)
            more = before if budget.measure is Measure.AMOUNT else Decimal(self.times.get(offer.id, 0))
            fits = evolve(budget, used=EXACT.add(budget.used, more)).allows(proposal.cost)
            dropped, amount = ([] if fits else [proposal.cost]), proposal.cost
            result = proposal if fits else Proposal()
        if dropped:
            accepted = f"{budget.limit} in all, {budget.used} used"
            self.refuse(offer, BUDGET_EXCEEDED.at("limits.budget", value=Money(amount, currency), accepted=accepted))
        return result

    def offered(self, offer: Offer) -> Proposal:
        """Return what ``offer`` would do now, each benefit on what those before it leave; one share for each line.

        What does not fit the offer's budget is noted.
        """
        if len(offer.benefits) == 1:
            return self.within_budget(offer, offer.benefits[0].propose(self.view(offer)))
        trial = evolve(self, bench=self.bench.copy(), times=dict(self.times), amounts=dict(self.amounts))
        trial.bench.settle()
        before = len(trial.bench.shares)
        added: list[AddedItem] = []
        for benefit in offer.benefits:
            proposal = trial.within_budget(offer, benefit.propose(trial.view(offer)))
            if proposal.gives:
                trial.apply(offer, proposal)
                added.extend(proposal.added)
        units = dict(trial.bench.units.now_in_use())
        shares: dict[tuple[str, bool], Share] = {}
        for each in trial.bench.shares[before:]:
            key = (each.line, each.on_order)
            known = shares.get(key)
            amount = each.amount if known is None else EXACT.add(known.amount, each.amount)
            shares[key] = evolve(each, amount=amount, units=units.get(each.line, NOTHING))
        return Proposal(tuple(shares.values()), tuple(added))

    def apply(self, offer: Offer, proposal: Proposal) -> None:
        """Carry ``proposal`` out."""
        self.bench.commit(offer, proposal.shares, proposal.added)
        amounts = self.amounts.setdefault(offer.id, [])
        amounts.append(proposal.cost)

    def count(self, offer: Offer) -> None:
        """Count one application, which ends with it."""
        self.bench.settle()
        if offer.id not in self.times:
            self.applied.append(offer)
        self.times[offer.id] = self.times.get(offer.id, 0) + 1

    def spend_condition(self, offer: Offer, in_use: tuple[tuple[str, Decimal], ...]) -> None:
        """Spend the units by which ``offer`` met its conditions, beyond those ``in_use``, which its benefits used."""
        lines = {line.id: line for line in self.bench.basket.lines}
        used: tuple[tuple[BasketLine, Decimal], ...] = tuple([(lines[line], units) for line, units in in_use])
        # What the benefits used is spent already, so the conditions see what is left of each line.
        for condition in offer.conditions:
            for line, units in condition.spend(self.view(offer), used):
                self.bench.spend(offer, line.id, units)

    def gives_nothing(self, offer: Offer) -> None:
        """Note that ``offer`` was applied in vain: others hold its lines, or nothing comes off them."""
        view, allowed = self.view(offer), self.allowed.get(offer.id)
        free = (view.available(line) for each in offer.benefits for line in view.touchable(each.target))
        if allowed and offer.touches_goods and not any(free):
            holders = self.bench.holders([line for line in self.bench.basket.lines if line.id in allowed])
            if holders:
                self.refuse(offer, not_beside(offer, holders))
                return
        self.refuse(offer, gives_nothing(offer))

    def applications(self, offers: Iterable[Offer]) -> tuple[Application, ...]:
        """Return what each offer that was applied did, in the order of ``offers``."""
        rounding, currency = self.bench.settings.application_rounding, self.bench.basket.currency
        return tuple(
            [
                Application(
                    offer.id,
                    self.times[offer.id],
                    sum(
                        (rounded(each, rounding, currency) for each in self.amounts.get(offer.id, ())),
                        NOTHING,
                    ),
                    offer.touches_goods,
                )
                for offer in offers
                if self.times.get(offer.id)
            ]
        )

    def _uses_before(self, offer: Offer) -> int | None:
        customer = self.bench.basket.customer
        return customer.uses_of(offer.id) if customer.id else None
