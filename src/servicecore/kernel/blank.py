"""Blanks: how inner loops make frozen objects of values that were checked already, without the constructor's cost."""

from __future__ import annotations

from typing import Any


def blank_class(cls: type) -> type[Any]:
    """Return the class of the blanks of ``cls``: objects with the same fields, all unset, that can be filled in.

    ``blank.__class__ = cls`` makes a filled blank an object of ``cls``, which nobody can tell from one that its
    constructor made. No converter, validator or default runs: every field has to be set, to what the constructor
    would have kept.

    Args:
        cls: frozen, with slots, of which none is for weak references but its base's.

    Raises:
        TypeError: objects of ``cls`` are laid out differently.

    """
    blank: type[Any] = type(f"Blank{cls.__name__}", cls.__bases__, {"__slots__": vars(cls).get("__slots__", ())})
    made = blank()
    made.__class__ = cls
    return blank
