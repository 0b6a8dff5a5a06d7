"""A group's presentation, its charter with versions, its welcome, and what mails show."""

from collections.abc import Callable

import pytest

from grandequipe.core.errors import Conflict, Invalid
from grandequipe.core.moderation_log import Act, LogEntry
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Post
from grandequipe.feed.services import place_post
from grandequipe.groups.models import Group, MailContent
from grandequipe.groups.policies import owes_acceptance
from grandequipe.groups.services import (
    WelcomeInput,
    accept_charter,
    change_welcome,
    join_group,
    leave_group,
    publish_charter,
)
from grandequipe.members.models import Member
from tests.conftest import Visitor
from tests.factories import Cast, make_comment, make_post
from tests.members.conftest import Inbox, html_of, text_of
from tests.notifications.dispatching import run_pending_handlers

Open = Callable[[Member], Visitor]
ESS = "/groupes/ess-quartiers"
CHARTER = "<p>On se parle avec <strong>respect</strong>.</p>"
NEWS = {"title": "Une nouvelle", "body_html": "<p>Quelques mots.</p>"}


@pytest.fixture
def chartered(cast: Cast) -> Cast:
    """Give ESS Quartiers a charter, which its members have not accepted."""
    with atomic():
        publish_charter(cast.amina, cast.ess, CHARTER, "fr")
    return cast


def test_everyone_who_finds_a_group_reads_what_it_is(
    visitor: Visitor, browser: Open, chartered: Cast
) -> None:
    make_post(chartered.amina, chartered.ess)
    page = visitor.get(f"{ESS}/presentation").text
    assert "<strong>respect</strong>" in page
    assert "1 actualité" in page
    assert "Bruno Castel" not in page
    assert "Bruno Castel" in browser(chartered.chloe).get(f"{ESS}/presentation").text
    private = "/groupes/regies-de-quartier/presentation"
    make_post(chartered.amina, chartered.private)
    outside = browser(chartered.driss).get(private).text
    assert "Régies de quartier" in outside
    assert "1 actualité" not in outside
    assert "Bruno Castel" not in outside
    assert visitor.get("/groupes/comite-de-pilotage/presentation").status_code == 404


def test_an_owner_publishes_a_charter_that_is_cleaned_and_keeps_its_versions(
    browser: Open, cast: Cast
) -> None:
    amina, path = browser(cast.amina), f"{ESS}/reglages/charte"
    first = {"body_html": "<p>Un.</p><script>alert(1)</script>", "body_format": "html"}
    assert amina.send(path, first | {"seen": "0"}).location == f"{ESS}/charte"
    assert amina.send(path, {"body_html": "Deux.", "seen": "1"}).status_code == 303
    # Somebody else has published meanwhile: nothing is written over, and nothing typed is lost.
    late = amina.send(path, {"body_html": "Trois, en retard.", "seen": "1"})
    assert late.status_code == 409
    assert "Trois, en retard." in late.text
    now = amina.get(f"{ESS}/charte").text
    assert "Deux." in now
    assert "alert(1)" not in amina.get(f"{ESS}/charte?version=1").text
    assert "<p>Un.</p>" in amina.get(f"{ESS}/charte?version=1").text
    assert amina.get(f"{ESS}/charte?version=3").status_code == 404
    acts = db.session.query(LogEntry).filter_by(act=Act.CHARTER_PUBLISHED).all()
    assert [each.details for each in acts] == [{"version": 1}, {"version": 2}]
    assert browser(cast.bruno).get(path).status_code == 403


def test_one_accepts_the_charter_on_joining(browser: Open, chartered: Cast) -> None:
    driss = browser(chartered.driss)
    asked = driss.send(f"{ESS}/rejoindre", {"next": "/groupes"})
    assert asked.location == f"{ESS}/rejoindre?next=/groupes"
    page = driss.get(asked.location).text
    assert "<strong>respect</strong>" in page
    form = {"joining": "1", "charter": "1", "next": "/groupes"}
    refused = driss.send(f"{ESS}/rejoindre", form)
    assert (refused.status_code, "Acceptez la charte" in refused.text) == (422, True)
    assert driss.send(f"{ESS}/rejoindre", form | {"accepts": "y"}).location == "/groupes"
    db.session.expire_all()
    assert not owes_acceptance(chartered.driss, chartered.ess)


def test_a_charter_that_changes_while_one_joins_is_read_again(
    browser: Open, chartered: Cast
) -> None:
    with atomic():
        publish_charter(chartered.amina, chartered.ess, "<p>Une autre règle.</p>")
    form = {"joining": "1", "charter": "1", "accepts": "y"}
    answer = browser(chartered.driss).send(f"{ESS}/rejoindre", form)
    assert answer.status_code == 409
    assert "Une autre règle." in answer.text


