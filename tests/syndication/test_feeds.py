"""Feed readers read groups, themes, territories and a member's home, each as its reader may."""

import re
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest

from grandequipe.core import clock
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Kind
from grandequipe.feed.services import edit_post, remove_post
from grandequipe.feed.services.labels import follow
from grandequipe.groups.models import Visibility
from grandequipe.groups.services import leave_group
from grandequipe.members.models import PrivateAddress, Purpose
from grandequipe.syndication.services import atom
from grandequipe.taxonomies.models import Territory, Theme
from tests.factories import draft_of, make_comment, make_group, make_post
from tests.feed.test_pictures_in_cards import make_pictured_post
from tests.syndication.conftest import PRIVATE_FEEDS, private_feed, read_feed, titles_of


def feed_of(group):
    """Give the address of a group's feed."""
    return f"/groupes/{group.slug}/flux.atom"


def test_a_public_group_is_read_by_feed_readers_with_all_that_an_entry_needs(
    cast, visitor, taxonomies
):
    at = clock.now().replace(microsecond=0) + timedelta(days=10)
    body = f'<p>Avec <a href="/membres/{cast.chloe.id}">@Chloé</a> &amp; d’autres.</p>'
    post = make_post(
        cast.amina,
        cast.ess,
        Kind.WEBINAR,
        title="Chauffer moins, <em>vivre</em> mieux",
        body_html=body,
        language="fr",
        themes=["sante"],
        territories=["D93"],
        starts_at=at,
        ends_at=at + timedelta(hours=1),
    )
    feed = read_feed(visitor.get(feed_of(cast.ess)))
    page = f"http://localhost/groupes/{cast.ess.slug}"
    links = {link.rel: link.href for link in feed.feed.links}
    assert links == {"self": f"{page}/flux.atom", "alternate": page}
    assert (feed.feed.title, feed.feed.language) == (cast.ess.name, "fr")
    (entry,) = feed.entries
    assert re.fullmatch(rf"tag:localhost,\d{{4}}-\d\d-\d\d:publication/{post.id}", entry.id)
    assert entry.title == "Chauffer moins, <em>vivre</em> mieux"
    assert entry.link == f"http://localhost/publications/{post.id}-chauffer-moins-em-vivre-em-mieux"
    assert entry.author == cast.amina.display_name
    assert {(tag.term, tag.label) for tag in entry.tags} >= {
        ("webinaire", "Webinaire"), ("sante", "Santé"),
        ("D93", db.session.get_one(Territory, "D93").label),
    }  # fmt: skip
    assert entry.summary == f"Avec @{cast.chloe.display_name} & d’autres."
    (content,) = entry.content
    assert content.type == "text/html"
    assert f'href="http://localhost/membres/{cast.chloe.id}"' in content.value
    assert "<strong>" in content.value
    assert entry.published == entry.updated
    with clock.travel(clock.now() + timedelta(hours=2)), atomic():
        edit_post(cast.amina, post, draft_of(Kind.WEBINAR, title="Autrement"))
    (again,) = read_feed(visitor.get(feed_of(cast.ess))).entries
    assert (again.id, again.title) == (entry.id, "Autrement")
    assert again.updated > again.published


def test_a_feed_is_asked_for_by_its_tag_and_is_never_older_than_what_is_asked(cast, visitor):
    post = make_post(cast.amina, cast.ess, title="La première")
    first = visitor.get(feed_of(cast.ess))
    tag = {"If-None-Match": first.headers["ETag"]}
    again = visitor.get(feed_of(cast.ess), headers=tag)
    assert (again.status_code, again.data) == (304, b"")
    make_comment(cast.chloe, post)
    assert visitor.get(feed_of(cast.ess), headers=tag).status_code == 304
    with atomic():
        cast.amina.display_name = "Amina Autrement"
    (entry,) = read_feed(visitor.get(feed_of(cast.ess), headers=tag)).entries
    assert entry.author == "Amina Autrement"
    with atomic():
        remove_post(cast.amina, post)
    assert titles_of(visitor.get(feed_of(cast.ess))) == []


def test_older_entries_are_on_further_pages_each_once(cast, visitor):
    posts = [make_post(cast.amina, cast.ess, title=f"Numéro {number}") for number in range(23)]
    with atomic():
        posts[0].placement_in(cast.ess).pinned = True
    seen, address = [], feed_of(cast.ess)
    while address:
        feed = read_feed(visitor.get(address))
        seen += [entry.title for entry in feed.entries]
        older = [link.href for link in feed.feed.links if link.rel == "next"]
        address = older[0].removeprefix("http://localhost") if older else None
    assert sorted(seen) == sorted(post.title for post in posts)


def test_a_group_that_is_not_public_is_read_by_a_private_address_of_a_member_alone(
    cast, browser, visitor
):
    make_post(cast.amina, cast.private, title="Entre nous")
    chloe = browser(cast.chloe)
    for client in (visitor, browser(cast.driss), chloe):
        assert client.get(feed_of(cast.private)).status_code == 404
    assert "/reglages/flux" in chloe.get(f"/groupes/{cast.private.slug}").text
    own, of_group = private_feed(chloe), f"?groupe={cast.private.slug}"
    assert titles_of(visitor.get(own)) == titles_of(visitor.get(own + of_group)) == ["Entre nous"]
    others = private_feed(browser(cast.driss))
    assert titles_of(visitor.get(others)) == []
    assert visitor.get(others + of_group).status_code == 404
    with atomic():
        leave_group(cast.chloe, cast.private)
    assert titles_of(visitor.get(own)) == []
    assert visitor.get(own + of_group).status_code == 404


