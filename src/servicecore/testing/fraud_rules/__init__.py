"""The conformance kit for fraud rules: one class to subclass, one method to write."""

from servicecore.testing.fraud_rules.bench import FraudBench
from servicecore.testing.fraud_rules.contract import BaseFraudRuleContract

__all__ = ["BaseFraudRuleContract", "FraudBench"]
