"""What reports, cases and decisions do not show, and what goes with an account that is closed."""

from datetime import timedelta

from sqlalchemy import func, select

from grandequipe.core import clock
from grandequipe.core.mail import OutgoingMail
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Comment, Post
from grandequipe.feed.services.reinstatement import reinstate_comment
from grandequipe.groups import services as groups
from grandequipe.groups.models import JoinRequest, Sanction
from grandequipe.members.services import ProfileInput, edit_profile, erase_member
from grandequipe.members.services.suspensions import suspend
from grandequipe.moderation import tasks
from grandequipe.moderation.models import (
    Case,
    Decision,
    DecisionKind,
    Report,
    ReportReason,
    SubjectType,
)
from grandequipe.moderation.queries.subjects import get_reportable
from grandequipe.moderation.services import VisitorReport, report_as_visitor
from tests.factories import admit, make_comment, make_group, make_post
from tests.moderation.conftest import run_pending_handlers

SPAM = {"reason": "spam", "details": "Toujours la même annonce."}


def test_who_left_a_private_group_reads_no_more_there_by_what_they_reported(
    cast, browser, file_report, decide
):
    group = make_group(cast.amina, "Les coulisses", visibility="private")
    admit(group, cast.chloe, cast.driss)
    post = make_post(cast.chloe, group, title="Le premier titre")
    comment = make_comment(cast.chloe, post, "Ce que la salle a dit.")
    case = file_report(cast.driss, SubjectType.POST, post.id)
    file_report(cast.driss, SubjectType.COMMENT, comment.id)
    driss = browser(cast.driss)
    page = driss.get("/signalements").text
    assert "Le premier titre" in page
    assert "Ce que la salle a dit." in page
    with atomic():
        groups.remove_member(cast.amina, group, cast.driss)
        db.session.get(Post, post.id).title = "Le budget secret"
    page = driss.get("/signalements").text
    assert "Le budget secret" not in page
    assert "Ce que la salle a dit." not in page
    decide(cast.amina, db.session.get(Case, case.id), DecisionKind.KEEP)
    run_pending_handlers()
    kind = OutgoingMail.kind == "report_outcome"
    mail = db.session.scalars(select(OutgoingMail).where(kind)).one()
    assert "Le budget secret" not in mail.text + (mail.html or "")


def test_a_moderator_does_not_read_the_words_of_who_reported_their_own_post(cast, browser, program):
    post = make_post(cast.bruno, cast.ess)
    browser(cast.driss).send(f"/signaler/publication/{post.id}", SPAM)
    case = db.session.scalars(select(Case)).one()
    assert SPAM["details"] in browser(cast.amina).get(f"/dossiers/{case.id}").text
    assert SPAM["details"] not in browser(cast.bruno).get(f"/dossiers/{case.id}").text
    for path in (f"/cases/{case.id}", "/groups/ess-quartiers/cases"):
        assert "annonce." in program(cast.amina)("GET", path).text
        answer = program(cast.bruno)("GET", path)
        assert answer.status_code == 200
        assert "annonce." not in answer.text


def test_a_suspension_erases_nothing_that_a_member_wrote(cast, browser, decide, file_report):
    post = make_post(cast.chloe, cast.ess)
    decision = decide(
        cast.bruno, file_report(cast.driss, SubjectType.POST, post.id), DecisionKind.REMOVE
    )
    words = "Cette annonce est celle de notre association."
    browser(cast.chloe).send(f"/decisions/{decision.id}", {"text": words})
    file_report(cast.chloe, SubjectType.POST, make_post(cast.amina, cast.ess).id, details="Ici.")
    gated = make_group(cast.amina, "Le conseil", join_policy="request")
    with atomic():
        groups.warn_member(cast.bruno, cast.ess, cast.chloe, "Restons courtois.")
        groups.join_group(cast.chloe, gated)
    run_pending_handlers()
    with atomic():
        edit_profile(cast.chloe, ProfileInput("Chloé Durand", job_title="Présidente"))
        suspend(cast.farid, cast.chloe, "Trop d'annonces.")
    run_pending_handlers()
    decision = db.session.get(Decision, decision.id)
    assert (decision.appeal.text, bool(decision.content)) == (words, True)
    assert db.session.scalar(select(Report.details).where(Report.details == "Ici."))
    assert db.session.scalars(select(Sanction.reason)).all() == ["Restons courtois."]
    assert db.session.scalar(select(func.count(JoinRequest.id))) == 1


def test_the_words_of_a_cleared_profile_go_with_the_account(cast, file_report, decide):
    with atomic():
        cast.chloe.bio = "Mon numéro est le 06 11 22 33 44."
    case = file_report(cast.driss, SubjectType.MEMBER, cast.chloe.id)
    decision = decide(cast.farid, case, DecisionKind.REMOVE)
    assert "06 11" in db.session.get(Decision, decision.id).effects["bio"]
    with atomic():
        erase_member(cast.chloe)
    run_pending_handlers()
    db.session.expire_all()
    kept = db.session.get(Decision, decision.id)
    assert "06 11" not in f"{kept.content} {kept.effects}"


def test_a_comment_stays_as_long_as_the_newest_decision_on_it_can_be_appealed(
    cast, file_report, decide
):
    comment = make_comment(cast.chloe, make_post(cast.amina, cast.ess), "Venez au vide-grenier.")
    began = clock.now()
    decide(
        cast.bruno, file_report(cast.driss, SubjectType.COMMENT, comment.id), DecisionKind.REMOVE
    )
    with clock.travel(began + timedelta(days=100)):
        with atomic():
            reinstate_comment(cast.amina, db.session.get(Comment, comment.id), cast.ess)
        decide(
            cast.bruno,
            file_report(cast.driss, SubjectType.COMMENT, comment.id),
            DecisionKind.REMOVE,
        )
    with clock.travel(began + timedelta(days=200)):
        tasks.erase()
        db.session.expire_all()
        assert "vide-grenier" in db.session.get(Comment, comment.id).body_html
    with clock.travel(began + timedelta(days=300)):
        tasks.erase()
        db.session.expire_all()
        assert db.session.get(Comment, comment.id).body_html == ""


def test_a_mailbox_gets_no_flood_of_outcomes_from_reports_that_somebody_filed_in_its_name(
    cast, decide
):
    notice = {"name": "Vous", "email": "victime@example.org", "in_good_faith": True}
    posts = [make_post(cast.chloe, cast.ess, title=f"Annonce {each}") for each in range(8)]
    for post in posts:
        with atomic():
            report_as_visitor(
                get_reportable(SubjectType.POST, post.id, seen_by=None),
                VisitorReport(ReportReason.SPAM, "", **notice),
            )
    for case in db.session.scalars(select(Case).order_by(Case.id)).all():
        decide(cast.bruno, case, DecisionKind.KEEP)
    run_pending_handlers()
    by_kind = dict(
        db.session.execute(
            select(OutgoingMail.kind, func.count())
            .where(OutgoingMail.recipient == notice["email"])
            .group_by(OutgoingMail.kind)
        ).all()
    )
    assert by_kind["report"] < len(posts)
    assert by_kind["report_outcome"] == by_kind["report"]
