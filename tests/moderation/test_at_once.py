"""Two people decide, or appeal, at the same moment: one does, the other reads that it was done."""

from threading import Thread

from sqlalchemy import func, select

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Post
from grandequipe.groups.models import Role
from grandequipe.members.models import Member
from grandequipe.moderation.models import Appeal, Case, Decision, DecisionKind, SubjectType
from grandequipe.moderation.services import DecisionInput, decide_case, file_appeal
from tests.factories import admit, make_member, make_post
from tests.locks import count_held_up
from tests.threads import sent_at_once
from tests.waiting import wait_until

REMOVAL = {"decision": "remove", "reason": "Ceci est une publicité."}
KEPT = {"decision": "keep", "reason": "Rien à redire."}


def test_of_two_decisions_on_one_version_at_once_one_is_carried_out(
    app, cast, browser, file_report
):
    post = make_post(cast.chloe, cast.ess)
    case = file_report(cast.driss, SubjectType.POST, post.id)
    path, read = f"/dossiers/{case.id}", {"version": case.version}
    acts = [
        (browser(cast.amina), path, REMOVAL | read),
        (browser(cast.bruno), path, KEPT | read),
    ]
    assert sent_at_once(app, "group", cast.ess.id, *acts) == [303, 409]
    (decision,) = db.session.scalars(select(Decision))
    is_removed = db.session.get_one(Post, post.id).placements[0].is_removed
    assert is_removed is (decision.kind is DecisionKind.REMOVE)
    assert db.session.get_one(Case, case.id).version == case.version


def appealed(cast, file_report, decide):
    post = make_post(cast.chloe, cast.ess)
    case = file_report(cast.driss, SubjectType.POST, post.id)
    return decide(cast.bruno, case, DecisionKind.REMOVE)


def test_a_decision_is_appealed_against_once_even_from_two_windows(
    app, cast, browser, file_report, decide
):
    decision = appealed(cast, file_report, decide)
    words = {"text": "Ce n’est pas une publicité."}
    acts = [(browser(cast.chloe), f"/decisions/{decision.id}", words) for _each in range(2)]
    assert sent_at_once(app, "decision", decision.id, *acts) == [303, 409]
    assert db.session.scalar(select(func.count(Appeal.id))) == 1


def test_an_appeal_is_decided_once_by_one_of_two_judges(app, cast, browser, file_report, decide):
    other = make_member("Gaël Roux")
    admit(cast.ess, other, role=Role.MODERATOR)
    decision = appealed(cast, file_report, decide)
    with atomic():
        appeal = file_appeal(cast.chloe, decision, "Ce n’est pas une publicité.")
    path = f"/recours/{appeal.id}"
    answers = [{"decision": each, "reason": "Relu à deux."} for each in ("granted", "upheld")]
    acts = [
        (browser(judge), path, answer)
        for judge, answer in zip((cast.amina, other), answers, strict=True)
    ]
    assert sent_at_once(app, "group", cast.ess.id, *acts) == [303, 409]


def test_a_profile_is_cleared_as_it_was_saved_at_the_same_moment(app, cast, file_report):
    with atomic():
        cast.chloe.bio = "Avant"
    case = file_report(cast.driss, SubjectType.MEMBER, cast.chloe.id)
    names = (Member, cast.farid.id), (Member, cast.chloe.id), (Case, case.id)

    def clear():
        with app.app_context():
            farid, read, found = (db.session.get_one(*each) for each in names)
            assert read.bio == "Avant"
            removal = DecisionInput(DecisionKind.REMOVE, "Ceci est une publicité.")
            with atomic():
                decide_case(farid, found, found.version, removal)

    clearing = Thread(target=clear)
    with atomic():
        cast.chloe.bio = "Pendant"
        db.session.flush()
        clearing.start()
        wait_until(lambda: count_held_up() == 1, "the decision waits for the profile")
    clearing.join()
    db.session.expire_all()
    assert db.session.scalars(select(Decision)).one().effects["bio"] == "Pendant"
    assert db.session.get_one(Member, cast.chloe.id).bio == ""
