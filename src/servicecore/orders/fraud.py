"""Fraud signals and what they add up to; the rules behind them are plugins (A31)."""

from __future__ import annotations

from attrs import frozen


@frozen
class FraudSignal:
    """One rule's finding.

    Attributes:
        rule: the rule's id.
        score: 0 to 100.
        reason: a sentence that an agent may read out.

    """

    rule: str
    score: int
    reason: str


@frozen
class FraudAssessment:
    """All findings on an order; a rule that failed counts as a reason to review, never as a clean answer.

    Attributes:
        signals: sorted by rule.
        failures: ids of rules that did not answer.

    """

    signals: tuple[FraudSignal, ...] = ()
    failures: tuple[str, ...] = ()

    @property
    def score(self) -> int:
        """Return the sum of the scores."""
        return sum(signal.score for signal in self.signals)
