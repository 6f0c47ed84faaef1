"""Taking known secrets out of text before anybody stores or shows it."""

from __future__ import annotations

import base64
import logging
import threading
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote

MASK: Final = "***"
_MAX_CAUSES: Final = 50
_MAX_TEXT: Final = 400
_MIN_SECRET: Final = 4


class Scrubber:
    """Knows the secrets of one plugin, former values too, and masks them however they are usually written."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._forms: tuple[str, ...] = ()

    def learn(self, secrets: Iterable[str]) -> None:
        """Remember ``secrets``; a text of less than 4 characters is none, it would blot out every word."""
        forms = {form for secret in secrets if len(secret) >= _MIN_SECRET for form in _forms(secret)}
        with self._lock:
            self._forms = tuple(sorted(forms.union(self._forms), key=len, reverse=True))

    def clean(self, text: str) -> str:
        """Return ``text`` without any secret: plain, quoted for an URL, escaped or in base 64."""
        for form in self._forms:
            text = text.replace(form, MASK)
        return text

    def shorten(self, text: str) -> str:
        """Return ``text`` without any secret and, only then, cut to 400 characters."""
        cleaned = self.clean(text)
        return cleaned if len(cleaned) <= _MAX_TEXT else f"{cleaned[:_MAX_TEXT]}..."


def _forms(secret: str) -> tuple[str, ...]:
    encoded = base64.b64encode(secret.encode()).decode()
    return (secret, quote(secret, safe=""), repr(secret)[1:-1], encoded)


def describe(error: BaseException) -> str:
    """Return the innermost cause first, and what it was raised as where that differs; never raises."""
    inner = error
    for _ in range(_MAX_CAUSES):
        cause = inner.__cause__ or (None if inner.__suppress_context__ else inner.__context__)
        if cause is None or cause is error:
            break
        inner = cause
    told = _tell(inner)
    return told if inner is error else f"{told} (raised as {_tell(error)})"


def _tell(error: BaseException) -> str:
    name = type(error).__name__
    try:
        text = str(error)
    except BaseException:  # noqa: BLE001 - an exception that cannot even say what it is
        return name
    return f"{name}: {text}" if text else name


class _Cleaning(logging.Filter):
    def __init__(self, scrubber: Scrubber) -> None:
        super().__init__()
        self._scrubber = scrubber
        self._formatter = logging.Formatter()

    def filter(self, record: logging.LogRecord) -> bool:
        try:
            message = record.getMessage()
        except Exception as error:  # noqa: BLE001 - arguments that do not fit are no reason for the call to fail
            message = f"a log message that cannot be formatted: {type(error).__name__}"
        record.msg = self._scrubber.clean(message)
        record.args = ()
        if record.exc_info:
            record.exc_text = self._scrubber.clean(self._formatter.formatException(record.exc_info))
            record.exc_info = None
        return True


def plugin_log(plugin: str, scrubber: Scrubber) -> logging.Logger:
    """Return a logger below ``servicecore.plugins`` that masks secrets; it belongs to one host, not to the process."""
    log = logging.Logger(f"servicecore.plugins.{plugin}")  # noqa: LOG001 - a registered one would be shared by hosts
    log.parent = logging.getLogger("servicecore.plugins")
    log.addFilter(_Cleaning(scrubber))
    return log
