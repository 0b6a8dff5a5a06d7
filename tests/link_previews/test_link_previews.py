"""Cards of linked pages: fetched by a worker, kept by us, shown to the readers of a post."""

import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Event, Thread

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select, update

from grandequipe.core import clock, files
from grandequipe.core.events import EventRecord
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.handlers import refresh_link_previews
from grandequipe.feed.models import Kind, Post
from grandequipe.feed.services import edit_post, remove_post, restore_post
from grandequipe.feed.services.links import refer_to_links
from grandequipe.link_previews.models import LinkPreview, LinkReference
from grandequipe.link_previews.services import MOST_TRIES, key_of
from grandequipe.link_previews.tasks import FETCHER, fetch_waiting, remove_unreferred
from grandequipe.members.models import Member
from tests.conftest import Visitor
from tests.factories import Cast, draft_of, make_post
from tests.link_previews.foreign import ForeignSite, foreign_site, page
from tests.notifications.dispatching import run_pending_handlers

PAGE = """<title>Un jardin partagé</title><meta name=description content="Mode d’emploi">
<meta property="og:site_name" content="Jardins"><meta property="og:image" content="/photo.jpg">"""


def photo(size: tuple[int, int] = (600, 300)) -> bytes:
    written = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(written, "JPEG")
    return written.getvalue()


@pytest.fixture
def site(app: Flask) -> Iterator[ForeignSite]:
    with foreign_site() as started:
        started.answers = {"/guide": page(PAGE), "/photo.jpg": page(photo(), "image/jpeg")}
        app.extensions[FETCHER] = started.fetcher()
        yield started


def referring(post: Post) -> None:
    """Do what the handler does of an event of a post, and then what the worker does."""
    with atomic():
        refer_to_links(post.id)
    fetch_waiting()
    db.session.expire_all()


def lone(*addresses: str) -> str:
    return "".join(f'<p><a href="{each}">{each}</a></p>' for each in addresses)


def test_a_link_alone_on_a_line_becomes_a_card_with_a_picture_that_we_keep(
    cast: Cast, site: ForeignSite, visitor: Visitor
) -> None:
    post = make_post(cast.amina, cast.ess, body_html=f"<p>À lire :</p>{lone(site.url('/guide'))}")
    referring(post)
    shown = visitor.get(f"/publications/{post.id}").text
    for words in ("Un jardin partagé", "Mode d’emploi", "Jardins", "site.example"):
        assert words in shown
    preview = db.session.scalars(select(LinkPreview)).one()
    assert f'src="/apercus/{preview.id}.webp"' in shown
    assert "/photo.jpg" not in shown, "no reader's browser asks anybody else"
    answer = visitor.get(f"/apercus/{preview.id}.webp")
    assert Image.open(io.BytesIO(answer.data)).size == (320, 320)
    assert answer.headers["Content-Type"] == "image/webp"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    tag = {"If-None-Match": answer.headers["ETag"]}
    assert visitor.get(f"/apercus/{preview.id}.webp", headers=tag).status_code == 304
    assert len(site.requests) == 2
    referring(post)
    assert len(site.requests) == 2, "what was fetched today is kept"


def test_the_picture_of_a_preview_is_for_the_readers_of_a_post_that_refers_to_it(
    cast: Cast, site: ForeignSite, browser: Callable[[Member], Visitor], visitor: Visitor
) -> None:
    post = make_post(cast.amina, cast.private, body_html=lone(site.url("/guide")))
    referring(post)
    path = f"/apercus/{db.session.scalars(select(LinkPreview.id)).one()}.webp"
    assert browser(cast.amina).get(path).status_code == 200
    tag = {"If-None-Match": browser(cast.amina).get(path).headers["ETag"]}
    for other in (browser(cast.driss), visitor):
        assert other.get(path, headers=tag).status_code == 404
    assert visitor.get("/apercus/999.webp").status_code == 404
    referring(make_post(cast.amina, cast.ess, body_html=lone(site.url("/guide"))))
    assert visitor.get(path).status_code == 200, "a public post refers to it, too"
    assert len(site.requests) == 2, "an address is fetched once, however many refer to it"
    with atomic():
        remove_post(cast.amina, post)
    assert visitor.get(path).status_code == 200


