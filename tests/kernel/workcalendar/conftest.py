"""Calendars that several tests of working time use."""

from __future__ import annotations

import pytest

from servicecore.kernel.workcalendar import WorkCalendar


@pytest.fixture(scope="session")
def office() -> WorkCalendar:
    """Return a Roman desk: Monday to Friday 09:00-13:00 and 14:00-18:00, closed on Christmas 2026."""
    day = [["09:00", "13:00"], ["14:00", "18:00"]]
    weekdays = ("mon", "tue", "wed", "thu", "fri")
    document = {"tz": "Europe/Rome", "weekly": dict.fromkeys(weekdays, day), "holidays": {"2026-12-25": "Natale"}}
    return WorkCalendar.from_json(document)
