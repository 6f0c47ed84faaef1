"""Place an order: take a quote as it stands, secure its payment, and hold it where something looks wrong."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, Final

from attrs import evolve, field, frozen

from servicecore.billing import PaymentLedger, Tender
from servicecore.customers import Address
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import CreatingEvent
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import sum_money
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.orders.agreed import agree, check_payable
from servicecore.orders.fraud import FraudAssessment
from servicecore.orders.gift_card_sales import GiftCardSale, check_sales
from servicecore.orders.line import OrderLine
from servicecore.orders.operations.apply_hold import UNKNOWN_HOLD_TYPE, HoldApplied, new_hold
from servicecore.orders.order import Order
from servicecore.orders.order_charge import OrderCharge
from servicecore.orders.payments import PaymentRequested, requested
from servicecore.orders.policy import OrderPolicy
from servicecore.orders.settlement import purse, to_secure
from servicecore.orders.tender_checks import check_tender
from servicecore.pricing.quote import MarginLevel, Quote
from servicecore.pricing.redemptions import OfferStanding

QUOTE_EXPIRED: Final = ProblemKind(
    "orders.quote_expired",
    en="the quote is of {value}; accepted: {accepted}",
    it="il preventivo è del {value}; valori ammessi: {accepted}",
    de="das Angebot ist vom {value}; zulässig: {accepted}",
)
MARGIN_REFUSED: Final = ProblemKind(
    "orders.margin_refused",
    en="the margin is {value}; accepted: {accepted}",
    it="il margine è {value}; valori ammessi: {accepted}",
    de="die Marge ist {value}; zulässig: {accepted}",
)
TENDERS_DO_NOT_COVER: Final = ProblemKind(
    "orders.tenders_do_not_cover",
    en="the tenders cover {value}; accepted: {accepted}",
    it="i mezzi di pagamento coprono {value}; valori ammessi: {accepted}",
    de="die Zahlungsmittel decken {value}; zulässig: {accepted}",
)


def _tenders(given: Iterable[Tender]) -> tuple[Tender, ...]:
    return tuple(given)


def _sales(given: Iterable[GiftCardSale]) -> tuple[GiftCardSale, ...]:
    return tuple(given)


@frozen(field_transformer=checked_fields)
class PlaceOrder(Command):
    """Order what a quote offers, at its prices.

    Attributes:
        quote: the quote as it was given.
        tenders: what it is paid with; together without limits below the total.
        ship_to: where it goes; None where nothing is sent.
        gift_cards: what is known of the gift cards that it sells, one for each line of such an item.

    """

    name: ClassVar[str] = "orders.place_order"
    target: ClassVar[str] = ""

    quote: Quote
    tenders: tuple[Tender, ...] = field(converter=_tenders)
    ship_to: Address | None = None
    gift_cards: tuple[GiftCardSale, ...] = field(converter=_sales, default=())


@frozen
class OrderPlaced(CreatingEvent[Order]):
    """An order begins: its prices are locked from now on."""

    type_name: ClassVar[str] = "orders.placed"

    id: str
    quote: Quote
    lines: tuple[OrderLine, ...]
    charges: tuple[OrderCharge, ...]
    tenders: tuple[Tender, ...]
    ship_to: Address | None
    at: datetime
    gift_cards: tuple[GiftCardSale, ...] = ()

    def create(self) -> Order:
        """Return the order with nothing paid and nothing sent."""
        return Order(
            id=self.id,
            quote=self.quote,
            placed_at=self.at,
            lines=self.lines,
            charges=self.charges,
            tenders=self.tenders,
            ledger=PaymentLedger(self.quote.currency),
            ship_to=self.ship_to,
            gift_cards=self.gift_cards,
        )


def decide(_state: None, command: PlaceOrder, facts: Facts) -> Decision[Order]:
    """Refuse stale or wrong quotes and tenders that do not cover; hold on fraud signals; authorise at submit.

    A fraud rule that failed holds the order like a high score: doubt is looked at by somebody (A31). An offer that
    was given to another order of the customer, such as the first, refuses it (``offer.order_number_taken``).
    """
    policy = facts.of(OrderPolicy)
    quote = command.quote
    problems = [
        *_check_quote(quote, policy, facts),
        *_check_tenders(quote, command.tenders),
        *check_sales(quote, command.gift_cards, policy),
        *(facts.of(OfferStanding).overtaken(quote.offer_uses) if quote.offer_uses else ()),
    ]
    hold = policy.hold_type(policy.fraud_hold)
    suspicious = _suspicion(policy, facts)
    if suspicious and hold is None:
        codes = ", ".join(each.code for each in policy.hold_types)
        problems.append(UNKNOWN_HOLD_TYPE.at("policy.fraud_hold", value=policy.fraud_hold, accepted=codes))
    if problems:
        return refuse(*problems)
    agreement = agree(quote)
    tenders = tuple(
        evolve(tender, gateway=tender.gateway or policy.gateway_for(tender.kind)) for tender in command.tenders
    )
    placed = OrderPlaced(
        id=facts.new_id,
        quote=quote,
        lines=agreement.lines,
        charges=agreement.charges,
        tenders=tenders,
        ship_to=command.ship_to,
        at=facts.now,
        gift_cards=command.gift_cards,
    )
    order = placed.create()
    holds = (HoldApplied(new_hold(None, hold, 0, facts, suspicious)),) if suspicious and hold is not None else ()
    payments: tuple[PaymentRequested, ...] = ()
    if policy.authorize_at_submit:
        payments = requested(purse(order, policy, facts.now).authorize(to_secure(order, facts.now)))
    return (placed, *holds, *payments)


def _suspicion(policy: OrderPolicy, facts: Facts) -> str:
    assessment = facts.of(FraudAssessment)
    if assessment.score < policy.fraud_threshold and not assessment.failures:
        return ""
    parts = [f"{signal.rule} {signal.score}: {signal.reason}" for signal in assessment.signals]
    parts.extend(f"{rule}: no answer" for rule in assessment.failures)
    return "; ".join(parts) or f"score {assessment.score}"


def _check_quote(quote: Quote, policy: OrderPolicy, facts: Facts) -> tuple[Problem, ...]:
    problems = list(check_payable(quote))
    if facts.now - quote.at > policy.quote_valid_for:
        accepted = f"from {(facts.now - policy.quote_valid_for).isoformat()} on"
        problems.append(QUOTE_EXPIRED.at("quote.at", value=quote.at.isoformat(), accepted=accepted))
    if policy.refuse_margin_errors:
        problems.extend(
            MARGIN_REFUSED.at(
                f"quote.lines[{line.number}].margin",
                value=f"{line.margin.level.value} ({line.margin.percent} %)",
                accepted="a level better than error, or an approved price",
            )
            for line in quote.lines
            if line.margin.level is MarginLevel.ERROR
        )
    return tuple(problems)


def _check_tenders(quote: Quote, tenders: tuple[Tender, ...]) -> tuple[Problem, ...]:
    total = quote.total
    problems = [
        problem
        for index, tender in enumerate(tenders)
        for problem in check_tender(tender, total.currency, f"tenders[{index}]")
    ]
    if problems:
        return tuple(problems)
    limits = [tender.max_amount for tender in tenders]
    if any(limit is None for limit in limits) or not total:
        return ()
    covered = sum_money((limit for limit in limits if limit is not None), total.currency)
    if covered < total:
        return (TENDERS_DO_NOT_COVER.at("tenders", value=covered, accepted=f"{total} or more"),)
    return ()


PLACE_ORDER: Final = Operation(
    command=PlaceOrder,
    decide=decide,
    events=(OrderPlaced, HoldApplied, PaymentRequested),
    needs=(FraudAssessment, OfferStanding),
    capabilities=("A03", "A09", "A11", "A12", "A31", "E12"),
)
