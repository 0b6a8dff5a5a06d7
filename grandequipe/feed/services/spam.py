"""Rules against spam: what a new account may write in a day, and what is held for moderators.

A text is held, never refused, where a new account writes more links than it may, or where the same
words or the same link were written in many places within an hour, by whomever. Guarantee: nothing
is held of administrators, nor of those who look after the group.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from hashlib import blake2b
from html import unescape
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from flask_babel import gettext as _
from sqlalchemy import (
    ARRAY,
    BigInteger,
    DateTime,
    bindparam,
    delete,
    exists,
    select,
    text,
    union_all,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased
from sqlalchemy.orm.attributes import set_committed_value

from grandequipe.core import clock
from grandequipe.core.errors import Conflict, Invalid
from grandequipe.core.events import record_all
from grandequipe.core.links import MOST_LINKS
from grandequipe.core.mail import rendering
from grandequipe.core.moderation_log import Act, log_act
from grandequipe.extensions import db
from grandequipe.feed.events import CommentHeld
from grandequipe.feed.models import (
    Comment,
    Fingerprint,
    Hold,
    HoldReason,
    Mention,
    Post,
    WebinarDetails,
)
from grandequipe.feed.models.mentions import mentioned_in
from grandequipe.feed.models.placements import IN_BIN
from grandequipe.feed.models.posts import COMMENT_SUBJECT, POST_SUBJECT
from grandequipe.feed.services.counters import REMOVE_COMMENT, expire_counters
from grandequipe.groups.models import Group
from grandequipe.groups.policies import may_moderate
from grandequipe.groups.services import resolution_events
from grandequipe.members.models import Member
from grandequipe.members.services.trust import (
    QUOTAS,
    Quota,
    Trust,
    most_of,
    require_within,
    trust_in,
)

HOUR = timedelta(hours=1)
KEPT = timedelta(days=1)
# In more places than these within an hour, what an account writes is held. A place is a group, or
# a post that is commented on. Each text counts, too: of an established account, once, however many
# groups its post is in.
MOST_PLACES = {Trust.NEW: 3, Trust.YOUNG: 5, Trust.ESTABLISHED: 10}
# Shorter texts, such as thanks, are alike by chance.
FEWEST_WORDS = 8
HREF = re.compile(r'href="(https?://[^"]+)"')
WORD = re.compile(r"\w+")
TAG = re.compile(r"<[^>]*>")
TYPED_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
# The only parameter of an address that says which page it is, on sites of videos.
PAGE_PARAM = "v"
SEEN = text("""
WITH kept AS (
    INSERT INTO fingerprint (digest, post_id, comment_id, group_id, at)
    SELECT unnest(:digests), :post, :comment, :group, :now
)
SELECT digest,
       count(DISTINCT coalesce(group_id, -post_id)) FILTER (
           WHERE coalesce(group_id, -post_id) <> coalesce(:group, -:post)),
       count(DISTINCT (post_id, comment_id)) FILTER (
           WHERE (post_id, coalesce(comment_id, 0)) <> (:post, coalesce(:comment, 0)))