def test_a_group_that_turns_private_is_gone_from_every_public_feed_at_once(
    cast, visitor, taxonomies
):
    make_post(cast.amina, cast.ess, title="Ouvert", themes=["sante"], territories=["D93"])
    feeds = ("/thematiques/sante/flux.atom", "/territoires/D93/flux.atom")
    for address in feeds:
        assert titles_of(visitor.get(address)) == ["Ouvert"]
    assert visitor.get("/territoires/d93/flux.atom").status_code == 301
    tag = {"If-None-Match": visitor.get(feed_of(cast.ess)).headers["ETag"]}
    with atomic():
        cast.ess.visibility = Visibility.PRIVATE
    assert visitor.get(feed_of(cast.ess), headers=tag).status_code == 404
    for address in feeds:
        assert titles_of(visitor.get(address)) == []


def test_a_private_address_has_what_is_followed_and_ends_when_it_is_revoked(
    cast, browser, visitor, taxonomies
):
    elsewhere = make_group(cast.amina, "Ailleurs", visibility="public")
    make_post(cast.amina, elsewhere, title="Suivi", themes=["sante"])
    with atomic():
        follow(cast.chloe, db.session.query(Theme).filter_by(slug="sante").one())
    chloe = browser(cast.chloe)
    own = private_feed(chloe)
    key = own.removeprefix("/flux/").removesuffix(".atom")
    answer = visitor.get(own)
    assert titles_of(answer) == ["Suivi"]
    assert (answer.headers["X-Robots-Tag"], answer.headers["Cache-Control"]) == (
        "noindex", "private, no-cache",
    )  # fmt: skip
    self_link = next(link.href for link in read_feed(answer).feed.links if link.rel == "self")
    assert self_link == f"http://localhost{own}"
    assert key not in chloe.get(PRIVATE_FEEDS).text
    # One for a calendar is none for a feed.
    assert visitor.get(f"/agenda/{key}.ics").status_code == 404
    (row,) = db.session.query(PrivateAddress)
    assert (row.purpose, row.read_on) == (Purpose.FEED, clock.now().date())
    revoke = f"{PRIVATE_FEEDS}/{row.id}/revoquer"
    assert browser(cast.driss).send(revoke).status_code == 404
    assert chloe.send(revoke).status_code == 303
    assert visitor.get(own).status_code == 404


def test_two_members_share_what_is_kept_of_a_group_and_neither_the_address(cast, browser, visitor):
    make_post(cast.amina, cast.private, title="Entre nous")
    own = [f"{private_feed(browser(each))}?groupe={cast.private.slug}" for each in
           (cast.chloe, cast.bruno)]  # fmt: skip
    answers = [visitor.get(each) for each in own]
    assert answers[0].headers["ETag"] == answers[1].headers["ETag"]
    for address, answer in zip(own, answers, strict=True):
        links = {link.rel: link.href for link in read_feed(answer).feed.links}
        assert links["self"] == f"http://localhost{address}"


@pytest.mark.parametrize("is_public", [True, False])
def test_pictures_and_files_are_named_only_where_everybody_may_have_them(
    cast, browser, visitor, is_public
):
    group = cast.ess if is_public else cast.private
    make_pictured_post(cast.amina, group)
    address = f"{private_feed(browser(cast.chloe))}?groupe={group.slug}"
    (entry,) = read_feed(visitor.get(address)).entries
    (content,) = entry.content
    named = re.findall(r'<img src="http://localhost(/fichiers/[^"]+)" alt="', content.value)
    assert len(named) == is_public
    for picture in named:
        assert visitor.get(picture.replace("&amp;", "&")).status_code == 200


def test_what_xml_forbids_is_left_out_of_a_feed(cast, visitor):
    wild = "a\x00b\x08c\x0bd\x1fe\ud800f\ufffeg\uffffh\tü😀"
    assert atom.allowed(wild) == "abcdefgh\tü😀"
    ET.fromstring(f"<x>{atom.allowed(wild)}</x>")  # noqa: S314  (ours)
    make_post(cast.amina, cast.ess, title="Titre ]]> & <script>", body_html="<p>]]&gt; &amp;</p>")
    (entry,) = read_feed(visitor.get(feed_of(cast.ess))).entries
    assert entry.title == "Titre ]]> & <script>"


def test_pages_say_where_their_feed_is(cast, browser, visitor, taxonomies):
    make_post(cast.amina, cast.ess, themes=["sante"])
    for page in (f"/groupes/{cast.ess.slug}", "/thematiques/sante"):
        text = visitor.get(page).text
        link = f'href="{page}/flux.atom"'
        assert f'<link rel="alternate" type="application/atom+xml" {link}' in text
        assert text.count(link) == 2
    assert 'href="/reglages/flux"' in browser(cast.chloe).get("/").text
