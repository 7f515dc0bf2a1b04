"""Texts in the reader's language: English message ids, gettext catalogues read once by Babel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from babel.messages.pofile import read_po

LANGUAGES: Mapping[str, str] = {"en": "English", "fr": "Français"}
DEFAULT = "en"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One language: message id -> its forms (one, or singular and plural)."""

    forms: Mapping[str, tuple[str, ...]]
    one_until: int  # the singular is used for 0 and 1 (French) or for 1 only (English)

    def text(self, message: str) -> str:
        """The translation, or the English text itself when there is none."""
        return (self.forms.get(message) or (message,))[0]

    def counted(self, singular: str, plural: str, n: int) -> str:
        """The form that fits ``n``."""
        forms = self.forms.get(singular) or (singular, plural)
        is_one = n == 1 or (self.one_until == 0 and n == 0)
        return forms[0] if is_one else forms[-1]


@cache
def catalogue(language: str) -> Catalogue:
    """The catalogue of ``language``; English needs none."""
    if language == DEFAULT or language not in LANGUAGES:
        return Catalogue({}, 1)
    with files("dashboard").joinpath(f"locale/{language}.po").open("rb") as file:
        read = read_po(file, locale=language)
    forms: dict[str, tuple[str, ...]] = {}
    for message in read:
        if message.id:
            key = message.id if isinstance(message.id, str) else message.id[0]
            string = message.string or ""
            said = (string,) if isinstance(string, str) else tuple(string)
            if all(said):
                forms[key] = said
    return Catalogue(forms, 0)


def translate(language: str, message: str, **values: object) -> str:
    """``message`` in ``language``, with ``{name}`` places filled."""
    said = catalogue(language).text(message)
    return said.format(**values) if values else said


def translate_n(language: str, singular: str, plural: str, n: int, **values: object) -> str:
    """The form that fits ``n``, which may be named as ``{n}``."""
    return catalogue(language).counted(singular, plural, n).format(**({"n": n} | values))


def N_(message: str) -> str:  # noqa: N802 (gettext's own name for "translate later")
    """Marks a text for the catalogue that is translated where it is shown."""
    return message
