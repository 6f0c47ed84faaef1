"""Money: an exact decimal amount of one currency, never a float, never mixed."""

from __future__ import annotations

import decimal
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal, DecimalException, InvalidOperation
from typing import Final

from attrs import field, frozen

from servicecore.errors import InvalidValue
from servicecore.kernel.blank import blank_class
from servicecore.kernel.currencies import DIGITS, MINOR_UNITS, currency_digits
from servicecore.kernel.problems import NOT_ACCEPTED, WRONG_TYPE, ProblemKind
from servicecore.kernel.rounding import EXACT, HALF_UP, Rounding

CURRENCY_MISMATCH: Final = ProblemKind(
    "money.currency_mismatch",
    en="{value} cannot be combined with {other}; accepted: amounts in one currency",
    it="{value} non può essere combinato con {other}; valori ammessi: importi in una sola valuta",
    de="{value} lässt sich nicht mit {other} verrechnen; zulässig: Beträge in einer Währung",
)

_ACCEPTED_AMOUNT: Final = "a Decimal, an int, or text such as '12.50'"

_SHOWN_LENGTH: Final = 80

# One call tells whether a number keeps every digit in the arithmetic of money: below 1E30, 60 digits at most.
_fits: Final = Context(
    prec=60, Emax=29, Emin=-60, traps=[decimal.Clamped, decimal.Inexact, decimal.Overflow, decimal.Subnormal]
).plus


def exact_decimal(value: object, path: str = "amount") -> Decimal:
    """Return ``value`` as a finite Decimal below 1E30 of at most 60 digits; float and bool are refused.

    Raises:
        InvalidValue: ``value.wrong_type`` or ``value.not_accepted``, naming ``path``.

    """
    if isinstance(value, Decimal):
        number = value
    elif isinstance(value, int) and not isinstance(value, bool):
        number = Decimal(value)
    elif isinstance(value, str):
        try:
            number = Decimal(value)
        except InvalidOperation:
            raise NOT_ACCEPTED.error(path, value=repr(value), accepted=_ACCEPTED_AMOUNT) from None
    else:
        raise WRONG_TYPE.error(path, value=repr(value), type=type(value).__name__, accepted=_ACCEPTED_AMOUNT)
    if not number.is_finite():
        raise NOT_ACCEPTED.error(path, value=repr(value), accepted="a finite amount")
    try:
        _fits(number)
    except DecimalException:
        shown = str(number)[:_SHOWN_LENGTH]
        raise NOT_ACCEPTED.error(path, value=shown, accepted="a number below 1E30 of at most 60 digits") from None
    return number


