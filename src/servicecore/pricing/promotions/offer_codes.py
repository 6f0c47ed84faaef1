"""Codes of offers: when a typed code releases its offer, and the one stable reason why it does not."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import TYPE_CHECKING, Final

from attrs import field, frozen

from servicecore.kernel.explain import NotApplied
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.promotions.combination import CodeMatch
from servicecore.pricing.promotions.field_checks import not_blank, not_negative
from servicecore.pricing.validity import check_order, civil_date, first_day, in_words, last_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from servicecore.pricing.promotions.offer import Offer

UNKNOWN_CODE: Final = ProblemKind(
    "pricing.offer_code_unknown",
    en="there is no offer with the code {value}; accepted: {accepted}",
    it="non esiste una promozione con il codice {value}; valori ammessi: {accepted}",
    de="es gibt keine Aktion mit dem Code {value}; zulässig: {accepted}",
)
ALREADY_TYPED: Final = ProblemKind(
    "pricing.code_typed_before",
    en="the code {value} was typed before; accepted: {accepted}",
    it="il codice {value} è già stato inserito; valori ammessi: {accepted}",
    de="der Code {value} wurde schon eingegeben; zulässig: {accepted}",
)
CODE_OUTSIDE_DATES: Final = ProblemKind(
    "pricing.offer_code_outside_dates",
    en="the code {value} is not valid on this day; accepted: {accepted}",
    it="il codice {value} non è valido in questo giorno; valori ammessi: {accepted}",
    de="der Code {value} gilt an diesem Tag nicht; zulässig: {accepted}",
)
CODE_LIMIT: Final = ProblemKind(
    "pricing.offer_code_limit",
    en="the code was used {value} times; accepted: {accepted}",
    it="il codice è stato usato {value} volte; valori ammessi: {accepted}",
    de="der Code wurde {value} mal verwendet; zulässig: {accepted}",
)
CODE_CUSTOMER_LIMIT: Final = ProblemKind(
    "pricing.offer_code_customer_limit",
    en="the customer used the code {value} times; accepted: {accepted}",
    it="il cliente ha usato il codice {value} volte; valori ammessi: {accepted}",
    de="der Kunde hat den Code {value} mal verwendet; zulässig: {accepted}",
)
CODE_LOGIN_REQUIRED: Final = ProblemKind(
    "pricing.offer_code_login_required",
    en="the code {value} counts the uses of each customer; accepted: {accepted}",
    it="il codice {value} conta gli utilizzi di ogni cliente; valori ammessi: {accepted}",
    de="der Code {value} zählt die Nutzungen jedes Kunden; zulässig: {accepted}",
)


@frozen
class PastOrder:
    """An order of this customer before, for limits.

    Attributes:
        codes: the codes that it used.
        cancelled: whether it was cancelled.

    """

    codes: tuple[str, ...] = ()
    cancelled: bool = False


@frozen
class OfferCode:
    """One code of an offer.

    Attributes:
        code: as printed.
        valid_from: first day, itself included; None is open.
        valid_until: last day, itself included; None is open.
        uses_total: how often it works for everybody; None is no limit.
        uses_per_customer: the same for each customer, who then has to be known.
        used: how often it was used, orders that were cancelled left out.
        cancel_releases_use: whether a cancelled order gives its use back.

    """

    code: str = field(validator=not_blank)
    valid_from: date | None = field(default=None, validator=civil_date)
    valid_until: date | None = field(default=None, validator=civil_date)
    uses_total: int | None = field(default=None, validator=not_negative)
    uses_per_customer: int | None = field(default=None, validator=not_negative)
    used: int = field(default=0, validator=not_negative)
    cancel_releases_use: bool = True

    def __attrs_post_init__(self) -> None:
        check_order(self.valid_from, self.valid_until)

    def problem(self, customer: str, history: tuple[PastOrder, ...], day: int) -> Problem | None:
        """Return the first reason against the code: days, uses by all, customer, uses by the customer; or None."""
        if not first_day(self.valid_from) <= day <= last_day(self.valid_until):
            accepted = in_words(self.valid_from, self.valid_until)
            return CODE_OUTSIDE_DATES.at("codes", value=self.code, accepted=accepted)
        own = [order for order in history if self.code in order.codes]
        cancelled = 0 if self.cancel_releases_use else sum(1 for order in own if order.cancelled)
        used = self.used + cancelled
        if self.uses_total is not None and used >= self.uses_total:
            return CODE_LIMIT.at("codes", value=used, accepted=f"below {self.uses_total}")
        if self.uses_per_customer is None:
            return None
        if not customer:
            return CODE_LOGIN_REQUIRED.at("codes", value=self.code, accepted="a customer who is known")
        by_customer = sum(1 for order in own if not order.cancelled) + cancelled
        if by_customer >= self.uses_per_customer:
            return CODE_CUSTOMER_LIMIT.at("codes", value=by_customer, accepted=f"below {self.uses_per_customer}")
        return None


def matched(code: str, way: CodeMatch) -> str:
    """Return ``code`` as it is compared."""
    if way is CodeMatch.EXACT:
        return code
    return "".join(unicodedata.normalize("NFKC", code).split()).upper()


def read_offer_codes(offers: Iterable[Offer], way: CodeMatch) -> dict[str, tuple[Offer, OfferCode]]:
    """Return the offers and their own codes, by the code as it is compared."""
    return {matched(code.code, way): (offer, code) for offer in offers for code in offer.codes}


def released(
    by_code: Mapping[str, tuple[Offer, OfferCode]],
    typed_codes: Iterable[str],
    customer: str,
    history: tuple[PastOrder, ...],
    day: int,
    way: CodeMatch,
) -> tuple[dict[str, str], tuple[NotApplied, ...]]:
    """Return the typed code by the id of the offer that it releases, and the codes that release none.

    The first typing of a code counts; ``customer`` is empty where nobody is known.
    """
    found: dict[str, str] = {}
    refused: list[NotApplied] = []
    seen: set[str] = set()
    for typed in typed_codes:
        key = matched(typed, way)
        if key in seen:
            refused.append(NotApplied(typed, typed_before(typed)))
            continue
        seen.add(key)
        known = by_code.get(key)
        if known is None:
            refused.append(NotApplied(typed, UNKNOWN_CODE.at("codes", value=typed or "''", accepted="a printed code")))
            continue
        offer, code = known
        problem = code.problem(customer, history, day) or offer.outside_dates(day)
        if problem is None:
            found[offer.id] = typed
        else:
            refused.append(NotApplied(typed, problem))
    return found, tuple(refused)


def typed_before(code: str) -> Problem:
    """Return that ``code`` was typed before."""
    return ALREADY_TYPED.at("codes", value=code, accepted="each code once")
