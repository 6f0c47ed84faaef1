"""The terms of an application: which competitor's price is followed by how much, and whether it may be."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from attrs import frozen

from servicecore.kernel.facts import Facts
from servicecore.kernel.money import CURRENCY_MISMATCH, Money
from servicecore.kernel.operations import NOT_FOUND
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.cart import PriceOverride
from servicecore.pricing.override_permission import FloorCosts
from servicecore.pricing.overrides import OverridePolicy
from servicecore.pricing.price_match.competitor_price import CompetitorPrice
from servicecore.pricing.price_match.operations.approve_price_match import check_lapsed
from servicecore.pricing.price_match.policy import PriceMatchPolicy
from servicecore.pricing.price_match.price_match import PriceMatch, PriceMatchStatus

NO_PRICE: Final = ProblemKind(
    "price_match.no_price",
    en="the command names {value}; accepted: {accepted}",
    it="il comando indica {value}; valori ammessi: {accepted}",
    de="der Befehl nennt {value}; zulässig: {accepted}",
)
NOT_APPROVED: Final = ProblemKind(
    "price_match.not_approved",
    en="the price match is {value}; accepted: {accepted}",
    it="la corrispondenza di prezzo è nello stato {value}; valori ammessi: {accepted}",
    de="der Preisabgleich ist {value}; zulässig: {accepted}",
)
OTHER_ITEM: Final = ProblemKind(
    "price_match.other_item",
    en="the line sells {value}; accepted: {accepted}",
    it="la riga vende {value}; valori ammessi: {accepted}",
    de="die Zeile verkauft {value}; zulässig: {accepted}",
)
BELOW_MIN_QUANTITY: Final = ProblemKind(
    "price_match.below_min_quantity",
    en="the competitor does not give its price for {value} units; accepted: {accepted}",
    it="il concorrente non concede il prezzo per {value} unità; valori ammessi: {accepted}",
    de="der Wettbewerber gibt seinen Preis nicht für {value} Einheiten; zulässig: {accepted}",
)
NOT_LOWER: Final = ProblemKind(
    "price_match.not_lower",
    en="at {value} the competitor is not cheaper; accepted: {accepted}",
    it="a {value} il concorrente non è più conveniente; valori ammessi: {accepted}",
    de="mit {value} ist der Wettbewerber nicht günstiger; zulässig: {accepted}",
)


@frozen
class PriceMatchFacts:
    """What an application has to know from outside.

    Attributes:
        record: the record that the command names; None where it names none, or one that is not there.
        costs: of one unit of the line, for the floor.
        overrides: who may go how low.

    """

    record: PriceMatch | None
    costs: FloorCosts
    overrides: OverridePolicy


@frozen
class Terms:
    """Which price is followed.

    Attributes:
        price: the competitor's.
        percent: how much of the difference is given.
        record: id of the record; empty where the price was given with the command.

    """

    price: CompetitorPrice
    percent: Decimal
    record: str


def read_terms(
    price: CompetitorPrice | None, record: str, item: str, ordered: Decimal, currency: str, facts: Facts
) -> Terms | tuple[Problem, ...]:
    """Return the terms of a command that gives a price or names a record; or what is wrong with them.

    Args:
        price: as the command gives it.
        record: id of the record that the command names; empty for none.
        item: what the line sells.
        ordered: how many units of it were ordered, for the competitor's least quantity.
        currency: of the order.
        facts: with `PriceMatchFacts` and the policy.

    Problems: ``price_match.no_price``, ``command.not_found``, ``price_match.not_approved``, ``price_match.expired``,
    ``price_match.other_item``, ``price_match.below_min_quantity``, ``price_match.unknown_competitor``,
    ``money.currency_mismatch``.
    """
    policy = facts.of(PriceMatchPolicy)
    if bool(record) is (price is not None):
        value = "a price and a record" if record else "neither a price nor a record"
        return (NO_PRICE.at("price_match", value=value, accepted="one of the two"),)
    problems: list[Problem] = []
    if price is None:
        found = facts.of(PriceMatchFacts).record
        if found is None:
            return (NOT_FOUND.at("price_match", kind="price_match", value=record),)
        price = found.price
        problems.extend(_check_record(found, item, ordered, facts))
    elif policy.only_recorded:
        problems.append(NO_PRICE.at("price", value="a price without a record", accepted="an approved record"))
    problems.extend(policy.check_competitor(price.competitor, "price.competitor"))
    if price.net.currency != currency:
        problems.append(CURRENCY_MISMATCH.at("price.unit_price", value=price.net, other=currency))
    percent = policy.percent(price.competitor)
    if problems or percent is None:
        return tuple(problems)
    return Terms(price, percent, record)


def _check_record(record: PriceMatch, item: str, ordered: Decimal, facts: Facts) -> tuple[Problem, ...]:
    problems = list(check_lapsed(record, facts.now, "price_match"))
    if record.decision is not PriceMatchStatus.APPROVED:
        problems.append(NOT_APPROVED.at("price_match", value=record.decision.value, accepted="an approved record"))
    if record.item != item:
        problems.append(OTHER_ITEM.at("price_match", value=item, accepted=f"a line of {record.item}"))
    if ordered < record.min_quantity:
        accepted = f"{record.min_quantity:f} or more"
        problems.append(BELOW_MIN_QUANTITY.at("price_match", value=f"{ordered:f}", accepted=accepted))
    return tuple(problems)


def check_floor(before: Money, after: Money, item: str, facts: Facts) -> tuple[Problem, ...]:
    """Return why a unit may not go from ``before`` to ``after``: a price match is bound as an override is (41, CC 8).

    Problems: those of ``OverridePolicy.refusals``; an approval by a second person lifts them.
    """
    known = facts.of(PriceMatchFacts)
    override = PriceOverride(after, facts.reason.code if facts.reason is not None else "")
    return tuple(known.overrides.refusals(override, before.amount, known.costs, item, facts, "price"))
