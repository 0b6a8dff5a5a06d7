"""Addresses of sites that people type, and which mailboxes are of the domain of one."""

from functools import cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask_babel import gettext as _
from publicsuffixlist import PublicSuffixList

from grandequipe.core.email_addresses import folded
from grandequipe.core.links import LONGEST_ADDRESS, whole_address
from grandequipe.core.text_validation import length_error

# Mailboxes there are for everybody, whatever the ending of the name: yahoo.fr, yahoo.com.
PUBLIC_MAIL_PROVIDERS = frozenset(
    """
    126 163 9online aliceadsl aol bbox club-internet cegetel duck fastmail free gmail gmx googlemail
    hey hotmail hushmail icloud inbox infonie jourrapide laposte libertysurf live mac mail mailbox
    mailfence mailinator mailo me msn netcourrier neuf noos numericable orange outlook pm posteo
    proton protonmail qq rediffmail riseup rocketmail sfr skynet t-online telenet tele2 tuta
    tutamail tutanota voila vivaldi wanadoo web yahoo yandex yopmail ymail zaclys zoho
    """.split()  # noqa: SIM905 - read as a list of words
)
# Sites on which others have pages: a mailbox of these domains says nothing about who they are.
SHARED_SITES = frozenset(
    """
    assoconnect bandcamp benevolt canalblog canva discord e-monsite eventbrite facebook fb
    framasoft github gitlab google gogocarto helloasso instagram jimdo jimdosite jimdofree linkedin
    linktr meetup medium mobilizon netlify notion over-blog overblog pagesjaunes framaspace
    framasite sites site123 societe squarespace substack tiktok twitter vimeo webador webnode weebly
    wikipedia
    wix wixsite wordpress x youtube
    """.split()  # noqa: SIM905
)


def address_error(url: str) -> str | None:
    """Say that an address does not lead to the web, once it is completed."""
    if wrong := length_error(url, LONGEST_ADDRESS):
        return wrong
    url = whole_address(url)
    if not url:
        return None
    try:
        parts = urlsplit(url)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_web = False
    if not is_web or any(sign.isspace() or not sign.isprintable() for sign in url):
        return str(_("Enter a full web address, such as https://example.org/page."))
    return length_error(url, LONGEST_ADDRESS)


def mail_domain_of(website: str | None) -> str | None:
    """Give the domain at which who runs a website has mailboxes; None where that proves nothing.

    It is the host without "www.": neither a domain above it, which another may run, nor one below.
    A host of other signs than ASCII has none, for two ways of writing one differ (IDNA 2003, 2008).
    """
    try:
        host = (urlsplit(website or "").hostname or "").rstrip(".").removeprefix("www.")
    except ValueError:
        return None
    if not host.isascii() or _is_number(host):
        return None
    registered = _suffixes().privatesuffix(host)
    if registered is None:
        return None
    name = registered.partition(".")[0]
    return None if name in PUBLIC_MAIL_PROVIDERS | SHARED_SITES else host


def is_mailbox_of(address: str, domain: str | None) -> bool:
    """Return whether a mailbox is of a domain that `mail_domain_of` gave: no other, none below."""
    _name, at, host = folded(address).rpartition("@")
    return bool(at) and host == domain


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


@cache
def _suffixes() -> PublicSuffixList:
    """Read under what people register names; also below sites, such as github.io."""
    return PublicSuffixList(accept_unknown=False)
