"""Every Python block of the README and of the documentation runs, in order, and prints what the page says."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_does_what_it_says(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page's blocks share one namespace; files that they write go into a folder of their own."""
    monkeypatch.chdir(tmp_path)
    sybil = Sybil(parsers=[PythonCodeBlockParser(doctest_optionflags=FLAGS)])
    document = sybil.parse(page)
    for example in document.examples():
        example.evaluate()


def test_the_newcomers_pages_have_examples() -> None:
    """The README and the tutorial are not prose alone."""
    for page in (ROOT / "README.md", ROOT / "docs" / "tutorial" / "first-order.md"):
        assert page.read_text(encoding="utf-8").count("```python") >= 2
