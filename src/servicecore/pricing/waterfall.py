"""The waterfall of a line: from its list price to its net, step by step, and what was looked at and did nothing."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from servicecore.kernel.explain import NotApplied, Step
from servicecore.kernel.money import Money
from servicecore.kernel.problems import Problem
from servicecore.pricing.quote import Quote, QuoteLine

_NAMES: Final = ("offer", "coupon", "promotions", "catalogue", "source")
"""Which parameter of a step names what made it."""


@frozen
class WaterfallStep:
    """One thing that was looked at for a line, and what it made of the amount (CC 7.6).

    Attributes:
        kind: the rule of the step; ``pricing.not_applied`` for what was rejected.
        id: of the price list, offer or coupon; empty for a rule without one.
        before: the amount before it.
        after: the amount after it; the same where it was rejected.
        applied: how it changed the amount; None where it was rejected.
        rejected: why it did not; None where it was applied.

    """

    kind: str
    id: str
    before: Money
    after: Money
    applied: Step | None = None
    rejected: Problem | None = None

    def text(self, locale: str = "en") -> str:
        """Return the step's sentence, or the reason why there was none."""
        if self.applied is not None:
            return self.applied.text(locale)
        return "" if self.rejected is None else self.rejected.text(locale)


REJECTED: Final = "pricing.not_applied"
"""The kind of a step that was looked at and did nothing."""


def waterfall(quote: Quote, line: QuoteLine) -> tuple[WaterfallStep, ...]:
    """Return the steps of ``line`` in order, each from where the one before stopped; the last stops at its net.

    What was rejected follows, first what the line itself was considered for, then what touched no line of the quote.
    """
    steps: list[WaterfallStep] = []
    amount = Money.zero(quote.currency)
    for step in line.explanation.steps:
        after = amount + step.delta
        steps.append(WaterfallStep(step.rule, _id_of(step), amount, after, applied=step))
        amount = after
    steps.extend(_rejected(each, amount) for each in (*line.explanation.not_applied, *quote.not_applied))
    return tuple(steps)


def _id_of(step: Step) -> str:
    params = dict(step.params)
    return next((params[name] for name in _NAMES if params.get(name)), "")


def _rejected(lost: NotApplied, amount: Money) -> WaterfallStep:
    return WaterfallStep(REJECTED, lost.rule, amount, amount, rejected=lost.reason)
