"""Price lists: rows of prices for items, customers, groups and channels, with quantity breaks and validity."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Final

from attrs import Factory, field, fields, frozen

from servicecore.kernel.blank import blank_class
from servicecore.kernel.checked_fields import checked_fields, must_be
from servicecore.kernel.currencies import currency_digits
from servicecore.kernel.ids import check_id
from servicecore.kernel.money import CURRENCY_MISMATCH, Money, exact_decimal
from servicecore.kernel.problems import NOT_ACCEPTED, ProblemKind
from servicecore.kernel.rounding import EXACT, Rounding
from servicecore.pricing.quantity_breaks import BreakPricing, BreakQuantity
from servicecore.pricing.validity import check_order, civil_date

AMOUNT_OR_FORMULA: Final = ProblemKind(
    "pricing.amount_or_formula",
    en="the price row has {value}; accepted: {accepted}",
    it="la riga di listino ha {value}; valori ammessi: {accepted}",
    de="die Preiszeile hat {value}; zulässig: {accepted}",
)


FORMULA_WITHOUT_LIST_PRICE: Final = ProblemKind(
    "pricing.formula_without_list_price",
    en="a list of type {value} has a formula on the list price that it gives itself; accepted: {accepted}",
    it="un listino di tipo {value} ha una formula sul prezzo di listino che definisce; valori ammessi: {accepted}",
    de="eine Preisliste vom Typ {value} rechnet mit dem Listenpreis, den sie selbst gibt; zulässig: {accepted}",
)

BREAK_WITHOUT_SUM: Final = ProblemKind(
    "pricing.break_without_sum",
    en="the row has {value}, so no quantity of the cart can be held against its break; accepted: {accepted}",
    it="la riga ha {value}, quindi nessuna quantità del carrello raggiunge lo scaglione; valori ammessi: {accepted}",
    de="die Zeile hat {value}, so lässt sich keine Menge des Warenkorbs an ihre Staffel halten; zulässig: {accepted}",
)


class PriceListType(Enum):
    """What the prices of a list are.

    - ``BASE``: the list price, which every explanation starts from.
    - ``OVERRIDE``: puts another list price in its place.
    - ``SALE``: an agreement: the price charged, even where it is higher; the list price stays shown (CC 7.1).
    - ``FALLBACK``: the list price where nothing else gives one.
    """

    BASE = "base"
    OVERRIDE = "override"
    SALE = "sale"
    FALLBACK = "fallback"


class PriceMode(Enum):
    """Which of several matching rows gives the price.

    - ``MOST_SPECIFIC``: the row that names most; then the one that names the customer, the item, the group, the
      category, the channel; then the higher quantity break, the later first day, the lower amount.
    - ``MOST_RULES``: the row that names most; then the lower amount, whatever its quantity break.
    - ``LOWEST``: the row that gives the lowest price.
    - ``FIRST_MATCH``: the first row of the list.
    """

    MOST_SPECIFIC = "most_specific"
    MOST_RULES = "most_rules"
    LOWEST = "lowest"
    FIRST_MATCH = "first_match"


class FormulaBasis(Enum):
    """What a formula starts from.

    - ``LIST``: the item's list price of that day.
    - ``COST``: its cost.
    - ``UNIT``: the price of one unit that would hold without the row's list: of the matching list of the next lower
      priority and the same type, else, for a sale list, the list price, for the others the next that gives one in
      their order (override, base, the item's own, fallback). A row below which nothing has a price gives none.
    """

    LIST = "list"
    COST = "cost"
    UNIT = "unit"


_ALL: Final = Decimal(100)


def _decimal(value: object) -> Decimal:
    return exact_decimal(value, "formula")


@frozen(field_transformer=checked_fields)
class PriceFormula:
    """A price computed as ``basis * multiplier / divisor + amount``, rounded (CC 7.5).

    A markup of 50 percent on cost is ``multiplier=1.5``; a margin of 20 percent of the price is ``divisor=0.8``.

    Attributes:
        basis: the price that the formula starts from.
        multiplier: above 0.
        divisor: above 0.
        amount: added at the end, in the row's currency; may be below 0.
        less_offer_percent: the percent of the offer that the line names, where its conditions hold, is first taken
            off the multiplier: 0.60 becomes 0.55 with an offer of 5 percent.
        rounding: how the price is rounded; None means the book's rounding of unit prices.

    """

    basis: FormulaBasis = FormulaBasis.LIST
    multiplier: Decimal = field(converter=_decimal, default=Decimal(1))
    divisor: Decimal = field(converter=_decimal, default=Decimal(1))
    amount: Decimal = field(converter=_decimal, default=Decimal(0))
    less_offer_percent: bool = False
    rounding: Rounding | None = None

    @multiplier.validator
    @divisor.validator
    def _check_positive(self, attribute: object, value: Decimal) -> None:
        if value <= 0:
            raise NOT_ACCEPTED.error(getattr(attribute, "name", ""), value=value, accepted="a number above 0")

    @classmethod
    def by_markup(cls, percent: Decimal | int | str, basis: FormulaBasis = FormulaBasis.COST) -> PriceFormula:
        """Return the formula of a price ``percent`` above its basis: 50 on a cost of 10.00 is 15.00."""
        above = exact_decimal(percent, "percent")
        if above <= -_ALL:
            raise NOT_ACCEPTED.error("percent", value=above, accepted="above -100")
        return cls(basis, EXACT.divide(EXACT.add(_ALL, above), _ALL))

    @classmethod
    def by_margin(cls, percent: Decimal | int | str, basis: FormulaBasis = FormulaBasis.COST) -> PriceFormula:
        """Return the formula of a price of which ``percent`` is not its basis: 20 on a cost of 8.00 is 10.00."""
        share = exact_decimal(percent, "percent")
        if share >= _ALL:
            raise NOT_ACCEPTED.error("percent", value=share, accepted="below 100")
        return cls(basis, divisor=EXACT.divide(EXACT.subtract(_ALL, share), _ALL))

    @classmethod
    def by_amount(cls, amount: Decimal | int | str, basis: FormulaBasis = FormulaBasis.COST) -> PriceFormula:
        """Return the formula of a price ``amount`` above its basis, in the row's currency."""
        return cls(basis, amount=exact_decimal(amount, "amount"))

    @property
    def text(self) -> str:
        """Return the formula for explanations: ``list * 0.60``."""
        text = f"{self.basis.value} * {self.multiplier}"
        text += f" / {self.divisor}" if self.divisor != 1 else ""
        return text + (f" + {self.amount}" if self.amount else "")


def _minimum(value: object) -> Decimal:
    minimum = exact_decimal(value, "min_quantity")
    if minimum < 0:
        raise NOT_ACCEPTED.error("min_quantity", value=minimum, accepted="a quantity of 0 or more")
    return minimum


def _maximum(value: object) -> Decimal | None:
    return None if value is None else exact_decimal(value, "max_quantity")


def _texts(values: Iterable[str]) -> tuple[str, ...]:
    return (values,) if isinstance(values, str) else tuple(values)


@frozen(field_transformer=checked_fields)
class RowRule:
    """A further condition of a price row: the cart's attribute ``name`` is one of ``values``.

    Attributes:
        name: of an attribute of the cart.
        values: at least one.

    """

    name: str
    values: tuple[str, ...] = field(converter=_texts)

    @values.validator
    def _check_values(self, _attribute: object, value: tuple[str, ...]) -> None:
        if not value:
            raise NOT_ACCEPTED.error("values", value="()", accepted="at least one value")

    def met_by(self, attributes: frozenset[tuple[str, str]]) -> bool:
        """Return whether one of the values is among ``attributes``."""
        return any((self.name, value) in attributes for value in self.values)


def _own_currency(row: PriceRow) -> str:
    return row.amount.currency if row.amount is not None else ""


@frozen(field_transformer=checked_fields)
class PriceRow:
    """One price.

    Attributes:
        item: the item's id; empty for every item, or every item of ``category``.
        amount: price of one ``unit``; not negative. Either this or ``formula``.
        formula: computes the price.
        currency: ISO 4217; taken from ``amount`` where there is one, required beside a formula.
        category: a category that the item has to be in.
        min_quantity: the quantity break: the row counts from this quantity of the line on, in ``unit``.
        unit: unit of measure; empty means the item's own.
        valid_from: first day, itself included; None is open.
        valid_until: last day, itself included; None is open.
        channel: sales channel that it is for; empty for all.
        customer_group: group that the customer has to be in; empty for all.
        customer: the only customer that it is for; empty for all.
        max_quantity: the row counts up to this quantity, itself included; None is open.
        rules: further conditions on attributes of the cart; all have to hold.
        includes_tax: whether the price contains tax; None is as the book says (`TaxSettings`). A quote converts the
            other to the book's own before anything else, by the rate of the item's tax category at the place and on
            the day of delivery, rounded as unit prices. Where rows compete by amount, ``LOWEST`` compares converted
            prices, the other modes amounts as they stand.

    Raises:
        InvalidValue: ``pricing.amount_or_formula``, ``money.unknown_currency``, ``money.currency_mismatch``,
            ``value.not_accepted``, ``value.wrong_type``.

    """

    item: str = ""
    amount: Money | None = None
    formula: PriceFormula | None = None
    currency: str = field(default=Factory(_own_currency, takes_self=True))
    category: str = ""
    min_quantity: Decimal = field(converter=_minimum, default=Decimal(0))
    unit: str = ""
    valid_from: date | None = field(default=None, validator=civil_date)
    valid_until: date | None = field(default=None, validator=civil_date)
    channel: str = ""
    customer_group: str = ""
    customer: str = ""
    max_quantity: Decimal | None = field(converter=_maximum, default=None)
    rules: tuple[RowRule, ...] = ()
    includes_tax: bool | None = None

    def __attrs_post_init__(self) -> None:
        if (self.amount is None) == (self.formula is None):
            given = "neither amount nor formula" if self.amount is None else "both amount and formula"
            raise AMOUNT_OR_FORMULA.error("amount", value=given, accepted="exactly one of them")
        currency_digits(self.currency)
        if self.amount is not None and self.amount.currency != self.currency:
            raise CURRENCY_MISMATCH.error("currency", value=self.amount, other=self.currency)
        if self.amount is not None and self.amount.amount < 0:
            raise NOT_ACCEPTED.error("amount", value=self.amount, accepted="a price of 0 or more")
        if self.max_quantity is not None and self.max_quantity < self.min_quantity:
            raise NOT_ACCEPTED.error("max_quantity", value=self.max_quantity, accepted=f"{self.min_quantity} or more")
        if self.includes_tax is not None and self.formula is not None and self.formula.basis is not FormulaBasis.COST:
            accepted = "none beside a formula on another price, which is in the book's own convention"
            raise NOT_ACCEPTED.error("includes_tax", value=self.includes_tax, accepted=accepted)
        check_order(self.valid_from, self.valid_until)


@frozen(weakref_slot=False, field_transformer=checked_fields)
class PriceList:
    """Rows that belong together.

    Attributes:
        id: the list's id, named in explanations.
        rows: its prices, in any order; only ``FIRST_MATCH`` looks at it.
        type: what the prices are.
        priority: the matching list of the highest priority gives the price; rows of lists of equal type and
            priority compete with each other, so these lists share one ``mode``.
        mode: which of several matching rows counts.
        breaks: what quantity breaks price: all units, or only those beyond them; with ``mode`` the same for all lists
            of one type and priority.
        counted: which quantity is held against the breaks: that of the line, or a sum over the cart.

    Raises:
        InvalidValue: ``pricing.formula_without_list_price``; ``pricing.break_without_sum`` for a row that names a unit
            where quantities are summed, or no category where they are summed by category.

    """

    id: str = field(validator=lambda _self, _attribute, value: check_id(value, "id") and None)
    rows: tuple[PriceRow, ...]
    type: PriceListType = PriceListType.BASE
    priority: int = 0
    mode: PriceMode = PriceMode.MOST_SPECIFIC
    breaks: BreakPricing = BreakPricing.ALL_UNITS
    counted: BreakQuantity = BreakQuantity.LINE

    def __attrs_post_init__(self) -> None:
        for index, row in enumerate(self.rows):
            self._check_row(index, row)

    def with_row(self, position: int, row: PriceRow) -> PriceList:
        """Return the list with ``row`` at ``position``, instead of the row there or after all others.

        Only ``row`` is checked: the others were when this list was made.

        Raises:
            InvalidValue: ``value.wrong_type``, and what the constructor raises for a row.

        """
        self._check_row(position, must_be(row, PriceRow, "row"))
        made = _BlankList()
        for name in _FIELDS:
            setattr(made, name, getattr(self, name))
        made.rows = (*self.rows[:position], row, *self.rows[position + 1 :])
        made.__class__ = PriceList
        changed: PriceList = made
        return changed

    def _check_row(self, index: int, row: PriceRow) -> None:
        formula = row.formula
        if formula is not None and formula.basis is FormulaBasis.LIST and self.type is not PriceListType.SALE:
            accepted = "a formula on cost, or a sale list"
            raise FORMULA_WITHOUT_LIST_PRICE.error(f"rows[{index}].formula", value=self.type.value, accepted=accepted)
        if self.counted is BreakQuantity.LINE:
            return
        if row.unit:
            accepted = "no unit: sums are in the items' own units"
            raise BREAK_WITHOUT_SUM.error(f"rows[{index}].unit", value=f"the unit {row.unit}", accepted=accepted)
        if self.counted is BreakQuantity.CATEGORY and not row.category:
            accepted = "the category whose items count together"
            raise BREAK_WITHOUT_SUM.error(f"rows[{index}].category", value="no category", accepted=accepted)


_BlankList: Final = blank_class(PriceList)
_FIELDS: Final = tuple([each.name for each in fields(PriceList)])
