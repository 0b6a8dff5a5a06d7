"""What moderators do without a case has a reason for the person, and a way back: page by page."""

import pytest
from sqlalchemy import select

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Comment, Post
from grandequipe.feed.services import add_comment
from grandequipe.groups.models import Role
from grandequipe.groups.queries import find_membership
from grandequipe.groups.services import change_role
from grandequipe.moderation.models import Decision, DecisionKind
from tests.factories import make_comment, make_post
from tests.moderation.conftest import run_pending_handlers
from tests.moderation.test_cases import follow_line, mails_to

WHY = "Vous répondez encore à côté du sujet."
MEMBERS = "/groupes/ess-quartiers/membres"


def lock(cast, post, _comment):
    return (
        f"/publications/{post.id}/commentaires/verrou",
        lambda: db.session.get(Post, post.id).is_locked,
    )


def remove_comment(cast, _post, comment):
    return (
        f"/commentaires/{comment.id}/retirer",
        lambda: db.session.get(Comment, comment.id).is_removed,
    )


def expel(cast, _post, _comment):
    path = f"{MEMBERS}/{cast.chloe.id}/retirer"
    return path, lambda: find_membership(cast.chloe, cast.ess) is None


@pytest.mark.parametrize(
    ("act", "kind", "said"),
    [
        (lock, DecisionKind.LOCK, "La modération a fermé les commentaires"),
        (remove_comment, DecisionKind.REMOVE, "La modération a retiré"),
        (expel, DecisionKind.EXPEL, "La modération vous a fait sortir du groupe"),
    ],
)
def test_a_direct_act_asks_for_a_reason_that_its_person_reads_and_appeals_against(
    cast, browser, act, kind, said
):
    post = make_post(cast.chloe, cast.ess, title="Vide-grenier")
    comment = make_comment(cast.chloe, post)
    with atomic():
        change_role(cast.amina, cast.ess, cast.bruno, Role.OWNER)
    bruno, chloe = browser(cast.bruno), browser(cast.chloe)
    path, is_done = act(cast, post, comment)
    assert 'name="reason"' in bruno.get(path).text
    for unfit in ("", "x", "y" * 1001):
        answer = bruno.send(path, {"reason": unfit})
        assert answer.status_code == 422
        assert unfit in answer.text, "what was typed is given back"
        db.session.expire_all()
        assert not is_done()
    assert bruno.send(path, {"reason": WHY}).status_code == 303
    db.session.expire_all()
    assert is_done()
    decision = db.session.scalars(select(Decision)).one()
    assert (decision.kind, decision.reason, decision.decided_by_id) == (kind, WHY, cast.bruno.id)
    run_pending_handlers()
    (mail,) = mails_to(cast.chloe.email, "decision")
    assert mail.subject.startswith(said)
    assert WHY in mail.text
    assert follow_line(chloe) == f"/decisions/{decision.id}"
    statement = chloe.get(f"/decisions/{decision.id}")
    assert WHY in statement.text
    assert "Bruno" not in statement.text
    appealed = chloe.send(f"/decisions/{decision.id}", {"text": "J’avais été invitée à en parler."})
    assert appealed.status_code == 303
    judged = {"decision": "granted", "reason": "En effet."}
    appeal = f"/recours/{db.session.get(Decision, decision.id).appeal.id}"
    assert bruno.send(appeal, judged).status_code == 403
    assert browser(cast.amina).send(appeal, judged).status_code == 303
    db.session.expire_all()
    assert not is_done()


def test_a_moderator_who_was_expelled_comes_back_as_a_moderator(cast, browser):
    with atomic():
        change_role(cast.amina, cast.ess, cast.chloe, Role.MODERATOR)
    browser(cast.amina).send(f"{MEMBERS}/{cast.chloe.id}/retirer", {"reason": WHY})
    decision = db.session.scalars(select(Decision)).one()
    browser(cast.chloe).send(f"/decisions/{decision.id}", {"text": "Ce n’est pas juste du tout."})
    browser(cast.bruno).send(
        f"/recours/{decision.appeal.id}", {"decision": "granted", "reason": "En effet."}
    )
    db.session.expire_all()
    assert find_membership(cast.chloe, cast.ess).role is Role.MODERATOR


def test_an_author_locks_and_removes_their_own_without_a_decision(cast, browser):
    post = make_post(cast.bruno, cast.ess)
    comment = make_comment(cast.bruno, post)
    bruno = browser(cast.bruno)
    assert bruno.send(f"/publications/{post.id}/commentaires/verrou").status_code == 303
    assert bruno.send(f"/commentaires/{comment.id}/supprimer").status_code == 303
    db.session.expire_all()
    assert db.session.get(Post, post.id).is_locked
    assert db.session.get(Comment, comment.id).is_removed
    assert db.session.scalars(select(Decision)).all() == []


def test_the_author_s_own_button_leads_a_moderator_to_the_page_that_asks_why(cast, browser):
    post = make_post(cast.chloe, cast.ess)
    with atomic():
        comment = add_comment(cast.chloe, post, "<p>Un mot.</p>")
    bruno = browser(cast.bruno)
    for path in (f"/commentaires/{comment.id}", f"/publications/{post.id}"):
        answer = bruno.send(f"{path}/supprimer")
        assert (answer.status_code, answer.location) == (303, f"{path}/retirer")
    db.session.expire_all()
    assert not db.session.get(Comment, comment.id).is_removed
    assert db.session.get(Post, post.id).is_published


def test_several_members_are_removed_with_one_reason(cast, browser):
    sent = {"act": "remove", "members": [cast.chloe.id], "sure": "1", "reason": WHY}
    amina = browser(cast.amina)
    asked = amina.send(f"{MEMBERS}/plusieurs", sent | {"reason": ""})
    assert asked.status_code == 422
    assert amina.send(f"{MEMBERS}/plusieurs", sent).status_code == 303
    decision = db.session.scalars(select(Decision)).one()
    assert (decision.kind, decision.reason) == (DecisionKind.EXPEL, WHY)
