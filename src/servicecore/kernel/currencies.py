"""The ISO 4217 currencies and how many decimals their amounts have."""

from __future__ import annotations

from decimal import Decimal
from types import MappingProxyType
from typing import Final

from servicecore.kernel.problems import ProblemKind

UNKNOWN_CURRENCY: Final = ProblemKind(
    "money.unknown_currency",
    en="{value} is not a currency; accepted: {accepted}",
    it="{value} non è una valuta; valori ammessi: {accepted}",
    de="{value} ist keine Währung; zulässig: {accepted}",
)

_TWO_DECIMALS: Final = (
    "AED AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY "
    "COU CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ HKD HNL HTG ILS INR JMD "
    "KES KGS KHR KYD KZT LKR LRD LSL MAD MDL MKD MOP MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN "
    "PGK PHP PLN QAR RON RUB SAR SBD SCR SDG SEK SGD SHP SRD SSP STN SVC SZL THB TJS TMT TOP TRY TTD TWD UAH USD "
    "USN UYU VED VES WST XCD XCG ZAR ZMW ZWG BGN HUF IDR COP CRC"
)
_NO_DECIMALS: Final = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE_DECIMALS: Final = "BHD IQD JOD KWD LYD OMR TND"
_FOUR_DECIMALS: Final = "CLF UYW"

DIGITS: Final = MappingProxyType(
    dict.fromkeys(_TWO_DECIMALS.split(), 2)
    | dict.fromkeys(_NO_DECIMALS.split(), 0)
    | dict.fromkeys(_THREE_DECIMALS.split(), 3)
    | dict.fromkeys(_FOUR_DECIMALS.split(), 4)
    | {"AFN": 2, "ALL": 2, "IRR": 2, "KPW": 2, "LAK": 2, "LBP": 2, "MGA": 2, "MMK": 2, "MNT": 2, "MRU": 2}
    | {"MUR": 2, "PKR": 2, "RSD": 2, "SLE": 2, "SOS": 2, "SYP": 2, "TZS": 2, "UZS": 2, "YER": 2, "GYD": 2}
)
"""Currency code to number of decimals of the minor unit (ISO 4217)."""

MINOR_UNITS: Final = MappingProxyType({currency: Decimal(1).scaleb(-digits) for currency, digits in DIGITS.items()})
"""Currency code to its smallest amount in major units: 0.01 for EUR, 1 for JPY, 0.001 for KWD."""


def currency_digits(currency: str) -> int:
    """Return how many decimals amounts of ``currency`` have: 2 for EUR, 0 for JPY, 3 for KWD (ISO 4217).

    Raises:
        InvalidValue: ``money.unknown_currency``.

    """
    try:
        return DIGITS[currency]
    except (KeyError, TypeError):
        raise UNKNOWN_CURRENCY.error(
            "currency", value=repr(currency), accepted="an ISO 4217 code in capitals, such as EUR"
        ) from None


def minor_unit(currency: str) -> Decimal:
    """Return the smallest amount of ``currency`` in major units: 0.01 for EUR, 1 for JPY, 0.001 for KWD.

    Raises:
        InvalidValue: ``money.unknown_currency``.

    """
    currency_digits(currency)
    return MINOR_UNITS[currency]
