"""Explanations: the steps that made a figure; their sum is the figure, exactly."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Final

from attrs import field, frozen

from servicecore.errors import ServiceCoreError
from servicecore.kernel.money import Money, sum_money
from servicecore.kernel.problems import Problem, Text


class BrokenExplanation(ServiceCoreError):
    """Raised when the steps of an explanation do not add up to its figure: a bug in the rule that made it."""

    code: ClassVar[str] = "servicecore.broken_explanation"


@frozen
class StepKind:
    """A kind of step: the rule's stable id and its sentence in three languages."""

    rule: str
    en: str
    it: str
    de: str

    def step(self, delta: Money, **params: object) -> Step:
        """Return the step of this kind that changes the figure by ``delta``."""
        return Step(
            rule=self.rule,
            delta=delta,
            params=tuple((name, str(value)) for name, value in params.items()),
            sentence=Text(self.en, self.it, self.de),
        )


@frozen
class Step:
    """One step: the rule, by how much it changed the figure, and with which values."""

    rule: str
    delta: Money
    params: tuple[tuple[str, str], ...] = ()
    sentence: Text = field(default=Text("", "", ""), eq=False, repr=False)

    def text(self, locale: str = "en") -> str:
        """Return the step's sentence."""
        return self.sentence.render(dict(self.params), locale) or self.rule


@frozen
class NotApplied:
    """A rule that was considered and did not change the figure, with the first reason why."""

    rule: str
    reason: Problem


@frozen
class Explanation:
    """How a figure came about.

    Attributes:
        subject: what the figure is: ``line 1``.
        figure: the result.
        steps: in order; the sum of their deltas is the figure, which the constructor checks.
        not_applied: what was considered and lost, and why.

    """

    subject: str
    figure: Money
    steps: tuple[Step, ...]
    not_applied: tuple[NotApplied, ...] = ()

    def __attrs_post_init__(self) -> None:
        total = sum_money((step.delta for step in self.steps), self.figure.currency)
        if total != self.figure:
            raise BrokenExplanation(f"the steps of {self.subject} sum to {total}, not to {self.figure}")

    def text(self, locale: str = "en") -> str:
        """Return one line a step with its delta, then the figure, then what was not applied."""
        lines = [f"{step.delta!s:>16}  {step.text(locale)}" for step in self.steps]
        lines.append(f"{self.figure!s:>16}  = {self.subject}")
        lines.extend(f"{'-':>16}  {each.rule}: {each.reason.text(locale)}" for each in self.not_applied)
        return "\n".join(lines)


ROUNDED: Final = StepKind(
    "kernel.rounded",
    en="rounded {rounding}",
    it="arrotondato {rounding}",
    de="gerundet {rounding}",
)


def rounding_step(before: Money, after: Money, rounding: str) -> tuple[Step, ...]:
    """Return the step that rounding made; empty where it changed nothing."""
    delta = after - before
    return (ROUNDED.step(delta, rounding=rounding),) if delta.amount != Decimal(0) else ()
