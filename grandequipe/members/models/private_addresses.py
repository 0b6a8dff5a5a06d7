"""Keys of the private addresses by which programs read what a member reads."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grandequipe.extensions import Model, enum_check
from grandequipe.members.models.members import Member

# Of one member and purpose: a telephone, a computer, a shared calendar and some more.
MOST_ADDRESSES = 10


class Purpose(StrEnum):
    """What a private address is for; one for a calendar opens no feed."""

    CALENDAR = "calendar"
    FEED = "feed"


class PrivateAddress(Model):
    """A private address of a member; of its key only the SHA-256 is stored.

    As an API token, it is invalid once the account has another `fs_uniquifier`: a change of
    password ends it. `read_on` is the last day on which a program read it.
    """

    __tablename__ = "private_address"
    __table_args__ = (enum_check("purpose", Purpose),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[Purpose] = mapped_column(server_default=Purpose.CALENDAR.value)
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    uniquifier: Mapped[str]
    created_at: Mapped[datetime]
    read_on: Mapped[date | None]

    member: Mapped[Member] = relationship()
