from __future__ import annotations

from datetime import timedelta

import pytest

from servicecore.billing import GiftCardPolicy
from servicecore.errors import InvalidValue


def test_a_duration_of_nothing_is_refused() -> None:
    with pytest.raises(InvalidValue, match="reservation_lasts"):
        GiftCardPolicy(reservation_lasts=timedelta(0))
    with pytest.raises(InvalidValue, match="valid_for"):
        GiftCardPolicy(valid_for=timedelta(0))
