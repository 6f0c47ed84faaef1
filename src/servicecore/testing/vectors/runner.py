"""The one runner of neutral vector files: counts what passes, is refused, fails and is not yet supported."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import Any, Final

from attrs import asdict, frozen

from servicecore.testing.vectors.contradictions import contradiction
from servicecore.testing.vectors.formats import UnknownVectorFormat, VectorFormat, recognise, resolved
from servicecore.testing.vectors.reading import ReadTree
from servicecore.testing.vectors.verdict import Mismatch, NotSupported
from servicecore.testing.vectors.waivers import load_waivers

_WAIVED_BUT_PASSES: Final = "the waiver file refuses it, but it passes: take the waiver out"


class Outcome(Enum):
    """What became of one vector."""

    PASSED = "passed"
    REFUSED = "refused"
    FAILED = "failed"
    NOT_SUPPORTED = "not_supported"


@frozen
class Failure:
    """A vector that came out differently.

    Attributes:
        id: the vector's.
        kind: what it computes.
        mismatches: the fields, with expected and got; an exception counts as one mismatch.

    """

    id: str
    kind: str
    mismatches: tuple[Mismatch, ...]

    def __str__(self) -> str:
        fields = (
            f"\n  {each.field}: expected {each.expected}\n  {'':{len(each.field)}}  got      {each.got}"
            for each in self.mismatches
        )
        return f"{self.id} ({self.kind})" + "".join(fields)


@frozen
class KindReport:
    """How many vectors of one kind passed, were refused, failed, and are not yet supported."""

    kind: str
    passed: int
    refused: int
    failed: int
    not_supported: int


@frozen
class FileReport:
    """What running one file says.

    Attributes:
        name: the file's.
        passed: vectors that came out as expected.
        refused: vectors that the waiver file refuses, and that do come out differently; and vectors whose own figures
            contradict each other.
        failed: vectors that came out differently, and waived ones that did not.
        not_supported: vectors of a kind, or of a rule within it, that is not run yet.
        failures: one for each failed vector, in the file's order.
        kinds: the same counts by kind, in alphabetical order.

    """

    name: str
    passed: int
    refused: int
    failed: int
    not_supported: int
    failures: tuple[Failure, ...]
    kinds: tuple[KindReport, ...]

    @property
    def line(self) -> str:
        """Return the report on one line."""
        return (
            f"{self.name}: {self.passed} passed, {self.refused} refused, {self.failed} failed, "
            f"{self.not_supported} not yet supported"
        )

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain dictionaries and lists."""
        return asdict(self)


def run_file(path: Path) -> FileReport:
    """Return what becomes of every vector in the file at ``path``.

    A check that raises makes its vector fail; it never stops the run.

    Raises:
        UnknownVectorFormat: the file cannot be read, or is no vector file of a known format.

    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UnknownVectorFormat(f"{path.name} cannot be read: {error}", hint="accepted: JSON in UTF-8") from error
    return run_content(content, path.name)


def run_content(content: Any, name: str, waivers: Mapping[str, Mapping[str, str]] | None = None) -> FileReport:
    """Return what becomes of every vector of a parsed file; ``waivers`` None takes the committed ones.

    Raises:
        UnknownVectorFormat: it is no vector file of a known format.

    """
    vector_format = recognise(content, name)
    refused = (load_waivers() if waivers is None else waivers).get(vector_format.name, {})
    counts: Counter[tuple[str, Outcome]] = Counter()
    failures = []
    for vector in content["vectors"]:
        kind = vector_format.kind_of(vector)
        outcome, mismatches = _run(vector_format, kind, resolved(content, vector), waived=vector["id"] in refused)
        counts[kind, outcome] += 1
        if outcome is Outcome.FAILED:
            failures.append(Failure(str(vector["id"]), kind, mismatches))
    kinds = sorted({kind for kind, _outcome in counts})
    total = Counter[Outcome]()
    for (_kind, outcome), count in counts.items():
        total[outcome] += count
    return FileReport(
        name=name,
        passed=total[Outcome.PASSED],
        refused=total[Outcome.REFUSED],
        failed=total[Outcome.FAILED],
        not_supported=total[Outcome.NOT_SUPPORTED],
        failures=tuple(failures),
        kinds=tuple(KindReport(kind, *(counts[kind, outcome] for outcome in Outcome)) for kind in kinds),
    )


def _refuse_unread(trees: Mapping[str, ReadTree], told: frozenset[str], mismatches: tuple[Mismatch, ...]) -> None:
    """Look for fields that a check did not read although it found nothing wrong.

    Raises:
        NotSupported: there is one that may matter.

    """
    unread = (path for part, tree in trees.items() for path in tree.unread(part) if path not in told)
    path = None if mismatches else next(unread, None)
    if path is not None:
        raise NotSupported(f"the field {path}, which no check reads")


def _run(
    vector_format: VectorFormat, kind: str, vector: Mapping[str, Any], *, waived: bool
) -> tuple[Outcome, tuple[Mismatch, ...]]:
    check = vector_format.checks.get(kind)
    if check is None:
        return (Outcome.REFUSED if waived else Outcome.NOT_SUPPORTED), ()
    trees = {part: ReadTree(vector[part]) for part in vector_format.tracked if isinstance(vector.get(part), Mapping)}
    try:
        mismatches = check({**vector, **trees})
        _refuse_unread(trees, vector_format.told, mismatches)
    except NotSupported:
        return (Outcome.REFUSED if waived else Outcome.NOT_SUPPORTED), ()
    except Exception as error:  # noqa: BLE001 - whatever a check raises is a failure of its vector
        mismatches = (Mismatch("", "an answer", f"{type(error).__name__}: {error}"),)
    if not waived:
        if mismatches and contradiction(vector):
            return Outcome.REFUSED, ()
        return (Outcome.FAILED if mismatches else Outcome.PASSED), mismatches
    if mismatches:
        return Outcome.REFUSED, ()
    return Outcome.FAILED, (Mismatch("", "a difference", _WAIVED_BUT_PASSES),)
