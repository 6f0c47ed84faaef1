"""Conditions: a typed tree over the facts of a subject, with a JSON form, compiled once, that explains itself."""

from servicecore.kernel.conditions.comparison import Subject
from servicecore.kernel.conditions.compiled import Compiled, compile_condition
from servicecore.kernel.conditions.plain import read_condition, write_condition
from servicecore.kernel.conditions.tree import (
    AllOf,
    AnyOf,
    Compare,
    Condition,
    Measure,
    Measured,
    Not,
    Operator,
    Quantified,
    Quantifier,
)
from servicecore.kernel.conditions.values import Value
from servicecore.kernel.conditions.verdict import Verdict
from servicecore.kernel.conditions.vocabulary import Vocabulary

__all__ = [
    "AllOf",
    "AnyOf",
    "Compare",
    "Compiled",
    "Condition",
    "Measure",
    "Measured",
    "Not",
    "Operator",
    "Quantified",
    "Quantifier",
    "Subject",
    "Value",
    "Verdict",
    "Vocabulary",
    "compile_condition",
    "read_condition",
    "write_condition",
]
