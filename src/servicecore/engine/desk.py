"""The desk: servicecore as one actor sees it, with the three verbs, ``allowed``, quotes and histories."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from attrs import evolve, field, frozen

from servicecore.engine import execute as verbs
from servicecore.engine.consumers import told
from servicecore.engine.generate_codes import generate_codes
from servicecore.engine.import_codes import import_codes
from servicecore.engine.outbox import MOST_AT_ONCE, hand_on
from servicecore.engine.payments import send_requested
from servicecore.engine.quoting import RIGHT, build_quote, quote_facts, with_tax_rates
from servicecore.engine.receipts import FollowUpRefused, Preview, Receipt, Task
from servicecore.engine.requests import Request
from servicecore.engine.source_codes import results_of_orders, source_codes
from servicecore.errors import Refused
from servicecore.kernel.authority import Actor, Reason
from servicecore.kernel.checked_fields import must_be
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Command, Refusal, may_do, refuse
from servicecore.kernel.problems import Problem
from servicecore.pricing.advertise_price import AdvertisedPrice, advertise_price
from servicecore.pricing.cart import Cart
from servicecore.pricing.price_details import PriceDetails, price_details
from servicecore.pricing.quote import Quote
from servicecore.pricing.replay_quote import replay_quote
from servicecore.pricing.source_code_results import SourceCodePlan, SourceCodeResult
from servicecore.pricing.sources import SourceCode

if TYPE_CHECKING:
    from servicecore.engine.service import ServiceCore


def _reason(value: Reason | str | None) -> Reason | None:
    return Reason(value) if isinstance(value, str) else value


@frozen
class Desk:
    """One actor's way to act.

    Attributes:
        core: the installation.
        actor: who acts; everything done here is recorded under this name.

    """

    core: ServiceCore = field(repr=False)
    actor: Actor

    def quote(self, cart: Cart, *, reason: Reason | str | None = None, approved_by: Actor | None = None) -> Quote:
        """Return the cart with every price, discount, charge and tax, each explained (A07, F02).

        Raises:
            Refused: with all problems: unknown items, missing prices, overrides beyond the limit, a tax engine
                that does not answer.

        """
        quote = build_quote(self.core.runtime, self.core.book(), cart, self.actor, approved_by, reason=_reason(reason))
        if isinstance(quote, Quote):
            return quote
        raise Refused(quote.problems)

    def advertise(self, cart: Cart, item: str, units: Decimal | int = 1) -> AdvertisedPrice:
        """Return what the last ``units`` of ``item`` in ``cart`` cost, given all the rest of it (A07).

        The cart has the units already: what a catalogue page shows beside "add to the cart" is the price of a cart
        with one unit more. Before charges and taxes that prices do not contain.

        Raises:
            Refused: what a quote would refuse; ``value.not_accepted`` where the cart has fewer units.

        """
        book = self.core.book()
        facts = quote_facts(self.core.runtime, book, cart, self.actor)
        denied = facts.authority.check_right(self.actor, RIGHT)
        if denied is not None:
            raise Refused((denied,))
        facts = with_tax_rates(self.core.runtime, book, cart, facts)
        answer = advertise_price(book, cart, item, facts, units=units)
        if isinstance(answer, Refusal):
            raise Refused(answer.problems)
        return answer

    def replay_quote(self, quote: Quote) -> Quote:
        """Return ``quote`` made once more from its cart, the kept book that it names, and its tax answer (F02).

        The actor stands where the one stood who asked for it, and no use of a coupon or of an offer counts but for what
        the quote itself says in ``offer_uses``: a quote that rests on such a count, on a campaign's code or on an
        approval is replayed by `pricing.replay_quote` with those facts.

        Raises:
            Refused: what a quote refuses; the actor has no right to quote.
            NotFound: no book of that version was ever in force.

        """
        runtime = self.core.runtime
        facts = Facts(
            now=must_be(quote, Quote, "quote").at,
            actor=self.actor,
            authority=runtime.settings.authority,
            others=runtime.settings.policies,
        )
        denied = facts.authority.check_right(self.actor, RIGHT)
        answer = refuse(denied) if denied is not None else replay_quote(runtime.books.version(quote.book), quote, facts)
        if isinstance(answer, Refusal):
            raise Refused(answer.problems)
        return answer

    def source_codes(self, *, targeted: str = "") -> tuple[SourceCode, ...]:
        """Return the source codes that an order of today may carry, in the order of the book (A05, CC 5.3).

        Args:
            targeted: a customer's id, for those only that were mailed to it; empty for all.

        Raises:
            NotFound: no price book is in force, or there is no such customer.

        """
        return source_codes(self.core.runtime, targeted)

    def source_code_results(
        self, plans: Iterable[SourceCodePlan], costs: Mapping[str, Money] | None = None
    ) -> tuple[SourceCodeResult, ...]:
        """Return what source codes brought: those of ``plans``, in their order, then those of ``costs`` (A05, CC 5.4).

        Of the orders only those are read that carry one of these codes.

        Args:
            plans: each code once.
            costs: what was really spent, by code; a code that is missing spent nothing.

        Raises:
            InvalidValue: ``value.not_accepted`` for a code that is planned twice, ``money.currency_mismatch`` for sales
                or costs in another currency than the code's first amount.

        """
        return results_of_orders(self.core.runtime, plans, costs or {})

    def price_details(self, quote: Quote, line: int) -> PriceDetails:
        """Return how the price of a line came about, what else was considered, and what was paid before (A07).

        Raises:
            Refused: ``pricing.no_such_line``; the actor has no right to quote.
            NotFound: no price book is in force.

        """
        book = self.core.book()
        must_be(line, int, "line")
        facts = quote_facts(self.core.runtime, book, must_be(quote, Quote, "quote").cart, self.actor)
        denied = facts.authority.check_right(self.actor, RIGHT)
        if denied is not None:
            raise Refused((denied,))
        priced = quote.line(line)
        history = () if priced is None else self.core.price_history(quote.cart.customer, priced.item)
        details = price_details(book, quote, line, facts, history)
        if isinstance(details, PriceDetails):
            return details
        raise Refused((details,))

    def execute(
        self,
        command: Command,
        *,
        reason: Reason | str | None = None,
        approved_by: Actor | None = None,
        key: str = "",
        expected_version: int | None = None,
    ) -> Receipt:
        """Make it happen, and return the receipt.

        Once the command is committed it is answered: what fails while its payments are sent and its events handed on
        stands in the receipt as ``unfinished``, and ``run_due`` does it.

        Args:
            command: what to do.
            reason: reason code, or code and note.
            approved_by: a second person, for what goes beyond the actor's limit.
            key: idempotency key: the same key and command happen once and are answered alike.
            expected_version: the version that the caller saw; another one is refused.

        Raises:
            Refused: with every problem; nothing was changed.
            VersionConflict: others changed the same thing again and again.

        """
        request = Request(command, self.actor, approved_by, _reason(reason), key, expected_version)
        receipt, events = verbs.carry_out(self.core.runtime, request)
        refused: tuple[FollowUpRefused, ...] = ()
        unfinished: list[str] = []
        try:
            if send_requested(self.core.runtime, receipt.id, receipt.events):
                self.core.awaited.have_to_be_handed_on()
        except Exception as error:  # noqa: BLE001 - it is committed: whatever happens now, the caller gets the receipt
            unfinished.append(told(error))
            self.core.awaited.have_to_be_handed_on()
        try:
            if self.core.awaited.are_among(events, self.core.runtime, self.core.processes):
                handed = hand_on(self.core.runtime, self.core.processes)
                refused = handed.refused
                if handed.events < MOST_AT_ONCE:
                    self.core.awaited.were_handed_on()
        except Exception as error:  # noqa: BLE001 - likewise
            unfinished.append(told(error))
        if not refused and not unfinished:
            return receipt
        return evolve(receipt, refused=refused, unfinished=tuple(unfinished))

    def check(
        self,
        command: Command,
        *,
        reason: Reason | str | None = None,
        approved_by: Actor | None = None,
        expected_version: int | None = None,
    ) -> tuple[Problem, ...]:
        """Return why the command would be refused, or nothing; changes nothing."""
        return self.preview(command, reason=reason, approved_by=approved_by, expected_version=expected_version).problems

    def preview(
        self,
        command: Command,
        *,
        reason: Reason | str | None = None,
        approved_by: Actor | None = None,
        expected_version: int | None = None,
    ) -> Preview:
        """Return what would happen, and how the money would change; changes nothing."""
        request = Request(command, self.actor, approved_by, _reason(reason), "", expected_version)
        return verbs.preview(self.core.runtime, request)

    def generate_codes(
        self, campaign: str, count: int, *, name: str, prefix: str = "", length: int = 10, size: int = 1000
    ) -> Iterator[str]:
        """Issue ``count`` random codes of ``campaign`` in batches, and yield each code (A12).

        The memory needed does not depend on the count. A call that was cut off is finished by the same call: batches
        that are there already are yielded as they were issued.

        Args:
            campaign: its id.
            count: how many.
            name: of the batches, which are called ``name-1``, ``name-2`` ...
            prefix: what every code begins with.
            length: how many random letters and digits follow; enough that nobody guesses a code.
            size: codes of one batch, written in one transaction; at most 10,000, which suits millions.

        Raises:
            Refused: ``coupon.unknown_campaign``, ``coupon.voided``, ``value.not_accepted``.

        """
        return generate_codes(
            self.core.runtime, self.execute, campaign, count, name=name, prefix=prefix, length=length, size=size
        )

    def import_codes(self, campaign: str, codes: Iterable[str], *, name: str, size: int = 10_000) -> int:
        """Issue codes that were printed or drawn elsewhere in batches, and return how many were issued (A12).

        The memory needed does not depend on their number. A call that was cut off is finished by the same call:
        batches that are there already with the same codes are passed over, and not counted.

        Args:
            campaign: its id.
            codes: in an order that stays; a file's lines.
            name: of the batches, which are called ``name-1``, ``name-2`` ...
            size: codes of one batch, written in one transaction; at most 10,000.

        Raises:
            Refused: ``coupon.unknown_campaign``, ``coupon.voided``; ``coupon.code_taken`` for each code of a batch
                that was issued before. The batches before the refused one stay.
            InvalidValue: ``value.not_accepted`` for a code that is blank, or a ``size`` that is no number of codes.

        """
        return import_codes(self.core.runtime, self.execute, campaign, codes, name=name, size=size)

    def allowed(self, id: str, kind: str = "") -> tuple[Task, ...]:  # noqa: A002 - the field's own name
        """Return everything that can be done to an aggregate now, and why the rest cannot (E02).

        Args:
            id: of the aggregate.
            kind: ``order``, ``case`` ...; empty finds it by the id alone.

        Raises:
            NotFound: nothing is stored under the id.

        """
        found, state = self.core.locate(id, kind)
        facts = Facts(
            now=self.core.runtime.clock.now(),
            actor=self.actor,
            authority=self.core.runtime.settings.authority,
            others=self.core.runtime.settings.policies,
        )
        return tuple(
            Task(
                name=operation.name,
                capabilities=operation.capabilities,
                problems=(*may_do(operation, facts), *operation.guard(state, facts)),
            )
            for operation in found.operations
            if not operation.automatic and not operation.creates
        )

    def get(self, id: str, kind: str = "") -> Any:  # noqa: A002 - the field's own name
        """Return the state of an aggregate.

        Raises:
            NotFound: nothing is stored under the id.

        """
        return self.core.locate(id, kind)[1]
