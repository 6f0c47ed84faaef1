"""Explanations: the steps that made a figure; their sum is the figure, exactly."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar, Final, TypeAlias

from attrs import define, field, frozen

from servicecore.errors import ServiceCoreError
from servicecore.kernel import html
from servicecore.kernel.late_slot import fill_late
from servicecore.kernel.money import Money, exact_decimal, sum_money, trusted_money
from servicecore.kernel.phrases import in_language, spoken
from servicecore.kernel.problems import Problem, Text


class BrokenExplanation(ServiceCoreError):
    """Raised when the steps of an explanation do not add up to its figure: a bug in the rule that made it."""

    code: ClassVar[str] = "servicecore.broken_explanation"


@frozen
class StepKind:
    """A kind of step: the rule's stable id and its sentence in three languages.

    ``amounts`` names those of its values that are exact numbers in the figure's currency, shown as money.
    """

    rule: str
    en: str
    it: str
    de: str
    amounts: tuple[str, ...] = ()
    sentence: Text = field(init=False, eq=False, repr=False)

    @sentence.default
    def _sentence(self) -> Text:
        return Text(self.en, self.it, self.de)

    def step(self, delta: Money, **params: object) -> Step:
        """Return the step of this kind that changes the figure by ``delta``."""
        for name in self.amounts:
            params[name] = trusted_money(exact_decimal(params[name]), delta.currency)
        return Step(
            rule=self.rule,
            delta=delta,
            params=tuple([(name, str(value)) for name, value in params.items()]),
            sentence=self.sentence,
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
        return self.sentence.render(spoken(self.params, locale), locale) or self.rule


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
        lines.append(f"{self.figure!s:>16}  = {in_language(self.subject, locale)}")
        lines.extend(f"{'-':>16}  {each.rule}: {each.reason.text(locale)}" for each in self.not_applied)
        return "\n".join(lines)

    def html(self, locale: str = "en") -> str:
        """Return the same as a table that a notebook folds: deltas, the figure, what was not applied; no script."""
        rows = [(str(step.delta), step.text(locale)) for step in self.steps]
        subject = in_language(self.subject, locale)
        rows.append((str(self.figure), f"= {subject}"))
        rows.extend(("-", f"{each.rule}: {each.reason.text(locale)}") for each in self.not_applied)
        unfolded = html.folded(f"{subject}: {self.figure}", html.table((), rows, figures=1), unfolded=True)
        return html.document(locale, (unfolded,))

    def _repr_html_(self) -> str:
        return self.html()


Note: TypeAlias = tuple[StepKind, Decimal, Mapping[str, object]]
"""A step in the making: its kind, by how much it changed the figure, and the values that its sentence names."""


@define(eq=False, weakref_slot=False)
class Trail:
    """What an explanation is made of, noted while the figure is being made and put into words when it is read.

    Most explanations are never read, and their words cost more than their figures. Once noted, nothing changes: the
    values noted have to be immutable.

    Attributes:
        notes: one for each step, in order.
        not_applied: what was considered and lost.

    """

    notes: list[Note] = field(init=False, factory=list)
    not_applied: tuple[NotApplied, ...] = field(init=False, default=())

    def note(self, kind: StepKind, delta: Decimal, /, **params: object) -> None:
        """Note a step that changed the figure by ``delta``, in the figure's currency."""
        self.notes.append((kind, delta, params))

    def note_lost(self, lost: NotApplied) -> None:
        """Note what was considered and lost."""
        self.not_applied = (*self.not_applied, lost)

    def explanation(self, subject: str, figure: Money) -> Explanation:
        """Return the explanation of ``figure``, whose constructor checks that the steps sum to it."""
        currency = figure.currency
        steps = [kind.step(trusted_money(delta, currency), **params) for kind, delta, params in self.notes]
        return Explanation(subject, figure, tuple(steps), self.not_applied)


class ExplainedLater:
    """The base of a frozen class with slots whose field ``explanation`` may be made when it is read.

    An object made by its constructor has its explanation. One that pricing makes has a trail instead, until the
    explanation is read for the first time; nobody can tell the difference.
    """

    __slots__ = ("__weakref__", "_trail")
    _trail: Trail

    @classmethod
    def __init_subclass__(cls, **kwargs: object) -> None:
        """Let the explanation be made from the trail."""
        super().__init_subclass__(**kwargs)
        fill_late(cls, "explanation", lambda made: made._trail.explanation(*made._explained()))  # noqa: SLF001 - its own

    def _explained(self) -> tuple[str, Money]:
        """Return what the explanation calls the object, and the figure that it explains."""
        raise NotImplementedError


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
