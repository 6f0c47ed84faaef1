"""The plain executor: offers that need no count of units, applied to the lines of a quote as they are."""

from servicecore.pricing.promotions.plain.apply_plainly import apply_plainly

__all__ = ["apply_plainly"]
