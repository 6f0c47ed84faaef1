"""The committed waivers: every refusal has its reason."""

from __future__ import annotations

from servicecore.testing.vectors.formats import FORMATS
from servicecore.testing.vectors.waivers import load_waivers


def test_every_waiver_names_a_known_format_and_gives_a_reason_in_a_sentence() -> None:
    waivers = load_waivers()
    assert set(waivers) <= {each.name for each in FORMATS}
    for reasons in waivers.values():
        assert all(len(reason.split()) > 3 for reason in reasons.values())
