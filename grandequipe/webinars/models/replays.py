"""The recording of a webinar, and what people say after it."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from grandequipe.core import clock
from grandequipe.extensions import Model

# What the files of a recording belong to, by the id of the webinar's post.
REPLAY_SUBJECT = "replay"
LONGEST_WORDS = 200
# Fewer answers would say who gave them; so would figures that change with each.
FEWEST_ANSWERS = 5


class WebinarReplay(Model):
    """What goes with the recording of a webinar, at `webinar.replay_url` or in a claimed file.

    `chapters` are pairs of seconds and titles, `captions` a text in WebVTT. `is_captioned` says of
    an address that what is there has captions. `mailed_at` is since when those who missed it have
    been written to, which happens once. Once removed, nothing of it is kept but that it was there.
    """

    __tablename__ = "webinar_replay"
    __table_args__ = (
        CheckConstraint("removed_at IS NULL OR expires_at IS NULL", name="removed_at"),
        Index(
            "ix_webinar_replay_expires_at",
            "expires_at",
            postgresql_where=text("expires_at IS NOT NULL"),
        ),
        Index(
            "ix_webinar_replay_to_mail",
            "published_at",
            postgresql_where=text("mailed_at IS NULL AND removed_at IS NULL"),
        ),
    )

    post_id: Mapped[int] = mapped_column(
        ForeignKey("webinar.post_id", ondelete="CASCADE"), primary_key=True
    )
    chapters: Mapped[list[Any]] = mapped_column(JSONB, default=list, server_default="[]")
    transcript: Mapped[str | None]
    captions: Mapped[str | None]
    is_captioned: Mapped[bool] = mapped_column(default=False, server_default="false")
    published_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]

    @property
    def is_removed(self) -> bool:
        """Return whether the recording was taken away."""
        return self.removed_at is not None


class WebinarFeedback(Model):
    """Whether a webinar was useful to a registered person, with a word for the organiser.

    Since it `is_counted`, the figures have it, and its words are shown.
    """

    __tablename__ = "webinar_feedback"
    __table_args__ = (
        CheckConstraint(f"char_length(words) BETWEEN 1 AND {LONGEST_WORDS}", name="words"),
    )

    registration_id: Mapped[int] = mapped_column(
        ForeignKey("registration.id", ondelete="CASCADE"), primary_key=True
    )
    was_useful: Mapped[bool]
    words: Mapped[str | None]
    given_at: Mapped[datetime] = mapped_column(default=clock.now)
    is_counted: Mapped[bool] = mapped_column(default=False, server_default="false")
