"""A member's profile, picture and preferences."""

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import insert

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.members.models import Member, Organisation
from grandequipe.members.services import ProfileInput, edit_profile
from tests.conftest import Visitor
from tests.factories import Cast, make_member, picture_file
from tests.locks import count_held_up
from tests.waiting import wait_until

Open = Callable[[Member], Visitor]
CHLOE = {
    "display_name": " Chloé Dumas ",
    "job_title": "Directrice",
    "organisation": "Centre social Les Tilleuls",
    "bio": "Première ligne\r\n\r\n<script>alert(1)</script>",
}


def test_what_one_says_of_oneself_is_what_others_read(browser: Open, cast: Cast) -> None:
    saved = browser(cast.chloe).send("/reglages/profil", CHLOE)
    assert (saved.status_code, saved.location) == (303, f"/membres/{cast.chloe.id}")
    page = browser(cast.driss).get(f"/membres/{cast.chloe.id}").text
    assert ">Chloé Dumas</h1>" in page
    assert "Directrice" in page
    assert "Centre social Les Tilleuls" in page
    assert "<p>Première ligne</p>" in page
    assert "<script>alert" not in page
    assert cast.chloe.email not in page


def test_a_structure_that_is_known_is_not_made_again(browser: Open, cast: Cast) -> None:
    browser(cast.chloe).send("/reglages/profil", CHLOE)
    browser(cast.bruno).send(
        "/reglages/profil",
        {"display_name": "Bruno", "organisation": " centre social LES TILLEULS "},
    )
    assert db.session.query(Organisation).count() == 1
    found = browser(cast.amina).get("/structures/suggestions?q=till").text
    assert "Centre social Les Tilleuls" in found


@pytest.mark.parametrize("name", ["evil.computer", "Support technique", "1.2.3.4"])
def test_a_new_structure_is_no_address_and_no_role_of_the_site(
    browser: Open, cast: Cast, name: str
) -> None:
    answer = browser(cast.chloe).send("/reglages/profil", CHLOE | {"organisation": name})
    assert (answer.status_code, "organisation-error" in answer.text) == (422, True)
    assert db.session.query(Organisation).count() == 0
    with atomic():
        db.session.execute(insert(Organisation).values(name=name))
    kept = browser(cast.chloe).send("/reglages/profil", CHLOE | {"organisation": name})
    assert kept.status_code == 303, "from before the rule"


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("display_name", " "),
        ("display_name", "x" * 101),
        ("job_title", "x" * 101),
        ("bio", "x" * 2001),
    ],
)
def test_what_is_wrong_is_named_and_the_rest_is_kept(
    browser: Open, cast: Cast, field: str, typed: str
) -> None:
    sent = {**CHLOE, "job_title": "Médiatrice & voisine", field: typed}
    answer = browser(cast.chloe).send("/reglages/profil", sent)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    for name in {"job_title", "organisation"} - {field}:
        assert f'value="{sent[name].replace("&", "&amp;")}"' in answer.text
    db.session.refresh(cast.chloe)
    assert (cast.chloe.display_name, cast.chloe.bio) == ("Chloé Dumas", "")


def test_profiles_are_for_members(visitor: Visitor, browser: Open, cast: Cast) -> None:
    path = f"/membres/{cast.chloe.id}"
    for asked in (path, "/membres/999999"):
        answer = visitor.get(asked)
        assert (answer.status_code, answer.location) == (303, f"/connexion?next={asked}")
    member = browser(cast.driss)
    assert member.get(path).status_code == 200
    waiting = make_member("Gaëlle Petit", email="gaelle@example.org", confirmed_at=None)
    for unseen in (f"/membres/{waiting.id}", "/membres/999999", f"/membres/{10**30}"):
        assert member.get(unseen).status_code == 404


