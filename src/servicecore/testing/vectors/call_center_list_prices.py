"""The kinds of call-centre vectors on the price of one unit: lists, agreements and rules (CC 7.1, 7.5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from servicecore.catalog.items import Item
from servicecore.pricing import PriceList, PriceListType, PriceMode, PriceRow
from servicecore.testing.vectors.price_desk import money, priced
from servicecore.testing.vectors.verdict import Mismatch, VectorCheck, compare


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


def _price(item: Item, lists: Iterable[PriceList], groups: tuple[str, ...] = ()) -> Decimal:
    draft = priced([item], cart={"customer_groups": groups}, lists=tuple(lists))
    return draft.lines[0].unit_price.amount


KINDS: Final[Mapping[str, VectorCheck]] = MappingProxyType(
    {"price.priority": check_priority, "price.trade_agreement": check_trade_agreement}
)
"""The features of call-centre vectors that this module runs."""
