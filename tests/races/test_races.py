"""Eight threads and four processes on one order, one coupon, one gift card, one contract: a serial result each."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from attrs import frozen
from tests.crash.points import Points
from tests.crash.scenarios import _sign
from tests.crash.shop import NOW, Shop, euro
from tests.races.contest import Entry, by_processes, by_threads, check_serial, copied, entry

from servicecore import billing, orders, pricing
from servicecore.billing import InvoiceKind
from servicecore.contracts import GiveNotice, HoldContract, ResumeContract, RunContract, TerminateContract
from servicecore.customers import Address, AddressKind, CustomerAddress, RegisterCustomer
from servicecore.kernel.money import Money
from servicecore.pricing import campaigns, redemptions
from servicecore.storage.memory import MemoryStore


@frozen
class Arena:
    """A shop on a store that many can open."""

    shop: Shop
    url: str
    hands: str

    def play(self, entries: list[Entry]) -> tuple[MemoryStore, dict[str, str]]:
        """Play with eight threads or four processes, and return what was there before, and every outcome."""
        before = copied(self.shop.core.runtime.store)
        random.Random(5).shuffle(entries)
        if self.hands == "threads":
            return before, by_threads(self.shop, entries, 8)
        (self.shop.folder / "now.txt").write_text(self.shop.clock.now().isoformat(), encoding="utf-8")
        return before, by_processes(self.url, self.shop.folder, entries, 4)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'shop.db'}?synchronous=off&timeout=60"
    return f"{request.getfixturevalue('postgres_url')}&timeout=60"


@pytest.fixture(params=["threads", "processes"])
def open_arena(request: pytest.FixtureRequest, tmp_path: Path, url: str) -> Iterator[Callable[..., Arena]]:
    opened: list[Shop] = []

    def open_one(prepare: Callable[[str, Path], None]) -> Arena:
        prepare(url, tmp_path)
        opened.append(Shop(url, tmp_path, Points()))
        return Arena(opened[-1], url, request.param)

    yield open_one
    for shop in opened:
        shop.core.close()


def prepare(url: str, folder: Path) -> None:
    with Shop(url, folder, Points(), new=True) as shop:
        address = Address("Rossi Srl", "Via Roma 1", "Torino", "IT")
        ours = (CustomerAddress(AddressKind.BILL_TO, address),)
        shop.desk.execute(RegisterCustomer(customer_name="Rossi Srl", id="C-1", addresses=ours))
        for number in range(8):
            shop.keep_placing(f"order-{number}", 5, codes=("SPRING10",))
        shop.keep_placing("plain", 5)


def test_one_order_whose_last_units_everybody_wants_to_take_off(open_arena: Callable[..., Arena]) -> None:
    """Five units, eight that each take one off: five succeed, three are refused; notes and holds go in between."""
    arena = open_arena(prepare)
    shop = arena.shop
    order = shop.desk.execute(shop.placing("plain")).id
    one = Decimal(1)
    entries = [entry(shop, f"cancel-{n}", orders.CancelLine(order, 1, one), "customer_request") for n in range(8)]
    entries += [entry(shop, f"note-{n}", orders.AddNote(order, f"note {n}")) for n in range(8)]
    before, outcomes = arena.play(entries)
    told = sorted(outcomes[f"cancel-{n}"] for n in range(8))
    assert told.count("done") == 5
    assert {outcomes[f"note-{n}"] for n in range(8)} == {"done"}
    serial = check_serial(before, shop, entries, outcomes)
    assert shop.desk.get(order, "order") == serial.desk.get(order, "order")
    assert shop.unsound() == []


def test_one_coupon_with_three_uses_for_eight_orders(open_arena: Callable[..., Arena]) -> None:
    """Three orders are placed with it; the others are refused and leave nothing behind."""
    arena = open_arena(prepare)
    shop = arena.shop
    entries = [entry(shop, f"place-{n}", shop.placing(f"order-{n}")) for n in range(8)]
    before, outcomes = arena.play(entries)
    assert sorted(outcomes.values()) == ["coupon.limit_reached"] * 5 + ["done"] * 3
    serial = check_serial(before, shop, entries, outcomes)
    assert shop.core.count("order") == serial.core.count("order") == 3
    with shop.core.runtime.store.reading() as reader:
        assert reader.counter("coupon:SPRING") == 3
    assert shop.unsound() == []


def issue_gift_card(shop: Shop, amount: str) -> str:
    code = billing.GiftCardCode.read("7KQ2-9XMP-4TRA-00BD")
    return shop.desk.execute(billing.IssueGiftCard(euro(amount), code=code)).id


def test_one_gift_card_that_everybody_spends_funds_locks_and_voids(open_arena: Callable[..., Arena]) -> None:
    """30.00 and 4.00 more; every command is answered as in the order of the log, and the books sum to the cent."""
    arena = open_arena(prepare)
    shop = arena.shop
    card = issue_gift_card(shop, "30.00")
    pay, reserve = billing.PayByGiftCard, billing.ReserveGiftCard
    entries = [entry(shop, f"pay-{n}", pay(card, euro("7.99"), f"p-{n}", f"till-{n}")) for n in range(6)]
    entries += [entry(shop, f"again-{n}", pay(card, euro("7.99"), f"p-{n}", f"till-{n}")) for n in range(3)]
    entries += [entry(shop, f"keep-{n}", reserve(card, euro("9.50"), f"r-{n}", f"order-{n}")) for n in range(3)]
    entries += [entry(shop, f"free-{n}", billing.ReleaseGiftCard(card, f"r-{n}", f"v-{n}")) for n in range(3)]
    entries += [entry(shop, f"take-{n}", pay(card, euro("9.50"), f"t-{n}", f"order-{n}", f"r-{n}")) for n in range(3)]
    entries += [entry(shop, f"fund-{n}", billing.AddGiftCardFunds(card, euro("2.00"), f"f-{n}")) for n in range(2)]
    entries += [entry(shop, "lock", billing.LockGiftCard(card), "lost")]
    entries += [entry(shop, f"unlock-{n}", billing.UnlockGiftCard(card), "found") for n in range(2)]
    entries += [entry(shop, "void", billing.VoidGiftCard(card), "mistake")]
    before, outcomes = arena.play(entries)
    serial = check_serial(before, shop, entries, outcomes)
    state = shop.desk.get(card, "gift_card")
    assert state == serial.desk.get(card, "gift_card")
    prices = {"p": Decimal("7.99"), "t": Decimal("9.50")}
    paid = sum((prices.get(each.key[:1], Decimal(0)) for each in state.entries), Decimal(0))
    funds = 30 + 2 * sum(outcomes[f"fund-{n}"] == "done" for n in range(2))
    assert state.balance.amount == (0 if outcomes["void"] == "done" else funds - paid)
    assert 0 <= state.reserved.amount <= state.balance.amount
    assert shop.unsound() == []


def test_one_gift_card_for_eight_orders(open_arena: Callable[..., Arena]) -> None:
    """22.50 each from a card with 100.00: whoever comes first locks it, the seven others are declined."""
    arena = open_arena(prepare)
    shop = arena.shop
    card = issue_gift_card(shop, "100.00")
    for number in range(8):
        shop.keep_placing(f"present-{number}", 5, gift_card=card)
    entries = [entry(shop, f"place-{n}", shop.placing(f"present-{n}"), sends=True) for n in range(8)]
    _before, outcomes = arena.play(entries)
    assert set(outcomes.values()) == {"done"}
    placed = [shop.desk.get(each, "order") for each in shop.core.find("order", "customer", "C-1")]
    made = [each for order in placed for each in order.ledger.transactions]
    answers = sorted(each.decline.code if each.decline else each.status.value for each in made)
    assert answers == ["approved"] + ["gift_card.locked"] * 7
    state = shop.desk.get(card, "gift_card")
    assert (state.balance, state.reserved) == (euro("100.00"), euro("22.50"))
    shop.settle()
    assert (shop.unsettled(), shop.unsound()) == ([], [])


def test_one_contract_that_is_billed_held_and_ended_at_once(open_arena: Callable[..., Arena]) -> None:
    """Three months are due: whoever comes first, each is billed once, and each bill becomes one invoice."""
    arena = open_arena(_sign)
    shop = arena.shop
    (contract,) = shop.core.find("contract", "customer", "C-1")
    shop.clock.move_to(NOW + timedelta(days=75))
    last = (NOW + timedelta(days=90)).date()
    entries = [entry(shop, f"run-{n}", RunContract(contract)) for n in range(6)]
    entries += [entry(shop, f"hold-{n}", HoldContract(contract)) for n in range(3)]
    entries += [entry(shop, f"resume-{n}", ResumeContract(contract)) for n in range(3)]
    entries += [entry(shop, f"notice-{n}", GiveNotice(contract)) for n in range(2)]
    entries += [
        entry(shop, f"end-{n}", TerminateContract(contract, last_day=last), "customer_request") for n in range(2)
    ]
    before, outcomes = arena.play(entries)
    serial = check_serial(before, shop, entries, outcomes)
    assert shop.desk.get(contract) == serial.desk.get(contract)
    for each in (shop, serial):
        each.desk.core.run_due()
        each.settle()
    bills = [e for e in shop.core.history(contract) if e.event.type_name == "contracts.period_billed"]
    starts = [each.event.start for each in bills]  # type: ignore[attr-defined]  # they bill a period
    assert len(starts) == len(set(starts))
    found = [shop.desk.get(each, "invoice") for each in shop.core.find("invoice", "contract", contract)]
    assert len([each for each in found if each.kind is InvoiceKind.CONTRACT_PERIOD]) == len(bills)
    assert (shop.unsettled(), shop.unsound()) == ([], [])


def prepare_campaign(url: str, folder: Path) -> None:
    """A campaign with 2.00 to give: two pairs of teas take 0.90 each."""
    with Shop(url, folder, Points(), new=True) as shop:
        tier = pricing.CouponTier(Money("0", "EUR"), Decimal(10), pricing.CouponValue.PERCENT)
        budget = pricing.CouponBudget(Money("2.00", "EUR"))
        coupon = pricing.Coupon("LETTERS", tiers=(tier,), limit_per_customer=3, budgets=(budget,))
        shop.desk.execute(campaigns.CreateCampaign(campaigns.CampaignTerms(coupon)))
        shop.desk.execute(campaigns.IssueCodes("LETTERS", ("L1", "L2")))
        shop.desk.execute(campaigns.ActivateCampaign("LETTERS"))
        for number in range(8):
            shop.keep_placing(f"order-{number}", 2, codes=(f"L{number % 2 + 1}",))


def test_one_campaign_whose_budget_is_for_two_of_eight_orders_and_reservations(
    open_arena: Callable[..., Arena],
) -> None:
    """Four reserve and order, four order at once: 2.00 are enough for two times 0.90, and no cent more is given."""
    arena = open_arena(prepare_campaign)
    shop = arena.shop
    placing = [shop.placing(f"order-{n}") for n in range(8)]
    entries = [entry(shop, f"place-{n}", placing[n]) for n in range(8)]
    entries += [entry(shop, f"reserve-{n}", redemptions.ReserveCoupons(placing[n].quote)) for n in range(4)]
    before, outcomes = arena.play(entries)
    serial = check_serial(before, shop, entries, outcomes)
    held = [shop.desk.get(each, "redemption") for each in shop.core.find("redemption", "customer", "C-1")]
    assert sum(1 for each in held if each.uses) == 2
    with shop.core.runtime.store.reading() as reader:
        assert reader.counter("coupon:LETTERS") == 2
        assert reader.counter("money:EUR:coupon:LETTERS") == 180
    assert shop.core.count("order") == serial.core.count("order")
    assert shop.unsound() == []


def prepare_offers(url: str, folder: Path) -> None:
    """An offer with 2.00 to give: two pairs of teas take 0.90 each; and a tenth off the first order."""
    with Shop(url, folder, Points(), new=True) as shop:
        for number in range(8):
            shop.keep_placing(f"order-{number}", 2, channel="web")
            shop.keep_placing(f"first-{number}", number + 1, channel="mail")


def test_one_offer_whose_budget_is_for_two_of_eight_orders_and_reservations(open_arena: Callable[..., Arena]) -> None:
    """Four reserve and order, four order at once, without any code: two have the offer, and the others nothing."""
    arena = open_arena(prepare_offers)
    shop = arena.shop
    placing = [shop.placing(f"order-{n}") for n in range(8)]
    entries = [entry(shop, f"place-{n}", placing[n]) for n in range(8)]
    entries += [entry(shop, f"reserve-{n}", redemptions.ReserveCoupons(placing[n].quote)) for n in range(4)]
    before, outcomes = arena.play(entries)
    serial = check_serial(before, shop, entries, outcomes)
    held = [shop.desk.get(each, "redemption") for each in shop.core.find("redemption", "offer", "LAUNCH")]
    assert len(held) == 2
    with shop.core.runtime.store.reading() as reader:
        assert reader.counter("offer-uses:LAUNCH") == reader.counter("customer-uses:LAUNCH\nC-1") == 2
        assert reader.counter("money:EUR:offer-uses:LAUNCH") == 180
    assert shop.core.count("order") == serial.core.count("order")
    assert shop.unsound() == []


def test_eight_carts_that_stand_open_are_one_first_order(open_arena: Callable[..., Arena]) -> None:
    """All were quoted as the customer's first; one is, and the others are refused until they are quoted anew."""
    arena = open_arena(prepare_offers)
    shop = arena.shop
    entries = [entry(shop, f"place-{n}", shop.placing(f"first-{n}")) for n in range(8)]
    before, outcomes = arena.play(entries)
    assert sorted(outcomes.values()) == ["done"] + ["offer.order_number_taken"] * 7
    serial = check_serial(before, shop, entries, outcomes)
    assert shop.core.count("order") == serial.core.count("order") == 1
    with shop.core.runtime.store.reading() as reader:
        assert reader.counter("order-number:C-1\n1") == 1
    assert shop.unsound() == []


