"""Selections of deals: one way a file."""

from servicecore.pricing.deals.selection.all_in_order import apply_in_order
from servicecore.pricing.deals.selection.best_single import apply_best_single
from servicecore.pricing.deals.selection.concurrency import apply_concurrently
from servicecore.pricing.deals.selection.run import Run

__all__ = ["Run", "apply_best_single", "apply_concurrently", "apply_in_order"]
