"""A ban takes effect at every door at once, from the next request: pages, programs, files, mails.

Open sockets are in `tests/live/test_broadcasts.py`, mails about the bell in
`tests/notifications/test_mails.py`.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from grandequipe.attachments.tasks import prepare
from grandequipe.core import clock
from grandequipe.core.mail.models import OutgoingMail
from grandequipe.core.transactions import atomic
from grandequipe.digests.tasks import claim_all, send_due
from grandequipe.extensions import db
from grandequipe.feed.services.bookmarks import add_bookmark
from grandequipe.members.models import Member
from tests.api.conftest import program as program
from tests.attachments.conftest import Send, send as send
from tests.attachments.test_pictures import picture
from tests.conftest import Visitor
from tests.factories import Cast, make_comment, make_post
from tests.notifications.dispatching import run_pending_handlers

SECRET = "Le sujet réservé"
GROUP = "regies-de-quartier"
BAN = {"kind": "ban", "duration": "lasting", "reason": "Des insultes."}
# What she reads of the group: each shows the title before, and not after.
SHOWING = (
    "/",
    f"/groupes/{GROUP}",
    "/publications/{post}",
    "/favoris",
    "/favoris?q=sujet",
    "/notifications",
)
CALLS = (
    f"/groups/{GROUP}/posts",
    "/posts/{post}",
    "/posts/{post}/history",
    "/feed",
    "/me/bookmarks",
    "/notifications",
)
# What is not there any more, rather than empty.
GONE = (f"/groupes/{GROUP}/membres", "/publications/{post}/historique")
# A whole file, each width, a range of each, and the tag that spares the bytes.
HEADERS: tuple[dict[str, str], ...] = (
    {},
    {"Range": "bytes=0-3"},
    {"Range": "bytes=-4"},
    {"Range": "bytes=99999999-"},
    {"If-None-Match": "*"},
)
WIDTHS = ("", "?w=480", "?w=960", "?w=1600", "?w=7")


def test_a_ban_cuts_every_door_from_the_next_request(
    cast: Cast, browser: Callable[[Member], Visitor], program: Callable[..., Any], send: Send
) -> None:
    sent = send(cast.amina, picture("PNG"), "plan.png", alternative="Un plan").json
    prepare(sent["id"])
    post = make_post(cast.amina, cast.private, title=SECRET, files=[sent["id"]])
    mine = make_comment(cast.chloe, post, "Une question.")
    make_comment(cast.amina, post, "Une réponse.", reply_to=mine.id)
    with atomic():
        add_bookmark(cast.chloe, post)
    run_pending_handlers()
    chloe, caller = browser(cast.chloe), program(cast.chloe)
    image = sent["url"].removeprefix("http://localhost")
    since = caller.get("/changes").json["cursor"]
    edited = make_comment(cast.amina, post, "Encore un mot.")

    def pages() -> dict[str, bool]:
        got = {
            path: chloe.get(path.format(post=post.id), follow_redirects=True) for path in SHOWING
        }
        read = {path: SECRET in each.text for path, each in got.items()}
        for path in CALLS:
            read[f"api{path}"] = SECRET in str(caller.get(path.format(post=post.id)).json)
        seen = caller.get(f"/changes?since={since}").json["changes"]
        read["changes"] = any(
            each["subject"] == {"type": "comment", "id": edited.id} for each in seen
        )
        return read

    def statuses() -> list[int]:
        files = [chloe.get(f"{image}{w}", headers=each) for w in WIDTHS for each in HEADERS]
        heads = [chloe.head(f"{image}{width}") for width in WIDTHS]
        gone = [chloe.get(path.format(post=post.id), follow_redirects=True) for path in GONE]
        return [each.status_code for each in (*files, *heads, *gone)]

    assert [path for path, shown in pages().items() if not shown] == []
    assert set(statuses()) == {200, 206, 416, 304}
    due = clock.now()
    list(claim_all(due, cast.chloe.email))
    banned = browser(cast.amina).send(f"/groupes/{GROUP}/membres/{cast.chloe.id}/sanctionner", BAN)
    assert banned.status_code == 303
    assert [path for path, shown in pages().items() if shown] == []
    assert set(statuses()) <= {403, 404}
    assert set(statuses()[: len(WIDTHS) * (len(HEADERS) + 1)]) == {404}
    said = {"body_html": "<p>Encore moi</p>"}
    assert chloe.send(f"/publications/{post.id}/commentaires", said).status_code == 404
    assert caller.post(f"/posts/{post.id}/comments", said).status_code == 404
    run_pending_handlers()
    list(send_due(due, cast.chloe.email))
    db.session.expire_all()
    mails = db.session.scalars(select(OutgoingMail).where(OutgoingMail.member_id == cast.chloe.id))
    assert [each.subject for each in mails if SECRET in f"{each.subject}{each.text}"] == []
