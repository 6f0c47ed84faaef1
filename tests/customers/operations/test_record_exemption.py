"""Recording a tax certificate."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from attrs import evolve

from servicecore.customers import Customer, RecordExemption, TaxExemption
from servicecore.kernel.operations import Command
from servicecore.kernel.problems import Problem

Done = Callable[[Customer | None, Command], Customer]
Refuse = Callable[[Customer | None, Command], tuple[Problem, ...]]


def test_a_certificate_replaces_that_of_its_jurisdiction(done: Done, anna: Customer) -> None:
    customer = anna
    for exemption in (TaxExemption("1", "IT"), TaxExemption("2", "DE"), TaxExemption("3", "IT", date(2027, 1, 1))):
        customer = done(customer, RecordExemption("C-1", exemption))
    assert customer.exemptions == (TaxExemption("2", "DE"), TaxExemption("3", "IT", date(2027, 1, 1)))


def test_today_is_that_of_the_customers_wall(done: Done, refused: Refuse, anna: Customer) -> None:
    """At 22:30 UTC of 1 July it is 1 July in UTC and 2 July in Rome."""
    until_the_first = RecordExemption("C-1", TaxExemption("1", "IT", date(2026, 7, 1)))
    assert done(anna, until_the_first).exemptions
    (problem,) = refused(evolve(anna, zone="Europe/Rome"), until_the_first)
    assert (problem.code, problem.param("accepted")) == (
        "customers.expired_certificate",
        "one valid on 2026-07-02 or later",
    )