def test_a_resource_s_address_comes_first_then_three_links_of_its_text(
    cast: Cast, site: ForeignSite, visitor: Visitor
) -> None:
    paths = ["/own", "/1", "/2", "/3", "/4"]
    for path in paths:
        site.answers[path] = page(f"<title>Page {path}</title>")
    url, *others = (site.url(path) for path in paths)
    within = f'<p>Voir <a href="{site.url("/within")}">ceci</a> aussi.</p>'
    post = make_post(cast.amina, cast.ess, Kind.RESOURCE, url=url, body_html=within + lone(*others))
    referring(post)
    shown = visitor.get(f"/publications/{post.id}").text
    places = [shown.find(f"Page {path}") for path in paths]
    assert places[:4] == sorted(places[:4])
    assert -1 not in places[:4]
    assert places[4] == -1
    assert not any("/within" in request for request in site.requests)


def test_a_changed_text_refers_to_other_pages_and_what_nobody_refers_to_goes(
    cast: Cast, site: ForeignSite, visitor: Visitor
) -> None:
    site.answers["/new"] = page("<title>Nouvelle page</title>")
    post = make_post(cast.amina, cast.ess, body_html=lone(site.url("/guide")))
    referring(post)
    old = db.session.scalars(select(LinkPreview.id)).one()
    with atomic():
        edit_post(cast.amina, post, draft_of(title="t", body_html=lone(site.url("/new"))))
    referring(post)
    shown = visitor.get(f"/publications/{post.id}").text
    assert "Nouvelle page" in shown
    assert "Un jardin partagé" not in shown
    assert visitor.get(f"/apercus/{old}.webp").status_code == 404
    remove_unreferred()
    assert files.read(key_of(old)), "it is kept for a day"
    with clock.travel(clock.now() + timedelta(hours=25)):
        remove_unreferred()
    assert db.session.scalars(select(LinkPreview.address)).all() == [site.url("/new")]
    with pytest.raises(FileNotFoundError):
        files.read(key_of(old))


def test_a_removed_post_refers_to_nothing(cast: Cast, site: ForeignSite) -> None:
    post = make_post(cast.amina, cast.ess, body_html=lone(site.url("/guide")))
    referring(post)
    with atomic():
        remove_post(cast.amina, post)
    referring(post)
    assert db.session.scalar(select(func.count()).select_from(LinkReference)) == 0


def test_a_post_that_waits_for_a_moderator_has_nothing_fetched(
    cast: Cast, site: ForeignSite
) -> None:
    referring(make_post(cast.chloe, cast.moderated, body_html=lone(site.url("/guide"))))
    assert site.requests == []


def test_a_page_that_cannot_be_fetched_has_no_card_and_is_asked_less_and_less_often(
    cast: Cast, site: ForeignSite, visitor: Visitor
) -> None:
    site.answers["/guide"] = b"HTTP/1.1 503 Later\r\n\r\n"
    post = make_post(cast.amina, cast.ess, body_html=lone(site.url("/guide")))
    referring(post)
    assert "link-preview" not in visitor.get(f"/publications/{post.id}").text
    now, pauses = clock.now(), []
    while due := db.session.scalar(select(LinkPreview.fetch_after)):
        pauses.append(due - now)
        now = due + timedelta(seconds=1)
        with clock.travel(now):
            fetch_waiting()
        db.session.expire_all()
    assert len(site.requests) == MOST_TRIES
    assert pauses == sorted(pauses)
    site.answers["/guide"] = page(PAGE)
    with clock.travel(now):
        referring(post)
    assert "Un jardin partagé" in visitor.get(f"/publications/{post.id}").text


