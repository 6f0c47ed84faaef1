"""The reference pages are what the code says: nothing public is undocumented, nothing documented is gone."""

from __future__ import annotations

import importlib.util
import inspect
from pathlib import Path
from types import ModuleType

import attrs
import pytest

from servicecore.engine import KINDS

DOCS = Path(__file__).parents[2] / "docs"


def _pages() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reference_pages", DOCS / "reference_pages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PAGES = _pages()


@pytest.mark.parametrize("name", sorted(PAGES.PAGES))
def test_a_page_is_what_the_code_says(name: str) -> None:
    """`python docs/reference_pages.py` writes the page anew."""
    written = (PAGES.FOLDER / name).read_text(encoding="utf-8")
    assert written == PAGES._NOTICE + PAGES.PAGES[name]()


def test_every_command_field_is_explained() -> None:
    """The docstring of a command names each of its fields under ``Attributes``."""
    missing = [
        f"{operation.name}.{field.name}"
        for kind in KINDS
        for operation in kind.operations
        for field in attrs.fields(operation.command)
        if field.name not in PAGES._described(operation.command)
    ]
    assert missing == []


def test_every_field_of_a_price_book_file_is_explained() -> None:
    """Whoever writes a file finds each field's sentence, and the parts that it can hold."""
    page = PAGES.price_book_page()
    bare = [line for line in page.splitlines() if line.startswith("| `") and line.endswith("|  |")]
    assert bare == []
    for part in ("PriceBook", "Offer", "BuyGet", "NthOrder", "Combination", "Selection", "OfferLimits", "CouponTier"):
        assert f"## `{part}`" in page
    assert "- `percent`: `value.not_accepted`; accepted: 0 to 100" in page


def test_every_public_name_has_a_docstring() -> None:
    """A class or function that a package re-exports says in one sentence what it does."""
    missing = [
        f"{module.__name__}.{name}"
        for module in PAGES.modules()
        if hasattr(module, "__path__")
        for name in getattr(module, "__all__", ())
        if (inspect.isclass(getattr(module, name)) or inspect.isfunction(getattr(module, name)))
        and not inspect.getdoc(getattr(module, name))
    ]
    assert missing == []


def test_problem_codes_are_unique_and_name_value_and_accepted() -> None:
    """One code, one sentence; each sentence in three languages with the same parameters."""
    import string

    from servicecore.kernel.problems import ProblemKind

    seen: dict[str, ProblemKind] = {}
    for module in PAGES.modules():
        for value in vars(module).values():
            if isinstance(value, ProblemKind):
                assert seen.setdefault(value.code, value) == value, f"{value.code} is defined twice"
    for kind in seen.values():
        names = [{part[1] for part in string.Formatter().parse(text)} - {None} for text in (kind.en, kind.it, kind.de)]
        assert names[0] >= names[1], kind.code
        assert names[0] >= names[2], kind.code
        assert len({kind.en, kind.it, kind.de}) == 3, kind.code
