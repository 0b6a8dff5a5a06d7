"""Mails of the outbox that their kind renders when they are sent: the row holds no text.

Guarantee: what asks for a mail twice, by the same key, writes it once; one statement writes mails
to any number of recipients, and they stay in the database on their way.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, literal, select
from sqlalchemy.dialects.postgresql import insert

from grandequipe.core import clock
from grandequipe.core.email_addresses import canonical_address
from grandequipe.core.mail.messages import new_id
from grandequipe.core.mail.models import OutgoingMail
from grandequipe.core.mail.rendering import host
from grandequipe.extensions import db

_OUTBOX: Any = OutgoingMail.__table__


def write_unrendered(
    connection: Connection,
    kind: str,
    address: str,
    key: str,
    next_try_at: datetime,
    member_id: int | None = None,
) -> int | None:
    """Put a mail in the outbox by any connection; give its id, None where its key is there."""
    values = {
        "key": key,
        "kind": kind,
        "recipient": address,
        "mailbox": canonical_address(address),
        "member_id": member_id,
        "created_at": clock.now(),
        "next_try_at": next_try_at,
        "message_id": new_id(),
    }
    written = insert(OutgoingMail).values(values).on_conflict_do_nothing(index_elements=["key"])
    return connection.scalar(written.returning(OutgoingMail.id))


def write_all_unrendered(
    kind: str, recipients: Select[*tuple[Any, ...]], next_try_at: datetime
) -> list[int]:
    """Put a mail to each recipient in the outbox; give the ids of those whose key is new.

    `recipients` selects `key`, `recipient` and `member_id` (NULL for who has no account).
    """
    each = recipients.subquery()
    message_id = func.concat("<", func.gen_random_uuid(), "@", host(), ">")
    rows = select(
        each.c.key,
        literal(kind),
        each.c.recipient,
        each.c.member_id,
        literal(clock.now(), _OUTBOX.c.created_at.type),
        literal(next_try_at, _OUTBOX.c.created_at.type),
        message_id,
    ).order_by(each.c.key)
    names = ("key", "kind", "recipient", "member_id", "created_at", "next_try_at", "message_id")
    written = insert(_OUTBOX).from_select(names, rows, include_defaults=False)
    is_new = written.on_conflict_do_nothing(index_elements=["key"])
    return list(db.session.scalars(is_new.returning(_OUTBOX.c.id)))
