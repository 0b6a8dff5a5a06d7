"""A suspended member reads the decision and appeals against it without a log-in, by the mail."""

import re

import pytest
from sqlalchemy import select

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.members.models import Member
from grandequipe.members.services import reinstate, suspend
from grandequipe.moderation.models import Decision, DecisionKind
from tests.factories import make_member
from tests.moderation.conftest import run_pending_handlers
from tests.moderation.test_cases import mails_to

WHY = "Démarchage répété malgré deux avertissements."
TEXT = {"text": "Ce n’était pas moi : mon compte avait été volé."}


@pytest.fixture
def address(cast):
    """Suspend Chloé; give the path of the link in her mail. There are two administrators."""
    with atomic():
        cast.gael = make_member("Gaël Morin")
        db.session.get(Member, cast.gael.id).is_admin = True
    with atomic():
        suspend(cast.farid, cast.chloe, WHY)
    (mail,) = mails_to(cast.chloe.email, "account")
    assert "sans vous connecter" in mail.text
    return re.search(r"https?://[^/\s]+(/decisions/suspension/\S+)", mail.text).group(1)


@pytest.mark.parametrize("outcome", ["granted", "upheld"])
def test_the_mail_opens_the_decision_and_its_appeal_without_a_log_in(
    cast, browser, visitor, address, outcome
):
    page = visitor.get(address)
    assert page.status_code == 200
    assert WHY in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page.headers["Cache-Control"]
    assert visitor.get("/reglages").status_code == 303, "it logs nobody in"
    unfit = visitor.send(address, {"text": "Non."})
    assert (unfit.status_code, "Non." in unfit.text) == (422, True)
    sent = visitor.send(address, TEXT)
    assert (sent.status_code, sent.location) == (303, address)
    assert visitor.send(address, TEXT).status_code == 409
    decision = db.session.scalars(select(Decision)).one()
    assert (decision.kind, decision.member_id) == (DecisionKind.SUSPEND, cast.chloe.id)
    appeal = f"/recours/{decision.appeal.id}"
    assert appeal in browser(cast.gael).get("/moderation").text
    judged = {"decision": outcome, "reason": "Après vérification."}
    assert browser(cast.farid).send(appeal, judged).status_code == 403
    assert browser(cast.gael).send(appeal, judged).status_code == 303
    db.session.expire_all()
    assert db.session.get(Member, cast.chloe.id).active == (outcome == "granted")
    run_pending_handlers()
    (answer,) = mails_to(cast.chloe.email, "appeal")
    assert "Après vérification." in answer.text
    assert ("/decisions/suspension/" in answer.text) == (outcome == "upheld")


def test_the_link_is_for_this_decision_alone(cast, visitor, address):
    assert visitor.get(address[:-3]).status_code == 404
    decision = db.session.scalars(select(Decision)).one()
    assert visitor.get(f"/decisions/{decision.id}").status_code == 303


def test_a_member_who_is_active_again_finds_the_decision_in_their_list(cast, browser, address):
    with atomic():
        reinstate(cast.farid, cast.chloe)
    page = browser(cast.chloe).get("/reglages/decisions").text
    assert "L’administration du site a suspendu votre compte" in page
