"""Large files on their way, a part at a time."""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from grandequipe.extensions import Model, minimum_check

LARGEST_UPLOAD = 500 * 1024 * 1024
# Bytes that are stored as one part, and acknowledged together; a short one ends a request.
PART = 8 * 1024 * 1024
MOST_PARTS = 2_000


class Upload(Model):
    """A file that arrives in parts: how many bytes there will be, and how many are stored.

    The file has its own row, which says when it began. It stays for a day after the file has
    arrived: the response to the last part may have been lost.
    """

    __tablename__ = "upload"
    __table_args__ = (
        minimum_check("length", 1),
        CheckConstraint("received BETWEEN 0 AND length", name="received"),
    )

    file_id: Mapped[int] = mapped_column(
        ForeignKey("file.id", ondelete="CASCADE"), primary_key=True
    )
    sent_name: Mapped[str]
    length: Mapped[int]
    received: Mapped[int] = mapped_column(default=0, server_default="0")


class UploadPart(Model):
    """Some bytes of such a file, in the store under a key of their own until it is whole."""

    __tablename__ = "upload_part"
    __table_args__ = (minimum_check("start"), minimum_check("size", 1))

    file_id: Mapped[int] = mapped_column(
        ForeignKey("upload.file_id", ondelete="CASCADE"), primary_key=True
    )
    start: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    size: Mapped[int]
    key: Mapped[str]
