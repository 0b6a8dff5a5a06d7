"""What the shell keeps of the forms that pages send."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from grandequipe.extensions import Model


class FormSubmission(Model):
    """A form that was carried out, and what was answered; written in the transaction of its work.

    `digest` names the form by its key and its sender, `content` what was typed, both as
    HMAC-SHA-256 under the site's secret: no words of members are kept here. `mark` is what the
    sender's browser calls the draft that it sent. `messages` holds [category, sentence] pairs.
    """

    __tablename__ = "form_submission"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    member_id: Mapped[int | None] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), index=True
    )
    content: Mapped[bytes] = mapped_column(LargeBinary)
    mark: Mapped[str | None]
    location: Mapped[str | None]
    messages: Mapped[list[list[str]]] = mapped_column(JSONB, default=list)
    created_at: Mapped[datetime] = mapped_column(index=True)
