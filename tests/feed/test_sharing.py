"""Scenes of sharing: addresses with words, what other sites read of a post, and its drawn card."""

import io
import json
import re
from html import unescape
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from PIL import Image

from grandequipe.core.links import address_words
from grandequipe.core.transactions import atomic
from grandequipe.feed.models import Kind, PlacementStatus
from grandequipe.feed.services import edit_post, remove_post
from tests.factories import draft_of, make_post
from tests.notifications.dispatching import run_pending_handlers

TITLE = "L’été des régies : œuvrer </script> & « partager »"
WORDS = "l-ete-des-regies-oeuvrer-script-partager"
CARD = re.compile(r'property="og:image" content="[^"]*?(/publications/\d+/carte-\w+\.png)"')


@pytest.mark.parametrize(
    ("title", "words"),
    [
        (TITLE, WORDS),
        ("مرحبا بكم", None),
        ("Łódź, 2026", "odz-2026"),
        ("a" * 100, "a" * 60),
        ("mot " * 40, "-".join(["mot"] * 15)),
    ],
)
def test_a_title_becomes_the_words_of_an_address(title, words):
    assert address_words(title) == words


def test_one_page_has_one_address_with_the_words_of_its_title(cast, browser, visitor):
    post = make_post(cast.amina, cast.ess, title=TITLE)
    plain, right = f"/publications/{post.id}", f"/publications/{post.id}-{WORDS}"
    for page in (visitor.get(plain), visitor.get(right)):
        assert page.status_code == 200
        assert re.search(f'<link rel="canonical" href="https?://[^/"]+{right}">', page.text)
    assert f'href="{right}"' in visitor.get("/groupes/ess-quartiers").text
    wrong = visitor.get(f"{plain}-autre-titre?cursor=x")
    assert (wrong.status_code, wrong.headers["Location"]) == (301, f"{right}?cursor=x")
    assert wrong.headers["Cache-Control"] == "no-store"
    with atomic():
        edit_post(cast.amina, post, draft_of(title="Autre titre"), over=post.text_version)
    assert visitor.get(right).headers["Location"] == f"{plain}-autre-titre"


def test_words_say_nothing_to_who_may_not_see_the_post(cast, browser, visitor):
    private = make_post(cast.amina, cast.private, title="Secret")
    unknown = visitor.get("/publications/999999-secret")
    for words in ("secret", "autre"):
        for client in (visitor, browser(cast.driss)):
            answer = client.get(f"/publications/{private.id}-{words}")
            assert answer.status_code == unknown.status_code == 404
            assert "Location" not in answer.headers
            assert "secret" not in answer.text.replace(f"{private.id}-{words}", "").lower()


def test_a_public_post_says_what_it_is_to_other_sites(cast, visitor):
    for kind, name in ((Kind.NEWS, "NewsArticle"), (Kind.WEBINAR, "Event"), (Kind.CALL, "Article")):
        post = make_post(cast.amina, cast.ess, kind, title=TITLE)
        page = visitor.get(f"/publications/{post.id}").text
        script = re.search(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', page, re.S)
        data = json.loads(script[1])
        assert (data["@type"], data.get("name") or data["headline"]) == (name, TITLE)
        assert f'property="og:title" content="{TITLE[:20]}' in unescape(page)
        assert CARD.search(page)


def test_nothing_is_said_of_a_private_post(cast, browser):
    post = make_post(cast.amina, cast.private, title=TITLE)
    page = browser(cast.chloe).get(f"/publications/{post.id}").text
    assert "og:" not in page
    assert "ld+json" not in page
    assert "les membres de" in page, "its menu says who can open the link"


def test_the_card_of_a_public_post_is_drawn_once_and_goes_with_it(cast, visitor, browser):
    post = make_post(cast.amina, cast.ess, title=TITLE)
    address = CARD.search(visitor.get(f"/publications/{post.id}").text)[1]
    card = visitor.get(address)
    assert card.mimetype == "image/png"
    assert Image.open(io.BytesIO(card.data)).size == (1200, 630)
    tag = card.headers["ETag"]
    assert visitor.get(address, headers={"If-None-Match": tag}).status_code == 304
    assert visitor.get(address).data == card.data
    with atomic():
        edit_post(cast.amina, post, draft_of(title="Autre titre"), over=post.text_version)
    moved = visitor.get(address)
    assert moved.status_code == 302
    assert visitor.get(moved.headers["Location"]).data != card.data
    with atomic():
        remove_post(cast.amina, post)
    run_pending_handlers()
    for client in (visitor, browser(cast.chloe), browser(cast.farid)):
        assert client.get(address).status_code == 404


def test_a_card_is_for_public_posts_alone(cast, browser):
    private = make_post(cast.amina, cast.private)
    waiting = make_post(cast.chloe, cast.moderated)
    assert waiting.placements[0].status is PlacementStatus.PENDING
    for post in (private, waiting):
        answer = browser(cast.amina).get(f"/publications/{post.id}/carte-x.png")
        assert answer.status_code == 404


def test_the_mail_that_shares_a_post_keeps_its_title_and_its_direction(cast, visitor):
    for title in (TITLE, "مرحبا بكم"):
        post = make_post(cast.amina, cast.ess, title=title)
        page = visitor.get(f"/publications/{post.id}").text
        mail = unescape(re.search(r'href="(mailto:[^"]+)"', page)[1])
        assert "+" not in mail, "mail programs show it as a plus"
        said = parse_qs(urlsplit(mail).query)
        assert title in said["subject"][0]
        assert said["body"][0].splitlines()[1].endswith(address_words(title) or str(post.id))
        if title != TITLE:
            assert unquote(mail).count("\u2068") == 2


@pytest.mark.parametrize("title", ["W" * 160, "é" * 160, "a\u0301" * 80])
def test_a_title_of_one_long_word_takes_no_longer_to_draw(cast, visitor, title):
    post = make_post(cast.amina, cast.ess, title=title)
    address = CARD.search(visitor.get(f"/publications/{post.id}").text)[1]
    answer = visitor.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