FROM fingerprint
WHERE digest = ANY(:digests) AND at > :since
GROUP BY digest
ORDER BY 2 DESC, digest
""").bindparams(
    bindparam("digests", type_=ARRAY(BigInteger)),
    bindparam("post", type_=BigInteger),
    bindparam("comment", type_=BigInteger),
    bindparam("group", type_=BigInteger),
    bindparam("now", type_=DateTime(timezone=True)),
    bindparam("since", type_=DateTime(timezone=True)),
)


_first, _later = aliased(WebinarDetails), aliased(WebinarDetails)
# A series of webinars counts as one post.
_IS_LATER_DATE = exists().where(
    _later.post_id == Post.id, _first.series_id == _later.series_id, _first.post_id < Post.id
)


class Reason(NamedTuple):
    """Why a text is held; `digest` is that of the text or link that stands in many places."""

    kind: HoldReason
    digest: int | None = None


def require_post_quota(author: Member, groups: Iterable[Group]) -> None:
    """Raise Invalid where an account would publish more posts than it may in a day."""
    if not _looks_after(author, groups):
        written = select(Post.created_at).where(Post.author_id == author.id, ~_IS_LATER_DATE)
        require_within(author, Quota.POSTS, written)


def require_comment_quota(author: Member, post: Post) -> None:
    """Raise Invalid where an account would write more comments than it may in a day."""
    if not _looks_after(author, _groups_of(post)):
        written = select(Comment.created_at).where(Comment.author_id == author.id)
        require_within(author, Quota.COMMENTS, written)


def require_mention_quota(author: Member, html: str, groups: Iterable[Group]) -> None:
    """Raise Invalid where a text would mention more people than its account may in a day."""
    mentioned = mentioned_in(html)
    if not mentioned or _looks_after(author, groups):
        return
    written = [
        select(Mention.created_at)
        .join(model, model.id == column)
        .where(model.author_id == author.id)
        for model, column in ((Post, Mention.post_id), (Comment, Mention.comment_id))
    ]
    times = select(union_all(*written).subquery().c[0])
    require_within(author, Quota.MENTIONS, times, len(mentioned))


def require_links_kept(author: Member, before: str, html: str, groups: Iterable[Group]) -> None:
    """Raise Invalid where a change adds links to a text that would have been held with them."""
    links = links_in(html)
    if len(links) <= len(links_in(before)) or _looks_after(author, groups):
        return
    most = most_of(author, Quota.LINKS)
    if most is not None and len(links) > most:
        sentence = _(
            "An account as new as yours can write %(number)d links in one text.", number=most
        )
        raise Invalid({"body_html": sentence})


def reason_to_hold(author: Member, subject: Post | Comment, group: Group) -> Reason | None:
    """Say why a text waits for a moderator of a group, and remember that it was written there."""
    if _looks_after(author, [group]):
        return None
    links = [*links_in(subject.body_html)]
    if isinstance(subject, Post) and (own := getattr(subject, "url", None)):
        links += links_in(f'href="{own}"')
    digests = sorted({*map(_digest, links), *_digest_of_words(subject)})
    seen = _seen(subject, group, digests) if digests else []
    if not seen and not links:
        return None
    trust = trust_in(author)
    for digest, places, texts in seen:
        count = texts if trust is Trust.ESTABLISHED else max(places, texts)
        if count + 1 > MOST_PLACES[trust]:
            return Reason(HoldReason.REPEATED, digest)
    most = QUOTAS[trust].get(Quota.LINKS)
    return Reason(HoldReason.LINKS) if most is not None and len(links) > most else None


def hold(subject: Post | Comment, group: Group, reason: Reason) -> None:
    """Put a text into the queue of a group; the log says that a rule did, not a person."""
    is_post = isinstance(subject, Post)
    values = {
        "group_id": group.id,
        "post_id": subject.id if isinstance(subject, Post) else subject.post_id,
        "comment_id": None if isinstance(subject, Post) else subject.id,
        "reason": reason.kind,
        "digest": reason.digest,
        "held_at": clock.now(),
    }
    db.session.execute(insert(Hold).values(values).on_conflict_do_nothing())
    log_act(
        Act.POST_HELD if is_post else Act.COMMENT_HELD,
        (POST_SUBJECT if is_post else COMMENT_SUBJECT, subject.id),
        actor_id=None,
        group_id=group.id,
        member_id=subject.author_id,
        reason=reason.kind.value,
    )


def hold_comment(author: Member, comment: Comment, post: Post, reason: Reason) -> None:
    """Hide a comment that was just written and counted, until a moderator approves it."""
    comment.removed_at = clock.now()
    db.session.flush()
    db.session.connection().execute(REMOVE_COMMENT, {"post": post.id})
    expire_counters(post)
    group = _groups_of(post)[0]
    hold(comment, group, reason)
    set_committed_value(comment, "is_held", True)
    waits = CommentHeld(
        subject_id=comment.id, actor_id=author.id, group_id=group.id, post_id=post.id
    )
    record_all([(author.stream, waits), *resolution_events(author, group)])


def withdraw_comment(author: Member, comment: Comment) -> None:
    """Take back a comment that waits for a moderator: it is in its author's bin, and waits no more.

    Raises Conflict where a moderator decides at this moment, or has.
    """
    held = select(Hold).where(Hold.comment_id == comment.id).with_for_update()
    waiting = db.session.scalar(held)
    lock_comment(comment)
    if waiting is None or comment.author_id != author.id or not is_held(comment):
        raise Conflict(_("A moderator has decided on this comment meanwhile."))
    comment.removed_at, comment.removed_by_id = clock.now(), author.id
    db.session.delete(waiting)
    db.session.flush()
    record_all(resolution_events(author, waiting.group))


def lock_comment(comment: Comment) -> None:
    """Read again whether a comment was removed, and by whom, and keep it so until the commit."""
    names = ["removed_at", "removed_by_id", "created_at"]
    # NO KEY UPDATE: an answer to it has the post's counters already, for which its removal waits.
    alone = {"of": Comment, "key_share": True}
    db.session.refresh(comment, attribute_names=names, with_for_update=alone)


def is_held(comment: Comment) -> bool:
    """Return whether a comment with a hold waits still: it may have been removed otherwise."""
    return comment.is_removed and comment.removed_by_id is None


def links_in(html: str) -> Sequence[str]:
    """List the pages of other sites to which a clean text links: host and path, each once."""
    if 'href="http' not in html:
        return ()
    own = rendering.host()
    pages = (_page(unescape(found[1])) for found in HREF.finditer(html))
    return list(dict.fromkeys(page for page in pages if page.partition("/")[0] != own))[:MOST_LINKS]


def purge_fingerprints() -> None:
    """Delete old fingerprints, those of what still waits apart, and holds that nobody answered.

    What a held comment said is erased after thirty days with that of removed ones.
    """
    now, quietly = clock.now(), {"synchronize_session": False}
    waits = exists().where(Hold.digest == Fingerprint.digest)
    old = delete(Fingerprint).where(Fingerprint.at < now - KEPT, ~waits)
    db.session.execute(old, execution_options=quietly)
    unanswered = delete(Hold).where(Hold.held_at < now - IN_BIN, Hold.comment_id.is_not(None))
    db.session.execute(unanswered, execution_options=quietly)


def _seen(
    subject: Post | Comment, group: Group, digests: Sequence[int]
) -> Sequence[tuple[int, int, int]]:
    """Keep where a text was written; give of each digest the other places and texts in an hour."""
    now, is_post = clock.now(), isinstance(subject, Post)
    params = {
        "digests": digests,
        "post": subject.id if isinstance(subject, Post) else subject.post_id,
        "comment": None if is_post else subject.id,
        "group": group.id if is_post else None,
        "now": now,
        "since": now - HOUR,
    }
    return [(row[0], row[1], row[2]) for row in db.session.connection().execute(SEEN, params)]


def _digest_of_words(subject: Post | Comment) -> Iterator[int]:
    title = subject.title if isinstance(subject, Post) else ""
    said = TYPED_ADDRESS.sub(" ", f"{title} {_words_of(subject.body_html)}")
    plain = unicodedata.normalize("NFKD", said.casefold())
    words = WORD.findall("".join(each for each in plain if not unicodedata.combining(each)))
    if len(words) >= FEWEST_WORDS:
        yield _digest(" ".join(words))


def _words_of(clean: str) -> str:
    """Give the words between the tags of a clean text, which is not read once more for them."""
    return unescape(TAG.sub(" ", clean))


def _digest(words: str) -> int:
    made = blake2b(words.encode(errors="surrogatepass"), digest_size=8).digest()
    return int.from_bytes(made, signed=True)


def _page(address: str) -> str:
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return address
    named = parse_qs(parts.query).get(PAGE_PARAM, ())
    return "/".join([host, parts.path.strip("/"), *named[:1]])


def _looks_after(author: Member, groups: Iterable[Group]) -> bool:
    return author.is_admin or all(may_moderate(author, group) for group in groups)


def _groups_of(post: Post) -> Sequence[Group]:
    return [placement.group for placement in post.published]
