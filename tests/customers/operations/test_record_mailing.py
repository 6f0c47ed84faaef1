"""Recording copies of catalogues that went to a customer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from attrs import evolve

from servicecore.customers import Customer, Mailing, RecordMailing
from servicecore.errors import InvalidValue
from servicecore.kernel.operations import Command

Done = Callable[[Customer | None, Command], Customer]


def test_a_customer_knows_the_codes_that_were_mailed_to_it(done: Done, anna: Customer) -> None:
    """The same mailing is recorded once, a second copy on another day counts by itself; the code is listed once."""
    customer = anna
    spring, winter = Mailing("SP-1", date(2026, 3, 1)), Mailing("WI-1", date(2025, 11, 2), copies=2)
    for mailing in (spring, winter, spring, evolve(spring, mailed_on=date(2026, 4, 1))):
        customer = done(customer, RecordMailing("C-1", mailing))
    assert [each.mailed_on for each in customer.mailings] == [
        date(2026, 3, 1),
        date(2025, 11, 2),
        date(2026, 4, 1),
    ]
    assert customer.source_codes == ("SP-1", "WI-1")


def test_a_mailing_without_a_day_left_today_by_the_customers_wall(done: Done, anna: Customer) -> None:
    """At 22:30 UTC of 1 July it is 2 July in Rome."""
    roman = done(evolve(anna, zone="Europe/Rome"), RecordMailing("C-1", Mailing("SP-1")))
    assert [each.mailed_on for each in roman.mailings] == [date(2026, 7, 2)]


def test_a_mailing_has_a_code_and_copies() -> None:
    for code, copies in (("", 1), ("SP-1", 0), ("SP-1", True)):
        with pytest.raises(InvalidValue):
            Mailing(code, copies=copies)
