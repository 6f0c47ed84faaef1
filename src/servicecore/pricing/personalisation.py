"""Personalisation: what is done to the goods of one line, such as gift wrap or an engraving."""

from __future__ import annotations

from typing import Final

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.ids import check_id
from servicecore.kernel.problems import ProblemKind

UNKNOWN_PERSONALISATION: Final = ProblemKind(
    "pricing.unknown_personalisation",
    en="there is no charge for {value} on {item}; accepted: {accepted}",
    it="non esiste una spesa per {value} su {item}; valori ammessi: {accepted}",
    de="für {value} auf {item} gibt es keinen Zuschlag; zulässig: {accepted}",
)


@frozen(field_transformer=checked_fields)
class Personalisation:
    """What is done to the goods of a line; the charges of the price book that name its code say what it costs.

    Attributes:
        code: ``gift_wrap``, ``engraving``.
        text: what is engraved, printed or written; empty where nothing is.

    Raises:
        InvalidValue: ``value.wrong_type``, ``value.not_accepted``.

    """

    code: str = field(validator=lambda _self, _attribute, value: check_id(value, "code") and None)
    text: str = ""
