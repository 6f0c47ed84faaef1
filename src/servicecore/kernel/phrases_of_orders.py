"""What the orders room says is accepted, in English, Italian and German."""

from __future__ import annotations

from typing import Final

ORDER_PHRASES: Final[tuple[tuple[str, str, str], ...]] = (
    # quantities and lines
    ("the id of the line's order", "l'id dell'ordine della riga", "die Kennung des Auftrags der Zeile"),
    ("above 0 and at most {}", "più di 0 e al massimo {}", "über 0 und höchstens {}"),
    ("none, there is no such unit", "nessuna, non c'è alcuna unità così", "keine, solche Einheiten gibt es nicht"),
    (
        "none, all are back or matched",
        "nessuna, tutte sono rese o già adeguate",
        "keine, alle sind zurück oder schon abgeglichen",
    ),
    (
        "at most {}, invoice the shipment first",
        "al massimo {}, prima va fatturata la spedizione",
        "höchstens {}, erst muss die Sendung fakturiert werden",
    ),
    ("at most {}, sent within {any}", "al massimo {}, spediti entro {}", "höchstens {}, innerhalb von {} versandt"),
    ("each line once", "ogni riga una volta", "jede Zeile einmal"),
    ("each number once", "ogni numero una volta", "jede Nummer einmal"),
    (
        "a line with units that are neither",
        "una riga con unità né fatturate né annullate",
        "eine Zeile mit Einheiten, die weder fakturiert noch storniert sind",
    ),
    (
        "an order with units that are neither",
        "un ordine con unità né fatturate né annullate",
        "ein Auftrag mit Einheiten, die weder fakturiert noch storniert sind",
    ),
    ("a line with invoiced units", "una riga con unità fatturate", "eine Zeile mit fakturierten Einheiten"),
    ("an order with open units", "un ordine con unità aperte", "ein Auftrag mit offenen Einheiten"),
    (
        "an order with units that were not sent",
        "un ordine con unità non ancora spedite",
        "ein Auftrag mit Einheiten, die noch nicht versandt sind",
    ),
    (
        "an order with units that were sent and kept",
        "un ordine con unità spedite e tenute",
        "ein Auftrag mit Einheiten, die versandt und behalten wurden",
    ),
    (
        "a line whose shipments are billed",
        "una riga le cui spedizioni sono fatturate",
        "eine Zeile, deren Sendungen fakturiert sind",
    ),
    (
        "a line without a price set by hand; restore it first",
        "una riga senza prezzo fissato a mano; prima va ripristinato",
        "eine Zeile ohne von Hand gesetzten Preis; er ist erst zurückzunehmen",
    ),
    (
        "a line whose order's total was not lowered by hand; restore the total first",
        "una riga di un ordine il cui totale non è stato ridotto a mano; prima va ripristinato il totale",
        "eine Zeile eines Auftrags ohne von Hand gesenkte Summe; die Summe ist erst wiederherzustellen",
    ),
    (
        "an order with units left to bill whose total was lowered by hand",
        "un ordine con unità da fatturare il cui totale è stato ridotto a mano",
        "ein Auftrag mit nicht fakturierten Einheiten, dessen Summe von Hand gesenkt wurde",
    ),
    (
        "operations that concern one line",
        "operazioni che riguardano una sola riga",
        "Vorgänge, die eine Zeile betreffen",
    ),
    # amounts
    (
        "sub-total and charges {}, with or without the tax {}",
        "subtotale e spese {}, con o senza l'imposta {}",
        "Zwischensumme und Zuschläge {}, mit oder ohne die Steuer {}",
    ),
    (
        "an amount in whole minor units of {}",
        "un importo in unità minime intere di {}",
        "ein Betrag in ganzen Kleinsteinheiten von {}",
    ),
    ("whole minor units of {}", "unità minime intere di {}", "ganze Kleinsteinheiten von {}"),
    (
        "a level better than error, or an approved price",
        "un livello migliore di error, o un prezzo approvato",
        "eine bessere Stufe als error oder ein genehmigter Preis",
    ),
    # charges and codes
    ("a name that is not in use", "un nome non in uso", "ein unbenutzter Name"),
    ("for each unit of one line", "per ogni unità di una riga", "für jede Einheit einer Zeile"),
    (
        "a charge of which nothing is canceled",
        "una spesa di cui nulla è annullato",
        "ein Zuschlag, von dem nichts storniert ist",
    ),
    ("a code of the order", "un codice dell'ordine", "ein Code des Auftrags"),
    ("a code that is not on the order", "un codice che non è nell'ordine", "ein Code, der nicht auf dem Auftrag ist"),
    ("a code that lowers what is open", "un codice che riduce ciò che è aperto", "ein Code, der Offenes senkt"),
    ("one that holds in {any} on {}", "una che valga per {} il {}", "eine, die in {} am {} gilt"),
    ("the place of delivery", "il luogo di consegna", "der Ort der Lieferung"),
    # price matches
    (
        "the policy's open_units, or a credit afterwards",
        "open_units nella policy, o un accredito dopo la fattura",
        "open_units in der Richtlinie oder eine Gutschrift danach",
    ),
    ("a price below ours", "un prezzo inferiore al nostro", "ein Preis unter unserem"),
    ("units invoiced from {} on", "unità fatturate dal {} in poi", "ab {} fakturierte Einheiten"),
    (
        "an invoiced line that is not matched yet",
        "una riga fatturata e non ancora adeguata",
        "eine fakturierte, noch nicht abgeglichene Zeile",
    ),
    ("the value of the card", "il valore della carta", "der Wert der Karte"),
    # holds
    ("release it first", "prima va rimossa", "sie ist erst zu lösen"),
    ("after {}", "dopo {}", "nach {}"),
    ("release number {} first", "prima va rimossa la numero {}", "erst ist Nummer {} zu lösen"),
    ("for a line: {ids}", "per una riga: {}", "für eine Zeile: {}"),
    # payments
    ("wait until {ids} is settled", "attendere la conclusione di {}", "warten, bis {} abgeschlossen ist"),
    ("an order that is not covered", "un ordine non coperto", "ein nicht gedeckter Auftrag"),
    ("room for {}", "spazio per {}", "Raum für {}"),
    (
        "an order with an invoice that is not paid",
        "un ordine con una fattura non pagata",
        "ein Auftrag mit einer unbezahlten Rechnung",
    ),
    ("authorise the payment first", "prima va autorizzato il pagamento", "erst ist die Zahlung zu autorisieren"),
    (
        "an open authorisation that nothing is left to pay for",
        "un'autorizzazione aperta a cui non resta nulla da pagare",
        "eine offene Autorisierung, mit der nichts mehr zu bezahlen ist",
    ),
    (
        "the same answer again; correct a difference with the gateway by hand",
        "di nuovo la stessa risposta; una differenza con il gateway si corregge a mano",
        "dieselbe Antwort noch einmal; ein Unterschied zum Gateway wird von Hand berichtigt",
    ),
    (
        "a settled payment; ask the gateway first",
        "un pagamento concluso; prima va interrogato il gateway",
        "eine abgeschlossene Zahlung; erst ist das Gateway zu fragen",
    ),
    (
        "a granted refund that was not paid",
        "un rimborso concesso e non ancora pagato",
        "eine gewährte, noch nicht ausgezahlte Erstattung",
    ),
    (
        "a refundable tender that was charged",
        "un mezzo di pagamento rimborsabile che è stato addebitato",
        "ein belastetes Zahlungsmittel, das Erstattungen nimmt",
    ),
    # returns and gift cards
    ("none of the {} returns", "nessuno dei {} resi", "keine der {} Rücksendungen"),
    (
        "its list price, above 0 and without discount",
        "il suo prezzo di listino, maggiore di 0 e senza sconto",
        "ihr Listenpreis, über 0 und ohne Nachlass",
    ),
    (
        "a card that was never used, voided first",
        "una carta mai usata, prima annullata",
        "eine nie benutzte, zuvor annullierte Karte",
    ),
    ("a sale with this line", "una vendita con questa riga", "ein Verkauf mit dieser Zeile"),
)
"""Each phrase in English, Italian, German; holes as in `kernel.phrase_table`."""
