"""The demonstration: one day through all rooms, the same facts every time, in three languages, within 80 columns.

The figures by hand. Without the override: machine 2490.00, grinder 349.00 (list for bars), coffee 24 x 21.50 = 516.00
less 10 % = 464.40, descaler 2 x 14.90 = 29.80; together 3333.20, less the coupon's 25.00 = 3308.20; tax 22 % = 727.804;
total 4036.00. With the machine at 2090.00: 2908.20 and 639.804, so 3548.00.

The overridden machine takes no part in the coupon, which falls on 349.00 + 464.40 + 29.80 = 843.20: the coffee bears
25 x 464.40 / 843.20 = 13.77 and costs 450.63. Shipped are the machine and half of the coffee: 2090.00 + 225.32 net, tax
459.80 + 49.57, so the invoice is 2824.69. One kilo back: 450.63 / 24 = 18.78 and 99.14 / 24 = 4.13, so 22.91.

The contract: twelve periods at 39.00, and after + 3 % two at 40.17 (from 31 January and 28 February 2027),
so 468.00 + 80.34 = 548.34; the invoices are those fourteen, the shipment's, and the credit memo of the return.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from servicecore.cli.demonstration.sentences import SENTENCES
from servicecore.cli.labels import LABELS, label, status_label

Run = Callable[..., Any]
FACTS = (
    "4036.00",
    "3308.20",
    "727.80",
    "3548.00 EUR",
    "2824.69 EUR",
    "22.91 EUR",
    "39.00 EUR",
    "548.34 EUR",
    "40.17 EUR",
)
SAYINGS = {
    "en": ("A day in the call centre", "authorised only once", "every document is the fold of its events"),
    "it": ("Una giornata nel call center", "autorizzato una volta sola", "ciò che dicono i suoi eventi"),
    "de": ("Ein Tag im Callcenter", "nur einmal autorisiert", "genau das, was seine Ereignisse sagen"),
}


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("locale", sorted(SAYINGS))
def test_the_day_is_told_in_every_language_with_the_same_figures(run: Run, locale: str) -> None:
    answer = run("demo", "--locale", locale)
    assert answer.code == 0
    told = flat(answer.out)
    for fact in FACTS:
        assert fact in told, fact
    for saying in SAYINGS[locale]:
        assert saying in told, saying
    assert "2028-01-30" in told
    assert told.count("39.00 EUR") >= 2, "two periods are billed at once"
    assert flat(SENTENCES["no_data"].render({}, locale)) in told, "without the acceptance data it says so"


@pytest.mark.parametrize("locale", sorted(SAYINGS))
def test_the_day_is_pleasant_on_80_columns(run: Run, locale: str) -> None:
    lines = run("demo", "--locale", locale).out.splitlines()
    assert [line for line in lines if len(line) > 80] == []


def test_each_language_is_spoken_alone(run: Run) -> None:
    """No English sentence of the demonstration is left in the other two languages."""
    for locale in ("it", "de"):
        told = flat(run("demo", "--locale", locale).out)
        for key, sentence in SENTENCES.items():
            pieces = [flat(part) for part in re.split(r"\{\w+\}", sentence.en) if len(part.split()) > 3]
            assert not [piece for piece in pieces if piece in told], key


def test_the_facts_are_the_same_on_every_run(run: Run) -> None:
    expected = {
        "store": "",
        "stored": {"case": 1, "contract": 1, "customer": 1, "invoice": 16, "order": 1},
        "order": {
            "total": {"amount": "3548.00", "currency": "EUR"},
            "invoiced": {"amount": "2824.69", "currency": "EUR"},
            "captured": {"amount": "2824.69", "currency": "EUR"},
            "refunded": {"amount": "22.91", "currency": "EUR"},
        },
        "contract": {"periods": 14, "billed": {"amount": "548.34", "currency": "EUR"}, "until": "2028-01-30"},
        "discrepancies": [],
    }
    first, second = run("demo", "--json").json, run("demo", "--json").json
    assert first == second
    assert first.pop("events") > 40
    assert first == expected


def test_nothing_is_left_behind_unless_it_is_to_be_kept(run: Run) -> None:
    run("demo", "--json")
    assert list(Path.cwd().iterdir()) == []
    answer = run("demo", "--keep", "my shop.db", "--no-replay")
    assert answer.code == 0
    assert "my%20shop.db" in answer.out
    assert Path("my shop.db").exists()
    assert run("verify", "sqlite:///my%20shop.db").code == 0


def test_a_file_that_is_there_is_not_written_over(run: Run) -> None:
    Path("shop.db").write_text("precious", encoding="utf-8")
    answer = run("demo", "--keep", "shop.db", "--json")
    assert answer.code == 2
    assert "shop.db is there already" in answer.json["error"]["message"]
    assert Path("shop.db").read_text(encoding="utf-8") == "precious"
    answer = run("demo", "--keep", "no-folder/shop.db", "--json")
    assert answer.code == 3
    assert answer.json["error"]["code"] == "storage.unavailable"


@pytest.mark.parametrize("texts", [SENTENCES, LABELS], ids=["sentences", "labels"])
def test_the_texts_name_the_same_parameters_in_every_language(texts: Any) -> None:
    for key, text in texts.items():
        named = [{part[1] for part in string.Formatter().parse(each)} - {None} for each in (text.en, text.it, text.de)]
        assert named[0] == named[1] == named[2], key


def test_a_name_without_a_label_is_shown_as_it_is() -> None:
    assert label("gift-wrap", "de") == "gift-wrap"
    assert status_label("gift-wrapped", "it") == "gift-wrapped"
    assert label("tax", "de") == "Steuer"
    assert status_label("paid", "it") == "pagata"
