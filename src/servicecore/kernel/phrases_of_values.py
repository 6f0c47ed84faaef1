"""What stands in the place of a value that there is not, in English, Italian and German."""

from __future__ import annotations

from typing import Final

VALUE_PHRASES: Final[tuple[tuple[str, str, str], ...]] = (
    ("a customer without a name", "un cliente senza nome", "ein Kunde ohne Namen"),
    ("tax engine", "motore fiscale", "Steuermodul"),
    ("not known", "non conosciuto", "nicht bekannt"),
    ("not given", "non indicato", "nicht angegeben"),
    ("no channel", "nessun canale", "kein Kanal"),
    ("an unknown origin", "un'origine sconosciuta", "eine unbekannte Herkunft"),
    ("an unknown place", "un luogo sconosciuto", "ein unbekannter Ort"),
    ("a price and a record", "un prezzo e una registrazione", "ein Preis und ein Eintrag"),
    ("neither a price nor a record", "né un prezzo né una registrazione", "weder ein Preis noch ein Eintrag"),
    ("a price without a record", "un prezzo senza registrazione", "ein Preis ohne Eintrag"),
    ("a competitor's price", "il prezzo di un concorrente", "der Preis eines Wettbewerbers"),
    ("nothing yet", "ancora nulla", "noch nichts"),
    ("no category", "nessuna categoria", "keine Kategorie"),
    ("no day: it never does", "nessun giorno: non scade mai", "kein Tag: sie verfällt nie"),
    ("the whole", "l'insieme", "das Ganze"),
    ("nothing found", "nulla di trovato", "nichts gefunden"),
    ("neither amount nor formula", "né importo né formula", "weder Betrag noch Formel"),
    ("both amount and formula", "sia importo sia formula", "sowohl Betrag als auch Formel"),
    ("the row", "la riga", "die Zeile"),
    ("digits only", "solo cifre", "nur Ziffern"),
    ("a text that is no digest", "un testo che non è un digest", "ein Text, der kein Digest ist"),
    ("a text of another shape", "un testo di altra forma", "ein Text anderer Form"),
    ("no answer for it", "nessuna risposta al riguardo", "keine Antwort dazu"),
)
"""Each phrase in English, Italian, German; holes as in `kernel.phrase_table`."""
