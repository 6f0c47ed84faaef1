"""What the rooms of cases and contracts say is accepted, in English, Italian and German."""

from __future__ import annotations

from typing import Final

SERVICE_PHRASES: Final[tuple[tuple[str, str, str], ...]] = (
    # cases
    (
        "a case whose activities are completed or cancelled",
        "una richiesta le cui attività sono completate o annullate",
        "ein Vorgang, dessen Aktivitäten erledigt oder abgesagt sind",
    ),
    ("an entitlement with something left", "un diritto non ancora esaurito", "ein Anspruch, von dem etwas übrig ist"),
    (
        "an expired or cancelled entitlement",
        "un diritto scaduto o annullato",
        "ein abgelaufener oder aufgehobener Anspruch",
    ),
    ("none is set up", "nessuno è impostato", "keines ist eingerichtet"),
    ("{} or later", "il {} o dopo", "{} oder später"),
    ("{} or earlier", "il {} o prima", "{} oder früher"),
    ("some text", "del testo", "ein Text"),
    ("another user or queue", "un altro utente o un'altra coda", "ein anderer Benutzer oder eine andere Warteschlange"),
    ("a case with a service level", "una richiesta con un livello di servizio", "ein Vorgang mit Dienstgüte"),
    ("none is open", "nessuna è aperta", "keine ist offen"),
    (
        "none, for a state that does not wait",
        "niente, per uno stato che non è di attesa",
        "keine Angabe für einen Zustand, der nicht wartet",
    ),
    ("working time of 0 or more", "un tempo di lavoro di 0 o più", "eine Arbeitszeit von 0 oder mehr"),
    ("one target for each", "un obiettivo per ciascuno", "je ein Ziel"),
    ("a share above 0, such as 0.75", "una quota maggiore di 0, come 0.75", "ein Anteil über 0, etwa 0.75"),
    ("each state in one category", "ogni stato in una sola categoria", "jeder Zustand in einer Kategorie"),
    # contracts
    (
        "none for the whole customer, else an item group or a serial number",
        "niente per tutto il cliente, altrimenti un gruppo di articoli o un numero di serie",
        "keine Angabe für den ganzen Kunden, sonst eine Artikelgruppe oder eine Seriennummer",
    ),
    (
        "actual_over_period_days for intervals of days or weeks",
        "actual_over_period_days per intervalli di giorni o settimane",
        "actual_over_period_days bei Abständen in Tagen oder Wochen",
    ),
    ("the years {} to {}", "gli anni da {} a {}", "die Jahre {} bis {}"),
    ("an id for each fee line", "un id per ogni riga di canone", "eine Kennung für jede Gebührenzeile"),
    ("a contract without an early end", "un contratto senza fine anticipata", "ein Vertrag ohne vorzeitiges Ende"),
    (
        "intervals of which one is a whole multiple of the other, both of months or both of days",
        "intervalli di cui uno è multiplo intero dell'altro, entrambi in mesi o entrambi in giorni",
        "Abstände, von denen einer ein ganzes Vielfaches des anderen ist, beide in Monaten oder beide in Tagen",
    ),
    (
        "notice for a contract that would be renewed",
        "la disdetta di un contratto che si rinnoverebbe",
        "die Kündigung eines Vertrags, der sich verlängern würde",
    ),
    (
        "a contract with a renewal policy, without notice or early end, renewals left",
        "un contratto con una regola di rinnovo, senza disdetta o fine anticipata, con rinnovi rimasti",
        "ein Vertrag mit Verlängerungsregel, ohne Kündigung oder vorzeitiges Ende, mit verbleibenden Verlängerungen",
    ),
    (
        "it has a notice, an early end, no renewals left or no renewal at all",
        "ha una disdetta, una fine anticipata, nessun rinnovo rimasto o nessun rinnovo previsto",
        "er hat eine Kündigung, ein vorzeitiges Ende, keine Verlängerung mehr oder gar keine",
    ),
    ("the latest term has not begun", "l'ultimo periodo non è iniziato", "die letzte Laufzeit hat nicht begonnen"),
    ("an index above 0", "un indice maggiore di 0", "ein Index über 0"),
    ("at most {} months or {} days", "al massimo {} mesi o {} giorni", "höchstens {} Monate oder {} Tage"),
)
"""Each phrase in English, Italian, German; holes as in `kernel.phrase_table`."""
