"""All that a class says against its fields: a constructor ends at the first of them."""

from __future__ import annotations

from collections.abc import Container
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
    unread, others = error.group_exceptions()
    refused = _refused(converter, cls, given, {note.name for _each, note in unread})
    if not refused:
        return error
    kept = [each for each in others if not isinstance(each, InvalidValue)]
    return ClassValidationError(error.message, [*[each for each, _note in unread], *kept, *refused], cls)


def _refused(converter: Converter, cls: type, given: dict[str, Any], unread: Container[str]) -> list[Exception]:
    """Return what is wrong with the fields of ``given`` beside ``unread``.

    Those are not read again: each level of parts inside parts would read all that is below it twice.
    """
    found: list[Exception] = []
    for attribute in attrs.fields(cls):
        if not attribute.init or attribute.alias not in given or attribute.name in unread:
            continue
        if isinstance(attribute.converter, attrs.Converter):
            continue
        hint: Any = attribute.type
        value = converter.get_structure_hook(hint)(given[attribute.alias], hint)
        try:
            value = value if attribute.converter is None else attribute.converter(value)
            if attribute.validator is not None:
                attribute.validator(None, attribute, value)
        except InvalidValue as refusal:
            found.append(refusal)
        except AttributeError:  # the validator looks at other fields too: the constructor asks it
            continue
    return found
