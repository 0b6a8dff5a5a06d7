"""Changing the site's settings, its logo, its legal texts and its themes."""

import re
from functools import partial
from typing import Any

from flask_babel import gettext as _

from grandequipe.core import files
from grandequipe.core.colours import HEX, is_legible, nearest_legible
from grandequipe.core.email_addresses import normalized
from grandequipe.core.errors import Invalid
from grandequipe.core.html import RichText, TooInvolved
from grandequipe.core.moderation_log import Act, log_act
from grandequipe.core.site_settings import (
    GroupCreation,
    Registration,
    change_site_settings,
    read_site_settings,
)
from grandequipe.core.transactions import on_commit, on_rollback
from grandequipe.members.models import Member
from grandequipe.members.services.administration import lock_accounts
from grandequipe.taxonomies import services as taxonomies
from grandequipe.taxonomies.models import Theme
from grandequipe.web.legal_texts import LegalPage, publish_legal_text

# A host name in ASCII, without a port (RFC 1123).
DOMAIN = re.compile(
    r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z]"
)
MOST_DOMAINS = 50
FOLDER = "logos"
SITE = ("site", 0)


def change_settings(admin: Member, read_version: int, changes: dict[str, Any]) -> list[str]:
    """Store settings and log it; give the names of those that differ.

    Raises Invalid with the error of each field, Conflict where they changed since they were read.
    """
    lock_accounts(admin)
    values = _validated(changes)
    changed = change_site_settings(read_version, **values)
    if changed:
        log_act(Act.SETTINGS_CHANGED, SITE, actor_id=admin.id, names=",".join(changed))
    return changed


def change_logo(admin: Member, webp: bytes | None) -> None:
    """Replace the site's logo by the content of a square WebP file, or by the product's own."""
    lock_accounts(admin)
    new = files.store(webp, FOLDER, "webp") if webp else ""
    if new:
        on_rollback(partial(files.remove, new))
    now = read_site_settings(lock=True)
    change_site_settings(now.version, logo_key=new)
    log_act(Act.SETTINGS_CHANGED, SITE, actor_id=admin.id, names="logo_key")
    if now.logo_key:
        on_commit(partial(files.remove, now.logo_key))


def change_legal_text(
    admin: Member, page: LegalPage, locale: str, read_version: int, html: str
) -> int:
    """Publish a version of a legal page, and log it; give its number.

    Raises Invalid for a text that is too involved, Conflict where another came between.
    """
    lock_accounts(admin)
    try:
        body = RichText.read(html)
    except TooInvolved:
        message = _("This text has too much formatting. Please paste it without it.")
        raise Invalid({"body_html": message}) from None
    version = publish_legal_text(page, locale, body, read_version, admin.id)
    act = Act.LEGAL_TEXT_PUBLISHED
    log_act(act, SITE, actor_id=admin.id, page=str(page), locale=locale, version=version)
    return version


def add_theme(admin: Member, parent: Theme | None, name: str, name_en: str) -> Theme:
    """Add a theme below another, or to the social economy, and log it; may raise Invalid."""
    lock_accounts(admin)
    added = taxonomies.add_theme(parent, name, name_en)
    log_act(Act.THEME_CHANGED, ("theme", added.id), actor_id=admin.id)
    return added


def name_theme(admin: Member, theme: Theme, name: str, name_en: str) -> None:
    """Change the names of a theme, and log it; may raise Invalid."""
    lock_accounts(admin)
    taxonomies.name_theme(theme, name, name_en)
    log_act(Act.THEME_CHANGED, ("theme", theme.id), actor_id=admin.id)


def _validated(changes: dict[str, Any]) -> dict[str, Any]:
    values, errors = dict(changes), {}
    if "colour" in values:
        values["colour"] = values["colour"].strip().casefold()
        errors["colour"] = _colour_error(values["colour"])
    if "allowed_domains" in values:
        domains = [domain.casefold().lstrip("@") for domain in values["allowed_domains"]]
        values["allowed_domains"] = tuple(dict.fromkeys(domains))
        errors["allowed_domains"] = _domains_error(values["allowed_domains"])
    if values.get("legal_contact"):
        errors["legal_contact"] = _address_error(values["legal_contact"])
    for name, choices in (("registration", Registration), ("group_creation", GroupCreation)):
        if name in values:
            values[name] = choices(values[name])
    if found := {name: str(error) for name, error in errors.items() if error}:
        raise Invalid(found)
    return values


def _address_error(typed: str) -> str | None:
    try:
        normalized(typed)
    except ValueError:
        return str(_("Enter an email address."))
    return None


def _colour_error(colour: str) -> str | None:
    if not colour:
        return None
    if not HEX.fullmatch(colour):
        return str(_("Write the colour as # and six digits or letters, such as #2f3fbf."))
    if not is_legible(colour):
        return str(
            _(
                "Links in this colour couldn’t be read. The nearest that can is %(colour)s.",
                colour=nearest_legible(colour),
            )
        )
    return None


def _domains_error(domains: tuple[str, ...]) -> str | None:
    if len(domains) > MOST_DOMAINS:
        return str(_("Up to %(number)d domains.", number=MOST_DOMAINS))
    wrong = next((domain for domain in domains if not DOMAIN.fullmatch(domain)), None)
    return str(_("“%(domain)s” isn’t a domain.", domain=wrong)) if wrong else None
