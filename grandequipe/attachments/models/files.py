"""A file in the store and what it belongs to."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from grandequipe.extensions import Model, enum_check, minimum_check

LARGEST_FILE = 25 * 1024 * 1024
MOST_FILES = 10
LONGEST_ALTERNATIVE = 500
# Characters of a document that the search reads: some hundred pages.
LONGEST_TEXT = 200_000
PDF_TYPE = "application/pdf"


class FileState(StrEnum):
    """Its bytes are on their way; a worker is preparing it; it can be read; it cannot."""

    UPLOADING = "uploading"
    PROCESSING = "processing"
    READY = "ready"
    FAILED = "failed"


class File(Model):
    """A file that a member sent: the row is there before the bytes, and they go before it.

    `size` is in bytes, `sha256` of the content under `key`, and `sent_sha256` of what was sent
    where that is another. `alternative` says what a picture shows
    to those who do not see it; a decorative one has none. `unclaimed_at` is since when it belongs
    to nothing: after a day it goes. `widths` has the bytes of a picture's reductions by width, or
    of those of a document's first page, whose size `width` and `height` are then; `tries` counts
    how often a worker began to make them, and `is_extracted` says of a document that one has.
    """

    __tablename__ = "file"
    __table_args__ = (
        enum_check("state", FileState),
        minimum_check("size"),
        minimum_check("width", 1),
        minimum_check("height", 1),
        minimum_check("tries"),
        CheckConstraint("state <> 'ready' OR sha256 IS NOT NULL", name="ready"),
        CheckConstraint("NOT is_decorative OR alternative = ''", name="decorative"),
        Index("ix_file_sent", text("coalesce(sent_sha256, sha256)")),
        Index(
            "ix_file_unclaimed_at",
            "unclaimed_at",
            postgresql_where=text("unclaimed_at IS NOT NULL"),
        ),
        Index(
            "ix_file_unfinished",
            "created_at",
            postgresql_where=text("state IN ('uploading', 'processing')"),
        ),
        Index(
            "ix_file_unextracted",
            "created_at",
            postgresql_where=text(
                f"state = 'ready' AND media_type = '{PDF_TYPE}' AND NOT is_extracted"
            ),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]
    alternative: Mapped[str] = mapped_column(default="", server_default="")
    is_decorative: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    state: Mapped[FileState]
    key: Mapped[str] = mapped_column(unique=True)
    sha256: Mapped[bytes | None] = mapped_column(LargeBinary)
    sent_sha256: Mapped[bytes | None] = mapped_column(LargeBinary)
    widths: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    is_extracted: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    created_at: Mapped[datetime]
    unclaimed_at: Mapped[datetime | None]

    @property
    def is_ready(self) -> bool:
        """Return whether its readers can have it."""
        return self.state is FileState.READY

    @property
    def is_picture(self) -> bool:
        """Return whether it is shown, and not only offered."""
        return self.media_type.startswith("image/")

    @property
    def has_picture(self) -> bool:
        """Return whether it is no picture and has one, in widths: that of its first page."""
        return bool(self.widths) and not self.is_picture

    @property
    def picture_widths(self) -> list[int]:
        """List the widths in pixels that `?w=` gives."""
        return sorted(int(width) for width in self.widths)

    @property
    def lacks_alternative(self) -> bool:
        """Return whether a picture has neither an alternative text nor is marked as decorative."""
        return self.is_picture and not self.alternative and not self.is_decorative

    @property
    def sent_digest(self) -> bytes | None:
        """Name what was sent, which of a picture is not what is kept."""
        return self.sent_sha256 or self.sha256

    @property
    def entity_tag(self) -> str:
        """Name its content."""
        return (self.sha256 or b"").hex()


class FileText(Model):
    """The words of a document, for the search; a document without words has no row."""

    __tablename__ = "file_text"
    __table_args__ = (CheckConstraint(f"length(content) <= {LONGEST_TEXT}", name="content"),)

    file_id: Mapped[int] = mapped_column(
        ForeignKey("file.id", ondelete="CASCADE"), primary_key=True
    )
    content: Mapped[str]


class FileClaim(Model):
    """What a file belongs to: while one of these may be seen, so may the file.

    `subject_type` is a word that the feature registered (`attachments.policies`).
    """

    __tablename__ = "file_claim"
    __table_args__ = (minimum_check("position"),)

    subject_type: Mapped[str] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    file_id: Mapped[int] = mapped_column(
        ForeignKey("file.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    position: Mapped[int]
