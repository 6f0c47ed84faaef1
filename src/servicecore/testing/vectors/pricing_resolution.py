"""The kind of pricing vectors on price lists: which of many rows gives the price of an item."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from servicecore.catalog.items import Item
from servicecore.errors import InvalidValue
from servicecore.kernel.currencies import currency_digits
from servicecore.kernel.money import Money
from servicecore.kernel.problems import Problem
from servicecore.kernel.quantity import Conversion
from servicecore.kernel.rounding import EXACT, Rounding
from servicecore.pricing.book import PriceBook
from servicecore.pricing.compile import compile_book
from servicecore.pricing.look_up_price import PriceAnswer, PriceQuery, TaxPreference, look_up_price
from servicecore.pricing.price_lists import (
    FormulaBasis,
    PriceFormula,
    PriceList,
    PriceListType,
    PriceMode,
    PriceRow,
    RowRule,
)
from servicecore.pricing.rounding_policy import RoundingPolicy
from servicecore.testing.vectors.pricing_conditions import pairs
from servicecore.testing.vectors.pricing_offers import day_of, refuse_hours
from servicecore.testing.vectors.pricing_shapes import refuse_unread
from servicecore.testing.vectors.shapes import word_of
from servicecore.testing.vectors.verdict import Mismatch, NotSupported, VectorCheck, compare

_STATUSES: Final = MappingProxyType({"active": True, "draft": False})
_ANY_DAY: Final = date(2026, 1, 15)
_EXACT_PRICES: Final = RoundingPolicy(unit_price=Rounding(digits=12))
_TYPES: Final = MappingProxyType({"sale": PriceListType.SALE, "override": PriceListType.OVERRIDE})
_FORMULA: Final = re.compile(
    r"\s*(unit_price|list_price|cost_price)\s*(?:([*/])\s*([0-9.]+)\s*)?(?:([+-])\s*([0-9.]+)\s*)?"
)
_COST: Final = "cost_price"
_STAND_IN: Final = "XAF"


def check_price_resolution(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare the prices of a vector's items; what its system calls them, price sets or a list of formulas."""
    given = vector["input"]
    expected = vector["expected"]
    refuse_unread("price_resolution", given)
    if "price_sets" not in given and "price_list" not in given:
        raise NotSupported("prices of neither sets nor a list")
    check = _check_sets if "price_sets" in given else _check_formulas
    if "error" not in expected:
        return check(given, expected)
    try:
        check(given, {"prices": []} if "price_sets" in given else {"amount": "0"})
    except InvalidValue as invalid:
        return () if expected["error"] else (Mismatch("error", "none", invalid.problem.text()),)
    return (Mismatch("error", str(expected["error"]), "none"),) if expected["error"] else ()


