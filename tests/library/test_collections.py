"""Scenes with collections: who sees which, what of them, in which order, and who is notified."""

import csv
import io
import re
from datetime import timedelta

import pytest

from grandequipe.core import clock
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Kind
from grandequipe.feed.services import remove_post, restore_post
from grandequipe.groups.services.ending_groups import erase
from grandequipe.groups.services.locks import lock_group
from grandequipe.library.models import (
    MOST_ITEMS,
    Audience,
    Collection,
    CollectionFollow,
    CollectionInput,
    CollectionItem,
)
from grandequipe.library.queries.collections import list_item_ids
from grandequipe.library.services import collections as services
from grandequipe.members.services import create_token, erase_member
from grandequipe.notifications.models import Notification, NotificationKind
from tests.factories import make_post
from tests.feed.conftest import cards
from tests.notifications.dispatching import run_pending_handlers

NEW = "/collections/nouvelle"


def make(owner, title="Mesurer", group=None, audience=Audience.EVERYONE, posts=()):
    with atomic():
        made = services.create_collection(owner, CollectionInput(title, "", audience), group)
        for post in posts:
            services.add_to_collection(owner, made, post)
    return made


def address(made):
    return f"/collections/{made.id}"


def listed(page):
    return re.findall(r'<h2><a href="/collections/\d+" dir="auto">(.*?)</a>', page)


def test_each_reader_sees_the_collections_that_are_for_them(cast, browser, visitor):
    readers = {
        "visitor": visitor, "driss": browser(cast.driss), "chloe": browser(cast.chloe),
        "eva": browser(cast.eva), "farid": browser(cast.farid),
    }  # fmt: skip
    seen_by = {
        "privée": (make(cast.chloe, "privée", audience=Audience.PRIVATE), {"chloe"}),
        "membres": (
            make(cast.chloe, "membres", audience=Audience.MEMBERS),
            {"chloe", "driss", "eva", "farid"},
        ),
        "tous": (make(cast.chloe, "tous"), set(readers)),
        "public": (make(cast.amina, "public", cast.ess), set(readers)),
        "groupe": (make(cast.amina, "groupe", cast.private), {"chloe", "farid"}),
        "caché": (make(cast.amina, "caché", cast.hidden), {"chloe", "farid"}),
    }
    for name, reader in readers.items():
        expected = [title for title, (_made, who) in seen_by.items() if name in who]
        assert listed(reader.get("/collections").text) == expected[::-1], name
        for title, (made, who) in seen_by.items():
            for path in (address(made), f"{address(made)}.csv"):
                status = reader.get(path).status_code
                assert status == (200 if name in who else 404), (name, title)
            if name in ("driss", "eva"):
                assert reader.get(f"{address(made)}/modifier").status_code in (403, 404)
    profile = readers["driss"].get(f"/membres/{cast.chloe.id}").text
    assert ("membres</a>" in profile, "privée</a>" in profile) == (True, False)
    mine = readers["chloe"].get("/collections?quoi=miennes").text
    assert listed(mine) == ["tous", "membres", "privée"]


def test_only_what_the_reader_sees_of_a_collection_is_listed_and_counted(
    cast, browser, visitor, app
):
    public = make_post(cast.amina, cast.ess)
    inside = make_post(cast.amina, cast.private, title="Au dedans")
    made = make(cast.amina, posts=[inside, public])
    driss = browser(cast.driss)
    for reader in (visitor, driss):
        page = reader.get(address(made)).text
        assert cards(page) == [public.id]
        assert "1 publication" in page
        assert "1 publication" in reader.get("/collections").text
        assert inside.title not in reader.get(f"{address(made)}.bib").text
    assert cards(browser(cast.chloe).get(address(made)).text) == [inside.id, public.id]
    with atomic():
        remove_post(cast.amina, public)
    assert cards(visitor.get(address(made)).text) == []
    with atomic():
        restore_post(cast.amina, public)
    assert cards(visitor.get(address(made)).text) == [public.id]


