"""Which mailboxes are of the domain of a website."""

import pytest

from grandequipe.core.web_addresses import is_mailbox_of, mail_domain_of


@pytest.mark.parametrize(
    ("website", "domain"),
    [
        ("https://www.ville-bagnolet.fr/accueil", "ville-bagnolet.fr"),
        ("http://CENTRE-social.asso.fr:8080/", "centre-social.asso.fr"),
        ("https://jeunesse.ville.fr", "jeunesse.ville.fr"),
        ("https://regie.github.io", "regie.github.io"),
        ("https://gmail.com", None),
        ("https://www.yahoo.co.uk/regie", None),
        ("https://facebook.com/regie", None),
        ("https://www.helloasso.com/associations/regie", None),
        ("https://regie.wixsite.com", "regie.wixsite.com"),
        ("https://asso.fr", None),
        ("https://gouv.fr", None),
        ("https://fr", None),
        ("https://localhost", None),
        ("https://192.0.2.1/", None),
        ("https://[2001:db8::1]/", None),
        ("https://évil.fr", None),
        ("https://ville.fr@evil.example.org/", "evil.example.org"),
        ("https://[", None),
        ("", None),
        (None, None),
    ],
)
def test_a_website_says_at_which_domain_its_people_read_mail(
    website: str | None, domain: str | None
) -> None:
    assert mail_domain_of(website) == domain


@pytest.mark.parametrize(
    ("address", "is_of_it"),
    [
        ("anna@ville.fr", True),
        (" Anna@VILLE.fr", True),
        ("anna@ville.fr.evil.org", False),
        ("anna@evil-ville.fr", False),
        ("anna@stagiaires.ville.fr", False),
        ('"anna@ville.fr"@evil.org', False),
        ("ville.fr", False),
        ("anna@fr", False),
        ("anna@vılle.fr", False),
    ],
)
def test_a_mailbox_is_of_one_domain_alone(address: str, is_of_it: bool) -> None:
    assert is_mailbox_of(address, "ville.fr") is is_of_it
    assert not is_mailbox_of(address, None)
