"""The catalogues: which languages the kit speaks, and its words in each."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.support import NullTranslations, Translations

#: Where the catalogues are: ``<locale>/LC_MESSAGES/checkout_kit.mo``.
FOLDER = Path(__file__).resolve().parent.parent / "translations"
DOMAIN = "checkout_kit"
#: The language that the words in the code are in; it needs no catalogue.
SOURCE = "en"


@lru_cache(maxsize=1)
def known_locales() -> tuple[str, ...]:
    """Every locale that there are words for, that of the code first."""
    found = sorted(path.parent.parent.name for path in FOLDER.glob(f"*/*/{DOMAIN}.mo"))
    return (SOURCE, *found)


@lru_cache(maxsize=64)
def catalogue(locale: str) -> NullTranslations:
    """The words of a locale, or of its language; none where nothing is translated."""
    language = locale.partition("_")[0]
    found: NullTranslations = Translations.load(FOLDER, [locale, language], DOMAIN)
    return found


@lru_cache(maxsize=64)
def own_name(locale: str) -> str:
    """What a language calls itself, such as "Deutsch"."""
    try:
        name = Locale.parse(locale).get_display_name(locale) or locale
    except (ValueError, UnknownLocaleError):
        return locale
    return name[:1].upper() + name[1:]