def test_what_is_known_of_a_page_stays_while_its_site_does_not_answer(
    cast: Cast, site: ForeignSite, visitor: Visitor
) -> None:
    post = make_post(cast.amina, cast.ess, body_html=lone(site.url("/guide")))
    referring(post)
    site.answers["/guide"] = b"HTTP/1.1 503 Later\r\n\r\n"
    with clock.travel(clock.now() + timedelta(days=2)):
        referring(post)
    assert len(site.requests) == 3
    assert "Un jardin partagé" in visitor.get(f"/publications/{post.id}").text


@pytest.mark.parametrize(
    "picture",
    [
        page(photo(), "text/html"),
        page(b"<svg onload=alert(1)>", "image/svg+xml"),
        page(b"no picture", "image/png"),
        page(photo() + b"\0" * 600_000, "image/jpeg"),
        b"HTTP/1.1 302 No\r\nLocation: http://127.0.0.2/\r\n\r\n",
    ],
)
def test_a_page_whose_picture_is_none_or_hostile_has_a_card_without(
    cast: Cast, site: ForeignSite, visitor: Visitor, picture: bytes
) -> None:
    site.answers["/photo.jpg"] = picture
    post = make_post(cast.amina, cast.ess, body_html=lone(site.url("/guide")))
    referring(post)
    shown = visitor.get(f"/publications/{post.id}").text
    assert "Un jardin partagé" in shown
    assert "/apercus/" not in shown


def test_nothing_of_a_hostile_page_is_executed(
    cast: Cast, site: ForeignSite, visitor: Visitor
) -> None:
    site.answers["/guide"] = page(
        '<title>\u202e<script>alert(1)</script></title><meta name=description content="&quot;'
        '><img src=x onerror=alert(1)>"><meta property=og:image content="javascript:alert(1)">'
    )
    post = make_post(cast.amina, cast.ess, body_html=lone(site.url("/guide")))
    referring(post)
    shown = visitor.get(f"/publications/{post.id}").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;</a>" in shown
    assert "<img src=x" not in shown
    assert "javascript:" not in shown


def test_the_handler_refers_and_hands_over(cast: Cast, site: ForeignSite) -> None:
    post = make_post(cast.amina, cast.ess, body_html=lone(site.url("/guide")))
    record = db.session.scalars(
        select(EventRecord).where(EventRecord.kind == "post.published")
    ).first()
    assert record is not None
    assert record.subject_id == post.id
    with atomic():
        refresh_link_previews(record)
    assert db.session.scalars(select(LinkPreview.address)).all() == [site.url("/guide")]
    with atomic():
        db.session.execute(update(LinkPreview).values(tries=MOST_TRIES - 1))
    fetch_waiting()
    assert db.session.scalars(select(LinkPreview.title)).all() == ["Un jardin partagé"]


def test_slow_servers_keep_one_worker_waiting_and_no_other(
    app: Flask, cast: Cast, site: ForeignSite
) -> None:
    asked, go_on = Event(), Event()

    def slow() -> Iterator[bytes]:
        asked.set()
        go_on.wait(4)
        yield page(PAGE)

    def work() -> None:
        with app.app_context():
            fetch_waiting()

    site.answers["/first"] = slow
    make_post(cast.amina, cast.ess, body_html=lone(site.url("/first"), site.url("/guide")))
    with atomic():
        refer_to_links(db.session.scalars(select(Post.id)).one())
    first = Thread(target=work)
    first.start()
    assert asked.wait(4)
    fetch_waiting()
    assert len(site.requests) == 1
    go_on.set()
    first.join()
    db.session.expire_all()
    assert set(db.session.scalars(select(LinkPreview.title))) == {"Un jardin partagé"}


def test_a_post_that_is_put_back_has_its_cards_again(cast: Cast, site: ForeignSite) -> None:
    post = make_post(cast.amina, cast.ess, body_html=lone(site.url("/guide")))
    with atomic():
        remove_post(cast.amina, post)
    with atomic():
        restore_post(cast.amina, post)
    run_pending_handlers()
    assert db.session.scalars(select(LinkReference.subject_id)).all() == [post.id]
