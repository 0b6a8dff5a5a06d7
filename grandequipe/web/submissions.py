"""Forms that were carried out: each under its key and its sender, with what was answered.

Guarantee: the row of a form is claimed before its work and filled in the same transaction, so
there is an answer exactly when there is an effect. A second request with the same key waits until
the first has committed or failed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Any

from flask import request, session
from flask_login import current_user
from sqlalchemy import delete, select, update
from sqlalchemy.orm import SessionTransaction
from werkzeug.datastructures import FileStorage

from grandequipe.core import claims, clock, signing
from grandequipe.extensions import db
from grandequipe.web.form_answers import Message
from grandequipe.web.models import SAYS_SOMETHING, FormSubmission

# Longer than a browser keeps drafts: one that comes back with its key is still known.
KEPT_FOR = timedelta(days=35)
# They name people and texts: as long as somebody may press once more, or reload.
MESSAGES_KEPT_FOR = timedelta(days=1)
KEY, MARK = "form_key", "form_mark"
NO_CONTENT = {KEY, MARK, "csrf_token", "question", "question_detail", "question_yes"}


@dataclass
class Sending:
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
        """Tell whether the present transaction holds the key."""
        return self.claimed_in is not None and (self.claimed_in is db.session().get_transaction())


def sending(key: str, *, with_content: bool) -> Sending:
    """Describe the form of this request; `with_content`: other words make it another one."""
    content = _content()
    named = [_sender(), key.encode(), content if with_content else b""]
    return Sending(
        digest=_keyed(b"form", *named),
        content=content,
        mark=request.form.get(MARK, "")[:64] or None,
        member_id=member_id(),
    )


def claim(sent: Sending) -> FormSubmission:
    """Claim the key in the present transaction, or give the row of the request that has it."""
    if sent.row is None or not sent.is_claimed:
        now = clock.now()
        fresh: dict[str, Any] = {
            "member_id": sent.member_id,
            "content": sent.content,
            "mark": sent.mark,
            "location": None,
            "messages": [],
            "created_at": now,
        }
        name = {"digest": sent.digest}
        sent.row, sent.is_new = claims.claim(FormSubmission, name, fresh, now - KEPT_FOR)
        sent.claimed_in = db.session().get_transaction()
    return sent.row


def keep(sent: Sending, location: str | None) -> None:
    """Keep what is answered, beside what was done; a visitor may have become a member by it."""
    answer = {"location": location, "messages": sent.messages}
    what = {
        "content": sent.content,
        "mark": sent.mark,
        "member_id": sent.member_id or member_id(),
    }
    named = FormSubmission.digest == sent.digest
    db.session.execute(update(FormSubmission).where(named).values(**answer, **what))


def forget(sent: Sending) -> None:
    """Let go of a key under which something was refused."""
    db.session.execute(delete(FormSubmission).where(FormSubmission.digest == sent.digest))


def note_mark(sent: Sending) -> None:
    """Remember under which mark the sender's browser keeps what was sent once more."""
    named = FormSubmission.digest == sent.digest
    db.session.execute(update(FormSubmission).where(named).values(mark=sent.mark))


def find(sent: Sending) -> FormSubmission | None:
    """Find what was done under the key of a form."""
    found = select(FormSubmission).where(FormSubmission.digest == sent.digest)
    return db.session.scalar(found.execution_options(populate_existing=True))


def find_marks(keys: Sequence[str]) -> dict[str, str]:
    """Tell which of the sender's keys were used, each with the mark of the draft that was sent."""
    digests = {_keyed(b"form", _sender(), key.encode(), b""): key for key in keys}
    found = db.session.execute(
        select(FormSubmission.digest, FormSubmission.mark).where(
            FormSubmission.digest.in_(list(digests)), FormSubmission.mark.is_not(None)
        )
    )
    return {digests[digest]: mark for digest, mark in found if mark}


def purge() -> None:
    """Forget the forms that no browser sends again, and sooner what was said of them."""
    now, made_at = clock.now(), FormSubmission.created_at
    db.session.execute(delete(FormSubmission).where(made_at < now - KEPT_FOR))
    said = made_at < now - MESSAGES_KEPT_FOR, SAYS_SOMETHING
    db.session.execute(update(FormSubmission).where(*said).values(messages=[]))


def member_id() -> int | None:
    """Tell which member is logged in by now."""
    is_member = bool(current_user and current_user.is_authenticated)
    return current_user.id if is_member else None


def _sender() -> bytes:
    """Name the member, or the browser of a visitor by what its tokens are made from."""
    sender_id = member_id()
    if sender_id is not None:
        return f"member {sender_id}".encode()
    return f"browser {session.get('csrf_token')}".encode()


def _content() -> bytes:
    """Tell two forms apart: where they are sent, and what was typed and chosen in them."""
    return _keyed(b"content", request.path.encode(), *_typed())


def _typed() -> Iterator[bytes]:
    for name, value in request.form.items(multi=True):
        if name not in NO_CONTENT:
            yield name.encode()
            yield value.encode(errors="surrogatepass")
    for name, file in request.files.items(multi=True):
        yield name.encode()
        yield _digest_of(file)


def _digest_of(file: FileStorage) -> bytes:
    digest = sha256((file.filename or "").encode())
    while piece := file.stream.read(64 * 1024):
        digest.update(piece)
    file.stream.seek(0)
    return digest.digest()


def _keyed(*parts: bytes) -> bytes:
    return signing.digest("form", *parts)
