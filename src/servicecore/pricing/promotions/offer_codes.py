"""Codes of offers: when a typed code releases its offer, and the one stable reason why it does not."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.explain import NotApplied
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.coupon_limits import normalised
from servicecore.pricing.promotions.combination import CodeMatch
from servicecore.pricing.promotions.field_checks import not_blank, not_negative
from servicecore.pricing.promotions.offer_usage import NEVER_USED, OfferUsage
from servicecore.pricing.validity import check_order, civil_date, first_day, in_words, last_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from servicecore.pricing.promotions.customer_history import CustomerHistory
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
OFFER_RELEASED: Final = ProblemKind(
    "pricing.offer_released_already",
    en="the code {value} is for the same offer as {other}; accepted: {accepted}",
    it="il codice {value} è per la stessa promozione di {other}; valori ammessi: {accepted}",
    de="der Code {value} gilt für dieselbe Aktion wie {other}; zulässig: {accepted}",
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


@frozen(field_transformer=checked_fields)
class OfferCode:
    """One code of an offer.

    Attributes:
        code: as printed.
        valid_from: first day, itself included; None is open.
        valid_until: last day, itself included; None is open.
        uses_total: in how many orders it works, of everybody; None is no limit.
        uses_per_customer: the same for each customer, who then has to be known.
        used: in how many orders it was used before; what orders placed here used comes on top of what a book says.
        cancel_releases_use: whether an order that is cancelled, or has nothing of the code any more, gives its use
            back.

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

    @property
    def limited(self) -> bool:
        """Return whether it works only so often, so that orders count its uses."""
        return self.uses_total is not None or self.uses_per_customer is not None

    def uses_in(self, history: Iterable[PastOrder], key: str = "") -> int:
        """Return in how many orders of a customer it counts as used; ``key`` is the code as it is compared."""
        own = [each for each in history if self.code in each.codes or key in each.codes]
        return sum(1 for each in own if not (each.cancelled and self.cancel_releases_use))

    def problem(
        self, customer: str, history: tuple[PastOrder, ...], day: int, uses: CodeUses | None = None
    ) -> Problem | None:
        """Return the first reason against the code: days, uses by all, customer, uses by the customer; or None.

        Args:
            customer: id; empty where nobody is known.
            history: the customer's orders that ``uses`` does not count.
            day: civil day, as a number of days.
            uses: what orders counted; None where none counts.

        """
        counted = uses or CodeUses(self.code)
        if not first_day(self.valid_from) <= day <= last_day(self.valid_until):
            accepted = in_words(self.valid_from, self.valid_until)
            return CODE_OUTSIDE_DATES.at("codes", value=self.code, accepted=accepted)
        used = self.used
        if counted.by_all is not None:
            used += counted.by_all
        elif not self.cancel_releases_use:
            used += sum(1 for each in history if each.cancelled and self.code in each.codes)
        if self.uses_total is not None and used >= self.uses_total:
            return CODE_LIMIT.at("codes", value=used, accepted=f"below {self.uses_total}")
        if self.uses_per_customer is None:
            return None
        if not customer:
            return CODE_LOGIN_REQUIRED.at("codes", value=self.code, accepted="a customer who is known")
        by_customer = counted.by_customer + self.uses_in(history, counted.key)
        if by_customer >= self.uses_per_customer:
            return CODE_CUSTOMER_LIMIT.at("codes", value=by_customer, accepted=f"below {self.uses_per_customer}")
        return None


@frozen
class CodeUses:
    """How often orders counted a code of an offer.

    Attributes:
        key: the code as it is compared.
        by_all: in how many orders of everybody, cancelled ones that keep their use included; None where none counts.
        by_customer: in how many of the customer.

    """

    key: str
    by_all: int | None = None
    by_customer: int = 0


@frozen
class LimitedCode:
    """A code of an offer that works only so often.

    Attributes:
        offer: the offer's id.
        key: the code as it is compared.
        code: the code.

    """

    offer: str
    key: str
    code: OfferCode


@frozen
class ReleasedBy:
    """The code that releases an offer.

    Attributes:
        code: as it is compared.
        own: what it is, where it is the offer's own; None for a coupon's.
        uses_before: how often the customer used it before, where it has a limit for each customer; None where not.

    """

    code: str
    own: OfferCode | None = None
    uses_before: int | None = None

    @property
    def counted(self) -> bool:
        """Return whether orders count its uses."""
        return self.own is not None and self.own.limited


def matched(code: str, way: CodeMatch) -> str:
    """Return ``code`` as it is compared."""
    return code if way is CodeMatch.EXACT else normalised(code)


def read_offer_codes(offers: Iterable[Offer], way: CodeMatch) -> dict[str, tuple[Offer, OfferCode]]:
    """Return the offers and their own codes, by the code as it is compared."""
    return {matched(code.code, way): (offer, code) for offer in offers for code in offer.codes}


def released(
    by_code: Mapping[str, tuple[Offer, OfferCode]],
    typed_codes: Iterable[str],
    customer: str,
    history: CustomerHistory,
    day: int,
    way: CodeMatch,
    *,
    usage: OfferUsage = NEVER_USED,
) -> tuple[dict[str, ReleasedBy], tuple[NotApplied, ...]]:
    """Return the typed code by the id of the offer that it releases, and the codes that release none.

    The first typing of a code counts, and so does the first code of an offer. ``customer`` is empty where nobody is
    known; ``usage`` and ``history`` say how often orders counted a code.
    """
    found: dict[str, ReleasedBy] = {}
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
        uses = CodeUses(key, usage.uses_of_code(offer.id, key), history.uses_of_code(offer.id, key))
        problem = code.problem(customer, history.orders, day, uses) or offer.outside_dates(day)
        if problem is None and offer.id in found:
            other = found[offer.id].code
            problem = OFFER_RELEASED.at("codes", value=typed, other=other, accepted="one of the two")
        if problem is None:
            before = None if code.uses_per_customer is None else uses.by_customer + code.uses_in(history.orders, key)
            found[offer.id] = ReleasedBy(typed, code, before)
        else:
            refused.append(NotApplied(typed, problem))
    return found, tuple(refused)


def typed_before(code: str) -> Problem:
    """Return that ``code`` was typed before."""
    return ALREADY_TYPED.at("codes", value=code, accepted="each code once")
