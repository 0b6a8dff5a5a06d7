"""Administrators look after accounts; for other members the pages are not there."""

from collections.abc import Callable
from datetime import timedelta
from time import time

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from grandequipe.admin.queries.members import AccountState, accounts_query
from grandequipe.core import clock
from grandequipe.core.moderation_log import LogEntry
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.members.models import Member
from grandequipe.members.services import suspend
from grandequipe.members.services.administration import promote
from tests.conftest import Visitor
from tests.factories import PASSWORD, Cast, make_member, make_member_with_password
from tests.threads import sent_at_once

Browser = Callable[[Member], Visitor]
REASON = {"reason": "Des messages publicitaires répétés.", "length": "7"}

# Path, form, and the status for an administrator; for the others it is the same.
ACTS = (
    ("", None, 303),
    ("/membres", None, 200),
    ("/membres/{chloe}", None, 200),
    ("/membres/{chloe}/suspendre", None, 200),
    ("/membres/{chloe}/suspendre", REASON, 303),
    ("/membres/{chloe}/suspendre", {"reason": "", "length": "7"}, 422),
    ("/membres/{chloe}/suspendre", {**REASON, "length": "until", "until": ""}, 422),
    ("/membres/{chloe}/suspendre", {**REASON, "length": "until", "until": "2020-01-01T08:00"}, 422),
    ("/membres/{farid}/suspendre", REASON, 409),
    ("/membres/{chloe}/retablir", {}, 409),
    ("/membres/{chloe}/adresse", {"email": "chloe.dumas@example.org"}, 303),
    ("/membres/{chloe}/adresse", {"email": "bruno@example.org"}, 422),
    ("/membres/{chloe}/deconnecter", {}, 303),
    ("/membres/{chloe}/confirmer", {}, 303),
    ("/membres/{chloe}/administration", {}, 303),
    ("/membres/{farid}/administration/retirer", {}, 409),
    ("/membres/{chloe}/fermer", {"reason": ""}, 303),
    ("/membres/{amina}/fermer", {"reason": ""}, 409),
    ("/membres/999999", None, 404),
    ("/membres/999999/suspendre", REASON, 404),
)


def answer(browser: Visitor, path: str, form: dict[str, str] | None) -> int:
    at = f"/administration{path}"
    return (browser.get(at) if form is None else browser.send(at, form)).status_code


@pytest.mark.parametrize(("path", "form", "expected"), ACTS)
def test_an_act_is_there_for_administrators_only(
    cast: Cast, browser: Browser, visitor: Visitor, path: str, form: object, expected: int
) -> None:
    path = path.format(chloe=cast.chloe.id, farid=cast.farid.id, amina=cast.amina.id)
    assert answer(visitor, path, form) == 303
    for member in (cast.driss, cast.chloe, cast.bruno, cast.amina, cast.eva):
        assert answer(browser(member), path, form) == 404
    assert db.session.scalars(select(LogEntry)).all() == []
    assert answer(browser(cast.farid), path, form) == expected


def test_an_account_is_found_opened_suspended_and_reinstated(cast: Cast, browser: Browser) -> None:
    admin = browser(cast.farid)
    for typed in ("chloe dum", "Dumas", "chloe@exa", "CHLOE@EXAMPLE"):
        found = admin.get("/administration/membres", query_string={"q": typed}).text
        assert f"/administration/membres/{cast.chloe.id}" in found
        assert f"/administration/membres/{cast.bruno.id}" not in found
    assert "Aucun compte" in admin.get("/administration/membres?q=100%25").text
    page = f"/administration/membres/{cast.chloe.id}"
    assert "Aucune enregistrée" in admin.get(page).text
    browser(cast.chloe)
    opened = admin.get(page).text
    assert "ESS Quartiers" in opened
    assert "Aucune enregistrée" not in opened
    assert admin.send(f"{page}/suspendre", REASON).status_code == 303
    for path in (page, "/administration/membres?etat=suspended"):
        assert "Suspendu" in admin.get(path).text
    assert REASON["reason"] in admin.get(page).text
    assert admin.send(f"{page}/suspendre", REASON).status_code == 409
    assert admin.send(f"{page}/retablir", {"reason": "Erreur."}).status_code == 303
    assert "Compte rétabli" in admin.get(page).text


