"""The conformance kit for parts of offers that plugins add: one class to subclass, two methods to write."""

from servicecore.testing.offer_parts.contract import BaseOfferPartContract, Part

__all__ = ["BaseOfferPartContract", "Part"]
