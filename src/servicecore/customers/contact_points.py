"""E-mail addresses and telephone numbers: whether they have the shape of one, and how they are found again."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.problems import WRONG_TYPE, ProblemKind

NOT_AN_EMAIL: Final = ProblemKind(
    "customers.not_an_email",
    en="{value} is not an e-mail address; accepted: {accepted}",
    it="{value} non è un indirizzo e-mail; valori ammessi: {accepted}",
    de="{value} ist keine E-Mail-Adresse; zulässig: {accepted}",
)
NOT_A_PHONE: Final = ProblemKind(
    "customers.not_a_phone",
    en="{value} is not a telephone number; accepted: {accepted}",
    it="{value} non è un numero di telefono; valori ammessi: {accepted}",
    de="{value} ist keine Telefonnummer; zulässig: {accepted}",
)

_LOCAL: Final = re.compile(r"[^\s@\"(),:;<>\[\]\\\x00-\x1f\x7f]{1,64}")
_LABEL: Final = re.compile(r"[^\W_](?:[^\W_]|-){0,61}[^\W_]|[^\W_]")
_PHONE: Final = re.compile(r"\+?[0-9()\-./ ]+(?:(?:x|ext\.?|int\.?) ?[0-9]{1,6})?", re.IGNORECASE)
_EXTENSION: Final = re.compile(r"(?:x|ext\.?|int\.?) ?[0-9]+$", re.IGNORECASE)
_WORD: Final = re.compile(r"[^\W_]+")
_MAX_EMAIL: Final = 254
_MAX_PHONE: Final = 40
_PHONE_DIGITS: Final = range(4, 21)


def check_email(value: object, path: str = "email") -> str:
    """Return ``value`` where it has the shape of an e-mail address; nothing is asked of any server.

    One ``@``, 1 to 64 characters before it without dots at their ends or in a row, a domain of two labels or more
    after it, 254 characters in all (RFC 5321); letters of any script.

    Raises:
        InvalidValue: ``customers.not_an_email`` or ``value.wrong_type``.

    """
    if not isinstance(value, str):
        raise WRONG_TYPE.error(path, value=repr(value), type=type(value).__name__, accepted="text")
    local, _at, domain = value.rpartition("@")
    labels = domain.split(".")
    fits = (
        len(value) <= _MAX_EMAIL
        and _LOCAL.fullmatch(local)
        and not local.startswith(".")
        and not local.endswith(".")
        and ".." not in local
        and len(labels) > 1
        and all(_LABEL.fullmatch(label) for label in labels)
        and not labels[-1].isdigit()
    )
    if not fits:
        raise NOT_AN_EMAIL.error(path, value=repr(value), accepted="an address such as anna@example.org")
    return value


def check_phone(value: object, path: str = "phone") -> str:
    """Return ``value`` where it has the shape of a telephone number, as it was written.

    4 to 20 digits, a plus in front, blanks, brackets, hyphens, dots and slashes between, an extension (``x 12``).

    Raises:
        InvalidValue: ``customers.not_a_phone`` or ``value.wrong_type``.

    """
    if not isinstance(value, str):
        raise WRONG_TYPE.error(path, value=repr(value), type=type(value).__name__, accepted="text")
    digits = sum(1 for each in value if each.isdigit())
    fits = len(value) <= _MAX_PHONE and value == value.strip() and digits in _PHONE_DIGITS and _PHONE.fullmatch(value)
    if not fits:
        raise NOT_A_PHONE.error(path, value=repr(value), accepted="4 to 20 digits, such as +39 06 1234567")
    return value


def email_key(email: str) -> str:
    """Return the form under which an e-mail address is found: folded, since mail servers ignore case."""
    return email.casefold()


def phone_key(phone: str) -> str:
    """Return the form under which a number is found: its digits, without extension and without ``00`` in front."""
    digits = "".join(each for each in _EXTENSION.sub("", phone) if each.isdigit())
    return digits.removeprefix("00")


def name_keys(*names: str) -> tuple[str, ...]:
    """Return the words of ``names``, each once: folded, without accents, as search compares them."""
    plain = (unicodedata.normalize("NFKD", name).casefold() for name in names)
    letters = ("".join(each for each in name if not unicodedata.combining(each)) for name in plain)
    return tuple(dict.fromkeys(word for name in letters for word in _WORD.findall(name)))


def _emails(given: Iterable[object]) -> tuple[str, ...]:
    listed = (given,) if isinstance(given, str) else given
    return tuple(dict.fromkeys(check_email(each, f"emails[{index}]") for index, each in enumerate(listed)))


def _phones(given: Iterable[object]) -> tuple[str, ...]:
    listed = (given,) if isinstance(given, str) else given
    return tuple(dict.fromkeys(check_phone(each, f"phones[{index}]") for index, each in enumerate(listed)))


@frozen(field_transformer=checked_fields)
class ContactPoints:
    """How somebody is reached: e-mail addresses and telephone numbers, the preferred one first, each once.

    Raises:
        InvalidValue: ``customers.not_an_email``, ``customers.not_a_phone``, ``value.wrong_type``.

    """

    emails: tuple[str, ...] = field(converter=_emails, default=())
    phones: tuple[str, ...] = field(converter=_phones, default=())
