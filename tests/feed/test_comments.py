"""Scenes of conversation under a post."""

import re

import pytest

from grandequipe.core.errors import Invalid
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Comment, Post
from grandequipe.feed.queries.threads import MOST_THREADS
from grandequipe.feed.services import add_comment, remove_comment
from tests.factories import make_comment, make_post
from tests.feed.conftest import comments, wrong_fields


def test_a_comment_is_said_and_read(cast, browser, visitor):
    post = make_post(cast.amina, cast.ess)
    chloe = browser(cast.chloe)
    answer = chloe.send(f"/publications/{post.id}/commentaires", {"body_html": "Merci <3 !"})
    said = db.session.query(Comment).one()
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/publications/{post.id}#comment-{said.id}"
    assert "<p>Merci &lt;3 !</p>" in visitor.get(f"/publications/{post.id}").text
    assert db.session.get(Post, post.id).comment_count == 1


def test_hostile_html_is_gone_from_comments(cast, browser):
    post = make_post(cast.amina, cast.ess)
    body = "<p>Bon<script>alert(1)</script> <b onmouseover=x()>jour</b></p>"
    browser(cast.chloe).send(f"/publications/{post.id}/commentaires", {"body_html": body})
    assert db.session.query(Comment).one().body_html == "<p>Bon <b>jour</b></p>"


def test_an_empty_comment_is_refused_and_the_page_stays(cast, browser):
    post = make_post(cast.amina, cast.ess, title="Le titre")
    for body in ("", "  ", "<p> </p>", "\x00\u200b"):
        page = browser(cast.chloe).send(
            f"/publications/{post.id}/commentaires", {"body_html": body}
        )
        assert (page.status_code, wrong_fields(page.text)) == (422, {"body_html"})
        assert "Le titre" in page.text
    assert db.session.query(Comment).count() == 0


def test_answers_stand_under_what_they_answer_oldest_first(cast, browser, visitor):
    post = make_post(cast.amina, cast.ess)
    first = make_comment(cast.chloe, post)
    second = make_comment(cast.bruno, post)
    chloe, address = browser(cast.chloe), f"/publications/{post.id}/commentaires"
    for answered in (first.id, second.id, first.id):
        chloe.send(address, {"body_html": "Une réponse", "reply_to": answered})
    deep = db.session.query(Comment.id).filter_by(reply_to_id=first.id).first()[0]
    browser(cast.bruno).send(address, {"body_html": "Plus loin", "reply_to": deep})
    answers = [row[0] for row in db.session.query(Comment.id).order_by(Comment.id)][2:]
    page = visitor.get(f"/publications/{post.id}").text
    assert comments(page) == [first.id, answers[0], answers[2], answers[3], second.id, answers[1]]
    assert page.count(f'data-reply-to="{first.id}"') == 3


@pytest.mark.parametrize("answered", ["999999", "elsewhere", "gone", "99999999999999999999"])
def test_what_is_not_there_cannot_be_answered(answered, cast, browser):
    post, other = make_post(cast.amina, cast.ess), make_post(cast.amina, cast.ess)
    elsewhere, gone = make_comment(cast.chloe, other), make_comment(cast.chloe, post)
    with atomic():
        remove_comment(cast.chloe, gone)
    number = {"elsewhere": elsewhere.id, "gone": gone.id}.get(answered, answered)
    page = browser(cast.chloe).send(
        f"/publications/{post.id}/commentaires", {"body_html": "Ma réponse", "reply_to": number}
    )
    assert page.status_code == 422
    assert "Ma réponse" in page.text


@pytest.mark.parametrize("name", ["driss", "eva"])
def test_only_members_comment(name, cast, browser, visitor):
    other = browser(getattr(cast, name))
    for group, refused in ((cast.ess, 403), (cast.private, 404)):
        post = make_post(cast.amina, group)
        address = f"/publications/{post.id}/commentaires"
        assert other.send(address, {"body_html": "Bonjour"}).status_code == refused
        answer = visitor.send(address, {"body_html": "Bonjour"})
        assert answer.status_code == 303
        assert "/connexion" in answer.headers["Location"]
        assert browser(cast.chloe).send(address, {"body_html": "Bonjour"}).status_code == 303
    assert db.session.query(Comment).count() == 2


def test_one_takes_back_one_s_own_words_and_moderators_anyone_s(cast, browser, visitor):
    post = make_post(cast.amina, cast.ess)
    mine, other = make_comment(cast.chloe, post, "À moi"), make_comment(cast.amina, post, "À elle")
    chloe = browser(cast.chloe)
    page = chloe.get(f"/publications/{post.id}").text
    assert f"/commentaires/{mine.id}/supprimer" in page
    assert f"/commentaires/{other.id}/supprimer" not in page
    assert chloe.send(f"/commentaires/{other.id}/supprimer").status_code == 403
    assert browser(cast.driss).send(f"/commentaires/{mine.id}/supprimer").status_code == 403
    assert visitor.send(f"/commentaires/{mine.id}/supprimer").status_code == 303
    assert db.session.get(Post, post.id).comment_count == 2
    answer = chloe.send(f"/commentaires/{mine.id}/supprimer")
    assert answer.headers["Location"] == f"/publications/{post.id}#comments"
    reason = {"reason": "Hors sujet dans ce groupe."}
    bruno = browser(cast.bruno)
    assert bruno.send(f"/commentaires/{other.id}/retirer", reason).status_code == 303
    page = visitor.get(f"/publications/{post.id}").text
    assert "À moi" not in page
    assert "À elle" not in page
    assert comments(page) == []
    assert chloe.send(f"/commentaires/{mine.id}/supprimer").status_code == 404


