"""Scenes at a group's page."""

import pytest

from grandequipe.core.events import record_all
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.events import PostPublished
from grandequipe.feed.queries import list_my_groups
from grandequipe.feed.services import remove_post
from grandequipe.groups.services import invite_member
from tests.factories import make_group, make_post
from tests.feed.conftest import cards, main_of, next_address


@pytest.mark.parametrize("name", ["driss", "eva"])
def test_a_public_group_is_read_by_everyone_and_written_by_members(cast, visitor, browser, name):
    post = make_post(cast.amina, cast.ess)
    other, chloe = browser(getattr(cast, name)), browser(cast.chloe)
    for reader in (visitor, other, chloe):
        assert cards(reader.get("/groupes/ess-quartiers").text) == [post.id]
    assert "/groupes/ess-quartiers/publier" in chloe.get("/groupes/ess-quartiers").text
    page = main_of(other.get("/groupes/ess-quartiers").text)
    assert "/publier" not in page
    assert 'name="add" value="thanks"' not in page


def test_a_private_group_shows_an_outsider_its_door_alone(cast, visitor, browser):
    post = make_post(cast.amina, cast.private, title="Entre nous")
    address = f"/groupes/{cast.private.slug}"
    assert cards(browser(cast.chloe).get(address).text) == [post.id]
    for reader in (visitor, browser(cast.driss), browser(cast.eva)):
        page = reader.get(address)
        assert page.status_code == 200
        assert "Entre nous" not in page.text
        assert cards(page.text) == []
        assert cards(reader.get(address, headers={"HX-Request": "true"}).text) == []
    assert f"{address}/rejoindre" in browser(cast.driss).get(address).text
    assert f"{address}/rejoindre" not in browser(cast.eva).get(address).text


def test_an_excluded_member_reads_so_and_who_may_let_them_come_back(cast, browser):
    for group in (cast.ess, cast.private):
        pages = [browser(who).get(f"/groupes/{group.slug}").text for who in (cast.eva, cast.driss)]
        assert ["décidé de votre exclusion" in main_of(page) for page in pages] == [True, False]


def test_a_hidden_group_is_not_there_until_one_is_invited(cast, visitor, browser):
    address = f"/groupes/{cast.hidden.slug}"
    driss = browser(cast.driss)
    for reader in (visitor, driss, browser(cast.eva)):
        assert reader.get(address).status_code == 404
    with atomic():
        invite_member(cast.amina, cast.hidden, cast.driss)
    page = driss.get(address)
    assert page.status_code == 200
    assert f"{address}/rejoindre" in page.text
    assert browser(cast.chloe).get(address).status_code == 200


def test_an_administrator_reads_every_group(cast, browser):
    post = make_post(cast.amina, cast.hidden)
    page = browser(cast.farid).get(f"/groupes/{cast.hidden.slug}").text
    assert cards(page) == [post.id]


def test_visitors_share_one_page(cast, app):
    make_post(cast.amina, cast.ess)
    first, second = app.test_client(), app.test_client()
    pages = [client.get("/groupes/ess-quartiers") for client in (first, second)]
    for page in pages:
        assert "Set-Cookie" not in page.headers
        assert "csrf_token" not in page.text
    texts = [page.text.replace(nonce_of(page), "") for page in pages]
    assert texts[0] == texts[1]


def test_seeing_a_group_makes_it_read(cast, browser):
    make_post(cast.amina, cast.ess)
    make_post(cast.amina, cast.private)

    def unread():
        return {mine.group.name: mine.unread for mine in list_my_groups(cast.chloe)}

    assert unread()["ESS Quartiers"] == 1
    browser(cast.chloe).get("/groupes/ess-quartiers")
    assert unread()["ESS Quartiers"] == 0
    assert unread()["Régies de quartier"] == 1


def test_who_looks_back_has_not_seen_what_is_new(cast, browser):
    for _ in range(21):
        make_post(cast.amina, cast.ess)
    chloe = browser(cast.chloe)
    first = chloe.get("/groupes/ess-quartiers").text
    make_post(cast.amina, cast.ess)
    chloe.get(next_address(first))
    unread = {mine.group.slug: mine.unread for mine in list_my_groups(cast.chloe)}
    assert unread["ess-quartiers"] == 1


def test_who_looks_at_one_kind_has_not_seen_the_others(cast, browser):
    make_post(cast.amina, cast.ess)
    chloe = browser(cast.chloe)
    assert chloe.get("/groupes/ess-quartiers?kind=projet").status_code == 200
    unread = {mine.group.slug: mine.unread for mine in list_my_groups(cast.chloe)}
    assert unread["ess-quartiers"] == 1


def test_what_nobody_can_read_any_more_is_not_counted_as_unread(cast, browser):
    """D4: removed posts stayed in the counters until the group was opened."""
    left, gone = (make_post(cast.amina, cast.ess) for _ in range(2))

    def unread():
        return {mine.group.slug: mine.unread for mine in list_my_groups(cast.chloe)}

    chloe = browser(cast.chloe)
    chloe.get("/")
    assert unread()["ess-quartiers"] == 2
    with atomic():
        remove_post(cast.amina, gone)
    assert unread()["ess-quartiers"] == 1
    assert '<span class="count">1<span' in chloe.get("/").text
    again = PostPublished(subject_id=left.id, actor_id=cast.amina.id, group_id=cast.ess.id)
    with atomic():
        record_all((cast.ess.stream, again) for _ in range(3))
    assert unread()["ess-quartiers"] == 1, "a post that was placed again is one post"
    for _ in range(100):
        make_post(cast.amina, cast.ess)
    assert unread()["ess-quartiers"] == 100, "more is not counted: pages show 99+"


def test_an_empty_group_says_what_to_do_next(cast, browser, visitor):
    make_group(cast.chloe, "Tout neuf")
    assert "/groupes/tout-neuf/publier" in main_of(
        browser(cast.chloe).get("/groupes/tout-neuf").text
    )
    assert "/publier" not in main_of(visitor.get("/groupes/tout-neuf").text)


def test_what_was_removed_or_waits_is_not_in_the_group(cast, browser):
    post = make_post(cast.amina, cast.ess)
    waiting = make_post(cast.chloe, cast.moderated)
    with atomic():
        remove_post(cast.amina, post)
    assert cards(browser(cast.chloe).get("/groupes/ess-quartiers").text) == []
    assert waiting.placements[0].is_pending
    assert cards(browser(cast.chloe).get("/groupes/petites-annonces").text) == []


def nonce_of(page) -> str:
    """Read the word that scripts of this answer carry."""
    policy = page.headers["Content-Security-Policy"]
    return policy.split("'nonce-")[1].split("'")[0]


@pytest.mark.parametrize(("sentences", "times"), [(1, 1), (20, 2)])
def test_what_a_group_is_stands_above_its_posts(sentences, times, cast, visitor):
    cast.ess.description = "Pour qui fait vivre un quartier. " * sentences
    db.session.commit()
    make_post(cast.amina, cast.ess)
    page = visitor.get("/groupes/ess-quartiers").text
    page = page[page.index("<main") :]
    assert page.index("<h1") < page.index("Pour qui fait vivre") < page.index("<article")
    assert page.count(">Pour qui fait vivre") == times
