"""The members' page: filters, one act on several, the list for a spreadsheet, one's history."""

import csv
import io
import re
import zipfile
from datetime import timedelta

import pytest

from grandequipe.core import clock
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.groups import services
from grandequipe.groups.models import MembershipState, Role, Sanction
from grandequipe.groups.queries import find_membership
from grandequipe.members.models import Organisation
from grandequipe.web.spreadsheets import plain_cell
from tests.factories import admit, make_comment, make_member, make_post

PAGE = "/groupes/ess-quartiers/membres"
SEVERAL = f"{PAGE}/plusieurs"


def listed(page):
    """List the names of the members that a page lists, in its order."""
    part = page.split('id="members-title"')[1].split('id="invite-title"')[0]
    return re.findall(r'class="member-words">\s*<a [^>]*>([^<]*)</a>', part)


def test_those_who_look_after_the_group_come_first_and_each_filter_narrows_the_list(cast, browser):
    admit(cast.ess, cast.driss)
    silent, quiet = make_member("Gaël Petit"), make_member("Hélène Ünal")
    admit(cast.ess, silent, quiet)
    with clock.travel(clock.now() - timedelta(days=100)):
        old = make_post(silent, cast.ess)
    make_comment(cast.chloe, old)
    with atomic():
        cast.chloe.organisation = Organisation(name="Régie des Lilas", kind="association")
        services.mute_member(cast.bruno, cast.ess, cast.driss, "Trop de messages.")
    bruno, chloe = browser(cast.bruno), browser(cast.chloe)
    everyone = listed(bruno.get(PAGE).text)
    assert [name.split()[0] for name in everyone[:2]] == ["Amina", "Bruno"]
    assert set(everyone[2:]) == {
        "Gaël Petit",
        "Hélène Ünal",
        cast.driss.display_name,
        cast.chloe.display_name,
    }
    organisation = cast.chloe.organisation_id
    for query, expected in (
        ("q=helene+unal", {"Hélène Ünal"}),
        ("q=%25", set(everyone)),
        ("role=moderator", {cast.bruno.display_name}),
        ("role=member&q=gael", {"Gaël Petit"}),
        ("etat=muted", {cast.driss.display_name}),
        ("activite=silent", {"Gaël Petit"}),
        ("activite=recent", {cast.chloe.display_name}),
        ("activite=never&role=member", {"Hélène Ünal", cast.driss.display_name}),
        (f"organisation={organisation}", {cast.chloe.display_name}),
        ("role=king&etat=x&activite=y&organisation=z", set(everyone)),
        ("q=personne", set()),
    ):
        assert (query, set(listed(bruno.get(f"{PAGE}?{query}").text))) == (query, expected)
    assert ">Lecture seule<" in bruno.get(PAGE).text
    page = chloe.get(PAGE).text
    for hidden in ('name="activite"', 'name="members"', "membres.csv", ">Lecture seule<"):
        assert hidden not in page
    for query in ("etat=muted", "activite=never"):
        # Moderators alone know of mutes, and of silence.
        assert set(listed(chloe.get(f"{PAGE}?{query}").text)) == set(everyone)


