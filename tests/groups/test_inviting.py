"""Inviting an address, which does not show whether it has an account."""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import select

from grandequipe.core import clock
from grandequipe.core.errors import Invalid
from grandequipe.core.events import EventRecord
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.groups.models import Group, Invitation, Membership, MembershipState
from grandequipe.groups.queries import find_membership
from grandequipe.groups.services import (
    ban_member,
    decline_invitation,
    invite_address,
    invite_member,
    join_group,
    leave_group,
    withdraw_invitation,
)
from grandequipe.groups.tasks import purge_invitations
from grandequipe.members.models import Member
from grandequipe.members.services import record_confirmed
from tests.api.conftest import react_to_all
from tests.conftest import Visitor
from tests.factories import Cast, make_member
from tests.members.conftest import Inbox, html_of, link_in, text_of

Open = Callable[[Member], Visitor]

HIDDEN = "/groupes/comite-de-pilotage"
NOBODY = "nobody@example.org"


def state_of(member: Member, group: Group) -> MembershipState | None:
    db.session.expire_all()
    membership = find_membership(member, group)
    return membership.state if membership else None


def invite(actor: Member, group: Group, email: str) -> Invitation:
    with atomic():
        return invite_address(actor, group, email)


def invited_part(page: str) -> str:
    """Give the section of the page about invitations."""
    if 'id="invited-title"' not in page:
        return ""
    start = page.index('id="invited-title"')
    return page[start : page.index("</section>", start)]


def without_what_differs(part: str) -> str:
    """Remove the keys and tokens, which differ for each form of each response."""
    return re.sub(r'/invitations/\d+/|value="[^"]*"', "", part)


def test_the_page_shows_the_typed_address_with_or_without_account(
    browser: Open, cast: Cast
) -> None:
    make_member("Gaëlle Petit", email="gaelle@example.org", confirmed_at=None)
    bruno, shown = browser(cast.bruno), set()
    for name in ("driss", "eva", "chloe", "gaelle", "nobody"):
        email = f"{name}@example.org"
        bruno.send(f"{HIDDEN}/invitations", {"email": email})
        react_to_all()
        part = invited_part(bruno.get(f"{HIDDEN}/membres").text)
        assert email in part
        newest = part[part.index("<li") : part.index("</li>")]
        shown.add(without_what_differs(newest.replace(email, "EMAIL")))
    assert len(shown) == 1, shown
    assert "Driss" not in bruno.get(f"{HIDDEN}/membres").text


def test_inviting_costs_the_same_with_or_without_account(
    browser: Open, cast: Cast, count_queries: Callable[[], object]
) -> None:
    bruno, sent = browser(cast.bruno), []
    for email in ("first@example.org", "driss@example.org", "eva@example.org", NOBODY):
        with count_queries() as counter:  # type: ignore[attr-defined]
            bruno.send(f"{HIDDEN}/invitations", {"email": email})
        sent.append(counter.statements)
    assert sent[1] == sent[2] == sent[3]


def test_withdrawing_costs_the_same_with_or_without_account(
    browser: Open, cast: Cast, count_queries: Callable[[], object]
) -> None:
    bruno, done = browser(cast.bruno), []
    for email in ("first@example.org", "driss@example.org", "eva@example.org", NOBODY):
        sent = invite(cast.amina, cast.hidden, email)
        react_to_all()
        with count_queries() as counter:  # type: ignore[attr-defined]
            bruno.send(f"{HIDDEN}/invitations/{sent.id}/retirer")
        found = db.session.scalars(
            select(EventRecord.kind).where(EventRecord.stream_id == cast.bruno.stream_id)
        ).all()
        done.append((counter.statements, found.count("invitation.taken_back")))
    assert [number for _statements, number in done] == [1, 2, 3, 4]
    assert done[1][0] == done[2][0] == done[3][0]


def test_one_whose_invitation_was_withdrawn_is_notified_and_nobody_else(cast: Cast) -> None:
    for guest in (cast.driss.email, NOBODY):
        sent = invite(cast.bruno, cast.hidden, guest)
        react_to_all()
        with atomic():
            withdraw_invitation(cast.amina, sent)
    assert state_of(cast.driss, cast.hidden) is None
    react_to_all()
    [found] = db.session.query(EventRecord).filter_by(kind="join.invitation_withdrawn")
    assert (found.stream_id, found.actor_id) == (cast.driss.stream_id, cast.amina.id)


def test_an_address_is_invited_once_and_may_be_asked_again(cast: Cast) -> None:
    invite(cast.amina, cast.hidden, "driss@example.org")
    react_to_all()
    with atomic():
        decline_invitation(cast.driss, cast.hidden)
    invite(cast.bruno, cast.hidden, "Driss@example.org")
    react_to_all()
    assert db.session.query(Invitation).count() == 1
    assert state_of(cast.driss, cast.hidden) is MembershipState.INVITED


