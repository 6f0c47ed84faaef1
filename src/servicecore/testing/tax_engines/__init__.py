"""The conformance kit for tax engines: one class to subclass, one method to write."""

from servicecore.testing.tax_engines.bench import TaxBench
from servicecore.testing.tax_engines.contract import BaseTaxEngineContract

__all__ = ["BaseTaxEngineContract", "TaxBench"]
