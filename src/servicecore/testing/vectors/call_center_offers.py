"""The kinds of call-centre vectors on discounts: what they are about, and which of several win (CC 7.2, 7.4)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from servicecore.catalog.items import Item
from servicecore.kernel.rounding import HALF_UP
from servicecore.pricing import (
    AmountOff,
    Bundle,
    BuyGet,
    CartLine,
    Combination,
    ConcurrencyControl,
    DraftQuote,
    Offer,
    PercentOff,
    Selection,
    SetPrice,
    Spread,
    Stacking,
    Target,
    ValueAtLeast,
)
from servicecore.pricing.best_price import (
    BestPriceLine,
    BestPriceProblem,
    MarginalValue,
    PercentCut,
    UnitOffer,
    find_best_price,
    rank_by_marginal_value,
)
from servicecore.pricing.best_price import Bundle as BundleOffer
from servicecore.pricing.best_price import BuyGet as BuyGetOffer
from servicecore.pricing.promotions.benefits import AnyBenefit
from servicecore.testing.vectors.price_desk import CURRENCY, money, priced
from servicecore.testing.vectors.verdict import Mismatch, NotSupported, VectorCheck, compare

_OF_CHEAPEST: Final = re.compile(r"(half|[0-9.]+_percent)_off_cheapest_of_(two|three|four|[0-9]+)")
_OF_ALL: Final = re.compile(r"(half|[0-9.]+_percent)_off_(?:both|all)")
_NUMBERS: Final[Mapping[str, int]] = MappingProxyType({"two": 2, "three": 3, "four": 4})
_CONTROLS: Final[Mapping[str, ConcurrencyControl]] = MappingProxyType(
    {"within_priority": ConcurrencyControl.WITHIN_PRIORITY, "across_priority": ConcurrencyControl.ACROSS_PRIORITIES}
)
_ASSUMED: Final = (
    {"id": "D1", "needs": 2, "effect": "half_off_cheapest_of_two"},
    {"id": "D2", "needs": 2, "effect": "20_percent_off_both"},
)


def check_scope(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare which items of a cart a discount lowers: an exclusion beats an inclusion."""
    given, expected = vector["input"], vector["expected"]
    if "offer_unit" in given:
        item, box = Item("A", "A", given["line_unit"], base_price=money(10)), Target(units=(given["offer_unit"],))
        draft = priced([item], offers=(Offer("D", PercentOff(10), target=box),))
        return compare("applies", expected["applies"], bool(draft.lines[0].discounts))
    if "lines" not in given:
        raise NotSupported(f"a scope with {', '.join(given)}")
    target = _target(given["lines"])
    items = [
        Item(each["sku"], each["sku"], categories=tuple(filter(None, [each.get("category", "")])), base_price=money(10))
        for each in given["cart"]
    ]
    draft = priced(items, offers=(Offer("D", PercentOff(10), target=target),))
    return compare("discounted", expected["discounted"], [line.item for line in draft.lines if line.discounts])


def _target(lines: Iterable[Mapping[str, Any]]) -> Target:
    def named(type_: str, field: str) -> tuple[str, ...]:
        return tuple(line[field] for line in lines if line["type"] == type_ and field in line)

    return Target(
        items=named("include", "sku"),
        categories=named("include", "category"),
        excluded_items=named("exclude", "sku"),
        excluded_categories=named("exclude", "category"),
    )


