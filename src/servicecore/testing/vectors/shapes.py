"""Which fields an input may have: one that nobody reads makes a vector unsupported, rather than passed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from attrs import frozen

from servicecore.testing.vectors.verdict import NotSupported

Shape: TypeAlias = "Mapping[str, Shape] | ByType | None"
"""The fields of a tree with the shape of each; None is read as it stands, whatever it holds.

A list has the shape of its elements.
"""


@frozen
class ByType:
    """Trees whose ``type`` says which further fields they have.

    Attributes:
        common: the fields of all of them, ``type`` left out.
        own: by type, the further fields.

    """

    common: Mapping[str, Shape]
    own: Mapping[str, Mapping[str, Shape]]

    def fields_of(self, tree: Mapping[str, Any]) -> Mapping[str, Shape]:
        """Return the fields that ``tree`` may have; a type that is not known has the common ones."""
        return {"type": None, **self.common, **self.own.get(str(tree.get("type")), {})}


def named(**fields: Shape) -> Mapping[str, Shape]:
    """Return the shape of a tree with these fields."""
    return MappingProxyType(fields)


def plain(*names: str) -> Mapping[str, Shape]:
    """Return the shape of a tree whose fields are read as they stand."""
    return MappingProxyType(dict.fromkeys(names))


ANY: Final[Shape] = None
"""Read as it stands."""


def refuse_unasked(expected: Mapping[str, Any], *compared: str) -> None:
    """Look for fields that are expected and that nobody compares.

    Raises:
        NotSupported: the first one.

    """
    unknown = next((name for name in expected if name not in compared), None)
    if unknown is not None:
        raise NotSupported(f"the expected field {unknown}")


def word_of(words: Mapping[Any, Any], word: object, what: str) -> Any:
    """Return what ``word`` means among ``words``.

    Raises:
        NotSupported: it is none of them.

    """
    if word not in words:
        raise NotSupported(f"the {what} {word}")
    return words[word]


def refuse_unknown(shape: Shape, tree: object, path: str = "input") -> None:
    """Look through ``tree`` for fields that ``shape`` does not have; one without a value says nothing.

    Raises:
        NotSupported: the first one.

    """
    unknown = next(_unknown(shape, tree, path), None)
    if unknown is not None:
        raise NotSupported(f"the field {unknown}")


def _unknown(shape: Shape, tree: object, path: str) -> Iterator[str]:
    if isinstance(tree, list):
        for place, each in enumerate(tree):
            yield from _unknown(shape, each, f"{path}[{place}]")
    elif shape is not None and isinstance(tree, Mapping):
        fields = shape.fields_of(tree) if isinstance(shape, ByType) else shape
        for name, value in tree.items():
            if name in fields:
                yield from _unknown(fields[name], value, f"{path}.{name}")
            elif value is not None:
                yield f"{path}.{name}"
