"""Reads and writes of submitted forms, identified by key and sender, with their response.

Guarantee: the row of a form is claimed before its writes and filled in the same transaction, so a
response is stored exactly when the writes are. A second request with the same key waits until the
first has committed or failed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import request, session
from flask_login import current_user
from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import SessionTransaction

from grandequipe.core import claims, clock, signing
from grandequipe.extensions import db
from grandequipe.web.form_responses import Message
from grandequipe.web.models import HAS_MESSAGES, FormSubmission
from grandequipe.web.uploads import digest_of

# Longer than a browser keeps drafts (see `assets/js/drafts.js`): a restored one has its old key.
KEPT_FOR = timedelta(days=35)
# Personal data, kept only as long as a member may send the form again or reload.
MESSAGES_KEPT_FOR = timedelta(days=1)
KEY, MARK = "form_key", "form_mark"
# A draft moves on while its form is sent: that is no other content.
NO_CONTENT = {
    KEY, MARK, "csrf_token", "draft", "draft_version",
    "question", "question_detail", "question_yes",
}  # fmt: skip


@dataclass
class PendingSubmission:
    """A form that is being carried out."""

    digest: bytes
    content: bytes
    mark: str | None
    member_id: int | None
    messages: list[Message] = field(default_factory=list)
    row: FormSubmission | None = None
    is_new: bool = False
    claimed_in: SessionTransaction | None = None

    @property
    def is_claimed(self) -> bool:
        """Whether the present transaction holds the key."""
        return self.claimed_in is not None and (self.claimed_in is db.session().get_transaction())


def current_submission(key: str, *, with_content: bool) -> PendingSubmission:
    """Return this request's submission; `with_content`: identified by its content, too."""
    content = _content()
    identity = [_sender(), key.encode(), content if with_content else b""]
    return PendingSubmission(
        digest=_hmac(b"form", *identity),
        content=content,
        mark=request.form.get(MARK, "")[:64] or None,
        member_id=member_id(),
    )


def claim(pending: PendingSubmission) -> FormSubmission:
    """Claim the key in the present transaction, or return the row of an earlier request."""
    if pending.row is None or not pending.is_claimed:
        now = clock.now()
        values: dict[str, Any] = {
            "member_id": pending.member_id,
            "content": pending.content,
            "mark": pending.mark,
            "location": None,
            "messages": [],
            "created_at": now,
        }
        name = {"digest": pending.digest}
        pending.row, pending.is_new = claims.claim(FormSubmission, name, values, now - KEPT_FOR)
        pending.claimed_in = db.session().get_transaction()
    return pending.row


def keep(pending: PendingSubmission, location: str | None) -> None:
    """Store the response with the writes; a visitor may have become a member by the form."""
    response = {"location": location, "messages": pending.messages}
    form = {
        "content": pending.content,
        "mark": pending.mark,
        "member_id": pending.member_id or member_id(),
    }
    is_this = FormSubmission.digest == pending.digest
    db.session.execute(update(FormSubmission).where(is_this).values(**response, **form))


def forget(pending: PendingSubmission) -> None:
    """Release the key of a form that was refused."""
    db.session.execute(delete(FormSubmission).where(FormSubmission.digest == pending.digest))


def note_mark(pending: PendingSubmission) -> None:
    """Store the draft's mark of a repeated form, which the browser may have saved under another."""
    is_this = FormSubmission.digest == pending.digest
    db.session.execute(update(FormSubmission).where(is_this).values(mark=pending.mark))


def find(pending: PendingSubmission) -> FormSubmission | None:
    """Find the stored submission with the same key and sender."""
    query = select(FormSubmission).where(FormSubmission.digest == pending.digest)
    return db.session.scalar(query.execution_options(populate_existing=True))


def find_marks(keys: Sequence[str]) -> dict[str, str]:
    """Return the used ones of the sender's keys, each with the mark of the draft that was sent."""
    digests = {_hmac(b"form", _sender(), key.encode(), b""): key for key in keys}
    rows = db.session.execute(
        select(FormSubmission.digest, FormSubmission.mark).where(
            FormSubmission.digest.in_(list(digests)), FormSubmission.mark.is_not(None)
        )
    )
    return {digests[digest]: mark for digest, mark in rows if mark}


def was_carried_out(key: str) -> bool:
    """Whether a form of the sender with this key was carried out."""
    digest = _hmac(b"form", _sender(), key.encode(), b"")
    query = select(exists().where(FormSubmission.digest == digest))
    return bool(db.session.scalar(query))


def purge() -> None:
    """Delete submissions after KEPT_FOR, and their messages after MESSAGES_KEPT_FOR."""
    now, made_at = clock.now(), FormSubmission.created_at
    db.session.execute(delete(FormSubmission).where(made_at < now - KEPT_FOR))
    expired = made_at < now - MESSAGES_KEPT_FOR, HAS_MESSAGES
    db.session.execute(update(FormSubmission).where(*expired).values(messages=[]))


def member_id() -> int | None:
    """Return the id of the member who is logged in at this moment, or None."""
    is_member = bool(current_user and current_user.is_authenticated)
    return current_user.id if is_member else None


def _sender() -> bytes:
    """Identify the member, or a visitor's browser by the CSRF secret of its session."""
    sender_id = member_id()
    if sender_id is not None:
        return f"member {sender_id}".encode()
    return f"browser {session.get('csrf_token')}".encode()


def _content() -> bytes:
    """Return the digest of the form's path, fields and files."""
    return _hmac(b"content", request.path.encode(), *_fields())


def _fields() -> Iterator[bytes]:
    for name, value in request.form.items(multi=True):
        if name not in NO_CONTENT:
            yield name.encode()
            yield value.encode(errors="surrogatepass")
    for name, file in request.files.items(multi=True):
        yield name.encode()
        yield digest_of(file)


def _hmac(*parts: bytes) -> bytes:
    return signing.digest("form", *parts)
