"""The customer room's settings."""

from __future__ import annotations

from attrs import field, frozen

from servicecore.customers.tax_groups import TaxGroupSearch


@frozen
class CustomerPolicy:
    """How customers are kept in an installation.

    Attributes:
        tax_groups: how the tax group of an address is found.

    """

    tax_groups: TaxGroupSearch = field(factory=TaxGroupSearch)
