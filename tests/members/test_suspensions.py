"""An account that administrators suspend: nothing of it stays open, and it ends by itself."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from grandequipe.core import clock
from grandequipe.core.errors import Conflict, Invalid, Refused
from grandequipe.core.events import EventRecord
from grandequipe.core.moderation_log import LogEntry
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.handlers import erase_private_data_of_closed_account
from grandequipe.members import services
from grandequipe.members.models import Member, Suspension
from grandequipe.members.services import create_token, end_due_suspensions, reinstate, suspend
from tests.conftest import Visitor
from tests.factories import PASSWORD, Cast, make_member, make_member_with_password
from tests.members.conftest import Inbox, html_of, text_of

REASON = "Des messages publicitaires répétés."


def log_in(visitor: Visitor) -> tuple[int, str]:
    answer = visitor.send("/connexion", {"email": "alice@example.org", "password": PASSWORD})
    return answer.status_code, answer.text


def token_status(visitor: Visitor) -> int:
    call = {"email": "alice@example.org", "password": PASSWORD, "name": "x", "scopes": ["read"]}
    return visitor.post("/api/v1/tokens", json=call).status_code


def acts() -> list[tuple[str, int | None, int | None]]:
    entries = db.session.scalars(select(LogEntry).order_by(LogEntry.id))
    return [(each.act, each.actor_id, each.member_id) for each in entries]


def let_pass(minutes: int) -> None:
    """Have time pass for suspensions; requests of scenes know the present alone."""
    passed = timedelta(minutes=minutes)
    with atomic():
        for suspension in db.session.scalars(select(Suspension)):
            suspension.since -= passed
            suspension.until -= passed


@pytest.mark.parametrize("by_token", [False, True], ids=["page", "token"])
def test_a_suspension_ends_every_access_and_says_why_until_it_ends_by_itself(
    cast: Cast,
    browser: Callable[[Member], Visitor],
    visitor: Visitor,
    inbox: Inbox,
    by_token: bool,
) -> None:
    alice = make_member_with_password("Alice Martin")
    page = browser(alice)
    with atomic():
        key, _token = create_token(alice, "mobile", ["read"])
    with atomic():
        suspend(cast.farid, alice, REASON, clock.now() + timedelta(hours=1))
    mail = inbox.mail()
    assert mail["To"] == "alice@example.org"
    for part in (text_of(mail), html_of(mail)):
        assert REASON in part
        assert "est suspendu depuis" in part
    assert page.get("/reglages").status_code == 303
    bearer = {"Authorization": f"Bearer {key}"}
    assert visitor.get("/api/v1/me", headers=bearer).status_code == 401
    let_pass(minutes=59)
    status, text = log_in(visitor)
    assert status == 422
    for said in ("Votre compte est suspendu depuis", REASON, "écrivez à"):
        assert said in text
    assert token_status(visitor) == 401
    with atomic():
        assert end_due_suspensions() == []
    let_pass(minutes=2)
    if by_token:
        assert token_status(visitor) == 201
    assert log_in(visitor)[0] == 302
    assert "de nouveau actif" in inbox.mail()["Subject"]
    assert acts() == [
        ("account.suspended", cast.farid.id, alice.id),
        ("account.reinstated", None, alice.id),
    ]


def test_who_does_not_know_the_password_does_not_learn_of_a_suspension(
    cast: Cast, visitor: Visitor
) -> None:
    alice = make_member_with_password("Alice Martin")
    with atomic():
        suspend(cast.farid, alice, REASON)
    form = {"email": "alice@example.org", "password": "un autre mot de passe"}
    assert "suspendu" not in visitor.send("/connexion", form).text


def test_the_clock_lifts_what_is_over_and_nothing_else(cast: Cast) -> None:
    until = clock.now() + timedelta(hours=1)
    with atomic():
        suspend(cast.farid, cast.chloe, REASON, until)
        suspend(cast.farid, cast.driss, REASON)
    with clock.travel(until + timedelta(minutes=1)), atomic():
        assert end_due_suspensions() == [cast.chloe.id]
        assert end_due_suspensions() == []
    assert (cast.chloe.active, cast.driss.active) == (True, False)
    with atomic():
        reinstate(cast.farid, cast.driss, "Nous nous étions trompés.")
    assert cast.driss.active


def test_a_suspended_account_keeps_what_a_closed_one_loses(cast: Cast) -> None:
    with atomic():
        suspend(cast.farid, cast.chloe, REASON)
    changed = EventRecord(kind="member.changed", subject_id=cast.chloe.id, data={}, version=1)
    with atomic():
        services.create_token(cast.chloe, "gardé", ["read"])
        erase_private_data_of_closed_account(changed)
    assert not cast.chloe.is_closed
    with atomic():
        services.erase_member(cast.chloe)
    assert cast.chloe.is_closed


@pytest.mark.parametrize(
    ("act", "refusal"),
    [
        (lambda cast: suspend(cast.bruno, cast.chloe, REASON), Refused),
        (lambda cast: suspend(cast.farid, cast.farid, REASON), Conflict),
        (lambda cast: suspend(cast.farid, cast.chloe, "  "), Invalid),
        (lambda cast: suspend(cast.farid, cast.chloe, REASON, clock.now()), Invalid),
        (lambda cast: reinstate(cast.farid, cast.chloe), Conflict),
        (lambda cast: services.promote(cast.amina, cast.amina), Refused),
        (lambda cast: services.demote(cast.farid, cast.farid), Conflict),
        (lambda cast: services.confirm_address(cast.bruno, cast.chloe), Refused),
        (lambda cast: services.change_address(cast.farid, cast.chloe, "rien"), Invalid),
        (lambda cast: services.change_address(cast.farid, cast.chloe, cast.bruno.email), Invalid),
        (lambda cast: services.sign_out_everywhere(cast.amina, cast.chloe), Refused),
        (lambda cast: services.erase_member(cast.farid), Conflict),
    ],
)
def test_what_may_not_be_done_changes_nothing(
    cast: Cast, act: Callable[[Cast], object], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal), atomic():
        act(cast)
    assert acts() == []
    assert cast.chloe.active
    assert cast.farid.is_admin


def test_of_two_administrators_who_demote_each_other_one_stays(cast: Cast, app: Flask) -> None:
    grace = make_member("Grace Petit", is_admin=True)
    pairs = ((cast.farid.id, grace.id), (grace.id, cast.farid.id))
    db.session.rollback()

    def demote(pair: tuple[int, int]) -> str:
        with app.app_context():
            actor, member = (db.session.get(Member, each) for each in pair)
            try:
                with atomic():
                    services.demote(actor, member)
            except Refused as refused:
                return type(refused).__name__
            return "done"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(demote, pairs)) == ["Refused", "done"]
    assert db.session.query(Member).filter_by(is_admin=True).count() == 1


def test_an_address_is_changed_for_both_mailboxes_and_ends_what_the_former_one_opens(
    cast: Cast, browser: Callable[[Member], Visitor], inbox: Inbox
) -> None:
    page = browser(cast.chloe)
    with atomic():
        services.change_address(cast.farid, cast.chloe, "Chloe.Dumas@example.org")
    mails = {mail["To"]: text_of(mail) for mail in inbox.mails()}
    assert set(mails) == {"chloe@example.org", "Chloe.Dumas@example.org"}
    for text in mails.values():
        assert "de chloe@example.org à Chloe.Dumas@example.org" in text
    assert page.get("/reglages").status_code == 303
    assert acts() == [("account.email_changed", cast.farid.id, cast.chloe.id)]


def test_each_act_is_in_the_log_and_its_member_is_notified(cast: Cast, inbox: Inbox) -> None:
    late = make_member("Late Riser", confirmed_at=None)
    with atomic():
        assert services.confirm_address(cast.farid, late)
        assert services.promote(cast.farid, cast.chloe)
        assert services.demote(cast.farid, cast.chloe)
        services.sign_out_everywhere(cast.farid, cast.chloe)
        assert not services.demote(cast.farid, cast.chloe)
    assert [act for act, *_who in acts()] == [
        "account.confirmed", "admin.promoted", "admin.demoted", "account.signed_out",
    ]  # fmt: skip
    assert len(inbox.mails()) == 4
    assert late.is_confirmed


# What each act does to the flags of an account, and to whom it may be done: active, admin.
MODEL: dict[str, Callable[[bool, bool], tuple[bool, bool] | None]] = {
    "suspend": lambda active, admin: None if admin or not active else (False, False),
    "reinstate": lambda active, admin: None if active else (True, admin),
    "promote": lambda active, admin: (True, True) if active and not admin else None,
    "demote": lambda active, admin: (active, False) if admin else None,
    "sign_out_everywhere": lambda active, admin: (active, admin),
}


@pytest.mark.parametrize("seed", range(3))
def test_after_any_sequence_of_acts_the_log_the_account_and_the_mails_agree(
    cast: Cast, inbox: Inbox, seed: int
) -> None:
    chance, states, done = random.Random(seed), {}, 0
    for member in (cast.chloe, cast.driss):
        states[member] = (True, False)
    for _ in range(40):
        name, member = chance.choice(list(MODEL)), chance.choice(list(states))
        expected = MODEL[name](*states[member])
        reason = (REASON,) if name == "suspend" else ()
        try:
            with atomic():
                has_changed = getattr(services, name)(cast.farid, member, *reason)
        except Conflict:
            has_changed = False
        assert (expected is not None) == (has_changed is not False), (name, states[member])
        if expected is not None:
            states[member], done = expected, done + 1
        assert (member.active, member.is_admin) == states[member], name
    assert len(acts()) == done
    assert len(inbox.mails()) == done
