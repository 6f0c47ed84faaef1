"""What prices, offers and charges say in their parameters, in English, Italian and German."""

from __future__ import annotations

from typing import Final

PRICE_PHRASES: Final[tuple[tuple[str, str, str], ...]] = (
    # offers, coupons and goods
    ("any item", "qualsiasi articolo", "jeder Artikel"),
    ("item {ids}", "articolo {}", "Artikel {}"),
    ("category {ids}", "categoria {}", "Kategorie {}"),
    ("some", "alcuni", "einige"),
    ("a catalogue of the book", "un catalogo del listino", "ein Katalog des Preisbuchs"),
    ("a channel with order completion", "un canale con completamento dell'ordine", "ein Kanal mit Auftragsabschluss"),
    ("a charge for shipping", "una spesa di spedizione", "ein Zuschlag für den Versand"),
    (
        "a charge that is not made already",
        "una spesa non ancora addebitata",
        "ein Zuschlag, der nicht schon erhoben wird",
    ),
    ("a code that was not used yet", "un codice non ancora usato", "ein noch nicht benutzter Code"),
    ("a coupon code that releases it", "un codice di buono che la sblocca", "ein Gutscheincode, der es auslöst"),
    ("a coupon that releases an offer", "un buono che sblocca un'offerta", "ein Gutschein, der ein Angebot auslöst"),
    ("a customer on the coupon's list", "un cliente dell'elenco del buono", "ein Kunde von der Liste des Gutscheins"),
    ("a customer who is known", "un cliente conosciuto", "ein bekannter Kunde"),
    ("a line without either", "una riga senza l'uno né l'altro", "eine Zeile ohne beides"),
    ("a new code", "un codice nuovo", "ein neuer Code"),
    ("a printed code", "un codice stampato", "ein gedruckter Code"),
    (
        "a quote in which a code or a limited offer took effect",
        "un preventivo in cui ha avuto effetto un codice o un'offerta limitata",
        "ein Angebotspreis, in dem ein Code oder ein begrenztes Angebot wirkte",
    ),
    ("a reason code", "un codice motivo", "ein Grundcode"),
    ("a row of the list {any}", "una riga del listino {}", "eine Zeile der Liste {}"),
    ("a source code of the book", "un codice sorgente del listino", "ein Quellcode des Preisbuchs"),
    ("a source code of the price book", "un codice sorgente del listino", "ein Quellcode des Preisbuchs"),
    ("an active coupon", "un buono attivo", "ein aktiver Gutschein"),
    ("an answer for every key", "una risposta per ogni chiave", "eine Antwort zu jedem Schlüssel"),
    (
        "one answer for each line and jurisdiction",
        "una risposta per ogni riga e giurisdizione",
        "eine Antwort je Zeile und Steuergebiet",
    ),
    (
        "an offer of the price book in force that a code releases",
        "un'offerta del listino in vigore sbloccata da un codice",
        "ein Angebot des geltenden Preisbuchs, das ein Code auslöst",
    ),
    (
        "codes of an offer with the trigger code",
        "codici di un'offerta con il trigger code",
        "Codes eines Angebots mit dem Auslöser code",
    ),
    ("codes of which none is blank", "codici nessuno dei quali è vuoto", "Codes, von denen keiner leer ist"),
    (
        "for an exclusive coupon, an offer that is exclusive in the cart",
        "per un buono esclusivo, un'offerta esclusiva nel carrello",
        "für einen exklusiven Gutschein ein im Warenkorb exklusives Angebot",
    ),
    (
        "remaining, where the selection is optimal",
        "remaining, se la selezione è optimal",
        "remaining, wo die Auswahl optimal ist",
    ),
    (
        "the combination that takes most off",
        "la combinazione con lo sconto maggiore",
        "die Kombination mit dem größten Nachlass",
    ),
    (
        "the id of an active item in the price book",
        "l'id di un articolo attivo del listino",
        "die Kennung eines aktiven Artikels im Preisbuch",
    ),
    (
        "the id of an item in the price book",
        "l'id di un articolo del listino",
        "die Kennung eines Artikels im Preisbuch",
    ),
    (
        "the id of an offer that a code releases",
        "l'id di un'offerta sbloccata da un codice",
        "die Kennung eines Angebots, das ein Code auslöst",
    ),
    ("the id of another account", "l'id di un altro account", "die Kennung eines anderen Kontos"),
    ("the id {}", "l'id {}", "die Kennung {}"),
    ("{}, of a customer who is known", "{}, di un cliente conosciuto", "{}, eines bekannten Kunden"),
    ("{any}: it is order number {} now", "{}: ora è l'ordine numero {}", "{}: es ist jetzt Auftrag Nummer {}"),
    ("variants, products or categories", "varianti, prodotti o categorie", "Varianten, Produkte oder Kategorien"),
    # prices, lists and charges
    (
        "a cost row or a cost of the item",
        "una riga di costo o un costo dell'articolo",
        "eine Kostenzeile oder Kosten des Artikels",
    ),
    (
        "a formula on cost, or a sale list",
        "una formula sul costo o un listino di saldi",
        "eine Formel auf die Kosten oder eine Aktionsliste",
    ),
    (
        "a known cost, or a role without a floor",
        "un costo noto, o un ruolo senza minimo",
        "bekannte Kosten oder eine Rolle ohne Untergrenze",
    ),
    (
        "a price row or a base price that fits currency, day, unit and customer",
        "una riga di prezzo o un prezzo base adatto a valuta, giorno, unità e cliente",
        "eine Preiszeile oder ein Grundpreis, der zu Währung, Tag, Einheit und Kunde passt",
    ),
    (
        "a tax engine with a rate for the place and day of delivery, or rows in the book's own convention",
        "un motore fiscale con un'aliquota per luogo e giorno di consegna, o righe nella convenzione del listino",
        "eine Steuerberechnung mit einem Satz für Ort und Tag der Lieferung oder Zeilen nach der Art des Preisbuchs",
    ),
    (
        "no unit: sums are in the items' own units",
        "nessuna unità: le somme sono nelle unità degli articoli",
        "keine Einheit: Summen sind in den Einheiten der Artikel",
    ),
    (
        "none beside a formula on another price, which is in the book's own convention",
        "nessuna accanto a una formula su un altro prezzo, che segue la convenzione del listino",
        "keine neben einer Formel auf einen anderen Preis, der nach der Art des Preisbuchs gilt",
    ),
    (
        "per_unit for a charge of one line",
        "per_unit per una spesa di una riga",
        "per_unit für einen Zuschlag einer Zeile",
    ),
    ("the best row that fits", "la riga migliore che si adatta", "die beste passende Zeile"),
    (
        "the category whose items count together",
        "la categoria i cui articoli contano insieme",
        "die Kategorie, deren Artikel zusammen zählen",
    ),
    (
        "{}, as other lists of this type and priority",
        "{}, come gli altri listini di questo tipo e priorità",
        "{}, wie andere Listen dieser Art und Priorität",
    ),
    ("a code", "un codice", "einen Code"),
    ("a customer", "un cliente", "einen Kunden"),
    ("a channel", "un canale", "einen Kanal"),
    ("an order", "un ordine", "einen Auftrag"),
    ("all codes for the offer", "tutti i codici dell'offerta", "alle Codes des Angebots"),
    ("all codes together", "tutti i codici insieme", "alle Codes zusammen"),
    ("a new quote", "un nuovo preventivo", "ein neuer Angebotspreis"),
    ("below", "sotto", "unter"),
    ("above", "sopra", "über"),
    # benefits
    ("{any} / unit of {}", "{} / unità di {}", "{} / Stück von {}"),
    ("{any} / unit", "{} / unità", "{} / Stück"),
    ("{any} / line", "{} / riga", "{} / Zeile"),
    ("+ {} of {}", "+ {} di {}", "+ {} von {}"),
    ("-{} from {}", "-{} da {}", "-{} ab {}"),
    # what a figure is
    ("line {}", "riga {}", "Zeile {}"),
    ("charge {any}", "spesa {}", "Zuschlag {}"),
    ("total", "totale", "Gesamtbetrag"),
    ("price match on line {}", "corrispondenza di prezzo sulla riga {}", "Preisabgleich auf Zeile {}"),
    ("price match", "corrispondenza di prezzo", "Preisabgleich"),
    ("refund of return {}", "rimborso del reso {}", "Erstattung der Rücksendung {}"),
    ("price from the renewal on", "prezzo dal rinnovo in poi", "Preis ab der Verlängerung"),
    ("credit for {any}", "credito per {}", "Gutschrift für {}"),
)
"""Each phrase in English, Italian, German; holes as in `kernel.phrase_table`."""
