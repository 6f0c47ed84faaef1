"""Random lives of a card against a book-keeper who knows nothing of reservations as objects: plain cents in a dict."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.billing.gift_cards.counter import NOW, Counter, eur

from servicecore.billing import (
    AddGiftCardFunds,
    AssignGiftCardCode,
    CardEntryKind,
    ExpireGiftCard,
    ExtendGiftCard,
    GiftCardCode,
    GiftCardPolicy,
    GiftCardStatus,
    LockGiftCard,
    PayByGiftCard,
    RefundToGiftCard,
    ReleaseGiftCard,
    ReserveGiftCard,
    UnlockGiftCard,
    VoidGiftCard,
)
from servicecore.errors import InvalidValue
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Command

DAYS = 30


class Books:
    """The oracle: what a clerk would write down, command by command, with whole days for time."""

    def __init__(self, cents: int, *, locks: bool) -> None:
        self.free = cents
        self.kept: dict[str, tuple[int, str, int]] = {}
        self.paid: dict[str, int] = {}
        self.seen: dict[str, tuple[Any, ...]] = {}
        self.locks = locks
        self.lock: str | None = None
        self.day = 0
        self.void = False

    def pass_time(self) -> None:
        for key, (cents, _document, until) in list(self.kept.items()):
            if until <= self.day and cents:
                self.free += cents
                self.end(key)

    def end(self, key: str) -> None:
        _cents, document, until = self.kept[key]
        self.kept[key] = (0, document, until)
        if self.lock == document and not any(cents for cents, other, _day in self.kept.values() if other == document):
            self.lock = None

    def usable(self, document: str) -> str:
        if self.void:
            return "gift_card.voided"
        return "" if self.lock in (None, document) else "gift_card.locked"

    def enough(self, cents: int) -> str:
        if self.free == 0:
            return "gift_card.zero_balance"
        return "" if cents <= self.free else "gift_card.insufficient"

    def move(self, what: str, key: str, cents: int, document: str, other: str) -> str:
        asked = (what, cents, document, other)
        if self.void and what in {"fund", "refund"}:
            return "gift_card.voided"
        if key in self.seen:
            return "nothing" if self.seen[key] == asked else "gift_card.key_reused"
        told = getattr(self, what)(key, cents, document, other)
        if told == "ok":
            self.seen[key] = asked
        return str(told)

    def fund(self, _key: str, cents: int, _document: str, _other: str) -> str:
        self.free += cents
        return "ok"

    def reserve(self, key: str, cents: int, document: str, _other: str) -> str:
        wrong = self.usable(document) or self.enough(cents)
        if wrong:
            return wrong
        self.free -= cents
        self.kept[key] = (cents, document, self.day + DAYS)
        if self.locks and self.lock is None:
            self.lock = document
        return "ok"

    def pay(self, key: str, cents: int, document: str, other: str) -> str:
        if not other:
            wrong = self.usable(document) or self.enough(cents)
            if wrong:
                return wrong
            self.free -= cents
        else:
            left, owner, until = self.kept.get(other, (0, "", 0))
            if cents > left:
                return "gift_card.reservation_ended"
            self.kept[other] = (left - cents, owner, until)
            if left == cents:
                self.end(other)
        self.paid[key] = cents
        return "ok"

    def refund(self, _key: str, cents: int, _document: str, other: str) -> str:
        if cents > self.paid.get(other, 0):
            return "gift_card.nothing_to_refund"
        self.paid[other] -= cents
        self.free += cents
        return "ok"


STEPS = st.one_of(
    st.tuples(
        st.sampled_from(["fund", "reserve", "reserve", "pay", "pay", "refund"]),
        st.integers(0, 8),
        st.one_of(st.sampled_from([500, 1_000]), st.integers(1, 2_000)),
        st.sampled_from(["order-1", "order-2"]),
        st.integers(-1, 8),
    ),
    st.tuples(st.sampled_from(["release", "wait", "expire", "lock", "unlock", "void"]), st.integers(0, 8)),
)


def _command(what: str, key: str, cents: int, document: str, other: str) -> Command:
    amount = Money.from_minor(cents, "EUR")
    if what == "fund":
        return AddGiftCardFunds("card-1", amount, key, document)
    if what == "reserve":
        return ReserveGiftCard("card-1", amount, key, document)
    if what == "pay":
        return PayByGiftCard("card-1", amount, key, document, other)
    return RefundToGiftCard("card-1", amount, key, other, document)


@given(funds=st.integers(1, 3_000), locks=st.booleans(), steps=st.lists(STEPS, max_size=25))
def test_a_card_stands_as_its_book_keeper_says(funds: int, locks: bool, steps: list[tuple[Any, ...]]) -> None:
    """Same answer, same balance, same rest after every command; nothing lost, nothing made, never below zero."""
    counter = Counter(str(Decimal(funds).scaleb(-2)), GiftCardPolicy(locks_in_use=locks))
    books = Books(funds, locks=locks)
    for step in steps:
        _play(counter, books, step)
        card = counter.state
        kept = sum(cents for cents, _document, _until in books.kept.values())
        assert (card.balance.to_minor(), card.reserved.to_minor()) == (books.free + kept, kept)
        assert 0 <= card.reserved.to_minor() <= card.balance.to_minor()
        raised = card.total(CardEntryKind.FUNDS) + card.total(CardEntryKind.REFUND)
        assert raised == card.balance + card.total(CardEntryKind.PAYMENT) + card.total(CardEntryKind.VOID)
        assert (card.status is GiftCardStatus.LOCKED) == (books.lock is not None)


def _play(counter: Counter, books: Books, step: tuple[Any, ...]) -> None:
    what, number, *rest = step
    if what == "wait":
        books.day += 7 * number
        counter.wait(days=7 * number)
    books.pass_time()
    counter.do(ExpireGiftCard("card-1"))
    if rest:
        _move(counter, books, what, f"k-{number}", rest)
    elif what == "release":
        _release(counter, books, f"k-{number}")
    elif what == "lock" and counter.do(LockGiftCard("card-1")) == "ok":
        books.lock = ""
    elif what == "unlock" and counter.do(UnlockGiftCard("card-1")) == "ok":
        books.lock = None
    elif what == "void":
        _void(counter, books)


def _move(counter: Counter, books: Books, what: str, key: str, rest: list[Any]) -> None:
    cents, document, follows = rest
    other = f"k-{follows}" if what in {"pay", "refund"} and follows >= 0 else ""
    wanted = books.move(what, key, cents, document, other)
    assert counter.do(_command(what, key, cents, document, other)) == wanted


def _release(counter: Counter, books: Books, key: str) -> None:
    cents, _document, _until = books.kept.get(key, (-1, "", 0))
    told = counter.do(ReleaseGiftCard("card-1", key, "r"))
    assert told == ("gift_card.reservation_ended" if cents < 0 else "ok" if cents else "nothing")
    if cents > 0:
        books.free += cents
        books.end(key)


def _void(counter: Counter, books: Books) -> None:
    untouched = not any(asked[0] == "pay" for asked in books.seen.values())
    unreserved = not any(cents for cents, _document, _until in books.kept.values())
    told = counter.do(VoidGiftCard("card-1"))
    assert (told == "ok") == (untouched and unreserved and not books.void)
    if told == "ok":
        books.void, books.lock, books.free = True, None, 0


@given(weeks=st.integers(0, 8), cents=st.integers(1, 3_000))
def test_it_does_not_matter_whether_due_work_has_run(weeks: int, cents: int) -> None:
    """A card that was woken at every lapse and one that never was give the same answer to the same payment."""
    answers = []
    for woken in (True, False):
        counter = Counter(expires_at=NOW + timedelta(days=45))
        counter.do(ReserveGiftCard("card-1", eur("20.00"), "k-1", "order-1"))
        for _week in range(weeks):
            counter.wait(days=7)
            if woken:
                counter.do(ExpireGiftCard("card-1"))
        told = counter.do(PayByGiftCard("card-1", Money.from_minor(cents, "EUR"), "k-2", "order-2"))
        counter.do(ExpireGiftCard("card-1"))
        answers.append((told, counter.state))
    assert answers[0] == answers[1]


def test_the_states_of_a_card_in_one_life() -> None:
    """Created without a number, active, locked in use, active, exhausted, active again, expired, extended."""
    counter = Counter(code=None, expires_at=NOW + timedelta(days=365))
    seen = [counter.state.status]
    counter.do(AssignGiftCardCode("card-1", GiftCardCode.read("7KQ2-9XMP-4TRA-00BD")))
    seen.append(counter.state.status)
    counter.do(ReserveGiftCard("card-1", eur("30.00"), "k-1", "order-1"))
    seen.append(counter.state.status)
    counter.do(PayByGiftCard("card-1", eur("30.00"), "k-2", "order-1", "k-1"))
    seen.append(counter.state.status)
    counter.do(RefundToGiftCard("card-1", eur("10.00"), "k-3", "k-2", "order-1"))
    seen.append(counter.state.status)
    counter.wait(days=365)
    counter.do(ExpireGiftCard("card-1"))
    seen.append(counter.state.status)
    counter.do(ExtendGiftCard("card-1"))
    seen.append(counter.state.status)
    assert [each.value for each in seen] == [
        "created",
        "active",
        "locked",
        "exhausted",
        "active",
        "expired",
        "active",
    ]
    assert counter.money == ("10.00", "0.00", "10.00")


def test_what_was_given_back_of_one_payment_leaves_the_others_alone() -> None:
    """30.00 and 15.00 were paid; 12.00 of the first went back: 18.00 and 15.00 can still be given back."""
    counter = Counter("50.00")
    counter.do(PayByGiftCard("card-1", eur("30.00"), "k-1", "order-1"))
    counter.do(PayByGiftCard("card-1", eur("15.00"), "k-2", "order-2"))
    counter.do(RefundToGiftCard("card-1", eur("12.00"), "k-3", "k-1", "order-1"))
    card = counter.state
    first, second = card.entry("k-1"), card.entry("k-2")
    assert first is not None
    assert second is not None
    assert (card.refundable(first), card.refundable(second)) == (eur("18.00"), eur("15.00"))
    assert counter.money[0] == "17.00"


def test_an_expiry_without_a_zone_is_refused_by_its_name() -> None:
    with pytest.raises(InvalidValue) as refused:
        ExtendGiftCard("card-1", datetime(2026, 3, 2, 9, 0))  # noqa: DTZ001 - that is what is refused
    assert refused.value.problem.path == "expires_at"