def test_a_declined_invitation_looks_like_an_unknown_address(browser: Open, cast: Cast) -> None:
    invite(cast.bruno, cast.hidden, "driss@example.org")
    react_to_all()
    before = invited_part(browser(cast.bruno).get(f"{HIDDEN}/membres").text)
    browser(cast.driss).send(f"{HIDDEN}/invitations/decliner")
    assert state_of(cast.driss, cast.hidden) is None
    after = invited_part(browser(cast.bruno).get(f"{HIDDEN}/membres").text)
    assert without_what_differs(before) == without_what_differs(after) != ""


def test_an_invitation_waits_for_who_registers_later(cast: Cast) -> None:
    invite(cast.bruno, cast.hidden, "Gaelle@example.org")
    react_to_all()
    gaelle = make_member("Gaëlle Petit", email="gaelle@example.org", confirmed_at=None)
    react_to_all()
    assert state_of(gaelle, cast.hidden) is None
    with atomic():
        gaelle.confirmed_at = clock.now()
        record_confirmed(gaelle)
    react_to_all()
    assert state_of(gaelle, cast.hidden) is MembershipState.INVITED


def test_moderators_withdraw_an_invitation(browser: Open, cast: Cast) -> None:
    sent = [invite(cast.bruno, cast.hidden, email) for email in ("driss@example.org", NOBODY)]
    react_to_all()
    assert state_of(cast.driss, cast.hidden) is MembershipState.INVITED
    for invitation in sent:
        path = f"{HIDDEN}/invitations/{invitation.id}/retirer"
        assert path in browser(cast.bruno).get(f"{HIDDEN}/membres").text
        assert browser(cast.chloe).send(path).status_code == 403
        assert browser(cast.driss).send(path).status_code in {403, 404}
        assert browser(cast.bruno).send(path).location == f"{HIDDEN}/membres"
        assert browser(cast.bruno).send(path).status_code == 404
    assert state_of(cast.driss, cast.hidden) is None
    assert browser(cast.driss).send(f"{HIDDEN}/rejoindre").status_code == 404


def test_an_invitation_of_another_group_is_not_found(browser: Open, cast: Cast) -> None:
    sent = invite(cast.bruno, cast.hidden, NOBODY)
    path = f"/groupes/ess-quartiers/invitations/{sent.id}/retirer"
    assert browser(cast.bruno).send(path).status_code == 404


def test_who_was_invited_twice_stays_invited_when_one_is_withdrawn(cast: Cast) -> None:
    by_address = invite(cast.bruno, cast.hidden, "driss@example.org")
    react_to_all()
    with atomic():
        invite_member(cast.amina, cast.hidden, cast.driss)
    with atomic():
        withdraw_invitation(cast.bruno, by_address)
    assert state_of(cast.driss, cast.hidden) is MembershipState.INVITED


def test_who_accepted_meanwhile_stays_a_member(cast: Cast) -> None:
    invite(cast.bruno, cast.ess, "driss@example.org")
    react_to_all()
    with atomic():
        join_group(cast.driss, cast.ess)
    assert db.session.query(Invitation).count() == 0
    assert state_of(cast.driss, cast.ess) is MembershipState.ACTIVE


@pytest.mark.parametrize("email", ["driss@example.org", NOBODY])
def test_an_invitation_that_nobody_accepts_is_forgotten(cast: Cast, email: str) -> None:
    with clock.travel(clock.now() - timedelta(days=181)):
        invite(cast.bruno, cast.hidden, email)
    invite(cast.bruno, cast.hidden, "young@example.org")
    react_to_all()
    purge_invitations()
    assert [row.email for row in db.session.query(Invitation)] == ["young@example.org"]
    waiting = db.session.query(Membership).filter_by(state=MembershipState.INVITED)
    assert waiting.count() == 0


def test_members_and_strangers_get_the_same_invitation_mail(
    browser: Open, cast: Cast, inbox: Inbox
) -> None:
    bruno, found = browser(cast.bruno), set()
    for email in ("driss@example.org", NOBODY):
        bruno.send(f"{HIDDEN}/invitations", {"email": email})
        react_to_all()
        message = inbox.mail()
        assert message["To"] == email
        assert message["Auto-Submitted"] == "auto-generated"
        link = link_in(message)
        assert link.startswith("/invitations/")
        assert link in html_of(message)
        parts = (text_of(message), html_of(message))
        found.add((message["Subject"], *(part.replace(link, "") for part in parts)))
    [(subject, text, _html)] = found
    assert subject.replace("\xa0", " ") == "Bruno Castel vous invite dans « Comité de pilotage »"
    assert "Comité de pilotage" in text


def test_the_link_of_the_mail_leads_there(
    visitor: Visitor, browser: Open, cast: Cast, inbox: Inbox
) -> None:
    invite(cast.bruno, cast.hidden, "driss@example.org")
    react_to_all()
    link = link_in(inbox.mail())
    assert "Comité de pilotage" in visitor.get(link).text
    driss = browser(cast.driss)
    assert driss.send(link).location == HIDDEN
    assert driss.get(HIDDEN).status_code == 200
    assert driss.get(link).location == HIDDEN


