"""Why a gift card cannot take part in a movement of money; every refusal of the room has its code here."""

from __future__ import annotations

from typing import Final

from servicecore.billing.gift_cards.card import GiftCard
from servicecore.kernel.money import Money
from servicecore.kernel.problems import Problem, ProblemKind

INSUFFICIENT: Final = ProblemKind(
    "gift_card.insufficient",
    en="{value} is more than the card has; accepted: at most {accepted}",
    it="{value} supera il saldo della carta; valori ammessi: al massimo {accepted}",
    de="{value} ist mehr, als auf der Karte ist; zulässig: höchstens {accepted}",
)
ZERO_BALANCE: Final = ProblemKind(
    "gift_card.zero_balance",
    en="the card has {value} to spend; accepted: {accepted}",
    it="sulla carta sono disponibili {value}; valori ammessi: {accepted}",
    de="auf der Karte sind {value} verfügbar; zulässig: {accepted}",
)
LOCKED: Final = ProblemKind(
    "gift_card.locked",
    en="the card is locked ({value}); accepted: {accepted}",
    it="la carta è bloccata ({value}); valori ammessi: {accepted}",
    de="die Karte ist gesperrt ({value}); zulässig: {accepted}",
)
VOIDED: Final = ProblemKind(
    "gift_card.voided",
    en="the card {value} is voided; accepted: {accepted}",
    it="la carta {value} è annullata; valori ammessi: {accepted}",
    de="die Karte {value} ist annulliert; zulässig: {accepted}",
)
EXPIRED: Final = ProblemKind(
    "gift_card.expired",
    en="the card expired on {value}; accepted: {accepted}",
    it="la carta è scaduta il {value}; valori ammessi: {accepted}",
    de="die Karte ist am {value} abgelaufen; zulässig: {accepted}",
)
NO_NUMBER: Final = ProblemKind(
    "gift_card.no_number",
    en="the card {value} has no number yet; accepted: {accepted}",
    it="la carta {value} non ha ancora un numero; valori ammessi: {accepted}",
    de="die Karte {value} hat noch keine Nummer; zulässig: {accepted}",
)
CURRENCY_MISMATCH: Final = ProblemKind(
    "gift_card.currency_mismatch",
    en="{value} is in another currency than the card; accepted: amounts in {accepted}",
    it="{value} è in una valuta diversa da quella della carta; valori ammessi: importi in {accepted}",
    de="{value} ist in einer anderen Währung als die Karte; zulässig: Beträge in {accepted}",
)
WRONG_AMOUNT: Final = ProblemKind(
    "gift_card.wrong_amount",
    en="{value} cannot be booked on a gift card; accepted: {accepted}",
    it="{value} non può essere registrato su una carta regalo; valori ammessi: {accepted}",
    de="{value} kann auf eine Geschenkkarte nicht gebucht werden; zulässig: {accepted}",
)
KEY_REUSED: Final = ProblemKind(
    "gift_card.key_reused",
    en="key {value} stands for something else on this card; accepted: {accepted}",
    it="la chiave {value} indica altro su questa carta; valori ammessi: {accepted}",
    de="der Schlüssel {value} steht auf dieser Karte für etwas anderes; zulässig: {accepted}",
)


def check_amount(amount: Money, currency: str) -> tuple[Problem, ...]:
    """Return why ``amount`` cannot be booked on a card in ``currency`` (mismatch, or not above 0 in minor units)."""
    if amount.currency != currency:
        return (CURRENCY_MISMATCH.at("amount", value=amount, accepted=currency),)
    if amount.amount <= 0 or not amount.is_rounded():
        return (WRONG_AMOUNT.at("amount", value=amount, accepted=f"above 0, in whole minor units of {currency}"),)
    return ()


def check_standing(card: GiftCard) -> tuple[Problem, ...]:
    """Return that the card is voided or expired, where that is so."""
    if card.is_voided:
        return (VOIDED.at("", value=card.id, accepted="another card"),)
    if card.expired:
        expired = card.expires_at.isoformat() if card.expires_at is not None else ""
        return (EXPIRED.at("", value=expired, accepted="a card that is valid, or a later expiry first"),)
    return ()


def check_use(card: GiftCard, document: str) -> tuple[Problem, ...]:
    """Return why nothing new can be paid for ``document`` with the card: its standing, no number, or a lock.

    The lock of a document keeps everything else out, and lets the document itself through.
    """
    problems = list(check_standing(card))
    if card.code is None:
        problems.append(NO_NUMBER.at("", value=card.id, accepted="a number first"))
    lock = card.lock
    if lock is not None and not lock.document:
        problems.append(LOCKED.at("", value=f"since {lock.at.isoformat()}", accepted="unlock the card first"))
    elif lock is not None and lock.document != document:
        accepted = f"wait until {lock.document} is posted, or unlock the card"
        problems.append(LOCKED.at("", value=f"in use for {lock.document}", accepted=accepted))
    return tuple(problems)


def check_funds(card: GiftCard, amount: Money) -> tuple[Problem, ...]:
    """Return why ``amount`` cannot be taken from what is available: currency, amount, no balance, too little."""
    problems = check_amount(amount, card.currency)
    if problems:
        return problems
    if not card.available:
        return (ZERO_BALANCE.at("amount", value=card.available, accepted="add funds first"),)
    if amount > card.available:
        return (INSUFFICIENT.at("amount", value=amount, accepted=card.available),)
    return ()


def key_reused(key: str) -> Problem:
    """Return that ``key`` came with something else before."""
    return KEY_REUSED.at("key", value=key, accepted="the same request again, or a new key")
