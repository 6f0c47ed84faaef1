"""All that a class says against its fields: a constructor ends at the first of them."""

from __future__ import annotations

from typing import Any

import attrs
from cattrs import Converter
from cattrs.errors import ClassValidationError

from servicecore.errors import InvalidValue


def with_refused_fields(
    error: ClassValidationError, converter: Converter, cls: type, given: dict[str, Any]
) -> ClassValidationError:
    """Return ``error``, of reading ``given`` as ``cls``, with what is wrong with every field that could be read.

    The constructor's own refusal is left out where one of them says it again; what it holds against several fields
    together it can only say once each of them is right.
    """
    refused = list(_refused(converter, cls, given))
    unread, others = error.group_exceptions()
    if not refused:
        return error
    kept = [each for each in others if not isinstance(each, InvalidValue)]
    return ClassValidationError(error.message, [*[each for each, _note in unread], *kept, *refused], cls)


def _refused(converter: Converter, cls: type, given: dict[str, Any]) -> list[Exception]:
    found: list[Exception] = []
    for attribute in attrs.fields(cls):
        if not attribute.init or attribute.alias not in given or isinstance(attribute.converter, attrs.Converter):
            continue
        hint: Any = attribute.type
        try:
            value = converter.get_structure_hook(hint)(given[attribute.alias], hint)
        except Exception:  # noqa: BLE001, S112 - it could not be read, which the error says already
            continue
        try:
            value = value if attribute.converter is None else attribute.converter(value)
            if attribute.validator is not None:
                attribute.validator(None, attribute, value)
        except InvalidValue as refusal:
            found.append(refusal)
        except AttributeError:  # the validator looks at other fields too: the constructor asks it
            continue
    return found
