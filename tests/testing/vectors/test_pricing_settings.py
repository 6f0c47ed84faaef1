"""The settings that the semantics of a pricing vector mean: a switch beats its profile, an unknown word is no pass."""

from __future__ import annotations

from typing import Any

import pytest

from servicecore.kernel.allocation import Remainder
from servicecore.pricing.promotions.combination import (
    BudgetCheck,
    CodeMatch,
    OfferOrder,
    PercentBase,
    Selection,
    Tie,
    UnitPick,
)
from servicecore.testing.vectors.pricing_carts import KINDS
from servicecore.testing.vectors.pricing_settings import settings_of
from servicecore.testing.vectors.verdict import NotSupported


@pytest.mark.parametrize(
    ("profile", "switch", "word", "meant"),
    [
        ("d365", "base", "remaining", PercentBase.REMAINING),
        ("saleor", "base", "original", PercentBase.ORIGINAL),
        ("oscar", "order", "input", OfferOrder.AS_GIVEN),
        ("tryton", "order", "priority_desc_then_input", OfferOrder.PRIORITY),
        ("d365", "selection", "best_single_per_target", Selection.BEST_SINGLE),
        ("saleor", "remainder", "largest_remainder", Remainder.LARGEST),
        ("medusa2", "unit_pick", "priciest_first", UnitPick.PRICIEST),
        ("oscar", "repeat", "once", False),
        ("medusa2", "budget_check", "running", BudgetCheck.RUNNING),
        ("sylius", "code_match", "case_sensitive", CodeMatch.EXACT),
        ("medusa2", "tie", "equal line values: later line first", Tie.LAST),
    ],
)
def test_a_switch_that_a_vector_names_beats_its_profile(profile: str, switch: str, word: str, meant: object) -> None:
    assert getattr(settings_of({"profile": profile}), switch) != meant
    assert getattr(settings_of({"profile": profile, switch: word}), switch) == meant


@pytest.mark.parametrize("told", ["total left after the offers before", {"items": "unit price"}])
def test_a_switch_told_in_prose_or_in_parts_is_what_its_profile_stands_for(told: object) -> None:
    assert settings_of({"profile": "sylius", "base": told}) == settings_of({"profile": "sylius"})


@pytest.mark.parametrize("semantics", [{"profile": "sylius", "base": "halved"}, {"profile": "unheard_of"}, {}])
def test_a_word_that_nobody_mapped_is_not_supported(semantics: dict[str, Any]) -> None:
    with pytest.raises(NotSupported):
        settings_of(semantics)


@pytest.mark.parametrize(("base", "total"), [("original", "70"), ("remaining", "72")])
def test_percentages_that_compound_are_of_the_price_before_or_of_what_is_left(base: str, total: str) -> None:
    """10 % and 20 % off 100: 100 - 10 - 20 = 70, or 100 x 0.9 x 0.8 = 72."""
    promotions = [
        {"id": name, "stacking": "compound", "benefit": {"type": "percent", "value": value, "target": {"all": True}}}
        for name, value in (("x", "10"), ("y", "20"))
    ]
    line = {"id": "a", "sku": "a", "quantity": "1", "unit_price": "100"}
    given = {"currency": "USD", "lines": [line], "promotions": promotions}
    semantics = {"profile": "d365", "selection": "concurrency_modes", "base": base}
    expected = {"lines": {"a": {"total": total}}}
    assert KINDS["cart_promotions"]({"input": given, "semantics": semantics, "expected": expected}) == ()
