"""What an organiser sets for the registrations of a webinar."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from grandequipe.core import clock
from grandequipe.extensions import Model, enum_check, minimum_check

# Of one registration: the person and those who come along.
MOST_PLACES_EACH = 10
MOST_QUESTIONS = 8


class QuestionKind(StrEnum):
    """What answers a question: words, one of the choices, or yes or no."""

    TEXT = "text"
    CHOICE = "choice"
    YES_NO = "yes_no"


class RegistrationSettings(Model):
    """Choices for the registrations of a webinar; where there is no row, the defaults hold.

    `manager_id` looks after the registrations beside the author. `attendance_code` is said at the
    end, for those who were there. What these said afterwards is counted in `feedback_useful`, of
    `feedback_answers`: see `services.feedback`.
    """

    __tablename__ = "registration_settings"
    __table_args__ = (
        CheckConstraint(f"most_places BETWEEN 1 AND {MOST_PLACES_EACH}", name="most_places"),
        minimum_check("feedback_answers"),
        CheckConstraint("feedback_useful BETWEEN 0 AND feedback_answers", name="feedback_useful"),
        Index(
            "ix_registration_settings_manager_id",
            "manager_id",
            postgresql_where=text("manager_id IS NOT NULL"),
        ),
    )

    post_id: Mapped[int] = mapped_column(
        ForeignKey("webinar.post_id", ondelete="CASCADE"), primary_key=True
    )
    is_open: Mapped[bool] = mapped_column(default=True, server_default="true")
    most_places: Mapped[int] = mapped_column(SmallInteger, default=1, server_default="1")
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    attendance_code: Mapped[str | None]
    feedback_useful: Mapped[int] = mapped_column(default=0, server_default="0")
    feedback_answers: Mapped[int] = mapped_column(default=0, server_default="0")


class RegistrationQuestion(Model):
    """A question of the organiser; one taken back keeps its answers until the webinar goes.

    `asked_later_at` is set where those already registered are asked by mail as well.
    """

    __tablename__ = "registration_question"
    __table_args__ = (
        enum_check("kind", QuestionKind),
        CheckConstraint("(kind = 'choice') = (choices IS NOT NULL)", name="choices"),
        CheckConstraint("char_length(label) BETWEEN 1 AND 300", name="label"),
        Index("ix_registration_question_post_id", "post_id", "position"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("webinar.post_id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(SmallInteger)
    kind: Mapped[QuestionKind]
    label: Mapped[str]
    choices: Mapped[list[str] | None] = mapped_column(JSONB(none_as_null=True))
    is_required: Mapped[bool] = mapped_column(default=False, server_default="false")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    asked_later_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
