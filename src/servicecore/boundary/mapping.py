"""Mapping files: which file of a folder becomes what, column by column; checked against a published schema."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, ClassVar, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from servicecore.boundary.schemas import DIALECT
from servicecore.errors import ServiceCoreError


class BadMapping(ServiceCoreError):
    """Raised when a mapping file cannot be read or contradicts its schema; names every wrong field."""

    code: ClassVar[str] = "boundary.bad_mapping"


_WHOLE: Final = re.compile(r"-?(0|[1-9][0-9]*)$")
_ALONE: Final = frozenset({"item", "customer", "order"})


class Source(BaseModel):
    """One file of the folder, and what each of its rows becomes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str = Field(description="name of a .csv or .jsonl file in the folder, also with .gz")
    into: Literal["item", "customer", "price", "cost", "offer", "order", "collection"] = Field(
        description="what a row becomes; `collection` gathers rows that records of later files take in"
    )
    record: Any = Field(description="the record with {column} where a cell goes; see the how-to on imports")
    where: dict[str, list[str]] = Field(
        default_factory=dict, description="take only rows whose column has one of these texts"
    )
    price_list: str = Field(default="", description="for prices: id of the price list that the rows belong to")
    name: str = Field(default="", description="for collections: the name that records refer to")
    key: str = Field(default="", description="for collections: the key under which a row is gathered")
    shape: Literal["", "order_line"] = Field(
        default="", description="for collections: check each record as this, so that a bad row is found in its file"
    )
    incomplete: Literal["refuse", "keep"] = Field(
        default="refuse",
        description="for collections, prices, costs and offers: what becomes of what lacks a row of this file that "
        "could not be read, a record that takes in the collection or the price book: `refuse` leaves it out whole, "
        "`keep` keeps it without the row",
    )

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.incomplete == "keep" and self.into in _ALONE:
            raise ValueError(f"{self.into} rows are part of nothing that could be kept without them")
        needed = {"collection": ("name", "key"), "price": ("price_list",)}.get(self.into, ())
        missing = [name for name in needed if not getattr(self, name)]
        if missing:
            raise ValueError(f"a source of {self.into} rows names no {' and no '.join(missing)}")
        return self


class Mapping(BaseModel):
    """How a folder of files becomes customers, items, a price book and recorded orders."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1] = Field(description="version of this format")
    title: str = Field(description="what the data is, for people")
    currency: str = Field(description="ISO 4217 code that `money` gives amounts")
    sources: tuple[Source, ...] = Field(description="files in the order in which they are read")
    book: dict[str, Any] = Field(
        default_factory=dict, description="the price book but for what the sources add: rounding, lists, charges"
    )
    tax: dict[str, Any] = Field(default_factory=dict, description="settings of the rate-table tax engine")

    @model_validator(mode="after")
    def _known(self) -> Self:
        gathered: set[str] = set()
        mistakes: list[str] = []
        for number, source in enumerate(self.sources):
            mistakes += (f"sources.{number}.record: {each}" for each in _unknown(source.record, gathered))
            if source.into == "collection":
                gathered.add(source.name)
        if mistakes:
            raise ValueError("; ".join(mistakes))
        return self


def _unknown(template: Any, gathered: Collection[str]) -> Iterator[str]:
    """Yield what no row could be filled with: a collection that no source before gathers, and half a choice."""
    if isinstance(template, list):
        for each in template:
            yield from _unknown(each, gathered)
    if not isinstance(template, dict):
        return
    name = template.get("$collection")
    if "$collection" in template and str(name) not in gathered:
        yield f"$collection {name!r} is gathered by no source before; accepted: {', '.join(sorted(gathered)) or 'none'}"
    if "$collection" in template and "key" not in template:
        yield f"$collection {name!r} names no key; accepted: the key that its rows are gathered under"
    if "$translate" in template and not isinstance(template.get("to"), dict):
        yield f"$translate {template['$translate']!r} names no `to`; accepted: an object of translations"
    for each in template.values():
        yield from _unknown(each, gathered)


def load_mapping(path: Path) -> Mapping:
    """Return the mapping in a YAML or JSON file.

    Raises:
        BadMapping: with every wrong field.

    """
    plain = load_plain(path)
    try:
        return Mapping.model_validate(plain)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise BadMapping(f"{path.name}: {wrong}", hint="see `servicecore schema mapping`") from error


def load_plain(path: Path) -> Any:
    """Return what a ``.yaml``, ``.yml`` or ``.json`` file says; numbers with a point come as text, never as float.

    In YAML a number that begins with 0, or has blanks or colons in it, is text too: ``010`` is ten, nowhere eight.

    Raises:
        BadMapping: the file cannot be read or parsed, or says something twice in one place.

    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        if path.suffix == ".json":
            return json.loads(text, parse_float=str, object_pairs_hook=_each_once)
        return _load_yaml(text)
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise BadMapping(f"{path.name} cannot be read: {error}") from error
    except RecursionError as error:
        raise BadMapping(f"{path.name} cannot be read: it is nested too deeply") from error


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return ``pairs`` as an object; the last of two would silently take the place of the first."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        raise ValueError(_twice(next(name for name in found if names.count(name) > 1)))
    return found


def _twice(name: object) -> str:
    return f"{name!r} stands twice in one place; accepted: each name once"


def _load_yaml(text: str) -> Any:
    import yaml  # noqa: PLC0415 - only who reads YAML needs it, and it comes with an extra

    class ExactLoader(yaml.SafeLoader):
        """The safe loader without floats and dates, which stay the text that was written, and each name once."""

        def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
            seen: set[str] = set()
            for key, _value in node.value:
                if key.id == "scalar" and key.value in seen:
                    raise ValueError(f"line {key.start_mark.line + 1}: {_twice(key.value)}")
                seen.add(str(key.value))
            found: dict[Any, Any] = super().construct_mapping(node, deep)
            return found

    left_out = (":float", ":timestamp", ":int")
    resolvers = {
        first: [(tag, pattern) for tag, pattern in entries if not tag.endswith(left_out)]
        for first, entries in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    ExactLoader.yaml_implicit_resolvers = resolvers
    ExactLoader.add_implicit_resolver("tag:yaml.org,2002:int", _WHOLE, list("-0123456789"))
    try:
        return yaml.load(text, Loader=ExactLoader)  # noqa: S506 - a subclass of the safe loader
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error


def mapping_schema() -> dict[str, Any]:
    """Return the JSON Schema of mapping files."""
    return {"$schema": DIALECT, **Mapping.model_json_schema()}
