"""The contract of a store: subclass it, say how a store is made, and run pytest."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from servicecore.storage.ports import Store
from servicecore.testing.stores.changes import change, minute, write
from servicecore.testing.stores.claims_counters import BaseClaimAndCounterChecks
from servicecore.testing.stores.documents import BaseDocumentChecks
from servicecore.testing.stores.due_work import BaseDueWorkChecks
from servicecore.testing.stores.expectation import expect
from servicecore.testing.stores.filing import BaseFilingChecks
from servicecore.testing.stores.finding import BaseFindingChecks
from servicecore.testing.stores.machine import StoreMachine
from servicecore.testing.stores.races import BaseRaceChecks
from servicecore.testing.stores.serial_units import BaseSerialChecks


class BaseStoreContract(
    BaseDocumentChecks,
    BaseFilingChecks,
    BaseFindingChecks,
    BaseClaimAndCounterChecks,
    BaseDueWorkChecks,
    BaseRaceChecks,
    BaseSerialChecks,
):
    """Everything that servicecore relies on in a store, as pytest tests.

    Subclass it in a test module, call the class ``Test...``, and give it ``make_store``.

    Attributes:
        durable: whether a second store made for the same folder finds what the first one wrote.
        examples: how many random courses the state machine takes.
        phases: what Hypothesis does; all by default.

    """

    durable: ClassVar[bool] = True
    examples: ClassVar[int] = 40
    phases: ClassVar[tuple[Phase, ...]] = tuple(Phase)

    @abstractmethod
    def make_store(self, tmp_path: Path) -> Store:
        """Return a store that lives in the folder ``tmp_path``: empty where the folder is."""
        raise NotImplementedError

    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[Store]:
        """Make an empty store, and close it afterwards."""
        made = self.make_store(tmp_path)
        yield made
        made.close()

    def test_what_was_committed_is_there_after_opening_again(self, tmp_path: Path) -> None:
        """A second store on the same folder sees everything that the first one committed."""
        if not self.durable:
            pytest.skip("this store does not outlive its process")
        first = self.make_store(tmp_path)
        write(first, change(indexes={"owner": ("x",)}, wakeup=minute(1), claims=("c",)))
        with first.transaction() as unit:
            unit.add("n", 2)
            unit.put("k", "text")
        log = first.log()
        first.close()
        second = self.make_store(tmp_path)
        try:
            with second.reading() as reader:
                expect(getattr(reader.load("thing", "a"), "version", None), 1, "the document is there")
                expect(reader.find("thing", "owner", "x"), ("a",), "the index is there")
                kept = (reader.claim_owner("c"), reader.counter("n"), reader.get("k"))
                expect(kept, ("thing/a", 2, "text"), "claim, counter and text are there")
            expect((second.log(), second.outbox()), (log, log), "log and outbox are there")
            expect(second.next_wakeup(), minute(1), "the wake-up is there")
        finally:
            second.close()

    def test_any_course_of_units_of_work_agrees_with_the_model(self, tmp_path: Path) -> None:
        """Hypothesis looks for a course of units of work after which store and model differ, and shrinks it."""
        contract, numbers = self, count()

        class Machine(StoreMachine):
            def make_store(self) -> Store:
                folder = tmp_path / f"course-{next(numbers)}"
                folder.mkdir()
                return contract.make_store(folder)

        run_state_machine_as_test(
            Machine,
            settings=settings(
                max_examples=self.examples,
                stateful_step_count=20,
                phases=self.phases,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
