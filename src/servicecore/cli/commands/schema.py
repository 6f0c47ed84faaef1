"""``servicecore schema``: the JSON Schema of commands, events and files."""

from __future__ import annotations

import click

from servicecore.boundary import command_schemas, event_schemas, schema_of
from servicecore.boundary.mapping import mapping_schema
from servicecore.cli import options
from servicecore.cli.answers import answers, console, print_json
from servicecore.engine import KINDS
from servicecore.pricing.book import PriceBook
from servicecore.pricing.cart import Cart


@click.command()
@click.argument("name", default="")
@options.as_json
@answers
def schema(name: str, as_json: bool) -> None:
    """Print the JSON Schema (2020-12) of NAME: a command, an event, `cart`, `price-book` or `mapping`.

    Without NAME, list the names; with --json, print all schemas by name.
    """
    known = {
        **command_schemas(KINDS),
        **event_schemas(KINDS),
        "cart": schema_of(Cart, title="cart"),
        "price-book": schema_of(PriceBook, title="price-book"),
        "mapping": mapping_schema(),
    }
    if not name:
        if as_json:
            print_json(known)
        else:
            for each in sorted(known):
                console().print(each)
        return
    if name not in known:
        raise click.BadParameter(f"{name!r} has no schema; `servicecore schema` lists the names", param_hint="NAME")
    print_json(known[name])
