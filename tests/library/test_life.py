"""Scenes in the life of a resource: reviewed, reported, replaced, used."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import delete

from grandequipe.core import clock
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Kind, Post
from grandequipe.feed.services import remove_post, restore_post
from grandequipe.groups.queries import find_membership
from grandequipe.library.models import (
    LibraryEntry,
    OutdatedReport,
    ProjectResource,
    ResourceSuccessor,
    ResourceUse,
)
from grandequipe.library.services import life as services
from grandequipe.library.tasks import remind_of_reviews
from grandequipe.members.services import erase_member
from grandequipe.notifications.models import Notification, NotificationKind
from tests.factories import make_post
from tests.feed.conftest import cards
from tests.notifications.dispatching import run_pending_handlers


def share(author, group, title, **values):
    return make_post(author, group, Kind.RESOURCE, title=title, **values)


def page_of(reader, post):
    return reader.get(f"/publications/{post.id}", follow_redirects=True).text


def life_of(reader, post):
    page = page_of(reader, post)
    return page[page.index('id="resource-life"') :].split("</section>")[0]


def replace(member, post, newer):
    with atomic():
        services.replace_resource(member, post, newer)


def lines_of(member, kind):
    return db.session.query(Notification).filter_by(member_id=member.id, kind=kind).all()


def test_an_author_is_reminded_once_of_a_review_and_says_that_it_is_up_to_date(cast, browser):
    post = share(cast.chloe, cast.ess, "Guide")
    chloe = browser(cast.chloe)
    path = f"/publications/{post.id}/relecture"
    assert chloe.send(path, {"review_on": "2020-01-01"}).status_code == 422
    day = clock.now() + timedelta(days=40)
    assert chloe.send(path, {"review_on": f"{day:%Y-%m-%d}"}).status_code == 303
    for days, number in ((39, 0), (41, 1), (42, 1)):
        with clock.travel(clock.now() + timedelta(days=days)):
            remind_of_reviews()
            run_pending_handlers()
        lines = lines_of(cast.chloe, NotificationKind.RESOURCE_REVIEW)
        assert sum(each.unread_count for each in lines) == number
    assert "le moment de relire votre ressource" in chloe.get("/notifications").text
    chloe.send(path, {"review_on": "", "is_current": "y"})
    assert "À jour le" in life_of(browser(cast.driss), post)
    for reader, status in ((cast.bruno, 200), (cast.driss, 403)):
        assert browser(reader).get(path).status_code == status


def test_what_is_reported_as_out_of_date_is_known_to_its_author_and_moderators(
    cast, browser, visitor
):
    post = share(cast.chloe, cast.ess, "Guide")
    driss, chloe, bruno = browser(cast.driss), browser(cast.chloe), browser(cast.bruno)
    path = f"/publications/{post.id}/perimee"
    assert driss.send(path, {"reason": ""}).status_code == 422
    assert driss.send(path, {"reason": "La loi a changé."}).status_code == 303
    run_pending_handlers()
    assert len(lines_of(cast.chloe, NotificationKind.RESOURCE_OUTDATED)) == 1
    assert "signale votre ressource « Guide » comme périmée" in re.sub(
        "<[^>]*>|[\u2068\u2069]", "", chloe.get("/notifications").text
    ).replace("\u00a0", " ")
    for reader, sees in ((chloe, True), (bruno, True), (driss, False), (visitor, False)):
        assert ("La loi a changé." in page_of(reader, post)) == sees
        assert ("Signalée comme périmée" in reader.get("/ressources").text) == sees
    assert chloe.send(path, {"reason": "a"}).status_code == 403
    assert browser(cast.driss).get(f"/publications/{post.id}/relecture").status_code == 403
    answer = {"is_current": "y", "answer": "C’est corrigé."}
    assert chloe.send(f"/publications/{post.id}/relecture", answer).status_code == 303
    assert "C’est corrigé." in life_of(driss, post)
    assert "Signalée comme périmée" not in chloe.get("/ressources").text
    inside = share(cast.amina, cast.private, "Interne")
    assert driss.send(f"/publications/{inside.id}/perimee", {"reason": "a"}).status_code == 404


def test_a_newer_version_takes_the_place_of_the_old_one_for_those_who_see_it(
    cast, browser, visitor
):
    old = share(cast.amina, cast.ess, "Guide 2023")
    middle = share(cast.amina, cast.private, "Guide 2024")
    new = share(cast.amina, cast.hidden, "Guide 2025")
    amina, chloe, driss = browser(cast.amina), browser(cast.chloe), browser(cast.driss)
    path = f"/publications/{old.id}/remplacement"
    found = amina.get(f"{path}?q=guide+2024").text
    assert f'value="{middle.id}"' in found
    assert f'value="{new.id}"' not in found
    assert amina.send(path, {"chosen": str(middle.id)}).status_code == 303
    assert cards(chloe.get("/ressources").text) == [new.id, middle.id]
    assert "Guide 2024" in life_of(chloe, old)
    replace(cast.amina, middle, new)
    assert cards(chloe.get("/ressources").text) == [new.id]
    assert cards(chloe.get("/ressources?anciennes=1").text) == [new.id, middle.id, old.id]
    assert "Guide 2025" in life_of(chloe, old)
    assert "Guide 2024" in life_of(chloe, new)
    for reader in (driss, visitor):
        assert cards(reader.get("/ressources").text) == [old.id]
        assert "version plus récente" not in life_of(reader, old)
    for circle in (new, middle):
        sent = amina.send(f"/publications/{circle.id}/remplacement", {"chosen": str(old.id)})
        assert sent.status_code == 409
    assert amina.send(path, {"chosen": str(old.id)}).status_code == 409
    assert driss.send(path, {"chosen": str(new.id)}).status_code == 403
    assert browser(cast.bruno).send(path, {"chosen": "999"}).status_code == 404
    with atomic():
        remove_post(cast.amina, new)
    assert cards(chloe.get("/ressources").text) == [middle.id]
    with atomic():
        restore_post(cast.amina, new)
    with atomic():
        db.session.execute(delete(Post).where(Post.id == middle.id))
    assert cards(chloe.get("/ressources").text) == [new.id]
    amina.send(path, {"taken_out": "1"})
    assert cards(chloe.get("/ressources").text) == [new.id, old.id]
    assert db.session.query(ResourceSuccessor).count() == 0


def test_projects_name_the_resources_that_they_used_and_only_seen_ones_count(
    cast, browser, visitor
):
    guide = share(cast.amina, cast.ess, "Guide")
    public = make_post(cast.chloe, cast.ess, Kind.PROJECT, title="Jardin")
    inside = make_post(cast.chloe, cast.private, Kind.PROJECT, title="Atelier")
    chloe = browser(cast.chloe)
    for project in (public, inside):
        path = f"/publications/{project.id}/ressources"
        assert f'value="{guide.id}"' in chloe.get(f"{path}?q=gui").text
        assert chloe.send(path, {"chosen": str(guide.id)}).status_code == 303
    assert "Guide" in life_of(visitor, public)
    assert "2 projets s’en servent" in life_of(chloe, guide)
    seen = life_of(visitor, guide)
    assert ("1 projet s’en sert" in seen, "Atelier" in seen) == (True, False)
    assert browser(cast.driss).get(f"/publications/{public.id}/ressources").status_code == 403
    assert (
        chloe.send(f"/publications/{public.id}/ressources", {"chosen": str(inside.id)}).status_code
        == 404
    )
    chloe.send(f"/publications/{public.id}/ressources", {"taken_out": str(guide.id)})
    assert "s’en sert" not in life_of(visitor, guide)
    assert db.session.query(ProjectResource).count() == 1


def test_those_who_used_a_resource_say_so_and_the_most_useful_stand_first(cast, browser, visitor):
    useful = share(cast.amina, cast.ess, "Utile")
    other = share(cast.amina, cast.ess, "Autre")
    driss = browser(cast.driss)
    path = f"/publications/{useful.id}/usage"
    assert driss.send(path, {"sentence": "Pour notre <b>bilan</b>"}).status_code == 303
    assert driss.send(path, {"sentence": "Pour notre bilan"}).status_code == 303
    assert browser(cast.bruno).send(path, {}).status_code == 303
    assert "2 personnes s’en sont servies" in life_of(visitor, useful)
    assert "Pour notre bilan" in life_of(visitor, useful)
    assert cards(visitor.get("/ressources?tri=utiles").text) == [useful.id, other.id]
    assert browser(cast.amina).send(path, {}).status_code == 403
    assert driss.send(path, {"sentence": "a" * 301}).status_code == 422
    mine = f"{path}/{cast.driss.id}/retirer"
    assert browser(cast.eva).send(mine).status_code == 403
    assert browser(cast.amina).send(mine).status_code == 303
    assert "1 personne s’en est servie" in life_of(visitor, useful)
    with atomic():
        services.report_outdated(cast.driss, useful, "Ancien.")
        services.note_use(cast.driss, useful, "Utile")
        erase_member(cast.driss)
    run_pending_handlers()
    assert db.session.query(OutdatedReport).count() == 0
    assert db.session.query(ResourceUse).one().member_id == cast.bruno.id
    entry = db.session.get_one(LibraryEntry, useful.id)
    assert entry.use_count == 1
    with atomic():
        db.session.execute(delete(Post).where(Post.id == useful.id))
    assert db.session.query(ResourceUse).count() == 0


def test_who_is_banned_or_muted_in_one_of_its_groups_says_nothing_of_a_resource(cast, browser):
    guide = share(cast.amina, cast.ess, "Guide")
    with atomic():
        find_membership(cast.chloe, cast.ess).muted_until = clock.now() + timedelta(days=1)
    for silenced in (cast.eva, cast.chloe):
        reader = browser(silenced)
        assert "/usage" not in life_of(reader, guide)
        assert "/perimee" not in life_of(reader, guide)
        for path, words in (("usage", {"sentence": "Nul !"}), ("perimee", {"reason": "Nul !"})):
            assert reader.send(f"/publications/{guide.id}/{path}", words).status_code == 403
    assert db.session.query(ResourceUse).count() == 0
    assert db.session.query(OutdatedReport).count() == 0


@pytest.mark.parametrize("path", ["relecture", "perimee", "usage", "remplacement"])
def test_what_is_no_resource_has_none_of_these_pages(cast, browser, path):
    news = make_post(cast.amina, cast.ess)
    assert browser(cast.amina).get(f"/publications/{news.id}/{path}").status_code == 404
