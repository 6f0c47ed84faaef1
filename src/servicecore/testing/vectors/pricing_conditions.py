"""How a condition of a pricing vector, and the lines that it means, become those of an offer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from servicecore.kernel.money import Money
from servicecore.pricing.promotions import benefits, conditions
from servicecore.pricing.promotions.combination import ValueSeen
from servicecore.pricing.promotions.path_test import Operator, PathTest
from servicecore.pricing.promotions.target import EVERYTHING, Target
from servicecore.testing.vectors.shapes import word_of
from servicecore.testing.vectors.verdict import NotSupported

_OPERATORS: Final = MappingProxyType({each.value: each for each in Operator})
_BASES: Final = MappingProxyType({"undiscounted": ValueSeen.ORIGINAL, "discounted": ValueSeen.REMAINING})


def target_of(target: Mapping[str, Any] | None) -> Target:
    """Return the lines that a target means."""
    if not target or target.get("all"):
        return EVERYTHING
    if "any_of" in target:
        return Target(any_of=tuple(target_of(each) for each in target["any_of"]))
    return Target(
        where=tuple(
            PathTest(
                test["path"], word_of(_OPERATORS, test["op"], "operator"), [_text(each) for each in test["values"]]
            )
            for test in target["where"]
        )
    )


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def pairs(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield the leaves of a tree with their dotted paths; a list gives several values of one path."""
    for name, value in tree.items():
        path = f"{prefix}{name}"
        if isinstance(value, Mapping):
            yield from pairs(value, f"{path}.")
        elif isinstance(value, list):
            yield from ((path, _text(each)) for each in value)
        elif value is not None:
            yield path, _text(value)


def condition_of(
    condition: Mapping[str, Any], given: Mapping[str, Any], own: Iterable[benefits.AnyBenefit] = ()
) -> conditions.AnyCondition:
    """Return the condition of a promotion; ``own`` are its benefits, for a target that is theirs."""
    kind = condition["type"]
    if condition.get("target") == "benefit_target":
        target = next((benefit.target for benefit in own if benefit.target is not None), EVERYTHING)
    else:
        target = target_of(condition.get("target"))
    build = _CONDITIONS.get(kind)
    if build is None:
        raise NotSupported(f"the condition {kind}")
    built = build(condition, target, given)
    if "channels" in condition:
        return conditions.AllOf((conditions.InChannel(tuple(condition["channels"])), built))
    return built


def _value(condition: Mapping[str, Any], target: Target, given: Mapping[str, Any]) -> conditions.ValueAtLeast:
    stated = condition.get("basis")
    basis = None if stated is None else word_of(_BASES, stated, "basis")
    currency = str(condition.get("currency") or given.get("currency"))
    return conditions.ValueAtLeast(
        Money(Decimal(condition["min"]), currency), bool(condition.get("strict")), target, basis
    )


def _attribute(condition: Mapping[str, Any], _target: Target, _given: Mapping[str, Any]) -> Any:
    if condition.get("on", "cart") != "cart":
        raise NotSupported(f"an attribute of the {condition['on']}")
    op = word_of(_OPERATORS, condition["op"], "operator")
    return conditions.HasAttribute(condition["path"], [_text(each) for each in condition["values"]], op=op)


_Build = Callable[[Mapping[str, Any], Target, Mapping[str, Any]], conditions.AnyCondition]
_CONDITIONS: Final[Mapping[str, _Build]] = MappingProxyType(
    {
        "min_quantity": lambda each, target, _given: conditions.QuantityBetween(
            each["min"], None, conditions.Counted.TOGETHER, target
        ),
        "min_value": _value,
        "distinct_products": lambda each, target, _given: conditions.DistinctItems(each["min"], target),
        "any_line_min_quantity": lambda each, target, _given: conditions.QuantityBetween(
            each["min"], None, conditions.Counted.ANY_LINE, target
        ),
        "contains": lambda _each, target, _given: conditions.CartContains(target, None),
        "nth_order": lambda each, _target, _given: conditions.NthOrder(
            int(each["n"]), bool(each.get("anonymous_counts_as_first"))
        ),
        "customer_group": lambda each, _target, _given: conditions.InCustomerGroup(tuple(each["groups"])),
        "customer_flag": lambda each, _target, _given: conditions.HasFlag(each["flag"]),
        "uses_per_customer": lambda each, _target, _given: conditions.UsesPerCustomer(int(each["max"])),
        "shipping_method": lambda each, _target, _given: conditions.ShippedBy(tuple(each["in"])),
        "attribute": _attribute,
        "all_of": lambda each, _target, given: conditions.AllOf(
            tuple(condition_of(part, given) for part in each["of"])
        ),
    }
)
