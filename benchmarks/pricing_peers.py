"""How long the engines that a user would pick instead take for the offers of a cart, beside a whole quote of ours.

Carts of 10 and 100 lines, 5 offers match, N exist. django-oscar applies its offers with everything in memory: lines,
ranges and offers are objects that were never saved and whose ranges are sets, so that it asks no database; it looks
at no price list and at no tax. The rule engine decides which offers match, by one parsed rule an offer and line, and
computes nothing. What is compared is timed in turns, in one run; ratios are medians of the turns. The floor is that
of `pricing.py`.
"""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from types import SimpleNamespace
from typing import Any

import django
import oscar
import rule_engine
from django.conf import settings
from oscar import defaults

from pricing import MATCHING, book, cart, floor_inputs, floor_quote, in_turns, quoted, ratio
from servicecore.pricing import compile_book

SIZES = (10, 100)
OFFERS = (10, 100, 1_000)


def start_oscar() -> None:
    """Give django-oscar the settings that it needs to be loaded, with a database that nothing asks."""
    given = {name: getattr(defaults, name) for name in dir(defaults) if name.startswith("OSCAR_")}
    settings.configure(
        **{**given, "OSCAR_DEFAULT_CURRENCY": "EUR"},
        INSTALLED_APPS=oscar.INSTALLED_APPS,
        DATABASES={"default": {"ENGINE": "django.db.backends.dummy"}},
        HAYSTACK_CONNECTIONS={"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}},
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        SITE_ID=1,
        USE_TZ=True,
    )
    django.setup()


def oscar_offers(count: int) -> list[Any]:
    """Return ``count`` percentage offers on one product each, of which the first ``MATCHING`` touch the carts."""
    from oscar.apps.offer.models import Benefit, Condition, ConditionalOffer, Range

    ranges: dict[int, Any] = {}
    # Each use of an offer makes its proxies anew, and they would ask the database for their range each time.
    Condition.range = Benefit.range = property(lambda part: ranges[part.range_id])
    offers = []
    for number in range(count):
        products = {number if number < MATCHING else 1_000_000 + number}
        ranges[number] = goods = Range(id=number, name=str(number))
        # The one question that an offer asks a range; a set answers where a query would.
        goods.contains_product = lambda product, ids=products: product.id in ids
        # As they come from the database: of the base classes, which find their proxy class at each use.
        condition = Condition(type="Count", value=1, range_id=number)
        benefit = Benefit(type="Percentage", value=Decimal(number % 50 + 1), range_id=number)
        offers.append(ConditionalOffer(id=number + 1, name=str(number), condition=condition, benefit=benefit))
    return offers


def oscar_basket(lines: int) -> Any:
    """Return a basket with the lines of ``cart``, priced already."""
    from oscar.apps.basket.models import Basket, Line
    from oscar.apps.catalogue.models import Product
    from oscar.apps.partner.models import StockRecord
    from oscar.apps.partner.prices import FixedPrice

    basket = Basket(id=1)
    product_class = SimpleNamespace(track_stock=False)
    held = []
    for number in range(lines):
        product = Product(id=number, title=f"Item {number}", is_discountable=True)
        product.__dict__["product_class"] = product_class
        line = Line(basket=basket, product=product, stockrecord=StockRecord(id=number + 1), quantity=1 + number % 60)
        price = FixedPrice("EUR", Decimal(1000 + number) / 100, Decimal(0))
        line._info = SimpleNamespace(price=price)  # noqa: SLF001 - where it keeps a price that it looked up
        held.append(line)
    basket._lines = held  # noqa: SLF001 - where it keeps lines that it loaded
    return basket


def apply_in_oscar(basket: Any, offers: list[Any]) -> None:
    """Apply ``offers`` to ``basket`` afresh."""
    from oscar.apps.offer.applicator import Applicator

    for line in basket.all_lines():
        line.clear_discount()
    Applicator().apply_offers(basket, offers)


def match_in_rule_engine(rules: list[Any], lines: list[dict[str, Any]]) -> int:
    """Return how many pairs of rule and line match."""
    return sum(rule.matches(line) for line in lines for rule in rules)


def main() -> None:
    """Print every figure."""
    start_oscar()
    items, prices, offers_by_item = floor_inputs()
    for count in OFFERS:
        compiled, offers = compile_book(book(count)), oscar_offers(count)
        rules = [rule_engine.Rule(f"item == 'I{n if n < MATCHING else 1_000_000 + n}'") for n in range(count)]
        for size in SIZES:
            wanted, basket = cart(size), oscar_basket(size)
            raw = [(f"I{n}", 1 + n % 60) for n in range(size)]
            facts = [{"item": item, "quantity": quantity} for item, quantity in raw]
            tax = quoted(compiled, wanted, None)
            apply_in_oscar(basket, offers)
            assert sum(line.discount_value > 0 for line in basket.all_lines()) == MATCHING
            assert match_in_rule_engine(rules, facts) == MATCHING
            turns = in_turns(
                partial(quoted, compiled, wanted, tax),
                partial(floor_quote, items, prices, offers_by_item, raw),
                partial(apply_in_oscar, basket, offers),
                partial(match_in_rule_engine, rules, facts),
            )
            print(
                f"{size} lines, {count} offers: a quote {ratio(turns, 0, 1):.1f} x the floor, "
                f"django-oscar {ratio(turns, 2, 0):,.0f} x a quote, rule-engine {ratio(turns, 3, 0):,.0f} x a quote"
            )


if __name__ == "__main__":
    main()
