"""``servicecore check-book``: a price book file's mistakes, what its author can hardly mean, and its properties."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import click
from rich.console import Console

from servicecore.boundary.mistakes import Mistake, placed
from servicecore.boundary.price_books import BadPriceBook, load_price_book
from servicecore.cli import options
from servicecore.cli.answers import Exit, answers, console, finish, print_json
from servicecore.cli.installed_plugins import installed_parts
from servicecore.pricing.book import PriceBook
from servicecore.pricing.lint import lint_book

_EXAMPLES: Final = 15
_NEEDED: Final = ("hypothesis", "pytest")
MISSING_EXTRA: Final = "cli.missing_extra"
"""Code of the JSON document that says which extra has to be installed."""


@click.command()
@click.argument("file", type=options.existing_file)
@click.option(
    "--examples", default=_EXAMPLES, show_default=True, type=click.IntRange(1), help="Carts that each property tries."
)
@click.option("--no-properties", is_flag=True, help="Stop after the linter.")
@options.as_json
@options.locale
@answers
def check_book(file: Path, examples: int, no_properties: bool, as_json: bool, locale: str) -> None:
    """Check the price book in FILE (YAML or JSON; `servicecore schema price-book`).

    First what cannot be, each mistake with its line; then what the linter finds; then the properties of pricing,
    each with the smallest cart that breaks it. Exit code 1 where something was found.
    """
    out = console()
    document: dict[str, Any] = {"file": file.name, "mistakes": [], "findings": [], "properties": []}
    try:
        book = load_price_book(file, installed_parts())
    except BadPriceBook as bad:
        document["mistakes"] = [_plain(each, locale) for each in bad.mistakes]
        if as_json:
            print_json(document)
        else:
            _print(out, f"{file.name} is no price book; mistakes:", bad.mistakes, locale)
        raise SystemExit(Exit.FOUND) from None
    findings = placed(file, lint_book(book))
    document["findings"] = [_plain(each, locale) for each in findings]
    if not as_json:
        _print(out, "linter:", findings, locale)
    broken = False
    if not no_properties:
        _require_extra(as_json=as_json)
        document["properties"], broken = _properties(out, book, examples, as_json=as_json)
    if as_json:
        print_json(document)
    finish(found=broken or bool(findings))


def _print(out: Console, title: str, mistakes: tuple[Mistake, ...], locale: str) -> None:
    out.print(f"{title}{'' if mistakes else ' nothing found'}", markup=False)
    for each in mistakes:
        out.print(f"  {each.text(locale)}", markup=False)


def _plain(mistake: Mistake, locale: str) -> dict[str, Any]:
    problem = mistake.problem
    return {
        "line": mistake.line,
        "path": problem.path,
        "code": problem.code,
        "params": dict(problem.params),
        "text": problem.text(locale),
    }


def _require_extra(*, as_json: bool) -> None:
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if not missing:
        return
    message = f"the properties need {' and '.join(missing)}: install servicecore[testing], or give --no-properties"
    if as_json:
        print_json({"error": {"code": MISSING_EXTRA, "message": message}})
    else:
        click.echo(f"servicecore: {message}", err=True)
    raise SystemExit(Exit.BROKEN)


def _properties(out: Console, book: PriceBook, examples: int, *, as_json: bool) -> tuple[list[dict[str, Any]], bool]:
    from servicecore.testing.pricing import (  # noqa: PLC0415 - needs an extra that other commands do without
        NothingToSell,
        Outcome,
        run_properties,
    )

    results: list[dict[str, Any]] = []
    broken = False
    try:
        for each in run_properties(book, max_examples=examples):
            shown = {"number": each.number, "name": each.name, "outcome": each.outcome.value, "message": each.message}
            results.append(shown)
            broken = broken or each.outcome is Outcome.BROKEN
            if not as_json:
                out.print(f"{each.number:>3} {each.outcome.value:<8} {each.name}", markup=False)
                if each.message:
                    out.print(_indented(each.message), markup=False)
    except NothingToSell as nothing:
        results.append({"number": 0, "name": "something to sell", "outcome": "broken", "message": str(nothing)})
        broken = True
        if not as_json:
            out.print(f"  {nothing}", markup=False)
    return results, broken


def _indented(message: str) -> str:
    return "\n".join(f"      {line}".rstrip() for line in message.split("\n"))
