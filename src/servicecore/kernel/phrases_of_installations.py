"""What is accepted from files, stores, plugins, calendars and callers, in English, Italian and German."""

from __future__ import annotations

from typing import Final

INSTALLATION_PHRASES: Final[tuple[tuple[str, str, str], ...]] = (
    # files and documents
    ("no value", "nessun valore", "kein Wert"),
    ("one value", "un valore", "ein Wert"),
    ("one value or more", "un valore o più", "ein Wert oder mehr"),
    (
        "a Decimal, an int, or text such as {}",
        "un Decimal, un int, o un testo come {}",
        "ein Decimal, ein int oder ein Text wie {}",
    ),
    ("{} to before {}", "da {} a prima di {}", "{} bis vor {}"),
    ("true or false", "true o false", "true oder false"),
    ("a field that the schema names", "un campo indicato dallo schema", "ein Feld, das das Schema nennt"),
    ("an amount such as {any}", "un importo come {}", "ein Betrag wie {}"),
    (
        "text, true or false, a whole number, or one of decimal, date, instant, money in braces",
        "testo, true o false, un numero intero, o uno tra decimal, date, instant, money tra graffe",
        "Text, true oder false, eine ganze Zahl oder eines von decimal, date, instant, money in Klammern",
    ),
    (
        "memory:, sqlite:///shop.db (a relative path), sqlite:////data/shop.db (an absolute path), postgresql://user@host/database",
        "memory:, sqlite:///shop.db (percorso relativo), sqlite:////data/shop.db (percorso assoluto), postgresql://user@host/database",
        "memory:, sqlite:///shop.db (relativer Pfad), sqlite:////data/shop.db (absoluter Pfad), postgresql://user@host/database",
    ),
    ("{} cells", "{} celle", "{} Zellen"),
    ("cells by RFC 4180", "celle secondo RFC 4180", "Zellen nach RFC 4180"),
    ("one JSON object a line", "un oggetto JSON per riga", "ein JSON-Objekt je Zeile"),
    ("see the schema", "vedi lo schema", "siehe das Schema"),
    (
        "a value; the field has no default",
        "un valore; il campo non ha un predefinito",
        "ein Wert; das Feld hat keine Vorgabe",
    ),
    ("an instant with its zone", "un istante con il suo fuso", "ein Zeitpunkt mit seiner Zone"),
    ("every row readable", "ogni riga leggibile", "jede Zeile lesbar"),
    ("digits with a point, such as 12.50", "cifre con il punto, come 12.50", "Ziffern mit Punkt, etwa 12.50"),
    ("a date such as {}", "una data come {}", "ein Datum wie {}"),
    ("{ids}, with or without a region", "{}, con o senza regione", "{}, mit oder ohne Region"),
    # callers
    ("something that nothing else holds", "qualcosa che nient'altro tiene", "etwas, das nichts anderes hält"),
    (
        "a new key, or the same command",
        "una chiave nuova, o lo stesso comando",
        "ein neuer Schlüssel oder derselbe Befehl",
    ),
    ("an engine that knows the case", "un motore che conosca il caso", "eine Berechnung, die den Fall kennt"),
    ("retrying, parked or released", "retrying, parked o released", "retrying, parked oder released"),
    ("deliveries of events", "consegne di eventi", "Zustellungen von Ereignissen"),
    # plugins
    ("a region of {}: {ids}", "una regione di {}: {}", "eine Region von {}: {}"),
    ("a valid certificate", "un certificato valido", "eine gültige Bescheinigung"),
    ("the customer's own", "quello del cliente", "die des Kunden"),
    ("a tuple of FraudSignal", "una tupla di FraudSignal", "ein Tupel von FraudSignal"),
    ("an answer", "una risposta", "eine Antwort"),
    ("it belongs to another customer", "è di un altro cliente", "sie gehört einem anderen Kunden"),
    ("not valid on {}", "non valida il {}", "am {} nicht gültig"),
    (
        "a plugin that loads; {} does not: {any}",
        "un plugin che si carica; {} non si carica: {}",
        "ein Plugin, das lädt; {} lädt nicht: {}",
    ),
    ("none is loaded", "nessuno è caricato", "keines ist geladen"),
    ("none is configured", "nessuno è configurato", "keines ist eingerichtet"),
    (
        "1 to 50 lower-case letters, digits and hyphens",
        "da 1 a 50 lettere minuscole, cifre e trattini",
        "1 bis 50 Kleinbuchstaben, Ziffern und Bindestriche",
    ),
    ("major and minor, such as 1.0", "maggiore e minore, come 1.0", "Haupt- und Nebennummer, etwa 1.0"),
    ("a class of pydantic models", "una classe di modelli pydantic", "eine Klasse von pydantic-Modellen"),
    (
        "refund, and charge or authorize with capture",
        "refund, e charge oppure authorize con capture",
        "refund, und charge oder authorize mit capture",
    ),
    (
        "a class of PluginBenefit, PluginCondition or PluginSelection",
        "una classe di PluginBenefit, PluginCondition o PluginSelection",
        "eine Klasse von PluginBenefit, PluginCondition oder PluginSelection",
    ),
    (
        "text of 1 to {} printable characters",
        "testo da 1 a {} caratteri stampabili",
        "Text aus 1 bis {} druckbaren Zeichen",
    ),
    # stores
    ("text that UTF-8 can hold", "testo rappresentabile in UTF-8", "Text, den UTF-8 fassen kann"),
    ("JSON text", "testo JSON", "JSON-Text"),
    ("a value of the field's shape", "un valore della forma del campo", "ein Wert von der Form des Feldes"),
    ("a list of texts", "un elenco di testi", "eine Liste von Texten"),
    (
        "a list of three sentences: en, it, de",
        "un elenco di tre frasi: en, it, de",
        "eine Liste von drei Sätzen: en, it, de",
    ),
    ("a list of {}", "un elenco di {}", "eine Liste von {}"),
    ("an instant such as {}", "un istante come {}", "ein Zeitpunkt wie {}"),
    ("an object with the fields of {}", "un oggetto con i campi di {}", "ein Objekt mit den Feldern von {}"),
    ("an object with {} of {ids}", "un oggetto con {} tra {}", "ein Objekt mit {} aus {}"),
    ("built-in parts", "parti incorporate", "eingebaute Teile"),
    ("a number as text, such as {}", "un numero come testo, per esempio {}", "eine Zahl als Text, etwa {}"),
    (
        "an instant with its zone, such as {}",
        "un istante con il suo fuso, come {}",
        "ein Zeitpunkt mit seiner Zone, etwa {}",
    ),
    ("microseconds within {} days", "microsecondi entro {} giorni", "Mikrosekunden innerhalb von {} Tagen"),
    (
        "a URL that the driver understands: {any}",
        "un URL comprensibile al driver: {}",
        "eine URL, die der Treiber versteht: {}",
    ),
    ("seconds from 0 to {}", "secondi da 0 a {}", "Sekunden von 0 bis {}"),
    ("the options synchronous and timeout", "le opzioni synchronous e timeout", "die Optionen synchronous und timeout"),
    ("a name of 1 to 63 bytes", "un nome da 1 a 63 byte", "ein Name von 1 bis 63 Bytes"),
    ("connections from 1 to {}", "connessioni da 1 a {}", "Verbindungen von 1 bis {}"),
    # calendars
    ("what the years {} to {} hold", "ciò che gli anni da {} a {} contengono", "was die Jahre {} bis {} enthalten"),
    ("what the dates {} to {} hold", "ciò che le date da {} a {} contengono", "was die Tage {} bis {} enthalten"),
    (
        "a list of dates, or an object of date and name",
        "un elenco di date, o un oggetto di date e nomi",
        "eine Liste von Tagen oder ein Objekt aus Tag und Name",
    ),
    ("a list of pairs of times", "un elenco di coppie di orari", "eine Liste von Paaren von Zeiten"),
    ("an object of dates", "un oggetto di date", "ein Objekt aus Tagen"),
    ("an object of weekdays", "un oggetto di giorni della settimana", "ein Objekt aus Wochentagen"),
    ("an object", "un oggetto", "ein Objekt"),
    ("0 or more days", "0 o più giorni", "0 oder mehr Tage"),
    (
        "an opening that no break or holiday covers",
        "un'apertura non coperta da pause o festività",
        "eine Öffnung, die keine Pause und kein Feiertag deckt",
    ),
    ("seven days, Monday first", "sette giorni, lunedì per primo", "sieben Tage, Montag zuerst"),
    ("one entry a date", "una voce per data", "ein Eintrag je Datum"),
    ("a pair of times such as {} and {}", "una coppia di orari come {} e {}", "ein Paar von Zeiten wie {} und {}"),
    (
        "HH:MM from 00:00 to 23:59, or 24:00 as an end",
        "HH:MM da 00:00 a 23:59, o 24:00 come fine",
        "HH:MM von 00:00 bis 23:59 oder 24:00 als Ende",
    ),
    ("an end after {}", "una fine dopo {}", "ein Ende nach {}"),
)
"""Each phrase in English, Italian, German; holes as in `kernel.phrase_table`."""
