"""What the billing room says is accepted, in English, Italian and German."""

from __future__ import annotations

from typing import Final

BILLING_PHRASES: Final[tuple[tuple[str, str, str], ...]] = (
    # gift cards
    (
        "the same request again, or a new key",
        "di nuovo la stessa richiesta, o una chiave nuova",
        "dieselbe Anfrage noch einmal oder ein neuer Schlüssel",
    ),
    (
        "wait until {any} is posted, or unlock the card",
        "attendere la registrazione di {}, o sbloccare la carta",
        "warten, bis {} gebucht ist, oder die Karte entsperren",
    ),
    ("unlock the card first", "prima va sbloccata la carta", "erst ist die Karte zu entsperren"),
    ("another card", "un'altra carta", "eine andere Karte"),
    (
        "a card that is valid, or a later expiry first",
        "una carta valida, o prima una scadenza successiva",
        "eine gültige Karte oder erst ein späterer Ablauf",
    ),
    ("a number first", "prima un numero", "erst eine Nummer"),
    ("add funds first", "prima vanno aggiunti fondi", "erst ist Guthaben aufzuladen"),
    ("what GiftCardCode.read makes", "ciò che produce GiftCardCode.read", "was GiftCardCode.read liefert"),
    ("four letters or digits", "quattro lettere o cifre", "vier Buchstaben oder Ziffern"),
    (
        "{} to {} letters or digits, blanks and hyphens aside",
        "da {} a {} lettere o cifre, senza contare spazi e trattini",
        "{} bis {} Buchstaben oder Ziffern, ohne Leerzeichen und Bindestriche",
    ),
    ("an instant after {}", "un istante dopo {}", "ein Zeitpunkt nach {}"),
    ("a card with an expiry", "una carta con scadenza", "eine Karte mit Ablauf"),
    ("a card that is not locked", "una carta non bloccata", "eine Karte, die nicht gesperrt ist"),
    ("a locked card", "una carta bloccata", "eine gesperrte Karte"),
    ("a new reservation", "una nuova prenotazione", "eine neue Reservierung"),
    (
        "release what is reserved first",
        "prima va liberato ciò che è prenotato",
        "erst ist freizugeben, was reserviert ist",
    ),
    ("a card that is not", "una carta che non lo è", "eine Karte, die es nicht ist"),
    ("a card that was never used", "una carta mai usata", "eine nie benutzte Karte"),
    ("a duration above 0", "una durata maggiore di 0", "eine Dauer über 0"),
    ("at most {}", "al massimo {}", "höchstens {}"),
    # invoices and payments
    (
        "a first day and a later day after the last",
        "un primo giorno e un giorno successivo all'ultimo",
        "ein erster Tag und ein späterer nach dem letzten",
    ),
    ("the order's id", "l'id dell'ordine", "die Kennung des Auftrags"),
    ("an invoice's id", "l'id di una fattura", "die Kennung einer Rechnung"),
    ("the contract's id", "l'id del contratto", "die Kennung des Vertrags"),
    ("a total of 0 or more", "un totale di 0 o più", "ein Gesamtbetrag von 0 oder mehr"),
    (
        "{} with this reference, or another reference",
        "{} con questo riferimento, o un altro riferimento",
        "{} mit dieser Referenz oder eine andere Referenz",
    ),
    ("an invoice with an open amount", "una fattura con un importo aperto", "eine Rechnung mit offenem Betrag"),
    (
        "a gateway's token, never a card number",
        "il token di un gateway, mai un numero di carta",
        "das Token eines Gateways, nie eine Kartennummer",
    ),
    (
        "an amount above 0, or none for no limit",
        "un importo maggiore di 0, o niente per nessun limite",
        "ein Betrag über 0, ohne Angabe keine Grenze",
    ),
)
"""Each phrase in English, Italian, German; holes as in `kernel.phrase_table`."""
