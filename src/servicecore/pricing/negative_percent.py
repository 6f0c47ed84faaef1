"""The negative percentage: what no setting of charges, override permissions and margin bands may say."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from servicecore.errors import InvalidValue
from servicecore.kernel.problems import ProblemKind

NEGATIVE_PERCENT: Final = ProblemKind(
    "config.negative_percent",
    en="{value} percent is negative; accepted: {accepted}",
    it="{value} per cento è negativo; valori ammessi: {accepted}",
    de="{value} Prozent sind negativ; zulässig: {accepted}",
)


def negative_percent(path: str, value: Decimal, accepted: str = "0 or more") -> InvalidValue:
    """Return the refusal of ``value``, a percentage below 0, in the setting ``path`` (CC appendix B)."""
    return NEGATIVE_PERCENT.error(path, value=value, accepted=accepted)
