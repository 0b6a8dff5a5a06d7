"""The legal notice names who answers for the site, or says honestly that it does not."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask

from grandequipe.config import ConfigurationError, Settings
from grandequipe.members.models import Member
from tests.conftest import Visitor
from tests.factories import Cast

PAGE = "/mentions-legales"
NAMED = {
    "legal_publisher": "Association Exemple, 1 rue de l’Exemple <93170 Bagnolet>",
    "legal_host": "Hébergeur Exemple SAS, 2 rue de l’Exemple",
    "legal_contact": "contact@exemple.example",
}
SETTINGS_ARE_MISSING = "dites dans ses réglages qui le publie"


@pytest.fixture
def named(app: Flask) -> Iterator[Flask]:
    """Run the site as an operator who said who they are."""
    before: Settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(before, **NAMED)
    yield app
    app.config["SETTINGS"] = before


def test_it_names_the_publisher_the_host_and_where_to_write(named: Flask, visitor: Visitor) -> None:
    page = visitor.get(PAGE).text
    assert "1 rue de l’Exemple &lt;93170 Bagnolet&gt;" in page
    assert NAMED["legal_host"] in page
    assert 'href="mailto:contact@exemple.example"' in page
    for path in ("/confidentialite", "/accessibilite", "/conditions", "/aide"):
        assert 'href="mailto:contact@exemple.example"' in visitor.get(path).text


def test_without_them_it_says_so_and_whom_to_ask(
    cast: Cast, visitor: Visitor, browser: Callable[[Member], Visitor]
) -> None:
    for reader in (visitor, browser(cast.amina)):
        page = reader.get(PAGE, headers={"Accept-Language": "fr"}).text
        assert "n’a pas encore indiqué son nom ici" in page
        assert 'href="mailto:' in page
        assert "LEGAL_" not in page


def test_administrators_read_what_to_set(cast: Cast, browser: Callable[[Member], Visitor]) -> None:
    assert SETTINGS_ARE_MISSING in browser(cast.farid).get(PAGE).text


def test_administrators_read_nothing_of_it_where_all_is_set(
    named: Flask, cast: Cast, browser: Callable[[Member], Visitor]
) -> None:
    assert SETTINGS_ARE_MISSING not in browser(cast.farid).get(PAGE).text


def test_the_address_is_that_of_the_mails_unless_another_is_set(app: Flask) -> None:
    settings: Settings = replace(app.config["SETTINGS"], mail_from="Réseau <reseau@example.org>")
    assert settings.contact == "reseau@example.org"
    assert replace(settings, legal_contact="contact@example.org").contact == "contact@example.org"


def test_an_address_that_is_none_is_refused(environment: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError, match="LEGAL_CONTACT"):
        Settings.from_environment({**environment, "LEGAL_CONTACT": "nowhere"})
