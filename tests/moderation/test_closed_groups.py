"""A group that closes takes no appeal with it: the site's administrators answer."""

from datetime import timedelta

from sqlalchemy import select

from grandequipe.core import clock
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.services import take_out
from grandequipe.groups.models import Group
from grandequipe.groups.services import close_group, erase_one_closed_group, remove_member
from grandequipe.moderation.models import Case, Decision, DecisionKind, SubjectType
from tests.factories import make_post
from tests.moderation.conftest import run_pending_handlers
from tests.moderation.test_cases import mails_to

WHY = {"text": "Ce n’était pas une publicité du tout."}


def test_appeals_of_a_closed_group_are_answered_by_the_site_and_its_decisions_stay(
    cast, browser, file_report, decide
):
    chloe, farid, amina = browser(cast.chloe), browser(cast.farid), browser(cast.amina)
    post, kept = make_post(cast.chloe, cast.ess), make_post(cast.chloe, cast.ess)
    case = file_report(cast.driss, SubjectType.POST, post.id)
    removal = decide(cast.bruno, case, DecisionKind.REMOVE)
    decide(cast.bruno, file_report(cast.driss, SubjectType.POST, kept.id), DecisionKind.KEEP)
    with atomic():
        take_out(cast.bruno, kept, cast.ess, "Hors sujet.")
    with atomic():
        remove_member(cast.bruno, cast.ess, cast.chloe, "Trop de publicités.")
    chloe.send(f"/decisions/{removal.id}", WHY)
    assert "administration du site" in amina.get("/groupes/ess-quartiers/reglages/fin").text
    with atomic():
        close_group(cast.amina, cast.ess)
    group_id = cast.ess.id
    with clock.travel(clock.now() + timedelta(days=31)):
        with atomic():
            assert erase_one_closed_group()
        db.session.expire_all()
        assert db.session.get(Group, group_id) is None
        assert db.session.scalars(select(Case)).all() == []
        kinds = db.session.scalars(select(Decision.kind).order_by(Decision.id)).all()
        assert kinds == [DecisionKind.REMOVE, DecisionKind.REMOVE, DecisionKind.EXPEL]
        run_pending_handlers()
        removal = db.session.scalars(select(Decision).order_by(Decision.id)).first()
        appeal = f"/recours/{removal.appeal.id}"
        assert appeal in farid.get("/moderation").text
        assert "ESS Quartiers" in farid.get(appeal).text
        assert amina.get(appeal).status_code == 404
        judged = {"decision": "granted", "reason": "En effet."}
        assert farid.send(appeal, judged).status_code == 303
        run_pending_handlers()
        page = chloe.get(f"/decisions/{removal.id}").text
        for words in ("En effet.", "ESS Quartiers", "Quelques mots."):
            assert words in page
        assert "ESS Quartiers" in chloe.get("/reglages/decisions").text
        (mail,) = mails_to(cast.chloe.email, "appeal")
        assert "En effet." in mail.text
