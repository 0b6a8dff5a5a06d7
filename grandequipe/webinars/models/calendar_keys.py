"""Keys of the private addresses by which programs read a member's calendar."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grandequipe.extensions import Model
from grandequipe.members.models import Member

# Of one member: a telephone, a computer, a shared calendar and some more.
MOST_KEYS = 10


class CalendarKey(Model):
    """A key of a member's calendar; only its SHA-256 is stored.

    As an API token, it is invalid once the account has another `fs_uniquifier`: a change of
    password ends it. `read_on` is the last day on which a program read the calendar.
    """

    __tablename__ = "calendar_key"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    uniquifier: Mapped[str]
    created_at: Mapped[datetime]
    read_on: Mapped[date | None]

    member: Mapped[Member] = relationship()
