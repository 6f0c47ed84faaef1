"""Run the properties of pricing on a book without pytest's collection, and say what became of each."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

import pytest
from attrs import frozen

from servicecore.pricing import PriceBook
from servicecore.testing.pricing.base import BasePricingProperties
from servicecore.testing.pricing.names import PROPERTIES


class Outcome(Enum):
    """What became of a property: it holds on every cart tried, a cart breaks it, or it was not tested."""

    HOLDS = "holds"
    BROKEN = "broken"
    SKIPPED = "skipped"


@frozen
class PropertyResult:
    """The outcome of one property.

    Attributes:
        number: of the property.
        name: what it says.
        outcome: what became of it.
        message: the finding, or why it was not tested; empty where it holds.

    """

    number: int
    name: str
    outcome: Outcome
    message: str = ""


def run_properties(book: PriceBook, *, max_examples: int = 15) -> Iterator[PropertyResult]:
    """Try every property on ``max_examples`` carts of ``book``, the same ones every time, in the order of numbers.

    An exception of the engine is a finding too.

    Raises:
        NothingToSell: no item of the book can be quoted.

    """
    settings = {"book": book, "max_examples": max_examples, "derandomize": True}
    properties = type("TestBook", (BasePricingProperties,), settings)()
    names = {int(name[5:7]): name for name in dir(properties) if name.startswith("test_")}
    properties.taste  # noqa: B018 - a book that sells nothing is refused here, not 45 times
    for number, name in sorted(PROPERTIES.items()):
        outcome, message = Outcome.HOLDS, ""
        try:
            getattr(properties, names[number])()
        except pytest.skip.Exception as reason:
            outcome, message = Outcome.SKIPPED, str(reason)
        except AssertionError as broken:
            outcome, message = Outcome.BROKEN, str(broken)
        except Exception as error:  # noqa: BLE001 - an engine that fails is a finding
            outcome, message = Outcome.BROKEN, f"{type(error).__name__}: {error}"
        yield PropertyResult(number, name, outcome, message)
