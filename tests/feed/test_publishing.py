"""Scenes of writing: what each kind asks for, what is refused, what is kept."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Kind, Post
from grandequipe.groups.models import Level
from grandequipe.groups.queries import find_membership
from grandequipe.taxonomies.services import load_themes
from tests.factories import make_comment, make_post
from tests.feed.conftest import wrong_fields

SHARED = {"title": "Un titre", "body_html": "<p>Quelques mots.</p>"}
OWN = {
    "actualite": {},
    "ressource": {"url": "https://example.org/guide.pdf", "resource_type": "guide"},
    "webinaire": {"starts_at": "2049-01-14T14:00", "ends_at": "2049-01-14T15:30"},
    "decryptage": {},
    "projet": {"partners": "Une régie", "contact": "regie@example.org"},
    "appel": {"deadline": "2049-02-01T18:00"},
}
ASKED = {
    "actualite": set(),
    "ressource": {"url", "resource_type"},
    "webinaire": {"starts_at", "ends_at"},
    "decryptage": set(),
    "projet": set(),
    "appel": {"deadline"},
}
ESS = "/groupes/ess-quartiers/publier"


def only_post() -> Post:
    """Give the one post that there is."""
    return db.session.scalars(select(Post)).one()


def no_post() -> bool:
    """Return whether nothing was written."""
    return db.session.scalars(select(Post)).all() == []


@pytest.mark.parametrize("kind", OWN)
def test_each_kind_is_published_with_what_it_asks_for(kind, cast, browser):
    chloe = browser(cast.chloe)
    assert chloe.get(f"{ESS}/{kind}").status_code == 200
    answer = chloe.send(f"{ESS}/{kind}", SHARED | OWN[kind])
    post = only_post()
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/publications/{post.id}"
    assert (post.title, post.author_id, post.is_published) == ("Un titre", cast.chloe.id, True)
    assert "Un titre" in chloe.get(f"/publications/{post.id}").text


@pytest.mark.parametrize("kind", OWN)
def test_what_is_missing_is_named_field_by_field(kind, cast, browser):
    answer = browser(cast.chloe).send(f"{ESS}/{kind}", {"title": " ", "body_html": "<p> </p>"})
    assert answer.status_code == 422
    assert wrong_fields(answer.text) == {"title", "body_html"} | ASKED[kind]
    assert "data-error-summary" in answer.text
    assert no_post()


def test_all_that_was_typed_is_kept_with_what_is_wrong(cast, browser, taxonomies):
    typed = {
        "title": "Un webinaire",
        "body_html": "Deux <mots>",
        "starts_at": "demain à midi",
        "ends_at": "2049-01-14T15:30",
        "time_zone": "Indian/Reunion",
        "join_url": "exemple point org",
        "capacity": "beaucoup",
        "themes": ["sante", "inconnue"],
        "territories": "Bagnolet (93); Atlantis",
    }
    page = browser(cast.chloe).send(f"{ESS}/webinaire", typed)
    assert page.status_code == 422
    wrong = {"starts_at", "join_url", "capacity", "themes", "territories"}
    assert wrong_fields(page.text) == wrong
    for kept in ("Un webinaire", "Deux &lt;mots&gt;", "demain à midi", "2049-01-14T15:30",
                 "exemple point org", "beaucoup", "Bagnolet (93); Atlantis"):  # fmt: skip
        assert kept in page.text, kept
    assert 'selected value="Indian/Reunion"' in page.text
    assert 'value="sante" checked' in page.text
    assert no_post()


def test_a_webinar_ends_after_it_starts(cast, browser):
    times = {"starts_at": "2049-01-14T15:30", "ends_at": "2049-01-14T15:30"}
    page = browser(cast.chloe).send(f"{ESS}/webinaire", SHARED | times)
    assert (page.status_code, wrong_fields(page.text)) == (422, {"ends_at"})


def test_hours_are_those_of_the_zone_beside_them(cast, browser):
    typed = SHARED | OWN["webinaire"] | {"time_zone": "Indian/Reunion"}
    browser(cast.chloe).send(f"{ESS}/webinaire", typed)
    assert only_post().starts_at == datetime(2049, 1, 14, 10, 0, tzinfo=UTC)
    assert only_post().time_zone == "Indian/Reunion"


def test_a_deadline_is_a_time_of_the_author_s_own_zone(cast, browser):
    browser(cast.chloe).send(f"{ESS}/appel", SHARED | OWN["appel"])
    assert only_post().deadline == datetime(2049, 2, 1, 17, 0, tzinfo=UTC)


def test_a_zone_that_is_none_is_refused(cast, browser):
    typed = SHARED | OWN["webinaire"] | {"time_zone": "Mars/Olympus"}
    page = browser(cast.chloe).send(f"{ESS}/webinaire", typed)
    assert (page.status_code, wrong_fields(page.text)) == (422, {"time_zone"})


def test_plain_words_become_paragraphs(cast, browser):
    typed = {"title": "Sans script", "body_html": "Un & deux\r\n\r\n3 < 4\r\net la suite"}
    browser(cast.chloe).send(f"{ESS}/actualite", typed)
    assert only_post().body_html == "<p>Un &amp; deux</p><p>3 &lt; 4<br>et la suite</p>"


def test_hostile_html_is_gone_before_it_is_kept(cast, browser):
    hostile = (
        "<p onclick='x()'>Bonjour<script>alert(1)</script><img src=x onerror=alert(1)>"
        "<a href='javascript:alert(1)'>ici</a><iframe src='//mal.example'></iframe>"
        "<style>*{display:none}</style><form action='//mal.example'><input></form></p>"
    )
    typed = {"title": "<b>Titre</b> {{ 7 * 7 }}", "body_html": hostile}
    chloe = browser(cast.chloe)
    chloe.send(f"{ESS}/actualite", typed)
    post = only_post()
    for bad in ("onclick", "script", "onerror", "javascript:", "iframe", "style", "<form"):
        assert bad not in post.body_html
    page = chloe.get(f"/publications/{post.id}").text
    assert "&lt;b&gt;Titre&lt;/b&gt; {{ 7 * 7 }}" in page
    preview = chloe.send(f"{ESS}/actualite", typed | {"preview": "1"}).text
    assert "alert(1)</script>" not in preview
    assert "<iframe" not in preview


def test_words_of_the_nomenclature_are_kept_by_label_or_code(cast, browser, taxonomies):
    typed = SHARED | {"themes": ["sante"], "territories": "Bagnolet (93); D93 ;"}
    browser(cast.chloe).send(f"{ESS}/projet", typed)
    post = only_post()
    assert [theme.slug for theme in post.themes] == ["sante"]
    assert {territory.code for territory in post.territories} == {"C93006", "D93"}


def test_a_preview_shows_the_post_and_writes_nothing(cast, browser, taxonomies):
    typed = SHARED | OWN["webinaire"] | {"territories": "Bagnolet (93)", "preview": "1"}
    page = browser(cast.chloe).send(f"{ESS}/webinaire", typed)
    assert page.status_code == 200
    assert 'id="preview"' in page.text
    assert "Quelques mots." in page.text
    assert 'value="2049-01-14T14:00"' in page.text
    assert no_post()


def test_a_preview_says_what_is_wrong_too(cast, browser):
    page = browser(cast.chloe).send(f"{ESS}/webinaire", SHARED | {"preview": "1"})
    assert (page.status_code, wrong_fields(page.text)) == (422, {"starts_at", "ends_at"})
    assert 'id="preview"' not in page.text


def test_the_form_says_how_many_will_have_it_in_their_digest(cast, browser, app):
    chloe = browser(cast.chloe)

    def readers():
        page = chloe.get(f"{ESS}/actualite").text
        note = page[page.index("visibility-note") :]
        return note[: note.index("</div>")]

    assert "2 " in readers()
    find_membership(cast.bruno, cast.ess).level = Level.NONE
    db.session.commit()
    assert "1 " in readers()


@pytest.mark.parametrize("name", ["driss", "eva"])
def test_only_members_publish(name, cast, browser, visitor):
    other = browser(getattr(cast, name))
    for path in (ESS, f"{ESS}/actualite"):
        assert other.get(path).status_code == 403
        assert browser(cast.chloe).get(path).status_code == 200
        answer = visitor.get(path)
        assert answer.status_code == 303
        assert "/connexion" in answer.headers["Location"]
    assert other.send(f"{ESS}/actualite", SHARED).status_code == 403
    assert visitor.send(f"{ESS}/actualite", SHARED).status_code == 303
    assert no_post()
    assert other.get("/groupes/comite-de-pilotage/publier/actualite").status_code == 404


def test_a_kind_that_is_none_is_not_found(cast, browser):
    for word in ("news", "autre"):
        assert browser(cast.chloe).get(f"{ESS}/{word}").status_code == 404


def test_without_the_page_s_token_nothing_is_written(cast, browser):
    chloe = browser(cast.chloe)
    assert chloe.post(f"{ESS}/actualite", data=SHARED).status_code == 400
    assert no_post()
    assert chloe.send(f"{ESS}/actualite", SHARED).status_code == 303


def test_a_member_logged_out_meanwhile_reads_so_and_is_led_back(cast, browser):
    chloe, write = browser(cast.chloe), f"{ESS}/actualite"
    sent = {"data": SHARED, "headers": {"Referer": f"http://localhost{write}"}}
    assert "restée ouverte trop longtemps" in chloe.post(write, **sent).text
    chloe.send("/deconnexion")
    refused = chloe.post(write, **sent)
    assert refused.status_code == 400
    assert "Votre session a été fermée" in refused.text
    assert f'href="/connexion?next={write}"' in refused.text
    away = {"data": SHARED, "headers": {"Referer": "https://evil.example/page"}}
    assert f'href="/connexion?next={write}"' in chloe.post(write, **away).text
    assert "restée ouverte trop longtemps" in chloe.post("/connexion").text


def test_one_chooses_a_group_first_where_there_are_several(cast, browser):
    page = browser(cast.chloe).get("/publier")
    for group in (cast.ess, cast.private, cast.hidden, cast.moderated):
        assert f"/groupes/{group.slug}/publier" in page.text
    answer = browser(cast.driss).get("/publier")
    assert answer.status_code == 200
    assert "/publier/" not in answer.text


def test_the_author_changes_what_it_says(cast, browser, taxonomies):
    typed = SHARED | OWN["webinaire"] | {"themes": ["sante"], "territories": "Bagnolet (93)"}
    chloe = browser(cast.chloe)
    chloe.send(f"{ESS}/webinaire", typed | {"time_zone": "Indian/Reunion"})
    post, address = only_post(), f"/publications/{only_post().id}/modifier"
    form = chloe.get(address).text
    for kept in ('value="2049-01-14T14:00"', "Bagnolet (93)", 'value="sante" checked'):
        assert kept in form
    changed = typed | {"title": "Un autre titre", "time_zone": "Europe/Paris", "themes": []}
    assert chloe.send(address, changed).status_code == 303
    post = only_post()
    assert (post.title, post.version, post.themes) == ("Un autre titre", 2, [])
    assert post.starts_at == datetime(2049, 1, 14, 13, 0, tzinfo=UTC)
    assert post.edited_at is not None


def test_a_wrong_change_changes_nothing_and_keeps_what_was_typed(cast, browser):
    post = make_post(cast.chloe, cast.ess, title="Le premier titre")
    address = f"/publications/{post.id}/modifier"
    page = browser(cast.chloe).send(address, {"title": "Le second", "body_html": ""})
    assert (page.status_code, wrong_fields(page.text)) == (422, {"body_html"})
    assert 'value="Le second"' in page.text
    assert only_post().title == "Le premier titre"
    preview = browser(cast.chloe).send(address, SHARED | {"preview": "1"})
    assert preview.status_code == 200
    assert only_post().title == "Le premier titre"


@pytest.mark.parametrize("name", ["driss", "eva", "second_member"])
def test_others_may_not_change_it_and_moderators_may(name, cast, browser):
    post = make_post(cast.amina, cast.ess)
    other = cast.chloe if name == "second_member" else getattr(cast, name)
    address = f"/publications/{post.id}/modifier"
    assert browser(other).get(address).status_code == 403
    assert browser(other).send(address, SHARED).status_code == 403
    assert browser(cast.bruno).send(address, SHARED).status_code == 303
    assert only_post().title == "Un titre"


def test_the_kind_of_a_post_stays(cast, browser):
    post = make_post(cast.chloe, cast.ess, Kind.CALL)
    form = browser(cast.chloe).get(f"/publications/{post.id}/modifier").text
    assert 'name="deadline"' in form
    assert 'name="starts_at"' not in form


def hidden(page: str, name: str) -> str:
    """Give what a page's form or button of this name holds."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def test_a_change_over_a_newer_one_is_made_only_when_asked_for_twice(cast, browser):
    post = make_post(cast.chloe, cast.ess)
    address, chloe, bruno = f"/publications/{post.id}/modifier", browser(cast.chloe), cast.bruno
    seen = hidden(chloe.get(address).text, "seen")
    browser(bruno).send(address, SHARED | {"title": "De Bruno", "seen": seen})
    mine = SHARED | {"title": "De Chloé", "seen": seen}
    preview = chloe.send(address, mine | {"preview": "1"})
    assert hidden(preview.text, "seen") == seen

    refused = chloe.send(address, mine)
    assert (refused.status_code, only_post().title) == (409, "De Bruno")
    assert 'value="De Chloé"' in refused.text
    assert f'href="/publications/{post.id}-de-bruno" target="_blank"' in refused.text
    assert hidden(refused.text, "seen") == seen

    over = hidden(refused.text, "over")
    browser(bruno).send(address, SHARED | {"title": "Encore Bruno", "seen": over})
    assert chloe.send(address, mine | {"over": over}).status_code == 409
    over = hidden(chloe.send(address, mine).text, "over")
    assert chloe.send(address, mine | {"over": over}).status_code == 303
    assert only_post().title == "De Chloé"