@frozen(order=False, weakref_slot=False)
class Money:
    """An exact amount of one currency in major units; more decimals than the currency has are kept until rounded.

    Attributes:
        amount: Decimal in major units (euros, not cents).
        currency: ISO 4217 code.

    Raises:
        InvalidValue: for floats, unknown currencies, infinities (``value.wrong_type``,
            ``money.unknown_currency``, ``value.not_accepted``); ``money.currency_mismatch`` from arithmetic.

    """

    amount: Decimal = field(converter=exact_decimal)
    currency: str = field()

    @currency.validator
    def _check_currency(self, _attribute: object, value: str) -> None:
        if value not in DIGITS:
            currency_digits(value)

    @classmethod
    def zero(cls, currency: str) -> Money:
        """Return nothing of ``currency``."""
        return cls(Decimal(0), currency)

    @classmethod
    def from_minor(cls, units: int, currency: str) -> Money:
        """Return ``units`` minor units: 1250 of EUR is 12.50."""
        return cls(EXACT.scaleb(Decimal(units), -currency_digits(currency)), currency)

    def __add__(self, other: Money) -> Money:
        if type(other) is not Money:
            return NotImplemented
        if self.currency != other.currency:
            raise self._mismatch(other)
        result = _Blank()
        result.amount = _add(self.amount, other.amount)
        result.currency = self.currency
        result.__class__ = Money
        total: Money = result
        return total

    def __sub__(self, other: Money) -> Money:
        if type(other) is not Money:
            return NotImplemented
        if self.currency != other.currency:
            raise self._mismatch(other)
        return trusted_money(EXACT.subtract(self.amount, other.amount), self.currency)

    def __neg__(self) -> Money:
        return trusted_money(EXACT.minus(self.amount), self.currency)

    def __abs__(self) -> Money:
        return trusted_money(self.amount.copy_abs(), self.currency)

    def __mul__(self, factor: Decimal | int) -> Money:
        if type(factor) is not Decimal and (not isinstance(factor, int) or isinstance(factor, bool)):
            return NotImplemented
        return trusted_money(exact_decimal(EXACT.multiply(self.amount, factor)), self.currency)

    __rmul__ = __mul__

    def __bool__(self) -> bool:
        return bool(self.amount)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._comparable(other)

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._comparable(other)

    def __gt__(self, other: Money) -> bool:
        return self.amount > self._comparable(other)

    def __ge__(self, other: Money) -> bool:
        return self.amount >= self._comparable(other)

    def __str__(self) -> str:
        shown = self.amount.quantize(MINOR_UNITS[self.currency], context=EXACT)
        return f"{EXACT.plus(shown) if shown == self.amount else EXACT.normalize(self.amount):f} {self.currency}"

    def round(self, rounding: Rounding = HALF_UP) -> Money:
        """Return the amount rounded by ``rounding``; by default half up to the currency's decimals."""
        currency = self.currency
        if rounding is HALF_UP:  # the rule of nearly every figure: one call less
            amount = self.amount.quantize(MINOR_UNITS[currency], ROUND_HALF_UP, EXACT)
        else:
            amount = rounding.apply(self.amount, currency)
        return trusted_money(amount, currency)

    def is_rounded(self) -> bool:
        """Return whether the amount is a whole number of minor units."""
        return self.amount == HALF_UP.apply(self.amount, self.currency)

    def to_minor(self) -> int:
        """Return the amount in minor units.

        Raises:
            InvalidValue: ``value.not_accepted`` where the amount has more decimals than the currency.

        """
        if not self.is_rounded():
            raise NOT_ACCEPTED.error("amount", value=self, accepted="an amount rounded to the currency's decimals")
        return int(EXACT.scaleb(self.amount, currency_digits(self.currency)))

    def _comparable(self, other: Money) -> Decimal:
        if not isinstance(other, Money):
            raise WRONG_TYPE.error("money", value=repr(other), type=type(other).__name__, accepted="money")
        if self.currency != other.currency:
            raise self._mismatch(other)
        return other.amount

    def _mismatch(self, other: Money) -> InvalidValue:
        return CURRENCY_MISMATCH.error("currency", value=self, other=other)


# Arithmetic on checked operands skips the checks.
_add: Final = EXACT.add
_Blank: Final = blank_class(Money)


def trusted_money(amount: Decimal, currency: str) -> Money:
    """Return money of figures that were checked before: the constructor without its checks, for inner loops.

    Args:
        amount: what ``exact_decimal`` returned, or what rounding, adding or splitting such amounts made.
        currency: of money that exists.

    """
    result = _Blank()
    result.amount = amount
    result.currency = currency
    result.__class__ = Money
    money: Money = result
    return money


def sum_money(amounts: Iterable[Money], currency: str) -> Money:
    """Return the exact sum; ``currency`` names the zero of an empty collection.

    Raises:
        InvalidValue: ``money.currency_mismatch`` for an amount of another currency.

    """
    running = Decimal(0)
    for money in amounts:
        if money.currency != currency:
            raise CURRENCY_MISMATCH.error("currency", value=Money.zero(currency), other=money)
        running = _add(running, money.amount)
    return Money(running, currency)