def prepare_codes(url: str, folder: Path) -> None:
    """Eight carts that all have the last use of an offer's own code."""
    with Shop(url, folder, Points(), new=True) as shop:
        for number in range(8):
            shop.keep_placing(f"order-{number}", 2, codes=("last",))


def test_eight_open_carts_race_for_the_last_use_of_a_code_of_an_offer(open_arena: Callable[..., Arena]) -> None:
    """Four reserve and order, four order at once: one of the eight has it, whichever it is, and no other anything."""
    arena = open_arena(prepare_codes)
    shop = arena.shop
    placing = [shop.placing(f"order-{n}") for n in range(8)]
    assert {str(each.quote.discount.amount) for each in placing} == {"0.90"}
    entries = [entry(shop, f"place-{n}", placing[n]) for n in range(8)]
    entries += [entry(shop, f"reserve-{n}", redemptions.ReserveCoupons(placing[n].quote)) for n in range(4)]
    before, outcomes = arena.play(entries)
    placed = [key for key, told in outcomes.items() if told == "done" and key.startswith("place")]
    assert len(placed) == 1
    serial = check_serial(before, shop, entries, outcomes)
    assert shop.core.find("redemption", "offer", "LETTER") == (placing[int(placed[0][-1])].quote.id,)
    with shop.core.runtime.store.reading() as reader:
        assert reader.counter("offer-code-uses:LETTER\nLAST") == 1
        assert reader.counter("customer-code-uses:LETTER\nC-1\nLAST") == 1
    assert shop.core.count("order") == serial.core.count("order") == 1
    assert shop.unsound() == []


