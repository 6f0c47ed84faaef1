"""Properties of prices set by hand, margins and price matches."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Final

from attrs import evolve
from hypothesis import strategies as st

from servicecore.kernel.authority import Actor, Reason
from servicecore.kernel.clock import zone
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Refusal
from servicecore.kernel.rounding import EXACT
from servicecore.pricing import (
    MarginBasis,
    MarginLevel,
    MarginPolicy,
    Offer,
    OverridePolicy,
    PercentOff,
    PriceBook,
    PriceOverride,
    QuoteLine,
    compile_book,
)
from servicecore.pricing.floor_costs import floor_costs
from servicecore.pricing.price_match import CompetitorPrice, PriceMatchFacts, worksheet
from servicecore.pricing.price_match.terms import check_floor
from servicecore.testing.pricing.amounts import amounts
from servicecore.testing.pricing.broken import PropertyBroken
from servicecore.testing.pricing.probe import PricingProbe, only_offers, without_offers
from servicecore.testing.pricing.till import AUTHORITY, CLERK_PERCENT
from servicecore.testing.pricing.visit import Visit

_ALL: Final = Decimal(100)
_HALF: Final = Offer("probe", PercentOff(Decimal(50)))
_NEARLY: Final = Decimal("1e-15")
_SHOWN: Final = Fraction(1, 10_000)


class ByHandProperties(PricingProbe):
    """Properties 5, 39, 40 and 41."""

    def test_05_floor_respected(self) -> None:
        """Without an approval nobody sets a price below the floor of their role, nor below what it was.

        Roles of the book have the cost and a markup for a floor; in a book without such roles a clerk may go ten
        percent down. Must not hold for roles without a floor and for an approved price, which the margin alert shows.
        """
        permissions = self.book.overrides.permissions
        roles = [each.role for each in permissions] or ["clerk"]

        def check(visit: Visit, role: str, share: Decimal, cents: int) -> None:
            visit = visit.bare()
            book = without_offers(self.till.around(visit))
            plain = self.till.quote(visit, book)
            line, before = visit.cart.lines[0], plain.lines[0]
            floor = self._floor(role, before)
            anchor = before.unit_price.amount if floor is None else floor
            price = max(EXACT.add(EXACT.multiply(anchor, share), Decimal(cents).scaleb(-2)), Decimal(0))
            override = PriceOverride(Money(price, visit.currency).round(), self._reason())
            by_hand = visit.with_lines((evolve(line, override=override), *visit.cart.lines[1:]))
            answer = self.till.answer(by_hand, book, actor=Actor("probe", roles=frozenset({role, "clerk"})))
            if isinstance(answer, Refusal) or floor is None:
                return
            least = min(before.unit_price.amount, floor)
            if answer.lines[0].unit_price.amount < least:
                why = f"{role} sets {answer.lines[0].unit_price}, the floor is {least}"
                raise PropertyBroken(5, why, by_hand, by_hand=answer, before=plain)

        shares = st.sampled_from([Decimal(each) for each in ("1", "0.99", "0.9", "0.5", "0", "1.5")])
        self.prove(5, check, self.visits(codes=False), st.sampled_from(roles), shares, st.integers(-2, 2))

    def _floor(self, role: str, line: QuoteLine) -> Decimal | None:
        """Return the lowest price that ``role`` may set; None where it has no floor or the cost is not shown."""
        permissions = self.book.overrides.permissions
        if not permissions:
            return EXACT.multiply(line.unit_price.amount, EXACT.subtract(_ALL, CLERK_PERCENT)).scaleb(-2)
        markup = next(each.cost_markup_percent for each in permissions if each.role == role)
        cost = self._cost(line)
        if markup is None or cost is None:
            return None
        return EXACT.multiply(cost, EXACT.add(_ALL, markup)).scaleb(-2)

    def _cost(self, line: QuoteLine) -> Decimal | None:
        """Return the lower of the costs that a floor may stand on."""
        item = next(each for each in self.book.items if each.id == line.item)
        known = [] if line.margin.unit_cost is None else [line.margin.unit_cost.amount]
        if item.cost is not None and item.cost.currency == line.net.currency and line.unit == item.unit:
            known.append(item.cost.amount)
        return min(known, default=None)

    def _reason(self) -> str:
        return next(iter(self.book.overrides.reasons), "probe")

    def test_39_override_dominance(self) -> None:
        """A price set by hand is the base of later percentages where the policy lets offers on it.

        Else nothing touches the line. The list price stays in the explanation either way.
        Tested with half off everything in the place of the book's offers.
        """

        def check(visit: Visit, price: Money) -> None:
            visit = visit.bare()
            policy = OverridePolicy(offers_on_override=self.book.overrides.offers_on_override)
            book = evolve(only_offers(self.till.around(visit), _HALF), overrides=policy)
            plain = self.till.quote(visit, without_offers(book))
            line = visit.cart.lines[0]
            override = PriceOverride(Money(price.amount, visit.currency).round(), "probe")
            by_hand = visit.with_lines((evolve(line, override=override), *visit.cart.lines[1:]))
            quote = self.till.quote(by_hand, book)
            found = quote.lines[0]
            item = next(each for each in book.items if each.id == line.item)
            share = Decimal("0.5") if policy.offers_on_override and item.discountable else Decimal(1)
            expected = EXACT.multiply(EXACT.multiply(override.unit_price.amount, line.quantity), share)
            first = found.explanation.steps[0].delta.amount
            original = EXACT.multiply(plain.lines[0].list_price.amount, line.quantity)
            if abs(found.net_exact.amount - expected) > _NEARLY or found.unit_price != override.unit_price:
                why = f"set to {override.unit_price}, the line costs {found.net_exact} instead of {expected}"
                raise PropertyBroken(39, why, by_hand, by_hand=quote, before=plain)
            if not found.overridden or found.list_price != plain.lines[0].list_price or abs(first - original) > _NEARLY:
                raise PropertyBroken(39, "the original price is gone", by_hand, by_hand=quote, before=plain)

        self.prove(39, check, self.visits(most_lines=2, codes=False, named=False), amounts())

    def test_40_margin_alert_completeness(self) -> None:
        """Every line's alert is the one that its net, quantity and unit cost give, computed again as a fraction.

        The percentage is shown rounded down. An unknown cost is a level of its own. Tested with bands of the probe's
        own where the book has none.
        """
        policy = self.book.margin or MarginPolicy(Decimal(40), Decimal(20))

        def check(visit: Visit, price: Money | None) -> None:
            book = self.till.around(visit)
            book = evolve(book, margin=policy, overrides=OverridePolicy())
            asked = visit if price is None else _set_first(visit, price)
            quote = self.till.quote(asked, book)
            for line in quote.lines:
                net = line.net - line.tax if book.tax.prices_include_tax else line.net
                if line.margin.deducted is not None:
                    net -= line.margin.deducted
                level, percent = _judged(net.amount, line, policy)
                shown = line.margin.percent
                close = (
                    shown is None if percent is None else shown is not None and 0 <= percent - Fraction(shown) < _SHOWN
                )
                if line.margin.level is not level or not close:
                    why = f"line {line.number} is {line.margin.level.value} at {shown} %, not {level.value}"
                    raise PropertyBroken(40, why, asked, quote=quote)
                item = next(each for each in book.items if each.id == line.item)
                if item.cost is not None and item.cost.currency == visit.currency and line.margin.unit_cost is None:
                    raise PropertyBroken(40, f"line {line.number} forgets the cost {item.cost}", asked, quote=quote)

        self.prove(40, check, self.visits(), st.one_of(st.none(), amounts()))

    def test_41_price_match(self) -> None:
        """Following a competitor never takes a unit below its floor without an approval, and names the recorded price.

        The floor is that of property 5; prices are taken without tax, as costs are. Must not hold for approved ones.
        """
        roles = [each.role for each in self.book.overrides.permissions] or ["clerk"]

        def check(visit: Visit, role: str, share: Decimal, percent: int) -> None:
            visit = visit.bare()
            book = without_offers(self.till.around(visit))
            book = evolve(book, tax=evolve(book.tax, prices_include_tax=False))
            quote = self.till.quote(visit, book)
            line = quote.lines[0]
            floor = self._floor(role, line)
            anchor = line.unit_price.amount if floor is None else floor
            rival = CompetitorPrice("rival", Money(EXACT.multiply(anchor, share), visit.currency).round())
            sheet = worksheet(line.net, line.quantity, rival, Decimal(percent))
            told = sheet.explanation.text()
            if "rival" not in told or str(rival.unit_price) not in told:
                raise PropertyBroken(41, f"the worksheet does not name {rival.unit_price} of rival", visit, quote=quote)
            after = Money(EXACT.divide((line.net - sheet.credit).amount, line.quantity), visit.currency)
            refused = check_floor(line.unit_price, after, line.item, self._match_facts(visit, book, line, role))
            if floor is not None and not refused and after.amount < min(line.unit_price.amount, floor):
                raise PropertyBroken(41, f"{role} matches {after}, the floor is {floor}", visit, quote=quote)

        shares = st.sampled_from([Decimal(each) for each in ("1", "0.99", "0.9", "0.5", "0", "1.5")])
        self.prove(
            41, check, self.visits(codes=False, named=False), st.sampled_from(roles), shares, st.integers(1, 100)
        )

    def _match_facts(self, visit: Visit, book: PriceBook, line: QuoteLine, role: str) -> Facts:
        """Return what a price match of ``line`` knows when ``role`` asks for it and nobody approves it."""
        day = visit.at.astimezone(zone(book.zone)).toordinal()
        costs = floor_costs(compile_book(book), line.item, line.unit, visit.currency, day)
        actor = Actor("probe", roles=frozenset({role, "clerk"}))
        known = PriceMatchFacts(None, costs, book.overrides)
        return Facts(visit.at, actor, AUTHORITY, reason=Reason(self._reason()), others=(known,))


def _set_first(visit: Visit, price: Money) -> Visit:
    override = PriceOverride(Money(price.amount, visit.currency).round(), "probe")
    return visit.with_lines((evolve(visit.cart.lines[0], override=override), *visit.cart.lines[1:]))


def _judged(net: Decimal, line: QuoteLine, policy: MarginPolicy) -> tuple[MarginLevel, Fraction | None]:
    if line.margin.unit_cost is None:
        return MarginLevel.UNKNOWN_COST, None
    income = Fraction(net)
    cost = Fraction(line.margin.unit_cost.amount) * Fraction(line.quantity)
    if not cost:
        return MarginLevel.OK, None
    if income <= 0:
        return MarginLevel.ERROR, None
    percent = (income - cost) / (cost if policy.basis is MarginBasis.MARKUP_ON_COST else income) * 100
    if percent >= Fraction(policy.acceptable_percent):
        return MarginLevel.OK, percent
    if percent >= Fraction(policy.questionable_percent):
        return MarginLevel.WARNING, percent
    return MarginLevel.ERROR, percent
