"""Selections: which of the offers that could be applied are, one way a file."""

from servicecore.pricing.promotions.selection.run import Application, Run
from servicecore.pricing.promotions.selection.select import select

__all__ = ["Application", "Run", "select"]
