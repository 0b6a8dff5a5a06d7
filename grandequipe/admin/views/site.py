"""The site's settings, its logo and its announcements."""

from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext as _

from grandequipe.admin.forms import AnnouncementForm, LegalTextForm, LogoForm, SiteForm
from grandequipe.admin.services import site as services
from grandequipe.admin.views.access import administrator
from grandequipe.announcements.models import Announcement
from grandequipe.announcements.queries import list_all_announcements
from grandequipe.announcements.services import publish_announcement, withdraw_announcement
from grandequipe.config import LOCALES
from grandequipe.core import clock
from grandequipe.core.errors import Invalid, NotFound
from grandequipe.core.html import sanitise
from grandequipe.core.pictures import square_picture
from grandequipe.core.site_settings import given_names, read_site_settings
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.web.bodies import PICTURE_BODY, reads
from grandequipe.web.form_pages import FormPage, Write
from grandequipe.web.form_rules import repeatable
from grandequipe.web.legal_texts import LegalPage, find_shown, list_versions
from grandequipe.web.measures import takes
from grandequipe.web.pages import render_page
from grandequipe.web.rate_limits import limited, limited_form
from grandequipe.web.views import PLAIN_PAGES

FORM = ("GET", "POST")
LARGEST_TEXT = 256 * 1024


def add_routes(blueprint: Blueprint) -> None:
    """Register the routes of the site's settings."""
    blueprint.add_url_rule("/site", "site", site, methods=FORM)
    blueprint.add_url_rule("/site/logo", "logo", logo, methods=FORM)
    blueprint.add_url_rule("/site/logo/retirer", "remove_logo", remove_logo, methods=["POST"])
    blueprint.add_url_rule("/textes", "legal_texts", legal_texts)
    blueprint.add_url_rule("/textes/<page>/<locale>", "legal_text", legal_text, methods=FORM)
    blueprint.add_url_rule("/annonces", "announcements", announcements, methods=FORM)
    blueprint.add_url_rule(
        "/annonces/<id:announcement_id>/retirer", "withdraw", withdraw, methods=["POST"]
    )


@takes(SiteForm)
@limited_form("managing")
@repeatable("sets the settings")
def site() -> ResponseReturnValue:
    """Show and change the settings; those of the environment are shown, not changed."""
    actor, fixed = administrator(), given_names()
    settings = read_site_settings()
    form = SiteForm.of(settings, fixed)
    page = FormPage("admin/site.html", form, lambda: {"settings": settings, "fixed": fixed})

    def write() -> str:
        read = form.version.data or ""
        version = int(read) if read.isascii() and read.isdigit() else -1
        services.change_settings(actor, version, form.changes())
        return _("The settings have been saved. Pages show them within a few seconds.")

    return page.answer(write, url_for("admin.site"))


@reads(PICTURE_BODY)
@limited_form("managing")
@repeatable("sets the picture")
def logo() -> ResponseReturnValue:
    """Show and replace the logo."""
    actor, form = administrator(), LogoForm()
    page = FormPage("admin/logo.html", form, lambda: {"settings": read_site_settings()})

    def prepare() -> Write:
        # Decoding takes a second: release the database connection meanwhile.
        db.session.rollback()
        try:
            webp = square_picture(form.picture.data.stream)
        except Invalid as refused:
            errors = {name: _picture_error(code) for name, code in refused.errors.items()}
            raise Invalid(errors) from None

        def write() -> str:
            services.change_logo(actor, webp)
            return _("The logo has been saved. Pages show it within a few seconds.")

        return write

    return page.answer_prepared(prepare, url_for("admin.logo"))


@limited("managing")
@repeatable("without a logo the site stays without")
def remove_logo() -> ResponseReturnValue:
    """Go back to the product's own sign."""
    actor = administrator()
    with atomic():
        services.change_logo(actor, None)
    flash(_("The logo has been removed."), "success")
    return redirect(url_for("admin.logo"), 303)


def legal_texts() -> str:
    """List the legal pages in each language, with the version that holds."""
    administrator()
    texts = [(page, locale, find_shown(page, locale)) for page in LegalPage for locale in LOCALES]
    return render_page("admin/legal_texts.html", texts=texts)


@reads(LARGEST_TEXT)
@takes(LegalTextForm)
@limited_form("managing")
def legal_text(page: str, locale: str) -> ResponseReturnValue:
    """Write a version of a legal page; it begins with the one before, or with our own words."""
    actor = administrator()
    if page not in list(LegalPage) or locale not in LOCALES:
        raise NotFound
    of_page = LegalPage(page)
    versions = list_versions(of_page, locale)
    held = versions[0].version if versions else 0
    shown = versions[0].body_html if versions else ""
    form = LegalTextForm(data={"version": held, "body_html": shown or _own_words(page, locale)})
    context = {"page": of_page, "locale": locale, "is_own": not shown, "versions": versions}
    shown_page = FormPage("admin/legal_text.html", form, lambda: context)

    def write() -> str:
        read = form.version.data or ""
        version = int(read) if read.isascii() and read.isdigit() else -1
        services.change_legal_text(actor, of_page, locale, version, form.body_html.html)
        return _("The text has been published. Pages show it within a few seconds.")

    return shown_page.answer(write, url_for("admin.legal_texts"))


def _own_words(page: str, locale: str) -> str:
    """Give the product's own words of a page, as clean HTML to begin from."""
    template = current_app.jinja_env.get_template(PLAIN_PAGES[page][1])
    with force_locale(locale):
        context: dict[str, object] = {"viewer": None}
        current_app.update_template_context(context)
        context["viewer"] = None
        return sanitise("".join(template.blocks["main"](template.new_context(context))))


@takes(AnnouncementForm)
@limited_form("managing")
def announcements() -> ResponseReturnValue:
    """List announcements, and publish one."""
    actor = administrator()
    form = AnnouncementForm(ZoneInfo(actor.time_zone))
    cursor = request.args.get("cursor")
    page = FormPage(
        "admin/announcements.html",
        form,
        lambda: {"page": list_all_announcements(cursor), "now": clock.now()},
    )

    def write() -> str:
        try:
            announcement_input = form.input()
        except ValueError as error:
            raise Invalid({"ends_at": str(error)}) from None
        publish_announcement(actor, announcement_input)
        return _("The announcement has been published.")

    return page.answer(write, url_for("admin.announcements"))


@limited("managing")
@repeatable("an announcement is withdrawn once")
def withdraw(announcement_id: int) -> ResponseReturnValue:
    """Withdraw an announcement before its end."""
    actor = administrator()
    announcement = db.session.get(Announcement, announcement_id)
    if announcement is None:
        raise NotFound
    with atomic():
        withdraw_announcement(actor, announcement)
    flash(_("The announcement has been withdrawn."), "success")
    return redirect(url_for("admin.announcements"), 303)


def _picture_error(code: str) -> str:
    sentences = {
        "too_large": _("This picture is too large. Choose one of up to 5 MB."),
        "too_many_pixels": _("This picture has too many pixels. Reduce it and send it again."),
        "not_a_picture": _("We couldn’t read this file as a picture. Choose a JPEG, PNG or WebP."),
    }
    return str(sentences[code])
