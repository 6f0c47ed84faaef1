"""The linter: what a valid price book says that its author can hardly have meant."""

from servicecore.pricing.lint.lint_book import lint_book
from servicecore.pricing.lint.quantity_breaks import rising_items

__all__ = ["lint_book", "rising_items"]
