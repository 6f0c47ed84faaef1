"""The price books: the one in force, kept and compiled once, and those before it, for the replay of quotes."""

from __future__ import annotations

from threading import Lock
from typing import Final

from servicecore.errors import InvalidValue, NotFound, Refused
from servicecore.kernel.checked_fields import must_be
from servicecore.pricing.book import PriceBook
from servicecore.pricing.compile import compile_book
from servicecore.pricing.compiled_book import CompiledBook
from servicecore.storage.codec import JsonCodec
from servicecore.storage.hooks import MISSING_PART
from servicecore.storage.ports import Store

_KEY: Final = "price-book"
_CHANGES: Final = "price-book-changes"
"""Counts how often another book came into force, so that a quote has no need to read the book to know it."""


class Books:
    """The price book of a store; safe to share between threads."""

    def __init__(self, store: Store, codec: JsonCodec) -> None:
        self._store = store
        self._codec = codec
        self._lock = Lock()
        self._compiled: tuple[int, CompiledBook] | None = None

    def current(self) -> CompiledBook:
        """Return the book in force, compiled; compiled anew only where another process put another in force.

        Raises:
            NotFound: none was ever put in force.
            Refused: ``storage.missing_plugin_part``: it names a part of a plugin that is not loaded.

        """
        found = self.find()
        if found is None:
            raise NotFound("no price book is in force", hint="give one to ServiceCore.open, or import one")
        return found

    def find(self) -> CompiledBook | None:
        """Return the same, or None where none was ever put in force."""
        with self._store.reading() as reader:
            changes = reader.counter(_CHANGES)
            known = self._compiled
            if known is not None and known[0] == changes:
                return known[1]
            text = reader.get(_KEY)
        if text is None:
            return None
        with self._lock:
            if self._compiled is None or self._compiled[0] != changes:
                self._compiled = (changes, compile_book(self._read(text)))
            return self._compiled[1]

    def version(self, version: str) -> CompiledBook:
        """Return the book that was in force under ``version`` (``shop@1``), compiled, for the replay of a quote.

        Raises:
            NotFound: none was ever put in force under it.

        """
        current = self.current()
        if current.version == version:
            return current
        with self._store.reading() as reader:
            text = reader.get(_kept_as(version))
        if text is None:
            raise NotFound(f"no price book {version!r} was kept", hint="a quote is replayed with the book it names")
        return compile_book(self._read(text))

    def put(self, book: PriceBook) -> bool:
        """Put ``book`` in force and return whether it differs from the one before.

        Raises:
            Refused: the book contradicts itself, or names a part of a plugin that is not loaded; the one before stays
                in force.
            InvalidValue: ``value.wrong_type``: it is no price book.

        """
        must_be(book, PriceBook, "book")
        try:
            compiled = compile_book(book)
            text = self._codec.encode(book)
        except InvalidValue as error:
            raise Refused((error.problem,)) from error
        with self._store.transaction() as transaction:
            before = transaction.get(_KEY)
            if before != text:
                transaction.put(_KEY, text)
                transaction.put(_kept_as(compiled.version), text)
                transaction.add(_CHANGES, 1)
            changes = transaction.counter(_CHANGES)
        with self._lock:
            self._compiled = (changes, compiled)
        return before != text

    def _read(self, text: str) -> PriceBook:
        try:
            return self._codec.decode(PriceBook, text)
        except InvalidValue as error:
            if error.problem.code == MISSING_PART.code:
                raise Refused((error.problem,)) from error
            raise


def _kept_as(version: str) -> str:
    """Return the key under which a book stays after another one took its place."""
    return f"{_KEY}:{version}"
