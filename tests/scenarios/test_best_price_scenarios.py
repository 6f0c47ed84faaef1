"""The best price as a call centre lives it, on the public API only."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from servicecore import Actor, Money, ServiceCore, Settings, pricing
from servicecore.catalog import Item
from servicecore.pricing import Bundle, Combination, Offer, PercentOff, Selection, Target
from servicecore.pricing.best_price import IntegerAnswer, IntegerProgram

BOOKS = ("b1", "b2", "b3", "b4", "b5")


def euro(amount: str) -> Money:
    return Money(amount, "EUR")


def shop(offers: tuple[Offer, ...], *, settings: Settings | None = None, **combination: Any) -> Any:
    rules = Combination(selection=Selection.OPTIMAL, repeat=True, **combination)
    book = pricing.PriceBook(
        id="books",
        version="1",
        items=tuple(Item(book, book, base_price=euro("8.00")) for book in BOOKS),
        offers=offers,
        combination=rules,
    )
    core = ServiceCore.open("memory:", settings=settings or Settings(tax_engine="none"), book=book, autoload=False)
    return core.acting_as(Actor("agent-7", roles={"agent"}))


def cart(*copies: int) -> pricing.Cart:
    lines = [pricing.CartLine(book, count) for book, count in zip(BOOKS, copies, strict=True)]
    return pricing.Cart(customer="C-1", currency="EUR", lines=lines)


SETS = tuple(
    Offer(f"set{size}", Bundle(size=size, percent=Decimal(percent), distinct=True))
    for size, percent in ((2, 5), (3, 10), (4, 20), (5, 25))
)


def test_overlapping_offers_come_to_the_best_price_with_a_proof() -> None:
    """F01: eight copies of five books; sets of five and three give 12.40 off, two sets of four 12.80."""
    quote = shop(SETS).quote(cart(2, 2, 2, 1, 1))
    assert (quote.discount, quote.total) == (euro("12.80"), euro("51.20"))
    proof = quote.best_price
    assert proof is not None
    assert (proof.value, proof.gap, proof.is_exact) == (euro("12.80"), euro("0.00"), True)
    assert {each.offer for line in quote.lines for each in line.discounts} == {"set4"}
    losers = {each.rule: each.reason for each in quote.not_applied}
    assert set(losers) == {"set2", "set3", "set5"}
    assert {reason.code for reason in losers.values()} == {"pricing.offer_outbid"}
    assert "set4" in losers["set5"].text("it")
    for line in quote.lines:
        assert line.explanation.figure == line.net
    for locale, word in (("en", "best price"), ("it", "prezzo migliore"), ("de", "bester Preis")):
        assert f"{word}: " in quote.explain(locale)


def test_a_cart_without_offers_is_proven_too() -> None:
    """F01: where nothing applies, nothing off is the best."""
    club = Offer("club", PercentOff(Decimal(10)), target=Target(items=("b1",)))
    quote = shop((club,)).quote(pricing.Cart(customer="C-1", currency="EUR", lines=[pricing.CartLine("b2", 1)]))
    assert quote.best_price is not None
    assert quote.best_price.is_exact
    assert quote.best_price.value == euro("0.00")


class Silent:
    """A solver that never finds anything, and remembers that it was asked."""

    name = "silent"

    def __init__(self) -> None:
        self.asked = 0

    def solve(self, program: IntegerProgram, nodes: int) -> IntegerAnswer | None:
        assert program.columns
        assert nodes
        self.asked += 1
        return None


def test_a_solver_from_the_settings_is_asked_where_the_budget_is_too_small() -> None:
    """F01: past the work budget the quote states its gap; a solver is asked, and its silence changes nothing."""
    solver = Silent()
    settings = Settings(tax_engine="none", best_price_solver=solver)
    quote = shop(SETS, settings=settings, work_budget=1).quote(cart(2, 2, 2, 1, 1))
    assert solver.asked
    proof = quote.best_price
    assert proof is not None
    assert euro("0.00") < proof.value <= euro("12.80") <= proof.bound
    without = shop(SETS, work_budget=1).quote(cart(2, 2, 2, 1, 1))
    assert quote.lines == without.lines
    assert quote.best_price == without.best_price
