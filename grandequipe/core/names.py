"""Rules for names of persons and groups: mails carry them to strangers.

It holds no address, nothing that is not seen, no word in which characters of two alphabets pass for
those of one, and does not pass for the name of the site.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby

from flask_babel import gettext as _

from grandequipe.core.cleaning import cleaned_line
from grandequipe.core.domains import holds_domain
from grandequipe.core.site_settings import site_settings
from grandequipe.core.text_validation import holds_address, say_unshown

# Digits are read as characters, and i as l in many a typeface.
AT_A_GLANCE = str.maketrans("0134578|ıłi", "oleastbllll")
NUMBERS = re.compile(r"\b\d+\b")
PRODUCT = "Grande Équipe"
# Operators of a site: no name consists of these alone, with or without words of ROLES or QUALITIES.
STAFF_WORDS = """
    admin admins administrateur administrateurs administration administrator administrators
    administratrice administratrices helpdesk hotline moderateur moderateurs moderation moderator
    moderators moderatrice moderatrices noreply postmaster root support sysadmin webmaster
"""
# No person is named by these alone or with those; groups and structures are, such as “Sécurité”.
ROLE_WORDS = """
    animateur animateurs animation animatrice animatrices assistance equipe equipes help officiel
    officielle official security securite service services site staff team
"""
# What stands beside them.
QUALITY_WORDS = """
    account accounts client clients compte comptes customer desk general generale member members
    membre membres no principal principale reply tech technical technique user users
    utilisateur utilisateurs web
"""


def _words_at_a_glance(words: str) -> frozenset[str]:
    return frozenset(word.translate(AT_A_GLANCE) for word in words.split())


STAFF = _words_at_a_glance(STAFF_WORDS)
ROLES = STAFF | _words_at_a_glance(ROLE_WORDS)
QUALITIES = _words_at_a_glance(QUALITY_WORDS)
ARTICLES = _words_at_a_glance(
    "a and au d de des du e es et l la le les of rice rices the trice trices"
)
IDEOGRAPHIC = {"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC"}
SCRIPTS = {
    "LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "HEBREW", "ARABIC", "COPTIC", "CHEROKEE", "GEORGIAN",
    "DEVANAGARI", "BENGALI", "TAMIL", "TELUGU", "THAI", "ETHIOPIC", "LISU", "TIFINAGH", "NKO",
}  # fmt: skip
# Characters that are read as Latin ones (UTS #39), each above the one it is read as.
CAPITALS = str.maketrans(
    "АВЕЅІЈКМНОРСТХУԌԚԜΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "ABESIJKMHOPCTXYGQWABEZHIKMNOPTYX",
)
SMALL = str.maketrans(
    "асԁеԍһіјӏорԛѕхуѵԝαγινορυωϲϳօսհոɑɡᴀʙᴄᴅᴇɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ",
    "acdeghijlopqsxyvwayivopuwcjouhnagabcdeghijklmnoprstuvwyz",
)


def person_name_error(words: str) -> str | None:
    """Say what is wrong with the name of a person, which is measured already, or None."""
    if wrong := _wrong(words):
        return wrong
    if _passes_for_the_site(words) or _is_staff(words) or _is_role(words, ROLES):
        return str(_("This name could be mistaken for the site’s. Enter your own."))
    return None


def group_name_error(words: str) -> str | None:
    """Say what is wrong with the name of a group, which is measured already, or None."""
    if wrong := _wrong(words):
        return wrong
    if _passes_for_the_site(words) or _is_staff(words):
        return str(_("This name could be mistaken for the site’s. Choose another for the group."))
    return None


def wrong_organisation_name(words: str) -> str | None:
    """Say what is wrong with the name of a structure, which is measured already, or None.

    A site may be called as the structure that runs it.
    """
    if wrong := _wrong(words):
        return wrong
    if _is_staff(words):
        return str(_("This name could be mistaken for the site’s. Enter your organisation’s."))
    return None


def _wrong(name: str) -> str | None:
    if holds_address(name):
        return str(_("Choose a name without a web or email address in it."))
    if holds_domain(name):
        return str(_("Choose a name without a web address in it; put a space after a dot."))
    if cleaned_line(name) != name:
        return say_unshown()
    if _mixes_alphabets(name):
        return str(_("Write the name in one alphabet: letters from another can look the same."))
    return None


def _mixes_alphabets(name: str) -> bool:
    """Return whether a word has characters of two alphabets, or hides among words of another."""
    words = [(word, _scripts_of(word)) for word in _words_of(name)]
    if any(len(scripts) > 1 for _word, scripts in words):
        return True
    has_latin = any(scripts == {"LATIN"} for _word, scripts in words)
    return has_latin and any(
        scripts & {"CYRILLIC", "GREEK"} and word.translate(CAPITALS).translate(SMALL).isascii()
        for word, scripts in words
    )


def _words_of(name: str) -> Iterator[str]:
    """Give the runs of characters; the sign of a millionth is no character of Greek here."""
    seen = unicodedata.normalize("NFKC", name.replace("µ", " "))
    for is_word, signs in groupby(seen, lambda sign: unicodedata.category(sign)[0] in "LM"):
        if is_word:
            yield "".join(signs)


def _scripts_of(word: str) -> set[str]:
    names = (unicodedata.name(sign, "").split(maxsplit=1) for sign in word if sign.isalpha())
    found = {name[0] for name in names if name}
    # Latin characters stand in words of the far East: “Tシャツ”.
    return found & SCRIPTS - ({"LATIN"} if found & IDEOGRAPHIC else set())


def _passes_for_the_site(name: str) -> bool:
    said, rest = "".join(_read_as(name)), "".join(_own_words(name))
    for known in (site_settings().site_name, PRODUCT):
        words = _read_as(known)
        whole = "".join(words)
        # A site may be called by one common word, with which names begin.
        if whole and (whole in (said, rest) or (len(words) > 1 and whole in said)):
            return True
    return False


def _is_staff(name: str) -> bool:
    return _is_role(NUMBERS.sub(" ", name), STAFF)


def _is_role(name: str, roles: frozenset[str]) -> bool:
    """Return whether a name says a role and nothing of its own: “Support technique”."""
    words = _read_as(name)
    return bool(roles.intersection(words)) and not _own(words)


def _own_words(name: str) -> list[str]:
    return _own(_read_as(name))


def _own(words: list[str]) -> list[str]:
    return [word for word in words if word not in ROLES | QUALITIES | ARTICLES]


def _read_as(name: str) -> list[str]:
    """Give the words of a name as one reads them at a glance, without marks and look-alikes."""
    bare = unicodedata.normalize("NFKD", name)
    marked = bare.translate(CAPITALS).casefold().translate(SMALL).translate(AT_A_GLANCE)
    characters = "".join(sign for sign in marked if not unicodedata.combining(sign))
    return "".join(sign if sign.isalnum() else " " for sign in characters).split()
