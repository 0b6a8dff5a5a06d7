"""The ledger: claiming the digests that are due, rendering them, and deleting those that are over.

Guarantees:

- A row is unique for a member and a period, and is written with its mail before anything is
  rendered or sent. Two clocks at once share the work (SKIP LOCKED) and cannot claim one digest
  twice: the row's key decides, whatever they do.
- Its window and contents are written with `pending → sending` of its mail, in one transaction; the
  member's positions move with `sent` (see `core.mail.outbox`), or where there is nothing to send.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    DateTime,
    Text,
    and_,
    bindparam,
    delete,
    exists,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import aliased

from grandequipe.core import clock
from grandequipe.core.events.partitions import KEPT_FOR
from grandequipe.core.mail import Mail, MailRefused, MailState, OutgoingMail
from grandequipe.core.mail.outbox import HANDED_OVER_FOR
from grandequipe.core.mail.rendering import host
from grandequipe.digests.models import (
    DIGEST_READER,
    Digest,
    DigestClaim,
    DigestReader,
    DigestSubscription,
)
from grandequipe.digests.queries import list_periods
from grandequipe.digests.services.contents import compose, move_positions_of
from grandequipe.digests.services.rendering import write_digest
from grandequipe.digests.services.subscriptions import reschedule
from grandequipe.extensions import db
from grandequipe.members.models import Member

KIND = "digest"
UNWANTED = "The member wants no digest any more."


def claim_due(at: datetime, limit: int, email: str | None = None) -> Sequence[int] | None:
    """Claim some of the digests due at an instant; give their mails' ids, None where none is due.

    Members who cannot have digests (not confirmed, not active) are passed over until next time.
    """
    due = _lock_due(at, limit, email)
    if not due:
        return None
    claimed = _write_rows([each for each in due if DigestReader.of(each).wants_digests])
    known = list_periods([each.member_id for each in due])
    for subscription in due:
        reschedule(subscription, at, known[subscription.member_id])
    db.session.flush()
    return claimed


def render_digest(mail_id: int) -> Mail | None:
    """Render a digest whose mail is being sent, and write down its contents.

    None where there is nothing in it. Raises MailRefused where the member wants none any more and
    an earlier try wrote a window: what was in it is carried over, should they come back. Where
    nothing was written yet, no position moves: the next digest begins where this one would have.

    The subscription is locked first: a member's digests are rendered one after the other, so that
    no two hold the same post.
    """
    claim, reader = _lock_claim(mail_id)
    if not reader.wants_digests:
        if claim.window:
            raise MailRefused(UNWANTED)
        return None
    composed = compose(reader, claim)
    _write_contents(claim.id, composed.window, composed.contents)
    if composed.carried:
        _carry_over(composed.carried, claim.id)
    if not composed.posts:
        move_positions_of(mail_id)
        return None
    return write_digest(reader, composed)


def _lock_claim(mail_id: int) -> tuple[DigestClaim, DigestReader]:
    """Lock the digest of a mail, and its member's choice."""
    db.session.flush()
    row = db.session.connection().execute(_CLAIM_OF_MAIL, {"mail_id": mail_id}).one()
    return DigestClaim(*row[: len(CLAIM)]), DigestReader(*row[len(CLAIM) :])


def _write_contents(digest_id: int, window: object, contents: object) -> None:
    params = {"digest_id": digest_id, "window": window, "contents": contents}
    db.session.connection().execute(_WRITTEN, params)


def _carry_over(failed: Sequence[int], digest_id: int) -> None:
    """Write down which digest holds what the failed ones could not."""
    carried_over = _LEDGER.c.id.in_(failed)
    db.session.execute(update(_LEDGER).where(carried_over).values(carried_by_id=digest_id))


def _lock_due(at: datetime, limit: int, email: str | None) -> Sequence[DigestSubscription]:
    query = (
        select(DigestSubscription)
        .join(DigestSubscription.member)
        .where(DigestSubscription.next_due_at <= at)
        .order_by(DigestSubscription.next_due_at)
        .limit(limit)
        .with_for_update(skip_locked=True, of=DigestSubscription)
        .execution_options(populate_existing=True)
    )
    if email is not None:
        query = query.where(Member.email == email)
    return db.session.scalars(query).all()


