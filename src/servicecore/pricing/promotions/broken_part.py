"""A plugin's part of an offer that fails: the quote is refused, and the problem names plugin and part."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Final, TypeVar

from servicecore.errors import InvalidValue
from servicecore.kernel.problems import ProblemKind

T = TypeVar("T")

BROKEN_PART: Final = ProblemKind(
    "pricing.broken_offer_part",
    en="the offer part {value} of plugin {plugin} cannot be used: {reason}; accepted: {accepted}",
    it="la parte d'offerta {value} del plugin {plugin} non è utilizzabile: {reason}; valori ammessi: {accepted}",
    de="der Angebotsteil {value} des Plugins {plugin} ist nicht brauchbar: {reason}; zulässig: {accepted}",
)
_SHOWN: Final = 200
_LONGEST: Final = 200


class BrokenPart(InvalidValue):
    """Raised when a plugin's part of an offer raises, changes something, or answers what cannot be."""

    code: ClassVar[str] = "pricing.broken_part"


def broken(part: str, reason: str, accepted: str) -> BrokenPart:
    """Return the refusal of what the part called ``part`` (``acme.WeatherDiscount``) did."""
    plugin = part.partition(".")[0]
    shown = "".join(each if each.isprintable() else "?" for each in reason[:_SHOWN])
    return BrokenPart(BROKEN_PART.at("offers", value=part, plugin=plugin, reason=shown, accepted=accepted))


def ask(part: str, question: Callable[[], T]) -> T:
    """Return the part's answer.

    Raises:
        BrokenPart: the part raised, whatever it was.

    """
    try:
        return question()
    except BrokenPart:
        raise
    except (Exception, SystemExit) as error:
        raise broken(part, tell(error), "an answer") from error


def said_or_name(part: str, describe: Callable[[], str]) -> str:
    """Return what the part says of itself for explanations; its name where it raises, or says what cannot be shown."""
    try:
        said = ask(part, describe)
    except BrokenPart:
        return part
    usable = type(said) is str and 0 < len(said) <= _LONGEST and said.isprintable()
    return said if usable else part


def tell(error: BaseException) -> str:
    """Return class and words of ``error``; never raises."""
    name = type(error).__name__
    try:
        text = str(error)
    except Exception:  # noqa: BLE001 - an exception that cannot even say what it is
        return name
    return f"{name}: {text}" if text else name
