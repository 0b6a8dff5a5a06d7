"""The outbox: every mail is a row, and each step of its way asks for the state before it.

Guarantees:

- A mail is written in the transaction of what causes it, under a unique key: a rollback takes it
  back, and what is done twice writes it once.
- `pending → sending` is committed before the mail server hears of the mail, by one process.
  `sending → sent` is committed after the server's 250. A process that dies in between leaves
  `sending`, which becomes `uncertain` and is never sent again unless an operator says that it did
  not arrive.
- What only Redis knew may be lost: the clock finds pending mails in this table.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from flask_babel import gettext as _
from sqlalchemy import (
    ColumnElement,
    Integer,
    and_,
    bindparam,
    case,
    func,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from grandequipe.core import clock
from grandequipe.core.email_addresses import canonical_address
from grandequipe.core.errors import Conflict, NotFound
from grandequipe.core.mail.kinds import (
    ORDINARY_QUEUE,
    kind_of,
    list_kinds_in,
    list_kinds_kept,
    list_queues,
)
from grandequipe.core.mail.messages import Mail, new_id
from grandequipe.core.mail.models import MailState, OutgoingMail, SuppressedAddress
from grandequipe.core.mail.suppression import suppress_refused
from grandequipe.core.retries import BackOff
from grandequipe.extensions import db

# A pending mail whose task was lost (a killed worker, an emptied Redis) is taken up again.
HANDED_OVER_FOR = timedelta(minutes=5)
# Longer than the mail server may take to answer all commands of a mail (see `core.mail.server`).
SENDING_AT_MOST = timedelta(minutes=10)
BACK_OFF = BackOff(
    first_pause=timedelta(minutes=1), longest_pause=timedelta(hours=2), tried_for=timedelta(days=2)
)
SUPPRESSED = "suppressed"


class StartedMail(NamedTuple):
    """A mail that this process, and no other, has taken from the outbox."""

    id: int
    kind: str
    recipient: str
    is_suppressed: bool
    message_id: str | None
    envelope_token: str
    reply_to: str | None
    headers: Mapping[str, str]
    subject: str | None
    text: str | None
    html: str | None
    calendar: bytes | None

    @property
    def mail(self) -> Mail | None:
        """Give the mail that the row holds, None where its text was erased."""
        if self.subject is None or self.text is None or self.html is None:
            return None
        return Mail(
            to=self.recipient,
            subject=self.subject,
            text=self.text,
            html=self.html,
            message_id=self.message_id,
            headers=self.headers,
            reply_to=self.reply_to,
            envelope_token=self.envelope_token,
            calendar=self.calendar,
        )

    def complete(self, mail: Mail) -> Mail:
        """Give a mail that was rendered now what its row has been given before."""
        return replace(
            mail,
            message_id=mail.message_id or self.message_id,
            reply_to=mail.reply_to or self.reply_to,
            envelope_token=self.envelope_token,
        )


def write_mail(
    mail: Mail,
    kind: str,
    *,
    key: str | None = None,
    member_id: int | None = None,
    has_secrets: bool = False,
) -> int | None:
    """Put a mail in the outbox; give its id, None where its key is there already."""
    now = clock.now()
    values = {
        "key": key or f"{kind}:{secrets.token_urlsafe(16)}",
        "kind": kind,
        "recipient": mail.to,
        "mailbox": canonical_address(mail.to),
        "member_id": member_id,
        "created_at": now,
        "next_try_at": now + HANDED_OVER_FOR,
        "message_id": mail.message_id or new_id(),
        "reply_to": mail.reply_to,
        "headers": dict(mail.headers),
        "subject": mail.subject,
        "text": mail.text,
        "html": mail.html,
        "calendar": mail.calendar,
        "has_secrets": has_secrets,
    }
    written = insert(OutgoingMail).values(values).on_conflict_do_nothing(index_elements=["key"])
    return db.session.scalar(written.returning(OutgoingMail.id))


def get_mail(mail_id: int) -> OutgoingMail:
    """Get a row of the outbox, or raise NotFound."""
    found = db.session.get(OutgoingMail, mail_id, populate_existing=True)
    if found is None:
        raise NotFound
    return found


def lock_mailbox(address: str) -> None:
    """Have others who count the mails to one mailbox wait until this transaction ends."""
    key = f"mailbox {canonical_address(address)}"
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))


def count_mails_to(address: str, kind: str, since: datetime) -> int:
    """Count the mails of a kind to a mailbox since an instant, however its address is written."""
    query = select(func.count()).where(
        OutgoingMail.mailbox == canonical_address(address),
        OutgoingMail.kind == kind,
        OutgoingMail.created_at > since,
    )
    return db.session.scalar(query) or 0


def take_waiting(before: datetime, limit: int, queue: str) -> Sequence[tuple[int, int]]:
    """Take up the pending mails of a queue that nobody has sent since; give id and tries of each.

    They are given to a worker again; two clocks at once share the work (SKIP LOCKED).
    """
    kinds = list_kinds_in(queue)
    elsewhere = [kind for each in list_queues() for kind in list_kinds_in(each)]
    is_of_queue: ColumnElement[bool] = OutgoingMail.kind.in_(kinds)
    if queue == ORDINARY_QUEUE:
        is_of_queue = or_(is_of_queue, OutgoingMail.kind.not_in(elsewhere))
    waiting = (
        select(OutgoingMail.id)
        .where(
            OutgoingMail.state == MailState.PENDING, OutgoingMail.next_try_at <= before, is_of_queue
        )
        .order_by(OutgoingMail.next_try_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("waiting")
    )
    taken = (
        update(_OUTBOX)
        .where(_OUTBOX.c.id.in_(select(waiting.c.id)))
        .values(next_try_at=clock.now() + HANDED_OVER_FOR)
        .returning(_OUTBOX.c.id, _OUTBOX.c.tries)
    )
    return [(mail_id, tries) for mail_id, tries in db.session.execute(taken)]


def start_sending(mail_id: int, tries: int | None = None) -> StartedMail | None:
    """Take a pending mail; None where another process has it, or it is not pending any more.

    Where `tries` is given, also None where it was tried since: it is left its time then.
    """
    db.session.flush()
    params = {"mail_id": mail_id, "tried": tries, "now": clock.now()}
    row = db.session.connection().execute(_START, params).first()
    return StartedMail(*row) if row else None


def cancel(mail_id: int) -> None:
    """Write down that there is nothing to send any more, and forget to whom it would have gone."""
    _advance(
        mail_id,
        MailState.SENDING,
        state=MailState.CANCELLED,
        key=key_without_address(),
        recipient="",
        mailbox=None,
        error="",
    )


def key_without_address() -> ColumnElement[str]:
    """Give the key of a row whose address is erased; other keys stay, and with them what is sent.

    Releases before wrote the address into the keys of some kinds.
    """
    holds_address = and_(
        OutgoingMail.recipient != "",
        func.strpos(func.lower(OutgoingMail.key), func.lower(OutgoingMail.recipient)) > 0,
    )
    erased = func.concat("erased:", OutgoingMail.id)
    return case((holds_address, erased), else_=OutgoingMail.key)


def record_sent(mail_id: int) -> None:
    """Write down that the server took the mail, with what its kind does then."""
    params = {"mail_id": mail_id, "now": clock.now()}
    kind = db.session.connection().execute(_SENT, params).scalar()
    on_sent = kind_of(kind).on_sent if kind is not None else None
    if on_sent is not None:
        on_sent(mail_id)


def record_failed(mail_id: int, error: str, *, is_refused_address: bool = False) -> None:
    """Write down that the mail will not be sent; suppress an address that was refused twice."""
    failed = _advance(
        mail_id,
        MailState.SENDING,
        state=MailState.FAILED,
        error=error,
        is_refused_address=is_refused_address,
        **_ERASED_SECRETS,
    )
    if failed is not None and is_refused_address:
        suppress_refused(failed.recipient)


def retry_later(mail_id: int, error: str, *, since: MailState = MailState.SENDING) -> MailState:
    """Try a mail again later, ever more patiently; give it up after two days."""
    mail = _advance(mail_id, since, state=MailState.PENDING, error=error)
    if mail is None:
        return MailState.PENDING
    now = clock.now()
    mail.tries += 1
    mail.next_try_at = now + BACK_OFF.pause_after(mail.tries)
    if BACK_OFF.is_over(now - mail.created_at):
        mail.state = MailState.FAILED
        if mail.has_secrets:
            mail.subject = mail.text = mail.html = mail.calendar = None
    db.session.flush()
    return mail.state


def mark_uncertain(mail_id: int, error: str) -> None:
    """Write down that nobody knows whether the mail left."""
    _advance(mail_id, MailState.SENDING, state=MailState.UNCERTAIN, error=error)


def expire_stuck() -> Sequence[int]:
    """Mark mails that have been `sending` for more than ten minutes as uncertain; give the ids."""
    return db.session.scalars(
        update(OutgoingMail)
        .where(
            OutgoingMail.state == MailState.SENDING,
            OutgoingMail.started_at < clock.now() - SENDING_AT_MOST,
        )
        .values(state=MailState.UNCERTAIN, error="The process that sent it ended.")
        .returning(OutgoingMail.id)
    ).all()


def resolve(mail_id: int, *, arrived: bool) -> None:
    """Let an operator say what became of an uncertain mail, or send a failed one again.

    It arrived: it is sent. It did not: the same mail goes again, under its Message-ID.
    """
    mail = db.session.get(OutgoingMail, mail_id, populate_existing=True, with_for_update=True)
    if mail is None:
        raise NotFound
    if mail.state is not MailState.UNCERTAIN and (arrived or mail.state is not MailState.FAILED):
        raise Conflict(_("This email is not uncertain any more."))
    if arrived:
        record_sent(mail_id)
        return
    if mail.text is None and kind_of(mail.kind).render is None:
        raise Conflict(_("Its text has been erased since: it can’t be sent again."))
    # As if it were written now: it is tried for two days again.
    mail.state, mail.error, mail.tries = MailState.PENDING, "", 0
    mail.is_refused_address = False
    mail.next_try_at = mail.created_at = clock.now()
    db.session.flush()


def cancel_written_before(before: datetime) -> int:
    """Cancel the pending mails that were written before an instant; count them.

    Not those of a kind whose feature looks after its rows: a digest has its own command.
    """
    cancelled = (
        update(_OUTBOX)
        .where(
            _OUTBOX.c.state == MailState.PENDING,
            _OUTBOX.c.created_at < before,
            _OUTBOX.c.kind.not_in(list_kinds_kept()),
        )
        .values(state=MailState.CANCELLED, **_ERASED_SECRETS)
        .returning(_OUTBOX.c.id)
    )
    return len(db.session.scalars(cancelled).all())


def _advance(mail_id: int, before: MailState, **values: Any) -> OutgoingMail | None:
    """Move a row from one state to another; None where it is not in that state any more."""
    return db.session.scalar(
        update(OutgoingMail)
        .where(OutgoingMail.id == mail_id, OutgoingMail.state == before)
        .values(**values)
        .returning(OutgoingMail)
        .execution_options(populate_existing=True, synchronize_session=False)
    )


# Written once, and on the table itself: what an object costs to load, watch and write back,
# a thousand digests pay a thousand times.
_OUTBOX: Any = OutgoingMail.__table__
_TRIES = bindparam("tried", type_=Integer)
_AN_INSTANT = _OUTBOX.c.created_at.type
_ERASED_SECRETS = {
    name: case((_OUTBOX.c.has_secrets, null()), else_=_OUTBOX.c[name])
    for name in ("subject", "text", "html", "calendar")
}
_IS_SUPPRESSED = (
    select(SuppressedAddress.address)
    .where(SuppressedAddress.address == func.lower(_OUTBOX.c.recipient))
    .exists()
)
_START = (
    update(_OUTBOX)
    .where(
        _OUTBOX.c.id == bindparam("mail_id"),
        _OUTBOX.c.state == MailState.PENDING,
        or_(_TRIES.is_(None), _OUTBOX.c.tries == _TRIES),
    )
    .values(state=MailState.SENDING, started_at=bindparam("now", type_=_AN_INSTANT))
    .returning(
        *(
            _IS_SUPPRESSED if name == "is_suppressed" else _OUTBOX.c[name]
            for name in StartedMail._fields
        )
    )
)
_SENT = (
    update(_OUTBOX)
    .where(
        _OUTBOX.c.id == bindparam("mail_id"),
        _OUTBOX.c.state.in_((MailState.SENDING, MailState.UNCERTAIN)),
    )
    .values(
        state=MailState.SENT,
        # Of one that was uncertain, when it was given to the server.
        sent_at=case(
            (_OUTBOX.c.state == MailState.UNCERTAIN, _OUTBOX.c.started_at),
            else_=bindparam("now", type_=_AN_INSTANT),
        ),
        error="",
        **_ERASED_SECRETS,
    )
    .returning(_OUTBOX.c.kind)
)