def test_a_member_makes_a_collection_from_a_post_and_puts_it_in_order(cast, browser, visitor):
    posts = [make_post(cast.amina, cast.ess, title=f"Titre {number}") for number in range(3)]
    chloe = browser(cast.chloe)
    place = f"/publications/{posts[0].id}/collections"
    assert place in chloe.get(f"/publications/{posts[0].id}-titre-0").text
    sent = chloe.send(place, {"collection": "", "note": "Le début"})
    assert chloe.send(sent.location, {"title": ""}).status_code == 422
    form = {"title": "À lire", "description": "Pour nous", "audience": "everyone"}
    made_at = chloe.send(sent.location, form).location
    made = db.session.query(Collection).one()
    for post in posts[1:]:
        answer = chloe.send(f"/publications/{post.id}/collections", {"collection": str(made.id)})
        assert answer.location == f"{made_at}#item-{post.id}"
    page = chloe.get(made_at).text
    assert cards(page) == [post.id for post in posts]
    assert "Le début" in page
    first, second, third = (post.id for post in posts)
    item = f"{made_at}/publications/"
    assert chloe.send(f"{item}{third}", {"placed_before": second}).status_code == 303
    assert cards(chloe.get(made_at).text) == [first, third, second]
    chloe.send(f"{item}{first}", {"placed_after": third})
    assert cards(visitor.get(made_at).text) == [third, first, second]
    chloe.send(f"{item}{third}/note", {"note": "Relu"})
    chloe.send(f"{item}{second}", {"taken_out": "1"})
    page = visitor.get(made_at).text
    assert (cards(page), "Relu" in page) == ([third, first], True)
    assert "Déplacer" not in page
    for wrong in (
        {"placed_before": "999"},
        {"placed_before": ""},
        {"placed_after": str(first)},
        {},
    ):
        assert chloe.send(f"{item}{first}", wrong).status_code == 404
    assert chloe.send(f"{item}{first}/note", {"note": "a" * 501}).status_code == 422
    assert browser(cast.bruno).send(f"{item}{first}", {"taken_out": "1"}).status_code == 403
    rows = csv.reader(io.StringIO(visitor.get(f"{made_at}.csv").text), delimiter=";")
    assert [row[0] for row in rows][1:] == ["Titre 2", "Titre 0"]
    chloe.send(f"{made_at}/supprimer")
    assert visitor.get(made_at).status_code == 404


def test_moderators_look_after_the_collections_of_their_group(cast, browser, visitor):
    post = make_post(cast.amina, cast.ess)
    bruno, chloe = browser(cast.bruno), browser(cast.chloe)
    form = {"title": "Du groupe", "audience": "private", "belongs_to": cast.ess.slug}
    made_at = bruno.send(f"{NEW}?publication={post.id}", form).location
    assert cards(visitor.get(made_at).text) == [post.id]
    assert browser(cast.amina).send(f"{made_at}/modifier", form | {"title": "b"}).status_code == 303
    assert chloe.send(f"{made_at}/modifier", form).status_code == 403
    chloe.send(NEW, form | {"title": "La mienne"})
    assert db.session.query(Collection.owner_id).filter_by(title="La mienne").scalar()
    with atomic():
        lock_group(cast.ess)
        erase(cast.ess)
    assert db.session.query(Collection).count() == 1
    assert db.session.query(CollectionItem).count() == 0


def lines_of(member):
    kind = NotificationKind.COLLECTION_EXTENDED
    return db.session.query(Notification).filter_by(member_id=member.id, kind=kind).all()


def test_followers_are_notified_once_a_day_of_what_they_may_see(cast, browser):
    made = make(cast.amina)
    for member in (cast.chloe, cast.driss):
        assert browser(member).send(f"{address(made)}/suivre", {"add": "1"}).status_code == 303
    inside = [make_post(cast.amina, cast.private, title=f"Dedans {n}") for n in range(2)]

    def add(post):
        with atomic():
            services.add_to_collection(cast.amina, made, post)
        run_pending_handlers()
        return [
            sum(each.unread_count for each in lines_of(who)) for who in (cast.chloe, cast.driss)
        ]

    assert add(inside[0]) == [1, 0]
    assert add(inside[1]) == [1, 0]
    assert add(make_post(cast.amina, cast.ess)) == [1, 1]
    with clock.travel(clock.now() + timedelta(days=1, minutes=1)):
        assert add(make_post(cast.amina, cast.ess)) == [2, 2]
    driss = browser(cast.driss)
    assert "Nouveau dans la collection" in driss.get("/notifications").text
    assert address(made) in driss.get("/reglages/suivis").text
    with atomic():
        values = CollectionInput("Mesurer", "", Audience.PRIVATE)
        services.change_collection(cast.amina, made, values)
    assert "Nouveau dans la collection" not in driss.get("/notifications").text
    assert address(made) not in driss.get("/reglages/suivis").text
    driss.send(f"{address(made)}/suivre", {"take_back": "1", "listed": "1"})
    assert db.session.query(CollectionFollow).filter_by(member_id=cast.driss.id).count() == 0
    with atomic():
        services.delete_collection(cast.amina, made)
    assert lines_of(cast.chloe) == []