def test_a_picture_is_cut_cleaned_and_shown_to_members_only(
    visitor: Visitor, browser: Open, cast: Cast
) -> None:
    path, chloe = f"/membres/{cast.chloe.id}/photo", browser(cast.chloe)
    assert chloe.get(path).status_code == 404
    sent = chloe.send("/reglages/photo", {"picture": (picture_file(), "../../moi.jpg")})
    assert sent.location == "/reglages/profil"

    shown = browser(cast.driss).get(path)
    assert (shown.status_code, shown.mimetype) == (200, "image/webp")
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert "private" in shown.headers["Cache-Control"]
    with Image.open(io.BytesIO(shown.data)) as image:
        assert image.size == (320, 320)
        assert not image.getexif()
    again = browser(cast.driss).get(path, headers={"If-None-Match": shown.headers["ETag"]})
    assert again.status_code == 304

    assert visitor.get(path).status_code == 404
    assert path in browser(cast.driss).get("/groupes/ess-quartiers/membres").text


def test_words_and_picture_are_sent_from_pages_of_their_own(browser: Open, cast: Cast) -> None:
    """Beside each other, what was done in one form was lost by sending the other."""
    chloe = browser(cast.chloe)
    profile = chloe.get("/reglages/profil").text
    assert 'href="/reglages/photo"' in profile
    assert 'type="file"' not in profile
    for page in (chloe.get("/reglages/photo"), chloe.send("/reglages/photo")):
        assert 'type="file"' in page.text
        assert 'name="bio"' not in page.text
        assert 'href="/reglages/profil"' in page.text


def test_a_picture_can_be_taken_away(browser: Open, cast: Cast) -> None:
    chloe = browser(cast.chloe)
    chloe.send("/reglages/photo", {"picture": (picture_file(), "moi.jpg")})
    chloe.send("/reglages/photo", {"picture": (picture_file((50, 90)), "moi.jpg")})
    assert chloe.send("/reglages/photo/retirer").location == "/reglages/profil"
    assert chloe.get(f"/membres/{cast.chloe.id}/photo").status_code == 404
    db.session.refresh(cast.chloe)
    assert cast.chloe.picture_key is None


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"%PDF-1.7 not a picture", "read this file as a photo"),
        (b"<svg onload='alert(1)'/>", "read this file as a photo"),
        (b"", "read this file as a photo"),
        (b"\xff\xd8\xff" + b"0" * (5 * 1024 * 1024), "too large"),
    ],
)
def test_what_is_no_picture_is_refused_in_words(
    browser: Open, cast: Cast, content: bytes, says: str
) -> None:
    cast.chloe.locale = "en"
    db.session.commit()
    answer = browser(cast.chloe).send(
        "/reglages/photo", {"picture": (io.BytesIO(content), "moi.png")}
    )
    assert answer.status_code == 422
    assert says in answer.text
    db.session.refresh(cast.chloe)
    assert cast.chloe.picture_key is None


def test_a_form_without_a_picture_says_so(browser: Open, cast: Cast) -> None:
    answer = browser(cast.chloe).send("/reglages/photo")
    assert answer.status_code == 422
    assert 'id="picture-error"' in answer.text


def test_a_picture_beyond_all_measure_is_refused_by_its_form(browser: Open, cast: Cast) -> None:
    too_much = io.BytesIO(b"0" * (9 * 1024 * 1024))
    answer = browser(cast.chloe).send("/reglages/photo", {"picture": (too_much, "moi.png")})
    assert answer.status_code == 413
    assert 'id="picture-error"' in answer.text
    assert "choisissez-en une de 5\u00a0Mo au plus" in answer.text
    assert "<h1>Ma photo</h1>" in answer.text


def test_a_file_too_large_for_another_form_is_not_called_a_picture(
    visitor: Visitor, browser: Open, cast: Cast
) -> None:
    too_much = {"display_name": "0" * (9 * 1024 * 1024)}
    answer = browser(cast.chloe).send("/reglages/profil", too_much)
    assert answer.status_code == 413
    assert "Rien n’a été enregistré" in answer.text
    assert "mégaoctets" not in answer.text
    assert "image" not in answer.text.partition("<h1>")[2].partition("</main>")[0]
    # A visitor is asked to log in, and the body is not read.
    assert visitor.send("/reglages/photo", too_much).location.startswith("/connexion")


