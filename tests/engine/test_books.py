"""Price books: kept in the store, compiled once, and never replaced by one that contradicts itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from servicecore.catalog import Item
from servicecore.engine import ServiceCore
from servicecore.errors import InvalidValue, NotFound, Refused
from servicecore.kernel.money import Money
from servicecore.pricing import MarginPolicy
from servicecore.storage.memory import MemoryStore
from servicecore.storage.sql.sqlite_unit import View


def test_without_a_book_there_is_nothing_to_quote_from() -> None:
    with ServiceCore.open("memory:", autoload=False) as core, pytest.raises(NotFound, match="no price book"):
        core.book()


def test_a_new_book_is_priced_with_from_now_on(shop: Any, book_with: Any) -> None:
    dearer = evolve(book_with("2"), items=(Item("tea", "Green tea", base_price=Money("5.00", "EUR")),))
    assert str(shop.agent.quote(shop.cart(2)).total) == "9.00 EUR"
    shop.core.use_book(dearer)
    assert str(shop.agent.quote(shop.cart(2)).total) == "10.00 EUR"


def test_the_same_book_again_changes_nothing_and_is_compiled_once(shop: Any, book_with: Any) -> None:
    books = shop.core.runtime.books
    assert books.put(book_with()) is False
    assert books.put(book_with("2")) is True
    assert books.current() is books.current()


def test_a_book_that_contradicts_itself_is_refused_and_the_old_one_stays(shop: Any, book_with: Any) -> None:
    twice = evolve(book_with("2"), items=(*book_with().items, *book_with().items))
    with pytest.raises(Refused) as caught:
        shop.core.use_book(twice)
    assert caught.value.problems[0].param("value")
    assert shop.core.book().book.version == "1"
    assert str(shop.agent.quote(shop.cart(1)).total) == "4.50 EUR"


def test_another_process_on_the_same_store_prices_with_the_new_book(book_with: Any) -> None:
    store = MemoryStore()
    with (
        ServiceCore.open(store, book=book_with(), autoload=False) as one,
        ServiceCore.open(store, autoload=False) as two,
    ):
        assert two.book().book.version == "1"
        one.use_book(book_with("2"))
        assert two.book().book.version == "2"


def test_quotes_read_the_text_of_a_book_once_and_again_when_another_process_changed_it(
    book_with: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However large the book is: a quote asks SQLite how often another book came into force."""
    read: list[str] = []
    get = View.get

    def counted(view: View, key: str) -> str | None:
        read.append(key)
        return get(view, key)

    url = f"sqlite:///{tmp_path / 'shop.db'}"
    with ServiceCore.open(url, book=book_with(), autoload=False) as one, ServiceCore.open(url, autoload=False) as two:
        monkeypatch.setattr(View, "get", counted)
        for version in ("2", "3", "2"):
            one.use_book(book_with(version))
            read.clear()
            assert [two.book().book.version for _quote in range(5)] == [version] * 5
            assert [one.book().book.version for _quote in range(5)] == [version] * 5
            assert read.count("price-book") == 1


def test_a_quote_is_replayed_with_the_book_that_it_names_whatever_is_in_force_now(shop: Any, book_with: Any) -> None:
    """F02: the price is 5.00 now, the quote of yesterday is made once more at 4.50; an unknown book is not found."""
    quote = shop.agent.quote(shop.cart(2))
    dearer = evolve(book_with("2"), items=(Item("tea", "Green tea", base_price=Money("5.00", "EUR")),))
    shop.core.use_book(dearer)
    assert str(shop.agent.quote(shop.cart(2)).total) == "10.00 EUR"
    assert shop.agent.replay_quote(quote) == quote
    with pytest.raises(NotFound, match="no price book 'shop@9'"):
        shop.agent.replay_quote(evolve(quote, book="shop@9"))


def test_a_kept_book_with_a_negative_band_is_refused_by_its_field_until_a_right_one_takes_its_place(
    book_with: Any,
) -> None:
    """An earlier release took such a band: nothing is priced with it, and nothing else of the store is lost."""
    store = MemoryStore()
    good = evolve(book_with(), margin=MarginPolicy(40, 20))
    with ServiceCore.open(store, book=good, autoload=False), store.transaction() as transaction:
        text = transaction.get("price-book") or ""
        negative = text.replace('"questionable_percent":"20"', '"questionable_percent":"-20"')
        assert negative != text
        transaction.put("price-book", negative)
        transaction.add("price-book-changes", 1)
    with ServiceCore.open(store, autoload=False) as core:
        with pytest.raises(InvalidValue) as refused:
            core.book()
        problem = refused.value.problem
        assert (problem.code, problem.path) == ("config.negative_percent", "margin.questionable_percent")
        core.use_book(evolve(good, version="2"))
        assert core.book().book.version == "2"
