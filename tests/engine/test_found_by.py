"""Every kind says by which names it is found; a search by another name is refused, never answered with nothing."""

from __future__ import annotations

import inspect
import re
from typing import Any

import pytest

from servicecore.engine.service import KINDS
from servicecore.errors import InvalidValue
from servicecore.kernel.operations import AggregateKind


def test_an_index_that_does_not_exist_is_refused_with_those_that_do(shop: Any) -> None:
    order = shop.place()
    assert order in shop.core.find("order", "customer", "C-1")
    with pytest.raises(InvalidValue) as refused:
        shop.core.find("order", "custommer", "C-1")
    problem = refused.value.problem
    assert (problem.code, problem.path) == ("engine.unknown_index", "index")
    assert problem.text() == (
        "index: 'custommer' is no index of order; accepted: bought, canceled, customer, hold, item, payment, "
        "price_match, quote, source_code, status, uncounted"
    )
    assert "kein Index von order" in problem.text("de")
    assert "non è un indice di order" in problem.text("it")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_kind_tells_all_names_that_it_files_by(kind: AggregateKind[Any]) -> None:
    """The names stand as keys in the function that files; what is filed is what may be asked."""
    written = set(re.findall(r'"(\w+)":', inspect.getsource(kind.indexes)))
    assert {*kind.found_by} == written
    assert len(kind.found_by) == len(written) > 0
