"""Accessibility of every form, for readers who do not see it, or see it badly."""

import re
from typing import Any

import pytest

from tests.conftest import Visitor
from tests.factories import Cast, make_member_with_password, make_post

TITLE = re.compile(r"<title>(.*?)</title>")
KEPT = "Ce que vous avez saisi est conservé"
WRONG = {"title": "", "display_name": " ", "time_zone": "Moon/Tranquility"}
FIELD = re.compile(r"<(?:input|select|textarea|trix-editor)\b[^>]*\brequired\b[^>]*>")


def title_of(page: str) -> str:
    """Read what the browser's tab says."""
    found = TITLE.search(page)
    assert found
    return found[1]


def control(page: str, name: str) -> str:
    """Read the tag of a field."""
    found = re.search(rf'<(?:input|select|textarea)\b[^>]*\bname="{name}"[^>]*>', page)
    assert found
    return found[0]


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/connexion", {"email": "chloe@example.org", "password": "wrong"}),
        ("/inscription", {}),
    ],
)
def test_a_refused_form_says_so_first_in_its_title(
    cast: Cast, visitor: Visitor, path: str, sent: dict[str, str]
) -> None:
    french = {"Accept-Language": "fr"}
    assert not title_of(visitor.get(path, headers=french).text).startswith("Erreur")
    assert title_of(visitor.send(path, sent, headers=french).text).startswith("Erreur\u00a0: ")
    english = visitor.send(path, sent, headers={"Accept-Language": "en"}).text
    assert title_of(english).startswith("Error: ")


@pytest.mark.parametrize(
    "path",
    [
        "/groupes/nouveau",
        "/groupes/ess-quartiers/publier/webinaire",
        "/groupes/ess-quartiers/notifications",
        "/reglages/profil",
        "/reglages/photo",
        "/reglages/preferences",
        "/reglages/lettre",
        "/publications/{post}/commentaires",
        "/publications/{post}/modifier",
    ],
)
def test_so_do_the_forms_of_members(cast: Cast, browser: Any, path: str) -> None:
    post = make_post(cast.chloe, cast.ess)
    answer = browser(cast.chloe).send(path.format(post=post.id), WRONG)
    assert "data-error-summary" in answer.text
    assert title_of(answer.text).startswith("Erreur\u00a0: ")


def test_the_error_of_a_log_in_is_about_both_fields(app: Any, visitor: Visitor) -> None:
    make_member_with_password("Alice Martin")
    page = visitor.send("/connexion", {"email": "alice@example.org", "password": "wrong"}).text
    assert re.search(r'<a href="#email" id="form-error">[^<]+</a>', page)
    for name in ("email", "password"):
        assert 'aria-invalid="true"' in control(page, name)
        assert "form-error" in control(page, name)
    assert "form-error" not in visitor.get("/connexion").text
    assert KEPT not in page
    assert "alice@example.org" in control(page, "email")
    assert "wrong" not in control(page, "password")


def test_only_what_was_typed_is_said_to_be_kept(cast: Cast, visitor: Visitor, browser: Any) -> None:
    empty = {"display_name": " ", "email": "", "password": ""}
    assert KEPT not in visitor.send("/inscription", empty).text
    someone = {"display_name": "Ana", "email": "ana@example.org", "password": "court"}
    assert f"{KEPT}, sauf le mot de passe." in visitor.send("/inscription", someone).text
    news = "/groupes/ess-quartiers/publier/actualite"
    assert KEPT not in browser(cast.chloe).send(news, {"title": "", "body_html": " "}).text
    assert f"{KEPT}." in browser(cast.chloe).send(news, {"title": "Un titre"}).text


def test_a_question_is_followed_by_no_colon(cast: Cast, browser: Any) -> None:
    page = browser(cast.chloe).send("/groupes/ess-quartiers/publier/ressource", {}).text
    assert re.search(r'href="#resource_type">De quoi s’agit-il\u202f\? \w', page)
    assert re.search(r'href="#title">Titre\u00a0: \w', page)


def test_a_required_field_is_said_to_be_so_once(cast: Cast, browser: Any) -> None:
    """By the control itself; the words beside its label are for the eyes."""
    for path in ("/groupes/ess-quartiers/publier/webinaire", "/groupes/nouveau"):
        page = browser(cast.chloe).get(path).text
        assert FIELD.findall(page)
        assert '<span class="field-mark" aria-hidden="true">' in page
        assert '<span class="field-mark">' not in page


@pytest.mark.parametrize(
    ("path", "registers", "logs_in"),
    [("/", 0, 1), ("/inscription", 0, 1), ("/connexion", 1, 0), ("/groupes", 1, 1)],
)
def test_the_head_of_a_page_does_not_lead_to_the_page_itself(
    cast: Cast, visitor: Visitor, path: str, registers: int, logs_in: int
) -> None:
    page = visitor.get(path).text
    head = page[page.index("<header") : page.index("</header>")]
    assert head.count('href="/inscription"') == registers
    assert head.count('href="/connexion"') == logs_in


def test_only_its_author_is_promised_news_of_a_waiting_post(cast: Cast, browser: Any) -> None:
    post = make_post(cast.chloe, cast.moderated)
    promise = "Une notification vous dira la suite."
    path = f"/publications/{post.id}"
    assert promise in browser(cast.chloe).get(path).text
    for reader in (cast.bruno, cast.farid):
        assert "attend une relecture" in browser(reader).get(path).text
        assert promise not in browser(reader).get(path).text
