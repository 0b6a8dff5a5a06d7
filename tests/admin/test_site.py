"""Administrators change the site's settings, its logo and its announcements on their pages."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from grandequipe.admin.services.site import change_logo
from grandequipe.core import clock, files
from grandequipe.core.moderation_log import LogEntry
from grandequipe.core.site_settings import (
    GroupCreation,
    Registration,
    read_site_settings,
    site_contact,
)
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.members.models import Member
from grandequipe.members.services import change_picture
from tests.conftest import Visitor, new_key
from tests.factories import Cast

Browser = Callable[[Member], Visitor]
PAGE = "/administration/site"
SENT: dict[str, Any] = {
    "version": "0",
    "site_name": "Réseau du Nord",
    "colour": "#8A1C5C",
    "welcome_title": "Bienvenue à Lille",
    "registration": "invitation",
    "allowed_domains": "lille.fr\n@asso-nord.org",
    "group_creation": "request",
    "reviews_new_groups": "y",
}


def test_the_settings_are_changed_and_logged(
    cast: Cast, browser: Browser, visitor: Visitor
) -> None:
    page = browser(cast.farid)
    assert page.send(PAGE, SENT).location == PAGE
    now = read_site_settings()
    assert (now.site_name, now.colour, now.version) == ("Réseau du Nord", "#8a1c5c", 1)
    assert now.allowed_domains == ("lille.fr", "asso-nord.org")
    assert (now.registration, now.group_creation) == (
        Registration.INVITATION,
        GroupCreation.REQUEST,
    )
    assert "Bienvenue à Lille" in visitor.get("/", headers={"Accept-Language": "fr"}).text
    entry = db.session.query(LogEntry).one()
    assert (entry.act, entry.actor_id) == ("settings.changed", cast.farid.id)
    assert "colour" in entry.details["names"]


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("site_name", "", "Donnez un nom au site."),
        ("site_name", "x" * 61, "60"),
        ("colour", "rouge", "avec # et six chiffres"),
        ("colour", "#ffc845", "La plus proche qui convient est #"),
        ("allowed_domains", "pas un domaine", "n’est pas un domaine"),
        ("allowed_domains", "exemple", "n’est pas un domaine"),
        ("legal_contact", "personne", "adresse"),
        ("legal_contact", 'a@b.fr"><script>', "adresse"),
    ],
)
def test_a_wrong_value_is_said_beside_its_field_and_kept(
    cast: Cast, browser: Browser, field: str, typed: str, said: str
) -> None:
    answer = browser(cast.farid).send(PAGE, {**SENT, field: typed})
    assert answer.status_code == 422
    assert said in answer.text
    assert "Bienvenue à Lille" in answer.text
    assert read_site_settings().version == 0


def test_the_second_administrator_is_shown_that_another_was_first(
    cast: Cast, browser: Browser
) -> None:
    page = browser(cast.farid)
    page.send(PAGE, SENT)
    late = page.send(PAGE, {**SENT, "site_name": "Autre nom"})
    assert late.status_code == 409
    assert "changé ces réglages entre-temps" in late.text
    assert "Autre nom" in late.text
    assert read_site_settings().site_name == "Réseau du Nord"


def test_what_the_environment_sets_is_shown_as_such(
    app: Flask, cast: Cast, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = replace(app.config["SETTINGS"], site_name="Nom d’en haut")
    monkeypatch.setitem(app.config, "SETTINGS", given)
    page = browser(cast.farid)
    shown = page.get(PAGE).text
    assert "Fixé par SITE_NAME" in shown
    assert 'name="site_name"' not in shown
    page.send(PAGE, SENT)
    assert read_site_settings().site_name == "Nom d’en haut"


def test_a_logo_is_shown_and_removed(cast: Cast, browser: Browser, visitor: Visitor) -> None:
    page, drawn = browser(cast.farid), BytesIO()
    Image.new("RGB", (64, 64), "red").save(drawn, "PNG")
    wrong = {"picture": (BytesIO(b"not a picture"), "a.png")}
    assert page.send("/administration/site/logo", wrong).status_code == 422
    right = {"picture": (BytesIO(drawn.getvalue()), "a.png")}
    assert page.send("/administration/site/logo", right).status_code == 303
    assert 'src="/logo?v=' in visitor.get("/aide").text
    assert visitor.get("/logo").mimetype == "image/webp"
    page.send("/administration/site/logo/retirer")
    assert visitor.get("/logo").status_code == 404
    assert 'src="/logo' not in visitor.get("/aide").text


@pytest.mark.parametrize("change", [change_logo, change_picture])
def test_a_logo_or_a_photo_that_is_not_committed_leaves_no_file(
    cast: Cast, change: Callable[[Member, bytes], None]
) -> None:
    drawn, keys = BytesIO(), list[str]()
    Image.new("RGB", (8, 8), "red").save(drawn, "WEBP")

    @atomic()
    def write() -> None:
        change(cast.farid, drawn.getvalue())
        keys.append(cast.farid.picture_key or read_site_settings(lock=True).logo_key)
        assert files.read(keys[0]) == drawn.getvalue()
        db.session.execute(text("UPDATE member SET email = 'the same'"))

    with pytest.raises(IntegrityError):
        write()
    with pytest.raises(FileNotFoundError):
        files.read(keys[0])


def test_an_announcement_is_published_and_withdrawn(cast: Cast, browser: Browser) -> None:
    page, reader = browser(cast.farid), browser(cast.amina)
    ends_at = f"{clock.now() + timedelta(days=20):%Y-%m-%dT%H:%M}"
    sent = {"title": "Une annonce", "in_banner": "y", "ends_at": "2099-01-01T12:00"}
    refused = page.send("/administration/annonces", sent)
    assert refused.status_code == 422
    assert "trois mois au plus" in refused.text
    keyed = {**sent, "ends_at": ends_at, "form_key": new_key(), "form_mark": "7"}
    assert page.send("/administration/annonces", keyed).status_code == 303
    assert page.get(f"/formulaires/recus?key={keyed['form_key']}").json == {keyed["form_key"]: "7"}
    assert "Une annonce" in reader.get("/aide").text
    wrong = page.send("/administration/annonces", {**sent, "territory": "Nulle part"})
    assert "Choisissez un territoire de la liste." in wrong.text
    page.send("/administration/annonces/1/retirer")
    assert "Une annonce" not in reader.get("/aide").text


@pytest.mark.parametrize("path", ["site", "site/logo", "annonces"])
def test_for_others_the_pages_are_not_there(
    cast: Cast, browser: Browser, visitor: Visitor, path: str
) -> None:
    assert browser(cast.amina).get(f"/administration/{path}").status_code == 404
    assert browser(cast.amina).send(f"/administration/{path}", SENT).status_code == 404
    assert visitor.get(f"/administration/{path}").status_code in (302, 303, 401)


TEXT = "/administration/textes/terms/fr"


def test_a_legal_text_begins_with_our_words_and_keeps_its_versions(
    cast: Cast, browser: Browser, visitor: Visitor
) -> None:
    page, french = browser(cast.farid), {"Accept-Language": "fr"}
    assert "Un compte par personne, à votre nom" in page.get(TEXT).text
    for name, words in (("legal", "Qui publie ce site"), ("privacy", "Pas de publicité")):
        begun = page.get(f"/administration/textes/{name}/fr").text
        assert (words in begun, f"mailto:{site_contact()}&#34;" in begun) == (True, True)
    first = {"version": "0", "body_format": "html", "body_html": "<h2>Règles</h2><p>Être poli.</p>"}
    assert page.send(TEXT, first).location == "/administration/textes"
    assert "<p>Être poli.</p>" in visitor.get("/conditions", headers=french).text
    assert (
        "Un compte par personne, à votre nom" not in visitor.get("/conditions", headers=french).text
    )
    late = page.send(TEXT, {**first, "body_html": "<p>Tout autre chose.</p>"})
    assert late.status_code == 409
    assert "Tout autre chose." in late.text
    hostile = "<p>Être bref.</p><script>alert(1)</script>"
    page.send(TEXT, {**first, "version": "1", "body_html": hostile})
    shown = visitor.get("/conditions", headers=french).text
    assert "Être bref." in shown
    assert "alert(1)" not in shown
    assert "Être poli." in visitor.get("/conditions?version=1", headers=french).text
    assert visitor.get("/conditions?version=3", headers=french).status_code == 404
    page.send(TEXT, {**first, "version": "2", "body_html": ""})
    assert "Un compte par personne, à votre nom" in visitor.get("/conditions", headers=french).text
    acts = [entry.details["version"] for entry in db.session.query(LogEntry).order_by(LogEntry.id)]
    assert acts == [1, 2, 3]