def test_states_and_pages_of_the_list(cast: Cast, browser: Browser) -> None:
    make_member("Late Riser", confirmed_at=None)
    for number in range(31):
        make_member(f"Membre {number}", email=f"m{number}@example.org")
    with atomic():
        suspend(cast.farid, cast.eva, "Une semaine.", clock.now() + timedelta(days=7))
    admin = browser(cast.farid)
    for state, there, absent in (
        ("administrator", "Farid", "Chloé"),
        ("unconfirmed", "Late", "Farid"),
        ("suspended", "Eva", "Late"),
    ):
        page = admin.get(f"/administration/membres?etat={state}").text
        assert there in page.partition("<main")[2]
        assert absent not in page.partition("<main")[2]
    first = admin.get("/administration/membres?q=membre").text
    assert "Membre 30" in first
    assert "Membre 0<" not in first
    oldest = db.session.scalar(select(Member.id).where(Member.email == "m1@example.org"))
    rest = admin.get(f"/administration/membres?q=membre&cursor={oldest}").text
    assert "Membre 0<" in rest
    assert admin.get("/administration/membres?cursor=x").status_code == 422


def test_the_password_is_asked_for_again_before_a_dangerous_act(
    cast: Cast, app: Flask, browser: Browser
) -> None:
    grace = make_member_with_password("Grace Petit", is_admin=True)
    admin = browser(grace)
    with admin.session_transaction() as kept:
        kept["fs_paa"] = time() - 3600
    path = f"/administration/membres/{cast.chloe.id}/suspendre"
    for answered in (admin.get(path), admin.send(path, REASON)):
        assert answered.status_code == 303
        assert answered.location.startswith("/reglages/verification?next=")
    assert cast.chloe.active
    page = f"/administration/membres/{cast.chloe.id}"
    assert "verification" in admin.send(f"{page}/administration", {}).location
    assert admin.send(f"{page}/deconnecter", {}).location == page
    verified = admin.send(answered.location, {"password": PASSWORD, "next": path})
    assert verified.location.endswith(path)
    assert admin.send(path, REASON).status_code == 303
    assert not db.session.get(Member, cast.chloe.id).active


def test_a_closed_account_is_erased_and_its_mailbox_notified(
    cast: Cast, browser: Browser, inbox: object
) -> None:
    admin = browser(cast.farid)
    path = f"/administration/membres/{cast.chloe.id}/fermer"
    assert admin.send(path, {"reason": "À sa demande."}).status_code == 303
    closed = db.session.get(Member, cast.chloe.id)
    assert closed.is_closed
    mail = inbox.mail()
    assert mail["To"] == "chloe@example.org"
    assert "Chloé" in mail.get_body(("plain",)).get_content()
    assert "Chloé" not in admin.get(f"/administration/membres/{closed.id}").text
    assert admin.send(path, {"reason": ""}).status_code == 409


def test_at_many_accounts_each_list_is_read_by_an_index(app: Flask) -> None:
    """A plan, not a time: each can be read by an index, which the planner prefers at size."""
    many = (
        "WITH s AS (INSERT INTO stream (last_position) SELECT 0 FROM generate_series(1, 20000)"
        " RETURNING id) INSERT INTO member (email, active, fs_uniquifier, confirmed_at, created_at,"
        " is_admin, stream_id, display_name, job_title, bio, locale, time_zone)"
        " SELECT 'm' || id || '@example.org', true, id::text, now(), now(), false, id,"
        " 'P' || md5(id::text) || ' N' || md5((id * 7)::text), '', '', 'fr', 'UTC' FROM s"
    )
    for statement in (many, "ANALYZE member", "SET LOCAL enable_seqscan = off"):
        db.session.execute(text(statement))
    searches = [("nabc12", None), ("m19999@ex", None), ("", None)]
    plans = [plan_of(*each) for each in [*searches, *(("", state) for state in AccountState)]]
    db.session.rollback()
    for plan in plans:
        assert "Seq Scan" not in plan, plan


def plan_of(typed: str, state: AccountState | None) -> str:
    query = accounts_query(typed, state)
    compiled = str(query.compile(db.engine, compile_kwargs={"literal_binds": True}))
    return "\n".join(db.session.connection().exec_driver_sql("EXPLAIN " + compiled).scalars())


def test_of_two_administrators_who_demote_each_other_one_stays(
    app: Flask, cast: Cast, browser: Browser
) -> None:
    with atomic():
        promote(None, cast.amina)
    pair = (cast.farid, cast.amina), (cast.amina, cast.farid)
    acts = [
        (browser(one), f"/administration/membres/{other.id}/administration/retirer", {})
        for one, other in pair
    ]
    first = min(cast.amina.id, cast.farid.id)
    assert sent_at_once(app, "member", first, *acts) == [303, 403]
    assert db.session.scalar(select(func.count(Member.id)).where(Member.is_admin)) == 1
