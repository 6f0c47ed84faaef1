"""The example notebooks run from top to bottom without a kernel, and what they show can be shown."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest
from tests.kernel.test_html import Page

from servicecore.kernel.explain import Explanation
from servicecore.pricing import PriceDetails, Quote

FOLDER = Path(__file__).parents[2] / "examples" / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


def shown(source: str, names: dict[str, Any]) -> Any:
    """Run a cell as a notebook does: all statements, then the value of the last one where it is an expression."""
    body = ast.parse(source).body
    last = body.pop() if isinstance(body[-1], ast.Expr) else None
    exec(compile(ast.Module(body, []), "cell", "exec"), names)  # noqa: S102 - our own example
    if not isinstance(last, ast.Expr):
        return None
    return eval(compile(ast.Expression(last.value), "cell", "eval"), names)  # noqa: S307 - our own example


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_shows_quotes_as_tables(path: Path) -> None:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    identities = [cell["id"] for cell in notebook["cells"]]
    assert len(set(identities)) == len(identities)
    names: dict[str, Any] = {}
    values = []
    for cell in notebook["cells"]:
        assert cell["cell_type"] in {"markdown", "code"}
        if cell["cell_type"] == "code":
            assert cell["outputs"] == [], "outputs are made by whoever runs it"
            values.append(shown("".join(cell["source"]), names))
    rich = [value for value in values if hasattr(value, "_repr_html_")]
    assert {type(value) for value in rich} == {Quote, Explanation, PriceDetails}
    for value in rich:
        assert Page(value._repr_html_()).summaries


def test_there_is_a_notebook() -> None:
    assert NOTEBOOKS
