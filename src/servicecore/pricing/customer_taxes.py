"""What taxes follow from the customer: certificates of exemption, and the tax group of the address."""

from __future__ import annotations

from attrs import evolve, frozen

from servicecore.customers import Customer, TaxExemption
from servicecore.pricing.taxes import TaxRequest


@frozen
class CustomerTaxes:
    """A fact: the stored customer, as far as taxes ask for it; None where none is stored (A18, E22).

    Attributes:
        customer: whose certificates and tax group count.

    """

    customer: Customer | None = None

    def exemption(self, request: TaxRequest) -> TaxExemption | None:
        """Return the certificate that holds where and when ``request`` is taxed, or None."""
        if self.customer is None or not request.country:
            return None
        place = f"{request.country}-{request.region}" if request.region else request.country
        return self.customer.exemption(place, request.on)

    def put_into(self, request: TaxRequest) -> TaxRequest:
        """Return ``request`` with the tax group of the customer, and the certificate where it names none yet."""
        if self.customer is None:
            return request
        group = self.customer.tax_group(request.country, request.region)
        exemption = None if request.exemption else self.exemption(request)
        if exemption is None:
            return evolve(request, tax_group=group) if group else request
        return evolve(request, exemption=exemption.certificate, exemption_in=exemption.jurisdiction, tax_group=group)
