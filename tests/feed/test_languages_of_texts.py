"""B13, issue entry 4: a text keeps the language that its author chose, else the author's own."""

import pytest
from sqlalchemy import select

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Comment, Post
from grandequipe.groups.models import Group
from tests.factories import make_post

PUBLISH = "/groups/ess-quartiers/posts"
WRITE = "/groupes/ess-quartiers/publier/actualite"
WORDS = {"title": "Un titre", "body_html": "<p>Quelques mots.</p>"}
ARABIC = {"title": "اجتماع", "body_html": "<p>اجتماع الجيران مساء الغد</p>"}


def written(model: type[Post | Comment | Group]) -> str | None:
    """Give the language of what was written last."""
    return db.session.scalars(select(model.language).order_by(model.id.desc())).first()


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (WORDS, "fr"),
        (WORDS | {"language": "wo"}, "wo"),
        (WORDS | {"language": ""}, None),
        (ARABIC | {"language": "fr"}, None),
        (ARABIC | {"language": "ar"}, "ar"),
    ],
)
def test_a_post_keeps_the_language_that_its_form_says(sent, kept, cast, browser):
    assert browser(cast.chloe).send(WRITE, sent).status_code == 303
    assert written(Post) == kept


def test_a_language_that_is_none_is_refused_and_the_words_stay(cast, browser):
    answer = browser(cast.chloe).send(WRITE, WORDS | {"language": "klingon!"})
    assert answer.status_code == 422
    assert "Choisissez une langue de la liste." in answer.text
    assert "Quelques mots." in answer.text


def test_the_form_offers_the_reader_s_own_language_first(cast, browser):
    with atomic():
        cast.chloe.locale = "en"
    page = browser(cast.chloe).get(WRITE).text
    assert '<option selected value="en">English</option>' in page
    assert '<option value="ar">Arabic – العربية</option>' in page


def test_an_edit_offers_what_was_chosen_and_changes_it(cast, browser):
    post = make_post(cast.chloe, cast.ess, language="kab")
    page = browser(cast.chloe).get(f"/publications/{post.id}/modifier").text
    assert '<option selected value="kab">kabyle – Taqbaylit</option>' in page
    browser(cast.chloe).send(f"/publications/{post.id}/modifier", WORDS | {"language": "br"})
    assert written(Post) == "br"


def test_what_states_no_language_is_not_given_one_by_an_edit(cast, browser):
    post = make_post(cast.chloe, cast.ess)
    page = browser(cast.chloe).get(f"/publications/{post.id}/modifier").text
    assert '<option selected value="">' in page


def test_a_comment_has_the_language_of_its_page_unless_it_says_another(cast, browser):
    post = make_post(cast.amina, cast.ess)
    for more, kept in (({}, "fr"), ({"language": "pt"}, "pt"), ({"language": ""}, None)):
        browser(cast.chloe).send(
            f"/publications/{post.id}/commentaires", {"body_html": "Merci"} | more
        )
        assert written(Comment) == kept


def test_a_group_and_a_profile_say_theirs(cast, browser):
    chloe = browser(cast.chloe)
    policies = {"visibility": "public", "join_policy": "open", "posting_policy": "members"}
    chloe.send("/groupes/nouveau", {"name": "Bairro", "language": "pt"} | policies)
    assert written(Group) == "pt"
    chloe.send("/reglages/profil", {"display_name": "Chloé", "bio": "Ola", "bio_language": "pt"})
    db.session.refresh(cast.chloe)
    assert cast.chloe.bio_language == "pt"
