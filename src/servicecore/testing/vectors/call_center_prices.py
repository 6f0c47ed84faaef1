"""The kinds of call-centre vectors that charges, modes, overrides, margins and tax groups answer (CC 3, 8, 9, 16)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from servicecore.catalog.items import Item
from servicecore.customers import Address, AddressElement, TaxGroup, TaxGroupRule, TaxGroupSearch
from servicecore.errors import InvalidValue
from servicecore.kernel.authority import Actor, Authority, Role
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Refusal
from servicecore.pricing import (
    AutoCharge,
    Cart,
    CartLine,
    ChargeKind,
    ChargeOverride,
    ChargeTier,
    DeductionKind,
    DeliveryMode,
    DraftQuote,
    FloorCost,
    MarginBasis,
    MarginDeduction,
    MarginLevel,
    MarginPolicy,
    OverridePermission,
    OverridePolicy,
    PriceBook,
    PriceOverride,
    TotalOverride,
    compile_book,
    price_cart,
)
from servicecore.testing.vectors.price_desk import as_stated
from servicecore.testing.vectors.shapes import refuse_unasked, word_of
from servicecore.testing.vectors.verdict import Mismatch, NotSupported, VectorCheck, compare

_CURRENCY: Final = "USD"
_FLOOR_COSTS: Final = MappingProxyType({each.value: each for each in FloorCost})
_LEVELS: Final = MappingProxyType({MarginLevel.UNKNOWN_COST: "unknown"})
_BASES: Final = MappingProxyType({each.value: each for each in MarginBasis})
_HUNDRED: Final = Decimal(100)
_NOON: Final = datetime(2026, 1, 15, 12, tzinfo=UTC)


def _money(amount: str) -> Money:
    return Money(Decimal(amount), _CURRENCY)


def _answer(book: PriceBook, line: CartLine, role: str = "clerk", **cart: Any) -> DraftQuote | Refusal:
    authority = Authority((Role(role, ("pricing.*",)),))
    facts = Facts(_NOON, Actor("vector", roles={role}), authority)
    return price_cart(compile_book(book), Cart("C", _CURRENCY, (line,), **cart), facts, "Q")


def _book(price: str, **more: Any) -> PriceBook:
    cost = more.pop("cost", None)
    item = Item("A", "A", base_price=_money(price), cost=None if cost is None else _money(cost))
    return PriceBook("vector", "1", items=(item,), **more)


def check_charge_tiers(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Charge an order of each value by the tiers, nothing in a gap; or refuse tiers that overlap."""
    given, expected = vector["input"], vector["expected"]
    try:
        charge = AutoCharge("freight", _CURRENCY, tuple(_tier(each) for each in given["tiers"]))
    except InvalidValue as refused:
        return compare("error", expected.get("error", "none"), refused.problem.code)
    if "error" in expected:
        return compare("error", expected["error"], "none")
    charged = []
    for value in given["orders"]:
        draft = _answer(_book(value, charges=(charge,)), CartLine("A", 1))
        charged.append("refused" if isinstance(draft, Refusal) else _sum_of(draft))
    return compare("charges", expected["charges"], charged)


def _tier(stated: Mapping[str, Any]) -> ChargeTier:
    if ("percent" in stated) is ("fixed" in stated):
        raise NotSupported("a tier that is not either fixed or a percentage")
    kind = ChargeKind.PERCENT if "percent" in stated else ChargeKind.FIXED
    return ChargeTier(stated.get("percent", stated.get("fixed")), kind, stated["from_"], stated["to"])


def _sum_of(draft: DraftQuote) -> str:
    return str(sum((each.amount.amount for each in draft.charges), Decimal("0.00")))


