"""What is accepted where price books, campaigns and price matches are kept, in English, Italian and German."""

from __future__ import annotations

from typing import Final

CAMPAIGN_PHRASES: Final[tuple[tuple[str, str, str], ...]] = (
    # campaigns
    ("none: issue them", "nessuno: vanno emessi", "keine: sie werden ausgegeben"),
    ("a percentage up to 100", "una percentuale fino a 100", "ein Prozentsatz bis 100"),
    (
        "a coupon whose codes work once",
        "un buono i cui codici valgono una volta",
        "ein Gutschein, dessen Codes einmal gelten",
    ),
    (
        "a tier before it with an end",
        "uno scaglione precedente con una fine",
        "eine vorhergehende Staffel mit einem Ende",
    ),
    (
        "rows that state all breaks alike, or a quote, which converts them",
        "righe che indicano allo stesso modo tutti gli scaglioni, o un preventivo, che li converte",
        "Zeilen, die alle Staffeln gleich angeben, oder ein Angebotspreis, der sie umrechnet",
    ),
    ("the id of another campaign", "l'id di un'altra campagna", "die Kennung einer anderen Kampagne"),
    (
        "the id of a campaign that is a parent",
        "l'id di una campagna che ne raggruppa altre",
        "die Kennung einer Kampagne, die andere zusammenfasst",
    ),
    ("the id of a campaign", "l'id di una campagna", "die Kennung einer Kampagne"),
    ("a draft or active campaign", "una campagna in bozza o attiva", "eine Kampagne im Entwurf oder aktiv"),
    ("up to {} characters", "fino a {} caratteri", "bis {} Zeichen"),
    ("a code of this batch", "un codice di questo lotto", "ein Code dieses Stapels"),
    ("a code that is not voided", "un codice non annullato", "ein Code, der nicht ungültig ist"),
    ("a code that nobody has", "un codice che nessuno ha", "ein Code, den niemand hat"),
    ("a code that was never issued", "un codice mai emesso", "ein nie ausgegebener Code"),
    ("days of {any}", "giorni compresi in {}", "Tage aus {}"),
    ("{} customers, one for each code", "{} clienti, uno per ogni codice", "{} Kunden, je Code einer"),
    ("1 to {} codes, none blank", "da 1 a {} codici, nessuno vuoto", "1 bis {} Codes, keiner leer"),
    ("1 to {} codes a batch", "da 1 a {} codici per lotto", "1 bis {} Codes je Stapel"),
    ("{} or more for {} codes", "{} o più per {} codici", "{} oder mehr für {} Codes"),
    ("draft, active", "bozza, attiva", "Entwurf, aktiv"),
    ("an offer of the price book in force", "un'offerta del listino in vigore", "ein Angebot des geltenden Preisbuchs"),
    # price matches
    (
        "a record that holds; change its expiry",
        "una registrazione valida; cambiarne la scadenza",
        "ein gültiger Eintrag; sein Ablauf ist zu ändern",
    ),
    ("an approved record", "una registrazione approvata", "ein genehmigter Eintrag"),
    ("a pending or rejected one", "una in sospeso o respinta", "ein offener oder abgelehnter"),
    ("a pending one", "una in sospeso", "ein offener"),
    ("description and expires_at", "description ed expires_at", "description und expires_at"),
    ("none where it never expires", "niente se non scade mai", "keine Angabe, wenn er nie verfällt"),
    ("another expiry, so that it lapses", "un'altra scadenza, perché decada", "ein anderer Ablauf, damit er verfällt"),
    (
        "none, price matches are off",
        "nessuno, le corrispondenze di prezzo sono disattivate",
        "keiner, Preisabgleiche sind ausgeschaltet",
    ),
    ("each currency once", "ogni valuta una volta", "jede Währung einmal"),
    ("a line of {}", "una riga di {}", "eine Zeile mit {}"),
    # the linter
    (
        "one price, or a row that names more or begins later",
        "un solo prezzo, o una riga che indica di più o comincia dopo",
        "ein Preis oder eine Zeile, die mehr nennt oder später beginnt",
    ),
    (
        "a code of its own, or a coupon with its id",
        "un codice proprio, o un buono con il suo id",
        "ein eigener Code oder ein Gutschein mit seiner Kennung",
    ),
    ("a higher priority", "una priorità più alta", "eine höhere Priorität"),
    ("items that take offers", "articoli che ammettono offerte", "Artikel, die Angebote zulassen"),
    (
        "unit_use: spent, or a limit per_basket",
        "unit_use: spent, o un limite per_basket",
        "unit_use: spent oder eine Grenze per_basket",
    ),
    (
        "a base price, a row of a list, or active: false",
        "un prezzo base, una riga di un listino, o active: false",
        "ein Grundpreis, eine Zeile einer Liste oder active: false",
    ),
    (
        "a target, or a condition on items, channel, customer, group or attribute",
        "un target, o una condizione su articoli, canale, cliente, gruppo o attributo",
        "ein Ziel oder eine Bedingung auf Artikel, Kanal, Kunde, Gruppe oder Merkmal",
    ),
    # the best price
    ("an amount above 0", "un importo maggiore di 0", "ein Betrag über 0"),
    (
        "goods that bring it once at least",
        "articoli che lo danno almeno una volta",
        "Artikel, die es wenigstens einmal bringen",
    ),
    (
        "a condition that does not ask what the customer did before",
        "una condizione che non chiede cosa ha fatto prima il cliente",
        "eine Bedingung, die nicht danach fragt, was der Kunde zuvor tat",
    ),
    ("credit, where money is promised", "credit, dove si promette denaro", "credit, wo Geld versprochen wird"),
    (
        "either credit or percent, and no quantity",
        "credit o percent, uno dei due, e nessuna quantità",
        "entweder credit oder percent, und keine Menge",
    ),
    (
        "one of percent, per_units, per_amount",
        "uno tra percent, per_units, per_amount",
        "eines von percent, per_units, per_amount",
    ),
    (
        "a whole number of 0 or more, or none",
        "un numero intero di 0 o più, o niente",
        "eine ganze Zahl von 0 oder mehr oder nichts",
    ),
    ("a whole number of 1 or more", "un numero intero di 1 o più", "eine ganze Zahl von 1 oder mehr"),
    ("at least one slot", "almeno un posto", "mindestens ein Platz"),
    ("every id once", "ogni id una sola volta", "jede Kennung nur einmal"),
)
"""Each phrase in English, Italian, German; holes as in `kernel.phrase_table`."""
