"""Scenes at the first page."""

from datetime import timedelta

from grandequipe.core import clock
from grandequipe.core.transactions import atomic
from grandequipe.feed.models import Kind
from grandequipe.feed.services import edit_post, publish_post
from grandequipe.groups.services import leave_group
from tests.factories import draft_of, make_group, make_member, make_post
from tests.feed.conftest import cards, main_of, next_address


def test_a_visitor_learns_what_this_is_and_what_can_be_read(visitor, cast):
    make_post(cast.chloe, cast.ess, title="Une nouvelle")
    page = visitor.get("/").text
    assert "/groupes/ess-quartiers" in page
    assert "/inscription" in page
    assert "/connexion" in page
    assert cast.private.name not in page
    assert cast.hidden.name not in page


def test_a_member_sees_all_groups_of_theirs_newest_first(browser, cast):
    shown = [make_post(cast.amina, group).id for group in (cast.ess, cast.private, cast.hidden)]
    elsewhere = make_group(cast.driss, "Ailleurs")
    make_post(cast.driss, elsewhere)
    assert cards(browser(cast.chloe).get("/").text) == shown[::-1]


def test_a_feed_of_one_kind_holds_that_kind_only(browser, cast):
    make_post(cast.amina, cast.ess, Kind.NEWS)
    webinar = make_post(cast.amina, cast.ess, Kind.WEBINAR)
    chloe = browser(cast.chloe)
    assert cards(chloe.get("/?kind=webinaire").text) == [webinar.id]
    assert cards(chloe.get("/?kind=appel").text) == []
    assert len(cards(chloe.get("/?kind=rien-de-tel").text)) == 2


def test_older_posts_follow_without_a_hole(browser, cast):
    posted = [make_post(cast.amina, cast.ess, title=f"Numéro {number}").id for number in range(45)]
    chloe, seen, address = browser(cast.chloe), [], "/"
    while address:
        page = chloe.get(address).text
        seen += cards(page)
        address = next_address(page)
        make_post(cast.amina, cast.ess, title="Pendant la lecture")
    assert seen == posted[::-1]


def test_a_cursor_of_nobody_s_begins_at_the_beginning(browser, cast):
    post = make_post(cast.amina, cast.ess)
    for cursor in ("rien", "%00", "W10", "x" * 4000):
        answer = browser(cast.chloe).get(f"/?cursor={cursor}")
        assert (answer.status_code, cards(answer.text)) == (200, [post.id])


def test_who_left_a_group_does_not_read_it_any_more(browser, cast):
    make_post(cast.amina, cast.private)
    chloe = browser(cast.chloe)
    assert len(cards(chloe.get("/").text)) == 1
    with atomic():
        leave_group(cast.chloe, cast.private)
    assert cards(chloe.get("/").text) == []


def test_a_newcomer_is_shown_what_to_do_next(browser, cast):
    page = main_of(browser(make_member("Gina Rossi")).get("/").text)
    assert "/groupes" in page
    assert not cards(page)


def test_the_webinars_of_the_next_two_weeks_are_beside_the_feed(browser, cast):
    now = clock.now()
    for title, days in (("Passé", -2), ("Bientôt", 3), ("Plus tard", 30)):
        starts_at = now + timedelta(days=days)
        replay = {"replay_url": "https://video.example.org/1"} if days < 0 else {}
        make_post(
            cast.amina,
            cast.private,
            Kind.WEBINAR,
            title=title,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=1),
            **replay,
        )

    def run_in_thread(member):
        page = browser(member).get("/").text
        return page[page.index("<aside") :]

    assert "Bientôt" in run_in_thread(cast.chloe)
    assert "Passé" not in run_in_thread(cast.chloe)
    assert "Plus tard" not in run_in_thread(cast.chloe)
    assert "Bientôt" not in run_in_thread(cast.driss)


def test_a_webinar_is_announced_for_the_day_to_which_it_was_moved(browser, cast):
    webinar = make_post(cast.amina, cast.ess, Kind.WEBINAR, **on_line(days=30))
    assert webinar.title not in announced(browser(cast.chloe))
    with atomic():
        edit_post(cast.amina, webinar, draft_of(Kind.WEBINAR, **on_line(days=3)))
    assert webinar.title in announced(browser(cast.chloe))


def test_a_webinar_in_several_groups_is_announced_once_in_the_first(browser, cast):
    said = draft_of(Kind.WEBINAR, **on_line(days=3))
    with atomic():
        publish_post(cast.amina, cast.private, said, [cast.ess])
    shown = announced(browser(cast.chloe))
    assert shown.count(said.title) == 1
    assert cast.private.name in shown


def on_line(days):
    """Say when a webinar of an hour takes place, in so many days."""
    starts_at = clock.now() + timedelta(days=days)
    return {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=1)}


def announced(member):
    """Give the webinars that a member's first page announces."""
    return member.get("/").text.partition('id="coming-title"')[2].partition("</aside>")[0]


def test_an_open_page_asks_for_the_cards_alone(browser, cast):
    post = make_post(cast.amina, cast.ess)
    part = browser(cast.chloe).get("/", headers={"HX-Request": "true"}).text
    assert cards(part) == [post.id]
    assert "<html" not in part


def test_a_card_is_kept_while_it_is_true_and_is_each_reader_s_own(browser, cast):
    post = make_post(cast.amina, cast.ess, title="Avant")
    chloe, bruno = browser(cast.chloe), browser(cast.bruno)
    assert 'name="take_back"' not in chloe.get("/").text
    chloe.send(f"/publications/{post.id}/reactions", {"add": "useful"})
    assert 'name="take_back" value="useful"' in chloe.get("/").text
    page = bruno.get("/").text
    assert 'name="take_back"' not in page
    assert '<span class="reaction-count">1</span>' in page
    tokens = {token(client.get("/").text) for client in (chloe, bruno)}
    assert len(tokens) == 2
    with atomic():
        cast.amina.display_name = "Amina B."
        edit_post(cast.amina, post, draft_of(title="Après"))
    page = main_of(chloe.get("/").text)
    assert "Après" in page
    assert "Amina B." in page
    assert "Avant" not in page


def token(page: str) -> str:
    """Read the token that the first card sends, which must be good in this reader's session."""
    card = page[page.index("data-post=") :]
    return card[card.index('name="csrf_token" value="') :].split('"')[3]
