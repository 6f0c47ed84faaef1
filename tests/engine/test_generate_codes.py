"""Random codes, issued in batches: as many as asked, none twice, finished by the same call after a break."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from tests.engine.test_coupon_facts import campaign_coupon

from servicecore.engine import generate_codes as generating
from servicecore.errors import Refused
from servicecore.pricing import campaigns


@pytest.fixture
def shop(open_shop: Any, coupon_with: Any, tmp_path: Path) -> Any:
    opened = open_shop(f"sqlite:///{tmp_path / 'shop.db'}")
    opened.manager.execute(campaigns.CreateCampaign(campaigns.CampaignTerms(campaign_coupon(coupon_with))))
    return opened


def test_as_many_codes_as_asked_come_and_each_is_on_file(shop: Any) -> None:
    codes = list(shop.manager.generate_codes("SPRING", 250, name="b", prefix="sp-", size=100))
    assert len(set(codes)) == 250
    assert all(code.startswith("SP-") and len(code) == 13 for code in codes)
    assert sorted(shop.core.issued_codes("SPRING")) == sorted(codes)
    assert [shop.agent.get(f"b-{n}").count for n in (1, 2, 3)] == [100, 100, 50]
    assert {shop.core.coupon_code(code.lower()).campaign.id for code in codes} == {"SPRING"}


def test_a_call_that_was_cut_off_is_finished_by_the_same_call(shop: Any) -> None:
    """The first 150 of 250 were taken: two batches are there. The second call yields them again, and the rest."""
    first = list(islice(shop.manager.generate_codes("SPRING", 250, name="b", size=100), 150))
    again = list(shop.manager.generate_codes("SPRING", 250, name="b", size=100))
    assert again[:150] == first
    assert len(set(again)) == 250
    assert shop.core.count("code_batch") == 3


def test_a_code_that_was_drawn_before_is_drawn_again(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["A", "B", "B", "A", "C", "D", "C"])
    monkeypatch.setattr(generating, "random_code", lambda _prefix, _length: next(drawn))
    assert list(shop.manager.generate_codes("SPRING", 4, name="b", size=2)) == ["A", "B", "C", "D"]


def test_codes_that_could_be_guessed_are_refused(shop: Any) -> None:
    """A thousand codes need 10 bits and 20 to spare: six characters of 5 bits."""
    with pytest.raises(Refused) as refused:
        list(shop.manager.generate_codes("SPRING", 1000, name="b", length=5))
    assert [(each.code, each.path) for each in refused.value.problems] == [("value.not_accepted", "length")]
    assert len(list(shop.manager.generate_codes("SPRING", 1000, name="b", length=6))) == 1000


def test_codes_of_an_unknown_campaign_are_refused(shop: Any) -> None:
    with pytest.raises(Refused) as refused:
        list(shop.manager.generate_codes("AUTUMN", 10, name="b"))
    assert [each.code for each in refused.value.problems] == ["coupon.unknown_campaign"]
