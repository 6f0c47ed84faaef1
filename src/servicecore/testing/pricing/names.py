"""The 45 properties of pricing by their numbers: what each is called and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

PROPERTIES: Final[Mapping[int, str]] = MappingProxyType(
    {
        1: "allocation conserves: the parts of an amount sum to it, over lines and over units",
        2: "totals conserve: items less discounts plus charges plus exclusive tax are the total",
        3: "explain sums to total: replaying the steps gives every figure exactly",
        4: "non-negativity: no price, line, charge or total is below 0",
        5: "floor respected: no price set by hand is below its floor without an approval",
        6: "never above original: offers and coupons raise no price",
        7: "line order independence: permuting the lines permutes the quote",
        8: "offer order independence: where offers stand in the book changes nothing",
        9: "idempotence: quoting the cart of a quote gives the quote again",
        10: "determinism: the same question has the same answer, byte by byte",
        11: "purity: quoting changes neither cart nor book nor usage",
        12: "irrelevance of inactive offers: offers that cannot apply change nothing, nor the explanation",
        13: "currency isolation: an amount in one currency never changes a cart in another",
        14: "scale: all amounts times ten give a quote times ten",
        15: "best price >= each single offer: no offer alone takes more off",
        16: "best price monotone in offers: one more offer never lowers the discount",
        17: "best price = oracle: no way to apply the offers takes more off",
        18: "exclusive feasibility: what an exclusive offer holds, no other offer touches",
        19: "quantity-break monotonicity: more units never cost more each",
        20: "graduated prices: their total is continuous and never falls",
        21: "line split invariance: one line or two of the same item, the same totals",
        22: "line merge invariance: two lines of the same item or one, the same totals",
        23: "quantity homogeneity: n copies of a cart cost at most n times one",
        24: "threshold strictness: the minimum itself counts, one minor unit below it never",
        25: "validity window: active from its first instant, inactive from the instant after its last",
        26: "price specificity: rows that do not match change nothing, of those that match the right one counts",
        27: "price list fallback: without the winning row the next best one counts, never no price",
        28: "percent bounds: 0 percent is nothing, 100 percent is everything, exactly",
        29: "compounding: percentages on what is left commute and multiply",
        30: "order-level equals split: tax on the lines of a split discount is the order's tax",
        31: "tax mode: a percentage off gross prices is the same percentage off net ones",
        32: "ledger safety: no interleaving uses a coupon more often than its limit",
        33: "round trip: giving a use back restores the counters, and the same key counts once",
        34: "budget running total: one quote never grants more than the budget has left",
        35: "per-customer limit: spelling, blanks and parallel carts do not pass it",
        36: "stable refusals: a refused code has one reason and is named once",
        37: "returns: refunds of all units sum to what was paid, in any order",
        38: "removal: adding a line or code and removing it gives the first quote again",
        39: "override dominance: a price set by hand is the base or untouchable, as the policy says",
        40: "margin alert completeness: an alert is raised exactly where the margin is below the bands",
        41: "price match: never below the floor without an approval on record",
        42: "zero: prices of 0, quantities of 0 and empty carts are answered, never divided by",
        43: "serialisation: a quote survives as JSON, and the order of rules in storage is irrelevant",
        44: "cost: what a quote looks at depends on the offers that match, not on how many exist",
        45: "anytime bound: an optimum that is cut short is feasible and states its gap",
    }
)
"""The properties; numbers and names are part of the compatibility promise."""
