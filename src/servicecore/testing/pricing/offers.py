"""Strategies for offers and their parts."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from hypothesis import strategies as st

from servicecore.pricing import (
    AmountOff,
    CartContains,
    Counted,
    Exclusivity,
    InChannel,
    InCustomerGroup,
    Offer,
    PercentOff,
    QuantityBetween,
    SetPrice,
    Spread,
    Target,
    ValueAtLeast,
)
from servicecore.testing.pricing.amounts import amounts, percents

_EXCLUSIVE: Final = (Exclusivity.NO, Exclusivity.LINE, Exclusivity.CART)


def benefits(currency: str = "EUR") -> st.SearchStrategy[Any]:
    """Return benefits of every kind, of lines and of the order."""
    return st.one_of(line_benefits(currency), order_benefits(currency))


def line_benefits(currency: str = "EUR") -> st.SearchStrategy[Any]:
    """Return benefits that look at one line at a time."""
    return st.one_of(
        st.builds(PercentOff, percents()),
        st.builds(
            AmountOff,
            amounts(currency, least=1, most=2_000),
            spread=st.sampled_from((Spread.EACH_UNIT, Spread.EACH_LINE)),
        ),
        st.builds(SetPrice, amounts(currency)),
    )


def order_benefits(currency: str = "EUR") -> st.SearchStrategy[Any]:
    """Return benefits that are split over the lines."""
    return st.one_of(
        st.builds(PercentOff, percents(), on_order=st.just(True)),
        st.builds(AmountOff, amounts(currency, least=1, most=20_000), on_order=st.just(True)),
    )


def targets(items: Sequence[str], categories: Sequence[str] = ()) -> st.SearchStrategy[Target]:
    """Return targets: everything, some items, a category, everything but an item."""
    some = st.lists(st.sampled_from(list(items)), min_size=1, max_size=2, unique=True).map(tuple)
    ways = [st.just(Target()), some.map(Target), some.map(lambda each: Target(excluded_items=each))]
    if categories:
        ways.append(st.sampled_from(list(categories)).map(lambda each: Target(categories=(each,))))
    return st.one_of(ways)


def conditions(
    items: Sequence[str],
    channels: Sequence[str] = ("online",),
    groups: Sequence[str] = ("trade",),
    currency: str = "EUR",
) -> st.SearchStrategy[Any]:
    """Return conditions of every simple kind."""
    quantity = st.integers(1, 6).map(Decimal)
    return st.one_of(
        st.builds(QuantityBetween, quantity, counted=st.sampled_from(Counted)),
        st.builds(ValueAtLeast, amounts(currency, most=20_000), strict=st.booleans()),
        st.sampled_from(list(channels)).map(lambda each: InChannel((each,))),
        st.sampled_from(list(groups)).map(lambda each: InCustomerGroup((each,))),
        st.builds(CartContains, targets(items), quantity),
    )


@st.composite
def offers(
    draw: st.DrawFn,
    items: Sequence[str],
    *,
    categories: Sequence[str] = (),
    currency: str = "EUR",
    id: str = "offer",  # noqa: A002 - the field's own name
    benefit: st.SearchStrategy[Any] | None = None,
    exclusive: bool = True,
) -> Offer:
    """Draw an offer about ``items``; without ``exclusive`` it always stands beside others."""
    return Offer(
        id,
        draw(benefit or benefits(currency)),
        target=draw(targets(items, categories)),
        conditions=draw(st.lists(conditions(items, currency=currency), max_size=2).map(tuple)),
        priority=draw(st.integers(0, 2)),
        exclusive=draw(st.sampled_from((Exclusivity.NO, Exclusivity.LINE, Exclusivity.CART)))
        if exclusive
        else Exclusivity.NO,
        applies_to_discounted=draw(st.booleans()) if exclusive else True,
    )
