"""Lint a price book: every finding is a problem with its place; none of them stops a quote."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from servicecore.kernel.problems import Problem
from servicecore.pricing.book import PriceBook
from servicecore.pricing.lint.ambiguous_rows import ambiguous_rows
from servicecore.pricing.lint.amounts_without_currency import amounts_without_currency
from servicecore.pricing.lint.below_cost import sets_below_cost
from servicecore.pricing.lint.dead_rows import dead_rows
from servicecore.pricing.lint.endless_repeats import endless_repeats
from servicecore.pricing.lint.equal_offers import equal_offers
from servicecore.pricing.lint.falling_tiers import falling_coupon_tiers, falling_tiers
from servicecore.pricing.lint.impossible_offers import impossible_offers
from servicecore.pricing.lint.lowest_prices_above import lowest_prices_above
from servicecore.pricing.lint.quantity_breaks import rising_breaks
from servicecore.pricing.lint.selections import idle_settings, never_chosen
from servicecore.pricing.lint.tiny_percentages import tiny_percentages
from servicecore.pricing.lint.unknown_names import unknown_names
from servicecore.pricing.lint.unpriced_items import unpriced_items
from servicecore.pricing.lint.unreachable_offers import unreachable_offers
from servicecore.pricing.lint.unselective_offers import unselective_offers
from servicecore.pricing.lint.unsold_currencies import unsold_currencies
from servicecore.pricing.lint.useless_coupons import useless_coupons


def lint_book(book: PriceBook) -> tuple[Problem, ...]:
    """Return what looks wrong in a book that compiles, in the order of its parts.

    Problem codes: ``lint.item_without_price``, ``lint.unknown_item``, ``lint.unknown_category``,
    ``lint.unknown_offer``, ``lint.unit_without_conversion``, ``lint.cost_missing``, ``lint.rows_ambiguous``,
    ``lint.break_rises``, ``lint.tier_falls``, ``lint.coupon_tier_falls``, ``lint.percent_tiny``,
    ``lint.lowest_price_above``, ``lint.amount_without_currency``, ``lint.currency_unsold``, ``lint.offer_twice``,
    ``lint.offer_unreachable``, ``lint.offer_impossible``, ``lint.offer_unselective``, ``lint.repeat_unbounded``,
    ``lint.setting_idle``, ``lint.lane_unnamed``, ``lint.below_cost``, ``lint.coupon_useless``.
    """
    parts: tuple[Iterator[Problem], ...] = (
        unpriced_items(book),
        unknown_names(book),
        dead_rows(book),
        ambiguous_rows(book),
        rising_breaks(book),
        falling_tiers(book),
        falling_coupon_tiers(book),
        tiny_percentages(book),
        lowest_prices_above(book),
        amounts_without_currency(book),
        unsold_currencies(book),
        equal_offers(book),
        unreachable_offers(book),
        never_chosen(book),
        impossible_offers(book),
        unselective_offers(book),
        endless_repeats(book),
        idle_settings(book),
        sets_below_cost(book),
        useless_coupons(book),
    )
    return tuple(chain.from_iterable(parts))
