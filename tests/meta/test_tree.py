"""The tree keeps its manners: small files, names that say what they are, tests where the code is."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
FORBIDDEN = {"utils", "util", "helpers", "helper", "manager", "misc", "common"}


def test_there_are_sources() -> None:
    assert len(SOURCES) > 50


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_has_at_most_600_lines(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= 600, f"{path.name} has {lines} lines: split it by its nouns"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_is_called_by_what_it_is_not(path: Path) -> None:
    assert path.stem not in FORBIDDEN


@pytest.mark.parametrize("path", [each for each in SOURCES if each.name == "__init__.py"], ids=str)
def test_an_init_only_re_exports(path: Path) -> None:
    """Docstring, imports, and a sorted ``__all__``; the front door's lazy loading is the one exception."""
    if path.parent.name == "servicecore":
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in tree.body:
        is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        is_all = isinstance(node, ast.Assign | ast.AnnAssign) and "__all__" in ast.unparse(node)
        assert is_text or is_all or isinstance(node, ast.Import | ast.ImportFrom), ast.unparse(node)[:80]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_says_what_it_is(path: Path) -> None:
    """Every module with code in it begins with a docstring of one sentence."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if tree.body:
        assert ast.get_docstring(tree), f"{path} has no docstring"
