"""Codes in a SQLite file: a quote asks the same however many there are, and a batch is written whole or not at all."""

from __future__ import annotations

import secrets
import sqlite3
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from servicecore.engine.coupon_codes import batch_of, keep_codes
from servicecore.engine.generate_codes import ALPHABET, random_code
from servicecore.errors import Refused
from servicecore.pricing import campaigns

MANY = 20_000


class CountedConnection(sqlite3.Connection):
    """A connection that counts statements, the rows that came back, and the steps of SQLite's virtual machine."""

    def __init__(self, asked: Counter[str], *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)

        def count(what: str, answer: Any) -> Any:
            asked[what] += 1
            return answer

        self.set_trace_callback(lambda _statement: count("statements", None))
        self.set_progress_handler(lambda: count("steps", 0), 1)
        self.row_factory = lambda _cursor, row: count("rows", row)


@pytest.fixture
def fill(open_shop: Any, coupon_with: Any, tmp_path: Path) -> Callable[[int], str]:
    """Return a function that makes a file with a campaign of so many codes K0, K1 ..."""

    def fill_one(count: int) -> str:
        url = f"sqlite:///{tmp_path / f'{count}.db'}"
        shop = open_shop(url)
        terms = campaigns.CampaignTerms(evolve(coupon_with(), codes=()))
        shop.manager.execute(campaigns.CreateCampaign(terms))
        for start in range(0, count, 10_000):
            codes = tuple(f"K{number}" for number in range(start, min(count, start + 10_000)))
            shop.manager.execute(campaigns.IssueCodes("SPRING", codes))
        shop.manager.execute(campaigns.ActivateCampaign("SPRING"))
        shop.core.close()
        return url

    return fill_one


@pytest.fixture
def ask(open_shop: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Counter[str]]:
    """Return a function that says what the second quote with a code asks of a file: the first warms up."""

    def ask_one(url: str, *codes: str) -> Counter[str]:
        asked: Counter[str] = Counter()
        with monkeypatch.context() as patch:
            patch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=partial(CountedConnection, asked)))
            shop = open_shop(url)
            shop.agent.quote(shop.cart(codes=("K3",) * len(codes)))
            asked.clear()
            quote = shop.agent.quote(shop.cart(codes=codes))
        assert tuple(each.code for each in quote.lines[0].discounts) == codes
        return Counter(asked)

    return ask_one


def test_a_quote_asks_sqlite_the_same_however_many_codes_there_are(fill: Any, ask: Any) -> None:
    """With 10 codes and with 20,000: as many statements, rows and steps, for a code that was typed and for none."""
    few, many = fill(10), fill(MANY)
    assert ask(few) == ask(many)
    assert ask(few, "K7") == ask(many, f"K{MANY - 1}")
    assert 0 < ask(many)["steps"] < ask(many, "K7")["steps"] < MANY


def test_a_batch_with_codes_that_others_took_meanwhile_is_refused_whole(open_shop: Any, fill: Any) -> None:
    """The facts said that all were free; the transaction sees K9 and K3, and keeps neither A nor Z."""
    shop = open_shop(fill(10))
    store = shop.core.runtime.store
    issued = campaigns.CodesIssued("late", "SPRING", ("Z", "K9", "A", "K3"), (), None, None, shop.clock.now())
    with pytest.raises(Refused) as refused, store.transaction() as transaction:
        keep_codes(transaction, (issued,))
    assert [(each.code, each.param("value")) for each in refused.value.problems] == [
        ("coupon.code_taken", "K9"),
        ("coupon.code_taken", "K3"),
    ]
    with store.reading() as reader:
        assert [batch_of(reader, code) for code in ("Z", "A")] == [None, None]
    assert list(shop.core.verify()) == []


def test_every_letter_of_a_code_is_as_likely_as_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """All 256 bytes once: each of the 32 letters 8 times."""
    monkeypatch.setattr(secrets, "token_bytes", lambda count: bytes(range(count)))
    assert Counter(random_code("", 256)) == dict.fromkeys(ALPHABET, 8)


def test_generated_codes_are_handed_on_batch_by_batch(open_shop: Any, coupon_with: Any, tmp_path: Path) -> None:
    """The next command of an agent does not have to hand on what thousands of batches left waiting."""
    shop = open_shop(f"sqlite:///{tmp_path / 'shop.db'}")
    shop.manager.execute(campaigns.CreateCampaign(campaigns.CampaignTerms(evolve(coupon_with(), codes=()))))
    for _code in shop.manager.generate_codes("SPRING", 450, name="b", size=3):
        assert len(shop.core.runtime.store.outbox(limit=1000)) < 100
    assert len(shop.core.runtime.store.log()) > 150
