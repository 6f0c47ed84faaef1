"""Reads the state of an aggregate out of its document."""

from __future__ import annotations

from typing import TypeVar

from servicecore.errors import InvalidValue
from servicecore.kernel.operations import AggregateKind
from servicecore.storage.codec import Codec
from servicecore.storage.ports import Document, StoreBroken

S = TypeVar("S")


def read_state(kind: AggregateKind[S], document: Document, codec: Codec) -> S:
    """Return the state that ``document`` holds.

    Raises:
        StoreBroken: the document is damaged or written by a release that knows more fields.

    """
    try:
        return codec.decode(kind.state, document.data)
    except InvalidValue as error:
        raise StoreBroken(
            f"{document.kind} {document.id} in version {document.version} cannot be read: {error}",
            hint="run servicecore verify; the events may still hold it",
        ) from error
