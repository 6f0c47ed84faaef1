"""``servicecore quote``: price a cart from a file."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from servicecore.boundary import Reader
from servicecore.cli import options
from servicecore.cli.answers import answers, console, print_json
from servicecore.cli.files import read_book, read_file
from servicecore.cli.stores import open_core, open_stored
from servicecore.cli.tables import quote_table
from servicecore.engine import Settings
from servicecore.engine.quoting import UNTAXED
from servicecore.kernel.authority import Actor
from servicecore.pricing.cart import Cart

_UNTAXED: Final = Settings(tax_engine=UNTAXED)


@click.command()
@click.argument("cart_file", type=options.existing_file)
@click.option(
    "--book", "book_file", type=options.existing_file, help="A price book file instead of the store's; without tax."
)
@click.option("--role", default="agent", show_default=True, help="Role of whoever asks; overrides have limits by role.")
@options.store
@options.as_json
@options.locale
@answers
def quote(cart_file: Path, book_file: Path | None, role: str, url: str, as_json: bool, locale: str) -> None:
    """Price the cart in CART_FILE, and print why it costs that.

    CART_FILE is YAML or JSON; `servicecore schema cart` and `servicecore schema price-book` say what stands in it and
    in a book.
    """
    reader = Reader()
    cart = read_file(Cart, cart_file, reader)
    book = read_book(book_file) if book_file is not None else None
    with open_stored(url) if book is None else open_core(settings=_UNTAXED, book=book) as core:
        answer = core.acting_as(Actor("cli", roles=frozenset({role}))).quote(cart)
    if as_json:
        print_json(answer)
        return
    out = console()
    out.print(quote_table(answer, locale))
    out.print(answer.explain(locale), markup=False)
