"""The properties of pricing as a class of tests: subclass it, name your book, and run pytest."""

from __future__ import annotations

from servicecore.testing.pricing.properties.arithmetic import ArithmeticProperties
from servicecore.testing.pricing.properties.best import BestPriceProperties
from servicecore.testing.pricing.properties.bounds import BoundProperties
from servicecore.testing.pricing.properties.by_hand import ByHandProperties
from servicecore.testing.pricing.properties.price_rows import PriceRowProperties
from servicecore.testing.pricing.properties.quantities import QuantityProperties
from servicecore.testing.pricing.properties.relevance import RelevanceProperties
from servicecore.testing.pricing.properties.sameness import SamenessProperties
from servicecore.testing.pricing.properties.sums import SumProperties
from servicecore.testing.pricing.properties.uses import UseProperties


class BasePricingProperties(
    SumProperties,
    BoundProperties,
    ByHandProperties,
    SamenessProperties,
    RelevanceProperties,
    ArithmeticProperties,
    BestPriceProperties,
    QuantityProperties,
    PriceRowProperties,
    UseProperties,
):
    """The 45 properties of pricing, each a test of a price book.

    ```
    class TestOurBook(BasePricingProperties):
        book = load_price_book("prices.yaml")
    ```

    Each test draws carts with a taste for the book (its items, codes, groups and channels, its quantity breaks and
    their neighbours, the first and last instants of its validities) and raises ``PropertyBroken`` on the smallest
    cart that breaks the property, with the explanations side by side. The settings are class attributes, listed in
    ``PricingProbe``.
    """
