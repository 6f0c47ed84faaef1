from __future__ import annotations

from datetime import date

import pytest

from servicecore.contracts.phase import Phase, phase

START, NOTICE, LAST = date(2024, 1, 1), date(2024, 9, 30), date(2024, 12, 31)


@pytest.mark.parametrize(
    ("on", "renewal_expected", "expected"),
    [
        (date(2023, 12, 31), True, Phase.UPCOMING),
        (START, True, Phase.IN_PROGRESS),
        (NOTICE, False, Phase.IN_PROGRESS),
        (date(2024, 10, 1), False, Phase.CLOSING),
        (date(2024, 10, 1), True, Phase.IN_PROGRESS),
        (LAST, False, Phase.CLOSING),
        (date(2025, 1, 1), True, Phase.TO_RENEW),
        (date(2025, 1, 1), False, Phase.CLOSED),
    ],
)
def test_a_phase_follows_from_the_days(on: date, renewal_expected: bool, expected: Phase) -> None:
    assert phase(on, START, LAST, NOTICE, renewal_expected=renewal_expected) is expected
    assert phase(on, START, LAST, NOTICE, renewal_expected=renewal_expected, cancelled=True) is Phase.CANCELLED
