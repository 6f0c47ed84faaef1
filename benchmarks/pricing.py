"""How long a quote takes: against hand-written integer sums, and against the number of offers that exist.

Carts of 10 and 100 lines from a list of 10,000 items with quantity breaks; 5 offers match, N exist. The floor does
the same sums on integers with offers already filed by item, and builds frozen objects that say the same as a quote:
every field of a line, its discounts, its steps with what they name. What is compared is timed in turns, so that both
share the machine's weather; ratios are medians of the turns.

Timed are ``price_cart`` and ``finish_quote``, as ``quote_many`` calls them: the price list, offers, the tax answer and
every line of the quote; explanations are put into words when they are read, and nobody reads them here. What
``desk.quote`` takes with a store is printed beside.

Run it as a program; ``--large`` adds 1,000,000 offers (1.2 GB of memory, a minute). It measures too what a change of
a compiled book costs against compiling it, and the memory of 100,000 carts streamed.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time
from typing import TypeAlias

from attrs import evolve, frozen

from servicecore import ServiceCore, Settings
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
    TaxRequest,
    compile_book,
    finish_quote,
    price_cart,
    quote_many,
    with_offer,
    with_price_row,
)

ITEMS = 10_000
MATCHING = 5
OFFERS = (10, 1_000, 100_000)
LARGE = 1_000_000
STREAMED = 100_000
TURNS = 15
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
    return tax_engine(draft.tax_request)


def tax_engine(request: TaxRequest) -> TaxQuote:
    rate = Decimal("0.22")
    lines = tuple(
        TaxLine(each.key, "IT", each.category, rate, each.amount, (each.amount * rate).round())
        for each in request.lines
    )
    total = Money.zero("EUR")
    for line in lines:
        total += line.amount
    return TaxQuote("bench", lines, total)


@frozen
class Step:
    """One step of the hand-written sums: the rule, by how much it changed the line, and why."""

    rule: str
    delta: int
    source: str
    value: int


@frozen
class Reduction:
    """What an offer took off a line."""

    offer: str
    amount: int


@frozen
class Line:
    """The hand-written line: what a line of a quote says, in minor units."""

    number: int
    item: str
    description: str
    quantity: int
    unit: str
    list_price: int
    unit_price: int
    gross: int
    discounts: tuple[Reduction, ...]
    net: int
    tax: int
    tax_category: str
    steps: tuple[Step, ...]


@frozen
class Total:
    """The hand-written quote."""

    id: str
    currency: str
    lines: tuple[Line, ...]
    subtotal: int
    tax: int
    total: int
    steps: tuple[Step, ...]


def floor_quote(
    items: dict[str, tuple[str, str, str]],
    prices: dict[str, list[tuple[int, int]]],
    offers: dict[str, list[tuple[str, int]]],
    lines: list[tuple[str, int]],
) -> Total:
    """Return the same figures by integer sums, with the same details as frozen objects: the least that has to be done.

    Offers are filed by item and taken off one after the other; what a step needs to be put into words is kept.
    """
    made = []
    for number, (item, quantity) in enumerate(lines, 1):
        description, unit, category = items[item]
        price = 0
        for minimum, price in prices[item]:  # noqa: B007 - the one that the loop stops at
            if quantity >= minimum:
                break
        gross = net = price * quantity
        steps = [Step("list", gross, "list", price)]
        discounts = []
        for offer, percent in offers.get(item, ()):
            left = (net * (100 - percent) * 2 + 100) // 200
            if left != net:
                discounts.append(Reduction(offer, net - left))
                steps.append(Step("offer", left - net, offer, percent))
                net = left
        tax = (net * 22 * 2 + 100) // 200
        made.append(
            Line(
                number,
                item,
                description,
                quantity,
                unit,
                price,
                price,
                gross,
                tuple(discounts),
                net,
                tax,
                category,
                tuple(steps),
            )
        )
    subtotal = sum([line.net for line in made])
    tax = sum([line.tax for line in made])
    summed = (Step("lines", subtotal, "", len(made)), Step("tax", tax, "bench", 22))
    return Total("Q", "EUR", tuple(made), subtotal, tax, subtotal + tax, summed)


FloorInputs: TypeAlias = tuple[
    dict[str, tuple[str, str, str]], dict[str, list[tuple[int, int]]], dict[str, list[tuple[str, int]]]
]


def in_turns(*actions: Callable[[], object], seconds: float = 0.03) -> list[list[float]]:
    """Return the microseconds of processor time of one call of each action, once for each of the turns."""
    counts = []
    for action in actions:
        begun = process_time()
        action()
        counts.append(max(1, int(seconds / max(process_time() - begun, 1e-7))))
    gc.collect()
    turns = []
    for _ in range(TURNS):
        turn = []
        for action, count in zip(actions, counts, strict=True):
            begun = process_time()
            for _ in range(count):
                action()
            turn.append((process_time() - begun) / count * 1e6)
        turns.append(turn)
    return turns


def ratio(turns: list[list[float]], over: int, under: int) -> float:
    """Return the median ratio of two of the actions."""
    return median(turn[over] / turn[under] for turn in turns)


def resident() -> float:
    """Return the megabytes of memory in use, where the system tells."""
    status = Path("/proc/self/statm")
    return int(status.read_text().split()[1]) * 4096 / 1e6 if status.exists() else float("nan")


def floor_inputs() -> FloorInputs:
    """Return items, prices and offers as the hand-written sums want them."""
    return (
        {f"I{n}": (f"Item {n}", "each", "standard") for n in range(ITEMS)},
        {f"I{n}": [(50, 900 + n), (10, 950 + n), (0, 1000 + n)] for n in range(ITEMS)},
        {f"I{n}": [(f"own{n}", n + 1)] for n in range(MATCHING)},
    )


def check_same(draft: DraftQuote, tax: TaxQuote, expected: Total) -> None:
    """Check that both ways came to the same, to the line."""
    quote = finish_quote(draft, tax)
    assert not isinstance(quote, Refusal)
    assert quote.total.to_minor() == expected.total
    for line, floor in zip(quote.lines, expected.lines, strict=True):
        assert (line.item, line.net.to_minor(), line.tax.to_minor()) == (floor.item, floor.net, floor.tax)
        assert [each.amount.to_minor() for each in line.discounts] == [each.amount for each in floor.discounts]


def compare(count: int, compiled: CompiledBook, small: CompiledBook) -> None:
    """Print what quotes from ``compiled`` take against the floor, and against the book of the fewest offers."""
    items, prices, offers = floor_inputs()
    for size in (10, 100):
        wanted, raw = cart(size), [(f"I{n}", 1 + n % 60) for n in range(size)]
        tax = quoted(compiled, wanted, None)
        draft = price_cart(compiled, wanted, FACTS, "Q")
        assert isinstance(draft, DraftQuote)
        check_same(draft, tax, floor_quote(items, prices, offers, raw))
        turns = in_turns(
            partial(floor_quote, items, prices, offers, raw),
            partial(quoted, small, wanted, tax),
            partial(quoted, compiled, wanted, tax),
        )
        floor, spent = median(turn[0] for turn in turns), median(turn[2] for turn in turns)
        print(
            f"{size} lines, {count} offers: {spent:.0f} us, floor {floor:.0f} us, {ratio(turns, 2, 0):.1f} x floor, "
            f"{ratio(turns, 2, 1):.2f} x of {OFFERS[0]} offers, {draft.work.offers_tested} tested"
        )


def change(compiled: CompiledBook, seconds: float) -> None:
    """Print what a change of one offer or row takes, against the ``seconds`` of compiling."""
    offer = evolve(compiled.book.offers[-10], priority=3)
    row = compiled.book.lists[0].rows[-10]
    turns = in_turns(
        lambda: with_offer(compiled, offer, "2"),
        lambda: with_offer(compiled, evolve(offer, id="new"), "2"),
        lambda: with_price_row(compiled, "list", evolve(row, min_quantity=7), "2", instead_of=row),
    )
    for place, name in enumerate(("one offer replaced", "one offer more", "one price row replaced")):
        spent = median(turn[place] for turn in turns) / 1e6
        print(f"{name}: {spent * 1e3:.2f} ms, {spent / seconds:.2%} of compiling")


def stream(compiled: CompiledBook) -> None:
    """Print the memory in use while carts of 10 lines are streamed."""

    def carts() -> Iterator[tuple[str, Cart]]:
        for number in range(STREAMED):
            yield f"Q{number}", cart(10)

    before = resident()
    shown = []
    begun = process_time()
    for number, quote in enumerate(quote_many(compiled, carts(), FACTS, tax_engine), 1):
        assert not isinstance(quote, Refusal)
        if number % (STREAMED // 4) == 0:
            shown.append(f"{resident() - before:+.1f}")
    spent = process_time() - begun
    print(f"{STREAMED} carts of 10 lines streamed in {spent:.0f} s; megabytes at each quarter: {', '.join(shown)}")


def from_end_to_end(made: PriceBook, path: Path) -> None:
    """Print what `desk.quote` takes with a store: rights, codes, the customer's orders and taxes are read as well."""
    for name, url in (("in memory", "memory:"), ("on SQLite", f"sqlite:///{path / 'bench.db'}")):
        core = ServiceCore.open(url, settings=Settings(tax_engine="none"), book=made, autoload=False)
        desk = core.acting_as(Actor("bench", roles=frozenset({"agent"})))
        carts = cart(10), cart(100)
        assert not [each for each in carts if isinstance(desk.quote(each), Refusal)]
        turns = in_turns(*[partial(desk.quote, each) for each in carts])
        spent = [median(turn[place] for turn in turns) for place in range(len(carts))]
        print(f"desk.quote {name}: {spent[0]:.0f} us for 10 lines, {spent[1]:.0f} us for 100")
        core.close()


def main() -> None:
    """Print every figure."""
    small = compile_book(book(OFFERS[0]))
    for count in (*OFFERS, LARGE) if "--large" in sys.argv else OFFERS:
        made, before = book(count), resident()
        begun = process_time()
        compiled = compile_book(made)
        seconds = process_time() - begun
        print(
            f"{count} offers: compiled in {seconds:.2f} s, {resident():.0f} MB, of them {resident() - before:.0f} new"
        )
        compare(count, compiled, small)
        if count == OFFERS[1]:
            with TemporaryDirectory() as folder:
                from_end_to_end(made, Path(folder))
        if count == OFFERS[-1]:
            change(compiled, seconds)
            stream(compiled)


if __name__ == "__main__":
    main()
