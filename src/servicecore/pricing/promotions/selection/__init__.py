"""Selections: which of the offers that could be applied are, one way a file."""

from servicecore.pricing.promotions.plugin_selection import PluginSelection
from servicecore.pricing.promotions.selection.contest import Bid, Contest, Pick
from servicecore.pricing.promotions.selection.run import Application, Run
from servicecore.pricing.promotions.selection.select import select

__all__ = ["Application", "Bid", "Contest", "Pick", "PluginSelection", "Run", "select"]
