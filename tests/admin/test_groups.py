"""Administrators see new groups, choose those of the landing page, archive and give them."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from grandequipe.core.moderation_log import LogEntry
from grandequipe.core.site_settings import GroupCreation, change_site_settings, read_site_settings
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.groups.models import Group, Membership, Role
from grandequipe.members.models import Member
from tests.conftest import Visitor
from tests.factories import Cast
from tests.members.conftest import Inbox, text_of

Browser = Callable[[Member], Visitor]
PAGE = "/administration/groupes"
NEW = {
    "name": "Jardins partagés",
    "description": "",
    "visibility": "public",
    "join_policy": "open",
    "posting_policy": "members",
}


def set_creation(creation: GroupCreation, *, reviews: bool = False) -> None:
    with atomic():
        version = read_site_settings().version
        change_site_settings(version, group_creation=creation, reviews_new_groups=reviews)


def new_group() -> Group:
    return db.session.scalars(select(Group).where(Group.name == NEW["name"])).one()


def acts() -> list[str]:
    return list(db.session.scalars(select(LogEntry.act).order_by(LogEntry.id)))


def main_of(page: str) -> str:
    return page.partition("<main")[2].partition("</main>")[0]


def test_a_new_group_is_read_by_its_address_and_stands_in_lists_once_it_is_approved(
    cast: Cast, browser: Browser, visitor: Visitor, inbox: Inbox
) -> None:
    set_creation(GroupCreation.EVERYONE, reviews=True)
    founder, other, admin = browser(cast.chloe), browser(cast.driss), browser(cast.farid)
    created = founder.send("/groupes/nouveau", NEW)
    assert created.status_code == 303
    group = new_group()
    assert "dans aucune liste" in founder.get(created.location).text
    for reader in (visitor, other):
        assert NEW["name"] not in main_of(reader.get("/groupes").text)
        assert reader.get(created.location).status_code == 200
    assert NEW["name"] not in visitor.get("/").text
    assert NEW["name"] in main_of(founder.get("/groupes").text)
    assert NEW["name"] in main_of(admin.get(f"{PAGE}?liste=pending").text)
    refusal = admin.send(f"{PAGE}/{group.id}/refuser", {"reason": "Il existe déjà."})
    assert refusal.status_code == 303
    assert "Il existe déjà." in text_of(inbox.mail())
    assert "Il existe déjà." in founder.get(created.location).text
    assert "Il existe déjà." not in other.get(created.location).text
    assert NEW["name"] not in main_of(other.get("/groupes").text)
    assert admin.send(f"{PAGE}/{group.id}/approuver", {}).status_code == 303
    for reader in (visitor, other):
        assert NEW["name"] in main_of(reader.get("/groupes").text)
    assert "liste des groupes" in inbox.mail()["Subject"]
    assert acts()[-2:] == ["group.refused", "group.approved"]


@pytest.mark.parametrize(
    ("creation", "member_may", "is_pending"),
    [
        (GroupCreation.EVERYONE, True, False),
        (GroupCreation.REQUEST, True, True),
        (GroupCreation.ADMINISTRATORS, False, False),
    ],
)
def test_who_may_create_groups_is_a_setting(
    cast: Cast, browser: Browser, creation: GroupCreation, member_may: bool, is_pending: bool
) -> None:
    set_creation(creation)
    page = browser(cast.chloe).get("/groupes").text
    assert ("/groupes/nouveau" in page) == member_may
    created = browser(cast.chloe).send("/groupes/nouveau", NEW)
    assert created.status_code == (303 if member_may else 403)
    if member_may:
        assert (new_group().review is not None) == is_pending
    created = browser(cast.farid).send("/groupes/nouveau", {**NEW, "name": "Le groupe du site"})
    assert created.status_code == 303
    group = db.session.scalars(select(Group).where(Group.name == "Le groupe du site")).one()
    assert group.review is None


def test_featured_groups_come_first_in_the_order_of_administrators(
    cast: Cast, browser: Browser, visitor: Visitor
) -> None:
    admin = browser(cast.farid)
    for group in (cast.ess, cast.moderated):
        assert admin.send(f"{PAGE}/{group.id}/en-avant", {}).status_code == 303
    assert admin.send(f"{PAGE}/{cast.private.id}/en-avant", {}).status_code == 409
    assert admin.send(f"{PAGE}/{cast.moderated.id}/en-avant/monter", {}).status_code == 303
    page = main_of(admin.get(f"{PAGE}?liste=featured").text)
    assert page.index(cast.moderated.name) < page.index(cast.ess.name)
    assert admin.send(f"{PAGE}/{cast.moderated.id}/en-avant/retirer", {}).status_code == 303
    assert cast.moderated.name not in main_of(admin.get(f"{PAGE}?liste=featured").text)


def test_a_group_is_archived_reopened_and_given_to_another_owner(
    cast: Cast, browser: Browser, inbox: Inbox
) -> None:
    admin = browser(cast.farid)
    path = f"{PAGE}/{cast.ess.id}"
    for act, is_archived in (("archiver", True), ("rouvrir", False)):
        assert admin.send(f"{path}/{act}", {}).status_code == 303
        assert db.session.get(Group, cast.ess.id).is_archived == is_archived
    for email, status in (
        ("rien@example.org", 422),
        ("eva@example.org", 409),
        ("amina@example.org", 409),
        ("driss@example.org", 303),
    ):
        assert admin.send(f"{path}/donner", {"email": email}).status_code == status, email
    roles = dict(
        db.session.execute(
            select(Membership.member_id, Membership.role).where(
                Membership.group_id == cast.ess.id, Membership.role != Role.MEMBER
            )
        ).all()
    )
    assert roles[cast.driss.id] is Role.OWNER
    assert roles[cast.amina.id] is Role.MODERATOR
    assert {mail["To"] for mail in inbox.mails()} == {"driss@example.org", "amina@example.org"}
    assert acts() == ["group.archived", "group.reopened", "group.transferred"]


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("", None),
        ("/{group}/approuver", {}),
        ("/{group}/refuser", {"reason": "x"}),
        ("/{group}/en-avant", {}),
        ("/{group}/en-avant/retirer", {}),
        ("/{group}/en-avant/monter", {}),
        ("/{group}/archiver", {}),
        ("/{group}/rouvrir", {}),
        ("/{group}/donner", {"email": "driss@example.org"}),
    ],
)
def test_others_find_no_such_page(
    cast: Cast, browser: Browser, visitor: Visitor, path: str, form: dict[str, str] | None
) -> None:
    at = PAGE + path.format(group=cast.ess.id)
    for person in (browser(cast.amina), browser(cast.driss)):
        assert (person.get(at) if form is None else person.send(at, form)).status_code == 404
    assert (visitor.get(at) if form is None else visitor.send(at, form)).status_code == 303
    assert acts() == []
