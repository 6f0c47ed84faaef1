"""What the demonstration says between its tables, in three languages."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from servicecore.kernel.problems import Text

SENTENCES: Final = MappingProxyType(
    {
        "title": Text(
            "A day in the call centre of a coffee-machine shop",
            "Una giornata nel call center di un negozio di macchine da caffè",
            "Ein Tag im Callcenter eines Ladens für Kaffeemaschinen",
        ),
        "store": Text("Everything is kept in {url}", "Tutto resta in {url}", "Alles bleibt in {url}"),
        "customer": Text(
            "09:02  A bar calls for the first time: {name}",
            "09:02  Un bar chiama per la prima volta: {name}",
            "09:02  Eine Bar ruft zum ersten Mal an: {name}",
        ),
        "quote": Text(
            "09:05  A machine, a grinder, coffee, descaler, and a welcome coupon. The quote, and why it costs that:",
            "09:05  Una macchina, un macinino, caffè, decalcificante e un buono di benvenuto. Il preventivo, e perché:",
            "09:05  Eine Maschine, eine Mühle, Kaffee, Entkalker, ein Gutschein. Das Angebot, und warum es das kostet:",
        ),
        "override": Text(
            "09:12  They ask for the machine at {price}. The agent may not:",
            "09:12  Chiedono la macchina a {price}. L'operatrice non può:",
            "09:12  Sie möchten die Maschine für {price}. Die Mitarbeiterin darf das nicht:",
        ),
        "approved": Text(
            "       The supervisor approves it: the total is {total} instead of {before}",
            "       La supervisore approva: il totale è {total} invece di {before}",
            "       Die Vorgesetzte genehmigt: die Summe ist {total} statt {before}",
        ),
        "placed": Text(
            "09:15  Order {order} is placed; the gateway's answer gets lost on the way",
            "09:15  L'ordine {order} è inserito; la risposta del gateway si perde per strada",
            "09:15  Auftrag {order} ist erteilt; die Antwort des Gateways geht unterwegs verloren",
        ),
        "held": Text(
            "       A large first order is held for review. Shipping it now would be refused:",
            "       Un primo ordine così grande è bloccato per verifica. Spedirlo ora sarebbe rifiutato:",
            "       Ein großer Erstauftrag wird zur Prüfung angehalten. Ihn jetzt zu versenden, würde abgelehnt:",
        ),
        "settled": Text(
            "09:30  Due work asks the gateway what became of the payment: {status}, authorised only once",
            "09:30  Il lavoro periodico chiede al gateway l'esito del pagamento: {status}, autorizzato una volta sola",
            "09:30  Die fällige Arbeit fragt das Gateway nach der Zahlung: {status}, nur einmal autorisiert",
        ),
        "released": Text(
            "09:40  The supervisor releases the hold",
            "09:40  La supervisore toglie il blocco",
            "09:40  Die Vorgesetzte gibt frei",
        ),
        "preview": Text(
            "11:00  The machine and half of the coffee leave. What would the invoice move? It is not written yet:",
            "11:00  Partono la macchina e metà del caffè. Che cosa muoverebbe la fattura? Non è ancora scritta:",
            "11:00  Die Maschine und der halbe Kaffee gehen ab. Was bewegt die Rechnung? Noch gibt es sie nicht:",
        ),
        "shipped": Text(
            "11:05  Invoice {invoice} over {total}: {status}",
            "11:05  Fattura {invoice} di {total}: {status}",
            "11:05  Rechnung {invoice} über {total}: {status}",
        ),
        "returned": Text(
            "Day 8  One kilo comes back damaged. The refund, to the cent:",
            "Giorno 8  Torna un chilo, danneggiato. Il rimborso, al centesimo:",
            "Tag 8  Ein Kilo kommt beschädigt zurück. Die Erstattung, auf den Cent:",
        ),
        "case": Text(
            "Thu 15:30  The machine leaks: case {case}, two working hours to answer, eight to resolve",
            "Gio 15:30  La macchina perde: richiesta {case}, due ore lavorative per rispondere, otto per risolvere",
            "Do 15:30  Die Maschine leckt: Vorgang {case}, zwei Arbeitsstunden zur Antwort, acht zur Lösung",
        ),
        "warned": Text(
            "Fri 15:00  Due work reports what was crossed, each once and with its own time:",
            "Ven 15:00  Il lavoro periodico segnala ciò che è stato superato, una volta sola e con la sua ora:",
            "Fr 15:00  Die fällige Arbeit meldet, was überschritten wurde, jedes einmal und mit seiner eigenen Zeit:",
        ),
        "deadline": Text(
            "       The deadline, explained day by day (in UTC, an hour behind the shop):",
            "       La scadenza, spiegata giorno per giorno (in UTC, un'ora indietro rispetto al negozio):",
            "       Die Frist, Tag für Tag erklärt (in UTC, eine Stunde hinter dem Laden):",
        ),
        "contract": Text(
            "A maintenance contract from 31 January 2026, billed monthly, renewed every year at +3 %:",
            "Un contratto di manutenzione dal 31 gennaio 2026, fatturato ogni mese, rinnovato ogni anno a +3 %:",
            "Ein Wartungsvertrag ab 31. Januar 2026, monatlich abgerechnet, jährlich mit +3 % verlängert:",
        ),
        "billed": Text(
            "{month}  billed {start} to {last_day}: {amount}, invoice {invoice}",
            "{month}  fatturato dal {start} al {last_day}: {amount}, fattura {invoice}",
            "{month}  abgerechnet {start} bis {last_day}: {amount}, Rechnung {invoice}",
        ),
        "renewed": Text(
            "A year later, after months without a run: {periods} periods, {total}; renewed to {last_day} at {amount}",
            "Un anno dopo, dopo mesi di fermo: {periods} periodi, {total}; rinnovo al {last_day} a {amount}",
            "Ein Jahr später, Monate ohne Lauf: {periods} Zeiträume, {total}; verlängert bis {last_day} zu {amount}",
        ),
        "verified": Text(
            "{events} events: every document is the fold of its events",
            "{events} eventi: ogni documento è esattamente ciò che dicono i suoi eventi",
            "{events} Ereignisse: jedes Dokument ist genau das, was seine Ereignisse sagen",
        ),
        "not_verified": Text(
            "{events} events; discrepancies: {found}",
            "{events} eventi; discordanze: {found}",
            "{events} Ereignisse; Abweichungen: {found}",
        ),
        "replay": Text(
            "And real orders, priced again by configuration alone:",
            "E ordini veri, ricalcolati con la sola configurazione:",
            "Und echte Aufträge, allein durch Konfiguration neu berechnet:",
        ),
        "no_data": Text(
            "The replay of real orders is left out: its data is not beside this checkout",
            "Il ricalcolo di ordini veri è omesso: i dati non sono accanto a questa copia",
            "Die Neuberechnung echter Aufträge entfällt: ihre Daten liegen nicht bei",
        ),
    }
)


def say(key: str, locale: str, **params: object) -> str:
    """Return the sentence ``key`` in ``locale`` with its parameters."""
    return SENTENCES[key].render({name: str(value) for name, value in params.items()}, locale)
