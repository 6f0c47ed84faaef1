"""Refusals as values: a problem names its code, the place, the value and what would be accepted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from attrs import field, frozen

from servicecore.errors import InvalidValue
from servicecore.kernel.phrases import spoken

LOCALES: Final = ("en", "it", "de")


@frozen
class Text:
    """One sentence in the three languages; ``{name}`` marks where a parameter goes.

    ``{name:spaced}`` puts a blank before it, and shows nothing at all where it is empty.
    """

    en: str
    it: str
    de: str

    def render(self, params: Mapping[str, str], locale: str = "en") -> str:
        """Return the sentence in ``locale`` (``en``, ``it``, ``de``; a region such as ``it_CH`` is ignored)."""
        language = locale.replace("-", "_").split("_")[0]
        template = {"en": self.en, "it": self.it, "de": self.de}.get(language, self.en)
        return template.format_map(_Shown(params))

    def telling(self, name: str, problem: Problem) -> Text:
        """Return the sentence with ``problem`` in the place of the parameter ``name``, in each language."""
        hole = f"{{{name}}}"
        said = {locale: problem.text(locale).replace("{", "{{").replace("}", "}}") for locale in LOCALES}
        return Text(*(getattr(self, locale).replace(hole, said[locale]) for locale in LOCALES))


class _Shown(dict[str, str]):
    def __getitem__(self, key: str) -> str:
        return _Shape(super().__getitem__(key))

    def __missing__(self, key: str) -> str:
        return "?"


class _Shape(str):
    __slots__ = ()

    def __format__(self, spec: str) -> str:
        if spec == "spaced":
            return f" {self!s}" if self else ""
        return super().__format__(spec)


@frozen
class ProblemKind:
    """A kind of refusal: its stable code and its sentence in three languages.

    Args:
        code: dotted, ``room.what_is_wrong``; part of the compatibility promise.
        en: the English sentence, lower case, naming the value.
        it: the same in Italian.
        de: the same in German.

    """

    code: str
    en: str
    it: str
    de: str
    sentence: Text = field(init=False, eq=False, repr=False)

    @sentence.default
    def _sentence(self) -> Text:
        return Text(self.en, self.it, self.de)

    def at(self, path: str = "", **params: object) -> Problem:
        """Return the problem of this kind at ``path`` (``lines[2].quantity``) with its parameters as text.

        A parameter that is a problem itself is told in the language of the whole sentence.
        """
        sentence, texts = self.sentence, []
        for name, value in params.items():
            if isinstance(value, Problem):
                sentence = sentence.telling(name, value)
                texts.append((name, value.text()))
            else:
                texts.append((name, str(value)))
        return Problem(code=self.code, path=path, params=tuple(texts), sentence=sentence)

    def error(self, path: str = "", **params: object) -> InvalidValue:
        """Return the exception that a value's constructor raises for this problem."""
        return InvalidValue(self.at(path, **params))


@frozen
class Problem:
    """Why something was refused.

    Attributes:
        code: the kind's stable code.
        path: the field that is wrong, dotted, with indexes: ``lines[2].quantity``; empty for the whole.
        params: pairs of name and text; ``value`` is what was given, ``accepted`` what would be taken.
        sentence: the sentence in three languages.

    """

    code: str
    path: str = ""
    params: tuple[tuple[str, str], ...] = ()
    sentence: Text = field(default=Text("", "", ""), eq=False, repr=False)

    def text(self, locale: str = "en") -> str:
        """Return one sentence for a person, prefixed by the path where there is one."""
        sentence = self.sentence.render(spoken(self.params, locale), locale) or self.code
        return f"{self.path}: {sentence}" if self.path else sentence

    def param(self, name: str) -> str | None:
        """Return the parameter called ``name``, or None."""
        return dict(self.params).get(name)

    def under(self, prefix: str) -> Problem:
        """Return the same problem with its path placed below ``prefix``."""
        if not self.path or not prefix:
            path = prefix or self.path
        elif self.path.startswith("["):
            path = f"{prefix}{self.path}"
        else:
            path = f"{prefix}.{self.path}"
        return Problem(self.code, path, self.params, self.sentence)


WRONG_TYPE: Final = ProblemKind(
    "value.wrong_type",
    en="{value} is of type {type}; accepted: {accepted}",
    it="{value} è di tipo {type}; valori ammessi: {accepted}",
    de="{value} ist vom Typ {type}; zulässig: {accepted}",
)
NOT_ACCEPTED: Final = ProblemKind(
    "value.not_accepted",
    en="{value} is not accepted; accepted: {accepted}",
    it="{value} non è ammesso; valori ammessi: {accepted}",
    de="{value} ist nicht zulässig; zulässig: {accepted}",
)
UNKNOWN_FIELD: Final = ProblemKind(
    "value.unknown_field",
    en="{value} is not a field; accepted: {accepted}",
    it="{value} non è un campo; valori ammessi: {accepted}",
    de="{value} ist kein Feld; zulässig: {accepted}",
)
MISSING_FIELD: Final = ProblemKind(
    "value.missing_field",
    en="{value} is missing; accepted: {accepted}",
    it="{value} manca; valori ammessi: {accepted}",
    de="{value} fehlt; zulässig: {accepted}",
)
