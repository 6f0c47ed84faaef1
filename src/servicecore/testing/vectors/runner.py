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
from servicecore.testing.vectors.verdict import Mismatch, NotSupported, VectorCheck
from servicecore.testing.vectors.waivers import load_waivers

_NO_CHECK: Final = "no check runs vectors of this kind"
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
class SetAside:
    """A vector that is neither passed nor failed.

    Attributes:
        id: the vector's.
        kind: what it computes.
        outcome: ``refused`` or ``not_supported``.
        reason: why, in English: of the waiver file, or what its check does not read.

    """

    id: str
    kind: str
    outcome: str
    reason: str

    def __str__(self) -> str:
        return f"{self.id} ({self.kind}) {self.outcome.replace('_', ' ')}: {self.reason}"


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
        set_aside: one for each that is refused or not supported, in the file's order.
        kinds: the same counts by kind, in alphabetical order.

    """

    name: str
    passed: int
    refused: int
    failed: int
    not_supported: int
    failures: tuple[Failure, ...]
    set_aside: tuple[SetAside, ...]
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
    failures, set_aside = [], []
    for vector in content["vectors"]:
        kind = vector_format.kind_of(vector)
        verdict = _run(vector_format, kind, resolved(content, vector), refused.get(vector["id"]))
        counts[kind, verdict.outcome] += 1
        if verdict.outcome is Outcome.FAILED:
            failures.append(Failure(str(vector["id"]), kind, verdict.mismatches))
        elif verdict.outcome is not Outcome.PASSED:
            set_aside.append(SetAside(str(vector["id"]), kind, verdict.outcome.value, verdict.reason))
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
        set_aside=tuple(set_aside),
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


@frozen
class _Verdict:
    outcome: Outcome
    mismatches: tuple[Mismatch, ...] = ()
    reason: str = ""


def _run(vector_format: VectorFormat, kind: str, vector: Mapping[str, Any], waiver: str | None) -> _Verdict:
    check = vector_format.checks.get(kind)
    try:
        mismatches = _checked(vector_format, check, vector) if check is not None else None
        reason = _NO_CHECK
    except NotSupported as unread:
        mismatches, reason = None, str(unread)
    if mismatches is None:
        return _Verdict(Outcome.NOT_SUPPORTED, (), reason) if waiver is None else _Verdict(Outcome.REFUSED, (), waiver)
    if waiver is not None:
        if mismatches:
            return _Verdict(Outcome.REFUSED, (), waiver)
        return _Verdict(Outcome.FAILED, (Mismatch("", "a difference", _WAIVED_BUT_PASSES),))
    contradicted = contradiction(vector) if mismatches else ""
    if contradicted:
        return _Verdict(Outcome.REFUSED, (), contradicted)
    return _Verdict(Outcome.FAILED if mismatches else Outcome.PASSED, mismatches)


def _checked(vector_format: VectorFormat, check: VectorCheck, vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    trees = {part: ReadTree(vector[part]) for part in vector_format.tracked if isinstance(vector.get(part), Mapping)}
    try:
        mismatches = check({**vector, **trees})
    except NotSupported:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a check raises is a failure of its vector
        return (Mismatch("", "an answer", f"{type(error).__name__}: {error}"),)
    _refuse_unread(trees, vector_format.told, mismatches)
    return mismatches
