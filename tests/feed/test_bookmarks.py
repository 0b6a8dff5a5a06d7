"""Keeping posts for oneself, with a note that nobody else reads."""

import re
from datetime import timedelta

import pytest

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Bookmark
from grandequipe.feed.services import publish_post, remove_post
from grandequipe.feed.services.bookmarks import add_bookmark
from grandequipe.feed.tasks import purge_private_data
from grandequipe.groups.services import leave_group
from grandequipe.members.services import erase_member
from tests.api.conftest import program as program
from tests.factories import draft_of, make_group, make_post
from tests.feed.conftest import cards, main_of, next_address
from tests.notifications.dispatching import run_pending_handlers
from tests.web.test_entity_tags import again, ask_twice

KEPT = timedelta(days=1)


def keep(member, *posts, note=None):
    for post in posts:
        with atomic():
            add_bookmark(member, post, note)


def note_of(page):
    found = re.search(r'bookmark-note">.*?<span dir="auto">(.*?)</span>', page, re.DOTALL)
    return found[1] if found else None


def test_a_post_is_kept_from_its_card_and_noted_and_let_go_and_taken_back(cast, browser):
    post = make_post(cast.amina, cast.ess, title="À relire")
    chloe = browser(cast.chloe)
    pressed = f'id="bookmark-{post.id}".*?aria-pressed="true"'
    assert not re.search(pressed, chloe.get("/").text, re.DOTALL)
    address = f"/publications/{post.id}/favori"
    assert chloe.send(address, {"add": "1"}).status_code == 303
    for path in ("/", "/groupes/ess-quartiers", f"/publications/{post.id}"):
        assert re.search(pressed, chloe.get(path).text, re.DOTALL), path
    chloe.send(address, {"note": "Pour mardi", "list": "1"})
    assert note_of(chloe.get("/favoris").text) == "Pour mardi"
    gone = chloe.send(address, {"remove": "1", "list": "1"}).headers["Location"]
    page = chloe.get(gone).text
    assert (cards(page), "À relire" in page) == ([], True)
    chloe.send(address, {"undo": "1", "list": "1"})
    page = chloe.get("/favoris").text
    assert (cards(page), note_of(page)) == ([post.id], "Pour mardi")
    assert "Pour mardi" not in browser(cast.amina).get(f"/publications/{post.id}").text
    assert cards(browser(cast.amina).get("/favoris").text) == []


def test_a_note_that_is_too_long_is_given_back_with_its_sentence(cast, browser):
    post = make_post(cast.amina, cast.ess)
    answer = browser(cast.chloe).send(f"/publications/{post.id}/favori", {"note": "é" * 1001})
    assert (answer.status_code, "é" * 1001 in answer.text) == (422, True)
    assert db.session.query(Bookmark).count() == 0


def test_bookmarks_are_listed_by_pages_newest_first(cast, browser):
    posts = [make_post(cast.amina, cast.ess) for _number in range(45)]
    keep(cast.chloe, *posts)
    chloe, seen, address = browser(cast.chloe), [], "/favoris"
    while address:
        page = chloe.get(address).text
        seen += cards(page)
        address = next_address(page)
    assert seen == [post.id for post in posts[::-1]]


@pytest.mark.parametrize(
    ("q", "found"),
    [("regie", [1]), ("RÉGIE note", []), ("epicerie", [0]), ("quartiers", [1, 0]), ("%", [1, 0])],
)
def test_a_search_looks_in_title_note_author_and_group_without_accents(q, found, cast, browser):
    posts = [make_post(cast.amina, cast.ess, title=title) for title in ("Un", "Régie")]
    keep(cast.chloe, posts[0], note="Pour l’épicerie")
    keep(cast.chloe, posts[1])
    page = browser(cast.chloe).get("/favoris", query_string={"q": q}).text
    assert cards(page) == [posts[index].id for index in found]


def test_a_search_that_is_too_long_says_so_and_is_given_back(cast, browser):
    words = "mot " * 26
    page = browser(cast.chloe).get("/favoris", query_string={"q": words})
    assert page.status_code == 422
    assert words.strip() in page.text
    assert "100 caractères" in page.text.replace("\u202f", " ").replace("\u00a0", " ")
    assert "maxlength" not in page.text.split('id="q"')[1].split(">")[0]


