"""Inviting many at once, with a dry run and one reminder; links with their uses and their end."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from grandequipe.core import clock
from grandequipe.core.errors import Invalid
from grandequipe.core.mail.models import OutgoingMail
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.groups.models import Invitation, InvitationLink
from grandequipe.groups.policies import is_member
from grandequipe.groups.services import (
    invite_address,
    invite_addresses,
    read_addresses,
    remind_invited,
    withdraw_invitation,
)
from grandequipe.groups.services.invitations.links import create_link
from grandequipe.groups.tasks import purge_invitations
from grandequipe.members.models import Member
from tests.api.conftest import Program, program as program
from tests.conftest import Visitor
from tests.factories import Cast, make_group, make_member
from tests.notifications.dispatching import run_pending_handlers
from tests.threads import sent_at_once

Open = Callable[[Member], Visitor]
PATH = "/groupes/ess-quartiers/inviter"


@pytest.mark.parametrize(
    ("typed", "addresses", "bad"),
    [
        ("a@b.fr\nc@d.fr", ["a@b.fr", "c@d.fr"], []),
        ("Zoé <a@b.fr>, c@d.fr; e@f.fr", ["a@b.fr", "c@d.fr", "e@f.fr"], []),
        ("Nom;Adresse\nZoé;a@b.fr\nLéo;\nAna;pas@une@adresse", ["a@b.fr"], [3, 4]),
        ("Nom\tAdresse\n\nZoé\ta@b.fr\nIda\tA@B.fr", ["a@b.fr"], [4]),
        ('Nom,Adresse\n"Dupont, Zoé",a@b.fr\nÉva,éva@b.fr', ["a@b.fr"], [3]),
        ("amina@example.org\na@b.fr", ["a@b.fr"], [1]),
        ("a@b.fr\rZoé;c@d.fr\rx", ["a@b.fr", "c@d.fr"], [3]),
        ('"' + "a@b.fr," * 20_000, ["a@b.fr"], [1] * 19_999),
    ],
)
def test_a_list_is_read_whatever_separates_it(
    cast: Cast, typed: str, addresses: list[str], bad: list[int]
) -> None:
    reading = read_addresses(cast.amina, typed)
    assert (list(reading.addresses), [each.number for each in reading.bad]) == (addresses, bad)


def test_a_list_is_checked_first_then_sent_and_a_second_run_invites_nobody_twice(
    browser: Open, cast: Cast
) -> None:
    amina = browser(cast.amina)
    content = "Nom;Adresse\nZoé;zoe@example.org\nLéo;rien\n".encode("cp1252")
    form = {"file": (io.BytesIO(content), "liste.csv"), "word": "À bientôt !"}
    checked = amina.send(PATH, form, content_type="multipart/form-data").text
    assert "1 personne à inviter" in checked
    assert "Ligne 3" in checked
    assert "zoe@example.org" in checked
    assert db.session.query(Invitation).count() == 0
    sending = {
        "addresses": "zoe@example.org\nchloe@example.org",
        "word": "À bientôt !",
        "send": "1",
    }
    for _time in range(2):
        assert amina.send(PATH, sending).location == f"{PATH}#progress"
        run_pending_handlers()
    invited = db.session.query(Invitation).all()
    # The member is invited too, as far as anybody sees, and gets no mail.
    assert {each.email for each in invited} == {"zoe@example.org", "chloe@example.org"}
    assert all(each.handled_at for each in invited)
    mail = db.session.query(OutgoingMail).filter_by(kind="invitation").one()
    assert mail.recipient == "zoe@example.org"
    assert "À bientôt !" in str(mail.html)
    assert "déjà invitées" in amina.get(PATH).text
    for other, status in ((cast.chloe, 403), (cast.driss, 403)):
        assert browser(other).send(PATH, sending).status_code == status


def test_three_hundred_are_invited_at_once_and_no_list_is_without_measure(cast: Cast) -> None:
    addresses = [f"n{number}@example.net" for number in range(300)]
    with atomic():
        outcome = invite_addresses(cast.amina, cast.ess, addresses)
    assert (outcome.sent, outcome.already) == (300, 0)
    with pytest.raises(Invalid), atomic():
        invite_addresses(cast.amina, cast.ess, [f"m{number}@a.fr" for number in range(501)])
    with pytest.raises(Invalid), atomic():
        invite_addresses(cast.amina, cast.ess, ["a@b.fr"], "Voyez http://ailleurs.fr")


def test_a_new_account_invites_few_however_it_does_and_withdrawing_gives_none_back(
    cast: Cast,
) -> None:
    stranger = make_member("Igor Vasseur", created_at=clock.now())
    group = make_group(stranger, "Les affaires")
    with atomic():
        invite_addresses(stranger, group, [f"a{number}@example.net" for number in range(9)])
        invite_address(stranger, group, "a9@example.net")
    with atomic():
        for invitation in db.session.query(Invitation).filter_by(group_id=group.id):
            withdraw_invitation(stranger, invitation)
    with pytest.raises(Invalid, match="limit"), atomic():
        invite_addresses(stranger, group, ["b@example.net"])
    with pytest.raises(Invalid, match="limit"), atomic():
        invite_address(stranger, group, "b@example.net")


def test_each_is_reminded_once_but_not_an_account_that_declined(browser: Open, cast: Cast) -> None:
    with atomic():
        invite_addresses(cast.amina, cast.ess, ["zoe@example.org", cast.driss.email])
    run_pending_handlers()
    browser(cast.driss).send("/groupes/ess-quartiers/invitations/decliner")
    with atomic():
        assert remind_invited(cast.amina, cast.ess) == 0
        db.session.execute(update(Invitation).values(created_at=clock.now() - timedelta(days=4)))
    for expected in (2, 0):
        with atomic():
            assert remind_invited(cast.amina, cast.ess) == expected
        run_pending_handlers()
    reminders = db.session.query(OutgoingMail).filter(OutgoingMail.subject.startswith("Rappel"))
    assert [each.recipient for each in reminders] == ["zoe@example.org"]


def test_a_link_lets_in_as_many_as_it_says_and_then_is_over(
    browser: Open, visitor: Visitor, cast: Cast
) -> None:
    amina = browser(cast.amina)
    day = (clock.now() + timedelta(days=2)).date().isoformat()
    for wrong in ({"max_uses": "0", "until": day}, {"max_uses": "1", "until": "9999-12-31"}):
        assert amina.send(f"{PATH}/liens", wrong).status_code == 422
    assert amina.send(f"{PATH}/liens", {"max_uses": "1", "until": day}).status_code == 303
    link = db.session.query(InvitationLink).one()
    path = f"/invitations/lien/{link.key}"
    page = amina.get(PATH).text
    assert path in page
    assert "<svg" in page
    assert b"<svg" in amina.get(f"{PATH}/liens/{link.id}/qr.svg").data
    seen = visitor.get(path)
    assert (seen.status_code, seen.headers["X-Robots-Tag"]) == (200, "noindex, nofollow")
    assert browser(cast.eva).get(path).status_code == 410
    assert browser(cast.driss).send(path).location == "/groupes/ess-quartiers"
    db.session.expire_all()
    assert is_member(cast.driss, cast.ess)
    other = browser(make_member("Gaëlle Roux", email="gaelle@example.org"))
    assert [other.get(path).status_code, other.send(path).status_code] == [410, 410]
    with atomic():
        link.max_uses, link.expires_at = 5, clock.now() - timedelta(minutes=1)
    assert other.get(path).status_code == 410
    assert amina.send(f"{PATH}/liens/{link.id}/fin").status_code == 303
    assert other.get(path).status_code == 404


def test_a_program_invites_many_and_makes_links(
    program: Callable[..., Program], cast: Cast
) -> None:
    amina, address = program(cast.amina), "/groups/ess-quartiers/invitations"
    many = {"emails": ["zoe@example.org", "faux", "ZOE@example.org"]}
    for sent, already in ((1, 0), (0, 1)):
        answer = amina.post(address, many)
        assert answer.status_code == 201
        body = answer.json
        assert (body["sent"], body["already"]) == (sent, already)
        assert [each["email"] for each in body["refused"]] == ["faux"]
    assert amina.post(address, {"email": "leo@example.org"}).json["email"] == "leo@example.org"
    assert amina.post(address, {}).status_code == 422
    assert program(cast.chloe).post(address, many).status_code == 403
    end = (clock.now() + timedelta(days=2)).isoformat()
    link = amina.post("/groups/ess-quartiers/invitation-links", {"max_uses": 3, "expires_at": end})
    assert link.status_code == 201
    assert link.json["uses"] == 0
    assert "/invitations/lien/" in link.json["url"]


def test_the_last_use_of_a_link_lets_in_one_of_two_who_press_at_once(
    app: Flask, cast: Cast, browser: Callable[[Member], Visitor]
) -> None:
    with atomic():
        link = create_link(cast.amina, cast.ess, 1, clock.now() + timedelta(days=1))
    guests = [make_member(name, email=f"{name}@example.org") for name in ("Gaelle", "Hugo")]
    acts = [(browser(each), f"/invitations/lien/{link.key}", {}) for each in guests]
    assert sent_at_once(app, "group", cast.ess.id, *acts) == [303, 410]
    assert [is_member(each, cast.ess) for each in guests].count(True) == link.uses == 1


def test_links_that_ended_long_ago_go(cast: Cast) -> None:
    now = clock.now()
    with atomic():
        links = [create_link(cast.amina, cast.ess, 1, now + timedelta(days=1)) for _n in range(5)]
        over, recent, used, used_now, _open = links
        over.expires_at, recent.expires_at = now - timedelta(days=31), now - timedelta(days=29)
        used.uses = used_now.uses = 1
        used.created_at = now - timedelta(days=31)
    kept = {each.id for each in links} - {over.id, used.id}
    purge_invitations()
    assert {each.id for each in db.session.query(InvitationLink)} == kept