def test_language_and_clock_are_chosen(browser: Open, cast: Cast) -> None:
    chloe = browser(cast.chloe)
    assert '<html lang="fr"' in chloe.get("/reglages/preferences").text
    saved = chloe.send("/reglages/preferences", {"locale": "en", "time_zone": "Indian/Reunion"})
    assert saved.status_code == 303
    assert '<html lang="en"' in chloe.get("/reglages/preferences").text
    db.session.refresh(cast.chloe)
    assert cast.chloe.time_zone == "Indian/Reunion"


@pytest.mark.parametrize("wrong", [{"locale": "de"}, {"time_zone": "Mars/Base"}, {"locale": ""}])
def test_what_is_not_offered_is_refused(browser: Open, cast: Cast, wrong: dict[str, str]) -> None:
    asked = {"locale": "en", "time_zone": "Europe/Paris", **wrong}
    assert browser(cast.chloe).send("/reglages/preferences", asked).status_code == 422
    db.session.refresh(cast.chloe)
    assert cast.chloe.locale == "fr"


def test_a_member_changes_language_from_any_page(browser: Open, cast: Cast) -> None:
    chloe = browser(cast.chloe)
    sent = chloe.send("/reglages/langue", {"locale": "en", "next": "/groupes?q=a"})
    assert sent.location == "/groupes?q=a"
    assert chloe.send("/reglages/langue", {"locale": "xx", "next": "//evil"}).location == "/"
    db.session.refresh(cast.chloe)
    assert cast.chloe.locale == "en"


@pytest.mark.parametrize(
    "path",
    [
        "/reglages",
        "/reglages/profil",
        "/reglages/photo",
        "/reglages/preferences",
        "/reglages/mot-de-passe",
    ],
)
def test_settings_are_for_those_who_are_logged_in(visitor: Visitor, path: str) -> None:
    answer = visitor.get(path)
    assert answer.status_code in (302, 303)
    assert answer.location.startswith("/connexion?next=")


def test_uploads_leave_nothing_behind(browser: Open, cast: Cast, app) -> None:  # type: ignore[no-untyped-def]
    folder = Path(app.config["SETTINGS"].uploads_url.removeprefix("file://")) / "pictures"
    chloe = browser(cast.chloe)
    chloe.send("/reglages/photo", {"picture": (picture_file(), "moi.jpg")})
    before = set(folder.iterdir())
    chloe.send("/reglages/photo", {"picture": (picture_file(), "moi.jpg")})
    assert len(set(folder.iterdir())) == len(before)


def test_two_who_name_the_same_new_structure_at_once_share_it(app: Flask, cast: Cast) -> None:
    draft, who = ProfileInput("Chloé Dumas", organisation="Régie du Lac"), cast.chloe.id

    def edit() -> None:
        with app.app_context(), atomic():
            edit_profile(db.session.get_one(Member, who), draft)

    with ThreadPoolExecutor() as pool:
        with db.engine.begin() as other:
            other.execute(insert(Organisation).values(name="Régie du lac"))
            editing = pool.submit(edit)
            wait_until(count_held_up, "the second waits for the first")
        editing.result()
    db.session.rollback()
    assert cast.chloe.organisation is not None
    assert cast.chloe.organisation.name == "Régie du lac"


def test_a_structure_that_nobody_is_of_is_suggested_to_none(browser: Open, cast: Cast) -> None:
    for name in ("La mairie ment", "Centre social Les Tilleuls"):
        with atomic():
            edit_profile(cast.chloe, ProfileInput("Chloé Dumas", organisation=name))
    page = browser(cast.bruno)
    assert "Les Tilleuls" in page.get("/structures/suggestions?q=till").text
    assert "La mairie ment" not in page.get("/structures/suggestions?q=mairie").text


def test_each_language_is_named_in_itself(cast: Cast, browser: Callable[[Member], Visitor]) -> None:
    page = browser(cast.chloe).get("/reglages/preferences").text
    for code, name in (("fr", "Français"), ("en", "English")):
        assert f'<span lang="{code}">{name}</span>' in page
