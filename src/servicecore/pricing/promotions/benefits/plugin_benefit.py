"""The benefit that a plugin brings: it proposes shares as the built-in ones do, and every share is checked."""

from __future__ import annotations

from abc import abstractmethod
from decimal import ROUND_FLOOR, Decimal
from typing import ClassVar, Final, final

from attrs import field, fields, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.money import Money
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.promotions.basket import BasketLine
from servicecore.pricing.promotions.bench import NOTHING, Share, View
from servicecore.pricing.promotions.benefits.benefit import Benefit, Proposal
from servicecore.pricing.promotions.broken_part import ask, broken, said_or_name
from servicecore.pricing.promotions.combination import Combination
from servicecore.pricing.rounding_policy import rounding_digits

_SHARES: Final = "a tuple of Share, of the offer and of lines that it may touch"


@frozen(field_transformer=checked_fields)
class PluginBenefit(Benefit):
    """The base of a plugin's benefits; a frozen attrs class whose fields can stand in a file.

    A subclass has ``plugin``, the id of its plugin, and overrides ``give`` and ``describe``, nothing else. It is
    applied on the bench, by every selection. It is pure and runs in the caller's thread, without a deadline. It adds
    no items: that is `AddItem`'s.

    Attributes:
        on_order: whether it is computed on the order, after what is computed on lines.

    """

    open_to_plugins: ClassVar[bool] = True
    plugin: ClassVar[str] = ""
    on_order: bool = field(default=False, kw_only=True)

    @classmethod
    @final
    def tag(cls) -> str:
        """Return what files call it: ``acme.WeatherDiscount``."""
        return f"{cls.plugin}.{cls.__name__}"

    @abstractmethod
    def give(self, view: View) -> Proposal:
        """Return what it would take off the lines that ``view`` shows; it changes nothing.

        Shares name the view's offer and lines of ``self.lines(view)``. Together they take no more off a line than
        ``view.room(line)`` and use no more units than ``view.available(line)``; on the order their amounts have the
        decimals of the currency, as ``split`` gives them.
        """
        raise NotImplementedError

    @abstractmethod
    def describe(self) -> str:
        """Return what it gives, without words, for explanations: ``-10 %``."""
        raise NotImplementedError

    @property
    @final
    def currency(self) -> str:
        """Return the currency of its amounts; empty where it has none.

        Raises:
            BrokenPart: its amounts are in several currencies.

        """
        values = [getattr(self, each.name) for each in fields(type(self))]
        found = sorted({each.currency for each in values if isinstance(each, Money)})
        if len(found) > 1:
            raise broken(self.tag(), f"amounts in {', '.join(found)}", "amounts in one currency")
        return found[0] if found else ""

    @property
    @final
    def text(self) -> str:
        """Return what it gives, without words; its name where it cannot say it."""
        return said_or_name(self.tag(), self.describe)

    @property
    @final
    def adds(self) -> str:
        """Return nothing: it adds no items."""
        return ""

    @property
    @final
    def plain(self) -> bool:
        """Return False: it is applied on the bench."""
        return False

    @final
    def settles(self, rules: Combination) -> bool:
        """Return False: nobody knows what it would take next."""
        return Benefit.settles(self, rules)

    @final
    def propose(self, view: View) -> Proposal:
        """Return what it would do now, checked; nothing in another currency."""
        return Benefit.propose(self, view)

    @final
    def work_out(self, view: View) -> Proposal:
        """Return what it gives.

        Raises:
            BrokenPart: it raises, changes the bench, or its shares cannot be.

        """
        before = view.bench.mark()
        proposal = ask(self.tag(), lambda: self.give(view))
        if view.bench.mark() != before:
            raise broken(self.tag(), "it changed the bench", "a proposal; the selection applies it")
        self._check(view, proposal)
        return proposal

    @final
    def lines(self, view: View) -> list[BasketLine]:
        """Return the lines that it may touch, in basket order."""
        return view.touchable(self.target, self.scope)

    def _check(self, view: View, proposal: object) -> None:
        if type(proposal) is not Proposal or type(proposal.shares) is not tuple:
            raise broken(self.tag(), f"an answer of class {type(proposal).__name__}", "a Proposal")
        if type(proposal.added) is not tuple or proposal.added:
            raise broken(self.tag(), "it puts an item in", "shares alone; AddItem puts items in")
        if type(proposal.rewards) is not tuple or proposal.rewards:
            raise broken(self.tag(), "it promises a reward", "shares alone; PromiseReward promises rewards")
        lines = {line.id: line for line in self.lines(view)}
        amounts: dict[str, Decimal] = {}
        units: dict[str, Decimal] = {}
        for each in proposal.shares:
            self._check_share(view, each, lines)
            amounts[each.line] = EXACT.add(amounts.get(each.line, NOTHING), each.amount)
            units[each.line] = EXACT.add(units.get(each.line, NOTHING), each.units)
        for name, amount in amounts.items():
            room, free = view.room(lines[name], on_order=self.on_order), view.available(lines[name])
            if amount > room:
                raise broken(self.tag(), f"{amount} off line {name}", f"at most {room}, what may be taken off it")
            if units[name] > free:
                raise broken(self.tag(), f"{units[name]} units of line {name}", f"at most {free}, what is left of it")

    def _check_share(self, view: View, given: object, lines: dict[str, BasketLine]) -> None:
        if type(given) is not Share:
            raise broken(self.tag(), f"a share of class {type(given).__name__}", _SHARES)
        if given.offer != view.offer.id or type(given.line) is not str or given.line not in lines:
            raise broken(self.tag(), f"a share of {given.offer} on line {given.line}", _SHARES)
        if given.on_order is not self.on_order:
            raise broken(self.tag(), f"on_order is {given.on_order}", f"{self.on_order}, as the benefit says")
        for name, figure in (("amount", given.amount), ("units", given.units)):
            if type(figure) is not Decimal or not figure.is_finite() or figure < NOTHING:
                raise broken(self.tag(), f"{name} is {figure!r}", "a finite Decimal, 0 or more")
        if self.on_order:
            rounding = view.settings.rounding
            digits = None if rounding is None else rounding_digits(rounding, view.currency)
            if digits is not None and given.amount != _cut(given.amount, digits):
                raise broken(self.tag(), f"{given.amount} of the order", f"an amount with {digits} decimals")


def _cut(amount: Decimal, digits: int) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-digits), ROUND_FLOOR, EXACT)
