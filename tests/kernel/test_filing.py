"""What a state is filed under is worked out again where a field that counts has changed."""

from __future__ import annotations

from attrs import evolve, frozen

from servicecore.kernel.filing import Filing
from servicecore.kernel.operations import AggregateKind


@frozen
class Jar:
    id: str
    labels: tuple[str, ...] = ()
    note: str = ""


JAR = AggregateKind(
    name="jar",
    state=Jar,
    operations=(),
    indexes=lambda jar: {"label": jar.labels},
    claims=lambda jar: jar.labels,
    filed_by=("labels",),
)
HONEY = Jar("jar-1", ("honey",))


def test_a_filing_says_what_the_functions_of_the_kind_say() -> None:
    assert JAR.filing(HONEY) == Filing({"label": ("honey",)}, None, ("honey",))


def test_states_that_share_what_counts_are_filed_alike() -> None:
    assert JAR.is_filed_alike(HONEY, evolve(HONEY, note="sweet"))


def test_a_field_that_counts_and_changed_is_looked_at_again() -> None:
    assert not JAR.is_filed_alike(HONEY, evolve(HONEY, labels=("jam",)))


def test_a_kind_that_names_no_fields_is_always_looked_at_again() -> None:
    assert not evolve(JAR, filed_by=()).is_filed_alike(HONEY, HONEY)