def test_what_one_may_no_longer_see_is_not_shown_nor_found(cast, browser, program):
    secret = make_post(cast.amina, cast.private, title="Secret")
    removed = make_post(cast.amina, cast.ess, title="Retiré")
    keep(cast.chloe, secret, removed, note="mot")
    with atomic():
        leave_group(cast.chloe, cast.private)
    with atomic():
        remove_post(cast.amina, removed)
    chloe = browser(cast.chloe)
    for path in ("/favoris", "/favoris?q=mot", f"/favoris?removed={secret.id}"):
        page = main_of(chloe.get(path).text)
        assert cards(page) == []
        assert "Secret" not in page
    assert program(cast.chloe).get("/me/bookmarks").json == {"items": [], "next": None}


def test_as_many_bookmarks_of_other_posts_make_another_tag(cast, browser):
    """No event is recorded of them: the ids of the posts shown that are kept are part of it."""
    one, other = (make_post(cast.amina, cast.ess) for _number in range(2))
    chloe = browser(cast.chloe)
    keep(cast.chloe, one)
    chloe.get("/")
    _page, unchanged = ask_twice(chloe)
    assert unchanged.status_code == 304
    chloe.send(f"/publications/{one.id}/favori", {"remove": "1"})
    chloe.send(f"/publications/{other.id}/favori", {"add": "1"})
    assert again(chloe, unchanged).status_code == 200


def test_a_list_of_kept_posts_asks_as_many_questions_however_long_it_is(
    cast, browser, count_queries
):
    chloe, asked = browser(cast.chloe), []
    for _round in range(2):
        keep(cast.chloe, *(make_post(cast.amina, cast.ess) for _number in range(8)))
        chloe.get("/favoris")
        with count_queries() as counted:
            chloe.get("/favoris")
        asked.append(counted.count)
    assert asked[0] == asked[1] <= 12


def test_a_post_of_two_groups_is_kept_once_and_shown_where_it_is_still_read(cast, browser):
    other = make_group(cast.amina, "Autre", visibility="private")
    with atomic():
        post = publish_post(cast.amina, other, draft_of(), also_in=[cast.ess])
    keep(cast.chloe, post)
    page = main_of(browser(cast.chloe).get("/favoris").text)
    assert cards(page) == [post.id]
    assert "Autre" not in page


def test_what_was_removed_a_day_ago_is_deleted_and_a_closed_account_keeps_nothing(cast, browser):
    post, kept = (make_post(cast.amina, cast.ess) for _number in range(2))
    keep(cast.chloe, post, kept, note="à moi")
    browser(cast.chloe).send(f"/publications/{post.id}/favori", {"remove": "1"})
    purge_private_data()
    assert db.session.query(Bookmark).count() == 2
    with atomic():
        db.session.get(Bookmark, (cast.chloe.id, post.id)).removed_at -= KEPT
    purge_private_data()
    assert [each.post_id for each in db.session.query(Bookmark)] == [kept.id]
    with atomic():
        erase_member(cast.chloe)
    run_pending_handlers()
    assert db.session.query(Bookmark).count() == 0


def test_a_program_keeps_a_post_and_reads_the_list(cast, program):
    post = make_post(cast.amina, cast.ess)
    chloe = program(cast.chloe)
    kept = chloe.put(f"/posts/{post.id}/bookmark", {"note": "Lire"})
    assert (kept.status_code, kept.json["note"]) == (200, "Lire")
    assert chloe.put(f"/posts/{post.id}/bookmark", {}).json["note"] == "Lire"
    [item] = chloe.get("/me/bookmarks?q=lire").json["items"]
    assert (item["post"]["id"], item["note"]) == (post.id, "Lire")
    assert chloe.delete(f"/posts/{post.id}/bookmark").status_code == 204
    assert chloe.get("/me/bookmarks").json["items"] == []
    assert chloe.put(f"/posts/{post.id}/bookmark", {}).json["note"] == ""
