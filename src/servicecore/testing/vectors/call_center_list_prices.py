"""The kinds of call-centre vectors on the price of one unit: agreements, adjustments and rules (CC 7.1, 7.5, 9)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from servicecore.catalog.items import Item
from servicecore.kernel.problems import Problem
from servicecore.pricing import (
    CartLine,
    CataloguePromotion,
    CatalogueSelection,
    PriceBook,
    PriceFormula,
    PriceList,
    PriceListType,
    PriceMode,
    PriceRow,
    SalesOutlook,
    compare_prices,
    compile_book,
    expected_sales_price,
)
from servicecore.testing.vectors.price_desk import ANY_DAY, CURRENCY, as_stated, money, priced
from servicecore.testing.vectors.verdict import Mismatch, NotSupported, VectorCheck, compare


def check_trade_agreement(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare the price where the search for agreements goes on to the lowest, or ends with the first."""
    given, expected = vector["input"], vector["expected"]
    item = Item("A", "A", base_price=money(given["base_price"]))
    rows = tuple(PriceRow("A", money(each["price"])) for each in given["agreements"])
    modes = {True: PriceMode.LOWEST, False: PriceMode.FIRST_MATCH}
    found = {
        f"find_next_{str(case).lower()}": _price(item, [PriceList("L", rows, PriceListType.SALE, mode=modes[case])])
        for case in given["find_next_cases"]
    }
    found["no_agreement"] = _price(item, ())
    return tuple(each for name, price in expected.items() for each in compare(name, Decimal(price), found.get(name)))


def check_priority(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare prices by channel: those of the group with the highest priority count, also where they are higher."""
    given, expected = vector["input"], vector["expected"]
    lists = [
        PriceList(
            group,
            tuple(
                PriceRow(each["sku"], money(each["price"]), customer_group=group)
                for each in given["prices"]
                if each["group"] == group
            ),
            PriceListType.SALE,
            priority,
            PriceMode.LOWEST,
        )
        for group, priority in given["groups"].items()
    ]
    return tuple(
        each
        for channel, prices in expected.items()
        for sku, price in prices.items()
        for each in compare(
            f"{channel}.{sku}",
            Decimal(price),
            _price(Item(sku, sku, base_price=money(0)), lists, tuple(given["channels"][channel])),
        )
    )


def check_adjustment(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare the price that the adjustment leaves which lowers it most; none raises it."""
    given = vector["input"]
    adjustments = tuple(_adjustment(place, each) for place, each in enumerate(given["adjustments"]))
    rows = (PriceRow("A", money(given["trade_price"])),)
    draft = priced(
        [Item("A", "A", base_price=money(given.get("base_price", given["trade_price"])))],
        lists=(PriceList("L", rows, PriceListType.SALE),),
        catalogue_promotions=adjustments,
        catalogue_selection=CatalogueSelection.BEST,
    )
    price = draft.lines[0].unit_price.amount
    return compare("active_price", Decimal(vector["expected"]["active_price"]), price)


def _adjustment(place: int, given: Mapping[str, Any]) -> CataloguePromotion:
    value = Decimal(given["value"])
    kind = str(given["kind"]).removesuffix("_off").removeprefix("fixed_")
    if kind not in {"amount", "percent", "price"}:
        raise NotSupported(f"an adjustment of the kind {kind}")
    return CataloguePromotion(
        f"adjustment-{place}",
        percent=value if kind == "percent" else None,
        amount=value if kind == "amount" else None,
        price=value if kind == "price" else None,
        currency=CURRENCY,
        variants=("A",),
        priority=int(given.get("priority", 0)),
    )


def check_price_unit(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare the price of one unit, and of the line, where the price is stated for several."""
    given, expected = vector["input"], vector["expected"]
    item = Item("A", "A", base_price=money(given["price"]), price_unit=Decimal(given["price_unit"]))
    (line,) = priced([item], [CartLine("A", Decimal(given.get("qty", 1)))]).lines
    wanted = Decimal(expected["unit_price"])
    found = compare("unit_price", wanted, as_stated(line.unit_price.amount, wanted))
    amount = expected.get("line_amount", expected.get("amount", line.net.amount))
    return (*found, *compare("line_amount", Decimal(amount), line.net.amount))


def check_category_rule(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare which markup, margin or fixed amount makes a price of a cost; each rule gives that price back."""
    given, expected = vector["input"], vector["expected"]
    cost, price = money(given["cost"]), money(given["price"])
    relation = compare_prices(cost, price)
    figures = {
        "markup_percent": relation.markup_percent,
        "margin_percent": relation.margin_percent,
        "fixed_amount": relation.amount.amount,
    }
    rules: dict[str, PriceFormula] = {"fixed_amount": PriceFormula.by_amount(relation.amount.amount)}
    if relation.markup_percent is not None:
        rules["markup_percent"] = PriceFormula.by_markup(relation.markup_percent)
    if relation.margin_percent is not None:
        rules["margin_percent"] = PriceFormula.by_margin(relation.margin_percent)
    item = Item("A", "A", categories=("C",), cost=cost)
    found: list[Mismatch] = []
    for name, value in expected.items():
        figure = figures.get(name)
        wanted = Decimal(value)
        found += compare(name, wanted, figure if figure is None else as_stated(figure, wanted))
        if name in rules:
            row = PriceRow(formula=rules[name], currency=CURRENCY, category="C")
            found += compare(f"price by {name}", price.amount, _price(item, [PriceList("L", (row,))]))
    return tuple(found)


def check_purchase(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare the sales price that each outlook expects of an item that is bought."""
    given, expected = vector["input"], vector["expected"]
    rows = tuple(PriceRow("A", money(price)) for price in given["trade_prices"])
    items = (Item("A", "A", base_price=money(given["base_price"])),)
    book = compile_book(PriceBook("vector", "1", items, (PriceList("L", rows, PriceListType.SALE),)))
    prices = expected_sales_price(book, "A", CURRENCY, ANY_DAY)
    if isinstance(prices, Problem):
        return (Mismatch("prices", "an answer", prices.text()),)
    return tuple(
        each
        for name, price in expected.items()
        for each in compare(name, Decimal(price), prices.expected(SalesOutlook(name)).amount)
    )


def _price(item: Item, lists: Iterable[PriceList], groups: tuple[str, ...] = ()) -> Decimal:
    draft = priced([item], cart={"customer_groups": groups}, lists=tuple(lists))
    return draft.lines[0].unit_price.amount


KINDS: Final[Mapping[str, VectorCheck]] = MappingProxyType(
    {
        "margin.purchase": check_purchase,
        "price.adjustment": check_adjustment,
        "price.category_rule": check_category_rule,
        "price.price_unit": check_price_unit,
        "price.priority": check_priority,
        "price.trade_agreement": check_trade_agreement,
    }
)
"""The features of call-centre vectors that this module runs."""