def test_a_price_that_is_restored_races_with_orders_for_the_use_that_it_let_go(
    open_arena: Callable[..., Arena],
) -> None:
    """The last use of a code comes back with a price set by hand: seven carts and the restored price want it."""
    arena = open_arena(prepare_codes)
    shop = arena.shop
    order = shop.desk.execute(shop.placing("order-0")).id
    shop.desk.execute(orders.OverridePrice(order, 1, euro("3.00")), reason="damage")
    entries = [entry(shop, f"place-{n}", shop.placing(f"order-{n}")) for n in range(1, 8)]
    entries += [entry(shop, f"restore-{n}", orders.RestorePrice(order, 1)) for n in range(3)]
    entries += [entry(shop, f"lower-{n}", orders.OverridePrice(order, 1, euro("2.00")), "damage") for n in range(2)]
    before, outcomes = arena.play(entries)
    serial = check_serial(before, shop, entries, outcomes)
    assert shop.desk.get(order, "order") == serial.desk.get(order, "order")
    held = [shop.desk.get(each, "redemption") for each in shop.core.find("redemption", "offer", "LETTER")]
    with shop.core.runtime.store.reading() as reader:
        assert reader.counter("offer-code-uses:LETTER\nLAST") == len(held) <= 1
    assert shop.unsound() == []