def check_compound(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare what compound discounts come to, and in which order they are taken."""
    given, expected = vector["input"], vector["expected"]
    offers = [_stacked({**each, "mode": "compound", "cls": "line", "priority": 0}) for each in given["compound_offers"]]
    draft = _concurrent(given, [Item("P", "P", base_price=money(given["unit_price"]))], [Decimal(1)], offers)
    (line,) = draft.lines
    return (
        *compare("apply_order", expected["apply_order"], [each.offer for each in line.discounts]),
        *compare("discount", Decimal(expected["discount"]), _off(draft)),
        *compare("net", Decimal(expected["net"]), line.net.amount),
    )


def check_concurrency(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare who takes what off each line, by modes, priorities and the control model."""
    given = vector["input"]
    if given.get("currency", CURRENCY) != CURRENCY:
        raise NotSupported(f"the currency {given['currency']}")
    items = [Item(each["sku"], each["sku"], base_price=money(each["unit_price"])) for each in given["products"]]
    quantities = [Decimal(each.get("qty", 1)) for each in given["products"]]
    draft = _concurrent(given, items, quantities, [_stacked(each) for each in given["offers"]])
    found: list[Mismatch] = []
    for wanted, line in zip(vector["expected"]["lines"], draft.lines, strict=True):
        found += compare(f"{wanted['sku']}.net", Decimal(wanted["net"]), line.net.amount)
        found += compare(f"{wanted['sku']}.applied", wanted["applied"], [each.offer for each in line.discounts])
    return tuple(found)


def _concurrent(
    given: Mapping[str, Any], items: Sequence[Item], quantities: Sequence[Decimal], offers: Iterable[Offer]
) -> DraftQuote:
    model, rounding = (
        str(given.get("control_model", "within_priority")).removeprefix("compound_"),
        given.get("rounding", "half_up_2"),
    )
    if rounding != "half_up_2":
        raise NotSupported(f"the rounding {rounding}")
    control = _CONTROLS.get(model)
    if control is None:
        raise NotSupported(f"the control model {model}")
    rules = Combination(selection=Selection.CONCURRENCY, concurrency=control, percent_rounding=HALF_UP)
    lines = [CartLine(item.id, quantity) for item, quantity in zip(items, quantities, strict=True)]
    return priced(items, lines, offers=tuple(offers), combination=rules)


def _stacked(stated: Mapping[str, Any]) -> Offer:
    threshold = stated["cls"] == "threshold"
    if not threshold and stated["cls"] != "line":
        raise NotSupported(f"a discount of the class {stated['cls']}")
    conditions = (ValueAtLeast(money(stated["min_amount"])),) if "min_amount" in stated else ()
    return Offer(
        stated["id"],
        _benefit(stated, on_order=threshold),
        target=Target(items=tuple(stated.get("products", ()))),
        conditions=conditions,
        priority=int(stated["priority"]),
        stacking=Stacking(stated["mode"]),
    )


def _benefit(stated: Mapping[str, Any], *, on_order: bool) -> AnyBenefit:
    kind, value = str(stated["kind"]).removesuffix("_off").removeprefix("fixed_"), stated["value"]
    if kind == "percent":
        return PercentOff(value, on_order=on_order, spread=Spread.EACH_LINE if on_order else None)
    if kind == "amount":
        return AmountOff(money(value), on_order=on_order)
    if kind == "price" and not on_order:
        return SetPrice(money(value))
    raise NotSupported(f"a discount of the kind {kind}")


def check_overlap(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare the combination of discounts that takes most off, and what each discount alone takes off."""
    given, expected = vector["input"], vector["expected"]
    if given.get("combinable"):
        raise NotSupported("discounts on the same units")
    stated = list(given.get("offers", _ASSUMED))
    forced = str(given.get("force", "")).removesuffix(" only")
    if forced:
        stated = [each for each in stated if each["id"] == forced]
    items = [Item(f"P{place}", f"P{place}", base_price=money(price)) for place, price in enumerate(given["prices"], 1)]
    best = _best(items, stated)
    total = sum((line.net.amount for line in best.lines), Decimal(0))
    whole = sum((line.gross.amount for line in best.lines), Decimal(0))
    alone = {each["id"]: _off(_best(items, [each])) for each in stated}
    found: dict[str, Any] = {name: str(amount) for name, amount in alone.items()}
    found["total"], found["total_discount"] = str(total), str(whole - total)
    found["tie"] = len(set(alone.values())) == 1
    found["assignment"] = _assignment(given["prices"], stated) if "assignment" in expected else None
    wanted = dict(expected)
    if "assignment" in wanted:
        wanted["assignment"] = sorted([each[0], *sorted(each[1:], key=Decimal)] for each in wanted["assignment"])
    proof = () if best.best_price is not None and best.best_price.is_exact else (Mismatch("proof", "exact", "none"),)
    return (*proof, *(each for name, value in wanted.items() for each in compare(name, value, found.get(name))))


def check_marginal_value(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare the gain for each shared product, and the order in which discounts are applied by it."""
    given, expected = vector["input"], vector["expected"]
    ranked = rank_by_marginal_value(
        MarginalValue(each["id"], money(each["total"]), money(each["without_shared"]), int(given["shared_products"]))
        for each in given["discounts"]
    )
    values = {each.offer: str(each.value.round().amount) for each in ranked}
    found = compare("marginal", expected["marginal"], values)
    return (*found, *compare("apply_order", expected["apply_order"], [each.offer for each in ranked]))


def _best(items: Sequence[Item], stated: Iterable[Mapping[str, Any]]) -> DraftQuote:
    optimal = Combination(selection=Selection.OPTIMAL, repeat=True)
    return priced(items, offers=tuple(_offer(each) for each in stated), combination=optimal)


def _off(draft: DraftQuote) -> Decimal:
    return sum((line.gross.amount - line.net.amount for line in draft.lines), Decimal(0))


def _read(stated: Mapping[str, Any]) -> tuple[int, Decimal, bool]:
    """Return of how many units an effect is, the percentage, and whether only the cheapest has it."""
    effect = str(stated["effect"])
    cheapest, every = _OF_CHEAPEST.fullmatch(effect), _OF_ALL.fullmatch(effect)
    found = cheapest or every
    if found is None:
        raise NotSupported(f"the effect {effect}")
    percent = Decimal(50) if found[1] == "half" else Decimal(found[1].removesuffix("_percent"))
    size = int(stated.get("needs") or (_NUMBERS.get(found[2]) or found[2] if cheapest else 2))
    return size, percent, cheapest is not None


def _offer(stated: Mapping[str, Any]) -> Offer:
    size, percent, cheapest = _read(stated)
    benefit = BuyGet(size - 1, 1, percent) if cheapest else Bundle(size=size, percent=percent)
    return Offer(stated["id"], benefit)


def _assignment(prices: Sequence[str], offers: Iterable[Mapping[str, Any]]) -> list[list[str]]:
    """Return the units of each application of the best combination by their prices, in the order of the offers."""
    lines = [BestPriceLine(id=str(place), quantity=1, unit_price=price) for place, price in enumerate(prices)]
    problem = BestPriceProblem(
        currency=CURRENCY, lines=lines, offers=[_unit_offer(each, len(lines)) for each in offers]
    )
    found: list[list[str]] = []
    for applied in find_best_price(problem).applications:
        used = sorted((prices[int(use.line)] for use in applied.uses for _unit in range(use.units)), key=Decimal)
        found.extend([applied.offer, *used] for _time in range(applied.times))
    return sorted(found)


def _unit_offer(stated: Mapping[str, Any], lines: int) -> UnitOffer:
    size, percent, cheapest = _read(stated)
    names = [str(place) for place in range(lines)]
    if cheapest:
        return BuyGetOffer(
            id=stated["id"], buy_lines=names, buy_quantity=size - 1, get_lines=names, cut=PercentCut(percent)
        )
    return BundleOffer(id=stated["id"], lines=names, size=size, cut=PercentCut(percent))


KINDS: Final[Mapping[str, VectorCheck]] = MappingProxyType(
    {
        "discount.compound": check_compound,
        "discount.concurrency": check_concurrency,
        "discount.marginal_value": check_marginal_value,
        "discount.overlap": check_overlap,
        "discount.scope": check_scope,
    }
)
"""The features of call-centre vectors that this module runs."""
