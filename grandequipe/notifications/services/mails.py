"""The mail about what a member has not read on the site within ten minutes.

Guarantee: a member's due notifications are claimed, written as one mail and marked in one
transaction; of several that claim at once, one gets a member. Rights are asked at that moment:
what the member may no longer see is not mentioned, and where nothing is left there is no mail.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask_babel import ngettext
from sqlalchemy import exists, select, update

from grandequipe.core import clock
from grandequipe.core.html import summary
from grandequipe.core.lines import isolated, one_line, shortened
from grandequipe.core.mail import Mail, MailState, OutgoingMail, rendering
from grandequipe.core.mail.retention import withdraw_mails
from grandequipe.core.text_validation import unlinked
from grandequipe.extensions import db
from grandequipe.feed.models import Comment
from grandequipe.groups.models import Group, MailContent
from grandequipe.members.models import Member
from grandequipe.notifications.models import (
    MAIL_LABELS,
    MAILED_APART,
    MAILED_KINDS,
    Notification,
    NotificationKind,
    NotificationPayload,
    Writer,
)
from grandequipe.notifications.queries import list_unmailed
from grandequipe.notifications.services.settings import stopping_url

MAIL_KIND = "notifications"
MOST_LINES = 20
LONGEST_SUBJECT = 120
LONGEST_EXCERPT = 200
LONGEST_TITLE = 100


@dataclass(frozen=True)
class UnreadMail:
    """A mail of the outbox, with the key under which it is written once."""

    mail: Mail
    key: str


def claim_member_to_mail(but: Collection[int]) -> Member | None:
    """Take a member who is due a mail, until the transaction ends; None where there is none."""
    is_due = exists().where(
        Notification.member_id == Member.id, Notification.mail_due_at <= clock.now()
    )
    return db.session.scalar(
        select(Member)
        .where(is_due, Member.id.not_in(list(but)))
        .limit(1)
        .with_for_update(of=Member, skip_locked=True, key_share=True)
        .execution_options(populate_existing=True)
    )


def write_unread_mail(member: Member) -> UnreadMail | None:
    """Write the mail about all that is due to a claimed member, and mark it as mailed.

    None where nothing is left to say.
    """
    pending = (
        select(Notification.id)
        .where(Notification.member_id == member.id, Notification.mail_due_at.is_not(None))
        .order_by(Notification.id)
        .with_for_update()
    )
    ids = db.session.scalars(pending).all()
    may_get = member.active and member.confirmed_at is not None
    lines = list_unmailed(seen_by=member) if may_get else []
    newest = max((line.latest_id for line in lines), default=0)
    mail = _write(member, lines) if lines else None
    db.session.execute(
        update(Notification)
        .where(Notification.id.in_(ids))
        .values(mail_due_at=None, mailed_count=Notification.unread_count)
        .execution_options(synchronize_session=False)
    )
    return UnreadMail(mail, f"{MAIL_KIND}:{member.id}:{newest}") if mail else None


@dataclass(frozen=True)
class Item:
    """A line of the mail: its sentence, the newest comment's words, and where it leads."""

    sentence: str
    excerpt: str
    excerpt_language: str | None
    link: str


def _fill(sentence: str, **params: object) -> str:
    return sentence % params


# What strangers have named is written so that no mail program makes an address of it.
MAILED = Writer(
    lambda text, _language: isolated(unlinked(shortened(one_line(text), LONGEST_TITLE))), _fill
)


def _write(member: Member, lines: Sequence[NotificationPayload]) -> Mail:
    with rendering.in_language_of(member.locale):
        items = _items(lines[:MOST_LINES])
        context = {
            "locale": member.locale,
            "name": MAILED.write(member.display_name, None),
            "items": items,
            "left": len(lines) - len(items),
            "stops": _stops(member, {line.kind for line in lines}),
        }
        return Mail(
            to=member.email,
            subject=_subject(items[0].sentence, len(lines)),
            text=rendering.render("notifications/unread_mail.txt", **context).strip() + "\n",
            html=rendering.render_html("notifications/unread_mail.html", **context),
            headers=_headers(member, lines),
        )


def _items(lines: Sequence[NotificationPayload]) -> Sequence[Item]:
    ids = [line.comment_id for line in lines if line.comment_id is not None]
    comments = {
        comment.id: comment
        for comment in db.session.scalars(select(Comment).where(Comment.id.in_(ids)))
    }
    silent = _groups_of_titles(lines)
    items = []
    for line in lines:
        # A group that shows titles alone in mails keeps what is said under them to the site, too.
        comment = None if line.group_id in silent else comments.get(line.comment_id or 0)
        words = summary(comment.body_html) if comment else line.note
        items.append(
            Item(
                line.sentence(MAILED),
                isolated(unlinked(shortened(one_line(words), LONGEST_EXCERPT))),
                comment.language if comment else None,
                line.link(rendering.address_of),
            )
        )
    return items


def _groups_of_titles(lines: Sequence[NotificationPayload]) -> Collection[int]:
    """Find the groups of these lines of whose posts mails show the titles only."""
    ids = {line.group_id for line in lines if line.comment_id is not None}
    if not ids:
        return ()
    return db.session.scalars(
        select(Group.id).where(Group.id.in_(ids), Group.mail_content == MailContent.TITLES)
    ).all()


def _subject(first: str, number: int) -> str:
    first = shortened(one_line(first), LONGEST_SUBJECT)
    if number == 1:
        return first
    return ngettext(
        "%(first)s, and %(num)d more", "%(first)s, and %(num)d more", number - 1, first=first
    )


def _stops(member: Member, kinds: Collection[NotificationKind]) -> Sequence[tuple[str, str]]:
    """Give the label of each kind in the mail, and the address that stops it."""
    return [
        (_lower(str(MAIL_LABELS[kind])), stopping_url(member, [kind]))
        for kind in MAILED_KINDS
        if kind in kinds
    ]


def _lower(label: str) -> str:
    """Write a label as it stands within a sentence."""
    return label[:1].lower() + label[1:]


def _headers(member: Member, lines: Sequence[NotificationPayload]) -> dict[str, str]:
    slugs = {line.group_slug for line in lines}
    only = next(iter(slugs)) if len(slugs) == 1 else None
    return {
        "List-Id": f"<{only or MAIL_KIND}.{rendering.host()}>",
        "List-Unsubscribe": f"<{stopping_url(member, MAILED_KINDS)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def withdraw_unread_mails(member: Member) -> None:
    """Withdraw the mails that have not left yet from a member who has lost a group.

    What they may still see of it is written again by the clock, with the rights of that moment.
    """
    keys = withdraw_mails(MAIL_KIND, member.id)
    if not keys:
        return
    sent = db.session.scalars(
        select(OutgoingMail.key).where(
            OutgoingMail.member_id == member.id,
            OutgoingMail.kind == MAIL_KIND,
            OutgoingMail.state != MailState.CANCELLED,
        )
    )
    last_sent = max((int(key.rpartition(":")[2]) for key in sent), default=0)
    db.session.execute(
        update(Notification)
        .where(
            Notification.member_id == member.id,
            Notification.unread_count > 0,
            Notification.latest_id > last_sent,
            Notification.kind.in_(set(MAILED_KINDS) - set(MAILED_APART)),
        )
        .values(mail_due_at=clock.now(), mailed_count=0)
        .execution_options(synchronize_session=False)
    )