def test_one_act_on_several_asks_once_more_and_says_who_was_not_concerned(cast, browser):
    admit(cast.ess, cast.driss)
    gael = make_member("Gaël Petit")
    admit(cast.ess, gael)
    bruno = browser(cast.bruno)
    several = [cast.driss.id, gael.id, cast.amina.id, 999]
    assert (
        browser(cast.chloe).send(SEVERAL, {"act": "remove", "members": several}).status_code == 403
    )
    for wrong in (
        {"act": "mute"},
        {"act": "", "members": several},
        {"act": "x", "members": several},
    ):
        assert bruno.send(SEVERAL, wrong).location == PAGE
    question = bruno.send(SEVERAL, {"act": "mute", "members": several})
    assert question.status_code == 200
    for person in (cast.driss, gael, cast.amina):
        assert person.display_name in question.text
    assert db.session.query(Sanction).count() == 0
    sure = {"act": "mute", "members": several, "sure": "1", "duration": "day"}
    empty = bruno.send(SEVERAL, sure)
    assert (empty.status_code, db.session.query(Sanction).count()) == (422, 0)
    assert bruno.send(SEVERAL, {**sure, "reason": "Des insultes."}).status_code == 303
    answer = bruno.get(PAGE).text
    assert "C’est fait pour 2 membres." in answer
    assert re.search(r"Amina.{0,80}pas", answer, re.DOTALL)
    muted = {each.member_id for each in db.session.query(Sanction)}
    assert muted == {cast.driss.id, gael.id}
    roles = {"act": "moderator", "members": [gael.id], "sure": "1"}
    bruno.send(SEVERAL, roles)
    assert role_of(gael, cast.ess) is Role.MEMBER
    removed = {
        "act": "remove",
        "members": [cast.driss.id, gael.id],
        "sure": "1",
        "reason": "Absents.",
    }
    assert browser(cast.amina).send(SEVERAL, removed).status_code == 303
    assert (role_of(gael, cast.ess), role_of(cast.driss, cast.ess)) == (None, None)


def role_of(member, group):
    """Give the role that a member has now, None for who is none."""
    db.session.expire_all()
    membership = find_membership(member, group)
    return membership.role if membership and membership.state is MembershipState.ACTIVE else None


def test_owners_download_the_list_and_no_cell_is_a_formula(cast, browser):
    admit(cast.ess, cast.driss)
    with atomic():
        cast.chloe.job_title = '=HYPERLINK("http://evil.example","ici")'
        cast.driss.job_title = " @SUM(A1)"
    amina = browser(cast.amina)
    for other in (cast.bruno, cast.chloe):
        assert browser(other).get(f"{PAGE}.csv").status_code == 403
    assert amina.get(f"{PAGE}.ods").status_code == 404
    answer = amina.get(f"{PAGE}.csv")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[0][:4] == ["Nom", "Structure", "Fonction", "Rôle dans le groupe"]
    assert [row[0] for row in rows[1:3]] == [cast.amina.display_name, cast.bruno.display_name]
    assert len(rows) == 5
    assert not [
        cell for row in rows for cell in row if cell.strip().startswith(("=", "+", "-", "@"))
    ]
    assert "@example.org" not in answer.text
    book = zipfile.ZipFile(io.BytesIO(amina.get(f"{PAGE}.xlsx").data))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "=HYPERLINK" in sheet
    assert cast.chloe.display_name in sheet


@pytest.mark.parametrize(
    "text", ["=1+1", "+33 1", "-2", "@a", "\t=1", "\r=1", " =1", "\u00a0=1", "＝1"]
)
def test_a_cell_that_would_be_a_formula_begins_with_an_apostrophe(text):
    assert plain_cell(text) == f"'{text}"
    assert plain_cell(f"a{text}") == f"a{text}"


def test_moderators_read_the_history_of_a_person_in_their_group_alone(cast, browser):
    post = make_post(cast.chloe, cast.ess, title="Une fête")
    make_post(cast.chloe, cast.private, title="Un secret")
    make_comment(cast.chloe, post)
    with atomic():
        services.warn_member(cast.bruno, cast.ess, cast.chloe, "Ton trop vif.")
    with atomic():
        services.change_role(cast.amina, cast.ess, cast.chloe, Role.MODERATOR)
    with atomic():
        services.change_role(cast.amina, cast.ess, cast.chloe, Role.MEMBER)
    path = f"{PAGE}/{cast.chloe.id}"
    page = browser(cast.bruno).get(path)
    for what in (
        "Une fête",
        "Ton trop vif.",
        "Avertissement",
        "Rôle changé",
        "1 publication",
        "1 commentaire",
        "Arrivée",
    ):
        assert what in page.text
    assert "Un secret" not in page.text
    assert browser(cast.chloe).get(path).status_code == 403
    assert browser(cast.bruno).get(f"{PAGE}/{cast.farid.id}").status_code == 404
    assert browser(cast.bruno).get(f"{PAGE}/99999").status_code == 404
    with atomic():
        services.leave_group(cast.chloe, cast.ess)
    assert "Départ" in browser(cast.bruno).get(path).text
