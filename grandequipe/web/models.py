"""What the shell keeps of the forms that pages send."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from grandequipe.extensions import Model

SAYS_SOMETHING = text("messages <> '[]'::jsonb")


class FormSubmission(Model):
    """A form that was carried out, and what was answered; written in the transaction of its work.

    `digest` names the form by its key and its sender, `content` what was typed, both as
    HMAC-SHA-256 under the site's secret. `mark` is what the sender's browser calls the draft that
    it sent. `messages` holds [category, sentence, whether it is Markup]: they name people, groups
    and texts, and are emptied after a day. `location` is where the answer led, None for the page
    of the form and for an address that holds a key. The rows of a member go with their account.
    """

    __tablename__ = "form_submission"
    __table_args__ = (
        Index("ix_form_submission_messages", "created_at", postgresql_where=SAYS_SOMETHING),
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