def test_a_closed_account_leaves_no_collection_and_no_name(cast):
    make(cast.chloe)
    group = make(cast.bruno, "Du groupe", cast.ess, posts=[make_post(cast.amina, cast.ess)])
    with atomic():
        services.follow_collection(cast.chloe, group)
        erase_member(cast.chloe)
        erase_member(cast.bruno)
    run_pending_handlers()
    assert [each.id for each in db.session.query(Collection)] == [group.id]
    assert db.session.query(CollectionFollow).count() == 0
    assert db.session.query(CollectionItem).one().added_by_id is None


def test_a_collection_has_an_end(cast, browser):
    made = make(cast.chloe)
    last, *posts = (make_post(cast.amina, cast.ess) for _number in range(MOST_ITEMS + 1))
    with atomic():
        db.session.add_all(
            CollectionItem(
                collection_id=made.id, post_id=post.id, position=number, added_at=clock.now()
            )
            for number, post in enumerate(posts)
        )
    sent = browser(cast.chloe).send(
        f"/publications/{last.id}/collections", {"collection": str(made.id), "note": "Une note"}
    )
    assert sent.status_code == 409
    assert "Une note" in sent.text
    assert len(list_item_ids([made.id], cast.chloe)[made.id]) == MOST_ITEMS


@pytest.fixture
def call(cast, app):
    """Call the API as Amina."""
    with atomic():
        token, _row = create_token(cast.amina, "test", ["read", "write"])
    client = app.test_client()

    def send(method, path, json=None):
        headers = {"Authorization": f"Bearer {token}"}
        return client.open(f"/api/v1{path}", method=method, json=json, headers=headers)

    return send


def test_programs_write_collections_and_read_what_their_caller_sees(cast, call, visitor):
    post, inside = (
        make_post(cast.amina, cast.ess, Kind.RESOURCE),
        make_post(cast.amina, cast.private),
    )
    body = {"title": "Par programme", "group": "ess-quartiers", "posts": [inside.id, post.id]}
    created = call("POST", "/collections", body)
    assert created.status_code == 201
    path = created.headers["Location"].removeprefix("/api/v1")
    assert created.json["posts"] == [inside.id, post.id]
    assert (created.json["group"], created.json["member"]) == ("ess-quartiers", None)
    shown = visitor.get(f"/api/v1{path}").json
    assert shown["posts"] == [post.id]
    assert visitor.get("/api/v1/collections").json["items"] == [shown]
    changed = call("PATCH", path, {"posts": [post.id], "title": "Autre"})
    assert (changed.json["posts"], changed.json["title"]) == ([post.id], "Autre")
    wrong = call("PATCH", path, {"posts": [post.id, 999]})
    assert (wrong.status_code, list(wrong.json["errors"])) == (422, ["posts"])
    assert call("POST", "/collections", {"title": "x", "group": "rien"}).status_code == 404
    assert call("DELETE", path).status_code == 204
    assert visitor.get(f"/api/v1{path}").status_code == 404


def test_a_caller_keeps_in_its_place_what_they_do_not_see(cast, app):
    theirs = make_post(cast.amina, cast.hidden)
    public = make_post(cast.amina, cast.ess)
    made = make(cast.amina, group=cast.ess, posts=[theirs, public])
    other = make_post(cast.amina, cast.ess)
    with atomic():
        services.set_items(cast.farid, made, [other.id, public.id])
    assert list_item_ids([made.id], cast.amina)[made.id] == [other.id, public.id]
