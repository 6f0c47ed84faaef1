"""The answer to a best-price problem: what is applied to which units, what it takes off, and the proof."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from typing import Final

from attrs import frozen

from servicecore.kernel.allocation import allocate
from servicecore.kernel.currencies import currency_digits
from servicecore.kernel.money import Money
from servicecore.kernel.problems import Text

_PROVEN: Final = Text(
    en="best price: the offers are worth {value} before rounding, no combination is worth more ({nodes} choices)",
    it="prezzo migliore: le offerte valgono {value} prima di arrotondare, nessuna unione vale di più ({nodes} scelte)",
    de="bester Preis: die Angebote sind vor dem Runden {value} wert, keine Verbindung mehr ({nodes} Wahlen)",
)
_BOUNDED: Final = Text(
    en="best price: the offers are worth {value} before rounding, a combination at most {gap} more ({nodes} choices)",
    it="prezzo migliore: le offerte valgono {value} prima di arrotondare, un'unione al massimo {gap} in più"
    " ({nodes} scelte)",
    de="bester Preis: die Angebote sind vor dem Runden {value} wert, eine Verbindung höchstens {gap} mehr"
    " ({nodes} Wahlen)",
)


class Method(Enum):
    """How the value of a component was proven.

    - ``CLOSED_FORM``: one offer alone; the best number of applications is computed.
    - ``SEARCH``: own search with bounds, to the end.
    - ``ELEMENTARY``: every set by itself, because sets round as a whole.
    - ``SOLVER``: a solver from outside; its solution was checked in whole numbers, its bound is its own.
    - ``BUDGET``: the work allowed ended first; the bound says how far off the answer can be at most.
    """

    CLOSED_FORM = "closed_form"
    SEARCH = "search"
    ELEMENTARY = "elementary"
    SOLVER = "solver"
    BUDGET = "budget"


class Use(Enum):
    """What a unit does in an application: it is part of the set, is bought at full price, or is got for less."""

    PART = "part"
    BOUGHT = "bought"
    GOT = "got"


@frozen
class UnitUse:
    """``units`` units of ``line``, worth ``unit_price`` each before this offer, used as ``use`` by one application."""

    line: str
    units: int
    use: Use
    unit_price: Money


@frozen
class OfferApplication:
    """``times`` equal applications of the offer ``offer``.

    Attributes:
        offer: its id.
        times: how often.
        uses: units that one application uses; a threshold uses none.
        discount: what one application takes off.

    """

    offer: str
    times: int
    uses: tuple[UnitUse, ...]
    discount: Money

    @property
    def total(self) -> Money:
        """Return what all of them take off."""
        return self.discount * self.times

    def shares(self) -> tuple[Money, ...]:
        """Return the part of one application's discount that falls on each of ``uses``, in proportion to its price.

        The parts sum to the discount; what is bought at full price has none.
        """
        given = [each for each in self.uses if each.use is not Use.BOUGHT]
        if not given:
            return tuple(Money.zero(self.discount.currency) for _ in self.uses)
        values = [each.unit_price * each.units for each in given]
        digits = max(currency_digits(self.discount.currency), -int(self.discount.amount.as_tuple().exponent))
        split = allocate(
            self.discount,
            [each.amount for each in values],
            keys=[f"{each.line} {each.unit_price.amount} {number}" for number, each in enumerate(given)],
            caps=values,
            rounding_digits=digits,
        )
        parts = iter(split.shares)
        nothing = Money.zero(self.discount.currency)
        return tuple(nothing if each.use is Use.BOUGHT else next(parts) for each in self.uses)


@frozen
class ComponentProof:
    """What was proven about lines and offers that have nothing to do with the rest.

    Attributes:
        lane: the lane that it belongs to.
        priority: the priority that it belongs to.
        lines: ids.
        offers: ids of those that were considered.
        method: how.
        value: what the answer takes off.
        bound: no answer takes off more.
        nodes: work done.

    """

    lane: int
    priority: int
    lines: tuple[str, ...]
    offers: tuple[str, ...]
    method: Method
    value: Money
    bound: Money
    nodes: int


@frozen
class Certificate:
    """Why the answer is the best, or how far from it at most.

    Attributes:
        value: what the answer takes off, before sets and lines are rounded where they round as a whole.
        bound: no answer within the rules takes off more; lanes and priorities are bounded one after the other.
        nodes: work done in all, choices looked at.
        alternatives: how many sets of offers were tried because some exclude each other.
        components: the parts of the alternative that won.
        dominated: ids of offers that another offer replaces wherever they could be applied.
        skipped: ids of offers of which not every choice was looked at, because there were too many.

    """

    value: Money
    bound: Money
    nodes: int
    alternatives: int
    components: tuple[ComponentProof, ...]
    dominated: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()

    @property
    def gap(self) -> Money:
        """Return by how much the best answer can exceed this one at most."""
        return self.bound - self.value

    @property
    def is_exact(self) -> bool:
        """Return whether the answer is proven to be the best."""
        return not self.gap

    def text(self, locale: str = "en") -> str:
        """Return what is proven in one sentence, in ``locale``."""
        figures = {"value": str(self.value), "gap": str(self.gap), "nodes": str(self.nodes)}
        return (_PROVEN if self.is_exact else _BOUNDED).render(figures, locale)


def nothing_to_choose(currency: str) -> Certificate:
    """Return the certificate of a cart in ``currency`` for which there is no offer."""
    nothing = Money.zero(currency)
    return Certificate(nothing, nothing, 0, 0, ())


@frozen
class BestPrice:
    """The best price of a cart.

    Attributes:
        discount: what is taken off in all.
        applications: lanes and priorities in their order, then by offer.
        unused: (line, units) that no offer uses in any lane.
        certificate: the proof.

    """

    discount: Money
    applications: tuple[OfferApplication, ...]
    unused: tuple[tuple[str, int], ...]
    certificate: Certificate

    def by_offer(self) -> dict[str, tuple[int, Decimal]]:
        """Return per offer that is applied how often it is, and what it takes off in major units."""
        found: dict[str, tuple[int, Decimal]] = {}
        for each in self.applications:
            times, amount = found.get(each.offer, (0, Decimal(0)))
            found[each.offer] = (times + each.times, (Money(amount, self.discount.currency) + each.total).amount)
        return found
