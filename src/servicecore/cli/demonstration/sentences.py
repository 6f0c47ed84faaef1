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
        "store": Text("Everything is kept in {url}", "Tutto è conservato in {url}", "Alles liegt in {url}"),
        "customer": Text(
            "09:02  A bar calls for the first time: {name}",
            "09:02  Un bar chiama per la prima volta: {name}",
            "09:02  Eine Bar ruft zum ersten Mal an: {name}",
        ),
        "quote": Text(
            "09:05  They want a machine, a grinder and coffee. The quote, and why it costs that:",
            "09:05  Vogliono una macchina, un macinino e caffè. Il preventivo, e perché costa così:",
            "09:05  Sie wollen eine Maschine, eine Mühle und Kaffee. Das Angebot, und warum es das kostet:",
        ),
        "override": Text(
            "09:12  They ask for the machine at {price}. The agent may not:",
            "09:12  Chiedono la macchina a {price}. L'operatore non può:",
            "09:12  Sie möchten die Maschine für {price}. Der Mitarbeiter darf nicht:",
        ),
        "approved": Text(
            "       The supervisor approves it: the total is {total} instead of {before}",
            "       Il supervisore approva: il totale è {total} invece di {before}",
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
            "09:30  Due work asks the gateway what became of the payment: {status}, charged once",
            "09:30  Il lavoro periodico chiede al gateway l'esito del pagamento: {status}, addebitato una volta",
            "09:30  Die fällige Arbeit fragt das Gateway nach der Zahlung: {status}, einmal belastet",
        ),
        "released": Text(
            "09:40  The supervisor releases the hold",
            "09:40  Il supervisore toglie il blocco",
            "09:40  Die Vorgesetzte gibt frei",
        ),
        "preview": Text(
            "11:00  What would shipping and invoicing move? Nothing has happened yet:",
            "11:00  Che cosa muoverebbe la spedizione con fattura? Non è ancora successo nulla:",
            "11:00  Was würden Versand und Rechnung bewegen? Noch ist nichts geschehen:",
        ),
        "shipped": Text(
            "11:05  The machine and half of the coffee leave; invoice {invoice} over {total}, {status}",
            "11:05  Partono la macchina e metà del caffè; fattura {invoice} di {total}, {status}",
            "11:05  Die Maschine und der halbe Kaffee gehen ab; Rechnung {invoice} über {total}, {status}",
        ),
        "returned": Text(
            "Day 8  One kilo comes back. The refund, to the cent:",
            "Giorno 8  Torna un chilo. Il rimborso, al centesimo:",
            "Tag 8  Ein Kilo kommt zurück. Die Erstattung, auf den Cent:",
        ),
        "case": Text(
            "Thu 15:30  The machine leaks: case {case}, two working hours to answer, eight to resolve",
            "Gio 15:30  La macchina perde: caso {case}, due ore lavorative per rispondere, otto per risolvere",
            "Do 15:30  Die Maschine leckt: Fall {case}, zwei Arbeitsstunden zur Antwort, acht zur Lösung",
        ),
        "warned": Text(
            "Fri 15:00  Due work emits what was crossed, each once:",
            "Ven 15:00  Il lavoro periodico emette ciò che è stato superato, ogni cosa una volta:",
            "Fr 15:00  Die fällige Arbeit meldet, was überschritten wurde, jedes einmal:",
        ),
        "deadline": Text(
            "       The deadline, explained day by day:",
            "       La scadenza, spiegata giorno per giorno:",
            "       Die Frist, Tag für Tag erklärt:",
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
            "A year later, after months without a run: {periods} periods billed, renewed until {last_day}",
            "Un anno dopo, dopo mesi di fermo: {periods} periodi fatturati, rinnovo fino al {last_day}",
            "Ein Jahr später, nach Monaten ohne Lauf: {periods} Zeiträume abgerechnet, verlängert bis {last_day}",
        ),
        "verified": Text(
            "{events} events; every document is the fold of its events: {answer}",
            "{events} eventi; ogni documento è la somma dei suoi eventi: {answer}",
            "{events} Ereignisse; jedes Dokument ist die Summe seiner Ereignisse: {answer}",
        ),
        "history": Text("The order's history:", "La storia dell'ordine:", "Der Verlauf des Auftrags:"),
        "replay": Text(
            "And real orders, priced again by configuration alone:",
            "E ordini veri, ricalcolati con la sola configurazione:",
            "Und echte Aufträge, allein durch Konfiguration neu berechnet:",
        ),
        "no_data": Text(
            "No acceptance data beside this checkout: the replay of real orders is left out",
            "Nessun dato di accettazione accanto a questa copia: il ricalcolo di ordini veri è omesso",
            "Keine Abnahmedaten neben dieser Kopie: die Neuberechnung echter Aufträge entfällt",
        ),
    }
)


def say(key: str, locale: str, **params: object) -> str:
    """Return the sentence ``key`` in ``locale`` with its parameters."""
    return SENTENCES[key].render({name: str(value) for name, value in params.items()}, locale)