def test_a_changed_charter_locks_no_reader_out_and_comes_before_writing(
    browser: Open, visitor: Visitor, chartered: Cast
) -> None:
    post = make_post(chartered.amina, chartered.ess)
    chloe, page = browser(chartered.chloe), f"/publications/{post.id}"
    assert "Lire la charte et l’accepter" in chloe.get(ESS).text
    assert "Lire la charte et l’accepter" in chloe.get(page, follow_redirects=True).text
    assert "Lire la charte" not in visitor.get(ESS).text
    for path, typed in (
        (f"{page}/commentaires", {"body_html": "Mes mots.", "body_format": "text"}),
        (f"{ESS}/publier/actualite", NEWS | {"title": "Mes mots."}),
    ):
        answer = chloe.send(path, typed)
        assert answer.status_code == 422
        assert "Lisez et acceptez d’abord la charte" in answer.text
        assert "Mes mots." in answer.text
    accepted = chloe.send(f"{ESS}/charte/accepter", {"charter": "1", "next": page})
    assert accepted.location == page
    assert "Lire la charte et l’accepter" not in chloe.get(ESS).text
    assert chloe.send(f"{ESS}/publier/actualite", NEWS).status_code == 303
    make_comment(chartered.chloe, post)


def test_what_was_not_read_is_not_accepted(browser: Open, chartered: Cast) -> None:
    with atomic():
        publish_charter(chartered.amina, chartered.ess, "<p>Une autre règle.</p>")
    chloe = browser(chartered.chloe)
    answer = chloe.send(f"{ESS}/charte/accepter", {"charter": "1"})
    assert answer.location == f"{ESS}/charte"
    db.session.expire_all()
    assert owes_acceptance(chartered.chloe, chartered.ess)
    assert browser(chartered.driss).send(
        f"{ESS}/charte/accepter", {"charter": "2"}
    ).status_code == 403  # fmt: skip


def test_one_who_accepted_the_charter_of_one_group_comments_on_a_post_of_two(
    chartered: Cast,
) -> None:
    post: Post = make_post(chartered.amina, chartered.ess)
    with atomic():
        place_post(chartered.amina, post, chartered.moderated)
    make_comment(chartered.chloe, post)
    with atomic():
        publish_charter(chartered.amina, chartered.moderated, CHARTER)
    with pytest.raises(Invalid), atomic():
        make_comment(chartered.chloe, post)
    with atomic():
        accept_charter(chartered.chloe, chartered.ess, 1)
    make_comment(chartered.chloe, post)
    with pytest.raises(Conflict), atomic():
        place_post(
            chartered.chloe,
            make_post(chartered.chloe, chartered.ess),
            db.session.get(Group, chartered.moderated.id),
        )


def test_a_group_without_charter_any_more_asks_nothing(browser: Open, chartered: Cast) -> None:
    amina = browser(chartered.amina)
    assert amina.send(f"{ESS}/reglages/charte", {"body_html": "", "seen": "1"}).status_code == 303
    db.session.expire_all()
    assert not owes_acceptance(chartered.chloe, chartered.ess)
    assert "respect" not in amina.get(f"{ESS}/presentation").text
    with atomic():
        publish_charter(chartered.amina, chartered.ess, CHARTER)
    assert chartered.ess.charter_version == 2


def test_those_who_join_get_the_welcome_once(cast: Cast, inbox: Inbox) -> None:
    run_pending_handlers()  # those of before
    words = WelcomeInput(body_html="<p>Présentez-vous dans <em>Actualités</em> !</p>")
    with atomic():
        change_welcome(cast.amina, cast.ess, words)
    for _time in range(2):
        with atomic():
            join_group(cast.driss, cast.ess)
        run_pending_handlers()
        with atomic():
            leave_group(cast.driss, cast.ess)
    mail = inbox.mail()
    assert mail["To"] == "driss@example.org"
    assert "<em>Actualités</em>" in html_of(mail)
    assert "Présentez-vous dans Actualités" in text_of(mail)


def test_an_owner_chooses_the_welcome_the_questions_and_what_mails_show(
    browser: Open, cast: Cast
) -> None:
    amina, path = browser(cast.amina), f"{ESS}/reglages/accueil"
    form = {"body_html": "Bienvenue !", "body_format": "text", "mail_content": "titles"}
    too_many = amina.send(path, form | {"questions": "\n".join("abcdef")})
    assert too_many.status_code == 422
    assert amina.send(path, form | {"questions": "Qui ?\n\nOù ?"}).status_code == 303
    page = amina.get(path).text
    assert "Qui\u202f?\nOù\u202f?" in page
    db.session.expire_all()
    assert cast.ess.mail_content is MailContent.TITLES
    assert "Bienvenue" in browser(cast.chloe).get(f"{ESS}/presentation").text
    assert "Bienvenue" not in browser(cast.driss).get(f"{ESS}/presentation").text
    assert browser(cast.bruno).send(path, form).status_code == 403
