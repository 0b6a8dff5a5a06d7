"""Scenes of reports, cases, decisions and their reasons, by the doors of the people in them."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from grandequipe.core import clock
from grandequipe.core.mail import OutgoingMail
from grandequipe.core.moderation_log import Act, LogEntry
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Comment, PlacementStatus, Post
from grandequipe.feed.services import pin_post, take_out
from grandequipe.feed.services.bulk_removal import remove_contents
from grandequipe.feed.tasks import empty_bins
from grandequipe.groups.policies import is_banned, is_muted
from grandequipe.groups.services.sanctions import mute_member
from grandequipe.members.services import erase_member
from grandequipe.moderation import tasks
from grandequipe.moderation.models import (
    Case,
    CaseState,
    Decision,
    DecisionKind,
    Report,
    SubjectType,
)
from tests.factories import admit, make_comment, make_group, make_post
from tests.moderation.conftest import run_pending_handlers
from tests.web.reading import sentences_of

CASES = "/groupes/ess-quartiers/moderation/dossiers"
SPAM = {"reason": "spam", "details": "Toujours la même annonce."}
REMOVAL = {"decision": "remove", "reason": "Ceci est une publicité.", "rule": "Charte, article 3"}


def mails_to(address, kind):
    """List the mails of a kind in the outbox for an address."""
    query = select(OutgoingMail).where(OutgoingMail.recipient == address, OutgoingMail.kind == kind)
    return db.session.scalars(query).all()


def test_a_reported_post_is_removed_with_reasons_and_nobody_reads_who_reported_it(
    cast, browser, visitor
):
    post = make_post(cast.chloe, cast.ess, title="Vide-grenier")
    form = browser(cast.driss).get(f"/signaler/publication/{post.id}")
    assert "Vide-grenier" in form.text
    sent = browser(cast.driss).send(f"/signaler/publication/{post.id}", SPAM)
    assert (sent.status_code, f"/publications/{post.id}" in sent.location) == (303, True)
    run_pending_handlers()
    bruno = browser(cast.bruno)
    assert "signalé" in sentences_of(bruno.get("/notifications").text)
    page = bruno.get(CASES).text
    assert "Vide-grenier" in page
    case = db.session.scalars(select(Case)).one()
    page = bruno.get(f"/dossiers/{case.id}").text
    assert "Toujours la même annonce." in page
    assert "Driss" not in page
    for member, status in ((cast.driss, 404), (cast.chloe, 404), (cast.farid, 200)):
        assert browser(member).get(f"/dossiers/{case.id}").status_code == status
    answer = bruno.send(f"/dossiers/{case.id}", REMOVAL | {"version": case.version})
    assert (answer.status_code, answer.location) == (303, CASES)
    assert visitor.get(f"/publications/{post.id}").status_code == 404
    run_pending_handlers()
    decision = db.session.scalars(select(Decision)).one()
    chloe = browser(cast.chloe)
    assert f"/decisions/{decision.id}" in follow_line(chloe)
    statement = chloe.get(f"/decisions/{decision.id}").text
    for words in ("Ceci est une publicité.", "Charte, article 3", "Quelques mots."):
        assert words in statement
    assert "Driss" not in statement
    assert "Bruno" not in statement
    (mail,) = mails_to(cast.chloe.email, "decision")
    assert "Ceci est une publicité." in mail.text
    assert f"/decisions/{decision.id}" in mail.text
    (mail,) = mails_to(cast.driss.email, "report_outcome")
    assert "Le contenu a été retiré." in mail.text
    assert "Le contenu a été retiré." in browser(cast.driss).get("/signalements").text
    for member, status in ((cast.driss, 404), (cast.eva, 404), (cast.bruno, 200)):
        assert browser(member).get(f"/decisions/{decision.id}").status_code == status
    assert list(db.session.scalars(select(LogEntry.act).where(LogEntry.act.like("case%")))) == [
        Act.CASE_DECIDED
    ]


def follow_line(reader):
    """Open the newest line of the bell; give where it leads."""
    page = reader.get("/notifications").text
    number = page.split('href="/notifications/')[1].split('"')[0]
    return reader.get(f"/notifications/{number}").location


def test_of_two_decisions_on_one_version_the_second_reads_what_the_first_was(cast, browser):
    post = make_post(cast.chloe, cast.ess)
    browser(cast.driss).send(f"/signaler/publication/{post.id}", SPAM)
    case = db.session.scalars(select(Case)).one()
    read = {"version": case.version}
    amina, bruno = browser(cast.amina), browser(cast.bruno)
    assert bruno.send(f"/dossiers/{case.id}", REMOVAL | read).status_code == 303
    overtaken = amina.send(
        f"/dossiers/{case.id}", {"decision": "keep", "reason": "Rien à redire."} | read
    )
    assert overtaken.status_code == 409
    said = sentences_of(overtaken.text)
    assert "Bruno Castel" in said
    assert "Le contenu a été retiré." in said
    assert db.session.get(Post, post.id).placements[0].status is PlacementStatus.REMOVED
    assert db.session.scalar(select(func.count(Decision.id))) == 1


def test_reports_on_one_object_are_one_case_and_hide_nothing(cast, browser, visitor, file_report):
    post = make_post(cast.amina, cast.ess)
    cases = {file_report(each, SubjectType.POST, post.id).id for each in (cast.chloe, cast.driss)}
    cases.add(file_report(cast.driss, SubjectType.POST, post.id).id)
    (case_id,) = cases
    assert len(db.session.get(Case, case_id).reports) == 2
    assert visitor.get(f"/publications/{post.id}").status_code == 200


def test_what_somebody_may_not_see_they_cannot_report(cast, browser, visitor):
    private, pending = make_post(cast.amina, cast.private), make_post(cast.chloe, cast.moderated)
    comment = make_comment(cast.chloe, private)
    for path in (
        f"publication/{private.id}",
        f"publication/{pending.id}",
        f"commentaire/{comment.id}",
        "fichier/1",
        f"groupe/{cast.hidden.id}",
        "rien/1",
    ):
        for reader in (browser(cast.driss), visitor):
            assert reader.get(f"/signaler/{path}").status_code == 404
            assert reader.send(f"/signaler/{path}", SPAM).status_code == 404
    assert visitor.get(f"/signaler/membre/{cast.chloe.id}").status_code == 404
    assert db.session.scalar(select(func.count(Report.id))) == 0


def test_a_visitor_reports_with_a_name_an_address_and_good_faith(cast, visitor, app):
    post = make_post(cast.chloe, cast.ess)
    path = f"/signaler/publication/{post.id}"
    refused = visitor.send(path, SPAM | {"name": "Gaëlle", "email": "pas une adresse"})
    assert refused.status_code == 422
    assert "Toujours la même annonce." in refused.text
    notice = SPAM | {"name": "Gaëlle", "email": "gaelle@example.org", "in_good_faith": "y"}
    # A field that people do not see: programs fill it in, and are answered alike.
    caught = visitor.send(path, notice | {"website": "http://example.org"})
    assert caught.location == "/signaler/merci"
    assert db.session.scalar(select(func.count(Report.id))) == 0
    assert visitor.send(path, notice).location == "/signaler/merci"
    run_pending_handlers()
    (receipt,) = mails_to("gaelle@example.org", "report")
    assert "Gaëlle" in receipt.text
    case = db.session.scalars(select(Case)).one()
    assert (case.reports[0].email, case.group_id) == ("gaelle@example.org", cast.ess.id)


def test_places_that_send_many_reports_are_asked_to_wait(cast, visitor, app):
    post = make_post(cast.chloe, cast.ess)
    notice = SPAM | {"name": "Gaëlle", "email": "gaelle@example.org", "in_good_faith": "y"}
    answers = [
        visitor.send(f"/signaler/publication/{post.id}", notice).status_code for _n in range(21)
    ]
    assert answers == [303] * 20 + [429]


def test_moderators_of_other_groups_do_not_see_a_case(cast, browser, file_report):
    post = make_post(cast.amina, cast.private)
    case = file_report(cast.chloe, SubjectType.POST, post.id)
    other = make_group(cast.driss, "Un autre groupe")
    assert other.id != cast.private.id
    driss = browser(cast.driss)
    assert driss.get(f"/dossiers/{case.id}").status_code == 404
    assert driss.send(f"/dossiers/{case.id}", REMOVAL | {"version": 1}).status_code == 404


def test_the_case_of_a_profile_leads_an_administrator_to_the_account(cast, browser):
    browser(cast.amina).send(f"/signaler/membre/{cast.chloe.id}", SPAM)
    case = db.session.scalars(select(Case)).one()
    page = browser(cast.farid).get(f"/dossiers/{case.id}").text
    assert f'href="/administration/membres/{cast.chloe.id}"' in page


def test_who_wrote_it_does_not_decide_on_it(cast, browser, file_report):
    post = make_post(cast.bruno, cast.ess)
    case = file_report(cast.chloe, SubjectType.POST, post.id)
    bruno = browser(cast.bruno)
    assert bruno.send(f"/dossiers/{case.id}", REMOVAL | {"version": 1}).status_code == 403
    assert bruno.send(f"/dossiers/{case.id}/prendre", {"version": 1}).status_code == 403


def test_a_case_that_is_taken_says_so_and_moves_its_version(cast, browser, file_report):
    post = make_post(cast.chloe, cast.ess)
    case = file_report(cast.driss, SubjectType.POST, post.id)
    amina, bruno = browser(cast.amina), browser(cast.bruno)
    assert bruno.send(f"/dossiers/{case.id}/prendre", {"version": 1}).status_code == 303
    late = amina.send(f"/dossiers/{case.id}/prendre", {"version": 1})
    assert (late.status_code, "Bruno Castel" in late.text) == (409, True)
    assert amina.send(f"/dossiers/{case.id}", REMOVAL | {"version": 1}).status_code == 409
    assert bruno.send(f"/dossiers/{case.id}/rendre", {"version": 2}).status_code == 303
    assert db.session.get(Case, case.id).state is CaseState.OPEN


def test_what_nobody_took_within_a_day_goes_up_to_the_site_once(
    cast, browser, file_report, monkeypatch
):
    post, other = make_post(cast.chloe, cast.ess), make_post(cast.chloe, cast.ess)
    case = file_report(cast.driss, SubjectType.POST, post.id)
    taken = file_report(cast.driss, SubjectType.POST, other.id)
    browser(cast.bruno).send(f"/dossiers/{taken.id}/prendre", {"version": 1})
    now = clock.now()
    for hours, is_up in ((23, False), (25, True), (49, True)):
        monkeypatch.setattr(clock, "now", lambda hours=hours: now + timedelta(hours=hours))
        tasks.escalate()
        db.session.rollback()
        assert (db.session.get(Case, case.id).escalated_at is not None) is is_up
    assert db.session.get(Case, taken.id).escalated_at is None
    acts = db.session.scalars(select(LogEntry).where(LogEntry.act == Act.CASE_ESCALATED)).all()
    assert [entry.subject_id for entry in acts] == [case.id]
    run_pending_handlers()
    monkeypatch.undo()
    farid = browser(cast.farid)
    for page in ("/administration/membres", "/plan-du-site"):
        address = "/moderation" if page.startswith("/admin") else "/signalements"
        assert f'href="{address}"' in farid.get(page).text
    assert 'href="/moderation"' not in browser(cast.bruno).get("/").text
    assert 'href="/signalements"' in browser(cast.driss).get("/").text
    assert f"/dossiers/{case.id}" in farid.get("/moderation").text
    assert "/moderation" in follow_line(farid)
    assert browser(cast.bruno).get("/moderation").status_code == 403


def test_a_removed_comment_keeps_its_place_and_its_author_reads_why(
    cast, browser, file_report, decide
):
    comment = make_comment(cast.chloe, make_post(cast.amina, cast.ess), "Achetez !")
    case = file_report(cast.driss, SubjectType.COMMENT, comment.id)
    decision = decide(cast.bruno, case, DecisionKind.REMOVE)
    assert db.session.get(Comment, comment.id).is_removed
    assert "Achetez !" in browser(cast.chloe).get(f"/decisions/{decision.id}").text


def test_a_kept_post_stays_and_only_its_reporter_hears_of_it(cast, file_report, decide):
    post = make_post(cast.chloe, cast.ess)
    case = file_report(cast.driss, SubjectType.POST, post.id)
    decide(cast.bruno, case, DecisionKind.KEEP)
    run_pending_handlers()
    assert db.session.get(Case, case.id).state is CaseState.CLOSED
    assert mails_to(cast.chloe.email, "decision") == []
    assert len(mails_to(cast.driss.email, "report_outcome")) == 1


@pytest.mark.parametrize("kind", [DecisionKind.REMOVE, DecisionKind.LOCK])
def test_an_appeal_that_is_granted_gives_everything_back(
    cast, browser, visitor, file_report, decide, kind
):
    post = make_post(cast.chloe, cast.ess)
    make_comment(cast.amina, post, "Bravo")
    with atomic():
        pin_post(cast.bruno, post, cast.ess, pinned=True)
    case = file_report(cast.driss, SubjectType.POST, post.id)
    before = state_of(post.id)
    decision = decide(cast.bruno, case, kind)
    assert state_of(post.id) != before
    chloe, address = browser(cast.chloe), f"/decisions/{decision.id}"
    assert chloe.send(address, {"text": "court"}).status_code == 422
    assert chloe.send(address, {"text": "Ce n’est pas une publicité."}).status_code == 303
    assert chloe.send(address, {"text": "Et encore une fois."}).status_code == 409
    appeal_id = db.session.get(Decision, decision.id).appeal.id
    run_pending_handlers()
    judged = {"decision": "granted", "reason": "C’est une annonce du quartier."}
    for member, status in ((cast.bruno, 403), (cast.chloe, 403), (cast.driss, 404)):
        assert browser(member).send(f"/recours/{appeal_id}", judged).status_code == status
    amina = browser(cast.amina)
    assert f"/recours/{appeal_id}" in amina.get(CASES).text
    assert amina.send(f"/recours/{appeal_id}", judged).status_code == 303
    assert amina.send(f"/recours/{appeal_id}", judged).status_code == 409
    assert state_of(post.id) == before
    assert "Bravo" in visitor.get(f"/publications/{post.id}").text
    run_pending_handlers()
    (mail,) = mails_to(cast.chloe.email, "appeal")
    assert "C’est une annonce du quartier." in mail.text
    assert db.session.get(Case, case.id).state is CaseState.CLOSED


def state_of(post_id):
    """Give what readers see of a post, apart from when that was decided."""
    db.session.expire_all()
    post = db.session.get(Post, post_id)
    places = [
        (each.status, each.pinned, each.featured, each.published_at) for each in post.placements
    ]
    return places, post.is_locked, post.comment_count, post.version, post.body_html


def test_what_a_moderator_does_without_a_case_has_its_statement_too(cast, browser):
    post = make_post(cast.chloe, cast.ess)
    with atomic():
        pin_post(cast.bruno, post, cast.ess, pinned=True)
        before = state_of(post.id)
    with atomic():
        take_out(cast.bruno, post, cast.ess, "Déjà annoncé.")
    with atomic():
        mute_member(cast.bruno, cast.ess, cast.chloe, "Trop de messages.")
    removal, mute = db.session.scalars(select(Decision).order_by(Decision.id)).all()
    assert (removal.kind, removal.reason, removal.case_id) == (
        DecisionKind.REMOVE,
        "Déjà annoncé.",
        None,
    )
    run_pending_handlers()
    assert len(mails_to(cast.chloe.email, "decision")) == 2
    chloe, amina = browser(cast.chloe), browser(cast.amina)
    for decision in (removal, mute):
        chloe.send(f"/decisions/{decision.id}", {"text": "Ce n’est pas juste du tout."})
        appeal_id = db.session.get(Decision, decision.id).appeal.id
        amina.send(f"/recours/{appeal_id}", {"decision": "granted", "reason": "En effet."})
    assert state_of(post.id) == before
    assert not is_muted(cast.chloe, cast.ess)
    # The acts of undoing are no decisions of their own.
    assert db.session.scalar(select(func.count(Decision.id))) == 2


@pytest.mark.parametrize("kind", [DecisionKind.WARN, DecisionKind.MUTE, DecisionKind.BAN])
def test_a_sanction_that_is_decided_is_one_decision_and_is_lifted_by_the_appeal(
    cast, browser, file_report, decide, kind
):
    post = make_post(cast.chloe, cast.ess)
    case = file_report(cast.driss, SubjectType.POST, post.id)
    decision = decide(cast.bruno, case, kind)
    assert db.session.scalar(select(func.count(Decision.id))) == 1
    assert is_muted(cast.chloe, cast.ess) is (kind is DecisionKind.MUTE)
    assert is_banned(cast.chloe, cast.ess) is (kind is DecisionKind.BAN)
    browser(cast.chloe).send(f"/decisions/{decision.id}", {"text": "Ce n’est pas juste du tout."})
    appeal_id = db.session.get(Decision, decision.id).appeal.id
    judged = {"decision": "granted", "reason": "En effet."}
    assert browser(cast.amina).send(f"/recours/{appeal_id}", judged).status_code == 303
    db.session.expire_all()
    assert not is_muted(cast.chloe, cast.ess)
    assert not is_banned(cast.chloe, cast.ess)


def test_where_nobody_else_moderates_the_site_decides_on_the_appeal(
    cast, browser, file_report, decide
):
    group = make_group(cast.amina, "Toute seule")
    admit(group, cast.chloe)
    post = make_post(cast.chloe, group)
    decision = decide(
        cast.amina, file_report(cast.driss, SubjectType.POST, post.id), DecisionKind.REMOVE
    )
    browser(cast.chloe).send(f"/decisions/{decision.id}", {"text": "Ce n’est pas juste du tout."})
    run_pending_handlers()
    appeal_id = db.session.get(Decision, decision.id).appeal.id
    farid = browser(cast.farid)
    assert f"/recours/{appeal_id}" in farid.get("/moderation").text
    assert "/moderation" in follow_line(farid)
    judged = {"decision": "upheld", "reason": "La règle est claire."}
    assert farid.send(f"/recours/{appeal_id}", judged).status_code == 303
    assert "La règle est claire." in browser(cast.chloe).get(f"/decisions/{decision.id}").text


def test_removed_contents_are_kept_while_an_appeal_is_possible_then_erased(
    cast, browser, file_report, decide, monkeypatch
):
    posts = [make_post(cast.chloe, cast.ess) for _n in range(2)]
    comment = make_comment(cast.chloe, make_post(cast.amina, cast.ess), "Achetez !")
    cases = [
        *(file_report(cast.driss, SubjectType.POST, post.id) for post in posts),
        file_report(cast.driss, SubjectType.COMMENT, comment.id),
    ]
    decisions = [decide(cast.bruno, case, DecisionKind.REMOVE).id for case in cases]
    (first, second), said, case_id = [post.id for post in posts], comment.id, cases[0].id
    browser(cast.chloe).send(f"/decisions/{decisions[1]}", {"text": "Ce n’est pas juste du tout."})
    now = clock.now()
    for days, gone in ((180, False), (184, True)):
        monkeypatch.setattr(clock, "now", lambda days=days: now + timedelta(days=days))
        tasks.erase()
        db.session.expire_all()
        assert (db.session.get(Post, first) is None) is gone
        assert (db.session.get(Comment, said).body_html == "") is gone
        assert (db.session.get(Decision, decisions[0]).content is None) is gone
    # One whose appeal waits is kept.
    assert db.session.get(Post, second) is not None
    assert db.session.get(Case, case_id).state is CaseState.CLOSED


def test_a_bulk_removal_is_kept_while_an_appeal_against_it_waits(cast, browser, monkeypatch):
    post = make_post(cast.chloe, cast.ess)
    before, now = state_of(post.id), clock.now()
    with atomic():
        remove_contents(cast.bruno, cast.ess, cast.chloe, now - timedelta(days=1), "Publicité.")
    decision_id, post_id = db.session.scalar(select(Decision.id)), post.id
    browser(cast.chloe).send(f"/decisions/{decision_id}", {"text": "Ce n’est pas juste du tout."})
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=184))
    empty_bins()
    tasks.erase()
    appeal_id = db.session.get(Decision, decision_id).appeal.id
    judged = {"decision": "granted", "reason": "En effet."}
    assert browser(cast.amina).send(f"/recours/{appeal_id}", judged).status_code == 303
    assert state_of(post_id) == before


def test_a_closed_account_leaves_no_words_in_reports(cast, browser, file_report, app):
    post = make_post(cast.chloe, cast.ess)
    case = file_report(cast.driss, SubjectType.POST, post.id, details="Je la connais.")
    with atomic():
        erase_member(cast.driss)
    run_pending_handlers()
    db.session.expire_all()
    (report,) = db.session.get(Case, case.id).reports
    assert (report.reporter_id, report.details) == (None, "")
