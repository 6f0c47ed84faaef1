"""The selection by concurrency modes and priorities: exclusive, best price, compound (CC 7.3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final, TypeAlias

from attrs import Factory, define, frozen

from servicecore.kernel.explain import NotApplied
from servicecore.kernel.money import Money
from servicecore.kernel.problems import Problem
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.promotions.bench import NOTHING
from servicecore.pricing.promotions.combination import ConcurrencyControl
from servicecore.pricing.promotions.offer import Offer, Stacking
from servicecore.pricing.promotions.outcomes import gives_nothing, lost_to
from servicecore.pricing.promotions.selection.all_in_order import apply_offer
from servicecore.pricing.promotions.selection.one_of_group import one_of_each_group
from servicecore.pricing.promotions.selection.run import Run

_MOST_CHOICES: Final = 6
"""How many offers that cannot be parted are tried with and without; beyond them such an offer stands back."""

_Lines: TypeAlias = frozenset[str]
_Stack: TypeAlias = tuple[str, ...]
_Amounts: TypeAlias = Mapping[tuple[str, str], Decimal]


def apply_concurrently(run: Run, offers: Iterable[Offer]) -> None:
    """Apply ``offers``, priority after priority: those on lines, then those on the order, on what they left.

    In a priority the best exclusive offer has a line for itself; on the other lines the best ``BEST_PRICE`` offer
    stands against all ``COMPOUND`` ones together, or, across priorities, each of both kinds against the others. Of
    equal ones the fewest offers win, then the lower id. What a lower priority finds is said by `ConcurrencyControl`.
    Conditions are tested before the first offer of their stage is applied.
    """
    contest = _Contest(run, run.bench.settings.concurrency is ConcurrencyControl.ACROSS_PRIORITIES)
    ranked = sorted(offers, key=lambda offer: offer.order)
    for on_order in (False, True):
        entered = one_of_each_group(run, run.enter([offer for offer in ranked if offer.on_order is on_order]))
        # Items put in and shipping alone compete with nothing.
        alone = [offer for offer in entered if not offer.lowers_goods]
        for offer in alone:
            apply_offer(run, offer)
        rivals = [offer for offer in entered if offer not in alone]
        for priority in dict.fromkeys([offer.priority for offer in rivals]):
            contest.decide([offer for offer in rivals if offer.priority == priority])


@frozen(eq=False)
class _Answer:
    """Who wins which lines, and what comes off in all.

    Attributes:
        won: by offer, the lines that it has, in the order of application.
        amounts: by offer and line, what comes off.

    """

    won: Mapping[str, _Lines]
    amounts: _Amounts

    @property
    def rank(self) -> tuple[Decimal, int]:
        """Return what the best answer has most of: money off, then few offers."""
        return _total(self.amounts.values()), -len(self.won)


@define(eq=False)
class _Contest:
    """The contest while it goes on.

    Attributes:
        run: what the offers are applied to.
        across: whether the winners of all priorities compound.
        won: by line, the offers that lowered it, in order.

    """

    run: Run
    across: bool
    won: dict[str, list[Offer]] = Factory(dict)

    def decide(self, offers: Sequence[Offer]) -> None:
        """Apply those of ``offers``, of one stage and priority, in their order, that win."""
        exclusive = [offer for offer in offers if offer.stacking is Stacking.EXCLUSIVE]
        self._hold(exclusive, [(offer.id,) for offer in exclusive])
        others = [offer for offer in offers if offer.stacking is not Stacking.EXCLUSIVE]
        compound = [offer.id for offer in others if offer.stacking is Stacking.COMPOUND and not self.across]
        stacks = [(offer.id,) for offer in others if offer.id not in compound]
        self._hold(others, [*stacks, tuple(compound)] if compound else stacks)

    def _hold(self, offers: Sequence[Offer], stacks: Sequence[_Stack]) -> None:
        """Let ``stacks`` of ``offers`` compete for every line that is open to them, and apply the winners."""
        lines = {line.id for line in self.run.bench.basket.lines}
        opened = {each.id: frozenset([line for line in lines if self._is_open(each, line)]) for each in offers}
        match = _Match(self.run, {offer.id: offer for offer in offers}, opened)
        answer = match.best(stacks, {}, _MOST_CHOICES)
        for offer in offers:
            self.run.confined[offer.id] = answer.won.get(offer.id, frozenset())
            if offer.id in answer.won:
                apply_offer(self.run, offer)
            match.note_lost(offer.id, answer)
        for name, line in answer.amounts:
            self.won.setdefault(line, []).append(match.offers[name])

    def _is_open(self, offer: Offer, line: str) -> bool:
        won = self.won.get(line, ())
        if not won:
            return True
        if offer.stacking is Stacking.EXCLUSIVE or any(each.stacking is Stacking.EXCLUSIVE for each in won):
            return False
        if self.across:
            return all(each.priority != offer.priority for each in won)
        compound = all(each.stacking is Stacking.COMPOUND for each in (offer, *won))
        return compound and offer.on_order and not any(each.on_order for each in won)


@define(eq=False)
class _Match:
    """The offers of one priority that compete for lines.

    Attributes:
        run: as far as it got before them.
        offers: by id, in the order of application.
        lines: by offer, the lines that are open to it.
        bids: by stack, what it would take off if it won every line, by offer and line.
        reasons: by offer, why it would take nothing off.

    """

    run: Run
    offers: Mapping[str, Offer]
    lines: Mapping[str, _Lines]
    bids: dict[_Stack, _Amounts] = Factory(dict)
    reasons: dict[str, Problem] = Factory(dict)

    def best(self, stacks: Sequence[_Stack], kept: Mapping[str, _Stack], choices: int) -> _Answer:
        """Return the best answer in which the lines of ``kept`` belong to their stack.

        An offer that gives something else where it has a part of its lines only, such as a bundle, is tried with all
        of them and with none.
        """
        bids = {stack: self._bid(stack) for stack in stacks}
        answer = self._settled(bids, kept)
        parted = next((name for name in answer.won if self._is_parted(name, answer, bids)), "")
        if not parted:
            return answer
        without = [tuple([name for name in stack if name != parted]) for stack in stacks]
        found = [self.best([stack for stack in without if stack], kept, choices - 1)]
        mine = next(stack for stack in stacks if parted in stack)
        wanted = {line for name, line in bids[mine] if name == parted}
        if choices > 0 and not wanted <= kept.keys() and all(kept.get(line, mine) == mine for line in wanted):
            found.append(self.best(stacks, {**kept, **dict.fromkeys(wanted, mine)}, choices - 1))
        return max(found, key=lambda each: each.rank)

    def note_lost(self, name: str, answer: _Answer) -> None:
        """Note where others beat an offer, and why it took no effect where it took none."""
        run, currency = self.run, self.run.bench.basket.currency
        mine, reason = next((stack for stack in self.bids if name in stack), ()), self.reasons.get(name)
        for line, amount in _by_line(self.bids.get(mine, {})).items():
            winners = [each for each, lines in answer.won.items() if line in lines and each not in mine]
            if winners and (name, line) in self.bids[mine]:
                most = _total([answer.amounts.get((each, line), NOTHING) for each in winners])
                problem = lost_to(self.offers[winners[0]], Money(amount, currency), Money(most, currency))
                run.lost_on_line.append((line, NotApplied(run.name(self.offers[name]), problem)))
                reason = reason or problem
        if name not in answer.won:
            run.refuse(self.offers[name], reason or gives_nothing(self.offers[name]))

    def _bid(self, stack: _Stack) -> _Amounts:
        if stack not in self.bids:
            trial, self.bids[stack] = self._tried({name: self.lines[name] for name in self.offers if name in stack})
            by_name = {lost.rule: lost.reason for lost in trial.lost}
            for name in stack:
                reason = by_name.get(trial.name(self.offers[name]))
                if reason is not None:
                    self.reasons.setdefault(name, reason)
        return self.bids[stack]

    def _settled(self, bids: Mapping[_Stack, _Amounts], kept: Mapping[str, _Stack]) -> _Answer:
        """Return what comes off where each line goes to the stack that takes most off it."""
        rivals: dict[str, list[tuple[Decimal, _Stack]]] = {}
        for stack, amounts in bids.items():
            for line, amount in _by_line(amounts).items():
                rivals.setdefault(line, []).append(
                    (-amount, tuple([name for name in stack if (name, line) in amounts]))
                )
        winners = {}
        for line, found in rivals.items():
            wanted = kept.get(line, ())
            winners[line] = min(
                [each for each in found if set(each[1]) & set(wanted)] or found,
                key=lambda each: (each[0], len(each[1]), each[1]),
            )[1]
        won = {name: frozenset([line for line, stack in winners.items() if name in stack]) for name in self.offers}
        won = {name: lines for name, lines in won.items() if lines}
        return _Answer(won, self._tried(won)[1])

    def _is_parted(self, name: str, answer: _Answer, bids: Mapping[_Stack, _Amounts]) -> bool:
        """Return whether an offer does not do on the lines that it won what it would do if it had all of its own."""
        stack = next(stack for stack in bids if name in stack)
        return any(answer.amounts.get((name, line)) != bids[stack].get((name, line)) for line in answer.won[name])

    def _tried(self, won: Mapping[str, _Lines]) -> tuple[Run, _Amounts]:
        """Return by offer and line what offers would take off, one after the other, each on its lines alone."""
        trial = self.run.trial()
        before = len(trial.bench.shares)
        for name, lines in won.items():
            trial.confined[name] = lines
            apply_offer(trial, self.offers[name])
        found: dict[tuple[str, str], Decimal] = {}
        for share in trial.bench.shares[before:]:
            key = (share.offer, share.line)
            found[key] = EXACT.add(found.get(key, NOTHING), share.amount)
        return trial, found


def _by_line(amounts: _Amounts) -> Mapping[str, Decimal]:
    found: dict[str, Decimal] = {}
    for (_name, line), amount in amounts.items():
        found[line] = EXACT.add(found.get(line, NOTHING), amount)
    return found


def _total(amounts: Iterable[Decimal]) -> Decimal:
    total = NOTHING
    for amount in amounts:
        total = EXACT.add(total, amount)
    return total
