"""Mentions in texts: links to members, with their present names, and the rows that say so.

A link to a member's page whose words begin with @ is a mention, and so is @ with the whole name of
a member of the groups that read the text, typed as words. Names are those of today: they are
written with the text, and again when a member changes theirs or closes the account.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape, unescape
from typing import Any

from sqlalchemy import ARRAY, Row, Text, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert

from grandequipe.core import clock
from grandequipe.core.events import record_all
from grandequipe.core.html import RichText, summary
from grandequipe.core.links import LEFT_ALONE, TAG
from grandequipe.extensions import db
from grandequipe.feed.models import (
    MEMBER_LINK,
    MENTION,
    Comment,
    Mention,
    Placement,
    Post,
    PostCounters,
    mentioned_in,
)
from grandequipe.feed.queries.visibility import PUBLISHED
from grandequipe.groups.events import MemberShownDifferently
from grandequipe.groups.models import Group, Membership, MembershipState
from grandequipe.members.models import Member

# Of a text, however long: the words of the others stay.
MOST_MENTIONS = 50
MOST_WORDS = 5
AT = re.compile(r"(?<![\w@./&;#-])@(?=\w)")
NAME = re.compile(rf"(?:[^\s,;:!?()«»“”\"@&<>]+ ?){{1,{MOST_WORDS}}}")
MARKUP = re.compile(r"<[^>]*>")

_NAMED = func.unnest(bindparam("names", type_=ARRAY(Text))).table_valued("name").render_derived()


def with_mentions(text: RichText, groups: Iterable[Group]) -> RichText:
    """Make mentions of what a text says of members, with their names of today.

    The members are locked (FOR SHARE): one who changes their name meanwhile waits, and finds the
    text. A link to an account that is not there, or is closed, is left as its words.
    """
    html = "".join(_linked(text.html, groups)) if "@" in text.html else text.html
    ids = [int(found[1]) for found in MENTION.finditer(html) if _begins_with_at(found[2])]
    if MEMBER_LINK not in html:
        return text
    names = _lock_names(list(dict.fromkeys(ids))[:MOST_MENTIONS])
    named = MENTION.sub(lambda found: _written(found, names), html)
    return text if named == text.html else RichText(named, summary(named), text.words)


def keep_mentions(subject: Post | Comment, *, had_any: bool = True) -> None:
    """Keep whom a text mentions; those whom it mentions no more are marked as removed."""
    ids, now = mentioned_in(subject.body_html), clock.now()
    column = Mention.post_id if isinstance(subject, Post) else Mention.comment_id
    if had_any:
        gone = update(Mention).where(
            column == subject.id, Mention.removed_at.is_(None), Mention.member_id.not_in(ids)
        )
        db.session.execute(gone.values(removed_at=now))
    if ids:
        rows = [{column.key: subject.id, "member_id": id, "created_at": now} for id in ids]
        db.session.execute(
            insert(Mention)
            .values(rows)
            .on_conflict_do_update(
                index_elements=[column, Mention.member_id],
                index_where=column.is_not(None),
                set_={"removed_at": None},
            )
        )


def mark_notified(mention_ids: Iterable[int]) -> None:
    """Keep that these members were notified: of the same text they are not again."""
    marked = update(Mention).where(Mention.id.in_(list(mention_ids)))
    db.session.execute(marked.values(notified_at=clock.now()))


def rename_in_texts(member: Member) -> None:
    """Write the present name of a member into the texts that mention them, also removed ones.

    The cards of such posts, and the kept pages of their groups, are rendered anew.
    """
    names = {member.id: member.display_name}
    changed = [
        row.id
        for row in _lock_texts(Post, Mention.post_id, member, Post.summary)
        if _rewrite(Post, row.id, row.body_html, names, row.summary)
    ]
    for row in _lock_texts(Comment, Mention.comment_id, member):
        _rewrite(Comment, row.id, row.body_html, names)
    if changed:
        _show_anew(member, changed)


def _begins_with_at(inner: str) -> bool:
    return MARKUP.sub("", inner).lstrip().startswith("@")


def _written(found: re.Match[str], names: Mapping[int, str]) -> str:
    name = names.get(int(found[1])) if _begins_with_at(found[2]) else None
    return found[2] if name is None else _mention(int(found[1]), name)


def _mention(member_id: int, name: str) -> str:
    return f'<a href="/membres/{member_id}">@{escape(name, quote=False)}</a>'


def _lock_names(ids: Sequence[int]) -> Mapping[int, str]:
    """Read the names of active members, which stay so until the transaction ends."""
    named = select(Member.id, Member.display_name).where(
        Member.id.in_(ids), Member.active, Member.confirmed_at.is_not(None)
    )
    locked = named.order_by(Member.id).with_for_update(of=Member, read=True)
    return dict(db.session.execute(locked).all()) if ids else {}


def _linked(html: str, groups: Iterable[Group]) -> Iterator[str]:
    """Make links of @ and the whole name of one member of the groups, outside links and code."""
    parts = list(_parts(html))
    typed = [name for words, is_text in parts if is_text for name in _names_in(words)]
    known = _find_named(typed, groups) if typed else {}
    for words, is_text in parts:
        yield _with_links(words, known) if is_text and known else words


def _parts(html: str) -> Iterator[tuple[str, bool]]:
    depth = 0
    for part in TAG.split(html):
        if edge := LEFT_ALONE.match(part):
            depth += -1 if edge[1] else 1
        yield part, depth == 0 and not part.startswith("<") and "@" in part


def _names_in(words: str) -> Iterator[str]:
    """List what may be names after each @, the longest first."""
    for at in AT.finditer(words):
        yield from _names_at(words, at.end())


def _names_at(words: str, start: int) -> Iterator[str]:
    found = NAME.match(words, start)
    parts = found[0].rstrip().split(" ") if found else []
    for count in range(len(parts), 0, -1):
        name = " ".join(parts[:count])
        yield name
        if (bare := name.rstrip(".…’'")) not in ("", name):
            yield bare


def _find_named(names: Sequence[str], groups: Iterable[Group]) -> Mapping[str, int]:
    """Find the one member of the groups who has each name; nobody where two have it."""
    rows = db.session.execute(
        select(_NAMED.c.name, func.min(Member.id))
        .select_from(_NAMED)
        .join(Member, func.name_words(Member.display_name) == func.name_words(_NAMED.c.name))
        .join(Membership, Membership.member_id == Member.id)
        .where(
            Membership.group_id.in_([group.id for group in groups]),
            Membership.state == MembershipState.ACTIVE,
            Member.active,
        )
        .group_by(_NAMED.c.name)
        .having(func.count(Member.id.distinct()) == 1),
        {"names": list(dict.fromkeys(map(unescape, names)))[: MOST_MENTIONS * 2 * MOST_WORDS]},
    )
    return dict(rows.all())


def _with_links(words: str, known: Mapping[str, int]) -> str:
    made, end = "", 0
    for at in AT.finditer(words):
        name = next((each for each in _names_at(words, at.end()) if each in known), None)
        if name is not None and at.start() >= end:
            made += words[end : at.start()] + _mention(known[name], name)
            end = at.end() + len(name)
    return made + words[end:]


def _lock_texts(
    table: type[Post] | type[Comment], column: Any, member: Member, *more: Any
) -> Sequence[Row[Any]]:
    mentioning = select(column).where(Mention.member_id == member.id, column.is_not(None))
    texts = select(table.id, table.body_html, *more).where(table.id.in_(mentioning))
    locked = texts.order_by(table.id).with_for_update(of=table, key_share=True)
    return db.session.execute(locked).all()


def _rewrite(
    table: type[Post] | type[Comment],
    text_id: int,
    html: str,
    names: Mapping[int, str],
    before: str | None = None,
) -> bool:
    """Write the names into a text; return whether its summary reads otherwise."""
    named = MENTION.sub(
        lambda found: _written(found, names) if int(found[1]) in names else found[0], html
    )
    if named == html:
        return False
    values = {"body_html": named}
    if before is not None:
        values["summary"] = summary(named)
    db.session.execute(
        update(table).where(table.id == text_id).values(values),
        execution_options={"synchronize_session": False},
    )
    return before is not None and values["summary"] != before


def _show_anew(member: Member, post_ids: Sequence[int]) -> None:
    counted = insert(PostCounters).values([{"post_id": id} for id in post_ids])
    db.session.execute(
        counted.on_conflict_do_update(
            index_elements=[PostCounters.post_id], set_={"revision": PostCounters.revision + 1}
        )
    )
    reading = select(Placement.group_id).where(Placement.post_id.in_(post_ids), PUBLISHED)
    groups = db.session.scalars(select(Group).where(Group.id.in_(reading)).order_by(Group.id))
    record_all(
        (
            group.stream,
            MemberShownDifferently(subject_id=member.id, actor_id=member.id, group_id=group.id),
        )
        for group in groups
    )
