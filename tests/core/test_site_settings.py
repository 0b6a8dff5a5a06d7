"""The site's settings: what administrators set, below what the operator gave."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from grandequipe.core.errors import Conflict
from grandequipe.core.mail import rendering
from grandequipe.core.site_settings import (
    Registration,
    change_site_settings,
    lets_register,
    read_site_settings,
    site_settings,
)
from grandequipe.core.transactions import atomic
from tests.conftest import Visitor


def change(**changes: Any) -> list[str]:
    with atomic():
        return change_site_settings(read_site_settings().version, **changes)


def test_a_change_shows_on_the_next_page(app: Flask, visitor: Visitor) -> None:
    assert change(site_name="Réseau du Nord") == ["site_name"]
    page = visitor.get("/aide").text
    assert "– Réseau du Nord</title>" in page
    assert "Grande Équipe" not in page


def test_nothing_is_stored_of_what_stays(app: Flask) -> None:
    change(site_name="Réseau du Nord")
    assert change(site_name="Réseau du Nord") == []
    assert read_site_settings().version == 1


def test_the_second_of_two_administrators_is_refused(app: Flask) -> None:
    read = read_site_settings().version
    with atomic():
        change_site_settings(read, site_name="Un")
    with pytest.raises(Conflict), atomic():
        change_site_settings(read, site_name="Deux")
    assert site_settings().site_name == "Un"


def test_the_operators_environment_wins(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = app.config["SETTINGS"]
    given = type(settings)(**{**vars(settings), "legal_host": "OVH, Roubaix"})
    monkeypatch.setitem(app.config, "SETTINGS", given)
    assert change(legal_host="Ailleurs", legal_publisher="Ville de Lyon") == ["legal_publisher"]
    now = read_site_settings()
    assert (now.legal_host, now.legal_publisher) == ("OVH, Roubaix", "Ville de Lyon")


def test_pages_do_not_ask_for_the_settings(
    app: Flask, visitor: Visitor, count_queries: Callable[[], Any]
) -> None:
    visitor.get("/conditions")
    with count_queries() as counter:
        visitor.get("/conditions")
    assert counter.count == 0


@pytest.mark.parametrize("mode", [Registration.INVITATION, Registration.CLOSED])
def test_who_registers_alone_is_refused(app: Flask, visitor: Visitor, mode: Registration) -> None:
    change(registration=mode)
    page = visitor.get("/inscription")
    assert page.status_code == 200
    assert 'name="password"' not in page.text
    assert 'href="/inscription"' not in visitor.get("/").text
    sent = {
        "display_name": "Zoé Petit",
        "email": "zoe@example.org",
        "password": "quartier-ouvert-9",
    }
    assert visitor.send("/inscription", sent).status_code == 403


@pytest.mark.parametrize(
    ("email", "may"),
    [
        ("a@ville.fr", True),
        ("a@quartier.ville.fr", True),
        ("a@VILLE.FR", True),
        ("a@malville.fr", False),
        ("a@ville.fr.example", False),
    ],
)
def test_addresses_of_allowed_domains_register(app: Flask, email: str, may: bool) -> None:
    change(allowed_domains=("ville.fr", "asso.org"))
    assert lets_register(email, read_site_settings()) is may


def test_another_domain_is_refused_with_a_sentence(app: Flask, visitor: Visitor) -> None:
    change(allowed_domains=("ville.fr",))
    sent = {
        "display_name": "Zoé Petit",
        "email": "zoe@example.org",
        "password": "quartier-ouvert-9",
    }
    page = visitor.send("/inscription", sent)
    assert "Seules les adresses en @ville.fr peuvent s’inscrire ici." in page.text
    assert "zoe@example.org" in page.text


def test_a_colour_of_its_own_is_on_pages_and_in_mails(app: Flask, visitor: Visitor) -> None:
    change(colour="#8a1c5c")
    styles = visitor.get("/couleurs.css?v=8a1c5c")
    assert '"/couleurs.css?v=8a1c5c"' in visitor.get("/aide").text
    assert "--brand: light-dark(#8a1c5c," in styles.text
    assert styles.cache_control.max_age == 365 * 24 * 3600
    with app.test_request_context():
        written = rendering.render_html(
            "groups/invitation_mail.html", locale="fr", name="A", group_name="B", link="/", about=""
        )
    assert "#8a1c5c" in written
    assert "2f3fbf" not in written.casefold()
