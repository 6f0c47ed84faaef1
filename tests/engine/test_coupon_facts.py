"""Codes in the store cost a quote nothing unless they are typed; then a fixed number of looks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from attrs import evolve

from servicecore import pricing
from servicecore.pricing import campaigns
from servicecore.storage.memory import MemoryStore


class CountingReader:
    """A reader that counts what it is asked."""

    def __init__(self, reader: Any, asked: Counter[str]) -> None:
        self._reader = reader
        self._asked = asked

    def __getattr__(self, name: str) -> Any:
        self._asked[name] += 1
        return getattr(self._reader, name)

    def counter(self, counter: str) -> int:
        """Return the counter; which price book is in force is asked apart from what orders counted."""
        self._asked["book" if counter == "price-book-changes" else "counter"] += 1
        return int(self._reader.counter(counter))


class CountingStore(MemoryStore):
    """A store that counts what its readings are asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: Counter[str] = Counter()

    @contextmanager
    def reading(self) -> Iterator[Any]:
        with super().reading() as reader:
            yield CountingReader(reader, self.asked)


def asked(shop: Any, *codes: str) -> Counter[str]:
    shop.store.asked.clear()
    shop.agent.quote(shop.cart(codes=codes))
    return Counter(shop.store.asked)


def with_codes(open_shop: Any, coupon_with: Any, count: int) -> Any:
    shop = open_shop(CountingStore())
    shop.manager.execute(campaigns.CreateCampaign(campaigns.CampaignTerms(campaign_coupon(coupon_with))))
    codes = tuple(f"K{number}" for number in range(count))
    shop.manager.execute(campaigns.IssueCodes("SPRING", codes))
    shop.manager.execute(campaigns.ActivateCampaign("SPRING"))
    return shop


def campaign_coupon(coupon_with: Any, **limits: Any) -> pricing.Coupon:
    coupon = evolve(coupon_with(**limits), codes=())
    assert isinstance(coupon, pricing.Coupon)
    return coupon


def test_a_quote_without_a_code_asks_as_much_with_no_code_in_the_store_as_with_many(
    open_shop: Any, coupon_with: Any
) -> None:
    empty, full = open_shop(CountingStore()), with_codes(open_shop, coupon_with, 5000)
    assert asked(full) == asked(empty)


@pytest.mark.parametrize("count", [10, 5000])
def test_a_typed_code_takes_the_same_looks_however_many_there_are(open_shop: Any, coupon_with: Any, count: int) -> None:
    """One look for the code, one for its batch, one for its campaign; three counters; the customer is read anyway."""
    shop = with_codes(open_shop, coupon_with, count)
    looks = asked(shop, "k3") - asked(shop)
    assert looks == Counter(get=1, load=2, counter=3)


def test_a_campaign_beside_a_coupon_of_the_book_does_not_share_its_id_or_its_codes(
    open_shop: Any, book_with: Any, coupon_with: Any
) -> None:
    shop = open_shop(book=book_with(coupons=(coupon_with(),)))
    creating = campaigns.CreateCampaign(campaigns.CampaignTerms(campaign_coupon(coupon_with)))
    assert [each.code for each in shop.manager.check(creating)] == ["coupon.id_taken"]
    terms = campaigns.CampaignTerms(pricing.Coupon("MAY", tiers=coupon_with().tiers))
    shop.manager.execute(campaigns.CreateCampaign(terms))
    issuing = campaigns.IssueCodes("MAY", ("Spring 10",))
    assert [each.code for each in shop.manager.check(issuing)] == ["coupon.code_taken"]


def test_an_offer_that_the_book_does_not_have_any_more_is_the_codes_own_reason(open_shop: Any) -> None:
    shop = open_shop()
    shop.manager.execute(campaigns.CreateCampaign(campaigns.CampaignTerms(pricing.Coupon("MAY", offer="gone"))))
    shop.manager.execute(campaigns.IssueCodes("MAY", ("M1",)))
    shop.manager.execute(campaigns.ActivateCampaign("MAY"))
    refused = shop.agent.quote(shop.cart(codes=("m1", "M 1"))).not_applied
    assert [(each.rule, each.reason.code) for each in refused] == [("M1", "coupon.offer_missing")]
