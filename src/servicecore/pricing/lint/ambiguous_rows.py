"""Rows that name equally much and match together, with different prices: nothing that the author wrote decides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import Final

from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.book import PriceBook
from servicecore.pricing.lint.rows import PlacedRow, can_match_together, rows_by_item, states_alike
from servicecore.pricing.price_lists import PriceMode

ROWS_AMBIGUOUS: Final = ProblemKind(
    "lint.rows_ambiguous",
    en="{item} costs {value} here and {other} at {place}, for the same customers, days and quantities; "
    "accepted: {accepted}",
    it="{item} costa {value} qui e {other} in {place}, per gli stessi clienti, giorni e quantità; "
    "valori ammessi: {accepted}",
    de="{item} kostet hier {value} und bei {place} {other}, für dieselben Kunden, Tage und Mengen; "
    "zulässig: {accepted}",
)


def ambiguous_rows(book: PriceBook) -> Iterator[Problem]:
    """Return pairs of rows of `most_specific` lists between which only the lower price decides, each pair once."""
    seen: set[tuple[str, str]] = set()
    for _number, item, rows in rows_by_item(book):
        alike: dict[tuple[object, ...], list[PlacedRow]] = defaultdict(list)
        for each in rows:
            if each.price_list.mode is PriceMode.MOST_SPECIFIC:
                alike[each.specificity].append(each)
        for group in alike.values():
            for one, other in combinations(group, 2):
                pair = (one.path, other.path)
                if pair not in seen and _compete(one, other, book):
                    seen.add(pair)
                    value, rival = one.row.amount or one.row.formula, other.row.amount or other.row.formula
                    accepted = "one price, or a row that names more or begins later"
                    yield ROWS_AMBIGUOUS.at(
                        other.path,
                        item=item.id,
                        value=_text(rival),
                        other=_text(value),
                        place=one.path,
                        accepted=accepted,
                    )


def _compete(one: PlacedRow, other: PlacedRow, book: PriceBook) -> bool:
    same_group = one.row.customer_group == other.row.customer_group
    differ = (one.row.amount, one.row.formula) != (other.row.amount, other.row.formula)
    differ = differ or not states_alike(one.row, other.row, book)
    return one.shares_pool(other) and same_group and differ and can_match_together(one.row, other.row)


def _text(price: object) -> str:
    return getattr(price, "text", None) or str(price)
