"""Reading a value out of a file that a person wrote: what is wrong with it names the file."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, TypeVar

from servicecore.boundary import Reader
from servicecore.boundary.mapping import load_plain
from servicecore.boundary.price_books import BadPriceBook, load_price_book
from servicecore.cli.installed_plugins import installed_parts
from servicecore.errors import ServiceCoreError
from servicecore.kernel.problems import Problem
from servicecore.pricing.book import PriceBook

T = TypeVar("T")


class RefusedFile(ServiceCoreError):
    """Raised when the content of a file is refused; names the file beside every problem."""

    code: ClassVar[str] = "cli.refused_file"

    def __init__(self, name: str, problems: tuple[Problem, ...]) -> None:
        super().__init__(f"{name} is refused")
        self.problems = problems


def read_file(cls: type[T], path: Path, reader: Reader) -> T:
    """Return the value of ``cls`` that the YAML or JSON file at ``path`` says.

    Raises:
        BadMapping: the file cannot be parsed.
        RefusedFile: with every problem of what it says.

    """
    value = reader.read(cls, load_plain(path))
    if isinstance(value, tuple):
        raise RefusedFile(path.name, value)
    return value


def read_book(path: Path) -> PriceBook:
    """Return the price book in the YAML or JSON file at ``path``, which may use the short forms of files.

    Raises:
        BadMapping: the file cannot be parsed.
        RefusedFile: with every problem of what it says.

    """
    try:
        return load_price_book(path, installed_parts())
    except BadPriceBook as bad:
        raise RefusedFile(path.name, bad.problems) from bad
