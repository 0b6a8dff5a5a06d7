"""The model of submitted forms."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from grandequipe.extensions import Model

HAS_MESSAGES = text("messages <> '[]'::jsonb")


class FormSubmission(Model):
    """A form that was carried out, and its response; written in the transaction of its writes.

    `digest` identifies the form by its key and sender, `content` its fields, both as HMAC-SHA-256
    under the site's secret. `mark` is the browser's identifier of the draft that was sent.
    `messages` holds [category, sentence, whether it is Markup]: they name people, groups and texts,
    and are emptied after a day. `location` is the response's redirect, None for the form's own page
    and for a URL that holds a key. The rows of a member are deleted with the account.
    """

    __tablename__ = "form_submission"
    __table_args__ = (
        Index("ix_form_submission_messages", "created_at", postgresql_where=HAS_MESSAGES),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    member_id: Mapped[int | None] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), index=True
    )
    content: Mapped[bytes] = mapped_column(LargeBinary)
    mark: Mapped[str | None]
    location: Mapped[str | None]
    messages: Mapped[list[tuple[str, str, bool]]] = mapped_column(JSONB, default=list)
    created_at: Mapped[datetime] = mapped_column(index=True)