def test_a_comment_meanwhile_is_in_nobodys_way(cast, browser):
    post = make_post(cast.chloe, cast.ess)
    address, chloe = f"/publications/{post.id}/modifier", browser(cast.chloe)
    seen = hidden(chloe.get(address).text, "seen")
    make_comment(cast.bruno, post)
    assert chloe.send(address, SHARED | {"seen": seen}).status_code == 303


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("www.exemple.fr", "https://www.exemple.fr"),
        ("exemple.fr/a b", None),
        ("exemple.fr/guide?x=1#a", "https://exemple.fr/guide?x=1#a"),
        ("http://exemple.fr", "http://exemple.fr"),
        ("javascript:alert(1)", None),
        ("exemple", None),
    ],
)
def test_an_address_without_its_scheme_is_completed(typed, kept, cast, browser):
    own = {"url": typed, "resource_type": "guide"}
    answer = browser(cast.chloe).send(f"{ESS}/ressource", SHARED | own)
    assert answer.status_code == (303 if kept else 422)
    assert no_post() if kept is None else only_post().url == kept


def test_french_signs_stay_with_the_word_before_them(cast, browser):
    title = "Animation : qui vient ? « Nous » ! :-) https://a.example/?b ; oui"
    browser(cast.chloe).send(f"{ESS}/actualite", SHARED | {"title": title})
    assert only_post().title == (
        "Animation\u00a0: qui vient\u202f? «\u00a0Nous\u00a0»\u202f! :-) "
        "https://a.example/?b\u202f; oui"
    )


def test_themes_stand_under_their_headings_in_their_own_language(cast, browser, taxonomies):
    with atomic():
        load_themes(
            {
                "city_policy": [
                    {"slug": "droits", "name": "Accès aux droits", "themes": [
                        {"slug": "parentalite", "name": "Parentalité"},
                    ]},
                ],
                "social_economy": [],
            }
        )  # fmt: skip
        cast.chloe.locale = "en"
    page = browser(cast.chloe).get("/groupes/ess-quartiers/publier/actualite").text
    headings = re.findall(r'<legend lang="fr">(.*?)</legend>', page)
    assert headings == ["Santé", "Accès aux droits"]
    assert '<legend lang="en">Social and solidarity economy</legend>' in page
    for theme in ("Accès aux droits", "Parentalité", "Tiers-lieux"):
        assert f'<span lang="fr">{theme}</span>' in page
