"""Programs write and read the language of texts (contract: `language`)."""

import pytest

from tests.factories import make_post

POSTS = "/groups/ess-quartiers/posts"
NEWS = {"kind": "news", "title": "Un titre", "body_html": "<p>Quelques mots.</p>"}


@pytest.mark.parametrize(
    ("given", "kept"),
    [({}, "fr"), ({"language": "pt-BR"}, "pt-BR"), ({"language": None}, None)],
    ids=str,
)
def test_posts_comments_and_groups_have_a_language(given, kept, cast, program):
    chloe = program(cast.chloe)
    post = chloe.post(POSTS, NEWS | given)
    assert (post.status_code, post.json["language"]) == (201, kept)
    comments = f"/posts/{post.json['id']}/comments"
    assert chloe.post(comments, {"body_html": "Merci"} | given).json["language"] == kept
    assert chloe.get(comments).json["items"][0]["language"] == kept
    group = chloe.post("/groups", {"name": "Voisins"} | given)
    assert group.json["language"] == kept
    assert chloe.get(f"/groups/{group.json['slug']}").json["language"] == kept


def test_what_is_not_given_stays(cast, program):
    post = make_post(cast.chloe, cast.ess, language="oc")
    chloe = program(cast.chloe)
    assert chloe.patch(f"/posts/{post.id}", {"title": "Autre"}).json["language"] == "oc"
    assert chloe.patch(f"/posts/{post.id}", {"language": None}).json["language"] is None
    program(cast.amina).patch("/groups/ess-quartiers", {"language": "ca"})
    group = program(cast.amina).patch("/groups/ess-quartiers", {"description": "Un mot"})
    assert group.json["language"] == "ca"
    assert chloe.patch("/me", {"bio": "Ola", "bio_language": "pt"}).json["bio_language"] == "pt"
    assert chloe.patch("/me", {"job_title": "Voisine"}).json["bio_language"] == "pt"


@pytest.mark.parametrize("language", ["klingon!", "xx", "FR", "a" * 40, 7, ["fr"]])
def test_what_names_no_language_is_refused(language, cast, program):
    refused = program(cast.chloe).post(POSTS, NEWS | {"language": language})
    assert refused.status_code == 422
    assert "language" in refused.json["errors"]
