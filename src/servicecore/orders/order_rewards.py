"""The rewards of an order: what its offers promised, what of it is earned, and what returns took back (E12)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from attrs import evolve, frozen

from servicecore.kernel.rounding import EXACT
from servicecore.orders.line import OrderLine
from servicecore.orders.order import Order
from servicecore.orders.quantities import NONE, minus
from servicecore.pricing.coupon_limits import normalised
from servicecore.pricing.promised_reward import PromisedReward, RewardedLine
from servicecore.pricing.quote import Quote


@frozen
class OrderReward:
    """A reward as it stands: of ``reward.kind``, in its unit; for a credit money in major units.

    Attributes:
        reward: as it was promised.
        promised: what it can still come to, for the units that are neither canceled nor back.
        earned: what is earned, for the units that were invoiced and are not back.
        taken_back: what invoices had earned and returns took back.

    """

    reward: PromisedReward
    promised: Decimal
    earned: Decimal
    taken_back: Decimal


def order_rewards(order: Order) -> tuple[OrderReward, ...]:
    """Return the rewards of ``order``, worked out of its units alone: asked again, it says the same.

    What follows units is earned with their invoice and taken back with their return, in whole steps of the reward,
    rounded down; so parts of any split never come to more than the promise. What was promised once is earned when
    every unit that it rests on is invoiced or canceled, and lasts until the last of them is back. Units come back in
    the order in which they were billed. A price that is set by hand changes no promise.
    """
    return tuple([_standing(order, each) for each in promised_rewards(order)])


def promised_rewards(order: Order) -> tuple[PromisedReward, ...]:
    """Return what is promised: by the quote, less what codes that were removed had, and what came with later ones."""
    return order.quote.rewards if order.rewards is None else order.rewards


def lasting_rewards(order: Order) -> tuple[PromisedReward, ...]:
    """Return the rewards of which a unit is left that was not canceled; units that came back have them."""
    return tuple([each for each in promised_rewards(order) if _weight(order, each, _remaining)])


def rewards_with(order: Order, quote: Quote) -> tuple[PromisedReward, ...]:
    """Return what is promised together with what ``quote``, of the order's open units, promises."""
    added = []
    for reward in quote.rewards:
        lines = [(order.line(int(each.line)), each) for each in reward.lines]
        kept = [evolve(each, start=line.shipped) for line, each in lines if line is not None]
        added.extend([evolve(reward, lines=tuple(kept))] if kept else [])
    return (*promised_rewards(order), *added)


def rewards_without(order: Order, code: str) -> tuple[PromisedReward, ...]:
    """Return what is promised without ``code``, normalised; units that were sent keep their part."""
    kept = []
    for reward in promised_rewards(order):
        if not _is_of(reward, code):
            kept.append(reward)
            continue
        quantity = _part(order, reward, _sent)
        lines = [_first(order, each) for each in reward.lines]
        if quantity:
            kept.append(evolve(reward, quantity=quantity, lines=tuple([each for each in lines if each.units])))
    return tuple(kept)


def rests_on_open(order: Order, code: str) -> bool:
    """Return whether a reward of ``code``, normalised, rests on units that can still be shipped."""
    rewards = [each for each in promised_rewards(order) if _is_of(each, code)]
    return any(_weight(order, each, _sent) < _weight(order, each, _remaining) for each in rewards)


def _standing(order: Order, reward: PromisedReward) -> OrderReward:
    earned = _part(order, reward, _kept)
    return OrderReward(
        reward, _part(order, reward, _live), earned, EXACT.subtract(_part(order, reward, _billed), earned)
    )


def _part(order: Order, reward: PromisedReward, of: _Units) -> Decimal:
    """Return what of ``reward`` the units have that ``of`` counts; one that is had as a whole waits for all bills."""
    weight = _weight(order, reward, of)
    if reward.step:
        return reward.part(weight)
    done = _sent if of is _sent else _billed
    waits = of is not _live and _weight(order, reward, done) < _weight(order, reward, _remaining)
    return NONE if waits or not weight else reward.quantity


def _weight(order: Order, reward: PromisedReward, of: _Units) -> Fraction:
    lines = {str(line.number): line for line in order.lines}
    counted = [
        Fraction(each.weight) * Fraction(of(lines[each.line], each)) / Fraction(each.units)
        for each in reward.lines
        if each.line in lines
    ]
    return sum(counted, Fraction(0))


_Units: TypeAlias = "Callable[[OrderLine, RewardedLine], Decimal]"


def _remaining(line: OrderLine, rewarded: RewardedLine) -> Decimal:
    """Return how many of the units are not canceled."""
    others = minus(line.ordered, rewarded.start, rewarded.units)
    return minus(rewarded.units, _clamped(minus(line.canceled, others), rewarded))


def _billed(line: OrderLine, rewarded: RewardedLine) -> Decimal:
    return _clamped(minus(line.invoiced, rewarded.start), rewarded)


def _sent(line: OrderLine, rewarded: RewardedLine) -> Decimal:
    return _clamped(minus(line.shipped, rewarded.start), rewarded)


def _live(line: OrderLine, rewarded: RewardedLine) -> Decimal:
    """Return how many of the units are neither canceled nor back."""
    return max(minus(_remaining(line, rewarded), _back(line, rewarded)), NONE)


def _kept(line: OrderLine, rewarded: RewardedLine) -> Decimal:
    """Return how many of the units were invoiced and are not back."""
    return max(minus(_billed(line, rewarded), _back(line, rewarded)), NONE)


def _back(line: OrderLine, rewarded: RewardedLine) -> Decimal:
    return _clamped(minus(line.returned, rewarded.start), rewarded)


def _clamped(units: Decimal, rewarded: RewardedLine) -> Decimal:
    return min(max(units, NONE), rewarded.units)


def _first(order: Order, rewarded: RewardedLine) -> RewardedLine:
    """Return those of the units that were sent."""
    line = order.line(int(rewarded.line))
    units = NONE if line is None else _sent(line, rewarded)
    weight = EXACT.divide(EXACT.multiply(rewarded.weight, units), rewarded.units)
    return evolve(rewarded, units=units, weight=weight)


def _is_of(reward: PromisedReward, code: str) -> bool:
    return bool(reward.code) and normalised(reward.code) == code
