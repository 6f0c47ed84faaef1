"""The words that a condition may use about a subject: its fields and its collections."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from servicecore.kernel.conditions.tree import Compare, Condition, Measure, Quantified, parts
from servicecore.kernel.problems import Problem, ProblemKind

UNKNOWN_FIELD: Final = ProblemKind(
    "condition.unknown_field",
    en="{value} is no field of this subject; accepted: {accepted}",
    it="{value} non è un campo di questo oggetto; valori ammessi: {accepted}",
    de="{value} ist kein Feld dieses Gegenstands; zulässig: {accepted}",
)
UNKNOWN_COLLECTION: Final = ProblemKind(
    "condition.unknown_collection",
    en="{value} is no collection of this subject; accepted: {accepted}",
    it="{value} non è una raccolta di questo oggetto; valori ammessi: {accepted}",
    de="{value} ist keine Sammlung dieses Gegenstands; zulässig: {accepted}",
)


@frozen
class Vocabulary:
    """What conditions may ask of a subject.

    Attributes:
        fields: dotted paths that have values; one that ends in ``.*`` takes everything below it.
        collections: pairs of a collection's path and the vocabulary of its elements.

    """

    fields: tuple[str, ...] = ()
    collections: tuple[tuple[str, Vocabulary], ...] = ()

    def knows(self, path: str) -> bool:
        """Return whether ``path`` is one of the fields."""
        return any(path == each or (each.endswith(".*") and path.startswith(each[:-1])) for each in self.fields)

    def check(self, condition: Condition, path: str = "") -> tuple[Problem, ...]:
        """Return each unknown word of ``condition`` (``condition.unknown_field``, ``condition.unknown_collection``)."""
        below = f"{path}." if path else ""
        if isinstance(condition, Compare):
            return self.check_field(condition.path, f"{below}path")
        inner = self
        problems: tuple[Problem, ...] = ()
        if isinstance(condition, Quantified | Measure):
            found = dict(self.collections).get(condition.collection)
            if found is None:
                known = ", ".join(name for name, _vocabulary in self.collections) or "none"
                return (UNKNOWN_COLLECTION.at(below + _word(condition), value=condition.collection, accepted=known),)
            inner = found
            if isinstance(condition, Measure) and condition.of:
                problems = inner.check_field(condition.of, f"{below}of")
        checked = (inner.check(part, f"{below}{place}") for place, part in parts(condition))
        return problems + tuple(problem for each in checked for problem in each)

    def check_field(self, field: str, path: str) -> tuple[Problem, ...]:
        """Return that ``field``, named at ``path``, is unknown (``condition.unknown_field``), or nothing."""
        if self.knows(field):
            return ()
        return (UNKNOWN_FIELD.at(path, value=field, accepted=", ".join(self.fields) or "none"),)


def _word(condition: Quantified | Measure) -> str:
    return condition.measured.value if isinstance(condition, Measure) else f"for_{condition.quantifier.value}"
