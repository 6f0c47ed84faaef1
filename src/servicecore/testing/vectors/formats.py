"""The formats of neutral vector files: how a file is recognised, and which checks run its vectors."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Final

from attrs import field, frozen

from servicecore.errors import ServiceCoreError
from servicecore.testing.vectors import (
    best_price,
    call_center_catalogues,
    call_center_list_prices,
    call_center_offers,
    call_center_prices,
    cases,
    contract_billing,
    contracts,
    coupons,
    gift_cards,
    order_amounts,
    price_match,
    pricing,
    pricing_carts,
    pricing_catalogue,
    pricing_resolution,
    pricing_usage,
    proration,
    sla,
)
from servicecore.testing.vectors.verdict import VectorCheck


class UnknownVectorFormat(ServiceCoreError):
    """Raised when a file is no vector file, or one of a format that this version does not know."""

    code: ClassVar[str] = "vectors.unknown_format"


# What a refusal comes before, what follows from the other fields, and what tells where a figure is from.
_OF_CONTRACTS: Final = frozenset(
    {
        "expect.asserted_upstream",
        "expect.property",
        "input.as_of",
        "input.billed_days",
        "input.billing_day",
        "input.billing_rhythm",
        "input.closing_run",
        "input.interval",
        "input.manual_renewal_expected",
    }
)


def _merged(*tables: Mapping[str, VectorCheck]) -> Mapping[str, VectorCheck]:
    return MappingProxyType({kind: check for table in tables for kind, check in table.items()})


@frozen
class VectorFormat:
    """One format of vector files.

    Attributes:
        name: as waivers name it.
        schema: the ``schema`` that a file states; the case vectors state a ``meta`` instead.
        kind_field: which field of a vector tells what it computes.
        checks: by kind, what runs a vector; every other kind is not yet supported.
        tracked: the parts of a vector of which every field has to be read for it to pass.
        told: the fields of those parts that pin nothing.

    """

    name: str
    schema: str
    kind_field: str = "kind"
    checks: Mapping[str, VectorCheck] = field(factory=lambda: MappingProxyType({}))
    tracked: tuple[str, ...] = ("input", "expected")
    told: frozenset[str] = frozenset()

    def kind_of(self, vector: Mapping[str, Any]) -> str:
        """Return what ``vector`` computes."""
        return str(vector.get(self.kind_field, ""))


FORMATS: Final = (
    VectorFormat(
        "pricing",
        "promo-vectors/1",
        checks=_merged(
            best_price.KINDS,
            pricing.KINDS,
            pricing_carts.KINDS,
            pricing_catalogue.KINDS,
            pricing_resolution.KINDS,
            pricing_usage.KINDS,
        ),
        # What an offer says of itself is not read where the offer is out of the question, so the input has shapes.
        tracked=("expected",),
        told=frozenset({"expected.heuristics_reach"}),
    ),
    VectorFormat(
        "orders",
        "servicecore.anchor-vectors/1",
        kind_field="group",
        checks=_merged(order_amounts.KINDS, price_match.ORDER_KINDS, proration.KINDS),
    ),
    VectorFormat("cases", "cases/1", checks=_merged(cases.KINDS, sla.KINDS)),
    VectorFormat(
        "contracts",
        "servicecore.contracts.vectors/1",
        checks=_merged(contracts.KINDS, contract_billing.KINDS),
        tracked=("input", "expect"),
        told=_OF_CONTRACTS,
    ),
    VectorFormat(
        "call_center",
        "callcenter-vectors/1",
        kind_field="feature",
        checks=_merged(
            call_center_catalogues.KINDS,
            call_center_list_prices.KINDS,
            call_center_offers.KINDS,
            call_center_prices.KINDS,
            coupons.KINDS,
            gift_cards.KINDS,
            price_match.CALL_CENTER_KINDS,
        ),
    ),
)


def recognise(content: Any, name: str) -> VectorFormat:
    """Return the format of a parsed file called ``name``.

    Raises:
        UnknownVectorFormat: it states no format that is known, or has no list of vectors with ids.

    """
    stated = content.get("schema") if isinstance(content, Mapping) else None
    meta = content.get("meta") if isinstance(content, Mapping) else None
    if stated is None and isinstance(meta, Mapping) and "schema_version" in meta:
        stated = f"cases/{meta['schema_version']}"
    found = next((each for each in FORMATS if each.schema == stated), None)
    known = ", ".join(each.schema for each in FORMATS)
    if found is None:
        raise UnknownVectorFormat(f"{name} states the format {stated!r}", hint=f"accepted: {known}")
    vectors = content.get("vectors")
    if not isinstance(vectors, list) or not all(isinstance(each, Mapping) and "id" in each for each in vectors):
        raise UnknownVectorFormat(
            f"{name} has no list of vectors with ids", hint="accepted: {'vectors': [{'id': ...}]}"
        )
    return found


def resolved(content: Mapping[str, Any], vector: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return ``vector`` with the entry of the file's ``semantics`` in the place of its name, where there is one."""
    shared = content.get("semantics")
    name = vector.get("semantics")
    if not isinstance(shared, Mapping) or not isinstance(name, str):
        return vector
    return {**vector, "semantics": shared.get(name, {})}
