"""Quantities with their unit of measure, and the exact conversions between units."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Final

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.ids import check_id
from servicecore.kernel.money import exact_decimal
from servicecore.kernel.problems import NOT_ACCEPTED, ProblemKind
from servicecore.kernel.rounding import EXACT, RoundingMode, round_decimal

NEGATIVE: Final = ProblemKind(
    "quantity.negative",
    en="{value} is below zero; accepted: {accepted}",
    it="{value} è sotto lo zero; valori ammessi: {accepted}",
    de="{value} liegt unter null; zulässig: {accepted}",
)
UNKNOWN_CONVERSION: Final = ProblemKind(
    "quantity.unknown_conversion",
    en="there is no conversion from {value} to {to}; accepted: {accepted}",
    it="non esiste una conversione da {value} a {to}; valori ammessi: {accepted}",
    de="es gibt keine Umrechnung von {value} in {to}; zulässig: {accepted}",
)
INEXACT_CONVERSION: Final = ProblemKind(
    "quantity.inexact_conversion",
    en="{value} is no exact number of {to}; accepted: {accepted}",
    it="{value} non è un numero esatto di {to}; valori ammessi: {accepted}",
    de="{value} ist keine exakte Anzahl von {to}; zulässig: {accepted}",
)
CONFLICTING_CONVERSION: Final = ProblemKind(
    "quantity.conflicting_conversion",
    en="{value} is given twice for the same item; accepted: {accepted}",
    it="{value} è indicata due volte per lo stesso articolo; valori ammessi: {accepted}",
    de="{value} ist für denselben Artikel doppelt angegeben; zulässig: {accepted}",
)
UNIT_MISMATCH: Final = ProblemKind(
    "quantity.unit_mismatch",
    en="{value} cannot be combined with {other}; accepted: quantities in one unit",
    it="{value} non può essere combinata con {other}; valori ammessi: quantità nella stessa unità",
    de="{value} lässt sich nicht mit {other} verrechnen; zulässig: Mengen in einer Einheit",
)


def _not_negative(value: object) -> Decimal:
    number = exact_decimal(value, "quantity")
    if number < 0:
        raise NEGATIVE.error("quantity", value=number, accepted="0 or more")
    return number


def _positive(value: object) -> Decimal:
    number = exact_decimal(value, "factor")
    if number <= 0:
        raise NOT_ACCEPTED.error("factor", value=number, accepted="a factor above 0")
    return number


def _unit(value: object) -> str:
    return check_id(value, "unit")


@frozen(order=False)
class Quantity:
    """How much of something, in a unit of measure.

    Attributes:
        value: 0 or more.
        unit: ``each``, ``kg``, ``case``: any text, compared as it stands.

    Raises:
        InvalidValue: ``quantity.negative``, also from a subtraction; ``quantity.unit_mismatch`` from arithmetic;
            ``value.wrong_type`` for floats.

    """

    value: Decimal = field(converter=_not_negative)
    unit: str = field(converter=_unit)

    def __add__(self, other: Quantity) -> Quantity:
        return Quantity(EXACT.add(self.value, self._same_unit(other)), self.unit)

    def __sub__(self, other: Quantity) -> Quantity:
        return Quantity(EXACT.subtract(self.value, self._same_unit(other)), self.unit)

    def __mul__(self, factor: Decimal | int) -> Quantity:
        return Quantity(EXACT.multiply(self.value, exact_decimal(factor, "factor")), self.unit)

    def __lt__(self, other: Quantity) -> bool:
        return self.value < self._same_unit(other)

    def __le__(self, other: Quantity) -> bool:
        return self.value <= self._same_unit(other)

    def __gt__(self, other: Quantity) -> bool:
        return self.value > self._same_unit(other)

    def __ge__(self, other: Quantity) -> bool:
        return self.value >= self._same_unit(other)

    def __bool__(self) -> bool:
        return bool(self.value)

    def __str__(self) -> str:
        return f"{self.value:f} {self.unit}"

    def _same_unit(self, other: Quantity) -> Decimal:
        if self.unit != other.unit:
            raise UNIT_MISMATCH.error("unit", value=self, other=other)
        return other.value


@frozen(field_transformer=checked_fields)
class Conversion:
    """``per`` of ``from_unit`` are ``factor`` of ``to_unit``; it holds both ways.

    A case of 12 is ``Conversion("case", "each", 12)``; three to a pack ``Conversion("each", "pack", 1, per=3)``.

    Attributes:
        from_unit: the unit converted from.
        to_unit: the unit converted to.
        factor: above 0, exact.
        per: above 0, exact; for ratios that no decimal writes out.
        item: the item that it holds for, before the general one; empty for every item.

    """

    from_unit: str = field(converter=_unit)
    to_unit: str = field(converter=_unit)
    factor: Decimal = field(converter=_positive)
    per: Decimal = field(converter=_positive, default=Decimal(1))
    item: str = ""

    @property
    def ratio(self) -> Fraction:
        """Return how many ``to_unit`` one ``from_unit`` is, exactly."""
        return Fraction(self.factor) / Fraction(self.per)


_Edges = dict[tuple[str, str], tuple[tuple[str, Fraction], ...]]


@frozen
class UnitTable:
    """The conversions of an installation: general ones and those of single items, which come first.

    Raises:
        InvalidValue: ``quantity.conflicting_conversion`` for a pair of units given twice for the same item.

    """

    conversions: tuple[Conversion, ...] = ()
    _edges: _Edges = field(init=False, eq=False, repr=False)

    @_edges.default
    def _index(self) -> _Edges:
        return _index(self.conversions)

    def ratio(self, from_unit: str, to_unit: str, item: str = "") -> Fraction:
        """Return how many ``to_unit`` one ``from_unit`` of ``item`` is: the shortest chain, the item's own links first.

        Raises:
            InvalidValue: ``quantity.unknown_conversion``.

        """
        reached = self._reached(from_unit, to_unit, item)
        if to_unit not in reached:
            accepted = ", ".join(sorted(reached))
            raise UNKNOWN_CONVERSION.error("unit", value=from_unit, to=to_unit, accepted=accepted)
        return reached[to_unit]

    def amount_in(self, to_unit: str, amount: Decimal, from_unit: str, item: str = "") -> Decimal:
        """Return ``amount`` of ``from_unit`` in ``to_unit``, to 60 digits, for sums that are rounded later.

        Raises:
            InvalidValue: ``quantity.unknown_conversion``, naming the units that ``item`` can be counted in.

        """
        ratio = self._reached(from_unit, to_unit, item).get(to_unit)
        if ratio is None:
            accepted = ", ".join(sorted(self._reached(to_unit, "", item)))
            raise UNKNOWN_CONVERSION.error("unit", value=from_unit, to=to_unit, accepted=accepted)
        return EXACT.divide(EXACT.multiply(amount, ratio.numerator), Decimal(ratio.denominator))

    def convert(
        self,
        quantity: Quantity,
        to_unit: str,
        *,
        item: str = "",
        decimals: int | None = None,
        mode: RoundingMode = RoundingMode.HALF_UP,
    ) -> Quantity:
        """Return ``quantity`` of ``item`` in ``to_unit``: exactly, or rounded to ``decimals`` where they are given.

        Raises:
            InvalidValue: ``quantity.unknown_conversion``; ``quantity.inexact_conversion`` where no decimal writes
                the result out (10 pieces in packs of 3) and ``decimals`` is None.

        """
        exact = Fraction(quantity.value) * self.ratio(quantity.unit, to_unit, item)
        value = EXACT.divide(Decimal(exact.numerator), Decimal(exact.denominator))
        if decimals is not None:
            return Quantity(round_decimal(value, Decimal(1).scaleb(-decimals), mode), to_unit)
        if Fraction(value) != exact:
            raise INEXACT_CONVERSION.error("quantity", value=quantity, to=to_unit, accepted="a number of decimals")
        return Quantity(value, to_unit)

    def _reached(self, start: str, stop: str, item: str) -> dict[str, Fraction]:
        """Return how much one ``start`` of ``item`` is in each unit, as far as the search for ``stop`` came."""
        reached = {start: Fraction(1)}
        waiting = deque([start])
        while waiting and stop not in reached:
            unit = waiting.popleft()
            own = self._edges.get((item, unit), ()) if item else ()
            for target, factor in (*own, *self._edges.get(("", unit), ())):
                if target not in reached:
                    reached[target] = reached[unit] * factor
                    waiting.append(target)
        return reached


def _index(conversions: Iterable[Conversion]) -> _Edges:
    edges: _Edges = {}
    seen: set[tuple[str, frozenset[str]]] = set()
    for each in conversions:
        pair = (each.item, frozenset((each.from_unit, each.to_unit)))
        if pair in seen or each.from_unit == each.to_unit:
            shown = f"{each.from_unit} to {each.to_unit}"
            raise CONFLICTING_CONVERSION.error("conversions", value=shown, accepted="each pair of units once")
        seen.add(pair)
        for start, end, ratio in (
            (each.from_unit, each.to_unit, each.ratio),
            (each.to_unit, each.from_unit, 1 / each.ratio),
        ):
            edges[each.item, start] = (*edges.get((each.item, start), ()), (end, ratio))
    return edges