def check_delivery_modes(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Check each line's mode against where it goes."""
    given = vector["input"]
    modes = tuple(
        DeliveryMode(code, excluded_places=tuple(f"US-{state}" for state in mode["exclude_states"]))
        for code, mode in given["modes"].items()
    )
    book = _book("1", delivery_modes=modes)
    errors, chosen = [], {}
    for line in given["lines"]:
        cart_line = CartLine("A", 1, number=line["id"], delivery_mode=line["mode"] or "")
        place: dict[str, str] = {"ship_to_country": "US", "ship_to_region": line["ship_to"]}
        answer = _answer(book, cart_line, delivery_mode=given["header"], **place)
        if isinstance(answer, Refusal):
            errors += [{"line": line["id"], "code": each.code} for each in answer.problems]
        cart = Cart("C", _CURRENCY, (cart_line,), delivery_mode=given["header"])
        chosen[str(line["id"])] = cart.mode_of(cart_line)
    expected = vector["expected"]
    return (*compare("errors", expected["errors"], errors), *compare("line_modes", expected["line_modes"], chosen))


def check_price_override(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Set each price by hand under the floor of the permission."""
    given = vector["input"]
    markup = Decimal(given["cost_markup_percent"])
    basis = word_of(_FLOOR_COSTS, given.get("cost_basis", "item_cost"), "cost_basis")
    permission = OverridePermission.from_ax("clerk", cost_markup=markup, floor_cost=basis)
    book = _book("200", cost=given["cost"], overrides=OverridePolicy((permission,)))
    answers = [
        _answer(book, CartLine("A", 1, override=PriceOverride(_money(price), "asked"))) for price in given["attempts"]
    ]
    found = compare("allowed", vector["expected"]["allowed"], [not isinstance(each, Refusal) for each in answers])
    floors = {str(each.problems[0].param("accepted")).split()[0] for each in answers if isinstance(each, Refusal)}
    expected = {vector["expected"]["floor"]} if "floor" in vector["expected"] else set()
    return (*found, *compare("floor", expected, floors))


def check_charge_override(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Change a charge as each role, within its percentages."""
    given = vector["input"]
    permissions = tuple(
        OverridePermission.from_ax(
            role, charge_increase=Decimal(each["increase"]), charge_decrease=Decimal(each["decrease"])
        )
        for role, each in given["permissions"].items()
    )
    charge = AutoCharge("freight", _CURRENCY, (ChargeTier(given["original"]),))
    book = _book("100", charges=(charge,), overrides=OverridePolicy(permissions))
    allowed = []
    for role, amount in given["attempts"]:
        override = ChargeOverride("freight", _money(amount), "asked")
        answer = _answer(book, CartLine("A", 1), role, charge_overrides=(override,))
        allowed.append(not isinstance(answer, Refusal))
    return compare("allowed", vector["expected"]["allowed"], allowed)


def check_total_override(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Lower the total by hand, within the percentage."""
    given = vector["input"]
    permission = OverridePermission("clerk", total_discount_percent=Decimal(given["max_percent"]))
    book = _book(given["total"], overrides=OverridePolicy((permission,)))
    answers = [
        _answer(book, CartLine("A", 1), total_override=TotalOverride(_money(total), "asked"))
        for total in given["attempts"]
    ]
    return compare("allowed", vector["expected"]["allowed"], [not isinstance(each, Refusal) for each in answers])


def check_credit_override(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Change the credit of a return; a percentage of 0 of the old system is any amount."""
    given = vector["input"]
    policy = OverridePolicy(
        (
            OverridePermission.from_ax(
                "clerk",
                credit_increase=Decimal(given["increase_percent"]),
                credit_decrease=Decimal(given["decrease_percent"]),
            ),
        )
    )
    facts = Facts(_NOON, Actor("vector", roles={"clerk"}), Authority((Role("clerk", ("pricing.*",)),)))
    allowed = [
        not policy.credit_refusals(_money(given["credit"]), _money(credit), "asked", facts)
        for credit in given["attempts"]
    ]
    return compare("allowed", vector["expected"]["allowed"], allowed)


def check_margin_alert(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Judge margins by bands, net of deductions, on each basis; or refuse bands in the wrong order."""
    given, expected = vector["input"], vector["expected"]
    bands = Decimal(given.get("acceptable", 20)), Decimal(given.get("questionable", 10))
    basis = word_of(_BASES, given.get("basis", MarginBasis.MARKUP_ON_COST.value), "basis")
    try:
        policy = MarginPolicy(*bands, basis)
    except InvalidValue as refused:
        return compare("error", expected.get("error", "none"), refused.problem.code)
    if "error" in expected:
        return compare("error", expected["error"], "none")
    if "percents" in given:
        levels = [_level_of(policy, Decimal(each)) for each in given["percents"]]
        return compare("status", expected["status"], levels)
    by_basis = {name: expected[name] for name in _BASES if name in expected} or {basis.value: expected}
    found: list[Mismatch] = []
    for name, figures in by_basis.items():
        found += _margin_of(given, MarginPolicy(*bands, _BASES[name]), figures)
    return tuple(found)


def _level_of(policy: MarginPolicy, percent: Decimal) -> str:
    """Return the level of a price with exactly this margin."""
    if policy.basis is MarginBasis.MARKUP_ON_COST:
        return policy.judge(_HUNDRED + percent, Decimal(1), _money("100")).level.value
    return policy.judge(_HUNDRED, Decimal(1), _money(str(_HUNDRED - percent))).level.value


def _margin_of(given: Mapping[str, Any], policy: MarginPolicy, expected: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    deductions = tuple(
        MarginDeduction(kind, per_unit=_money(given[kind.value])) for kind in DeductionKind if kind.value in given
    )
    book = _book(given["price"], cost=given["cost"], margin=policy, deductions=deductions)
    answer = _answer(book, CartLine("A", 1))
    if isinstance(answer, Refusal):
        return (Mismatch("margin", str(dict(expected)), "refused"),)
    margin = answer.lines[0].margin
    deducted = Decimal(0) if margin.deducted is None else margin.deducted.amount
    figures = {
        "net_price": answer.lines[0].net.amount - deducted,
        "percent": margin.percent,
        "status": _LEVELS.get(margin.level, margin.level.value),
    }
    refuse_unasked(expected, *figures)
    found: list[Mismatch] = []
    for name, value in expected.items():
        wanted, got = value, figures[name]
        if name != "status" and value is not None:
            wanted = Decimal(value)
            got = None if got is None else as_stated(Decimal(got), wanted)
        found += compare(name, wanted, got)
    return tuple(found)


def check_tax_groups(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Find the tax group of each address, and the warning."""
    given, expected = vector["input"], vector["expected"]
    rules = tuple(
        TaxGroupRule(rule["priority"], tuple(AddressElement(each) for each in rule["elements"]))
        for rule in given["rules"]
    )
    names = {"zip": "postal_code", "state": "region"}
    groups = tuple(
        TaxGroup(**{names.get(name, name): value for name, value in each.items()}) for each in given["groups"]
    )
    search = TaxGroupSearch(rules, groups)
    assigned, warnings = [], []
    for each in given["addresses"]:
        place = {names.get(name, name): value for name, value in each.items()}
        address = Address(**{"name": "vector", "street": "1", "country": "US", **place})
        found = search.find(address)
        assigned.append(found.group or None)
        warnings.append(next((problem.code for problem in found.warnings(address)), None))
    return (*compare("assigned", expected["assigned"], assigned), *compare("warnings", expected["warnings"], warnings))


KINDS: Final[Mapping[str, VectorCheck]] = {
    "charges.tier": check_charge_tiers,
    "margin.alert": check_margin_alert,
    "delivery.mode": check_delivery_modes,
    "override.charges": check_charge_override,
    "override.discount": check_total_override,
    "override.price": check_price_override,
    "override.returns": check_credit_override,
    "tax_group": check_tax_groups,
}
