"""The counters of offers: their names in the store, and the problem of each that has nothing left (A12, E12)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from servicecore.kernel.money import Money
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.coupon_limits import MONEY_PREFIX, normalised

OFFER_LIMIT_REACHED: Final = ProblemKind(
    "offer.limit_reached",
    en="the offer {offer} was used {value} times; accepted: {accepted}",
    it="l'offerta {offer} è stata usata {value} volte; valori ammessi: {accepted}",
    de="das Angebot {offer} wurde {value} mal genutzt; zulässig: {accepted}",
)
OFFER_CUSTOMER_LIMIT_REACHED: Final = ProblemKind(
    "offer.customer_limit_reached",
    en="the customer used the offer {offer} {value} times; accepted: {accepted}",
    it="il cliente ha usato l'offerta {offer} {value} volte; valori ammessi: {accepted}",
    de="der Kunde hat das Angebot {offer} {value} mal genutzt; zulässig: {accepted}",
)
OFFER_BUDGET_REACHED: Final = ProblemKind(
    "offer.budget_reached",
    en="the offer {offer} would give {value}; accepted: {accepted}",
    it="l'offerta {offer} darebbe {value}; valori ammessi: {accepted}",
    de="das Angebot {offer} würde {value} geben; zulässig: {accepted}",
)
OFFER_CODE_LIMIT_REACHED: Final = ProblemKind(
    "offer.code_limit_reached",
    en="the code {code} of the offer {offer} was used {value} times; accepted: {accepted}",
    it="il codice {code} dell'offerta {offer} è stato usato {value} volte; valori ammessi: {accepted}",
    de="der Code {code} des Angebots {offer} wurde {value} mal genutzt; zulässig: {accepted}",
)
OFFER_CODE_CUSTOMER_LIMIT_REACHED: Final = ProblemKind(
    "offer.code_customer_limit_reached",
    en="the customer used the code {code} of the offer {offer} {value} times; accepted: {accepted}",
    it="il cliente ha usato il codice {code} dell'offerta {offer} {value} volte; valori ammessi: {accepted}",
    de="der Kunde hat den Code {code} des Angebots {offer} {value} mal genutzt; zulässig: {accepted}",
)
ORDER_NUMBER_TAKEN: Final = ProblemKind(
    "offer.order_number_taken",
    en="the offer {offer} was given to order number {value} of this customer, which is another one; "
    "accepted: {accepted}",
    it="l'offerta {offer} è stata data all'ordine numero {value} di questo cliente, che è un altro; "
    "valori ammessi: {accepted}",
    de="das Angebot {offer} galt der Bestellung Nummer {value} dieses Kunden, die eine andere ist; "
    "zulässig: {accepted}",
)
CONDITION_CHANGED: Final = ProblemKind(
    "offer.condition_changed",
    en="the offer {offer} was quoted after {value} orders of this customer, and its conditions say something else now; "
    "accepted: {accepted}",
    it="l'offerta {offer} è stata calcolata dopo {value} ordini di questo cliente e le sue condizioni ora danno un "
    "altro esito; valori ammessi: {accepted}",
    de="das Angebot {offer} wurde nach {value} Bestellungen dieses Kunden berechnet, und seine Bedingungen sagen jetzt "
    "etwas anderes; zulässig: {accepted}",
)
NEW_QUOTE: Final = "a new quote"

_USES: Final = "offer-uses:"
_CUSTOMER_USES: Final = "customer-uses:"
_CODE_USES: Final = "offer-code-uses:"
_CUSTOMER_CODE_USES: Final = "customer-code-uses:"
_ORDER_NUMBER: Final = "order-number:"

# No id and no normalised name has a line break: no two pairs of them make the same name of a counter. A code that is
# compared as it is printed may have one; it stands last.


def uses_counter(offer: str) -> str:
    """Return the name of the counter of the uses of ``offer`` by everybody."""
    return f"{_USES}{offer}"


def money_counter(offer: str, currency: str) -> str:
    """Return the name of the counter of the money that ``offer`` gave, in minor units of ``currency``."""
    return f"{MONEY_PREFIX}{currency}:{_USES}{offer}"


def customer_counters(offer: str, names: Iterable[str]) -> tuple[str, ...]:
    """Return the names of the counters of the uses of ``offer`` by a customer, one for each of the ``names``."""
    return tuple(dict.fromkeys(f"{_CUSTOMER_USES}{offer}\n{normalised(each)}" for each in names))


def code_counter(offer: str, code: str) -> str:
    """Return the name of the counter of the orders that used ``code`` of ``offer``, as it is compared."""
    return f"{_CODE_USES}{offer}\n{code}"


def customer_code_counters(offer: str, code: str, names: Iterable[str]) -> tuple[str, ...]:
    """Return the names of the counters of a customer's orders that used ``code``, one for each of the ``names``."""
    return tuple(dict.fromkeys(f"{_CUSTOMER_CODE_USES}{offer}\n{normalised(each)}\n{code}" for each in names))


def order_number_counters(number: int, names: Iterable[str]) -> tuple[str, ...]:
    """Return the names of the counters of a customer's order ``number``: 1 where an order took an offer for it."""
    return tuple(dict.fromkeys(f"{_ORDER_NUMBER}{normalised(each)}\n{number}" for each in names))


def changed_condition(offer: str, orders_before: int) -> Problem:
    """Return the problem that ``offer``, quoted after ``orders_before`` orders, is not what it would be now."""
    return CONDITION_CHANGED.at("quote.offer_uses", offer=offer, value=orders_before, accepted=NEW_QUOTE)


def is_order_number(counter: str) -> bool:
    """Return whether ``counter`` stands for one order of a customer, which that order holds but once."""
    return counter.startswith(_ORDER_NUMBER)


def number_of(counter: str) -> int:
    """Return the number of the order that ``counter`` stands for."""
    return int(counter.rpartition("\n")[2])


def beyond_counter(offer: str, code: str, counter: str, amount: int, limit: int, count: int) -> Problem:
    """Return the problem that a counter stands at ``count`` and ``amount`` more would pass ``limit``."""
    path = "quote.offer_uses"
    if counter.startswith((_CODE_USES, _CUSTOMER_CODE_USES)):
        everybody = counter.startswith(_CODE_USES)
        reached = OFFER_CODE_LIMIT_REACHED if everybody else OFFER_CODE_CUSTOMER_LIMIT_REACHED
        accepted = f"up to {limit} with this order, or {NEW_QUOTE}"
        return reached.at(path, offer=offer, code=code, value=count, accepted=accepted)
    if is_order_number(counter):
        return ORDER_NUMBER_TAKEN.at(path, offer=offer, value=number_of(counter), accepted=NEW_QUOTE)
    if counter.startswith(MONEY_PREFIX):
        currency = counter.split(":")[1]
        left = Money.from_minor(max(limit - count, 0), currency)
        wanted = Money.from_minor(amount, currency)
        return OFFER_BUDGET_REACHED.at(path, offer=offer, value=wanted, accepted=f"up to {left}, or {NEW_QUOTE}")
    customer = counter.startswith(_CUSTOMER_USES)
    kind = OFFER_CUSTOMER_LIMIT_REACHED if customer else OFFER_LIMIT_REACHED
    return kind.at(path, offer=offer, value=count, accepted=f"up to {limit} with this order, or {NEW_QUOTE}")
