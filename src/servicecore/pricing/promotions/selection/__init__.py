"""Selections: which of the offers that could be applied are, one way a file."""

from servicecore.pricing.promotions.selection.all_by_priority import apply_all_by_priority
from servicecore.pricing.promotions.selection.best_single import apply_best_single
from servicecore.pricing.promotions.selection.candidate import Candidate
from servicecore.pricing.promotions.selection.offer_selection import OfferSelection

__all__ = ["Candidate", "OfferSelection", "apply_all_by_priority", "apply_best_single"]