def test_one_mail_a_day_whatever_is_withdrawn_and_sent_again(cast: Cast, inbox: Inbox) -> None:
    for _time in range(3):
        sent = invite(cast.bruno, cast.hidden, NOBODY)
        react_to_all()
        with atomic():
            withdraw_invitation(cast.bruno, sent)
    assert len(inbox.mails()) == 1
    invite(cast.bruno, cast.ess, NOBODY.upper())
    react_to_all()
    assert len(inbox.mails()) == 1


def test_members_and_the_banned_get_no_mail(cast: Cast, inbox: Inbox) -> None:
    cast.driss.active = False
    db.session.commit()
    for email in ("chloe@example.org", "eva@example.org", "driss@example.org"):
        invite(cast.bruno, cast.ess, email)
    react_to_all()
    assert inbox.mails() == []


def test_a_guest_reads_the_mail_in_their_language(cast: Cast, inbox: Inbox) -> None:
    cast.driss.locale = "en"
    db.session.commit()
    invite(cast.bruno, cast.ess, "driss@example.org")
    react_to_all()
    assert inbox.mail()["Subject"] == "Bruno Castel invites you to “ESS Quartiers”"


def test_nobody_invites_themselves(browser: Open, cast: Cast) -> None:
    answer = browser(cast.bruno).send(f"{HIDDEN}/invitations", {"email": "Bruno@Example.org"})
    assert answer.status_code == 422
    assert "votre propre adresse" in answer.text
    assert db.session.query(Invitation).count() == 0


def test_an_invitation_does_not_outlive_the_right_to_invite(cast: Cast, inbox: Inbox) -> None:
    invite(cast.bruno, cast.hidden, "driss@example.org")
    invite(cast.bruno, cast.hidden, NOBODY)
    with atomic():
        leave_group(cast.bruno, cast.hidden)
    react_to_all()
    assert state_of(cast.driss, cast.hidden) is None
    assert db.session.query(Invitation).count() == 0
    assert inbox.mails() == []


def test_a_newcomer_is_let_in_by_those_only_who_still_may(cast: Cast) -> None:
    invite(cast.bruno, cast.hidden, "gaelle@example.org")
    invite(cast.bruno, cast.ess, "gaelle@example.org")
    react_to_all()
    with atomic():
        leave_group(cast.bruno, cast.hidden)
    gaelle = make_member("Gaëlle Petit", email="gaelle@example.org")
    with atomic():
        record_confirmed(gaelle)
    react_to_all()
    assert state_of(gaelle, cast.hidden) is None
    assert state_of(gaelle, cast.ess) is MembershipState.INVITED
    assert [row.group_id for row in db.session.query(Invitation)] == [cast.ess.id]


def test_who_was_excluded_accepts_no_request_by_an_invitation(cast: Cast) -> None:
    with atomic():
        join_group(cast.driss, cast.private)
    invite(cast.bruno, cast.private, "driss@example.org")
    with atomic():
        ban_member(cast.amina, cast.private, cast.bruno, "Hors sujet.")
    react_to_all()
    assert state_of(cast.driss, cast.private) is MembershipState.REQUESTED


def test_who_invites_again_answers_for_the_invitation(cast: Cast, inbox: Inbox) -> None:
    invite(cast.bruno, cast.hidden, "driss@example.org")
    with atomic():
        leave_group(cast.bruno, cast.hidden)
    invite(cast.amina, cast.hidden, "driss@example.org")
    react_to_all()
    assert state_of(cast.driss, cast.hidden) is MembershipState.INVITED
    assert "Amina" in inbox.mail()["Subject"]


@pytest.mark.parametrize(
    "written",
    [
        "n\u00adobody@ex\u00adample.org",
        "nobody@exam\u200bple.org",
        "nobody@ｅxample.org",
        "nobody@EXAMPLE.org",
        " nobody@example.org\u2028",
    ],
)
def test_one_mailbox_is_invited_once_however_it_is_written(cast: Cast, written: str) -> None:
    """Characters that a mail server ignores make no other address of it."""
    invite(cast.bruno, cast.hidden, NOBODY)
    with suppress(Invalid):
        invite(cast.bruno, cast.hidden, written)
    assert [each.email for each in db.session.query(Invitation)] == [NOBODY]


NOWHERE = ("a@localhost", "a@[10.0.0.1]", "a@x", "@example.org", "a b@x.fr")


@pytest.mark.parametrize("nowhere", NOWHERE)
def test_an_address_that_no_mail_reaches_is_refused(cast: Cast, nowhere: str) -> None:
    with pytest.raises(Invalid) as refused:
        invite(cast.bruno, cast.hidden, nowhere)
    assert list(refused.value.errors) == ["email"]
