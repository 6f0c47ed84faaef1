"""How a check of the kit fails: with the rule that was broken, what was expected and what came."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

T = TypeVar("T")
E = TypeVar("E", bound=Exception)

_MOST_PAGES: Final = 100


def expect(got: Any, wanted: Any, rule: str) -> None:
    """Fail with ``rule`` where ``got`` is not equal to ``wanted``."""
    if got != wanted:
        raise AssertionError(f"{rule}\n  expected: {wanted!r}\n  got:      {got!r}")


def all_pages(fetch: Callable[[tuple[T, ...]], tuple[T, ...]], limit: int) -> tuple[T, ...]:
    """Return what ``fetch`` gives, called with what it gave so far, until it gives nothing.

    Fails where a page is longer than ``limit``, or where there is no end.
    """
    found: tuple[T, ...] = ()
    for _ in range(_MOST_PAGES):
        page = fetch(found)
        if not page:
            return found
        expect(len(page) <= limit, True, f"a page is no longer than its limit, {limit}")
        found += page
    raise AssertionError(f"the pages have no end: {found[:5]!r} ...")


def expect_raised(error: type[E], call: Callable[[], object], rule: str) -> E:
    """Fail with ``rule`` where ``call`` does not raise ``error``; return what it raised."""
    try:
        got = call()
    except error as raised:
        return raised
    raise AssertionError(f"{rule}\n  expected: {error.__name__}\n  got:      {got!r}")
