"""Members who agreed are introduced to one another once a month, and asked what they have done."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from grandequipe.core import clock
from grandequipe.core.transactions import atomic
from grandequipe.directory.models import (
    ExperienceQuestion,
    ExperienceRecipient,
    IntroducedPerson,
    Introduction,
)
from grandequipe.directory.services.messages import block
from grandequipe.directory.tasks import introduce
from grandequipe.extensions import db
from grandequipe.feed.models import Kind
from grandequipe.members.models import Member
from grandequipe.members.services import (
    CHOICES,
    DetailsInput,
    ProfileInput,
    edit_profile,
    erase_member,
)
from grandequipe.notifications.models import Notification, NotificationKind
from grandequipe.taxonomies.models import Territory, Theme, ThemeFamily
from tests.conftest import Visitor
from tests.factories import Cast, make_member, make_post
from tests.members.conftest import Inbox
from tests.notifications.dispatching import run_pending_handlers

Open = Callable[[Member], Visitor]
LATE = datetime(2049, 3, 28, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def places(cast: Cast) -> None:
    """Make two départements of a région, a commune in each, and a theme."""
    with atomic():
        for code, name, parent in (
            ("R11", "Île-de-France", None), ("D93", "Seine-Saint-Denis", "R11"),
            ("D94", "Val-de-Marne", "R11"), ("C93006", "Bagnolet", "D93"),
            ("C93048", "Montreuil", "D93"), ("C94028", "Créteil", "D94"), ("R93", "Paca", None),
        ):  # fmt: skip
            kind = {"R": "region", "D": "department", "C": "municipality"}[code[0]]
            db.session.add(Territory(code=code, kind=kind, name=name, label=f"{name} ({code})",
                                     search_name=name.lower(), parent_code=parent))  # fmt: skip
            db.session.flush()
        db.session.add(Theme(slug="jardins", name="Jardins", family=ThemeFamily.CITY_POLICY))


def say(member: Member, territory: str = "", *themes: str, audience: str = "members",
         **choices: bool) -> None:  # fmt: skip
    """Have a member say where they are and on which themes, and agree to something."""
    with atomic():
        edit_profile(member, ProfileInput(
            member.display_name,
            details=DetailsInput(territory=territory, themes=themes),
            audiences={"territory": audience, "themes": audience},
            choices=dict.fromkeys(CHOICES, False) | choices,
        ))  # fmt: skip


def want(member: Member, territory: str = "", *themes: str, audience: str = "members") -> None:
    """Have a member agree to be introduced."""
    say(member, territory, *themes, audience=audience, wants_introductions=True)


def run_at(now: datetime) -> None:
    """Run the task of the clock at an instant."""
    with clock.travel(now):
        introduce()


def introduced_to(member: Member) -> set[int]:
    """List whom a member was ever introduced to."""
    query = db.session.query(IntroducedPerson.person_id).join(
        Introduction, Introduction.id == IntroducedPerson.introduction_id
    )
    return {id for (id,) in query.filter(Introduction.member_id == member.id)}


def test_three_people_near_or_on_ones_themes_come_by_mail_with_the_reason(
    cast: Cast, inbox: Inbox
) -> None:
    want(cast.chloe, "C93006", "jardins")
    want(cast.bruno, "C93006")
    want(cast.driss, "C93048", "jardins")
    want(cast.amina, "C94028", "jardins")
    want(cast.farid, "C94028")
    want(cast.eva, "R93")
    run_at(LATE)
    mails = {str(mail["To"]): mail for mail in inbox.mails()}
    text = mails[cast.chloe.email].get_body(("plain",)).get_content()
    for name in ("Bruno Castel", "Driss Amrani", "Amina Belkacem"):
        assert name in text
    assert "Farid" not in text, "the fourth"
    assert "Bagnolet" in text
    assert "Jardins" in text
    assert cast.driss.email not in text
    assert cast.eva.email not in mails, "nobody is near, and no theme is shared"


def test_nobody_is_introduced_who_did_not_agree_or_does_not_show_the_reason(cast: Cast) -> None:
    want(cast.chloe, "C93006", "jardins")
    say(cast.bruno, "C93006", "jardins")
    want(cast.driss, "C93006", "jardins", audience="nobody")
    want(cast.amina, "C93006", audience="groups")
    want(cast.farid, "C93006", audience="groups")
    want(cast.eva, "C93006")
    with atomic():
        block(cast.eva, cast.chloe)
    run_at(LATE)
    assert introduced_to(cast.chloe) == {cast.amina.id}, "a fellow of a group"
    assert cast.chloe.id in introduced_to(cast.driss), "what one hides serves oneself"
    assert introduced_to(cast.bruno) == set()


def test_it_happens_once_a_month_and_never_with_the_same_person_within_a_year(
    cast: Cast, inbox: Inbox
) -> None:
    want(cast.chloe, "C93006")
    people = [make_member(f"Voisin {n}", email=f"v{n}@example.org") for n in range(4)]
    for person in people:
        want(person, "C93006")
    for _time in range(2):
        run_at(LATE)
    first = introduced_to(cast.chloe)
    assert (len(first), db.session.query(Introduction).filter_by(member_id=cast.chloe.id).count(
    )) == (3, 1)  # fmt: skip
    run_at(LATE + timedelta(days=31))
    assert len(introduced_to(cast.chloe)) == 4
    run_at(LATE + timedelta(days=62))
    ids = db.session.query(IntroducedPerson.person_id).join(
        Introduction, Introduction.id == IntroducedPerson.introduction_id
    ).filter(Introduction.member_id == cast.chloe.id).all()  # fmt: skip
    assert len(ids) == len(set(ids)) == 4
    run_at(LATE + timedelta(days=366 + 28))
    again = db.session.query(Introduction).filter_by(member_id=cast.chloe.id).count()
    assert again == 4
    assert len([mail for mail in inbox.mails() if mail["To"] == cast.chloe.email]) == 3


def test_a_consent_withdrawn_before_the_mail_leaves_is_kept(cast: Cast, inbox: Inbox) -> None:
    want(cast.chloe, "C93006")
    want(cast.bruno, "C93006")
    want(cast.driss, "C93006")
    run_at(LATE)
    say(cast.bruno, "C93006")
    say(cast.driss, "C93006", audience="nobody", wants_introductions=True)
    assert [mail["To"] for mail in inbox.mails()] == [cast.driss.email]


def test_a_closed_account_is_introduced_to_nobody_any_more(cast: Cast) -> None:
    want(cast.chloe, "C93006")
    want(cast.bruno, "C93006")
    run_at(LATE)
    with atomic():
        erase_member(cast.chloe)
    run_pending_handlers()
    assert db.session.query(Introduction).filter_by(member_id=cast.chloe.id).count() == 0
    assert introduced_to(cast.bruno) == set()


def ready(member: Member, territory: str = "", *themes: str) -> None:
    """Have a member agree to be asked."""
    say(member, territory, *themes, audience="nobody", answers_questions=True)


def found_in_bells() -> set[int]:
    """List who finds a question in their notifications."""
    run_pending_handlers()
    rows = db.session.query(Notification).filter_by(kind=NotificationKind.EXPERIENCE_ASKED)
    return {row.member_id for row in rows}


def test_members_who_fit_a_call_and_agreed_find_it_in_their_bell(cast: Cast, browser: Open) -> None:
    ready(cast.bruno, "C93048", "jardins")
    ready(cast.driss, "C94028", "jardins")
    ready(cast.chloe, "C93006")
    say(cast.farid, "C93006", "jardins")
    post = make_post(cast.amina, cast.ess, Kind.CALL, themes=["jardins"], territories=["C93006"])
    amina, page = browser(cast.amina), f"/publications/{post.id}"
    assert f"{page}/experience" in amina.get(page).text
    assert f"{page}/experience" not in browser(cast.bruno).get(page).text
    assert browser(cast.bruno).send(f"{page}/experience").status_code == 403
    assert amina.send(f"{page}/experience").location.startswith(page)
    assert found_in_bells() == {cast.bruno.id}
    assert "qui a déjà fait cela" in browser(cast.bruno).get("/notifications").text
    assert f"{page}/experience" not in amina.get(page).text, "once a post"
    amina.send(f"{page}/experience")
    assert db.session.query(ExperienceQuestion).count() == 1


def test_only_members_who_read_a_question_are_asked(cast: Cast, browser: Open) -> None:
    ready(cast.driss, "", "jardins")
    ready(cast.bruno, "", "jardins")
    post = make_post(cast.amina, cast.hidden, title="Qui a un composteur ?", themes=["jardins"])
    browser(cast.amina).send(f"/publications/{post.id}/experience")
    assert found_in_bells() == {cast.bruno.id}
    news = make_post(cast.amina, cast.ess, title="Un composteur", themes=["jardins"])
    answer = browser(cast.amina).send(f"/publications/{news.id}/experience")
    assert answer.status_code == 403, "no question"


def test_an_author_asks_seldom_and_hears_where_nobody_fits(cast: Cast, browser: Open) -> None:
    ready(cast.bruno, "", "jardins")
    amina = browser(cast.amina)
    plain = make_post(cast.amina, cast.ess, Kind.CALL)
    amina.send(f"/publications/{plain.id}/experience")
    assert db.session.query(ExperienceQuestion).count() == 0
    for number in range(4):
        post = make_post(cast.amina, cast.ess, Kind.CALL, title=f"Appel {number}",
                         themes=["jardins"])  # fmt: skip
        amina.send(f"/publications/{post.id}/experience")
    assert db.session.query(ExperienceQuestion).count() == 3
    people = [make_member(f"Membre {n}", email=f"m{n}@example.org") for n in range(16)]
    for person in people:
        ready(person, "", "jardins")
    with atomic():
        db.session.query(ExperienceQuestion).delete()
    wide = make_post(cast.amina, cast.ess, Kind.CALL, title="Large", themes=["jardins"])
    amina.send(f"/publications/{wide.id}/experience")
    assert db.session.query(ExperienceRecipient).filter_by(post_id=wide.id).count() == 15
