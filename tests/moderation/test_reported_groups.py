"""A reported group: what the site's administrators decide, and what its owners can do."""

import pytest
from sqlalchemy import select

from grandequipe.core.moderation_log import LogEntry
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.groups.models import Group, Role
from grandequipe.groups.services import change_role
from grandequipe.members.models import Member
from grandequipe.moderation.models import Decision, DecisionKind, SubjectType
from tests.factories import make_member
from tests.moderation.conftest import run_pending_handlers
from tests.moderation.test_cases import follow_line, mails_to
from tests.web.reading import sentences_of

ESS = "/groupes/ess-quartiers"
ARCHIVING = {"decision": "archive", "reason": "Ce groupe vend des produits.", "rule": "Art. 4"}


@pytest.fixture
def case(cast, file_report):
    """Give a report on a group of two owners, and the site a second administrator."""
    with atomic():
        change_role(cast.amina, cast.ess, cast.bruno, Role.OWNER)
        gael = make_member("Gaël Morin")
        db.session.get(Member, gael.id).is_admin = True
    cast.gael = gael
    return file_report(cast.driss, SubjectType.GROUP, cast.ess.id)


def is_archived(cast):
    db.session.expire_all()
    return db.session.get(Group, cast.ess.id).is_archived


def test_administrators_archive_a_reported_group_and_each_owner_reads_why(cast, browser, case):
    farid, amina = browser(cast.farid), browser(cast.amina)
    offered = farid.get(f"/dossiers/{case.id}").text
    for words in ("Avertir ses propriétaires", "Archiver le groupe", "Laisser tel quel"):
        assert words in offered
    assert 'value="mute"' not in offered
    answer = farid.send(f"/dossiers/{case.id}", ARCHIVING | {"version": case.version})
    assert answer.status_code == 303
    assert is_archived(cast)
    decisions = db.session.scalars(select(Decision).order_by(Decision.member_id)).all()
    assert [each.member_id for each in decisions] == [cast.amina.id, cast.bruno.id]
    run_pending_handlers()
    for owner in (cast.amina, cast.bruno):
        (mail,) = mails_to(owner.email, "decision")
        assert "Ce groupe vend des produits." in mail.text
        assert "ESS Quartiers" in mail.text
    (outcome,) = mails_to(cast.driss.email, "report_outcome")
    assert "Le groupe a été archivé" in outcome.text
    assert follow_line(amina) == f"/decisions/{decisions[0].id}"
    # The owners do not open it again by themselves, and read how to appeal.
    assert amina.send(f"{ESS}/reglages/fin/rouvrir").status_code == 403
    ends = amina.get(f"{ESS}/reglages/fin").text
    assert "/reglages/decisions" in ends
    assert "fin/rouvrir" not in ends
    bruno = browser(cast.bruno)
    for owner, decision in zip((amina, bruno), decisions, strict=True):
        sent = owner.send(f"/decisions/{decision.id}", {"text": "Nous ne vendons rien du tout."})
        assert sent.status_code == 303
    appeal = f"/recours/{db.session.get(Decision, decisions[0].id).appeal.id}"
    judged = {"decision": "granted", "reason": "En effet."}
    assert farid.send(appeal, judged).status_code == 403, "who decided does not judge"
    assert browser(cast.gael).send(appeal, judged).status_code == 303
    assert not is_archived(cast)
    for decision in db.session.scalars(select(Decision)):
        assert decision.is_overturned
        assert not decision.appeal.is_open, "the appeal of the other owner is answered, too"
    run_pending_handlers()
    for owner in (cast.amina, cast.bruno):
        assert len(mails_to(owner.email, "appeal")) == 1


def test_administrators_warn_the_owners_of_a_group_which_goes_on(cast, browser, case):
    farid = browser(cast.farid)
    warning = ARCHIVING | {"decision": "warn", "version": case.version}
    assert farid.send(f"/dossiers/{case.id}", warning).status_code == 303
    assert not is_archived(cast)
    acts = db.session.scalars(select(LogEntry.act)).all()
    assert "group.warned" in acts
    run_pending_handlers()
    (mail,) = mails_to(cast.bruno.email, "decision")
    assert "avertissement" in mail.subject
    assert "groupe dont vous êtes propriétaire" in mail.subject
    decided = sentences_of(farid.get(f"/dossiers/{case.id}").text)
    assert "Ses propriétaires ont reçu un avertissement." in decided


def test_an_administrator_who_owns_the_group_does_not_decide_on_it(cast, browser, case):
    with atomic():
        db.session.get(Member, cast.amina.id).is_admin = True
    amina = browser(cast.amina)
    page = amina.get(f"/dossiers/{case.id}")
    assert page.status_code == 200
    assert 'name="decision"' not in page.text
    sent = amina.send(f"/dossiers/{case.id}", ARCHIVING | {"version": case.version})
    assert sent.status_code == 403
    assert db.session.scalars(select(Decision)).all() == []


def test_a_kept_group_has_one_decision_that_limits_nobody(cast, decide, case):
    decision = decide(cast.farid, case, DecisionKind.KEEP)
    assert (decision.member_id, decision.restricts) == (None, False)
    assert db.session.scalars(select(Decision)).all() == [decision]
