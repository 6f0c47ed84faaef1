"""The kinds of call-centre vectors on catalogues: source codes that may be chosen, exchanges, page space (CC 5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from servicecore.catalog.items import Item
from servicecore.kernel.operations import Refusal
from servicecore.pricing import (
    Catalogue,
    CataloguePage,
    ExchangePolicy,
    ExchangeSource,
    PageSpace,
    PriceBook,
    SourceCode,
    analyse_space,
    compile_book,
    selectable_source_codes,
)
from servicecore.testing.vectors.price_desk import ANY_DAY, asked, money
from servicecore.testing.vectors.verdict import Mismatch, NotSupported, VectorCheck, compare

_CATALOGUE: Final = Catalogue("K")
_REFUSED: Final[Mapping[str, str]] = MappingProxyType({"pricing.source_code_inactive": "error:source_code.expired"})


def check_source_code(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare which source codes may be chosen on a day, or which one an exchange carries."""
    given, expected = vector["input"], vector["expected"]
    if "codes" in given:
        codes = tuple(SourceCode(name, "K", _day(first), _day(last)) for name, first, last in given["codes"])
        book = compile_book(PriceBook("vector", "1", catalogues=(_CATALOGUE,), source_codes=codes))
        found = [code.id for code in selectable_source_codes(book, date.fromisoformat(given["on"]))]
        return compare("selectable", expected["selectable"], found)
    if "original" in given:
        return compare("code", expected["code"], [_exchanged(given, case) for case in given["cases"]])
    raise NotSupported(f"source codes with {', '.join(given)}")


def _exchanged(given: Mapping[str, Any], case: Mapping[str, Any]) -> str:
    last = ANY_DAY - timedelta(days=1) if given.get("original_expired") else None
    policy = ExchangePolicy(
        ExchangeSource(case["mode"]), given.get("default", ""), allow_expired=bool(case.get("allow_expired"))
    )
    codes = [SourceCode(given["original"], "K", valid_until=last)]
    codes += [SourceCode(given["default"], "K")] if given.get("default") else []
    answer = asked(
        [Item("A", "A", base_price=money(1))],
        cart={"source_code": given["original"], "exchange": True},
        catalogues=(_CATALOGUE,),
        source_codes=tuple(codes),
        exchanges=policy,
    )
    if isinstance(answer, Refusal):
        code = answer.problems[0].code
        return _REFUSED.get(code, f"error:{code}")
    return answer.cart.source_code


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def check_space(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare what the space of an item costs, and what its sales leave beyond it."""
    given, expected = vector["input"], vector["expected"]
    page = CataloguePage("1", money(given["page_cost"]), (PageSpace("A", given["percent_of_page"]),))
    (result,) = analyse_space([page], {"A": money(given["sales"])}).results
    figures = {"space_cost": result.cost.amount, "contribution": result.contribution.amount}
    return tuple(each for name, value in expected.items() for each in compare(name, Decimal(value), figures.get(name)))


KINDS: Final[Mapping[str, VectorCheck]] = MappingProxyType(
    {"catalog.space": check_space, "source_code": check_source_code}
)
"""The features of call-centre vectors that this module runs."""
