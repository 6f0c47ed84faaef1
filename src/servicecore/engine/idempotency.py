"""Idempotency keys: the same key and command are executed once and answered alike."""

from __future__ import annotations

import hashlib
import json
from typing import Final

from servicecore.engine.receipts import Receipt
from servicecore.engine.requests import Request
from servicecore.engine.runtime import Runtime
from servicecore.errors import Refused
from servicecore.kernel.problems import ProblemKind
from servicecore.storage.ports import Transaction

KEY_REUSED: Final = ProblemKind(
    "command.key_reused",
    en="idempotency key {value} was used for another command; accepted: {accepted}",
    it="la chiave di idempotenza {value} è già servita per un altro comando; valori ammessi: {accepted}",
    de="der Idempotenzschlüssel {value} gehört zu einem anderen Befehl; zulässig: {accepted}",
)


def remember(transaction: Transaction, runtime: Runtime, request: Request, receipt: Receipt) -> None:
    """Keep ``receipt`` under the request's key, in the transaction that makes it true.

    Raises:
        ClaimTaken: another request was executed under the key in the meantime.

    """
    fingerprint = _fingerprint(runtime, request)
    transaction.claim(f"command:{request.key}", f"{receipt.kind}:{receipt.id}:{receipt.version}:{fingerprint}")
    transaction.put(
        f"receipt:{request.key}",
        json.dumps({"kind": receipt.kind, "id": receipt.id, "version": receipt.version, "fingerprint": fingerprint}),
    )


def repeated(runtime: Runtime, request: Request) -> Receipt | None:
    """Return the receipt of an earlier execution under the request's key, or None.

    Raises:
        Refused: ``command.key_reused``.

    """
    if not request.key:
        return None
    with runtime.store.reading() as reader:
        stored = reader.get(f"receipt:{request.key}")
    if stored is None:
        return None
    receipt = json.loads(stored)
    if receipt["fingerprint"] != _fingerprint(runtime, request):
        raise Refused((KEY_REUSED.at("key", value=request.key, accepted="a new key, or the same command"),))
    return Receipt(receipt["kind"], receipt["id"], receipt["version"], repeated=True)


def _fingerprint(runtime: Runtime, request: Request) -> str:
    text = f"{request.command.name} {runtime.journal.write(request.command)}"
    return hashlib.sha256(text.encode()).hexdigest()
