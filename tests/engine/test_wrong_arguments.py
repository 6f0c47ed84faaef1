"""The front door and the desk refuse an argument of another type by its name, and do nothing."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from servicecore import orders
from servicecore.engine import ServiceCore
from servicecore.errors import InvalidValue
from servicecore.pricing import Cart, CartLine

CART = Cart("C-1", "EUR", (CartLine("tea", Decimal(2)),))


def _opened(**given: Any) -> ServiceCore:
    return ServiceCore.open(autoload=False, **given)


CALLS: list[tuple[str, Callable[[Any, Any], object]]] = [
    ("url", lambda _shop, wrong: ServiceCore.open(wrong, autoload=False)),
    ("settings", lambda _shop, wrong: _opened(settings=wrong or 0)),
    ("book", lambda _shop, wrong: _opened(book=wrong or 0)),
    ("book", lambda shop, wrong: shop.core.use_book(wrong)),
    ("actor", lambda shop, wrong: shop.core.acting_as(wrong)),
    ("code", lambda shop, wrong: shop.core.coupon_code(wrong)),
    ("text", lambda shop, wrong: shop.core.search("order", wrong)),
    ("limit", lambda shop, wrong: shop.core.search("order", "tea", limit=wrong)),
    ("cart", lambda shop, wrong: shop.agent.quote(wrong)),
    ("approved_by", lambda shop, wrong: shop.agent.quote(CART, approved_by=wrong or 0)),
    ("cart", lambda shop, wrong: shop.agent.advertise(wrong, "tea")),
    ("item", lambda shop, wrong: shop.agent.advertise(CART, wrong)),
    ("quote", lambda shop, wrong: shop.agent.replay_quote(wrong)),
    ("quote", lambda shop, wrong: shop.agent.price_details(wrong, 1)),
    ("line", lambda shop, wrong: shop.agent.price_details(shop.agent.quote(CART), wrong)),
    ("command", lambda shop, wrong: shop.agent.execute(wrong)),
    ("command", lambda shop, wrong: shop.agent.check(wrong)),
    ("command", lambda shop, wrong: shop.agent.preview(wrong)),
    ("approver", lambda shop, wrong: shop.agent.execute(orders.CancelOrder("O"), approved_by=wrong or 0)),
    ("key", lambda shop, wrong: shop.agent.execute(orders.CancelOrder("O"), key=wrong)),
    ("count", lambda shop, wrong: next(shop.agent.generate_codes("SPRING", wrong, name="n"))),
    ("name", lambda shop, wrong: next(shop.agent.generate_codes("SPRING", 1, name=wrong))),
    ("prefix", lambda shop, wrong: next(shop.agent.generate_codes("SPRING", 1, name="n", prefix=wrong))),
    ("length", lambda shop, wrong: next(shop.agent.generate_codes("SPRING", 1, name="n", length=wrong))),
    ("size", lambda shop, wrong: next(shop.agent.generate_codes("SPRING", 1, name="n", size=wrong))),
    ("codes", lambda shop, wrong: shop.agent.import_codes("SPRING", wrong, name="n")),
    ("name", lambda shop, wrong: shop.agent.import_codes("SPRING", ["A"], name=wrong)),
    ("size", lambda shop, wrong: shop.agent.import_codes("SPRING", ["A"], name="n", size=wrong)),
    ("plans", lambda shop, wrong: shop.agent.source_code_results(wrong)),
    ("plans[0]", lambda shop, wrong: shop.agent.source_code_results([wrong])),
    ("costs", lambda shop, wrong: shop.agent.source_code_results([], wrong or 5)),
    ("costs.MAY", lambda shop, wrong: shop.agent.source_code_results([], {"MAY": wrong})),
    ("unit_price", lambda _shop, wrong: orders.OverridePrice("O", 1, wrong)),
    ("amount", lambda _shop, wrong: orders.OverrideCharge("O", "freight", wrong)),
    ("amount", lambda _shop, wrong: orders.AddCharge("O", "freight", wrong)),
    ("subtotal", lambda _shop, wrong: orders.OverrideTotal("O", wrong)),
    ("quote", lambda _shop, wrong: orders.PlaceOrder(quote=wrong, tenders=())),
]


@pytest.mark.parametrize("wrong", [None, 5.5])
@pytest.mark.parametrize(("path", "call"), CALLS)
def test_an_argument_of_another_type_is_named_with_what_is_accepted(
    shop: Any, path: str, call: Callable[[Any, Any], object], wrong: Any
) -> None:
    """Where None means that nothing is given, 0 stands in its place."""
    with pytest.raises(InvalidValue) as refused:
        call(shop, wrong)
    problem = refused.value.problem
    assert (problem.code, problem.path) == ("value.wrong_type", path)
    assert problem.param("value")
    assert problem.param("accepted")