def test_what_is_removed_is_called_what_it_is(cast, browser):
    post = make_post(cast.amina, cast.ess)
    said = make_comment(cast.chloe, post)
    make_comment(cast.chloe, post, reply_to=said.id)
    page = browser(cast.chloe).get(f"/publications/{post.id}").text
    for words in ("le commentaire écrit", "la réponse écrite"):
        assert page.count(f'aria-label="Supprimer {words} par Chloé Dumas"') == 1
        assert page.count(f'value="Supprimer {words} par Chloé Dumas\u202f?"') == 1


def test_an_open_page_asks_for_one_comment(cast, browser, visitor):
    post, other = make_post(cast.amina, cast.private), make_post(cast.amina, cast.private)
    first = make_comment(cast.chloe, post, "Le premier")
    answer = make_comment(cast.bruno, post, "La réponse", reply_to=first.id)
    chloe, address = browser(cast.chloe), f"/publications/{post.id}/commentaires"

    def ask(comment: Comment) -> str:
        return chloe.get(f"{address}/{comment.id}", headers={"HX-Request": "true"}).text

    part = ask(answer)
    assert "La réponse" in part
    assert "<html" not in part
    assert comments(part) == [answer.id]
    assert f'data-reply-to="{first.id}"' in part
    with atomic():
        remove_comment(cast.chloe, first)
    part = ask(first)
    assert "Le premier" not in part
    assert comments(part) == [first.id, answer.id]
    assert chloe.get(f"/publications/{other.id}/commentaires/{first.id}").status_code == 404
    for reader in (visitor, browser(cast.driss), browser(cast.eva)):
        assert reader.get(f"{address}/{answer.id}").status_code == 404


def test_a_card_leads_to_the_heading_of_the_comments(cast, visitor):
    """A heading takes the focus, a section does not."""
    post = make_post(cast.amina, cast.ess)
    heading = f"/publications/{post.id}-titre-news#comments-title"
    assert heading in visitor.get("/groupes/ess-quartiers").text
    assert 'id="comments-title" tabindex="-1"' in visitor.get(f"/publications/{post.id}").text


def test_a_refused_answer_is_given_back_where_it_was_written(cast, browser):
    """Corrected and sent again it is still an answer, also where many comments came since."""
    post = make_post(cast.amina, cast.ess)
    first = make_comment(cast.amina, post)
    for _ in range(MOST_THREADS):
        make_comment(cast.bruno, post)
    page = browser(cast.chloe).send(
        f"/publications/{post.id}/commentaires",
        {"body_html": "mot " * 3_000 + "deux", "reply_to": first.id},
    )
    assert page.status_code == 422
    own = page.text[page.text.index(f'id="comment-{first.id}"') :]
    own = own[: own.index("</details>")]
    assert '<details class="reply" open>' in own
    assert f'<a href="#reply-{first.id}">' in own
    assert f'id="reply-{first.id}-error"' in own
    assert 'aria-invalid="true"' in own
    assert own.index("deux</textarea>")
    assert page.text.count("data-error-summary") == 1


@pytest.mark.parametrize("answers", [True, False])
def test_what_is_missing_has_the_name_of_its_field(answers, cast, browser):
    post = make_post(cast.amina, cast.ess)
    sent = {"body_html": " ", "reply_to": make_comment(cast.bruno, post).id if answers else ""}
    page = browser(cast.chloe).send(f"/publications/{post.id}/commentaires", sent).text
    name = "Votre réponse" if answers else "Votre commentaire"
    assert f"{name}\u00a0: Écrivez quelques mots.</a>" in page


def test_an_answer_to_what_is_gone_is_kept_as_a_comment(cast, browser):
    post = make_post(cast.amina, cast.ess)
    gone = make_comment(cast.amina, post)
    with atomic():
        remove_comment(cast.amina, gone)
    page = (
        browser(cast.chloe)
        .send(
            f"/publications/{post.id}/commentaires",
            {"body_html": "Ma réponse", "reply_to": gone.id},
        )
        .text
    )
    form = page[page.index('id="comment-form"') :]
    assert '<a href="#body_html" id="form-error">' in form
    assert form.index("Ma réponse</textarea>")


def test_an_answer_says_whom_it_answers(cast, browser):
    post = make_post(cast.amina, cast.ess)
    first = make_comment(cast.amina, post)
    answer = make_comment(cast.bruno, post, reply_to=first.id)
    make_comment(cast.chloe, post, reply_to=answer.id)
    page = browser(cast.chloe).get(f"/publications/{post.id}").text
    labels = re.findall(r'<li [^>]*>\s*<article class="comment" aria-label="(.*?)"', page)
    assert labels == [
        "Commentaire écrit par Amina Belkacem",
        "Réponse écrite par Bruno Castel à Amina Belkacem",
        "Réponse écrite par Chloé Dumas à Bruno Castel",
    ]
    assert 'aria-label="Répondre à Amina Belkacem"' in page
    with atomic():
        remove_comment(cast.amina, first)
    page = browser(cast.chloe).get(f"/publications/{post.id}").text
    assert 'aria-label="Réponse écrite par Bruno Castel à un commentaire supprimé"' in page


def test_tags_within_tags_without_end_are_refused(cast):
    post = make_post(cast.amina, cast.ess)
    with pytest.raises(Invalid), atomic():
        add_comment(cast.bruno, post, "<ul><li>" * 7_000 + "Bonjour")