def _write_rows(due: Sequence[DigestSubscription]) -> Sequence[int]:
    """Write the digests of subscriptions that are locked, with their mails."""
    now = clock.now()
    params = {
        "members": [each.member_id for each in due],
        "now": now,
        "then": now + HANDED_OVER_FOR,
        "kind": KIND,
        "host": host(),
    }
    return db.session.scalars(_CLAIMED, params).all()


# Core statements on the table: a thousand digests would pay for loading and tracking objects.
_LEDGER: Any = Digest.__table__
CLAIM = (Digest.id, Digest.window, Digest.contents)
_CLAIM_OF_MAIL = (
    select(*CLAIM, *DIGEST_READER)
    .select_from(Digest)
    .join(DigestSubscription, DigestSubscription.member_id == Digest.member_id)
    .join(DigestSubscription.member)
    .where(Digest.mail_id == bindparam("mail_id"))
    .with_for_update(of=(DigestSubscription, Digest))
)
_WRITTEN = (
    update(_LEDGER)
    .where(_LEDGER.c.id == bindparam("digest_id"))
    .values({name: bindparam(name) for name in ("window", "contents")})
)
_CLAIMED = text(
    """
    WITH due AS MATERIALIZED (
        SELECT member_id, next_period AS period, next_due_at AS due_at, email,
            nextval('digest_id_seq') AS id, nextval('outgoing_mail_id_seq') AS mail_id
        FROM digest_subscription JOIN member ON member.id = member_id
        WHERE member_id = ANY (:members) AND NOT EXISTS (
            SELECT FROM digest
            WHERE digest.member_id = digest_subscription.member_id AND period = next_period
        )
        ORDER BY next_due_at, member_id
    ), mail AS (
        INSERT INTO outgoing_mail
            (id, key, kind, recipient, member_id, created_at, next_try_at, message_id)
        SELECT mail_id, concat(:kind, ':', member_id, ':', period), :kind, email, member_id, :now,
            :then, concat('<digest-', id, '@', :host, '>')
        FROM due
        ON CONFLICT (key) DO NOTHING
        RETURNING id
    )
    INSERT INTO digest (id, member_id, period, due_at, mail_id, "window", contents)
    SELECT due.id, member_id, period, due_at, mail_id, '{}', '{}'
    FROM due JOIN mail ON mail.id = mail_id ORDER BY due_at, member_id
    RETURNING mail_id
    """
).bindparams(
    bindparam("members", type_=ARRAY(BigInteger)),
    bindparam("now", type_=DateTime(timezone=True)),
    bindparam("then", type_=DateTime(timezone=True)),
    bindparam("kind", type_=Text),
    bindparam("host", type_=Text),
)


MANY = 1000


def delete_old_digests() -> int:
    """Delete up to MANY digests that are over, with their mails; return how many.

    A failed digest that none carries over stays: the next one shows its posts. One that carries
    another over is deleted after it.
    """
    carried = aliased(Digest)
    is_over = or_(
        OutgoingMail.state.in_((MailState.SENT, MailState.CANCELLED)),
        and_(OutgoingMail.state == MailState.FAILED, Digest.carried_over_by_id.is_not(None)),
    )
    old = db.session.execute(
        select(Digest.id, Digest.mail_id)
        .join(OutgoingMail, OutgoingMail.id == Digest.mail_id)
        .where(
            OutgoingMail.created_at < clock.now() - KEPT_FOR,
            is_over,
            ~exists().where(carried.carried_over_by_id == Digest.id),
        )
        .limit(MANY)
    ).all()
    for row, ids in (
        (Digest, [digest_id for digest_id, _mail_id in old]),
        (OutgoingMail, [mail_id for _digest_id, mail_id in old]),
    ):
        gone = delete(row).where(row.id.in_(ids))
        db.session.execute(gone.execution_options(synchronize_session=False))
    return len(old)
