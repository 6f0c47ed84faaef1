"""How long a quote takes: against hand-written integer sums, and against the number of offers that exist.

Carts of 10 and 100 lines from a list of 10,000 items with quantity breaks; 5 offers match, N exist. The floor does
the same sums on integers with offers already filed by item, and builds frozen details. All in one run.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from statistics import median
from time import perf_counter, process_time

from attrs import frozen

from servicecore.catalog import Item
from servicecore.kernel.authority import Actor, Authority
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Refusal
from servicecore.pricing import (
    Cart,
    CartLine,
    CompiledBook,
    DraftQuote,
    InChannel,
    InCustomerGroup,
    Offer,
    PercentOff,
    PriceBook,
    PriceList,
    PriceListType,
    PriceRow,
    Target,
    TaxLine,
    TaxQuote,
    compile_book,
    finish_quote,
    price_cart,
)

ITEMS = 10_000
MATCHING = 5
OFFERS = (10, 1_000, 100_000)
FACTS = Facts(datetime(2026, 1, 15, tzinfo=UTC), Actor("bench"), Authority())


def book(count: int) -> PriceBook:
    """Return a book with ``count`` automatic offers, of which ``MATCHING`` touch the carts measured."""
    items = tuple(Item(f"I{n}", f"Item {n}", categories=(f"C{n % 100}",)) for n in range(ITEMS))
    rows = tuple(
        PriceRow(f"I{n}", Money.from_minor(1000 + n - 50 * step, "EUR"), min_quantity=minimum)
        for n in range(ITEMS)
        for step, minimum in enumerate((0, 10, 50))
    )
    matching = [Offer(f"own{n}", PercentOff(n + 1), target=Target((f"I{n}",))) for n in range(MATCHING)]
    others = [_other(n) for n in range(count - MATCHING)]
    return PriceBook(
        "bench", str(count), items, (PriceList("list", rows, PriceListType.BASE),), offers=(*matching, *others)
    )


def _other(n: int) -> Offer:
    if n % 3 == 0:
        return Offer(f"x{n}", PercentOff(10), target=Target((f"I{200 + n % (ITEMS - 200)}",)))
    conditions = (InCustomerGroup((f"G{n}",)),) if n % 3 == 1 else (InChannel((f"H{n}",)),)
    return Offer(f"x{n}", PercentOff(10), conditions=conditions)


def cart(lines: int) -> Cart:
    return Cart("C1", "EUR", [CartLine(f"I{n}", 1 + n % 60) for n in range(lines)], channel="web")


def quoted(compiled: CompiledBook, wanted: Cart, tax: TaxQuote | None) -> TaxQuote:
    draft = price_cart(compiled, wanted, FACTS, "Q")
    assert isinstance(draft, DraftQuote)
    answer = tax or taxed(draft)
    assert not isinstance(finish_quote(draft, answer), Refusal)
    return answer


def taxed(draft: DraftQuote) -> TaxQuote:
    lines = tuple(
        TaxLine(each.key, "IT", each.category, Decimal("0.22"), each.amount, (each.amount * Decimal("0.22")).round())
        for each in draft.tax_request.lines
    )
    total = Money.zero("EUR")
    for line in lines:
        total += line.amount
    return TaxQuote("bench", lines, total)


@frozen
class Detail:
    """What the hand-written sums keep of each step."""

    rule: str
    delta: int


@frozen
class Line:
    """What the hand-written sums keep of each line."""

    item: str
    quantity: int
    list_price: int
    unit_price: int
    gross: int
    net: int
    tax: int
    details: tuple[Detail, ...]


@frozen
class Total:
    lines: tuple[Line, ...]
    subtotal: int
    tax: int
    total: int


def floor_quote(
    prices: dict[str, list[tuple[int, int]]], offers: dict[str, int], lines: list[tuple[str, int]]
) -> Total:
    """Return the same figures by integer sums: the least that any engine has to do."""
    made = []
    for item, quantity in lines:
        amount = next(price for minimum, price in prices[item] if quantity >= minimum)
        gross = amount * quantity
        percent = offers.get(item, 0)
        off = gross - (gross * (100 - percent) * 2 + 100) // 200
        details = (Detail("list", gross), Detail("offer", -off)) if percent else (Detail("list", gross),)
        net = gross - off
        made.append(Line(item, quantity, amount, amount, gross, net, (net * 22 * 2 + 100) // 200, details))
    subtotal = sum(line.net for line in made)
    tax = sum(line.tax for line in made)
    return Total(tuple(made), subtotal, tax, subtotal + tax)


def microseconds(action: Callable[[], object], repeat: int = 7, seconds: float = 0.15) -> float:
    """Return the median processor time of one call over ``repeat`` rounds of about ``seconds`` each."""
    begun = process_time()
    action()
    count = max(1, int(seconds / max(process_time() - begun, 1e-7)))
    rounds = []
    gc.collect()
    for _ in range(repeat):
        begun = process_time()
        for _ in range(count):
            action()
        rounds.append((process_time() - begun) / count)
    return median(rounds) * 1e6


def main() -> None:
    prices = {f"I{n}": [(50, 900 + n), (10, 950 + n), (0, 1000 + n)] for n in range(ITEMS)}
    percents = {f"I{n}": n + 1 for n in range(MATCHING)}
    floors = {}
    for lines in (10, 100):
        wanted = [(f"I{n}", 1 + n % 60) for n in range(lines)]
        floors[lines] = microseconds(lambda wanted=wanted: floor_quote(prices, percents, wanted))
        print(f"floor, {lines} lines: {floors[lines]:.1f} us")
    first: dict[int, float] = {}
    for count in OFFERS:
        begun = perf_counter()
        compiled = compile_book(book(count))
        made = perf_counter() - begun
        for lines in (10, 100):
            wanted = cart(lines)
            tax = quoted(compiled, wanted, None)
            draft = price_cart(compiled, wanted, FACTS, "Q")
            assert isinstance(draft, DraftQuote)
            expected = floor_quote(prices, percents, [(each.item, int(each.quantity)) for each in wanted.lines])
            assert draft.subtotal.to_minor() == expected.subtotal
            spent = microseconds(lambda compiled=compiled, wanted=wanted, tax=tax: quoted(compiled, wanted, tax))
            first.setdefault(lines, spent)
            print(
                f"{lines} lines, {count} offers (built and compiled in {made:.2f} s): {spent:.0f} us, "
                f"{spent / floors[lines]:.1f} x floor, {spent / first[lines]:.2f} x of {OFFERS[0]} offers, "
                f"{draft.work.offers_tested} tested"
            )


if __name__ == "__main__":
    main()