def _check_sets(given: Mapping[str, Any], expected: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    if "prices" not in expected:
        raise NotSupported(f"the expected fields {', '.join(expected)}")
    sets = sorted({row["set"] for row in given["prices"]} | set(given["price_sets"]))
    lists = [PriceList("base", _rows(given["prices"]), mode=PriceMode.MOST_RULES)]
    for each in given.get("price_lists", ()):
        if word_of(_STATUSES, each.get("status", "active"), "status"):
            refuse_hours(each, given.get("at"))
            kind = word_of(_TYPES, each["type"], "type")
            lists.append(PriceList(each["id"], _rows(each["prices"], each), kind, mode=PriceMode.MOST_RULES))
    items = tuple(Item(name, name) for name in sets)
    book = compile_book(PriceBook("vector", "1", items, tuple(lists), rounding=_EXACT_PRICES))
    context = dict(given["context"])
    # A currency is required, never implied: without one the question is refused.
    currency = context.pop("currency_code", "")
    quantity = context.pop("quantity", 1)
    got = []
    for name in given["price_sets"]:
        query = PriceQuery(
            name,
            _iso(currency),
            (day_of(given.get("at")) or _ANY_DAY).toordinal(),
            quantity,
            attributes=tuple(pairs(context)),
            tax_preferences=tuple(_preference(each) for each in given.get("tax_preferences", ())),
        )
        answer = look_up_price(book, query)
        if isinstance(answer, Problem):
            raise NotSupported(answer.text())
        if answer is not None:
            got.append(_told(name, answer, currency))
    mismatches = compare("prices", len(expected["prices"]), len(got))
    for wanted, told in zip(expected["prices"], got, strict=False):
        for field, value in wanted.items():
            mismatches += compare(f"prices.{wanted['set']}.{field}", _plain(value), _plain(told[field]))
    return mismatches


def _rows(prices: Iterable[Mapping[str, Any]], each: Mapping[str, Any] | None = None) -> tuple[PriceRow, ...]:
    """Return the rows of a list; one whose rules contradict those of its list is left out, as it never counts."""
    valid = each or {}
    rows = []
    for row in prices:
        rules = _both(valid.get("rules") or {}, row.get("rules") or {})
        if all(rules.values()):
            rows.append(
                PriceRow(
                    row["set"],
                    Money(Decimal(row["amount"]), _iso(row["currency"])),
                    min_quantity=row.get("min_quantity") or 0,
                    max_quantity=row.get("max_quantity"),
                    valid_from=day_of(valid.get("from")),
                    valid_until=day_of(valid.get("to")),
                    rules=tuple(RowRule(name, values) for name, values in rules.items()),
                )
            )
    return tuple(rows)


def _both(wide: Mapping[str, Any], narrow: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    found = {name: _values(value) for name, value in wide.items()}
    for name, value in narrow.items():
        found[name] = tuple(each for each in _values(value) if each in found.get(name, (each,)))
    return found


def _values(value: object) -> tuple[str, ...]:
    return tuple(str(each) for each in value) if isinstance(value, list) else (str(value),)


def _iso(currency: str) -> str:
    # What ISO 4217 does not know has a price like everything else; the franc stands for it.
    try:
        currency_digits(currency)
    except InvalidValue:
        return _STAND_IN if currency else currency
    return currency


def _preference(each: Mapping[str, Any]) -> TaxPreference:
    if each["attribute"] == "currency_code":
        return TaxPreference("currency", _iso(each["value"]), bool(each["tax_inclusive"]))
    return TaxPreference(each["attribute"], each["value"], bool(each["tax_inclusive"]))


def _told(name: str, answer: PriceAnswer, currency: str) -> dict[str, Any]:
    price, original = answer.price, answer.original
    row = price.row
    return {
        "set": name,
        "amount": price.amount.amount,
        "original_amount": None if original is None else original.amount.amount,
        "from_list": not price.in_base,
        "original_from_list": original is not None and not original.in_base,
        "tax_inclusive": price.includes_tax,
        "original_tax_inclusive": original is not None and original.includes_tax,
        "currency": currency,
        "matched_min_quantity": None if row is None or not row.min_quantity else row.min_quantity,
        "matched_max_quantity": None if row is None else row.max_quantity,
    }


def _plain(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | str) or not _is_number(value):
        return value
    return Decimal(str(value))


def _is_number(value: object) -> bool:
    return re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", str(value)) is not None


def _check_formulas(given: Mapping[str, Any], expected: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    if set(expected) != {"amount"}:
        raise NotSupported(f"the expected fields {', '.join(expected)}")
    currency = given["currency"]
    product = given.get("product", "product")
    factors = {name: Decimal(factor) for name, factor in given.get("unit_factors", {given["unit"]: "1"}).items()}
    own = next((name for name, factor in factors.items() if factor == 1), given["unit"])
    bases = {_formula(line["formula"])[0] for line in given["price_list"]} - {_COST}
    rows = [_formula_row(line, currency) for line in given["price_list"]]
    if len(bases) > 1 and given.get("unit_price") != given.get("list_price"):
        raise NotSupported("formulas on different prices in one list")
    start = Money(Decimal(given.get(min(bases, default="unit_price"), "0")), currency)
    cost = Money(Decimal(given[_COST]), currency) if _COST in given else None
    names = {product, *(line["product"] for line in given["price_list"] if "product" in line)}
    items = tuple(
        Item(name, name, own, categories=tuple(given.get("categories", ())), base_price=start, cost=cost)
        for name in sorted(names)
    )
    book = PriceBook(
        "vector",
        "1",
        items,
        (PriceList("sale", tuple(rows), PriceListType.SALE, mode=PriceMode.FIRST_MATCH),),
        conversions=tuple(
            Conversion(name, own, *factor.as_integer_ratio()) for name, factor in factors.items() if name != own
        ),
        rounding=_EXACT_PRICES,
    )
    # A return is priced like the sale that it takes back, by the size of its quantity.
    quantity = abs(Decimal(given["quantity"]))
    answer = look_up_price(
        compile_book(book), PriceQuery(product, currency, _ANY_DAY.toordinal(), quantity, given["unit"])
    )
    if not isinstance(answer, PriceAnswer):
        return (Mismatch("amount", expected["amount"], repr(answer)),)
    per_own_unit = EXACT.divide(answer.price.amount.amount, factors.get(given["unit"], Decimal(1)))
    return compare("amount", Decimal(expected["amount"]), per_own_unit)


def _formula_row(line: Mapping[str, Any], currency: str) -> PriceRow:
    return PriceRow(
        line.get("product", ""),
        formula=_formula(line["formula"])[1],
        currency=currency,
        category=line.get("category", ""),
        min_quantity=line.get("min_quantity", 0),
        unit=line.get("unit", ""),
    )


def _formula(text: str) -> tuple[str, PriceFormula]:
    found = _FORMULA.fullmatch(text)
    if found is None:
        raise NotSupported(f"the formula {text}")
    basis, times, factor, sign, amount = found.groups()
    multiplier = Decimal(factor) if times == "*" else Decimal(1)
    divisor = Decimal(factor) if times == "/" else Decimal(1)
    more = Decimal(amount or 0)
    kind = FormulaBasis.COST if basis == _COST else FormulaBasis.LIST
    return basis, PriceFormula(kind, multiplier, divisor, -more if sign == "-" else more)


KINDS: Final[Mapping[str, VectorCheck]] = MappingProxyType({"price_resolution": check_price_resolution})
"""Vector kind to its check."""
