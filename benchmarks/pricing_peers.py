"""How long the engines that a user would pick instead take for the offers of a cart, beside a whole quote of ours.

Carts of 10 and 100 lines, 5 offers match, N exist. What `Applicator.apply_offers` of django-oscar takes is measured
twice. Both times its offers are those of `Applicator.get_site_offers`, loaded beforehand with their conditions and
benefits, the basket's lines are priced already, and `Range.contains_product` answers from a set, where a query would:

- as it stands: each use of an offer makes the proxies of its condition and benefit anew, which lose the range that was
  loaded and get it again from the database, here SQLite in memory;
- spared every query: the ranges too are handed to the proxies from a dictionary, which takes a change of its classes.

Neither looks at a price list, a tax or an explanation. The rule engine decides which offers match, by one parsed rule
an offer and line, and computes nothing. What is compared is timed in turns, in one run; ratios are medians of the
turns. The floor is that of `pricing.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from functools import partial
from types import SimpleNamespace
from typing import Any

import django
import oscar
import rule_engine
from django.conf import settings
from django.core.management import call_command
from oscar import defaults

from pricing import MATCHING, book, cart, floor_inputs, floor_quote, in_turns, quoted, ratio
from servicecore.pricing import compile_book

SIZES = (10, 100)
OFFERS = (10, 100, 1_000)


class _NoMigrations(dict[str, str]):
    """Tells Django to make the tables as the models say."""

    def __contains__(self, key: object) -> bool:
        return True

    def __getitem__(self, key: str) -> Any:
        return None


def start_oscar() -> None:
    """Give django-oscar the settings that it needs to be loaded, with its tables in SQLite in memory."""
    given = {name: getattr(defaults, name) for name in dir(defaults) if name.startswith("OSCAR_")}
    own = ("django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sites")
    settings.configure(
        **{**given, "OSCAR_DEFAULT_CURRENCY": "EUR"},
        INSTALLED_APPS=[*own, *(each for each in oscar.INSTALLED_APPS if each not in own)],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        MIGRATION_MODULES=_NoMigrations(),
        HAYSTACK_CONNECTIONS={"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}},
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        SITE_ID=1,
        USE_TZ=True,
    )
    django.setup()
    call_command("migrate", run_syncdb=True, verbosity=0)


def oscar_offers(count: int) -> list[Any]:
    """Store ``count`` percentage offers on one product each, and return them as django-oscar loads them.

    The first ``MATCHING`` touch the carts. The ranges answer from memory.
    """
    from oscar.apps.offer.applicator import Applicator
    from oscar.apps.offer.models import Benefit, Condition, ConditionalOffer, Range

    ConditionalOffer.objects.all().delete()
    Range.objects.all().delete()
    contents: dict[int, set[int]] = {}
    for number in range(count):
        goods = Range.objects.create(name=f"range {number}", slug=f"range-{number}")
        contents[goods.id] = {number if number < MATCHING else 1_000_000 + number}
        condition = Condition.objects.create(type="Count", value=1, range=goods)
        benefit = Benefit.objects.create(type="Percentage", value=Decimal(number % 50 + 1), range=goods)
        ConditionalOffer.objects.create(
            name=f"offer {number}", slug=f"offer-{number}", condition=condition, benefit=benefit
        )
    Range.contains_product = lambda goods, product: product.id in contents[goods.id]
    return list(Applicator().get_site_offers())


@contextmanager
def spared_queries() -> Iterator[None]:
    """Hand the ranges to conditions and benefits from a dictionary for a while, where they would ask the database."""
    from oscar.apps.offer.models import Benefit, Condition, Range

    ranges = {each.id: each for each in Range.objects.all()}
    kept = Condition.range, Benefit.range
    Condition.range = Benefit.range = property(lambda part: ranges[part.range_id])
    try:
        yield
    finally:
        Condition.range, Benefit.range = kept


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
            actions = (
                partial(quoted, compiled, wanted, tax),
                partial(floor_quote, items, prices, offers_by_item, raw),
                partial(apply_in_oscar, basket, offers),
                partial(match_in_rule_engine, rules, facts),
            )
            turns = in_turns(*actions)
            with spared_queries():
                apply_in_oscar(basket, offers)
                assert sum(line.discount_value > 0 for line in basket.all_lines()) == MATCHING
                spared = in_turns(*actions[:3])
            print(
                f"{size} lines, {count} offers: a quote {ratio(turns, 0, 1):.1f} x the floor, "
                f"django-oscar {ratio(turns, 2, 0):,.0f} x a quote, spared every query {ratio(spared, 2, 0):,.0f} x, "
                f"rule-engine {ratio(turns, 3, 0):,.0f} x a quote"
            )


if __name__ == "__main__":
    main()
