"""What a tender has to be like to pay an order."""

from __future__ import annotations

from typing import Final

from servicecore.billing import Tender
from servicecore.kernel.problems import Problem, ProblemKind

TENDER_CURRENCY: Final = ProblemKind(
    "orders.tender_currency",
    en="the tender's limit is {value}; accepted: {accepted}",
    it="il limite del mezzo di pagamento è {value}; valori ammessi: {accepted}",
    de="das Limit des Zahlungsmittels ist {value}; zulässig: {accepted}",
)


def check_tender(tender: Tender, currency: str, path: str) -> tuple[Problem, ...]:
    """Return why the limit of ``tender`` cannot be one of an order in ``currency`` (``orders.tender_currency``)."""
    limit = tender.max_amount
    if limit is None or (limit.currency == currency and limit.is_rounded()):
        return ()
    return (TENDER_CURRENCY.at(f"{path}.max_amount", value=limit, accepted=f"whole minor units of {currency}"),)
