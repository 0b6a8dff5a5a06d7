"""The languages that people write in: BCP 47 tags, with the names that CLDR gives them.

A text says its language in `lang`, by which a screen reader chooses a voice (WCAG 3.1.2) and a
browser its hyphens and its spelling. None is a text of several languages, or of one not said.
"""

import re
import unicodedata
from functools import cache, lru_cache

from babel import Locale, localedata
from flask_babel import gettext as _

# What is written in French neighbourhoods, each as its speakers call it, the likely ones first.
COMMON = {
    "fr": "français", "en": "English", "ar": "العربية", "pt": "português", "es": "español",
    "tr": "Türkçe", "it": "italiano", "de": "Deutsch", "kab": "Taqbaylit", "ary": "الدارجة",
    "shi": "Tacelḥit", "rif": "Tarifit", "zgh": "ⵜⴰⵎⴰⵣⵉⵖⵜ", "wo": "Wolof", "bm": "bamanankan",
    "ff": "Pulaar", "snk": "Sooninkanxanne", "ln": "lingála", "sw": "Kiswahili", "so": "Soomaali",
    "mg": "Malagasy", "ht": "Kreyòl ayisyen", "mfe": "kreol morisien", "kea": "kabuverdianu",
    "am": "አማርኛ", "ti": "ትግርኛ", "ku": "kurdî", "ckb": "کوردیی ناوەندی", "fa": "فارسی",
    "ps": "پښتو", "ur": "اردو", "hi": "हिन्दी", "pa": "ਪੰਜਾਬੀ", "bn": "বাংলা", "ta": "தமிழ்",
    "si": "සිංහල", "zh": "中文", "vi": "Tiếng Việt", "km": "ខ្មែរ", "lo": "ລາວ", "th": "ไทย",
    "ro": "română", "rom": "Romani čhib", "uk": "українська", "ru": "русский", "pl": "polski",
    "sq": "shqip", "sr": "српски", "bs": "bosanski", "hr": "hrvatski", "hy": "հայերեն",
    "ka": "ქართული", "he": "עברית", "el": "Ελληνικά", "nl": "Nederlands", "br": "brezhoneg",
    "oc": "occitan", "co": "corsu", "eu": "euskara", "ca": "català", "gsw": "Elsässisch",
}  # fmt: skip
TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
TAG_OF_HTML = re.compile(r"<[^<>]*>")
LONGEST_TAG = 35  # RFC 5646, section 4.4.1: what every program must be able to keep
# The languages of our pages, which are chosen beforehand, have Latin characters only.
LATIN = ("fr", "en")
# What the columns that hold a language let in.
IS_TAG = "{column} ~ '^[a-z]{{2,3}}(-[A-Za-z0-9]{{2,8}})*$'"
LOOKED_AT = 1000


@cache
def known_languages() -> frozenset[str]:
    """Give the languages that CLDR describes or that are common here, by their primary subtag."""
    described = {tag for tag in localedata.locale_identifiers() if TAG.fullmatch(tag)}
    return frozenset(COMMON) | {tag for tag in described if Locale("fr").languages.get(tag)}


def language_error(tag: str | None) -> str | None:
    """Say what is wrong with a language tag, or None; an absent one is a language not said."""
    if not tag or (len(tag) <= LONGEST_TAG and _is_known(tag)):
        return None
    return str(_("Choose a language from the list."))


def language_name(tag: str, locale: str) -> str:
    """Write a language as a reader calls it, then as its speakers do: "arabe – العربية"."""
    name, own = name_in(tag, locale), COMMON.get(tag)
    return name if own is None or own.casefold() == name.casefold() else f"{name} – {own}"


@lru_cache(maxsize=2000)
def name_in(tag: str, locale: str) -> str:
    """Write a language as a reader calls it; the tag itself where CLDR has no name for it."""
    names = Locale(locale).languages
    name = names.get(tag.replace("-", "_")) or names.get(tag.split("-", 1)[0])
    return str(name or tag)


def plausible_language(tag: str | None, words: str) -> str | None:
    """Return a preselected language, unless the text is in another script.

    A person who writes Arabic on French pages, and passes over the choice, has not written French.
    """
    if not tag:
        return None
    characters = [sign for sign in TAG_OF_HTML.sub(" ", words[:LOOKED_AT]) if sign.isalpha()]
    own = sum(unicodedata.name(sign, "").startswith("LATIN") for sign in characters)
    return None if tag in LATIN and own * 2 < len(characters) else tag


def _is_known(tag: str) -> bool:
    return bool(TAG.fullmatch(tag)) and tag.split("-", 1)[0] in known_languages()
