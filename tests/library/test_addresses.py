"""Scenes with addresses of resources that answer or not, and files that are there or not."""

from datetime import timedelta

import pytest

from grandequipe.attachments.models import File
from grandequipe.core import clock, files
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Kind
from grandequipe.feed.services import edit_post
from grandequipe.library.models import LibraryEntry
from grandequipe.library.services.addresses import take_due
from grandequipe.library.tasks import FETCHER, MOST_OF_HOST, check_addresses
from grandequipe.notifications.models import Notification, NotificationKind
from tests.factories import draft_of, make_post
from tests.link_previews.foreign import ForeignSite, foreign_site, page, redirect
from tests.notifications.dispatching import run_pending_handlers

DAY = timedelta(days=1)
REFUSED = b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n"


@pytest.fixture
def site(app):
    """Run somebody else's site, which the checks reach by name."""
    before = app.extensions[FETCHER]
    with foreign_site() as running:
        app.extensions[FETCHER] = running.fetcher()
        yield running
    app.extensions[FETCHER] = before


def share(cast, group=None, author=None, url="http://site.example/guide", **values):
    return make_post(
        author or cast.chloe, group or cast.ess, Kind.RESOURCE, title="Guide", url=url, **values
    )


def check_in(days: float) -> None:
    with clock.travel(clock.now() + days * DAY):
        check_addresses()
        run_pending_handlers()
    db.session.expire_all()


def entry_of(post):
    db.session.expire_all()
    return db.session.get_one(LibraryEntry, post.id)


def notified(member):
    kind = NotificationKind.ADDRESS_DEAD
    rows = db.session.query(Notification).filter_by(member_id=member.id, kind=kind)
    return sum(each.unread_count for each in rows)


def test_an_address_is_dead_after_two_failures_a_week_apart_and_its_author_is_notified_once(
    cast, site: ForeignSite, visitor, browser
):
    post = share(cast)
    for days, is_dead, number in ((2, False, 0), (3, False, 0), (10, True, 1), (18, True, 1)):
        check_in(days)
        assert (entry_of(post).dead_since is not None, notified(cast.chloe)) == (is_dead, number), (
            days
        )
    assert {request.split()[0] for request in site.requests} == {"HEAD", "GET"}
    assert "Lien mort depuis" in visitor.get("/ressources").text
    path = f"/publications/{post.id}-guide"
    assert "Lien mort depuis" in visitor.get(path).text
    assert "ne répond plus" in browser(cast.chloe).get("/notifications").text
    site.answers["/guide"] = page("Bonjour")
    check_in(27)
    entry = entry_of(post)
    assert (entry.failed_since, entry.dead_since) == (None, None)
    assert "Lien mort" not in visitor.get(path).text


@pytest.mark.parametrize(
    "answer", [page("Bonjour"), REFUSED, redirect("/plus-loin"), redirect("http://10.0.0.1/")]
)
def test_what_answers_or_may_not_be_asked_is_not_dead(cast, site: ForeignSite, answer):
    site.answers |= {"/guide": answer, "/plus-loin": page("Ici")}
    post = share(cast)
    check_in(2)
    entry = entry_of(post)
    assert entry.failed_since is None
    assert entry.check_after > clock.now() + 8 * DAY


def test_another_address_begins_anew(cast, site: ForeignSite):
    post = share(cast)
    check_in(2)
    check_in(10)
    assert entry_of(post).dead_since is not None
    with atomic():
        changed = draft_of(Kind.RESOURCE, url="http://site.example/autre")
        edit_post(cast.chloe, post, changed, over=post.text_version)
    entry = entry_of(post)
    assert (entry.address, entry.dead_since) == ("http://site.example/autre", None)


def test_of_one_host_few_are_asked_at_a_time_and_nothing_is_lost_by_a_worker_that_dies(
    cast, site: ForeignSite
):
    site.answers |= {f"/{number}": page("Ici") for number in range(MOST_OF_HOST + 1)}
    posts = [share(cast, url=f"http://site.example/{n}") for n in range(MOST_OF_HOST + 1)]
    waiting = share(cast, cast.moderated, url="http://site.example/attend")
    later = clock.now() + 2 * DAY
    with clock.travel(later):
        with atomic():
            assert len(take_due(10)) == len(posts)
        check_addresses()
    assert site.requests == []
    with clock.travel(later + timedelta(hours=2)):
        check_addresses()
    assert len(site.requests) == MOST_OF_HOST
    with clock.travel(later + timedelta(hours=4)):
        check_addresses()
        check_addresses()
    assert len(site.requests) == len(posts)
    assert not any("attend" in request for request in site.requests)
    assert waiting.id


def test_a_file_that_the_store_lost_is_called_missing(cast, site: ForeignSite, visitor):
    with atomic():
        file = File(
            owner_id=cast.chloe.id, name="guide.txt", media_type="text/plain", size=2,
            state="ready", key=files.store(b"ab", "files", "txt"), sha256=b"0", alternative="",
            created_at=clock.now(), unclaimed_at=clock.now(),
        )  # fmt: skip
        db.session.add(file)
    key = file.key
    post = share(cast, url="", files=[file.id])
    check_in(2)
    assert not entry_of(post).is_file_missing
    files.remove(key)
    check_in(12)
    assert entry_of(post).is_file_missing
    assert "Fichier manquant" in visitor.get("/ressources").text
    files.store_at_key(key, b"ab")
    check_in(22)
    assert not entry_of(post).is_file_missing
