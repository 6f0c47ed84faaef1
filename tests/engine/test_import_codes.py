"""Codes that come from elsewhere: in batches, counted once, finished by the same call after a break."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from servicecore.errors import InvalidValue, Refused
from servicecore.pricing import campaigns


@pytest.fixture
def shop(open_shop: Any, coupon_with: Any, tmp_path: Path) -> Any:
    opened = open_shop(f"sqlite:///{tmp_path / 'shop.db'}")
    opened.manager.execute(campaigns.CreateCampaign(campaigns.CampaignTerms(evolve(coupon_with(), codes=()))))
    return opened


def printed(count: int) -> Iterator[str]:
    return (f"print {number}\n" for number in range(count))


def test_a_files_lines_become_codes_in_batches(shop: Any) -> None:
    assert shop.manager.import_codes("SPRING", printed(25), name="p", size=10) == 25
    assert [shop.agent.get(f"p-{number}").count for number in (1, 2, 3)] == [10, 10, 5]
    assert sorted(shop.core.issued_codes("SPRING")) == sorted(f"PRINT{number}" for number in range(25))
    assert shop.core.coupon_code("print 24").batch.id == "p-3"


def test_a_call_that_broke_off_is_finished_by_the_same_call(shop: Any) -> None:
    """The file breaks off within the second batch, of which nothing is kept; the repeat issues the 15 that lack."""

    def broken() -> Iterator[str]:
        yield from list(printed(25))[:17]
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        shop.manager.import_codes("SPRING", broken(), name="p", size=10)
    assert shop.core.count("code_batch") == 1
    assert shop.manager.import_codes("SPRING", printed(25), name="p", size=10) == 15
    assert shop.manager.import_codes("SPRING", printed(25), name="p", size=10) == 0
    assert list(shop.core.verify()) == []


def test_a_batch_with_a_code_that_was_issued_before_is_refused_whole_and_those_before_it_stay(shop: Any) -> None:
    shop.manager.execute(campaigns.IssueCodes("SPRING", ("PRINT13",)))
    with pytest.raises(Refused) as refused:
        shop.manager.import_codes("SPRING", printed(25), name="p", size=10)
    assert [(each.code, each.param("value")) for each in refused.value.problems] == [("coupon.code_taken", "PRINT13")]
    assert [shop.core.coupon_code(f"PRINT{number}") is not None for number in (9, 10)] == [True, False]


def test_a_batch_of_that_name_with_other_codes_is_not_passed_over(shop: Any) -> None:
    shop.manager.import_codes("SPRING", printed(10), name="p", size=10)
    with pytest.raises(Refused) as refused:
        shop.manager.import_codes("SPRING", (f"other {number}" for number in range(10)), name="p", size=10)
    assert [each.code for each in refused.value.problems] == ["command.already_exists"]
    assert shop.core.coupon_code("other 1") is None


def test_one_code_given_as_text_is_one_code(shop: Any) -> None:
    assert shop.manager.import_codes("SPRING", "welcome", name="p") == 1
    assert list(shop.core.issued_codes("SPRING")) == ["WELCOME"]


@pytest.mark.parametrize("size", [0, -1, 10_001])
def test_a_size_that_no_batch_can_have_is_refused_before_anything_is_issued(shop: Any, size: int) -> None:
    with pytest.raises(InvalidValue, match="size"):
        shop.manager.import_codes("SPRING", printed(3), name="p", size=size)
    with pytest.raises(InvalidValue, match="size"):
        next(shop.manager.generate_codes("SPRING", 3, name="p", size=size))
    assert shop.core.count("code_batch") == 0
