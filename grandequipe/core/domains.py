"""Words that work as the address of a site although nothing announces one: evil.example, x.com.

A mail to a stranger carries none: mail programs make links of them, and people type them.
"""

import re
import unicodedata
from functools import cache
from ipaddress import ip_address

from publicsuffixlist import PublicSuffixList

# Two labels joined by any of the dots that a browser takes for one (UTS #46, section 2.3).
DOTS = str.maketrans(dict.fromkeys("。．｡․﹒", "."))
JOINED = re.compile(r"(?<![\w-])[\w-]+(?:\.[\w-]+)+")
# Names that the root zone lacks and networks use all the same (RFC 6761, RFC 9476).
SPECIAL_NAMES = frozenset(["alt", "example", "internal", "invalid", "local", "localhost", "test"])
# A blank before a dot stands in no sentence; one behind it ends most of them.
BLANK_BEFORE_DOT = re.compile(r"(?<=[\w-])\s+\.\s*(?=\w)")
BLANK_AFTER_DOT = re.compile(r"(?<![\w.-])([\w-]+)\.\s+([\w-]+)(?![\w-])")
# Four numbers, unlike the five of a telephone; and what may be an address of IPv6.
DOTTED_NUMBERS = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?!\.?\w)")
COLONED = re.compile(r"(?<![\w:.])[\da-f:.]*:[\da-f]*:[\da-f:.]*(?!\w)", re.IGNORECASE)
# What stands before a dot in a name that lacks the space: “Mme.Roche”, “M.de Villiers”, “J.La Rue”.
TITLES = frozenset(
    ["Asso", "Assoc", "Dr", "M", "Me", "Mlle", "Mme", "Mr", "Mrs", "Ms", "Pr", "St", "Ste"]
)
PARTICLES = frozenset(["da", "de", "do", "la", "le", "st"])
OF_SITES_ONLY = frozenset(["com", "info", "net", "org"])


def holds_domain(words: str) -> bool:
    """Return whether a word is the address of a site: a name under the root zone, or a number.

    `words` has at most some thousand characters. “M.de Villiers” and “C.C.A.S.” are none. Blanks
    beside the dot hide no address: “evil .com”.
    """
    seen = BLANK_BEFORE_DOT.sub(".", unicodedata.normalize("NFKC", words.translate(DOTS)))
    return (
        any(
            _ends_at_root(label.casefold())
            for found in JOINED.finditer(seen)
            if not _is_name(found)
            for label in found[0].split(".")[1:]
        )
        or any(_goes_on_after_blank(found) for found in BLANK_AFTER_DOT.finditer(seen))
        or _holds_ip_address(seen)
    )


def may_hold_domain(words: str) -> bool:
    """Return whether any word could be one: also “fin.Suite”, which lacks a space."""
    labels = _labels_after_dots(words)
    return any(len(label) > 1 and not label.isdecimal() for label in labels) or holds_domain(words)


def _labels_after_dots(words: str) -> list[str]:
    seen = unicodedata.normalize("NFKC", words.translate(DOTS)).casefold()
    return [label for found in JOINED.findall(seen) for label in found.split(".")[1:]]


@cache
def _root_zone() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False, only_icann=True)


def _ends_at_root(label: str) -> bool:
    if label in SPECIAL_NAMES or label.startswith("xn--"):
        return True
    # Some countries give names under a second label only, such as co.za.
    if _root_zone().publicsuffix(f"co.{label}") is not None:
        return True
    # Few names of people in other scripts have a dot, and names of sites are added every year.
    return len(label) > 1 and label[0].isalpha() and not label[0].isascii() and not _is_latin(label)


def _is_name(found: re.Match[str]) -> bool:
    """Return whether words with a dot are an honorific or an initial, and the name that follows.

    A name has a capital, or a particle with a word behind it; an initial alone is no sign of one,
    for sites are called x.com.
    """
    before, *names = found[0].split(".")
    if len(names) != 1 or not before[0].isupper():
        return False
    name, follows = names[0], found.string[found.end() :]
    if name.casefold() in PARTICLES and follows[:1] == " " and follows[1:2].isalpha():
        return before in TITLES or len(before) == 1
    return before in TITLES and name[0].isupper() and name.casefold() not in OF_SITES_ONLY


def _goes_on_after_blank(found: re.Match[str]) -> bool:
    """Return whether a text is an address with a blank after its dot: “evil. com”, not “Dr. No”."""
    before, label = found.groups()
    if len(before) == 1 or before.capitalize() in TITLES:
        return False
    ends = found.end() == len(found.string.rstrip())
    return label.casefold() in OF_SITES_ONLY or (ends and label.islower() and _ends_at_root(label))


def _holds_ip_address(words: str) -> bool:
    # Browsers read 01.02.03.04 as an address, too; the library does not.
    dotted = (
        ".".join(str(int(number)) for number in found[0].split("."))
        for found in DOTTED_NUMBERS.finditer(words)
    )
    # “A::B” is one for the library.
    coloned = (
        found[0].rstrip(".")
        for found in COLONED.finditer(words)
        if any(sign.isdecimal() for sign in found[0])
    )
    return any(_is_ip_address(each) for each in (*dotted, *coloned))


def _is_ip_address(word: str) -> bool:
    try:
        ip_address(word)
    except ValueError:
        return False
    return True


def _is_latin(label: str) -> bool:
    return unicodedata.name(label[0], "").startswith("LATIN")
